"""A bank is untrusted: whatever it says is printed, and nothing of it is obeyed."""

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

from pkoquiz.exam.exam import practice
from pkoquiz.exporters import papers
from pkoquiz.exporters.papers import docx as word
from pkoquiz.exporters.papers import html as web
from pkoquiz.model.bank import Bank

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


def bank_with(kit: Any, text: str) -> Bank:
    """The text wherever a bank can hold text."""
    code = f"in code: `` {text} ``"
    questions = [
        kit.question("choice", "choice-1", stem=text, explain=text, note=text, attribution=text,
                     options=[{"text": text, "correct": True, "feedback": text}, "b", code]),
        kit.question("matching", "match-1", pairs=[{"premise": text, "response": text}, {"premise": "b", "response": "c"}]),
        kit.question("ordering", "order-1", sequence=[text, "b", "c"]),
        kit.question("shortanswer", "short-1", answers=[text]),
        kit.question("numerical", "number-1", unit=text),
        kit.question("cloze", "cloze-1", stem=f"{{{{1}}}} {text} {{{{2}}}}", gaps=[{"answers": [text]}, {"answers": ["x"]}]),
        kit.question("essay", "essay-1", points=1, rubric=[{"points": 1, "text": text}], model_answer=text),
    ]  # fmt: skip
    institution = {"institution": text, "aids": text}
    made: Bank = kit.bank_of(questions, title=text, exam=institution)
    return made


# Braces around a number are gaps, so those of Jinja are a matter of HTML alone.
@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if "{{" not in attack])
def test_typst_prints_it_as_text(kit: Any, attack: str) -> None:
    made = papers.practice(bank_with(kit, attack))
    assert made.faults == ()
    for name in ("exam/pko.pdf", "exam/pko-key.pdf"):
        text = "".join(
            page.extract_text() for page in PdfReader(io.BytesIO(made.export.files[name])).pages
        )
        assert "root:" not in text
    # In code spans nothing is formatted: there the attack stands as it was written.
    squeezed = re.sub(r"\s", "", text)
    assert len(squeezed) > 500


@pytest.mark.parametrize("attack", ATTACKS)
def test_html_prints_it_as_text(kit: Any, attack: str) -> None:
    bank = bank_with(kit, attack)
    exam = practice(bank)
    (paper,) = exam.papers
    for make in (web.paper, web.key):
        page = make(bank, exam, paper, paper.versions[0]).decode()
        assert "<script" not in page
        assert page.count("</style>") == 1
        assert not re.search(r"<[a-z]+[^>]*\son\w+=", page)
        # 7 times 7, reckoned by a template; the paper's code may hold these digits too.
        assert "49" not in page.replace("&#", "").replace(paper.versions[0].code, "")


FORBIDDEN = "a\x00b\x08c\x0bd\x1fef\ufffeg"


def test_docx_leaves_out_what_xml_forbids(kit: Any) -> None:
    bank = bank_with(kit, FORBIDDEN)
    exam = practice(bank)
    (paper,) = exam.papers
    for make in (word.paper, word.key):
        with zipfile.ZipFile(io.BytesIO(make(bank, exam, paper, paper.versions[0]))) as archive:
            for name in archive.namelist():
                if name.endswith(".xml"):
                    root = ElementTree.fromstring(archive.read(name))
                    if name == "word/document.xml":
                        assert "abcdefg" in "".join(root.itertext())


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.characters(max_codepoint=0x24F, categories=("L", "N", "P", "S", "Z")), min_size=1, max_size=40).filter(str.strip))  # fmt: skip
def test_any_latin_text_can_be_set(kit: Any, text: str) -> None:
    question = kit.question(
        "choice",
        "choice-1",
        stem=f"a {text}",
        options=[{"text": f"b {text}", "correct": True}, "c"],
    )
    made = papers.practice(kit.bank_of([question]))
    assert all(fault.code == "PQ706" for fault in made.faults)
    assert made.faults or made.export.files


# --- what has no glyph -----------------------------------------------------------------------------


def test_macrons_print(kit: Any) -> None:
    made = papers.practice(
        kit.bank_of([kit.question("choice", "choice-1", stem="Kyōto, Ryūkyū, Ōsa, ā ē ī")])
    )
    text = "".join(
        page.extract_text()
        for page in PdfReader(io.BytesIO(made.export.files["exam/pko.pdf"])).pages
    )
    assert "Kyōto, Ryūkyū, Ōsa, ā ē ī" in text


def test_a_character_without_a_glyph_is_named_with_its_question(kit: Any) -> None:
    questions = [
        kit.question("choice", "plain-one"),
        kit.question("choice", "tokyo-one", stem="Where is 東京?"),
    ]
    made = papers.practice(kit.bank_of(questions))
    assert made.export.files == {}
    assert [(fault.code, fault.question) for fault in made.faults] == [("PQ706", "tokyo-one")] * 2
    assert made.faults[0].message == "no font has the character 東 (U+6771) in question `tokyo-one`"
    assert "exam: {fonts:" in made.faults[0].hint


DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")


@pytest.mark.skipif(not DEJAVU.exists(), reason="needs a font with Tifinagh letters")
def test_a_font_of_the_course_prints_what_the_shipped_ones_lack(kit: Any) -> None:
    question = kit.question("choice", "tamazight-one", stem="What is ⵜⴰⵎⴰⵣⵉⵖⵜ?")
    assert papers.practice(kit.bank_of([question])).faults
    bank = kit.bank_of(
        [question], exam={"fonts": ["fonts/own.ttf"]}, media={"fonts/own.ttf": DEJAVU.read_bytes()}
    )
    made = papers.practice(bank)
    assert made.faults == ()
    text = "".join(
        page.extract_text()
        for page in PdfReader(io.BytesIO(made.export.files["exam/pko.pdf"])).pages
    )
    assert "ⵜⴰⵎⴰⵣⵉⵖⵜ" in text


def test_a_font_that_is_none_is_a_fault(kit: Any) -> None:
    bank = kit.bank_of(
        [kit.question("choice", "one-one")], exam={"fonts": ["x.ttf"]}, media={"x.ttf": b"no font"}
    )
    assert [fault.code for fault in papers.practice(bank).faults] == ["PQ707"]


# --- pictures --------------------------------------------------------------------------------------

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><rect width="300" height="100"/></svg>'


def test_pictures_are_printed_with_their_description(kit: Any) -> None:
    question = kit.question(
        "choice", "map-one", stem="What is it?\n\n![a black box](media/box.svg)"
    )
    made = papers.practice(kit.bank_of([question], media={"media/box.svg": SVG}))
    assert made.faults == ()
    assert b"a black box" in made.export.files["exam/pko.html"]
    assert b"data:image/svg+xml;base64," in made.export.files["exam/pko.html"]
    root: Any = PdfReader(io.BytesIO(made.export.files["exam/pko.pdf"])).trailer["/Root"]
    assert "a black box" in _alts(root["/StructTreeRoot"])


def _alts(node: Any, depth: int = 0) -> list[str]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [alt for each in node for alt in _alts(each, depth + 1)]
    if not hasattr(node, "get") or depth > 30:
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (_alts(node["/K"], depth + 1) if "/K" in node else [])


def test_a_damaged_picture_is_a_fault_with_its_question(kit: Any) -> None:
    question = kit.question("choice", "map-one", stem="![a map](media/map.png)")
    made = papers.practice(kit.bank_of([question], media={"media/map.png": b"no picture"}))
    assert [(fault.code, fault.question) for fault in made.faults] == [("PQ708", "map-one")]


def test_a_sound_is_noted(kit: Any) -> None:
    question = kit.question(
        "choice", "sound-one", stem="![a siren](media/siren.mp3) What is heard?"
    )
    made = papers.practice(kit.bank_of([question], media={"media/siren.mp3": b"ID3"}))
    assert made.faults == ()
    assert [note.reason for note in made.export.notes] == [
        "sounds cannot be printed: their description is"
    ]
