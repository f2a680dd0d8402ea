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

from pkoquiz import markup, press
from pkoquiz.exam.exam import Exam, Layout, Paper, plan
from pkoquiz.exam.versions import arrange
from pkoquiz.exporters import papers
from pkoquiz.exporters.papers import content
from pkoquiz.exporters.papers.assets import unpacked
from pkoquiz.exporters.papers.typst import source
from pkoquiz.model.bank import Bank
from pkoquiz.model.blueprint import Blueprint
from pkoquiz.quotes.citations import references

from ..making import make_bank, make_question


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def pages(content: bytes) -> list[str]:
    return [squeezed(page.extract_text()) for page in read(content).pages]


def squeezed(text: str) -> str:
    """Return the text without white space, so that line breaks do not matter."""
    return re.sub(r"\s+", "", text)


def built(bank: Bank, exam: Exam, **options: Any) -> Mapping[str, bytes]:
    made = papers.build(bank, exam, formats=("pdf",), **options)
    assert made.diagnostics == ()
    return {name.rsplit("/", 1)[1]: content for name, content in made.files.items()}


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


def test_which_files_are_printed(files: Mapping[str, bytes]) -> None:
    assert sorted(files) == [
        "final-A-key.pdf", "final-A.pdf", "final-B-key.pdf", "final-B.pdf", "final-strips.pdf",
        "manifest.json",
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
def test_the_number_of_pages_is_even_and_each_names_its_version(
    files: Mapping[str, bytes], name: str
) -> None:
    printed = pages(files[name])
    assert len(printed) % 2 == 0
    for number, page in enumerate(printed, 1):
        assert f"Page{number}of{len(printed)}" in page
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
    """The stem and all options are on the same page."""
    printed = pages(files["final-A.pdf"])
    for question in bank.ready:
        if question.type in ("choice", "multiple"):
            texts = [squeezed(markup.inline_plain(option.text)) for option in question.options]
            stem = squeezed(markup.plain(question.stem))
            assert any(stem in page and all(text in page for text in texts) for page in printed), (
                question.id
            )


def test_the_cover_has_what_a_candidate_must_know(files: Mapping[str, bytes]) -> None:
    cover = pages(files["final-A.pdf"])[0]
    for text in (
        "Finalexamination", "UNPeacekeeping:asymposium", "Name", "Candidatenumber",
        "1hour30minutes", "VersionA", "Permittedaids", "Donotturnthispage",
        "Awrongletterlosesnothing", "Noquestionscoresbelowzero",
    ):  # fmt: skip
        assert text in cover, text
    assert "seed" not in cover.casefold()


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
    printed = pages(files["final-strips.pdf"])
    assert [("VersionA" in page, "VersionB" in page) for page in printed] == [
        (True, False),
        (False, True),
    ]
    assert "8.5±0.2percent" in printed[0]


def test_paper_key_and_strip_have_the_same_code(bank: Bank, files: Mapping[str, bytes]) -> None:
    code = exam_of(bank).papers[0].versions[1].code
    assert all(code in page for page in pages(files["final-B.pdf"]))
    assert code in pages(files["final-B-key.pdf"])[0]
    assert code in pages(files["final-strips.pdf"])[1]


@pytest.mark.parametrize("layout", [Layout(2), Layout(1, True)], ids=["two columns", "large print"])
@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("us-letter", 612)])
def test_other_layouts_have_the_same_content(
    bank: Bank, layout: Layout, paper: str, width: int
) -> None:
    course = bank.course.model_copy(
        update={"exam": bank.course.exam.model_copy(update={"paper": paper})}
    )
    bank = replace(bank, course=course)
    content = built(bank, replace(exam_of(bank), layout=layout))["final-A.pdf"]
    assert {round(page.mediabox.width) for page in read(content).pages} == {width}
    printed = pages(content)
    assert len(printed) % 2 == 0
    text = "".join(printed)
    for question in bank.ready:
        if question.type not in ("flashcard", "cloze"):
            assert squeezed(markup.plain(question.stem)) in text


@pytest.mark.parametrize("name", ["final-A.pdf", "final-A-key.pdf"])
def test_large_print_has_nothing_below_18_points(bank: Bank, name: str) -> None:
    content = built(bank, replace(exam_of(bank), layout=Layout(1, True)))[name]
    sizes = sizes_in(content)
    assert min(sizes) >= 17.9
    assert 18.0 in sizes


FORMULAS = (
    r"\(Q=\frac{\omega_0}{2\gamma}\)", r"\(x_{i_j}^2\)", r"\(\tfrac{1}{\frac{a}{b}}\)",
    r"\(\sqrt[3]{x}\)", r"\(\begin{pmatrix} \frac12 & a_1 \\ 0 & 1 \end{pmatrix}\)",
    r"\(\binom{n}{k}\)", r"\(\underbrace{a + b}_{c} + \overbrace{a}^{d}\)",
    r"\(\sum_{i=1}^{n} i + \lim_{x \to 0} f'\)",
    r"\(\overset{!}{=} + \begin{cases} x_1 & x > 0 \end{cases}\)",
)  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_in_large_print_have_nothing_below_18_points(text: str) -> None:
    question = make_question("essay", "view", stem=f"Is {text} right?")
    version = arrange([question], "seed", "A")
    exam = Exam("final", "Final", "seed", (Paper(1, (version,)),), layout=Layout(1, True))
    assert min(sizes_in(built(make_bank([question]), exam)["final-A.pdf"])) >= 17.9


def sizes_in(content: bytes) -> set[float]:
    """Return the sizes of all text in a PDF, in points."""
    sizes: set[float] = set()

    def visit(
        text: str, outer: list[float], inner: list[float], _font: object, size: float
    ) -> None:
        if text.strip():
            sizes.add(round(abs(size * inner[3] * outer[3]), 1))

    for page in read(content).pages:
        page.extract_text(visitor_text=visit)
    return sizes


def test_a_rubric_stays_on_one_page() -> None:
    """Longer and longer stems move the rubric across the end of a page."""
    rubric = [{"points": 1, "text": f"Criterion {number}"} for number in range(5)]
    for lines in range(30, 48, 2):
        stem = "\n".join(f"- line {line}" for line in range(lines))
        bank = make_bank([make_question("essay", "essay-one", stem=stem, points=5, rubric=rubric)])
        made = papers.practice(bank).files["exam/pko-key.pdf"]
        assert any("Criterion0" in page and "Criterion4" in page for page in pages(made)), lines


def test_bytes_do_not_depend_on_the_number_of_processes(
    bank: Bank, files: Mapping[str, bytes]
) -> None:
    exam = exam_of(bank)
    with unpacked(bank) as assets:
        sources = [
            (
                f"final-{version.letter}.pdf",
                partial(source, content.paper(bank, exam, exam.papers[0], version), assets),
            )
            for version in exam.papers[0].versions
        ]
        folder = (assets.folder, assets.timestamp)
        alone = dict(press.typeset(*folder, sources, workers=1))
        shared = dict(press.typeset(*folder, sources, workers=2))
    assert alone == shared == {name: files[name] for name, _ in sources}


def test_a_practice_paper_needs_no_blueprint(bank: Bank) -> None:
    made = papers.practice(bank)
    assert sorted(made.files) == [
        "exam/pko-key.html",
        "exam/pko-key.pdf",
        "exam/pko.html",
        "exam/pko.pdf",
    ]
    assert [note.reason for note in made.notes] == ["flashcards are not printed"] * 2
    assert made.counts["choice"] == 2
    assert "flashcard" not in made.counts
    cover = pages(made.files["exam/pko.pdf"])[0]
    assert "Practicepaper" in cover
    assert "Candidatenumber" not in cover


def test_an_empty_bank_prints_no_paper() -> None:
    assert papers.practice(make_bank([make_question("flashcard", "card-one")])).files == {}


def test_a_question_longer_than_a_page_continues_on_the_next() -> None:
    long = " ".join(f"word{number}" for number in range(2500))
    bank = make_bank([make_question("choice", "long-one", stem=long)])
    text = "".join(pages(papers.practice(bank).files["exam/pko.pdf"]))
    assert "word0" in text
    assert "word2499" in text
    assert "Fourthlong-one" in text


RULED = re.compile(rb"scn ([\d.]+) [\d.]+ m \1 [\d.]+ l 0 [\d.]+ l 0 [\d.]+ l\s+h\s+f")
"""How Typst draws the edge of a block, here a line to write on."""


@pytest.mark.parametrize("large", [False, True], ids=["plain", "large print"])
@pytest.mark.parametrize("words", [120, 200, 290, 340, 400])
def test_no_page_has_only_a_few_lines_of_an_essay(words: int, large: bool) -> None:
    essays = [
        make_question("essay", f"essay-{number}", stem="Why? " * 9 * number, max_words=words)
        for number in range(1, 7)
    ]
    bank = make_bank(essays, blueprints={"final": {"title": "Final", "items": 6}})
    exam = replace(exam_of(bank), layout=Layout(1, large))
    counts = []
    for page in read(built(bank, exam)["final-A.pdf"]).pages:
        text = page.extract_text()
        if "Why" not in text and "Date" not in text:  # neither a stem nor the cover
            stream = page.get_contents()
            assert stream is not None
            counts.append(len(RULED.findall(stream.get_data())))
    assert any(counts) or words < 290
    assert [count for count in counts if 0 < count < 8] == []


def test_the_lines_for_an_essay_continue_on_the_next_page() -> None:
    bank = make_bank([make_question("essay", "essay-one", points=20, max_words=600)])
    printed = pages(papers.practice(bank).files["exam/pko.pdf"])
    assert "Atmost600words." in printed[1]
    assert len(printed) == 4
