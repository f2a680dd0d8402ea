"""The package in a QTI 2.1 engine: every type, its score and its feedback."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pkoquiz.exporters import qti
from pkoquiz.exporters.export import Export
from pkoquiz.exporters.qti.items import _width
from pkoquiz.model.question import Question

from ..making import make_question
from . import nasty
from .arrived import Arrived, by_id, check_scores, feedback, shown
from .qti_reader import files_of, read


def export(*questions: Question, **course: Any) -> Export:
    return qti.export(nasty.bank(*questions, **course))


def arrived(*questions: Question, **course: Any) -> dict[str, Arrived]:
    return by_id(read(export(*questions, **course).files["qti/nasty.zip"]))


def test_every_question_arrives_with_its_score_and_feedback() -> None:
    questions = arrived()
    bank = nasty.bank()
    assert set(questions) == {question.id for question in bank.questions}
    for question in bank.questions:
        there = questions[question.id]
        assert there.points == question.points
        assert f"words that prove {question.id.replace('written', 'shortanswer')}" in there.general
        check_scores(question, there)
        if question.type != "shortanswer" or "written" not in question.id:
            assert there.feedback == feedback(question), question.id


def test_stems_arrive_as_they_are_read() -> None:
    questions = arrived()
    for key, text in nasty.TEXTS.items():
        assert questions[f"choice-{key}"].text == shown(f"choice {key}: {text}")


@pytest.mark.parametrize("credit", [1, 33, 50, 99])
def test_any_credit_is_exact(credit: int) -> None:
    answers = ["all", {"text": "some", "credit": credit, "feedback": "more"}]
    check_scores(
        make_question("shortanswer", answers=answers, points=3),
        arrived(make_question("shortanswer", answers=answers, points=3))["made"],
    )
    gaps = [{"answers": answers}, {"answers": ["x"]}, {"answers": ["y"]}]
    cloze = make_question("cloze", stem="{{1}} {{2}} {{3}}", gaps=gaps)
    check_scores(cloze, arrived(cloze)["made"])


@pytest.mark.parametrize("points", ["1", "0.5", "7", "10"])
@pytest.mark.parametrize("count", [3, 7, 10])
def test_shares_add_up_to_all_points(points: str, count: int) -> None:
    options = [{"text": f"o{n}", "correct": n < count - 1} for n in range(count)]
    question = make_question("multiple", options=options, points=points)
    right = frozenset(f"o{n}" for n in range(count - 1))
    assert arrived(question)["made"].score(right) == 1
    steps = make_question("ordering", sequence=[f"s{n}" for n in range(count)], points=points)
    there = arrived(steps)["made"]
    assert there.score(tuple(f"s{n}" for n in range(count))) == 1
    moved = ("s1", "s0", *(f"s{n}" for n in range(2, count)))
    assert abs(there.score(moved) - Decimal(count - 2) / count) < Decimal("1e-9")


def test_case_and_all_or_nothing() -> None:
    exact = make_question("multiple", scoring="exact")
    check_scores(exact, arrived(exact)["made"])
    case = make_question("shortanswer", answers=["NaCl"], case_sensitive=True)
    there = arrived(case)["made"]
    assert (there.score(("NaCl",)), there.score(("nacl",))) == (1, 0)


def test_pinned_options_are_fixed() -> None:
    options = [{"text": "a", "correct": True}, "b", {"text": "none of these", "pin": True}]
    content = files_of(export(make_question("choice", options=options)).files["qti/nasty.zip"])
    item = content["item_made.xml"].decode()
    assert item.count('fixed="true"') == 1
    assert 'shuffle="true"' in item


@pytest.mark.parametrize(
    ("value", "tolerance"),
    [("0.3", "0.1"), ("0.7", "0.1"), ("-273.15", "0.005"), ("1e-9", "1e-10"), ("6e23", "1e18")],
)
def test_binary_tolerances_include_the_limits(value: str, tolerance: str) -> None:
    middle, distance = Decimal(value), Decimal(tolerance)
    width = float(_width(middle, distance))
    assert float(middle + distance) - width <= float(middle)
    assert float(middle - distance) + width >= float(middle)
    assert width == pytest.approx(float(distance), rel=1e-6)


def test_names_of_questions_are_no_names_of_files() -> None:
    questions = arrived(make_question("choice", "test"), make_question("choice", "imsmanifest"))
    assert set(questions) == {"test", "imsmanifest"}


def test_tags_are_keywords_and_sections_parts_of_the_test() -> None:
    export_ = export(make_question("choice", tags=["bridges"], objective="B-1"))
    manifest = files_of(export_.files["qti/nasty.zip"])["imsmanifest.xml"].decode()
    for keyword in ("bridges", "objective B-1", "bloom understand", "difficulty medium"):
        assert f">{keyword}</imsmd:langstring>" in manifest
    assert arrived(make_question("choice"))["made"].section == "Talk"


def test_a_thousand_questions() -> None:
    questions = [make_question("choice", f"question-{index}") for index in range(1_000)]
    assert len(arrived(*questions)) == 1_000
