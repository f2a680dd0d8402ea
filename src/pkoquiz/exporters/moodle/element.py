"""The `<question>` element: the parts that all types share, around those of one type."""

from __future__ import annotations

from html import escape

from pkoquiz import markup
from pkoquiz.exam.rules import length
from pkoquiz.exporters import phrases as common
from pkoquiz.exporters.credit import credit_rule
from pkoquiz.exporters.export import Note
from pkoquiz.exporters.feedback import escaped, explanation_html
from pkoquiz.exporters.lms import QuizTask
from pkoquiz.exporters.moodle import phrases
from pkoquiz.exporters.moodle.gaps import with_gaps
from pkoquiz.exporters.moodle.texts import Formatted, Report, cdata, name_of, text_element
from pkoquiz.exporters.moodle.types import Body, body_of, unit_left_out
from pkoquiz.language import say
from pkoquiz.model.answers import Blanks, Number, Options, Written
from pkoquiz.model.bank import Bank
from pkoquiz.model.course import MoodleTag
from pkoquiz.model.parts import number
from pkoquiz.model.question import Question, cloze_parts

_NAME = 60
"""Characters of a question's name: the list of a question bank shows it on two lines."""
_TAG = 50
"""Characters of a tag: Moodle cuts the rest, which would merge tags with the same beginning."""


def element(
    bank: Bank,
    question: Question,
    task: QuizTask,
    formatted: Formatted,
    notes: list[Note],
    tags: tuple[str, ...] = (),
) -> str:
    """Return the element; what Moodle cannot express is added to `notes`, each reason once.

    `tags` are added to those that the course's settings select.
    """
    reasons: set[str] = set()

    def report(reason: str) -> None:
        if reason not in reasons:
            reasons.add(reason)
            notes.append(Note(reason, question.id, question.place))

    is_cloze = isinstance(task, Blanks) and task.in_stem
    text = formatted.made(
        "questiontext", lambda show: _text(question, task, markup.html(question.stem, show), report)
    )
    general = formatted.made(
        "generalfeedback", lambda show: explanation_html(bank, question, task, show)
    )
    body = body_of(bank, question, task, formatted, report)
    name = f"<name>{text_element(_name(question, is_cloze))}</name>"
    # Moodle takes a truncated file for a complete one. So the last element is the one without which
    # Moodle refuses the question: the name, or the text of a cloze, which gets a name if necessary.
    first, last = ([], [name, text]) if is_cloze else ([text], [name])
    parts = [
        f'<question type="{body.type}">',
        *first,
        general,
        *([] if is_cloze else [f"<defaultgrade>{number(question.points)}</defaultgrade>"]),
        f"<penalty>{body.penalty}</penalty>",
        "<hidden>0</hidden>",
        f"<idnumber>{escape(question.id)}</idnumber>",
        *body.elements,
        *_hints(question, body, formatted, report),
        *_tags((*_selected_tags(question, bank.course.moodle.tags), *tags), report),
        *last,
        "</question>\n",
    ]
    for source in formatted.missing:
        report(f"the file {source} is missing: its description is shown instead")
    formatted.missing.clear()
    return "\n".join(parts)


def _name(question: Question, is_cloze: bool) -> str:
    """Return `id: stem`, cut at a word.

    Moodle's statistics identify questions by name only, so the id is never cut.
    """
    stem = question.stem
    if is_cloze:
        stem = "".join("___" if isinstance(part, int) else part for part in cloze_parts(stem))
    begin = f"{question.id}:"
    name = f"{begin} {name_of(markup.plain(stem), _NAME)}"
    if len(name) <= _NAME:
        return name
    kept = name[: max(_NAME - 1, len(begin))]
    at_word = kept.rsplit(" ", 1)[0]
    return f"{kept.rstrip() if at_word == begin else at_word}…"


def _text(question: Question, task: QuizTask, stem: str, report: Report) -> str:
    """Return the HTML of the stem with gaps, or with an instruction if the task needs one."""
    match task:
        case Blanks(in_stem=True):
            return with_gaps(question, task, stem, report)
        case Options(several=True):
            instruction = credit_rule(task, question.stem)
        case Number(unit=unit) if unit:
            phrase = phrases.NUMBER_IN_UNIT if unit_left_out(unit) else phrases.ANSWER_IN_UNIT
            instruction = say(phrase, unit=escaped(unit))
        case Written():
            instruction = length(task)
        case _:
            instruction = ""
    return f"{stem}<p><em>{instruction}</em></p>" if instruction else stem


def _hints(question: Question, body: Body, formatted: Formatted, report: Report) -> list[str]:
    if question.hints and body.no_hints:
        report(body.no_hints)
        return []
    parts = "<shownumcorrect/>" if body.has_parts else ""
    return [
        f'<hint format="html">{formatted.inline(hint)}{parts}</hint>' for hint in question.hints
    ]


def _selected_tags(question: Question, selected: tuple[MoodleTag, ...]) -> list[str]:
    objective = say(common.OBJECTIVE_TAG, objective=question.objective)
    tags: dict[MoodleTag, tuple[str, ...]] = {
        "topic": question.tags,
        "objective": (objective,) if question.objective else (),
        "bloom": (say(common.BLOOM_TAGS[question.bloom]),),
        "difficulty": (say(common.DIFFICULTY_TAGS[question.difficulty]),),
        "section": (say(common.SECTION_TAG, section=question.section),),
    }
    return [tag for kind in selected for tag in tags[kind]]


def _tags(tags: tuple[str, ...], report: Report) -> list[str]:
    if any(len(tag) > _TAG for tag in tags):
        report(f"Moodle keeps {_TAG} characters of a tag: the rest is cut off")
    kept = dict.fromkeys(tag[:_TAG] for tag in tags)
    elements = "".join(f"<tag><text>{cdata(tag)}</text></tag>" for tag in kept)
    return [f"<tags>{elements}</tags>"] if kept else []
