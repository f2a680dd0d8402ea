"""Decide which bubbles of a group are filled, or why a person has to decide.

A bubble counts only if both thresholds agree and no bubble of the group is in between. Nothing is
guessed: a doubt has a proposal, but a proposal is never an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pkoquiz.scanning.measure import Measure
from pkoquiz.sheets.form import Group

EMPTY, FILLED = 0.10, 0.27
"""Less ink than the first is empty, the second or more is a mark; a person decides in between."""
OUTSIDE, WEAK_OUTSIDE = 0.22, 0.10
"""A mark with this much ink around it may have been struck out; a weak one may be a note."""
OVERFLOW, WEAK_OVERFLOW = 0.15, 0.05
"""If most marks have ink around them, one stands out only with this much more."""
WEAK = 0.50
"""A mark that fills less of its bubble is weak."""
BESIDE = 0.05
"""In an empty group, a bubble with this much ink around it may have been circled or underlined."""
THROUGH = 0.10
"""This much ink on opposite sides, farther away, is a line through the bubble."""
FAINT, TRACED = 0.05, 0.25
"""An empty bubble with this much ink, or these traces of ink, may have lost its mark."""
OUTLINE = 0.25
"""If outlines are found less reliably than this, the bubbles may be somewhere else."""
PRINTED = 0.80
"""Where printed letters are paler than this, marks may have faded too."""
UNSURE, BARELY_SEEN = 0.10, 0.03
"""If this share of the marks on a page is unclear, or barely visible, others may be lost."""
_BARELY = 0.15
_HAND = 12
"""The number of marks that shows how somebody fills bubbles."""
_AT_LEAST = 2
_STRUCK_INSIDE = 0.5
TWO_MARKS = "two marks"
_UNCLEAR, _FAINT_MARK = "unclear mark", "faint mark"


@dataclass(frozen=True, slots=True)
class Decision:
    """The labels that are marked, or a doubt with a proposal."""

    marked: tuple[str, ...]
    doubt: str = ""
    proposal: tuple[str, ...] = ()
    margin: float = 1.0
    """The distance of the nearest bubble from the band between empty and filled."""


def decide(groups: Sequence[Group], measures: Sequence[Sequence[Measure]]) -> list[Decision]:
    """Return the decisions on the groups of a page.

    One person fills a page, so whether a mark stands out depends on their other marks.
    """
    filled = sorted(one.around for group in measures for one in group if one.low >= FILLED)
    usual = filled[3 * len(filled) // 4] if len(filled) >= _HAND else 0.0
    decisions = [_decide(*pair, usual) for pair in zip(groups, measures, strict=True)]
    marks = sum(bool(one.marked or one.doubt) for one in decisions)
    unclear = [
        max(max(one.low, one.high) for one in group)
        for group, decision in zip(measures, decisions, strict=True)
        if decision.doubt in (_UNCLEAR, _FAINT_MARK)
    ]
    barely = sum(ink < _BARELY for ink in unclear)
    limits = max(_AT_LEAST, UNSURE * marks), max(_AT_LEAST, BARELY_SEEN * marks)
    if len(unclear) >= limits[0] or barely >= limits[1]:
        lost = Decision((), "blank, but marks on this page are faint", (), 0.0)
        return [one if one.marked or one.doubt else lost for one in decisions]
    return decisions


def _decide(group: Group, measures: Sequence[Measure], usual: float) -> Decision:
    """Return the decision on a group; `usual` is the ink around most marks of the page."""
    pairs = list(zip(group.labels, measures, strict=True))
    doubt = _doubt(group, measures, usual)
    if doubt:
        return Decision((), doubt, _proposal(group, pairs), 0.0)
    marked = tuple(label for label, bubble in pairs if bubble.low >= FILLED)
    margin = min(_margin(share) for bubble in measures for share in (bubble.low, bubble.high))
    return Decision(marked, margin=round(margin, 3))


def _is_outside(mark: Measure, usual: float) -> bool:
    if mark.low < WEAK:
        return mark.around >= max(WEAK_OUTSIDE, usual + WEAK_OVERFLOW)
    return mark.around >= max(OUTSIDE, usual + OVERFLOW)


def _margin(share: float) -> float:
    return EMPTY - share if share < EMPTY else share - FILLED


def _doubt(group: Group, measures: Sequence[Measure], usual: float) -> str:
    if max(one.outline for one in measures) < OUTLINE:
        return "the bubbles were not found"
    if any(EMPTY <= share < FILLED for one in measures for share in (one.low, one.high)):
        return _UNCLEAR
    if any((one.low >= FILLED) != (one.high >= FILLED) for one in measures):
        return _FAINT_MARK
    filled = [one for one in measures if one.low >= FILLED]
    if len(filled) > 1 and not group.several:
        return TWO_MARKS
    if any(_is_outside(one, usual) for one in filled):
        return "ink outside the bubble"
    if not filled and any(one.around >= BESIDE for one in measures):
        return "ink beside the bubbles"
    if any(one.through >= THROUGH for one in filled):
        return "a line through the bubble"
    if any(one.deep < FILLED for one in filled):
        return "stain or shadow"
    if filled and not group.several:
        return ""
    # Nothing else in the group says whether these are empty.
    empty = [one for one in measures if one.low < FILLED]
    if any(max(one.low, one.high) >= FAINT or one.trace >= TRACED for one in empty):
        return _UNCLEAR
    if any(one.printed < PRINTED for one in empty):
        return "the print is pale here"
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
