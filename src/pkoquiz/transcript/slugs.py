"""Slugs: the first part of passage ids, derived from titles."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

from pkoquiz.model.passage import Section

_LONGEST = 40


def slug_of(title: str, taken: dict[str, int]) -> str:
    """Return a slug for `title`: lower-case letters, digits and hyphens, about 40 characters.

    `taken` maps each slug in use to how often it was wanted; the new slug is added to it. If two
    titles give the same slug, a number is appended.
    """
    plain = in_ascii(title[:500]).casefold()
    slug = ""
    for word in re.findall(r"[a-z0-9]+", plain.replace("'", "")):
        if slug and len(slug) + len(word) >= _LONGEST:
            break
        slug = f"{slug}-{word}" if slug else word[:_LONGEST]
    if not slug[:1].isalpha():
        slug = f"section-{slug}" if slug else "section"
    base = slug
    while slug in taken:
        taken[base] += 1
        slug = f"{base}-{taken[base]}"
    taken[slug] = 1
    return slug


def in_ascii(text: str) -> str:
    """Return text in Latin letters without accents: é becomes e, Открытие becomes Otkrytie.

    Chinese characters are transcribed as in Chinese, even in Japanese texts.
    """
    plain = unicodedata.normalize("NFKC", text)
    if not plain.isascii():
        from anyascii import anyascii  # only letters beyond ASCII need its tables

        # Its tables also have names for signs such as ’ and –, which do not belong in a slug.
        plain = anyascii(
            "".join(
                character
                for character in plain
                if character.isascii() or unicodedata.category(character)[0] in "LMN"
            )
        )
    return plain


def section_of_file(file: str, title: str, taken: dict[str, int]) -> Section:
    """Return a section named after the file, for words that belong to no other section."""
    name = PurePath(file).stem
    return Section(slug_of(name, taken), title or name)
