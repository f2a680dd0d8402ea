"""Blueprints: how many questions per section, type, level and so on a paper contains.

A number of questions is written `3`, `2-4` or `2+`. Names joined by a slash share one number:
`evaluate/create: 3` asks for three questions that are one or the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import Field, GetJsonSchemaHandler, ModelWrapValidatorHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from pkoquiz.model.parts import Bloom, Difficulty, Inline, Markdown, Plain, QuestionId
from pkoquiz.model.question import ON_PAPER
from pkoquiz.prose import one_of
from pkoquiz.records import InvalidError, Record, matching

UNBOUNDED = 1_000_000
"""The upper end of `2+`."""

_COUNT = re.compile(r"(\d{1,5})(?:\s*[-–]\s*(\d{1,5})|(\+))?")

Number = TypeVar("Number", int, float)


def _range(
    data: Any,
    pattern: re.Pattern[str],
    number: Callable[[str], Number],
    unbounded: Number,
    *,
    kind: str,
    example: str,
) -> dict[str, Number]:
    """Return `least` and `most` of what an author wrote: `3`, `2-4` or `2+`.

    The groups of the pattern are the lower end, the upper end and `+`. Raises `InvalidError`.
    """
    match = pattern.fullmatch(str(data).strip())
    if match is None:
        raise InvalidError(f"`{str(data)[:40]}` is not {kind}", f"write {example}")
    least = number(match[1])
    most = unbounded if match[3] else number(match[2] or match[1])
    if most < least:
        raise InvalidError(
            f"the range {least:g}-{most:g} runs backwards", f"write {most:g}-{least:g}"
        )
    return {"least": least, "most": most}


class Count(Record):
    """A number of questions: `3`, a range `2-4`, or at least `2+`."""

    least: int
    """At least this many."""
    most: int
    """At most this many."""

    @model_validator(mode="wrap")
    @classmethod
    def _from_text(cls, data: Any, handler: ModelWrapValidatorHandler[Count]) -> Count:
        if isinstance(data, Count):
            return data
        kind, example = "a number of questions", "3, 2-4 or 2+"
        return handler(_range(data, _COUNT, int, UNBOUNDED, kind=kind, example=example))

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {
                    "type": "string",
                    "pattern": r"^\s*\d{1,5}(\s*[-–]\s*\d{1,5}|\+)?\s*$",
                    "patternErrorMessage": "write a number or a range, e.g. 3, 2-4 or 2+",
                },
            ],
            "description": "A number of questions: 3, 2-4 or 2+.",
        }

    def __str__(self) -> str:
        if self.least == self.most:
            return str(self.least)
        return f"{self.least}+" if self.most >= UNBOUNDED else f"{self.least}-{self.most}"


Names = Annotated[
    str,
    matching(
        r"^[^/\s]+(/[^/\s]+)*$", "separate names with `/`, e.g. `apply/analyse`", max_length=400
    ),
]
"""One name, or several joined by `/` that share a number."""


class Cell(Record):
    """A number of similar questions, e.g. essays of a section; omitted fields are unconstrained."""

    items: Count
    """How many questions."""
    section: Names = ""
    """Section, or several joined by `/`."""
    type: Names = ""
    """Question type."""
    bloom: Names = ""
    """Bloom level."""
    difficulty: Names = ""
    """Difficulty."""
    objective: Names = ""
    """Objective."""
    tag: Names = ""
    """Tag."""

    @model_validator(mode="after")
    def _known(self) -> Cell:
        if not any(
            (self.section, self.type, self.bloom, self.difficulty, self.objective, self.tag)
        ):
            raise InvalidError(
                "a cell needs at least one of section, type, bloom, difficulty, objective, tag"
            )
        _check_names("type", [self.type] if self.type else [])
        _check_names("bloom", [self.bloom] if self.bloom else [])
        _check_names("difficulty", [self.difficulty] if self.difficulty else [])
        return self


_SHARE = r"(?:0(?:\.\d{1,4})?|1(?:\.0{1,4})?)"
_BAND = re.compile(rf"({_SHARE})\s*(?:[-–]\s*({_SHARE})|(\+))")


class Band(Record):
    """A range of figures between 0 and 1: `0.3-0.9`, or at least `0.1+`."""

    least: float
    """At least this figure."""
    most: float
    """At most this figure."""

    @model_validator(mode="wrap")
    @classmethod
    def _from_text(cls, data: Any, handler: ModelWrapValidatorHandler[Band]) -> Band:
        if isinstance(data, Band):
            return data
        kind, example = "a range between 0 and 1", "0.3-0.9 or 0.1+"
        return handler(_range(data, _BAND, float, 1.0, kind=kind, example=example))

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "string",
            "pattern": rf"^\s*{_SHARE}\s*([-–]\s*{_SHARE}|\+)\s*$",
            "patternErrorMessage": "write a range between 0 and 1, e.g. 0.3-0.9 or 0.1+",
            "description": "A range between 0 and 1: 0.3-0.9 or 0.1+.",
        }

    def __contains__(self, figure: float) -> bool:
        return self.least <= figure <= self.most


class Measured(Record):
    """What exams must have measured about the questions that are drawn."""

    difficulty: Band | None = None
    """Mean share of the points: `0.3-0.9`; hard questions have low values."""
    discrimination: Band | None = None
    """Correlation with the points on all other questions: `0.1+`."""
    candidates: Annotated[int, Field(ge=10, le=100_000)] = 30
    """A question with fewer candidates counts as not measured."""
    required: bool = False
    """Whether questions that were not measured are left out."""

    @model_validator(mode="after")
    def _asks_something(self) -> Measured:
        if self.difficulty is None and self.discrimination is None and not self.required:
            raise InvalidError(
                "`measured` needs difficulty or discrimination", "write `difficulty: 0.3-0.9`"
            )
        return self


class Objectives(Record):
    """Which objectives a paper must test, and how evenly."""

    include: tuple[Plain, ...] = ()
    """Each of these is tested at least once."""
    different: Annotated[int, Field(ge=0, le=10_000)] = 0
    """The smallest number of different objectives."""
    each: Annotated[int, Field(ge=1, le=10_000)] = UNBOUNDED // 100
    """The largest number of questions for one objective."""


class Blueprint(Record):
    """A paper to draw from the bank."""

    title: Plain
    """Printed on the cover."""
    items: Annotated[int, Field(gt=0, le=1000)]
    """Number of questions."""
    minutes: Annotated[int, Field(ge=0, le=1440)] = 60
    """The time allowed; 0 for no limit."""
    seed: Plain = "1"
    """Decides which questions are drawn and in which order; printed on the paper."""
    papers: Annotated[int, Field(ge=1, le=50)] = 1
    """The number of papers with the same composition, e.g. one for each sitting."""
    overlap: Count = Count.model_validate("0")
    """The number of questions that any two papers share: `0`, `5` (anchor questions), `0-10`."""
    versions: Annotated[int, Field(ge=1, le=702)] = 1
    """The number of versions A, B, C … of each paper: the same questions in another order."""
    sections: dict[Names, Count] = {}
    """Questions per section."""
    types: dict[Names, Count] = {}
    """Questions per type."""
    bloom: dict[Names, Count] = {}
    """Questions per Bloom level."""
    difficulty: dict[Names, Count] = {}
    """Questions per difficulty."""
    tags: dict[Names, Count] = {}
    """Questions per tag."""
    cells: tuple[Cell, ...] = ()
    """Numbers for combinations: `{section: keynote, type: essay, items: 1}`."""
    objectives: Objectives = Objectives()
    """Which objectives must be tested, and how evenly."""
    points: Count | None = None
    """Points of the whole paper, e.g. `50-60`; unconstrained if omitted."""
    longest_key: Annotated[int, Field(ge=0, le=100)] = 100
    """The largest percentage of single-choice questions whose key is the longest option."""
    measured: Measured | None = None
    """What exams must have measured about the questions, except those of `include`."""
    include: tuple[QuestionId, ...] = ()
    """Questions that every paper contains."""
    exclude: tuple[QuestionId, ...] = ()
    """Questions that no paper may contain, e.g. those of last year's paper."""
    date: Plain = ""
    """The day of the exam as printed on the cover; if omitted, a line to fill in."""
    aids: Inline = ""
    """Allowed aids; the default is `exam.aids`."""
    instructions: Markdown = ""
    """Further instructions for the cover."""
    columns: Literal[1, 2] = 1
    """The number of columns on the pages with questions."""
    large_print: bool = False
    """18-point type for readers with low vision, always in one column."""

    @model_validator(mode="before")
    @classmethod
    def _columns_from_text(cls, data: Any) -> Any:
        # YAML is read with every scalar as text, and a Literal of numbers does not convert.
        if isinstance(data, dict) and str(data.get("columns")) in ("1", "2"):
            return {**data, "columns": int(data["columns"])}
        return data

    @model_validator(mode="after")
    def _known(self) -> Blueprint:
        _check_names("type", self.types)
        _check_names("bloom", self.bloom)
        _check_names("difficulty", self.difficulty)
        both = sorted(set(self.include) & set(self.exclude))
        if both:
            raise InvalidError(
                f"`{both[0]}` is both included and excluded", "delete it from one of the two lists"
            )
        if len(self.include) > self.items:
            raise InvalidError(
                f"`include` lists {len(self.include)} questions, but the paper has {self.items}"
            )
        if self.papers > 1 and len(self.include) > self.overlap.most:
            message = (
                f"every paper includes the same {len(self.include)} questions, "
                f"but `overlap` allows {self.overlap}"
            )
            raise InvalidError(message, f"set `overlap: {len(self.include)}`")
        if self.large_print and self.columns == 2:
            raise InvalidError("large print has one column", "delete `columns: 2`")
        return self


_WORDS: dict[str, tuple[str, ...]] = {
    "type": ON_PAPER,
    "bloom": get_args(Bloom),
    "difficulty": get_args(Difficulty),
}


def _check_names(what: str, keys: Any) -> None:
    known = _WORDS[what]
    for key in keys:
        for name in key.split("/"):
            if name == "flashcard":
                raise InvalidError("flashcards cannot be printed on a paper", "delete `flashcard`")
            if name not in known:
                raise InvalidError(f"unknown {what} `{name}`", one_of(name, known))
