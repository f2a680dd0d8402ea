"""Markdown as an element tree: each text is parsed once, then written in any format."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from pkoquiz.markup.limits import DEEPEST, MOST_EMPHASES, bounded, without_emphasis

if TYPE_CHECKING:
    from markdown import Markdown

AUDIO = (".mp3", ".ogg", ".oga", ".wav", ".m4a", ".flac")
IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")

# Text without any markup: most options and many stems. The pattern is narrow on purpose; a test
# compares both ways on random text.
_UNMARKED = re.compile(r"[A-Za-z“\"'‘(\u00c0-\u024f][^*_`\[\]<>&\\#|!~\n\x02\x03]*")
# A line with nothing but emphasis, which is most of the markup in questions.
_PLAIN = r"[^*_`\[\]<>&\\#|!~\n\x02\x03]"
_EMPHASISED = rf"[^\W_](?:{_PLAIN}*[^\W_])?"
_EMPHASIS = re.compile(rf"(?<![\w*])(\*\*?)({_EMPHASISED})\1(?![\w*])")
_ONLY_EMPHASIS = re.compile(
    r"(?=[A-Za-z“\"'‘(\u00c0-\u024f])"
    rf"(?:{_PLAIN}++|(?<![\w*])(\*\*?){_EMPHASISED}\1(?![\w*]))*(?<!\s)"
)
_ADDRESS = re.compile(r"[A-Za-z]{3}://")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s\"'<>\\]+", re.IGNORECASE)


def is_unmarked(text: str) -> bool:
    """Return whether `text` certainly contains no markup, so that it need not be parsed."""
    return _UNMARKED.fullmatch(text) is not None and not _is_marked_after_all(text)


def _is_marked_after_all(text: str) -> bool:
    """Return whether a text without signs of markup is code or contains an address."""
    # Most texts contain neither, and searching for fixed strings is quick.
    return "    " in text or "\t" in text or ("://" in text and _ADDRESS.search(text) is not None)


@lru_cache(maxsize=65_536)
def block(text: str) -> Element:
    """Return a block text as a tree; its children are paragraphs, lists, tables and so on."""
    if (paragraph := _paragraph(text)) is not None:
        return paragraph
    from pkoquiz.markup.dialect import BLOCK, prepared

    return _parsed(prepared(BLOCK, text), text)


@lru_cache(maxsize=65_536)
def inline(text: str) -> Element:
    """Return an inline text as one paragraph; line breaks count as spaces."""
    line = " ".join(text.split("\n"))
    if (paragraph := _paragraph(line)) is not None:
        return paragraph[0]
    from pkoquiz.markup.dialect import INLINE, prepared

    root = _parsed(prepared(INLINE, line), line)
    return root[0] if len(root) else SubElement(root, "p")


def content(element: Element) -> Iterator[str | Element]:
    """Yield the texts and child elements of `element` in reading order."""
    if element.text:
        # The parser escapes code, and only code.
        yield html.unescape(element.text) if element.tag == "code" else element.text
    for child in element:
        yield child
        if child.tail:
            yield child.tail


def code_of(element: Element) -> str:
    """Return the text of a code span or a code block."""
    return html.unescape("".join(element.itertext()))


def tex_of(element: Element) -> str:
    """Return the TeX of a formula with its delimiters."""
    return "".join(element.itertext())


def formula_of(element: Element) -> tuple[str, bool]:
    """Return the TeX of a formula without its delimiters, and whether it is displayed."""
    text = tex_of(element)
    return text[2:-2].strip(), text.startswith("\\[")


def formulas_in(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the TeX of every formula in a text, and whether it is displayed."""
    if "\\(" in text or "\\[" in text:
        root = block(text)
        # Indented lines are code in a block text, but not in an inline text.
        root = inline(text) if root.find("pre") is not None else root
        yield from map(formula_of, root.iter("tex"))


def ruby_of(element: Element) -> tuple[str, str]:
    """Return the characters of a ruby element and their reading."""
    return element.text or "", element[0].text or ""


def link_of(element: Element) -> str:
    """Return the address of a link, or an empty text if it is not a safe one."""
    address = element.get("href", "")
    return address if _SAFE_LINK.fullmatch(address) else ""


def first_number(element: Element) -> int:
    """Return the number of a list's first item."""
    start = element.get("start", "")
    return int(start) if start.isdigit() else 1


def media_references(text: str) -> Iterator[tuple[str, str]]:
    """Yield (path, description) for every picture and sound in a text, in order."""
    if "![" in text:
        for element in block(text).iter("img"):
            yield element.get("src", ""), element.get("alt", "")


def without_emphasis_alone(text: str) -> str | None:
    """Return a line whose only markup is emphasis without it, else None."""
    return _EMPHASIS.sub(r"\2", text) if _has_only_emphasis(text) else None


def _has_only_emphasis(text: str) -> bool:
    return (
        text.count("*") <= MOST_EMPHASES
        and _ONLY_EMPHASIS.fullmatch(text) is not None
        and not _is_marked_after_all(text)
    )


def _paragraph(text: str) -> Element | None:
    """Return a line that contains only emphasis as the parser's tree, otherwise None.

    The parser takes ten times as long; a test compares the results.
    """
    if not _has_only_emphasis(text):
        return None
    before, *parts = _EMPHASIS.split(text)
    root = Element("div")
    paragraph = SubElement(root, "p")
    root.text = root.tail = paragraph.tail = "\n"
    paragraph.text = before
    for sign, inside, after in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        emphasis = SubElement(paragraph, "strong" if sign == "**" else "em")
        emphasis.text, emphasis.tail = inside, after
    return root


def _parsed(parser: Markdown, text: str) -> Element:
    text, stand_ins = bounded(text)
    # Emphasis in emphasis, deeper than any writer can take, is text.
    if text.count("*") + text.count("_") > MOST_EMPHASES and _is_deep(parser, text):
        text, more = without_emphasis(text)
        stand_ins |= more
    root = _tree(parser, text)
    for stand_in, sign in stand_ins.items():
        for element in root.iter():
            element.text = (element.text or "").replace(stand_in, sign)
            element.tail = (element.tail or "").replace(stand_in, sign)
    return root


def _is_deep(parser: Markdown, text: str) -> bool:
    try:
        root = _tree(parser, text)
    except RecursionError:
        return True
    level, inside = 0, [root]
    while inside:
        level += 1
        inside = [child for element in inside for child in element]
    return level > DEEPEST


def _tree(parser: Markdown, text: str) -> Element:
    parser.reset()
    lines = text.split("\n")
    for preprocessor in parser.preprocessors:
        lines = preprocessor.run(lines)
    root = parser.parser.parseDocument(lines).getroot()
    assert root is not None
    for treeprocessor in parser.treeprocessors:
        changed: Element | None = treeprocessor.run(root)  # None: changed in place
        if changed is not None:
            root = changed
    return root
