"""What a graded paper tells of itself: the whole beside its versions, and each question with what to look at in it.

Scores are points unless a name says per cent; a statistic that is not defined is None (`statistics` has the formulas).

Sources: discrimination corrected for the question's own share in the total, S. Henrysson, Psychometrika 28 (1963)
211-218; limits of difficulty and discrimination, R. L. Ebel and D. A. Frisbie, Essentials of Educational Measurement
(5th ed. 1991); standard error of a difference, B. L. Welch, Biometrika 29 (1938) 350-362.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pkoquiz.exam.keys import ChoiceKey, ClozeKey, MultipleKey, ShortAnswerKey, TrueFalseKey
from pkoquiz.exam.letters import letter
from pkoquiz.grading.points import NONE, Graded, share, word_credit
from pkoquiz.grading.printed import Item, Keys, Sheet
from pkoquiz.grading.responses import (
    Blank,
    Chosen,
    Judged,
    Response,
    Value,
    Words,
    same_words,
    shown,
)
from pkoquiz.grading.statistics import Spread, alpha, correlation, mean, spread, variance

FEW = 10
"""With fewer candidates no question is flagged."""
CAUTION = 30
"""With fewer candidates the report asks for caution."""
EASY, HARD = Fraction(9, 10), Fraction(1, 5)
"""A mean share of the points above or below is flagged."""
WEAK = 0.2
"""A discrimination below is flagged; a wrong option above it may be the key."""


@dataclass(frozen=True, slots=True)
class OptionLine:
    """How often an option was chosen. `letter` is that of the paper's first version, or True/False."""

    letter: str
    text: str
    key: bool
    chosen: int
    rest: Fraction | None
    """Mean per cent that those who chose it got on all other questions."""
    correlation: float | None
    """Of choosing it with the points on all other questions."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Something that candidates wrote: how many, and what part of the points (of the gap) it earns."""

    gap: int
    """From 1; 0 outside gaps."""
    text: str
    count: int
    credit: Fraction


@dataclass(frozen=True, slots=True)
class Flag:
    """What a look at a question should look for, in words."""

    text: str
    kind: Literal["key", "wording", "remark"] = "remark"
    """`key`: the question or its key may be wrong; `wording`: what was written may be right; both touch points."""


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One question on one paper."""

    item: Item
    difficulty: Fraction
    """Mean share of the points, 0 to 1: the higher, the easier."""
    discrimination: float | None
    """Correlation of its points with the points on all other questions, −1 to 1."""
    blank: int
    """Candidates who did not answer."""
    options: tuple[OptionLine, ...]
    wordings: tuple[Wording, ...]
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version beside the paper's others."""

    sheet: Sheet
    spread: Spread
    difference: Fraction | None
    """Mean per cent minus that of all other candidates with this paper; None where there are none."""
    error: float | None
    """Standard error of the difference in per cent (Welch)."""


@dataclass(frozen=True, slots=True)
class GroupLine:
    """Questions that test one objective, or that are of one section, over all papers."""

    name: str
    questions: int
    points: Fraction
    """That could be got, by all candidates together."""
    share: Fraction
    """Of them that were got, 0 to 1."""


@dataclass(frozen=True, slots=True)
class PaperAnalysis:
    """One paper: a test of its own."""

    paper: int
    maximum: Fraction
    mean: Fraction
    """In points."""
    spread: Spread
    alpha: Fraction | None
    """Cronbach's alpha."""
    binary: bool
    """Whether each question was scored 0 or 1, so that alpha is KR-20."""
    error: float | None
    """Standard error of measurement in points: deviation · √(1 − alpha)."""
    versions: tuple[VersionLine, ...]
    items: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A whole exam."""

    spread: Spread
    bands: tuple[int, ...]
    """Candidates by per cent: below 10, below 20 … and 90 to 100."""
    papers: tuple[PaperAnalysis, ...]
    objectives: tuple[GroupLine, ...]
    sections: tuple[GroupLine, ...]


def analyse(keys: Keys, graded: Sequence[Graded]) -> Analysis:
    """Statistics of graded candidates, at least one of them; papers that nobody sat are left out."""
    papers = [paper for paper in keys.papers if any(each.sheet.paper == paper for each in graded)]
    bands = Counter(min(9, math.floor(each.percent / 10)) for each in graded)
    return Analysis(
        spread([each.percent for each in graded]),
        tuple(bands[at] for at in range(10)),
        tuple(
            _paper(keys, paper, [each for each in graded if each.sheet.paper == paper])
            for paper in papers
        ),
        _groups(keys, graded, lambda item: item.objective),
        _groups(keys, graded, lambda item: item.section),
    )


# --- one paper ------------------------------------------------------------------------------------


def _paper(keys: Keys, paper: int, graded: Sequence[Graded]) -> PaperAnalysis:
    items = keys.items_of(paper)
    points = [[each.points[item.id] for each in graded] for item in items]
    totals = [each.total for each in graded]
    reliability = alpha(points)
    error = None
    if reliability is not None and 0 <= reliability <= 1:
        error = math.sqrt(variance(totals) * (1 - reliability))
    return PaperAnalysis(
        paper=paper,
        maximum=graded[0].maximum,
        mean=mean(totals),
        spread=spread([each.percent for each in graded]),
        alpha=reliability,
        binary=all(value in (0, 1) for row in points for value in row),
        error=error,
        versions=tuple(_versions(keys, paper, graded)),
        items=tuple(_item(keys.sheet_named(paper), item, graded) for item in items),
    )


def _versions(keys: Keys, paper: int, graded: Sequence[Graded]) -> Iterator[VersionLine]:
    for sheet in keys.sheets:
        own = [each.percent for each in graded if each.sheet is sheet]
        others = [each.percent for each in graded if each.sheet is not sheet]
        if sheet.paper == paper and own:
            difference = mean(own) - mean(others) if others else None
            error = None
            if len(own) > 1 and len(others) > 1:
                error = math.sqrt(variance(own) / len(own) + variance(others) / len(others))
            yield VersionLine(sheet, spread(own), difference, error)


def _item(sheet: Sheet, item: Item, graded: Sequence[Graded]) -> ItemLine:
    points = [each.points[item.id] for each in graded]
    rest = [each.total - each.points[item.id] for each in graded]
    left = graded[0].maximum - item.points
    responses = [each.responses[item.id] for each in graded]
    scale = math.lcm(*(value.denominator for value in (*points, *rest)))
    whole = [int(value * scale) for value in rest]
    found = correlation([int(value * scale) for value in points], whole)
    options = tuple(_options(sheet, item, responses, rest, left, whole))
    wordings = _wordings(item, responses)
    difficulty = mean(points) / item.points
    flags = (
        _flags(item, len(graded), difficulty, found, options, wordings)
        if len(graded) >= FEW
        else ()
    )
    blank = sum(isinstance(response, Blank) for response in responses)
    return ItemLine(item, difficulty, found, blank, options, wordings, tuple(flags))


def _options(
    sheet: Sheet,
    item: Item,
    responses: Sequence[Response],
    rest: Sequence[Fraction],
    left: Fraction,
    whole: Sequence[int],
) -> Iterator[OptionLine]:
    """Options in the order of the paper's first version."""
    for name, text, key, option in _choices(sheet, item):
        took = [_took(response, option) for response in responses]
        theirs = [value for value, chose in zip(rest, took, strict=True) if chose]
        level = 100 * mean(theirs) / left if theirs and left else None
        yield OptionLine(name, text, key, len(theirs), level, correlation([*map(int, took)], whole))


def _choices(sheet: Sheet, item: Item) -> Iterator[tuple[str, str, bool, int]]:
    """(letter, text, whether right, position as written); of true/false 1 is true."""
    match item.key:
        case ChoiceKey() | MultipleKey() as key:
            placed = next(each for each in sheet.placed.values() if each.id == item.id)
            for at, option in enumerate(placed.order):
                text = key.texts[option] if option < len(key.texts) else ""
                yield letter(at), text, option + 1 in key.key, option
        case TrueFalseKey() as key:
            yield "True", "", key.key, 1
            yield "False", "", not key.key, 0
        case _:
            return


def _took(response: Response, option: int) -> bool:
    match response:
        case Chosen(options):
            return option in options
        case Judged(verdict):
            return verdict is bool(option)
        case _:
            return False


def _wordings(item: Item, responses: Sequence[Response]) -> tuple[Wording, ...]:
    """What was written, the most frequent first; spellings that are compared as the same count together."""
    counts: Counter[tuple[int, str]] = Counter()
    first: dict[tuple[int, str], tuple[str, Fraction]] = {}
    case = isinstance(item.key, ShortAnswerKey) and item.key.case_sensitive
    for response in responses:
        written: list[tuple[int, str, Fraction]] = []
        match item.key, response:
            case ShortAnswerKey() as key, Words(texts):
                written = [(0, texts[0], word_credit(key.accepted, texts[0], case_sensitive=case))]
            case ClozeKey() as key, Words(texts):
                pairs = zip(key.gaps, texts, strict=True)
                written = [
                    (at, text, word_credit(gap, text)) for at, (gap, text) in enumerate(pairs, 1)
                ]
            case _, Value(value):
                written = [(0, shown(value, 6), share(item, response))]
            case _:
                pass
        for gap, text, credit in written:
            if text:
                name = (gap, same_words(text, case_sensitive=case))
                counts[name] += 1
                first.setdefault(name, (text, credit))
    ordered = sorted(counts, key=lambda name: (name[0], -counts[name], name[1]))
    return tuple(Wording(name[0], first[name][0], counts[name], first[name][1]) for name in ordered)


def _flags(
    item: Item,
    candidates: int,
    difficulty: Fraction,
    discrimination: float | None,
    options: Sequence[OptionLine],
    wordings: Sequence[Wording],
) -> Iterator[Flag]:
    """What a look at the question should look for."""
    told = f"{shown(100 * difficulty, 0)} % of the points"
    if difficulty > EASY:
        yield Flag(f"asked too easy: {told} were got")
    elif difficulty < HARD:
        yield Flag(f"very hard: {told} were got")
    if options and not any(each.chosen for each in options):
        yield Flag("nobody answered it")
        return
    right = [each for each in options if each.key]
    wrong = [each for each in options if not each.key]
    shunned = ", ".join(each.letter for each in right if not each.chosen)
    if shunned and not isinstance(item.key, TrueFalseKey):
        yield Flag(f"key may be wrong: nobody chose {shunned}, the key", "key")
    suspect = max(
        wrong, key=lambda each: -2.0 if each.correlation is None else each.correlation, default=None
    )
    if discrimination is not None and discrimination < 0:
        if suspect is not None and suspect.correlation is not None and suspect.correlation >= WEAK:
            yield Flag(f"key may be wrong: those who did well chose {suspect.letter}", "key")
        else:
            yield Flag("those who did well on the rest did worse here than the others", "key")
    elif discrimination is not None and discrimination < WEAK and HARD <= difficulty <= EASY:
        yield Flag("hardly tells those who did well on the rest from the others")
    idle = [each.letter for each in wrong if not each.chosen]
    if idle and not isinstance(item.key, TrueFalseKey):
        yield Flag(f"nobody chose {', '.join(idle)}")
    if isinstance(item.key, ShortAnswerKey | ClozeKey):
        for one in wordings:
            if not one.credit and one.count >= 2 and one.count * 10 >= candidates:
                gap = f" into gap {one.gap}" if one.gap else ""
                text = one.text if len(one.text) <= 60 else one.text[:59] + "…"
                yield Flag(
                    f"“{text}”, not accepted, was written{gap} by {one.count}: is it right?",
                    "wording",
                )


# --- all papers -----------------------------------------------------------------------------------


def _groups(
    keys: Keys, graded: Sequence[Graded], name: Callable[[Item], str]
) -> tuple[GroupLine, ...]:
    """Points by objective or section, sorted by name; nothing where no question has one."""
    items: dict[str, set[str]] = {}
    possible: dict[str, Fraction] = {}
    got: dict[str, Fraction] = {}
    for each in graded:
        for identity, points in each.points.items():
            item = keys.items[identity]
            group = name(item)
            items.setdefault(group, set()).add(identity)
            possible[group] = possible.get(group, NONE) + item.points
            got[group] = got.get(group, NONE) + points
    if set(items) <= {""}:
        return ()
    ordered = sorted(items, key=lambda group: (not group, group))
    return tuple(
        GroupLine(group, len(items[group]), possible[group], got[group] / possible[group])
        for group in ordered
    )
