"""Papers of an exam as quizzes, and new versions of questions that Moodle has already."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pkoquiz.cli import cli
from pkoquiz.commands.quiz import changed_since_edition
from pkoquiz.exam import exam as exams
from pkoquiz.exam.exam import Exam, Paper
from pkoquiz.exam.manifest import manifest
from pkoquiz.exam.versions import arrange
from pkoquiz.exporters import moodle
from pkoquiz.load import load
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import LEDGER
from pkoquiz.model.question import Question

from ..making import make_question
from .gap_reader import Refused
from .making import bank
from .reader import read, read_version
from .test_schema import validate

MINI = Path(__file__).parents[1] / "mini"


def exam_of(*papers: Sequence[Question], title: str = "The final", name: str = "final") -> Exam:
    """Return an exam with these papers in two versions."""
    made = [
        Paper(number, tuple(arrange(questions, f"seed {number}", letter) for letter in "AB"))
        for number, questions in enumerate(papers, 1)
    ]
    return Exam(name, title, "seed", tuple(made))


QUESTIONS = [make_question("truefalse", f"q-{letter}", section=letter) for letter in "dcbaef"]


def test_each_paper_is_a_file_in_printed_order() -> None:
    """The questions are in the order of version A, not in that of the bank or its sections."""
    exam = exam_of(QUESTIONS[:4], QUESTIONS[3:])
    export = moodle.papers(bank(*QUESTIONS), exam)
    assert list(export.files) == ["moodle/made-final-1.xml", "moodle/made-final-2.xml"]
    for paper, content in zip(exam.papers, export.files.values(), strict=True):
        validate(content)
        printed = [placed.id for placed in paper.versions[0].questions]
        assert [question.idnumber for question in read(content)] == printed
    assert export.report == "paper 1: 4 questions, paper 2: 3 questions"


def test_category_and_tag_name_exam_and_paper() -> None:
    exam = exam_of(QUESTIONS[:2], QUESTIONS[2:], title="Final / 2026")
    for number, content in enumerate(moodle.papers(bank(*QUESTIONS), exam).files.values(), 1):
        for question in read(content):
            assert question.category == ("Made by hand", f"Final / 2026, paper {number}")
            assert f"exam final paper {number}" in question.tags


def test_the_category_lists_the_questions_in_printed_order() -> None:
    """Moodle's question bank sorts questions by type and name."""
    exam = exam_of(QUESTIONS)
    (content,) = moodle.papers(bank(*QUESTIONS), exam).files.values()
    ids = [placed.id for placed in exam.papers[0].versions[0].questions]
    listed = "".join(f"<li>{identity}: 1 point</li>" for identity in ids)
    assert f"<ol>{listed}</ol>".encode() in content


def test_one_paper_is_selected_by_its_number() -> None:
    exam = exam_of(QUESTIONS[:2], QUESTIONS[2:4], QUESTIONS[4:])
    export = moodle.papers(bank(*QUESTIONS), exam, numbers=[2])
    assert list(export.files) == ["moodle/made-final-2.xml"]
    assert sum(export.counts.values()) == 2


def test_a_long_name_of_an_exam_keeps_the_number_of_the_paper() -> None:
    exam = exam_of(QUESTIONS, title="t" * 400, name="n" * 80)
    (content,) = moodle.papers(bank(*QUESTIONS), exam).files.values()
    question = read(content)[0]
    assert question.category[1].endswith(", paper 1")
    assert any(tag.endswith(" paper 1") for tag in question.tags)


def test_no_enemies_meet_in_the_papers_of_the_shipped_course(shipped: Bank) -> None:
    exam, _ = exams.plan(shipped, "final")
    assert exam is not None
    export = moodle.papers(shipped, exam)
    assert len(export.files) == len(exam.papers) > 1
    assert not any("enemies" in note.reason for note in export.notes)
    enemies = {question.id: set(question.enemies) for question in shipped.questions}
    for content in export.files.values():
        together = {question.idnumber for question in read(content)}
        assert all(together.isdisjoint(enemies[identity]) for identity in together)


def test_enemies_in_one_file_are_noted() -> None:
    enemies = [
        make_question("truefalse", "one", enemies=["other"]),
        make_question("truefalse", "other", enemies=["one"]),
    ]
    course = bank(*enemies)
    apart = moodle.papers(course, exam_of([enemies[0]], [enemies[1]]))
    assert not any("enemies" in note.reason for note in apart.notes)
    together = moodle.papers(course, exam_of(enemies))
    assert sum("enemies" in note.reason for note in together.notes) == 2


def test_notes_name_what_is_missing_or_changed() -> None:
    retired = make_question("truefalse", "gone", status="retired", reason="Wrong.")
    exam = exam_of([*QUESTIONS, retired])
    export = moodle.papers(bank(*QUESTIONS, retired), exam, changed=["q-a"])
    noted = {(note.question, note.reason) for note in export.notes}
    assert ("gone", "retired questions are not exported") in noted
    reason = "changed since the exam was printed: Moodle gets the new wording"
    assert ("q-a", reason) in noted


def test_a_question_on_two_papers_is_noted_once() -> None:
    pairs = [{"premise": a, "response": a, "feedback": "Yes."} for a in "abc"]
    question = make_question("matching", pairs=pairs)
    export = moodle.papers(bank(question), exam_of([question], [question]))
    assert sum("general feedback" in note.reason for note in export.notes) == 1


# --- new versions ---------------------------------------------------------------------------------


def test_each_version_file_has_one_bare_question(mini: Bank) -> None:
    """The plugin counts a category as a question, and refuses a file with more than one."""
    ids = {question.id for question in mini.ready if question.on_paper}
    export = moodle.new_versions(mini, ids)
    assert {Path(path).stem for path in export.files} == ids
    whole = {question.idnumber: question for question in read(*moodle.export(mini).files.values())}
    for path, content in export.files.items():
        validate(content)
        version = read_version(content)
        assert path == f"moodle/versions/{version.idnumber}.xml"
        assert version == replace(whole[version.idnumber], category=())


def test_the_plugin_refuses_the_file_of_a_bank() -> None:
    (content,) = moodle.export(bank(QUESTIONS[0])).files.values()
    with pytest.raises(Refused, match="exactly one question"):
        read_version(content)


def test_only_ready_questions_get_a_version(mini: Bank) -> None:
    ids = [question.id for question in mini.questions if question.type == "flashcard"]
    export = moodle.new_versions(mini, ids)
    assert not export.files
    assert any("no place" in note.reason for note in export.notes)


# --- the command ----------------------------------------------------------------------------------


def run(tmp_path: Path, *words: str) -> tuple[int, str]:
    """Run `pkoquiz build` and return its exit code and all its output."""
    arguments = ["build", "-C", str(MINI), "--out", str(tmp_path / "out"), *words]
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    if isinstance(result.exception, click.ClickException):
        return result.exception.exit_code, result.exception.message
    return result.return_value, result.output


def files(tmp_path: Path) -> set[str]:
    folder = tmp_path / "out" / "moodle"
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.xml")}


@pytest.fixture
def printed(tmp_path: Path, mini: Bank) -> Path:
    """The manifest of an exam with two papers."""
    questions = [question for question in mini.ready if question.on_paper]
    exam = exam_of(questions[:4], questions[4:], title="A quiz", name="quiz")
    path = tmp_path / "manifest.json"
    path.write_bytes(manifest(mini, exam))
    return path


def test_papers_and_versions_are_written_beside_the_bank(tmp_path: Path, printed: Path) -> None:
    for words in (
        ["moodle"],
        ["--paper", str(printed), "--number", "2"],
        ["--paper", str(printed), "--number", "1"],
        ["--question", "oldest-kind", "--question", "span-of-stone"],
    ):
        code, output = run(tmp_path, *words)
        assert code == 0, output
    versions = {"versions/oldest-kind.xml", "versions/span-of-stone.xml"}
    expected = {"mini.xml", "mini-quiz-1.xml", "mini-quiz-2.xml", *versions}
    assert files(tmp_path) == expected
    code, output = run(tmp_path, "moodle")
    assert (code, files(tmp_path)) == (0, expected), output


def test_all_papers_are_reported_with_their_sizes(tmp_path: Path, printed: Path) -> None:
    code, output = run(tmp_path, "moodle", "--paper", str(printed))
    assert code == 0
    assert "moodle: 2 papers of `quiz`: paper 1: 4 questions, paper 2: " in output
    assert "mini-quiz-2.xml  written" in output


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"course": "other"}, 1, "this manifest belongs to the course `other`, not `mini`"),
        ({"questions": {}}, 1, "nothing was written"),
        ({"papers": []}, 1, "the manifest has no papers"),
        ({"exam": "a\n::error::x"}, 1, "nothing was written"),
    ],
)
def test_a_manifest_that_does_not_fit(
    tmp_path: Path, printed: Path, change: dict[str, object], code: int, message: str
) -> None:
    data = json.loads(printed.read_bytes())
    printed.write_text(json.dumps({**data, **change}))
    result = run(tmp_path, "--paper", str(printed))
    assert result[0] == code
    assert message in result[1]
    assert not (tmp_path / "out").exists()


def test_ids_of_a_manifest_cannot_write_commands_on_the_terminal(
    tmp_path: Path, printed: Path
) -> None:
    text = printed.read_text(encoding="utf-8")
    printed.write_text(text.replace("oldest-kind", "a\\n::error::x\\u001b]0;x\\u0007"))
    code, output = run(tmp_path, "--paper", str(printed))
    assert code == 1
    assert "\x1b]0" not in output
    assert not any(line.startswith("::error") for line in output.splitlines())


def test_a_paper_that_the_exam_does_not_have(tmp_path: Path, printed: Path) -> None:
    code, output = run(tmp_path, "--paper", str(printed), "--number", "3")
    assert (code, "the exam has no paper 3; its papers are 1 to 2" in output) == (2, True)


def test_a_question_that_cannot_be_exported(tmp_path: Path) -> None:
    code, output = run(tmp_path, "--question", "trunk-card")
    assert code == 1
    assert "nothing was written" in output
    assert "flashcards have no place in a quiz" in output


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course whose first edition was released."""
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder)
    assert (
        CliRunner().invoke(cli, ["release", "--first", "--yes", "-C", str(folder)]).exit_code == 0
    )
    return folder


def changed(tmp_path: Path, course: Path) -> tuple[int, str]:
    return run(tmp_path, "--changed", "-C", str(course))


def test_changed_questions_get_new_versions(tmp_path: Path, course: Path) -> None:
    code, output = changed(tmp_path, course)
    assert (code, files(tmp_path)) == (0, set())
    assert "no question in Moodle has changed since the last edition" in output
    bank_file = course / "questions" / "beams.yaml"
    text = bank_file.read_text(encoding="utf-8")
    assert text.count("She does not mention rope.") == 1
    bank_file.write_text(text.replace("not mention rope", "not speak of rope"), encoding="utf-8")
    ledger = (course / LEDGER).read_bytes()
    code, output = changed(tmp_path, course)
    assert code == 0, output
    assert files(tmp_path) == {"versions/oldest-kind.xml"}
    assert (course / LEDGER).read_bytes() == ledger


def test_a_changed_flashcard_has_no_version(tmp_path: Path, course: Path) -> None:
    for bank_file in (course / "questions").glob("*.yaml"):
        text = bank_file.read_text(encoding="utf-8")
        stem = "id: trunk-card\n"
        if stem in text:
            text = text.replace(stem, stem + "  explain: An added explanation.\n")
            bank_file.write_text(text, encoding="utf-8")
    code, output = changed(tmp_path, course)
    assert (code, files(tmp_path)) == (0, set()), output


def test_new_questions_have_no_earlier_version(tmp_path: Path, course: Path) -> None:
    bank = load(course).bank
    assert bank is not None
    known = {name: entry for name, entry in bank.ledger.questions.items() if name != "oldest-kind"}
    ledger = bank.ledger.model_copy(update={"questions": known})
    assert changed_since_edition(replace(bank, ledger=ledger)) == frozenset()


def test_without_a_ledger_nothing_can_have_changed(tmp_path: Path, course: Path) -> None:
    (course / LEDGER).unlink()
    code, output = changed(tmp_path, course)
    assert code == 1
    assert f"there is no {LEDGER}" in output


@pytest.mark.parametrize("damage", ["{", "<<<<<<< ours\n"])
def test_a_damaged_ledger(tmp_path: Path, course: Path, damage: str) -> None:
    (course / LEDGER).write_text(damage)
    code, output = changed(tmp_path, course)
    assert code == 1
    assert "nothing was written: 1 error" in output
    assert not (tmp_path / "out").exists()
