"""`statistics/<exam>-<date>-<code>.json`: the question statistics of one administration.

Files contain no names, rows or written words, and nothing about fewer than ten candidates. Files
are added but never edited, so they merge without conflicts.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import Field

from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.model.parts import QuestionId
from pkoquiz.prose import shortened
from pkoquiz.records import Record, validate

FEWEST = 10
"""Fewer candidates are not recorded: single people could be identified."""
ALL_OR_NONE = 30
"""With fewer candidates, shares of 0 or 1 are not recorded: they reveal what each one answered."""

Share = Annotated[float, Field(ge=0, le=1)]
Correlation = Annotated[float, Field(ge=-1, le=1)]
_Count = Annotated[int, Field(ge=0, le=10_000_000)]
_Name = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]


class OptionRecord(Record):
    """How often an option was chosen, by its position as written."""

    chosen: _Count | Literal["<3"]
    r: Correlation | None = None
    """Correlation of choosing it with the points on all other questions."""


class QuestionRecord(Record):
    """The statistics of a question in one wording."""

    digest: _Name
    n: _Count
    p: Share | None = None
    """Mean share of the points; in Anki, the share of first answers that were known.

    None if it would reveal what each candidate answered.
    """
    r: Correlation | None = None
    """Correlation with the points on all other questions."""
    blank: _Count | Literal["<3"] = 0
    options: tuple[OptionRecord, ...] = ()


class Administration(Record):
    """One administration of an exam or quiz."""

    format: Literal["pkoquiz-statistics-1"] = "pkoquiz-statistics-1"
    source: Literal["paper", "moodle", "anki"]
    exam: Annotated[str, Field(pattern=r"^[a-z0-9]+([-.][a-z0-9]+)*$", max_length=100)]
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    codes: tuple[_Name, ...] = ()
    n: Annotated[int, Field(ge=FEWEST, le=10_000_000)]
    mean: Annotated[float, Field(ge=0, le=100)] | None = None
    """As a percentage of the points."""
    sd: Annotated[float, Field(ge=0, le=100)] | None = None
    alpha: Annotated[float, Field(le=1)] | None = None
    questions: dict[QuestionId, QuestionRecord]

    @property
    def is_exam(self) -> bool:
        """Whether answers were graded; learners grade their own answers in Anki."""
        return self.source != "anki"

    @property
    def file(self) -> str:
        """The name of its file."""
        code = f"-{self.codes[0]}" if self.codes else f"-{self.source}"
        return f"{self.exam}-{self.date}{code}.json"


def administration_json(administration: Administration) -> bytes:
    """Return the record as JSON with a line for each question."""
    data = administration.model_dump(mode="json", exclude_none=True)
    questions = data.pop("questions")
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in data.items()]
    entries = [f"    {json.dumps(name)}: {json.dumps(questions[name])}" for name in questions]
    lines.append('  "questions": {\n' + ",\n".join(entries) + "\n  }")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def read_administration(
    raw: bytes, file: str
) -> tuple[Administration | None, tuple[Diagnostic, ...]]:
    """Return the record of a file, or None and all errors. Never raises."""
    place = Place(file)
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as reason:
        return None, (error("PQ740", f"not JSON: {shortened(str(reason), 80)}", place),)
    record, diagnostics = validate(Administration, data, place)
    return record, tuple(diagnostics)
