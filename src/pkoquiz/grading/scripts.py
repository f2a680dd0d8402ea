"""Read the table of answers as scripts: each candidate's version and answers, or all errors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pkoquiz.diagnostics import Diagnostic, error, warning
from pkoquiz.exam.keys import ChoiceKey
from pkoquiz.grading.printed import Keys, Sheet
from pkoquiz.grading.responses import (
    BY_HAND,
    NOTHING,
    UNDECIDED,
    UNDECIDED_ANSWER,
    Blank,
    Chosen,
    Given,
    Response,
    Unreadable,
    Words,
    cut,
    read_response,
    same_words,
)
from pkoquiz.prose import counted, did_you_mean
from pkoquiz.table import Cell, Table


@dataclass(frozen=True, slots=True)
class Script:
    """One candidate's answers: the response to each question of the sheet, by id."""

    candidate: str
    sheet: Sheet
    responses: Mapping[str, Response]


Heading = str | tuple[int, int]
"""`candidate`, `paper`, `version`, `code`, or (question, gap); gap 0 is the whole question."""

_NAMES = ("candidate", "paper", "version", "code")
_QUESTION = re.compile(r"q?\s*0*([1-9][0-9]{0,3})(?:[.,]0*([1-9][0-9]?))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Row:
    """A candidate's cells by heading."""

    cells: Mapping[Heading, Cell]
    start: Cell

    def cell(self, heading: Heading) -> Cell:
        """Return a cell, which is empty if the row or the table does not have it."""
        return self.cells.get(heading) or Cell("", self.start.place)

    def about(self, message: str, number: int = 0) -> str:
        """Return the message with the candidate, and the number of the question if there is one."""
        name = self.cell("candidate").text
        label = f"candidate `{cut(name)}`" if name else f"line {self.start.line}"
        return f"{label}, question {number}: {message}" if number else f"{label}: {message}"


def read_scripts(table: Table, keys: Keys) -> tuple[tuple[Script, ...], tuple[Diagnostic, ...]]:
    """Return the candidates' answers in the order of the table, and what is wrong with it.

    Rows whose name begins with `#` are comments. If there are errors, nothing may be graded;
    warnings are answers that cannot be right and may be mistyped.
    """
    if not table.rows:
        hint = "write one with the right columns: `pkoquiz exam grade MANIFEST --template FILE`"
        return (), (error("PQ721", "the table is empty", table.place, hint),)
    head, *rows = table.rows
    columns, diagnostics = _columns(head, keys)
    if diagnostics:
        return (), tuple(diagnostics)
    scripts: list[Script] = []
    lines: dict[str, int] = {}
    undecided: list[Diagnostic] = []
    for cells in rows:
        by_heading = {name: cells[index] for name, index in columns.items() if index < len(cells)}
        row = _Row(by_heading, cells[0])
        name = row.cell("candidate")
        if name.text.startswith("#"):
            continue
        diagnostics += _name_errors(row, lines)
        for cell in cells[len(head) :]:
            if cell.text:
                message = row.about(f"`{cut(cell.text)}` is after the last column")
                diagnostics.append(error("PQ721", message, cell.place))
        sheet = _sheet(row, keys)
        if isinstance(sheet, Diagnostic):
            diagnostics.append(sheet)
            continue
        diagnostics += _stray_answers(row, keys, sheet)
        responses, unreadable, open_answers = _responses(row, keys, sheet)
        diagnostics += unreadable
        undecided += open_answers
        scripts.append(Script(name.text, sheet, responses))
    sheets = list({id(script.sheet): script.sheet for script in scripts}.values())
    diagnostics += _missing_columns(columns, sheets, head[-1], keys)
    if undecided:
        # A reading may leave hundreds to a person, and they all have the same remedy.
        more = f", and {len(undecided) - 1} more" if undecided[1:] else ""
        diagnostics.append(replace(undecided[0], message=f"{undecided[0].message}{more}"))
    if not scripts and not diagnostics:
        diagnostics.append(error("PQ721", "the table has no candidates", table.place))
    return tuple(scripts), tuple(diagnostics)


# --- columns --------------------------------------------------------------------------------------


def _columns(head: Sequence[Cell], keys: Keys) -> tuple[dict[Heading, int], list[Diagnostic]]:
    """Return the position of each column, and what is wrong with the first line of the table."""
    columns: dict[Heading, int] = {}
    diagnostics: list[Diagnostic] = []
    for index, cell in enumerate(head):
        heading = _heading(cell.text)
        if heading is None and cell.text and not cell.text.startswith("#"):
            hint = did_you_mean(cell.text.casefold(), _NAMES) or (
                "name it candidate, version, paper, code or by the number of a question "
                "(`7`, or `7.1` for a gap), or begin its name with `#` to skip it"
            )
            message = f"unknown column `{cut(cell.text)}`"
            diagnostics.append(error("PQ721", message, cell.place, hint))
        elif heading in columns:
            message = f"duplicate column `{cut(cell.text)}`"
            diagnostics.append(error("PQ721", message, cell.place))
        elif heading is not None:
            columns[heading] = index
    if "candidate" not in columns:
        hint = "name the columns in the first line: candidate, version, 1, 2, …"
        diagnostics.append(error("PQ721", "there is no column `candidate`", head[0].place, hint))
    if len(keys.sheets) > 1 and "version" not in columns and "code" not in columns:
        hint = "add a column `version` with the letter or code printed on the candidate's paper"
        diagnostics.append(error("PQ721", "there is no column `version`", head[0].place, hint))
    return columns, diagnostics


def _heading(text: str) -> Heading | None:
    name = " ".join(text.casefold().split())
    number = _QUESTION.fullmatch(name)
    if number:
        return int(number[1]), int(number[2] or 0)
    return name if name in _NAMES else None


def _missing_columns(
    columns: Mapping[Heading, int], sheets: Sequence[Sheet], last: Cell, keys: Keys
) -> Iterator[Diagnostic]:
    """Yield an error if questions on the sheets have no column for their answers."""
    missing: dict[int, str] = {}
    for sheet in sheets:
        for number, placed in sheet.placed.items():
            gaps = {(number, gap) for gap in range(1, keys.items[placed.id].gaps + 1)}
            complete = (number, 0) in columns or (gaps and gaps <= columns.keys())
            if not complete:
                missing.setdefault(number, sheet.version)
    if len(missing) == 1:
        ((number, version),) = missing.items()
        message = f"there is no column for question {number} of version {version}"
        hint = f"add a column `{number}`; leave its cells empty if nobody answered it"
        yield error("PQ721", message, last.place, hint)
    elif missing:
        numbers = [str(number) for number in sorted(missing)]
        listed = ", ".join(numbers[:8]) + (f" and {len(numbers) - 8} more" if numbers[8:] else "")
        message = f"there are no columns for {len(numbers)} questions: {listed}"
        hint = "name each column by its question; `--template FILE` writes a table with all columns"
        yield error("PQ721", message, last.place, hint)


# --- rows -----------------------------------------------------------------------------------------


def _name_errors(row: _Row, lines: dict[str, int]) -> Iterator[Diagnostic]:
    """Yield what is wrong with a candidate's name; `lines` maps earlier names to their lines."""
    name = row.cell("candidate")
    known = same_words(name.text, case_sensitive=True)
    if name.text.startswith(UNDECIDED):
        message = row.about("it is undecided whose answers these are")
        hint = "decide it in review.html of `pkoquiz exam scan`, or type the candidate"
        yield error("PQ722", message, name.place, hint)
    elif not name.text:
        yield error("PQ722", "a row has answers but no candidate", name.place)
    elif known in lines:
        message = row.about(f"already in line {lines[known]}")
        hint = "write one row for each candidate; distinguish equal names, e.g. `Ann (2)`"
        yield error("PQ722", message, name.place, hint)
    else:
        lines[known] = name.line


def _sheet(row: _Row, keys: Keys) -> Sheet | Diagnostic:
    """Return the version that a row names by letter, by paper and letter, or by its code."""
    matching = list(keys.sheets)
    for column in ("code", "version", "paper"):
        cell = row.cell(column)
        if not cell.text:
            continue
        text = cell.text.upper()
        rest = [sheet for sheet in matching if text in _sheet_names(sheet)[column]]
        if not rest:
            printed = any(text in _sheet_names(sheet)[column] for sheet in keys.sheets)
            problem = "contradicts the other columns" if printed else "was not printed"
            message = row.about(f"{column} `{cut(cell.text)}` {problem}")
            hint = f"printed: {_listed(keys.sheets, keys)}"
            return error("PQ722", message, cell.place, hint)
        matching = rest
    if len(matching) == 1:
        return matching[0]
    column = "paper" if len({sheet.version for sheet in matching}) == 1 else "version"
    known = _listed(matching, keys)
    hint = f"fill in the column `{column}`, or use the code printed on the paper: {known}"
    return error("PQ722", row.about(f"the {column} is missing"), row.start.place, hint)


def _sheet_names(sheet: Sheet) -> dict[str, tuple[str, ...]]:
    """Return the texts that name a version, by column."""
    return {
        "paper": (str(sheet.paper),),
        # Papers are filed as `final-2B`, and people write that too.
        "version": (sheet.version, sheet.code, f"{sheet.paper}{sheet.version}"),
        "code": (sheet.code,),
    }


def _listed(sheets: Sequence[Sheet], keys: Keys) -> str:
    several = len(keys.papers) > 1
    names = [
        f"{f'paper {sheet.paper}, ' if several else ''}version {sheet.version} ({sheet.code})"
        for sheet in sheets
    ]
    return "; ".join(names[:8]) + (f"; … {len(names)} in all" if len(names) > 8 else "")


# --- answers --------------------------------------------------------------------------------------


def _stray_answers(row: _Row, keys: Keys, sheet: Sheet) -> Iterator[Diagnostic]:
    """Yield answers to questions and gaps that the candidate's version does not have."""
    for heading, cell in row.cells.items():
        if isinstance(heading, str) or cell.text in NOTHING:
            continue
        number, gap = heading
        item = keys.item_at(sheet, number)
        message = hint = ""
        if gap and BY_HAND.fullmatch(cell.text):
            message = f"`{cut(cell.text)}` in column {number}.{gap} gives points for one gap"
            hint = f"give the points for the whole question, in a column `{number}`"
        elif item is None:
            questions = counted(len(sheet.placed), "question")
            message = f"question {number} is answered, but version {sheet.version} has {questions}"
        elif gap > item.gaps:
            gaps = counted(item.gaps, "gap") if item.gaps else "no gaps"
            question = f"question {number} of version {sheet.version}"
            message = f"gap {number}.{gap} is filled in, but {question} has {gaps}"
        if message:
            yield error("PQ723", row.about(message), cell.place, hint)


def _responses(
    row: _Row, keys: Keys, sheet: Sheet
) -> tuple[dict[str, Response], list[Diagnostic], list[Diagnostic]]:
    """Return the responses by question, what is wrong with others, and which are undecided."""
    responses: dict[str, Response] = {}
    diagnostics: list[Diagnostic] = []
    undecided: list[Diagnostic] = []
    for number, placed in sheet.placed.items():
        item, cell = keys.items[placed.id], row.cell((number, 0))
        response = read_response(item, placed, cell.text)
        gaps = [row.cell((number, gap)).text for gap in range(1, item.gaps + 1)]
        texts = tuple("" if text in NOTHING else text for text in gaps)
        if UNDECIDED in texts:
            response = UNDECIDED_ANSWER
        elif any(texts) and not isinstance(response, Given):
            if not isinstance(response, Blank):
                message = row.about("answered twice, gap by gap and as a whole", number)
                diagnostics.append(error("PQ723", message, cell.place))
            response = Words(texts)
        match response:
            case Unreadable(message, hint):
                message = row.about(message, number)
                collected = undecided if response is UNDECIDED_ANSWER else diagnostics
                collected.append(error("PQ723", message, cell.place, hint, item.id))
                continue
            case Chosen(options) if isinstance(item.key, ChoiceKey) and len(options) > 1:
                message = f"{len(options)} letters in a single choice earn 0 points"
                hint = "if one of them was crossed out, type only the other"
                message = row.about(message, number)
                diagnostics.append(warning("PQ724", message, cell.place, hint, item.id))
        responses[item.id] = response
    return responses, diagnostics, undecided
