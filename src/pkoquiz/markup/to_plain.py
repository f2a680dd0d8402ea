"""Markdown as plain text: without emphasis, with list items on lines of their own."""

from __future__ import annotations

import re
from contextlib import suppress
from copy import deepcopy
from xml.etree.ElementTree import Element

from pkoquiz.markup.formula_text import linear
from pkoquiz.markup.formulas import FormulaError
from pkoquiz.markup.parse import (
    block,
    content,
    first_number,
    formula_of,
    inline,
    is_unmarked,
    ruby_of,
    without_emphasis_alone,
)
from pkoquiz.markup.tex import parts


def plain(text: str) -> str:
    """Return block Markdown as text, with blank lines between the blocks."""
    if is_unmarked(text):
        return text
    if (bare := without_emphasis_alone(text)) is not None:
        return bare
    return _blocks(block(text))


def _blocks(root: Element) -> str:
    blocks = (_text(child).strip("\n") for child in root)
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(filter(None, blocks)))


def excerpt(text: str) -> str:
    """Return block Markdown as text for a list; formulas are in characters, `T = 2π√(ℓ/g)`."""
    if "\\(" not in text and "\\[" not in text:
        return plain(text)
    root = deepcopy(block(text))
    for formula in root.iter("tex"):
        with suppress(FormulaError):  # a finding says so
            characters = linear(formula_of(formula)[0])
            formula[:], formula.text = [], characters
    return _blocks(root)


def in_characters(text: str) -> str:
    """Return a text that is not Markdown with its formulas in characters."""
    return "".join(_characters(tex) if tex else part for part, tex in parts(text))


def _characters(tex: str) -> str:
    try:
        return linear(tex)
    except FormulaError:
        return tex


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
