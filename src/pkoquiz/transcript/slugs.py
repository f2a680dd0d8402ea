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
    # é → e. Cyrillic or kana have no ASCII form: such titles become `section`, `section-2` …
    plain = unicodedata.normalize("NFKD", title[:500]).casefold().encode("ascii", "ignore").decode()
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


def section_of_file(file: str, title: str, taken: dict[str, int]) -> Section:
    """Return a section named after the file, for words that belong to no other section."""
    name = PurePath(file).stem
    return Section(slug_of(name, taken), title or name)
