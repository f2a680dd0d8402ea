"""The printed papers, read back."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from pypdf import PdfReader

from pkoquiz import markup
from pkoquiz.exam.exam import Exam, Layout, plan
from pkoquiz.exporters import papers
from pkoquiz.model.bank import Bank
from pkoquiz.model.blueprint import Blueprint
from pkoquiz.quotes.citations import references


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def pages(content: bytes) -> list[str]:
    return [squeezed(page.extract_text()) for page in read(content).pages]


def squeezed(text: str) -> str:
    """Without white space: how a line was broken does not matter."""
    return re.sub(r"\s+", "", text)


def built(bank: Bank, exam: Exam, **options: Any) -> Mapping[str, bytes]:
    made = papers.build(bank, exam, formats=("pdf",), **options)
    assert made.faults == ()
    return {name.rsplit("/", 1)[1]: content for name, content in made.export.files.items()}


def exam_of(bank: Bank) -> Exam:
    made, drawn = plan(bank, "final")
    assert made is not None, drawn.diagnostics
    return made


@pytest.fixture(scope="module")
def bank(every_type: Bank) -> Bank:
    blueprint = {
        "title": "Final examination",
        "items": 18,
        "minutes": 90,
        "versions": 2,
        "seed": "2026",
    }
    drawn = {"blueprints": {"final": Blueprint.model_validate(blueprint)}, "language": "en-GB"}
    course = every_type.course.model_copy(update=drawn)
    return replace(every_type, course=course)


@pytest.fixture(scope="module")
def files(bank: Bank) -> Mapping[str, bytes]:
    return built(bank, exam_of(bank))


def test_what_is_made(files: Mapping[str, bytes]) -> None:
    assert sorted(files) == [
        "final-A-key.pdf", "final-A.pdf", "final-B-key.pdf", "final-B.pdf", "final-strips.pdf", "manifest.json",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["final-A.pdf", "final-B.pdf", "final-A-key.pdf", "final-strips.pdf"]
)
def test_documents_are_accessible(files: Mapping[str, bytes], name: str) -> None:
    reader = read(files[name])
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith("en")
    assert reader.metadata is not None
    assert "Final examination" in str(reader.metadata.title)
    assert b"pdfuaid" in files[name] or "pdfuaid" in str(
        reader.xmp_metadata and root["/Metadata"].get_data()
    )


@pytest.mark.parametrize("name", ["final-A.pdf", "final-A-key.pdf"])
def test_pages_are_even_in_number_and_say_where_they_belong(
    files: Mapping[str, bytes], name: str
) -> None:
    found = pages(files[name])
    assert len(found) % 2 == 0
    for number, page in enumerate(found, 1):
        assert f"Page{number}of{len(found)}" in page
        assert "VersionA" in page


def test_every_stem_and_its_points_are_printed_once(bank: Bank, files: Mapping[str, bytes]) -> None:
    for name in ("final-A.pdf", "final-B.pdf"):
        text = "".join(pages(files[name]))
        for question in bank.ready:
            if question.type not in ("flashcard", "cloze"):
                assert text.count(squeezed(markup.plain(question.stem))) == 1, question.id
            elif question.type == "cloze":
                assert squeezed(markup.plain(question.stem.partition("{{")[0])) in text
            else:
                assert squeezed(question.stem) not in text


def test_a_question_is_never_split(bank: Bank, files: Mapping[str, bytes]) -> None:
    """Stem and last option stand on one page, and so does the number."""
    found = pages(files["final-A.pdf"])
    for question in bank.ready:
        if question.type in ("choice", "multiple"):
            texts = [squeezed(markup.inline_plain(option.text)) for option in question.options]
            stem = squeezed(markup.plain(question.stem))
            assert any(stem in page and all(text in page for text in texts) for page in found), (
                question.id
            )


def test_the_cover_says_what_a_candidate_must_know(files: Mapping[str, bytes]) -> None:
    cover = pages(files["final-A.pdf"])[0]
    for told in ("Finalexamination", "UNPeacekeeping:asymposium", "Name", "Candidatenumber", "1hour30minutes", "VersionA",
                 "Allowedaids", "seed2026", "Donotturnthispage", "Awronglettercostsnothing", "Noquestionscoresbelowzero"):  # fmt: skip
        assert told in cover, told


def test_the_key_proves_every_answer(bank: Bank, files: Mapping[str, bytes]) -> None:
    for name in ("final-A-key.pdf", "final-B-key.pdf"):
        text = "".join(pages(files[name]))
        for question in bank.ready:
            if question.type == "flashcard":
                continue
            assert question.id in text
            assert squeezed(question.explain) in text
            for reference in references(bank, question):
                assert squeezed(f"“{reference.quote}”") in text
                assert squeezed(reference.where) in text
        assert squeezed("the transcript misprints a name here") in text
        assert squeezed("View of Gordon, speaking in 2012") in text
        assert squeezed("A stated view") in text  # the essays' rubric


def test_strips_have_one_page_for_each_version(files: Mapping[str, bytes]) -> None:
    found = pages(files["final-strips.pdf"])
    assert [("VersionA" in page, "VersionB" in page) for page in found] == [
        (True, False),
        (False, True),
    ]
    assert "8.5±0.2percent" in found[0]


def test_paper_key_and_strip_carry_one_code(bank: Bank, files: Mapping[str, bytes]) -> None:
    code = exam_of(bank).papers[0].versions[1].code
    assert all(code in page for page in pages(files["final-B.pdf"]))
    assert code in pages(files["final-B-key.pdf"])[0]
    assert code in pages(files["final-strips.pdf"])[1]


@pytest.mark.parametrize("layout", [Layout(2), Layout(1, True)], ids=["two columns", "large print"])
@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("us-letter", 612)])
def test_other_layouts_hold_the_same(bank: Bank, layout: Layout, paper: str, width: int) -> None:
    course = bank.course.model_copy(
        update={"exam": bank.course.exam.model_copy(update={"paper": paper})}
    )
    bank = replace(bank, course=course)
    content = built(bank, replace(exam_of(bank), layout=layout))["final-A.pdf"]
    assert {round(page.mediabox.width) for page in read(content).pages} == {width}
    found = pages(content)
    assert len(found) % 2 == 0
    text = "".join(found)
    for question in bank.ready:
        if question.type not in ("flashcard", "cloze"):
            assert squeezed(markup.plain(question.stem)) in text


@pytest.mark.parametrize("name", ["final-A.pdf", "final-A-key.pdf"])
def test_large_print_has_nothing_below_18_points(bank: Bank, name: str) -> None:
    content = built(bank, replace(exam_of(bank), layout=Layout(1, True)))[name]
    sizes: set[float] = set()

    def visit(
        text: str, outer: list[float], inner: list[float], _font: object, size: float
    ) -> None:
        if text.strip():
            sizes.add(round(abs(size * inner[3] * outer[3]), 1))

    for page in read(content).pages:
        page.extract_text(visitor_text=visit)
    assert min(sizes) >= 17.9
    assert 18.0 in sizes


def test_a_rubric_stays_on_one_page(kit: Any) -> None:
    """Wherever it falls: fewer and fewer words before it move it over the end of a page."""
    rubric = [{"points": 1, "text": f"Criterion {at}"} for at in range(5)]
    for lines in range(30, 48, 2):
        stem = "\n".join(f"- line {at}" for at in range(lines))
        bank = kit.bank_of([kit.question("essay", "essay-one", stem=stem, points=5, rubric=rubric)])
        made = papers.practice(bank).export.files["exam/pko-key.pdf"]
        assert any("Criterion0" in page and "Criterion4" in page for page in pages(made)), lines


def test_the_same_bytes_twice_and_by_several_processes(
    bank: Bank, files: Mapping[str, bytes]
) -> None:
    from pkoquiz.exporters.papers.press import set_all
    from pkoquiz.exporters.papers.sources import laid_out
    from pkoquiz.exporters.papers.typst import paper_source

    exam = exam_of(bank)
    with laid_out(bank) as setting:
        sources = [
            (
                f"final-{each.letter}.pdf",
                partial(paper_source, bank, exam, exam.papers[0], each, setting),
            )
            for each in exam.papers[0].versions
        ]
        alone = set_all(setting.folder, setting.timestamp, sources, workers=1)
        shared = set_all(setting.folder, setting.timestamp, sources, workers=2)
    assert alone == shared == {name: files[name] for name, _ in sources}


def test_a_practice_paper_needs_no_blueprint(bank: Bank) -> None:
    made = papers.practice(bank)
    assert sorted(made.export.files) == [
        "exam/pko-key.html",
        "exam/pko-key.pdf",
        "exam/pko.html",
        "exam/pko.pdf",
    ]
    assert [note.reason for note in made.export.notes] == ["flashcards have no place on paper"] * 2
    assert made.export.counts["choice"] == 2
    assert "flashcard" not in made.export.counts
    cover = pages(made.export.files["exam/pko.pdf"])[0]
    assert "Practicepaper" in cover
    assert "Candidatenumber" not in cover


def test_an_empty_bank_makes_no_paper(kit: Any) -> None:
    assert papers.practice(kit.bank_of([kit.question("flashcard", "card-one")])).export.files == {}


def test_a_question_longer_than_a_page_goes_on_over_it(kit: Any) -> None:
    long = " ".join(f"word{number}" for number in range(2500))
    bank = kit.bank_of([kit.question("choice", "long-one", stem=long)])
    text = "".join(pages(papers.practice(bank).export.files["exam/pko.pdf"]))
    assert "word0" in text
    assert "word2499" in text
    assert "Fourthlong-one" in text


def test_an_essays_lines_go_on_over_the_page(kit: Any) -> None:
    bank = kit.bank_of([kit.question("essay", "essay-one", points=20, max_words=600)])
    found = pages(papers.practice(bank).export.files["exam/pko.pdf"])
    assert "Atmost600words." in found[1]
    assert len(found) == 4
