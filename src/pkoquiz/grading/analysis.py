"""The analysis of a graded exam: results, reliability, versions and questions.

Scores are points unless a name contains `percent`; a statistic that is not defined is None.

Sources: discrimination without the question's own share in the total, S. Henrysson, Psychometrika
28 (1963) 211-218; limits of difficulty and discrimination, R. L. Ebel and D. A. Frisbie,
Essentials of Educational Measurement (5th ed. 1991); standard error of a difference, B. L. Welch,
Biometrika 29 (1938) 350-362.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from operator import itemgetter
from statistics import mean, variance
from typing import Literal

from pkoquiz.exam.keys import ChoiceKey, ClozeKey, MultipleKey, ShortAnswerKey, TrueFalseKey
from pkoquiz.exam.letters import letter
from pkoquiz.exam.rules import verdict
from pkoquiz.grading.points import NONE, share, word_credits
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
from pkoquiz.grading.results import Graded
from pkoquiz.grading.statistics import Spread, alpha, correlation, spread
from pkoquiz.language import in_quotes, listed, percent, say, say_count
from pkoquiz.prose import shortened

FEW = 10
"""With fewer candidates, no question is flagged."""
CAUTION = 30
"""The report advises caution if there are fewer candidates."""
EASY, HARD = Fraction(9, 10), Fraction(1, 5)
"""Questions with a larger or smaller mean share of the points are flagged."""
WEAK = 0.2
"""A smaller discrimination is flagged."""
WEAK_KEY = 0.1
"""A key that discriminates better than this is not suspected."""


@dataclass(frozen=True, slots=True)
class OptionLine:
    """How often an option was chosen; its letter in the paper's first version, or True/False."""

    letter: str
    text: str
    key: bool
    chosen: int
    rest: Fraction | None
    """Mean percentage that those who chose it earned on all other questions."""
    correlation: float | None
    """Correlation of choosing it with the points on all other questions."""
    position: int = 0
    """Its position as written, from 0; True is 1 and False is 0."""


@dataclass(frozen=True, slots=True)
class Wording:
    """An answer that candidates wrote, and the share of the points (of the gap) that it earns."""

    gap: int
    """From 1; 0 outside gaps."""
    text: str
    count: int
    credit: Fraction


@dataclass(frozen=True, slots=True)
class Flag:
    """A reason to review a question."""

    text: str
    kind: Literal["key", "wording", "remark"] = "remark"
    """`key`: the question or its key may be wrong; `wording`: a typed answer may be right."""


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
    """One version, compared with the other versions of the paper."""

    sheet: Sheet
    spread: Spread
    difference: Fraction | None
    """Mean percentage minus that of the paper's other candidates; None if there are none."""
    error: float | None
    """Standard error of the difference (Welch)."""


@dataclass(frozen=True, slots=True)
class GroupLine:
    """The questions on one objective or section, over all papers."""

    name: str
    questions: int
    points: Fraction
    """Points available to all candidates together."""
    share: Fraction
    """The share of them that was earned, 0 to 1."""


@dataclass(frozen=True, slots=True)
class PaperAnalysis:
    """One paper, analysed as a separate test."""

    paper: int
    maximum: Fraction
    mean: Fraction
    """In points."""
    spread: Spread
    alpha: Fraction | None
    """Cronbach's alpha."""
    binary: bool
    """Whether every question was scored 0 or 1, so that alpha is KR-20."""
    error: float | None
    """Standard error of measurement in points: deviation · √(1 − alpha)."""
    versions: tuple[VersionLine, ...]
    items: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """All papers of an exam together."""

    spread: Spread
    bands: tuple[int, ...]
    """The number of candidates with less than 10 %, 10 to 20 %, … and 90 to 100 %."""
    papers: tuple[PaperAnalysis, ...]
    objectives: tuple[GroupLine, ...]
    sections: tuple[GroupLine, ...]


def analyse(keys: Keys, graded: Sequence[Graded]) -> Analysis:
    """Return the statistics of one or more candidates; papers that nobody took are left out."""
    by_paper: dict[int, list[Graded]] = {}
    for result in graded:
        by_paper.setdefault(result.sheet.paper, []).append(result)
    bands = Counter(min(9, math.floor(result.percent / 10)) for result in graded)
    return Analysis(
        spread([result.percent for result in graded]),
        tuple(bands[tens] for tens in range(10)),
        tuple(_paper(keys, paper, by_paper[paper]) for paper in keys.papers if paper in by_paper),
        _groups(keys, graded, lambda item: item.objective),
        _groups(keys, graded, lambda item: item.section),
    )


# --- one paper ------------------------------------------------------------------------------------


def _paper(keys: Keys, paper: int, graded: Sequence[Graded]) -> PaperAnalysis:
    items = keys.items_of(paper)
    points = [[result.points[item.id] for result in graded] for item in items]
    totals = [result.total for result in graded]
    reliability = alpha(points)
    error = None
    if reliability is not None and 0 <= reliability <= 1:
        error = math.sqrt(variance(totals) * (1 - reliability))
    return PaperAnalysis(
        paper=paper,
        maximum=graded[0].maximum,
        mean=mean(totals),
        spread=spread([result.percent for result in graded]),
        alpha=reliability,
        binary=all(value in (0, 1) for row in points for value in row),
        error=error,
        versions=tuple(_versions(keys, paper, graded)),
        items=tuple(_item(keys.sheet_named(paper), item, graded) for item in items),
    )


def _versions(keys: Keys, paper: int, graded: Sequence[Graded]) -> Iterator[VersionLine]:
    for sheet in keys.sheets:
        own = [result.percent for result in graded if result.sheet is sheet]
        others = [result.percent for result in graded if result.sheet is not sheet]
        if sheet.paper == paper and own:
            difference = mean(own) - mean(others) if others else None
            error = None
            if len(own) > 1 and len(others) > 1:
                error = math.sqrt(variance(own) / len(own) + variance(others) / len(others))
            yield VersionLine(sheet, spread(own), difference, error)


def _item(sheet: Sheet, item: Item, graded: Sequence[Graded]) -> ItemLine:
    points = [result.points[item.id] for result in graded]
    rest = [result.total - result.points[item.id] for result in graded]
    responses = [result.responses[item.id] for result in graded]
    line = ItemLine(
        item,
        mean(points) / item.points,
        correlation(points, rest),
        sum(isinstance(response, Blank) for response in responses),
        tuple(_options(sheet, item, responses, rest, graded[0].maximum - item.points)),
        tuple(_wordings(item, responses)),
        (),
    )
    return replace(line, flags=tuple(_flags(line, len(graded)))) if len(graded) >= FEW else line


def _options(
    sheet: Sheet,
    item: Item,
    responses: Sequence[Response],
    rest: Sequence[Fraction],
    available: Fraction,
) -> Iterator[OptionLine]:
    """Yield the options in the order of the paper's first version.

    `rest` contains each candidate's points on the other questions, out of `available`.
    """
    for name, text, key, option in _choices(sheet, item):
        chosen = [option in _marked(response) for response in responses]
        theirs = [points for points, chose in zip(rest, chosen, strict=True) if chose]
        level = 100 * mean(theirs) / available if theirs and available else None
        r = correlation(chosen, rest)
        yield OptionLine(name, text, key, len(theirs), level, r, option)


def _choices(sheet: Sheet, item: Item) -> Iterator[tuple[str, str, bool, int]]:
    """Yield (letter, text, whether right, position as written); true is position 1, false 0."""
    match item.key:
        case ChoiceKey() | MultipleKey() as key:
            placed = next(placed for placed in sheet.placed.values() if placed.id == item.id)
            for place, option in enumerate(placed.order):
                text = key.texts[option] if option < len(key.texts) else ""
                yield letter(place), text, option + 1 in key.key, option
        case TrueFalseKey() as key:
            yield verdict(True)[1], "", key.key, 1
            yield verdict(False)[1], "", not key.key, 0
        case _:
            return


def _marked(response: Response) -> frozenset[int]:
    match response:
        case Chosen(options):
            return options
        case Judged(verdict):
            return frozenset({int(verdict)})
        case _:
            return frozenset()


def _wordings(item: Item, responses: Sequence[Response]) -> Iterator[Wording]:
    """Yield typed answers, the most frequent first; answers with the same words count together."""
    groups: dict[tuple[int, str], list[tuple[str, Fraction]]] = {}
    case_sensitive = isinstance(item.key, ShortAnswerKey) and item.key.case_sensitive
    for response in responses:
        match item.key, response:
            case (ShortAnswerKey() | ClozeKey()) as key, Words(texts):
                written = word_credits(key, texts)
            case _, Value(value):
                written = [(0, shown(value, 6), share(item.key, response))]
            case _:
                written = []
        for gap, text, credit in written:
            if text:
                words = same_words(text, case_sensitive=case_sensitive)
                groups.setdefault((gap, words), []).append((text, credit))
    for gap, words in sorted(groups, key=lambda name: (name[0], -len(groups[name]), name[1])):
        (text, credit), *others = groups[gap, words]
        yield Wording(gap, text, 1 + len(others), credit)


def _flags(line: ItemLine, candidates: int) -> Iterator[Flag]:
    """Yield the reasons to review a question."""
    difficulty, discrimination, options = line.difficulty, line.discrimination, line.options
    share = percent(shown(100 * difficulty, 0))
    if difficulty > EASY:
        yield Flag(say("too easy: {share} of the points were earned", share=share))
    elif difficulty < HARD:
        yield Flag(say("very hard: {share} of the points were earned", share=share))
    if options and not any(option.chosen for option in options):
        yield Flag(say("nobody answered it"))
        return
    # Nothing is wrong with a statement if nobody chose one of True and False.
    has_options = not isinstance(line.item.key, TrueFalseKey)
    unchosen = [option for option in options if has_options and not option.chosen]
    if keys := listed(option.letter for option in unchosen if option.key):
        yield Flag(say("key may be wrong: nobody chose {letters}, the key", letters=keys), "key")
    wrong = [(option.correlation or 0, option.letter) for option in options if not option.key]
    correlation, suspect = max(wrong, key=itemgetter(0), default=(0, ""))
    if discrimination is not None and may_be_wrong(discrimination, correlation, candidates):
        reason = (
            say("key may be wrong: those who did well chose {letter}", letter=suspect)
            if candidates >= CAUTION
            else say("look at the key: those who did well chose {letter}", letter=suspect)
        )
        yield Flag(reason, "key")
    elif discrimination is not None and not options and discrimination < -_chance(candidates):
        reason = say("those who did well on the rest did worse here than the others")
        yield Flag(reason, "key")
    elif discrimination is not None and discrimination < WEAK and HARD <= difficulty <= EASY:
        yield Flag(say("discriminates poorly"))
    if distractors := listed(option.letter for option in unchosen if not option.key):
        yield Flag(say("nobody chose {letters}", letters=distractors))
    if isinstance(line.item.key, ShortAnswerKey | ClozeKey):
        for wording in line.wordings:
            if not wording.credit and wording.count >= max(2, candidates / 10):
                yield Flag(_unaccepted(wording), "wording")


def _unaccepted(wording: Wording) -> str:
    words = in_quotes(shortened(wording.text, 60))
    if not wording.gap:
        return say_count(
            "{count} candidate wrote {words}, which is not accepted",
            "{count} candidates wrote {words}, which is not accepted",
            wording.count,
            words=words,
        )
    return say_count(
        "{count} candidate wrote {words} in gap {gap}, which is not accepted",
        "{count} candidates wrote {words} in gap {gap}, which is not accepted",
        wording.count,
        words=words,
        gap=wording.gap,
    )


def may_be_wrong(key: float, distractor: float, candidates: int) -> bool:
    """Return whether a distractor correlates with the rest more than chance explains.

    A negative discrimination alone raises 4 to 9 false alarms on 40 questions with 10 to 30
    candidates; this rule raises at most one (simulated in `benchmarks/wrong_keys.py`).
    """
    return key < WEAK_KEY and distractor - key > _chance(candidates)


def _chance(candidates: int) -> float:
    return 1.64 * math.sqrt(2 / (candidates - 3))


# --- all papers -----------------------------------------------------------------------------------


def _groups(
    keys: Keys, graded: Sequence[Graded], name_of: Callable[[Item], str]
) -> tuple[GroupLine, ...]:
    """Return the points by objective or section, sorted by name; empty if no question has one."""
    results: dict[str, list[tuple[Item, Fraction]]] = {}
    for result in graded:
        for identity, points in result.points.items():
            item = keys.items[identity]
            results.setdefault(name_of(item), []).append((item, points))
    if set(results) <= {""}:
        return ()

    def line(name: str) -> GroupLine:
        available = sum((item.points for item, _ in results[name]), NONE)
        earned = sum((points for _, points in results[name]), NONE)
        questions = len({item.id for item, _ in results[name]})
        return GroupLine(name, questions, available, earned / available)

    return tuple(map(line, sorted(results, key=lambda name: (not name, name))))
