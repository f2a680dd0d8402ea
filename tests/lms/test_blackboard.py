"""The questions that Blackboard imports from the pool and the text file."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pkoquiz.exporters import blackboard
from pkoquiz.exporters.export import Export
from pkoquiz.model.question import Question

from ..making import make_question
from . import nasty
from .arrived import check_scores, feedback, shown
from .blackboard_reader import read_pool, read_text


def export(*questions: Question) -> Export:
    return blackboard.export(nasty.bank(*questions))


def kept(*questions: Question) -> list[Question]:
    bank = nasty.bank(*questions)
    left_out = {"picture-in-stem", "picture-in-option", "sound-in-stem"}
    return [question for question in bank.questions if question.id not in left_out]


def test_every_question_of_the_pool_scores_as_in_the_bank() -> None:
    questions = [question for question in kept() if question.type != "ordering"]
    arrived = read_pool(export().files["blackboard/nasty.zip"])
    assert len(arrived) == len(questions)
    for question, there in zip(questions, arrived, strict=True):
        quote = f"words that prove {question.id.replace('written', 'shortanswer')}"
        assert there.general.count(quote) == 2  # for right and for wrong answers
        assert there.points == question.points
        check_scores(question, there, whole=True)
        for said in feedback(question).values():
            assert said in there.general or said in there.feedback.values()
        if question.type == "choice":
            assert there.feedback == feedback(question)


def test_stems_arrive_as_they_are_read() -> None:
    questions = read_pool(export().files["blackboard/nasty.zip"])
    stems = [there.text for there in questions]
    for key, text in nasty.TEXTS.items():
        assert shown(f"choice {key}: {text}") in stems


def test_feedback_on_true_and_false_is_for_right_and_wrong() -> None:
    question = make_question("truefalse", answer=False, feedback={"true": "no", "false": "yes"})
    (there,) = read_pool(export(question).files["blackboard/nasty.zip"])
    assert there.general.startswith("yes ")
    assert " no " in there.general


def test_every_question_has_its_row_of_text() -> None:
    rows = read_text(export().files["blackboard/nasty.txt"])
    kinds = {
        "choice": "MC", "multiple": "MA", "truefalse": "TF", "matching": "MAT", "ordering": "ORD",
        "shortanswer": "FIB", "numerical": "NUM", "cloze": "FIB_PLUS", "essay": "ESS",
    }  # fmt: skip
    for question, (kind, _, fields) in zip(kept(), rows, strict=True):
        assert kind == ("ESS" if "written" in question.id else kinds[question.type])
        if kind == "MAT":
            assert len(fields) % 2 == 0
        if kind == "NUM":
            assert list(map(Decimal, fields)) == [question.answer, question.tolerance]  # type: ignore[union-attr]
        if kind == "FIB_PLUS":
            assert fields.count("") == 1  # between the gaps
            assert fields[0] == "gap1x" or fields[0].startswith("gap")


def test_a_pool_keeps_its_identifiers() -> None:
    def ids(text: str) -> list[str]:
        question = make_question("choice", options=[{"text": text, "correct": True}, "b"])
        return [there.id for there in read_pool(export(question).files["blackboard/nasty.zip"])]

    assert ids("before") == ids("after")


@pytest.mark.parametrize("count", [10, 11])
def test_more_than_ten_gaps_leave_the_question_out(count: int) -> None:
    stem = " ".join(f"{{{{{number}}}}}" for number in range(1, count + 1))
    question = make_question("cloze", stem=stem, gaps=[{"answers": ["x"]}] * count)
    assert bool(export(question).files) == (count <= 10)


def test_a_long_text_file_has_a_note() -> None:
    questions = [make_question("choice", f"question-{index}") for index in range(251)]
    reasons = [note.reason for note in export(*questions).notes]
    assert any("more than 250 questions" in reason for reason in reasons)
    assert len(read_pool(export(*questions).files["blackboard/nasty.zip"])) == 251


def test_an_ordering_alone_has_no_pool() -> None:
    assert set(export(make_question("ordering")).files) == {"blackboard/nasty.txt"}
