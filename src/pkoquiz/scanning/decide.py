"""Decide which bubbles of a group are filled, or why a person has to decide.

A bubble counts only if both thresholds agree and no bubble of the group is in between. Nothing is
guessed: a doubt has a proposal, but a proposal is never an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pkoquiz.scanning.measure import Measure
from pkoquiz.sheets.form import Group

EMPTY, FILLED = 0.12, 0.27
"""Less ink than the first is empty, the second or more is a mark; a person decides in between."""
OUTSIDE = 0.22
"""A mark with this much ink around it may have been struck out."""
BESIDE = 0.10
"""In an empty group, a bubble with this much ink around it may have been circled or underlined."""
UNEVEN = 0.22
"""If the paper changes this much around a mark, the mark may be the edge of a stain."""
WEAK = 0.50
"""A mark that fills less of its bubble is examined more closely: it may be a fold or a stain."""
WEAK_UNEVEN = 0.07
THROUGH = 0.12
"""This much ink on opposite sides, farther away, is a line through the bubble."""
FAINT = 0.05
"""In a group without marks, a bubble with this much ink may have a mark faded by a copier."""
OUTLINE = 0.25
"""If outlines are found less reliably than this, the bubbles may be somewhere else."""
_STRUCK_INSIDE = 0.5


@dataclass(frozen=True, slots=True)
class Decision:
    """The labels that are marked, or a doubt with a proposal."""

    marked: tuple[str, ...]
    doubt: str = ""
    proposal: tuple[str, ...] = ()
    margin: float = 1.0
    """The distance of the nearest bubble from the band between empty and filled."""


def decide(group: Group, measures: Sequence[Measure]) -> Decision:
    """Return the decision on a group of bubbles."""
    pairs = list(zip(group.labels, measures, strict=True))
    marked = tuple(label for label, bubble in pairs if bubble.low >= FILLED)
    doubt = _doubt(group, measures)
    margin = min(_margin(share) for bubble in measures for share in (bubble.low, bubble.high))
    if doubt:
        return Decision((), doubt, _proposal(group, pairs), 0.0)
    return Decision(marked, margin=round(margin, 3))


def _margin(share: float) -> float:
    return EMPTY - share if share < EMPTY else share - FILLED


def _doubt(group: Group, measures: Sequence[Measure]) -> str:
    if max(one.outline for one in measures) < OUTLINE:
        return "the bubbles were not found"
    if any(EMPTY <= share < FILLED for one in measures for share in (one.low, one.high)):
        return "unclear mark"
    if any((one.low >= FILLED) != (one.high >= FILLED) for one in measures):
        return "faint mark"
    filled = [one for one in measures if one.low >= FILLED]
    if len(filled) > 1 and not group.several:
        return "two marks"
    if any(one.around >= OUTSIDE for one in filled):
        return "ink outside the bubble"
    if not filled and any(one.around >= BESIDE for one in measures):
        return "ink beside the bubbles"
    if any(one.through >= THROUGH for one in filled):
        return "a line through the bubble"
    if any(one.uneven >= (WEAK_UNEVEN if one.low < WEAK else UNEVEN) for one in filled):
        return "stain or shadow"
    if not filled and any(max(one.low, one.high) >= FAINT for one in measures):
        return "unclear mark"
    return ""


def _proposal(group: Group, pairs: Sequence[tuple[str, Measure]]) -> tuple[str, ...]:
    """Return the probable answer, without the marks that were struck out."""
    likely = [(label, one) for label, one in pairs if max(one.low, one.high) >= FILLED]
    kept = [
        label for label, one in likely if not (one.through >= THROUGH and one.low >= _STRUCK_INSIDE)
    ]
    if group.several:
        return tuple(kept)
    if len(kept) == 1:
        return tuple(kept)
    if not likely:
        by_ink = sorted(pairs, key=lambda pair: -(pair[1].low + pair[1].around))
        best, second = by_ink[0][1], by_ink[1][1] if len(by_ink) > 1 else Measure(0, 0, 0, 0)
        clear = best.low + best.around > 2 * (second.low + second.around) + 0.05
        return (by_ink[0][0],) if clear else ()
    return tuple(label for label, _ in likely[:1]) if len(likely) == 1 else ()
