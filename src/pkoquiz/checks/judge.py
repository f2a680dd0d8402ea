"""The findings of `check` for one question that is being written, in milliseconds.

Checks of single questions run on this one. The others run on the bank with and without it, and the
results are compared: B05, S04 and D05 are reported for the later of two questions, so a change to
one question can add or remove a finding of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pkoquiz.checks import ALONE, CHECKS, NAMES, Need, guess, leaks, references, waived
from pkoquiz.diagnostics import Diagnostic, Severity
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Item, Question

_SLOW = {"B07": guess.guessable_keys, "B08": leaks.leaks}
"""Codes of the checks that take longer than the pause between two keystrokes."""

_TOGETHER = tuple(check for check in CHECKS if check not in (*ALONE, *_SLOW.values()))


@dataclass(frozen=True, slots=True)
class Judgement:
    """The findings of a question, and how it changes those of others."""

    own: tuple[Diagnostic, ...]
    added: tuple[Diagnostic, ...] = ()
    """Findings of other questions, or of the course, that it causes."""
    removed: tuple[Diagnostic, ...] = ()
    """Findings that it resolves."""


def together(bank: Bank) -> list[Diagnostic]:
    """Return the findings of the checks that compare questions, including those that are waived.

    As in `findings`, a check does not run if it needs names that do not exist.
    """
    missing: set[Need] = {*bank.unread}
    if any(references.unknown_objectives(bank)):
        missing.add("names")
    found = []
    for check in _TOGETHER:
        if missing.isdisjoint(CHECKS[check]):
            for finding in check(bank):
                if check in NAMES and finding.severity == Severity.ERROR:
                    missing.add("names")
                found.append(finding)
    return found


def judge(
    bank: Bank,
    question: Question,
    instead_of: str = "",
    before: Sequence[Diagnostic] | None = None,
    *,
    whole: bool = True,
) -> Judgement:
    """Return the findings of a question that is new or changed.

    B07 and B08 are left out: they take longer than the pause between two keystrokes (see
    `given_away`).
    It takes the place of the question `instead_of`, or is added at the end. `before` is the result
    of `together` for the bank, if it is known. Without `whole`, the question is not compared with
    others, which takes too long in a bank of thousands.
    """
    alone = bank.with_questions((question,), ())
    own = [finding for check in ALONE for finding in check(alone)]
    if not whole:
        return Judgement(tuple(_unwaived((question,), own)))
    others = bank.questions
    if any(other.id == instead_of for other in others):
        questions = tuple(question if other.id == instead_of else other for other in others)
    else:
        questions = (*others, question)
    changed = bank.with_questions(questions)
    own_ids = {question.id, instead_of} - {""}
    old = together(bank) if before is None else before
    old = [finding for finding in old if finding.question not in own_ids]
    new = together(changed)
    own += [finding for finding in new if finding.question == question.id]
    new = [finding for finding in new if finding.question not in own_ids]
    if any(finding.severity == Severity.ERROR for finding in own):
        new = old  # what did not run has neither caused nor resolved anything
    items = [item for item in (*questions, *bank.terms) if item.id not in own_ids]
    return Judgement(
        tuple(_without_slow(waived((question,), own))),
        tuple(_unwaived(items, _without(new, old))),
        tuple(_unwaived(items, _without(old, new))),
    )


def given_away(bank: Bank, question: Question, instead_of: str = "") -> list[Diagnostic]:
    """Return the findings of B08 that concern the question, on either side of a leak."""
    others = tuple(other for other in bank.questions if other.id not in (question.id, instead_of))
    changed = bank.with_questions((*others, question))
    found = [
        finding
        for finding in leaks.leaks(changed)
        if finding.question == question.id or finding.other == question.place.into("stem")
    ]
    return _unwaived((*changed.questions, *changed.terms), found)


def _without_slow(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Return the findings without the unused waivers of checks that did not run."""
    for finding in found:
        if finding.code != "PQ210" or finding.place.path[-1] not in _SLOW:
            yield finding


def _unwaived(items: Iterable[Item], found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the findings that no item waives, without looking for unused waivers."""
    return waived(items, found, idle=False)


def _without(found: Iterable[Diagnostic], known: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the new findings; one about the course is not new if only its numbers differ."""
    keys = {_key(finding) for finding in known}
    return [finding for finding in found if _key(finding) not in keys]


def _key(finding: Diagnostic) -> tuple[str, str, str]:
    message = finding.message if finding.question else ""
    return finding.code, finding.question, message
