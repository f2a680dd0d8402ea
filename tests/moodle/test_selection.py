"""A part of a bank for one quiz: by section, tag or difficulty."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pkoquiz.cli import cli
from pkoquiz.model.bank import Bank
from pkoquiz.selection import Selection, select, unknown, unknown_questions

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
    assert ids(mini, Selection()) == {question.id for question in mini.questions}


def test_unknown_names_are_reported_with_a_suggestion(mini: Bank) -> None:
    assert list(unknown(mini, Selection(("arche",), ("histori",)))) == [
        "section `arche` not found; did you mean `arches`?",
        "tag `histori` not found; did you mean `history`?",
    ]
    assert list(unknown_questions(mini, ["nowhere-at-all", "oldest-kin", "oldest-kind"])) == [
        "question `nowhere-at-all` not found",
        "question `oldest-kin` not found; did you mean `oldest-kind`?",
    ]


def run(tmp_path: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        cli, ["build", "-C", str(MINI), "--out", str(tmp_path / "out"), *words]
    )
    return result.exit_code, result.output


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
        (["anki", "--tag", "history"], "are for quizzes; build anki without them"),
        (["moodle", "exam", "--section", "beams"], "build exam without them"),
        (["anki", "--question", "oldest-kind"], "build anki without them"),
        (["--section", "arche"], "did you mean `arches`?"),
        (["--difficulty", "hard", "--tag", "history"], "no ready question"),
        (["--question", "oldest-kin"], "did you mean `oldest-kind`?"),
        (
            ["--question", "oldest-kind", "--tag", "history"],
            "use --paper, --question, --changed and --pools alone",
        ),
        (
            ["--question", "oldest-kind", "--changed"],
            "use --paper, --question, --changed and --pools alone",
        ),
        (
            ["--question", "oldest-kind", "--watch"],
            "use --paper, --question, --changed and --pools alone",
        ),
        (["--number", "1"], "--number needs --paper"),
    ],
)
def test_usage_errors(tmp_path: Path, words: list[str], message: str) -> None:
    code, output = run(tmp_path, *words)
    assert code == 2
    assert message in " ".join(output.split())
    assert not (tmp_path / "out").exists()
