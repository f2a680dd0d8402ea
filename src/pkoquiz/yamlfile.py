"""YAML as a person writes it, read with suspicion: plain data in, every fault with its place.

libyaml composes the nodes; every scalar stays the text that was written (`no`, `1.10`, `12:30`), so the
field's type decides what it means. There is one way to write a thing: doubled keys, anchors, aliases,
merge keys and tags are faults, which also leaves no room for alias bombs or object construction.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import yaml
from yaml._yaml import CParser

from pkoquiz.diagnostics import KEY, Diagnostic, Place, Span, Step, error

MAX_BYTES = 32 * 1024 * 1024
"""A bank file larger than this is refused unread: no person wrote it."""

MAX_DEPTH = 40
"""Deeper nesting than any bank needs; the limit keeps hostile files from exhausting the stack."""

Data = str | list["Data"] | dict[str, "Data"] | None

_TAGS: dict[type[yaml.Node], str] = {
    yaml.ScalarNode: "tag:yaml.org,2002:str",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}
_PLAIN_TAGS = frozenset(_TAGS.values())
# `&name` or `*name` where YAML could take it for an anchor or alias; prose such as "R&D" does not match.
_ANCHOR = re.compile(r"(?:^|[\s\[{,:-])&[^\s\[\]{},]")
# Control characters, and the line ends that no editor counts as such (NEL, U+2028, U+2029).
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
)
_MARKS = (b"\xc2", b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"\xef\xbf")
"""First bytes of the forbidden characters beyond ASCII, in UTF-8."""
_CONTROLS = bytes({*range(32), 127} - {9, 10, 13})


def read(raw: bytes, file: str) -> tuple[Data, list[Diagnostic]]:
    """The data of one YAML document (str, list, dict, None for an empty scalar) and what is wrong with it.

    When anything is wrong the data is what could be saved, `None` if nothing could.
    """
    place = Place(file)
    if len(raw) > MAX_BYTES:
        size = f"{len(raw) / 1e6:.0f} MB"
        return None, [
            error("PQ101", f"the file is too large ({size})", place, "split it: 32 MB is the limit")
        ]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        column = fault.start - (raw.rfind(b"\n", 0, fault.start) + 1) + 1
        span = Span(line, column, line, column + 1)
        hint = "save the file as UTF-8"
        return None, [error("PQ102", "not UTF-8 text", Place(file, span=span), hint)]
    if not text.strip():
        return None, [error("PQ103", "the file is empty", place)]
    if _suspicious(raw) and (faults := list(_forbidden(text, file))):
        return None, faults
    try:
        node = _compose(text)
    except yaml.MarkedYAMLError as fault:
        return None, [_syntax(fault, text, file)]
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        return None, [error("PQ104", f"not YAML: {str(fault).splitlines()[0]}", place)]
    if node is None:
        return None, [error("PQ103", "the file is empty", place)]
    faults = list(_anchors(text, file)) if _ANCHOR.search(text) else []
    # What is forbidden can still come in as an escape, "\\x07"; without a backslash there is none.
    reader = _Reader(file, faults, "\\" in text)
    return reader.plain(node, 0), faults


def spans(raw: bytes, paths: Iterable[tuple[Step, ...]]) -> dict[tuple[Step, ...], Span]:
    """Where each path stands in the file; a path that leads nowhere gets its nearest ancestor's span.

    The span of a mapping or list is its first line only; that of a value is the value itself, quotes included.
    """
    node = _compose(raw.decode("utf-8-sig"))
    return {path: _span(node, path) for path in set(paths)} if node is not None else {}


class _TooDeep(yaml.MarkedYAMLError):
    """Nested deeper than `MAX_DEPTH`."""


class _Composer(CParser):
    """libyaml's composer without the resolver, which would look at every scalar to no purpose.

    It recurses in C, seven kilobytes a level: a thousand levels end the process, so they are counted.
    """

    _depth = 0

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: object) -> str:
        return _TAGS[kind]

    def descend_resolver(self, node: yaml.Node | None, index: object) -> None:
        """Called by libyaml before every node."""
        self._depth += 1
        if self._depth > MAX_DEPTH + 2 and node is not None:
            raise _TooDeep(problem="nested too deeply", problem_mark=node.start_mark)

    def ascend_resolver(self) -> None:
        """Called after it."""
        self._depth -= 1


def _compose(text: str) -> yaml.Node | None:
    loader = _Composer(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _span(node: yaml.Node, path: tuple[Step, ...]) -> Span:
    key: yaml.Node | None = None
    for step in path:
        if step == KEY:
            node = key or node
            break
        found: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key_node, value in node.value:
                if key_node.value == step:
                    key, found = key_node, value
                    break
        elif (
            isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value)
        ):
            key, found = None, node.value[step]
        if found is None:
            break
        node = found
    start, end = node.start_mark, node.end_mark
    if not isinstance(node, yaml.ScalarNode):
        # A whole mapping is too much to underline: name its key, or its first entry.
        if key is not None:
            start, end = key.start_mark, key.end_mark
        elif isinstance(node, yaml.MappingNode) and node.value:
            end = node.value[0][1].end_mark
            if end.line != start.line:
                end = node.value[0][0].end_mark
        else:
            end = start
    elif start.index == end.index and key is not None:
        start, end = key.start_mark, key.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Nodes into plain data; faults are added to the list."""

    file: str
    faults: list[Diagnostic]
    escapes: bool
    seen: set[int] = field(default_factory=set)

    def plain(self, node: yaml.Node, depth: int) -> Data:
        """The node's data; a mapping loses the keys that have no value: they say nothing."""
        if node.tag not in _PLAIN_TAGS:
            hint = "leave it out: the field decides what the text means"
            self.fault("PQ109", f"the tag `{node.tag[:60]}` is not allowed", node, hint)
        if isinstance(node, yaml.ScalarNode):
            value: str = node.value
            if not value and not node.style:
                return None
            if self.escapes and _FORBIDDEN.search(value):
                self.fault("PQ106", "a control character in the text", node)
            # Some systems write é as e and an accent; transcripts are normalised the same way.
            return value if value.isascii() else unicodedata.normalize("NFC", value)
        if id(node) in self.seen:
            self.fault(
                "PQ107",
                "anchors and aliases are not allowed",
                node,
                "write the value out in each place",
            )
            return None
        self.seen.add(id(node))
        if depth > MAX_DEPTH:
            self.fault("PQ105", "nested too deeply", node)
            return None
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(child, depth + 1) for child in node.value]
        result: dict[str, Data] = {}
        keys: set[str] = set()
        pairs: list[tuple[yaml.Node, yaml.Node]] = node.value
        for key, child in pairs:
            if not isinstance(key, yaml.ScalarNode):
                self.fault("PQ104", "a key must be a plain word", key)
            elif key.value == "<<":
                self.fault(
                    "PQ107", "merge keys are not allowed", key, "write the fields out in each place"
                )
            elif key.style == '"' and _FORBIDDEN.search(key.value):  # written as an escape
                self.fault("PQ106", "a control character in a key", key, "delete it")
            elif key.value in keys:
                self.fault(
                    "PQ108",
                    f"the key `{key.value[:60]}` stands twice",
                    key,
                    "keep one of the two, or begin a new entry with `- `",
                )
            else:
                keys.add(key.value)
                value_of_key = self.plain(child, depth + 1)
                if value_of_key is not None:
                    result[key.value] = value_of_key
        return result

    def fault(self, code: str, message: str, node: yaml.Node, hint: str = "") -> None:
        """Adds an error at the node."""
        self.faults.append(error(code, message, Place(self.file, span=_mark(node)), hint))


def _mark(node: yaml.Node) -> Span:
    start, end = node.start_mark, node.end_mark
    if end.line != start.line:
        return Span(start.line + 1, start.column + 1, start.line + 1, start.column + 2)
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _anchors(text: str, file: str) -> Iterator[Diagnostic]:
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if (
            isinstance(event, yaml.NodeEvent)
            and event.anchor
            and not isinstance(event, yaml.AliasEvent)
        ):
            mark = event.start_mark
            if mark is None:
                continue
            span = Span(
                mark.line + 1, mark.column + 1, mark.line + 1, mark.column + len(event.anchor) + 2
            )
            hint = "write the value out in each place"
            yield error(
                "PQ107",
                f"the anchor `&{event.anchor[:40]}` is not allowed",
                Place(file, span=span),
                hint,
            )


def _suspicious(raw: bytes) -> bool:
    """Whether the bytes may hold a forbidden character: a quick look, so that the slow one is rare."""
    return len(raw.translate(None, _CONTROLS)) < len(raw) or any(mark in raw for mark in _MARKS)


def _forbidden(text: str, file: str) -> Iterator[Diagnostic]:
    for found in _FORBIDDEN.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1
        name = f"U+{ord(found[0]):04X}"
        span = Span(line, column, line, column + 1)
        yield error(
            "PQ106",
            f"a control character ({name}) in the text",
            Place(file, span=span),
            "delete it",
        )
        return


def _syntax(fault: yaml.MarkedYAMLError, text: str, file: str) -> Diagnostic:
    mark = fault.problem_mark or fault.context_mark
    problem = " ".join(str(fault.problem or fault.context or "").split())
    if fault.context_mark and problem in _TOLD_LATE:
        mark = fault.context_mark
    place = Place(
        file,
        span=Span(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2) if mark else None,
    )
    if isinstance(fault, _TooDeep):
        return error("PQ105", problem, place, f"{MAX_DEPTH} levels are the limit")
    if "undefined alias" in problem:
        hint = 'anchors and aliases are not allowed; a text that begins with `*` needs quotes: "*like* this"'
        return error("PQ107", "an alias where a text should stand", place, hint)
    lines = _LINE_END.split(text, mark.line + 1) if mark else []
    hint = (
        _what_to_type(problem, lines[mark.line], mark.column)
        if mark and mark.line < len(lines)
        else ""
    )
    return error("PQ104", f"not YAML: {problem}", place, hint)


_LINE_END = re.compile(r"\r\n|\r|\n")
_TOLD_LATE = frozenset({"found unexpected end of stream", "could not find expected ':'"})
"""Problems that libyaml sees at the end of what is wrong; its beginning says more."""
_FIELD = re.compile(r"[ -]*([a-z_]+)")
_VALUE = re.compile(r"(?:[ -]*[A-Za-z_]+:|[ ]*-) +([\"'\[{])")


def _what_to_type(problem: str, line: str, column: int) -> str:
    """A hint for libyaml's `problem` at `column` (from 0) of `line`: the slips that people make, not the grammar."""
    before = line[:column]
    if "tab character" in problem or line[column : column + 1] == "\t":
        return "indent with blanks: YAML takes no tabs"
    if "mapping values are not allowed" in problem:
        field = _FIELD.fullmatch(before)
        prose = 'a text with ": " in it needs quotes, or stands in a block after `>-`'
        return f"`{field[1][:40]}` is {_ASKEW}; {prose}" if field else prose
    if "did not find expected key" in problem or "expected '-' indicator" in problem:
        opened = _VALUE.match(line)
        if not before.strip(" -"):
            return f"the line is {_ASKEW}"
        if opened and opened[1] in "\"'":
            return (
                f"the text goes on behind its closing `{opened[1]}`: put the whole after `>-`, or into single quotes, "
                "with each `'` inside doubled"
            )
        return "a text that begins with `[` or `{` needs quotes around the whole" if opened else ""
    return next((hint for words, hint in _HINTS.items() if words in problem), "")


_ASKEW = "indented otherwise than the lines around it: fields stand below each other, and a new question begins with `- `"
_HINTS = {
    "could not find expected": "write `name: value`, with a blank behind the colon; a text that goes on in the next "
    "line is indented deeper than its field",
    "cannot start any token": "a text that begins with `@`, `` ` `` or `%` needs quotes around the whole",
    "expected alphabetic or numeric": "a text that begins with `*` or `&` needs quotes around the whole",
    "end of stream": "the quotation mark that opens here is never closed",
    "expected comment or line break": "behind `>-` or `|` the text begins in the next line, indented",
    "expected ',' or": "a list in `[…]` is closed in the same way; a text that begins with `[` or `{` needs quotes "
    "around the whole",
    "another document": "one document to a file",
    "document start": "one document to a file",
}
