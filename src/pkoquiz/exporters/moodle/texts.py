"""Texts in Moodle XML: character data, names, and formatted texts with copies of their files.

Moodle drops runs of white space between entities, so all texts are in CDATA sections. It strips
tags from names and reads `3,14` as 314 (all verified with Moodle 4.5.6).
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
from pkoquiz.exporters.credit import nearest
from pkoquiz.exporters.feedback import block_html, escaped
from pkoquiz.exporters.lms import legal
from pkoquiz.exporters.scoring import PLUGINFILE
from pkoquiz.language import spoken
from pkoquiz.markup import MediaHtml
from pkoquiz.model.answers import Reply
from pkoquiz.prose import shortened

Report = Callable[[str], None]
"""Called with what Moodle cannot express."""

_FILE_NAME = 80
"""Characters of a file's name, without the suffix."""


def cdata(text: str) -> str:
    """Return any text as character data, without illegal characters and with `]]>` split."""
    return "<![CDATA[" + legal(text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def text_element(text: str) -> str:
    """Return a `<text>` element."""
    return f"<text>{cdata(text)}</text>" if text else "<text></text>"


def name_of(text: str, length: int) -> str:
    """Return a name of at most `length` characters on one line, in which Moodle finds no tags."""
    return shortened(legal(text).replace("<", "‹").replace(">", "›"), length)


def credit_of(reply: Reply, report: Report) -> str:
    """Return the percentage in Moodle's list that is nearest to what an answer earns.

    Only full credit becomes 100, and only no credit becomes 0.
    """
    fraction, is_same = nearest(reply.credit)
    if not is_same:
        report(f"Moodle does not offer {reply.credit} %: the nearest is {fraction} %")
    return fraction


_OUR_FILE = "\ufffefile\uffff"
"""Placeholder for `PLUGINFILE` while a text is written, to distinguish it from an author's own: no
course can contain these two characters."""


def unlinked(html: str) -> str:
    """Return HTML in which `@@PLUGINFILE@@` is plain text; Moodle would replace it with a URL."""
    return legal(html).replace(PLUGINFILE, "@@PLUGINFILE&#64;&#64;")


_CELL = re.compile(r'<(t[hd])(?: style="([^"]*)")?>')


def framed(html: str) -> str:
    """Return HTML with lines and padding for tables in Moodle's themes.

    The themes of 4.5 ignore the border of a table, so each cell has its own. The grey is visible on
    the blue background of feedback.
    """
    html = html.replace("<table>", '<table class="table table-sm w-auto">')
    return _CELL.sub(
        lambda cell: f'<{cell[1]} style="border:1px solid #8f959e;{cell[2] or ""}">', html
    )


_BLOCK = re.compile(r"<(?:p|ul|ol|table|blockquote|pre|div)\b")


def mirrored(html: str) -> str:
    """Return HTML with right-to-left direction if the course's language needs it."""
    language = spoken()
    if language.direction == "ltr" or not html:
        return html
    tag = "div" if _BLOCK.match(html) else "span"
    return f'<{tag} dir="rtl" lang="{language.tag}">{html}</{tag}>'


@dataclass(frozen=True, slots=True)
class Formatted:
    """Writes Markdown as HTML elements.

    Each text has its own copies of the files it shows, because Moodle shares none between texts.
    """

    media: Mapping[str, bytes]
    names: dict[str, str] = field(default_factory=dict)
    """File name in Moodle by path in the course, of all files so far."""
    missing: list[str] = field(default_factory=list)
    """Paths that a text shows and the bank does not have, in order."""
    sizes: list[int] = field(default_factory=list)
    """Characters of every copy written."""

    def block(self, tag: str, text: str) -> str:
        """Return `<tag>` with block Markdown."""
        if "![" in text:
            return self.made(tag, lambda show: markup.html(text, show))
        return self.ready(tag, block_html(text))

    def inline(self, text: str) -> str:
        """Return `<text>`, and files, with one line of Markdown, for an element of the caller."""
        if "![" in text:
            return self._with_files(lambda show: markup.inline_html(text, show))
        html = markup.inline_html(text)
        # A link without words and without a safe address is an empty text, and Moodle silently
        # drops an empty option. Then the text is shown as it was written.
        return text_element(mirrored(unlinked(html if html.strip() else escaped(text))))

    def step(self, text: str) -> str:
        """Return `<text>` like `inline`, in one element.

        Moodle shows a step as a flexible box, which drops the spaces around its children.
        """
        return self._with_files(lambda show: f"<span>{markup.inline_html(text, show)}</span>")

    def made(self, tag: str, make: Callable[[MediaHtml], str]) -> str:
        """Return `<tag>` with the HTML that `make` returns, given a function that shows media."""
        return f'<{tag} format="html">{self._with_files(make)}</{tag}>'

    def ready(self, tag: str, html: str) -> str:
        """Return `<tag>` with HTML that shows no files."""
        return f'<{tag} format="html">{text_element(mirrored(framed(unlinked(html))))}</{tag}>'

    def _with_files(self, make: Callable[[MediaHtml], str]) -> str:
        shown: dict[str, str] = {}

        def show(source: str, alt: str) -> str:
            if source not in self.media:
                self.missing.append(source)
                return f"[{escape(alt or source)}]"
            shown[source] = name = self._name(source)
            target = f"{_OUR_FILE}/{quote(name)}"
            if not source.lower().endswith(markup.AUDIO):
                # Without the class, a wide picture would reach below the navigation.
                return f'<img class="img-fluid" src="{target}" alt="{escape(alt)}">'
            # Moodle's player shrinks to a button in the feedback of an option, so the class asks
            # for the browser's own.
            own = 'class="nomediaplugin"'
            link = f'<a {own} href="{target}">{escape(alt or name)}</a>'
            return f'<audio {own} controls style="max-width:100%" src="{target}">{link}</audio>'

        html = PLUGINFILE.join(map(unlinked, make(show).split(_OUR_FILE)))
        # The text comes last for the same reason as the name of a question.
        files = "".join(self._file(source, name) for source, name in shown.items())
        return files + text_element(mirrored(framed(html)))

    def _name(self, source: str) -> str:
        if source not in self.names:
            # A comma in a file name has broken imports, and a slash would make folders.
            path = PurePosixPath(re.sub(r"[^\w.-]+", "-", source))
            stem, suffix = path.stem[:_FILE_NAME].strip(".-") or "file", path.suffix[:12]
            name, count = f"{stem}{suffix}", 1
            while name in self.names.values():
                count += 1
                name = f"{stem}-{count}{suffix}"
            self.names[source] = name
        return self.names[source]

    def _file(self, source: str, name: str) -> str:
        content = base64.b64encode(self.media[source]).decode()
        self.sizes.append(len(content))
        return f'<file name="{escape(name)}" path="/" encoding="base64">{content}</file>'
