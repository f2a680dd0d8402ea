"""The checks of a bank: functions from a bank to findings.

To add a check, write its function, list it here, and explain it in the Markdown file beside it.
A warning can be waived in its question with a reason; a waiver without effect is reported.

Only causes are reported: a check does not run if it needs a part of the course that could not be
read, or names that do not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from pkoquiz.checks import (
    answers,
    balance,
    cards,
    citations,
    guess,
    leaks,
    recordings,
    references,
    texts,
    wording,
)
from pkoquiz.diagnostics import Diagnostic, Place, Severity, warning
from pkoquiz.model.bank import Bank, Part
from pkoquiz.model.question import Item

Check = Callable[[Bank], Iterator[Diagnostic]]

Need = Part | Literal["names"]
"""What a check relies on: a part that was read completely, or names that exist."""

NAMES: Mapping[Check, frozenset[Need]] = MappingProxyType(
    {
        references.duplicate_ids: frozenset(),
        references.unknown_sections: frozenset({"transcripts"}),
        references.unknown_objectives: frozenset(),
        references.unknown_enemies: frozenset({"questions"}),
        references.unknown_passages: frozenset({"transcripts"}),
    }
)
"""The checks of names, and what each needs."""

CHECKS: Mapping[Check, frozenset[Need]] = MappingProxyType(
    {
        **NAMES,
        references.unknown_language: frozenset(),
        citations.unproved_quotes: frozenset({"transcripts"}),
        recordings.recordings_without_times: frozenset({"transcripts"}),
        texts.faulty_texts: frozenset(),
        wording.flawed_items: frozenset(),
        answers.typed_answers: frozenset(),
        cards.unwieldy_cards: frozenset(),
        cards.repeated_cards: frozenset({"names"}),
        balance.longest_keys: frozenset({"questions", "names"}),
        balance.shortfalls: frozenset({"transcripts", "questions", "names"}),
        balance.crowded_quotes: frozenset({"questions", "names"}),
        balance.keys_in_one_place: frozenset({"questions", "names"}),
        balance.twins: frozenset({"names"}),
        guess.guessable_keys: frozenset({"questions", "names"}),
        leaks.leaks: frozenset({"questions", "names"}),
    }
)
"""All checks, and what each needs."""


ALONE: tuple[Check, ...] = (
    references.unknown_objectives,
    citations.unproved_quotes,
    wording.flawed_items,
    answers.typed_answers,
    cards.unwieldy_cards,
)
"""The checks that look at each question on its own. All others compare it with the whole bank."""


def findings(bank: Bank, *, pedantic: bool = False) -> list[Diagnostic]:
    """Return the findings that no question waives; doubtful ones only if `pedantic`."""
    found = []
    missing: set[Need] = {*bank.unread}
    for check, needs in CHECKS.items():
        if not missing.isdisjoint(needs):
            continue
        for finding in check(bank):
            if check in NAMES and finding.severity == Severity.ERROR:
                missing.add("names")
            found.append(finding)
    # A check that did not run may have been waived.
    return waived((*bank.questions, *bank.terms), found, pedantic=pedantic, idle=not missing)


def waived(
    items: Iterable[Item], found: Iterable[Diagnostic], *, pedantic: bool = False, idle: bool = True
) -> list[Diagnostic]:
    """Return the findings that none of the items waives; with `idle`, also unused waivers."""
    waivers = {
        (item.id, code): item.place.into("waive", code) for item in items for code in item.waive
    }
    kept = []
    used = set()
    for finding in found:
        waiver = (finding.question, finding.code)
        if waiver in waivers and finding.severity != Severity.ERROR:
            used.add(waiver)
        elif pedantic or finding.severity != Severity.INFO:
            kept.append(finding)
    if idle:
        kept += [_idle_waiver(*waiver, waivers[waiver]) for waiver in waivers if waiver not in used]
    return kept


def _idle_waiver(identity: str, code: str, place: Place) -> Diagnostic:
    """PQ210: a waiver of a check that finds nothing in its question."""
    hint = "delete it; only warnings can be waived"
    return warning("PQ210", f"the waiver of {code} has no effect", place, hint, identity)
