"""A copy of the small course on the desk, with or without a socket."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from pkoquiz.desk.app.course import OpenCourse
from pkoquiz.desk.app.server import Server
from pkoquiz.desk.app.service import Request, Response, Service

from ..core.browser import chromium

MINI = Path(__file__).parents[1] / "mini"

QUESTION: dict[str, Any] = {
    "type": "choice",
    "id": "beams-weak-stone",
    "stem": "What is stone weak in, according to Strand?",
    "options": [
        {"text": "Compression"},
        {"text": "Tension", "correct": "true"},
        {"text": "Torsion"},
    ],
    "explain": "A beam bends, and its underside is stretched.",
    "sources": [{"passage": "beams.p001", "quote": "A beam bridge is the oldest of all bridges."}],
    "objective": "B-1",
    "bloom": "remember",
    "difficulty": "easy",
}
"""A question on the small course that nothing is wrong with."""


def text_of(response: Response) -> str:
    """Return the text of a response that is no file."""
    assert isinstance(response.body, bytes)
    return response.body.decode()


class Desk:
    """A service, with the requests of a page."""

    def __init__(self, folder: Path) -> None:
        course = OpenCourse.open(folder)
        assert course is not None
        self.folder = folder
        self.course = course
        self.service = Service(course)

    def respond(self, path: str, data: Any = None, **query: str) -> Response:
        """Return the response; with data, to a POST."""
        if data is None:
            return self.service.handle(Request("GET", path, query))
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        return self.service.handle(Request("POST", path, query, body))

    def ask(self, path: str, data: Any = None, status: int = 200, **query: str) -> Any:
        """Return the JSON of a response that has this status."""
        response = self.respond(path, data, **query)
        assert response.status == status, text_of(response)
        return json.loads(text_of(response))

    def judge(self, item: dict[str, Any], own: str = "", section: str = "beams") -> Any:
        """Return the desk's findings about a question that is being written."""
        return self.ask("/judge", {"item": item, "section": section, "own": own})

    def text(self, name: str) -> str:
        """Return the text of a file of the course."""
        return (self.folder / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Any:
    """A browser in which `evil.test` is this machine, as after DNS rebinding."""
    return chromium()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the small course."""
    copy = tmp_path / "course"
    shutil.copytree(MINI, copy, ignore=shutil.ignore_patterns("exports", "anki.lock.json"))
    return copy


@pytest.fixture
def desk(folder: Path) -> Desk:
    """The desk of that copy."""
    return Desk(folder)


@pytest.fixture
def server(desk: Desk) -> Iterator[Server]:
    """The desk behind a socket."""
    server = Server(desk.service)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
