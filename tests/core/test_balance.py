"""Faults that no single question has."""

from pathlib import Path

import pytest

from pkoquiz.cli import run
from pkoquiz.commands.course import read_course
from pkoquiz.diagnostics import Diagnostic


def checked(folder: Path, questions: list[str]) -> list[Diagnostic]:
    """What is found in a new course with these questions."""
    assert run(["init", str(folder)]) == 0
    text = "section: opening\nquestions:\n" + "".join(questions)
    (folder / "questions" / "opening.yaml").write_text(text, encoding="utf-8")
    return read_course(folder, pedantic=True)[1]


def choice(number: int, key: int, options: int, extra: str = "  shuffle: false\n") -> str:
    listed = "".join(
        f"  - text: light {number} {at}\n    correct: {'true' if at == key else 'false'}\n"
        for at in range(options)
    )
    return (
        f"- id: item-{number}\n  type: choice\n  stem: What is thing {number} {'so ' * number}?\n  options:\n{listed}{extra}"
        "  explain: So it is.\n  objective: O-1\n  bloom: remember\n  difficulty: easy\n"
        "  sources:\n  - passage: opening.p001\n    quote: It tells you where the rocks are\n"
    )


@pytest.mark.parametrize(
    ("questions", "told"),
    [
        ([choice(at, 0, 3) for at in range(5)], "in all 5 choice items with `shuffle: false` the key is option 1"),
        ([choice(at, at % 2 + 2, at % 2 + 3) for at in range(6)], "in all 6 choice items with `shuffle: false` the key is the last option"),
        ([choice(at, 0, 3) for at in range(4)], None),
        ([choice(at, int(at == 2), 3) for at in range(6)], None),
        ([choice(at, 0, 3, "") for at in range(6)], None),
    ],
)  # fmt: skip
def test_keys_in_one_place_are_told(tmp_path: Path, questions: list[str], told: str | None) -> None:
    found = [each.message for each in checked(tmp_path / "c", questions) if each.code == "B06"]
    assert found == ([told] if told else [])


def test_the_other_place_is_told_with_its_line(tmp_path: Path) -> None:
    one, two, same = choice(1, 0, 3), choice(2, 1, 3), choice(1, 2, 3)
    found = checked(tmp_path / "c", [one, two, same.replace("What is thing", "Why then, is so")])
    assert [each.message for each in found if each.code == "S04"] == [
        "the id `item-1` is taken by another question (questions/opening.yaml:3)"
    ]
    found = checked(tmp_path / "d", [one, one.replace("id: item-1", "id: item-2")])
    assert [each.message for each in found if each.code == "S04"] == [
        "nearly the same stem as `item-1` (questions/opening.yaml:5)"
    ]


def test_a_marked_negative_is_not_told_to_mark_it(tmp_path: Path) -> None:
    stem = choice(1, 0, 3).replace("What is thing 1 so ?", "Which is **not** a light?")
    (found,) = [each for each in checked(tmp_path / "c", [stem]) if each.code == "L07"]
    assert "NOT" not in found.hint
