"""Markdown as HTML, for cards, quizzes and pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from xml.etree.ElementTree import Element

from pkoquiz.markup.formulas import FormulaError, mathml_html
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
from pkoquiz.markup.tex import inert, parts

MediaHtml = Callable[[str, str], str]
"""(path relative to the course, description) → HTML that shows or plays the file."""

_TEXT_TAGS = ("p", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote")
_TABLE_TAGS = ("table", "thead", "tbody", "tr", "th", "td")
TAGS = frozenset([*_TEXT_TAGS, *_TABLE_TAGS])
"""The elements that are written; of all others, only the content is written."""
ALIGNMENT = re.compile(r"text-align: (left|right|center)")


def html(text: str, media: MediaHtml | None = None, *, mathml: bool = False) -> str:
    """Return block Markdown as HTML: `<p>…</p>`, lists, tables.

    Formulas stay TeX, for MathJax, unless `mathml` requests MathML, which browsers show natively.
    """
    if is_unmarked(text):
        return f"<p>{escape(text, quote=False)}</p>"
    return "".join(_html(child, media, mathml) for child in block(text))


def inline_html(text: str, media: MediaHtml | None = None, *, mathml: bool = False) -> str:
    """Return inline Markdown as HTML, without `<p>`."""
    if is_unmarked(text):
        return escape(text, quote=False)
    return _inside(inline(text), media, mathml)


def formulas_html(text: str) -> str:
    """Return a text that is not Markdown as HTML, with its formulas as MathML."""
    return "".join(_mathml(tex) if tex else escape(part) for part, tex in parts(text))


def _mathml(tex: str) -> str:
    try:
        return mathml_html(tex)
    except FormulaError:
        return f"<code>{escape(tex, quote=False)}</code>"


def _inside(element: Element, media: MediaHtml | None, mathml: bool) -> str:
    return "".join(
        escape(part, quote=False) if isinstance(part, str) else _html(part, media, mathml)
        for part in content(element)
    )


def _html(element: Element, media: MediaHtml | None, mathml: bool) -> str:
    tag = str(element.tag)
    if tag == "img":
        path, description = element.get("src", ""), element.get("alt", "")
        if media is not None:
            return media(path, description)
        return f'<span class="media">[{escape(description or path)}]</span>'
    if tag in ("br", "hr"):
        return f"<{tag}>"
    if tag == "tex":
        return _formula(element) if mathml else inert(escape(tex_of(element), quote=False))
    if tag == "ruby":
        base, reading = (escape(part, quote=False) for part in ruby_of(element))
        return f"<ruby>{base}<rp>（</rp><rt>{reading}</rt><rp>）</rp></ruby>"
    inside = _inside(element, media, mathml)
    if tag == "a" and (address := link_of(element)):
        return f'<a href="{escape(address)}">{inside}</a>'
    if tag not in TAGS:
        return inside
    attributes = ""
    if tag == "ol" and element.get("start", "").isdigit():
        attributes = f' start="{element.get("start")}"'
    elif tag in ("td", "th") and (align := ALIGNMENT.search(element.get("style", ""))):
        attributes = f' style="text-align:{align[1]}"'
    if tag in ("p", "li", "td", "th"):
        inside = inside.strip()
    return f"<{tag}{attributes}>{inside}</{tag}>"


def _formula(element: Element) -> str:
    try:
        return mathml_html(*formula_of(element))
    except FormulaError:  # reported by the checks; a page that is shared anyway is not broken
        return f"<code>{escape(tex_of(element), quote=False)}</code>"
