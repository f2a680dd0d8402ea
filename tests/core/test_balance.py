"""Findings about a bank as a whole."""

from pathlib import Path

import pytest

from pkoquiz.cli import run
from pkoquiz.commands.course import read_course
from pkoquiz.diagnostics import Diagnostic


def findings(folder: Path, questions: list[str]) -> list[Diagnostic]:
    """Return the findings of a new course with these questions."""
    assert run(["init", str(folder)]) == 0
    text = "section: opening\nquestions:\n" + "".join(questions)
    (folder / "questions" / "opening.yaml").write_text(text, encoding="utf-8")
    return read_course(folder, pedantic=True)[1]


def messages(found: list[Diagnostic], code: str) -> list[str]:
    return [finding.message for finding in found if finding.code == code]


def choice(number: int, key: int, options: int, extra: str = "  shuffle: false\n") -> str:
    """Return a question whose right option is at position `key`."""
    listed = "".join(
        f"  - text: light {number} {index}\n    correct: {'true' if index == key else 'false'}\n"
        for index in range(options)
    )
    return (
        f"- id: item-{number}\n  type: choice\n  stem: What is thing {number} {'so ' * number}?\n"
        f"  options:\n{listed}{extra}"
        "  explain: So it is.\n  objective: O-1\n  bloom: remember\n  difficulty: easy\n"
        "  sources:\n  - passage: opening.p001\n    quote: It tells you where the rocks are\n"
    )


IN_ONE_PLACE = [
    (
        [choice(number, 0, 3) for number in range(5)],
        ["option 1 is right in all 5 choice questions with `shuffle: false`"],
    ),
    (
        [choice(number, number % 2 + 2, number % 2 + 3) for number in range(6)],
        ["the last option is right in all 6 choice questions with `shuffle: false`"],
    ),
    ([choice(number, 0, 3) for number in range(4)], []),
    ([choice(number, int(number == 2), 3) for number in range(6)], []),
    ([choice(number, 0, 3, "") for number in range(6)], []),
]


@pytest.mark.parametrize(
    ("questions", "expected"), IN_ONE_PLACE, ids=["first", "last", "few", "mixed", "shuffled"]
)
def test_keys_in_the_same_place(tmp_path: Path, questions: list[str], expected: list[str]) -> None:
    assert messages(findings(tmp_path / "course", questions), "B06") == expected


def test_a_duplicate_id_names_the_line_of_the_other(tmp_path: Path) -> None:
    same = choice(1, 2, 3).replace("What is thing", "Why then, is so")
    found = findings(tmp_path / "course", [choice(1, 0, 3), choice(2, 1, 3), same])
    assert messages(found, "S04") == [
        "duplicate id `item-1`: another question has it (questions/opening.yaml:3)"
    ]


def test_a_duplicate_stem_names_the_line_of_the_other(tmp_path: Path) -> None:
    one = choice(1, 0, 3)
    found = findings(tmp_path / "course", [one, one.replace("id: item-1", "id: item-2")])
    assert messages(found, "S04") == ["nearly the same stem as `item-1` (questions/opening.yaml:5)"]


def test_the_hint_for_an_emphasised_negative_does_not_ask_for_emphasis(tmp_path: Path) -> None:
    question = choice(1, 0, 3).replace("What is thing 1 so ?", "Which is **not** a light?")
    found = findings(tmp_path / "course", [question])
    (finding,) = (finding for finding in found if finding.code == "L07")
    assert finding.severity == "info"
    assert "NOT" not in finding.hint
