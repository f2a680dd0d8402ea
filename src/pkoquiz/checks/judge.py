"""The findings of one question that is being written: those of `check`, in milliseconds.

Checks that look at each question on its own run on this one. The others run on the bank with it,
and their result is compared with that of the bank without it: B05, S04 and D05 are reported for the
later of two questions, so a change of one can add or remove a finding of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pkoquiz.checks import ALONE, CHECKS, waived
from pkoquiz.diagnostics import Diagnostic
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Item, Question

_TOGETHER = tuple(check for check in CHECKS if check not in ALONE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is wrong with a question, and what it changes for others."""

    own: tuple[Diagnostic, ...]
    added: tuple[Diagnostic, ...] = ()
    """Findings of other questions, or of the course, that it causes."""
    removed: tuple[Diagnostic, ...] = ()
    """Findings that it resolves."""


def together(bank: Bank) -> list[Diagnostic]:
    """Return the findings of the checks that compare questions, including those that are waived."""
    return [finding for check in _TOGETHER for finding in check(bank)]


def judge(
    bank: Bank,
    question: Question,
    instead_of: str = "",
    before: Sequence[Diagnostic] | None = None,
    *,
    whole: bool = True,
) -> Judgement:
    """Return the findings of a question that the bank does not contain as it is.

    It takes the place of the question `instead_of`, or is added at the end. `before` is the result
    of `together` for the bank, if it is known. Without `whole`, the question is not compared with
    others: in a bank of thousands that takes longer than the pause between two keys.
    """
    alone = bank.with_questions((question,))
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
    items = [item for item in (*questions, *bank.terms) if item.id not in own_ids]
    return Judgement(
        tuple(waived((question,), own)),
        tuple(_unwaived(items, _without(new, old))),
        tuple(_unwaived(items, _without(old, new))),
    )


def _unwaived(items: Iterable[Item], found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings that no item waives; whether waivers have an effect is not known here."""
    return [finding for finding in waived(items, found) if finding.code != "PQ210"]


def _without(found: Iterable[Diagnostic], known: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings that are not known. Of the whole course, the numbers may have changed."""
    keys = {_key(finding) for finding in known}
    return [finding for finding in found if _key(finding) not in keys]


def _key(finding: Diagnostic) -> tuple[str, str, str]:
    message = finding.message if finding.question else ""
    return finding.code, finding.question, message
