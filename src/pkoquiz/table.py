"""Tables of spreadsheets (CSV): read with the place of each cell, written without formulas.

Files are UTF-8, with or without a byte order mark. Cells are separated by `,`, `;` or tabs, and
quoted if they contain any of these or line ends (RFC 4180). Any kind of line end is accepted.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pkoquiz.diagnostics import Diagnostic, Place, Span, error

MAX_CELLS = 500_000
"""More than in the answers of a thousand candidates to a hundred questions."""

_FORMULA = re.compile(r"(\A|[,;\t\r\n])(?=[ \"]*+[=+\-@＝＋－＠])|\A(?=[\t\r\n])")
"""Where a formula begins (OWASP, CSV injection), whatever separator the reader assumes."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell, without white space at its ends, and its place."""

    text: str
    place: Place

    @property
    def line(self) -> int:
        """The line of the table in which the cell begins."""
        return self.place.span.line if self.place.span else 0


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that are not empty; the first one names the columns."""

    place: Place
    separator: str
    rows: tuple[tuple[Cell, ...], ...]


def read_table(raw: bytes, file: str) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    """Return the table of a file, or None and what is wrong with it. Never raises."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        line = raw.count(b"\n", 0, reason.start) + 1
        place = Place(file, span=Span(line, 1, line, 1))
        hint = "save it from the spreadsheet as “CSV UTF-8”"
        return None, (error("PQ721", "the table is not UTF-8", place, hint),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    starts = [0, *(line_end.end() for line_end in re.finditer("\n", text))]

    def position(offset: int) -> tuple[int, int]:
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    separator = _separator(text)
    if text.count(separator) + len(starts) > MAX_CELLS:
        message = f"the table has more than {MAX_CELLS:,} cells"
        hint = "delete empty columns and rows, or split it into several tables"
        return None, (error("PQ721", message, Place(file), hint),)
    # The csv module knows the line of a row but not the columns of its cells, which messages show;
    # it also takes a quotation mark that is never closed for the rest of the file.
    cells = re.compile(
        rf'(?:"((?:[^"]|"")*+)"([^{separator}\n]*)|([^{separator}\n]*))({separator}|\n|\Z)'
    )
    rows: list[tuple[Cell, ...]] = []
    row: list[Cell] = []
    for match in cells.finditer(text):
        quoted, behind, plain, end = match.groups()
        start = match.start()
        if plain is not None and plain.startswith('"'):
            span = Span(*position(start), *position(start + 1))
            message = "this quotation mark is never closed"
            return None, (error("PQ721", message, Place(file, span=span)),)
        content = plain if plain is not None else quoted.replace('""', '"') + behind.rstrip()
        span = Span(*position(start), *position(match.start(4)))
        row.append(Cell(unicodedata.normalize("NFC", content.strip()), Place(file, span=span)))
        if end != separator:
            if any(cell.text for cell in row):
                rows.append(tuple(row))
            row = []
    return Table(Place(file), separator, tuple(rows)), ()


def _separator(text: str) -> str:
    """Return the separator that is most frequent in the first line with text, outside quotes."""
    head = next((line for line in text.split("\n") if line.strip()), "")
    return max(",;\t", key=re.sub(r'"[^"]*"', "", head).count)


def write_table(rows: Iterable[Sequence[str]], separator: str) -> bytes:
    """Return the rows as UTF-8 with a byte order mark, by which spreadsheets recognise it.

    No cell is a formula, even if the spreadsheet takes another sign for the separator.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    """Return the text with an apostrophe wherever a spreadsheet could begin to read a formula."""
    return _FORMULA.sub(r"\1'", text)
