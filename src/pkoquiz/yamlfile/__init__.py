"""Read untrusted YAML as plain data, and report every fault with its place.

libyaml parses. Every scalar stays the text that was written (`no`, `1.10`, `12:30`),
and the type of the field decides what it means. Duplicate keys, anchors, aliases, merge keys and
tags are faults, so a file cannot construct objects or expand without limit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from pkoquiz.diagnostics import KEY, Diagnostic, Place, Span, Step, error
from pkoquiz.yamlfile.syntax import syntax_error

MAX_BYTES = 32 * 1024 * 1024
"""Larger files are not read; no bank needs them."""

MAX_VALUES = 500_000
"""The most values in a file, including keys: more than ten thousand questions have."""

MAX_DEPTH = 40
"""The most levels of nesting; only an attack needs more."""

Data = str | list["Data"] | dict[str, "Data"] | None


class Damaged(dict[str, Data]):
    """A mapping in which something could not be read, so that its other values may be wrong."""

    def __init__(self, values: Mapping[str, Data], faults: int) -> None:
        super().__init__(values)
        self.faults = faults
        """The number of faults in it."""


_TAGS: dict[type[yaml.Node], str] = {
    yaml.ScalarNode: "tag:yaml.org,2002:str",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}
_PLAIN_TAGS = frozenset(_TAGS.values())
# Control characters, and line ends that no editor counts as such (NEL, U+2028, U+2029).
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
)
_SEPARATORS = "\x0b\x0c\x85\u2028\u2029"
_FIRST_BYTES = (b"\xc2", b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"\xef\xbf")
"""First bytes of the forbidden characters beyond ASCII, in UTF-8."""
_CONTROLS = bytes({*range(32), 127} - {9, 10, 13})
_TIGHT_COMMENT = re.compile(rb"[ \t]#[^\s#]")
_TIGHT = re.compile(r"[ \t]#[^\s#]")
_ENTRY = re.compile(r"^(?: {0,4}- id:|[a-z]+:)", re.MULTILINE)
_COMMENT_AFTER = re.compile(r"[ \t]+(#[^\s#].*)")
_WRITE_OUT = "write the value out in each place"


def read(raw: bytes, file: str) -> tuple[Data, list[Diagnostic]]:
    """Return the data of one YAML document, and what is wrong with it.

    An empty scalar is None. If anything is wrong, the data is what could be read, or None; each
    mapping with a fault in it is `Damaged`.
    """
    place = Place(file)
    if len(raw) > MAX_BYTES:
        message = f"the file is too large ({len(raw) / 1e6:.0f} MB)"
        hint = f"split it into files of at most {MAX_BYTES // 1024**2} MiB"
        return None, [error("PQ101", message, place, hint)]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        before = fault.object[: fault.start].decode()
        place = Place(file, span=Span.at(before, len(before)))
        return None, [error("PQ102", "the file is not UTF-8 text", place, "save it as UTF-8")]
    if _may_be_forbidden(raw) and (character := _FORBIDDEN.search(text)):
        message = f"a control character (U+{ord(character[0]):04X}) in the text"
        place = Place(file, span=Span.at(text, character.start()))
        return None, [error("PQ106", message, place, "delete it")]
    reader = _Reader(text, file)
    try:
        documents = reader.documents()
    except _TooDeep as fault:
        mark = fault.problem_mark
        place = Place(file, span=Span.on_line(mark.line + 1, mark.column + 1) if mark else None)
        hint = f"use at most {MAX_DEPTH} levels"
        return None, [error("PQ105", "nested too deeply", place, hint)]
    except yaml.MarkedYAMLError as fault:
        return None, [syntax_error(fault, text, file)]
    except _TooMany:
        message = f"the file has more than {MAX_VALUES:,} values"
        return None, [error("PQ101", message, place, "split it into several files")]
    except (yaml.YAMLError, ValueError) as fault:
        return None, [error("PQ104", f"invalid YAML: {str(fault).splitlines()[0]}", place)]
    finally:
        reader.parser.dispose()
    if not documents:
        hint = "delete it, or write `section:` and `questions:`"
        return None, [error("PQ103", "the file is empty", place, hint)]
    return documents[0], reader.faults


def printable(text: str) -> str:
    """Return a text without the characters that `read` refuses; a line separator is a space."""
    if _FORBIDDEN.search(text) is None:
        return text
    return _FORBIDDEN.sub(lambda found: " " if found[0] in _SEPARATORS else "", text)


def read_field(raw: bytes, name: str) -> Data:
    """Return the value of one field of a file, even if something else in the file is wrong.

    None if the field itself cannot be read.
    """
    lines = raw.decode("utf-8-sig", "replace").splitlines(keepends=True)
    start = next((index for index, line in enumerate(lines) if line.startswith(f"{name}:")), None)
    if start is None:
        return None
    end = start + 1
    while end < len(lines) and lines[end][0] in " -#\r\n":
        end += 1
    data, faults = read("".join(lines[start:end]).encode(), "")
    return data.get(name) if isinstance(data, dict) and not faults else None


def spans(raw: bytes, paths: Iterable[tuple[Step, ...]]) -> dict[tuple[Step, ...], Span]:
    """Return the span of each path in the file, or that of the nearest ancestor that exists.

    The span of a value includes its quotation marks; that of a mapping or list is its first line.
    """
    node = compose(raw.decode("utf-8-sig"))
    return {path: _span_at(node, path) for path in set(paths)} if node is not None else {}


def comments_after_texts(raw: bytes) -> Iterator[tuple[str, Span]]:
    """Yield the comments without a space after `#` that follow texts without quotation marks.

    Each has the name of its field and its span: YAML cuts `Which is C #1?` after `C`. The file must
    be valid.
    """
    if _TIGHT_COMMENT.search(raw) is None:
        return
    text = raw.decode("utf-8-sig")
    # Composing takes long, so only entries with such a `#` are composed.
    starts = [0, *(match.start() for match in _ENTRY.finditer(text)), len(text)]
    line = 0
    for start, end in pairwise(starts):
        entry = text[start:end]
        if _TIGHT.search(entry):
            for name, span in _comments_after_texts(entry):
                yield name, replace(span, line=span.line + line, end_line=span.end_line + line)
        line += entry.count("\n")


def _comments_after_texts(text: str) -> Iterator[tuple[str, Span]]:
    try:
        root = compose(text)
    except yaml.YAMLError:  # a text contains what looks like an entry
        return
    nodes = [("", root)]
    while nodes:
        name, node = nodes.pop()
        if isinstance(node, yaml.MappingNode):
            nodes += [(key.value, value) for key, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            nodes += [(name, entry) for entry in node.value]
        elif isinstance(node, yaml.ScalarNode) and node.style:
            continue  # in quotation marks or in a block
        elif node is not None and (match := _COMMENT_AFTER.match(text, node.end_mark.index)):
            column = node.end_mark.column + 1 + match.start(1) - match.start()
            yield name, Span.on_line(node.end_mark.line + 1, column, len(match[1]))


class _TooDeep(yaml.MarkedYAMLError):
    """The document is nested deeper than `MAX_DEPTH`."""


class _TooMany(yaml.YAMLError):
    """The document has more than `MAX_VALUES` values."""


class _Composer(CParser):
    """libyaml's composer without the resolver, which would examine every scalar for nothing.

    It recurses in C with seven kilobytes per level, so a thousand levels would crash the process.
    """

    _depth = 0
    _values = 0

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: object) -> str:
        return _TAGS[kind]

    def descend_resolver(self, node: yaml.Node | None, index: object) -> None:
        """Called by libyaml before every node."""
        self._depth += 1
        self._values += 1
        if self._values > MAX_VALUES:
            raise _TooMany
        if self._depth > MAX_DEPTH + 2 and node is not None:
            raise _TooDeep(problem="nested too deeply", problem_mark=node.start_mark)

    def ascend_resolver(self) -> None:
        """Called by libyaml after every node."""
        self._depth -= 1


def compose(text: str) -> yaml.Node | None:
    """Return the root node of a document, or None if it is empty. Raises what libyaml raises."""
    loader = _Composer(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _span_at(node: yaml.Node, path: tuple[Step, ...]) -> Span:
    key: yaml.Node | None = None
    for step in path:
        if step == KEY:
            node = key or node
            break
        entry = _entry(node, step)
        if entry is None:
            break
        key, node = entry
    start, end = node.start_mark, node.end_mark
    is_scalar = isinstance(node, yaml.ScalarNode)
    if key is not None and (not is_scalar or start.index == end.index):
        # A whole mapping is too much to underline, and an empty value too little: take the key.
        start, end = key.start_mark, key.end_mark
    elif isinstance(node, yaml.MappingNode) and node.value:
        first_key, first_value = node.value[0]
        end = (
            first_value.end_mark if first_value.end_mark.line == start.line else first_key.end_mark
        )
    elif not is_scalar:
        end = start
    return _span(start, end)


def _entry(node: yaml.Node, step: Step) -> tuple[yaml.Node | None, yaml.Node] | None:
    """The key, if any, and the value one step inside a node, or None if there is no such value."""
    if isinstance(node, yaml.MappingNode):
        return next((pair for pair in node.value if pair[0].value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None


def _span(start: yaml.Mark, end: yaml.Mark) -> Span:
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


class _Reader:
    """Turns the events of a parser into plain data, and adds faults to a list.

    Its own stack takes the place of recursion, so that no nesting exhausts that of the process.
    """

    def __init__(self, text: str, file: str) -> None:
        self.parser = CParser(text)
        # The published types say less of events than libyaml promises.
        self.next_event: Callable[[], Any] = self.parser.get_event
        self.file = file
        # A forbidden character may also be written as an escape, "\\x07".
        self.has_escapes = "\\" in text
        self.faults: list[Diagnostic] = []
        self.anchors: set[str] = set()
        self.depth = 0

    def documents(self) -> list[Data]:
        """Return the data of the only document in a list, or an empty list if there is none."""
        # What is open now: a list, or a mapping with the key whose value follows.
        entries: list[Data] = []
        fields: dict[str, Data] | None = None
        key: str | None = None
        enclosing: list[tuple[list[Data], dict[str, Data] | None, str | None, int]] = []
        count = 0
        value: Data
        next_event = self.next_event
        while True:
            event = next_event()
            kind = type(event)
            count += 1
            if count > MAX_VALUES:
                raise _TooMany
            if kind is ScalarEvent:
                if fields is not None and key is None:
                    key = self.key(event, fields)
                    continue
                value = self.scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self.open(event)
                if fields is not None and key is None:
                    self.fault("PQ104", "a key must be a plain word", event, "write `name: value`")
                    self.skip(levels=1)
                    self.skip()
                    continue
                enclosing.append((entries, fields, key, len(self.faults)))
                entries, key = [], None
                fields = {} if kind is MappingStartEvent else None
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                closed = entries if fields is None else fields
                entries, fields, key, earlier = enclosing.pop()
                self.depth -= 1
                value = self.mapping(closed, earlier) if isinstance(closed, dict) else closed
            elif kind is AliasEvent:
                self.check_alias(event)
                if fields is not None and key is None:
                    self.skip()
                    continue
                value = None
            elif kind is StreamEndEvent:
                return entries
            else:
                if kind is DocumentStartEvent and entries:
                    problem = "found another document"
                    raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
                continue
            if fields is None:
                entries.append(value)
            elif key is not None:
                fields[key], key = value, None

    def open(self, event: Any) -> None:
        """Examine the beginning of a mapping or list."""
        if event.anchor is not None or event.tag is not None:
            self.check_properties(event)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _TooDeep(problem="nested too deeply", problem_mark=event.start_mark)

    def key(self, event: Any, fields: dict[str, Data]) -> str | None:
        """Return a key of a mapping; or None if it is invalid, and skip its value."""
        name: str = event.value
        if event.anchor is not None or event.tag is not None:
            self.check_properties(event)
        if name in fields:
            hint = "delete one of the two, or begin a new entry with `- `"
            self.fault("PQ108", f"duplicate key `{name[:60]}`", event, hint)
        elif name == "<<":
            self.fault("PQ107", "merge keys are not allowed", event, "write the fields out")
        elif event.style == '"' and _FORBIDDEN.search(name):  # written as an escape
            self.fault("PQ106", "a control character in a key", event, "delete it")
        else:
            return name
        self.skip()
        return None

    def scalar(self, event: Any) -> str | None:
        """Return the text of a scalar, or None if nothing was written."""
        value: str = event.value
        if event.anchor is not None or event.tag is not None:
            self.check_properties(event)
        if not value and not event.style:
            return None
        if self.has_escapes and _FORBIDDEN.search(value):
            self.fault("PQ106", "a control character in the text", event, "delete it")
        # Some systems write é as e and an accent; transcripts are normalised in the same way.
        return value if value.isascii() else unicodedata.normalize("NFC", value)

    def mapping(self, values: dict[str, Data], earlier: int) -> dict[str, Data]:
        """Return a closed mapping without the keys that have no value.

        `earlier` is the number of faults before it.
        """
        if None in values.values():
            values = {key: value for key, value in values.items() if value is not None}
        faults = len(self.faults) - earlier
        return Damaged(values, faults) if faults else values

    def skip(self, levels: int = 0) -> None:
        """Read the next value, or the rest of one in which as many levels are open."""
        outside = self.depth - levels
        while True:
            match self.next_event():
                case CollectionStartEvent() as event:
                    self.open(event)
                case CollectionEndEvent():
                    self.depth -= 1
            if self.depth == outside:
                return

    def check_properties(self, event: Any) -> None:
        """Report an anchor and a tag."""
        mark = event.start_mark
        if event.anchor is not None:
            span = Span.on_line(mark.line + 1, mark.column + 1, len(event.anchor) + 1)
            message = f"the anchor `&{event.anchor[:40]}` is not allowed"
            self.faults.append(error("PQ107", message, Place(self.file, span=span), _WRITE_OUT))
            if event.anchor in self.anchors:
                raise yaml.MarkedYAMLError(problem="found duplicate anchor", problem_mark=mark)
            self.anchors.add(event.anchor)
        tag = event.tag
        if tag is not None and tag != "!" and tag not in _PLAIN_TAGS:
            hint = "delete it: the field decides what the text means"
            self.fault("PQ109", f"the tag `{tag[:60]}` is not allowed", event, hint)

    def check_alias(self, event: Any) -> None:
        """Report an alias. One that names no anchor is probably emphasis, so nothing is known."""
        if event.anchor not in self.anchors:
            mark = event.start_mark
            raise yaml.MarkedYAMLError(problem="found undefined alias", problem_mark=mark)
        self.fault("PQ107", "anchors and aliases are not allowed", event, _WRITE_OUT)

    def fault(self, code: str, message: str, event: Any, hint: str) -> None:
        """Add an error at the event."""
        start, end = event.start_mark, event.end_mark
        span = _span(start, end)
        if end.line != start.line:
            span = Span.on_line(start.line + 1, start.column + 1)
        self.faults.append(error(code, message, Place(self.file, span=span), hint))


def _may_be_forbidden(raw: bytes) -> bool:
    """Return whether the bytes may contain a forbidden character, as a quick first test."""
    return len(raw.translate(None, _CONTROLS)) < len(raw) or any(
        start in raw for start in _FIRST_BYTES
    )
