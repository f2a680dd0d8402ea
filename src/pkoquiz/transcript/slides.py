"""The text of slides, from plain lines or from table cells in broken HTML; levels are indented."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pkoquiz.transcript.cleaning import cleaned

_TAG = re.compile(r"<(/?)(p|ul|ol|li|h[1-6]|br|div)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_RULE = re.compile(r":?-{2,}:?(?:\t:?-{2,}:?)*")
_BULLETS = "■●•▪◦○▶"
_ITEM = re.compile(f"(?=[{_BULLETS}])")
_DEEPEST = 8
"""The most levels of a slide; deeper tags are broken."""
_NUMBER = re.compile(r"\d{1,3}")


def is_rule(line: str) -> bool:
    """Return whether `line` is the rule under the first row of a table: `---TAB---`."""
    return _RULE.fullmatch(line.strip()) is not None


def slide_text(lines: Iterable[str]) -> tuple[str, str]:
    """Return the text of a slide, and its printed number: the last line, if it is a number."""
    return _without_number([cleaned(line) for line in lines])


def cell_text(cell: str) -> tuple[str, str]:
    """Return the text of a slide in a table cell, a line per paragraph or item, and its number.

    Lists in such cells are opened but never closed, so bullets decide: a bullet that occurred
    before returns to its level.
    """
    lines: list[str] = []
    levels: list[str] = []
    """The bullet of each open list; empty until its first item."""
    end = 0
    for tag in [*_TAG.finditer(cell), None]:
        for item in _ITEM.split(cell[end : tag.start() if tag else len(cell)]):
            text = cleaned(item)
            if not text:
                continue
            if levels and text[0] in _BULLETS:
                while levels[-1] not in ("", text[0]) and text[0] in levels:
                    levels.pop()
                levels[-1] = text[0]
            lines.append("  " * len(levels) + text)
        if tag is None:
            break
        end = tag.end()
        closing, name = tag[1], tag[2].lower()
        if name in ("ul", "ol"):
            if closing and levels:
                levels.pop()
            elif not closing and len(levels) < _DEEPEST:
                levels.append("")
        elif name not in ("br", "li"):
            levels.clear()
    return _without_number(lines)


def _without_number(lines: list[str]) -> tuple[str, str]:
    if len(lines) > 1 and _NUMBER.fullmatch(lines[-1].strip()):
        return "\n".join(lines[:-1]), lines[-1].strip()
    return "\n".join(lines), ""
