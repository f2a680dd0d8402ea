"""Plural forms, directions, foreign quotes and writing without spaces, in each format."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from pkoquiz.cli import run
from pkoquiz.exam import rules
from pkoquiz.exam.exam import practice
from pkoquiz.exam.manifest import manifest
from pkoquiz.exam.versions import Placed
from pkoquiz.exporters import anki, moodle, papers
from pkoquiz.exporters.papers.key import answer_line
from pkoquiz.grading.printed import Item, read_keys
from pkoquiz.grading.responses import Judged, Spoiled, read_response
from pkoquiz.language import speaking
from pkoquiz.model.bank import Bank
from pkoquiz.quotes.find import find
from pkoquiz.words import size, words

from ..making import make_bank, make_question
from .greek import in_greek


@pytest.mark.parametrize(
    ("tag", "points", "expected"),
    [
        ("en", "1", "1 point"),
        ("en", "1.5", "1.5 points"),
        ("de", "0.5", "0,5 Punkte"),
        ("de-CH", "2.5", "2.5 Punkte"),
        ("fr", "1.5", "1,5 point"),
        ("fr", "2", "2 points"),
        ("ja", "1", "1点"),
        ("ar", "1", "درجة واحدة"),
        ("ar", "2", "درجتان"),
        ("ar", "3", "3 درجات"),
        ("ar", "11", "11 درجة"),
        ("ar", "100", "100 درجة"),
    ],
)
def test_points_have_the_plural_form_of_their_number(tag: str, points: str, expected: str) -> None:
    with speaking(tag):
        assert rules.points(Decimal(points)) == expected


def test_a_language_without_words_keeps_its_numbers() -> None:
    with speaking("nl"):
        assert rules.points(Decimal("2.5")) == "2,5 points"
        assert rules.minutes(90) == "1 hour 30 minutes"


@pytest.mark.parametrize(
    ("tag", "cell", "verdict"),
    [
        ("de", "R", True),
        ("de", "falsch", False),
        ("fr", "V", True),
        ("ja", "○", True),
        ("ja", "×", False),
        ("ar", "ص", True),
        ("ar", "F", False),
    ],
)
def test_answers_are_read_as_the_paper_names_them(tag: str, cell: str, verdict: bool) -> None:
    bank = make_bank([make_question("truefalse", "verdict")], language=tag)
    with speaking(tag):
        keys, _ = read_keys(manifest(bank, practice(bank)), "manifest.json")
        assert keys is not None
        assert keys.language == tag
        item = keys.items["verdict"]
        assert read_response(item, Placed("verdict", 1), cell) == Judged(verdict)
        both = " ".join(rules.verdict(answer)[0] for answer in (True, False))
        assert isinstance(read_response(item, Placed("verdict", 1), both), Spoiled)
    assert isinstance(item, Item)


# --- from right to left ---------------------------------------------------------------------------


@pytest.fixture(params=["ar", "he", "en"])
def directed(request: pytest.FixtureRequest, mini: Bank) -> Bank:
    """The small course in two languages from right to left and one from left to right."""
    return in_greek(mini, str(request.param))


def test_documents_are_mirrored(directed: Bank) -> None:
    tag = directed.course.language
    with speaking(tag):
        files = papers.build(directed, practice(directed), formats=("docx",)).files
    with zipfile.ZipFile(io.BytesIO(next(iter(files.values())))) as archive:
        document = archive.read("word/document.xml").decode()
        styles = archive.read("word/styles.xml").decode()
    is_mirrored = tag != "en"
    assert ("<w:bidi/>" in document.partition("<w:sectPr")[2]) == is_mirrored
    assert ("<w:bidiVisual/>" in document) == is_mirrored
    assert ("<w:bidi/>" in styles and "<w:rtl/>" in styles) == is_mirrored
    assert (f'w:bidi="{tag}"' in styles) == is_mirrored


def test_pairs_in_a_strip_stay_together() -> None:
    bank = make_bank([make_question("matching", "pairs")], language="ar")
    question = bank.questions[0]
    placed = Placed("pairs", 1, (0, 1, 2), (2, 0, 1, 3))
    with speaking("ar"):
        assert answer_line(question, placed) == "1\xa0B\u200f  2\xa0C\u200f  3\xa0A\u200f"
    assert answer_line(question, placed) == "1\xa0B  2\xa0C  3\xa0A"


def test_quizzes_and_cards_are_mirrored(directed: Bank, tmp_path: Path) -> None:
    tag = directed.course.language
    with speaking(tag):
        quiz = next(iter(moodle.export(directed).files.values())).decode()
        package = anki.export(directed).files["anki/mini.apkg"]
    texts = re.findall(r"<questiontext format=\"html\"><text><!\[CDATA\[(.{24})", quiz)
    assert all(text.startswith('<div dir="rtl"') == (tag != "en") for text in texts)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        database = sqlite3.connect(archive.extract("collection.anki2", tmp_path))
    (models,) = database.execute("select models from col").fetchone()
    for model in json.loads(models).values():
        for card in model["tmpls"]:
            shown = card["qfmt"].count("lang="), card["qfmt"].count('dir="rtl"')
            assert shown[1] == (shown[0] if tag != "en" else 0)


@pytest.mark.parametrize("tag", ["ja", "de"])
def test_moodle_counts_words_only_if_there_are_spaces(tag: str) -> None:
    bank = make_bank([make_question("essay", "one", min_words=200)], language=tag)
    with speaking(tag):
        export = moodle.export(bank)
    quiz = next(iter(export.files.values())).decode()
    assert ("<minwordlimit>200</minwordlimit>" in quiz) == (tag == "de")
    assert ("200字以上" if tag == "ja" else "Mindestens 200 Wörter") in quiz
    assert any("by their spaces" in note.reason for note in export.notes) == (tag == "ja")


# --- quotes ---------------------------------------------------------------------------------------


def test_quotes_in_another_language_are_tagged() -> None:
    transcripts = [{"file": "t.txt", "language": "en"}]
    bank = make_bank([make_question("truefalse", "one")], language="de", transcripts=transcripts)
    with speaking("de"):
        exam = practice(bank)
        files = papers.build(bank, exam, formats=("html", "docx", "pdf")).files
        quiz = next(iter(moodle.export(bank).files.values())).decode()
    key = next(text for name, text in files.items() if name.endswith("-key.html")).decode()
    assert '<html lang="de"' in key
    assert '<q lang="en" dir="auto">words that prove one</q>' in key
    assert '<q lang="en">words that prove one</q>' in quiz
    content = next(text for name, text in files.items() if name.endswith("-key.docx"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert 'w:val="en"' in archive.read("word/document.xml").decode()
    pdf = next(text for name, text in files.items() if name.endswith("-key.pdf"))
    assert b"/Lang (de)" in pdf or b"/Lang" in pdf


@pytest.mark.parametrize("quote", ["十秒ごとに二回", "灯質", "海図では", "二回の閃光です。"])
def test_a_quote_without_spaces_begins_and_ends_anywhere(quote: str) -> None:
    assert find(quote, "海図では灯質と呼びます。たとえば十秒ごとに二回の閃光です。") is not None


def test_a_quote_with_spaces_consists_of_whole_words() -> None:
    assert find("light", "The lights are out.") is None
    assert words("Das 灯台 GPS") == ["das", "灯", "台", "gps"]
    assert size("灯台 tells") == 3


# --- commands -------------------------------------------------------------------------------------


def test_a_release_waits_for_fonts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    course = str(tmp_path / "ja")
    assert run(["init", course, "--language", "ja"]) == 0
    assert run(["release", "-C", course, "--first", "--yes"]) == 1
    assert "--without exam" in capsys.readouterr().err
    assert run(["release", "-C", course, "--first", "--yes", "--without", "exam"]) == 0


def test_an_unknown_language_is_a_note(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    course = tmp_path / "nl"
    assert run(["init", str(course)]) == 0
    file = course / "course.yaml"
    text = file.read_text(encoding="utf-8").replace("description:", "language: nl\ndescription:")
    file.write_text(text, encoding="utf-8")
    assert run(["check", "-C", str(course)]) == 0
    assert "PQ217" not in capsys.readouterr().out
    assert run(["check", "-C", str(course), "--pedantic"]) == 0
    assert "info[PQ217]" in capsys.readouterr().out
