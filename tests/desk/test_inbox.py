"""The inbox: nothing in it stops a check or a build, and nothing leaves it without proof."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pkoquiz.desk.app.forms import fitting
from pkoquiz.load import load

from .conftest import Desk

INBOX = """\
section: beams

questions:
- id: foreign-one
  type: truefalse
  stem: A beam bridge is the oldest of all bridges.
  answer: true

- id: foreign-two
  type: shortanswer
  stem: What comes last in building a beam bridge?
  answers: [the deck]
"""
PROOF = [{"passage": "beams.p001", "quote": "A beam bridge is the oldest of all bridges."}]
FIELDS = {"sources": PROOF, "objective": "B-1", "bloom": "remember", "difficulty": "easy"}


@pytest.fixture
def full(desk: Desk) -> Desk:
    """The desk with two questions in the inbox."""
    (desk.folder / "inbox").mkdir()
    (desk.folder / "inbox" / "moodle.yaml").write_text(INBOX)
    desk.course.refresh()
    return desk


def entry(desk: Desk, identity: str) -> Any:
    items = desk.ask("/inbox")["items"]
    return next(each for each in items if each["was"]["item"]["id"] == identity)


def test_the_queue(full: Desk) -> None:
    assert full.ask("/questions")["inbox"] == 2
    first, second = full.ask("/inbox")["items"]
    assert first["was"]["item"]["id"] == "foreign-one"
    assert first["missing"] == ["sources", "bloom", "difficulty", "objective"]
    assert first["blocks"]
    assert first["proposals"][0]["passage"] == "beams.p001"
    assert "oldest of all bridges" in first["proposals"][0]["quote"]
    assert second["proposals"][0]["passage"] == "beams.p002"


def test_nothing_is_accepted_without_proof(full: Desk) -> None:
    was = entry(full, "foreign-one")["was"]
    data = {"item": was["item"], "section": "beams", "was": was}
    assert "not proved" in full.ask("/accept", data, status=422)["error"]
    invented = [{"passage": "beams.p001", "quote": "Beams were invented in the year 1200."}]
    data["item"] = {**was["item"], **FIELDS, "sources": invented}
    assert "not in the transcript" in full.ask("/accept", data, status=422)["error"]
    assert full.text("inbox/moodle.yaml") == INBOX


def test_accepting_moves_a_question_into_the_bank(full: Desk) -> None:
    before = full.text("questions/beams.yaml")
    was = entry(full, "foreign-one")["was"]
    item = {**was["item"], **FIELDS}
    saved = full.ask("/accept", {"item": item, "section": "beams", "was": was})["saved"]
    assert saved["file"] == "questions/beams.yaml"
    assert "foreign-one" not in full.text("inbox/moodle.yaml")
    assert "foreign-two" in full.text("inbox/moodle.yaml")
    loaded = load(full.folder)
    assert not loaded.diagnostics
    assert loaded.bank is not None
    assert "foreign-one" in {question.id for question in loaded.bank.questions}
    full.ask("/undo", {})
    assert full.text("inbox/moodle.yaml") == INBOX
    assert full.text("questions/beams.yaml") == before


def test_rejecting_keeps_the_reason(full: Desk) -> None:
    was = entry(full, "foreign-two")["was"]
    assert "reason" in full.ask("/reject", {"was": was, "reason": " "}, status=422)["error"]
    full.ask("/reject", {"was": was, "reason": "Too easy."})
    assert "rejected: Too easy." in full.text("inbox/rejected.yaml")
    assert [each["was"]["item"]["id"] for each in full.ask("/inbox")["items"]] == ["foreign-one"]
    full.ask("/undo", {})
    assert full.text("inbox/moodle.yaml") == INBOX
    assert not (full.folder / "inbox" / "rejected.yaml").exists()


def test_a_changed_inbox_is_a_conflict(full: Desk) -> None:
    was = entry(full, "foreign-two")["was"]
    path = full.folder / "inbox" / "moodle.yaml"
    path.write_text(INBOX.replace("the deck", "the rail"))
    full.ask("/reject", {"was": was, "reason": "Too easy."}, status=409)
    assert "the rail" in path.read_text()


def test_what_an_import_writes(desk: Desk) -> None:
    imported = """\
section: beams

questions:
- id: oldest-kind
  type: truefalse
  stem: A beam bridge is the oldest of all bridges.
  answer: true
  status: draft
  imported:
    from: moodle
    id: oldest-kind
    digest: 0123456789ab
  proposals:
  - passage: beams.p001
    quote: A beam bridge is the oldest of all bridges.
    score: "1.00"
"""
    (desk.folder / "inbox").mkdir()
    (desk.folder / "inbox" / "moodle.yaml").write_text(imported)
    first = entry(desk, "oldest-kind")
    merged = first["was"]["item"]
    assert (merged["type"], merged["answer"], merged["objective"]) == ("truefalse", "true", "B-1")
    assert not {"imported", "proposals", "status"} & {*merged}
    assert first["replaces"]
    (proposal,) = first["proposals"]
    assert proposal == {
        "passage": "beams.p001", "quote": "A beam bridge is the oldest of all bridges.",
    }  # fmt: skip
    before = desk.text("questions/beams.yaml")
    item = {name: value for name, value in merged.items() if name not in ("options", "hints")}
    item["explain"] = "She says so."
    desk.ask("/accept", {"item": item, "section": "beams", "was": first["was"]})
    text = desk.text("questions/beams.yaml").partition("- id: span-of-stone")[0]
    assert "type: truefalse" in text
    assert "imported" not in text
    assert "oldest-kind" not in desk.text("inbox/moodle.yaml")
    desk.ask("/undo", {})
    assert desk.text("questions/beams.yaml") == before
    assert desk.text("inbox/moodle.yaml") == imported
    desk.ask("/reject", {"was": first["was"], "reason": "The old one is better."})
    assert "digest: 0123456789ab" in desk.text("inbox/rejected.yaml")


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe", b"", b"- [", b"questions: 5", b"questions: [5, null, {}]",
        b"section: [x]\nquestions:\n- id: [1]\n", b"questions:\n- &a {id: x}\n- *a\n",
        b"questions:\n- id: same\n- id: same\n", b"questions: [{id: in-brackets}]\n",
        b"a: " + b"[" * 2000,
    ],
)  # fmt: skip
def test_no_inbox_stops_anything(desk: Desk, content: bytes) -> None:
    (desk.folder / "inbox").mkdir()
    (desk.folder / "inbox" / "bad.yaml").write_bytes(content)
    (desk.folder / "inbox" / "good.yaml").write_text(INBOX)
    assert len(desk.ask("/inbox")["items"]) == 2
    assert desk.ask("/questions")["inbox"] == 2
    loaded = load(desk.folder)
    assert not loaded.diagnostics


def test_only_what_a_form_can_show_is_shown(desk: Desk) -> None:
    (desk.folder / "inbox").mkdir()
    (desk.folder / "inbox" / "odd.yaml").write_text(
        "section: beams\nquestions:\n- {id: odd, type: poem}\n".replace(
            "- {id: odd, type: poem}",
            "- id: odd\n  type: poem\n  stem: [x]\n  options: text\n  sources: [x, {quote: [y]}]\n"
            "  tags: {a: b}\n  card: [x]\n  explain: Kept.\n  unknown: field\n",
        )
    )
    (only,) = desk.ask("/inbox")["items"]
    assert only["was"]["item"] == {"type": "choice", "id": "odd", "explain": "Kept."}


def test_every_question_fits_its_form(desk: Desk) -> None:
    for question in desk.course.bank.questions:
        item = desk.ask("/open", {"id": question.id})["item"]
        assert fitting(item) == item, question.id


def test_links_out_of_the_inbox_are_not_read(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text(INBOX)
    (desk.folder / "inbox").mkdir()
    (desk.folder / "inbox" / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    assert desk.ask("/inbox")["items"] == []
