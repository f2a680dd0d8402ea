"""Read untrusted XML as a tree with line numbers: no entities, limited depth, no other files."""

from __future__ import annotations

import html
import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

MAX_BYTES = 65 * 1024 * 1024
MAX_DEPTH = 200
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]*+);")
_OF_XML = frozenset({"lt", "gt", "amp", "quot", "apos"})


class XmlError(Exception):
    """The file is not well-formed XML, or uses something that is refused."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Node:
    """An element: its name without a prefix, its attributes, and its children in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    line: int = 0
    children: list[Node | str] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute, or the default."""
        return self.attributes.get(name, default)

    @property
    def elements(self) -> list[Node]:
        """The child elements."""
        return [child for child in self.children if isinstance(child, Node)]

    @property
    def text(self) -> str:
        """All text inside this element."""
        parts: list[str] = []
        for child in self.children:
            parts.append(child if isinstance(child, str) else child.text)
        return "".join(parts)

    def all(self, *tags: str) -> list[Node]:
        """Return the child elements with one of these names."""
        return [child for child in self.elements if child.tag in tags]

    def find(self, *path: str) -> Node | None:
        """Return the first element down this path of names."""
        node: Node | None = self
        for tag in path:
            node = next(iter(node.all(tag)), None) if node is not None else None
        return node

    def text_of(self, *path: str) -> str:
        """Return the text of the first element down this path, or an empty text."""
        node = self.find(*path)
        return node.text if node is not None else ""

    def walk(self, *tags: str) -> Iterator[Node]:
        """Yield this element and all elements inside it, in document order.

        With names, yield only the elements that have one of them.
        """
        if not tags or self.tag in tags:
            yield self
        for child in self.elements:
            yield from child.walk(*tags)

    def html(self) -> str:
        """Return the content of this element as HTML."""
        parts: list[str] = []
        for child in self.children:
            if isinstance(child, str):
                parts.append(html.escape(child, quote=False))
            else:
                pairs = child.attributes.items()
                shown = "".join(f' {name}="{html.escape(value)}"' for name, value in pairs)
                parts.append(f"<{child.tag}{shown}>{child.html()}</{child.tag}>")
        return "".join(parts)


def parse(content: bytes) -> Node:
    """Return the root element. Raises `XmlError`.

    Declared entities are refused: they can read other files and grow without limit. Names that
    HTML knows, such as `&nbsp;`, are read even though XML does not know them.
    """
    if len(content) > MAX_BYTES:
        raise XmlError(f"the file is larger than {MAX_BYTES // 1024**2} MiB")
    try:
        return _parsed(content)
    except expat.ExpatError as error:
        if error.code != 11:  # undefined entity
            raise _xml_error(error) from None
    try:
        return _parsed(_ENTITY.sub(_numeric, content))
    except expat.ExpatError as error:
        raise _xml_error(error) from None


def _xml_error(error: expat.ExpatError) -> XmlError:
    message = f"not well-formed XML: {expat.ErrorString(error.code)}"
    return XmlError(message, error.lineno)


def _numeric(match: re.Match[bytes]) -> bytes:
    name = match[1].decode()
    signs = html.entities.html5.get(f"{name};", "") if name not in _OF_XML else ""
    return "".join(f"&#{ord(sign)};" for sign in signs).encode() or match[0]


def _parsed(content: bytes) -> Node:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    root = Node("")
    stack = [root]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > MAX_DEPTH:
            raise XmlError("nested too deeply", parser.CurrentLineNumber)
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        node = Node(name.rpartition(":")[2], plain, parser.CurrentLineNumber)
        stack[-1].children.append(node)
        stack.append(node)

    def refuse(*_: object) -> int:
        raise XmlError("the file declares entities", parser.CurrentLineNumber)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: stack.pop()
    parser.CharacterDataHandler = lambda text: stack[-1].children.append(text)
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(content, True)
    except (LookupError, ValueError) as error:  # an unknown encoding
        raise XmlError(str(error).lower()) from None
    return root.elements[0]
