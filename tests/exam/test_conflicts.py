"""Which two questions must not be in the same paper."""

from __future__ import annotations

from typing import Any

import pytest

from pkoquiz.exam.draw.conflicts import conflicts

TEXT = (
    "The Security Council decides, the Secretariat implements, "
    "and the Member States either pay or bleed."
)


def reasons(
    kit: Any,
    one: dict[str, Any],
    other: dict[str, Any],
    kinds: tuple[str, str] = ("choice", "choice"),
) -> list[str]:
    questions = [
        kit.question(
            kinds[0],
            "one",
            **{"sources": [{"passage": "talk.p001", "quote": "first words"}], **one},
        ),
        kit.question(
            kinds[1],
            "other",
            **{"sources": [{"passage": "talk.p002", "quote": "second words"}], **other},
        ),
    ]
    bank = kit.bank_of(questions, {"talk.p009": TEXT})
    return [conflict.reason for conflict in conflicts(bank, questions)]


def quote(words: str) -> dict[str, Any]:
    return {"sources": [{"passage": "talk.p009", "quote": words}]}


def test_unrelated_questions_do_not_conflict(kit: Any) -> None:
    assert reasons(kit, {}, {}) == []


def test_enemies_are_enemies_of_each_other(kit: Any) -> None:
    assert reasons(kit, {"enemies": ["other"]}, {}) == ["enemies"]
    assert reasons(kit, {}, {"enemies": ["one"]}) == ["enemies"]


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
def test_questions_with_overlapping_quotes_conflict(
    kit: Any, one: str, other: str, same: bool
) -> None:
    assert reasons(kit, quote(one), quote(other)) == (["same quote"] if same else [])


KEY = {
    "options": [
        {"text": "The Secretariat in New York implements", "correct": True},
        "The Assembly",
        "The Court",
    ]
}


def test_a_stem_that_contains_another_key_is_a_cue(kit: Any) -> None:
    stem = {"stem": "Why is it said that the *Secretariat* in New York implements?"}
    assert reasons(kit, KEY, stem) == ["cueing"]
    assert reasons(kit, stem, KEY) == ["cueing"]


def test_a_step_can_be_a_cue(kit: Any) -> None:
    steps = {"sequence": ["The Secretariat in New York implements", "second", "third"]}
    assert reasons(kit, KEY, steps, ("choice", "ordering")) == ["cueing"]


def test_an_option_is_not_a_cue(kit: Any) -> None:
    other = {
        "options": [
            {"text": "The Court", "correct": True},
            "The Secretariat in New York implements",
            "No one",
        ]
    }
    assert reasons(kit, KEY, other) == []


def test_a_short_key_counts_only_between_related_questions(kit: Any) -> None:
    key = {
        "options": [{"text": "The Security Council", "correct": True}, "The Assembly", "The Court"]
    }
    stem = {"stem": "What did the Security Council forget?"}
    assert reasons(kit, key, stem) == []
    assert reasons(kit, {**key, "objective": "gk-1"}, {**stem, "objective": "gk-1"}) == ["cueing"]


def test_the_answer_of_a_gap_can_be_given_away(kit: Any) -> None:
    gap = {"gaps": [{"answers": ["yielding"]}], "objective": "gk-4"}
    stem = {"stem": "What does yielding to force mean?", "objective": "gk-4"}
    assert reasons(kit, gap, stem, ("cloze", "choice")) == ["cueing"]
