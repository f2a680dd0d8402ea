"""How often `pkoquiz cite` proposes the passage that an item cites, if its citations are hidden.

    python benchmarks/citations.py [COURSE ...]

The claim is the question with its key, or the question alone; a proposal is right if the item cites
the passage.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from pkoquiz import markup
from pkoquiz.load import load
from pkoquiz.model.answers import stated
from pkoquiz.model.question import GAP, Item, Question
from pkoquiz.quotes.propose import Index, claim_of, index_of, propose

_T = TypeVar("_T", bound=Item)
ROOT = Path(__file__).parents[1]
COURSES = (ROOT, ROOT / "examples/keeping-time")


def asked(question: Question) -> str:
    """Return what a question asks, without its key."""
    return " ".join(markup.plain(GAP.sub(" … ", text)) for text in stated(question))


def shares(index: Index, items: Sequence[_T], claim: Callable[[_T], str]) -> tuple[float, float]:
    """Return how often the first, and one of the first three proposals, is a cited passage."""
    first = third = 0
    for item in items:
        cited = {citation.passage_id for citation in item.sources}
        proposed = [proposal.passage.id for proposal in propose(index, claim(item), limit=3)]
        first += bool(cited.intersection(proposed[:1]))
        third += bool(cited.intersection(proposed))
    return first / len(items), third / len(items)


def main() -> None:
    print(f"{'course':16}{'claim':24}{'items':>6}{'@1':>7}{'@3':>7}")
    for folder in [Path(name) for name in sys.argv[1:]] or COURSES:
        bank = load(folder).bank
        if bank is None:
            raise SystemExit(f"{folder} cannot be read")
        index = index_of(bank.passages.values())
        rows = [
            ("question and key", len(bank.questions), shares(index, bank.questions, claim_of)),
            ("question alone", len(bank.questions), shares(index, bank.questions, asked)),
        ]
        if bank.terms:
            rows.append(("term and definition", len(bank.terms),
                         shares(index, bank.terms, claim_of)))  # fmt: skip
        for claim, count, (first, third) in rows:
            print(f"{folder.resolve().name:16}{claim:24}{count:6}{first:7.3f}{third:7.3f}")


if __name__ == "__main__":
    main()
