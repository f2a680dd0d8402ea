"""The review queue: questions in `inbox/*.yaml` that nobody has accepted yet."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from pkoquiz import review, splice
from pkoquiz.desk.app.course import EditError, Item, OpenCourse, Opened
from pkoquiz.desk.app.forms import fitting
from pkoquiz.desk.app.judge import blocks, judged
from pkoquiz.load import contents
from pkoquiz.quotes.propose import claim_of, propose

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
    for waiting, digest in islice(_entries(course), _SHOWN):
        file, section, item = waiting.file, waiting.section, waiting.item
        question = fitting(item)
        if question.get("status") == "draft":  # it is ready once somebody accepts it
            del question["status"]
        replaces = waiting.id in known
        if replaces:  # what the import does not know stays
            question = {**course.opened(waiting.id).item, **question}
        own = waiting.id if replaces else ""
        _, answer = judged(course, question, section, own, whole=False)
        shown.append(
            {
                "was": {"file": file, "section": section, "item": question, "digest": digest},
                "findings": answer["findings"],
                "missing": answer["missing"],
                "blocks": blocks(answer),
                "replaces": replaces,
                "proposals": proposals(course, waiting),
            }
        )
    return shown


def proposals(course: OpenCourse, waiting: review.Waiting) -> list[dict[str, str]]:
    """Return up to three proposed citations that may prove an item."""
    made = [(proposal["passage"], proposal["quote"]) for proposal in waiting.proposals[:3]]
    if not made:
        question, _ = course.question({**waiting.item, **_FILLED}, waiting.section)
        found = propose(course.index, claim_of(question)) if question is not None else []
        made = [(proposal.passage.id, proposal.quote) for proposal in found]
    return [{"passage": passage, "quote": " ".join(quote.split())} for passage, quote in made]


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


def _entries(course: OpenCourse) -> Iterator[tuple[review.Waiting, str]]:
    """Yield the questions of the inbox that can be edited, each with the digest of its lines."""
    digests: dict[str, dict[str, str]] = {}
    for waiting in review.queue(course.folder)[0]:
        if waiting.file not in digests:
            digests[waiting.file] = _digests(contents(course.folder, waiting.file) or b"")
        if digest := digests[waiting.file].get(waiting.id):
            yield waiting, digest


def _digests(raw: bytes) -> dict[str, str]:
    """Id → digest of the items of a file; empty if an id is missing or repeated."""
    try:
        return {name: lines.digest for name, lines in splice.slices(raw).items()}
    except splice.SpliceError:
        return {}
