"""An empty table of answers with the right columns, to be filled in and graded."""

from __future__ import annotations

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
)
from pkoquiz.exam.letters import letter
from pkoquiz.exam.versions import Placed
from pkoquiz.grading.printed import Item, Keys, Sheet
from pkoquiz.grading.responses import shown
from pkoquiz.grading.table import harmless, write_table


def template_csv(keys: Keys, separator: str = ",") -> bytes:
    """Return the header, and for each version a comment (`# …`) that says what to type where."""
    several = len(keys.papers) > 1
    columns: list[tuple[int, int]] = []
    for number in range(1, max(len(sheet.placed) for sheet in keys.sheets) + 1):
        items = [item for sheet in keys.sheets if (item := keys.item_at(sheet, number))]
        # A number can be a text with gaps on one paper only: then it has both kinds of columns.
        if any(item.gaps < 2 for item in items):
            columns.append((number, 0))
        most = max(item.gaps for item in items)
        columns += [(number, gap) for gap in range(1, most + 1) if most > 1]
    headings = [f"{number}.{gap}" if gap else str(number) for number, gap in columns]
    rows = [["candidate", *(["paper"] if several else []), "version", *headings]]
    for sheet in keys.sheets:
        paper = [str(sheet.paper)] if several else []
        cells = [_what_to_type(keys, sheet, number, gap) for number, gap in columns]
        rows.append([f"# {sheet.code}", *paper, sheet.version, *cells])
    return write_table(([harmless(cell) for cell in row] for row in rows), separator)


def _what_to_type(keys: Keys, sheet: Sheet, number: int, gap: int) -> str:
    """Return what to type in a column for candidates with this version."""
    item = keys.item_at(sheet, number)
    if item is None:
        return ""
    if item.gaps > 1:
        return "words" if 0 < gap <= item.gaps else ""
    return "" if gap else _format(item, sheet.placed[number])


def _format(item: Item, placed: Placed) -> str:
    last = letter(len(placed.responses or placed.order) - 1)
    if item.by_hand:
        return f"points 0 to {shown(item.points)}"
    match item.key:
        case ChoiceKey():
            return f"letter A to {last}"
        case MultipleKey():
            return f"letters A to {last}"
        case TrueFalseKey():
            return "T or F"
        case MatchingKey():
            return f"{len(placed.order)} letters A to {last}"
        case OrderingKey():
            return f"{len(placed.order)} numbers from the top"
        case NumericalKey(unit=unit):
            return f"number ({unit})" if unit else "number"
        case ShortAnswerKey() | ClozeKey() | EssayKey():
            return "words"
        case _ as never:
            assert_never(never)
