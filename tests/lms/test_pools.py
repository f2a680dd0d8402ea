"""A different paper for every student: pools in three systems."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pkoquiz.cli import run
from pkoquiz.exam.pools import pools
from pkoquiz.exporters import canvas, moodle, qti
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question

from ..making import make_bank, make_question
from ..moodle.reader import read as read_moodle
from .canvas_reader import read as read_canvas
from .qti_reader import read as read_qti

MINI = Path(__file__).parents[1] / "mini"


def bank(*more: Question, **blueprint: Any) -> Bank:
    """Return a bank with six easy choices and six hard ones, and a blueprint `test`."""
    questions = [
        make_question("choice", f"{level}-{number}", difficulty=level, points=points)
        for level, points in (("easy", 1), ("hard", 2))
        for number in range(6)
    ]
    settings = {"title": "A test", "items": 4, "difficulty": {"easy": 2, "hard": 2}, **blueprint}
    return make_bank([*questions, *more], short="made", blueprints={"test": settings})


def test_whatever_is_picked_has_the_composition_of_the_paper() -> None:
    made, drawn = pools(bank(), "test")
    assert not drawn.diagnostics
    assert [(pool.pick, len(pool.questions), pool.points) for pool in made] == [
        (2, 6, 1),
        (2, 6, 2),
    ]
    for pool in made:
        assert len({question.difficulty for question in pool.questions}) == 1
        assert {question.points for question in pool.questions} == {pool.points}


def test_enemies_are_never_drawn_together() -> None:
    enemies = [f"easy-{number}" for number in range(6)]
    rival = make_question("choice", "hard-rival", difficulty="hard", points=2, enemies=enemies)
    in_one_pool = make_question("choice", "easy-rival", difficulty="easy", enemies=["easy-1"])
    made, _ = pools(bank(rival, in_one_pool), "test")
    pairs = {("hard-rival", enemy) for enemy in enemies} | {("easy-rival", "easy-1")}
    questions = [(pool.number, pool.pick, q.id) for pool in made for q in pool.questions]
    for one, other in itertools.permutations(questions, 2):
        if (one[2], other[2]) in pairs:
            assert one[0] == other[0]
            assert one[1] == 1


def test_enemies_may_share_a_pool_of_which_one_is_picked() -> None:
    rival = make_question("choice", "easy-rival", difficulty="easy", enemies=["easy-1"])
    made, _ = pools(bank(rival, items=2, difficulty={"easy": 1, "hard": 1}), "test")
    easy = {question.id for question in made[0].questions}
    assert {"easy-rival", "easy-1"} <= easy


def test_what_every_paper_includes_is_a_pool_of_its_own() -> None:
    made, _ = pools(bank(include=["easy-3"]), "test")
    fixed = [pool for pool in made if [q.id for q in pool.questions] == ["easy-3"]]
    assert [pool.pick for pool in fixed] == [1]
    assert sum(pool.pick for pool in made) == 4
    assert sum("easy-3" in [q.id for q in pool.questions] for pool in made) == 1


def test_without_a_paper_there_are_no_pools() -> None:
    made, drawn = pools(bank(items=13, difficulty={}), "test")
    assert made == ()
    assert drawn.diagnostics


def test_canvas_has_question_groups() -> None:
    made, _ = pools(bank(), "test")
    export = canvas.pools(bank(), "test", "A test", made)
    arrived = read_canvas(export.files["canvas/made-test-pools.zip"])
    assert {there.section for there in arrived} == {"Pool 1: 2", "Pool 2: 2"}
    assert len(arrived) == 12


def test_qti_has_sections_with_a_selection() -> None:
    made, _ = pools(bank(), "test")
    export = qti.pools(bank(), "test", "A test", made)
    arrived = read_qti(export.files["qti/made-test-pools.zip"])
    assert {there.section for there in arrived} == {"Pool 1: 2", "Pool 2: 2"}


def test_moodle_has_a_category_for_each_pool_and_a_page() -> None:
    made, _ = pools(bank(), "test")
    export = moodle.pools(bank(), "test", "A test", made, release=False)
    arrived = read_moodle(export.files["moodle/made-test-pools.xml"])
    assert {there.category[-1] for there in arrived} == {"A test, pool 1", "A test, pool 2"}
    page = export.files["moodle/made-test-pools.txt"].decode()
    assert "2 of 6, 1 point each: A test, pool 1" in page


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder)
    return folder


def test_the_command_writes_pools(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["build", "moodle", "canvas", "qti", "--pools", "quiz", "-C", str(course)]
    assert run(command) == 0
    written = {path.relative_to(course / "exports").as_posix() for path in course.rglob("*-pools*")}
    assert written == {
        "moodle/mini-quiz-pools.xml",
        "moodle/mini-quiz-pools.txt",
        "canvas/mini-quiz-pools.zip",
        "qti/mini-quiz-pools.zip",
    }
    assert "the same for everyone: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["gift", "--pools", "quiz"], "gift has no pools; use moodle or canvas or qti"),
        (["canvas", "--pools", "quizz"], "blueprint `quizz` not found; did you mean `quiz`?"),
        (["canvas", "--pools", "quiz", "--tag", "x"], "--pools alone"),
    ],
)
def test_usage_errors(
    words: list[str], message: str, course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["build", *words, "-C", str(course)]) == 2
    assert message in capsys.readouterr().err


def test_papers_and_single_questions_for_other_systems(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["exam", "build", "quiz", "--format", "html", "-C", str(course)]) == 0
    manifest = course / "exports/exam/quiz/manifest.json"
    count = len(json.loads(manifest.read_text(encoding="utf-8"))["questions"])
    assert run(["build", "qti", "--paper", str(manifest), "-C", str(course)]) == 0
    content = (course / "exports/qti/mini-quiz-1.zip").read_bytes()
    assert len(read_qti(content)) == count
    assert run(["build", "canvas", "--question", "oldest-kind", "-C", str(course)]) == 0
    content = (course / "exports/canvas/mini-changed.zip").read_bytes()
    assert [there.id for there in read_canvas(content)] == ["oldest-kind"]
