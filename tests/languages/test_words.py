"""No word of the program bypasses the catalogues: a course in Greek letters, in every language."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from babel.messages.pofile import read_po

from pkoquiz import handouts
from pkoquiz.build import FORMATS, Options
from pkoquiz.exam.exam import practice
from pkoquiz.exam.manifest import manifest
from pkoquiz.exporters import anki, moodle, papers
from pkoquiz.grading.analysis import analyse
from pkoquiz.grading.printed import read_keys
from pkoquiz.grading.report import report
from pkoquiz.grading.results import grade
from pkoquiz.grading.scripts import read_scripts
from pkoquiz.grading.template import template_csv
from pkoquiz.language import LOCALE, SHIPPED, speaking
from pkoquiz.model.bank import Bank
from pkoquiz.table import read_table

from .greek import in_greek
from .reading import texts

TRANSLATED = tuple(tag for tag in SHIPPED if tag != "en")
_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿœ’']{3,}")
_IDENTIFIER = re.compile(r"\S*[-.@_/$]\S*|\b(?=\w*\d)\w+\b")
_NAMES = {
    "quiz", "mini", "beams", "arches", "mathrm", "frac", "sqrt", "cdot", "results", "csv",
    "Default", "candidate", "version", "paper",
}  # fmt: skip
"""Names of files, sections and commands."""
_PROGRAMS = {
    "Anki", "AnkiDroid", "AnkiMobile", "JavaScript", "Moodle", "XML", "iPad", "iPhone",
    "Aiken", "Blackboard", "Brightspace", "Canvas", "Classic", "GIFT", "Inspera", "New", "OPAL",
    "OpenOlat", "Open", "edX", "QTI", "Quizzes", "Studio", "TAO", "Ultra",
}  # fmt: skip
FIRST = ("anki", "moodle", "exam", "practice")
"""Formats that are built in other ways, too; `tests/practice` reads its page."""


@pytest.fixture(scope="session")
def printed(mini: Bank) -> dict[str, dict[str, str]]:
    """The texts of all files by language."""
    return {tag: dict(_texts(in_greek(mini, tag))) for tag in SHIPPED}


def _texts(bank: Bank) -> Iterator[tuple[str, str]]:
    # Few fonts have all scripts: that papers can be typeset is tested with the courses.
    formats = ("html", "docx", *(("pdf",) if bank.course.language not in ("ja", "ar") else ()))
    with speaking(bank.course.language):
        exam = replace(practice(bank), name="quiz", practice=False, minutes=90, date="2026-03-05")
        edition = anki.release(bank, datetime.datetime(2026, 3, 5, tzinfo=datetime.UTC))
        released = replace(bank, ledger=edition.ledger)
        exports = [
            anki.export(bank),
            anki.export(released),
            moodle.export(bank, release=True),
            moodle.papers(bank, exam),
            papers.build(bank, exam, formats=formats),
        ]
        for export in exports:
            assert not [found for found in export.diagnostics if found.severity == "error"]
            yield from texts(export.files).items()
        quizzes = [FORMATS[name](bank, Options()) for name in FORMATS if name not in FIRST]
        for export in quizzes:
            yield from texts(export.files).items()
        handed_out = handouts.files(released, [*exports[1:3], *quizzes])
        pages = {path: text for path, text in handed_out.items() if path.endswith("/index.html")}
        yield from texts(pages).items()
        keys, faults = read_keys(manifest(bank, exam), "manifest.json")
        assert keys is not None, faults
        template = template_csv(keys)
        yield "template.csv", template.decode()
        code = exam.papers[0].versions[0].letter
        answers = "\n".join(f"Α{number},{code},{number % 2 or ''}" for number in range(12))
        head = "candidate,version,1"
        table, _ = read_table(f"{head}\n{answers}\n".encode(), "answers.csv")
        assert table is not None
        scripts, _ = read_scripts(table, keys)
        yield from texts({"report.html": report(keys, analyse(keys, grade(keys, scripts)))}).items()


@cache
def _catalogue(tag: str) -> frozenset[str]:
    """Return all words of a catalogue."""
    with (LOCALE / tag / "LC_MESSAGES" / "pkoquiz.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    forms = [
        form
        for message in messages
        for form in ([message.string] if isinstance(message.string, str) else message.string or ())
    ]
    return frozenset(word for form in forms for word in _WORD.findall(form))


@pytest.mark.parametrize("tag", TRANSLATED)
def test_every_word_is_in_the_catalogue(tag: str, printed: dict[str, dict[str, str]]) -> None:
    unknown = {
        name: sorted(words)
        for name, text in printed[tag].items()
        if (words := {*_WORD.findall(_IDENTIFIER.sub(" ", text))} - _catalogue(tag) - _NAMES)
    }
    assert unknown == {}


@pytest.mark.parametrize("tag", ["ja", "ar"])
def test_catalogues_of_other_scripts_have_no_latin_words(tag: str) -> None:
    words = {word for word in _catalogue(tag) if word.isascii()}
    fields = {word for word in words if word.islower()}
    assert words - fields <= _PROGRAMS


def test_the_files_are_those_of_all_rooms(printed: dict[str, dict[str, str]]) -> None:
    names = " ".join(printed["de"])
    for ending in (
        ".xml",
        "-key.html",
        "-A.docx",
        "-strips.pdf",
        "report.html",
        "template.csv",
        "canvas/mini.zip",
        "openedx/mini.tar.gz",
        "gift/mini.txt",
    ):
        assert ending in names
