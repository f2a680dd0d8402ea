"""Configure Python-Markdown for the dialect: one parser for block texts, one for inline texts.

Importing Python-Markdown takes time, so import this module only when a text has to be parsed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import InlineProcessor as InlineTreeprocessor
from markdown.util import AtomicString, Registry

from pkoquiz.markup.tex import DISPLAY_FORMULA, INLINE_FORMULA


class _Tex(InlineProcessor):
    """`\\(x^2\\)` and `\\[x^2\\]`: TeX as its author wrote it; checks and renderers read it."""

    # The library chose the name, and its stubs want the base class's wider types.
    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, match: re.Match[str], text: str
    ) -> tuple[Element, int, int]:
        element = Element("tex")
        element.text = AtomicString(match[0])
        return element, match.start(0), match.end(0)


class _Ruby(InlineProcessor):
    """`{漢字|かんじ}`: characters with their reading above them."""

    # As above: the library's name, and types narrower than its stubs'.
    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, match: re.Match[str], text: str
    ) -> tuple[Element, int, int]:
        element = Element("ruby")
        element.text = AtomicString(match[1])
        SubElement(element, "rt").text = AtomicString(match[2])
        return element, match.start(0), match.end(0)


_RUBY = r"\{([\u2e80-\u2fdf\u3005-\u3007\u30a0-\u30ff\u3400-\u9fff\uf900-\ufaff]++)\|([^{}|\s]++)\}"


def _parser(*extensions: str) -> Markdown:
    parser = Markdown(extensions=extensions)
    parser.preprocessors.deregister("html_block")
    for pattern in ("html", "entity", "automail"):
        parser.inlinePatterns.deregister(pattern)
    # Questions have no headings: "#read this", or dashes under a line, does not mean one.
    for processor in ("hashheader", "setextheader"):
        parser.parser.blockprocessors.deregister(processor)
    parser.inlinePatterns.register(_Tex(INLINE_FORMULA, parser), "tex", 185)
    parser.inlinePatterns.register(_Tex(DISPLAY_FORMULA, parser), "display", 184)
    parser.inlinePatterns.register(_Ruby(_RUBY, parser), "ruby", 183)
    return parser


BLOCK = _parser("sane_lists", "tables")
BLOCK.parser.blockprocessors.deregister("reference")

INLINE = _parser()
_paragraph = INLINE.parser.blockprocessors["paragraph"]
INLINE.parser.blockprocessors = Registry()
INLINE.parser.blockprocessors.register(_paragraph, "paragraph", 10)

_TRIGGERS = {
    "backtick": "`", "tex": "\\", "display": "\\", "ruby": "{", "escape": "\\",
    "reference": "[", "link": "[", "image_link": "[", "image_reference": "[",
    "short_reference": "[", "short_image_ref": "[",
    "autolink": "<", "linebreak": "\n", "em_strong": "*_",
}  # fmt: skip
"""Inline pattern → the characters without which it cannot match."""

_SIGNS = "".join(sorted(set("".join(_TRIGGERS.values()))))


@lru_cache(maxsize=128)
def _patterns(parser: Markdown, signs: str) -> Registry[Any]:
    every, kept = parser.inlinePatterns, Registry[Any]()
    for priority, name in enumerate(reversed(_TRIGGERS)):
        if any(sign in signs for sign in _TRIGGERS[name]):
            kept.register(every[name], name, priority)
    return kept


def prepared(parser: Markdown, text: str) -> Markdown:
    """Return the parser, set to try only those inline patterns that can match in `text`.

    Most texts contain emphasis at most, and trying all patterns takes half of the parsing time.
    """
    signs = "".join(sign for sign in _SIGNS if sign in text)
    inline = parser.treeprocessors["inline"]
    assert isinstance(inline, InlineTreeprocessor)
    inline.inlinePatterns = _patterns(parser, signs)
    return parser
