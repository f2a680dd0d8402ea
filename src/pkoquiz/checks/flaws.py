"""Shared parts of the rules on wording: the item as the rules read it, and their findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, Step, info, warning
from pkoquiz.model.question import Choice, Multiple
from pkoquiz.words import words

LONGEST = 2_000
"""The characters of a stem or option that rules read: their patterns may take quadratic time."""


_READ = 200
"""How many characters of an option are compared, to bound the time."""

_SPACES = re.compile(r"\s+")
_LABEL = re.compile(
    r"^(?:(?:[a-h1-9]|i{1,3}|iv|v)[.)]|\([a-h1-9]\))\s+(?!(?:and|or|but|nor|only)\b|[&,+])"
)


def bare(option: str) -> str:
    """Return an option in lower case, without its label and surrounding punctuation."""
    text = _SPACES.sub(" ", option[:_READ].casefold()).strip(" \"'“”‘’*_")
    return _LABEL.sub("", text).rstrip(" .!:;")


@dataclass(frozen=True)
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

    @cached_property
    def words(self) -> list[list[str]]:
        """The words of each option."""
        return [words(text) for text in self.options]

    @cached_property
    def bare(self) -> list[str]:
        """The options in lower case, without their labels and punctuation around them."""
        return [bare(text) for text in self.options]

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
