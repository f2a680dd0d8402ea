"""The table of formats and fields says what the exports contain."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import zipfile
from pathlib import Path
from typing import get_args

import pytest

from pkoquiz.build import DEFAULT, FORMATS, Options
from pkoquiz.cli import run
from pkoquiz.exporters.export import Export
from pkoquiz.exporters.fields import ROWS, TYPE_ROWS, type_name
from pkoquiz.exporters.table import TABLE
from pkoquiz.model.answers import task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.course import FormatName
from pkoquiz.model.question import TYPES

from ..making import make_question
from . import nasty
from .openedx_reader import files_of

MINI = Path(__file__).parents[1] / "mini"
GOLDEN = Path(__file__).parent / "golden"
NEW = [name for name in FORMATS if name not in DEFAULT]


def built(format: str, bank: Bank) -> Export:
    return FORMATS[format](bank, Options())


def texts(export: Export) -> dict[str, str]:
    """Return the text files of an export by path, also those inside archives."""
    files: dict[str, bytes] = {}
    for path, content in export.files.items():
        if path.endswith(".zip"):
            archive = zipfile.ZipFile(io.BytesIO(content))
            files |= {f"{path}/{name}": archive.read(name) for name in archive.namelist()}
        elif path.endswith(".tar.gz"):
            files |= {f"{path}/{name}": inside for name, inside in files_of(content).items()}
        else:
            files[path] = content
    return {
        path: content.decode("utf-8-sig")
        for path, content in files.items()
        if path.endswith((".xml", ".txt", ".csv", ".dat"))
    }


def test_every_format_has_a_cell_for_every_row() -> None:
    assert set(TABLE) == set(FORMATS)
    for format, column in TABLE.items():
        assert list(column) == [row.name for row in ROWS], format


def test_course_files_list_the_new_formats() -> None:
    assert list(get_args(FormatName)) == NEW


def test_every_type_has_a_row() -> None:
    names = {row.name for row in TYPE_ROWS}
    assert names == {*TYPES, "shortanswer with rubric", "glossary"}


@pytest.mark.parametrize("format", NEW)
def test_types_are_exported_as_the_table_says(format: str) -> None:
    export = built(format, nasty.bank(*nasty.questions("plain", "plain")))
    for row in TYPE_ROWS:
        is_written = TABLE[format][row.name].mark in ("written", "changed")
        if row.name in TYPES and row.name != "shortanswer":
            assert (row.name in export.counts) == is_written, row.name


@pytest.mark.parametrize("format", NEW)
def test_fields_are_in_the_file_as_the_table_says(format: str) -> None:
    """Each field contains a word of its own, which the file contains if the table says so."""
    questions = [
        make_question(
            "choice",
            "choice",
            stem="Wstem",
            options=[{"text": "Wkey", "correct": True, "feedback": "Woptions"}, "Wother"],
            explain="Wexplain",
            note="Wremarks",
            hints=["Whints"],
            tags=["wtags"],
            card={"front": "Wcard", "back": "back"},
        ),
        make_question(
            "shortanswer",
            "short",
            answers=[{"text": "Wbest", "feedback": "Wanswers"}],
            wrong=[{"text": "Wslip", "feedback": "Wwrong"}],
            otherwise="Wotherwise",
        ),
        make_question(
            "matching",
            "matching",
            pairs=[
                {"premise": "Wpremise", "response": "Wresponse", "feedback": "Wpairs"},
                {"premise": "two", "response": "zwei"},
            ],
            extras=["Wextras"],
        ),
        make_question(
            "numerical",
            "numerical",
            unit="Wunit",
            wrong=[{"value": 77, "feedback": "Wwrong values"}],
        ),
        make_question("essay", "essay", model_answer="Wrubric", max_words=4321),
    ]
    text = "".join(texts(built(format, nasty.bank(*questions))).values())
    kinds = {
        **dict.fromkeys(["options", "explain", "remarks", "hints", "tags", "card"], "choice"),
        **dict.fromkeys(["answers", "wrong", "otherwise"], "shortanswer"),
        **dict.fromkeys(["pairs", "extras"], "matching"),
        **dict.fromkeys(["unit", "wrong values"], "numerical"),
        **dict.fromkeys(["rubric", "words"], "essay"),
    }
    column = TABLE[format]
    for row, kind in kinds.items():
        is_exported = column[kind].mark in ("written", "changed")
        is_written = is_exported and column[row].mark in ("written", "changed")
        word = "4321" if row == "words" else "wtags" if row == "tags" else f"W{row}"
        if format == "brightspace" and row == "tags":
            continue  # difficulty alone is written
        assert bool(re.search(rf"{word}\b", text)) == is_written, row


@pytest.mark.parametrize("format", NEW)
def test_what_is_lost_is_noted(format: str) -> None:
    bank = nasty.bank(*nasty.questions("plain", "plain"))
    export = built(format, bank)
    column = TABLE[format]
    for question in bank.questions:
        reasons = {note.reason for note in export.notes if note.question == question.id}
        lossy = [
            row
            for row in ROWS
            if row.uses(question, task_of(question))
            and column[row.name].mark != "written"
            and row.noted
        ]
        is_left_out = any(
            column[row.name].mark == "question left out"
            or (row in TYPE_ROWS and column[row.name].mark == "left out")
            for row in lossy
        )
        assert len(reasons) == (1 if is_left_out else len(lossy)), (question.id, reasons)
        assert type_name(question, task_of(question)) in column


@pytest.mark.parametrize("format", NEW)
def test_bytes_depend_on_the_bank_alone(format: str) -> None:
    assert built(format, nasty.bank()).files == built(format, nasty.bank()).files


@pytest.mark.parametrize("format", NEW)
def test_without_questions_there_is_no_file(format: str) -> None:
    export = built(format, nasty.bank(make_question("flashcard")))
    assert not export.files
    assert any("no file is written" in note.reason for note in export.notes)


@pytest.mark.parametrize("format", NEW)
def test_the_small_course_is_exported_as_before(format: str, mini: Bank) -> None:
    """After an intended change: `PKOQUIZ_GOLDEN=1 pytest tests/lms`, then read the diff."""
    for path, text in texts(built(format, mini)).items():
        # One element on a line, so that a difference can be read.
        readable = re.sub(r"><(?!/)", ">\n<", text) if path.endswith((".xml", ".dat")) else text
        golden = GOLDEN / format / re.split(r"\.zip/|\.tar\.gz/|^\w+/", path)[-1]
        if os.environ.get("PKOQUIZ_GOLDEN"):
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_bytes(readable.encode())
        assert readable == golden.read_bytes().decode(), golden.name


def test_explain_lists_what_becomes_of_this_course(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", "--explain", "canvas", "-C", str(MINI)]) == 0
    explained = capsys.readouterr().out
    assert "canvas: how 11 ready questions would be exported" in explained
    assert "     2  single choice: written: multiple choice" in explained
    assert re.search(r"beams\.yaml:\d+: oldest-kind: `hints`: left out", explained)


def test_a_build_without_names_makes_what_the_course_lists(tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(MINI, course)
    description = course / "course.yaml"
    text = description.read_text(encoding="utf-8")
    description.write_text(text + "\nformats: [aiken]\n", encoding="utf-8")
    assert run(["build", "-q", "-C", str(course)]) == 0
    made = {path.name for path in (course / "exports").iterdir()}
    assert made == {"anki", "moodle", "exam", "aiken", "practice", "manifest.json"}


def test_a_part_of_the_bank_for_any_system(tmp_path: Path) -> None:
    command = ["build", "gift", "aiken", "-q", "-C", str(MINI), "--out", str(tmp_path)]
    assert run([*command, "--section", "beams"]) == 0
    counts = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["counts"]
    assert counts["aiken"] == {"choice": 1}
    assert run([*command, "anki", "--section", "beams"]) == 2
