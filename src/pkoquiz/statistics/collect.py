"""Collect the statistics of a graded exam."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pkoquiz.exam.manifest import Manifest
from pkoquiz.grading.analysis import Analysis, ItemLine
from pkoquiz.statistics.pool import pooled_correlation
from pkoquiz.statistics.record import (
    ALL_OR_NONE,
    FEWEST,
    Administration,
    OptionRecord,
    QuestionRecord,
)


def administration(record: Manifest, analysis: Analysis, date: str) -> Administration | str:
    """Return the statistics of an exam, or why nothing may be recorded."""
    count = analysis.spread.candidates
    if count < FEWEST:
        return f"{count} candidates are too few: below {FEWEST}, people could be identified"
    lines: dict[str, list[tuple[int, ItemLine]]] = {}
    for paper in analysis.papers:
        if paper.spread.candidates >= FEWEST:
            for line in paper.items:
                lines.setdefault(line.item.id, []).append((paper.spread.candidates, line))
    single = analysis.papers[0] if len(analysis.papers) == 1 else None
    deviation = analysis.spread.deviation
    return Administration(
        source="paper",
        exam=record.exam,
        date=date,
        codes=tuple(version.code for paper in record.papers for version in paper.versions),
        n=count,
        mean=round(float(analysis.spread.mean), 1),
        sd=None if deviation is None else round(deviation, 1),
        alpha=None if single is None or single.alpha is None else round(float(single.alpha), 3),
        questions={
            identity: _question(record, identity, found) for identity, found in lines.items()
        },
    )


def _question(
    record: Manifest, identity: str, lines: Sequence[tuple[int, ItemLine]]
) -> QuestionRecord:
    count = sum(number for number, _ in lines)
    share = sum(number * float(line.difficulty) for number, line in lines) / count
    is_telling = count < ALL_OR_NONE and share in (0.0, 1.0)
    blank = sum(line.blank for _, line in lines)
    options = () if is_telling else tuple(_options(lines))
    wrong: dict[int, int] = {}
    for _, line in lines:
        for option in line.options:
            if not option.key:
                wrong[option.position] = wrong.get(option.position, 0) + option.chosen
    is_multiple = record.questions[identity].type == "multiple"
    if not is_multiple and is_revealed([*wrong.values(), blank]):
        options = ()
    return QuestionRecord(
        digest=record.questions[identity].digest,
        n=count,
        p=None if is_telling else round(share, 3),
        r=pooled_correlation([(number, line.discrimination) for number, line in lines]),
        blank=rounded(blank),
        options=options,
    )


def _options(lines: Sequence[tuple[int, ItemLine]]) -> Sequence[OptionRecord]:
    positions = sorted({option.position for _, line in lines for option in line.options})
    records = []
    for position in positions:
        own = [
            (count, option)
            for count, line in lines
            for option in line.options
            if option.position == position
        ]
        chosen = sum(option.chosen for _, option in own)
        r = pooled_correlation([(count, option.correlation) for count, option in own])
        records.append(OptionRecord(chosen=rounded(chosen), r=r if chosen > 2 else None))
    return records


def rounded(count: int) -> int | Literal["<3"]:
    """Return a count rounded for publication, since one or two people could be identified."""
    return "<3" if 0 < count < 3 else count


def is_revealed(counts: Sequence[int]) -> bool:
    """Return whether the sum of all answers to a question reveals counts that are rounded.

    The counts are those of its wrong options and of blank answers: the share of points reveals the
    count of the right one. With one rounded count the sum reveals it, with several if all are 1 or
    all are 2.
    """
    few = [count for count in counts if rounded(count) == "<3"]
    return len(set(few)) == 1
