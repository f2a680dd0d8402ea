"""The desk without a socket: turn requests as data into responses as data.

Requests come from the page of the desk, but could be forged. So only files that were read can be
named, and everything else is checked like a file of the course.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Any

from pkoquiz.checks.judge import given_away
from pkoquiz.delivery import DeliveryError
from pkoquiz.desk.app import inbox, preview
from pkoquiz.desk.app.course import ConflictError, EditError, Item, OpenCourse, Opened
from pkoquiz.desk.app.forms import forms
from pkoquiz.desk.app.judge import blocks, judged, proposed_id, said
from pkoquiz.desk.app.page import Page, desk_page
from pkoquiz.desk.app.recordings import TYPES, FilePart, byte_range, served_file
from pkoquiz.desk.app.related import related
from pkoquiz.desk.app.views import questions_view, transcript_view
from pkoquiz.diagnostics import Severity
from pkoquiz.model.question import Question

MANY = 100
"""In larger banks, a question is compared with the others only when its author pauses."""

_KEPT = 32
"""How many drafts are kept for previews."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request from a browser that may use the desk."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    range: str = ""
    """The header that asks for a part of a recording."""


@dataclass(frozen=True, slots=True)
class Response:
    """A response; `policy` is its Content Security Policy."""

    status: HTTPStatus
    body: bytes | FilePart
    type: str = "application/json"
    policy: str = "default-src 'none'; frame-ancestors 'none'"
    more: Mapping[str, str] = field(default_factory=dict)
    """Further headers."""


class BadRequestError(Exception):
    """A request that the page of the desk never sends."""


@dataclass
class Service:
    """Answers requests about one course, one at a time."""

    course: OpenCourse
    drafts: OrderedDict[int, Question] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)
    count: int = 0

    def handle(self, request: Request) -> Response:
        """Return the response to a request; an invalid request never stops the desk."""
        route = ROUTES.get((request.method, request.path))
        if route is None and request.method == "GET":
            with self.lock:
                file = served_file(self.course.bank, self.course.folder, request.path[1:])
            if file:
                return _recording(file, request.range)
        if route is None:
            known = {path for _, path in ROUTES}
            wrong_method = request.path in known
            status = HTTPStatus.METHOD_NOT_ALLOWED if wrong_method else HTTPStatus.NOT_FOUND
            return _json({"error": "there is nothing here"}, status)
        try:
            with self.lock:
                result = route(self, request)
        except (BadRequestError, RecursionError):
            return _json({"error": "the request cannot be read"}, HTTPStatus.BAD_REQUEST)
        except ConflictError as conflict:
            there = {"item": conflict.item, "digest": conflict.digest}
            return _json({"error": str(conflict), "conflict": there}, HTTPStatus.CONFLICT)
        except (EditError, DeliveryError) as fault:
            hint = getattr(fault, "hint", "")
            return _json({"error": str(fault), "hint": hint}, HTTPStatus.UNPROCESSABLE_ENTITY)
        return _page(result) if isinstance(result, Page) else _json(result)

    # --- reading

    def page(self, request: Request) -> Page:
        return desk_page(self.course.bank)

    def forms(self, request: Request) -> Any:
        many = len(self.course.bank.questions) > MANY
        transcript = transcript_view(self.course)
        return {"forms": forms(), "transcript": transcript, "many": many}

    def questions(self, request: Request) -> Any:
        self.course.refresh()
        return {**questions_view(self.course), "inbox": inbox.size(self.course)}

    def changed(self, request: Request) -> Any:
        """Return whether a file changed; the page asks repeatedly while it is visible."""
        self.course.refresh()
        return {"version": self.course.version}

    def open(self, request: Request) -> Any:
        self.course.refresh()
        opened = self.course.opened(_text(_data(request), "id"))
        return _opened(opened)

    # --- a question that is being written

    def judge(self, request: Request) -> Any:
        """Return the findings as the author types; a valid question becomes a draft."""
        data = _data(request)
        item, section = _item(data), _text(data, "section")
        own = _text(data, "own", "")
        whole = bool(data.get("whole", True))
        question, answer = judged(self.course, item, section, own, whole=whole)
        stem = item.get("stem", "")
        answer["id"] = proposed_id(self.course, section, stem, own) if isinstance(stem, str) else ""
        answer["blocks"] = blocks(answer)
        answer["draft"] = self._kept(question) if question else 0
        return answer

    def _kept(self, question: Question) -> int:
        self.count += 1
        self.drafts[self.count] = question
        while len(self.drafts) > _KEPT:
            self.drafts.popitem(last=False)
        return self.count

    def look(self, request: Request) -> Any:
        """Return what takes longer: related questions, and how many cards the draft makes."""
        data = _data(request)
        question = self._draft(data.get("draft"))
        if question is None:
            return {"cards": 0, "related": [], "leaks": []}
        own = _text(data, "own", "")
        return {
            "leaks": said(given_away(self.course.bank, question, own)),
            "cards": len(preview.cards(self.course.bank, question)),
            "related": related(self.course.bank, question, own),
        }

    def _draft(self, number: object) -> Question | None:
        return self.drafts.get(number) if isinstance(number, int) else None

    def preview(self, request: Request) -> Page:
        """Return a page for a frame; `look` is `card`, `back`, `paper`, `key` or `lms`."""
        number, card = (request.query.get(name, "0") for name in ("draft", "card"))
        if not (number.isdecimal() and card.isdecimal() and len(number + card) < 20):
            raise BadRequestError
        question = self._draft(int(number))
        if question is None:
            raise BadRequestError
        bank = self.course.bank
        match request.query.get("look"):
            case "card" | "back" as side:
                back = side == "back"
                return preview.card_page(bank, question, int(card), back=back)
            case "paper" | "key" as part:
                return preview.paper_page(bank, question, answers=part == "key")
            case "lms":
                return preview.lms_page(bank, question)
            case _:
                raise BadRequestError

    def attempt(self, request: Request) -> Any:
        data = _data(request)
        answers = data.get("answers")
        question = self._draft(data.get("draft"))
        if question is None or not isinstance(answers, list):
            raise BadRequestError
        return preview.tried(question, [str(answer)[:2_000] for answer in answers[:50]])

    # --- editing

    def save(self, request: Request) -> Any:
        """Save a question without faults; any other question stays a draft."""
        data = _data(request)
        item, section = _item(data), _text(data, "section")
        was = _was(data)
        self._prove(item, section, was.item["id"] if was else "")
        return {"saved": _opened(self.course.save(item, section, was))}

    def _prove(self, item: Item, section: str, own: str) -> None:
        _, answer = judged(self.course, item, section, own)
        if blocks(answer):
            errors = [found for found in answer["findings"] if found["severity"] == Severity.ERROR]
            reason = errors[0]["message"] if errors else "something is missing or not proved"
            raise EditError(f"not saved: {reason}")

    def undo(self, request: Request) -> Any:
        return {"undone": self.course.undo()}

    # --- the inbox

    def inbox(self, request: Request) -> Any:
        self.course.refresh()
        return {"items": inbox.queue(self.course)}

    def accept(self, request: Request) -> Any:
        data = _data(request)
        item, section = _item(data), _text(data, "section")
        was = _was(data)
        if was is None:
            raise BadRequestError
        known = {question.id for question in self.course.bank.questions}
        own = was.item["id"]
        self._prove(item, section, own if own in known and own == item.get("id") else "")
        return {"saved": _opened(self.course.accept(item, section, was))}

    def reject(self, request: Request) -> Any:
        data = _data(request)
        was = _was(data)
        if was is None:
            raise BadRequestError
        inbox.reject(self.course, was, _text(data, "reason"))
        return {"rejected": was.item["id"]}


ROUTES: Mapping[tuple[str, str], Callable[[Service, Request], Any]] = {
    ("GET", "/"): Service.page,
    ("GET", "/forms"): Service.forms,
    ("GET", "/questions"): Service.questions,
    ("GET", "/changed"): Service.changed,
    ("GET", "/preview"): Service.preview,
    ("GET", "/inbox"): Service.inbox,
    ("POST", "/open"): Service.open,
    ("POST", "/judge"): Service.judge,
    ("POST", "/look"): Service.look,
    ("POST", "/attempt"): Service.attempt,
    ("POST", "/save"): Service.save,
    ("POST", "/undo"): Service.undo,
    ("POST", "/accept"): Service.accept,
    ("POST", "/reject"): Service.reject,
}


def _recording(file: Path, header: str) -> Response:
    """Return a recording, or the part of it that a player asks for."""
    size = file.stat().st_size
    part = byte_range(header, size)
    status, more = HTTPStatus.OK, {"Accept-Ranges": "bytes"}
    if part is None:
        part = range(size)
    elif part:
        status = HTTPStatus.PARTIAL_CONTENT
        more["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    else:
        status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        return Response(status, b"", more={"Content-Range": f"bytes */{size}"})
    policy = "default-src 'none'; media-src 'self'; frame-ancestors 'none'"
    return Response(status, FilePart(file, part), TYPES[file.suffix.lower()], policy, more)


def _page(page: Page) -> Response:
    return Response(HTTPStatus.OK, page.html, "text/html; charset=utf-8", page.policy)


def _json(data: Any, status: HTTPStatus = HTTPStatus.OK) -> Response:
    # Unpaired surrogates, which JSON can spell, must not stop the response.
    return Response(status, json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))


def _data(request: Request) -> dict[str, Any]:
    try:
        data = json.loads(request.body)
    except (ValueError, UnicodeDecodeError):
        raise BadRequestError from None
    if not isinstance(data, dict):
        raise BadRequestError
    return data


def _text(data: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = data.get(name, default)
    if not isinstance(value, str) or len(value) > 5_000:
        raise BadRequestError
    return value


def _item(data: Mapping[str, Any], name: str = "item") -> Item:
    """Return the item of a request: texts, lists and mappings, as in a file."""
    item = data.get(name)
    if not isinstance(item, dict) or not _is_written(item):
        raise BadRequestError
    return {key: value for key, value in item.items() if value is not None}


def _is_written(value: object, depth: int = 0) -> bool:
    match value:
        case str():
            return True
        case list():
            return depth < 12 and all(_is_written(inner, depth + 1) for inner in value)
        case dict():
            return depth < 12 and all(_is_written(inner, depth + 1) for inner in value.values())
        case _:
            return False


def _was(data: Mapping[str, Any]) -> Opened | None:
    """Return the item that the client opened, if it edits an existing one."""
    was = data.get("was")
    if was is None:
        return None
    if not isinstance(was, dict):
        raise BadRequestError
    item = _item(was)
    if not isinstance(item.get("id"), str):
        raise BadRequestError
    return Opened(_text(was, "file"), _text(was, "section"), item, _text(was, "digest"))


def _opened(opened: Opened) -> dict[str, Any]:
    return {
        "file": opened.file,
        "section": opened.section,
        "item": opened.item,
        "digest": opened.digest,
    }
