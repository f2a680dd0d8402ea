"""The courses in `examples/`: they pass every check and build in all formats."""

import re
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from pkoquiz.cli import cli

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/course.yaml"))


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.name)
def course(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copytree(request.param, tmp_path / request.param.name))


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def test_an_example_passes_every_check(course: Path) -> None:
    assert "no faults" in run("check", "--pedantic", str(course))


def test_an_example_builds_in_all_formats(course: Path) -> None:
    run("build", "-C", str(course), "--quiet")
    assert {path.name for path in (course / "exports").iterdir()} >= {"anki", "moodle", "exam"}


def test_citations_lead_to_the_second_of_the_recording(tmp_path: Path) -> None:
    course = Path(shutil.copytree(ROOT / "examples" / "keeping-time", tmp_path / "course"))
    run("build", "exam", "-C", str(course), "--quiet")
    key = next(course.glob("exports/exam/*-key.html")).read_text(encoding="utf-8")
    # “The period grows with the square root of the length.” begins 42 seconds into the talk.
    assert 'href="https://video.example.org/watch?v=keeping-time&amp;t=42">▶︎ 00:00:42</a>' in key


def test_formulas_are_mathml_on_pages_and_equations_in_documents(tmp_path: Path) -> None:
    course = Path(shutil.copytree(ROOT / "examples" / "keeping-time", tmp_path / "course"))
    run("exam", "build", "test", "-C", str(course), "--format", "docx", "--format", "html")
    html = next(course.glob("exports/**/test-A.html")).read_text(encoding="utf-8")
    assert "<math " in html
    assert not re.search(r"\\\(|\\\[", re.sub(r'alttext="[^"]*"', "", html))
    with zipfile.ZipFile(next(course.glob("exports/**/test-A.docx"))) as archive:
        document = archive.read("word/document.xml").decode()
    assert "<m:oMath" in document


def test_the_page_of_the_coverage_leads_to_the_recording(tmp_path: Path) -> None:
    page = tmp_path / "coverage.html"
    run("coverage", "-C", str(ROOT / "examples" / "keeping-time"), "--html", str(page))
    link = 'href="https://video.example.org/watch?v=keeping-time&amp;t=28">▶︎ 00:00:28</a>'
    assert link in page.read_text(encoding="utf-8")
