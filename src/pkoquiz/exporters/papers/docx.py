"""Shapes as DOCX for editing by instructors: real styles and numbered lists, no text boxes.

Questions and options are two levels of one list, so moving a question renumbers all of them.
Styles, lists and the page layout come from `reference.docx`; only bold, italics and column widths
are set here.
"""

from __future__ import annotations

import datetime
import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from pkoquiz.archive import zip_bytes
from pkoquiz.exporters.papers import shapes
from pkoquiz.exporters.papers.shapes import GAP, Line, Plain, Prompt
from pkoquiz.markup.formula_word import equation
from pkoquiz.markup.formulas import FormulaError
from pkoquiz.markup.runs import Block, Run, blocks, inline
from pkoquiz.model.bank import Bank

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run as DocxRun

_PICTURES = (".png", ".jpg", ".jpeg", ".gif")
_WIDEST, _TALLEST = 12.0, 9.0
"""The largest size of a picture, in centimetres."""

# XML 1.0 forbids these, even as character references.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Quiet(str):
    """Text that is printed in grey."""


class _Foreign(str):
    """Text in another language than the document."""

    def __new__(cls, text: str, language: str) -> _Foreign:
        """Return the text with its language."""
        foreign = super().__new__(cls, text)
        foreign.language = language
        return foreign

    language: str


_Text = tuple[str | Run, ...]


def document(shape: shapes.Paper | shapes.Key, bank: Bank) -> bytes:
    """Return a paper or key; the same bytes for the same shape."""
    sheet = _Sheet(shape.frame, bank)
    match shape:
        case shapes.Paper():
            _cover(sheet, shape.cover)
            for part in shape.parts:
                sheet.add("Heading1", part.heading)
                sheet.add("Instruction", part.instruction)
                for question in part.questions:
                    _stem(sheet, question.prompt)
                    _room(sheet, question.room)
        case shapes.Key():
            sheet.add("Title", shape.title)
            sheet.add("Subtitle", shape.course)
            sheet.add("Instruction", shape.summary)
            for key_part in shape.parts:
                sheet.add("Heading1", key_part.heading)
                for entry in key_part.entries:
                    _entry(sheet, entry)
        case _ as never:
            assert_never(never)
    return sheet.content()


def _line(line: Line) -> _Text:
    return tuple(
        run
        for piece in line.pieces
        for run in ((piece.text,) if isinstance(piece, Plain) else inline(piece.markdown))
    )


def _cover(sheet: _Sheet, cover: shapes.Cover) -> None:
    if cover.institution:
        sheet.add("Instruction", cover.institution)
    sheet.add("Title", cover.title)
    sheet.add("Subtitle", cover.course)
    rows: list[tuple[_Text, _Text]] = []
    if cover.version:
        label, letter = cover.version
        rows.append(((label,), (Run(letter, bold=True),)))
    rows += [((label,), ()) for label in cover.fields]
    rows += [((fact.label,), _line(fact.value) if fact.value else ()) for fact in cover.facts]
    sheet.table("Facts", rows, (4.2, 11.8), ("Cell", "Cell"))
    if cover.instructions:
        sheet.blocks("Normal", blocks(cover.instructions.markdown))
    sheet.add("Heading2", cover.rules_title)
    for rule in cover.rules:
        sheet.add("Rule", rule)
    sheet.end_page()


def _stem(sheet: _Sheet, prompt: Prompt) -> None:
    worth = _Quiet(f"\t({prompt.worth})".replace(" ", "\u00a0"))
    paragraphs = blocks(prompt.stem.markdown)
    if prompt.gaps:
        paragraphs = _with_gaps(paragraphs, prompt)
    sheet.blocks("Question", paragraphs, after=worth, continued="QuestionContinued")


def _with_gaps(paragraphs: Sequence[Block], prompt: Prompt) -> tuple[Block, ...]:
    """Draw the gaps; a gap in an address or a picture's description follows the text."""
    drawn: set[str] = set()

    def gap(number: str) -> str:
        drawn.add(number)
        return f"({number}) {'_' * prompt.gap_width}"

    def filled(run: Run) -> Run:
        text = GAP.sub(lambda mark: "…" if run.picture else gap(mark[1]), run.text)
        return replace(run, text=text)

    *others, last = [tuple(map(filled, paragraph)) for paragraph in paragraphs]
    hidden = (Run(f" {gap(number)}") for number in shapes.hidden_gaps(prompt, drawn))
    return (*others, (*last, *hidden))


def _room(sheet: _Sheet, room: shapes.Room | None) -> None:
    match room:
        case shapes.Options(options=options):
            # The list of the style supplies the marks: it counts A, B, C below each question.
            for number, (_, text) in enumerate(options, 1):
                sheet.add("Option", *inline(text.markdown), keep=number < len(options))
        case shapes.Verdict(words=words):
            sheet.add("Response", "\t".join(f"☐ {word}" for _, word in words))
        case shapes.Match(premises=premises, responses=responses):
            left: list[_Text] = [
                (f"____  {number}\t", *inline(premise.markdown))
                for number, premise in enumerate(premises, 1)
            ]
            right: list[_Text] = [(Run(f"{mark}\t", bold=True), text) for mark, text in responses]
            rows = list(itertools.zip_longest(left, right, fillvalue=()))
            sheet.table("Matching", rows, (8.0, 8.0), ("Premise", "Match"))
        case shapes.Steps(steps=steps):
            for number, step in enumerate(steps, 1):
                sheet.add("Response", "____  ", *inline(step.markdown), keep=number < len(steps))
        case shapes.Box(unit=unit):
            sheet.add("Response", f"______________  {unit}")
        case shapes.Lines(note=note):
            if note:
                sheet.add("Response", Run(note, italic=True), keep=True)
            first, middle, last = room.groups()
            for together, count in ((True, first), (False, middle), (True, last)):
                for number in range(1, count + 1):
                    sheet.add("AnswerLine", keep=together and number < count)
        case None:
            pass
        case _ as never:
            assert_never(never)


def _entry(sheet: _Sheet, entry: shapes.Entry) -> None:
    _stem(sheet, entry.prompt)
    sheet.add("Source", _Quiet(entry.prompt.id), keep=True)
    for right in entry.right:
        if right.mark:
            sheet.add("Answer", Run(f"{right.mark}\t", bold=True), *_line(right.line))
        else:
            sheet.add("Answer", *(_bold(piece) for piece in _line(right.line)))
    if entry.credit:
        sheet.add("Explanation", _Quiet(f"{entry.credit.label} "), entry.credit.text)
    if entry.rubric:
        heads = tuple((Run(head, bold=True),) for head in entry.rubric.heads)
        rows = [((points,), inline(text.markdown)) for points, text in entry.rubric.rows]
        keep = entry.rubric.short
        sheet.table("Rubric", [heads, *rows], (2.0, 13.0), ("Cell", "Cell"), keep=keep)
    if model := entry.model_answer:
        sheet.blocks(
            "Explanation", blocks(model.text.markdown), before=Run(f"{model.label}. ", bold=True)
        )
    for text in entry.explanations:
        sheet.blocks("Explanation", blocks(text.markdown))
    for reply in entry.feedback:
        sheet.blocks(
            "Explanation", blocks(reply.text.markdown), before=Run(f"{reply.label}: ", bold=True)
        )
    for remark in entry.remarks:
        sheet.add("Explanation", "[", *_line(remark), "]")
    for quote in entry.quotes:
        note: _Text = (" [", *inline(quote.note.markdown), "]") if quote.note else ()
        opening, closing = sheet.quotes
        words = _Foreign(quote.words, quote.language) if quote.language else quote.words
        sheet.add("Source", opening, words, closing, *note, _Quiet(f" {quote.where}"))


def _bold(piece: str | Run) -> Run:
    return replace(piece, bold=True) if isinstance(piece, Run) else Run(piece, bold=True)


# --- the document ---------------------------------------------------------------------------------


class _Sheet:
    """A document that grows paragraph by paragraph."""

    def __init__(self, frame: shapes.Frame, bank: Bank) -> None:
        import docx
        from docx.oxml.ns import qn
        from docx.shared import Cm

        self._bank = bank
        name = "reference-large.docx" if frame.large_print else "reference.docx"
        self._document: Document = docx.Document(str(Path(__file__).with_name(name)))
        section = self._document.sections[0]
        if frame.paper == "us-letter":
            # The text is as wide as on A4, so that tabs still reach its right edge.
            section.page_width, section.page_height = Cm(21.59), Cm(27.94)
            section.left_margin = section.right_margin = Cm((21.59 - 16) / 2)
        before, between, after = frame.page
        texts = (f"{frame.left}\t{before}", between, f"{after}\t", frame.right)
        for run, text in zip(section.footer.paragraphs[0].runs, texts, strict=True):
            run.text = _clean(text)
        self.quotes = frame.quotes
        self._mirrored = frame.direction == "rtl"
        language = next(self._document.styles.element.iter(qn("w:lang")))
        # Word asks for the languages of Latin, East Asian and right-to-left scripts.
        for script in ("w:val", "w:eastAsia", *(["w:bidi"] if self._mirrored else [])):
            language.set(qn(script), frame.language)
        if self._mirrored:
            self._mirror(section)
        properties = self._document.core_properties
        # Word allows 255 characters here.
        properties.title, properties.author, properties.comments = _clean(frame.title)[:255], "", ""
        # The library would write the current time.
        properties.created = properties.modified = datetime.datetime(2000, 1, 1)
        properties.language = frame.language
        properties.last_modified_by, properties.revision = "", 1

    def _mirror(self, section: Section) -> None:
        """Set paragraphs, runs and pages from right to left."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        styles = self._document.styles.element
        normal = self._document.styles["Normal"].element
        next(normal.iter(qn("w:spacing"))).addprevious(OxmlElement("w:bidi"))
        next(normal.iter(qn("w:lang"))).addprevious(OxmlElement("w:rtl"))
        # Right-to-left scripts have a bold and italic of their own.
        for form in ("w:b", "w:i"):
            for element in list(styles.iter(qn(form))):
                element.addnext(OxmlElement(f"{form}Cs"))
        # Indents and tabs are mirrored with the paragraph, but not borders.
        for border in styles.iter(qn("w:pBdr")):
            for side in border.findall(qn("w:left")):
                side.tag = qn("w:right")
        section._sectPr.append(OxmlElement("w:bidi"))

    def add(self, style: str, *pieces: str | Run, keep: bool = False) -> None:
        """Add a paragraph; `keep` puts it on the page of the next one."""
        paragraph = self._document.add_paragraph()
        self._fill(paragraph, style, pieces, keep=keep)

    def blocks(
        self,
        style: str,
        paragraphs: Sequence[Block],
        *,
        before: Run | None = None,
        after: str = "",
        continued: str = "",
    ) -> None:
        """Add paragraphs, with `before` in the first and `after` in the last one."""
        for number, block in enumerate(paragraphs or [()], 1):
            first = (before,) if before and number == 1 else ()
            last = (after,) if after and number >= len(paragraphs) else ()
            self.add((continued or style) if number > 1 else style, *first, *block, *last)

    def table(
        self,
        style: str,
        rows: Sequence[tuple[_Text, ...]],
        widths: tuple[float, float],
        cells: tuple[str, str],
        *,
        keep: bool = False,
    ) -> None:
        """Add a table of two columns, given their widths in centimetres and paragraph styles."""
        from docx.shared import Cm

        table = self._document.add_table(len(rows), 2)
        table._tbl.tblStyle_val = style
        table.autofit = False
        if self._mirrored:
            from docx.enum.table import WD_TABLE_DIRECTION

            table.table_direction = WD_TABLE_DIRECTION.RTL
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        # All cells at once: python-docx computes them anew for each row.
        targets = iter(table._cells)
        for row in rows:
            for pieces, width, cell_style in zip(row, widths, cells, strict=True):
                cell = next(targets)
                cell.width = Cm(width)
                self._fill(cell.paragraphs[0], cell_style, pieces, keep=keep)
        self.add("Spacer")

    def end_page(self) -> None:
        """Begin a new page."""
        from docx.enum.text import WD_BREAK

        self.add("Spacer")
        self._document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)

    def content(self) -> bytes:
        """Return the file."""
        saved = io.BytesIO()
        self._document.save(saved)
        with zipfile.ZipFile(saved) as archive:
            return zip_bytes({name: archive.read(name) for name in archive.namelist()})

    def _fill(
        self, paragraph: Paragraph, style: str, pieces: Iterable[str | Run], *, keep: bool
    ) -> None:
        # Setting the id is quick; looking styles up by name took half of the time.
        paragraph._p.style = style
        if keep:
            paragraph.paragraph_format.keep_with_next = True
        for piece in pieces:
            if isinstance(piece, str):
                run = paragraph.add_run(_clean(piece))
                if isinstance(piece, _Quiet):
                    run._r.style = "Quiet"
                elif isinstance(piece, _Foreign):
                    _tag(run, piece.language)
            elif piece.formula:
                self._add_formula(paragraph, piece)
            elif not (piece.picture and self._add_picture(paragraph, piece)):
                run = paragraph.add_run(_clean(f"[{piece.text}]" if piece.picture else piece.text))
                if piece.bold:
                    run.bold, run.font.cs_bold = True, self._mirrored or None
                if piece.italic:
                    run.italic, run.font.cs_italic = True, self._mirrored or None
                if piece.code:
                    run._r.style = "Code"

    def _add_formula(self, paragraph: Paragraph, run: Run) -> None:
        """Add a formula as an equation that Word edits; as TeX if it cannot be rendered."""
        from docx.oxml import parse_xml

        try:
            xml = equation(run.text, run.display)
        except FormulaError:  # reported by the checks
            paragraph.add_run(_clean(run.text))._r.style = "Code"
            return
        paragraph._p.append(parse_xml(_clean(xml)))

    def _add_picture(self, paragraph: Paragraph, run: Run) -> bool:
        """Add a picture with its description; return False if it is missing or unreadable."""
        from docx.image.exceptions import UnrecognizedImageError
        from docx.shared import Cm, Emu

        content = self._bank.media.get(run.picture)
        if content is None or not run.picture.lower().endswith(_PICTURES):
            return False
        try:
            shape = paragraph.add_run().add_picture(io.BytesIO(content))
        except (UnrecognizedImageError, ValueError, KeyError, ZeroDivisionError, EOFError):
            return False
        widest, tallest = Cm(_WIDEST), Cm(_TALLEST)
        share = min(1.0, widest / max(1, shape.width), tallest / max(1, shape.height))
        shape.width, shape.height = Emu(shape.width * share), Emu(shape.height * share)
        shape._inline.docPr.set("descr", _clean(run.text))
        return True


def _tag(run: DocxRun, language: str) -> None:
    """Mark the language of a run."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    tag = OxmlElement("w:lang")
    for script in ("w:val", "w:eastAsia", "w:bidi"):
        tag.set(qn(script), language)
    run._r.get_or_add_rPr().append(tag)


def _clean(text: str) -> str:
    """Return the text without the characters that are not allowed in XML."""
    return _FORBIDDEN.sub("", text)
