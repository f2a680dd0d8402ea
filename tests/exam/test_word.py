"""Paper and key as DOCX: real lists and styles, read back with python-docx."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from pkoquiz.exam.exam import practice
from pkoquiz.exporters.papers import docx as word
from pkoquiz.exporters.papers.wordrun import Run, blocks, inline
from pkoquiz.model.bank import Bank
from pkoquiz.quotes.citations import references


@pytest.fixture(scope="module")
def files(every_type: Bank) -> tuple[bytes, bytes]:
    exam = practice(every_type)
    (paper,) = exam.papers
    (version,) = paper.versions
    return word.paper(every_type, exam, paper, version), word.key(every_type, exam, paper, version)


def lists(document: Any) -> list[tuple[str, str, str]]:
    """(style, number of its list, text) of every paragraph that is in a list."""
    found = []
    for paragraph in document.paragraphs:
        number = paragraph._p.find(f"./{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
        if number is not None:
            found.append((paragraph.style.name, number.get(qn("w:val")), paragraph.text))
    return found


def test_questions_are_one_list_and_options_lists_of_their_own(
    every_type: Bank, files: tuple[bytes, bytes]
) -> None:
    found = lists(Document(io.BytesIO(files[0])))
    questions = [entry for entry in found if entry[0] == "Question"]
    assert len(questions) == len([q for q in every_type.ready if q.type != "flashcard"])
    assert {number for _, number, _ in questions} == {"1"}
    options = [number for style, number, _ in found if style == "Option"]
    assert [options.count(number) for number in dict.fromkeys(options)] == [4, 4, 5, 5]
    assert "1" not in options


def test_every_paragraph_has_a_style_that_exists(files: tuple[bytes, bytes]) -> None:
    for content in files:
        document = Document(io.BytesIO(content))
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
    assert document.core_properties.title == "Practice paper, Version A"
    assert document.core_properties.modified is not None
    assert document.core_properties.modified.year == 2026
    footer = document.sections[0].footer.paragraphs[0]
    assert "Practice paper" in footer.text
    fields = [field.get(qn("w:instr")) for field in footer._p.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_the_same_bytes_twice(every_type: Bank, files: tuple[bytes, bytes]) -> None:
    exam = practice(every_type)
    again = word.paper(every_type, exam, exam.papers[0], exam.papers[0].versions[0])
    assert again == files[0]
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_markdown_as_runs() -> None:
    assert inline("plain **bold *both*** `code`") == [
        Run("plain "), Run("bold ", bold=True), Run("both", bold=True, italic=True), Run(" "), Run("code", code=True),
    ]  # fmt: skip
    assert [[run.text for run in block] for block in blocks("One.\n\n- a\n- b\n\n3. c\n4. d\n\nEnd.")] == [
        ["One."], ["•  ", "a"], ["•  ", "b"], ["3.  ", "c"], ["4.  ", "d"], ["End."],
    ]  # fmt: skip
