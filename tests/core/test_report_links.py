"""The link for reports: on cards and in quizzes, never on papers."""

import sqlite3
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from pkoquiz.cli import cli

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("exports")
    course = ROOT / "examples" / "keeping-time"
    result = CliRunner().invoke(cli, ["build", "-C", str(course), "--out", str(out), "--quiet"])
    assert result.exit_code == 0, result.output
    return out


def test_every_card_has_a_link_with_the_id_of_its_question(exports: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(next(exports.glob("anki/*.apkg"))) as package:
        (tmp_path / "deck").write_bytes(package.read("collection.anki2"))
    notes = sqlite3.connect(tmp_path / "deck").execute("select flds from notes").fetchall()
    assert notes
    assert all("mailto:course@example.org?subject=Question%20" in fields for (fields,) in notes)


def test_feedback_in_quizzes_has_the_link(exports: Path) -> None:
    quiz = next(exports.glob("moodle/*.xml")).read_text(encoding="utf-8")
    assert quiz.count("Something wrong here?") == quiz.count("<question type=") - quiz.count(
        '<question type="category">'
    )


def test_papers_and_keys_have_none(exports: Path) -> None:
    for page in exports.glob("exam/*.html"):
        assert "mailto:" not in page.read_text(encoding="utf-8")
