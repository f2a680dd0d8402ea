"""Citations as readers see them: quote, speaker, section, time and passage id."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pkoquiz import markup
from pkoquiz.language import listed
from pkoquiz.model.addresses import recording_address
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Citation
from pkoquiz.model.passage import SPOKEN, Passage, clock
from pkoquiz.model.question import Item, Term
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
    language: str = ""
    """The language of the transcript if the questions have another one; otherwise an empty text."""

    @property
    def where(self) -> str:
        """Speaker, section, time and passage id: `Ada Li, Keynote, 00:12:30 [keynote.p012]`."""
        return self.where_outside("")

    def where_outside(self, section: str) -> str:
        """Return the same without the section if it is the given one."""
        title = "" if self.section == section else self.section
        named = listed(filter(None, (self.speaker, title, self.time)))
        return f"{named} [{self.passage}]" if named else f"[{self.passage}]"


def references(bank: Bank, item: Item) -> tuple[Reference, ...]:
    """Return the item's citations, ready to print."""
    return tuple(_reference(bank, citation) for citation in item.sources)


def first_use(bank: Bank, term: Term) -> Reference | None:
    """Return the sentence in which the transcript first uses a term, or None if it never does.

    An acronym in capitals must be in capitals there too; a plural counts.
    """
    name = re.sub(r"\([^()]*+\)", "", markup.inline_plain(term.term)).strip()
    flags = re.NOFLAG if name.isupper() else re.IGNORECASE
    used = re.compile(rf"(?<!\w){re.escape(name)}(?:'?s)?(?!\w)", flags)
    for passage in bank.passages.values() if name else ():
        match = used.search(passage.text) if passage.kind in SPOKEN else None
        if match:
            return _reference(
                bank, Citation(passage=passage.id, quote=_around(passage.text, match))
            )
    return None


def _around(text: str, match: re.Match[str], limit: int = 160) -> str:
    """Return the sentence of a match, shortened around it with ellipses if it is long."""
    start = max(text.rfind(end, 0, match.start()) for end in (". ", "? ", "! ")) + 1
    stop = re.compile(r"[.?!](?= |$)|$").search(text, match.end())
    end = stop.end() if stop else len(text)
    before, after = "", ""
    if end - start > limit:
        reach = (limit - len(match[0])) // 2
        if match.start() - start > reach:
            start, before = text.find(" ", match.start() - reach, match.start()) + 1, "… "
        if end - match.end() > reach:
            end, after = text.rfind(" ", match.end(), match.end() + reach), " …"
            end = max(end, match.end())
    return f"{before}{text[start:end].strip()}{after}"


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
        language=bank.languages.get(passage.section, "") if passage else "",
    )


def _second(passage: Passage, quote: str) -> float | None:
    """Return when the quote begins, or when the passage begins if the quote is not in it."""
    if passage.time is None:
        return None
    finding = find(quote, passage.text)
    return passage.heard(finding.spans[0][0] if finding else 0)
