"""Formulas that the parser does not see: without an end, or between dollars."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pkoquiz.markup.parse import block, code_of, content, tex_of

_SIGN = re.compile(r"\\\\|\\[()\[\]]")
_TEX = re.compile(r"\\[A-Za-z]|\^|[A-Za-z0-9)}]_[A-Za-z0-9{\\]")
"""What formulas contain and other texts hardly ever do."""
_DOLLARS = re.compile(
    r"(?<![\\$\w])(?:\$\$[^$]{1,500}\$\$|\$(?!\s)[^$]{1,500}(?<![\s\\])\$)(?![\w$])"
)


def unmatched(text: str) -> str:
    """Return a delimiter of a formula without its counterpart, or an empty text.

    In Markdown, `\\[` is also a bracket that does not begin a link, so brackets count only if the
    text contains TeX.
    """
    signs = Counter(_SIGN.findall(text))
    if not signs.keys() - {"\\\\"}:
        return ""
    root = block(text)
    for element in root.iter():
        if element.tag in ("tex", "code"):
            inside = tex_of(element) if element.tag == "tex" else code_of(element)
            signs.subtract(_SIGN.findall(inside))
    round_ones = [sign for sign in ("\\(", "\\)") if signs[sign] > 0]
    square_ones = [sign for sign in ("\\[", "\\]") if signs[sign] > 0]
    if square_ones and not any(map(_TEX.search, _prose(root))):
        square_ones = []
    return next(iter([*round_ones, *square_ones]), "")


def in_dollars(text: str) -> str:
    """Return the first formula that is written between dollars, or an empty text."""
    if text.count("$") < 2:
        return ""
    for prose in _prose(block(text)):
        for match in _DOLLARS.finditer(prose):
            if _TEX.search(match[0]):
                return match[0]
    return ""


def _prose(root: Element) -> Iterator[str]:
    """Yield the text of each block without its formulas and code."""
    for child in root if len(root) else [root]:
        yield _text(child)


def _text(element: Element) -> str:
    if element.tag in ("tex", "code"):
        return " "
    return "".join(part if isinstance(part, str) else _text(part) for part in content(element))
