"""The checks of a bank: functions from a bank to findings, in the order they are run.

A check is added by writing its function, its entry here and its explanation beside it.
Warnings can be waived per question with a reason; a waiver that waives nothing is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pkoquiz.checks import balance, cards, citations, references, wording
from pkoquiz.diagnostics import Diagnostic, Severity, warning
from pkoquiz.model.bank import Bank

Check = Callable[[Bank], Iterator[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    references.doubled_ids,
    references.unknown_names,
    citations.unproved_quotes,
    wording.flawed_items,
    cards.unwieldy_cards,
    balance.biased_bank,
)


def findings(bank: Bank, *, pedantic: bool = False) -> list[Diagnostic]:
    """Everything the checks find, waived findings left out; the doubtful ones only when `pedantic`."""
    found = [finding for check in CHECKS for finding in check(bank)]
    waivers = {item.id: item.waive for item in (*bank.questions, *bank.terms) if item.waive}
    used: set[tuple[str, str]] = set()
    kept = []
    for finding in found:
        waived = (
            finding.code in waivers.get(finding.question, {}) and finding.severity != Severity.ERROR
        )
        if waived:
            used.add((finding.question, finding.code))
        elif pedantic or finding.severity != Severity.INFO:
            kept.append(finding)
    return [*kept, *_idle_waivers(bank, used)]


def _idle_waivers(bank: Bank, used: set[tuple[str, str]]) -> Iterator[Diagnostic]:
    for item in (*bank.questions, *bank.terms):
        for code in item.waive:
            if (item.id, code) not in used:
                hint = "delete it; errors cannot be waived"
                yield warning(
                    "PQ210",
                    f"the waiver of {code} waives nothing",
                    item.place.into("waive", code),
                    hint,
                    item.id,
                )
