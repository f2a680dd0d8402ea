"""What a question is: ten types, each a frozen record as its author wrote it.

The fields' docstrings are the reference: the JSON Schema, the editors' hover help and the
question-format page are made from them. What questions are made of is in `parts`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints, model_validator
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
from pkoquiz.records import Record


class Common(Record):
    """What questions of all types share."""

    kind: ClassVar[str] = "question"

    id: QuestionId
    """Names the question for ever: cards, grades and papers hang on it. Never renumbered, never reused."""
    stem: Markdown
    """What is asked, in Markdown."""
    explain: Markdown = ""
    """Why the answer is the answer: shown after answering, whatever was answered."""
    sources: Annotated[tuple[Citation, ...], Field(min_length=1, max_length=20)]
    """The words of the transcript that prove the answer."""
    objective: Annotated[
        str, StringConstraints(pattern=r"^([A-Za-z0-9][A-Za-z0-9.-]*)?$", max_length=40)
    ] = ""
    """Id of the learning objective it tests, from `course.yaml`."""
    bloom: Bloom
    """Level of Bloom's revised taxonomy."""
    difficulty: Difficulty
    """How hard it is for someone who has studied the transcript."""
    tags: tuple[Slug, ...] = ()
    """Topics, for selection in Anki and Moodle."""
    points: Points = Decimal(1)
    """Points in an exam; the default grade in Moodle."""
    status: Status = "ready"
    """`draft` is checked but not exported; `retired` stays in decks, marked as withdrawn."""
    reason: Inline = ""
    """Why it was retired; learners read it."""
    enemies: tuple[QuestionId, ...] = ()
    """Questions that must not stand in one paper with this one."""
    note: Inline = ""
    """A remark printed in brackets: what the transcript got wrong, and what is so."""
    attribution: Inline = ""
    """Whose claim it is, where the words are one speaker's view: `Kawabata, speaking in 2012`."""
    hints: Annotated[tuple[Inline, ...], Field(max_length=5)] = ()
    """Help on request: Moodle shows one after each wrong try, Anki behind a link."""
    card: Card | None = None
    """Wording for Anki where the stem does not make a good recall card."""
    waive: dict[str, Plain] = Field(default_factory=dict)
    """Checks that do not apply here: code → reason."""
    section: Slug
    """The section it belongs to: a talk of the transcript, or a part of the course. Given once, for the whole file."""
    place: SkipJsonSchema[Place] = Field(exclude=True, repr=False)
    """Where it was written; set by the reader."""

    @model_validator(mode="after")
    def _retired_with_reason(self) -> Any:
        if self.status == "retired" and not self.reason:
            raise ValueError(
                "a retired question needs a `reason` // learners read it on the withdrawn card"
            )
        if self.reason and self.status != "retired":
            raise ValueError(
                "only a retired question has a `reason` // set `status: retired`, or delete it"
            )
        return self


def _distinct(texts: list[str], what: str) -> None:
    """Signs count (`< 100`, `> 100`; C++, C#); case, emphasis, white space and a last full stop do not."""
    seen: dict[str, str] = {}
    for text in texts:
        folded = " ".join(
            re.sub("[*`]", "", unicodedata.normalize("NFKC", text).casefold()).split()
        )
        folded = folded.rstrip(".") or folded
        if folded in seen:
            raise ValueError(
                f"two {what} read the same: `{text[:60]}` // make them differ, or drop one"
            )
        seen[folded] = text


def _no_answer_twice(
    answers: Sequence[Accepted], wrong: Sequence[Mistake], case_sensitive: bool
) -> None:
    """No typed answer stands twice: a learner's would meet only the first."""
    seen: set[str] = set()
    each: list[Accepted | Mistake] = [*answers, *wrong]
    for typed in each:
        text = typed.text if case_sensitive else typed.text.casefold()
        if text in seen:
            raise ValueError(
                f"two answers read the same: `{typed.text[:60]}` // make them differ, or drop one"
            )
        seen.add(text)


class Choice(Common):
    """Single choice: one best answer among options."""

    kind: ClassVar[str] = "single choice"
    type: Literal["choice"]
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=10)]
    """The options; exactly one is `correct: true`."""
    shuffle: bool = True
    """Whether exports may shuffle the options. Options that are numbers ascend; with `false` all stay as written."""

    @model_validator(mode="after")
    def _one_key(self) -> Choice:
        keys = sum(option.correct for option in self.options)
        if keys != 1:
            hint = (
                "use `type: multiple` for several"
                if keys
                else "mark the right option with `correct: true`"
            )
            raise ValueError(f"a choice question has exactly one key, found {keys} // {hint}")
        _distinct([option.text for option in self.options], "options")
        return self


class Multiple(Common):
    """Multiple response: choose all that apply."""

    kind: ClassVar[str] = "multiple response"
    type: Literal["multiple"]
    options: Annotated[tuple[Option, ...], Field(min_length=3, max_length=10)]
    """The options; at least one is `correct: true` and at least one is not."""
    shuffle: bool = True
    """Whether exports may shuffle the options. Options that are numbers ascend; with `false` all stay as written."""
    scoring: Literal["partial", "exact"] = "partial"
    """`partial` gives credit by option, `exact` only for exactly the right set."""

    @model_validator(mode="after")
    def _some_keys(self) -> Multiple:
        keys = sum(option.correct for option in self.options)
        if keys == 0 or keys == len(self.options):
            raise ValueError(
                f"some options must be keys and some not, found {keys} of {len(self.options)} keys"
            )
        _distinct([option.text for option in self.options], "options")
        return self


class TrueFalse(Common):
    """True or false: a statement to judge."""

    kind: ClassVar[str] = "true/false"
    type: Literal["truefalse"]
    answer: bool
    """Whether the statement in the stem is true."""
    feedback: Verdicts = Verdicts()
    """What to say to either answer."""


class Matching(Common):
    """Matching: give each premise its response."""

    kind: ClassVar[str] = "matching"
    type: Literal["matching"]
    pairs: Annotated[tuple[Pair, ...], Field(min_length=2, max_length=12)]
    """Premises with their responses."""
    extras: Annotated[tuple[Plain, ...], Field(max_length=8)] = ()
    """Responses that belong to no premise, so that the last one is not free."""

    @model_validator(mode="after")
    def _told_apart(self) -> Matching:
        _distinct([pair.premise for pair in self.pairs], "premises")
        _distinct([*dict.fromkeys(pair.response for pair in self.pairs), *self.extras], "responses")
        return self


class Ordering(Common):
    """Ordering: put the steps into their order."""

    kind: ClassVar[str] = "ordering"
    type: Literal["ordering"]
    sequence: Annotated[tuple[Inline, ...], Field(min_length=3, max_length=10)]
    """The steps in the right order; every export shuffles them."""

    @model_validator(mode="after")
    def _told_apart(self) -> Ordering:
        _distinct(list(self.sequence), "steps")
        return self


class ShortAnswer(Common):
    """Short answer: a word, a phrase, or with a rubric a sentence or two."""

    kind: ClassVar[str] = "short answer"
    type: Literal["shortanswer"]
    answers: Annotated[tuple[Accepted, ...], Field(min_length=1, max_length=30)]
    """Accepted wordings, the best one first: it is the one printed in keys and on cards."""
    wrong: tuple[Mistake, ...] = ()
    """Typical wrong answers and what to say to them."""
    otherwise: Markdown = ""
    """Said to any other answer."""
    case_sensitive: bool = False
    """Whether upper and lower case count."""
    rubric: tuple[Criterion, ...] = ()
    """For answers of a sentence or more, which a person grades; then the first answer is the model answer."""

    @model_validator(mode="after")
    def _full_credit(self) -> ShortAnswer:
        if not any(answer.credit == 100 for answer in self.answers):
            raise ValueError("one answer must earn 100 per cent")
        _no_answer_twice(self.answers, self.wrong, self.case_sensitive)
        _points_add_up(self.rubric, self.points)
        return self


class Numerical(Common):
    """Numerical: a number within a tolerance."""

    kind: ClassVar[str] = "numerical"
    type: Literal["numerical"]
    answer: Number
    """The right number."""
    tolerance: Annotated[Number, Field(ge=0)] = Decimal(0)
    """How far an answer may lie from it."""
    unit: Plain = ""
    """Printed behind the answer box."""
    working: Markdown = ""
    """The calculation, shown after answering."""
    wrong: tuple[WrongValue, ...] = ()
    """Wrong numbers that typical slips lead to."""
    otherwise: Markdown = ""
    """Said to any other number."""

    @model_validator(mode="after")
    def _slips_are_wrong(self) -> Numerical:
        for slip in self.wrong:
            if abs(slip.value - self.answer) <= self.tolerance:
                raise ValueError(
                    f"the wrong value {slip.value} lies within the tolerance of the right one"
                )
        return self


GAP = re.compile(r"\{\{(\d+)\}\}")
"""A gap in the stem of a cloze; its number is the group."""


class Cloze(Common):
    """Cloze: a text with gaps to fill."""

    kind: ClassVar[str] = "cloze"
    type: Literal["cloze"]
    gaps: Annotated[tuple[Gap, ...], Field(min_length=1, max_length=12)]
    """What belongs into the gaps `{{1}}`, `{{2}}` … of the stem, in that order."""

    @model_validator(mode="after")
    def _gaps_stand_in_stem(self) -> Cloze:
        written = [int(number) for number in GAP.findall(self.stem)]
        if written != list(range(1, len(self.gaps) + 1)):
            shown = ", ".join(f"{{{{{number}}}}}" for number in written) or "none"
            hint = "number them in the order of the text, one entry in `gaps` for each"
            raise ValueError(
                f"{len(self.gaps)} gaps are described, the stem has: {shown} // {hint}"
            )
        for gap in self.gaps:
            if not any(answer.credit == 100 for answer in gap.answers):
                raise ValueError("one answer of each gap must earn 100 per cent")
            _no_answer_twice(gap.answers, gap.wrong, case_sensitive=False)
        return self


class Essay(Common):
    """Essay: a free text, graded by a person with the rubric."""

    kind: ClassVar[str] = "essay"
    type: Literal["essay"]
    rubric: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=20)]
    """What earns points; the points add up to `points`."""
    model_answer: Markdown
    """An answer that would earn all points."""
    min_words: Annotated[int, Field(ge=0, le=10_000)] = 0
    """Fewest words expected; 0 for no limit."""
    max_words: Annotated[int, Field(ge=0, le=10_000)] = 0
    """Most words expected; 0 for no limit."""

    @model_validator(mode="after")
    def _consistent(self) -> Essay:
        _points_add_up(self.rubric, self.points)
        if self.max_words and self.min_words > self.max_words:
            raise ValueError("`min_words` is larger than `max_words`")
        return self


class Flashcard(Common):
    """Flashcard: a prompt and its answer, for Anki alone."""

    kind: ClassVar[str] = "flashcard"
    type: Literal["flashcard"]
    answer: Markdown
    """The back: one fact, short."""


def _points_add_up(rubric: tuple[Criterion, ...], points: Decimal) -> None:
    total = sum((line.points for line in rubric), Decimal(0))
    if rubric and total != points:
        raise ValueError(
            f"the rubric's points add up to {total}, the question has {points} // set `points: {total}`"
        )


Question = (
    Choice
    | Multiple
    | TrueFalse
    | Matching
    | Ordering
    | ShortAnswer
    | Numerical
    | Cloze
    | Essay
    | Flashcard
)
"""One of the ten types: a closed set, so that `match` and `assert_never` name an arm that is missing."""

TYPES: dict[str, type[Question]] = {
    "choice": Choice,
    "multiple": Multiple,
    "truefalse": TrueFalse,
    "matching": Matching,
    "ordering": Ordering,
    "shortanswer": ShortAnswer,
    "numerical": Numerical,
    "cloze": Cloze,
    "essay": Essay,
    "flashcard": Flashcard,
}


class Term(Record):
    """An entry of the glossary: a term or acronym and what it means."""

    id: QuestionId
    """Names the entry for ever."""
    term: Inline
    """The term or acronym."""
    meaning: Markdown
    """What it stands for, or means in this course."""
    sources: Annotated[tuple[Citation, ...], Field(max_length=5)] = ()
    """Where the transcript spells it out; without any, cards say “not from the transcript”."""
    note: Inline = ""
    """A remark printed in brackets."""
    attribution: Inline = ""
    """Whose usage it is."""
    tags: tuple[Slug, ...] = ()
    """Topics, for selection."""
    status: Status = "ready"
    """`draft`, `ready` or `retired`."""
    reason: Inline = ""
    """Why it was retired."""
    waive: dict[str, Plain] = Field(default_factory=dict)
    """Checks that do not apply here: code → reason."""
    place: SkipJsonSchema[Place] = Field(exclude=True, repr=False)
    """Where it was written; set by the reader."""


def cloze_parts(stem: str) -> Iterator[str | int]:
    """The stem of a cloze cut at its gaps: texts and gap numbers (from 1), alternating, text first."""
    for index, part in enumerate(GAP.split(stem)):
        yield int(part) if index % 2 else part
