"""Append, change or delete one item of a bank file, and leave every other byte as it is.

The functions take and return the bytes of a file. An edit touches only the lines of its item:
comments, quotation marks, line ends and the order of fields stay as their author wrote them. Each
result is read back before it is returned, and must contain exactly the intended data.
`delivery.deliver(…, seen={name: raw})` then writes it, unless the file has changed in between.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import yaml

from pkoquiz.splice.text import (
    SpliceError,
    as_read,
    entry_lines,
    field_lines,
    flow_text,
    indented,
    inline_text,
    item_text,
    ordered,
    value_lines,
)
from pkoquiz.yamlfile import Data, compose, read

__all__ = [
    "LISTS", "Slice", "SpliceError", "appended", "deleted", "item_text", "items", "new_file",
    "ordered", "replaced", "slice_of", "slices",
]  # fmt: skip

LISTS = ("questions", "glossary")
"""The lists of a bank file that contain items."""

_COMMENT = re.compile(r"(?:^|(?<=\s))#", re.MULTILINE)


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


def slice_of(raw: bytes, identity: str) -> Slice:
    """Return the lines of the item with this id. Raises `SpliceError` if there is not exactly one.

    The slice begins at the line of the item's dash and ends with the line of its last value;
    comments and empty lines around it do not belong to it.
    """
    return _File.of(raw).slice_of(identity)


def slices(raw: bytes) -> dict[str, Slice]:
    """Return the lines of every item by its id, reading the file once."""
    file = _File.of(raw)
    return {identity: file.slice_of(identity) for identity in file.ids()}


def items(raw: bytes) -> Iterator[tuple[str, dict[str, Data]]]:
    """Yield (list, data) for each item of a file, in order; data is as `yamlfile.read` returns."""
    data = _data(raw)
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
    file = _File.of(raw)
    identity = str(item.get("id", ""))
    if identity and identity in file.ids():
        raise SpliceError(f"the file already contains `{identity}`", "choose another id")
    anchor = file.slice_of(after) if after else None
    if anchor is not None and anchor.key != key:
        raise SpliceError(f"`{after}` is not in the list `{key}`", "name an item of that list")
    text = file.with_entry(key, item, anchor.index if anchor else None)
    expected = {name: list(entries) for name, entries in file.entries.items()}
    at = anchor.index + 1 if anchor else len(expected.get(key, []))
    expected.setdefault(key, []).insert(at, as_read(item))
    return file.verified(text, expected)


def replaced(raw: bytes, identity: str, item: Mapping[str, Any]) -> bytes:
    """Return the file with the item `identity` changed to `item`; only what differs is written.

    The item may get another id. Raises `SpliceError` if a comment would be lost.
    """
    file = _File.of(raw)
    own = file.slice_of(identity)
    meant = as_read(item)
    if meant == file.entries[own.key][own.index]:
        return raw
    new_id = meant.get("id")
    if new_id != identity and new_id in file.ids():
        raise SpliceError(f"the file already contains `{new_id}`", "choose another id")
    expected = {name: list(entries) for name, entries in file.entries.items()}
    expected[own.key][own.index] = meant
    node = file.nodes(own.key)[own.index]
    try:
        editor = _Editor(file.text, file.newline, str(meant.get("type", "")))
        editor.change(node, meant, "")
        return file.verified(editor.result(), expected)
    except (_AnewError, SpliceError):
        if _has_comment(file.text, node, own.start, own.end):
            hint = "edit the file by hand, or delete the comment first"
            raise SpliceError(f"a comment in `{identity}` would be lost", hint) from None
    column = file.dash_of(node) - file.line_start(file.dash_of(node))
    anew = item_text(meant, file.newline, column)
    return file.verified(file.text[: own.start] + anew + file.text[own.end :], expected)


def deleted(raw: bytes, identity: str) -> bytes:
    """Return the file without the item `identity` and the comments inside it."""
    file = _File.of(raw)
    own = file.slice_of(identity)
    before, after = file.text[: own.start], file.text[own.end :]
    blank = re.match(r"[ \t]*(?:\r\n|\n|\r)", after)
    if blank and (not before.strip() or re.search(r"(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)$", before)):
        after = after[blank.end() :]
    elif not after.strip():
        before = _without_blank_lines_at_end(before, file.newline)
    expected = {name: list(entries) for name, entries in file.entries.items()}
    del expected[own.key][own.index]
    return file.verified(before + after, expected)


# --- the file -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _File:
    """A bank file: its text, its nodes and its data."""

    mark: str
    """The byte order mark, or an empty text."""
    text: str
    root: yaml.MappingNode
    data: dict[str, Data]
    newline: str

    @classmethod
    def of(cls, raw: bytes) -> _File:
        data = _data(raw)
        mark = "\ufeff" if raw.startswith(b"\xef\xbb\xbf") else ""
        text = raw.decode("utf-8-sig")
        root = compose(text)
        assert isinstance(root, yaml.MappingNode)
        ends = re.search(r"\r\n|\n|\r", text)
        return cls(mark, text, root, data, ends[0] if ends else "\n")

    @property
    def entries(self) -> dict[str, list[Data]]:
        """The data of each list."""
        return {key: list(value) for key in LISTS if isinstance(value := self.data.get(key), list)}

    def ids(self) -> list[str]:
        return [
            identity
            for entries in self.entries.values()
            for entry in entries
            if isinstance(entry, dict) and isinstance(identity := entry.get("id"), str)
        ]

    def pair(self, key: str) -> tuple[yaml.Node, yaml.Node] | None:
        return next((pair for pair in self.root.value if pair[0].value == key), None)

    def nodes(self, key: str) -> list[yaml.Node]:
        pair = self.pair(key)
        return list(pair[1].value) if pair and isinstance(pair[1], yaml.SequenceNode) else []

    def line_start(self, index: int) -> int:
        return max(self.text.rfind("\n", 0, index), self.text.rfind("\r", 0, index)) + 1

    def dash_of(self, node: yaml.Node) -> int:
        return _dash_before(self.text, node)

    def slice_of(self, identity: str) -> Slice:
        matches = [
            (key, index)
            for key, entries in self.entries.items()
            for index, entry in enumerate(entries)
            if isinstance(entry, dict) and entry.get("id") == identity
        ]
        if len(matches) != 1:
            problem = "contains no" if not matches else "contains more than one"
            raise SpliceError(f"the file {problem} item `{identity}`", "read the file again")
        key, index = matches[0]
        pair = self.pair(key)
        assert pair is not None
        if _is_in_brackets(pair[1]):
            raise _in_brackets(key)
        node = self.nodes(key)[index]
        start = self.line_start(self.dash_of(node))
        end = _line_end(self.text, _end(self.text, node))
        return Slice(key, index, start, end, self.text[start:end])

    def with_entry(self, key: str, item: Mapping[str, Any], behind: int | None) -> str:
        """Return the text with a new entry after the one at `behind`, or else at the end."""
        pair, nodes = self.pair(key), self.nodes(key)
        if pair is not None and nodes and _is_in_brackets(pair[1]):
            raise _in_brackets(key)
        if nodes:
            dash = self.dash_of(nodes[0])
            column = dash - self.line_start(dash)
            at = _line_end(self.text, _end(self.text, nodes[-1 if behind is None else behind]))
            return self.inserted(at, item_text(item, self.newline, column), self.spaced(nodes))
        new = item_text(item, self.newline)
        if pair is None:
            body = self.text if self.text.endswith(("\n", "\r")) else self.text + self.newline
            return f"{body}{self.newline}{key}:{self.newline}{new}"
        # `questions:` without a value, or `questions: []`
        start, end = pair[0].end_mark.index, max(_end(self.text, pair[1]), pair[0].end_mark.index)
        colon = self.text.index(":", start) + 1
        rest = self.text[max(end, colon) :]
        line, _, below = rest.partition(self.newline)
        below = f"{self.newline}{below}" if below.strip() else ""
        return f"{self.text[:colon]}{line}{self.newline}{new}{below}"

    def spaced(self, nodes: Sequence[yaml.Node]) -> bool:
        """Return whether empty lines separate the entries; for a single entry, True."""
        pairs = pairwise(nodes)
        between = [self.text[_end(self.text, one) : self.dash_of(other)] for one, other in pairs]
        return not between or any(re.search(r"\n[ \t]*\r?\n", gap) for gap in between)

    def inserted(self, at: int, new: str, spaced: bool) -> str:
        before, after = self.text[:at], self.text[at:]
        if not before.endswith(("\n", "\r")):
            before += self.newline
        gap = self.newline if spaced else ""
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


def _data(raw: bytes) -> dict[str, Data]:
    data, faults = read(raw, "")
    if faults:
        raise SpliceError(f"the file is not valid: {faults[0].message}", "correct it first")
    if not isinstance(data, dict):
        raise SpliceError("the file is not a question bank", "begin it with `section: …`")
    return data


def _filled(data: Data) -> Data:
    """Return the data without empty lists at the top: `questions: []` equals `questions:`."""
    return {key: value for key, value in data.items() if value} if isinstance(data, dict) else data


def _is_in_brackets(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def _in_brackets(key: str) -> SpliceError:
    return SpliceError(f"`{key}` is a list in brackets", "begin each entry with `- ` on a new line")


def _dash_before(text: str, node: yaml.Node) -> int:
    """Return the index of the dash of a list's entry."""
    before = text[: node.start_mark.index]
    for line in reversed(list(re.finditer(r"[^\r\n]*", before))):
        bare = line[0].rstrip()
        if bare.endswith("-") and not bare.lstrip(" -"):
            return line.start() + bare.rindex("-")
        if bare and not bare.lstrip().startswith("#"):
            break
    raise SpliceError("the entry has no dash", "begin each entry with `- ` on a new line")


def _end(text: str, node: yaml.Node) -> int:
    """Return the end of a node's last character; libyaml puts that of a block further down."""
    if isinstance(node, yaml.ScalarNode):
        if node.style in ("|", ">"):
            body = text[node.start_mark.index : node.end_mark.index]
            return int(node.start_mark.index) + len(body.rstrip())
        return int(node.end_mark.index)
    if _is_in_brackets(node) or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    children = last if isinstance(last, tuple) else (last,)
    return max(_end(text, child) for child in children)


def _line_end(text: str, index: int) -> int:
    """Return the index after the end of the line that contains `index`."""
    match = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)").match(text, index)
    assert match is not None
    return match.end()


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _scalars(child)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)


def _has_comment(text: str, node: yaml.Node, start: int, end: int) -> bool:
    """Return whether there is a comment in the range, outside the scalars of the node."""
    rest = list(text)
    for scalar in _scalars(node):
        first, last = scalar.start_mark.index, _end(text, scalar)
        if scalar.style in ("|", ">"):
            first = min(_line_end(text, first), last)
        rest[first:last] = "x" * (last - first)
    return bool(_COMMENT.search("".join(rest)[start:end]))


# --- changes inside an item -----------------------------------------------------------------------


class _AnewError(Exception):
    """A change that requires rewriting the parent node."""


@dataclass(slots=True)
class _Editor:
    """Collects the smallest replacements that turn a node's data into other data."""

    text: str
    newline: str
    kind: str
    """The type of the question."""
    edits: list[tuple[int, int, str]] = field(default_factory=list)

    def result(self) -> str:
        text = self.text
        for start, end, new in sorted(self.edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def change(self, node: yaml.Node, new: Data, name: str) -> None:
        """Add the edits for a node in a block; raise `_AnewError` if it must be rewritten."""
        if _of_node(node) == new:
            return
        match node, new:
            case yaml.ScalarNode(), str():
                self.scalar(node, new, name)
            case yaml.MappingNode(), dict() if not node.flow_style:
                self.mapping(node, new)
            case yaml.SequenceNode(), list() if not node.flow_style and new:
                self.sequence(node, new, name)
            case ((yaml.MappingNode() | yaml.SequenceNode()), (dict() | list())) if node.flow_style:
                self.replace(
                    node, node.start_mark.index, _end(self.text, node), flow_text(new, name)
                )
            case _:
                raise _AnewError

    def scalar(self, node: yaml.ScalarNode, new: str, name: str) -> None:
        start, end = node.start_mark.index, _end(self.text, node)
        if start == end:  # an empty value
            raise _AnewError
        line = self.text[: node.start_mark.index].splitlines()[-1:] or [""]
        indent = len(line[0]) - len(line[0].lstrip(" -"))
        lines = value_lines(new, name, self.kind, node.style or "")
        separator = f"{self.newline}{' ' * (indent + 2)}"
        written = lines[0] + "".join(
            separator + rest if rest else self.newline for rest in lines[1:]
        )
        self.replace(node, start, end, written)

    def mapping(self, node: yaml.MappingNode, new: dict[str, Data]) -> None:
        column = node.start_mark.column
        old = {key.value: (key, value) for key, value in node.value}
        for name, (key, value) in old.items():
            if name not in new:
                self.remove(key, value)
                continue
            try:
                checkpoint = len(self.edits)
                self.change(value, new[name], name)
            except _AnewError:
                del self.edits[checkpoint:]
                start = key.start_mark.index
                end = max(_end(self.text, value), key.end_mark.index + 1)
                lines = field_lines(name, new[name], self.kind)
                self.replace(node, start, end, f"{self.newline}{' ' * column}".join(lines))
        names = list(ordered(new))
        for name in names:
            if name in old:
                continue
            before = [other for other in names[: names.index(name)] if other in old]
            if not before:
                raise _AnewError
            anchor = max(before, key=lambda other: list(old).index(other))
            end = _line_end(self.text, self.end_of(old[anchor]))
            lead = "" if self.text[:end].endswith(("\n", "\r")) else self.newline
            lines = field_lines(name, new[name], self.kind)
            written = "".join(indented(line, column) + self.newline for line in lines)
            self.edits.append((end, end, lead + written))

    def end_of(self, pair: tuple[yaml.Node, yaml.Node]) -> int:
        return max(_end(self.text, pair[1]), pair[0].end_mark.index)

    def remove(self, key: yaml.Node, value: yaml.Node) -> None:
        start = key.start_mark.index
        line_start = max(self.text.rfind("\n", 0, start), self.text.rfind("\r", 0, start)) + 1
        if self.text[line_start:start].strip():  # on the line of the dash
            raise _AnewError
        self.replace(value, line_start, _line_end(self.text, self.end_of((key, value))), "")

    def sequence(self, node: yaml.SequenceNode, new: list[Data], name: str) -> None:
        old = [_of_node(child) for child in node.value]
        keys = [json.dumps(entry, sort_keys=True) for entry in old]
        new_keys = [json.dumps(entry, sort_keys=True) for entry in new]
        matcher = difflib.SequenceMatcher(None, keys, new_keys, autojunk=False)
        for operation, a, b, c, d in matcher.get_opcodes():
            common = min(b - a, d - c) if operation == "replace" else 0
            for index in range(common):
                self.entry(node.value[a + index], new[c + index], name)
            for child in node.value[a + common : b] if operation != "equal" else []:
                start, end = self.lines_of(child)
                self.replace(child, start, end, "")
            if operation != "equal" and c + common < d:
                self.insert(node, a + common, new[c + common : d], name)

    def entry(self, child: yaml.Node, new: Data, name: str) -> None:
        checkpoint = len(self.edits)
        try:
            self.change(child, new, name)
        except _AnewError:
            del self.edits[checkpoint:]
            start, end = self.lines_of(child)
            column = _dash_before(self.text, child) - start
            self.replace(child, start, end, self.rendered(new, column, name))

    def insert(self, node: yaml.SequenceNode, at: int, entries: list[Data], name: str) -> None:
        """Add entries before the one at `at`."""
        start, _ = self.lines_of(node.value[0])
        column = _dash_before(self.text, node.value[0]) - start
        # Not before an entry, so that a comment above it stays with it.
        index = self.lines_of(node.value[at - 1])[1] if at else start
        lead = "" if self.text[:index].endswith(("\n", "\r")) else self.newline
        written = "".join(self.rendered(entry, column, name) for entry in entries)
        self.edits.append((index, index, lead + written))

    def rendered(self, entry: Data, column: int, name: str) -> str:
        lines = entry_lines(entry, name, self.kind)
        return "".join(indented(line, column) + self.newline for line in lines)

    def lines_of(self, child: yaml.Node) -> tuple[int, int]:
        dash = _dash_before(self.text, child)
        start = max(self.text.rfind("\n", 0, dash), self.text.rfind("\r", 0, dash)) + 1
        if self.text[start:dash].strip():  # `- - nested`
            raise _AnewError
        return start, _line_end(self.text, _end(self.text, child))

    def replace(self, node: yaml.Node, start: int, end: int, new: str) -> None:
        if not isinstance(node, yaml.ScalarNode) or not new:
            if _has_comment(self.text, node, start, end):
                raise _AnewError
        elif node.style in ("|", ">") and "#" in self.text[start : _line_end(self.text, start)]:
            raise _AnewError
        self.edits.append((start, end, new))


def _of_node(node: yaml.Node) -> Data:
    """Return the data of a node as `yamlfile.read` does."""
    if isinstance(node, yaml.ScalarNode):
        value: str = node.value
        return unicodedata.normalize("NFC", value) if value or node.style else None
    if isinstance(node, yaml.SequenceNode):
        return [_of_node(child) for child in node.value]
    pairs = ((key.value, _of_node(value)) for key, value in node.value)
    return {name: value for name, value in pairs if value is not None}


def _without_blank_lines_at_end(text: str, newline: str) -> str:
    """Return the text with a single line end after its last line that is not blank."""
    kept = text.rstrip(" \t\r\n")
    lines = text[len(kept) :].splitlines(keepends=True)
    if len(lines) < 2 or not lines[-1].endswith(("\r", "\n")):
        return text
    return kept + lines[0].rstrip("\r\n") + newline
