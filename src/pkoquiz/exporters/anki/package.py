"""Rows into an `.apkg`: genanki's tables in memory, our times on each note, and a zip with fixed dates.

genanki stamps all notes with one time and zips files with their dates; both are replaced through its public methods.
The database is a function of the notes (bytes 92 to 99 of its header, SQLite's version, are blanked); the zip's
DEFLATE bytes are the same for the same zlib. Between different zlib builds the archive may differ while
its content does not: what CI compares is the ledger, and `content_digest` is over the content.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pkoquiz.archive import zip_bytes
from pkoquiz.exporters.anki.cards import CardNote
from pkoquiz.exporters.anki.decks import deck_id
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

    models = {kind: _model(note_types()[kind], mod) for kind, mod in types.items()}
    decks = {name: genanki.Deck(deck_id(name), name, told) for name, told in descriptions.items()}
    for place, row in enumerate(rows, 1):
        if row.deck not in decks:
            decks[row.deck] = genanki.Deck(deck_id(row.deck), row.deck)
        decks[row.deck].add_note(_note(row, models[row.note.kind], place))
    connection = sqlite3.connect(":memory:")
    try:
        # Neither time nor ids are taken from here: each note and note type brings its own.
        genanki.Package(list(decks.values())).write_to_db(connection.cursor(), 0, iter(()))
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


def content_digest(apkg: bytes) -> str:
    """sha256 over names and unpacked contents: equal for equal decks, whichever zlib packed them."""
    told = hashlib.sha256()
    with zipfile.ZipFile(io.BytesIO(apkg)) as archive:
        for name in sorted(archive.namelist()):
            content = archive.read(name)
            told.update(f"{name}\0{len(content)}\0".encode() + content)
    return told.hexdigest()


@cache
def _classes() -> tuple[Any, Any]:
    """genanki's model and note, each with a modification time of its own."""
    import genanki

    class Model(genanki.Model):  # type: ignore[misc]
        mod = 0

        def to_json(self, timestamp: float, deck_id: int) -> Any:
            return super().to_json(self.mod, deck_id)

    class Note(genanki.Note):  # type: ignore[misc]
        mod = 0
        since = 0
        ords: tuple[int, ...] = (0,)
        suspended = False

        @property
        def cards(self) -> list[genanki.Card]:
            # genanki guesses from the templates, and finds no card in a cloze that it does not understand.
            return [genanki.Card(number, suspend=self.suspended) for number in self.ords]

        def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, deck_id: int, id_gen: object) -> None:
            # Ids tell Anki the date of creation and play no part in updates.
            ids = itertools.count(self.since * 1000 + self.due * _STRIDE)
            super().write_to_db(cursor, self.mod, deck_id, ids)

    return Model, Note


def _note(row: Row, model: genanki.Model, place: int) -> genanki.Note:
    note = _classes()[1](model, list(row.note.fields), tags=row.note.tags, guid=row.note.guid, due=place)
    note.mod, note.since, note.ords, note.suspended = row.mod, row.since, row.note.cards, row.suspended
    return note


def _model(notetype: NoteType, mod: int) -> genanki.Model:
    import genanki

    fields = [
        {"name": name, "id": number} for name, number in zip(notetype.fields, notetype.field_ids, strict=True)
    ]
    templates = [
        {"name": side.name, "id": side.id, "qfmt": side.front, "afmt": side.back}
        for side in notetype.templates
    ]
    kind = genanki.Model.CLOZE if notetype.kind == "cloze" else genanki.Model.FRONT_BACK
    model = _classes()[0](notetype.id, notetype.name, fields, templates, notetype.style, kind)
    model.mod = mod
    return model
