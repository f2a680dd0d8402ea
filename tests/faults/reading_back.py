"""Assertions about exports: they are well-formed and complete, and nothing in them runs."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sqlite3
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from lxml import etree

from ..moodle.reader import read as read_quiz
from .material import CANARY, words


def assert_printable(text: str) -> None:
    """Assert that a text can be encoded and does not control the terminal."""
    text.encode()
    assert not any(character in text for character in "\x1b\x07\x08\x9b"), "control characters"


def assert_sound(files: Mapping[str, bytes]) -> None:
    """Assert that each file is what its name says and contains nothing from outside the course."""
    for name, content in files.items():
        assert isinstance(content, bytes)
        assert ".." not in name.split("/")
        assert not name.startswith("/")
        match name.rsplit(".", 1)[-1]:
            case "apkg":
                _assert_deck(content)
            case "xml":
                _assert_quiz(content)
            case "html" if name.startswith("practice/"):
                # Its scripts and data are in elements of their own; its policy allows no others.
                assert_page(content, scripts=content.count(b"<script"))
            case "html":
                assert_page(content)
            case "zip":
                _assert_package(content)
            case "gz":
                _assert_course(content)
            case "docx":
                _assert_document(content)
            case "json":
                json.loads(content)
            case "pdf":
                assert content.startswith(b"%PDF-")
                assert b"%%EOF" in content[-32:]
            case "md" | "txt" | "csv" | "js" | "svg" | "webmanifest":
                content.decode()
            case ending:
                raise AssertionError(f"unknown file type: {ending}")
        assert CANARY.encode() not in content


def _assert_member(name: str, content: bytes) -> None:
    """Assert that a file of a package stays inside it, and is well-formed if it is XML."""
    assert ".." not in name.split("/")
    assert not name.startswith("/")
    assert CANARY.encode() not in content
    if name.endswith((".xml", ".dat")):
        etree.fromstring(content)


def _assert_package(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            _assert_member(name, archive.read(name))


def _assert_course(content: bytes) -> None:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            file = archive.extractfile(member)
            _assert_member(member.name, file.read() if file else b"")


# --- HTML -----------------------------------------------------------------------------------------

_VOID = frozenset(["img", "br", "hr", "meta", "link", "input", "col", "wbr"])
_MATH = words(
    "math mfrac mi mn mo mover mphantom mroot mrow mspace msqrt mstyle msub msubsup msup mtable "
    "mtd mtext mtr munder munderover"
)
_TAGS = _MATH | words(
    "a audio b bdi blockquote body br code details div em footer h1 h2 h3 h4 h5 h6 head header hr "
    "html i img li link main meta nav ol option p pre section select small span strong style "
    "summary table tbody td th thead title tr ul article aside button tfoot col caption cite dd dl "
    "dt input label mark noscript q"
)
_FORBIDDEN = frozenset(["srcdoc", "formaction", "action", "background"])
_LINK = re.compile(r"#|https?://|mailto:|@@PLUGINFILE@@/|manifest\.webmanifest\Z|icon\.svg\Z")
_MEDIA = re.compile(r"data:(?:image|audio)/|pko-[0-9a-f]+\.|@@PLUGINFILE@@/")


class _InertHTML(HTMLParser):
    """Assert that tags are nested properly, that nothing runs and that links lead to the web."""

    def __init__(self, scripts: int) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.scripts = scripts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.scripts -= 1
            assert self.scripts >= 0, "a script"
        else:
            assert tag in _TAGS, f"<{tag}>"
        for name, value in attrs:
            attribute = f"<{tag} {name}={value}>"
            assert not name.startswith("on"), attribute
            assert name not in _FORBIDDEN, attribute
            assert name != "http-equiv" or value == "Content-Security-Policy", attribute
            assert name != "href" or _LINK.match(value or ""), attribute
            assert name != "src" or _MEDIA.match(value or ""), attribute
            assert name != "style" or "url(" not in (value or ""), attribute
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> out of order"

    def handle_decl(self, decl: str) -> None:
        assert decl.lower() == "doctype html", decl

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"<?{data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"<![{data}")


def assert_inert(text: str, scripts: int = 0) -> None:
    """Assert that HTML is well-formed and has no active content but this number of scripts."""
    reader = _InertHTML(scripts)
    reader.feed(text)
    reader.close()
    assert not reader.open, f"not closed: {reader.open}"


def assert_page(content: bytes, scripts: int = 0) -> None:
    """Assert that an HTML page is inert and has at most one style sheet."""
    text = content.decode()
    assert_inert(text, scripts)
    assert text.count("</style>") == text.count("<style>") <= 1


# --- Anki -----------------------------------------------------------------------------------------

_SOUND = re.compile(r"\[sound:pko-[0-9a-f]+\.\w+\]")
_GAP = re.compile(r"\{\{c(\d+)::(?:(?!\{\{|\}\}).)*\}\}", re.DOTALL)
_COMMAND = re.compile(r"\[/?(?:sound:|anki:|latex|\$)|\[\[type:", re.IGNORECASE)
"""What Anki would obey in a field."""


@contextlib.contextmanager
def _collection(package: bytes) -> Iterator[tuple[sqlite3.Connection, dict[str, str]]]:
    """Open the collection of an Anki package; yield it and the names of the media files."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        media = json.loads(archive.read("media"))
        assert set(archive.namelist()) == {"collection.anki2", "media", *media}
        content = archive.read("collection.anki2")
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(content)
        yield connection, media


def _assert_deck(content: bytes) -> None:
    """Assert that the database is consistent and that Anki finds only our own gaps and sounds."""
    with _collection(content) as (collection, media):
        assert collection.execute("pragma integrity_check").fetchone() == ("ok",)
        row = collection.execute("select models, decks from col").fetchone()
        models, decks = map(json.loads, row)
        for deck in decks.values():
            assert_inert(deck["desc"])
            assert deck["name"].strip()
            assert all(part.strip() for part in deck["name"].split("::")), deck["name"]
        cards: dict[int, set[int]] = {}
        for note, deck, ordinal in collection.execute("select nid, did, ord from cards"):
            assert str(deck) in decks
            assert ordinal not in cards.setdefault(note, set())
            cards[note].add(ordinal)
        guids: set[str] = set()
        for note, guid, model, tags, joined in collection.execute(
            "select id, guid, mid, tags, flds from notes"
        ):
            assert guid not in guids
            guids.add(guid)
            assert not re.search(r"[\x00-\x08\x0b-\x1e]", joined + tags)
            ordinals = _assert_note(joined.split("\x1f"), models[str(model)], media)
            made = cards.pop(note, set())
            assert made <= ordinals
            names = [field["name"] for field in models[str(model)]["flds"]]
            withdrawn = dict(zip(names, joined.split("\x1f"), strict=True))["Withdrawn"]
            assert bool(made) != bool(withdrawn)
        assert not cards


def _assert_note(fields: list[str], model: dict[str, Any], media: dict[str, str]) -> set[int]:
    """Assert that the fields suit the note type; return the ordinals that its cards can have."""
    assert len(fields) == len(model["flds"])
    assert fields[0].strip(), "Anki skips notes with an empty first field"
    is_cloze = bool(model["type"])
    for index, text in enumerate(fields):
        bare = _SOUND.sub("", text)
        assert not _COMMAND.search(bare), text
        assert "{{" not in (_GAP.sub("", bare) if index == 0 and is_cloze else bare), text
        assert_inert(text)
        assert set(re.findall(r"pko-[0-9a-f]{8,}\.\w+", text)) <= set(media.values())
    if is_cloze:
        return {int(number) - 1 for number in re.findall(r"\{\{c(\d+)::", fields[0])}
    named = dict(zip([field["name"] for field in model["flds"]], fields, strict=True))
    if "Prompt 1" in named:
        return {number for number in range(20) if named[f"Prompt {number + 1}"]}
    return {0, 1} if named.get("Reverse") else {0}


def assert_all_cards(bank: Any, export: Any) -> None:
    """Assert that every ready item is in the deck, with one note."""
    from pkoquiz.exporters.anki.notes import natural_shape

    omitted = {note.question for note in export.notes if "left out" in note.reason}
    expected = sum(
        item.status == "ready" and item.id not in omitted and natural_shape(item) is not None
        for item in (*bank.questions, *bank.terms)
    )
    (content,) = (content for name, content in export.files.items() if name.endswith(".apkg"))
    with _collection(content) as (collection, _):
        assert collection.execute("select count(*) from notes").fetchone() == (expected,)


# --- Moodle ---------------------------------------------------------------------------------------


@cache
def _grammar() -> Any:
    return etree.RelaxNG(etree.parse(Path(__file__).parent.parent / "moodle" / "moodle.rng"))


def _assert_quiz(content: bytes) -> None:
    """Assert that Moodle XML follows Moodle's grammar and that the HTML in it is inert."""
    _grammar().assertValid(_xml(content))
    for question in read_quiz(content):
        texts = [question.text, question.general, question.grader, *question.hints]
        texts += [answer.feedback for answer in question.answers]
        texts += [answer.feedback for gap in question.gaps for answer in gap.answers]
        texts += [premise for premise, _ in question.pairs]
        if question.type in ("multichoice", "ordering"):
            texts += [answer.text for answer in question.answers]
        for text in texts:
            assert_inert(text)


def assert_all_questions(bank: Any, export: Any) -> None:
    """Assert that Moodle imports every exported question, with exactly its own gaps."""
    (content,) = export.files.values()
    questions = {question.id: question for question in bank.questions}
    imported = read_quiz(content)
    assert len(imported) == sum(export.counts.values())
    for question in imported:
        gaps = getattr(questions[question.idnumber], "gaps", ())
        assert len(question.gaps) == len(gaps), question.text


# --- Word -----------------------------------------------------------------------------------------


def _assert_document(content: bytes) -> None:
    """Assert that DOCX is well-formed, links to the web only and has fields for pages only."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            tree = _xml(archive.read(name))
            for element in tree.iter("{*}Relationship"):
                target = element.get("Target")
                if element.get("TargetMode") == "External":
                    assert re.match(r"https?://|mailto:", target), target
            for element in tree.iter("{*}instrText"):
                field = element.text or ""
                assert re.fullmatch(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b[\s\\*A-Z]*", field), field


def _xml(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, huge_tree=True))
