"""The Anki export: a deck that can be updated for years without harming anyone's progress.

`export` is a pure function from a bank and the ledger of what learners have to the deck and the new
ledger. `ledger` explains why there is one; `notes` decides which question makes which cards.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence

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
from pkoquiz.exporters.anki.ledger_checks import check_course, check_items
from pkoquiz.exporters.anki.notetypes import note_types
from pkoquiz.exporters.anki.package import Row, apkg_bytes
from pkoquiz.exporters.anki.stamps import Change, StampedNote, Update, update
from pkoquiz.exporters.anki.text import media_html, media_names, media_used
from pkoquiz.exporters.export import Export
from pkoquiz.model.bank import Bank
from pkoquiz.model.course import LEDGER
from pkoquiz.model.question import Term

__all__ = ["Ledger", "check", "dump", "export", "parse"]


def export(
    bank: Bank, committed: bytes | None, *, today: datetime.date, locked: bool = False
) -> Export:
    """Return the deck, `anki/<course>.apkg`, with `anki/CHANGES.md` and the new ledger.

    `committed` is the content of the ledger in the course, `today` the date in UTC: nothing may be
    in the future. With `locked` it is an error if the deck would change the committed ledger, and
    no new one is returned. The same bank and ledger give the same bytes, and so does the same bank
    with the new ledger.
    """
    ledger, faults = parse(committed or b"")
    if ledger is None:
        return Export(diagnostics=tuple(faults))
    faults += check_course(bank, ledger, today)
    if faults:
        return Export(diagnostics=tuple(faults))
    names = media_names(bank.media)
    result = update(bank, ledger, media_html(names))
    diagnostics, notes = tuple(result.diagnostics), tuple(result.notes)
    if any(fault.severity is Severity.ERROR for fault in diagnostics):
        return Export(notes=notes, diagnostics=diagnostics)

    sections = [(stamped, section_of(stamped)) for stamped in result.stamped]
    decks = deck_names(bank, (slug for _, slug in sections), ledger.decks)
    new = result.ledger.model_copy(update={"decks": decks})
    text = dump(new)
    if locked:
        diagnostics += _stale(text, committed, result.changes)
    counts = _counts(result)
    return Export(
        {
            f"anki/{bank.course.short}.apkg": _package(bank, new, sections, names, counts),
            "anki/CHANGES.md": changes_text(bank, new).encode(),
        },
        counts,
        notes,
        diagnostics,
        {} if locked else {LEDGER: text.encode()},
        _report(result.changes),
    )


def check(bank: Bank, committed: bytes, today: datetime.date) -> list[Diagnostic]:
    """Return what `export` would refuse or warn of; quick, because no notes are made."""
    ledger, faults = parse(committed)
    if ledger is None:
        return faults
    return [*faults, *check_course(bank, ledger, today), *check_items(bank, ledger)]


def _counts(result: Update) -> dict[str, int]:
    items = {(type(stamped.item), stamped.item.id): stamped.item for stamped in result.stamped}
    counts = Counter("term" if isinstance(item, Term) else item.type for item in items.values())
    return dict(sorted(counts.items()))


def _package(
    bank: Bank,
    ledger: Ledger,
    sections: Sequence[tuple[StampedNote, str]],
    names: Mapping[str, str],
    counts: Mapping[str, int],
) -> bytes:
    decks = ledger.decks
    rows = [
        Row(
            stamped.note,
            decks.get(slug, decks[""]),
            stamped.mod,
            stamped.since,
            suspended=slug == WITHDRAWN,
        )
        for stamped, slug in sections
    ]
    terms = counts.get("term", 0)
    descriptions = {decks[""]: description(bank, sum(counts.values()) - terms, terms)}
    if WITHDRAWN in decks:
        descriptions[decks[WITHDRAWN]] = withdrawn_description()
    times = {kind: ledger.notetypes[kind].mod for kind in note_types()}
    used = media_used(text for row in rows for text in row.note.fields)
    media = {name: bank.media[path] for path, name in names.items() if name in used}
    return apkg_bytes(rows, descriptions, times, media)


def _report(changes: Sequence[Change]) -> str:
    counts = Counter(change.kind for change in changes)
    listed = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    return f"against the ledger: {listed}" if listed else ""


def _stale(text: str, committed: bytes | None, changes: Sequence[Change]) -> tuple[Diagnostic, ...]:
    """Report a committed ledger that is not the one that this build leaves behind."""
    old = committed.decode("utf-8-sig", "replace") if committed is not None else ""
    if old.replace("\r\n", "\n") == text:
        return ()
    shipped = [f"`{change.id}` is {change.kind}" for change in changes if change.ships]
    more = f" and {len(shipped) - 5} more" if len(shipped) > 5 else ""
    message = "the ledger is out of date"
    message += f": {', '.join(shipped[:5])}{more}" if shipped else ""
    hint = f"run `pkoquiz build` and commit {LEDGER}"
    return (error("PQ609", message, Place(LEDGER), hint),)
