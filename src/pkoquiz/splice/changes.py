"""The smallest changes to the text of an item that give it other data."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import yaml

from pkoquiz.splice.nodes import (
    dash_before,
    dash_column,
    data_of,
    end_of,
    has_comment,
    line_end,
    line_start,
)
from pkoquiz.splice.text import entry_lines, field_lines, flow_text, indented, ordered, value_lines
from pkoquiz.yamlfile import Data


class NotInPlaceError(Exception):
    """A change that cannot be made in place: the parent node must be rewritten."""


Edit = tuple[int, int, str]
"""Start and end of a range of characters, and the text that takes its place."""


def with_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with all replacements, which do not overlap."""
    parts, after = [], 0
    for start, end, new in sorted(edits):
        parts += [text[after:start], new]
        after = end
    return "".join([*parts, text[after:]])


@dataclass(slots=True)
class Editor:
    """Collects the smallest replacements that turn a node's data into other data."""

    text: str
    newline: str
    """The line end of the file."""
    kind: str
    """The type of the question."""
    edits: list[Edit] = field(default_factory=list)

    def change(self, node: yaml.Node, new: Data, name: str) -> None:
        """Add the edits for a node in a block; raise `NotInPlaceError` if it must be rewritten."""
        if data_of(node) == new:
            return
        match node, new:
            case yaml.ScalarNode(), str():
                self._scalar(node, new, name)
            case yaml.MappingNode(), dict() if not node.flow_style:
                self._mapping(node, new)
            case yaml.SequenceNode(), list() if not node.flow_style and new:
                self._sequence(node, new, name)
            case ((yaml.MappingNode() | yaml.SequenceNode()), (dict() | list())) if node.flow_style:
                self._replace(
                    node, node.start_mark.index, end_of(self.text, node), flow_text(new, name)
                )
            case _:
                raise NotInPlaceError

    def _scalar(self, node: yaml.ScalarNode, new: str, name: str) -> None:
        start, end = node.start_mark.index, end_of(self.text, node)
        if start == end:  # an empty value
            raise NotInPlaceError
        line = self.text[line_start(self.text, start) : start]
        indent = len(line) - len(line.lstrip(" -"))
        lines = value_lines(new, name, self.kind, node.style or "")
        separator = f"{self.newline}{' ' * (indent + 2)}"
        written = lines[0] + "".join(
            separator + rest if rest else self.newline for rest in lines[1:]
        )
        self._replace(node, start, end, written)

    def _mapping(self, node: yaml.MappingNode, new: dict[str, Data]) -> None:
        column = node.start_mark.column
        old = {key.value: (key, value) for key, value in node.value}
        for name, (key, value) in old.items():
            if name not in new:
                self._remove(key, value)
                continue
            try:
                checkpoint = len(self.edits)
                self.change(value, new[name], name)
            except NotInPlaceError:
                del self.edits[checkpoint:]
                start = key.start_mark.index
                end = max(end_of(self.text, value), key.end_mark.index + 1)
                lines = field_lines(name, new[name], self.kind)
                self._replace(node, start, end, f"{self.newline}{' ' * column}".join(lines))
        names = list(ordered(new))
        for name in names:
            if name in old:
                continue
            before = [other for other in names[: names.index(name)] if other in old]
            if not before:
                raise NotInPlaceError
            anchor = max(before, key=lambda other: list(old).index(other))
            end = line_end(self.text, self._end_of(old[anchor]))
            lead = "" if self.text.endswith(("\n", "\r"), 0, end) else self.newline
            lines = field_lines(name, new[name], self.kind)
            written = "".join(indented(line, column) + self.newline for line in lines)
            self.edits.append((end, end, lead + written))

    def _end_of(self, pair: tuple[yaml.Node, yaml.Node]) -> int:
        return max(end_of(self.text, pair[1]), pair[0].end_mark.index)

    def _remove(self, key: yaml.Node, value: yaml.Node) -> None:
        start = key.start_mark.index
        first = line_start(self.text, start)
        if self.text[first:start].strip():  # on the line of the dash
            raise NotInPlaceError
        self._replace(value, first, line_end(self.text, self._end_of((key, value))), "")

    def _sequence(self, node: yaml.SequenceNode, new: list[Data], name: str) -> None:
        old = [data_of(child) for child in node.value]
        keys = [json.dumps(entry, sort_keys=True) for entry in old]
        new_keys = [json.dumps(entry, sort_keys=True) for entry in new]
        matcher = difflib.SequenceMatcher(None, keys, new_keys, autojunk=False)
        for operation, a, b, c, d in matcher.get_opcodes():
            common = min(b - a, d - c) if operation == "replace" else 0
            for index in range(common):
                self._entry(node.value[a + index], new[c + index], name)
            for child in node.value[a + common : b] if operation != "equal" else []:
                start, end = self._lines_of(child)
                self._replace(child, start, end, "")
            if operation != "equal" and c + common < d:
                self._insert(node, a + common, new[c + common : d], name)

    def _entry(self, child: yaml.Node, new: Data, name: str) -> None:
        checkpoint = len(self.edits)
        try:
            self.change(child, new, name)
        except NotInPlaceError:
            del self.edits[checkpoint:]
            start, end = self._lines_of(child)
            column = dash_column(self.text, child)
            self._replace(child, start, end, self._rendered(new, column, name))

    def _insert(self, node: yaml.SequenceNode, at: int, entries: list[Data], name: str) -> None:
        """Add entries before the one at `at`."""
        start, _ = self._lines_of(node.value[0])
        column = dash_column(self.text, node.value[0])
        # Not before an entry, so that a comment above it stays with it.
        index = self._lines_of(node.value[at - 1])[1] if at else start
        lead = "" if self.text.endswith(("\n", "\r"), 0, index) else self.newline
        written = "".join(self._rendered(entry, column, name) for entry in entries)
        self.edits.append((index, index, lead + written))

    def _rendered(self, entry: Data, column: int, name: str) -> str:
        lines = entry_lines(entry, name, self.kind)
        return "".join(indented(line, column) + self.newline for line in lines)

    def _lines_of(self, child: yaml.Node) -> tuple[int, int]:
        dash = dash_before(self.text, child)
        start = line_start(self.text, dash)
        if self.text[start:dash].strip():  # `- - nested`
            raise NotInPlaceError
        return start, line_end(self.text, end_of(self.text, child))

    def _replace(self, node: yaml.Node, start: int, end: int, new: str) -> None:
        if not isinstance(node, yaml.ScalarNode) or not new:
            if has_comment(self.text, node, start, end):
                raise NotInPlaceError
        elif node.style in ("|", ">") and "#" in self.text[start : line_end(self.text, start)]:
            raise NotInPlaceError
        self.edits.append((start, end, new))
