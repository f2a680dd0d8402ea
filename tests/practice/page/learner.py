"""The actions of a learner on the page."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Locator, Page


def question(page: Page) -> Locator:
    """Return the question that is asked in a session."""
    return page.locator("#view--practise .question")


def start(page: Page) -> None:
    """Begin a session."""
    show(page, "practise")
    page.get_by_role("button", name="Start").click()


def show(page: Page, view: str) -> None:
    """Show a view."""
    page.evaluate("view => { location.hash = `view--${view}`; }", view)
    page.wait_for_selector(f"#view--{view}:not([hidden])")


def asked(page: Page) -> Iterator[Locator]:
    """Yield the questions of a session until none is left; the test answers each of them."""
    while question(page).count():
        yield question(page)


def fill(form: Locator) -> None:
    """Enter anything that can be graded."""
    if form.get_by_role("radio").count():
        form.get_by_role("radio").first.check()
    elif form.get_by_role("checkbox").count():
        form.get_by_role("checkbox").first.check()
    elif form.get_by_role("combobox").count():
        for select in form.get_by_role("combobox").all():
            select.select_option(index=1)
    elif form.get_by_label("Move down").count():
        form.get_by_label("Move down").first.click()
    else:
        for box in form.get_by_role("textbox").all():
            box.fill("12")


def answer(form: Locator, *, known: bool = True) -> None:
    """Answer a question, grading it as the learner likes, and go on."""
    if form.get_by_role("button", name="Show the answer").count():
        form.get_by_role("button", name="Show the answer").click()
        form.get_by_role("button", name="Remembered" if known else "Forgot").click()
        return
    if not known:
        form.get_by_role("button", name="I don’t know").click()
    else:
        fill(form)
        form.get_by_role("button", name="Check").click()
        count = form.get_by_role("button", name="Count as right")
        if count.count():
            count.click()
    form.get_by_role("button", name="Continue").click()
