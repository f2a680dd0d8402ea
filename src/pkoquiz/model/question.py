"""The ten types of questions, each a frozen record as its author wrote it.

The docstrings of fields are the reference: the JSON Schema, the hover help of editors and the
question-format page are generated from them. `parts` contains the records within questions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from pkoquiz.diagnostics import Place
from pkoquiz.model.parts import (
    Accepted,
    Bloom,
    Card,
    Citation,
    Criterion,
    Difficulty,
    Gap,
    Inline,
    Markdown,
    Mistake,
    Number,
    ObjectiveRef,
    Option,
    Pair,
    Plain,
    Points,
    QuestionId,
    Slug,
    Status,
    Verdicts,
    WrongValue,
)
from pkoquiz.prose import counted
from pkoquiz.records import InvalidError, Record


class Common(Record):
    """The fields that questions of all types share."""

    kind: ClassVar[str] = "question"
    """The type's name as people say it."""
    on_paper: ClassVar[bool] = True
    """Whether the type can be asked in an exam or a quiz."""
    printed: ClassVar[dict[str, Any]] = {}
    """The fields of this type that candidates read or that earn points, as pydantic's `include`."""

    id: QuestionId
    """The permanent name: cards, grades and papers depend on it. Never change or reuse an id."""
    stem: Markdown
    """What is asked, in Markdown."""
    explain: Markdown = ""
    """Why the right answer is right: shown after every answer."""
    sources: Annotated[tuple[Citation, ...], Field(min_length=1, max_length=20)]
    """The words of the transcript that prove the answer."""
    objective: ObjectiveRef = ""
    """The id of the learning objective it tests, from `course.yaml`."""
    bloom: Bloom
    """The level of Bloom's revised taxonomy."""
    difficulty: Difficulty
    """How hard it is for someone who has studied the transcript."""
    tags: tuple[Slug, ...] = ()
    """Topics, used to select questions in Anki and Moodle."""
    points: Points = Decimal(1)
    """Points in an exam; the default grade in Moodle."""
    status: Status = "ready"
    """`draft` is checked but not exported; `retired` stays in decks, marked as withdrawn."""
    reason: Inline = ""
    """Why it was retired; learners read it."""
    enemies: tuple[QuestionId, ...] = ()
    """Questions that must not appear on the same paper as this one."""
    note: Inline = ""
    """An editor's note, printed in brackets: what the transcript got wrong, and what is correct."""
    attribution: Inline = ""
    """Whose claim it is, if it is one speaker's view: `Kawabata, speaking in 2012`."""
    hints: Annotated[tuple[Inline, ...], Field(max_length=5)] = ()
    """Help on request: Moodle shows one after each wrong try, Anki on a tap."""
    card: Card | None = None
    """Another wording for Anki, if the stem does not make a good flashcard."""
    deck: bool = True
    """Whether the question makes cards; `false` for one that teaches nothing as a flashcard."""
    waive: dict[str, Plain] = Field(default_factory=dict)
    """Checks that do not apply here: code → reason."""
    section: Slug
    """The section it belongs to: a talk, or another part of the course. Given once per file."""
    place: SkipJsonSchema[Place] = Field(exclude=True, repr=False)
    """Where it was written; set by the reader."""

    @model_validator(mode="after")
    def _retired_with_reason(self) -> Any:
        if self.status == "retired" and not self.reason:
            hint = "learners read it on the withdrawn card"
            raise InvalidError("a retired question needs a `reason`", hint)
        if self.reason and self.status != "retired":
            hint = "set `status: retired`, or delete it"
            raise InvalidError("only a retired question has a `reason`", hint)
        return self


_REWORD = "make them differ, or delete one"


def _all_different(texts: Sequence[str], what: str) -> None:
    """Signs count (`< 100`, `> 100`; C++, C#); case, emphasis, spaces and a last stop do not."""
    seen = set()
    for text in texts:
        folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
        folded = " ".join(folded.casefold().replace("*", "").replace("`", "").split())
        folded = folded.rstrip(".") or folded
        if folded in seen:
            raise InvalidError(f"two {what} read the same: `{text[:60]}`", _REWORD)
        seen.add(folded)


def _answers_fit(
    answers: Sequence[Accepted], wrong: Sequence[Mistake], where: str, *, case_sensitive: bool
) -> None:
    """Check that one answer earns full credit and that no answer is listed twice."""
    if not any(answer.credit == 100 for answer in answers):
        raise InvalidError(f"one answer{where} must earn 100 per cent")
    seen = set()
    every: list[Accepted | Mistake] = [*answers, *wrong]
    for typed in every:
        text = typed.text if case_sensitive else typed.text.casefold()
        if text in seen:
            raise InvalidError(f"two answers read the same: `{typed.text[:60]}`", _REWORD)
        seen.add(text)


def _points_add_up(rubric: tuple[Criterion, ...], points: Decimal) -> None:
    total = sum((line.points for line in rubric), Decimal(0))
    if rubric and total != points:
        message = f"the rubric adds up to {total} points, but the question has {points}"
        raise InvalidError(message, f"set `points: {total}`")


class Choice(Common):
    """Single choice: one best answer among options."""

    kind: ClassVar[str] = "single choice"
    printed: ClassVar[dict[str, Any]] = {"options": {"__all__": {"text", "correct"}}}
    type: Literal["choice"]
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=10)]
    """The options; exactly one is `correct: true`."""
    shuffle: bool = True
    """Whether exports may shuffle options; numbers are sorted. `false` keeps all as written."""

    @model_validator(mode="after")
    def _one_key(self) -> Choice:
        keys = sum(option.correct for option in self.options)
        if keys != 1:
            several, none = "use `type: multiple`", "mark the right option with `correct: true`"
            message = f"a choice question needs exactly one correct option, found {keys}"
            raise InvalidError(message, several if keys else none)
        _all_different([option.text for option in self.options], "options")
        return self


class Multiple(Common):
    """Multiple response: choose all that apply."""

    kind: ClassVar[str] = "multiple response"
    printed: ClassVar[dict[str, Any]] = {**Choice.printed, "scoring": True}
    type: Literal["multiple"]
    options: Annotated[tuple[Option, ...], Field(min_length=3, max_length=10)]
    """The options; at least one is `correct: true` and at least one is not."""
    shuffle: bool = True
    """Whether exports may shuffle options; numbers are sorted. `false` keeps all as written."""
    scoring: Literal["partial", "exact"] = "partial"
    """`partial` gives credit by option, `exact` only for exactly the right set."""

    @model_validator(mode="after")
    def _some_keys(self) -> Multiple:
        keys = sum(option.correct for option in self.options)
        if keys in (0, len(self.options)):
            message = (
                f"some options must be correct and some not; {keys} of {len(self.options)} are"
            )
            raise InvalidError(message, "mark the right options with `correct: true`")
        _all_different([option.text for option in self.options], "options")
        return self


class TrueFalse(Common):
    """True or false: a statement to judge."""

    kind: ClassVar[str] = "true/false"
    printed: ClassVar[dict[str, Any]] = {"answer": True}
    type: Literal["truefalse"]
    answer: bool
    """Whether the statement in the stem is true."""
    feedback: Verdicts = Verdicts()
    """Feedback on each of the two answers."""


class Matching(Common):
    """Matching: give each premise its response."""

    kind: ClassVar[str] = "matching"
    printed: ClassVar[dict[str, Any]] = {
        "pairs": {"__all__": {"premise", "response"}},
        "extras": True,
    }
    type: Literal["matching"]
    pairs: Annotated[tuple[Pair, ...], Field(min_length=2, max_length=12)]
    """Premises with their responses."""
    extras: Annotated[tuple[Plain, ...], Field(max_length=8)] = ()
    """Responses that belong to no premise, so that the last one is not given away."""

    @model_validator(mode="after")
    def _all_sides_differ(self) -> Matching:
        _all_different([pair.premise for pair in self.pairs], "premises")
        responses = dict.fromkeys(pair.response for pair in self.pairs)
        _all_different([*responses, *self.extras], "responses")
        return self


class Ordering(Common):
    """Ordering: put the steps into their order."""

    kind: ClassVar[str] = "ordering"
    printed: ClassVar[dict[str, Any]] = {"sequence": True}
    type: Literal["ordering"]
    sequence: Annotated[tuple[Inline, ...], Field(min_length=3, max_length=10)]
    """The steps in the right order; every export shuffles them."""

    @model_validator(mode="after")
    def _all_steps_differ(self) -> Ordering:
        _all_different(self.sequence, "steps")
        return self


GAP = re.compile(r"\{\{(\d+)\}\}")
"""A gap in the stem of a cloze; the number says which entry of `gaps` belongs to it."""


class Cloze(Common):
    """Cloze: a text with gaps to fill."""

    kind: ClassVar[str] = "cloze"
    printed: ClassVar[dict[str, Any]] = {
        "gaps": {"__all__": {"answers": {"__all__": {"text", "credit"}}}}
    }
    type: Literal["cloze"]
    gaps: Annotated[tuple[Gap, ...], Field(min_length=1, max_length=12)]
    """What belongs in the gaps `{{1}}`, `{{2}}` … of the stem, in that order."""

    @model_validator(mode="after")
    def _gaps_match_stem(self) -> Cloze:
        written = [int(number) for number in GAP.findall(self.stem)]
        if written != list(range(1, len(self.gaps) + 1)):
            shown = ", ".join(f"{{{{{number}}}}}" for number in written) or "no gaps"
            message = f"`gaps` has {counted(len(self.gaps), 'entry')}, but the stem has {shown}"
            raise InvalidError(
                message, "number them in the order of the text, with one entry for each"
            )
        for gap in self.gaps:
            _answers_fit(gap.answers, gap.wrong, " of each gap", case_sensitive=False)
        return self


class Numerical(Common):
    """Numerical: a number within a tolerance."""

    kind: ClassVar[str] = "numerical"
    printed: ClassVar[dict[str, Any]] = {"answer": True, "tolerance": True, "unit": True}
    type: Literal["numerical"]
    answer: Number
    """The right number."""
    tolerance: Annotated[Number, Field(ge=0)] = Decimal(0)
    """How far an answer may be from it."""
    unit: Plain = ""
    """Printed after the answer box."""
    working: Markdown = ""
    """The calculation, shown after answering."""
    wrong: tuple[WrongValue, ...] = ()
    """Wrong numbers that typical mistakes lead to."""
    otherwise: Markdown = ""
    """Feedback on any other number."""

    @model_validator(mode="after")
    def _wrong_values_are_wrong(self) -> Numerical:
        for slip in self.wrong:
            if abs(slip.value - self.answer) <= self.tolerance:
                message = f"the wrong value {slip.value} is within the tolerance of the right one"
                raise InvalidError(message, "delete it, or reduce `tolerance`")
        return self


class ShortAnswer(Common):
    """Short answer: a word, a phrase, or with a rubric a sentence or two."""

    kind: ClassVar[str] = "short answer"
    printed: ClassVar[dict[str, Any]] = {
        "answers": {"__all__": {"text", "credit"}},
        "case_sensitive": True,
        "rubric": True,
    }
    type: Literal["shortanswer"]
    answers: Annotated[tuple[Accepted, ...], Field(min_length=1, max_length=30)]
    """Accepted wordings, the best one first: keys and cards print it."""
    wrong: tuple[Mistake, ...] = ()
    """Typical wrong answers, each with its feedback."""
    otherwise: Markdown = ""
    """Feedback on any other answer."""
    case_sensitive: bool = False
    """Whether upper and lower case count."""
    rubric: tuple[Criterion, ...] = ()
    """For longer answers, graded by a person; the first answer is then the model answer."""

    @model_validator(mode="after")
    def _consistent(self) -> ShortAnswer:
        _answers_fit(self.answers, self.wrong, "", case_sensitive=self.case_sensitive)
        _points_add_up(self.rubric, self.points)
        return self


class Essay(Common):
    """Essay: a free text, graded by a person with the rubric."""

    kind: ClassVar[str] = "essay"
    printed: ClassVar[dict[str, Any]] = {"rubric": True, "min_words": True, "max_words": True}
    type: Literal["essay"]
    rubric: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=20)]
    """What earns points; the points add up to `points`."""
    model_answer: Markdown
    """An answer that would earn all points."""
    min_words: Annotated[int, Field(ge=0, le=10_000)] = 0
    """The fewest words expected; 0 for no limit."""
    max_words: Annotated[int, Field(ge=0, le=10_000)] = 0
    """The most words expected; 0 for no limit."""

    @model_validator(mode="after")
    def _consistent(self) -> Essay:
        _points_add_up(self.rubric, self.points)
        if self.max_words and self.min_words > self.max_words:
            raise InvalidError("`min_words` is larger than `max_words`", "swap the two numbers")
        return self


class Flashcard(Common):
    """Flashcard: a prompt and its answer, for Anki only."""

    kind: ClassVar[str] = "flashcard"
    on_paper: ClassVar[bool] = False
    printed: ClassVar[dict[str, Any]] = {"answer": True}
    type: Literal["flashcard"]
    answer: Markdown
    """The back of the card: one fact, short."""


Question = (
    Choice
    | Multiple
    | TrueFalse
    | Matching
    | Ordering
    | Cloze
    | Numerical
    | ShortAnswer
    | Essay
    | Flashcard
)
"""The one table of question types, in the order of a paper's parts: quick to answer first.

A closed set, so that with `match` and `assert_never` mypy reports every place that omits a type.
"""

TYPES: dict[str, type[Question]] = {
    get_args(record.model_fields["type"].annotation)[0]: record for record in get_args(Question)
}
"""The types by name, in the order of `Question`."""

ON_PAPER: tuple[str, ...] = tuple(name for name, record in TYPES.items() if record.on_paper)
"""The types that can be asked in an exam or a quiz."""


class Term(Record):
    """An entry of the glossary: a term or acronym and what it means."""

    id: QuestionId
    """The entry's permanent name."""
    term: Inline
    """The term or acronym."""
    meaning: Markdown
    """What it stands for, or means in this course."""
    reverse: bool = False
    """Whether a second card asks for the term by its meaning."""
    sources: Annotated[tuple[Citation, ...], Field(max_length=5)] = ()
    """Where the transcript uses it; without any, cards say “not from the transcript”."""
    note: Inline = ""
    """An editor's note, printed in brackets."""
    attribution: Inline = ""
    """Whose usage it is."""
    tags: tuple[Slug, ...] = ()
    """Topics, used to select cards."""
    status: Status = "ready"
    """`draft`, `ready` or `retired`."""
    reason: Inline = ""
    """Why it was retired."""
    waive: dict[str, Plain] = Field(default_factory=dict)
    """Checks that do not apply here: code → reason."""
    place: SkipJsonSchema[Place] = Field(exclude=True, repr=False)
    """Where it was written; set by the reader."""


Item = Question | Term
"""An item that cites the transcript."""


def cloze_parts(stem: str) -> Iterator[str | int]:
    """Yield the texts and gap numbers (from 1) of a cloze stem: text, number, text …"""
    for index, part in enumerate(GAP.split(stem)):
        yield int(part) if index % 2 else part
