"""Citations as readers see them: quote, speaker, section, time and passage id."""

from __future__ import annotations

from dataclasses import dataclass

from pkoquiz.language import listed
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
    language: str = ""
    """That of the transcript if it is not that of the questions; otherwise an empty text."""

    @property
    def where(self) -> str:
        """Speaker, section, time and passage id: `Ada Li, Keynote, 00:12:30 [keynote.p012]`."""
        named = listed(filter(None, (self.speaker, self.section, self.time)))
        return f"{named} [{self.passage}]" if named else f"[{self.passage}]"


def references(bank: Bank, item: Item) -> tuple[Reference, ...]:
    """Return the item's citations, ready to print."""
    return tuple(_reference(bank, citation) for citation in item.sources)


def _reference(bank: Bank, citation: Citation) -> Reference:
    passage = bank.passages.get(citation.passage_id)
    section = bank.sections.get(passage.section) if passage else None
    return Reference(
        quote=citation.quote,
        speaker=passage.speaker if passage else "",
        section=section.title if section else "",
        passage=citation.passage_id,
        note=citation.note,
        time=_time(passage, citation.quote) if passage else "",
        language=bank.languages.get(passage.section, "") if passage else "",
    )


def _time(passage: Passage, quote: str) -> str:
    """When the quote begins, or when the passage does if the quote is not in it."""
    if passage.time is None:
        return ""
    finding = find(quote, passage.text)
    second = passage.heard(finding.spans[0][0] if finding else 0)
    return "" if second is None else clock(second)
