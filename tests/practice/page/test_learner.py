"""A learner's session: read, practise over weeks, correct, undo, filter."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from .conftest import Opener
from .learner import answer, asked, fill, question, show, start

MONDAY = datetime.datetime(2026, 3, 2, 19, 0)


def log(page: Page, course: str = "mini") -> dict[str, str]:
    """Return the answers that the browser keeps, by question."""
    text = page.evaluate(f"localStorage.getItem('pkoquiz:{course}')")
    kept: dict[str, Any] = json.loads(text) if text else {"log": {}}
    return dict(kept["log"])


def pass_days(page: Page, days: int) -> None:
    """Go on some days later: the learner opens the page again."""
    now = datetime.datetime.fromtimestamp(page.evaluate("Date.now()") / 1000)
    page.clock.set_fixed_time(now + datetime.timedelta(days=days))
    page.reload()
    page.wait_for_selector("html.scripted")


def test_six_weeks(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page, timezone_id="Asia/Tokyo")
    page.clock.set_fixed_time(MONDAY)
    page.reload()
    start(page)
    first = 0
    for form in asked(page):
        answer(form, known=first != 2)
        first += 1
        assert first < 20
    assert page.get_by_text("right at the first try").count() == 1
    assert first >= 10  # what was wrong came back until it was right
    sessions = []
    for _ in range(14):
        pass_days(page, 3)
        show(page, "practise")
        button = page.get_by_role("button", name="Start")
        if not button.count():
            continue
        button.click()
        count = 0
        for form in asked(page):
            answer(form)
            count += 1
        sessions.append(count)
    # What was remembered is asked ever more rarely.
    assert sum(sessions[:3]) > sum(sessions[-3:])
    show(page, "progress")
    assert int(page.locator(".levels .known b").inner_text()) >= 5
    assert all(entry for entry in log(page).values())


def test_the_second_time_asks_in_the_words_of_the_card(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page)
    page.clock.set_fixed_time(MONDAY)
    page.reload()
    start(page)
    for form in asked(page):
        answer(form)
    pass_days(page, 60)
    start(page)
    shown = 0
    for form in asked(page):
        shown += form.get_by_role("button", name="Show the answer").count()
        answer(form)
    assert shown > 0


def test_what_is_wrong_comes_back_until_it_is_right(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page)
    start(page)
    stem = question(page).locator(".stem").inner_text()
    answer(question(page), known=False)
    others = 0
    while question(page).locator(".stem").inner_text() != stem:
        answer(question(page))
        others += 1
    assert others > 3
    assert page.get_by_text("Once more").count() == 1


def test_a_correction_changes_the_grade_of_the_answer(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page)
    start(page)
    question(page).get_by_role("button", name="I don’t know").click()
    (wrong,) = log(page).values()
    assert wrong.endswith("1")
    assert question(page).get_by_role("button", name="Count as right").count() == 0
    question(page).get_by_role("button", name="Continue").click()
    while not question(page).get_by_role("button", name="Check").count():
        answer(question(page))
    fill(question(page))
    question(page).get_by_role("button", name="Check").click()
    if question(page).get_by_role("button", name="I guessed").count():
        question(page).get_by_role("button", name="I guessed").click()
        grade = "1"
    else:
        question(page).get_by_role("button", name="Count as right").click()
        grade = "3"
    corrected = [entry for entry in log(page).values() if " " in entry]
    assert [entry[-1] for entry in corrected] == [grade]


def test_undo_asks_again(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page)
    start(page)
    stem = question(page).locator(".stem").inner_text()
    answer(question(page))
    assert question(page).locator(".stem").inner_text() != stem
    page.get_by_role("button", name="Undo").click()
    assert question(page).locator(".stem").inner_text() == stem
    assert page.get_by_role("button", name="Undo").is_hidden()
    answer(question(page))
    show(page, "progress")
    assert page.locator(".levels .learning b").inner_text() == "1"


def test_a_session_goes_on_after_another_view(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page)
    start(page)
    answer(question(page))
    stem = question(page).locator(".stem").inner_text()
    show(page, "progress")
    show(page, "practise")
    assert question(page).locator(".stem").inner_text() == stem


def test_filters(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page, "view--practise")
    page.get_by_text("Choose what to practise").click()
    page.get_by_label("Section").select_option("arches")
    page.get_by_role("button", name="Start").click()
    sections = set()
    for form in asked(page):
        sections.add(page.locator("#view--practise .meta").inner_text().rpartition(" · ")[2])
        answer(form, known=len(sections) > 3)
        if page.get_by_text("Once more").count():
            break
    assert sections == {"Arches"}
    page.get_by_role("button", name="End").click()
    page.get_by_label("Questions").select_option("wrong")
    page.get_by_label("Section").select_option("")
    assert page.locator(".figures").inner_text() != "Done for today"
    page.get_by_label("Questions").select_option("glossary")
    page.get_by_role("button", name="Start").click()
    assert page.locator("#view--practise .meta").inner_text().endswith("Glossary")
    answer(question(page))
    assert any(":" in name for name in log(page))


def test_an_area_asks_what_was_just_read(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page)
    page.get_by_role("link", name="Begin reading").click()
    area = page.locator(".chapter.open .area").last
    area.scroll_into_view_if_needed()
    area.locator(".question").wait_for()
    count = 0
    while area.locator(".question").count():
        form = area.locator(".question")
        fill(form)
        if form.get_by_role("button", name="Check").count():
            form.get_by_role("button", name="Check").click()
            form.locator(".actions .primary").click()
        else:
            form.get_by_role("button", name="Show the answer").click()
            form.get_by_role("button", name="Remembered").click()
        count += 1
    assert 1 <= count <= 4
    assert len(log(page)) == count
    expect(area).to_contain_text(f"of {count} right")
    page.reload()
    page.wait_for_selector("html.scripted")
    page.locator(".chapter.open .area").last.scroll_into_view_if_needed()
    expect(page.locator(".chapter.open .area").last).to_contain_text("Ask me again")


def test_a_citation_leads_to_its_words_and_back(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page)
    start(page)
    fill(question(page))
    question(page).get_by_role("button", name="Check").click()
    quoted = question(page).locator(".proof mark").first.inner_text()
    question(page).get_by_role("link", name="Read it in the talk").first.click()
    mark = page.locator(".chapter.open mark").first
    assert mark.is_visible()
    assert mark.inner_text()[:20] == quoted[:20]
    page.get_by_role("button", name="Back to the question").click()
    assert question(page).locator(".verdict").is_visible()
    assert page.locator(".chapter mark").count() == 0
    question(page).get_by_role("button", name="Continue").click()


def test_the_browser_goes_back_from_a_citation_too(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page)
    start(page)
    fill(question(page))
    question(page).get_by_role("button", name="Check").click()
    question(page).get_by_role("link", name="Read it in the talk").first.click()
    page.wait_for_selector(".chapter.open mark")
    page.go_back()
    expect(question(page).locator(".verdict")).to_be_visible()
    assert page.get_by_role("button", name="Back to the question").is_hidden()


def test_addresses_that_name_nothing_show_the_sections(mini_page: Path, open_page: Opener) -> None:
    for address in ("%", "no-such-passage", "__proto__"):
        page = open_page(mini_page, address)
        assert page.get_by_role("link", name="Begin reading").is_visible()


def test_skipping_to_the_content_keeps_the_view(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page, "view--progress")
    page.get_by_role("link", name="Skip to the content").press("Enter")
    assert page.evaluate("document.activeElement.id") == "page--main"
    assert page.get_by_role("heading", name="Progress", level=2).is_visible()


def test_marks_leave_the_text_as_it_was(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page)
    text = "[...document.querySelectorAll('.words')].map(node => node.textContent).join('|')"
    before = page.evaluate(text)
    start(page)
    fill(question(page))
    question(page).get_by_role("button", name="Check").click()
    question(page).get_by_role("link", name="Read it in the talk").first.click()
    assert page.evaluate(text) == before


def test_a_term_is_explained_beside_its_word(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page)
    page.get_by_role("link", name="Begin reading").click()
    link = page.locator(".chapter.open a.term").first
    link.click()
    expect(page.get_by_role("dialog")).to_contain_text(link.inner_text().lower(), ignore_case=True)
    page.get_by_role("button", name="Close").click()
    assert page.get_by_role("dialog").count() == 0


def test_without_javascript_the_text_can_be_read(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page, java_script_enabled=False, ready=False)
    assert page.locator(".chapter").first.is_visible()
    assert page.locator(".chapter").last.is_visible()
    assert page.locator(".top nav").is_hidden()
    assert page.locator(".area").first.is_hidden()
    assert "questions need JavaScript" in page.content()


def test_reading_goes_on_where_it_stopped(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page, width=360)
    page.get_by_role("link", name="Begin reading").click()
    page.mouse.wheel(0, 1500)
    page.wait_for_timeout(900)
    show_home = page.get_by_role("link", name="Read", exact=True)
    show_home.click()
    resume = page.get_by_role("link", name="Continue reading")
    assert "." in str(resume.get_attribute("href"))
