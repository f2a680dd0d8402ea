"""What `course.yaml` says: title, transcripts, objectives, blueprints and the exporters' settings. Data only."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pkoquiz.model.blueprint import Blueprint
from pkoquiz.model.parts import Bloom, Difficulty, Inline, Markdown, Plain, Slug, TypeName
from pkoquiz.records import Record

LEDGER = "anki.lock.json"
"""The file beside `course.yaml` that remembers which cards were handed out."""

Planned = Annotated[int, Field(ge=0, le=100_000)]
FilePath = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class TranscriptFile(Record):
    """A transcript of the course and the files that describe it."""

    file: FilePath
    """The transcript, relative to `course.yaml`."""
    format: Literal["auto", "proceedings", "markdown", "subtitles"] = "auto"
    """How it is laid out; `auto` goes by the file's ending and whether a layout is named."""
    layout: FilePath = ""
    """What is particular to it: section starts, speakers, exceptions."""
    errata: FilePath = ""
    """Its known slips: quotes that overlap one are refused unless the question has a note."""


class Objective(Record):
    """A learning objective."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$", max_length=40)]
    """Short id that questions name, e.g. `GK-6`."""
    text: Plain
    """What a learner can do afterwards, beginning with a verb."""
    section: Slug = ""
    """The section it belongs to."""


class BankPlan(Record):
    """How many questions the finished bank should have; `coverage` shows what is missing, `check` warns."""

    sections: dict[Slug, Planned] = Field(default_factory=dict)
    """Questions per section."""
    types: dict[TypeName, Planned] = Field(default_factory=dict)
    """Questions per type."""
    bloom: dict[Bloom, Planned] = Field(default_factory=dict)
    """Questions per Bloom level."""
    difficulty: dict[Difficulty, Planned] = Field(default_factory=dict)
    """Questions per difficulty."""
    per_objective: Planned = 0
    """Questions for each objective, at least."""


class AnkiSettings(Record):
    """How decks are named."""

    deck: Plain = ""
    """Name of the top deck; the course's title where it is missing. Learners' decks are matched by it."""


class ExamSettings(Record):
    """What is the same on all papers."""

    paper: Literal["a4", "us-letter"] = "a4"
    """Paper size."""
    fonts: tuple[FilePath, ...] = ()
    """Further fonts (.ttf, .otf), relative to `course.yaml`: for scripts that the shipped fonts lack."""
    aids: Inline = "None."
    """Allowed aids, printed on the cover."""
    institution: Plain = ""
    """Printed above the title."""


class Course(Record):
    """A course: what one folder builds."""

    title: Plain
    """Full title, printed on exports."""
    short: Slug
    """Short name: file names, tags and ids are made from it. Keep it for ever."""
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    """Language of the questions, as in HTML: `en`, `ja`, `de-CH`."""
    description: Markdown = ""
    """What it is about; shown in the deck and the LMS."""
    release: datetime.date
    """Date of this edition. Raise it when you hand out a new deck: changed cards carry it."""
    transcripts: Annotated[tuple[TranscriptFile, ...], Field(min_length=1, max_length=200)]
    """What was said."""
    sections: dict[Slug, Plain] = Field(default_factory=dict)
    """Titles of sections that are not part of a transcript, e.g. questions across several talks."""
    objectives: tuple[Objective, ...] = ()
    """What is taught; once any is listed, each question names one."""
    no_matter: tuple[Plain, ...] = ()
    """Spoken passages with nothing to ask (greetings, thanks): left out of coverage."""
    blueprints: dict[Slug, Blueprint] = Field(default_factory=dict)
    """Papers to draw from the bank, by name."""
    plan: BankPlan = BankPlan()
    """What the finished bank should hold."""
    anki: AnkiSettings = AnkiSettings()
    """Settings of the Anki export."""
    exam: ExamSettings = ExamSettings()
    """Settings of the printed papers."""
