"""Which questions are exported: by section, tag and difficulty, or those of a printed exam."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pkoquiz import prose
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question


@dataclass(frozen=True, slots=True)
class Selection:
    """A question is selected if it matches every field; an empty field matches all questions."""

    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    difficulties: tuple[str, ...] = ()
    ids: frozenset[str] | None = None
    """The questions of a printed exam; None if no exam was named."""

    @property
    def everything(self) -> bool:
        """Whether all questions are selected."""
        return not (self.sections or self.tags or self.difficulties) and self.ids is None

    def described(self) -> list[str]:
        """Return a few words for each condition, the same for the same selection; without `ids`."""
        conditions = {"section": self.sections, "tag": self.tags, "difficulty": self.difficulties}
        return [
            f"{name} {value}"
            for name, values in conditions.items()
            for value in sorted(set(values))
        ]

    def matches(self, question: Question) -> bool:
        """Return whether the question is selected."""
        return (
            (not self.sections or question.section in self.sections)
            and (not self.tags or not set(self.tags).isdisjoint(question.tags))
            and (not self.difficulties or question.difficulty in self.difficulties)
            and (self.ids is None or question.id in self.ids)
        )


def select(bank: Bank, selection: Selection) -> tuple[Question, ...]:
    """Return the selected questions in the order of the bank, drafts and retired ones included.

    Each format leaves those out itself and adds a note.
    """
    return tuple(question for question in bank.questions if selection.matches(question))


def unknown(bank: Bank, selection: Selection) -> Iterator[str]:
    """Yield a message for each name in the selection that the bank does not have."""
    sections = [*bank.sections, *(question.section for question in bank.questions)]
    tags = sorted({tag for question in bank.questions for tag in question.tags})
    ids = [question.id for question in bank.questions]
    yield from _not_found("section", selection.sections, sections)
    yield from _not_found("tag", selection.tags, tags)
    yield from _not_found("question", sorted(selection.ids or ()), ids)


def paper_ids(content: bytes, course: str) -> frozenset[str]:
    """Return the ids of the questions in an exam's `manifest.json`.

    Raises `ValueError` with the rest of a sentence about the file if it is not the manifest of an
    exam, or belongs to another course.
    """
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError("is not a JSON file") from error
    questions = data.get("questions") if isinstance(data, dict) else None
    if not isinstance(questions, dict) or not questions:
        raise ValueError("is not an exam manifest: it lists no questions")
    name = data.get("course")
    if name != course:
        # The name is printed on a terminal, and anybody may have written it.
        printable = isinstance(name, str) and name.isprintable()
        other = f"the course `{name[:80]}`" if printable else "another course"
        raise ValueError(f"belongs to {other}; this course is `{course}`")
    return frozenset(questions)


def _not_found(kind: str, names: Iterable[str], known: list[str]) -> Iterator[str]:
    for name in names:
        if name not in known:
            hint = prose.did_you_mean(name, known)
            yield f"{kind} `{name}` not found" + (f"; {hint}" if hint else "")
