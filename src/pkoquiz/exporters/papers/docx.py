"""Paper and key as DOCX that an instructor edits: real styles, real numbered lists, no text boxes.

Questions are one numbered list through the whole paper, so that moving one renumbers all; the options of each
question are a lettered list of its own.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, assert_never

from pkoquiz.archive import zip_bytes
from pkoquiz.exam import rules as wording
from pkoquiz.exam.exam import Exam, Paper, questions_of, total_points
from pkoquiz.exam.letters import letter
from pkoquiz.exam.versions import Placed, Version
from pkoquiz.exporters.papers.wordrun import Run, blocks, cleaned, inline, picture_bytes
from pkoquiz.model.answers import task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import (
    GAP,
    Choice,
    Cloze,
    Essay,
    Flashcard,
    Matching,
    Multiple,
    Numerical,
    Ordering,
    Question,
    ShortAnswer,
    TrueFalse,
)
from pkoquiz.quotes.citations import references

if TYPE_CHECKING:
    from docx.document import Document

_QUESTIONS, _BULLETS = 1, 2
"""Numbers of the list that all questions are in, and of the one with bullets; option lists follow."""


def paper(bank: Bank, exam: Exam, paper: Paper, version: Version) -> bytes:
    """One version of a paper."""
    label = wording.label(exam, paper.number, version)
    sheet = _Sheet(bank, exam, f"{exam.title}, {label}", wording.running(exam, version), label)
    _cover(sheet, bank, exam, paper, version)
    for section in wording.parts(bank, version):
        sheet.line("Heading1", Run(f"Part {section.number}. {section.title}"))
        sheet.line("Instruction", Run(section.instruction))
        for question, placed in section.questions:
            _question(sheet, question, placed)
    return sheet.content()


def key(bank: Bank, exam: Exam, paper: Paper, version: Version) -> bytes:
    """The key of one version."""
    label = wording.label(exam, paper.number, version)
    title = f"Answer key: {exam.title}"
    sheet = _Sheet(
        bank, exam, f"{title}, {label}", f"Answer key · {wording.running(exam, version)}", label
    )
    sheet.line("Title", Run(title))
    sheet.line("Subtitle", Run(bank.course.title))
    total = wording.points(total_points(questions_of(bank, version)))
    sheet.line("Instruction", Run(f"{label} · Paper code {version.code} · {total}"))
    for section in wording.parts(bank, version):
        sheet.line("Heading1", Run(f"Part {section.number}. {section.title}"))
        for question, placed in section.questions:
            _entry(sheet, bank, question, placed)
    return sheet.content()


def _cover(sheet: _Sheet, bank: Bank, exam: Exam, paper: Paper, version: Version) -> None:
    if bank.course.exam.institution:
        sheet.line("Instruction", Run(bank.course.exam.institution))
    sheet.line("Title", Run(exam.title))
    sheet.line("Subtitle", Run(bank.course.title))
    questions = questions_of(bank, version)
    rows: list[tuple[str, list[Run]]] = []
    if not exam.practice:
        rows += [
            ("Version", [Run(version.letter, bold=True)]),
            ("Name", []),
            ("Candidate number", []),
        ]
        rows.append(("Date", [Run(exam.date)]))
    if exam.minutes:
        rows.append(("Time allowed", [Run(wording.minutes(exam.minutes))]))
    rows.append(("Questions", [Run(str(len(questions)))]))
    rows.append(("Points", [Run(number(total_points(questions)))]))
    if not exam.practice:
        rows.append(("Allowed aids", inline(exam.aids) or [Run("None.")]))
    if len(exam.papers) > 1:
        rows.append(("Paper", [Run(str(paper.number))]))
    rows.append(
        (
            "Paper code",
            [Run(version.code + ("" if exam.practice else f", drawn with seed {exam.seed}"))],
        )
    )
    sheet.table([([Run(name)], value) for name, value in rows], widths=(4.2, 11.8), ruled=True)
    if exam.instructions:
        sheet.markdown(exam.instructions, "Normal")
    sheet.line("Heading2", Run("How this paper is marked"))
    for rule in wording.scoring_rules(wording.parts(bank, version)):
        sheet.item("Rule", _BULLETS, [Run(rule)])
    sheet.break_page()


def _question(sheet: _Sheet, question: Question, placed: Placed) -> None:
    told = wording.points(question.points)
    if isinstance(question, Multiple) and question.scoring == "exact":
        told = f"{told}, {wording.EXACT}"
    _stem(sheet, question, told)
    match question:
        case Choice() | Multiple():
            numbered = sheet.letters()
            for index in placed.order:
                last = index == placed.order[-1]
                sheet.item("Option", numbered, inline(question.options[index].text), keep=not last)
        case TrueFalse():
            sheet.line("Option", Run("☐ True\t☐ False"))
        case Matching():
            texts = task_of(question).responses
            left = [
                [Run(f"____  {at}\t"), *inline(question.pairs[index].premise)]
                for at, index in enumerate(placed.order, 1)
            ]
            right = [
                [Run(f"{letter(at)}\t", bold=True), Run(texts[index])]
                for at, index in enumerate(placed.responses)
            ]
            height = max(len(left), len(right))
            left += [[]] * (height - len(left))
            right += [[]] * (height - len(right))
            sheet.table(
                list(zip(left, right, strict=True)),
                widths=(8.0, 8.0),
                indent=0.9,
                hanging=(1.7, 0.8),
            )
        case Ordering():
            for index in placed.order:
                last = index == placed.order[-1]
                sheet.line(
                    "Option", Run("____  "), *inline(question.sequence[index]), keep=not last
                )
        case Numerical():
            sheet.line("Option", Run(f"______________  {question.unit}"))
        case ShortAnswer():
            sheet.ruled(wording.answer_lines(question))
        case Essay():
            length = wording.length(question)
            if length:
                sheet.line("Option", Run(length, italic=True))
            sheet.ruled(wording.answer_lines(question))
        case Cloze() | Flashcard():
            pass
        case _ as never:
            assert_never(never)


def _stem(sheet: _Sheet, question: Question, told: str) -> None:
    text = question.stem
    if isinstance(question, Cloze):
        blank = "_" * wording.gap_width(question)
        text = GAP.sub(lambda found: f"({found[1]}) {blank}".replace("_", "\\_"), text)
    sheet.markdown(
        text,
        "Question",
        number=_QUESTIONS,
        behind=Run(f"\t({told})".replace(" ", "\u00a0"), quiet=True),
    )


def _entry(sheet: _Sheet, bank: Bank, question: Question, placed: Placed) -> None:
    _stem(sheet, question, wording.points(question.points))
    sheet.line("Source", Run(question.id, quiet=True), keep=True)
    for right in wording.right_answer(question, placed):
        words = inline(right.markdown) if right.markdown else []
        words += [Run(" – ")] if right.markdown and right.plain else []
        mark = [Run(f"{right.mark}\t", bold=True)] if right.mark else []
        sheet.line("Answer", *mark, *words, Run(right.plain, bold=not right.mark))
    credit = wording.credit_rule(question)
    if credit:
        sheet.line("Explanation", Run("Credit: ", quiet=True), Run(credit))
    if isinstance(question, Essay | ShortAnswer) and question.rubric:
        rows = [([Run(number(line.points))], inline(line.text)) for line in question.rubric]
        head = ([Run("Points", bold=True)], [Run("For", bold=True)])
        together = wording.fits_a_page(question.rubric)
        sheet.table([head, *rows], widths=(2.0, 13.0), indent=0.9, ruled=True, together=together)
    if isinstance(question, Essay):
        sheet.markdown(f"**Model answer.** {question.model_answer}", "Explanation")
    if isinstance(question, Numerical) and question.working:
        sheet.markdown(question.working, "Explanation")
    if question.explain:
        sheet.markdown(question.explain, "Explanation")
    for name, reply in wording.option_feedback(question, placed):
        sheet.markdown(reply, "Explanation", before=Run(f"{name}: ", bold=True))
    if question.attribution:
        sheet.line("Explanation", Run("[View of "), *inline(question.attribution), Run("]"))
    if question.note:
        sheet.line("Explanation", Run("[Note: "), *inline(question.note), Run("]"))
    for remark in wording.errata_notes(bank, question):
        sheet.line("Explanation", Run(f"[{remark}]"))
    for reference in references(bank, question):
        note = [Run(" ["), *inline(reference.note), Run("]")] if reference.note else []
        sheet.line(
            "Source", Run(f"“{reference.quote}”"), *note, Run(f" {reference.where}", quiet=True)
        )


# --- the document ---------------------------------------------------------------------------------


class _Sheet:
    """A document that grows line by line."""

    def __init__(self, bank: Bank, exam: Exam, title: str, left: str, right: str) -> None:
        import docx

        from pkoquiz.exporters.papers import wordstyle

        self._bank = bank
        self._document: Document = docx.Document()
        self._large = exam.layout.large_print
        wordstyle.dress(
            self._document,
            size=18.0 if self._large else 11.0,
            letter_paper=bank.course.exam.paper == "us-letter",
            language=bank.course.language,
            left=cleaned(left),
            right=cleaned(right),
        )
        self._lists = wordstyle.Lists(self._document)
        stamp = datetime.datetime.combine(bank.course.release, datetime.time())
        properties = self._document.core_properties
        # 255 characters is all that Word takes here.
        properties.title, properties.author, properties.comments = cleaned(title)[:255], "", ""
        properties.created = properties.modified = stamp
        properties.language = bank.course.language
        properties.last_modified_by, properties.revision = "", 1

    def line(self, style: str, *runs: Run, keep: bool = False) -> None:
        """A paragraph; with `keep` on the page of the next one."""
        self._paragraph(style, runs, None, keep=keep)

    def break_page(self) -> None:
        """What follows begins on a new page."""
        from pkoquiz.exporters.papers import wordstyle

        wordstyle.break_page(self._document)

    def letters(self) -> int:
        """A new list A, B, C …"""
        return self._lists.letters()

    def item(self, style: str, number: int, runs: Iterable[Run], *, keep: bool = False) -> None:
        """An item of a list."""
        self._paragraph(style, runs, number, keep=keep)

    def markdown(
        self,
        text: str,
        style: str,
        number: int | None = None,
        before: Run | None = None,
        behind: Run | None = None,
    ) -> None:
        """Block Markdown: the first paragraph carries `before` and the list's number, the last one `behind`."""
        found = blocks(text) or [[]]
        for at, runs in enumerate(found):
            shown = ([before] if before and not at else []) + runs
            shown += [behind] if behind and at == len(found) - 1 else []
            continued = style if at == 0 or number is None else f"{style}Continued"
            self._paragraph(continued, shown, number if at == 0 else None)

    def table(
        self,
        rows: list[tuple[list[Run], list[Run]]],
        widths: tuple[float, float],
        indent: float = 0.0,
        ruled: bool = False,
        hanging: tuple[float, float] = (0.0, 0.0),
        together: bool = False,
    ) -> None:
        """Two columns; widths, and indents of all lines but the first, in centimetres. Without rules always `together`
        on a page."""
        from pkoquiz.exporters.papers import wordstyle

        table = wordstyle.table(
            self._document, len(rows), widths, indent, ruled, together=together or not ruled
        )
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, runs in zip(row.cells, cells, strict=True):
                self._fill(cell.paragraphs[0], runs)
        for column, depth in enumerate(hanging):
            if depth:
                wordstyle.hang(table, column, depth)
        self._paragraph("Gap", (), None)

    def ruled(self, count: int) -> None:
        """Empty lines to write on."""
        for at in range(count):
            self._paragraph("AnswerLine", (), None, keep=at < min(count, 5) - 1)

    def _paragraph(
        self, style: str, runs: Iterable[Run], number: int | None, *, keep: bool = False
    ) -> None:
        from pkoquiz.exporters.papers import wordstyle

        paragraph = wordstyle.paragraph(self._document, style, number, keep=keep)
        self._fill(paragraph, runs)

    def _fill(self, paragraph: Any, runs: Iterable[Run]) -> None:
        from pkoquiz.exporters.papers import wordstyle

        for run in runs:
            picture = picture_bytes(self._bank, run.picture) if run.picture else None
            if picture is not None and wordstyle.add_picture(paragraph, picture, run.text):
                continue
            shown = replace(run, quiet=False) if self._large else run
            wordstyle.add_text(paragraph, shown, f"[{run.text}]" if run.picture else run.text)

    def content(self) -> bytes:
        """The file: the same bytes for the same content."""
        made = io.BytesIO()
        self._document.save(made)
        with zipfile.ZipFile(made) as archive:
            return zip_bytes({name: archive.read(name) for name in archive.namelist()})
