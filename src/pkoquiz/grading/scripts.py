"""The table of answers as scripts: who had which version and answered what, or everything that is wrong with it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pkoquiz.diagnostics import Diagnostic, Place, error, warning
from pkoquiz.exam.keys import ChoiceKey, ClozeKey
from pkoquiz.grading.printed import Keys, Sheet
from pkoquiz.grading.responses import (
    BY_HAND,
    NOTHING,
    Blank,
    Chosen,
    Given,
    Response,
    Unread,
    Words,
    cut,
    plural,
    read_response,
    same_words,
)
from pkoquiz.grading.table import Cell, Table


@dataclass(frozen=True, slots=True)
class Script:
    """One candidate's answers: the response to each question of the sheet, by id."""

    candidate: str
    sheet: Sheet
    responses: Mapping[str, Response]


_NAMED = ("candidate", "paper", "version", "code")
_QUESTION = re.compile(r"q?\s*0*([1-9][0-9]{0,3})(?:[.,]0*([1-9][0-9]?))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where things stand in a row: names, questions by number, gaps by number and gap."""

    named: Mapping[str, int]
    questions: Mapping[int, int]
    gaps: Mapping[tuple[int, int], int]
    width: int

    def numbers(self) -> set[int]:
        """Questions that have a column."""
        return set(self.questions) | {number for number, _ in self.gaps}


def read_scripts(
    table: Table, keys: Keys, file: str
) -> tuple[tuple[Script, ...], tuple[Diagnostic, ...]]:
    """What each candidate answered, in the order of the table, and everything that is wrong with it.

    Rows whose first name begins with `#` are remarks. Errors mean that nothing may be graded; warnings are answers
    that cannot be right and that somebody may have mistyped.
    """
    place = Place(file)
    if not table.rows:
        hint = "`pkoquiz exam grade MANIFEST --template FILE` writes one with the right columns"
        return (), (error("PQ721", "the table is empty", place, hint),)
    head, *rows = table.rows
    columns, found = _columns(head, keys, file)
    if columns is None:
        return (), tuple(found)
    scripts: list[Script] = []
    lines: dict[str, int] = {}
    for row in rows:
        name = _at(row, columns.named["candidate"])
        if name.text.startswith("#"):
            continue
        where = Place(file, span=name.span)
        label = f"candidate `{cut(name.text)}`"
        if not name.text:
            found.append(error("PQ722", "a row has answers and no candidate", where))
            label = f"line {name.span.line}"
        elif (known := same_words(name.text, case_sensitive=True)) in lines:
            message = f"{label} is in line {lines[known]} already"
            found.append(
                error("PQ722", message, where, "each candidate has one row; tell namesakes apart")
            )
        else:
            lines[known] = name.span.line
        for cell in row[columns.width :]:
            if cell.text:
                message = f"{label}: `{cut(cell.text)}` stands behind the last column"
                found.append(error("PQ721", message, Place(file, span=cell.span)))
        sheet, faults = _sheet_of(row, columns, keys, file, label)
        found += faults
        if sheet is not None:
            responses, faults = _responses(row, columns, keys, sheet, file, label)
            found += faults
            scripts.append(Script(name.text, sheet, responses))
    found += _without_column(columns, scripts, head, keys, file)
    if not scripts and not found:
        found.append(error("PQ721", "the table has no candidates", place))
    return tuple(scripts), tuple(found)


def _columns(
    head: Sequence[Cell], keys: Keys, file: str
) -> tuple[_Columns | None, list[Diagnostic]]:
    named: dict[str, int] = {}
    questions: dict[int, int] = {}
    gaps: dict[tuple[int, int], int] = {}
    found: list[Diagnostic] = []
    for at, cell in enumerate(head):
        where = Place(file, span=cell.span)
        name = " ".join(cell.text.casefold().split())
        number = _QUESTION.fullmatch(name)
        twice = False
        if name in _NAMED:
            twice = name in named
            named[name] = at
        elif number and number[2]:
            pair = (int(number[1]), int(number[2]))
            twice = pair in gaps
            gaps[pair] = at
        elif number:
            twice = int(number[1]) in questions
            questions[int(number[1])] = at
        elif name and not name.startswith("#"):
            near = difflib.get_close_matches(name, _NAMED, n=1)
            hint = "columns are candidate, version, paper, code and numbers of questions (7, or 7.1 for a gap); "
            hint = (
                f"did you mean `{near[0]}`?"
                if near
                else hint + "begin the name with `#` to skip one"
            )
            found.append(error("PQ721", f"unknown column `{cut(cell.text)}`", where, hint))
        if twice:
            found.append(error("PQ721", f"there are two columns `{cut(cell.text)}`", where))
    where = Place(file, span=head[0].span)
    if "candidate" not in named:
        hint = "the first line names the columns: candidate, version, 1, 2, …"
        found.append(error("PQ721", "there is no column `candidate`", where, hint))
    if len(keys.sheets) > 1 and "version" not in named and "code" not in named:
        hint = (
            "add a column `version` with the letter (or the code) printed on the candidate's paper"
        )
        found.append(error("PQ721", "there is no column `version`", where, hint))
    if found:
        return None, found
    return _Columns(named, questions, gaps, len(head)), []


def _at(row: Sequence[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else Cell("", row[0].span)


def _sheet_of(
    row: Sequence[Cell], columns: _Columns, keys: Keys, file: str, label: str
) -> tuple[Sheet | None, list[Diagnostic]]:
    """The version that a row names by letter, by paper and letter, or by the printed code."""
    fits = list(keys.sheets)
    for name in ("code", "version", "paper"):
        if name not in columns.named:
            continue
        cell = _at(row, columns.named[name])
        if not cell.text:
            continue
        rest = [sheet for sheet in fits if cell.text.upper() in _names(sheet, name)]
        if not rest:
            known = _enumerated(_short_names(keys.sheets, name))
            message = f"{label}: there is no {name} `{cut(cell.text)}`"
            if any(cell.text.upper() in _names(sheet, name) for sheet in keys.sheets):
                message = f"{label}: {name} `{cut(cell.text)}` contradicts what stands beside it"
                known = _enumerated([_sheet_told(sheet, keys) for sheet in keys.sheets])
            return None, [
                error("PQ722", message, Place(file, span=cell.span), f"printed were {known}")
            ]
        fits = rest
    if len(fits) == 1:
        return fits[0], []
    where = Place(file, span=row[0].span)
    known = _enumerated([_sheet_told(sheet, keys) for sheet in fits])
    what = "paper" if len({sheet.version for sheet in fits}) == 1 else "version"
    hint = f"printed were {known}: fill the column `{what}`, or give the code printed on the paper"
    return None, [error("PQ722", f"{label}: it is not said which {what} it was", where, hint)]


def _names(sheet: Sheet, column: str) -> tuple[str, ...]:
    match column:
        case "paper":
            return (str(sheet.paper),)
        case "version":
            # Final papers are filed as `final-2B`; people write that too.
            return (sheet.version, sheet.code, f"{sheet.paper}{sheet.version}")
        case _:
            return (sheet.code,)


def _short_names(sheets: Iterable[Sheet], column: str) -> list[str]:
    return list(dict.fromkeys(_names(sheet, column)[0] for sheet in sheets))


def _sheet_told(sheet: Sheet, keys: Keys) -> str:
    paper = f"paper {sheet.paper}, " if len(keys.papers) > 1 else ""
    return f"{paper}version {sheet.version} ({sheet.code})"


def _enumerated(names: Sequence[str]) -> str:
    return "; ".join(names[:8]) + (f"; … {len(names)} in all" if len(names) > 8 else "")


def _responses(
    row: Sequence[Cell], columns: _Columns, keys: Keys, sheet: Sheet, file: str, label: str
) -> tuple[dict[str, Response], list[Diagnostic]]:
    responses: dict[str, Response] = {}
    found: list[Diagnostic] = []
    for number, column in columns.questions.items():
        cell = _at(row, column)
        if cell.text and number not in sheet.placed:
            message = f"{label}: question {number} is answered, version {sheet.version} has {len(sheet.placed)}"
            found.append(error("PQ723", message, Place(file, span=cell.span)))
    for (number, gap), column in columns.gaps.items():
        cell = _at(row, column)
        if BY_HAND.fullmatch(cell.text):
            message = f"{label}: `{cut(cell.text)}` under {number}.{gap} gives points for one gap"
            hint = f"give them for the whole question, in a column `{number}`"
            found.append(error("PQ723", message, Place(file, span=cell.span), hint))
        elif cell.text and not 1 <= gap <= _gap_count(keys, sheet, number):
            count = _gap_count(keys, sheet, number)
            told = f"{count} {plural('gap', count)}" if count else "no gaps"
            message = f"{label}: gap {number}.{gap} is filled, question {number} of version {sheet.version} has {told}"
            found.append(error("PQ723", message, Place(file, span=cell.span)))
    for number, placed in sheet.placed.items():
        item = keys.items[placed.id]
        cell = (
            _at(row, columns.questions[number])
            if number in columns.questions
            else Cell("", row[0].span)
        )
        gaps = [
            (gap, _at(row, columns.gaps[number, gap]))
            for gap in range(1, _gap_count(keys, sheet, number) + 1)
            if (number, gap) in columns.gaps
        ]
        where = Place(file, span=cell.span)
        filled = [each for _, each in gaps if each.text and each.text not in NOTHING]
        response = read_response(item, placed, cell.text)
        if filled and not isinstance(response, Given):
            if not isinstance(response, Blank):
                message = (
                    f"{label}, question {number}: it is answered twice, gap by gap and as a whole"
                )
                found.append(error("PQ723", message, where))
            texts = [""] * _gap_count(keys, sheet, number)
            for gap, each in gaps:
                texts[gap - 1] = "" if each.text in NOTHING else each.text
            response = Words(tuple(texts))
        if isinstance(response, Unread):
            message = f"{label}, question {number}: {response.message}"
            found.append(error("PQ723", message, where, response.hint, item.id))
            continue
        if (
            isinstance(item.key, ChoiceKey)
            and isinstance(response, Chosen)
            and len(response.options) > 1
        ):
            message = f"{label}, question {number}: {len(response.options)} letters in a single choice: 0 points"
            hint = "if one of them was crossed out, type the other alone"
            found.append(warning("PQ724", message, where, hint, item.id))
        responses[item.id] = response
    return responses, found


def _gap_count(keys: Keys, sheet: Sheet, number: int) -> int:
    placed = sheet.placed.get(number)
    key = keys.items[placed.id].key if placed is not None else None
    return len(key.gaps) if isinstance(key, ClozeKey) else 0


def _without_column(
    columns: _Columns, scripts: Sequence[Script], head: Sequence[Cell], keys: Keys, file: str
) -> Iterator[Diagnostic]:
    """Questions that nobody could have answered: each once, however many versions have them."""
    told: set[int] = set()
    for sheet in {id(script.sheet): script.sheet for script in scripts}.values():
        for number in sheet.placed:
            gaps = list(range(1, _gap_count(keys, sheet, number) + 1))
            whole = number in columns.questions or (
                bool(gaps) and all((number, gap) in columns.gaps for gap in gaps)
            )
            if not whole and number not in told:
                told.add(number)
                message = f"there is no column for question {number} of version {sheet.version}"
                hint = "leave its cells empty if nobody answered it"
                yield error("PQ721", message, Place(file, span=head[-1].span), hint)
