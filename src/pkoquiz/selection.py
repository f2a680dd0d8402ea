"""Which questions go out: by section, topic and difficulty, or those of a printed paper. Pure."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted. Within a field any value will do, between fields all must hold; an empty field asks nothing."""

    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    difficulties: tuple[str, ...] = ()
    ids: frozenset[str] | None = None
    """Questions of a paper; None when no paper was named."""

    @property
    def everything(self) -> bool:
        """Whether nothing was asked for, so that all questions go out."""
        return not (self.sections or self.tags or self.difficulties) and self.ids is None

    def told(self) -> list[str]:
        """What was asked for, in words that are the same for the same selection; the paper's questions aside."""
        asked = {"section": self.sections, "tag": self.tags, "difficulty": self.difficulties}
        return [
            f"{name} {value}" for name, values in asked.items() for value in sorted(set(values))
        ]


def select(bank: Bank, selection: Selection) -> tuple[Question, ...]:
    """The questions of the bank that the selection covers, as written; drafts and retired ones included.

    Each format leaves those out by itself, and notes it.
    """
    return tuple(question for question in bank.questions if _covers(selection, question))


def unknown(bank: Bank, selection: Selection) -> Iterator[str]:
    """What the selection names and the bank does not have, one sentence each."""
    sections = [*bank.sections, *(question.section for question in bank.questions)]
    tags = sorted({tag for question in bank.questions for tag in question.tags})
    yield from _strange("section", selection.sections, sections)
    yield from _strange("tag", selection.tags, tags)
    yield from _strange(
        "question", sorted(selection.ids or ()), [question.id for question in bank.questions]
    )


def paper_ids(content: bytes, course: str) -> frozenset[str]:
    """Ids of the questions in an exam's `manifest.json`.

    Raises `ValueError` with a sentence for the user when it is none, or one of another course.
    """
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as fault:
        raise ValueError("is no JSON file") from fault
    found = data.get("questions") if isinstance(data, dict) else None
    if not isinstance(found, dict) or not found:
        raise ValueError("is no manifest of an exam: it names no questions")
    name = data.get("course")
    if name != course:
        # It is printed on a terminal, and anybody may have written it.
        told = (
            f"the course `{name[:80]}`"
            if isinstance(name, str) and name.isprintable()
            else "another course"
        )
        raise ValueError(f"belongs to {told}, this one is `{course}`")
    return frozenset(found)


def _covers(selection: Selection, question: Question) -> bool:
    return (
        (not selection.sections or question.section in selection.sections)
        and (not selection.tags or not set(selection.tags).isdisjoint(question.tags))
        and (not selection.difficulties or question.difficulty in selection.difficulties)
        and (selection.ids is None or question.id in selection.ids)
    )


def _strange(kind: str, wanted: Iterable[str], known: list[str]) -> Iterator[str]:
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            yield f"the bank has no {kind} `{name}`{hint}"
