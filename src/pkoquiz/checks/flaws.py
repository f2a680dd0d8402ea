"""Shared parts of the rules on wording: the item as the rules read it, and their findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, Step, info, warning
from pkoquiz.model.question import Choice, Multiple

LONGEST = 2_000
"""The characters of a stem or option that rules read: their patterns may take quadratic time."""


@dataclass(frozen=True, slots=True)
class Item:
    """A choice question, with the texts of its options without their markup."""

    question: Choice | Multiple
    stem: str
    """The stem as written; what is emphasised in it matters."""
    options: tuple[str, ...]

    @classmethod
    def of(cls, question: Choice | Multiple) -> Item:
        """Return the question as an item."""
        texts = tuple(
            markup.inline_plain(option.text).strip()[:LONGEST] for option in question.options
        )
        return cls(question, question.stem.strip()[-LONGEST:], texts)

    @property
    def key(self) -> int | None:
        """Position of the right option; None if several options may be right."""
        if isinstance(self.question, Multiple):
            return None
        return next(at for at, option in enumerate(self.question.options) if option.correct)

    def flaw(self, code: str, message: str, hint: str, *path: Step) -> Diagnostic:
        """Return a warning about the part of the question at `path`."""
        return warning(code, message, self.question.place.into(*path), hint, self.question.id)

    def doubt(self, code: str, message: str, hint: str, *path: Step) -> Diagnostic:
        """Return a finding that is shown with `--pedantic` only."""
        return info(code, message, self.question.place.into(*path), hint, self.question.id)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, and the languages that it covers, as language codes without a region."""

    find: Callable[[Item], Iterator[Diagnostic]]
    languages: frozenset[str] | None = None
    """None if the rule does not depend on the language."""

    def knows(self, language: str) -> bool:
        """Return whether the rule can judge texts in a language: `en`, `de-CH`."""
        return self.languages is None or language.partition("-")[0].lower() in self.languages


def english(find: Callable[[Item], Iterator[Diagnostic]]) -> Rule:
    """Return a rule about English wording."""
    return Rule(find, frozenset({"en"}))
