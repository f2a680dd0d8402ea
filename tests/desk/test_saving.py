"""Saving: files change only by the edit, saved questions are proved, conflicts are shown."""

from __future__ import annotations

import copy
import datetime
import difflib
from pathlib import Path
from typing import Any

import pytest

from pkoquiz.checks import findings
from pkoquiz.editions.ledgerfile import dump
from pkoquiz.exporters import anki
from pkoquiz.load import load
from pkoquiz.model.ledger import LEDGER

from .conftest import QUESTION, Desk


def changed(**fields: Any) -> dict[str, Any]:
    """Return the question of the tests with other fields; None deletes one."""
    item = {**copy.deepcopy(QUESTION), **fields}
    return {name: value for name, value in item.items() if value is not None}


def save(desk: Desk, item: dict[str, Any], was: Any = None, status: int = 200) -> Any:
    return desk.ask("/save", {"item": item, "section": "beams", "was": was}, status)


def lines_changed(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


# --- new questions --------------------------------------------------------------------------------


def test_a_new_question_is_added_behind_the_last_on_its_objective(desk: Desk) -> None:
    before = desk.text("questions/beams.yaml")
    saved = save(desk, QUESTION)["saved"]
    after = desk.text("questions/beams.yaml")
    assert saved["file"] == "questions/beams.yaml"
    added = lines_changed(before, after)
    assert added
    assert all(line.startswith("+") for line in added)
    assert "+- id: beams-weak-stone" in added
    loaded = load(desk.folder)
    assert loaded.bank is not None
    assert not loaded.diagnostics
    assert "beams-weak-stone" in {question.id for question in loaded.bank.questions}
    assert not [each for each in findings(loaded.bank) if each.severity == "error"]


def test_the_text_of_an_option_comes_before_its_mark(desk: Desk) -> None:
    options = [{"correct": "true", "text": "Tension"}, {"text": "Wind"}, {"text": "Rain"}]
    save(desk, changed(options=options))
    assert "  - text: Tension\n    correct: true\n" in desk.text("questions/beams.yaml")


def test_a_section_without_questions_gets_a_file(desk: Desk) -> None:
    course = desk.folder / "course.yaml"
    course.write_text(course.read_text() + "sections: {across: Across the talks}\n")
    desk.ask("/questions")
    data = {"item": changed(id="across-one"), "section": "across", "was": None}
    assert desk.ask("/save", data)["saved"]["file"] == "questions/across.yaml"
    assert "section: across" in desk.text("questions/across.yaml")
    desk.ask("/undo", {})
    assert not (desk.folder / "questions" / "across.yaml").exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"stem": None},
        {"sources": None},
        {"sources": [{"passage": "beams.p001", "quote": "Words that nobody said in this talk."}]},
        {"options": [{"text": "One"}, {"text": "Two"}]},
        {"objective": "B-99"},
        {"id": "oldest-kind"},
        {"id": "Not An Id"},
        {"enemies": ["nobody"]},
        {"unknown": "field"},
        {"type": "poem"},
    ],
)
def test_nothing_wrong_or_unproved_is_saved(desk: Desk, broken: dict[str, Any]) -> None:
    before = desk.text("questions/beams.yaml")
    answer = save(desk, changed(**broken), status=422)
    assert "not saved" in answer["error"]
    assert desk.text("questions/beams.yaml") == before


def test_an_id_that_learners_have_is_taken_for_ever(desk: Desk) -> None:
    moment = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
    released = anki.release(desk.course.bank, moment).ledger
    (desk.folder / LEDGER).write_bytes(dump(released).encode())
    path = desk.folder / "questions" / "beams.yaml"
    path.write_text(path.read_text().partition("- id: trunk-card")[0])
    desk.course.refresh()
    answer = desk.judge(changed(id="trunk-card"))
    assert "has or had this name" in answer["findings"][0]["message"]
    assert answer["blocks"]


# --- changes --------------------------------------------------------------------------------------


def test_a_changed_field_changes_its_line_alone(desk: Desk) -> None:
    before = desk.text("questions/beams.yaml")
    opened = desk.ask("/open", {"id": "oldest-kind"})
    item = {**opened["item"], "difficulty": "medium"}
    save(desk, item, opened)
    assert lines_changed(before, desk.text("questions/beams.yaml")) == [
        "-  difficulty: easy",
        "+  difficulty: medium",
    ]


def test_saving_without_a_change_does_not_touch_the_file(desk: Desk) -> None:
    path = desk.folder / "questions" / "beams.yaml"
    before = path.stat().st_mtime_ns
    opened = desk.ask("/open", {"id": "oldest-kind"})
    save(desk, opened["item"], opened)
    assert path.stat().st_mtime_ns == before
    assert desk.ask("/questions")["undo"] == ""


def test_a_question_is_retired_with_a_reason(desk: Desk) -> None:
    opened = desk.ask("/open", {"id": "oldest-kind"})
    item = {**opened["item"], "status": "retired", "reason": "The talk was wrong."}
    save(desk, item, opened)
    text = desk.text("questions/beams.yaml").partition("- id: span-of-stone")[0]
    assert "\n  status: retired\n" in text
    assert "\n  reason: The talk was wrong.\n" in text


def test_other_changes_of_the_file_are_kept(desk: Desk) -> None:
    opened = desk.ask("/open", {"id": "oldest-kind"})
    path = desk.folder / "questions" / "beams.yaml"
    path.write_text(path.read_text().replace("difficulty: medium", "difficulty: hard"))
    save(desk, {**opened["item"], "difficulty": "medium"}, opened)
    text = desk.text("questions/beams.yaml")
    assert "difficulty: hard" in text
    assert text.index("difficulty: medium") < text.index("span-of-stone")


def test_a_conflict_is_shown_and_nothing_is_written(desk: Desk) -> None:
    opened = desk.ask("/open", {"id": "oldest-kind"})
    path = desk.folder / "questions" / "beams.yaml"
    path.write_text(path.read_text().replace("The rope bridge", "The cable bridge"))
    theirs = path.read_text()
    mine = {**opened["item"], "difficulty": "medium"}
    answer = save(desk, mine, opened, status=409)
    assert path.read_text() == theirs
    assert answer["conflict"]["item"]["options"][2]["text"] == "The cable bridge"
    kept = {**opened, "item": answer["conflict"]["item"], "digest": answer["conflict"]["digest"]}
    save(desk, mine, kept)
    assert "The rope bridge" in path.read_text()


def test_the_same_change_by_two_people_is_no_conflict(desk: Desk) -> None:
    opened = desk.ask("/open", {"id": "oldest-kind"})
    path = desk.folder / "questions" / "beams.yaml"
    path.write_text(path.read_text().replace("The rope bridge", "The cable bridge"))
    mine = copy.deepcopy(opened["item"])
    mine["options"][2]["text"] = "The cable bridge"
    assert save(desk, mine, opened)["saved"]["item"] == mine


def test_a_question_that_is_gone_is_a_conflict(desk: Desk) -> None:
    opened = desk.ask("/open", {"id": "trunk-card"})
    path = desk.folder / "questions" / "beams.yaml"
    path.write_text(path.read_text().partition("- id: trunk-card")[0])
    answer = save(desk, {**opened["item"], "difficulty": "hard"}, opened, status=409)
    assert answer["conflict"]["item"] is None


def test_a_file_that_cannot_be_read_is_no_removal(desk: Desk) -> None:
    opened = desk.ask("/open", {"id": "trunk-card"})
    path = desk.folder / "questions" / "beams.yaml"
    broken = path.read_text().replace("section: beams", "section: [beams")
    path.write_text(broken)
    answer = save(desk, {**opened["item"], "difficulty": "hard"}, opened, status=422)
    assert "the file is not valid" in answer["error"]
    assert path.read_text() == broken


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        ("![an arch](media/none.png)", "media/none.png"),
        ("![](media/none.png)", "has no description"),
        ("![an arch](media/none.gif2)", "is not a picture or a sound"),
    ],
)
def test_a_question_with_an_unusable_picture_is_not_saved(
    desk: Desk, picture: str, reason: str
) -> None:
    opened = desk.ask("/open", {"id": "oldest-kind"})
    item = {**opened["item"], "explain": f"See {picture} now."}
    answer = save(desk, item, opened, status=422)
    assert answer["error"].startswith("not saved: ")
    assert reason in answer["error"]


def test_a_comment_is_never_lost(desk: Desk) -> None:
    path = desk.folder / "questions" / "beams.yaml"
    text = path.read_text().replace("  tags: [history]", "  # why: see the talk\n  tags: [history]")
    path.write_text(text)
    opened = desk.ask("/open", {"id": "oldest-kind"})
    save(desk, {**opened["item"], "difficulty": "medium"}, opened)
    assert "# why: see the talk" in path.read_text()


# --- undo -----------------------------------------------------------------------------------------


def test_undo_restores_every_byte(desk: Desk) -> None:
    before = desk.text("questions/beams.yaml")
    opened = desk.ask("/open", {"id": "oldest-kind"})
    save(desk, {**opened["item"], "difficulty": "medium"}, opened)
    save(desk, QUESTION)
    assert "added" in desk.ask("/undo", {})["undone"]
    assert "changed" in desk.ask("/undo", {})["undone"]
    assert desk.text("questions/beams.yaml") == before
    assert "nothing to undo" in desk.ask("/undo", {}, status=422)["error"]


def test_undo_keeps_what_others_changed(desk: Desk) -> None:
    save(desk, QUESTION)
    path = desk.folder / "questions" / "beams.yaml"
    path.write_text(path.read_text().replace("The rope bridge", "The cable bridge"))
    desk.ask("/undo", {})
    text = path.read_text()
    assert "The cable bridge" in text
    assert "beams-weak-stone" not in text


def test_undo_refuses_if_the_question_itself_changed(desk: Desk) -> None:
    save(desk, QUESTION)
    path = desk.folder / "questions" / "beams.yaml"
    path.write_text(path.read_text().replace("Torsion", "Twisting"))
    assert "was changed since" in desk.ask("/undo", {}, status=422)["error"]
    assert "Twisting" in path.read_text()


# --- the files ------------------------------------------------------------------------------------


def test_a_change_of_a_file_is_noticed(desk: Desk) -> None:
    version = desk.ask("/questions")["version"]
    assert desk.ask("/changed")["version"] == version
    path = desk.folder / "questions" / "beams.yaml"
    path.write_text(path.read_text().replace("The rope bridge", "The long cable bridge"))
    assert desk.ask("/changed")["version"] != version


def test_a_file_that_cannot_be_read_is_reported(desk: Desk) -> None:
    path = desk.folder / "questions" / "beams.yaml"
    path.write_text(path.read_text() + "  - [unclosed\n")
    state = desk.ask("/questions")
    assert any("questions/beams.yaml" in problem for problem in state["problems"])
    assert {question["section"] for question in state["questions"]} == {"arches"}
    assert not any("YAML" in problem for problem in state["problems"])


def test_a_broken_course_file_leaves_the_last_bank(desk: Desk) -> None:
    (desk.folder / "course.yaml").write_text("title: [")
    assert desk.ask("/questions")["questions"]


@pytest.mark.parametrize(
    "name",
    ["../outside.yaml", "/etc/passwd", "course.yaml", "anki.lock.json", "questions/none.yaml",
     "seeds/bridges.md", "questions\0.yaml", ""],
)  # fmt: skip
def test_no_other_file_can_be_named(desk: Desk, tmp_path: Path, name: str) -> None:
    (tmp_path / "outside.yaml").write_text("section: beams\nquestions:\n- id: oldest-kind\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    was = {"file": name, "section": "beams", "item": {"id": "oldest-kind"}, "digest": "0"}
    for path in ("/save", "/accept", "/reject"):
        response = desk.respond(
            path, {"item": QUESTION, "section": "beams", "was": was, "reason": "because"}
        )
        assert response.status in (409, 422)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


@pytest.mark.parametrize("section", ["../../x", "nowhere", "", "a/b"])
def test_no_other_folder_can_be_named(desk: Desk, section: str) -> None:
    answer = desk.ask("/save", {"item": QUESTION, "section": section, "was": None}, status=422)
    assert "not saved" in answer["error"] or "no section" in answer["error"]
    assert {path.name for path in (desk.folder / "questions").iterdir()} == {
        "arches.yaml",
        "beams.yaml",
    }
