"""Styles, lists and the paragraph XML of our DOCX files: what python-docx leaves to its users."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from pkoquiz.exporters.papers.wordrun import Run, cleaned

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

SERIF, MONO = "Cambria", "Consolas"
"""Word replaces a font that is missing by one of its kind."""


def dress(
    document: Document, *, size: float, letter_paper: bool, language: str, left: str, right: str
) -> None:
    """Page, styles and footer. Styles are the document's own: an instructor changes one and all follow."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = (
        (Cm(21.59), Cm(27.94)) if letter_paper else (Cm(21), Cm(29.7))
    )
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.4)
    measure = section.page_width - section.left_margin - section.right_margin

    styles = document.styles
    normal = styles["Normal"]
    normal.font.name, normal.font.size = SERIF, Pt(size)
    fonts = normal.element.rPr.rFonts
    for script in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(script), SERIF)
    normal.paragraph_format.space_after = Pt(0.5 * size)
    normal.paragraph_format.line_spacing = 1.12
    tongue = OxmlElement("w:lang")
    tongue.set(qn("w:val"), language)
    normal.element.rPr.append(tongue)
    for name, scale, above, below in (
        ("Title", 2.0, 0, 4),
        ("Subtitle", 1.15, 0, 14),
        ("Heading 1", 1.25, 22, 2),
        ("Heading 2", 1.1, 14, 4),
    ):
        style = styles[name]
        style.font.name, style.font.size, style.font.color.rgb = (
            SERIF,
            Pt(size * scale),
            RGBColor(0, 0, 0),
        )
        style.font.bold, style.font.italic = name != "Subtitle", name == "Subtitle"
        if style.element.rPr.rFonts is not None:
            for script in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                style.element.rPr.rFonts.attrib.pop(qn(script), None)
        style.paragraph_format.space_before, style.paragraph_format.space_after = (
            Pt(above),
            Pt(below),
        )
        style.paragraph_format.keep_with_next = True
        tracking = style.element.rPr.find(qn("w:spacing"))
        if tracking is not None:
            style.element.rPr.remove(tracking)
        border = style.element.pPr.find(qn("w:pBdr")) if style.element.pPr is not None else None
        if border is not None:
            style.element.pPr.remove(border)

    indent = Cm(0.9)
    for name, keep, before, after, where in (
        ("Instruction", True, 0, 0.7 * size, Cm(0)),
        ("Question", True, 0.9 * size, 0.35 * size, indent),
        ("QuestionContinued", True, 0, 0.35 * size, indent),
        ("Option", False, 0, 0.25 * size, indent),
        ("Answer", True, 0, 0.3 * size, indent),
        ("Explanation", False, 0, 0.3 * size, indent),
        ("Source", False, 0, 0.3 * size, indent),
        ("AnswerLine", False, 0, 0, indent),
        ("Rule", False, 0, 0.25 * size, Cm(0.5)),
        ("Gap", False, 0, 0, Cm(0)),
    ):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.quick_style = True
        form = style.paragraph_format
        form.keep_with_next, form.keep_together = keep, name != "AnswerLine"
        form.space_before, form.space_after, form.left_indent = Pt(before), Pt(after), where
        if name == "Instruction":
            style.font.italic = True
        if name in ("Question", "QuestionContinued"):
            form.tab_stops.add_tab_stop(measure, WD_TAB_ALIGNMENT.RIGHT)
        if name == "Option":
            form.tab_stops.add_tab_stop(Cm(4.5))
        if name == "Answer":
            form.left_indent, form.first_line_indent = Cm(2.1), Cm(-1.2)
            _border(style, "left", 18)
        if name == "Source":
            style.font.size = Pt(size if size > 14 else 0.9 * size)
        if name == "AnswerLine":
            form.line_spacing = Pt(34 if size > 14 else 24)
            _border(style, "bottom", 4)
            _border(style, "between", 4)
        if name == "Gap":
            style.font.size = Pt(4)

    footer = section.footer.paragraphs[0]
    footer.style.font.size = Pt(size if size > 14 else max(8.5, 0.78 * size))
    stops = footer.paragraph_format.tab_stops
    stops.add_tab_stop(measure // 2, WD_TAB_ALIGNMENT.CENTER)
    stops.add_tab_stop(measure, WD_TAB_ALIGNMENT.RIGHT)
    footer.add_run(left + "\tPage ")
    _field(footer, "PAGE")
    footer.add_run(" of ")
    _field(footer, "NUMPAGES")
    footer.add_run("\t" + right).bold = True


def _border(style: Any, side: str, eighths: int) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        # The schema fixes the order of children: borders stand before shading, tabs, spacing and indents.
        later = [
            child
            for child in properties
            if child.tag
            in {qn(f"w:{name}") for name in ("shd", "tabs", "spacing", "ind", "jc", "rPr")}
        ]
        later[0].addprevious(borders) if later else properties.append(borders)
    edge = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "6"), ("color", "auto")):
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)


def _field(paragraph: Any, instruction: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


class Lists:
    """Lists: number 1 is that of all questions, number 2 has bullets, further ones are lettered options."""

    def __init__(self, document: Document) -> None:
        from docx.oxml.ns import qn

        self._numbering = document.part.numbering_part.element
        for child in list(self._numbering):
            self._numbering.remove(child)
        # The template's list styles would point to our numbers now.
        for listed in document.styles.element.findall(f".//{qn('w:numPr')}"):
            listed.getparent().remove(listed)
        self._next = 3
        self._kind(1, "decimal", "%1", left=510, hanging=510, bold=True)
        self._kind(2, "bullet", "•", left=284, hanging=284, bold=False)
        self._kind(3, "upperLetter", "%1", left=1020, hanging=510, bold=False)
        self._number(1, 1, restart=False)
        self._number(2, 2, restart=False)

    def letters(self) -> int:
        """A new lettered list; its number."""
        number = self._next
        self._next += 1
        self._number(number, 3, restart=True)
        return number

    def _kind(
        self, identity: int, form: str, text: str, left: int, hanging: int, bold: bool
    ) -> None:
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        weight = "<w:rPr><w:b/></w:rPr>" if bold else ""
        self._numbering.insert(
            identity - 1,
            parse_xml(
                f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{identity}"><w:multiLevelType w:val="singleLevel"/>'
                f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
                f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{left}" w:hanging="{hanging}"/></w:pPr>{weight}</w:lvl>'
                "</w:abstractNum>"
            ),
        )

    def _number(self, number: int, kind: int, *, restart: bool) -> None:
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        again = (
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
            if restart
            else ""
        )
        self._numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{kind}"/>{again}</w:num>'
            )
        )


def paragraph(document: Document, style: str, number: int | None, *, keep: bool = False) -> Any:
    """A new paragraph at the end, with `keep` on the page of the next one. Style ids are set directly: looking each up by name took half the time."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    body = document.element.body
    element = OxmlElement("w:p")
    properties = OxmlElement("w:pPr")
    named = OxmlElement("w:pStyle")
    named.set(qn("w:val"), style)
    properties.append(named)
    if keep:
        properties.append(OxmlElement("w:keepNext"))
    if number is not None:
        listed = OxmlElement("w:numPr")
        for tag, value in (("w:ilvl", "0"), ("w:numId", str(number))):
            child = OxmlElement(tag)
            child.set(qn("w:val"), value)
            listed.append(child)
        properties.append(listed)
    element.append(properties)
    body.insert(len(body) - 1, element)  # the last child is the section's properties
    return Paragraph(element, document._body)


def add_text(paragraph: Any, run: Run, text: str) -> None:
    """A run of text; tabs and line feeds are kept."""
    from docx.shared import RGBColor

    if not text:
        return
    added = paragraph.add_run(cleaned(text))
    if run.bold:
        added.bold = True
    if run.italic:
        added.italic = True
    if run.code:
        added.font.name = MONO
    if run.quiet:
        added.font.color.rgb = RGBColor(0x50, 0x50, 0x50)


def add_picture(paragraph: Any, content: bytes, description: str) -> bool:
    """A picture with its description, at most 12 cm wide; False when it cannot be read."""
    from docx.image.exceptions import UnrecognizedImageError
    from docx.shared import Cm

    try:
        shape = paragraph.add_run().add_picture(io.BytesIO(content))
    except (UnrecognizedImageError, ValueError, KeyError, ZeroDivisionError, EOFError):
        return False
    widest, tallest = Cm(12), Cm(9)
    share = min(1.0, widest / max(1, shape.width), tallest / max(1, shape.height))
    shape.width, shape.height = int(shape.width * share), int(shape.height * share)
    shape._inline.docPr.set("descr", cleaned(description))
    return True


def hang(table: Table, column: int, depth: float) -> None:
    """Lets the lines of a column hang behind their marks, `depth` centimetres."""
    from docx.shared import Cm

    for cell in table.columns[column].cells:
        form = cell.paragraphs[0].paragraph_format
        form.left_indent, form.first_line_indent = Cm(depth), Cm(-depth)
        form.tab_stops.add_tab_stop(Cm(depth))


def break_page(document: Document) -> None:
    """What follows begins on a new page."""
    from docx.enum.text import WD_BREAK

    paragraph(document, "Gap", None).add_run().add_break(WD_BREAK.PAGE)


def table(
    document: Document,
    rows: int,
    widths: tuple[float, float],
    indent: float,
    ruled: bool,
    *,
    together: bool,
) -> Table:
    """An empty table of two columns, widths in centimetres, with or without hairlines between rows."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    made: Table = document.add_table(rows, 2)
    made.autofit = False
    properties = made._tbl.tblPr
    # The schema fixes the order of children: indent and borders stand before layout and look.
    after = {qn(f"w:{name}") for name in ("shd", "tblLayout", "tblCellMar", "tblLook")}
    later = next(child for child in properties if child.tag in after)
    if indent:
        shift = OxmlElement("w:tblInd")
        shift.set(qn("w:w"), str(int(indent * 567)))
        shift.set(qn("w:type"), "dxa")
        later.addprevious(shift)
    if ruled:
        borders = OxmlElement("w:tblBorders")
        for side in ("top", "bottom", "insideH"):
            edge = OxmlElement(f"w:{side}")
            for name, value in (
                ("val", "single"),
                ("sz", "4"),
                ("space", "0"),
                ("color", "888888"),
            ):
                edge.set(qn(f"w:{name}"), value)
            borders.append(edge)
        later.addprevious(borders)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(width)
    for row in made.rows:
        if ruled:
            row.height = Cm(0.75)
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
            cell.paragraphs[0].paragraph_format.space_after = 0
            cell.paragraphs[0].paragraph_format.keep_with_next = together
    return made
