"""The report on a graded exam: one HTML page without scripts, read on a screen or printed from any browser.

Names and answers of candidates are untrusted text: all of it enters through Jinja2's escaping.
"""

from __future__ import annotations

import re
from fractions import Fraction

from pkoquiz.grading.analysis import CAUTION, FEW, Analysis, PaperAnalysis, VersionLine
from pkoquiz.grading.printed import Item, Keys
from pkoquiz.grading.responses import shown
from pkoquiz.grading.statistics import chance
from pkoquiz.model.question import GAP, TYPES

_WORDINGS = 15
"""Different wordings that are listed of a question."""
_UNDEFINED = "–"

Value = Fraction | float | int | None


def report(keys: Keys, found: Analysis) -> bytes:
    """The page as UTF-8."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader(__package__, "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    most = max(found.bands)

    def letters_told(paper: PaperAnalysis) -> str:
        sheet = keys.sheet_named(paper.paper)
        several = sum(each.paper == paper.paper for each in keys.sheets) > 1
        letters = (
            f"Letters are those of version {sheet.version}, whatever version a candidate had. "
            if several
            else ""
        )
        return f"{letters}“The rest” is all questions but this one. Points given by hand are not shown here."

    first = [
        (paper.paper, line.item.id, flag.text)
        for kind in ("key", "wording")
        for paper in found.papers
        for line in paper.items
        for flag in line.flags
        if flag.kind == kind
    ]
    page = environment.get_template("report.html.j2").render(
        title=keys.title,
        exam=keys.exam,
        found=found,
        first=first,
        many=len(keys.papers) > 1,
        caution=caution(min(paper.spread.candidates for paper in found.papers)),
        bands_told=_bands_told(found.bands),
        width=lambda count: shown(Fraction(100 * count, most), 1),
        percent=percent,
        points_of=lambda value: _number(value, 1),
        plain=lambda value: _number(value, 2),
        points_told=shown,
        kind=lambda item: TYPES[item.type].kind,
        signed=signed,
        stem=_stem,
        reliability=reliability,
        version_told=version_told,
        letters_told=letters_told,
        shown_wordings=_WORDINGS,
        few=FEW,
        many_enough=CAUTION,
    )
    return page.encode()


def _number(value: Value, digits: int) -> str:
    """Always with so many decimals, so that columns can be compared; a dash where it is not defined."""
    return (
        _UNDEFINED
        if value is None
        else shown(Fraction(value), digits, padded=True).replace("-", "−")
    )


def percent(value: Value, digits: int = 1) -> str:
    """`71.3 %`, or a dash where it is not defined."""
    return _UNDEFINED if value is None else f"{_number(value, digits)} %"


def signed(value: Value, digits: int = 2) -> str:
    """`+0.31`, `−0.20`, `0.00`, or a dash where it is not defined."""
    text = _number(value, digits)
    return f"+{text}" if re.search("[1-9]", text) and not text.startswith("−") else text


def caution(candidates: int) -> str:
    """What so few candidates allow to say; nothing where they are enough."""
    if candidates >= CAUTION:
        return ""
    size = chance(candidates)
    many = f"{candidates} {'candidate' if candidates == 1 else 'candidates'}"
    told = (
        f"With {many} (of the paper that fewest sat), numbers on single questions are hints at best"
    )
    if candidates < FEW:
        return f"{told}: none is flagged below {FEW}."
    return f"{told}: a correlation up to ±{_number(size, 2)} can be chance alone."


def reliability(paper: PaperAnalysis) -> str:
    """Alpha and the standard error of measurement in words."""
    if paper.alpha is None:
        return "Cronbach's alpha is not defined: it needs two candidates, two questions, and results that differ."
    name = (
        "KR-20 (Cronbach's alpha of questions scored 0 or 1)"
        if paper.binary
        else "Cronbach's alpha"
    )
    told = f"{name} is {_number(paper.alpha, 2)}"
    if paper.error is None:
        return f"{told}: the questions do not measure one thing, or the candidates are too few."
    return f"{told}, the standard error of measurement {_number(paper.error, 2)} points."


def version_told(line: VersionLine) -> str:
    """Whether a version was harder or easier than the paper's others, by more than two standard errors."""
    if line.difference is None:
        return ""
    if line.error is None or line.spread.candidates < FEW:
        return "too few candidates to tell"
    if abs(line.difference) <= Fraction(2 * line.error):
        return "no more than chance explains"
    word = "easier" if line.difference > 0 else "harder"
    return f"{word} than the others, by more than chance explains in 19 of 20 cases"


def _stem(item: Item) -> str:
    text = GAP.sub("____", item.stem)
    return text if len(text) <= 240 else text[:239].rstrip() + "…"


def _bands_told(bands: tuple[int, ...]) -> str:
    told = [
        f"{count} from {10 * at} to {10 * at + 10} per cent"
        for at, count in enumerate(bands)
        if count
    ]
    return "Candidates by result: " + ", ".join(told)
