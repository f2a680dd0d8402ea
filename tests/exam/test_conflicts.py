"""Which two questions must not be in the same paper."""

from __future__ import annotations

from typing import Any

import pytest

from pkoquiz.exam.draw.conflicts import conflicts

from ..making import make_bank, make_question

TEXT = (
    "The Security Council decides, the Secretariat implements, "
    "and the Member States either pay or bleed."
)


def reasons(
    one: dict[str, Any], other: dict[str, Any], kinds: tuple[str, str] = ("choice", "choice")
) -> list[str]:
    questions = [
        make_question(
            kinds[0],
            "one",
            **{"sources": [{"passage": "talk.p001", "quote": "first words"}], **one},
        ),
        make_question(
            kinds[1],
            "other",
            **{"sources": [{"passage": "talk.p002", "quote": "second words"}], **other},
        ),
    ]
    bank = make_bank(questions, {"talk.p009": TEXT})
    return [conflict.reason for conflict in conflicts(bank, questions)]


def quote(words: str) -> dict[str, Any]:
    return {"sources": [{"passage": "talk.p009", "quote": words}]}


def test_unrelated_questions_do_not_conflict() -> None:
    assert reasons({}, {}) == []


def test_enemies_are_enemies_of_each_other() -> None:
    assert reasons({"enemies": ["other"]}, {}) == ["enemies"]
    assert reasons({}, {"enemies": ["one"]}) == ["enemies"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("the Secretariat implements", "the Secretariat implements", True),
        (
            "the Secretariat implements",
            "The Security Council decides, the Secretariat implements",
            True,
        ),
        ("The Security Council decides", "the Member States either pay or bleed", False),
        (
            "The Security Council decides, the Secretariat implements",
            "the Secretariat implements, and the Member",
            True,
        ),
    ],
)
def test_questions_with_overlapping_quotes_conflict(one: str, other: str, same: bool) -> None:
    assert reasons(quote(one), quote(other)) == (["same quote"] if same else [])


KEY = {
    "options": [
        {"text": "The Secretariat in New York implements", "correct": True},
        "The Assembly",
        "The Court",
    ]
}


def test_a_stem_that_contains_another_key_is_a_cue() -> None:
    stem = {"stem": "Why is it said that the *Secretariat* in New York implements?"}
    assert reasons(KEY, stem) == ["cueing"]
    assert reasons(stem, KEY) == ["cueing"]


def test_a_step_can_be_a_cue() -> None:
    steps = {"sequence": ["The Secretariat in New York implements", "second", "third"]}
    assert reasons(KEY, steps, ("choice", "ordering")) == ["cueing"]


def test_an_option_is_not_a_cue() -> None:
    other = {
        "options": [
            {"text": "The Court", "correct": True},
            "The Secretariat in New York implements",
            "No one",
        ]
    }
    assert reasons(KEY, other) == []


def test_a_short_key_counts_only_between_related_questions() -> None:
    key = {
        "options": [{"text": "The Security Council", "correct": True}, "The Assembly", "The Court"]
    }
    stem = {"stem": "What did the Security Council forget?"}
    assert reasons(key, stem) == []
    assert reasons({**key, "objective": "gk-1"}, {**stem, "objective": "gk-1"}) == ["cueing"]


def test_the_answer_of_a_gap_can_be_given_away() -> None:
    gap = {"gaps": [{"answers": ["yielding"]}], "objective": "gk-4"}
    stem = {"stem": "What does yielding to force mean?", "objective": "gk-4"}
    assert reasons(gap, stem, ("cloze", "choice")) == ["cueing"]
