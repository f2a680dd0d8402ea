"""Append, change or delete one item of a bank file, and leave every other byte as it is.

The functions take and return the bytes of a file. An edit touches only the lines of its item:
comments, quotation marks, line ends and the order of fields stay as their author wrote them. Each
result is read back before it is returned, and must contain exactly the intended data.
`delivery.deliver(…, seen={name: raw})` then writes it, unless the file has changed in between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pkoquiz.splice.bankfile import LISTS, BankFile, Slice, data_in
from pkoquiz.splice.changes import Editor, NotInPlaceError
from pkoquiz.splice.nodes import dash_column, has_comment
from pkoquiz.splice.text import SpliceError, as_read, inline_text, item_text, ordered
from pkoquiz.yamlfile import Data

__all__ = [
    "LISTS", "Slice", "SpliceError", "appended", "deleted", "item_text", "items", "new_file",
    "ordered", "replaced", "slice_of", "slices",
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
    return {identity: file.slice_of(identity) for identity in file.ids()}


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
    identity = str(item.get("id", ""))
    if identity and identity in file.ids():
        raise SpliceError(f"the file already contains `{identity}`", "choose another id")
    anchor = file.slice_of(after) if after else None
    if anchor is not None and anchor.key != key:
        raise SpliceError(f"`{after}` is not in the list `{key}`", "name an item of that list")
    text = file.with_entry(key, item, anchor.index if anchor else None)
    expected = file.entries
    at = anchor.index + 1 if anchor else len(expected.get(key, []))
    expected.setdefault(key, []).insert(at, as_read(item))
    return file.verified(text, expected)


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
    if new_id != identity and new_id in file.ids():
        raise SpliceError(f"the file already contains `{new_id}`", "choose another id")
    expected = file.entries
    expected[own.key][own.index] = meant
    node = file.nodes(own.key)[own.index]
    try:
        editor = Editor(file.text, file.newline, str(meant.get("type", "")))
        editor.change(node, meant, "")
        return file.verified(editor.result(), expected)
    except (NotInPlaceError, SpliceError):
        if has_comment(file.text, node, own.start, own.end):
            hint = "edit the file by hand, or delete the comment first"
            raise SpliceError(f"a comment in `{identity}` would be lost", hint) from None
    new = item_text(meant, file.newline, dash_column(file.text, node))
    return file.verified(file.text[: own.start] + new + file.text[own.end :], expected)


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
