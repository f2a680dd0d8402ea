"""Read decks of Anki (`.apkg`, `.colpkg`): the notes of a SQLite database in a zip file.

The newest form is compressed with Zstandard, which Python reads from version 3.14 on, or with the
package `zstandard`. Without either, the deck has to be exported for older versions of Anki.
"""

from __future__ import annotations

import importlib
import io
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from pkoquiz.importers.decoding import MAX_ROWS, MAX_UNPACKED
from pkoquiz.importers.foreign import FormatError, Read
from pkoquiz.importers.tables import anki_note

_NEWEST = "collection.anki21b"
_DATABASES = (_NEWEST, "collection.anki21", "collection.anki2")
"""The names that the database may have, newest first; older ones may be there for show."""

_MOST_STEPS = 2_000
"""Steps of 100,000 instructions of SQLite: a hostile database could run for ever."""

_FIELD = re.compile(r"\{\{(?![#^/!])(?:[^{}:]{0,30}:){0,5}([^{}:]{1,100})\}\}")

_TAG = re.compile(r"<[^<>]*>")
"""A tag of a template; fields in its attributes are not text."""

Sides = tuple[list[int], list[int]]
"""The fields on the front and on the back of the first card of a note."""


def is_deck(files: Mapping[str, bytes]) -> bool:
    """Return whether the files of an archive are a deck of Anki."""
    return any(name in files for name in _DATABASES)


def read(files: Mapping[str, bytes]) -> Iterator[Read]:
    """Yield the notes of a deck, each with its number as the line."""
    name = next(name for name in _DATABASES if name in files)
    content = _expanded(files[name]) if name == _NEWEST else files[name]
    sides, notes = _contents(content)
    media = _media(files)
    for number, (guid, model, tags, fields) in enumerate(notes, 1):
        values = fields.split("\x1f")
        front, back = sides.get(model, ([0], list(range(1, len(values)))))
        shown = [_joined(values, front), _joined(values, back)]
        yield anki_note(number, shown, {"guid": guid, "tags": tags}, is_html=True, files=media)


def _joined(values: list[str], numbers: list[int]) -> str:
    return "<br>".join(values[n] for n in numbers if n < len(values) and values[n].strip())


def _expanded(content: bytes) -> bytes:
    for name in ("compression.zstd", "zstandard"):
        try:
            library: Any = importlib.import_module(name)
        except ImportError:
            continue
        stream = io.BytesIO(content)
        opened = library.ZstdFile(stream) if name != "zstandard" else library.open(stream)
        try:
            data: bytes = opened.read(MAX_UNPACKED + 1)
        except (library.ZstdError, EOFError):
            raise FormatError("the deck cannot be unpacked") from None
        if len(data) > MAX_UNPACKED:
            raise FormatError("the deck is too large when unpacked")
        return data
    message = "the deck is too new; export it again with “Support older Anki versions”"
    raise FormatError(message)


def _contents(content: bytes) -> tuple[dict[str, Sides], list[tuple[str, str, str, str]]]:
    """Return the sides of each note type, and (guid, note type, tags, fields) of each note."""
    steps = iter(range(_MOST_STEPS))
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(content)
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA query_only = ON")
            database.set_progress_handler(lambda: next(steps, None) is None, 100_000)
            models = database.execute("SELECT models FROM col").fetchone()
            found = database.execute(
                "SELECT guid, mid, tags, flds FROM notes ORDER BY id LIMIT ?", (MAX_ROWS + 1,)
            ).fetchall()
    except (sqlite3.Error, OverflowError):
        raise FormatError("the database of the deck cannot be read") from None
    if len(found) > MAX_ROWS:
        raise FormatError(f"the deck has more than {MAX_ROWS} notes")
    notes = [(str(guid), str(model), str(tags), str(flds)) for guid, model, tags, flds in found]
    return _sides(models[0] if models else ""), notes


def _sides(models: object) -> dict[str, Sides]:
    """The sides of each note type that its first template names; newer decks do not say it here."""
    try:
        listed = json.loads(str(models or "{}"))
        return {str(name): _of_model(model) for name, model in listed.items()}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


def _of_model(model: Mapping[str, Any]) -> Sides:
    names = [str(field["name"]) for field in model["flds"]]
    template = model["tmpls"][0]
    shown = (_FIELD.findall(_TAG.sub("", template[side])) for side in ("qfmt", "afmt"))
    front, back = ([names.index(name) for name in fields if name in names] for fields in shown)
    front = list(dict.fromkeys(front)) or [0]
    return front, [number for number in dict.fromkeys(back) if number not in front]


def _media(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Name → content of the pictures and sounds, which the archive has under numbers."""
    try:
        names = json.loads(files.get("media", b"{}"))
        return {str(name): files[number] for number, name in names.items() if number in files}
    except (ValueError, AttributeError, RecursionError):  # newer decks list them in another form
        return {}
