"""An empty table of answers with the right columns, to be filled in and graded."""

from __future__ import annotations

from pkoquiz.grading.printed import Keys, Sheet
from pkoquiz.grading.responses import cell_format
from pkoquiz.language import say
from pkoquiz.table import write_table


def template_csv(keys: Keys) -> bytes:
    """Return the header, and for each version a comment (`# …`) that says what to type."""
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
    return write_table(rows, ",")


def _what_to_type(keys: Keys, sheet: Sheet, number: int, gap: int) -> str:
    """Return what to type in a column for candidates with this version."""
    item = keys.item_at(sheet, number)
    if item is None:
        return ""
    if item.gaps > 1:
        return say("words") if 0 < gap <= item.gaps else ""
    return "" if gap else cell_format(item, sheet.placed[number])
