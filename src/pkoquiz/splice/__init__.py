"""Append, change or delete items of a bank file, and leave every other byte as it is.

The functions take and return the bytes of a file. An edit touches only the lines of its item:
comments, quotation marks, line ends and the order of fields stay as their author wrote them. Each
result is read back before it is returned, and must contain exactly the intended data.
`delivery.deliver(…, seen={name: raw})` then writes it, unless the file has changed in between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pkoquiz.splice.bankfile import LISTS, BankFile, Slice, data_in
from pkoquiz.splice.changes import Edit, Editor, NotInPlaceError, with_edits
from pkoquiz.splice.nodes import dash_column, has_comment
from pkoquiz.splice.text import SpliceError, as_read, inline_text, item_text, ordered
from pkoquiz.yamlfile import Data

__all__ = [
    "LISTS", "Slice", "SpliceError", "all_appended", "all_replaced", "appended", "deleted",
    "item_text", "items", "new_file", "ordered", "replaced", "slice_of", "slices",
]  # fmt: skip


def slice_of(raw: bytes, identity: str) -> Slice:
    """Return the lines of the item with this id. Raises `SpliceError` if there is not exactly one.

    The slice begins at the line of the item's dash and ends with the line of its last value;
    comments and empty lines around it do not belong to it.
    """
    return BankFile.of(raw).slice_of(identity)


def slices(raw: bytes) -> dict[str, Slice]:
    """Return the lines of every item by its id, reading the file once."""
    file = BankFile.of(raw)
    return {identity: file.slice_of(identity) for identity in file.positions}


def items(raw: bytes) -> Iterator[tuple[str, dict[str, Data]]]:
    """Yield (list, data) for each item of a file, in order; data is as `yamlfile.read` returns."""
    data = data_in(raw)
    for key in LISTS:
        entries = data.get(key)
        for item in entries if isinstance(entries, list) else []:
            if isinstance(item, dict):
                yield key, item


def new_file(section: str, schema: str = "../questions.schema.json") -> bytes:
    """Return a bank file without questions; its first line shows editors the schema."""
    head = f"# yaml-language-server: $schema={schema}\n" if schema else ""
    return f"{head}section: {inline_text(section, '')}\n\nquestions:\n".encode()


def appended(raw: bytes, item: Mapping[str, Any], key: str = "questions", after: str = "") -> bytes:
    """Return the file with a new item after the one with the id `after`, or else at the end.

    Raises `SpliceError` if the file cannot be read, already contains the id, or has its list in
    brackets (`questions: [{…}]`).
    """
    file = BankFile.of(raw)
    _require_new(file, [item])
    anchor = file.slice_of(after) if after else None
    if anchor is not None and anchor.key != key:
        raise SpliceError(f"`{after}` is not in the list `{key}`", "name an item of that list")
    text = file.with_entries(key, [item], anchor.index if anchor else None)
    expected = file.entries
    at = anchor.index + 1 if anchor else len(expected.get(key, []))
    expected.setdefault(key, []).insert(at, as_read(item))
    return file.verified(text, expected)


def all_appended(raw: bytes, items: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the file with new questions at its end, in time that grows linearly with the file.

    Raises `SpliceError` as `appended` does.
    """
    file = BankFile.of(raw)
    _require_new(file, items)
    expected = file.entries
    expected.setdefault("questions", []).extend(map(as_read, items))
    return file.verified(file.with_entries("questions", items), expected) if items else raw


def _require_new(file: BankFile, items: Iterable[Mapping[str, Any]]) -> None:
    taken = set(file.positions)
    for item in items:
        identity = str(item.get("id", ""))
        if identity and identity in taken:
            raise SpliceError(f"the file already contains `{identity}`", "choose another id")
        taken.add(identity)


def replaced(raw: bytes, identity: str, item: Mapping[str, Any]) -> bytes:
    """Return the file with the item `identity` changed to `item`; only what differs is written.

    The item may get another id. Raises `SpliceError` if a comment would be lost.
    """
    file = BankFile.of(raw)
    own = file.slice_of(identity)
    meant = as_read(item)
    if meant == file.entries[own.key][own.index]:
        return raw
    new_id = meant.get("id")
    if new_id != identity and new_id in file.positions:
        raise SpliceError(f"the file already contains `{new_id}`", "choose another id")
    expected = file.entries
    expected[own.key][own.index] = meant
    try:
        return file.verified(with_edits(file.text, _edits(file, own, meant)), expected)
    except (NotInPlaceError, SpliceError):
        return file.verified(with_edits(file.text, [_anew(file, own, meant)]), expected)


def all_replaced(raw: bytes, changes: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Return the file with several items changed, in time that grows linearly with the file.

    `changes` maps the ids of items, which stay, to their data. Raises `SpliceError` as `replaced`
    does.
    """
    file = BankFile.of(raw)
    expected = file.entries
    edits: list[Edit] = []
    for identity, item in changes.items():
        own, meant = file.slice_of(identity), as_read(item)
        expected[own.key][own.index] = meant
        try:
            edits += _edits(file, own, meant)
        except NotInPlaceError:
            edits.append(_anew(file, own, meant))
    try:
        return file.verified(with_edits(file.text, edits), expected)
    except SpliceError:  # one of them must be written anew, or refused with the reason
        for identity, item in changes.items():
            raw = replaced(raw, identity, item)
        return raw


def _edits(file: BankFile, own: Slice, meant: dict[str, Data]) -> list[Edit]:
    """Return the smallest edits that change an item. Raises `NotInPlaceError`."""
    editor = Editor(file.text, file.newline, str(meant.get("type", "")))
    editor.change(file.nodes(own.key)[own.index], meant, "")
    return editor.edits


def _anew(file: BankFile, own: Slice, meant: dict[str, Data]) -> Edit:
    """Return the edit that writes an item anew. Raises `SpliceError` if it contains a comment."""
    node = file.nodes(own.key)[own.index]
    if has_comment(file.text, node, own.start, own.end):
        data = file.entries[own.key][own.index]
        identity = data.get("id") if isinstance(data, dict) else ""
        hint = "edit the file by hand, or delete the comment first"
        raise SpliceError(f"a comment in `{identity}` would be lost", hint) from None
    return own.start, own.end, item_text(meant, file.newline, dash_column(file.text, node))


def deleted(raw: bytes, identity: str) -> bytes:
    """Return the file without the item `identity` and the comments inside it."""
    file = BankFile.of(raw)
    own = file.slice_of(identity)
    before, after = file.text[: own.start], file.text[own.end :]
    blank = re.match(r"[ \t]*(?:\r\n|\n|\r)", after)
    if blank and (not before.strip() or re.search(r"(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)$", before)):
        after = after[blank.end() :]
    elif not after.strip():
        before = _without_blank_lines_at_end(before, file.newline)
    expected = file.entries
    del expected[own.key][own.index]
    return file.verified(before + after, expected)


def _without_blank_lines_at_end(text: str, newline: str) -> str:
    """Return the text with a single line end after its last line that is not blank."""
    kept = text.rstrip(" \t\r\n")
    lines = text[len(kept) :].splitlines(keepends=True)
    if len(lines) < 2 or not lines[-1].endswith(("\r", "\n")):
        return text
    return kept + lines[0].rstrip("\r\n") + newline
