"""The results of all candidates, and the table of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pkoquiz.grading.points import NONE, credit
from pkoquiz.grading.printed import Keys, Sheet
from pkoquiz.grading.responses import Blank, Response, shown
from pkoquiz.grading.scripts import Script
from pkoquiz.table import harmless, write_table


@dataclass(frozen=True, slots=True)
class Graded:
    """One candidate's result, with responses and points by question id."""

    candidate: str
    sheet: Sheet
    responses: Mapping[str, Response]
    points: Mapping[str, Fraction]
    total: Fraction
    maximum: Fraction

    @property
    def percent(self) -> Fraction:
        """The percentage of the maximum, 0 to 100."""
        return 100 * self.total / self.maximum


def grade(keys: Keys, scripts: Iterable[Script]) -> tuple[Graded, ...]:
    """Return the results in the order of the scripts; a missing response was not answered."""
    items = {paper: keys.items_of(paper) for paper in keys.papers}
    graded = []
    for script in scripts:
        own = items[script.sheet.paper]
        responses = {item.id: script.responses.get(item.id, Blank()) for item in own}
        points = {item.id: credit(item, responses[item.id]) for item in own}
        total = sum(points.values(), NONE)
        maximum = sum((item.points for item in own), NONE)
        graded.append(Graded(script.candidate, script.sheet, responses, points, total, maximum))
    return tuple(graded)


def results_csv(keys: Keys, graded: Sequence[Graded], separator: str) -> bytes:
    """Return a row for each candidate: name, version, points, maximum, percentage, each question.

    Questions are in the same order for all versions; a cell is empty if the question was not on the
    candidate's paper. If cells are separated by `;`, decimals have a comma, as spreadsheets expect.
    """
    several = len(keys.papers) > 1
    used = {item.id for paper in keys.papers for item in keys.items_of(paper)}
    ids = [identity for identity in keys.items if identity in used]

    def number(value: Fraction, digits: int = 2) -> str:
        text = shown(value, digits)
        return text.replace(".", ",") if separator == ";" else text

    paper_heading = ["paper"] if several else []
    rows = [["candidate", *paper_heading, "version", "points", "maximum", "percent", *ids]]
    for result in graded:
        paper = [str(result.sheet.paper)] if several else []
        total = [number(result.total), number(result.maximum), number(result.percent, 1)]
        points = [number(result.points[i]) if i in result.points else "" for i in ids]
        rows.append([result.candidate, *paper, result.sheet.version, *total, *points])
    return write_table(([harmless(cell) for cell in row] for row in rows), separator)
