"""Points for responses, by the rules that the paper prints (`wording.SCORING`, `wording.credit_rule`).

Points are exact fractions: three thirds of a point are one point, and only what is shown is rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from pkoquiz.exam.keys import (
    ChoiceKey,
    ClozeKey,
    EssayKey,
    MatchingKey,
    MultipleKey,
    NumericalKey,
    OrderingKey,
    ShortAnswerKey,
    TrueFalseKey,
    Wording,
)
from pkoquiz.exam.letters import letter
from pkoquiz.grading.printed import Item, Keys, Sheet
from pkoquiz.grading.responses import (
    Blank,
    Chosen,
    Given,
    Judged,
    Matched,
    Numbered,
    Response,
    Spoiled,
    Value,
    Words,
    same_words,
    shown,
)
from pkoquiz.grading.scripts import Script
from pkoquiz.grading.table import harmless, write_table

NONE = Fraction(0)


def credit(item: Item, response: Response) -> Fraction:
    """Points for a response: 0 to `item.points`. A response of another type than the question earns nothing."""
    match response:
        case Blank() | Spoiled():
            return NONE
        case Given():
            return min(max(response.points, NONE), item.points)
        case Chosen() | Judged() | Matched() | Numbered() | Words() | Value():
            return item.points * share(item, response)
        case _ as never:
            assert_never(never)


def share(item: Item, response: Response) -> Fraction:
    """What part of the points a response earns, 0 to 1; points given by a person are not looked at."""
    match item.key, response:
        case ChoiceKey() as key, Chosen(options):
            return Fraction(options == {key.key[0] - 1})
        case MultipleKey() as key, Chosen(options):
            right = {at - 1 for at in key.key}
            if key.scoring == "exact":
                return Fraction(options == right)
            earned = Fraction(len(options & right), len(right))
            wrong = key.options - len(right)
            return max(NONE, earned - Fraction(len(options - right), wrong)) if wrong else earned
        case TrueFalseKey() as key, Judged(verdict):
            return Fraction(verdict is key.key)
        case MatchingKey() as key, Matched(given):
            return _even(one == other - 1 for one, other in zip(given, key.key, strict=True))
        case OrderingKey(), Numbered(numbers):
            return _even(number == at for at, number in enumerate(numbers, 1))
        case NumericalKey() as key, Value(value):
            return Fraction(abs(value - Fraction(key.value)) <= Fraction(key.tolerance))
        case ShortAnswerKey() as key, Words(texts):
            return word_credit(key.accepted, texts[0], case_sensitive=key.case_sensitive)
        case ClozeKey() as key, Words(texts):
            earned = sum(
                (word_credit(gap, text) for gap, text in zip(key.gaps, texts, strict=True)), NONE
            )
            return earned / len(key.gaps)
        case (
            ChoiceKey() | MultipleKey() | TrueFalseKey() | MatchingKey() | OrderingKey() | NumericalKey() | ShortAnswerKey()
            | ClozeKey() | EssayKey()
        ), _:  # fmt: skip
            return NONE


def _even(right: Iterable[bool]) -> Fraction:
    marks = list(right)
    return Fraction(sum(marks), len(marks))


def word_credit(
    accepted: Sequence[Wording], text: str, *, case_sensitive: bool = False
) -> Fraction:
    """The credit of the first accepted wording that reads the same (`responses.same_words`), 0 to 1."""
    wanted = same_words(text, case_sensitive=case_sensitive)
    for each in accepted:
        if wanted and same_words(each.text, case_sensitive=case_sensitive) == wanted:
            return Fraction(each.credit, 100)
    return NONE


# --- everybody ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Graded:
    """One candidate's result: points by question id, in the order of the manifest."""

    candidate: str
    sheet: Sheet
    responses: Mapping[str, Response]
    points: Mapping[str, Fraction]
    total: Fraction
    maximum: Fraction

    @property
    def percent(self) -> Fraction:
        """Of the maximum, 0 to 100."""
        return 100 * self.total / self.maximum


def grade(keys: Keys, scripts: Iterable[Script]) -> tuple[Graded, ...]:
    """All candidates' results, in the order of the scripts. What a script lacks was not answered."""
    items = {paper: keys.items_of(paper) for paper in keys.papers}
    graded = []
    for script in scripts:
        own = items[script.sheet.paper]
        responses = {item.id: script.responses.get(item.id, Blank()) for item in own}
        points = {item.id: credit(item, responses[item.id]) for item in own}
        maximum = sum((item.points for item in own), NONE)
        total = sum(points.values(), NONE)
        graded.append(Graded(script.candidate, script.sheet, responses, points, total, maximum))
    return tuple(graded)


def results_csv(keys: Keys, graded: Sequence[Graded], separator: str) -> bytes:
    """A row for each candidate: name, version, points, maximum, per cent, then points by question id.

    The questions stand in the same order whatever the version; a cell is empty where the question was not on the
    candidate's paper. Beside `;` decimals have a comma, as spreadsheets expect that part cells so.
    """
    several = len(keys.papers) > 1
    used = {item.id for paper in keys.papers for item in keys.items_of(paper)}
    ids = [identity for identity in keys.items if identity in used]

    def told(value: Fraction, digits: int = 2) -> str:
        text = shown(value, digits)
        return text.replace(".", ",") if separator == ";" else text

    rows = [
        [
            "candidate",
            *(["paper"] if several else []),
            "version",
            "points",
            "maximum",
            "percent",
            *ids,
        ]
    ]
    for each in graded:
        paper = [str(each.sheet.paper)] if several else []
        points = [told(each.points[name]) if name in each.points else "" for name in ids]
        total = [told(each.total), told(each.maximum), told(each.percent, 1)]
        rows.append([each.candidate, *paper, each.sheet.version, *total, *points])
    return write_table(([harmless(cell) for cell in row] for row in rows), separator)


# --- an empty table -------------------------------------------------------------------------------


def template_csv(keys: Keys, separator: str = ",") -> bytes:
    """A table to be filled in: its header, and for each version a remark (`# …`) that says what to type where."""
    several = len(keys.papers) > 1
    widest = max(len(sheet.placed) for sheet in keys.sheets)
    gaps: dict[int, int] = {}
    for sheet in keys.sheets:
        for number, placed in sheet.placed.items():
            key = keys.items[placed.id].key
            if isinstance(key, ClozeKey) and len(key.gaps) > 1:
                gaps[number] = max(gaps.get(number, 0), len(key.gaps))
    # A number may be a text with gaps on one paper only: then it has both kinds of column.
    columns: list[tuple[int, int]] = []
    for number in range(1, widest + 1):
        if number not in gaps or not all(_gapped(keys, sheet, number) for sheet in keys.sheets):
            columns.append((number, 0))
        columns += [(number, gap) for gap in range(1, gaps.get(number, 0) + 1)]
    head = ["candidate", *(["paper"] if several else []), "version"]
    rows = [head + [f"{number}.{gap}" if gap else str(number) for number, gap in columns]]
    for sheet in keys.sheets:
        paper = [str(sheet.paper)] if several else []
        told = [_told(keys, sheet, number, gap) for number, gap in columns]
        rows.append([f"# {sheet.code}", *paper, sheet.version, *told])
    return write_table(([harmless(cell) for cell in row] for row in rows), separator)


def _gapped(keys: Keys, sheet: Sheet, number: int) -> bool:
    placed = sheet.placed.get(number)
    if placed is None:
        return True
    key = keys.items[placed.id].key
    return isinstance(key, ClozeKey) and len(key.gaps) > 1


def _told(keys: Keys, sheet: Sheet, number: int, gap: int) -> str:
    """What to type into a column for candidates who had this version."""
    placed = sheet.placed.get(number)
    if placed is None:
        return ""
    item = keys.items[placed.id]
    if gap or _gapped(keys, sheet, number):
        return "words" if isinstance(item.key, ClozeKey) and 0 < gap <= len(item.key.gaps) else ""
    if item.by_hand:
        return f"points 0 to {shown(item.points)}"
    match item.key:
        case ChoiceKey():
            return f"letter A to {letter(len(placed.order) - 1)}"
        case MultipleKey():
            return f"letters A to {letter(len(placed.order) - 1)}"
        case TrueFalseKey():
            return "T or F"
        case MatchingKey():
            return f"{len(placed.order)} letters A to {letter(len(placed.responses) - 1)}"
        case OrderingKey():
            return f"{len(placed.order)} numbers from above"
        case NumericalKey():
            return f"number ({item.key.unit})" if item.key.unit else "number"
        case ShortAnswerKey() | ClozeKey() | EssayKey():
            return "words"
        case _ as never:
            assert_never(never)
