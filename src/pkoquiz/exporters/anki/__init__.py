"""The Anki export: a deck that can be updated for years without harming anyone's progress.

`export` is a pure function of a bank, including its ledger of what learners have, to the deck.
`release` returns the ledger of the next edition; a bank with that ledger exports the deck of the
edition, always with the same bytes. `notes` decides which cards a question makes.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pkoquiz import __version__
from pkoquiz.diagnostics import Diagnostic, Place
from pkoquiz.editions.changes import Change, summary
from pkoquiz.exporters.anki import phrases
from pkoquiz.exporters.anki.changelog import changes_text
from pkoquiz.exporters.anki.decks import contents_phrase, deck_name, description, section_of
from pkoquiz.exporters.anki.ledger_checks import check
from pkoquiz.exporters.anki.notetypes import note_types
from pkoquiz.exporters.anki.package import Row, apkg_bytes
from pkoquiz.exporters.anki.stamps import Plan, Update, update
from pkoquiz.exporters.anki.text import media_html, media_names, media_used
from pkoquiz.exporters.export import Export, Note
from pkoquiz.language import date, say
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import Edition, Ledger
from pkoquiz.model.question import Term

__all__ = ["Release", "check", "export", "release"]

BEFORE_ANY = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
"""The time of previews before the first edition, earlier than any edition."""


@dataclass(frozen=True, slots=True)
class Release:
    """An edition that has not been written yet."""

    ledger: Ledger
    """The ledger including the edition; the old ledger if no card would change."""
    changes: tuple[Change, ...]
    diagnostics: tuple[Diagnostic, ...]


def export(bank: Bank) -> Export:
    """Return the deck, `anki/<course>.apkg`, with `anki/CHANGES.md`.

    If nothing has changed since the last edition, it is the deck of that edition. Otherwise it is
    a preview: new and corrected notes have a time just after the last edition, so that the next
    edition replaces them.
    """
    result = _updated(bank, Plan(_preview(bank)))
    if result.failed:
        return Export(notes=tuple(result.notes), diagnostics=tuple(result.diagnostics))
    counts = _counts(result)
    terms = counts.get("term", 0)
    contents = contents_phrase(sum(counts.values()) - terms, terms)
    edition = _edition_phrase(bank, result)
    return Export(
        {
            f"anki/{bank.course.short}.apkg": _package(bank, result, edition, contents),
            "anki/CHANGES.md": changes_text(bank, result.ledger, edition, contents).encode(),
        },
        counts,
        (*result.notes, *_deck_notes(bank)),
        tuple(result.diagnostics),
        _report(bank, result),
    )


def release(
    bank: Bank,
    moment: datetime.datetime,
    *,
    resend: Collection[str] = (),
    hold: Collection[str] = (),
) -> Release:
    """Return the edition of the bank at a moment in UTC.

    `resend` contains ids of items to send again although nothing changed, `hold` ids of items whose
    correction is not sent yet.
    """
    edition = Edition(edition=len(bank.ledger.editions) + 1, moment=moment, tool=__version__)
    result = _updated(bank, Plan(edition, resend, hold))
    return Release(result.ledger, tuple(result.changes), tuple(result.diagnostics))


def _preview(bank: Bank) -> Edition:
    last = bank.ledger.last
    moment = last.moment + datetime.timedelta(seconds=1) if last else BEFORE_ANY
    return Edition(edition=len(bank.ledger.editions) + 1, moment=moment, tool=__version__)


def _updated(bank: Bank, plan: Plan) -> Update:
    return update(bank, plan, media_html(media_names(bank.media)))


def _edition_phrase(bank: Bank, result: Update) -> str:
    last = result.ledger.last
    if last is None or result.ledger != bank.ledger:
        return say(phrases.PREVIEW)
    return say(phrases.EDITION, number=last.edition, date=date(last.moment))


def _counts(result: Update) -> dict[str, int]:
    """Return the number of questions of each type that newcomers get."""
    counts = Counter(
        "term" if isinstance(stamped.item, Term) else stamped.item.type
        for stamped in result.stamped
        if stamped.note.cards
    )
    return dict(sorted(counts.items()))


def _package(bank: Bank, result: Update, edition: str, contents: str) -> bytes:
    decks, types = result.ledger.decks, note_types(bank.course.short)
    rows = [
        Row(
            stamped.note,
            decks.get(section_of(stamped.item), decks[""]),
            int(stamped.mod.timestamp()),
            int(stamped.since.timestamp()),
        )
        for stamped in result.stamped
    ]
    descriptions = {decks[""]: description(bank, edition, contents)}
    times = {kind: int(result.ledger.notetypes[kind].moment.timestamp()) for kind in types}
    used = media_used(text for row in rows for text in row.note.fields)
    media = {
        name: bank.media[path] for path, name in media_names(bank.media).items() if name in used
    }
    return apkg_bytes(rows, descriptions, types, times, media)


def _deck_notes(bank: Bank) -> Iterator[Note]:
    known = bank.ledger.decks.get("")
    if known is not None and bank.course.anki.deck and known != deck_name(bank):
        reason = (
            f"learners have the deck `{known}`: Anki matches decks by name, so it keeps its name"
        )
        yield Note(reason, "", Place("course.yaml", ("anki", "deck")))


def _report(bank: Bank, result: Update) -> str:
    last = bank.ledger.last
    listed = summary(result.changes)
    if last is None:
        return "a preview, before the first edition"
    return f"since edition {last.edition}: {listed or 'no card has changed'}"
