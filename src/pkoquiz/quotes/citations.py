"""Citations as a reader sees them: quote, speaker, section, time and passage id."""

from __future__ import annotations

from dataclasses import dataclass

from pkoquiz.model.bank import Bank
from pkoquiz.model.passage import Passage, clock
from pkoquiz.model.question import Question, Term
from pkoquiz.quotes.find import find


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


def references(bank: Bank, item: Question | Term) -> tuple[Reference, ...]:
    """The item's citations, ready to print."""
    found = []
    for citation in item.sources:
        passage = bank.passages.get(citation.passage_id)
        section = bank.sections.get(passage.section) if passage else None
        found.append(
            Reference(
                quote=citation.quote,
                speaker=passage.speaker if passage else "",
                section=section.title if section else "",
                passage=citation.passage_id,
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
