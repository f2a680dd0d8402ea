"""A part of a bank for one quiz: by section, tag, difficulty or paper."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pkoquiz.cli import cli
from pkoquiz.model.bank import Bank
from pkoquiz.selection import Selection, paper_ids, select, unknown

from .reader import read

MINI = Path(__file__).parents[1] / "mini"


def ids(bank: Bank, selection: Selection) -> set[str]:
    return {question.id for question in select(bank, selection)}


def test_values_of_a_field_add_questions_and_fields_remove_them(mini: Bank) -> None:
    assert ids(mini, Selection(tags=("history",))) == {"oldest-kind"}
    assert ids(mini, Selection(sections=("beams", "arches"))) == {
        question.id for question in mini.questions
    }
    hard = ids(mini, Selection(sections=("arches",), difficulties=("hard",)))
    assert "stone-or-cable" in hard
    assert "span-of-stone" not in hard
    assert ids(mini, Selection(ids=frozenset({"oldest-kind"}))) == {"oldest-kind"}
    assert ids(mini, Selection()) == {question.id for question in mini.questions}


def test_unknown_names_are_reported_with_a_suggestion(mini: Bank) -> None:
    messages = list(
        unknown(mini, Selection(("arche",), ("histori",), (), frozenset({"nowhere-at-all"})))
    )
    assert messages == [
        "section `arche` not found; did you mean `arches`?",
        "tag `histori` not found; did you mean `history`?",
        "question `nowhere-at-all` not found",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no json", "not a JSON file"),
        (b"[]", "not an exam manifest"),
        (b'{"questions": []}', "not an exam manifest"),
        (b'{"questions": {"a": {}}, "course": "other"}', "belongs to the course `other`"),
        (b"[" * 100_000, "not a JSON file"),
    ],
)
def test_a_file_that_is_not_a_paper_of_this_course(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        paper_ids(content, "mini")


def run(tmp_path: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        cli, ["build", "-C", str(MINI), "--out", str(tmp_path / "out"), *words]
    )
    return result.exit_code, result.output


def test_a_paper_becomes_a_quiz(tmp_path: Path) -> None:
    paper = tmp_path / "manifest.json"
    paper.write_text(
        json.dumps({"course": "mini", "questions": {"span-of-stone": {}, "oldest-kind": {}}})
    )
    code, output = run(tmp_path, "--paper", str(paper))
    assert code == 0, output
    assert not (tmp_path / "out" / "anki").exists()
    content = (tmp_path / "out" / "moodle" / "mini.xml").read_bytes()
    assert [question.idnumber for question in read(content)] == ["oldest-kind", "span-of-stone"]


def test_a_different_selection_is_built_again(tmp_path: Path) -> None:
    """A build with nothing to do is skipped, but not for a different selection."""
    sizes = []
    for words in (["moodle"], ["--section", "beams"], ["--tag", "history"], ["moodle"]):
        code, output = run(tmp_path, *words)
        assert code == 0, output
        sizes.append(len(read((tmp_path / "out" / "moodle" / "mini.xml").read_bytes())))
    assert sizes[0] == sizes[3] > sizes[1] > sizes[2] == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["anki", "--tag", "history"], "select questions for quizzes; build anki without them"),
        (["moodle", "exam", "--section", "beams"], "build exam without them"),
        (["--section", "arche"], "did you mean `arches`?"),
        (["--difficulty", "hard", "--tag", "history"], "no ready question"),
    ],
)
def test_usage_errors(tmp_path: Path, words: list[str], message: str) -> None:
    code, output = run(tmp_path, *words)
    assert code == 2
    assert message in output
    assert not (tmp_path / "out").exists()
