"""The contents of a bank as rows of a table: the question types, and the fields that authors write.

`table` says how each format exports each row. Notes, `docs/formats.md` and the output of `pkoquiz
build --explain` are generated from these rows and that table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pkoquiz.model.answers import Blanks, Number, Options, Pairs, Steps, Verdict, Written, task_of
from pkoquiz.model.parts import Accepted
from pkoquiz.model.question import Question

Mark = Literal["written", "changed", "left out", "question left out"]


@dataclass(frozen=True, slots=True)
class Cell:
    """How a format exports a row."""

    mark: Mark
    text: str = ""
    """Where it is written, how it is changed, or why it is left out."""


def written(text: str = "") -> Cell:
    """Return the cell of a row that is exported as its author wrote it."""
    return Cell("written", text)


def changed(text: str) -> Cell:
    """Return the cell of a row that is exported in another form."""
    return Cell("changed", text)


def left_out(text: str = "") -> Cell:
    """Return the cell of a row that the format cannot express."""
    return Cell("left out", text)


def question_left_out(text: str) -> Cell:
    """Return the cell of a row that causes the question to be left out, with the reason."""
    return Cell("question left out", text)


Column = Mapping[str, Cell]
"""A format: the name of each row → its cell."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question type, or a field that authors write."""

    name: str
    title: str
    """In Markdown."""
    uses: Callable[[Question], bool]
    """Whether a question has it."""
    noted: bool = True
    """Whether a build adds a note for each question that loses it."""


def _type(name: str, title: str) -> Row:
    return Row(name, title, lambda question: type_name(question) == name)


def type_name(question: Question) -> str:
    """Return the name of the row of a question's type."""
    if question.type == "shortanswer" and isinstance(task_of(question), Written):
        return "shortanswer with rubric"
    return question.type


TYPE_ROWS = (
    _type("choice", "single choice"),
    _type("multiple", "multiple response"),
    _type("truefalse", "true/false"),
    _type("matching", "matching"),
    _type("ordering", "ordering"),
    _type("shortanswer", "short answer"),
    _type("shortanswer with rubric", "short answer with rubric"),
    _type("numerical", "numerical"),
    _type("cloze", "cloze"),
    _type("essay", "essay"),
    _type("flashcard", "flashcard"),
    Row("glossary", "glossary", lambda question: False),
)


def _accepted(question: Question, *, gaps: bool) -> Iterator[Accepted]:
    task = task_of(question)
    if isinstance(task, Blanks) and task.in_stem == gaps:
        for blank in task.blanks:
            yield from blank.answers


def _says_to_options(question: Question) -> bool:
    match task_of(question):
        case Options(options=options):
            return any(option.feedback for option in options)
        case Verdict(if_true=if_true, if_false=if_false):
            return bool(if_true or if_false)
        case _:
            return False


def _says_to_answers(question: Question) -> bool:
    return any(
        answer.feedback for gaps in (False, True) for answer in _accepted(question, gaps=gaps)
    )


def _has_wrong_answers(question: Question) -> bool:
    task = task_of(question)
    return isinstance(task, Blanks) and any(blank.wrong for blank in task.blanks)


def _has_otherwise(question: Question) -> bool:
    match task_of(question):
        case Blanks(blanks=blanks):
            return any(blank.otherwise for blank in blanks)
        case Number(otherwise=otherwise):
            return bool(otherwise)
        case _:
            return False


def _is_exact(question: Question, exact: bool) -> bool:
    task = task_of(question)
    return isinstance(task, Options) and task.several and task.exact == exact


def _has_fixed_order(question: Question) -> bool:
    task = task_of(question)
    return isinstance(task, Options) and bool(task.order)


def _has_pins(question: Question) -> bool:
    task = task_of(question)
    return isinstance(task, Options) and any(option.pin for option in task.options)


def _is_case_sensitive(question: Question) -> bool:
    task = task_of(question)
    return isinstance(task, Blanks) and task.case_sensitive


def _pairs(question: Question) -> Pairs | None:
    task = task_of(question)
    return task if isinstance(task, Pairs) else None


def _has_extras(question: Question) -> bool:
    task = _pairs(question)
    return task is not None and len(task.responses) > len(set(task.keys))


def _shares_responses(question: Question) -> bool:
    task = _pairs(question)
    return task is not None and len(set(task.keys)) < len(task.pairs)


def _says_to_pairs(question: Question) -> bool:
    task = _pairs(question)
    return task is not None and any(pair.feedback for pair in task.pairs)


def _has_word_limits(question: Question) -> bool:
    task = task_of(question)
    return isinstance(task, Written) and bool(task.min_words or task.max_words)


def asked(question: Question) -> Iterator[str]:
    """Yield the Markdown texts that learners see before they answer."""
    yield question.stem
    match task_of(question):
        case Options(options=options):
            yield from (option.text for option in options)
        case Pairs(pairs=pairs):
            yield from (pair.premise for pair in pairs)
        case Steps(steps=steps):
            yield from steps
        case _:
            pass


def shows_files(question: Question) -> bool:
    """Return whether learners need a picture or a sound to answer the question."""
    return any("![" in text for text in asked(question))


def _has_formulas(question: Question) -> bool:
    return any("\\(" in text or "\\[" in text for text in asked(question))


def _always(question: Question) -> bool:
    return True


def _any(*names: str) -> Callable[[Question], bool]:
    return lambda question: any(getattr(question, name, "") for name in names)


FIELD_ROWS = (
    Row("id", "`id`", _always, noted=False),
    Row("explain", "`explain`, `working`", _any("explain", "working")),
    Row("sources", "`sources`", _always),
    Row("remarks", "`note`, `attribution`", _any("note", "attribution")),
    Row("options", "`feedback` of options", _says_to_options),
    Row("answers", "`feedback` of accepted answers", _says_to_answers),
    Row("pairs", "`feedback` of pairs", _says_to_pairs),
    Row("wrong", "`wrong` answers", _has_wrong_answers),
    Row(
        "wrong values",
        "`wrong` numbers",
        lambda question: question.type == "numerical" and bool(question.wrong),
    ),
    Row("otherwise", "`otherwise`", _has_otherwise),
    Row(
        "credit",
        "`credit` of an answer",
        lambda question: any(answer.credit < 100 for answer in _accepted(question, gaps=False)),
    ),
    Row(
        "gap credit",
        "`credit` in a gap",
        lambda question: any(answer.credit < 100 for answer in _accepted(question, gaps=True)),
    ),
    Row("case", "`case_sensitive`", _is_case_sensitive),
    Row("partial", "`scoring: partial`", lambda question: _is_exact(question, False)),
    Row("exact", "`scoring: exact`", lambda question: _is_exact(question, True)),
    Row("tolerance", "`tolerance`", _any("tolerance")),
    Row("unit", "`unit`", _any("unit")),
    Row("extras", "`extras`", _has_extras),
    Row("shared", "one response to several premises", _shares_responses),
    Row("rubric", "`rubric`, `model_answer`", _any("rubric")),
    Row("words", "`min_words`, `max_words`", _has_word_limits),
    Row("points", "`points`", lambda question: question.points != 1),
    Row("hints", "`hints`", _any("hints")),
    Row(
        "gap hint",
        "`hint` of a gap",
        lambda question: question.type == "cloze" and any(gap.hint for gap in question.gaps),
    ),
    Row("tags", "`tags`, `objective`, `bloom`, `difficulty`", _always, noted=False),
    Row("section", "`section`", _always, noted=False),
    Row("card", "`card`", _any("card"), noted=False),
    Row("order", "`shuffle: false`, options that are numbers", _has_fixed_order),
    Row("pin", "`pin`", _has_pins),
    Row("enemies", "`enemies`", _any("enemies")),
    Row("files", "pictures and sounds in the question", shows_files),
    Row("feedback files", "pictures and sounds in feedback", lambda question: False, noted=False),
    Row("formulas", "formulas", _has_formulas),
    Row("markup", "emphasis, lists, tables, code", _always, noted=False),
)

ROWS = (*TYPE_ROWS, *FIELD_ROWS)
