"""The review queue: questions in `inbox/*.yaml` that nobody has accepted yet."""

from __future__ import annotations

from typing import Any

from pkoquiz import splice
from pkoquiz.desk.app.course import INBOX, REJECTED, EditError, Item, OpenCourse, Opened
from pkoquiz.desk.app.forms import fitting
from pkoquiz.desk.app.judge import blocks, judged
from pkoquiz.load import contents
from pkoquiz.quotes.propose import claim_of, propose
from pkoquiz.yamlfile import read

_SHOWN = 50
"""How many questions the queue shows at once: accepted ones make room."""


def size(course: OpenCourse) -> int:
    """Return how many questions are in the inbox."""
    return sum(1 for _ in _entries(course))


def queue(course: OpenCourse) -> list[dict[str, Any]]:
    """Return the first questions, each with its findings and citations that may prove it.

    `replaces` says whether the bank has a question with this id, which the new one would change.
    """
    shown = []
    known = {question.id for question in course.bank.questions}
    for file, section, item, digest in list(_entries(course))[:_SHOWN]:
        question = fitting(item)
        if question.get("status") == "draft":  # it is ready once somebody accepts it
            del question["status"]
        replaces = item["id"] in known
        if replaces:  # what the import does not know stays
            question = {**course.opened(item["id"]).item, **question}
        own = item["id"] if replaces else ""
        _, answer = judged(course, question, section, own, whole=False)
        shown.append(
            {
                "was": {"file": file, "section": section, "item": question, "digest": digest},
                "findings": answer["findings"],
                "missing": answer["missing"],
                "blocks": blocks(answer),
                "replaces": replaces,
                "proposals": proposals(course, item, section),
            }
        )
    return shown


def proposals(course: OpenCourse, item: Item, section: str) -> list[dict[str, str]]:
    """Return up to three proposed citations that may prove an item."""
    made = item.get("proposals")
    if isinstance(made, list):
        return [
            {"passage": each["passage"], "quote": " ".join(each["quote"].split())}
            for each in made[:3]
            if isinstance(each, dict)
            and isinstance(each.get("quote"), str)
            and isinstance(each.get("passage"), str)
        ]
    question, _ = course.question({**item, **_FILLED}, section)
    if question is None:
        return []
    found = propose(course.index, claim_of(question))
    return [{"passage": each.passage.id, "quote": " ".join(each.quote.split())} for each in found]


_FILLED: Item = {
    "sources": [{"passage": "none", "quote": "none"}],
    "bloom": "remember",
    "difficulty": "easy",
    "objective": "",
}
"""Fields that an imported question lacks, and that a claim does not depend on."""


def reject(course: OpenCourse, was: Opened, reason: str) -> None:
    """Move a question of the inbox to those that were rejected, with the reason."""
    if not reason.strip():
        raise EditError("a rejected question needs a reason")
    course.reject(was, reason.strip())


def _entries(course: OpenCourse) -> Any:
    """Yield (file, section, item, digest) for each readable item of the inbox."""
    for file in course.files:
        if not file.startswith(f"{INBOX}/") or file == REJECTED:
            continue
        raw = contents(course.folder, file)
        data, faults = read(raw or b"", file)
        if raw is None or faults or not isinstance(data, dict):
            continue
        section = data.get("section")
        for key, item in splice.items(raw):
            identity = item.get("id")
            if key == "questions" and isinstance(identity, str):
                try:
                    digest = splice.slice_of(raw, identity).digest
                except splice.SpliceError:
                    continue
                yield file, section if isinstance(section, str) else "", item, digest
