"""Every table of question types contains every type."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from pkoquiz.exam.keys import KEYS, key_of
from pkoquiz.exam.rules import PARTS, SCORING
from pkoquiz.model.answers import replies, right_answers, stated
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import ON_PAPER, TYPES, Question


def test_only_flashcards_are_not_printed() -> None:
    assert set(TYPES) - set(ON_PAPER) == {"flashcard"}


@pytest.mark.parametrize("table", [KEYS, PARTS, SCORING])
def test_tables_of_paper_types_are_complete(table: Collection[str]) -> None:
    assert set(table) == set(ON_PAPER)
    assert list(table) == list(ON_PAPER)


def test_the_small_course_has_every_type(mini: Bank) -> None:
    assert {question.type for question in mini.questions} == set(TYPES)


def questions_of_every_type(bank: Bank) -> dict[str, Question]:
    return {question.type: question for question in bank.questions}


def test_every_type_states_its_stem(mini: Bank) -> None:
    for question in questions_of_every_type(mini).values():
        assert stated(question)[0] == question.stem


def test_every_type_but_the_essay_has_a_right_answer(mini: Bank) -> None:
    without = {question.type for question in mini.questions if not right_answers(question)}
    assert without == {"essay"}


def test_a_key_is_read_back_as_it_was_written(mini: Bank) -> None:
    for question in mini.questions:
        key = key_of(question)
        if question.on_paper:
            assert key is not None
            read = KEYS[question.type].model_validate(key.model_dump(mode="json"))
            assert read == key


def test_feedback_belongs_to_the_answers_of_the_author(mini: Bank) -> None:
    said = {
        (reply.answer, reply.said) for question in mini.questions for reply in replies(question)
    }
    for question in mini.questions:
        for option in getattr(question, "options", ()):
            assert (option.text, option.feedback) in said
