"""The one Markdown dialect: parsed once by Python-Markdown, folded to HTML, Typst or plain text.

Raw HTML and entities are switched off (a bank is untrusted: `<script>` comes out as text), links lead
only to http, https and mailto. Stems and explanations are blocks; options, gaps and answers are
inline, so that "5. October" does not become a list. Images are `![what it shows](media/map.svg)`, sound
is written the same way with the file's ending telling.
"""

from __future__ import annotations

import html as htmllib
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

if TYPE_CHECKING:
    from markdown import Markdown

AUDIO = (".mp3", ".ogg", ".oga", ".wav", ".m4a", ".flac")
IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")

MediaHtml = Callable[[str, str], str]
"""(path relative to the course, description) → HTML that shows or plays it."""

_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s\"'<>\\]+", re.IGNORECASE)
# Text in which Markdown finds nothing to do: most options and many stems. Kept narrow on purpose; the
# test-suite compares both ways on random text.
_NOTHING_TO_DO = re.compile(r"[A-Za-z“\"'‘(\u00c0-\u024f][^*_`\[\]<>&\\#|!~\n\x02\x03]*")
_ACTIVE_TEX = re.compile(
    r"\\+(href|url|class|cssId|style|require|include\w*|unicode|data|toggle|action)\b",
    re.IGNORECASE,
)
# Quotations and lists deeper than this are text: the parser recurses, and would stop where the stack happens to end.
_LEVELS = 20
_DEEP = re.compile(
    rf"(?m)^(?=(?:[ \t]*(?:>|[*+-][ \t]|\d+\.[ \t])){{{_LEVELS}}})[ \t]*|^ {{{4 * _LEVELS},}}"
)
# No list begins at such a number, and no program counts so far.
_HUGE = re.compile(r"(?m)^((?:[ \t]*(?:>|[*+-][ \t]|\d+\.[ \t]))*[ \t]*\d{7,})\.(?=[ \t])")
# The parser looks for the end of every bracket and every code span from where it begins: unclosed ones, repeated, take
# time that grows with the square of the text. Beyond these costs, about a second each, they are text.
_MOST_LOOKS = 2_000_000
_MOST_CODE = 50_000_000
_PAIRED = re.compile(r"[\[\]()]|\n[ \t]*\n")
_STAND_INS = {"[": "\ufffe", "`": "\uffff"}
"""For signs that are to be text: characters that no course can hold."""
_STARTS_BLOCK = re.compile(r"(?: {4}|\t)|[A-Za-z]{3,}://")


def html(text: str, media: MediaHtml | None = None) -> str:
    """Block Markdown as HTML: `<p>…</p>`, lists, tables."""
    return _plain_html(text) or "".join(_html(child, media) for child in _block(text))


def inline_html(text: str, media: MediaHtml | None = None) -> str:
    """One line of Markdown as HTML, without `<p>`."""
    plain = _plain_html(text)
    return plain[3:-4] if plain else _html_inside(_inline(text), media)


def plain(text: str) -> str:
    """Block Markdown as text: emphasis dropped, list items on lines of their own, pictures by description."""
    if _is_plain(text):
        return text
    return re.sub(
        r"\n{3,}",
        "\n\n",
        "\n\n".join(filter(None, (_text(child).strip("\n") for child in _block(text)))),
    )


def inline_plain(text: str) -> str:
    """One line of Markdown as text."""
    return text if _is_plain(text) else _text_inside(_inline(text))


def typst(text: str) -> str:
    """Block Markdown as Typst markup; every run of text is a string literal, so nothing in it is code."""
    return "\n\n".join(_typst(child) for child in _block(text))


def inline_typst(text: str) -> str:
    """One line of Markdown as Typst markup."""
    return literal(text) if _is_plain(text) else _typst_inside(_inline(text))


def literal(text: str) -> str:
    """`text` as a Typst string literal in markup: `#"..."`; `#read(1)` or `1990. The` stay text."""
    return f'#"{quoted(text)}";' if text else ""


def quoted(text: str) -> str:
    """The inside of a Typst string literal."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def media_references(text: str) -> Iterator[tuple[str, str]]:
    """(path, description) of every picture and sound in a text, in order."""
    if "![" in text:
        for element in _block(text).iter("img"):
            yield element.get("src", ""), element.get("alt", "")


# --- parsing -------------------------------------------------------------------------------------


def _is_plain(text: str) -> bool:
    return bool(_NOTHING_TO_DO.fullmatch(text)) and not _STARTS_BLOCK.search(text)


def _plain_html(text: str) -> str:
    return f"<p>{htmllib.escape(text, quote=False)}</p>" if _is_plain(text) else ""


@lru_cache(maxsize=1)
def _parsers() -> tuple[Markdown, Markdown]:
    from markdown import Markdown
    from markdown.inlinepatterns import InlineProcessor
    from markdown.util import AtomicString

    class _Tex(InlineProcessor):
        """`\\(x^2\\)`: TeX passes through untouched, for the renderers of Anki and Moodle."""

        def handleMatch(self, match: re.Match[str], text: str) -> tuple[Element, int, int]:  # type: ignore[override] # noqa: N802 - the library's name
            element = Element("tex")
            # TeX that makes links or loads code is shown, not run: it loses its backslash.
            element.text = AtomicString(_ACTIVE_TEX.sub(r"\1", match[0]))
            return element, match.start(0), match.end(0)

    parsers = []
    for extensions in (["sane_lists", "tables"], []):
        parser = Markdown(extensions=extensions)
        parser.preprocessors.deregister("html_block")
        for pattern in ("html", "entity", "automail"):
            parser.inlinePatterns.deregister(pattern)
        # A question has no headings, and "#read this" or a row of dashes under a line is no wish for one.
        for processor in ("hashheader", "setextheader"):
            parser.parser.blockprocessors.deregister(processor)
        parser.inlinePatterns.register(_Tex(r"\\\(((?:(?!\\\().)+?)\\\)", parser), "tex", 185)
        parser.inlinePatterns.register(_Tex(r"\\\[((?:(?!\\\[).)+?)\\\]", parser), "display", 184)
        parsers.append(parser)
    block, inline = parsers
    block.parser.blockprocessors.deregister("reference")
    paragraph = inline.parser.blockprocessors["paragraph"]
    inline.parser.blockprocessors = type(inline.parser.blockprocessors)()
    inline.parser.blockprocessors.register(paragraph, "paragraph", 10)
    return block, inline


def _parse(parser: Markdown, text: str) -> Element:
    parser.reset()
    # The two characters that Python-Markdown uses for its own marks never reach it.
    text = _HUGE.sub(r"\1\\.", text.replace("\x02", "").replace("\x03", ""))
    as_text = [
        sign for sign, costs in (("[", _looks), ("`", _code)) if sign in text and costs(text)
    ]
    for sign in as_text:
        text = text.replace(sign, _STAND_INS[sign])
    lines = _DEEP.sub(
        lambda found: " " * 4 * _LEVELS if found[0].startswith(" " * 4 * _LEVELS) else "\\", text
    ).split("\n")
    for preprocessor in parser.preprocessors:
        lines = preprocessor.run(lines)
    root: Element = parser.parser.parseDocument(lines).getroot()  # type: ignore[assignment]  # the stubs allow None
    for treeprocessor in parser.treeprocessors:
        changed: Element | None = treeprocessor.run(root)  # None: changed in place
        if changed is not None:
            root = changed
    for sign in as_text:
        for element in root.iter():
            element.text = (element.text or "").replace(_STAND_INS[sign], sign)
            element.tail = (element.tail or "").replace(_STAND_INS[sign], sign)
    return root


def _looks(text: str) -> bool:
    """Whether looking for the ends of brackets, and of the addresses behind them, costs too much."""
    total = 0
    waiting: dict[str, list[int]] = {"[": [], "(": []}
    for found in _PAIRED.finditer(text):
        sign, at = found[0], found.start()
        if sign == "[" or (sign == "(" and text[at - 1 : at] == "]"):
            waiting[sign].append(at)
        elif sign in "])" and (opened := waiting["[" if sign == "]" else "("]):
            total += at - opened.pop()
        elif sign not in "[]()":
            total += _unclosed(waiting, at)
    return total + _unclosed(waiting, len(text)) > _MOST_LOOKS


def _unclosed(waiting: dict[str, list[int]], end: int) -> int:
    """What is still waiting at the end of a paragraph has been looked for up to there; nothing waits any longer."""
    total = sum(end - at for opened in waiting.values() for at in opened)
    for opened in waiting.values():
        opened.clear()
    return total


def _code(text: str) -> bool:
    return text.count("`") * len(text) > _MOST_CODE


# Large enough for every text of a large bank, so that the second format parses nothing again: at
# 10,000 questions the caches take 17 MB and save a quarter of the time of `build anki moodle`.
@lru_cache(maxsize=65_536)
def _block(text: str) -> Element:
    return _parse(_parsers()[0], text)


@lru_cache(maxsize=65_536)
def _inline(text: str) -> Element:
    root = _parse(_parsers()[1], " ".join(text.split("\n")))
    return root[0] if len(root) else SubElement(root, "p")


def _content(element: Element) -> Iterator[str | Element]:
    """Texts and child elements in reading order; code comes entity-escaped from the parser and is unescaped."""
    if element.text:
        yield htmllib.unescape(element.text) if element.tag == "code" else element.text
    for child in element:
        yield child
        if child.tail:
            yield child.tail


# --- HTML ----------------------------------------------------------------------------------------

_HTML_TAGS = frozenset(
    [
        "p",
        "em",
        "strong",
        "code",
        "pre",
        "ul",
        "ol",
        "li",
        "blockquote",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ]
)


def _html_inside(element: Element, media: MediaHtml | None) -> str:
    return "".join(
        htmllib.escape(part, quote=False) if isinstance(part, str) else _html(part, media)
        for part in _content(element)
    )


def _html(element: Element, media: MediaHtml | None) -> str:
    tag = str(element.tag)
    if tag == "img":
        source, alt = element.get("src", ""), element.get("alt", "")
        if media is not None:
            return media(source, alt)
        return f'<span class="media">[{htmllib.escape(alt or source)}]</span>'
    if tag in ("br", "hr"):
        return f"<{tag}>"
    inside = _html_inside(element, media)
    if tag == "a":
        target = element.get("href", "")
        if not _SAFE_LINK.fullmatch(target):
            return inside
        return f'<a href="{htmllib.escape(target)}">{inside}</a>'
    if tag not in _HTML_TAGS:
        return inside
    attributes = ""
    if tag == "ol" and element.get("start", "").isdigit():
        attributes = f' start="{element.get("start")}"'
    align = re.search(r"text-align: (left|right|center)", element.get("style", ""))
    if tag in ("td", "th") and align:
        attributes = f' style="text-align:{align[1]}"'
    return (
        f"<{tag}{attributes}>{inside.strip() if tag in ('p', 'li', 'td', 'th') else inside}</{tag}>"
    )


# --- plain text ----------------------------------------------------------------------------------


def _text_inside(element: Element) -> str:
    return "".join(part if isinstance(part, str) else _text(part) for part in _content(element))


def _text(element: Element) -> str:
    match element.tag:
        case "img":
            return f"[{element.get('alt') or element.get('src', '')}]"
        case "br":
            return "\n"
        case "hr":
            return "\n"
        case "ul" | "ol":
            first = int(element.get("start", "1")) if element.get("start", "1").isdigit() else 1
            marks = [
                f"{first + index}." if element.tag == "ol" else "-" for index in range(len(element))
            ]
            items = (_text_inside(item).strip().replace("\n", "\n  ") for item in element)
            return (
                "\n"
                + "\n".join(f"{mark} {item}" for mark, item in zip(marks, items, strict=True))
                + "\n"
            )
        case "tr":
            return " | ".join(_text_inside(cell).strip() for cell in element) + "\n"
        case "table" | "thead" | "tbody":
            return "".join(_text(child) for child in element)
        case "p" | "blockquote" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            return _text_inside(element).strip() + "\n"
        case _:
            return _text_inside(element)


# --- Typst ---------------------------------------------------------------------------------------


def _typst_inside(element: Element) -> str:
    return "".join(
        literal(part) if isinstance(part, str) else _typst(part) for part in _content(element)
    )


def _typst(element: Element) -> str:
    tag = str(element.tag)
    match tag:
        case "img":
            # Pictures are placed by a function of the template, which knows where their bytes lie.
            return (
                f'#picture("{quoted(element.get("src", ""))}", "{quoted(element.get("alt", ""))}");'
            )
        case "br":
            return "#linebreak();"
        case "hr":
            return "#line(length: 100%, stroke: 0.5pt);"
        case "em":
            return f"#emph[{_typst_inside(element)}];"
        case "strong":
            return f"#strong[{_typst_inside(element)}];"
        case "code" | "tex":
            return f'#raw("{quoted(htmllib.unescape("".join(element.itertext())))}");'
        case "pre":
            code = htmllib.unescape("".join(element.itertext())).rstrip("\n")
            escaped = code.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            return f'#raw("{escaped}", block: true);'
        case "a" if _SAFE_LINK.fullmatch(element.get("href", "")):
            return f'#link("{quoted(element.get("href", ""))}")[{_typst_inside(element)}];'
        case "ul" | "ol":
            items = ", ".join(f"[{_typst_item(item)}]" for item in element)
            start = element.get("start", "1")
            options = f"start: {int(start)}, " if tag == "ol" and start.isdigit() else ""
            return f"#{'enum' if tag == 'ol' else 'list'}({options}{items});"
        case "blockquote":
            return f"#quote(block: true)[{_typst_item(element)}];"
        case "table":
            rows = list(element.iter("tr"))
            width = max((len(row) for row in rows), default=1)
            cells = ", ".join(
                f"[{_typst_inside(row[index]) if index < len(row) else ''}]"
                for row in rows[1:]
                for index in range(width)
            )
            heads = ", ".join(f"[#strong[{_typst_inside(cell)}];]" for cell in rows[0])
            return f"#table(columns: {width}, table.header({heads}), {cells});"
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            # A heading inside a question would break the outline of the paper: bold does.
            return f"#strong[{_typst_inside(element)}];"
        case _:
            return _typst_inside(element)


def _typst_item(element: Element) -> str:
    """The inside of a list item or quotation: runs of inline text, paragraphs and nested lists apart."""
    parts = []
    for part in _content(element):
        if isinstance(part, str):
            parts.append(literal(part) if part.strip() else "")
        elif part.tag in ("p", "ul", "ol", "blockquote", "pre", "table"):
            parts.append(f"\n\n{_typst(part)}\n\n")
        else:
            parts.append(_typst(part))
    return "".join(parts).strip("\n")
