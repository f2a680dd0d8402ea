"""The checks of a bank: functions from a bank to findings.

To add a check, write its function, list it here, and explain it in the Markdown file beside it.
A warning can be waived in its question with a reason; a waiver without effect is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pkoquiz.checks import balance, cards, citations, references, wording
from pkoquiz.diagnostics import Diagnostic, Place, Severity, warning
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Item

Check = Callable[[Bank], Iterator[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    references.duplicate_ids,
    references.unknown_sections,
    references.unknown_objectives,
    references.unknown_enemies,
    references.unknown_passages,
    citations.unproved_quotes,
    wording.flawed_items,
    cards.unwieldy_cards,
    cards.repeated_cards,
    balance.longest_keys,
    balance.shortfalls,
    balance.crowded_quotes,
    balance.keys_in_one_place,
    balance.twins,
)


ALONE: tuple[Check, ...] = (
    references.unknown_objectives,
    citations.unproved_quotes,
    wording.flawed_items,
    cards.unwieldy_cards,
)
"""The checks that look at each question on its own. All others compare it with the whole bank."""


def findings(bank: Bank, *, pedantic: bool = False) -> list[Diagnostic]:
    """Return what the checks find and no question waives; doubtful findings only if `pedantic`."""
    found = (finding for check in CHECKS for finding in check(bank))
    return waived((*bank.questions, *bank.terms), found, pedantic=pedantic)


def waived(
    items: Iterable[Item], found: Iterable[Diagnostic], *, pedantic: bool = False
) -> list[Diagnostic]:
    """Return the findings that none of the items waives, and the waivers that have no effect."""
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
    idle = (_idle_waiver(*waiver, place) for waiver, place in waivers.items() if waiver not in used)
    return [*kept, *idle]


def _idle_waiver(identity: str, code: str, place: Place) -> Diagnostic:
    """PQ210: a waiver of a check that finds nothing here."""
    hint = "delete it; only warnings can be waived"
    return warning("PQ210", f"the waiver of {code} has no effect", place, hint, identity)
