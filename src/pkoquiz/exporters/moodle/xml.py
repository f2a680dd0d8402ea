"""Moodle XML in the small: texts in CDATA with their files, names, plain decimals.

Moodle drops runs of white space between entities, so every text stands in CDATA; it strips tags from
names and reads `3,14` as 314 (all verified with Moodle 4.5.6).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from pathlib import PurePosixPath
from urllib.parse import quote

from pkoquiz import markup

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NAME_LENGTH = 255
"""Characters of a question's name; Moodle silently cuts what is longer."""


def cdata(text: str) -> str:
    """Any text as character data; what XML cannot hold is left out, `]]>` is split."""
    return "<![CDATA[" + _ILLEGAL.sub("", text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def text_element(text: str) -> str:
    """`<text>` around a text that is not formatted."""
    return f"<text>{cdata(text)}</text>"


def decimal(value: Decimal) -> str:
    """A number as Moodle reads it: plain, with a point, without exponent."""
    shown = format(value, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def name_of(text: str, length: int = NAME_LENGTH) -> str:
    """A name without what Moodle takes for tags, on one line, cut at a word with `…`."""
    flat = " ".join(text.replace("<", "‹").replace(">", "›").split())
    if len(flat) <= length:
        return flat
    cut = flat[: length - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[length // 2 :] else cut) + "…"


@dataclass(frozen=True, slots=True)
class Formatted:
    """Markdown as the HTML of one Moodle text, together with copies of the files it shows."""

    media: Mapping[str, bytes]
    used: dict[str, str] = field(default_factory=dict)
    """Path → name in Moodle, of all pictures met so far; for the size note."""

    def block(self, tag: str, text: str, attributes: str = "") -> str:
        """An element with block Markdown inside."""
        return self._element(tag, text, markup.html, attributes)

    def inline(self, tag: str, text: str, attributes: str = "") -> str:
        """An element with one line of Markdown inside."""
        return self._element(tag, text, markup.inline_html, attributes)

    def ready(self, tag: str, html: str, files: str = "", attributes: str = "") -> str:
        """An element with HTML that is ready."""
        return f'<{tag} format="html"{attributes}>{text_element(html)}{files}</{tag}>'

    def html(self, text: str, *, inline: bool = False) -> tuple[str, str]:
        """(HTML, its `<file>` elements) of a Markdown text."""
        shown: dict[str, str] = {}

        def show(source: str, alt: str) -> str:
            if source not in self.media:
                return f"[{escape(alt or source)}]"
            name = shown.setdefault(source, _file_name(source))
            self.used[source] = name
            target = f"@@PLUGINFILE@@/{quote(name)}"
            if source.lower().endswith(markup.AUDIO):
                return f'<audio controls src="{target}">{escape(alt)}</audio>'
            return f'<img src="{target}" alt="{escape(alt)}">'

        fold = markup.inline_html if inline else markup.html
        html = fold(text, show) if text else ""
        return html, "".join(self._file(source, name) for source, name in shown.items())

    def _element(self, tag: str, text: str, fold: object, attributes: str) -> str:
        html, files = self.html(text, inline=fold is markup.inline_html)
        return self.ready(tag, html, files, attributes)

    def _file(self, source: str, name: str) -> str:
        content = base64.b64encode(self.media[source]).decode()
        return f'<file name="{escape(name)}" path="/" encoding="base64">{content}</file>'


def _file_name(source: str) -> str:
    # A comma in a file name has broken imports; Moodle also refuses some signs outright.
    return re.sub(r"[^\w.-]+", "-", PurePosixPath(source).as_posix())
