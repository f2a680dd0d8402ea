"""The findings of a question that is being written, in the words of its form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pkoquiz.checks import judge as checks
from pkoquiz.desk.app.course import Item, OpenCourse
from pkoquiz.desk.app.plain import missing_field, plain
from pkoquiz.diagnostics import KEY, Diagnostic, Severity
from pkoquiz.load import unusable_media
from pkoquiz.model.question import Question
from pkoquiz.words import words

Finding = dict[str, Any]
"""A finding: `code`, `severity`, `message`, `hint`, `question`, and the `path` of its field."""

_COMMON_WORDS = """
    a an and are as at by did do does for from had has have he her his how in into is it its most
    of on or she such than that the their them there they this to was were what when where which
    who whom whose why will with according following speaker statement these those would
"""
_COMMON = frozenset(_COMMON_WORDS.split())
"""Words that carry no meaning in a question's name."""


def judged(
    course: OpenCourse, item: Item, section: str, instead_of: str = "", *, whole: bool = True
) -> tuple[Question | None, dict[str, Any]]:
    """Return the item as a question, if it is valid, and what is wrong with it.

    The answer has the question's `findings`, the names of `missing` fields, and what the question
    changes for others: `added` and `removed`.
    """
    question, faults = course.question(item, section)
    if question is None:
        missing = [name for fault in faults if (name := missing_field(fault.message))]
        missing += _missing_objective(course, item)
        others = [fault for fault in faults if not missing_field(fault.message)]
        return None, {"findings": said(others), "missing": missing, "added": [], "removed": []}
    result = checks.judge(course.bank, question, instead_of, course.together, whole=whole)
    without = _missing_objective(course, item)
    lost = list(_lost_sections(course, question))
    own = [found for found in result.own if not (without and found.code == "PQ212")] + lost
    own += unusable_media(course.folder, question)
    if question.id != instead_of and question.id in course.taken:
        own = [found for found in own if found.code != "S04" or "duplicate id" not in found.message]
        found = Diagnostic("S04", Severity.ERROR, _TAKEN, question.place.into("id"), _CHOOSE)
        own.insert(0, found)
    answer = {
        "findings": said(own),
        "missing": without,
        "added": said(result.added),
        "removed": said(result.removed),
    }
    return question, answer


def _missing_objective(course: OpenCourse, item: Item) -> list[str]:
    """Return the field `objective` if the course lists objectives and the question has none."""
    is_needed = course.bank.course.objectives and not item.get("objective")
    return ["objective"] if is_needed else []


def _lost_sections(course: OpenCourse, question: Question) -> Iterator[Diagnostic]:
    """Yield errors for citations of unknown sections, which a check reports once a file."""
    if question.status == "retired":
        return
    for index, citation in enumerate(question.sources):
        if citation.passage_id.partition(".")[0] not in course.bank.sections:
            place = question.place.into("sources", index, "passage")
            message = f"the passage `{citation.passage_id}` is not in the transcript"
            hint = "select the words that prove the answer"
            yield Diagnostic("PQ204", Severity.ERROR, message, place, hint, question.id)


_TAKEN = "another question has or had this name"
_CHOOSE = "choose another name: cards and grades depend on it"


def blocks(answer: dict[str, Any]) -> bool:
    """Return whether the findings forbid saving: something is missing, wrong or not proved."""
    severities = [found["severity"] for found in answer["findings"]]
    return bool(answer["missing"]) or Severity.ERROR in severities


def said(diagnostics: Iterable[Diagnostic]) -> list[Finding]:
    """Return diagnostics in the words of the form, errors first."""
    ordered = sorted(diagnostics, key=lambda found: found.severity != Severity.ERROR)
    return [
        {
            "code": found.code,
            "severity": str(found.severity),
            "message": plain(found.message) or found.message.replace("invalid YAML: ", ""),
            "hint": plain(found.hint),
            "question": found.question,
            "path": [step for step in found.place.path[2:] if step != KEY],
        }
        for found in dict.fromkeys(ordered)
    ]


def proposed_id(course: OpenCourse, section: str, stem: str, own: str = "") -> str:
    """Return a free name: meaningful words of the stem, after the prefix of most names there."""
    plain_words = [word for word in words(stem) if re.fullmatch("[a-z0-9]+", word)]
    telling = [word for word in plain_words if word not in _COMMON][:3]
    name = "-".join(filter(None, (course.bank.prefix_of(section), *telling)))[:60].rstrip("-")
    if not telling:
        return ""
    taken, candidate, number = course.taken - {own}, name, 2
    while candidate in taken or len(candidate) < 2:
        candidate, number = f"{name}-{number}", number + 1
    return candidate
