"""Measurements from exams affect the draw, and are shown beside the questions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pkoquiz.cli import run
from pkoquiz.desk import desk
from pkoquiz.desk.app.course import OpenCourse
from pkoquiz.desk.app.views import questions_view
from pkoquiz.exam.versions import digest
from pkoquiz.load import load
from pkoquiz.model.bank import Bank
from pkoquiz.model.blueprint import Measured
from pkoquiz.model.question import Question
from pkoquiz.statistics.measured import unsuitable
from pkoquiz.statistics.record import (
    Administration,
    OptionRecord,
    QuestionRecord,
    administration_json,
)

MINI = Path(__file__).parents[1] / "mini"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder, ignore=shutil.ignore_patterns("exports"))
    return folder


def bank_of(folder: Path) -> Bank:
    bank = load(folder).bank
    assert bank is not None
    return bank


def drawable(folder: Path) -> list[Question]:
    return [question for question in bank_of(folder).ready if question.on_paper]


def measure(folder: Path, records: dict[str, QuestionRecord], n: int = 60) -> Administration:
    """Write an administration with the records of questions by their ids."""
    record = Administration(
        source="paper", exam="final", date="2026-11-24", codes=("3FA9C2",), n=n, questions=records
    )
    (folder / "statistics").mkdir(exist_ok=True)
    (folder / "statistics" / record.file).write_bytes(administration_json(record))
    return record


def figure(question: Question, p: float | None, r: float | None, n: int = 60) -> QuestionRecord:
    return QuestionRecord(digest=digest(question), n=n, p=p, r=r)


def test_questions_are_suitable_if_their_figures_are(course: Path) -> None:
    good, hard, poor, few, reworded, unknown = drawable(course)[:6]
    record = measure(
        course,
        {
            good.id: figure(good, 0.5, 0.3),
            hard.id: figure(hard, 0.1, 0.3),
            poor.id: figure(poor, 0.5, -0.2),
            few.id: figure(few, 0.1, -0.2, n=20),
            reworded.id: QuestionRecord(digest="old", n=60, p=0.1, r=-0.2),
        },
    )
    six = (good, hard, poor, few, reworded, unknown)
    wanted = {"difficulty": "0.3-0.9", "discrimination": "0.1+"}

    def left_out(**fields: object) -> frozenset[str]:
        return unsuitable(six, [record], Measured.model_validate(wanted | fields))

    assert left_out() == {hard.id, poor.id}
    assert left_out(candidates="20") == {hard.id, poor.id, few.id}
    assert left_out(required="true") == {question.id for question in six[1:]}


def with_measured(folder: Path, text: str) -> None:
    path = folder / "course.yaml"
    own = path.read_text(encoding="utf-8")
    path.write_text(own.replace("    items: 4\n", f"    items: 4\n    {text}\n"), encoding="utf-8")


def drawn(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[set[str], str]:
    assert run(["exam", "plan", "quiz", "-C", str(folder), "--json"]) == 0
    captured = capsys.readouterr()
    return set(json.loads(captured.out)["questions"]), captured.err


def test_a_blueprint_draws_by_what_was_measured(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_measured(course, "measured: {difficulty: 0.3-0.9}")
    before, output = drawn(course, capsys)
    assert "leaves out" not in output
    known = {question.id: question for question in drawable(course)}
    hard = next(known[name] for name in sorted(before) if known[name].type != "numerical"
                and known[name].type != "choice")  # fmt: skip
    measure(course, {hard.id: figure(hard, 0.05, 0.3)})
    after, output = drawn(course, capsys)
    assert hard.id not in after
    assert f"`measured` leaves out 1 of {len(known)} questions" in output
    assert run(["build", "-C", str(course), "--pools", "quiz", "moodle"]) == 0
    assert "`measured` leaves out 1" in capsys.readouterr().err
    with_measured(course, f"include: [{hard.id}]")
    assert hard.id in drawn(course, capsys)[0]


def test_required_figures_that_nobody_measured(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_measured(course, "measured: {difficulty: 0.3-0.9, required: true}")
    assert run(["exam", "plan", "quiz", "-C", str(course)]) == 1
    output = capsys.readouterr().err
    assert "PQ703" in output
    assert "`measured` leaves out" in output


def test_broken_statistics_stop_a_draw_that_needs_them(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / "statistics").mkdir()
    (course / "statistics" / "broken.json").write_text("{", encoding="utf-8")
    assert run(["exam", "plan", "quiz", "-C", str(course)]) == 0
    capsys.readouterr()
    with_measured(course, "measured: {difficulty: 0.3-0.9}")
    assert run(["exam", "plan", "quiz", "-C", str(course)]) == 1
    assert "PQ740" in capsys.readouterr().err


LINE = "difficulty 0.50 (0.38 to 0.62), discrimination +0.30 (+0.05 to +0.51), "


def test_desks_show_what_was_measured(course: Path) -> None:
    question = next(one for one in drawable(course) if one.type == "choice")
    options = (OptionRecord(chosen=20), OptionRecord(chosen=40), OptionRecord(chosen=0))
    record = figure(question, 0.5, 0.3).model_copy(update={"options": options})
    opened = OpenCourse.open(course)
    assert opened is not None
    assert not any(view["measured"] for view in questions_view(opened)["questions"])
    administration = measure(course, {question.id: record})
    line = LINE + "60 candidates in 1 exam; discrimination uncertain; nobody chose C"
    page = desk(bank_of(course), [administration]).decode()
    assert f"<dt>Measured</dt>\n<dd>{line}</dd>" in page
    assert "Measured" not in desk(bank_of(course)).decode()
    assert opened.refresh()  # the desk sees new statistics while it is open
    views = {view["id"]: view["measured"] for view in questions_view(opened)["questions"]}
    assert views.pop(question.id) == line
    assert not any(views.values())


def test_the_coverage_page_shows_what_was_measured(course: Path) -> None:
    question = drawable(course)[0]
    measure(course, {question.id: figure(question, 0.5, 0.3)})
    page = course / "desk.html"
    assert run(["coverage", "-C", str(course), "--html", str(page)]) == 0
    assert LINE in page.read_text(encoding="utf-8")
