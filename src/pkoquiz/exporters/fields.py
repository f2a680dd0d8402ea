"""The contents of a bank as rows of a table: the question types, and the fields that authors write.

`table` says how each format exports each row. Notes, `docs/formats.md` and the output of `pkoquiz
build --explain` are generated from these rows and that table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pkoquiz.model.answers import Blanks, Number, Options, Pairs, Steps, Task, Verdict, Written
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
    uses: Callable[[Question, Task], bool]
    """Whether a question, whose task is given, has it."""
    noted: bool = True
    """Whether a build adds a note for each question that loses it."""


def _type(name: str, title: str) -> Row:
    return Row(name, title, lambda question, task: type_name(question, task) == name)


def type_name(question: Question, task: Task) -> str:
    """Return the name of the row of a question's type."""
    if question.type == "shortanswer" and isinstance(task, Written):
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
    Row("glossary", "glossary", lambda question, task: False),
)


def _accepted(task: Task, *, gaps: bool) -> Iterator[Accepted]:
    if isinstance(task, Blanks) and task.in_stem == gaps:
        for blank in task.blanks:
            yield from blank.answers


def _says_to_options(task: Task) -> bool:
    match task:
        case Options(options=options):
            return any(option.feedback for option in options)
        case Verdict(if_true=if_true, if_false=if_false):
            return bool(if_true or if_false)
        case _:
            return False


def _says_to_answers(task: Task) -> bool:
    return any(answer.feedback for gaps in (False, True) for answer in _accepted(task, gaps=gaps))


def _has_wrong_answers(task: Task) -> bool:
    return isinstance(task, Blanks) and any(blank.wrong for blank in task.blanks)


def _has_otherwise(task: Task) -> bool:
    match task:
        case Blanks(blanks=blanks):
            return any(blank.otherwise for blank in blanks)
        case Number(otherwise=otherwise):
            return bool(otherwise)
        case _:
            return False


def _is_exact(task: Task, exact: bool) -> bool:
    return isinstance(task, Options) and task.several and task.exact == exact


def _has_fixed_order(task: Task) -> bool:
    return isinstance(task, Options) and bool(task.order)


def _has_pins(task: Task) -> bool:
    return isinstance(task, Options) and any(option.pin for option in task.options)


def _is_case_sensitive(task: Task) -> bool:
    return isinstance(task, Blanks) and task.case_sensitive


def _has_extras(task: Task) -> bool:
    return isinstance(task, Pairs) and len(task.responses) > len(set(task.keys))


def _shares_responses(task: Task) -> bool:
    return isinstance(task, Pairs) and len(set(task.keys)) < len(task.pairs)


def _says_to_pairs(task: Task) -> bool:
    return isinstance(task, Pairs) and any(pair.feedback for pair in task.pairs)


def _has_word_limits(task: Task) -> bool:
    return isinstance(task, Written) and bool(task.min_words or task.max_words)


def asked(question: Question, task: Task) -> Iterator[str]:
    """Yield the Markdown texts that learners see before they answer."""
    yield question.stem
    match task:
        case Options(options=options):
            yield from (option.text for option in options)
        case Pairs(pairs=pairs):
            yield from (pair.premise for pair in pairs)
        case Steps(steps=steps):
            yield from steps
        case _:
            pass


def _shows_files(question: Question, task: Task) -> bool:
    return any("![" in text for text in asked(question, task))


def _has_formulas(question: Question, task: Task) -> bool:
    return any("\\(" in text or "\\[" in text for text in asked(question, task))


def _always(question: Question, task: Task) -> bool:
    return True


def _any(*names: str) -> Callable[[Question, Task], bool]:
    return lambda question, task: any(getattr(question, name, "") for name in names)


def _when(holds: Callable[[Task], bool]) -> Callable[[Question, Task], bool]:
    return lambda question, task: holds(task)


FIELD_ROWS = (
    Row("id", "`id`", _always, noted=False),
    Row("explain", "`explain`, `working`", _any("explain", "working")),
    Row("sources", "`sources`", _always),
    Row("remarks", "`note`, `attribution`", _any("note", "attribution")),
    Row("options", "`feedback` of options", _when(_says_to_options)),
    Row("answers", "`feedback` of accepted answers", _when(_says_to_answers)),
    Row("pairs", "`feedback` of pairs", _when(_says_to_pairs)),
    Row("wrong", "`wrong` answers", _when(_has_wrong_answers)),
    Row(
        "wrong values",
        "`wrong` numbers",
        lambda question, task: question.type == "numerical" and bool(question.wrong),
    ),
    Row("otherwise", "`otherwise`", _when(_has_otherwise)),
    Row(
        "credit",
        "`credit` of an answer",
        lambda question, task: any(answer.credit < 100 for answer in _accepted(task, gaps=False)),
    ),
    Row(
        "gap credit",
        "`credit` in a gap",
        lambda question, task: any(answer.credit < 100 for answer in _accepted(task, gaps=True)),
    ),
    Row("case", "`case_sensitive`", _when(_is_case_sensitive)),
    Row("partial", "`scoring: partial`", lambda question, task: _is_exact(task, False)),
    Row("exact", "`scoring: exact`", lambda question, task: _is_exact(task, True)),
    Row("tolerance", "`tolerance`", _any("tolerance")),
    Row("unit", "`unit`", _any("unit")),
    Row("extras", "`extras`", _when(_has_extras)),
    Row("shared", "one response to several premises", _when(_shares_responses)),
    Row("rubric", "`rubric`, `model_answer`", _any("rubric")),
    Row("words", "`min_words`, `max_words`", _when(_has_word_limits)),
    Row("points", "`points`", lambda question, task: question.points != 1),
    Row("hints", "`hints`", _any("hints")),
    Row(
        "gap hint",
        "`hint` of a gap",
        lambda question, task: question.type == "cloze" and any(gap.hint for gap in question.gaps),
    ),
    Row("tags", "`tags`, `objective`, `bloom`, `difficulty`", _always, noted=False),
    Row("section", "`section`", _always, noted=False),
    Row("card", "`card`", _any("card"), noted=False),
    Row("order", "`shuffle: false`, options that are numbers", _when(_has_fixed_order)),
    Row("pin", "`pin`", _when(_has_pins)),
    Row("enemies", "`enemies`", _any("enemies")),
    Row("files", "pictures and sounds in the question", _shows_files),
    Row(
        "feedback files",
        "pictures and sounds in feedback",
        lambda question, task: False,
        noted=False,
    ),
    Row("formulas", "formulas", _has_formulas),
    Row("markup", "emphasis, lists, tables, code", _always, noted=False),
)

ROWS = (*TYPE_ROWS, *FIELD_ROWS)
