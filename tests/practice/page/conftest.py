"""The practice page in Chromium, as a learner opens it: a file, without a network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright")

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page  # noqa: E402

from pkoquiz.diagnostics import Place  # noqa: E402
from pkoquiz.exporters import practice  # noqa: E402
from pkoquiz.model.bank import Bank  # noqa: E402
from pkoquiz.model.question import Term  # noqa: E402

from ...core import browser  # noqa: E402

Opener = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Browser:
    return browser.chromium()


@pytest.fixture(scope="session")
def small(mini: Bank) -> Bank:
    """The course in small, with a glossary."""
    place = Place("questions/glossary.yaml", ("terms", 0))
    names = {
        "arch": "A curved structure that carries its load as *compression*.",
        "pier": "A pillar.",
    }
    terms = (
        Term.model_validate({"id": name, "term": name, "meaning": meaning, "place": place})
        for name, meaning in names.items()
    )
    return replace(mini, terms=tuple(terms))


@pytest.fixture(scope="session")
def mini_page(small: Bank, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the course in small."""
    path = tmp_path_factory.mktemp("practice") / "mini.html"
    path.write_bytes(practice.export(small).files["practice/mini.html"])
    return path


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Opener]:
    """Open pages, each in a browser of its own; what a page logs as an error fails the test.

    With `refusals`, the browser may log what the policy of the page refused.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(
        path: Path,
        view: str = "",
        *,
        width: int = 1280,
        scheme: Any = "light",
        context: BrowserContext | None = None,
        before: str = "",
        ready: bool = True,
        refusals: bool = False,
        **options: Any,
    ) -> Page:
        if context is None:
            context = chromium.new_context(
                viewport={"width": width, "height": 800},
                color_scheme=scheme,
                reduced_motion="reduce",
                **options,
            )
            contexts.append(context)
            context.route("http**/*", lambda route: route.abort())
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))

        def note(message: ConsoleMessage) -> None:
            if message.type == "error" and not (
                refusals and re.search("blocked|Refused", message.text)
            ):
                errors.append(message.text)

        page.on("console", note)
        if before:
            page.add_init_script(before)
        page.goto(path.as_uri() + (f"#{view}" if view else ""))
        if ready:
            page.wait_for_selector("html.scripted")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
