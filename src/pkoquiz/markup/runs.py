"""Markdown as runs of formatted text, as in the paragraphs of a word processor."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from xml.etree.ElementTree import Element

from pkoquiz.markup import parse


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one format, a picture or a formula.

    For a picture, `picture` is the path and the text its description; for a formula, the text is
    TeX.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    picture: str = ""
    formula: bool = False
    display: bool = False
    """Whether a formula has a line of its own."""


Block = tuple[Run, ...]
"""A paragraph, list item, block of code or row of a table; tabs end the cells of a row."""

_BLOCKS = frozenset(("p", "ul", "ol", "blockquote", "pre", "table", "thead", "tbody", "tr", "hr"))


@lru_cache(maxsize=4096)
def inline(text: str) -> tuple[Run, ...]:
    """Return one line of Markdown as runs."""
    return tuple(_runs(parse.inline(text), Run("")))


@lru_cache(maxsize=4096)
def blocks(text: str) -> tuple[Block, ...]:
    """Return block Markdown as blocks; those of list items begin with a bullet or number."""
    return tuple(_blocks(parse.block(text)))


def _blocks(element: Element, mark: Block = ()) -> Iterator[Block]:
    """Return the blocks inside an element, the first after `mark`."""
    line = [*mark]
    for part in parse.content(element):
        empty = len(line) == len(mark)
        if isinstance(part, str) or part.tag not in _BLOCKS:
            if not (empty and isinstance(part, str) and part.isspace()):
                line += _runs(part, Run(""))
        else:
            if empty and part.tag == "p":
                yield from _blocks(part, mark)
            else:
                yield from ((tuple(line),) if line else ())
                yield from _block_level(part)
            line, mark = [], ()
    if line:
        yield tuple(line)


def _block_level(element: Element) -> Iterator[Block]:
    match element.tag:
        case "ul" | "ol":
            start = element.get("start", "1")
            first = int(start) if start.isdigit() else 1
            for number, item in enumerate(element, first):
                sign = f"{number}." if element.tag == "ol" else "•"
                yield from _blocks(item, (Run(f"{sign}  "),))
        case "tr":
            yield tuple(run for cell in element for run in (*_runs(cell, Run("")), Run("\t")))
        case "pre":
            code = html.unescape("".join(element.itertext())).rstrip("\n")
            yield (Run(code, code=True),)
        case "hr":
            return
        case _:
            yield from _blocks(element)


def _runs(part: str | Element, format: Run) -> Iterator[Run]:
    if isinstance(part, str):
        yield replace(format, text=re.sub(r"\s+", " ", part))
        return
    match part.tag:
        case "br":
            yield Run("\n")
        case "img":
            yield Run(part.get("alt", ""), picture=part.get("src", ""))
        case "ruby":
            base, reading = parse.ruby_of(part)
            yield replace(format, text=f"{base}（{reading}）")
        case "tex":
            tex, display = parse.formula_of(part)
            yield Run(tex, formula=True, display=display)
        case tag:
            format = replace(
                format,
                bold=format.bold or tag in ("strong", "th"),
                italic=format.italic or tag == "em",
                code=format.code or tag == "code",
            )
            for inner in parse.content(part):
                yield from _runs(inner, format)
