"""The mock exam: without feedback, kept over a reload, graded, printed and practised."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pkoquiz.exporters import practice
from pkoquiz.exporters.practice.mock import PAPERS, mock_exam
from pkoquiz.model.bank import Bank
from pkoquiz.model.blueprint import Count

from .conftest import Opener
from .learner import fill
from .test_learner import log


@pytest.fixture
def long_exam(small: Bank, open_page: Opener, tmp_path: Path) -> Page:
    """A page whose exam has every type, an essay among them."""
    types = {"essay": Count.model_validate("1")}
    blueprint = small.course.blueprints["quiz"].model_copy(update={"items": 7, "types": types})
    course = small.course.model_copy(update={"blueprints": {"quiz": blueprint}})
    file = tmp_path / "mini.html"
    file.write_bytes(practice.export(replace(small, course=course)).files["practice/mini.html"])
    return open_page(file, "view--exam")


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="Hand in").first.click()
    page.locator("dialog[open]").get_by_role("button", name="Hand in").click()
    page.wait_for_selector(".total")


def test_papers_follow_the_blueprint_with_seeds_of_their_own(shipped: Bank) -> None:
    exam = mock_exam(shipped)
    assert len(exam.papers) == PAPERS
    papers = [{placed.id for placed in paper.questions} for paper in exam.papers]
    assert {len(paper) for paper in papers} == {40}
    assert len({frozenset(paper) for paper in papers}) == PAPERS


def test_a_course_without_blueprint_has_no_exam(
    small: Bank, open_page: Opener, tmp_path: Path
) -> None:
    course = small.course.model_copy(update={"blueprints": {}})
    file = tmp_path / "mini.html"
    file.write_bytes(practice.export(replace(small, course=course)).files["practice/mini.html"])
    page = open_page(file)
    assert page.get_by_role("link", name="Exam").is_hidden()


def test_an_exam_that_cannot_be_drawn_is_a_note(small: Bank) -> None:
    blueprint = small.course.blueprints["quiz"].model_copy(update={"items": 500})
    course = small.course.model_copy(update={"blueprints": {"quiz": blueprint}})
    export = practice.export(replace(small, course=course))
    assert any("mock papers" in note.reason for note in export.notes)
    assert "practice/mini.html" in export.files


def test_a_whole_exam(long_exam: Page) -> None:
    page = long_exam
    page.get_by_role("button", name="Begin paper 1").click()
    expect(page.get_by_role("timer")).to_have_text("20 minutes left")
    page.get_by_role("button", name="Hide the time").click()
    assert page.get_by_role("timer").count() == 0
    count = page.locator(".cell").count()
    for number in range(count - 1):
        fill(page.locator(".exam-question form"))
        assert page.locator(".verdict").count() == 0
        if number == 0:
            page.get_by_role("button", name="Flag").click()
        page.get_by_role("button", name="Next").click()
    assert page.locator(".cell.answered").count() == count - 1
    assert page.locator(".cell.flagged").count() == 1
    # Nothing is lost when the page is closed.
    page.reload()
    page.wait_for_selector("html.scripted")
    page.get_by_role("button", name="Resume").click()
    assert page.locator(".cell.answered").count() == count - 1
    page.get_by_role("button", name="Hand in").first.click()
    expect(page.locator("dialog[open]")).to_contain_text("1 question is not answered")
    page.locator("dialog[open]").get_by_role("button", name="Hand in").click()
    page.wait_for_selector(".total")
    answers = log(page)
    if page.get_by_text("Grade your essay").count():
        card = page.locator(".card:has(.rubric)")
        card.get_by_role("checkbox").first.check()
        card.get_by_role("button", name="Save my points").click()
        assert page.get_by_text("Grade your essay").count() == 0
        assert len(log(page)) == len(answers) + 1
    assert page.get_by_role("table", name="By section").count() == 1
    assert page.get_by_role("table", name="By level").count() == 1
    first = page.locator(".review").first
    assert first.locator(".proof").count() >= 1
    page.reload()
    page.wait_for_selector("html.scripted")
    page.wait_for_selector(".total")
    page.get_by_role("button", name="Practise these").click()
    page.wait_for_selector("#view--practise .question")
    page.get_by_role("link", name="Progress").click()
    expect(page.get_by_role("heading", name="Mock exams")).to_be_visible()


def test_a_typed_answer_can_be_counted_as_right(long_exam: Page) -> None:
    page = long_exam
    page.get_by_role("button", name="Begin paper 1").click()
    while not page.locator(".exam-question input.answer, .exam-question input.number").count():
        page.get_by_role("button", name="Next").click()
    page.locator(".exam-question input[type=text]").fill("7")
    hand_in(page)
    before = page.locator(".score").inner_text()
    page.get_by_role("button", name="Count as right").first.click()
    assert page.locator(".score").inner_text() != before


def test_time_that_is_up_forces_nothing(long_exam: Page) -> None:
    page = long_exam
    page.clock.install()
    page.reload()
    page.wait_for_selector("html.scripted")
    page.get_by_role("button", name="Begin paper 1").click()
    page.clock.fast_forward("25:00")
    expect(page.get_by_role("timer")).to_contain_text("Time is up")
    fill(page.locator(".exam-question form"))
    hand_in(page)


def test_a_printed_result_shows_only_the_result(long_exam: Page) -> None:
    page = long_exam
    page.get_by_role("button", name="Begin paper 1").click()
    hand_in(page)
    page.emulate_media(media="print")
    assert page.locator(".total").is_visible()
    assert page.locator(".review").first.is_visible()
    assert page.locator(".top").is_hidden()
    assert page.get_by_role("button", name="Print").is_hidden()
