"""The layout file, which describes the peculiarities of a transcript.

Sections are found by their title lines, slides by their first line, as printed. These are texts,
not line numbers, so that an edit elsewhere in the transcript does not invalidate the layout.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from pkoquiz import yamlfile
from pkoquiz.diagnostics import Diagnostic, Place
from pkoquiz.records import InvalidError, Record, matching, validate

Form = Literal["talk", "table", "discussion", "contents", "programme", "biographies"]
"""What a section consists of: `talk` paragraphs, `table` rows `LABEL TAB <p>…</p>`, `discussion`
turns `(Name) text`; `contents` is one passage; in a `programme` and in `biographies` each line is
one."""


class Label(Record):
    """A label that begins a turn, e.g. `Q1` or `Comment (Gordon)`, and who speaks then."""

    label: str = Field(min_length=1)
    """The label as printed, but without the parentheses around it in a discussion."""
    speaker: str = ""
    """The full name of the speaker."""
    kind: Literal["speech", "question", "answer"] = "speech"
    """What is said under the label."""
    id: Annotated[
        str, matching(r"^([a-z][a-z0-9]*)?$", "use lower-case letters and digits, e.g. `q1`")
    ] = ""
    """In tables, the part of the passage ids that comes from the label, e.g. `q1`."""


class Slide(Record):
    """The text of a slide between spoken paragraphs."""

    starts: str = Field(min_length=1)
    """Its first line as printed."""
    lines: int = Field(default=1, ge=1)
    """How many lines it has, not counting blank ones."""


class MarkedHeading(Record):
    """A heading that no rule can recognise."""

    text: str = Field(min_length=1)
    """The line as printed."""
    level: int = Field(default=1, ge=1, le=6)
    """Its level: 1, 2, 3 …"""


SectionSlug = Annotated[
    str,
    matching(
        r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        "begin with a letter; use lower-case letters, digits and hyphens, e.g. `first-talk`",
        max_length=60,
    ),
]


class Chapter(Record):
    """A section of a recording: from a time until the next chapter begins."""

    starts: Annotated[
        str,
        matching(
            r"^([0-9]{1,2}:)?[0-9]{1,2}:[0-9]{2}$",
            "write minutes and seconds, with hours before them if needed, e.g. `12:30`, `1:02:30`",
        ),
    ]
    """When it begins: `12:30` or `1:02:30`."""
    slug: SectionSlug
    """The permanent first part of the section's passage ids."""
    title: str = Field(min_length=1)
    """The title as readers see it."""
    speaker: str = ""
    """Who speaks until a subtitle names somebody else."""
    role: str = ""
    """The speaker's rank or office."""

    @property
    def second(self) -> int:
        """When it begins, in seconds."""
        second = 0
        for part in self.starts.split(":"):
            second = 60 * second + int(part)
        return second


class SectionLayout(Record):
    """One section: where it begins, who speaks, and what is between the spoken paragraphs."""

    slug: SectionSlug
    """The permanent first part of the section's passage ids."""
    title: str = Field(min_length=1)
    """The title as readers see it."""
    lines: tuple[str, ...] = Field(min_length=1)
    """The title lines as printed, without blank lines; the section begins with them."""
    form: Form = "talk"
    """What the section consists of."""
    speaker: str = ""
    """Who speaks unless a label names somebody else."""
    role: str = ""
    """The speaker's rank or office."""
    pages: tuple[int, ...] = Field(default=(), max_length=2)
    """The first and last page in the printed original, or only the first if the last is unknown. A
    section without pages shares those of the section before it."""
    numbered_headings: bool = False
    """Whether short lines such as `2.1. Political Process` are headings."""
    headings: tuple[MarkedHeading, ...] = ()
    """Other headings."""
    slides: tuple[Slide, ...] = ()
    """Slides, in the order of the file."""
    labels: tuple[Label, ...] = ()
    """Labels that begin turns."""
    drop: tuple[str, ...] = ()
    """Lines to ignore, such as the number of a slide whose text is lost; each is ignored once."""

    @model_validator(mode="after")
    def _pages_ascend(self) -> SectionLayout:
        if list(self.pages) != sorted(self.pages):
            hint = "write the first page first: `pages: [3, 29]`"
            raise InvalidError("the last page is before the first", hint)
        return self


class Layout(Record):
    """The layout of one transcript."""

    citation: str = ""
    """How to cite the whole work."""
    rights: str = ""
    """Who owns it, and how it may be used."""
    title: str = ""
    """The title of a transcript without headings."""
    speakers: dict[str, str] = Field(default_factory=dict)
    """For `Name: text` paragraphs and subtitles: the name as printed → the full name."""
    pause: float = Field(default=2.0, gt=0, le=3600)
    """Seconds of silence between subtitles after which a new paragraph begins."""
    chapters: tuple[Chapter, ...] = ()
    """The sections of subtitles, in the order of their times. What comes before the first of them
    is a section named after the file."""
    sections: tuple[SectionLayout, ...] = ()
    """The sections of proceedings, in the order of the file."""

    @property
    def full_names(self) -> dict[str, str]:
        """The names of `speakers`, case-folded → the full names."""
        return {name.casefold(): full_name for name, full_name in self.speakers.items()}

    @model_validator(mode="after")
    def _chapters_ascend(self) -> Layout:
        for chapter, following in pairwise(self.chapters):
            if following.second <= chapter.second:
                message = f"chapter `{following.slug}` does not begin after `{chapter.slug}`"
                raise InvalidError(message, "list chapters in the order of their times")
        return self

    @model_validator(mode="after")
    def _slugs_differ(self) -> Layout:
        seen: set[str] = set()
        for slug in (section.slug for part in (self.chapters, self.sections) for section in part):
            if slug in seen:
                hint = "rename one of the sections: passage ids begin with the slug"
                raise InvalidError(f"duplicate slug `{slug}`", hint)
            seen.add(slug)
        return self


def read(raw: bytes, file: str) -> tuple[Layout | None, list[Diagnostic]]:
    """Return the layout in `raw`, or None and what is wrong with it."""
    data, faults = yamlfile.read(raw, file)
    if faults:
        return None, faults
    return validate(Layout, data, Place(file))
