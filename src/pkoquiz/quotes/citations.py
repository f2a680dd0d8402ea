"""Citations as readers see them: quote, speaker, section, time and passage id."""

from __future__ import annotations

from dataclasses import dataclass

from pkoquiz.model.addresses import recording_address
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Citation
from pkoquiz.model.passage import Passage, clock
from pkoquiz.model.question import Item
from pkoquiz.quotes.find import find


@dataclass(frozen=True, slots=True)
class Reference:
    """A citation as a reader sees it."""

    quote: str
    speaker: str
    section: str
    """The title of the section."""
    passage: str
    """The passage id, without the fingerprint."""
    note: str
    time: str
    """For subtitles, when the quote begins: `00:12:30`; otherwise an empty text."""
    recording: str
    """The address at which the recording plays the quote; empty if there is none."""

    @property
    def where(self) -> str:
        """Speaker, section, time and passage id: `Ada Li, Keynote, 00:12:30 [keynote.p012]`."""
        named = ", ".join(filter(None, (self.speaker, self.section, self.time)))
        return f"{named} [{self.passage}]" if named else f"[{self.passage}]"


def references(bank: Bank, item: Item) -> tuple[Reference, ...]:
    """Return the item's citations, ready to print."""
    return tuple(_reference(bank, citation) for citation in item.sources)


def _reference(bank: Bank, citation: Citation) -> Reference:
    passage = bank.passages.get(citation.passage_id)
    section = bank.sections.get(passage.section) if passage else None
    second = _second(passage, citation.quote) if passage else None
    template = bank.recordings.get(passage.section, "") if passage else ""
    return Reference(
        quote=citation.quote,
        speaker=passage.speaker if passage else "",
        section=section.title if section else "",
        passage=citation.passage_id,
        note=citation.note,
        time="" if second is None else clock(second),
        recording=recording_address(template, second) if template and second is not None else "",
    )


def _second(passage: Passage, quote: str) -> float | None:
    """When the quote begins, or when the passage does if the quote is not in it."""
    if passage.time is None:
        return None
    finding = find(quote, passage.text)
    return passage.heard(finding.spans[0][0] if finding else 0)
