"""Assemble the pages of an exam into sheets: candidates, answers, and reasons not to grade.

A sheet is graded only if each of its pages was read once, all have the same code, and its serial is
on the roster. Everything else is left out and listed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from pkoquiz.prose import counted
from pkoquiz.scanning.cells import UNDECIDED, Cell, candidate_number, cell, typed_cell
from pkoquiz.scanning.decide import Decision, decide
from pkoquiz.scanning.pages import BLANK, Forms, Page, sheet_code
from pkoquiz.sheets.code import SheetCode, read_code
from pkoquiz.sheets.form import Form, Group, Question
from pkoquiz.sheets.roster import Candidate
from pkoquiz.table import write_table

CANDIDATE = "candidate"
"""The value of the column `question` in a correction of a candidate's number."""
CODE = "code"
"""The value of the column `question` in a correction of an image's code."""
SKIP = "skip"
"""The value of the column `question` in a correction that leaves out an image."""

Corrections = Mapping[tuple[str, str], str]
"""Answers by sheet (or image) and question."""


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet with all of its pages, and a cell for each question of its version."""

    name: str
    """The serial, the number that the candidate entered, or the image if that is undecided."""
    candidate: str
    code: str
    paper: int
    version: str
    layout: Form
    pages: Mapping[int, Page]
    cells: Mapping[int, Cell]
    identity: Cell | None = None
    """The number on a blank sheet."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is marked on the sheet."""
        return not any(cell.text for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class Problem:
    """An image, or a sheet of several images, that is not graded, and the reason."""

    image: str
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """All sheets, problems and remarks."""

    sheets: tuple[ReadSheet, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = field(default=())
    """Remarks that do not prevent grading: absent candidates, empty sheets."""

    @property
    def undecided(self) -> int:
        """The number of cells that a person has to decide."""
        return sum(
            cell.text == UNDECIDED
            for sheet in self.sheets
            for cell in (*sheet.cells.values(), *([sheet.identity] if sheet.identity else []))
        )


def assemble(
    forms: Forms,
    asked: Mapping[str, Sequence[Question]],
    pages: Sequence[Page],
    roster: Sequence[Candidate] = (),
    corrections: Corrections | None = None,
) -> Batch:
    """Return the sheets of all pages; `asked` contains the questions by version code."""
    given = corrections or {}
    blank = sum(page.refused == BLANK for page in pages)
    problems = [
        Problem(page.image, page.refused) for page in pages if page.refused not in ("", BLANK)
    ]
    problems = [problem for problem in problems if (problem.image, SKIP) not in given]
    read = []
    for page in pages:
        if not page.refused and (page.image, SKIP) not in given:
            if fits(forms, page):
                read.append(page)
            else:
                reason = "the reading does not match this manifest: read the scans again"
                problems.append(Problem(page.image, reason))
    numbers = {candidate.candidate: candidate for candidate in roster}
    groups: dict[str, list[tuple[SheetCode, Page]]] = {}
    identities: dict[str, Cell] = {}
    for page in read:
        code = sheet_code(page)
        name = f"{code.serial:04}"
        if not code.serial:
            identity = _identity(forms, code, page, given)
            name = page.image if identity.text == UNDECIDED else _listed(identity.text, numbers)
            identities[name] = identity
        groups.setdefault(name, []).append((code, page))
    known = {f"{candidate.serial:04}": candidate for candidate in roster if candidate.serial}
    sheets = []
    for name, members in groups.items():
        identity_ = identities.get(name)
        reason = _refusal(forms, name, members, known, numbers, identity_)
        if reason:
            problems += [Problem(page.image, reason) for _, page in members]
            continue
        sheets.append(_sheet(forms, asked, name, members, known, identity_, given))
    named = {*groups, *(page.image for page in pages)}
    skipped = [f"{counted(blank, 'blank page')} skipped"] if blank else []
    notes = [*skipped, *_notes(sheets, groups, known), *_unused(given, named)]
    return Batch(tuple(sheets), tuple(problems), tuple(notes))


def fits(forms: Forms, page: Page) -> bool:
    """Return whether the measures of a page match a sheet of this exam."""
    code = read_code(page.code)
    layout = forms.form_of(code) if isinstance(code, SheetCode) else None
    if layout is None or isinstance(code, str):
        return False
    groups = layout.of_page(code.page)
    sizes = [len(measures) for measures in page.measures]
    return sizes == [len(group.labels) for group in groups] and bool(groups)


def _refusal(
    forms: Forms,
    name: str,
    members: Sequence[tuple[SheetCode, Page]],
    known: Mapping[str, Candidate],
    numbers: Mapping[str, Candidate],
    identity: Cell | None,
) -> str:
    """Return why a sheet is not graded; empty if it is."""
    label = f"sheet {name}" if identity is None else f"candidate number {name}"
    codes = {code.version for code, _ in members}
    styles = {code.style.letter for code, _ in members}
    if len(codes) > 1 or len(styles) > 1:
        return f"{label} has pages of several prints: {', '.join(sorted(codes))}"
    seen = sorted(code.page for code, _ in members)
    twice = sorted({page for page in seen if seen.count(page) > 1})
    if twice:
        images = "; ".join(page.image for code, page in members if code.page in twice)
        return f"page {twice[0]} of {label} was scanned {seen.count(twice[0])} times: {images}"
    code = members[0][0]
    layout = forms.form_of(code)
    assert layout is not None
    is_open = identity is not None and identity.text == UNDECIDED
    missing = [page for page in range(1, layout.pages + 1) if page not in seen]
    if missing and not is_open:
        return f"page {missing[0]} of {label} is missing"
    if numbers and identity is None:
        candidate = known.get(name)
        if candidate is None:
            hint = "" if known else ", which has no serials: give serials.csv"
            return f"{label} is not on the roster{hint}"
        if candidate.code and candidate.code != code.version:
            return f"{label} has the code {code.version}, but the roster says {candidate.code}"
    if numbers and identity is not None and not is_open and name not in numbers:
        near = [number for number in numbers if _distance(number, name) == 1]
        hint = f"; did the candidate mean {near[0]}?" if len(near) == 1 else ""
        return f"{label} is not on the roster{hint}"
    return ""


def _listed(number: str, roster: Collection[str]) -> str:
    """Return a candidate number as on the roster, which may omit the zeros before it."""
    if number in roster:
        return number
    same = [listed for listed in roster if listed.lstrip("0") == number.lstrip("0")]
    return same[0] if len(same) == 1 else number


def _distance(one: str, other: str) -> int:
    """Return in how many places two numbers of the same length differ; 99 for unequal lengths."""
    if len(one) != len(other):
        return 99
    return sum(left != right for left, right in zip(one, other, strict=True))


def decisions_of(layout: Form, page: Page) -> Iterator[tuple[Group, Decision]]:
    """Yield the groups of a page with their decisions."""
    groups = layout.of_page(sheet_code(page).page)
    yield from zip(groups, decide(groups, page.measures), strict=True)


def _identity(forms: Forms, code: SheetCode, page: Page, corrections: Corrections) -> Cell:
    typed = corrections.get((page.image, CANDIDATE))
    if typed:
        return Cell(typed)
    layout = forms.form_of(code)
    assert layout is not None
    pairs = decisions_of(layout, page)
    return candidate_number([decision for group, decision in pairs if group.role == "id"])


def _sheet(
    forms: Forms,
    asked: Mapping[str, Sequence[Question]],
    name: str,
    members: Sequence[tuple[SheetCode, Page]],
    known: Mapping[str, Candidate],
    identity: Cell | None,
    corrections: Corrections,
) -> ReadSheet:
    code = members[0][0]
    layout = forms.form_of(code)
    assert layout is not None
    pages = {member.page: page for member, page in members}
    found: dict[int, list[tuple[Group, Decision]]] = {}
    for page in pages.values():
        for group, decision in decisions_of(layout, page):
            found.setdefault(group.question, []).append((group, decision))
    cells = {}
    # While its candidate is undecided, a sheet is named by its image.
    names = [name, *(page.image for page in pages.values())]
    for question in asked[code.version]:
        keys = [(sheet, str(question.number)) for sheet in names]
        typed = [corrections[key] for key in keys if key in corrections]
        pairs = found.get(question.number, [])
        if typed:
            cells[question.number] = typed_cell(typed[0])
        elif len(pairs) < len(layout.of_question(question.number)):
            cells[question.number] = Cell(UNDECIDED, "on a page whose candidate is undecided")
        else:
            groups, decisions = zip(*pairs, strict=True)
            cells[question.number] = cell(question, groups, decisions)
    paper, version = forms.versions[code.version]
    candidate = known[name].candidate if name in known else name
    if identity is not None and identity.text == UNDECIDED:
        candidate = f"{UNDECIDED} {name}"
    return ReadSheet(
        name, candidate, code.version, paper, version.version, layout, pages, cells, identity
    )


def _notes(
    sheets: Sequence[ReadSheet], groups: Mapping[str, object], known: Mapping[str, Candidate]
) -> Iterator[str]:
    for sheet in sheets:
        if sheet.is_empty:
            yield f"sheet {sheet.name} is empty"
    absent = [serial for serial in known if serial not in groups]
    if absent:
        listed = ", ".join(absent[:10]) + (", …" if len(absent) > 10 else "")
        yield f"no sheet was read for {counted(len(absent), 'candidate')} on the roster: {listed}"


def _unused(corrections: Corrections, named: AbstractSet[str]) -> Iterator[str]:
    unknown = sorted({sheet for sheet, _ in corrections} - named)
    if unknown:
        listed = ", ".join(unknown[:10]) + (", …" if len(unknown) > 10 else "")
        yield f"the corrections name sheets that were not read: {listed}"


def answers_csv(sheets: Sequence[ReadSheet], several_papers: bool) -> bytes:
    """Return the table that `pkoquiz exam grade` takes; undecided cells are `?`."""
    last = max((number for sheet in sheets for number in sheet.cells), default=0)
    numbers = [*range(1, last + 1)]
    paper = ["paper"] if several_papers else []
    rows = [[CANDIDATE, *paper, "version", *map(str, numbers), "#sheet"]]
    for sheet in sorted(sheets, key=lambda sheet: (sheet.candidate, sheet.name)):
        cells = [sheet.cells[number].text if number in sheet.cells else "" for number in numbers]
        own = [str(sheet.paper)] if several_papers else []
        rows.append([sheet.candidate, *own, sheet.code, *cells, sheet.name])
    return write_table(rows, ",")
