"""Markdown as plain text: without emphasis, with list items on lines of their own."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from pkoquiz.markup.formula_text import linear
from pkoquiz.markup.formulas import FormulaError
from pkoquiz.markup.parse import (
    block,
    content,
    first_number,
    inline,
    is_unmarked,
    ruby_of,
    without_emphasis_alone,
)


def plain(text: str) -> str:
    """Return block Markdown as text, with blank lines between the blocks."""
    if is_unmarked(text):
        return text
    if (bare := without_emphasis_alone(text)) is not None:
        return bare
    blocks = (_text(child).strip("\n") for child in block(text))
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(filter(None, blocks)))


def excerpt(text: str) -> str:
    """Return block Markdown as text for a list; formulas are in characters, `T = 2π√(ℓ/g)`."""
    return _FORMULA.sub(_in_characters, plain(text))


_FORMULA = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)


def _in_characters(match: re.Match[str]) -> str:
    try:
        return linear(match[1] or match[2])
    except FormulaError:  # a finding says so
        return match[0]


def inline_plain(text: str) -> str:
    """Return inline Markdown as text."""
    return text if is_unmarked(text) else _inside(inline(text))


def _inside(element: Element) -> str:
    return "".join(part if isinstance(part, str) else _text(part) for part in content(element))


def _text(element: Element) -> str:
    match element.tag:
        case "img":
            return f"[{element.get('alt') or element.get('src', '')}]"
        case "ruby":
            base, reading = ruby_of(element)
            return f"{base}（{reading}）"
        case "br" | "hr":
            return "\n"
        case "ul":
            return _list(element, ["-"] * len(element))
        case "ol":
            first = first_number(element)
            return _list(element, [f"{first + index}." for index in range(len(element))])
        case "tr":
            return " | ".join(_inside(cell).strip() for cell in element) + "\n"
        case "table" | "thead" | "tbody":
            return "".join(_text(child) for child in element)
        case "p" | "blockquote" | "pre":
            return _inside(element).strip() + "\n"
        case _:
            return _inside(element)


def _list(element: Element, marks: list[str]) -> str:
    items = (_inside(item).strip().replace("\n", "\n  ") for item in element)
    return "\n" + "".join(f"{mark} {item}\n" for mark, item in zip(marks, items, strict=True))
