"""`--except-paper`: learners get no questions of an exam."""

import base64
import json
import re
import shutil
import zlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from pkoquiz.cli import cli

ROOT = Path(__file__).parents[3]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "tests" / "mini", tmp_path / "mini"))


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def embedded(page: str) -> dict[str, list[dict[str, object]]]:
    """Return the questions and terms in a page."""
    data = re.search(r'id="data--questions">(.*?)</script>', page)
    assert data is not None
    packed = json.loads(data[1])["deflate"]
    return dict(json.loads(zlib.decompress(base64.b64decode(packed))))


def test_withheld_questions_are_in_no_format_but_exam(course: Path) -> None:
    out = course / "exports"
    run("exam", "build", "quiz", "-C", course)
    manifest = out / "exam" / "quiz" / "manifest.json"
    ids = set(json.loads(manifest.read_bytes())["questions"])
    assert ids
    report = run("build", "-C", course, "--except-paper", manifest)
    assert "withheld, because an exam asks it" in report
    page = (out / "practice" / "mini.html").read_text("utf-8")
    text = json.dumps(embedded(page))
    quiz = (out / "moodle" / "mini.xml").read_text("utf-8")
    for identity in ids:
        assert f'"{identity}"' not in text
        assert identity not in page
        assert f"<idnumber>{identity}</idnumber>" not in quiz
    # Nothing changed, and then everything is asked again.
    assert "nothing changed" in run("build", "-C", course, "--except-paper", manifest)
    run("build", "-C", course)
    page = (out / "practice" / "mini.html").read_text("utf-8")
    assert ids <= {str(question["id"]) for question in embedded(page)["questions"]}


def test_a_file_that_is_not_a_manifest_of_this_course(course: Path) -> None:
    other = course / "other.json"
    other.write_text("[]", encoding="utf-8")
    result = CliRunner().invoke(
        cli, ["build", "practice", "-C", str(course), "--except-paper", str(other)]
    )
    assert result.exit_code == 2
    assert "other.json" in result.output


def test_an_edition_lacks_withheld_questions(course: Path) -> None:
    run("exam", "build", "quiz", "-C", course)
    manifest = course / "exports" / "exam" / "quiz" / "manifest.json"
    ids = set(json.loads(manifest.read_bytes())["questions"])
    run("release", "--first", "--yes", "-C", course, "--except-paper", manifest)
    page = (course / "exports" / "trainees" / "mini-practice.html").read_text("utf-8")
    asked = {str(question["id"]) for question in embedded(page)["questions"]}
    assert asked
    assert not asked & ids
    ledger = (course / "editions.txt").read_text("utf-8")
    assert not any(re.search(rf"\b{identity}\b", ledger) for identity in ids)
    # After the exam, the next edition hands them out.
    run("release", "--yes", "-C", course)
    page = (course / "exports" / "trainees" / "mini-practice.html").read_text("utf-8")
    assert ids <= {str(question["id"]) for question in embedded(page)["questions"]}
