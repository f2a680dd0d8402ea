"""A bank is untrusted: its texts are printed, and none of them is executed."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from pkoquiz.exam.exam import plan, practice
from pkoquiz.exporters import papers
from pkoquiz.exporters.export import Export
from pkoquiz.exporters.papers import content, docx, html, key
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question

from ..making import make_bank, make_question

ATTACKS = [
    '#read("/etc/passwd")',
    '"; #panic(1); "',
    "] #pagebreak() [",
    "]]]]] ))))) }}}}}",
    "$ x^2 $ // comment /* open",
    "\\ \\\\ \\u{41} \\n",
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "{{ 7*7 }} {% raw %}",
    "1990. The year -- and ... = heading",
    "@page <label> @ref #import \"x\"",
]  # fmt: skip


def bank_with(text: str) -> Bank:
    """Return a bank with the text in every place that can have one."""
    code = f"in code: `` {text} ``"
    questions = [
        make_question("choice", "choice-1", stem=text, explain=text, note=text, attribution=text,
                     options=[{"text": text, "correct": True, "feedback": text}, "b", code]),
        make_question("matching", "match-1",
                     pairs=[{"premise": text, "response": text},
                             {"premise": "b", "response": "c"}]),
        make_question("ordering", "order-1", sequence=[text, "b", "c"]),
        make_question("shortanswer", "short-1", answers=[text]),
        make_question("numerical", "number-1", unit=text),
        make_question("cloze", "cloze-1", stem=f"{{{{1}}}} {text} {{{{2}}}}",
                     gaps=[{"answers": [text]}, {"answers": ["x"]}]),
        make_question("essay", "essay-1", points=1, rubric=[{"points": 1, "text": text}],
                     model_answer=text),
    ]  # fmt: skip
    institution = {"institution": text, "aids": text}
    made: Bank = make_bank(questions, title=text, exam=institution)
    return made


# Braces around a number are gaps, so those of Jinja are tested with HTML only.
@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if "{{" not in attack])
def test_typst_prints_it_as_text(attack: str) -> None:
    made = papers.practice(bank_with(attack))
    assert made.diagnostics == ()
    for name in ("exam/pko.pdf", "exam/pko-key.pdf"):
        text = "".join(
            page.extract_text() for page in PdfReader(io.BytesIO(made.files[name])).pages
        )
        assert "root:" not in text
    squeezed = re.sub(r"\s", "", text)
    assert len(squeezed) > 500


@pytest.mark.parametrize("attack", ATTACKS)
def test_html_prints_it_as_text(attack: str) -> None:
    bank = bank_with(attack)
    exam = practice(bank)
    (paper,) = exam.papers
    for make in (content.paper, key.key):
        page = html.page(make(bank, exam, paper, paper.versions[0]), bank.media).decode()
        assert "<script" not in page
        assert page.count("</style>") == 1
        assert not re.search(r"<[a-z]+[^>]*\son\w+=", page)
        # 7 * 7, computed by a template; the paper's code may contain these digits too.
        assert "49" not in page.replace("&#", "").replace(paper.versions[0].code, "")


LATIN = st.characters(max_codepoint=0x24F, categories=("L", "N", "P", "S", "Z"))
FORBIDDEN = "a\x00b\x08c\x0bd\x1fef\ufffeg"


def test_docx_omits_characters_that_xml_forbids() -> None:
    bank = bank_with(FORBIDDEN)
    exam = practice(bank)
    (paper,) = exam.papers
    for make in (content.paper, key.key):
        made = docx.document(make(bank, exam, paper, paper.versions[0]), bank)
        with zipfile.ZipFile(io.BytesIO(made)) as archive:
            for name in archive.namelist():
                if name.endswith(".xml"):
                    root = ElementTree.fromstring(archive.read(name))
                    if name == "word/document.xml":
                        assert "abcdefg" in "".join(root.itertext())


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(LATIN, min_size=1, max_size=40).filter(str.strip))
def test_any_latin_text_can_be_typeset(text: str) -> None:
    question = make_question(
        "choice",
        "choice-1",
        stem=f"a {text}",
        options=[{"text": f"b {text}", "correct": True}, "c"],
    )
    made = papers.practice(make_bank([question]))
    assert all(fault.code == "PQ706" for fault in made.diagnostics)
    assert made.diagnostics or made.files


# --- characters and fonts -------------------------------------------------------------------------


def test_macrons_are_printed() -> None:
    made = papers.practice(
        make_bank([make_question("choice", "choice-1", stem="Kyōto, Ryūkyū, Ōsa, ā ē ī")])
    )
    text = "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(made.files["exam/pko.pdf"])).pages
    )
    assert "Kyōto, Ryūkyū, Ōsa, ā ē ī" in text


def test_a_character_that_no_font_has_is_reported_with_its_question() -> None:
    questions = [
        make_question("choice", "plain-one"),
        make_question("choice", "tokyo-one", stem="Where is 東京?"),
    ]
    (fault,) = exam_of(questions).diagnostics
    assert (fault.code, fault.severity, fault.question) == ("PQ706", "error", "tokyo-one")
    assert fault.message == "no font has 2 characters (Han): 東 (U+6771) 京 (U+4EAC)"
    assert fault.hint.endswith("course.yaml, e.g. `exam: {fonts: [fonts/NotoSerifSC.ttf]}`")


def exam_of(questions: list[Question], **course: Any) -> Export:
    settings = {"title": "Final", "items": len(questions)}
    bank = make_bank(questions, blueprints={"final": settings}, **course)
    exam, drawn = plan(bank, "final")
    assert exam is not None, drawn.diagnostics
    return papers.build(bank, exam)


@pytest.mark.parametrize(
    ("stem", "scripts", "fonts"),
    [
        ("開会は何時ですか、カワバタさん?", "Han, Hiragana, Katakana", "NotoSerifJP"),
        ("회의는 언제입니까?", "Hangul", "NotoSerifKR"),
        ("เมื่อไร? ពេលណា?", "Khmer, Thai", "NotoSansKhmer.ttf, fonts/NotoSansThai"),
        (
            "Which 🦀 or ⛩ is it, ಕ?",
            "Kannada, symbols",
            "NotoSansKannada.ttf, fonts/NotoSansSymbols2",
        ),
    ],
)
def test_one_finding_says_which_fonts_are_missing(stem: str, scripts: str, fonts: str) -> None:
    (fault,) = exam_of([make_question("choice", "one-one", stem=stem)]).diagnostics
    assert f"({scripts}): " in fault.message
    assert f"[fonts/{fonts}.ttf]" in fault.hint


DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")


@pytest.mark.skipif(not DEJAVU.exists(), reason="needs a font")
def test_a_practice_paper_is_then_written_as_html_only() -> None:
    question = make_question("choice", "tokyo-one", stem="Where is 東京?")
    bank = make_bank(
        [question], exam={"fonts": ["fonts/own.ttf"]}, media={"fonts/own.ttf": DEJAVU.read_bytes()}
    )
    made = papers.practice(bank)
    assert set(made.files) == {"exam/pko.html", "exam/pko-key.html"}
    (fault,) = made.diagnostics
    assert (fault.code, fault.severity) == ("PQ706", "warning")
    assert fault.message.endswith("; not printed: exam/pko.pdf, exam/pko-key.pdf")
    assert "[fonts/own.ttf, fonts/NotoSerifSC.ttf]" in fault.hint


@pytest.mark.skipif(not DEJAVU.exists(), reason="needs a font with Tifinagh letters")
def test_a_font_of_the_course_adds_characters() -> None:
    question = make_question("choice", "tamazight-one", stem="What is ⵜⴰⵎⴰⵣⵉⵖⵜ?")
    assert papers.practice(make_bank([question])).diagnostics
    bank = make_bank(
        [question], exam={"fonts": ["fonts/own.ttf"]}, media={"fonts/own.ttf": DEJAVU.read_bytes()}
    )
    made = papers.practice(bank)
    assert made.diagnostics == ()
    text = "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(made.files["exam/pko.pdf"])).pages
    )
    assert "ⵜⴰⵎⴰⵣⵉⵖⵜ" in text


def test_a_file_that_is_not_a_font_is_reported() -> None:
    bank = make_bank(
        [make_question("choice", "one-one")], exam={"fonts": ["x.ttf"]}, media={"x.ttf": b"no font"}
    )
    assert [fault.code for fault in papers.practice(bank).diagnostics] == ["PQ707"]


# --- pictures -------------------------------------------------------------------------------------

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100">'
    b'<rect width="300" height="100"/></svg>'
)


def test_pictures_are_printed_with_their_descriptions() -> None:
    question = make_question(
        "choice", "map-one", stem="What is it?\n\n![a black box](media/box.svg)"
    )
    made = papers.practice(make_bank([question], media={"media/box.svg": SVG}))
    assert made.diagnostics == ()
    assert b"a black box" in made.files["exam/pko.html"]
    assert b"data:image/svg+xml;base64," in made.files["exam/pko.html"]
    root: Any = PdfReader(io.BytesIO(made.files["exam/pko.pdf"])).trailer["/Root"]
    assert "a black box" in _alts(root["/StructTreeRoot"])


def _alts(node: Any, depth: int = 0) -> list[str]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [alt for child in node for alt in _alts(child, depth + 1)]
    if not hasattr(node, "get") or depth > 30:
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (_alts(node["/K"], depth + 1) if "/K" in node else [])


def test_a_damaged_picture_is_reported_with_its_question() -> None:
    question = make_question("choice", "map-one", stem="![a map](media/map.png)")
    made = papers.practice(make_bank([question], media={"media/map.png": b"no picture"}))
    assert [(fault.code, fault.question) for fault in made.diagnostics] == [("PQ708", "map-one")]


def test_a_sound_is_noted() -> None:
    question = make_question(
        "choice", "sound-one", stem="![a siren](media/siren.mp3) What is heard?"
    )
    made = papers.practice(make_bank([question], media={"media/siren.mp3": b"ID3"}))
    assert made.diagnostics == ()
    assert [note.reason for note in made.notes] == [
        "sounds cannot be printed; their descriptions are"
    ]
