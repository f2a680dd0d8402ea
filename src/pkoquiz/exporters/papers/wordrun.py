"""Markdown as runs of formatted text: what a word processor's paragraphs consist of."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from html.parser import HTMLParser

from pkoquiz import markup
from pkoquiz.model.bank import Bank

# XML 1.0 forbids these, also as character references.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look, or a picture (its path; then the text describes it)."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    quiet: bool = False
    picture: str = ""


def cleaned(text: str) -> str:
    """`text` without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def inline(text: str) -> list[Run]:
    """One line of Markdown."""
    return [run for block in _parsed(markup.inline_html(text, _picture)) for run in block]


def blocks(text: str) -> list[list[Run]]:
    """Block Markdown, paragraph by paragraph; list items and table rows are paragraphs with a mark before them."""
    return [list(block) for block in _parsed(markup.html(text, _picture))]


def picture_bytes(bank: Bank, source: str) -> bytes | None:
    """A picture of the bank that Word can show; None for others."""
    kind = source[source.rfind(".") :].lower()
    return bank.media.get(source) if kind in (".png", ".jpg", ".jpeg", ".gif") else None


def _picture(source: str, description: str) -> str:
    from html import escape

    return f'<img src="{escape(source)}" alt="{escape(description)}">'


@lru_cache(maxsize=4096)
def _parsed(html: str) -> tuple[tuple[Run, ...], ...]:
    parser = _Runs()
    parser.feed(html)
    parser.close()
    parser.end()
    return tuple(tuple(block) for block in parser.blocks)


class _Runs(HTMLParser):
    """Folds the small HTML that `markup` writes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[list[Run]] = []
        self._current: list[Run] = []
        self._look = Run("")
        self._looks: list[Run] = []
        self._marks: list[int | None] = []
        self._pre = False

    def end(self) -> None:
        if any(run.text.strip() or run.picture for run in self._current):
            self.blocks.append(self._current)
        self._current = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        match tag:
            case "strong" | "th" | "em" | "code":
                self._looks.append(self._look)
                look = self._look
                self._look = replace(
                    look,
                    bold=look.bold or tag in ("strong", "th"),
                    italic=look.italic or tag == "em",
                    code=look.code or tag == "code",
                )
            case "ul":
                self._marks.append(None)
                self.end()
            case "ol":
                first = values.get("start", "1")
                self._marks.append(int(first) if first.isdigit() else 1)
                self.end()
            case "li":
                self.end()
                mark = self._marks[-1] if self._marks else None
                self._current.append(Run("•  " if mark is None else f"{mark}.  "))
                if mark is not None:
                    self._marks[-1] = mark + 1
            case "tr" | "blockquote" | "pre":
                self.end()
                self._pre = tag == "pre"
            case "p":
                if not (len(self._current) == 1 and self._current[0].text.endswith(".  ")):
                    self.end() if self._current and not self._marks else None
            case "br":
                self._current.append(Run("\n"))
            case "img":
                self._current.append(Run(values.get("alt", ""), picture=values.get("src", "")))
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "strong" | "em" | "code" | "th":
                self._look = self._looks.pop() if self._looks else Run("")
                if tag == "th":
                    self._current.append(Run("\t"))
            case "td":
                self._current.append(Run("\t"))
            case "p" | "li" | "tr" | "blockquote" | "pre":
                self.end()
                self._pre = False
            case "ul" | "ol":
                self.end()
                if self._marks:
                    self._marks.pop()
            case _:
                pass

    def handle_data(self, data: str) -> None:
        text = cleaned(data if self._pre else re.sub(r"\s+", " ", data))
        if text.strip() or (text and self._current):
            self._current.append(replace(self._look, text=text))
