"""A course as checks and exporters use it: frozen data, with lookups as properties."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from pkoquiz.diagnostics import Place, Span
from pkoquiz.model.course import Course
from pkoquiz.model.ledger import Ledger
from pkoquiz.model.passage import Erratum, Passage, Section, Transcript
from pkoquiz.model.question import Question, Term

Part = Literal["transcripts", "errata", "questions"]
"""A part of a course: its passages, their known errors, its questions and terms."""


@dataclass(frozen=True)
class Bank:
    """The contents of a course folder.

    `questions` are in the order of the files and within each file, including drafts and retired
    ones. `media` maps paths relative to the course to the bytes of the files.
    """

    course: Course
    transcripts: tuple[Transcript, ...]
    questions: tuple[Question, ...]
    terms: tuple[Term, ...] = ()
    media: Mapping[str, bytes] = field(default_factory=dict)
    unread: frozenset[Part] = frozenset()
    """The parts that could not be read completely, so that they lack contents of the files."""
    ledger: Ledger = field(default_factory=Ledger)
    """The record of what learners have."""

    def prefix_of(self, section: str) -> str:
        """Return the first word of most ids in a section, or an empty text.

        New questions of the section should have it, too. Two ids that begin with the same word by
        chance have no prefix in common.
        """
        ids = [question.id for question in self.questions if question.section == section]
        first_words = Counter(name.partition("-")[0] for name in ids if "-" in name)
        prefix, uses = next(iter(first_words.most_common(1)), ("", 0))
        return prefix if uses > 1 and 2 * uses > len(ids) else ""

    @property
    def edition(self) -> datetime.datetime | None:
        """When the last edition was released, in UTC; None before the first one."""
        return self.ledger.last.moment if self.ledger.last else None

    def with_questions(
        self, questions: tuple[Question, ...], terms: tuple[Term, ...] | None = None
    ) -> Bank:
        """Return the bank with other questions, keeping what was computed from its transcripts."""
        terms = self.terms if terms is None else terms
        bank = replace(self, questions=questions, terms=terms)
        for name in ("passages", "passage_places", "errata", "sections"):
            if name in self.__dict__:
                bank.__dict__[name] = self.__dict__[name]
        return bank

    @cached_property
    def passages(self) -> dict[str, Passage]:
        """Passages by id, in the order of the transcripts."""
        return {
            passage.id: passage
            for transcript in self.transcripts
            for passage in transcript.passages
        }

    @cached_property
    def languages(self) -> dict[str, str]:
        """The language of each section whose transcript is not in the language of the questions."""
        named = {script.file: script.language for script in self.course.transcripts}
        return {
            section.slug: tag
            for transcript in self.transcripts
            for section in transcript.sections
            if (tag := named.get(transcript.file, "")) not in ("", self.course.language)
        }

    @cached_property
    def passage_places(self) -> dict[str, Place]:
        """Where each passage begins in its transcript."""
        return {
            passage.id: Place(transcript.file, span=Span.on_line(passage.lines[0]))
            for transcript in self.transcripts
            for passage in transcript.passages
        }

    @cached_property
    def errata(self) -> dict[str, tuple[Erratum, ...]]:
        """Errata by passage id."""
        errata: defaultdict[str, list[Erratum]] = defaultdict(list)
        for transcript in self.transcripts:
            for erratum in transcript.errata:
                errata[erratum.passage].append(erratum)
        return {passage: tuple(known) for passage, known in errata.items()}

    @cached_property
    def sections(self) -> dict[str, Section]:
        """Sections by slug in teaching order: those of the transcripts, then the course's own."""
        sections = {
            section.slug: section
            for transcript in self.transcripts
            for section in transcript.sections
        }
        own = {slug: Section(slug, title) for slug, title in self.course.sections.items()}
        return sections | own

    @cached_property
    def recordings(self) -> dict[str, str]:
        """Templates for the addresses of recordings, by section."""
        templates = {file.file: file.recording for file in self.course.transcripts}
        return {
            section.slug: template
            for transcript in self.transcripts
            if (template := templates.get(transcript.file))
            for section in transcript.sections
        }

    @cached_property
    def ready(self) -> tuple[Question, ...]:
        """The ready questions in teaching order: by section, then as written."""
        order = {slug: index for index, slug in enumerate(self.sections)}
        ready = [question for question in self.questions if question.status == "ready"]
        return tuple(sorted(ready, key=lambda question: order.get(question.section, len(order))))
