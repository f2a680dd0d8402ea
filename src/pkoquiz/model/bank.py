"""A course, read: what checks and exporters work on. Frozen data and how to look things up in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pkoquiz.model.course import Course
from pkoquiz.model.passage import Erratum, Passage, Section, Transcript
from pkoquiz.model.question import Question, Term


@dataclass(frozen=True)
class Bank:
    """Everything one course folder holds.

    `questions` stand in the order of their files and of their writing, drafts and retired ones included;
    `media` maps a path relative to the course to the file's bytes.
    """

    course: Course
    transcripts: tuple[Transcript, ...]
    questions: tuple[Question, ...]
    terms: tuple[Term, ...] = ()
    media: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def passages(self) -> dict[str, Passage]:
        """Passages by id, in the order of the transcripts."""
        return {passage.id: passage for script in self.transcripts for passage in script.passages}

    @cached_property
    def errata(self) -> dict[str, tuple[Erratum, ...]]:
        """Known slips by passage id."""
        found: dict[str, tuple[Erratum, ...]] = {}
        for script in self.transcripts:
            for erratum in script.errata:
                found[erratum.passage] = (*found.get(erratum.passage, ()), erratum)
        return found

    @cached_property
    def sections(self) -> dict[str, Section]:
        """Sections by slug in teaching order: those of the transcripts, then the course's own."""
        found = {
            section.slug: section for script in self.transcripts for section in script.sections
        }
        own = {slug: Section(slug, title) for slug, title in self.course.sections.items()}
        return found | own

    @cached_property
    def ready(self) -> tuple[Question, ...]:
        """Questions to be asked, in teaching order: by section, then as written."""
        order = {slug: index for index, slug in enumerate(self.sections)}
        chosen = [question for question in self.questions if question.status == "ready"]
        return tuple(sorted(chosen, key=lambda question: order.get(question.section, len(order))))
