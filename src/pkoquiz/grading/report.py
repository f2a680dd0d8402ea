"""The report on a graded exam: one HTML page without scripts, to read on a screen or to print.

Names and answers of candidates are untrusted text: all of it enters through Jinja2's escaping.
"""

from __future__ import annotations

import re
from fractions import Fraction

from markupsafe import Markup

from pkoquiz import language, markup
from pkoquiz.exam.rules import PARTS
from pkoquiz.grading.analysis import CAUTION, FEW, Analysis, PaperAnalysis, VersionLine
from pkoquiz.grading.intervals import feldt, wilson
from pkoquiz.grading.printed import Keys
from pkoquiz.grading.responses import shown
from pkoquiz.grading.statistics import chance
from pkoquiz.language import say, say_count, spoken
from pkoquiz.model.question import GAP
from pkoquiz.prose import shortened
from pkoquiz.web.page import render, resource

_WORDINGS = 15
"""The most answers that are listed for a question."""
_VERSIONS = 4
"""The most versions for which the number of a question is listed."""
_STEM = 240
"""The most characters of a stem above the answers."""
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
        kind=lambda name: say(PARTS[name][0]),
        lang=spoken().tag,
        say=say,
        say_count=say_count,
        in_quotes=language.in_quotes,
        wordings_shown=_WORDINGS,
        few=FEW,
        enough=CAUTION,
        decimal=decimal,
        percent=percent,
        signed=signed,
        points=lambda value: language.decimal(shown(value)),
        stem=_stem,
        brief=lambda text: shortened(markup.in_characters(GAP.sub("____", text)), 70),
        formulas=lambda text: Markup(markup.formulas_html(text)),
        numbers={paper: _numbers(keys, paper) for paper in keys.papers},
        interval=_interval,
        reliability=reliability,
        comparison=comparison,
    )


def _stem(text: str) -> Markup:
    """Return a stem as HTML with its formulas; one that is too long is cut and in characters."""
    text = GAP.sub("____", text)
    characters = markup.in_characters(text)
    if len(characters) > _STEM:
        return Markup.escape(shortened(characters, _STEM))
    return Markup(markup.formulas_html(text))


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
    """Return a number with a fixed number of decimals, so that columns align; a dash for None."""
    if value is None:
        return _UNDEFINED
    return language.decimal(shown(Fraction(value), digits, padded=True)).replace("-", "−")


def percent(value: Value, digits: int = 1) -> str:
    """Return `71.3 %`; a dash for None."""
    return _UNDEFINED if value is None else language.percent(decimal(value, digits))


def signed(value: Value, digits: int = 2) -> str:
    """Return `+0.31`, `−0.20` or `0.00`; a dash for None."""
    text = decimal(value, digits)
    return f"+{text}" if re.search("[1-9]", text) and not text.startswith("−") else text


def caution(candidates: int) -> str:
    """Return a warning about figures for single questions, or nothing for enough candidates."""
    if candidates >= CAUTION:
        return ""
    warning = say_count(
        "With {count} candidate (the fewest on any paper), figures for single questions are hints "
        "at best.",
        "With {count} candidates (the fewest on any paper), figures for single questions are hints "
        "at best.",
        candidates,
    )
    if candidates < FEW:
        reason = say("None is flagged below {few} candidates.", few=FEW)
    else:
        figure = decimal(chance(candidates))
        reason = say("A correlation of up to ±{figure} can be chance alone.", figure=figure)
    return say("{sentence} {next}", sentence=warning, next=reason)


def reliability(paper: PaperAnalysis) -> str:
    """Return a sentence on Cronbach's alpha and the standard error of measurement."""
    if paper.alpha is None:
        return say(
            "Cronbach's alpha is not defined: it needs at least two candidates, two questions, and "
            "totals that differ."
        )
    name = say("Cronbach's alpha")
    if paper.binary:
        name = say("KR-20 (Cronbach's alpha of questions scored 0 or 1)")
    alpha = decimal(paper.alpha)
    interval = feldt(float(paper.alpha), paper.spread.candidates, len(paper.items))
    if interval is not None:
        alpha = say(
            "{alpha} (95 % confidence: {low} to {high})",
            alpha=alpha,
            low=decimal(interval[0]),
            high=decimal(interval[1]),
        )
    if paper.error is None:
        return say(
            "{name} is {alpha}: the questions measure different things, or there are too few "
            "candidates.",
            name=name,
            alpha=alpha,
        )
    return say(
        "{name} is {alpha}; the standard error of measurement is {error} points.",
        name=name,
        alpha=alpha,
        error=decimal(paper.error),
    )


def comparison(line: VersionLine) -> str:
    """Return whether a version differs from the others by more than two standard errors."""
    if line.difference is None:
        return ""
    if line.error is None or line.spread.candidates < FEW:
        return say("too few candidates to compare")
    if abs(line.difference) <= Fraction(2 * line.error):
        return say("no more than chance explains")
    if line.difference > 0:
        return say("easier than the others, by more than chance explains in 19 of 20 cases")
    return say("harder than the others, by more than chance explains in 19 of 20 cases")
