"""The proof of each citation of a bank: whether its quote was found, and where."""

from __future__ import annotations

from dataclasses import dataclass

from pkoquiz.diagnostics import Place
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Citation
from pkoquiz.model.question import Item
from pkoquiz.quotes.find import Finding
from pkoquiz.quotes.lost import find_all


@dataclass(frozen=True, slots=True)
class Proof:
    """A citation and the result of searching for its quote."""

    item: Item
    index: int
    """The position of the citation among the item's sources, from 0."""
    citation: Citation
    finding: Finding

    @property
    def found(self) -> bool:
        """Whether the quote is in the cited passage."""
        return self.finding.status in ("exact", "elided")

    @property
    def place(self) -> Place:
        """Where the citation was written."""
        return self.item.place.into("sources", self.index)


def proofs(bank: Bank) -> list[Proof]:
    """Return every citation of the bank with its finding, in the order of the files."""
    cited = [
        (item, index, citation)
        for item in (*bank.questions, *bank.terms)
        for index, citation in enumerate(item.sources)
    ]
    wanted = [(citation.passage_id, citation.quote) for _, _, citation in cited]
    findings = find_all(wanted, bank.passages)
    return [Proof(*parts, finding) for parts, finding in zip(cited, findings, strict=True)]
