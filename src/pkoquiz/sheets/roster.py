"""The roster: the candidates, with their versions and accommodations.

A roster and the list of serials are personal data. They stay with those who run the exam: the QR
code of a sheet, the manifest and statistics contain none of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.prose import did_you_mean, shortened
from pkoquiz.sheets.code import SERIALS
from pkoquiz.table import Cell, Table, write_table

_COLUMNS = ("serial", "candidate", "name", "paper", "version", "code", "time", "large", "address")
_ALIASES = {
    "extra time": "time",
    "extra_time": "time",
    "large print": "large",
    "large_print": "large",
    "email": "address",
    "e-mail": "address",
    "id": "candidate",
    "number": "candidate",
}
_HEADINGS = {"time": "extra time", "large": "large print"}
_YES = frozenset(["1", "x", "y", "yes", "true"])
_NO = frozenset(["", "0", "-", "n", "no", "false"])


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line of the roster. Empty fields were not filled in."""

    candidate: str
    """The number or code by which results name the candidate; never empty, and unique."""
    name: str = ""
    paper: str = ""
    version: str = ""
    time: str = ""
    """Extra time as it is printed on the cover: `25 %`, `30 minutes`."""
    large: bool = False
    """Whether the sheet and paper are in large print."""
    address: str = ""
    serial: int = 0
    code: str = ""
    """The code of the printed version, once it is dealt."""
    place: Place | None = field(default=None, compare=False, repr=False)
    """Where the roster names the version, or the candidate if it names none."""


def read_roster(table: Table) -> tuple[tuple[Candidate, ...], tuple[Diagnostic, ...]]:
    """Return the candidates in the order of the table, and what is wrong with it."""
    if not table.rows:
        hint = "name the columns in the first line: candidate, name, version, extra time"
        return (), (error("PQ730", "the roster is empty", table.place, hint),)
    head, *rows = table.rows
    columns: dict[str, int] = {}
    diagnostics: list[Diagnostic] = []
    for index, cell in enumerate(head):
        text = " ".join(cell.text.casefold().split())
        name = _ALIASES.get(text, text)
        if name in columns:
            message = f"duplicate column `{shortened(cell.text, 40)}`"
            diagnostics.append(error("PQ730", message, cell.place))
        elif name in _COLUMNS:
            columns[name] = index
        elif text and not text.startswith("#"):
            hint = did_you_mean(text, (*_COLUMNS, *_ALIASES)) or (
                "begin its name with `#` to skip it"
            )
            message = f"unknown column `{shortened(cell.text, 40)}`"
            diagnostics.append(error("PQ730", message, cell.place, hint))
    if "candidate" not in columns:
        hint = "name the columns in the first line: candidate, name, version, extra time"
        message = "the roster has no column `candidate`"
        diagnostics.append(error("PQ730", message, head[0].place, hint))
    if diagnostics:
        return (), tuple(diagnostics)
    candidates: dict[str, Candidate] = {}
    serials: set[int] = set()
    for row in rows:
        cells = {name: row[index] for name, index in columns.items() if index < len(row)}
        texts = {name: cell.text for name, cell in cells.items()}
        if row[0].text.startswith("#"):
            continue
        diagnostics += _row_errors(row[0], cells, candidates, serials)
        name = texts.get("candidate", "")
        serial = texts.get("serial", "")
        is_serial = serial.isascii() and serial.isdigit() and len(serial) < 6
        candidates[name] = Candidate(
            name,
            texts.get("name", ""),
            texts.get("paper", ""),
            texts.get("version", ""),
            texts.get("time", ""),
            texts.get("large", "").casefold() in _YES,
            texts.get("address", ""),
            int(serial) if is_serial else 0,
            texts.get("code", ""),
            cells["version" if texts.get("version") else "candidate"].place
            if "candidate" in cells
            else None,
        )
    if not candidates and not diagnostics:
        diagnostics.append(error("PQ730", "the roster has no candidates", table.place))
    return tuple(candidates.values()), tuple(diagnostics)


def _row_errors(
    start: Cell, cells: Mapping[str, Cell], known: Collection[str], serials: set[int]
) -> Iterator[Diagnostic]:
    name = cells.get("candidate")
    if name is None or not name.text:
        yield error("PQ730", "a line has no candidate", start.place)
    elif name.text in known:
        message = f"candidate `{shortened(name.text, 40)}` is already in the roster"
        yield error("PQ730", message, name.place, "give each candidate a different number")
    large = cells.get("large")
    if large is not None and large.text.casefold() not in _YES | _NO:
        message = f"`{shortened(large.text, 40)}` is neither yes nor no"
        yield error("PQ730", message, large.place, "write `yes`, or leave the cell empty")
    serial = cells.get("serial")
    if serial is not None and serial.text:
        text = serial.text
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
        if not 1 <= value <= SERIALS:
            message = f"`{shortened(text, 40)}` is not a serial"
            yield error("PQ730", message, serial.place, f"use numbers from 1 to {SERIALS}")
        elif value in serials:
            yield error("PQ730", f"duplicate serial {value:04}", serial.place)
        serials.add(value)


@dataclass(frozen=True, slots=True)
class Print:
    """A printed version: the number of the paper, the letter and the code."""

    paper: int
    version: str
    code: str


def deal(
    roster: Sequence[Candidate], prints: Sequence[Print], seed: str, earlier: Sequence[Candidate]
) -> tuple[Candidate, ...] | str:
    """Return the roster with a serial and a version for each candidate, or why it is impossible.

    Candidates in `earlier` keep their serials and versions, so that printed sheets stay valid. The
    others get the versions of the first paper in turn, and serials that follow neither the alphabet
    nor the order of the roster, so that a serial may be published.
    """
    if len(roster) > SERIALS:
        return f"a roster has at most {SERIALS} candidates, not {len(roster)}"
    printed = {candidate.candidate: candidate for candidate in earlier}
    dealt: list[Candidate] = []
    used = {candidate.serial for candidate in earlier if candidate.serial}
    used |= {candidate.serial for candidate in roster if candidate.serial}
    for turn, candidate in enumerate(roster):
        before = printed.get(candidate.candidate, candidate)
        serial = candidate.serial or before.serial or _serial(seed, candidate.candidate, used)
        used.add(serial)
        matching = _matching(candidate, before, prints)
        if not matching:
            return _unprinted(candidate, before)
        chosen = matching[turn % len(matching)]
        dealt.append(
            Candidate(
                candidate.candidate,
                candidate.name,
                str(chosen.paper),
                chosen.version,
                candidate.time,
                candidate.large,
                candidate.address,
                serial,
                chosen.code,
            )
        )
    return tuple(dealt)


def version_errors(
    roster: Sequence[Candidate], prints: Sequence[Print], earlier: Sequence[Candidate]
) -> Iterator[Diagnostic]:
    """Yield an error for each candidate of a roster whose version the exam does not have."""
    printed = {candidate.candidate: candidate for candidate in earlier}
    known = ", ".join(f"{entry.version} of paper {entry.paper}" for entry in prints[:8])
    for candidate in roster:
        before = printed.get(candidate.candidate, candidate)
        if candidate.place is not None and not _matching(candidate, before, prints):
            hint = f"write one of the versions {known}"
            yield error("PQ730", _unprinted(candidate, before), candidate.place, hint)


def _matching(candidate: Candidate, before: Candidate, prints: Sequence[Print]) -> list[Print]:
    """Return the prints that a candidate may get; `before` says what they got earlier."""
    paper, version = candidate.paper or before.paper, candidate.version or before.version
    return [
        entry
        for entry in prints
        if (paper or str(prints[0].paper)) == str(entry.paper)
        and version.upper() in ("", entry.version)
    ]


def _unprinted(candidate: Candidate, before: Candidate) -> str:
    name = shortened(candidate.candidate, 40)
    paper, version = candidate.paper or before.paper, candidate.version or before.version
    wanted = " of ".join([f"version {version}"] * bool(version) + [f"paper {paper}"] * bool(paper))
    return f"candidate `{name}` needs {wanted}, which the exam does not have"


def _serial(seed: str, name: str, used: Collection[int]) -> int:
    """Return a free serial that depends only on the candidate, as long as there is room."""
    attempt = 0
    while True:
        digest = hashlib.sha256(f"{seed}\n{name}\n{attempt}".encode()).digest()
        serial = 1 + int.from_bytes(digest[:6], "big") % SERIALS
        if serial not in used:
            return serial
        attempt += 1


def serials_csv(candidates: Sequence[Candidate], separator: str = ",") -> bytes:
    """Return the list of serials, which can be read as a roster again."""
    rows = [[_HEADINGS.get(name, name) for name in _COLUMNS]]
    rows += [
        [
            f"{candidate.serial:04}",
            candidate.candidate,
            candidate.name,
            candidate.paper,
            candidate.version,
            candidate.code,
            candidate.time,
            "yes" if candidate.large else "",
            candidate.address,
        ]
        for candidate in candidates
    ]
    return write_table(rows, separator)
