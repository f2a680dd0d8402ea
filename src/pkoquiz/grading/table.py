"""Tables of spreadsheets as text (CSV): read with suspicion, each cell with its line and column; written so that no
cell is a formula.

What is read: UTF-8 with or without a byte order mark, cells parted by `,`, `;` or a tab, in quotation marks where
they hold any of these or line ends (RFC 4180), and any kind of line end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pkoquiz.diagnostics import Diagnostic, Place, Span, error

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the begin of a formula (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell, without white space at its ends, and where it stands."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that hold anything, the first one with the names of the columns; `separator` parts their cells."""

    separator: str
    rows: tuple[tuple[Cell, ...], ...]


def read_table(raw: bytes, file: str) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    """The table of a file, or None and what is wrong with it. Never raises for what is in the file."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        hint = "save it from the spreadsheet as “CSV UTF-8”"
        found = error(
            "PQ721", "the table is not UTF-8", Place(file, span=Span(line, 1, line, 1)), hint
        )
        return None, (found,)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator = _separator(text)
    cell = re.compile(rf'"([^"]*+(?:""[^"]*+)*+)"([^{separator}\n]*)|([^{separator}\n]*)')
    rows: list[tuple[Cell, ...]] = []
    row: list[Cell] = []
    at, line, begin = 0, 1, 0
    while True:
        found_cell = cell.match(text, at)
        assert found_cell is not None  # its last branch takes nothing at all
        whole, end = found_cell[0], found_cell.end()
        if found_cell[3] is not None and whole.startswith('"'):
            span = Span(line, at - begin + 1, line, at - begin + 2)
            message = "the quotation mark that opens here is never closed"
            return None, (error("PQ721", message, Place(file, span=span)),)
        breaks = whole.count("\n")
        start = (line, at - begin + 1)
        if breaks:
            line, begin = line + breaks, at + whole.rindex("\n") + 1
        told = (
            whole
            if found_cell[3] is not None
            else found_cell[1].replace('""', '"') + found_cell[2].rstrip()
        )
        row.append(
            Cell(
                unicodedata.normalize("NFC", told.strip()),
                Span(*start, line, max(2, end - begin + 1)),
            )
        )
        ended = end >= len(text)
        if ended or text[end] == "\n":
            if any(each.text for each in row):
                rows.append(tuple(row))
            row = []
            line, begin = line + 1, end + 1
        if ended:
            return Table(separator, tuple(rows)), ()
        at = end + 1


def _separator(text: str) -> str:
    """The sign that stands most often in the first line that holds anything, outside quotation marks."""
    head = next((line for line in text.split("\n") if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", head)
    return max(",;\t", key=bare.count)


def write_table(rows: Iterable[Sequence[str]], separator: str) -> bytes:
    """The rows as UTF-8 with a byte order mark, so that spreadsheets know it; lines end as RFC 4180 says."""
    lines = (separator.join(_quoted(cell, separator) for cell in row) for row in rows)
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet calculates: an apostrophe before what could begin a formula."""
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text


def _quoted(cell: str, separator: str) -> str:
    if any(sign in cell for sign in (separator, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell
