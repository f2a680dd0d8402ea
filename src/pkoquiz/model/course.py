"""The contents of `course.yaml` as data: transcripts, objectives, blueprints, settings."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, AliasChoices, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from pkoquiz.model.addresses import recording_template, report_template
from pkoquiz.model.blueprint import Blueprint
from pkoquiz.model.parts import Bloom, Difficulty, Inline, Markdown, ObjectiveId, Plain, Slug
from pkoquiz.model.question import TYPES
from pkoquiz.records import Record, matching

if TYPE_CHECKING:
    TypeName = str
else:
    TypeName = Literal[tuple(TYPES)]

FormatName = Literal["canvas", "brightspace", "qti", "gift", "aiken", "blackboard", "openedx"]

Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
Planned = Annotated[int, Field(ge=0, le=100_000)]


def _checked(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(lambda text: check(text) if text else text)


FilePath = Annotated[str, StringConstraints(min_length=1, max_length=300)]


Language = Annotated[
    str,
    matching(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "use a language code, e.g. `en`, `ja`, `de-CH`"),
]


class TranscriptFile(Record):
    """A transcript of the course and the files that describe it."""

    file: FilePath
    """The transcript file, relative to `course.yaml`."""
    format: Literal["auto", "proceedings", "markdown", "subtitles"] = "auto"
    """Its format; `auto` decides by the file extension and the layout."""
    layout: FilePath = ""
    """The file that describes what is particular to it: sections, speakers, exceptions."""
    language: Language = ""
    """Its language if it is not that of the questions: `en`, `ja`, `de-CH`."""
    errata: FilePath = ""
    """The file that lists its known errors: who quotes one has to add a note or an attribution."""
    recording: Annotated[str, StringConstraints(max_length=1_000), _checked(recording_template)] = (
        ""
    )
    """Where the recording is, with a placeholder for the time: `https://…/watch?v=…&t={seconds}`.

    `{h}`, `{m}` and `{s}` are hours, minutes and seconds. A path is that of a file beside the
    pages.
    """


class Objective(Record):
    """A learning objective."""

    id: ObjectiveId
    """The short id that questions refer to, e.g. `GK-6`."""
    text: Plain
    """What a learner can do afterwards, beginning with a verb."""
    section: Slug = ""
    """The section it belongs to."""


class BankPlan(Record):
    """How many questions the finished bank should have; `coverage` and `check` report gaps."""

    sections: dict[Slug, Planned] = Field(default_factory=dict)
    """Questions per section."""
    types: dict[TypeName, Planned] = Field(default_factory=dict)
    """Questions per type."""
    bloom: dict[Bloom, Planned] = Field(default_factory=dict)
    """Questions per Bloom level."""
    difficulty: dict[Difficulty, Planned] = Field(default_factory=dict)
    """Questions per difficulty."""
    per_objective: Planned = 0
    """The smallest number of questions for each objective."""


class AnkiSettings(Record):
    """How decks are named."""

    deck: Plain = ""
    """The permanent name of the top deck; the default is the course's title."""


MoodleTag = Literal["topic", "objective", "bloom", "difficulty", "section"]


class MoodleSettings(Record):
    """What questions bring to Moodle's question bank."""

    tags: tuple[MoodleTag, ...] = ("topic", "objective")
    """What becomes a tag: `topic` means the `tags` of a question. `[]` for no tags."""


class ExamSettings(Record):
    """What all papers have in common."""

    paper: Literal["a4", "us-letter"] = "a4"
    """Paper size."""
    fonts: tuple[FilePath, ...] = ()
    """Additional fonts (.ttf, .otf), relative to `course.yaml`, for other scripts."""
    aids: Inline = ""
    """Allowed aids, printed on the cover; without any, it says that there are none."""
    institution: Plain = ""
    """Printed above the title."""
    grades: dict[Plain, Percent] = Field(default_factory=dict)
    """Grades and the lowest percentage of the points for each: `{A: 90, B: 80, F: 0}`."""


class Course(Record):
    """A course: the contents of one folder."""

    title: Plain
    """The full title, printed on exports."""
    short: Slug
    """The permanent short name from which file names, tags and ids are derived."""
    language: Language = "en"
    """The language of the questions, as in HTML: `en`, `ja`, `de-CH`."""
    description: Markdown = ""
    """What the course is about; shown in the deck and the LMS."""
    release: SkipJsonSchema[Any] = Field(None, exclude=True, repr=False)
    """No longer used: `pkoquiz release` dates each edition."""
    transcripts: Annotated[tuple[TranscriptFile, ...], Field(min_length=1, max_length=200)]
    """The transcripts that questions quote."""
    sections: dict[Slug, Plain] = Field(default_factory=dict)
    """Titles of additional sections, e.g. for questions across several talks."""
    objectives: tuple[Objective, ...] = ()
    """The learning objectives; once any is listed, every question must name one."""
    skip: Annotated[
        tuple[Plain, ...], Field(validation_alias=AliasChoices("skip", "no_matter"))
    ] = ()
    """Spoken passages with nothing to ask about, such as greetings: not counted in coverage."""
    blueprints: dict[Slug, Blueprint] = Field(default_factory=dict)
    """Papers to draw from the bank: name → blueprint."""
    formats: tuple[FormatName, ...] = ()
    """What `pkoquiz build` makes in addition to decks, Moodle quizzes and papers."""
    plan: BankPlan = BankPlan()
    """How many questions the finished bank should have."""
    report: Annotated[str, StringConstraints(max_length=1_000), _checked(report_template)] = ""
    """Where learners report mistakes: `mailto:…` or `https://…` with `{id}`, `{edition}` and
    `{passage}`."""
    anki: AnkiSettings = AnkiSettings()
    """Settings of the Anki export."""
    moodle: MoodleSettings = MoodleSettings()
    """Settings of the Moodle export."""
    exam: ExamSettings = ExamSettings()
    """Settings of the printed papers."""
