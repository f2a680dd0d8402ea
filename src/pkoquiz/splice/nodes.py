"""Where the nodes of a YAML file are in its text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import yaml

from pkoquiz.splice.text import SpliceError
from pkoquiz.yamlfile import Data

_COMMENT = re.compile(r"(?:^|(?<=\s))#", re.MULTILINE)


def is_in_brackets(node: yaml.Node) -> bool:
    """Return whether the node is a list in brackets or a mapping in braces."""
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def dash_before(text: str, node: yaml.Node) -> int:
    """Return the index of the dash of a list's entry."""
    end = int(node.start_mark.index)
    while True:
        start = line_start(text, end)
        bare = text[start:end].rstrip()
        if bare.endswith("-") and not bare.lstrip(" -"):
            return start + bare.rindex("-")
        if start == 0 or (bare and not bare.lstrip().startswith("#")):
            hint = "begin each entry with `- ` on a new line"
            raise SpliceError("the entry has no dash", hint)
        end = start - 1


def dash_column(text: str, node: yaml.Node) -> int:
    """Return the number of characters before the dash of a list's entry in its line."""
    dash = dash_before(text, node)
    return dash - line_start(text, dash)


def end_of(text: str, node: yaml.Node) -> int:
    """Return the end of a node's last character; libyaml puts that of a block further down."""
    if isinstance(node, yaml.ScalarNode):
        if node.style in ("|", ">"):
            body = text[node.start_mark.index : node.end_mark.index]
            return int(node.start_mark.index) + len(body.rstrip())
        return int(node.end_mark.index)
    if is_in_brackets(node) or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    children = last if isinstance(last, tuple) else (last,)
    return max(end_of(text, child) for child in children)


def line_start(text: str, index: int) -> int:
    """Return the index of the first character of the line that contains `index`."""
    return max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1


def line_end(text: str, index: int) -> int:
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


def has_comment(text: str, node: yaml.Node, start: int, end: int) -> bool:
    """Return whether there is a comment in the range, outside the scalars of the node."""
    rest = text[start:end]
    if "#" not in rest:
        return False
    for scalar in _scalars(node):
        first, last = scalar.start_mark.index, end_of(text, scalar)
        if scalar.style in ("|", ">"):
            first = min(line_end(text, first), last)
        first, last = max(first - start, 0), min(last - start, len(rest))
        if first < last:
            rest = rest[:first] + "x" * (last - first) + rest[last:]
    return bool(_COMMENT.search(rest))


def data_of(node: yaml.Node) -> Data:
    """Return the data of a node as `yamlfile.read` does."""
    if isinstance(node, yaml.ScalarNode):
        value: str = node.value
        return unicodedata.normalize("NFC", value) if value or node.style else None
    if isinstance(node, yaml.SequenceNode):
        return [data_of(child) for child in node.value]
    pairs = ((key.value, data_of(value)) for key, value in node.value)
    return {name: value for name, value in pairs if value is not None}
