"""A bank file: its text, its data, and the lines of its items."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import yaml

from pkoquiz.splice.nodes import (
    dash_before,
    dash_column,
    end_of,
    is_in_brackets,
    line_end,
    line_start,
)
from pkoquiz.splice.text import SpliceError, item_text
from pkoquiz.yamlfile import Data, compose, read

LISTS = ("questions", "glossary")
"""The lists of a bank file that contain items."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The lines of one item in its file."""

    key: str
    """The list that contains it: `questions` or `glossary`."""
    index: int
    """Its position in that list, from 0."""
    start: int
    """The range of characters in the text of the file, without a byte order mark."""
    end: int
    text: str

    @property
    def digest(self) -> str:
        """The sha256 of the lines, hexadecimal, to detect changes by other programs."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class BankFile:
    """A bank file: its text, its nodes and its data."""

    mark: str
    """The byte order mark, or an empty text."""
    text: str
    root: yaml.MappingNode
    data: dict[str, Data]
    newline: str
    """The line end of its first line."""
    positions: Mapping[str, Sequence[tuple[str, int]]]
    """The id of an item → the list and the index in it of each item with that id."""

    @classmethod
    def of(cls, raw: bytes) -> BankFile:
        """Return the file with these bytes. Raises `SpliceError` if it is not a valid bank file."""
        data = data_in(raw)
        mark = "\ufeff" if raw.startswith(b"\xef\xbb\xbf") else ""
        text = raw.decode("utf-8-sig")
        root = compose(text)
        assert isinstance(root, yaml.MappingNode)
        ends = re.search(r"\r\n|\n|\r", text)
        newline = ends[0] if ends else "\n"
        return cls(mark, text, root, data, newline, _positions(data))

    @property
    def entries(self) -> dict[str, list[Data]]:
        """A copy of each list, with the data of its items."""
        return _entries(self.data)

    def _pair(self, key: str) -> tuple[yaml.Node, yaml.Node] | None:
        return next((pair for pair in self.root.value if pair[0].value == key), None)

    def nodes(self, key: str) -> list[yaml.Node]:
        """Return the nodes of the items of a list."""
        pair = self._pair(key)
        return list(pair[1].value) if pair and isinstance(pair[1], yaml.SequenceNode) else []

    def slice_of(self, identity: str) -> Slice:
        """Return the lines of the item with this id."""
        matches = self.positions.get(identity, ())
        if len(matches) != 1:
            problem = "contains no" if not matches else "contains more than one"
            raise SpliceError(f"the file {problem} item `{identity}`", "read the file again")
        key, index = matches[0]
        pair = self._pair(key)
        assert pair is not None
        if is_in_brackets(pair[1]):
            raise _in_brackets(key)
        node = self.nodes(key)[index]
        start = line_start(self.text, dash_before(self.text, node))
        end = line_end(self.text, end_of(self.text, node))
        return Slice(key, index, start, end, self.text[start:end])

    def with_entries(
        self, key: str, items: Sequence[Mapping[str, Any]], behind: int | None = None
    ) -> str:
        """Return the text with new entries after the one at `behind`, or else at the end."""
        pair, nodes = self._pair(key), self.nodes(key)
        if pair is not None and nodes and is_in_brackets(pair[1]):
            raise _in_brackets(key)
        if nodes:
            column = dash_column(self.text, nodes[0])
            gap = self.newline if self._spaced(nodes) else ""
            new = gap.join(item_text(item, self.newline, column) for item in items)
            at = line_end(self.text, end_of(self.text, nodes[-1 if behind is None else behind]))
            return self._inserted(at, new, gap)
        new = self.newline.join(item_text(item, self.newline) for item in items)
        if pair is None:
            body = self.text if self.text.endswith(("\n", "\r")) else self.text + self.newline
            return f"{body}{self.newline}{key}:{self.newline}{new}"
        # `questions:` without a value, or `questions: []`
        start, end = pair[0].end_mark.index, max(end_of(self.text, pair[1]), pair[0].end_mark.index)
        colon = self.text.index(":", start) + 1
        rest = self.text[max(end, colon) :]
        line, _, below = rest.partition(self.newline)
        below = f"{self.newline}{below}" if below.strip() else ""
        return f"{self.text[:colon]}{line}{self.newline}{new}{below}"

    def _spaced(self, nodes: Sequence[yaml.Node]) -> bool:
        """Return whether empty lines separate the entries; for a single entry, True."""
        pairs = pairwise(nodes)
        between = [
            self.text[end_of(self.text, one) : dash_before(self.text, other)]
            for one, other in pairs
        ]
        return not between or any(re.search(r"\n[ \t]*\r?\n", gap) for gap in between)

    def _inserted(self, at: int, new: str, gap: str) -> str:
        before, after = self.text[:at], self.text[at:]
        if not before.endswith(("\n", "\r")):
            before += self.newline
        follows = after.strip() and not re.match(r"[ \t]*(?:\r\n|\n|\r)", after)
        return f"{before}{gap}{new}{gap if follows else ''}{after}"

    def verified(self, text: str, expected: Mapping[str, Sequence[Data]]) -> bytes:
        """Return the new file as bytes; raise an error unless it contains the expected data."""
        raw = (self.mark + text).encode()
        data, faults = read(raw, "")
        wanted = {**self.data, **{key: list(entries) for key, entries in expected.items()}}
        if faults or _filled(data) != _filled(wanted):
            raise SpliceError("the edit cannot be written in this file", "edit the file by hand")
        return raw


def _entries(data: Mapping[str, Data]) -> dict[str, list[Data]]:
    return {key: list(value) for key in LISTS if isinstance(value := data.get(key), list)}


def _positions(data: Mapping[str, Data]) -> dict[str, list[tuple[str, int]]]:
    positions: dict[str, list[tuple[str, int]]] = {}
    for key, entries in _entries(data).items():
        for index, entry in enumerate(entries):
            if isinstance(entry, dict) and isinstance(identity := entry.get("id"), str):
                positions.setdefault(identity, []).append((key, index))
    return positions


def data_in(raw: bytes) -> dict[str, Data]:
    """Return the data of a bank file. Raises `SpliceError` if it is not valid."""
    data, faults = read(raw, "")
    if faults:
        raise SpliceError(f"the file is not valid: {faults[0].message}", "correct it first")
    if not isinstance(data, dict):
        raise SpliceError("the file is not a question bank", "begin it with `section: …`")
    return data


def _filled(data: Data) -> Data:
    """Return the data without empty lists at the top: `questions: []` equals `questions:`."""
    return {key: value for key, value in data.items() if value} if isinstance(data, dict) else data


def _in_brackets(key: str) -> SpliceError:
    return SpliceError(f"`{key}` is a list in brackets", "begin each entry with `- ` on a new line")
