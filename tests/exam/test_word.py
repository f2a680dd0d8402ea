"""Paper and key as DOCX: real lists and styles, read back with python-docx."""

from __future__ import annotations

import io
import runpy
import zipfile
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from pkoquiz.exam.exam import Layout, practice
from pkoquiz.exporters.papers import content, docx, key
from pkoquiz.markup.runs import Run, blocks, inline
from pkoquiz.model.bank import Bank
from pkoquiz.quotes.citations import references

from ..making import make_bank, make_question


@pytest.fixture(scope="module")
def files(every_type: Bank) -> tuple[bytes, bytes]:
    exam = practice(every_type)
    (paper,) = exam.papers
    (version,) = paper.versions
    return (
        docx.document(content.paper(every_type, exam, paper, version), every_type),
        docx.document(key.key(every_type, exam, paper, version), every_type),
    )


def counted(document: Any) -> list[tuple[str, str]]:
    """Return marks and texts as Word counts them: a level restarts below a higher one."""
    numbers: dict[tuple[str, int], int] = {}
    lines = []
    for paragraph in document.paragraphs:
        listed = paragraph.style.element.find(f"./{qn('w:pPr')}/{qn('w:numPr')}")
        if listed is None:
            continue
        which = listed.find(qn("w:numId")).get(qn("w:val"))
        level = int(listed.find(qn("w:ilvl")).get(qn("w:val")))
        numbers = {place: count for place, count in numbers.items() if place <= (which, level)}
        number = numbers[which, level] = numbers.get((which, level), 0) + 1
        form = document.part.numbering_part.element.xpath(
            f"./w:abstractNum[@w:abstractNumId='{which}']/w:lvl[@w:ilvl='{level}']/w:numFmt/@w:val"
        )[0]
        mark = {"decimal": str(number), "bullet": "•", "upperLetter": chr(64 + number)}[form]
        lines.append((mark, paragraph.text))
    return lines


def test_questions_are_one_list_and_options_restart_below_each(
    every_type: Bank, files: tuple[bytes, bytes]
) -> None:
    marks = [mark for mark, _ in counted(Document(io.BytesIO(files[0]))) if mark != "•"]
    asked = len([question for question in every_type.ready if question.on_paper])
    assert [mark for mark in marks if mark.isdigit()] == [
        str(number) for number in range(1, asked + 1)
    ]
    options = "".join(mark if mark.isalpha() else " " for mark in marks).split()
    assert options == ["ABCD", "ABCD", "ABCDE", "ABCDE"]


def test_gaps_are_drawn_wherever_they_are() -> None:
    stem = "The {{1}}, `the {{2}}`, [a link](https://example.org/{{3}}) and *the {{4}}*."
    gaps = [{"answers": [f"word {number}"]} for number in range(4)]
    bank = make_bank([make_question("cloze", "gaps-one", stem=stem, gaps=gaps)])
    exam = practice(bank)
    shape = content.paper(bank, exam, exam.papers[0], exam.papers[0].versions[0])
    document = Document(io.BytesIO(docx.document(shape, bank)))
    (text,) = [
        each.text for each in document.paragraphs if each.style and each.style.name == "Question"
    ]
    gap = "_" * 10
    shown = f"The (1) {gap}, the (2) {gap}, a link and the (4) {gap}. (3) {gap}\t"
    assert text.startswith(shown)


def test_the_shipped_references_are_what_the_script_makes() -> None:
    script = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "reference_docx.py"))
    for name, large in script["FILES"].items():
        shipped = resources.files("pkoquiz.exporters.papers").joinpath(name).read_bytes()
        assert unpacked(shipped) == unpacked(script["reference"](large=large)), (
            f"{name} is out of date: run tools/reference_docx.py"
        )


def unpacked(file: bytes) -> dict[str, bytes]:
    """Return the files of an archive; their compression depends on the version of zlib."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("large", "paper", "width"), [(False, "a4", 21.0), (True, "us-letter", 21.59)]
)
def test_the_text_is_as_wide_on_every_page(
    every_type: Bank, large: bool, paper: str, width: float
) -> None:
    settings = every_type.course.exam.model_copy(update={"paper": paper})
    course = every_type.course.model_copy(update={"exam": settings})
    bank = replace(every_type, course=course)
    exam = replace(practice(bank), layout=Layout(1, large))
    shape = content.paper(bank, exam, exam.papers[0], exam.papers[0].versions[0])
    section = Document(io.BytesIO(docx.document(shape, bank))).sections[0]
    assert section.page_width is not None
    assert section.left_margin is not None
    assert section.right_margin is not None
    text = section.page_width - section.left_margin - section.right_margin
    assert section.page_width.cm == pytest.approx(width, abs=0.01)
    assert text / 360_000 == pytest.approx(16, abs=0.01)


def test_large_print_has_nothing_below_18_points_and_nothing_grey(every_type: Bank) -> None:
    exam = replace(practice(every_type), layout=Layout(1, True))
    shape = key.key(every_type, exam, exam.papers[0], exam.papers[0].versions[0])
    document = Document(io.BytesIO(docx.document(shape, every_type)))
    sizes = [int(size) for size in document.styles.element.xpath(".//w:sz[not(@w:space)]/@w:val")]
    assert min(sizes) == 36  # half points
    assert not document.styles.element.xpath(".//w:rPr/w:color")


def test_every_paragraph_has_a_style_that_exists(files: tuple[bytes, bytes]) -> None:
    for file in files:
        document = Document(io.BytesIO(file))
        known = {style.style_id for style in document.styles}
        for paragraph in document.paragraphs:
            named = paragraph._p.find(f"./{qn('w:pPr')}/{qn('w:pStyle')}")
            assert named is None or named.get(qn("w:val")) in known


def test_the_key_proves_every_answer(every_type: Bank, files: tuple[bytes, bytes]) -> None:
    document = Document(io.BytesIO(files[1]))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    for question in every_type.ready:
        if question.type != "flashcard":
            assert question.id in text
            for reference in references(every_type, question):
                assert f"“{reference.quote}”" in text
                assert reference.where in text
    assert "A stated view" in text


def test_properties_and_footer(files: tuple[bytes, bytes]) -> None:
    document = Document(io.BytesIO(files[0]))
    assert (
        document.core_properties.title == "Practice paper: UN Peacekeeping: a symposium, Version A"
    )
    # The same bank gives the same bytes on any day.
    assert document.core_properties.modified is not None
    assert document.core_properties.modified.year == 2000
    footer = document.sections[0].footer.paragraphs[0]
    assert "Practice paper" in footer.text
    fields = [field.get(qn("w:instr")) for field in footer._p.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_the_last_lines_of_an_essay_stay_together() -> None:
    question = make_question("essay", "essay-one", points=5, max_words=300)
    bank = make_bank([question])
    exam = practice(bank)
    shape = content.paper(bank, exam, exam.papers[0], exam.papers[0].versions[0])
    paragraphs = Document(io.BytesIO(docx.document(shape, bank))).paragraphs
    lines = [paragraph for paragraph in paragraphs if paragraph._p.style == "AnswerLine"]
    kept = [bool(line.paragraph_format.keep_with_next) for line in lines]
    assert kept == [*[True] * 5, False, *[False] * (len(lines) - 14), *[True] * 7, False]
    length = next(paragraph for paragraph in paragraphs if paragraph.text == "At most 300 words.")
    assert length.paragraph_format.keep_with_next


def test_the_same_bytes_twice(every_type: Bank, files: tuple[bytes, bytes]) -> None:
    exam = practice(every_type)
    shape = content.paper(every_type, exam, exam.papers[0], exam.papers[0].versions[0])
    again = docx.document(shape, every_type)
    assert again == files[0]
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_markdown_as_runs() -> None:
    assert inline("plain **bold *both*** `code`") == (
        Run("plain "), Run("bold ", bold=True), Run("both", bold=True, italic=True), Run(" "),
        Run("code", code=True),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("One.\n\n- a\n- b\n\nEnd.", ["One.", "•  a", "•  b", "End."]),
        ("3. c\n4. d", ["3.  c", "4.  d"]),
        ("- a\n\n    more\n\n- b\n    - c", ["•  a", "more", "•  b", "•  c"]),
        ("> quoted\n\n    code\n      more", ["quoted", "code\n  more"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["a\tb\t", "1\t2\t"]),
        ("![a map](map.png)\n\n---\n\n[a link](https://example.org)", ["a map", "a link"]),
    ],
)  # fmt: skip
def test_markdown_as_blocks(markdown: str, expected: list[str]) -> None:
    assert ["".join(run.text for run in block) for block in blocks(markdown)] == expected
