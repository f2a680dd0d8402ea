"""The key of a printed question: written into the exam's manifest, read again for grading.

Positions count from 1 in the order of the question as written, so that answers to different
versions can be compared. A paper is graded with the keys it was printed with, even if the bank has
changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, assert_never

from pydantic import Field, PlainSerializer, model_validator

from pkoquiz import markup
from pkoquiz.model import answers, parts
from pkoquiz.model.answers import task_of
from pkoquiz.model.parts import Inline, Plain, Points
from pkoquiz.model.question import Question
from pkoquiz.records import InvalidError, Record

AsWritten = PlainSerializer(lambda value: format(value, "f"), return_type=str)
"""Writes a decimal with its digits and without an exponent."""

_Size = Annotated[int, Field(ge=2, le=26)]
_Position = Annotated[int, Field(ge=1, le=26)]
_Decimal = Annotated[parts.Number, AsWritten]


class Wording(Record):
    """An accepted wording, and the percentage of the points that it earns."""

    text: Plain
    credit: Annotated[int, Field(gt=0, le=100)] = 100


class Criterion(Record):
    """One line of a rubric."""

    points: Annotated[Points, AsWritten]
    text: Inline


class _OptionsKey(Record):
    options: _Size
    texts: tuple[str, ...] = ()
    """The texts of the options, for the report; missing in manifests of early releases."""
    key: Annotated[tuple[_Position, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _existing_options(self) -> _OptionsKey:
        _check_positions(self.key, self.options, "option")
        return self


class ChoiceKey(_OptionsKey):
    """Single choice: the position of the one right option."""

    key: Annotated[tuple[_Position, ...], Field(min_length=1, max_length=1)]


class MultipleKey(_OptionsKey):
    """Multiple response: the positions of the right options."""

    scoring: Literal["partial", "exact"] = "partial"


class TrueFalseKey(Record):
    """True or false."""

    key: bool


class MatchingKey(Record):
    """The position of the response for each premise."""

    responses: Annotated[int, Field(ge=1, le=26)]
    key: Annotated[tuple[_Position, ...], Field(min_length=1, max_length=26)]

    @model_validator(mode="after")
    def _existing_responses(self) -> MatchingKey:
        _check_positions(self.key, self.responses, "response")
        return self


class OrderingKey(Record):
    """The number of steps, which are stored in the right order."""

    steps: _Size


class ClozeKey(Record):
    """The accepted wordings of each gap."""

    gaps: Annotated[
        tuple[Annotated[tuple[Wording, ...], Field(min_length=1)], ...],
        Field(min_length=1, max_length=26),
    ]


class NumericalKey(Record):
    """The right number, and its tolerance."""

    value: _Decimal
    tolerance: Annotated[_Decimal, Field(ge=0)]
    unit: str = ""


class ShortAnswerKey(Record):
    """The accepted wordings; if there is a rubric, a person gives the points instead."""

    accepted: Annotated[tuple[Wording, ...], Field(min_length=1)]
    case_sensitive: bool = False
    rubric: tuple[Criterion, ...] = ()


class EssayKey(Record):
    """The rubric by which a person gives the points."""

    rubric: tuple[Criterion, ...] = ()


def _check_positions(key: Sequence[int], count: int, noun: str) -> None:
    for position in key:
        if position > count:
            message = f"`key` names {noun} {position}, but there are {count} {noun}s"
            raise InvalidError(message, f"use positions from 1 to {count}")


Key = (
    ChoiceKey
    | MultipleKey
    | TrueFalseKey
    | MatchingKey
    | OrderingKey
    | ClozeKey
    | NumericalKey
    | ShortAnswerKey
    | EssayKey
)
"""A closed set: with `match` and `assert_never`, mypy reports every place that omits one."""

KEYS: dict[str, type[Key]] = {
    "choice": ChoiceKey,
    "multiple": MultipleKey,
    "truefalse": TrueFalseKey,
    "matching": MatchingKey,
    "ordering": OrderingKey,
    "cloze": ClozeKey,
    "numerical": NumericalKey,
    "shortanswer": ShortAnswerKey,
    "essay": EssayKey,
}
"""The record of each question type on paper."""


def key_of(question: Question) -> Key | None:
    """Return the information about a question that grading needs; None for a flashcard."""
    match task_of(question):
        case answers.Options(options=options, several=several) as task:
            texts, key = tuple(map(_line, options)), tuple(index + 1 for index in task.keys)
            if several:
                scoring: Literal["partial", "exact"] = "exact" if task.exact else "partial"
                return MultipleKey(options=len(options), texts=texts, key=key, scoring=scoring)
            return ChoiceKey(options=len(options), texts=texts, key=key)
        case answers.Verdict(right=right):
            return TrueFalseKey(key=right)
        case answers.Pairs(responses=responses) as task:
            key = tuple(index + 1 for index in task.keys)
            return MatchingKey(responses=len(responses), key=key)
        case answers.Steps(steps=steps):
            return OrderingKey(steps=len(steps))
        case answers.Blanks(blanks=blanks, in_stem=True):
            return ClozeKey(gaps=tuple(_accepted(blank.answers) for blank in blanks))
        case answers.Blanks(blanks=blanks, case_sensitive=case_sensitive):
            accepted = _accepted(blanks[0].answers)
            return ShortAnswerKey(accepted=accepted, case_sensitive=case_sensitive)
        case answers.Number(value=value, tolerance=tolerance, unit=unit):
            return NumericalKey(value=value, tolerance=tolerance, unit=unit)
        case answers.Written(rubric=rubric, short=short, case_sensitive=case_sensitive):
            lines = _rubric(rubric)
            if short is None:
                return EssayKey(rubric=lines)
            accepted = _accepted(short.answers)
            return ShortAnswerKey(accepted=accepted, case_sensitive=case_sensitive, rubric=lines)
        case answers.Recall():
            return None
        case _ as never:
            assert_never(never)


def _line(option: parts.Option) -> str:
    return " ".join(markup.inline_plain(option.text).split())


def _accepted(accepted: Sequence[parts.Accepted]) -> tuple[Wording, ...]:
    return tuple(Wording(text=answer.text, credit=answer.credit) for answer in accepted)


def _rubric(rubric: Sequence[parts.Criterion]) -> tuple[Criterion, ...]:
    return tuple(Criterion(points=line.points, text=line.text) for line in rubric)


def as_data(key: Key | None) -> dict[str, Any]:
    """Return the key as the manifest stores it."""
    return key.model_dump(mode="json") if key is not None else {}


def fits(key: Key, order: Sequence[int], responses: Sequence[int]) -> bool:
    """Return whether printed orders list each option, premise, step and response once.

    Positions count from 1.
    """
    ordered, offered = _sizes(key)
    return sorted(order) == [*range(1, ordered + 1)] and (
        sorted(responses) == [*range(1, offered + 1)]
    )


def _sizes(key: Key) -> tuple[int, int]:
    """Return how many options, premises or steps the question has, and how many responses."""
    match key:
        case ChoiceKey() | MultipleKey():
            return key.options, 0
        case MatchingKey():
            return len(key.key), key.responses
        case OrderingKey():
            return key.steps, 0
        case TrueFalseKey() | ClozeKey() | NumericalKey() | ShortAnswerKey() | EssayKey():
            return 0, 0
        case _ as never:
            assert_never(never)


def graded_by_person(key: Key) -> bool:
    """Return whether a person reads the answer and gives the points."""
    return isinstance(key, EssayKey) or (isinstance(key, ShortAnswerKey) and bool(key.rubric))
