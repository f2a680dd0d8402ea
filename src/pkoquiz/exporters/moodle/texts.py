"""Moodle XML in the small: texts in CDATA with copies of their files, names.

Moodle drops runs of white space between entities, so every text stands in CDATA; it strips tags from
names and reads `3,14` as 314 (all verified with Moodle 4.5.6).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import PurePosixPath
from urllib.parse import quote

from pkoquiz import markup
from pkoquiz.markup import MediaHtml

Say = Callable[[str], None]
"""Notes what the format could not say."""

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME_OF_FILE = 80


def cdata(text: str) -> str:
    """Any text as character data; what XML cannot hold is left out (the reader refuses it), `]]>` is split."""
    return "<![CDATA[" + _ILLEGAL.sub("", text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def text_element(text: str) -> str:
    """`<text>` around a text that is not formatted."""
    return f"<text>{cdata(text)}</text>" if text else "<text></text>"


def name_of(text: str, length: int) -> str:
    """A name of at most `length` characters on one line, without what Moodle takes for tags; cut at a word with `…`."""
    flat = " ".join(_ILLEGAL.sub("", text).replace("<", "‹").replace(">", "›").split())
    if len(flat) <= length:
        return flat
    cut = flat[: length - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[length // 2 :] else cut).rstrip() + "…"


_PLUGINFILE = "@@PLUGINFILE@@"
_OUR_FILE = "\ufffefile\uffff"
"""Stands for `_PLUGINFILE` while a text is made; no course can hold these two characters, so an author's own can be told from it."""


def _unlinked(html: str) -> str:
    """HTML in which an author's `@@PLUGINFILE@@` is text: Moodle would make an address of it."""
    return _ILLEGAL.sub("", html).replace(_PLUGINFILE, "@@PLUGINFILE&#64;&#64;")


def framed(html: str) -> str:
    """HTML whose tables have lines and room: classes of Moodle's themes, and a grey that shows on their blue."""
    looks = 'class="table table-bordered table-sm w-auto" style="border-color:#8f959e"'
    return html.replace("<table>", f"<table {looks}>")


@dataclass(frozen=True, slots=True)
class Formatted:
    """Markdown as HTML elements, each with its own copies of the files it shows: Moodle shares none between texts."""

    media: Mapping[str, bytes]
    names: dict[str, str] = field(default_factory=dict)
    """Path in the course → file name in Moodle, of all files met so far."""
    missing: list[str] = field(default_factory=list)
    """Paths that a text shows and the bank does not hold, as met."""
    sizes: list[int] = field(default_factory=list)
    """Characters of every copy written."""

    def block(self, tag: str, text: str) -> str:
        """`<tag>` with block Markdown."""
        plain = markup.html(text) if text and "![" not in text else ""
        return (
            self.ready(tag, plain)
            if plain or not text
            else self.made(tag, lambda show: markup.html(text, show))
        )

    def inline(self, text: str) -> str:
        """`<text>` (and files) with one line of Markdown, for an element that the caller writes."""
        if "![" not in text:
            html = markup.inline_html(text)
            # A link without words that leads nowhere safe comes to nothing, and Moodle drops an empty option without a
            # word: then the text stands there as it was written.
            return text_element(_unlinked(html if html.strip() else escape(text, quote=False)))
        return self._with_files(lambda show: markup.inline_html(text, show))

    def made(self, tag: str, make: Callable[[MediaHtml], str]) -> str:
        """`<tag>` with the HTML that `make` returns; pictures and sounds go through the function it is given."""
        return f'<{tag} format="html">{self._with_files(make)}</{tag}>'

    def ready(self, tag: str, html: str) -> str:
        """`<tag>` with HTML that shows no files."""
        return f'<{tag} format="html">{text_element(framed(_unlinked(html)))}</{tag}>'

    def _with_files(self, make: Callable[[MediaHtml], str]) -> str:
        shown: dict[str, str] = {}

        def show(source: str, alt: str) -> str:
            if source not in self.media:
                self.missing.append(source)
                return f"[{escape(alt or source)}]"
            shown[source] = name = self._name(source)
            target = f"{_OUR_FILE}/{quote(name)}"
            if source.lower().endswith(markup.AUDIO):
                # Moodle's own player shrinks to a button where feedback stands behind an option: the browser's is asked for.
                own = 'class="nomediaplugin"'
                link = f'<a {own} href="{target}">{escape(alt or name)}</a>'
                return f'<audio {own} controls style="max-width:100%" src="{target}">{link}</audio>'
            return f'<img src="{target}" alt="{escape(alt)}">'

        html = _PLUGINFILE.join(map(_unlinked, make(show).split(_OUR_FILE)))
        # The text last, for the same reason as a question's name.
        return "".join(self._file(source, name) for source, name in shown.items()) + text_element(
            framed(html)
        )

    def _name(self, source: str) -> str:
        if source not in self.names:
            # A comma in a file name has broken imports, and a slash would make folders.
            path = PurePosixPath(re.sub(r"[^\w.-]+", "-", source))
            stem, ending = path.stem[:_NAME_OF_FILE].strip(".-") or "file", path.suffix[:12]
            name, count = f"{stem}{ending}", 1
            while name in self.names.values():
                count += 1
                name = f"{stem}-{count}{ending}"
            self.names[source] = name
        return self.names[source]

    def _file(self, source: str, name: str) -> str:
        content = base64.b64encode(self.media[source]).decode()
        self.sizes.append(len(content))
        return f'<file name="{escape(name)}" path="/" encoding="base64">{content}</file>'
