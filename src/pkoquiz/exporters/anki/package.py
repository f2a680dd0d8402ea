"""Rows into an `.apkg`: genanki's tables, decks and note types, our notes and cards, and a zip with fixed dates.

genanki stamps everything with one time; here each note and note type has its own, and notes go in by
`executemany`, which is twice as quick (`benchmarks/anki_notes.py`). The database is a function of the
notes (bytes 92 to 99 of its header, SQLite's version, are blanked); the zip's DEFLATE bytes are the same for
the same zlib. Between different builds of zlib the archive may differ while its content does not: what CI compares is
the ledger, and `content_digest` is over the content.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pkoquiz.archive import zip_bytes
from pkoquiz.exporters.anki.decks import deck_id
from pkoquiz.exporters.anki.notes import CardNote
from pkoquiz.exporters.anki.notetypes import Kind, NoteType, note_types

if TYPE_CHECKING:
    import genanki

_STRIDE = 16  # a note and its cards: at most twelve gaps


@dataclass(frozen=True, slots=True)
class Row:
    """A note placed: in which deck, with which times (seconds since 1970), withdrawn or not."""

    note: CardNote
    deck: str
    mod: int
    since: int
    suspended: bool = False


def apkg_bytes(
    rows: Sequence[Row],
    descriptions: Mapping[str, str],
    types: Mapping[Kind, int],
    media: Mapping[str, bytes],
) -> bytes:
    """An `.apkg` of `rows` in teaching order.

    `descriptions` maps deck names to HTML, `types` note types to their modification times, `media` file
    names in the collection to bytes.
    """
    import genanki

    decks = {name: genanki.Deck(deck_id(name), name, told) for name, told in descriptions.items()}
    for name in dict.fromkeys(row.deck for row in rows):
        decks.setdefault(name, genanki.Deck(deck_id(name), name))
    if decks:
        first = next(iter(decks.values()))
        for kind in dict.fromkeys(row.note.kind for row in rows):
            first.add_model(_model(note_types()[kind], types[kind]))
    connection = sqlite3.connect(":memory:")
    try:
        # Neither time nor ids are taken from here: each note and note type brings its own.
        genanki.Package(list(decks.values())).write_to_db(connection.cursor(), 0, iter(()))
        connection.executemany(f"insert into notes values ({','.join('?' * 11)})", _note_rows(rows))
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


def _note_id(row: Row, place: int) -> int:
    # Ids are milliseconds, and shown as the date of creation; they play no part in updates.
    return row.since * 1000 + place * _STRIDE


def _note_rows(rows: Sequence[Row]) -> Iterator[tuple[object, ...]]:
    """Anki's table of notes: id, guid, note type, time, sync number, tags, fields, sort field, checksum, flags, data."""
    for place, row in enumerate(rows, 1):
        note = row.note
        tags, told = f" {' '.join(note.tags)} ", "\x1f".join(note.fields)
        # The checksum is counted anew on import.
        kind = note_types()[note.kind].id
        yield (
            _note_id(row, place),
            note.guid,
            kind,
            row.mod,
            -1,
            tags,
            told,
            note.fields[0],
            0,
            0,
            "",
        )


def _card_rows(rows: Sequence[Row]) -> Iterator[tuple[object, ...]]:
    """Anki's table of cards: id, note, deck, ordinal, time, sync number, type, queue, due, then nothing learned yet."""
    ids = {name: deck_id(name) for name in {row.deck for row in rows}}
    for place, row in enumerate(rows, 1):
        note_id, deck, queue = _note_id(row, place), ids[row.deck], -1 if row.suspended else 0
        for offset, ordinal in enumerate(row.note.cards, 1):
            yield (
                note_id + offset,
                note_id,
                deck,
                ordinal,
                row.mod,
                -1,
                0,
                queue,
                place,
                *[0] * 8,
                "",
            )


def content_digest(apkg: bytes) -> str:
    """sha256 over names and unpacked contents: equal for equal decks, whichever zlib packed them."""
    told = hashlib.sha256()
    with zipfile.ZipFile(io.BytesIO(apkg)) as archive:
        for name in sorted(archive.namelist()):
            content = archive.read(name)
            told.update(f"{name}\0{len(content)}\0".encode() + content)
    return told.hexdigest()


def _model(notetype: NoteType, mod: int) -> genanki.Model:
    import genanki

    class Model(genanki.Model):  # type: ignore[misc]  # genanki has no types, so its class is Any
        def to_json(self, timestamp: float, deck_id: int) -> Any:
            return super().to_json(mod, deck_id)

    fields = [
        {"name": name, "id": number}
        for name, number in zip(notetype.fields, notetype.field_ids, strict=True)
    ]
    templates = [
        {"name": side.name, "id": side.id, "qfmt": side.front, "afmt": side.back}
        for side in notetype.templates
    ]
    kind = genanki.Model.CLOZE if notetype.kind == "cloze" else genanki.Model.FRONT_BACK
    return Model(notetype.id, notetype.name, fields, templates, notetype.style, kind)
