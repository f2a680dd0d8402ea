"""The report on a graded exam: one HTML page without scripts, to read on a screen or to print.

Names and answers of candidates are untrusted text: all of it enters through Jinja2's escaping.
"""

from __future__ import annotations

import re
from fractions import Fraction

from pkoquiz.grading.analysis import CAUTION, FEW, Analysis, PaperAnalysis, VersionLine
from pkoquiz.grading.intervals import feldt, wilson
from pkoquiz.grading.printed import Keys
from pkoquiz.grading.responses import shown
from pkoquiz.grading.statistics import chance
from pkoquiz.model.question import GAP, TYPES
from pkoquiz.prose import counted, shortened
from pkoquiz.web.page import render, resource

_WORDINGS = 15
"""How many different answers to a question are listed."""
_VERSIONS = 4
"""In how many versions the number of a question is listed."""
_UNDEFINED = "–"

Value = Fraction | float | int | None


def report(keys: Keys, analysis: Analysis) -> bytes:
    """Return the page as UTF-8."""
    urgent = [
        (paper.paper, line.item.id, flag.text)
        for kind in ("key", "wording")
        for paper in analysis.papers
        for line in paper.items
        for flag in line.flags
        if flag.kind == kind
    ]
    return render(
        __package__,
        "report.html.j2",
        style=resource(__package__, "report.css"),
        keys=keys,
        analysis=analysis,
        urgent=urgent,
        several_papers=len(keys.papers) > 1,
        versions={
            paper: [sheet.version for sheet in keys.sheets if sheet.paper == paper]
            for paper in keys.papers
        },
        caution=caution(min(paper.spread.candidates for paper in analysis.papers)),
        types=TYPES,
        wordings_shown=_WORDINGS,
        few=FEW,
        enough=CAUTION,
        counted=counted,
        decimal=decimal,
        percent=percent,
        signed=signed,
        points=shown,
        stem=lambda text: shortened(GAP.sub("____", text), 240),
        brief=lambda text: shortened(GAP.sub("____", text), 70),
        numbers={paper: _numbers(keys, paper) for paper in keys.papers},
        interval=_interval,
        reliability=reliability,
        comparison=comparison,
    )


def _numbers(keys: Keys, paper: int) -> dict[str, str]:
    """Return the printed numbers of each question: `7`, or `A 7, B 12` in several versions."""
    sheets = [sheet for sheet in keys.sheets if sheet.paper == paper]
    numbers: dict[str, list[str]] = {}
    for sheet in sheets:
        for number, placed in sheet.placed.items():
            label = f"{sheet.version} {number}" if len(sheets) > 1 else str(number)
            numbers.setdefault(placed.id, []).append(label)
    return {
        identity: ", ".join(own[:_VERSIONS]) + (", …" if len(own) > _VERSIONS else "")
        for identity, own in numbers.items()
    }


def _interval(share: Fraction, candidates: int) -> str:
    low, high = wilson(float(share), candidates)
    return f"{decimal(low)} to {decimal(high)}"


def decimal(value: Value, digits: int = 2) -> str:
    """Return a number with a fixed count of decimals, so that columns compare; a dash for None."""
    if value is None:
        return _UNDEFINED
    return shown(Fraction(value), digits, padded=True).replace("-", "−")


def percent(value: Value, digits: int = 1) -> str:
    """Return `71.3 %`; a dash for None."""
    return _UNDEFINED if value is None else f"{decimal(value, digits)} %"


def signed(value: Value, digits: int = 2) -> str:
    """Return `+0.31`, `−0.20` or `0.00`; a dash for None."""
    text = decimal(value, digits)
    return f"+{text}" if re.search("[1-9]", text) and not text.startswith("−") else text


def caution(candidates: int) -> str:
    """Return a warning about figures for single questions; empty if there are enough candidates."""
    if candidates >= CAUTION:
        return ""
    warning = (
        f"With {counted(candidates, 'candidate')} (the fewest on any paper), "
        "figures for single questions are hints at best"
    )
    if candidates < FEW:
        return f"{warning}: none is flagged below {FEW} candidates."
    return f"{warning}: a correlation of up to ±{decimal(chance(candidates))} can be chance alone."


def reliability(paper: PaperAnalysis) -> str:
    """Return a sentence on Cronbach's alpha and the standard error of measurement."""
    if paper.alpha is None:
        needed = "at least two candidates, two questions, and totals that differ"
        return f"Cronbach's alpha is not defined: it needs {needed}."
    name = "Cronbach's alpha"
    if paper.binary:
        name = f"KR-20 ({name} of questions scored 0 or 1)"
    alpha = f"{name} is {decimal(paper.alpha)}"
    interval = feldt(float(paper.alpha), paper.spread.candidates, len(paper.items))
    if interval is not None:
        alpha += f" (95 % confidence: {decimal(interval[0])} to {decimal(interval[1])})"
    if paper.error is None:
        return f"{alpha}: the questions measure different things, or there are too few candidates."
    return f"{alpha}; the standard error of measurement is {decimal(paper.error)} points."


def comparison(line: VersionLine) -> str:
    """Return whether a version differs from the others by more than two standard errors."""
    if line.difference is None:
        return ""
    if line.error is None or line.spread.candidates < FEW:
        return "too few candidates to compare"
    if abs(line.difference) <= Fraction(2 * line.error):
        return "no more than chance explains"
    word = "easier" if line.difference > 0 else "harder"
    return f"{word} than the others, by more than chance explains in 19 of 20 cases"
