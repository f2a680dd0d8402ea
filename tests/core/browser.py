"""Evaluate scripts in pages in a real browser."""

from __future__ import annotations

import atexit
import base64
import hashlib
import html
import re
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@cache
def chromium() -> Browser:
    """Return the system's Chromium, which stays open for all tests of this process.

    Playwright allows one at a time. In it, `evil.test` is this machine, as after DNS rebinding.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    driver = playwright.sync_playwright().start()
    options = ["--no-sandbox", "--host-resolver-rules=MAP evil.test 127.0.0.1"]
    browser: Browser = driver.chromium.launch(executable_path=path, args=options)
    atexit.register(driver.stop)
    atexit.register(browser.close)
    return browser


def digest(text: str) -> str:
    """Return the hash by which a Content Security Policy names a script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy(text: str) -> dict[str, str]:
    """Return the directives of a page's Content Security Policy."""
    match = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert match is not None
    directives = (each.strip().partition(" ") for each in html.unescape(match[1]).split(";"))
    return {name: sources for name, _, sources in directives}


def evaluate(page: bytes, folder: Path, probe: str, *, width: int = 1200) -> Any:
    """Run the body of an async function in a page and return what it returns."""
    file = folder / "page.html"
    file.write_bytes(page)
    context = chromium().new_context(viewport={"width": width, "height": 900})
    try:
        tab = context.new_page()
        tab.goto(file.as_uri())
        return tab.evaluate(f"async () => {{ {probe} }}")
    finally:
        context.close()


def after_scripts(page: str, folder: Path) -> str:
    """Return the HTML of a page after its scripts have run."""
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    context = chromium().new_context()
    try:
        tab = context.new_page()
        tab.goto(file.as_uri())
        return tab.content()
    finally:
        context.close()
