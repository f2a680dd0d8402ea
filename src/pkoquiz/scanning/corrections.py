"""`corrections.csv`: the decisions of people, which must be answers that can be graded.

Corrections are applied to the stored measures, so the same scans and corrections give the same
answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pkoquiz.diagnostics import Diagnostic, error
from pkoquiz.grading.printed import Keys
from pkoquiz.grading.responses import Unreadable, cut, read_response
from pkoquiz.prose import counted, did_you_mean
from pkoquiz.scanning.batch import CANDIDATE, CODE, SKIP, Batch, Corrections, ReadSheet
from pkoquiz.scanning.cells import UNDECIDED, typed_cell
from pkoquiz.scanning.pages import Forms, Page, sheet_code
from pkoquiz.sheets.code import read_code
from pkoquiz.sheets.roster import Candidate
from pkoquiz.table import Cell, Table

_COLUMNS = ("sheet", "question", "answer")


@dataclass(frozen=True, slots=True)
class Correction:
    """A line of the table: what is corrected, and how."""

    sheet: str
    """The name of a sheet, or an image."""
    question: str
    """The number of a question, or what else is corrected."""
    answer: str
    question_cell: Cell
    answer_cell: Cell


def read_corrections(table: Table) -> tuple[tuple[Correction, ...], tuple[Diagnostic, ...]]:
    """Return the corrections of a table; a later line replaces an earlier one."""
    if not table.rows:
        return (), ()
    head, *rows = table.rows
    columns = {cell.text.casefold(): index for index, cell in enumerate(head)}
    missing = [name for name in _COLUMNS if name not in columns]
    if missing:
        hint = "name the columns in the first line: sheet, question, answer, by, when"
        message = f"the corrections have no column `{missing[0]}`"
        return (), (error("PQ731", message, head[0].place, hint),)
    corrections: dict[tuple[str, str], Correction] = {}
    diagnostics = []
    for row in rows:
        sheet, question, answer = (
            row[columns[name]] if columns[name] < len(row) else Cell("", row[-1].place)
            for name in _COLUMNS
        )
        name = question.text.casefold()
        is_number = name.isascii() and name.isdigit()
        if not (is_number or name in (CANDIDATE, CODE, SKIP)):
            message = f"`{cut(name)}` is not a question"
            hint = f"write its number, `{CANDIDATE}`, `{CODE}` or `{SKIP}`"
            diagnostics.append(error("PQ731", message, question.place, hint))
            continue
        name = name.lstrip("0") or name
        # Spreadsheets are kept from taking an answer for a formula.
        text = answer.text.removeprefix("'")
        corrections[sheet.text, name] = Correction(sheet.text, name, text, question, answer)
    return tuple(corrections.values()), tuple(diagnostics)


def as_mapping(corrections: Sequence[Correction]) -> Corrections:
    """Return the corrections in the form in which sheets are assembled."""
    return {(one.sheet, one.question): one.answer for one in corrections}


def code_errors(forms: Forms, corrections: Sequence[Correction]) -> Iterator[Diagnostic]:
    """Yield an error for each typed code that no sheet of this exam has."""
    for correction in corrections:
        if correction.question != CODE:
            continue
        code = read_code(correction.answer)
        if isinstance(code, str):
            problem, hint = code, "type the line below the large code, e.g. `PKO1A.1B9E64.1.0042`"
        elif forms.form_of(code) is None:
            problem = f"the version code {code.version} is not in this manifest"
            hint = f"codes of this exam: {', '.join(forms.versions)}"
        else:
            continue
        yield _error(correction, f"`{cut(correction.answer)}`: {problem}", hint)


def answer_errors(
    corrections: Sequence[Correction],
    keys: Keys,
    pages: Sequence[Page],
    batch: Batch,
    roster: Sequence[Candidate],
) -> Iterator[Diagnostic]:
    """Yield an error for each answer or candidate number that could not be graded.

    Corrections of sheets that were not read are not checked: nothing is done with them.
    """
    sheets = {sheet.name: sheet for sheet in batch.sheets}
    sheets |= {page.image: sheet for sheet in batch.sheets for page in sheet.pages.values()}
    read = {page.image: page for page in pages if not page.refused}
    for correction in corrections:
        if correction.question == CANDIDATE:
            yield from _number_errors(correction, read, roster)
        elif correction.question not in (CODE, SKIP) and correction.sheet in sheets:
            yield from _answer_errors(correction, sheets[correction.sheet], keys)


def _answer_errors(correction: Correction, sheet: ReadSheet, keys: Keys) -> Iterator[Diagnostic]:
    printed = next(one for one in keys.sheets if one.code == sheet.code)
    number = int(correction.question)
    item = keys.item_at(printed, number)
    if item is None:
        questions = counted(len(printed.placed), "question")
        message = f"there is no question {number}: version {printed.version} has {questions}"
        yield error("PQ731", _about(correction, message), correction.question_cell.place)
        return
    cell = typed_cell(correction.answer)
    response = read_response(item, printed.placed[number], cell.text)
    if isinstance(response, Unreadable) and cell.text != UNDECIDED:
        yield _error(correction, f"question {number}: {response.message}", response.hint)


def _number_errors(
    correction: Correction, read: Mapping[str, Page], roster: Sequence[Candidate]
) -> Iterator[Diagnostic]:
    page = read.get(correction.sheet)
    if page is None:
        return
    code = sheet_code(page)
    if code.serial:
        message = f"sheet {code.serial:04} was printed for a candidate"
        hint = "delete this line"
        yield error("PQ731", _about(correction, message), correction.question_cell.place, hint)
        return
    number = correction.answer
    known = [candidate.candidate for candidate in roster]
    if known and number not in known:
        hint = did_you_mean(number, known) or "type the candidate number as in the roster"
        message = f"candidate number `{cut(number)}` is not on the roster"
        yield _error(correction, message, hint)
    elif not known and not (number.isascii() and number.isdigit()):
        hint = f"type its digits, or `{SKIP}` in the column `question` to leave out the page"
        yield _error(correction, f"`{cut(number)}` is not a candidate number", hint)
    elif not known and len(number) > code.id_digits:
        message = f"candidate number {cut(number)} has more than {code.id_digits} digits"
        yield _error(correction, message)


def _error(correction: Correction, message: str, hint: str = "") -> Diagnostic:
    return error("PQ731", _about(correction, message), correction.answer_cell.place, hint)


def _about(correction: Correction, message: str) -> str:
    return f"{cut(correction.sheet)}: {message}"
