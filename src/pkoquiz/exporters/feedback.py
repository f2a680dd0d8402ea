"""Feedback after an answer as HTML, for several formats: explanation, remarks, citations, rubric.

All classes begin with `pko-`, so that a format can style them. The HTML is readable without styles:
a citation is a block quotation in quotation marks, followed by a line with its source.
"""

from __future__ import annotations

from decimal import Decimal
from html import escape
from itertools import groupby

from pkoquiz import markup
from pkoquiz.exporters import phrases
from pkoquiz.language import say, say_count, spoken
from pkoquiz.markup import MediaHtml
from pkoquiz.model.addresses import is_online, report_address
from pkoquiz.model.answers import Number, Pairs, Reply, Task, Written, replies
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question, Term
from pkoquiz.quotes.citations import Reference, references

# Learning management systems keep some inline declarations and drop style sheets. This grey is
# visible in light and in dark themes.
_QUOTE_STYLE = ' style="margin:0.75em 0;padding-left:0.8em;border-left:3px solid #8f959e"'
_ORIGIN_STYLE = ' style="font-size:0.875em"'


def escaped(text: str) -> str:
    """Return plain text as HTML."""
    return escape(text, quote=False)


def block_html(text: str, media: MediaHtml | None = None) -> str:
    """Return block Markdown as HTML, or an empty text if there is none."""
    return markup.html(text, media) if text else ""


def sources_html(bank: Bank, item: Question | Term, *, inline_style: bool = False) -> str:
    """Return the citations of an item. `inline_style` is for systems without style sheets."""
    if not item.sources:
        return f'<p class="pko-source">{say(phrases.NOT_CITED)}</p>'
    return "".join(
        source_html(reference, inline_style=inline_style) for reference in references(bank, item)
    )


def source_html(reference: Reference, *, inline_style: bool = False, known: str = "") -> str:
    """Return one citation: quote, editor's note, speaker, section, time and passage id.

    The section is left out if it is the `known` one, which the reader sees anyway.
    """
    quote_style, origin_style = (_QUOTE_STYLE, _ORIGIN_STYLE) if inline_style else ("", "")
    language = reference.language or (spoken().tag if inline_style else "en")
    # The browser's quotation marks are those of the language.
    lang = f' lang="{escape(language)}"' if language != "en" or reference.language else ""
    note = (
        f' <span class="pko-note">[{markup.inline_html(reference.note)}]</span>'
        if reference.note
        else ""
    )
    return (
        f'<blockquote class="pko-source"{quote_style}>'
        f"<q{lang}>{escaped(reference.quote)}</q>{note}<br>"
        f"<cite{origin_style}>— {_where_html(reference.where_outside(known), reference)}</cite>"
        "</blockquote>"
    )


def _where_html(where: str, reference: Reference) -> str:
    """Return where a quote is, with a link to that time if the recording is on the web."""
    if not is_online(reference.recording):
        return escaped(where)
    before, time, after = where.rpartition(reference.time)
    play = f'<a class="pko-recording" href="{escape(reference.recording)}">\u25b6\ufe0e {time}</a>'
    return f"{escaped(before)}{play}{escaped(after)}"


def report_html(bank: Bank, item: Question | Term, *, inline_style: bool = False) -> str:
    """Return the link for reporting a mistake; empty if the course wants no reports."""
    template = bank.course.report
    if not template:
        return ""
    passage = item.sources[0].passage_id if item.sources else ""
    edition = str(bank.ledger.last.edition) if bank.ledger.last else "preview"
    address = report_address(template, item.id, edition, passage)
    style = _ORIGIN_STYLE if inline_style else ""
    return f'<p class="pko-report"{style}><a href="{escape(address)}">{say(phrases.REPORT)}</a></p>'


def remarks_html(item: Question | Term) -> str:
    """Return the attribution and the editor's note; empty if there is neither."""
    remarks = ""
    if item.attribution:
        speaker = markup.inline_html(item.attribution)
        remarks += f'<p class="pko-attribution">{say(phrases.ATTRIBUTION, speaker=speaker)}</p>'
    if item.note:
        note = say(phrases.NOTE, note=markup.inline_html(item.note))
        remarks += f'<p class="pko-note">{note}</p>'
    return remarks


def explanation_html(
    bank: Bank,
    question: Question,
    task: Task,
    media: MediaHtml | None = None,
    *,
    inline_style: bool = True,
) -> str:
    """Return the general feedback of a learning management system."""
    explanation = block_html(question.explain, media) + _task_explanation(task, media)
    sources = sources_html(bank, question, inline_style=inline_style)
    return (
        explanation
        + remarks_html(question)
        + sources
        + report_html(bank, question, inline_style=inline_style)
    )


def _task_explanation(task: Task, media: MediaHtml | None) -> str:
    """Return the parts that no format attaches to an answer: the calculation, feedback on pairs."""
    if isinstance(task, Number):
        return block_html(task.working, media)
    pairs = task.pairs if isinstance(task, Pairs) else ()
    return "".join(
        f"<p><strong>{markup.inline_html(pair.premise, media)} → {escaped(pair.response)}"
        f"</strong></p>{markup.html(pair.feedback, media)}"
        for pair in pairs
        if pair.feedback
    )


def replies_by_blank(question: Question) -> list[list[Reply]]:
    """Return the replies to each blank of a question: the best answer first, then the others."""
    return [list(group) for _, group in groupby(replies(question), lambda reply: reply.index)]


def grading_html(
    bank: Bank, question: Question, task: Written, media: MediaHtml | None = None
) -> str:
    """Return the information for graders: rubric, model answer, replies, citations."""
    rubric = "".join(
        f"<li><strong>{_points(line.points)}</strong> {markup.inline_html(line.text, media)}</li>"
        for line in task.rubric
    )
    html = f"{_heading(say(phrases.RUBRIC))}<ul>{rubric}</ul>{_heading(say(phrases.MODEL_ANSWER))}"
    if task.short is None:
        html += markup.html(task.model, media)
    else:
        html += f"<p>{escaped(task.model)}</p>"
        others = "".join(_other_answer(reply, media) for reply in replies(question)[1:])
        html += f"{_heading(say(phrases.OTHER_ANSWERS))}<ul>{others}</ul>" if others else ""
    return html + _heading(say(phrases.SOURCES)) + sources_html(bank, question, inline_style=True)


def _heading(text: str) -> str:
    return f"<p><strong>{text}</strong></p>"


def _points(points: Decimal) -> str:
    return say_count("{count} point:", "{count} points:", points)


def _other_answer(reply: Reply, media: MediaHtml | None) -> str:
    feedback = block_html(reply.said, media)
    if not reply.answer:
        return f"<li>{say(phrases.ANY_OTHER_ANSWER)}: {feedback}</li>"
    credit = say("{number} per cent", number=reply.credit) if reply.credit else say(phrases.WRONG)
    return f"<li>{escaped(reply.answer)} ({credit}){': ' if feedback else ''}{feedback}</li>"
