"""What an edition does to questions and terms, compared with the last edition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

ChangeKind = Literal[
    "new",
    "corrected",
    "resent",
    "withdrawn",
    "returned",
    "described",
    "held",
    "withheld",
    "unchanged",
]
"""`described` is a change of metadata only, `held` a correction that is not sent, `withheld` a
draft that learners have."""

LABELS: dict[ChangeKind, str] = {
    "new": "new",
    "corrected": "corrected",
    "resent": "sent again",
    "withdrawn": "withdrawn",
    "returned": "asked again",
    "described": "with other metadata only",
    "held": "held back",
    "withheld": "set back to draft",
}
"""How messages name the kinds of changes, in the order in which they list them."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an edition does to one item."""

    kind: ChangeKind
    id: str
    words: str
    added: tuple[str, ...] = ()
    """Pairs, steps or gaps that are new."""
    dropped: tuple[str, ...] = ()
    """Those that are no longer asked."""
    reworded: tuple[tuple[str, str], ...] = ()
    """Those that keep their cards and histories with new words."""

    @property
    def overwrites(self) -> bool:
        """Whether the edition replaces what learners wrote on the cards."""
        return self.kind in ("corrected", "resent", "withdrawn", "returned")


def summary(changes: Iterable[Change]) -> str:
    """Return how many changes there are of each kind: `3 new, 1 corrected`; empty if none."""
    counts = Counter(change.kind for change in changes)
    return ", ".join(f"{counts[kind]} {label}" for kind, label in LABELS.items() if counts[kind])
