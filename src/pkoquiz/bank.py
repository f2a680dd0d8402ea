"""A course, read: what checks and exporters work on. Frozen data and how to look things up in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pkoquiz.course import Course
from pkoquiz.parts import Citation
from pkoquiz.passage import Erratum, Passage, Section, Transcript, clock
from pkoquiz.question import Question, Term
from pkoquiz.quotes import find


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
        found = {section.slug: section for script in self.transcripts for section in script.sections}
        own = {slug: Section(slug, title) for slug, title in self.course.sections.items()}
        return found | own

    @cached_property
    def ready(self) -> tuple[Question, ...]:
        """Questions to be asked, in teaching order: by section, then as written."""
        order = {slug: index for index, slug in enumerate(self.sections)}
        chosen = [question for question in self.questions if question.status == "ready"]
        return tuple(sorted(chosen, key=lambda question: order.get(question.section, len(order))))


@dataclass(frozen=True, slots=True)
class Reference:
    """A citation as a reader sees it."""

    quote: str
    speaker: str
    section: str
    """Title of the section."""
    passage: str
    """Passage id, without fingerprint."""
    note: str
    time: str
    """Of subtitles: when the quote begins, `00:12:30`; empty otherwise."""

    @property
    def where(self) -> str:
        """Speaker, section and passage id in one line: `Robert Gordon, Keynote … [gordon-keynote.p012]`."""
        told = ", ".join(part for part in (self.speaker, self.section, self.time) if part)
        return f"{told} [{self.passage}]" if told else f"[{self.passage}]"


def passage_id(citation: Citation) -> str:
    """The id without the fingerprint behind `~`."""
    return citation.passage.partition("~")[0]


def references(bank: Bank, item: Question | Term) -> tuple[Reference, ...]:
    """The item's citations, ready to print."""
    found = []
    for citation in item.sources:
        passage = bank.passages.get(passage_id(citation))
        section = bank.sections.get(passage.section) if passage else None
        found.append(
            Reference(
                quote=citation.quote,
                speaker=passage.speaker if passage else "",
                section=section.title if section else "",
                passage=passage_id(citation),
                note=citation.note,
                time=_moment(passage, citation.quote) if passage else "",
            )
        )
    return tuple(found)


def _moment(passage: Passage, quote: str) -> str:
    """When the quote begins to be heard; of one that is not there, when the passage does."""
    if passage.time is None:
        return ""
    finding = find(quote, passage.text)
    second = passage.heard(finding.spans[0][0] if finding else 0)
    return "" if second is None else clock(second)
