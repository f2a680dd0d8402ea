"""The course in Open edX: every type, its score and its feedback."""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from pkoquiz.exporters import lms, openedx
from pkoquiz.exporters.export import Export
from pkoquiz.model.question import Question

from ..making import make_question
from . import nasty
from .arrived import Arrived, by_id, check_scores, feedback, responses, shown, visible
from .openedx_reader import encoded, files_of, read

IS_INSTALLED = importlib.util.find_spec("xblocks_contrib") is not None


def export(*questions: Question) -> Export:
    return openedx.export(nasty.bank(*questions))


def arrived(*questions: Question) -> dict[str, Arrived]:
    return by_id(read(export(*questions).files["openedx/nasty.tar.gz"]))


def test_every_question_arrives_with_its_score_and_feedback() -> None:
    questions = arrived()
    for question in nasty.bank().questions:
        there = questions.get(question.id)
        if there is None:
            is_written = question.type == "essay" or question.id.startswith("written")
            assert is_written or question.id.endswith("-codes"), question.id
            continue
        assert there.points == question.points
        assert f"words that prove {question.id}" in there.general
        if question.type == "multiple":
            check_all_or_nothing(question, there)
        else:
            check_scores(question, there)
        wanted = feedback(question)
        for answer, said in wanted.items():
            assert there.feedback.get(answer) == said or said in there.general, answer
        if question.type in ("choice", "multiple", "truefalse"):
            assert there.feedback == wanted


def check_all_or_nothing(question: Question, there: Arrived) -> None:
    for response, share in responses(question):
        assert there.score(response) == int(share)


def test_stems_arrive_as_they_are_read() -> None:
    questions = arrived()
    for key, text in nasty.TEXTS.items():
        assert questions[f"choice-{key}"].text == shown(f"choice {key}: {text}")


@pytest.mark.parametrize("text", ["a_or_b", "$seed", "x $x_1"])
def test_answers_that_the_engine_replaces_leave_the_question_out(text: str) -> None:
    assert not export(make_question("shortanswer", answers=["fine", text])).files


def test_case_hints_and_pins() -> None:
    case = make_question("shortanswer", "case", answers=["NaCl"], case_sensitive=True, hints=["x"])
    options = [{"text": "a", "correct": True}, "b", {"text": "none of these", "pin": True}]
    questions = arrived(case, make_question("choice", "pinned", options=options))
    assert questions["case"].score(("nacl",)) == 0
    assert questions["case"].more["hints"] == "x"
    problem = files_of(
        export(make_question("choice", options=options)).files["openedx/nasty.tar.gz"]
    )
    assert problem["problem/made.xml"].count(b'fixed="true"') == 1


def test_a_thousand_questions() -> None:
    questions = [make_question("choice", f"question-{index}") for index in range(1_000)]
    assert len(arrived(*questions)) == 1_000


# --- the engine itself ----------------------------------------------------------------------------


@pytest.mark.skipif(not IS_INSTALLED, reason="needs the package xblocks-contrib (AGPL, 0.5 GB)")
def test_the_engine_scores_as_the_bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = importlib.import_module("django.conf").settings
    if not settings.configured:
        settings.configure()
    helpers = importlib.import_module("xblocks_contrib.problem.capa.tests.helpers")
    (tmp_path / "test_files").mkdir()
    monkeypatch.setattr(helpers, "TEST_DIR", str(tmp_path))
    files = files_of(export().files["openedx/nasty.tar.gz"])
    for question in nasty.bank().questions:
        content = files.get(f"problem/{lms.identifier(question.id)}.xml")
        if content is None:
            continue
        tree = etree.fromstring(content)
        for response, share in responses(question):
            if question.type == "multiple":
                share = Decimal(int(share))
            inputs = encoded(tree, response)
            problem = graded(helpers, content.decode(), inputs)
            earned = problem.calculate_score()
            assert earned["total"] == len(inputs)
            got = Decimal(earned["score"]) / len(inputs)
            assert abs(got - share) < Decimal("0.002"), (question.id, response)
            said = feedback(question)
            if isinstance(response, bool | tuple) or (
                isinstance(response, frozenset) and len(response) == 1
            ):
                check_message(problem, said, response)


def check_message(problem: Any, said: dict[Any, str], response: Any) -> None:
    """Fail unless the engine shows the feedback on this response."""
    shown_texts = " ".join(visible(problem.correct_map.get_msg(id)) for id in problem.correct_map)
    keys = [next(iter(response))] if isinstance(response, frozenset) else [response]
    if isinstance(response, tuple):
        keys = list(enumerate(response))
    for key in keys:
        if not isinstance(key, tuple) or key[1]:  # any other answer has no feedback of its own
            assert said.get(key, "") in shown_texts


def graded(helpers: Any, content: str, inputs: list[Any]) -> Any:
    """Return the problem after the engine has graded what was given for each input."""
    problem = helpers.new_loncapa_problem(content)
    ids = sorted(problem.inputs, key=lambda id: [int(part) for part in id.split("_")])
    problem.grade_answers({id: value for id, value in zip(ids, inputs, strict=True) if value})
    return problem


@pytest.mark.skipif(
    importlib.util.find_spec("olxcleaner") is None, reason="needs the package olxcleaner"
)
def test_the_checker_of_courses_finds_nothing(tmp_path: Path) -> None:
    for name, content in files_of(export().files["openedx/nasty.tar.gz"]).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    checker = Path(sys.executable).parent / "edx-cleaner"
    done = subprocess.run(
        [str(checker), "-c", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert "No errors found!" in done.stdout
