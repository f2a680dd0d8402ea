"""The results of all candidates, and the table of results."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pkoquiz.grading.points import NONE, credit
from pkoquiz.grading.printed import Keys, Sheet
from pkoquiz.grading.responses import Blank, Response, shown
from pkoquiz.grading.scripts import Script
from pkoquiz.table import write_table


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
    """Return the results in the order of the scripts; a missing response counts as not answered."""
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


def grade_of(grades: Mapping[str, Fraction], percent: Fraction) -> str:
    """Return the best grade that a percentage earns; empty if it earns none."""
    earned = [(least, name) for name, least in grades.items() if percent >= least]
    return max(earned)[1] if earned else ""


Cell = str | Fraction
"""A text, or a number."""


def results_rows(keys: Keys, graded: Sequence[Graded]) -> list[list[Cell]]:
    """Return a row for each candidate: name, version, points, maximum, percentage, each question.

    Questions are in the same order for all versions; a cell is empty if the question was not on the
    candidate's paper. There is a column for the grade if the exam has grades.
    """
    several = len(keys.papers) > 1
    used = {item.id for paper in keys.papers for item in keys.items_of(paper)}
    ids = [identity for identity in keys.items if identity in used]
    paper_heading = ["paper"] if several else []
    grade_heading = ["grade"] if keys.grades else []
    heading = ["candidate", *paper_heading, "version", "points", "maximum", "percent"]
    rows: list[list[Cell]] = [[*heading, *grade_heading, *ids]]
    for result in graded:
        paper = [str(result.sheet.paper)] if several else []
        earned = [grade_of(keys.grades, result.percent)] if keys.grades else []
        points = [result.points.get(identity, "") for identity in ids]
        total = [result.total, result.maximum, result.percent]
        rows.append([result.candidate, *paper, result.sheet.version, *total, *earned, *points])
    return rows


def results_csv(keys: Keys, graded: Sequence[Graded], separator: str) -> bytes:
    """Return the rows of results as CSV.

    If cells are separated by `;`, decimals have a comma, as spreadsheets expect.
    """
    head, *rows = results_rows(keys, graded)
    percent = head.index("percent")

    def text(cell: Cell, column: int) -> str:
        if isinstance(cell, str):
            return cell
        number = shown(cell, 1 if column == percent else 2)
        return number.replace(".", ",") if separator == ";" else number

    lines = [[text(cell, column) for column, cell in enumerate(row)] for row in (head, *rows)]
    return write_table(lines, separator)


def results_xlsx(keys: Keys, graded: Sequence[Graded]) -> bytes:
    """Return the rows of results as a workbook with numbers as numbers; needs XlsxWriter."""
    import xlsxwriter

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        # Otherwise the current time, and the same results would not be the same bytes.
        book.set_properties({"created": datetime.datetime(2000, 1, 1)})
        sheet, bold = book.add_worksheet("results"), book.add_format({"bold": True})
        for number, row in enumerate(results_rows(keys, graded)):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell, None if number else bold)
                else:
                    sheet.write_number(number, column, round(float(cell), 4))
        sheet.freeze_panes(1, 1)
        sheet.autofit()
    return file.getvalue()
