"""Progress is kept, saved, added and merged, and is never silently lost."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pkoquiz.exporters import practice
from pkoquiz.model.bank import Bank

from .conftest import Opener
from .learner import answer, question, show, start
from .test_learner import log

NOTHING_STORED = """
Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("denied", "SecurityError"); },
});
"""
FULL = """() => {
  Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""


def test_a_page_without_storage_says_so_and_works(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page, before=NOTHING_STORED)
    expect(page.locator("#page--storage")).to_contain_text("stores nothing")
    start(page)
    answer(question(page))
    show(page, "progress")
    assert page.locator(".levels .learning b").inner_text() == "1"
    with page.expect_download() as download:
        page.locator("#page--storage").get_by_role("button", name="Save to a file").click()
    saved = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert len(saved["log"]) == 1


def test_full_storage_keeps_answers_in_memory(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page)
    page.evaluate(FULL)
    start(page)
    answer(question(page))
    expect(page.locator("#page--storage")).to_contain_text("full")
    show(page, "progress")
    assert page.locator(".levels .learning b").inner_text() == "1"


def test_damaged_progress_is_put_aside(mini_page: Path, open_page: Opener) -> None:
    damage = "if (!localStorage.getItem('pkoquiz:mini')) localStorage.setItem('pkoquiz:mini', '{x')"
    page = open_page(mini_page, before=damage)
    expect(page.locator("#page--storage")).to_contain_text("put aside")
    assert page.evaluate("localStorage.getItem('pkoquiz:mini:damaged')") == "{x"


@pytest.mark.parametrize("value", ["[]", "7", '{"paper": 0}', '{"paper": "x", "answers": []}', "{"])
def test_a_damaged_exam_is_forgotten(mini_page: Path, open_page: Opener, value: str) -> None:
    names = "['exam', 'place', 'fresh']"
    stored = f"for (const name of {names}) localStorage['pkoquiz:mini:' + name] = {value!r}"
    page = open_page(mini_page, before=stored)
    show(page, "exam")
    assert page.get_by_role("button", name="Begin paper 1").is_visible()
    start(page)
    answer(question(page))


def test_progress_of_a_newer_edition_is_left_alone(mini_page: Path, open_page: Opener) -> None:
    newer = json.dumps({"v": 2, "course": "mini", "log": {}})
    page = open_page(mini_page, before=f"localStorage.setItem('pkoquiz:mini', '{newer}')")
    expect(page.locator("#page--storage")).to_contain_text("newer edition")
    start(page)
    answer(question(page))
    assert page.evaluate("localStorage.getItem('pkoquiz:mini')") == newer


def test_two_tabs_lose_nothing(mini_page: Path, open_page: Opener) -> None:
    one = open_page(mini_page)
    other = open_page(mini_page, context=one.context)
    start(one)
    start(other)
    answer(question(one))
    # Both tabs ask the same first question; the other answers a later one.
    answer(question(other))
    answer(question(other))
    assert len(log(one)) == 2
    show(one, "progress")
    assert one.locator(".levels .learning b").inner_text() == "2"


def test_two_devices_are_merged(mini_page: Path, open_page: Opener, tmp_path: Path) -> None:
    phone, desk = open_page(mini_page), open_page(mini_page)
    start(phone)
    for _ in range(3):
        answer(question(phone))
    show(phone, "progress")
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Save to a file").click()
    assert download.value.suggested_filename == "mini-progress.json"
    file = tmp_path / "mini-progress.json"
    download.value.save_as(file)
    start(desk)
    answer(question(desk))
    desk.get_by_role("button", name="End").click()
    show(desk, "progress")
    for _ in range(2):  # adding a file twice changes nothing
        desk.locator("input[type=file]").set_input_files(file)
        expect(desk.locator("#view--progress .message")).to_contain_text("Added")
    merged = log(desk)
    assert len(merged) == 3
    assert set(merged) == set(log(phone))
    # The text does the same.
    desk.get_by_text("Add from copied text").click()
    desk.get_by_label("Progress as text").fill(file.read_text("utf-8"))
    desk.get_by_role("button", name="Add this text").click()
    assert log(desk) == merged


def test_files_that_cannot_be_added(mini_page: Path, open_page: Opener, tmp_path: Path) -> None:
    page = open_page(mini_page, "view--progress")
    cases = {
        "{": "not a progress file",
        json.dumps({"v": 1, "course": "other", "log": {}}): "another course",
        json.dumps({"v": 9, "course": "mini", "log": {}}): "newer edition",
        json.dumps({"v": 1, "course": "mini", "log": {"<b>": "x"}}): "not a progress file",
        '{"v": 1, "course": "mini", "log": {"__proto__": "x"}}': "not a progress file",
    }
    for number, (text, message) in enumerate(cases.items()):
        file = tmp_path / f"{number}.json"
        file.write_text(text, encoding="utf-8")
        page.locator("input[type=file]").set_input_files(file)
        expect(page.locator("#view--progress .message")).to_contain_text(message)
    assert log(page) == {}


def test_starting_over(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page)
    start(page)
    answer(question(page))
    show(page, "progress")
    page.locator("summary", has_text="Start over").click()
    page.get_by_role("button", name="Start over").click()
    page.locator("dialog[open]").get_by_role("button", name="Start over").click()
    assert page.locator(".levels .learning b").inner_text() == "0"


def test_a_new_edition_keeps_the_progress(small: Bank, open_page: Opener, tmp_path: Path) -> None:
    """The next edition lacks a question, has another one reworded, and keeps every answer."""
    file = tmp_path / "mini.html"
    file.write_bytes(practice.export(small).files["practice/mini.html"])
    page = open_page(file)
    start(page)
    for _ in range(4):
        answer(question(page))
    before = log(page)
    gone, reworded = sorted(before)[:2]
    questions = tuple(
        item.model_copy(update={"stem": "Asked in other words?"}) if item.id == reworded else item
        for item in small.questions
        if item.id != gone
    )
    edition = practice.export(replace(small, questions=questions))
    file.write_bytes(edition.files["practice/mini.html"])
    page.reload()
    page.wait_for_selector("html.scripted")
    assert log(page) == before
    show(page, "progress")
    assert page.locator(".levels .learning b").inner_text() == "3"
