"""Which questions are exported: by section, tag and difficulty."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
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

    @property
    def everything(self) -> bool:
        """Whether all questions are selected."""
        return not (self.sections or self.tags or self.difficulties)

    def described(self) -> list[str]:
        """Return a short text for each condition; equal selections give equal texts."""
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
        )


def select(bank: Bank, selection: Selection) -> tuple[Question, ...]:
    """Return the selected questions in the order of the bank, including drafts and retired ones.

    Each format omits these itself and adds a note.
    """
    return tuple(question for question in bank.questions if selection.matches(question))


def unknown(bank: Bank, selection: Selection) -> Iterator[str]:
    """Yield a message for each name in the selection that the bank does not have."""
    sections = [*bank.sections, *(question.section for question in bank.questions)]
    tags = sorted({tag for question in bank.questions for tag in question.tags})
    yield from _not_found("section", selection.sections, sections)
    yield from _not_found("tag", selection.tags, tags)


def unknown_questions(bank: Bank, ids: Collection[str]) -> Iterator[str]:
    """Yield a message for each id that no question of the bank has."""
    yield from _not_found("question", ids, [question.id for question in bank.questions])


def _not_found(kind: str, names: Iterable[str], known: list[str]) -> Iterator[str]:
    for name in names:
        if name not in known:
            hint = prose.did_you_mean(name, known)
            yield f"{kind} `{name}` not found" + (f"; {hint}" if hint else "")
