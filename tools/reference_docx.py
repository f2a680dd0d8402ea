"""Make `reference.docx` and `reference-large.docx`: the styles, numbering and page of DOCX exams.

    python tools/reference_docx.py

Writes both to `src/pkoquiz/exporters/papers`. The exporter adds text and uses these styles, so
change the look of its documents here. A test compares the shipped files with the output of this
script. The order of elements follows ECMA-376, part 1, section 17.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pkoquiz.archive import zip_bytes

FOLDER = Path(__file__).parents[1] / "src/pkoquiz/exporters/papers"
SERIF, MONO = "Cambria", "Consolas"  # Word substitutes a similar font if one is missing
TWIPS_PER_CM = 567
TEXT_WIDTH = 9072
CELL_MARGIN = 108

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


@dataclass(frozen=True, kw_only=True)
class Style:
    """A paragraph style; lengths in points, indents and tabs in twentieths of a point."""

    name: str
    size: float = 0
    bold: bool = False
    italic: bool = False
    before: float = 0
    after: float = 0
    line: float = 0
    """An exact height of lines."""
    left: int = 0
    hanging: int = 0
    tabs: tuple[tuple[str, int], ...] = ()
    keep: bool = False
    """Whether it stays on the page of the next paragraph."""
    divided: bool = False
    """Whether a page may end inside it."""
    borders: tuple[tuple[str, int], ...] = ()
    """Sides, and thickness in eighths of a point."""
    numbered: tuple[int, int] | None = None
    """The list (1 questions and options, 2 bullets) and its level."""
    outline: int = -1

    def xml(self) -> str:
        """Return the element of `styles.xml`."""
        borders = "".join(
            f'<w:{side} w:val="single" w:sz="{size}" w:space="6" w:color="auto"/>'
            for side, size in self.borders
        )
        tabs = "".join(f'<w:tab w:val="{kind}" w:pos="{place}"/>' for kind, place in self.tabs)
        exact = f' w:line="{twips(self.line)}" w:lineRule="exact"' if self.line else ""
        list_, level = self.numbered or (0, 0)
        paragraph = (
            ("<w:keepNext/>" if self.keep else "")
            + ("" if self.divided else "<w:keepLines/>")
            + (
                f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_}"/></w:numPr>'
                if list_
                else ""
            )
            + (f"<w:pBdr>{borders}</w:pBdr>" if borders else "")
            + (f"<w:tabs>{tabs}</w:tabs>" if tabs else "")
            + f'<w:spacing w:before="{twips(self.before)}" w:after="{twips(self.after)}"{exact}/>'
            + (f'<w:ind w:left="{self.left}" w:hanging="{self.hanging}"/>' if self.left else "")
            + (f'<w:outlineLvl w:val="{self.outline}"/>' if self.outline >= 0 else "")
        )
        half = round(2 * self.size)
        text = (
            ("<w:b/>" if self.bold else "")
            + ("<w:i/>" if self.italic else "")
            + (f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>' if half else "")
        )
        return (
            f'<w:style w:type="paragraph" w:styleId="{self.name.title().replace(" ", "")}">'
            f'<w:name w:val="{self.name}"/><w:basedOn w:val="Normal"/><w:qFormat/>'
            f"<w:pPr>{paragraph}</w:pPr><w:rPr>{text}</w:rPr></w:style>"
        )


def twips(points: float) -> int:
    """Return twentieths of a point."""
    return round(20 * points)


def centimetres(value: float) -> int:
    """Return twentieths of a point."""
    return round(TWIPS_PER_CM * value)


def paragraph_styles(size: float, *, large: bool) -> list[Style]:
    """Return the paragraph styles around a text of `size` points."""
    indent = centimetres(0.9)
    right = (("right", TEXT_WIDTH),)
    smaller = size if large else 0.9 * size
    return [
        Style(name="Title", size=2.0 * size, bold=True, after=4, keep=True),
        Style(name="Subtitle", size=1.15 * size, italic=True, after=14, keep=True),
        Style(
            name="heading 1", size=1.25 * size, bold=True, before=22, after=2, keep=True, outline=0
        ),
        Style(
            name="heading 2", size=1.1 * size, bold=True, before=14, after=4, keep=True, outline=1
        ),
        Style(name="Instruction", italic=True, after=0.7 * size, keep=True),
        Style(
            name="Question",
            before=0.9 * size,
            after=0.35 * size,
            keep=True,
            tabs=right,
            numbered=(1, 0),
        ),
        Style(name="Question Continued", after=0.35 * size, left=indent, keep=True, tabs=right),
        Style(name="Option", after=0.25 * size, numbered=(1, 1)),
        Style(name="Response", after=0.25 * size, left=indent, tabs=(("left", centimetres(4.5)),)),
        Style(
            name="Answer Line",
            left=indent,
            line=34 if large else 24,
            borders=(("bottom", 4), ("between", 4)),
            divided=True,
        ),
        Style(
            name="Answer",
            after=0.3 * size,
            left=centimetres(2.1),
            hanging=centimetres(1.2),
            keep=True,
            borders=(("left", 18),),
        ),
        Style(name="Explanation", after=0.3 * size, left=indent),
        Style(name="Source", size=smaller, after=0.3 * size, left=indent),
        Style(name="Rule", after=0.25 * size, numbered=(2, 0)),
        Style(name="Cell", before=3.4, after=3.4),
        Style(
            name="Premise",
            after=0.25 * size,
            left=centimetres(1.7),
            hanging=centimetres(1.7),
            tabs=(("left", centimetres(1.7)),),
            keep=True,
        ),
        Style(
            name="Match",
            after=0.25 * size,
            left=centimetres(0.8),
            hanging=centimetres(0.8),
            tabs=(("left", centimetres(0.8)),),
            keep=True,
        ),
        Style(name="Spacer", line=5),
        Style(
            name="footer",
            size=size if large else 0.78 * size,
            tabs=(("center", TEXT_WIDTH // 2), *right),
        ),
    ]


def character_style(name: str, properties: str) -> str:
    """Return a character style."""
    return (
        f'<w:style w:type="character" w:styleId="{name}"><w:name w:val="{name}"/><w:qFormat/>'
        f"<w:rPr>{properties}</w:rPr></w:style>"
    )


def table_style(name: str, *, left: int, ruled: bool) -> str:
    """Return a table style, with or without hairlines above, below and between its rows."""
    sides = ("top", "bottom", "insideH") if ruled else ()
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="888888"/>' for side in sides
    )
    return (
        f'<w:style w:type="table" w:styleId="{name}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblInd w:w="{left}" w:type="dxa"/>'
        f"<w:tblBorders>{borders}</w:tblBorders></w:tblPr></w:style>"
    )


def styles(size: float, *, large: bool) -> str:
    """Return `styles.xml`."""
    half = round(2 * size)
    quiet = "" if large else '<w:color w:val="505050"/>'
    indent = centimetres(0.9)
    return (
        f"<w:styles {NAMESPACES}>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        f'<w:qFormat/><w:pPr><w:spacing w:after="{twips(0.5 * size)}" w:line="269" '
        'w:lineRule="auto"/></w:pPr><w:rPr>'
        f'<w:rFonts w:ascii="{SERIF}" w:hAnsi="{SERIF}" w:cs="{SERIF}"/>'
        f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/><w:lang w:val="en"/></w:rPr></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        f'<w:left w:w="{CELL_MARGIN}" w:type="dxa"/><w:right w:w="{CELL_MARGIN}" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style>"
        + "".join(style.xml() for style in paragraph_styles(size, large=large))
        + character_style("Quiet", quiet)
        + character_style("Code", f'<w:rFonts w:ascii="{MONO}" w:hAnsi="{MONO}" w:cs="{MONO}"/>')
        + table_style("Facts", left=0, ruled=True)
        + table_style("Rubric", left=indent, ruled=True)
        + table_style("Matching", left=indent - CELL_MARGIN, ruled=False)
        + "</w:styles>"
    )


def level(number: int, style: str, form: str, text: str, left: int, hanging: int, look: str) -> str:
    """Return a level of a list, for the paragraphs of a style."""
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:pStyle w:val="{style}"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{left}" w:hanging="{hanging}"/></w:pPr>'
        f"<w:rPr>{look}</w:rPr></w:lvl>"
    )


def numbering() -> str:
    """Return `numbering.xml`: questions with their options, whose letters restart; and bullets."""
    lists = (
        level(0, "Question", "decimal", "%1", 510, 510, "<w:b/>")
        + level(1, "Option", "upperLetter", "%2", 1020, 510, ""),
        level(0, "Rule", "bullet", "•", 284, 284, ""),
    )
    return (
        f"<w:numbering {NAMESPACES}>"
        + "".join(
            f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>'
            f"{levels}</w:abstractNum>"
            for number, levels in enumerate(lists, 1)
        )
        + "".join(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
            for number in range(1, len(lists) + 1)
        )
        + "</w:numbering>"
    )


def footer() -> str:
    """Return `footer1.xml`: four runs around the page number and the number of pages."""

    def field(name: str) -> str:
        return f'<w:fldSimple w:instr="{name}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'

    run = "<w:r><w:t/></w:r>"
    return (
        f'<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>'
        f"{run}{field('PAGE')}{run}{field('NUMPAGES')}{run}"
        "<w:r><w:rPr><w:b/></w:rPr><w:t/></w:r></w:p></w:ftr>"
    )


def document() -> str:
    """Return `document.xml`: an empty A4 page."""
    margin = (11906 - TEXT_WIDTH) // 2
    return (
        f'<w:document {NAMESPACES}><w:body><w:sectPr><w:footerReference w:type="default" '
        'r:id="rId4"/><w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar w:top="1247" w:right="{margin}" w:bottom="1361" w:left="{margin}" '
        'w:header="708" w:footer="708" w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


def settings() -> str:
    """Return `settings.xml`: the layout of current editions of Word."""
    return (
        f'<w:settings {NAMESPACES}><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def reference(*, large: bool) -> bytes:
    """Return the file for normal or for large print."""
    parts = {
        "document": document(),
        "styles": styles(18 if large else 11, large=large),
        "numbering": numbering(),
        "settings": settings(),
        "footer1": footer(),
    }
    kinds = {name: "document.main" if name == "document" else name.rstrip("1") for name in parts}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{WORD}.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kinds[name]}" Target="{name}.xml"/>'
        for number, name in enumerate(("styles", "numbering", "settings", "footer1"), 1)
    )
    xml = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        **{f"word/{name}.xml": text for name, text in parts.items()},
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}'
        "</Relationships>",
    }
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return zip_bytes({name: (declaration + text).encode() for name, text in xml.items()})


FILES = {"reference.docx": False, "reference-large.docx": True}
"""The files, and whether they are for large print."""

if __name__ == "__main__":
    for name, large in FILES.items():
        (FOLDER / name).write_bytes(reference(large=large))
