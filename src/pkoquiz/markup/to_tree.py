"""Markdown as small trees of lists, for pages whose script builds the nodes itself.

A text is a string, and an element is a list: its name, its attributes if it has any, and its
children: `["p", "true ", ["em", "peace"]]`, `["a", {"href": "https://…"}, "the report"]`. Elements
and attributes are those that `to_html` writes, `img` with the path of a picture or sound, and
`math` with MathML inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import Element

from pkoquiz.markup.formulas import FormulaError, page_mathml
from pkoquiz.markup.parse import (
    block,
    content,
    formula_of,
    inline,
    is_unmarked,
    link_of,
    ruby_of,
    tex_of,
)
from pkoquiz.markup.to_html import ALIGNMENT, TAGS

Tree = str | list[Any]
Trees = str | list[Tree]
"""A plain text, or several trees."""


def trees(text: str) -> Trees:
    """Return block Markdown as trees; a single paragraph without markup becomes a plain text."""
    if is_unmarked(text):
        return text
    return list(_joined(tree for child in block(text) for tree in _trees(child)))


def inline_trees(text: str) -> Trees:
    """Return inline Markdown as trees; a text without markup becomes a plain text."""
    if is_unmarked(text):
        return text
    return list(_joined(_inside(inline(text))))


def _inside(element: Element) -> Iterator[Tree]:
    for part in content(element):
        if isinstance(part, str):
            yield part
        else:
            yield from _trees(part)


def _trees(element: Element) -> Iterator[Tree]:
    """Yield the element as a tree; if it is not one of `TAGS`, yield its content."""
    tag = str(element.tag)
    if tag == "img":
        yield ["img", {"src": element.get("src", ""), "alt": element.get("alt", "")}]
    elif tag in ("br", "hr"):
        yield [tag]
    elif tag == "ruby":
        base, reading = ruby_of(element)
        yield ["ruby", base, ["rp", "（"], ["rt", reading], ["rp", "）"]]
    elif tag == "tex":
        yield _formula(element)
    elif tag == "a" and (address := link_of(element)):
        yield ["a", {"href": address}, *_joined(_inside(element))]
    elif tag in TAGS:
        children = list(_joined(_inside(element)))
        if tag in ("p", "li", "td", "th"):
            children = _stripped(children)
        attributes = _attributes(element)
        yield [tag, attributes, *children] if attributes else [tag, *children]
    else:
        yield from _inside(element)


def _formula(element: Element) -> Tree:
    tex, display = formula_of(element)
    try:
        return _mathml(page_mathml(tex, display))
    except FormulaError:  # reported by the checks; a page that is shared anyway is not broken
        return ["code", tex_of(element)]


def _mathml(element: Element) -> list[Any]:
    children = [child for part in element for child in (_mathml(part), part.tail) if child]
    return [element.tag, dict(element.attrib), *filter(None, [element.text]), *children]


def _attributes(element: Element) -> dict[str, str]:
    if element.tag == "ol" and element.get("start", "").isdigit():
        return {"start": element.get("start", "")}
    align = ALIGNMENT.search(element.get("style", "")) if element.tag in ("td", "th") else None
    return {"align": align[1]} if align else {}


def _joined(parts: Iterable[Tree]) -> Iterator[Tree]:
    """Yield the parts with adjacent texts joined, without the texts between blocks."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        if text:
            yield text
        text = ""
        yield part
    if text:
        yield text


def _stripped(children: list[Tree]) -> list[Tree]:
    if children and isinstance(children[0], str):
        children[0] = children[0].lstrip()
    if children and isinstance(children[-1], str):
        children[-1] = children[-1].rstrip()
    return [child for child in children if child]
