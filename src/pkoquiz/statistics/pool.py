"""Combine all administrations, separately for each wording of a question."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pkoquiz.grading.intervals import fisher, wilson
from pkoquiz.statistics.record import ALL_OR_NONE, Administration, OptionRecord

ENOUGH_FOR_SHARE, ENOUGH_FOR_CORRELATION = 30, 100
"""With this many candidates, a share is known to ±0.16 and a correlation to ±0.19."""
ENOUGH_TO_WARN = 50
EXPECTED: dict[str, tuple[float, float]] = {
    "easy": (0.65, 1.0),
    "medium": (0.35, 0.85),
    "hard": (0.0, 0.60),
}
"""The shares of points that match a declared difficulty."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """What is known about a question in one wording."""

    id: str
    digest: str
    administrations: int
    n: int
    p: float | None
    p_interval: tuple[float, float]
    r: float | None
    r_interval: tuple[float, float]
    unchosen: tuple[int, ...]
    """Positions, from 1 as written, of options that nobody chose."""

    @property
    def caution(self) -> str:
        """A warning about too few candidates; empty if there are enough."""
        if self.n < ENOUGH_FOR_SHARE:
            return "uncertain"
        return "discrimination uncertain" if self.n < ENOUGH_FOR_CORRELATION else ""


def pool(
    administrations: Iterable[Administration], *, self_graded: bool = False
) -> tuple[Pooled, ...]:
    """Return the questions of all exams, or of all decks in Anki, in the order of their ids."""
    found: dict[tuple[str, str], list[Administration]] = {}
    for administration in administrations:
        if administration.is_exam == self_graded:
            continue
        for identity, question in administration.questions.items():
            found.setdefault((identity, question.digest), []).append(administration)
    return tuple(_pooled(identity, digest, found[identity, digest])
                 for identity, digest in sorted(found))  # fmt: skip


def _pooled(identity: str, digest: str, administrations: Sequence[Administration]) -> Pooled:
    records = [administration.questions[identity] for administration in administrations]
    shares = [(record.n, record.p) for record in records if record.p is not None]
    known = sum(number for number, _ in shares)
    p = sum(number * share for number, share in shares) / known if known else None
    r = pooled_correlation([(record.n, record.r) for record in records])
    weight = sum(record.n - 3 for record in records if record.r is not None)
    with_options = [record for record in records if record.options]
    total = sum(record.n for record in with_options)
    unchosen = _unchosen([record.options for record in with_options])
    return Pooled(
        identity,
        digest,
        len(records),
        sum(record.n for record in records),
        p,
        wilson(p, known) if p is not None else (0.0, 1.0),
        r,
        fisher(r, weight) if r is not None else (-1.0, 1.0),
        unchosen if total >= ALL_OR_NONE else (),
    )


def pooled_correlation(pairs: Iterable[tuple[int, float | None]]) -> float | None:
    """Return the mean of correlations by Fisher's z, each with the weight n − 3."""
    known = [(count - 3, r) for count, r in pairs if r is not None and count > 3]
    if not known:
        return None
    weight = sum(count for count, _ in known)
    z = sum(count * math.atanh(max(-0.9999, min(0.9999, r))) for count, r in known) / weight
    return round(math.tanh(z), 3)


def _unchosen(options: Sequence[tuple[OptionRecord, ...]]) -> tuple[int, ...]:
    if not options or len({len(own) for own in options}) > 1:
        return ()
    return tuple(
        place
        for place, own in enumerate(zip(*options, strict=True), 1)
        if all(option.chosen == 0 for option in own)
    )


def disagreements(
    pooled: Iterable[Pooled], declared: Mapping[tuple[str, str], str]
) -> Iterator[tuple[Pooled, str, Literal["easier", "harder"]]]:
    """Yield questions whose measured difficulty clearly contradicts the declared one.

    `declared` contains the difficulties by id and digest: a question that was reworded is not
    judged by the statistics of its old wording.
    """
    for question in pooled:
        difficulty = declared.get((question.id, question.digest))
        if difficulty not in EXPECTED or question.p is None or question.n < ENOUGH_TO_WARN:
            continue
        low, high = EXPECTED[difficulty]
        if question.p_interval[0] > high:
            yield question, difficulty, "easier"
        elif question.p_interval[1] < low:
            yield question, difficulty, "harder"
