"""The Anki export: a deck that can be updated for years without harm to anybody's progress.

`export` is a pure function from a bank and the ledger of what was handed out to the files, the ledger
to commit and what is to be said. `ledger` tells why there is one; `cards` which question makes which card.
"""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from pkoquiz.diagnostics import Diagnostic, Place, Severity, error
from pkoquiz.exporters.anki.changelog import changes_text
from pkoquiz.exporters.anki.decks import (
    WITHDRAWN,
    deck_names,
    description,
    section_of,
    withdrawn_description,
)
from pkoquiz.exporters.anki.ledger import Ledger, dump, parse
from pkoquiz.exporters.anki.notetypes import note_types
from pkoquiz.exporters.anki.package import Row, apkg_bytes, content_digest
from pkoquiz.exporters.anki.stamps import Change, contradictions, dates, update
from pkoquiz.exporters.anki.text import media_html, media_names, media_used
from pkoquiz.exporters.export import Export
from pkoquiz.model.bank import Bank
from pkoquiz.model.course import LEDGER
from pkoquiz.model.question import Term

__all__ = [
    "Built",
    "Change",
    "Ledger",
    "broken_promises",
    "content_digest",
    "dump",
    "export",
    "parse",
    "stale",
]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build of the deck comes to. Where a diagnostic is an error, there are no files and the ledger is the old one."""

    export: Export
    """`anki/<course>.apkg` and `anki/CHANGES.md`; counts of exported questions by type, of terms, and notes."""
    ledger: Ledger
    """To be written to `anki.lock.json` (`dump`) if the deck is."""
    changes: tuple[Change, ...]
    """Against the old ledger, in teaching order."""
    diagnostics: tuple[Diagnostic, ...]


def export(bank: Bank, ledger: Ledger, *, today: datetime.date) -> Built:
    """The deck of `bank`, given what learners already have; `today` is the date in UTC, only to refuse the future.

    Same bank and same ledger give the same bytes; with the ledger that comes out they give them again.
    """
    faults = dates(bank, ledger, today)
    if faults:
        return Built(Export({}), ledger, (), tuple(faults))
    names = media_names(bank.media)
    done = update(bank, ledger, media_html(names))
    if any(fault.severity is Severity.ERROR for fault in done.diagnostics):
        return Built(
            Export({}, notes=tuple(done.remarks)),
            ledger,
            tuple(done.changes),
            tuple(done.diagnostics),
        )

    placed = [(stamped, section_of(stamped)) for stamped in done.notes]
    decks = deck_names(bank, (slug for _, slug in placed), ledger.decks)
    kept = done.ledger.model_copy(update={"decks": decks})
    rows = [
        Row(
            stamped.note,
            decks.get(slug, decks[""]),
            stamped.mod,
            stamped.since,
            suspended=slug == f":{WITHDRAWN}",
        )
        for stamped, slug in placed
    ]
    items = {(type(stamped.item), stamped.item.id): stamped.item for stamped in done.notes}
    counts = Counter("term" if isinstance(item, Term) else item.type for item in items.values())
    terms = counts["term"]
    descriptions = {decks[""]: description(bank, sum(counts.values()) - terms, terms)}
    if f":{WITHDRAWN}" in decks:
        descriptions[decks[f":{WITHDRAWN}"]] = withdrawn_description()
    used = media_used(text for row in rows for text in row.note.fields)
    files = {name: bank.media[path] for path, name in names.items() if name in used}
    apkg = apkg_bytes(
        rows, descriptions, {kind: kept.notetypes[kind].mod for kind in note_types()}, files
    )
    told = changes_text(bank, kept).encode()
    output = Export(
        {f"anki/{bank.course.short}.apkg": apkg, "anki/CHANGES.md": told},
        dict(sorted(counts.items())),
        tuple(done.remarks),
    )
    return Built(output, kept, tuple(done.changes), tuple(done.diagnostics))


def broken_promises(bank: Bank, raw: bytes, today: datetime.date) -> list[Diagnostic]:
    """What an export would refuse or warn of, given the ledger's content; no note is made, so this is quick."""
    ledger, found = parse(raw)
    return (
        found
        if ledger is None
        else [*found, *dates(bank, ledger, today), *contradictions(bank, ledger)]
    )


def stale(text: str, built: Built) -> list[Diagnostic]:
    """For CI: an error if the committed ledger (its text) is not the one that this bank's build leaves behind."""
    if text.replace("\r\n", "\n") == dump(built.ledger):
        return []
    moved = [
        f"`{change.id}` is {change.what}"
        for change in built.changes
        if change.what in ("new", "changed", "retired")
    ]
    more = f" and {len(moved) - 5} more" if len(moved) > 5 else ""
    message = (
        f"the ledger is stale: {', '.join(moved[:5])}{more}" if moved else "the ledger is stale"
    )
    return [error("PQ609", message, Place(LEDGER), f"run `pkoquiz build` and commit {LEDGER}")]
