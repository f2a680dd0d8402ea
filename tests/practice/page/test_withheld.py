"""`--except-paper`: learners get no questions of an exam."""

import base64
import html
import io
import json
import re
import shutil
import tarfile
import zipfile
import zlib
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner

from pkoquiz.cli import cli
from pkoquiz.load import load

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


def test_no_format_contains_withheld_questions(course: Path) -> None:
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


@pytest.mark.parametrize(
    "part", [("--paper", "FILE"), ("--question", "round-arch"), ("--changed",), ("--pools", "quiz")]
)
def test_a_separate_quiz_cannot_withhold_questions(course: Path, part: tuple[str, ...]) -> None:
    run("exam", "build", "quiz", "-C", course)
    manifest = str(course / "exports" / "exam" / "quiz" / "manifest.json")
    options = [manifest if option == "FILE" else option for option in part]
    result = CliRunner().invoke(
        cli, ["build", "moodle", "-C", str(course), *options, "--except-paper", manifest]
    )
    assert result.exit_code == 2
    assert "--except-paper" in result.output


def words(name: str, content: bytes) -> str:
    """Return the letters and digits of all texts in a file; archives are opened."""
    if name.endswith((".apkg", ".zip")):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return " ".join(words(member, archive.read(member)) for member in archive.namelist())
    if name.endswith(".tar.gz"):
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            files = [file for file in map(archive.extractfile, archive.getmembers()) if file]
            return " ".join(words("", file.read()) for file in files)
    if name.endswith(".pdf"):
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        text = " ".join(page.extract_text() for page in pages)
    else:
        text = content.decode("utf-8", "replace")
    for packed in re.findall(r'"deflate": ?"([^"]+)"', text):
        text += zlib.decompress(base64.b64decode(packed)).decode()
    text = html.unescape(html.unescape(text))  # feeds contain HTML as text
    return "".join(re.findall(r"\w", re.sub(r"<[^>]*>", " ", text))).casefold()


def test_no_file_of_an_edition_contains_the_words_of_withheld_questions(course: Path) -> None:
    settings = course / "course.yaml"
    listed = "[canvas, brightspace, qti, gift, aiken, blackboard, openedx]"
    settings.write_text(settings.read_text("utf-8") + f"formats: {listed}\n", "utf-8")
    bank = load(course).bank
    assert bank is not None
    lecture = words("", (course / "seeds" / "bridges.md").read_bytes())
    run("exam", "build", "quiz", "-C", course)
    exports = course / "exports"
    manifest = exports / "exam" / "quiz" / "manifest.json"
    ids = set(json.loads(manifest.read_bytes())["questions"])
    stems = {
        question.id: stem
        for question in bank.questions
        if question.id in ids and (stem := words("", question.stem.encode())[:40]) not in lecture
    }
    assert len(stems) >= 3
    run("release", "--first", "--yes", "-C", course, "--except-paper", manifest)
    files = [
        path
        for audience in ("trainees", "instructors")
        for path in (exports / audience).rglob("*")
        if path.is_file()
    ]
    assert len(files) > 15
    found = {path: words(path.name, path.read_bytes()) for path in files}
    assert [
        (path.name, identity)
        for path, text in found.items()
        for identity, stem in stems.items()
        if stem in text
    ] == []
    # The search is not blind: afterwards every file that has questions contains one of them.
    run("release", "--yes", "-C", course)
    blind = {
        path.relative_to(exports).as_posix()
        for path in files
        if not any(stem in words(path.name, path.read_bytes()) for stem in stems.values())
    }
    assert blind == {
        "trainees/index.html",
        "instructors/index.html",
        "instructors/web/icon.svg",
        "instructors/web/manifest.webmanifest",
        "instructors/web/sw.js",
    }


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
