"""Foreign texts in our Markdown: HTML, escaped plain text, formulas, pictures and sounds.

Formatting that our Markdown has is kept: paragraphs, emphasis, lists, tables, code, links, TeX.
Everything else is dropped, and the draft says what.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote

from pkoquiz.markup import AUDIO, IMAGES
from pkoquiz.words import words
from pkoquiz.xmlfile import Node

MAX_MEDIA = 20 * 1024 * 1024
"""Larger pictures and sounds are left out, since `load` would refuse them."""

_DEEPEST = 60
_VOID = frozenset(words("area base br col embed hr img input link meta source track wbr"))
_DROPPED = frozenset(words("script style head title template noscript iframe object embed form"))
_BLOCKS = frozenset(
    words(
        "address article aside blockquote body center dd details div dl dt fieldset figcaption"
        " figure footer h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody"
        " td tfoot th thead tr ul"
    )
)
_CLOSED_BY_ITSELF = frozenset(words("p li td th tr dt dd option"))
# Bounded, since unclosed formulas would be searched for to the end of the text.
_TEX = re.compile(r"(\\\(.{1,2000}?\\\)|\\\[.{1,2000}?\\\]|\$\$.{1,2000}?\$\$)", re.DOTALL)
_DATA = re.compile(r"data:(?:image|audio)/([\w.+-]+);base64,(.*)", re.DOTALL)
_ACTIVE_SVG = re.compile(
    rb"<script|\son\w++\s*+=|javascript:|<foreignobject|<!entity", re.IGNORECASE
)
_BASES = re.compile(
    r"^(?:@@PLUGINFILE@@|\$IMS-CC-FILEBASE\$|\$IMS_CC_FILEBASE\$|\$IMS_CC_FILE_BASE\$"
    r"|\$[A-Z_-]+\$|\.)/*",
    re.IGNORECASE,
)
_ONE_RULE = re.compile(r"[^_]*_{3,}[^_]*")
_TYPES = {"jpeg": "jpg", "svg+xml": "svg", "mpeg": "mp3", "x-wav": "wav"}
_RAISED = dict(zip("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True))
_LOWERED = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))


@dataclass(slots=True)
class Texts:
    """Converts the texts of one foreign question, and collects notes and files."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    """Name → content of the files that texts may refer to."""
    changes: list[str] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    quotes: list[str] = field(default_factory=list)
    remarks: dict[str, str] = field(default_factory=dict)
    """`note` and `attribution`, if the text is one of our exports."""
    first: str = ""
    """The first text that was converted, as plain text: a title if none is given."""

    def block(self, text: str, form: str = "html") -> str:
        """Return a text as Markdown with paragraphs; `form` is html, plain, auto or markdown."""
        if form == "markdown":
            return text.strip()
        if form == "plain":
            lines = [_opened(escaped(line.strip())) for line in text.strip().splitlines()]
            made = re.sub(r"(?<=\S)\n(?=\S)", "  \n", "\n".join(lines))
        else:
            if form == "auto":
                text = re.sub(r"\r?\n", "<br>", text.strip())
            made = "\n\n".join(self._blocks(_tree(text))).strip()
        self.first = self.first or self.plain(text)
        return made

    def line(self, text: str, form: str = "html") -> str:
        """Return a text as Markdown on one line."""
        if form in ("plain", "markdown"):
            return " ".join((escaped(text) if form == "plain" else text).split())
        tree = _tree(text)
        if any(tree.walk("ul", "ol", "table", "pre")):
            self.changes.append("a list or table in an option or answer was put on one line")
        return _opened(" ".join(self._inline(tree, br=" ").split()))

    def plain(self, text: str, form: str = "html") -> str:
        """Return a text without any formatting, on one line."""
        if form in ("plain", "markdown"):
            return " ".join(text.split())
        return " ".join(_plain(_tree(text)).split())

    # --- blocks -----------------------------------------------------------------------------------

    def _blocks(self, node: Node) -> list[str]:
        blocks: list[str] = []
        run: list[Node | str] = []

        def flush() -> None:
            text = self._inline(Node("span", children=list(run)), br="  \n")
            lines = [" ".join(line.split()) for line in text.split("  \n")]
            made = "  \n".join(_opened(line) for line in lines).strip()
            made = re.sub(r"(?:  \n){2,}", "\n\n", made)
            if made:
                blocks.append(made)
            run.clear()

        for child in node.children:
            if isinstance(child, Node) and child.tag in _DROPPED:
                continue
            if isinstance(child, Node) and self._taken(child):
                continue
            if isinstance(child, Node) and _is_block(child):
                flush()
                blocks += self._block(child)
            else:
                run.append(child)
        flush()
        return blocks

    def _block(self, node: Node) -> list[str]:
        match node.tag:
            case "ul" | "ol":
                return self._list(node)
            case "table":
                return self._table(node)
            case "pre":
                code = node.text.strip("\n")
                return ["\n".join(f"    {line}".rstrip() for line in code.splitlines())]
            case "blockquote":
                inner = "\n\n".join(self._blocks(node))
                return ["\n".join(f"> {line}".rstrip() for line in inner.splitlines())]
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                title = " ".join(self._inline(node, br=" ").split()).replace("**", "")
                return [f"**{title}**"] if title else []
            case "hr":
                return []
        return self._blocks(node)

    def _list(self, node: Node) -> list[str]:
        lines = []
        for index, entry in enumerate(node.all("li"), 1):
            mark = f"{index}." if node.tag == "ol" else "-"
            inner = "\n\n".join(self._blocks(entry)).splitlines() or [""]
            lines.append(f"{mark} {inner[0]}".rstrip())
            lines += [f"    {line}".rstrip() for line in inner[1:]]
        return ["\n".join(lines)] if lines else []

    def _table(self, node: Node) -> list[str]:
        rows = [
            [
                " ".join(self._inline(cell, br=" ").split()).replace("|", "\\|")
                for cell in row.elements
                if cell.tag in ("td", "th")
            ]
            for row in node.walk("tr")
        ]
        rows = [row for row in rows if row]
        if not rows:
            return self._blocks(Node("div", children=node.children))
        width = max(len(row) for row in rows)
        rows = [[*row, *[""] * (width - len(row))] for row in rows]
        rule = ["---"] * width
        lines = [f"| {' | '.join(row)} |" for row in [rows[0], rule, *rows[1:]]]
        return ["\n".join(lines)]

    # --- inside a line ----------------------------------------------------------------------------

    def _inline(self, node: Node, br: str) -> str:
        return "".join(
            escaped(child) if isinstance(child, str) else self._element(child, br)
            for child in node.children
        )

    def _element(self, node: Node, br: str) -> str:
        if node.tag in _DROPPED or self._taken(node):
            return ""
        match node.tag:
            case "br":
                return br
            case "b" | "strong":
                return _around(self._inline(node, br), "**")
            case "i" | "em" | "u" | "cite" | "var" | "dfn":
                return _around(self._inline(node, br), "*")
            case "code" | "tt" | "kbd" | "samp":
                code = " ".join(node.text.split())
                ticks = "``" if "`" in code else "`"
                return f"{ticks}{code}{ticks}" if code else ""
            case "a":
                label, address = self._inline(node, br), node.get("href").strip()
                if re.match(r"(?:https?://|mailto:)[^\s\"'<>\\()]+$", address) and label.strip():
                    return f"[{label.strip()}]({address})"
                return label
            case "img":
                return self._image(node)
            case "audio" | "video":
                source = node.get("src") or next(
                    (inner.get("src") for inner in node.walk("source")), ""
                )
                return self._media(source, node.get("title"))
            case "sup" | "sub":
                table = _RAISED if node.tag == "sup" else _LOWERED
                text = node.text.strip()
                if all(sign in table for sign in text):
                    return "".join(table[sign] for sign in text)
                return f"\\({'^' if node.tag == 'sup' else '_'}{{{text}}}\\)"
            case "math":
                tex = next((inner.text for inner in node.walk("annotation")), "")
                if not tex:
                    self.changes.append("a MathML formula became plain text")
                return f"\\({tex.strip()}\\)" if tex else escaped(node.text)
        inner = self._inline(node, br)
        return f" {inner} " if _is_block(node) else inner

    def _taken(self, node: Node) -> bool:
        """Return whether the element is a source, remark or link that our own exports write."""
        name = next((n for n in node.get("class").split() if n.startswith("pko-")), "")
        match name:
            case "pko-source":
                self.quotes += [" ".join(quote.text.split()) for quote in node.walk("q")]
                return True
            case "pko-report":
                return True
            case "pko-attribution" | "pko-note":
                text = " ".join(self._inline(node, br=" ").split())
                kind = name.removeprefix("pko-")
                if kind == "note":
                    text = re.sub(r"^\\?\[(?:Note: )?|\]$", "", text)
                else:
                    text = re.sub(r"^View of |\.$", "", text)
                self.remarks.setdefault(kind, text)
                return True
        return False

    def _image(self, node: Node) -> str:
        formula = node.get("data-equation-content")
        if not formula and "equation_image" in node.get("class").split():
            formula = node.get("alt").removeprefix("LaTeX:").strip()
        if formula:
            return f"\\({html.unescape(formula).strip()}\\)"
        return self._media(node.get("src"), node.get("alt"))

    def _media(self, source: str, description: str) -> str:
        """Return a reference to a picture or sound that is kept, or a replacement text."""
        label = re.sub(r"[\[\]]", "", " ".join(description.split()))
        if data := _DATA.match(source):
            suffix = _TYPES.get(data[1].lower(), data[1].lower())
            try:
                content: bytes | None = base64.b64decode(data[2], validate=False)
            except (binascii.Error, ValueError):
                content = None
            name = f"picture.{suffix}"
        elif re.match(r"(?:[a-z][a-z0-9+.-]*:|//)", source, re.IGNORECASE):
            self.changes.append(f"`{source[:80]}` is on the web and was not copied")
            safe = re.match(r"https?://[^\s\"'<>\\()]+$", source)
            return f"[{label or 'picture'}]({source})" if safe else escaped(label)
        else:
            name, content = _file(self.files, source)
        path = self.kept(name, content) if content is not None else ""
        if not path:
            reason = "was not found" if content is None else "was not copied"
            self.changes.append(f"the picture or sound `{source[:80]}` {reason}")
            return escaped(label)
        return f"![{label or posixpath.splitext(posixpath.basename(name))[0]}]({path})"

    def kept(self, name: str, content: bytes) -> str:
        """Keep a picture or sound; return its path in the course, or an empty text if refused."""
        stem, suffix = posixpath.splitext(posixpath.basename(name).lower())
        is_active = suffix == ".svg" and _ACTIVE_SVG.search(content)
        if suffix not in IMAGES + AUDIO or not content or len(content) > MAX_MEDIA or is_active:
            return ""
        readable = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:40] or "picture"
        digest = hashlib.sha256(content).hexdigest()[:8]
        path = f"media/{readable}-{digest}{suffix}"
        self.media[path] = content
        return path


def _file(files: Mapping[str, bytes], source: str) -> tuple[str, bytes | None]:
    """Return the file that a text refers to: by its path, or else by its name if that is unique."""
    name = unquote(html.unescape(source)).split("?")[0].split("#")[0].replace("\\", "/")
    name = posixpath.normpath(_BASES.sub("", name.strip()) or ".").lstrip("/")
    if name.startswith(".."):
        return name, None
    if name in files:
        return name, files[name]
    ends = [path for path in files if path == name or path.endswith("/" + name)]
    if not ends:
        last = posixpath.basename(name)
        ends = [path for path in files if posixpath.basename(path) == last]
        if len({files[path] for path in ends}) != 1:
            return name, None
    return ends[0], files[ends[0]]


# --- HTML -----------------------------------------------------------------------------------------


class _Html(HTMLParser):
    """Builds a tree from any HTML, however broken."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self.stack = [self.root]

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in _CLOSED_BY_ITSELF and self.stack[-1].tag == tag:
            self.stack.pop()
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].children.append(node)
        if tag not in _VOID and len(self.stack) < _DEEPEST:
            self.stack.append(node)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.stack[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self.stack) - 1, 0, -1):
            if self.stack[index].tag == tag:
                del self.stack[index:]
                return

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Skip `<![…` that is not well-formed, as browsers do; Python 3.11 gives up on it."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            return self.parse_bogus_comment(i)


def _tree(text: str) -> Node:
    if "<" not in text and "&" not in text:
        return Node("root", children=[text])
    # HTMLParser searches for the end of every `<`; formulas may contain one before a letter.
    parser = _Html()
    parser.feed(re.sub(r"<(?![a-zA-Z/!?])", "&lt;", text))
    parser.close()
    return parser.root


def _is_block(node: Node) -> bool:
    return node.tag in _BLOCKS


def _plain(node: Node) -> str:
    parts = []
    for child in node.children:
        if isinstance(child, str):
            parts.append(child)
        elif child.tag == "img":
            parts.append(child.get("alt"))
        elif child.tag not in _DROPPED:
            inner = _plain(child)
            parts.append(f" {inner} " if _is_block(child) or child.tag == "br" else inner)
    return "".join(parts)


def _around(text: str, mark: str) -> str:
    core = text.strip()
    if not core or core.startswith(mark):
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{mark}{core}{mark}{after}"


def escaped(text: str) -> str:
    """Return plain text so that our Markdown shows it as it is; TeX stays TeX."""
    parts = _TEX.split(text)
    for index in range(0, len(parts), 2):
        part = re.sub(r"([\\`*])", r"\\\1", parts[index])
        if not _ONE_RULE.fullmatch(part):  # a line for writing is not emphasis
            part = re.sub(r"(?<!\w)_|_(?!\w)|(?<=_)_", r"\\_", part)
        parts[index] = re.sub(r"\[(?=[^\]]{0,300}\]\s?[(\[])|<(?=[a-zA-Z]+:)", r"\\\g<0>", part)
    for index in range(1, len(parts), 2):
        if parts[index].startswith("$$"):
            parts[index] = f"\\[{parts[index][2:-2]}\\]"
    return "".join(parts)


def _opened(line: str) -> str:
    """Return the line, escaped so that it does not begin a list, quotation or rule."""
    if re.match(r"(?:[-+>]\s|[-*_]{3,}$|>)", line):
        return f"\\{line}"
    return re.sub(r"^(\d+)\.(?=\s)", r"\1\\.", line)
