"""Exports read back: decks, quizzes, pages and documents are well-formed, whole and inert."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from lxml import etree

from ..moodle.reader import read as arrived_in_moodle
from .mutating import CANARY, words


def proved(files: Any) -> None:
    """Each file is what its name says, and nothing in it would run, load or lead where a bank must not."""
    for name, content in files.items():
        assert isinstance(content, bytes)
        assert ".." not in name.split("/")
        assert not name.startswith("/")
        match name.rsplit(".", 1)[-1]:
            case "apkg":
                _deck(content)
            case "xml":
                _quiz(content)
            case "html":
                _page(content)
            case "docx":
                _document(content)
            case "json":
                json.loads(content)
            case "pdf":
                assert content.startswith(b"%PDF-")
                assert b"%%EOF" in content[-32:]
            case "md":
                content.decode()
            case ending:
                raise AssertionError(f"a file of an unknown kind: {ending}")
        assert CANARY.encode() not in content


_VOID = frozenset(["img", "br", "hr", "meta", "link", "input", "col", "wbr"])
_TAGS = words(
    "a audio b blockquote body br code details div em footer h1 h2 h3 h4 h5 h6 head header hr html i img li main meta nav ol "
    "option p pre section select small span strong style summary table tbody td th thead title tr ul article aside button "
    "tfoot col caption cite dd dl dt input label mark q"
)


_EQUIVALENT = {("http-equiv", "Content-Security-Policy")}


class _Inert(HTMLParser):
    """HTML whose tags close in order, with no script, no handler, and no address but of the web or of data."""

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
            assert not name.startswith("on"), f"<{tag} {name}>"
            assert name not in ("srcdoc", "formaction", "action", "background"), f"<{tag} {name}>"
            assert (name, value) in _EQUIVALENT or name != "http-equiv", f"<{tag} {name}={value}>"
            if name == "href":
                assert re.match(r"#|https?://|mailto:|@@PLUGINFILE@@/", value or ""), (
                    f"href={value}"
                )
            if name == "src":
                assert re.match(
                    r"data:(?:image|audio)/|pko-[0-9a-f]+\.|@@PLUGINFILE@@/", value or ""
                ), f"src={value}"
            assert "url(" not in (value or "") or name not in ("style",), f"style={value}"
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


def inert(text: str, scripts: int = 0) -> None:
    """The HTML would do nothing but show itself."""
    reader = _Inert(scripts)
    reader.feed(text)
    reader.close()
    assert not reader.open, f"left open: {reader.open}"


def _page(content: bytes, scripts: int = 0) -> None:
    text = content.decode()
    inert(text, scripts)
    assert text.count("</style>") == text.count("<style>") <= 1


def _deck(content: bytes) -> None:
    """A deck: a sound database, fields in number, nothing in a field that Anki would obey but our own gaps and sounds."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        media = json.loads(archive.read("media"))
        assert set(archive.namelist()) == {"collection.anki2", "media", *media}
        raw = archive.read("collection.anki2")
    base = sqlite3.connect(":memory:")
    try:
        base.deserialize(raw)
        assert base.execute("pragma integrity_check").fetchone() == ("ok",)
        models, decks = map(json.loads, base.execute("select models, decks from col").fetchone())
        kinds = {int(number): model for number, model in models.items()}
        for deck in decks.values():
            inert(deck["desc"])
            assert deck["name"].strip()
            assert all(part.strip() for part in deck["name"].split("::")), deck["name"]
        cards: dict[int, set[int]] = {}
        for note, deck, ordinal in base.execute("select nid, did, ord from cards"):
            assert str(deck) in decks
            assert ordinal not in cards.setdefault(note, set())
            cards[note].add(ordinal)
        guids: set[str] = set()
        for note, guid, kind, tags, told in base.execute(
            "select id, guid, mid, tags, flds from notes"
        ):
            fields = told.split("\x1f")
            model = kinds[kind]
            assert len(fields) == len(model["flds"])
            assert guid not in guids
            guids.add(guid)
            assert not re.search(r"[\x00-\x08\x0b-\x1e]", told + tags)
            assert fields[0].strip(), "an empty first field is no note to Anki"
            gaps = {int(number) - 1 for number in re.findall(r"\{\{c(\d+)::", fields[0])}
            assert cards.pop(note) == (gaps if model["type"] else set(range(len(model["tmpls"]))))
            for at, text in enumerate(fields):
                bare = re.sub(r"\[sound:pko-[0-9a-f]+\.\w+\]", "", text)
                assert not re.search(
                    r"\[/?(?:sound:|anki:|latex|\$)|\[\[type:", bare, re.IGNORECASE
                ), text
                assert "{{" not in (re.sub(r"\{\{c\d+::(?:(?!\{\{|\}\}).)*\}\}", "", bare, flags=re.DOTALL) if at == 0 and model["type"] else bare), text  # fmt: skip
                inert(text)
                assert set(re.findall(r"pko-[0-9a-f]{8,}\.\w+", text)) <= set(media.values())
        assert not cards
    finally:
        base.close()


def _all_cards(bank: Any, export: Any) -> None:
    """Every ready item that can be a card is one, with as many notes as it has parts."""
    from pkoquiz.exporters.anki.notes import natural_shape

    left = {note.question for note in export.notes if "left out" in note.reason}
    wanted = 0
    for item in (*bank.questions, *bank.terms):
        if item.status == "ready" and item.id not in left:
            shape = natural_shape(item)
            wanted += (
                len(item.pairs)
                if shape == "pairs"
                else len(item.sequence)
                if shape == "steps"
                else 1
            )
    (content,) = (content for name, content in export.files.items() if name.endswith(".apkg"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        base = sqlite3.connect(":memory:")
        base.deserialize(archive.read("collection.anki2"))
        assert base.execute("select count(*) from notes").fetchone() == (wanted,)
        base.close()


def _all_gaps(bank: Any, export: Any) -> None:
    """Every question that was asked for arrives in Moodle, a cloze with its own gaps and no other."""
    (content,) = export.files.values()
    known = {question.id: question for question in bank.questions}
    arrived = arrived_in_moodle(content)
    assert len(arrived) == sum(export.counts.values())
    for each in arrived:
        assert len(each.gaps) == len(getattr(known[each.idnumber], "gaps", ())), each.text


@cache
def _grammar() -> Any:
    return etree.RelaxNG(etree.parse(Path(__file__).parent.parent / "moodle" / "moodle.rng"))


def _quiz(content: bytes) -> None:
    """Moodle XML: valid by the grammar of what Moodle reads, every question arrives, its HTML is inert."""
    tree = etree.fromstring(content, etree.XMLParser(resolve_entities=False, huge_tree=True))
    _grammar().assertValid(tree)
    for question in arrived_in_moodle(content):
        texts = [question.text, question.general, question.grader, *question.hints]
        texts += [answer.feedback for answer in question.answers]
        texts += [answer.feedback for gap in question.gaps for answer in gap.answers]
        texts += [premise for premise, _ in question.pairs]
        if question.type in ("multichoice", "ordering"):
            texts += [answer.text for answer in question.answers]
        for text in texts:
            inert(text)


def _document(content: bytes) -> None:
    """DOCX: well-formed parts, links to the web only, no field that a text made."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            tree = etree.fromstring(
                archive.read(name), etree.XMLParser(resolve_entities=False, huge_tree=True)
            )
            for element in tree.iter("{*}Relationship"):
                if element.get("TargetMode") == "External":
                    assert re.match(r"https?://|mailto:", element.get("Target")), element.get(
                        "Target"
                    )
            for element in tree.iter("{*}instrText"):
                assert re.fullmatch(
                    r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b[\s\\*A-Z]*", element.text or ""
                ), element.text
