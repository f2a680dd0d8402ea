"""The layout file: everything particular to one transcript, so that the readers know none by name.

Sections are found by their title lines as printed, slides by their first line: text, not line numbers,
so that an edit elsewhere in the transcript does not disturb the description.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from pkoquiz import yamlfile
from pkoquiz.diagnostics import Diagnostic, Place
from pkoquiz.records import InvalidError, Record, validate

Form = Literal["talk", "table", "discussion", "contents", "programme", "biographies"]
"""What a section looks like: paragraphs; rows `LABEL TAB <p>..</p>`; turns `(Name) text`; one list; rows; lines."""


class Label(Record):
    """A label that begins a turn (`(Hoshino)`, `Q1`, `Comment (Gordon)`) and who speaks under it."""

    label: str = Field(min_length=1)
    """As printed, without the parentheses that begin a turn of a discussion."""
    speaker: str = ""
    kind: Literal["speech", "question", "answer"] = "speech"
    id: str = Field(default="", pattern=r"^([a-z][a-z0-9]*)?$")
    """In tables: the part of the passage ids that stands for the label, e.g. `q1`."""


class Slide(Record):
    """Slide text between spoken paragraphs: its first line and how many lines it has, blank ones not counted."""

    starts: str = Field(min_length=1)
    lines: int = Field(default=1, ge=1)


class MarkedHeading(Record):
    """A heading that no rule can tell from the text: the line as printed."""

    text: str = Field(min_length=1)
    level: int = Field(default=1, ge=1, le=6)


class SectionLayout(Record):
    """One section: where it begins, who speaks, and what stands between the spoken paragraphs."""

    slug: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)
    title: str = Field(min_length=1)
    lines: tuple[str, ...] = Field(min_length=1)
    """The title lines as printed, blank lines left out; the section begins where they stand together."""
    form: Form = "talk"
    speaker: str = ""
    role: str = ""
    pages: tuple[int, ...] = Field(default=(), max_length=2)
    """First and last page in the printed original; only the first, if the end is not known. A section
    without pages shares those of the section before it."""
    numbered_headings: bool = False
    """Whether short lines such as `2.1. Political Process` are headings."""
    headings: tuple[MarkedHeading, ...] = ()
    slides: tuple[Slide, ...] = ()
    labels: tuple[Label, ...] = ()
    drop: tuple[str, ...] = ()
    """Lines that are no text, e.g. the number of a slide whose picture is lost; each is dropped once."""

    @model_validator(mode="after")
    def _pages_ascend(self) -> SectionLayout:
        if list(self.pages) != sorted(self.pages):
            raise InvalidError("the last page is before the first", "write `pages: [3, 29]`")
        return self


class Layout(Record):
    """The description of one transcript."""

    citation: str = ""
    rights: str = ""
    title: str = ""
    """Title of the section of a transcript that has no headings of its own."""
    speakers: dict[str, str] = Field(default_factory=dict)
    """For `Name: text` paragraphs and subtitles: the name as printed and the full name."""
    pause: float = Field(default=2.0, gt=0, le=3600)
    """Seconds of silence between two subtitles that begin a new paragraph."""
    sections: tuple[SectionLayout, ...] = ()

    @model_validator(mode="after")
    def _slugs_differ(self) -> Layout:
        seen: set[str] = set()
        for section in self.sections:
            if section.slug in seen:
                raise InvalidError(
                    f"duplicate slug `{section.slug}`", "rename one: passage ids begin with it"
                )
            seen.add(section.slug)
        return self


def read(raw: bytes, file: str) -> tuple[Layout | None, list[Diagnostic]]:
    """The layout written in `raw`, or `None` and what is wrong with it."""
    data, faults = yamlfile.read(raw, file)
    if faults:
        return None, faults
    return validate(Layout, data, Place(file))
