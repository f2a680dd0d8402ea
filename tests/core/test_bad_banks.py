"""Faulty banks: each file in `tests/bad` names the findings below the line that causes them.

`# PQ111 3-11` expects PQ111 in columns 3 to 11 of the line above; without columns, anywhere in it.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pkoquiz.commands.course import read_course

TESTS = Path(__file__).parent.parent
EXPECTED = re.compile(r"#\s*((?:PQ|[SLBD])\d+)(?:\s+(\d+)-(\d+))?\s*$")

Expectation = tuple[int, str, tuple[int, int] | None]
"""Line, code, and columns if they are given."""


def expectations(text: str) -> Iterator[Expectation]:
    line = 0
    for number, content in enumerate(text.splitlines(), 1):
        match = EXPECTED.fullmatch(content.strip())
        if match:
            yield line, match[1], (int(match[2]), int(match[3])) if match[2] else None
        else:
            line = number


def course_with(bank: str, folder: Path) -> Path:
    """Load the small course of the tests with another bank."""
    shutil.copytree(TESTS / "mini", folder)
    shutil.rmtree(folder / "questions")
    (folder / "questions").mkdir()
    (folder / "questions" / "bad.yaml").write_text(bank, encoding="utf-8")
    return folder


@pytest.mark.parametrize("path", sorted((TESTS / "bad").glob("*.yaml")), ids=lambda path: path.stem)
def test_each_finding_is_where_it_is_expected(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = list(expectations(text))
    assert expected, "the file expects nothing"
    with_columns = {(line, code) for line, code, columns in expected if columns}
    found: list[Expectation] = []
    for finding in read_course(course_with(text, tmp_path / "course"))[1]:
        span = finding.place.span
        if finding.place.file == "questions/bad.yaml" and span:
            columns = (span.column, span.end_column)
            known = (span.line, finding.code) in with_columns
            found.append((span.line, finding.code, columns if known else None))
    assert sorted(found, key=str) == sorted(expected, key=str)


QUESTION = """\
section: {section}
questions:
- id: oldest-bridge
  type: flashcard
  stem: Which bridge is the oldest, according to Strand?
  answer: The beam bridge.
  sources: [{{passage: {passage}, quote: {quote}}}]
  objective: {objective}
  enemies: [{enemy}]
  bloom: remember
  difficulty: easy
- id: trunk
  type: flashcard
  stem: What is a trunk across a stream, according to Strand?
  answer: A beam bridge.
  sources: [{{passage: beams.p001, quote: A trunk across a stream is one.}}]
  objective: B-1
  bloom: remember
  difficulty: easy
"""
RIGHT = {
    "section": "beams",
    "passage": "beams.p001",
    "quote": "oldest of all bridges",
    "objective": "B-1",
    "enemy": "trunk",
}


@pytest.mark.parametrize(
    ("code", "fields", "message", "hint"),
    [
        ("PQ211", {"section": "beam"}, "unknown section `beam`", "did you mean `beams`?"),
        (
            "PQ211",
            {"section": "x"},
            "unknown section `x`",
            "use one of `beams`, `arches`, or list it under `sections` in course.yaml",
        ),
        ("PQ212", {"objective": "B-11"}, "unknown objective `B-11`", "did you mean `B-1`?"),
        ("PQ212", {"objective": "x"}, "unknown objective `x`", "use one of `B-1`, `B-2`"),
        ("PQ212", {"objective": ""}, "the question has no objective", "use one of `B-1`, `B-2`"),
        ("PQ213", {"enemy": "trunks"}, "unknown question `trunks`", "did you mean `trunk`?"),
        (
            "PQ213",
            {"enemy": "nobody"},
            "unknown question `nobody`",
            "`pkoquiz questions` lists all ids",
        ),
        (
            "PQ204",
            {"passage": "beams.p0001", "quote": "elephants cross it one by one"},
            "unknown passage `beams.p0001`, and the quote is not in the transcript",
            "did you mean `beams.p001`?",
        ),
    ],
)
def test_an_unknown_name_gets_a_suggestion(
    code: str, fields: dict[str, str], message: str, hint: str, tmp_path: Path
) -> None:
    bank = QUESTION.format(**(RIGHT | fields))
    _, found = read_course(course_with(bank, tmp_path / "course"))
    (finding,) = (finding for finding in found if finding.code == code)
    assert (finding.message, finding.hint) == (message, hint)


def test_an_invalid_section_is_reported_once_where_it_is_written(tmp_path: Path) -> None:
    bank = QUESTION.format(**RIGHT | {"section": "Opening Talk"})
    found = read_course(course_with(bank, tmp_path / "course"))[1]
    (fault,) = [finding for finding in found if finding.code == "PQ115"]
    assert fault.place.path == ("section",)
    assert fault.hint == "write `opening-talk`"
