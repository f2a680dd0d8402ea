"""Take the pictures of the practice page: reading, answering on a phone, and a result.

    python docs/pictures/practice.py exports/practice/<course>.html pictures/

Requires the test dependencies (`playwright`) and Chromium.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright


def opened(browser: Browser, page: Path, view: str, width: int, height: int) -> Page:
    """Return the page in a new window."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    window = context.new_page()
    window.goto(f"{page.resolve().as_uri()}#{view}")
    window.wait_for_selector("html.scripted")
    return window


def reading(window: Page, file: Path) -> None:
    """Show a question between two paragraphs."""
    place = "document.querySelector('.chapter.open .area').scrollIntoView({ block: 'center' })"
    for _ in range(2):
        window.evaluate(place)
        window.wait_for_selector(".chapter.open .area .question")
    window.screenshot(path=file)


def answering(window: Page, file: Path) -> None:
    """Answer the first choice question of a session, and show the feedback."""
    window.get_by_role("button", name="Start").click()
    while not window.locator("#view--practise [type=radio]").count() > 2:
        window.get_by_role("button", name="I don’t know").or_(
            window.get_by_role("button", name="Show the answer")
        ).click()
        window.locator("#view--practise .actions .primary").click()
    window.locator("#view--practise [type=radio]").nth(1).check()
    window.get_by_role("button", name="Check").click()
    window.evaluate("scrollTo(0, 0)")
    window.screenshot(path=file)


def result(window: Page, file: Path) -> None:
    """Take a mock exam, more or less, and show the result."""
    window.get_by_role("button", name="Begin paper 1").click()
    count = window.locator(".cell").count()
    for number in range(count - 1):
        form = window.locator(".exam-question form")
        choices = form.locator("[type=radio], [type=checkbox]")
        if choices.count():
            choices.nth(number % choices.count()).check()
        window.get_by_role("button", name="Next").click()
    window.get_by_role("button", name="Hand in").first.click()
    window.locator("dialog[open]").get_by_role("button", name="Hand in").click()
    window.wait_for_selector(".total")
    window.screenshot(path=file)


def main(page: Path, folder: Path) -> None:
    """Write the three pictures into a folder."""
    with sync_playwright() as driver:
        chromium = shutil.which("chromium")
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        first = opened(browser, page, "", 1100, 800)
        chapter = first.evaluate("document.querySelectorAll('.chapter')[1].id")
        reading(opened(browser, page, chapter, 1100, 800), folder / "practice-read.png")
        answering(opened(browser, page, "view--practise", 390, 800), folder / "practice-answer.png")
        result(opened(browser, page, "view--exam", 1100, 800), folder / "practice-result.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
