"""The `<question>` element: what questions of all types share, around what only one type has."""

from __future__ import annotations

from html import escape

from pkoquiz import markup
from pkoquiz.exam.rules import length
from pkoquiz.exporters.credit import credit_told
from pkoquiz.exporters.export import Note
from pkoquiz.exporters.feedback import explanation_html
from pkoquiz.exporters.moodle.gaps import with_gaps
from pkoquiz.exporters.moodle.texts import Formatted, Say, cdata, name_of, text_element
from pkoquiz.exporters.moodle.types import Asked, body, kind, penalty
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import (
    Cloze,
    Essay,
    Matching,
    Multiple,
    Numerical,
    Ordering,
    ShortAnswer,
    cloze_parts,
)

_NAME = 120
"""Characters of a question's name: what the list of a question bank shows on a line. Moodle itself cuts at 255."""
_TAG = 50
"""Characters of a tag: Moodle cuts there without a word, and two that begin alike would melt into one."""


def element(bank: Bank, question: Asked, formatted: Formatted, notes: list[Note]) -> str:
    """The element; what had to be adapted is added to `notes`, each reason once for a question."""
    told: set[str] = set()

    def say(reason: str) -> None:
        if reason not in told:
            told.add(reason)
            notes.append(Note(reason, question.id, question.place))

    text = formatted.made(
        "questiontext", lambda show: _asked(question, markup.html(question.stem, show), say)
    )
    name = f"<name>{text_element(_name(question))}</name>"
    # Moodle takes a file that was cut off for a whole one. Last stands what it refuses a question without: the name, or
    # the text of a cloze, which gets some name if it has none.
    first, last = ([], [name, text]) if isinstance(question, Cloze) else ([text], [name])
    parts = [
        f'<question type="{kind(question)}">',
        *first,
        formatted.made(
            "generalfeedback",
            lambda show: explanation_html(bank, question, show, inline_style=True),
        ),
    ]
    if not isinstance(question, Cloze):
        parts.append(f"<defaultgrade>{number(question.points)}</defaultgrade>")
    parts += [
        f"<penalty>{penalty(question)}</penalty>",
        "<hidden>0</hidden>",
        f"<idnumber>{escape(question.id)}</idnumber>",
        *body(bank, question, formatted, say),
        *_hints(question, formatted, say),
        _tags(question, say),
        *last,
        "</question>\n",
    ]
    if question.enemies:
        say("Moodle's random questions know no enemies: two of them can meet in a quiz")
    for source in formatted.missing:
        say(f"the file {source} is not there: its description stands in its place")
    formatted.missing.clear()
    return "\n".join(parts)


def _name(question: Asked) -> str:
    stem = question.stem
    if isinstance(question, Cloze):
        stem = "".join("___" if isinstance(part, int) else part for part in cloze_parts(stem))
    return name_of(f"{question.id}: {markup.plain(stem)}", _NAME)


def _asked(question: Asked, stem: str, say: Say) -> str:
    match question:
        case Cloze():
            return with_gaps(question, stem, say)
        case Multiple():
            return f"{stem}<p><em>{credit_told(question)}</em></p>"
        case Numerical() if question.unit:
            return f"{stem}<p><em>Answer in {escape(question.unit, quote=False)}.</em></p>"
        case Essay() if told := length(question):
            return f"{stem}<p><em>{told}</em></p>"
        case _:
            return stem


def _hints(question: Asked, formatted: Formatted, say: Say) -> list[str]:
    if not question.hints:
        return []
    if isinstance(question, Essay) or (isinstance(question, ShortAnswer) and question.rubric):
        say("Moodle shows no hints in an essay")
        return []
    parts = (
        "<shownumcorrect/>" if isinstance(question, Multiple | Matching | Ordering | Cloze) else ""
    )
    return [
        f'<hint format="html">{formatted.inline(hint)}{parts}</hint>' for hint in question.hints
    ]


def _tags(question: Asked, say: Say) -> str:
    told = [
        f"objective {question.objective}" if question.objective else "",
        f"bloom {question.bloom}",
        f"difficulty {question.difficulty}",
        f"section {question.section}",
        *question.tags,
    ]
    if any(len(tag) > _TAG for tag in told):
        say(f"Moodle holds {_TAG} characters of a tag: the rest is cut off")
    kept = dict.fromkeys(tag[:_TAG] for tag in told if tag)
    return "<tags>" + "".join(f"<tag><text>{cdata(tag)}</text></tag>" for tag in kept) + "</tags>"
