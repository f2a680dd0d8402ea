"""Every question of the mini and the shipped course arrives in Moodle as it is in the bank."""

from __future__ import annotations

import re
from decimal import Decimal
from html import escape
from typing import assert_never

import pytest

from pkoquiz import markup
from pkoquiz.exporters import moodle
from pkoquiz.model.bank import Bank
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
from pkoquiz.quotes.citations import references
from pkoquiz.quotes.find import fold

from .gap_reader import without_gaps
from .reader import Arrived, read, typed, visible


@pytest.fixture(params=["mini", "shipped"])
def bank(request: pytest.FixtureRequest) -> Bank:
    bank = request.getfixturevalue(request.param)
    assert isinstance(bank, Bank)
    return bank


def content(bank: Bank) -> bytes:
    return moodle.export(bank).files[f"moodle/{bank.course.short}.xml"]


def test_every_ready_question_arrives_once_in_teaching_order(bank: Bank) -> None:
    expected = [question.id for question in bank.ready if not isinstance(question, Flashcard)]
    assert [arrived.idnumber for arrived in read(content(bank))] == expected


def test_counts_and_notes_account_for_every_question(bank: Bank) -> None:
    export = moodle.export(bank)
    left_out = [
        note for note in export.notes if re.search("not exported|no place|left out", note.reason)
    ]
    assert sum(export.counts.values()) + len(left_out) == len(bank.questions)


def test_every_question_arrives_complete(bank: Bank) -> None:
    questions = {question.id: question for question in bank.ready}
    for arrived in read(content(bank)):
        assert_same_in_common(bank, questions[arrived.idnumber], arrived)
        assert_same_task(questions[arrived.idnumber], arrived)


def test_no_markdown_template_or_python_object_is_visible(bank: Bank) -> None:
    for arrived in read(content(bank)):
        for text in (arrived.text, arrived.general, *(answer.text for answer in arrived.answers)):
            for stray in ("**", "{{", "Decimal(", "<script"):
                assert stray not in text, (arrived.idnumber, stray)
            # A sentence may begin with the word.
            assert not re.search(r"None(?! of )", text), arrived.idnumber


def assert_same_in_common(bank: Bank, question: Question, arrived: Arrived) -> None:
    section = bank.sections[question.section]
    assert arrived.category[-1].startswith(section.title[:100])
    assert arrived.category[0] == bank.course.title
    assert arrived.name.startswith(f"{question.id}: ")
    assert len(arrived.name) <= 60
    objective = [f"objective {question.objective}"] if question.objective else []
    assert list(arrived.tags) == [*question.tags, *objective]
    general = visible(arrived.general)
    assert visible(markup.html(question.explain)) in general
    for reference in references(bank, question):
        for text in (reference.quote, reference.speaker, f"[{reference.passage}]"):
            assert " ".join(text.split()) in general, (question.id, text)
    for remark in (
        question.note,
        question.attribution,
        *(source.note for source in question.sources),
    ):
        assert visible(markup.inline_html(remark)) in general
    if not isinstance(question, Cloze):
        assert arrived.grade == question.points
        assert visible(arrived.text).startswith(visible(markup.html(question.stem)))
    if arrived.type != "essay":
        assert [visible(hint) for hint in arrived.hints] == [
            visible(markup.inline_html(hint)) for hint in question.hints
        ]


def assert_same_task(question: Question, arrived: Arrived) -> None:
    def html(text: str) -> str:
        return visible(markup.html(text)) if text else ""

    match question:
        case Choice() | Multiple():
            assert arrived.single is isinstance(question, Choice)
            expected = {
                visible(markup.inline_html(option.text)): (option.correct, html(option.feedback))
                for option in question.options
            }
            arrived_options = {
                visible(answer.text): (answer.fraction > 0, visible(answer.feedback))
                for answer in arrived.answers
            }
            assert arrived_options == expected
            right = sum(answer.fraction for answer in arrived.answers if answer.fraction > 0)
            assert round(right, 6) == 100
            if isinstance(question, Multiple):
                everything = sum(answer.fraction for answer in arrived.answers)
                assert everything <= Decimal("0.001"), "choosing all must earn nothing"
        case TrueFalse():
            arrived_verdicts = {
                answer.text: (answer.fraction == 100, visible(answer.feedback))
                for answer in arrived.answers
            }
            assert arrived_verdicts == {
                "true": (question.answer, html(question.feedback.true)),
                "false": (not question.answer, html(question.feedback.false)),
            }
        case Matching():
            pairs = [
                (visible(markup.inline_html(pair.premise)), pair.response)
                for pair in question.pairs
            ]
            assert [(visible(premise), answer) for premise, answer in arrived.pairs] == [
                *pairs,
                *(("", extra) for extra in question.extras),
            ]
            for pair in question.pairs:
                assert html(pair.feedback) in visible(arrived.general)
        case Ordering():
            steps = [visible(markup.inline_html(step)) for step in question.sequence]
            assert [visible(answer.text) for answer in arrived.answers] == steps
        case ShortAnswer() if question.rubric:
            assert arrived.type == "essay"
            assert_complete_for_graders(question, arrived)
            for answer in question.answers:
                assert visible(escape(answer.text)) in visible(arrived.grader)
        case ShortAnswer():
            assert arrived.case is question.case_sensitive
            accepted = [(answer.text, html(answer.feedback)) for answer in question.answers]
            wrong = [(mistake.text, html(mistake.feedback)) for mistake in question.wrong]
            rest = [("*", html(question.otherwise))] if question.otherwise else []
            arrived_answers = [
                (typed(answer.text), visible(answer.feedback)) for answer in arrived.answers
            ]
            expected_answers = accepted + wrong + rest
            assert [pair for pair in arrived_answers if pair in expected_answers] == (
                expected_answers
            )
            # Besides, only what a keyboard types instead of typographic signs.
            assert {(fold(text), said) for text, said in arrived_answers} == {
                (fold(text), said) for text, said in expected_answers
            }
        case Numerical():
            values = [(question.answer, question.tolerance)] + [
                (mistake.value, mistake.tolerance) for mistake in question.wrong
            ]
            numbers = [answer for answer in arrived.answers if answer.text != "*"]
            assert [(Decimal(answer.text), answer.tolerance) for answer in numbers] == values
            assert [
                visible(answer.feedback) for answer in arrived.answers if answer.text == "*"
            ] == ([html(question.otherwise)] if question.otherwise else [])
            assert html(question.working) in visible(arrived.general)
            assert question.unit in visible(arrived.text)
        case Cloze():
            assert len(arrived.gaps) == len(question.gaps)
            for gap, wanted in zip(arrived.gaps, question.gaps, strict=True):
                texts = [(answer.text, html(answer.feedback)) for answer in wanted.answers]
                texts += [(mistake.text, html(mistake.feedback)) for mistake in wanted.wrong]
                assert [(answer.text, visible(answer.feedback)) for answer in gap.answers] == texts
                assert all(answer.fraction > 0 for answer in gap.answers[: len(wanted.answers)])
            shown = visible(without_gaps(arrived.text))
            for wanted in question.gaps:
                hint = markup.inline_plain(wanted.hint)
                assert hint.casefold() in shown.casefold()
                # Within the author's own parenthesis, or in one of its own.
                shown = shown.replace(f"({hint}; ", "(").replace(f" ({hint})", "", 1)
            assert ") (" not in shown
            stem = re.sub(r"\{\{\d+\}\}", "GAP", question.stem)
            for wanted in question.gaps:
                stem = stem.replace(f" ({markup.inline_plain(wanted.hint)})", "", 1)
            assert shown == visible(markup.html(stem)).replace("GAP", "___")
        case Essay():
            assert arrived.words == (question.min_words, question.max_words)
            assert_complete_for_graders(question, arrived)
            assert visible(markup.html(question.model_answer)) in visible(arrived.grader)
        case Flashcard():
            raise AssertionError("a flashcard has no place in a quiz")
        case _ as never:
            assert_never(never)


def assert_complete_for_graders(question: Essay | ShortAnswer, arrived: Arrived) -> None:
    grader = visible(arrived.grader)
    for line in question.rubric:
        assert visible(markup.inline_html(line.text)) in grader
    for source in question.sources:
        assert " ".join(source.quote.split()) in grader
