"""What all formats say after an answer: explanation, remarks and citations as HTML, and option letters.

Classes are prefixed `pko-`, so that each format may style them; without any style it still reads well.
"""

from __future__ import annotations

from html import escape

from pkoquiz import markup
from pkoquiz.bank import Bank, references
from pkoquiz.markup import MediaHtml
from pkoquiz.question import Question, Term


def letter(index: int) -> str:
    """The letter of an option: 0 → A, 25 → Z, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def sources_html(bank: Bank, item: Question | Term) -> str:
    """Each citation: the quote, the editor's note in brackets, speaker, section, time and passage id."""
    if not item.sources:
        return '<p class="pko-source">Not from the transcript.</p>'
    shown = []
    for reference in references(bank, item):
        note = f' <span class="pko-note">[{markup.inline_html(reference.note)}]</span>' if reference.note else ""
        shown.append(
            f'<div class="pko-source"><q>{escape(reference.quote, quote=False)}</q>{note}'
            f' <cite>{escape(reference.where, quote=False)}</cite></div>'
        )
    return "".join(shown)


def remarks_html(item: Question | Term) -> str:
    """Whose claim it is and the editor's note, each in a line of its own; empty when there is neither."""
    attribution = f'<p class="pko-attribution">View of {markup.inline_html(item.attribution)}.</p>' if item.attribution else ""
    note = f'<p class="pko-note">[Note: {markup.inline_html(item.note)}]</p>' if item.note else ""
    return attribution + note


def explanation_html(bank: Bank, question: Question, media: MediaHtml | None = None) -> str:
    """Explanation, remarks and citations: the general feedback of an LMS, the back of a card."""
    explain = markup.html(question.explain, media) if question.explain else ""
    return explain + remarks_html(question) + sources_html(bank, question)
