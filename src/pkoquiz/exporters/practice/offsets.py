"""Positions in texts as JavaScript counts them, in UTF-16 units instead of code points."""

from __future__ import annotations


def in_utf16(text: str, offset: int) -> int:
    """Return an offset in a text, in code points, as an offset in UTF-16 units."""
    return offset if text.isascii() else len(text[:offset].encode("utf-16-le")) // 2
