"""Moodle scores right, wrong and partial answers to every exported question as the bank does."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, assert_never

import pytest

from pkoquiz.exporters import moodle
from pkoquiz.load import load
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import (
    Choice,
    Cloze,
    Essay,
    Flashcard,
    Matching,
    Multiple,
    Numerical,
    Ordering,
    Question,
    ShortAnswer,
    TrueFalse,
)

from ..making import make_question
from . import nasty
from .making import bank, built, reasons
from .reader import LISTED, Arrived, read
from .scorer import (
    FULL,
    score_gaps,
    score_matches,
    score_number,
    score_options,
    score_order,
    score_verdict,
    score_words,
)

SITES = ({"point": ".", "group": ","}, {"point": ",", "group": "."}, {"point": ",", "group": " "})
"""Separators of an English, a German and a French site."""


def imported(course: Bank) -> list[tuple[Question, Arrived]]:
    """Return the questions that Moodle imports, each with what arrived."""
    questions = {question.id: question for question in course.questions}
    (content,) = moodle.export(course).files.values()
    return [(questions[arrived.idnumber], arrived) for arrived in read(content)]


@pytest.mark.parametrize("course", ["mini", "shipped"])
def test_courses(course: str, request: pytest.FixtureRequest) -> None:
    for question, arrived in imported(request.getfixturevalue(course)):
        assert_scored_as_in_the_bank(question, arrived)


def test_hostile_course() -> None:
    hostile = load(Path(__file__).parents[1] / "faults" / "hostile").bank
    assert hostile is not None
    for question, arrived in imported(hostile):
        assert_scored_as_in_the_bank(question, arrived)


@pytest.mark.parametrize("make", [nasty.numbers, nasty.words, nasty.choices, nasty.parts])
def test_questions_that_are_hard_for_moodle(make: object) -> None:
    assert callable(make)
    for question, arrived in imported(bank(*make())):
        assert_scored_as_in_the_bank(question, arrived)


def assert_scored_as_in_the_bank(question: Question, arrived: Arrived) -> None:
    match question:
        case Choice() | Multiple():
            assert_options(question, arrived)
        case TrueFalse():
            assert score_verdict(arrived, question.answer) == 1
            assert score_verdict(arrived, not question.answer) == 0
        case Matching():
            assert_matches(question, arrived)
        case Ordering():
            count = len(question.sequence)
            assert score_order(arrived, range(count)) == 1
            assert score_order(arrived, [1, 0, *range(2, count)]) == Decimal(count - 2) / count
        case ShortAnswer() if question.rubric:
            assert arrived.type == "essay"
        case ShortAnswer():
            patterns = [(answer.text, answer.fraction) for answer in arrived.answers]
            for answer in question.answers:
                score = score_words(patterns, answer.text, case_sensitive=question.case_sensitive)
                assert_credit(answer.credit, score, question.id)
            for text in [*(slip.text for slip in question.wrong), "anything else"]:
                assert score_words(patterns, text, case_sensitive=question.case_sensitive) == 0
        case Numerical():
            assert_numbers(question, arrived)
        case Cloze():
            assert_gaps(question, arrived)
        case Essay():
            assert arrived.type == "essay"
        case Flashcard():
            raise AssertionError("a flashcard has no place in a quiz")
        case _ as never:
            assert_never(never)


def assert_credit(credit: int, score: Decimal, identity: str) -> None:
    """Assert that the score is the credit, or the nearest percentage that Moodle lists."""
    if credit in (0, 100):
        assert score * 100 == credit, identity
    else:
        assert 0 < score < 1, identity
        partial = [listed for listed in LISTED if 0 < listed < 100]
        nearest = min(abs(listed - credit) for listed in partial)
        assert abs(score * 100 - credit) <= nearest, identity


def assert_options(question: Choice | Multiple, arrived: Arrived) -> None:
    keys = [index for index, answer in enumerate(arrived.answers) if answer.fraction > 0]
    wrong = [index for index in range(len(arrived.answers)) if index not in keys]
    assert len(keys) == sum(option.correct for option in question.options)
    assert score_options(arrived, keys) >= FULL
    assert all(score_options(arrived, [index]) == 0 for index in wrong)
    if isinstance(question, Multiple):
        for index in keys:
            assert abs(score_options(arrived, [index]) - Decimal(1) / len(keys)) < 1 - FULL
        assert score_options(arrived, range(len(arrived.answers))) < 1 - FULL
        if question.scoring == "exact":
            assert score_options(arrived, [*keys, wrong[0]]) < 1 - FULL


def assert_matches(question: Matching, arrived: Arrived) -> None:
    right = [response for premise, response in arrived.pairs if premise]
    assert score_matches(arrived, right) == 1
    share = Decimal(1) / len(right)
    for index, response in enumerate(right):
        for other in {response for _, response in arrived.pairs} - {response}:
            chosen = [*right[:index], other, *right[index + 1 :]]
            assert abs(score_matches(arrived, chosen) - (1 - share)) < 1 - FULL, other


def assert_numbers(question: Numerical, arrived: Arrived) -> None:
    right = (question.answer, *(question.answer + sign * question.tolerance for sign in (-1, 1)))
    assert arrived.unit in ("", question.unit)
    told_to_omit = "type only the number" in arrived.text
    assert told_to_omit == (bool(question.unit) and not arrived.unit)
    for site in SITES:
        forms = ["#", "# "] if not arrived.unit else ["#", f"#{arrived.unit}", f"# {arrived.unit}"]
        for form in forms:
            for value in right:
                typed = form.replace("#", number(value).replace(".", site["point"]))
                assert score_number(arrived, typed, **site) == 1, (question.id, typed, site)
            for slip in question.wrong:
                typed = form.replace("#", number(slip.value).replace(".", site["point"]))
                assert score_number(arrived, typed, **site) == 0, (question.id, typed, site)


def assert_gaps(question: Cloze, arrived: Arrived) -> None:
    right = [gap.answers[0].text for gap in question.gaps]
    share = Decimal(1) / len(right)
    for index, gap in enumerate(question.gaps):
        credits = {answer.text: answer.credit for answer in gap.answers}
        credits |= {slip.text: 0 for slip in gap.wrong} | {"anything else": 0}
        for text, credit in credits.items():
            best = [next(a.text for a in gap.answers if a.credit == 100) for gap in question.gaps]
            typed = [*best[:index], text, *best[index + 1 :]]
            expected = 1 - share + share * credit / 100
            assert abs(score_gaps(arrived, typed) - expected) < 1 - FULL, (question.id, text)


# --- what is left out -----------------------------------------------------------------------------


def left_out(question: Question) -> bool:
    """Return whether a question is not exported, with a note that says so."""
    export = built(question)
    noted = [note.reason for note in export.notes if note.question == question.id]
    assert sum(export.counts.values()) + any("left out" in reason for reason in noted) == 1
    return not export.files


@pytest.mark.parametrize("unit", nasty.MISREAD_UNITS)
def test_a_unit_that_moodle_misreads_is_left_out(unit: str) -> None:
    question = make_question("numerical", answer="5", unit=unit)
    ((_, arrived),) = imported(bank(question))
    assert arrived.unit == ""
    assert f"Answer in {unit}; type only the number." in arrived.text
    assert any("as part of the number" in reason for reason in reasons(question))


@pytest.mark.parametrize("unit", nasty.READABLE_UNITS)
def test_any_other_unit_may_be_typed(unit: str) -> None:
    ((_, arrived),) = imported(bank(make_question("numerical", answer="5", unit=unit)))
    assert arrived.unit == unit


@pytest.mark.parametrize(("answer", "tolerance"), nasty.LOST_NUMBERS)
def test_a_number_that_moodle_scores_wrongly_is_left_out(answer: str, tolerance: str) -> None:
    assert left_out(make_question("numerical", answer=answer, tolerance=tolerance))


def test_a_wrong_number_that_moodle_accepts() -> None:
    wrong = [{"value": "3.14159265358979", "feedback": "No."}]
    assert left_out(make_question("numerical", answer="3.1415926535898", wrong=wrong))
    assert not left_out(make_question("numerical", answer="3.1415926", wrong=wrong))


def test_rounded_numbers_are_noted() -> None:
    rounded = make_question("numerical", answer="3.14159265358979", tolerance="0.001")
    assert any("14 digits" in reason for reason in reasons(rounded))
    for answer in ("3.1415926535897", "1234567890123456", "6.02e23"):
        exact = make_question("numerical", answer=answer, tolerance="0.001")
        assert not any("14 digits" in reason for reason in reasons(exact))


@pytest.mark.parametrize(
    ("type", "fields"),
    [
        ("shortanswer", {"answers": ["é"], "wrong": [{"text": "e\u0301", "feedback": "No."}]}),
        ("matching", {"pairs": [("a", "10"), ("b", "10.0"), ("c", "d")]}),
        ("matching", {"pairs": [("a", "1e3"), ("b", "1000")]}),
        ("matching", {"pairs": [("a", "x" * 300), ("b", "x" * 300 + "y")]}),
        ("cloze", {"stem": "See [this](https://example.org/{{1}}).", "gaps": [{"answers": ["a"]}]}),
        ("cloze", {"stem": "See [{{1}}](https://example.org).", "gaps": [{"answers": ["a"]}]}),
        ("cloze", {"stem": "See ![{{1}}](media/a.png).", "gaps": [{"answers": ["a"]}]}),
        ("cloze", {"stem": "See [x](javascript:{{1}}).", "gaps": [{"answers": ["a"]}]}),
        (
            "cloze",
            {
                "stem": "[{{1}}](https://example.org/{{2}})",
                "gaps": [{"answers": ["a"]}, {"answers": ["b"]}],
            },
        ),
    ],
)
def test_what_moodle_cannot_distinguish_is_left_out(type: str, fields: dict[str, Any]) -> None:
    if "pairs" in fields:
        pairs = fields["pairs"]
        assert isinstance(pairs, list)
        fields = {"pairs": [{"premise": left, "response": right} for left, right in pairs]}
    assert left_out(make_question(type, **fields))


def test_partial_credit_is_never_full_or_none() -> None:
    answers = [{"text": str(credit), "credit": credit} for credit in range(100, 0, -1)]
    for index in range(1, 100, 20):
        question = make_question("shortanswer", answers=[answers[0], *answers[index : index + 20]])
        ((_, arrived),) = imported(bank(question))
        assert [answer.text for answer in arrived.answers if answer.fraction == 100] == ["100"]
        assert all(answer.fraction > 0 for answer in arrived.answers)


def test_partial_credit_of_a_gap_is_exact() -> None:
    gaps = [{"answers": ["a", {"text": "b", "credit": 97}]}]
    question = make_question("cloze", stem="{{1}}", gaps=gaps)
    ((_, arrived),) = imported(bank(question))
    assert score_gaps(arrived, ["b"]) == Decimal("0.97")
    assert not any("97" in reason for reason in reasons(question))
