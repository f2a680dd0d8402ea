"""What all formats say after an answer: explanation, remarks and citations as HTML.

Classes are prefixed `pko-`, so that each format may style them. Without any style it still reads well: a
citation is a block quotation with quotation marks, its origin on a line of its own behind a dash.
"""

from __future__ import annotations

from decimal import Decimal
from html import escape
from typing import assert_never

from pkoquiz import markup
from pkoquiz.markup import MediaHtml
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import (
    Choice,
    Cloze,
    Essay,
    Flashcard,
    Matching,
    Multiple,
    Numerical,
    Ordering,
    Question,
    ShortAnswer,
    Term,
    TrueFalse,
)
from pkoquiz.quotes.citations import Reference, references

__all__ = ["explanation_html", "grading_html", "remarks_html", "source_html", "sources_html"]

# LMSs keep a few inline declarations and drop style sheets; the bar shows in light and in dark themes.
_QUOTED = ' style="margin:0.75em 0;padding-left:0.8em;border-left:3px solid #8f959e"'
_ORIGIN = ' style="font-size:0.875em"'


def sources_html(bank: Bank, item: Question | Term, *, inline_style: bool = False) -> str:
    """Each citation: the quote, the editor's note in brackets, speaker, section, time and passage id.

    `inline_style` adds style attributes, for systems that take no style sheet.
    """
    if not item.sources:
        return '<p class="pko-source">Not from the transcript.</p>'
    return "".join(source_html(each, inline_style=inline_style) for each in references(bank, item))


def source_html(reference: Reference, *, inline_style: bool = False) -> str:
    """One citation: quote, note, and where it stands."""
    quoted, origin = (_QUOTED, _ORIGIN) if inline_style else ("", "")
    note = (
        f' <span class="pko-note">[{markup.inline_html(reference.note)}]</span>'
        if reference.note
        else ""
    )
    return (
        f'<blockquote class="pko-source"{quoted}><q>{escape(reference.quote, quote=False)}</q>{note}<br>'
        f"<cite{origin}>— {escape(reference.where, quote=False)}</cite></blockquote>"
    )


def remarks_html(item: Question | Term) -> str:
    """Whose claim it is and the editor's note, each in a line of its own; empty when there is neither."""
    attribution = (
        f'<p class="pko-attribution">View of {markup.inline_html(item.attribution)}.</p>'
        if item.attribution
        else ""
    )
    note = f'<p class="pko-note">[Note: {markup.inline_html(item.note)}]</p>' if item.note else ""
    return attribution + note


def explanation_html(
    bank: Bank, question: Question, media: MediaHtml | None = None, *, inline_style: bool = False
) -> str:
    """Explanation, what belongs to the whole answer, remarks and citations: the general feedback of an LMS."""
    explain = markup.html(question.explain, media) if question.explain else ""
    told = explain + _particulars(question, media) + remarks_html(question)
    return told + sources_html(bank, question, inline_style=inline_style)


def _particulars(question: Question, media: MediaHtml | None) -> str:
    """What a type says about its answer as a whole, besides the explanation."""
    match question:
        case Numerical():
            return markup.html(question.working, media) if question.working else ""
        case Matching():
            told = [pair for pair in question.pairs if pair.feedback]
            return "".join(
                f"<p><strong>{markup.inline_html(pair.premise, media)} → {escape(pair.response, quote=False)}</strong></p>"
                + markup.html(pair.feedback, media)
                for pair in told
            )
        case (
            Choice()
            | Multiple()
            | TrueFalse()
            | Ordering()
            | ShortAnswer()
            | Cloze()
            | Essay()
            | Flashcard()
        ):
            return ""
        case _ as never:
            assert_never(never)


def grading_html(bank: Bank, question: Essay | ShortAnswer, media: MediaHtml | None = None) -> str:
    """What whoever grades a free text needs: rubric, model answer, other wordings, slips, sources."""
    lines = "".join(
        f"<li><strong>{_points(line.points)}</strong> {markup.inline_html(line.text, media)}</li>"
        for line in question.rubric
    )
    told = f"<p><strong>Rubric</strong></p><ul>{lines}</ul><p><strong>Model answer</strong></p>"
    if isinstance(question, Essay):
        told += markup.html(question.model_answer, media)
    else:
        best, *others = question.answers
        told += f"<p>{escape(best.text, quote=False)}</p>"
        also = [
            _reply(each.text, f"{each.credit} per cent", each.feedback, media)
            for each in others
        ]  # fmt: skip
        also += [_reply(slip.text, "wrong", slip.feedback, media) for slip in question.wrong]
        if question.otherwise:
            also.append(f"<li>Otherwise: {markup.html(question.otherwise, media)}</li>")
        if also:
            told += f"<p><strong>Other answers</strong></p><ul>{''.join(also)}</ul>"
    return (
        told + "<p><strong>Sources</strong></p>" + sources_html(bank, question, inline_style=True)
    )


def _points(value: Decimal) -> str:
    shown = number(value)
    return f"{shown} {'point' if shown == '1' else 'points'}:"


def _reply(text: str, verdict: str, feedback: str, media: MediaHtml | None) -> str:
    said = markup.html(feedback, media) if feedback else ""
    return f"<li>{escape(text, quote=False)} ({verdict}){': ' if said else ''}{said}</li>"
