"""Slugs: the first part of passage ids, made from titles."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 40


def slug_of(title: str, taken: dict[str, int]) -> str:
    """A slug for `title`: small letters, digits, hyphens; `section` if nothing is left of it.

    Cut at a word's end after about 40 characters. `taken` holds the slugs given so far and how often each was
    asked for; the new slug is entered there. Where two titles meet, a number is put behind.
    """
    # é → e, but Cyrillic or kana have no ASCII form at all: such titles become `section`, `section-2` …
    plain = unicodedata.normalize("NFKD", title[:500]).casefold().encode("ascii", "ignore").decode()
    slug = ""
    for word in re.findall(r"[a-z0-9]+", plain.replace("'", "")):
        if slug and len(slug) + len(word) >= _LONGEST:
            break
        slug = f"{slug}-{word}" if slug else word[:_LONGEST]
    if not slug[:1].isalpha():
        slug = f"section-{slug}" if slug else "section"
    if slug in taken:
        base = slug
        while slug in taken:
            taken[base] += 1
            slug = f"{base}-{taken[base]}"
    taken[slug] = 1
    return slug
