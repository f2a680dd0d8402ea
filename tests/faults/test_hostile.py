"""A course whose every text is an attack, in all formats: it is shown, never executed.

Each text field in `hostile/` contains script tags, the end of CDATA, the markup of Anki, Moodle and
Typst, a spreadsheet formula, links that run code, TeX and shell.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree, html

from pkoquiz.cli import run

HOSTILE = Path(__file__).parent / "hostile"

OWN_SCRIPTS = 2
"""The scripts that a page may have; none of them may contain text of the bank."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export the hostile course."""
    folder = tmp_path_factory.mktemp("hostile") / "course"
    shutil.copytree(HOSTILE, folder, ignore=shutil.ignore_patterns("exports", "editions.txt"))
    assert run(["build", "-q", "-C", str(folder)]) == 0
    assert run(["exam", "build", "quiz", "-C", str(folder)]) == 0
    assert run(["coverage", "--html", str(folder / "exports/desk.html"), "-C", str(folder)]) == 0
    return folder / "exports"


def runs(element: html.HtmlElement) -> bool:
    """Whether an element is a script, not data."""
    return bool(element.tag == "script" and element.get("type") != "application/json")


def live(tree: html.HtmlElement) -> Iterator[str]:
    """Yield what would run, load something or lead somewhere."""
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if runs(element) and "alert(" in (element.text or ""):
            yield "script"
        if element.get("http-equiv", "") == "refresh":
            yield element.tag
        if element.tag in ("iframe", "object", "embed", "base"):
            yield element.tag
        for name, value in element.attrib.items():
            if name.startswith("on") or re.match(
                r"\s*(javascript|vbscript|data:text)", value, re.IGNORECASE
            ):
                yield f"{element.tag} {name}={value}"
        if element.tag == "img" and element.get("src") == "x":
            yield "img"


def exports(folder: Path, pattern: str) -> list[Path]:
    """Return the files that match; there must be at least one."""
    paths = sorted(folder.rglob(pattern))
    assert paths
    return paths


def test_pages(built: Path) -> None:
    for path in exports(built, "*.html"):
        text = path.read_text(encoding="utf-8")
        tree = html.fromstring(text.encode())
        assert list(live(tree)) == [], path.name
        assert len([*filter(runs, tree.iter("script"))]) <= OWN_SCRIPTS
        if "practice" not in path.parts:  # its questions are compressed data
            assert "<script>alert(1)</script>" in tree.text_content(), "the text itself is missing"


def fields(package: Path) -> Iterator[str]:
    """Yield every field of every note of an Anki package."""
    with sqlite3.connect(":memory:") as database:
        database.deserialize(_collection(package))
        for (row,) in database.execute("select flds from notes"):
            yield from row.split("\x1f")


def descriptions(package: Path) -> list[str]:
    """Return the descriptions of the decks."""
    with sqlite3.connect(":memory:") as database:
        database.deserialize(_collection(package))
        (decks,) = database.execute("select decks from col").fetchone()
    return [deck["desc"] for deck in json.loads(decks).values()]


def _collection(package: Path) -> bytes:
    with zipfile.ZipFile(package) as archive:
        return archive.read(
            next(name for name in archive.namelist() if name.startswith("collection.anki2"))
        )


def test_decks(built: Path) -> None:
    seen = 0
    for field in fields(built / "anki/hostile.apkg"):
        if not field.strip():
            continue
        assert list(live(html.fragment_fromstring(field, create_parent="div"))) == []
        assert "{{FrontSide}}" not in field
        assert "[sound:x.mp3]" not in field
        for answer in re.findall(r"\{\{c\d+::(.{0,3})", field):
            assert not answer.startswith("x"), "a gap that is not in the bank"
        seen += "&lt;script&gt;" in field
    assert seen > 10
    for text in filter(None, descriptions(built / "anki/hostile.apkg")):
        assert list(live(html.fragment_fromstring(text, create_parent="div"))) == []


def _is_plain(holder: etree._Element) -> bool:
    """Return whether Moodle shows the text as it is: it escapes the answers learners type."""
    return bool(holder.tag == "answer" and holder.getparent().get("type") == "shortanswer")


def test_moodle(built: Path) -> None:
    path = built / "moodle/hostile.xml"
    tree = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False))
    texts = [
        element for element in tree.iter("text") if element.text and "alert(1)" in element.text
    ]
    assert len(texts) > 20
    for element in texts:
        holder = element.getparent()
        if _is_plain(holder):
            continue
        assert list(live(html.fragment_fromstring(element.text, create_parent="div"))) == []
    for question in tree.iter("question"):
        if question.get("type") == "cloze":
            assert "{1:SA:=z}" not in question.findtext("questiontext/text", "")
        for unit in question.iter("unit_name"):
            assert not re.search("[<>&]", unit.text or ""), "Moodle does not escape units"
    choices = [element.text or "" for element in tree.iterfind(".//subquestion/answer/text")]
    assert sum("alert(1)" in choice for choice in choices) == 3
    assert not any("<" in choice for choice in choices), "tags must be removed from choices"
    (stem,) = [
        text for text in tree.iterfind(".//questiontext/text") if "Answer in m" in (text.text or "")
    ]
    assert "Answer in m&lt;img" in stem.text


def test_papers(built: Path) -> None:
    from pypdf import PdfReader

    for path in exports(built, "*.pdf"):
        text = "".join("".join(page.extract_text() for page in PdfReader(path).pages).split())
        if "strips" not in path.name:
            assert '#read("/etc/passwd")' in text
            assert "<script>alert(1)</script>" in text
        assert "root:x:0" not in text
        links = [
            annotation.get_object().get("/A", {}).get("/URI", "")
            for page in PdfReader(path).pages
            for annotation in page.get("/Annots", [])
        ]
        assert not any("script" in link for link in links)


def test_word(built: Path) -> None:
    papers = list(exports(built, "*.docx"))
    assert papers
    for path in papers:
        printed = ""
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    tree = etree.fromstring(archive.read(name))
                    assert 'Target="javascript' not in etree.tostring(tree, encoding="unicode")
                    fields = "".join(tree.itertext("{*}instrText")) + "".join(
                        tree.xpath("//@*[local-name()='instr']")
                    )
                    assert not re.search("alert|DDE|INCLUDE|HYPERLINK", fields)
                if name == "word/document.xml":
                    printed = "".join(tree.itertext("{*}t"))
        assert "<script>alert(1)</script>" in printed, "the text itself is missing"


@pytest.mark.parametrize(
    "args",
    [
        ["check", "--pedantic", "--all", "--proofs"],
        ["check", "--format", "json"],
        ["check", "--format", "github"],
        ["questions"],
        ["passages"],
        ["show", "arches.p001"],
        ["coverage"],
        ["exam", "list"],
        ["exam", "plan", "quiz", "--questions"],
    ],
    ids=" ".join,
)
def test_terminals(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*args, "-C", str(HOSTILE)]) == 0
    printed = capsys.readouterr()
    assert printed.out + printed.err
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", printed.out + printed.err)
