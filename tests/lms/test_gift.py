"""The questions that Moodle imports from GIFT and Aiken."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pkoquiz.exporters import aiken, gift
from pkoquiz.exporters.export import Export
from pkoquiz.model.question import Question

from ..making import make_question
from . import nasty
from .arrived import Arrived, by_id, check_scores, feedback, shown, shown_line
from .gift_reader import read_aiken, read_gift


def export(*questions: Question, **course: Any) -> Export:
    return gift.export(nasty.bank(*questions, **course))


def arrived(*questions: Question, **course: Any) -> dict[str, Arrived]:
    return by_id(read_gift(export(*questions, **course).files["gift/nasty.txt"]))


def reasons(*questions: Question) -> list[str]:
    return [note.reason for note in export(*questions).notes]


def test_every_question_arrives_with_its_score_and_feedback() -> None:
    questions = arrived()
    bank = nasty.bank()
    for question in bank.questions:
        there = questions.get(question.id)
        if there is None:
            is_lost = question.type in ("cloze", "ordering")
            assert (
                is_lost
                or "picture" in question.id
                or question.id.endswith("-signs")
                or (question.id == "sound-in-stem")
            )
            continue
        assert f"words that prove {question.id.replace('written', 'shortanswer')}" in there.general
        check_scores(question, there)
        assert there.feedback == feedback(question)
        assert "bloom understand" in there.tags


def test_stems_arrive_as_they_are_read() -> None:
    questions = arrived()
    for key, text in nasty.TEXTS.items():
        assert questions[f"choice-{key}"].text == shown(f"choice {key}: {text}")


def test_credit_is_a_percentage_that_moodle_knows() -> None:
    def half(credit: int) -> Question:
        return make_question("shortanswer", answers=["all", {"text": "some", "credit": credit}])

    check_scores(half(50), arrived(half(50))["made"])
    assert not export(half(55)).files
    assert "question left out: Moodle does not offer 55 %" in reasons(half(55))


@pytest.mark.parametrize("text", ["50%", "%50%", "a*b", "*", "#1", "~", "=", "T", "{x}", "10:30"])
def test_typed_answers_are_literal(text: str) -> None:
    there = arrived(make_question("shortanswer", answers=[text]))["made"]
    assert there.type == "shortanswer"
    assert there.score((text,)) == 1
    assert there.score(("axb",)) == 0


@pytest.mark.parametrize("text", ["a -> b", "[html]x", "[plain] x"])
def test_answers_that_would_be_misread_leave_the_question_out(text: str) -> None:
    question = make_question("shortanswer", answers=[text])
    assert not export(question).files
    assert (
        "question left out: an answer contains `->` or `[html]`, which GIFT interprets"
        in reasons(question)
    )


def test_sections_are_categories() -> None:
    questions = arrived(make_question("choice", "aa"), make_question("choice", "bb", section="two"))
    assert [there.section for there in questions.values()] == [
        "$course$/top/Nasty & <odd>/Talk",
        "$course$/top/Nasty & <odd>/Two",
    ]


def test_a_thousand_questions() -> None:
    questions = [make_question("choice", f"question-{index}") for index in range(1_000)]
    assert len(arrived(*questions)) == 1_000


def test_the_course_of_a_title_with_slashes() -> None:
    there = arrived(make_question("choice"), title="A/B: C")["made"]
    assert there.section == "$course$/top/A//B: C/Talk"


def test_another_parser_reads_every_question(tmp_path: Path) -> None:
    """Node and `npm install gift-pegjs` are needed: a grammar stricter than Moodle's reader."""
    script = (
        "const gift = await import('gift-pegjs');"
        "const parse = gift.parse ?? gift.default.parse;"
        "const fs = await import('node:fs');"
        "const questions = parse(fs.readFileSync(process.argv[1], 'utf8'));"
        "console.log(JSON.stringify(questions.map(each => each.id ?? null)));"
    )
    file = tmp_path / "nasty.txt"
    content = export().files["gift/nasty.txt"]
    file.write_bytes(content)
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs Node and its package gift-pegjs")
    done = subprocess.run(
        [node, "--input-type=module", "-e", script, str(file)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    if "Cannot find package" in done.stderr:
        pytest.skip("needs the Node package gift-pegjs: npm install --no-save gift-pegjs")
    ids = [id for id in json.loads(done.stdout) if id]
    assert ids == [question.id for question in read_gift(content)]


# --- Aiken ----------------------------------------------------------------------------------------


def test_aiken_has_single_choice_and_true_or_false() -> None:
    bank = nasty.bank()
    done = aiken.export(bank)
    questions = read_aiken(done.files["aiken/nasty.txt"])
    kept = [
        question
        for question in bank.questions
        if question.type in ("choice", "truefalse") and "![" not in question.stem
    ]
    kept = [question for question in kept if question.id != "picture-in-option"]
    assert len(questions) == len(kept) == sum(done.counts.values())
    for question, (stem, options, key) in zip(kept, questions, strict=True):
        assert stem.split() == shown(question.stem).replace("1 2", "1 | 2").split() or (
            "lines" in question.id
        )
        if question.type == "choice":
            assert options[key] == shown_line(question.options[0].text)
        else:
            assert (options, key) == (["True", "False"], 1 - question.answer)


@pytest.mark.parametrize("stem", ["A. Which is it?", "B) That?", "ANSWER: B"])
def test_a_stem_that_looks_like_an_option_is_left_out(stem: str) -> None:
    done = aiken.export(nasty.bank(make_question("choice", stem=stem)))
    assert not done.files
    assert "question left out: Aiken would read the stem as an option or an answer" in [
        note.reason for note in done.notes
    ]


def test_aiken_options_that_differ_in_emphasis_only_are_left_out() -> None:
    options = [{"text": "`x`", "correct": True}, "y", "z"]
    done = aiken.export(nasty.bank(make_question("choice", options=options)))
    assert done.files
