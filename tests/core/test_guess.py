"""The finding that right options can be guessed from their surface."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import pytest

from pkoquiz.checks.guess import FEW, guessable_keys
from pkoquiz.diagnostics import Diagnostic
from pkoquiz.model.question import Question

from ..making import make_bank, make_question

NOUNS = (
    "harbour",
    "lamp",
    "keeper",
    "storm",
    "rock",
    "chart",
    "signal",
    "vessel",
    "anchor",
    "buoy",
)


def phrase(source: random.Random, words: int) -> str:
    return " ".join(source.choice(NOUNS) for _ in range(words))


def choice(number: int, options: Sequence[str], stem: str = "", key: int = 0) -> Question:
    listed = [{"text": text, "correct": at == key} for at, text in enumerate(options)]
    return make_question(
        "choice", f"item-{number}", stem=stem or f"Which is number {number}?", options=listed
    )


def found(questions: Sequence[Question], language: str = "en") -> list[Diagnostic]:
    return list(guessable_keys(make_bank(questions, language=language)))


def bank(size: int, habit: str = "", *, seed: int = 1, share: float = 0.7) -> list[Question]:
    """Return questions with random options; in a share of them, the key follows the habit."""
    source = random.Random(f"{seed} {habit}")
    questions = []
    for number in range(size):
        options = [f"{phrase(source, source.randint(3, 6))} {number} {at}" for at in range(4)]
        stem = f"What about the {phrase(source, 4)}?"
        if habit and source.random() < share:
            match habit:
                case "long":
                    options.sort(key=len, reverse=True)
                case "middling":
                    options.sort(key=len)
                    options[0], options[1] = options[1], options[0]
                case "commas":
                    options[0] = options[0].replace(" ", ", ", 2)
                case "negative":
                    options[0] = f"not {options[0]}"
                case "stem":
                    options[0] = f"{stem[15:-1]} {number}"
        questions.append(choice(number, options, stem))
    return questions


@pytest.mark.parametrize(
    ("habit", "cue"),
    [
        ("long", "the longest option"),
        ("middling", "the shortest option in only"),
        ("commas", "the option with the most commas"),
        ("negative", "the only option with a negative"),
        ("stem", "the option with the most words from the stem"),
    ],
)
def test_a_habit_is_found_and_named(habit: str, cue: str) -> None:
    (finding,) = found(bank(120, habit))
    assert finding.code == "B07"
    assert "of the 120 single-choice questions; by chance it would be 25 %" in finding.message
    assert cue in finding.hint
    assert "`item-" in finding.hint


def test_random_keys_are_no_habit() -> None:
    alarms = sum(bool(found(bank(size, seed=seed))) for size in (40, 120) for seed in range(30))
    assert alarms <= 2


def test_few_questions_say_nothing() -> None:
    assert found(bank(FEW - 1, "long", share=1)) == []
    assert found(bank(FEW, "long", share=1)) != []


def test_equal_options_give_nothing_away() -> None:
    assert found([choice(number, ["rock", "ship", "tide"]) for number in range(50)]) == []


def test_the_result_is_the_same_every_time_and_in_every_order() -> None:
    questions = bank(60, "long")
    assert found(questions) == found(questions)
    shuffled = random.Random(2).sample(questions, len(questions))
    assert found(shuffled)[0].message == found(questions)[0].message


def test_lists_of_english_words_are_for_english() -> None:
    questions = bank(120, "negative", share=0.9)
    assert "negative" in found(questions)[0].hint
    assert all("negative" not in finding.hint for finding in found(questions, "de"))


def test_retired_questions_and_other_types_do_not_count() -> None:
    questions = bank(60, "long")
    retired = [
        question.model_copy(update={"status": "retired", "reason": "old"}) for question in questions
    ]
    assert found(retired) == []


def test_large_banks_take_little_time() -> None:
    questions = make_bank(bank(2000))
    start = time.process_time()
    list(guessable_keys(questions))
    assert time.process_time() - start < 10
