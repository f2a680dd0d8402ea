"""What Canvas imports: every type, its score and its feedback."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest

from pkoquiz.exporters import canvas
from pkoquiz.exporters.export import Export
from pkoquiz.model.answers import Options, task_of
from pkoquiz.model.question import Question

from ..making import make_question
from . import nasty
from .arrived import Arrived, by_id, check_scores, feedback, shown
from .canvas_reader import read


def export(*questions: Question, **settings: Any) -> Export:
    return canvas.export(nasty.bank(*questions), **settings)


def arrived(*questions: Question, **settings: Any) -> dict[str, Arrived]:
    return by_id(read(export(*questions, **settings).files["canvas/nasty.zip"]))


def reasons(*questions: Question) -> list[str]:
    return [note.reason for note in export(*questions).notes]


def test_every_question_arrives_with_its_score_and_feedback() -> None:
    questions = arrived()
    bank = nasty.bank()
    missing = {question.id for question in bank.questions} - set(questions)
    assert missing == {"matching-signs", "matching-script", "matching-lines"}
    for question in bank.questions:
        if question.id in questions:
            there = questions[question.id]
            assert there.points == question.points
            assert f"words that prove {question.id}" in there.general or "written" in question.id
            check_scores(question, there)
            wanted = feedback(question)
            for answer, said in there.feedback.items():
                assert wanted[answer] == said
            if question.type in ("choice", "multiple", "truefalse"):
                assert there.feedback == wanted
            for said in wanted.values():
                assert said in there.feedback.values() or said in there.general


def test_stems_arrive_as_they_are_read() -> None:
    questions = arrived()
    for key, text in nasty.TEXTS.items():
        assert questions[f"choice-{key}"].text == shown(f"choice {key}: {text}")


def test_feedback_of_an_option_never_belongs_to_the_question() -> None:
    question = make_question(
        "choice",
        "why-steel-is-wrong",
        options=[{"text": "a", "correct": True, "feedback": "yes"}, {"text": "b"}],
    )
    assert arrived(question)["why-steel-is-wrong"].feedback == {"a": "yes"}


def test_ids_are_names_and_stay() -> None:
    idents = {id: there.more["ident"] for id, there in arrived().items()}
    assert idents["3-digits-first"] == "_3-digits-first"
    assert idents["all-correct-general"] == "all-correct-general"
    assert len(set(idents.values())) == len(idents)


def test_partial_credit_would_become_full_and_leaves_the_question_out() -> None:
    half = make_question("shortanswer", answers=["all", {"text": "some", "credit": 50}])
    assert not export(half).files
    assert any("earns some" in reason for reason in reasons(half))
    gap = make_question(
        "cloze", stem="x {{1}}", gaps=[{"answers": ["all", {"text": "some", "credit": 1}]}]
    )
    assert not export(gap).files
    assert not export(make_question("multiple", scoring="exact")).files
    assert not export(make_question("shortanswer", case_sensitive=True)).files


def test_nothing_reveals_how_many_options_are_right() -> None:
    there = arrived(make_question("multiple", stem="Which?"))["made"]
    assert there.text == "Which? Choose all that apply. Wrong choices subtract points."


def test_options_are_shuffled_unless_they_have_their_places() -> None:
    pinned = [{"text": "a", "correct": True}, "b", {"text": "none of these", "pin": True}]
    numbers = [{"text": "12", "correct": True}, "3", "7"]
    questions = arrived(
        make_question("choice", "free"),
        make_question("choice", "pinned", options=pinned),
        make_question("choice", "numbers", options=numbers),
        make_question("choice", "kept", shuffle=False),
    )
    assert [id for id, there in questions.items() if there.shuffled] == ["free"]
    assert questions["numbers"].options == ("3", "7", "12")


def test_names_of_gaps_differ_from_what_the_author_wrote() -> None:
    question = make_question("cloze", stem="Not [gap1] nor [gap_1] but {{1}}")
    there = arrived(question)["made"]
    assert there.score(("body made",)) == 1
    assert "[gap__1]" in there.text


def test_pictures_are_in_the_package() -> None:
    content = export(*nasty.pictures()).files["canvas/nasty.zip"]
    names = zipfile.ZipFile(BytesIO(content)).namelist()
    assert {"media/Gro-e-Karte.png", "media/b.png", "media/s.mp3"} <= set(names)
    assert by_id(read(content))["picture-in-option"].options[0] == "[b]"


def test_a_missing_picture_is_described() -> None:
    question = make_question("choice", stem="See ![the map](media/none.png)")
    assert arrived(question)["made"].text == "See [the map]"
    assert "the file media/none.png is missing: its description is shown instead" in reasons(
        question
    )


def test_one_quiz_instead_of_banks() -> None:
    questions = [make_question("choice", "one"), make_question("choice", "two", section="other")]
    assert {there.section for there in arrived(*questions).values()} == {
        "Nasty & <odd>: Talk",
        "Nasty & <odd>: Other",
    }
    quiz = arrived(*questions, quiz=True)
    assert {there.section for there in quiz.values()} == {"Nasty & <odd>"}
    assert [there.more["ident"] for there in quiz.values()] == ["one", "two"]


def test_a_question_too_long_for_canvas_is_left_out() -> None:
    long = make_question("choice", stem="word " * 4_000)
    assert "question left out: Canvas replaces a stem of more than 16 KB with a notice" in reasons(
        long
    )


def test_a_thousand_questions() -> None:
    questions = [make_question("choice", f"question-{index}") for index in range(1_000)]
    assert len(arrived(*questions)) == 1_000


def test_an_edited_wording_keeps_the_idents() -> None:
    def idents(text: str) -> list[str]:
        options = [{"text": text, "correct": True}, "b", "c"]
        content = export(make_question("choice", options=options)).files["canvas/nasty.zip"]
        bank = zipfile.ZipFile(BytesIO(content)).read("talk.xml").decode()
        return [part.split('"')[0] for part in bank.split(' ident="')]

    assert idents("before") == idents("after")


@pytest.mark.parametrize("count", [3, 4, 5, 10])
def test_the_order_of_steps_is_not_in_the_file(count: int) -> None:
    for name in ("one", "two", "three", "four"):
        steps = [f"step {index}" for index in range(count)]
        arrived(make_question("ordering", name, sequence=steps))  # the reader refuses it


def test_a_draft_and_a_retired_question_stay_here() -> None:
    draft = make_question("choice", "draft", status="draft")
    retired = make_question("choice", "old", status="retired", reason="Wrong.")
    assert set(arrived(make_question("choice"), draft, retired)) == {"made"}
    assert isinstance(task_of(draft), Options)
