"""A hostile bank stays text, nothing leaves the page, and the page stays small and quick."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pkoquiz.exporters import practice
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import TYPES

from .conftest import Opener
from .learner import asked, fill, show, start

EVIL = (
    "</script><script>window.hit = 1</script><!--<script><img src=x onerror=window.hit=1>"
    " [link](javascript:window.hit=1) \u2028\u202e {{ 7 }} {count} ${1} & \ud83c\udf09".encode(
        "utf-16", "surrogatepass"
    ).decode("utf-16")
)


@pytest.fixture(scope="module")
def hostile_page(small: Bank, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a course that tries to run scripts from every text."""

    def poisoned(value: object) -> object:
        if isinstance(value, str):
            return f"{value} {EVIL}"
        if isinstance(value, tuple):
            return tuple(map(poisoned, value))
        return value

    texts = (
        "stem",
        "explain",
        "note",
        "attribution",
        "hints",
        "sequence",
        "model_answer",
        "working",
    )
    questions = []
    for question in small.questions:
        changes = {
            name: poisoned(getattr(question, name))
            for name in texts
            if getattr(question, name, "") and not (name == "stem" and question.type == "cloze")
        }
        changes["explain"] = f"{EVIL} {'x' * 10_000}"
        questions.append(question.model_copy(update=changes))
    course = small.course.model_copy(update={"title": EVIL, "description": EVIL})
    transcripts = tuple(
        replace(
            transcript,
            sections=tuple(
                replace(section, title=f"{section.title} {EVIL}", speaker=EVIL)
                for section in transcript.sections
            ),
            passages=tuple(
                replace(passage, text=f"{passage.text} {EVIL}") for passage in transcript.passages
            ),
        )
        for transcript in small.transcripts
    )
    bank = replace(small, course=course, questions=tuple(questions), transcripts=transcripts)
    path = tmp_path_factory.mktemp("hostile") / "mini.html"
    path.write_bytes(practice.export(bank).files["practice/mini.html"])
    return path


def test_a_hostile_bank_stays_text(hostile_page: Path, open_page: Opener) -> None:
    page = open_page(hostile_page, width=320)
    for chapter in page.locator(".contents li a").all():
        page.evaluate("hash => { location.hash = hash; }", chapter.get_attribute("href"))
        page.wait_for_timeout(30)
    start(page)
    for form in asked(page):
        if form.get_by_role("button", name="Show the answer").count():
            form.get_by_role("button", name="Show the answer").click()
        else:
            fill(form)
            form.get_by_role("button", name="Check").click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        form.get_by_role("button", name="I don’t know").or_(
            form.locator(".actions .primary")
        ).last.click()
        if page.get_by_text("Once more").count():
            break
    show(page, "exam")
    show(page, "progress")
    assert page.evaluate("window.hit") is None
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.locator("img[src=x]").count() == 0


def test_scripts_cannot_turn_text_into_html(mini_page: Path, open_page: Opener) -> None:
    page = open_page(mini_page, refusals=True)
    outcome = page.evaluate("""() => {
      try { document.body.innerHTML = "<b>x</b>"; return "written"; }
      catch (error) { return error.name; }
    }""")
    assert outcome == "TypeError"


def test_the_scripts_never_write_html() -> None:
    folder = Path(str(practice.__file__)).parent
    for path in folder.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        for name in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert name not in text, path.name
        if path.name != "worker.js":
            for name in ("fetch(", "XMLHttpRequest", "WebSocket", "sendBeacon"):
                assert name not in text, path.name


@pytest.fixture
def server(tmp_path: Path, small: Bank) -> Iterator[tuple[str, list[str]]]:
    """A server with the folder for the web, and the addresses that were asked of it."""
    requests: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            super().do_GET()

        def log_message(self, format: str, *args: object) -> None:
            pass

    for name, content in practice.export(small).files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    handler = functools.partial(Handler, directory=str(tmp_path / "practice"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}", requests
        httpd.shutdown()
        thread.join()


def test_nothing_leaves_the_page(
    mini_page: Path, open_page: Opener, server: tuple[str, list[str]]
) -> None:
    address, requests = server
    page = open_page(mini_page, refusals=True)
    page.context.unroute_all()
    page.evaluate(
        """async address => {
          const tries = [
            () => fetch(`${address}/fetch`),
            () => navigator.sendBeacon(`${address}/beacon`),
            () => new WebSocket(address.replace("http", "ws")),
            () => new EventSource(`${address}/events`),
            () => { new Image().src = `${address}/image`; },
            () => document.body.append(Object.assign(document.createElement("iframe"),
              { src: `${address}/frame` })),
            () => document.head.append(Object.assign(document.createElement("link"),
              { rel: "stylesheet", href: `${address}/style` })),
            () => document.head.append(Object.assign(document.createElement("link"),
              { rel: "prefetch", href: `${address}/prefetch` })),
            () => new Audio(`${address}/audio`).load(),
            () => import(`${address}/module`),
          ];
          for (const attempt of tries) {
            try { await Promise.race([attempt(), new Promise(done => setTimeout(done, 100))]); }
            catch { /* refused */ }
          }
        }""",
        address,
    )
    page.wait_for_timeout(300)
    assert requests == []


def test_the_hosted_page_works_without_the_server(
    chromium: Browser, server: tuple[str, list[str]]
) -> None:
    address, _ = server
    context = chromium.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/mini/")
    page.wait_for_selector("html.scripted")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(300)
    context.set_offline(True)
    page.reload()
    page.wait_for_selector("html.scripted")
    start(page)
    assert errors == []
    context.close()


def test_the_hosted_files(small: Bank) -> None:
    files = practice.export(small).files
    manifest = json.loads(files["practice/mini/manifest.webmanifest"])
    assert manifest["start_url"] == "./"
    assert b"VERSION" not in files["practice/mini/sw.js"]
    assert files == practice.export(small).files  # the same bank gives the same bytes


# --- budgets --------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shipped_page(shipped: Bank, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shipped") / "shipped.html"
    files = practice.export(shipped).files
    path.write_bytes(files[f"practice/{shipped.course.short}.html"])
    return path


def test_the_shipped_course_stays_small(shipped_page: Path, open_page: Opener) -> None:
    assert shipped_page.stat().st_size <= 1_000_000
    page = open_page(shipped_page, width=320)
    assert page.evaluate("document.querySelectorAll('*').length") <= 2_500
    for slug in page.evaluate(
        "[...document.querySelectorAll('.chapter')].map(chapter => chapter.id)"
    ):
        page.evaluate("slug => { location.hash = slug; }", slug)
        page.wait_for_timeout(20)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), slug
    for view in ("practise", "exam", "progress"):
        show(page, view)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view


def test_every_type_has_controls(small: Bank) -> None:
    """The page asks questions of all types; a new one needs controls in `question.js`."""
    assert {question.type for question in small.ready} == set(TYPES)
