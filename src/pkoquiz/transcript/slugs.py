"""Slugs: the first part of passage ids, made from titles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

_LONGEST = 40


def slug_of(title: str, taken: Container[str]) -> str:
    """A slug for `title` (small letters, digits, hyphens) that is not in `taken`; `section` if nothing is left of it.

    Cut at a word's end after about 40 characters; a number is put behind where two titles meet.
    """
    # Half a slug of accents is worse than none: é → e, but Cyrillic or kana have no ASCII form at all.
    plain = unicodedata.normalize("NFKD", title[:500]).casefold().encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    slug = ""
    for word in words:
        if slug and len(slug) + len(word) >= _LONGEST:
            break
        slug = f"{slug}-{word}" if slug else word[:_LONGEST]
    if not slug[:1].isalpha():
        slug = f"section-{slug}" if slug else "section"
    if slug not in taken:
        return slug
    number = 2
    while f"{slug}-{number}" in taken:
        number += 1
    return f"{slug}-{number}"
