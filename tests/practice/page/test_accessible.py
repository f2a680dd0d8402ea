"""Every view and state of the page is accessible, fits the screen, and is legible in both modes."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from .conftest import Opener
from .learner import answer, asked, fill, show, start

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe(page: Page) -> list[str]:
    """Return what axe finds wrong, or could not decide, on the page as it is."""
    if not page.evaluate("'axe' in window"):
        source = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
        page.evaluate(source)
        # What is not painted has no contrast to measure.
        page.evaluate(
            "document.querySelectorAll('.passage').forEach("
            "node => { node.style.contentVisibility = 'visible'; })"
        )
    options = json.dumps({"runOnly": {"type": "tag", "values": TAGS}})
    results: dict[str, Any] = page.evaluate(f"axe.run(document, {options})")
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for kind in ("violations", "incomplete")
        for rule in results[kind]
        for node in rule["nodes"]
    ]


def check(page: Page, state: str) -> None:
    page.evaluate("scrollTo(0, 0)")  # sticky bars cover what is scrolled below them
    page.wait_for_timeout(50)
    assert axe(page) == [], state
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1], f"{state} scrolls sideways"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_views(mini_page: Path, open_page: Opener, width: int, scheme: str) -> None:
    page = open_page(mini_page, width=width, scheme=scheme)
    check(page, "home")
    page.get_by_role("link", name="Begin reading").click()
    page.locator(".chapter.open .area").first.scroll_into_view_if_needed()
    page.wait_for_selector(".chapter.open .area .question")
    check(page, "reading")
    page.locator(".chapter.open a.term").first.click()
    check(page, "a term explained")
    page.keyboard.press("Escape")
    show(page, "practise")
    page.get_by_text("Choose what to practise").click()
    check(page, "practise")
    show(page, "progress")
    for summary in page.locator("#view--progress summary").all():
        summary.click()
    check(page, "progress")
    show(page, "exam")
    check(page, "mock papers")
    page.get_by_role("button", name="Begin paper 1").click()
    page.get_by_role("button", name="Flag").click()
    if page.locator(".sheet details[open]").count() == 0:
        page.locator(".sheet summary").click()
    check(page, "taking an exam")
    fill(page.locator("#view--exam form"))
    page.get_by_role("button", name="Hand in").first.click()
    check(page, "handing in")
    page.locator("dialog[open]").get_by_role("button", name="Hand in").click()
    check(page, "result")


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_questions_of_every_type(
    mini_page: Path, open_page: Opener, width: int, scheme: str
) -> None:
    page = open_page(mini_page, width=width, scheme=scheme)
    start(page)
    types = 0
    for form in asked(page):
        check(page, f"question {types}")
        if form.get_by_role("button", name="Show the answer").count():
            form.get_by_role("button", name="Show the answer").click()
            check(page, f"question {types}, shown")
            form.get_by_role("button", name="Remembered").click()
        else:
            fill(form)
            form.get_by_role("button", name="Check").click()
            check(page, f"question {types}, answered")
            correct = form.get_by_role("button", name="Count as right")
            if correct.count():
                correct.click()
            form.get_by_role("button", name="Continue").click()
        types += 1
    assert types >= 9
    check(page, "session done")
    page.get_by_text("Choose what to practise").click()
    page.get_by_label("Questions").select_option("written")
    page.get_by_role("button", name="Start").click()
    form = page.locator("#view--practise .question")
    form.get_by_role("textbox").fill("An arch pushes outwards.")
    form.get_by_role("button", name="Compare with the model").click()
    check(page, "an essay and its rubric")
    form.get_by_role("checkbox").first.check()
    form.get_by_role("button", name="Save my points").click()
    check(page, "an essay, graded")


def test_axe_finds_what_is_wrong(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page)
    page.evaluate("""() => {
      document.documentElement.removeAttribute("lang");
      document.querySelector("#page--resume a").style.color = "#888";
      document.querySelector("#view--read").append(document.createElement("input"));
    }""")
    found = {line.partition(":")[0] for line in axe(page)}
    assert {"html-has-lang", "label", "color-contrast"} <= found


def test_shortcuts_can_be_turned_off(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page)
    page.keyboard.press("?")
    check(page, "shortcuts")
    page.get_by_label("Use these shortcuts").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("p")
    assert page.evaluate("location.hash") == ""


def test_a_session_needs_only_the_keyboard(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page, "view--practise")
    page.get_by_role("button", name="Start").press("Enter")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_selector(".verdict")
    assert page.evaluate("document.activeElement.className").startswith("verdict")
    page.keyboard.press("Enter")
    page.wait_for_selector(".verdict", state="detached")
    page.keyboard.press("u")
    page.wait_for_selector(".question :checked", state="detached")
    assert page.get_by_text("10 left").count() or page.get_by_text("9 left").count()


def test_a_moved_step_keeps_the_focus(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page)
    start(page)
    for form in asked(page):
        if form.get_by_label("Move down").count():
            break
        answer(form)
    down = form.get_by_label("Move down").first
    down.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Move down"
    assert form.get_by_role("status").filter(has_text="Now 2 of 3").count() == 1
