"""What became of every quote of a bank: the citation, and where its words were found."""

from __future__ import annotations

from dataclasses import dataclass

from pkoquiz.diagnostics import Place
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Citation
from pkoquiz.model.question import Item
from pkoquiz.quotes.find import Finding, find_all


@dataclass(frozen=True, slots=True)
class Proof:
    """One citation and what became of its quote."""

    item: Item
    number: int
    citation: Citation
    finding: Finding

    @property
    def place(self) -> Place:
        """Where the citation stands."""
        return self.item.place.into("sources", self.number)


def proofs(bank: Bank) -> list[Proof]:
    """Every citation of the bank with its finding, in the order of writing."""
    cited = [
        (item, number, citation)
        for item in (*bank.questions, *bank.terms)
        for number, citation in enumerate(item.sources)
    ]
    wanted = [(citation.passage_id, citation.quote) for _, _, citation in cited]
    return [
        Proof(*each, finding)
        for each, finding in zip(cited, find_all(wanted, bank.passages), strict=True)
    ]
