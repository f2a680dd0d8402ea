"""Pairs of questions in which one gives away the answer to the other."""

from __future__ import annotations

import time
from typing import Any

import pytest

from pkoquiz.checks.leaks import leaks
from pkoquiz.desk import desk
from pkoquiz.model.question import Question

from ..making import make_bank, make_question

STEM = "The old keepers say that the silence when a lamp fails is worse than any {{1}}."


def gap(answer: str = "storm", **fields: Any) -> Question:
    return make_question("cloze", "asked", stem=STEM, gaps=[{"answers": [answer]}], **fields)


def statement(stem: str, id: str = "told", **fields: Any) -> Question:
    return make_question("truefalse", id, stem=stem, **fields)


TOLD = "When a lamp fails, keepers fear the silence, which is worse than a storm."


def found(*questions: Question) -> list[tuple[str, str]]:
    return [
        (finding.question, finding.message.split("`")[1]) for finding in leaks(make_bank(questions))
    ]


def test_a_stem_that_contains_the_answer() -> None:
    assert found(gap(), statement(TOLD)) == [("asked", "told")]


def test_enemies_are_silent_whoever_declares_it() -> None:
    assert found(gap(enemies=("told",)), statement(TOLD)) == []
    assert found(gap(), statement(TOLD, enemies=("asked",))) == []


def test_retired_questions_and_cards_are_on_no_paper() -> None:
    assert found(gap(), statement(TOLD, status="retired", reason="old")) == []
    card = make_question("flashcard", "told", stem=TOLD, answer="So.")
    assert found(gap(), card) == []


@pytest.mark.parametrize(
    "stem",
    [
        "A storm closed the harbour in November, as the chart shows.",  # another matter
        "When a lamp fails, keepers fear the silence, which is worse than fog.",  # no answer
        "When a lamp fails, keepers fear the silence of the stormy night.",  # another word
    ],
)
def test_what_gives_nothing_away(stem: str) -> None:
    assert found(gap(), statement(stem)) == []


def test_options_give_away_too() -> None:
    options = [
        {"text": "The silence was worse than a storm", "correct": True},
        {"text": "The lamp was worse than a fire"},
        {"text": "The harbour was worse than a prison"},
    ]
    told = make_question(
        "choice", "told", stem="What do old keepers say of a lamp that fails?", options=options
    )
    assert ("asked", "told") in found(gap(), told)


def test_a_long_key_counts_by_its_rare_words() -> None:
    options = [
        {"text": "Mariners receive a notice within one hour", "correct": True},
        {"text": "Keepers ring the bronze bell until sunrise"},
        {"text": "Pilots anchor every vessel outside the bar"},
    ]
    asked = make_question(
        "choice", "asked", stem="What happens if the lamp of a lighthouse fails?", options=options
    )
    told = "A lighthouse's lamp fails. The notice that mariners receive within the hour is printed."
    assert found(asked, statement(told)) == [("asked", "told")]
    both = f"{told} Keepers ring the bronze bell until sunrise."
    assert found(asked, statement(both)) == []


def test_a_word_in_many_questions_gives_nothing_away() -> None:
    others = [statement(TOLD, f"told-{number}") for number in range(5)]
    assert found(gap(), *others) == []


def test_the_desk_shows_the_pair() -> None:
    bank = make_bank([gap(), statement(TOLD)])
    assert "Given away by" in desk(bank).decode()
    assert "Given away by" not in desk(make_bank([gap()])).decode()


def test_large_banks_take_little_time() -> None:
    questions = [
        make_question("shortanswer", f"q-{number}", stem=f"What is the name of buoy {number:04}?")
        for number in range(1500)
    ]
    bank = make_bank(questions)
    start = time.process_time()
    list(leaks(bank))
    assert time.process_time() - start < 10
