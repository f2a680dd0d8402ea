"""Shapes as one self-contained HTML file, for reading on a screen or printing from any browser.

Text is escaped by Jinja2 and MarkupSafe, or is HTML from `markup`, which turns off raw HTML.
Pictures and sounds are data URIs. There are no scripts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, assert_never

from markupsafe import Markup, escape

from pkoquiz import markup
from pkoquiz.exporters.papers import shapes
from pkoquiz.exporters.papers.shapes import GAP, Blocks, Inline, Line, Plain, Prompt
from pkoquiz.web.media import embedded

if TYPE_CHECKING:
    from jinja2 import Environment


def page(document: shapes.Paper | shapes.Key, media: Mapping[str, bytes]) -> bytes:
    """Return a paper or key; `media` are the bank's files by path."""
    writer = _Writer(media)
    name = "paper" if isinstance(document, shapes.Paper) else "key"
    template = _environment().get_template(f"{name}.html.j2")
    return template.render(
        document=document,
        frame=document.frame,
        css=_css,
        line=writer.line,
        inline=writer.inline,
        where=_where,
        blocks=writer.blocks,
        stem=writer.stem,
        room=writer.room,
    ).encode()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader

    return Environment(
        loader=PackageLoader("pkoquiz.exporters.papers", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _css(text: str) -> Markup:
    """Return the content of a CSS string, with everything except letters and digits escaped.

    A space after an escape is part of it, so spaces are escaped too.
    """
    return Markup(re.sub(r"[^A-Za-z0-9]", lambda sign: f"\\{ord(sign[0]):06x}", text))


def _where(quote: shapes.Quote) -> Markup:
    """Return where a quote is, with a link from its time to the recording."""
    if not quote.recording:
        return escape(quote.where)
    before, time, after = quote.where.rpartition(quote.time)
    play = Markup('{}<a href="{}">\u25b6\ufe0e {}</a>{}')
    return play.format(before, quote.recording, time, after)


_TAG_OR_GAP = re.compile(rf"<[^>]*>|{GAP.pattern}")


class _Writer:
    """Writes the parts of a page, with media from a bank."""

    def __init__(self, media: Mapping[str, bytes]) -> None:
        self._show = embedded(media)

    def blocks(self, text: Blocks) -> Markup:
        """Return paragraphs and lists."""
        return Markup(markup.html(text.markdown, self._show, mathml=True))

    def inline(self, text: Inline) -> Markup:
        """Return one line of Markdown."""
        return Markup(markup.inline_html(text.markdown, self._show, mathml=True))

    def line(self, line: Line) -> Markup:
        """Return a line of plain text and Markdown."""
        return Markup("").join(
            escape(piece.text) if isinstance(piece, Plain) else self.inline(piece)
            for piece in line.pieces
        )

    def stem(self, prompt: Prompt) -> Markup:
        """Return the stem with its gaps, and the points at the end of its last line."""
        shown = self.blocks(prompt.stem)
        if prompt.gaps:
            shown = _with_gaps(shown, prompt)
        worth = Markup(' <span class="worth">{}</span>').format(prompt.worth)
        if shown.endswith("</p>"):
            return Markup(shown[:-4] + worth + Markup("</p>"))
        return shown + worth

    def room(self, room: shapes.Room | None) -> Markup:
        """Return the room for the answer, or the choices."""
        match room:
            case shapes.Options(options=options, several=several):
                item = Markup('<li><b class="{}">{}</b><div>{}</div></li>')
                shape = "square" if several else "round"
                items = (item.format(shape, mark, self.inline(text)) for mark, text in options)
                return Markup('<ol class="options">{}</ol>').format(Markup("").join(items))
            case shapes.Verdict(words=words):
                word = Markup('<bdi><b class="round">{}</b> {}</bdi>')
                shown = Markup(" ").join(word.format(mark, text) for mark, text in words)
                return Markup('<p class="verdict">{}</p>').format(shown)
            case shapes.Match(premises=premises, responses=responses):
                boxed = Markup('<li><b class="box"></b><span>{}</span><div>{}</div></li>')
                left = (
                    boxed.format(number, self.inline(premise))
                    for number, premise in enumerate(premises, 1)
                )
                marked = Markup("<li><b>{}</b><div>{}</div></li>")
                right = (marked.format(mark, text) for mark, text in responses)
                return Markup('<div class="match"><ol>{}</ol><ol>{}</ol></div>').format(
                    Markup("").join(left), Markup("").join(right)
                )
            case shapes.Steps(box=box, steps=steps):
                item = Markup(
                    '<li><b class="box" role="img" aria-label="{}"></b><div>{}</div></li>'
                )
                items = (item.format(box, self.inline(step)) for step in steps)
                return Markup('<ul class="options">{}</ul>').format(Markup("").join(items))
            case shapes.Box(unit=unit):
                return Markup('<p class="number"><b class="wide"></b> {}</p>').format(unit)
            case shapes.Lines(note=note):
                above = Markup("<p><em>{}</em></p>").format(note) if note else Markup("")
                ruled = Markup('<div class="ruled{}" aria-hidden="true">{}</div>')
                kinds = zip((" together", "", " together"), room.groups(), strict=True)
                return above + Markup("").join(
                    ruled.format(kind, Markup("<i></i>") * count) for kind, count in kinds if count
                )
            case None:
                return Markup("")
            case _ as never:
                assert_never(never)


def _with_gaps(html: str, prompt: Prompt) -> Markup:
    """Return the HTML with its gaps drawn, whose braces are ordinary text in Markdown.

    A gap inside a tag, in an address or a description, follows the text.
    """
    drawn: set[str] = set()

    def gap(number: str) -> str:
        drawn.add(number)
        width = prompt.gap_width * 0.62
        return f'<span class="gap" style="width:{width:.1f}em"><small>{number}</small></span>'

    shown = _TAG_OR_GAP.sub(
        lambda match: gap(match[1]) if match[1] else GAP.sub("…", match[0]), html
    )
    hidden = shapes.hidden_gaps(prompt, drawn)
    return Markup(shown + "".join(f" {gap(number)}" for number in hidden))
