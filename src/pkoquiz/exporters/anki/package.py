"""Write rows of notes as an `.apkg`: tables, decks and note types by genanki, the rest here.

genanki gives everything the same time; here each note and note type has its own. Notes are
inserted by `executemany`, which takes half the time (`benchmarks/anki_notes.py`). The database is a
function of the notes: bytes 92 to 99 of its header, SQLite's version, are cleared. The bytes of the
zip are the same with the same zlib. Other builds of zlib may compress the same content differently,
so compare ledgers, not packages.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pkoquiz.archive import zip_bytes
from pkoquiz.exporters.anki.decks import deck_id
from pkoquiz.exporters.anki.notes import CardNote
from pkoquiz.exporters.anki.notetypes import Kind, NoteType

if TYPE_CHECKING:
    import genanki

_IDS_OF_A_NOTE = 32  # a note and its cards: at most twenty parts


@dataclass(frozen=True, slots=True)
class Row:
    """A note with its deck and its times in seconds since 1970."""

    note: CardNote
    deck: str
    mod: int
    since: int


def apkg_bytes(
    rows: Sequence[Row],
    descriptions: Mapping[str, str],
    types: Mapping[Kind, NoteType],
    times: Mapping[Kind, int],
    media: Mapping[str, bytes],
) -> bytes:
    """Return an `.apkg` of `rows` in teaching order.

    `descriptions` maps names of decks to HTML, `times` maps note types to modification times, and
    `media` maps file names in the collection to contents. A note without cards updates the notes of
    learners who have it, and is invisible to others.
    """
    import genanki

    decks = {name: genanki.Deck(deck_id(name), name, html) for name, html in descriptions.items()}
    for name in dict.fromkeys(row.deck for row in rows):
        decks.setdefault(name, genanki.Deck(deck_id(name), name))
    if decks:
        first = next(iter(decks.values()))
        for kind in dict.fromkeys(row.note.kind for row in rows):
            first.add_model(_model(types[kind], times[kind]))
    connection = sqlite3.connect(":memory:")
    try:
        # The time and the ids passed here are not used: each note and note type has its own.
        genanki.Package(list(decks.values())).write_to_db(connection.cursor(), 0, iter(()))
        connection.executemany(
            f"insert into notes values ({','.join('?' * 11)})", _note_rows(rows, types)
        )
        connection.executemany(f"insert into cards values ({','.join('?' * 18)})", _card_rows(rows))
        connection.commit()
        database = bytearray(connection.serialize())
    finally:
        connection.close()
    database[92:100] = bytes(8)
    names = sorted(media)
    files = {
        "collection.anki2": bytes(database),
        "media": json.dumps(dict(enumerate(names)), sort_keys=True).encode(),
    }
    return zip_bytes(files | {str(index): media[name] for index, name in enumerate(names)})


def _note_ids(rows: Sequence[Row]) -> list[int]:
    """Return an id for each row, with room for the ids of its cards after it.

    Ids are milliseconds and shown as the date of creation; updates do not use them.
    """
    ids, following = [0] * len(rows), 0
    for index in sorted(range(len(rows)), key=lambda index: rows[index].since):
        ids[index] = max(following, rows[index].since * 1000)
        following = ids[index] + _IDS_OF_A_NOTE
    return ids


def _note_rows(rows: Sequence[Row], types: Mapping[Kind, NoteType]) -> Iterator[tuple[object, ...]]:
    """Yield rows of Anki's table of notes.

    The columns are: id, guid, note type, time, sync number, tags, fields, sort field, checksum,
    flags, data. Anki computes the checksum on import.
    """
    for row, note_id in zip(rows, _note_ids(rows), strict=True):
        note = row.note
        ids = (note_id, note.guid, types[note.kind].id)
        tags, fields = f" {' '.join(note.tags)} ", "\x1f".join(note.fields)
        yield (*ids, row.mod, -1, tags, fields, note.fields[0], 0, 0, "")


def _card_rows(rows: Sequence[Row]) -> Iterator[tuple[object, ...]]:
    """Yield rows of Anki's table of cards.

    The columns are: id, note, deck, ordinal, time, sync number, type, queue, due, and nine more
    whose values mean that nothing has been learned.
    """
    ids = {name: deck_id(name) for name in {row.deck for row in rows}}
    for position, (row, note_id) in enumerate(zip(rows, _note_ids(rows), strict=True), 1):
        for offset, ordinal in enumerate(row.note.cards, 1):
            place = (note_id + offset, note_id, ids[row.deck], ordinal)
            yield (*place, row.mod, -1, 0, 0, position, *[0] * 8, "")


def _model(note_type: NoteType, mod: int) -> genanki.Model:
    import genanki

    class Model(genanki.Model):  # type: ignore[misc]  # genanki has no types, so its class is Any
        def to_json(self, timestamp: float, deck_id: int) -> Any:
            return super().to_json(mod, deck_id)

    fields = [
        {"name": name, "id": number}
        for name, number in zip(note_type.fields, note_type.field_ids, strict=True)
    ]
    templates = [
        {"name": card.name, "id": card.id, "qfmt": card.front, "afmt": card.back}
        for card in note_type.templates
    ]
    kind = genanki.Model.CLOZE if note_type.kind == "cloze" else genanki.Model.FRONT_BACK
    return Model(note_type.id, note_type.name, fields, templates, note_type.style, kind)
