"""Write an item of a bank file as YAML, in the style of the files that people write by hand.

Prose is folded if it is long, and texts are in quotation marks only where some YAML reader would
take them for something else.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pkoquiz.yamlfile import Data

_FIRST = ("id", "type", "stem", "term", "meaning", "text", "passage", "premise")
_LAST = (
    "explain", "sources", "objective", "bloom", "difficulty", "points", "tags", "attribution",
    "note", "enemies", "status", "reason", "hints", "card", "waive", "imported", "proposals",
)  # fmt: skip
"""The usual order of fields: `_FIRST`, those of the type, `_LAST`."""

_FOLDED = frozenset({"stem", "explain", "model_answer", "working", "meaning"})
"""Prose that is folded if it is long. Quotes and ids are not: people search for them."""
_LONG = 110
_WIDTH = 96
_IN_BRACKETS = frozenset({"tags", "enemies", "extras"})
"""Lists of names that are written on one line if they are short."""
_TYPED = frozenset(
    {
        "correct", "pin", "shuffle", "case_sensitive", "points", "tolerance", "credit", "value",
        "min_words", "max_words", "answer",
    }
)  # fmt: skip
"""Fields that contain numbers, `true` or `false`, which need no quotation marks."""

# YAML readers other than ours do not read these as text.
_OTHERWISE = re.compile(
    r"(?:true|false|yes|no|on|off|y|n|null|~|[-+.]?\d[\d_.,:eExXoO+-]*|\.inf|\.nan"
    r"|0x[0-9a-f]+|\d{4}-\d\d?-\d\d?.*)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_PLAIN = re.compile(r"[^\W_][^\n\t]*|[(“‘¿¡…][^\n\t]*")
_NOT_PLAIN = re.compile(r": |:$| #|^\s|\s$|[\u0085\u2028\u2029\ufeff]")
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
)


class SpliceError(Exception):
    """An edit that cannot be made without touching other text. `hint` says what to do instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def item_text(item: Mapping[str, Any], newline: str = "\n", indent: int = 0) -> str:
    """Return the lines of a new item, with its dash, in the usual order of fields.

    Values are texts, numbers, booleans, lists and mappings; fields that are None are left out.
    """
    lines = entry_lines(ordered(as_read(item)), "", str(item.get("type", "")))
    return "".join(indented(line, indent) + newline for line in lines)


def ordered(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the item with its fields in the usual order."""

    def rank(name: str) -> int:
        if name in _FIRST:
            return _FIRST.index(name) - len(_FIRST)
        return _LAST.index(name) + 1 if name in _LAST else 0

    return {name: item[name] for name in sorted(item, key=rank)}


def as_read(value: Any) -> Any:
    """Return the value as `yamlfile.read` will: texts, lists and mappings without None."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal() | float():
            text = format(Decimal(str(value)), "f")
            return text.rstrip("0").rstrip(".") if "." in text else text
        case str():
            text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
            if found := _FORBIDDEN.search(text):
                message = f"a control character (U+{ord(found[0]):04X}) in the text"
                raise SpliceError(message, "delete it")
            return text.replace("\u0085", "\n")
        case Mapping():
            pairs = ((as_read(str(name)), as_read(inner)) for name, inner in value.items())
            return {name: inner for name, inner in pairs if inner is not None}
        case Iterable():
            return [as_read(inner) for inner in value]
        case None:
            return None
    raise SpliceError(f"a value of the type {type(value).__name__} cannot be written")


def indented(line: str, column: int) -> str:
    """Return the line behind spaces, unless it is blank."""
    return " " * column + line if line.strip() else ""


def entry_lines(data: Data, name: str, kind: str) -> list[str]:
    """Return the lines of a list's entry, from its dash on."""
    match data:
        case dict() if data:
            lines = [line for key, value in data.items() for line in field_lines(key, value, kind)]
        case list() if data:
            lines = [line for inner in data for line in entry_lines(inner, name, kind)]
        case str():
            first, *rest = value_lines(data, name, kind)
            return [f"- {first}", *(f"  {line}" for line in rest)]
        case _:
            lines = ["{}" if isinstance(data, dict) else "[]"]
    return [f"{'  ' if number else '- '}{line}" for number, line in enumerate(lines)]


def field_lines(name: str, value: Data, kind: str) -> list[str]:
    """Return the lines of `name: value`."""
    key = inline_text(name, "")
    match value:
        case str():
            first, *rest = value_lines(value, name, kind)
            return [f"{key}: {first}", *(f"  {line}" for line in rest)]
        case dict() if value:
            inner = ordered(value).items()
            return [f"{key}:", *(f"  {line}" for k, v in inner for line in field_lines(k, v, kind))]
        case list() if value:
            if name in _IN_BRACKETS and len(written := flow_text(value, name)) <= 80:
                return [f"{key}: {written}"]
            return [
                f"{key}:",
                *(line for inner in value for line in entry_lines(inner, name, kind)),
            ]
        case None:
            return [f"{key}:"]
        case _:
            return [f"{key}: {'{}' if isinstance(value, dict) else '[]'}"]


def value_lines(text: str, name: str, kind: str, style: str = "") -> list[str]:
    """Return the lines of a scalar; those below the first are not yet indented."""
    if "\n" in text:
        lines = text.split("\n")
        is_literal = (
            not text.startswith((" ", "\t", "\n"))
            and not text.endswith("\n")
            and all(not line or line.strip() for line in lines)
        )
        return ["|-", *lines] if is_literal else [json.dumps(text, ensure_ascii=False)]
    folds = name in _FOLDED and len(text) > _LONG
    if (folds or (style == ">" and name in _FOLDED)) and text.strip() == text != "":
        return [">-", *_folded(text)]
    is_typed = name in _TYPED and not (name == "answer" and kind == "flashcard")
    if is_typed and (text in ("true", "false") or _NUMBER.fullmatch(text)):
        return [text]
    return [inline_text(text, style)]


def _folded(text: str) -> list[str]:
    """Return lines that `>-` joins with single spaces."""
    lines = [""]
    for word in re.split(r"(?<=\S) (?=\S)", text):
        if lines[-1] and len(lines[-1]) + len(word) >= _WIDTH:
            lines.append(word)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return lines


def inline_text(text: str, style: str, flow: bool = False) -> str:
    """Return a text on one line: plain if every parser reads it as this text, else in quotes."""
    is_plain = (
        _PLAIN.fullmatch(text)
        and not _NOT_PLAIN.search(text)
        and not _OTHERWISE.fullmatch(text)
        and not (flow and re.search(r"[,\[\]{}:]", text))
    )
    if is_plain and style not in ("'", '"'):
        return text
    simple = "\n" not in text and "\t" not in text and text.isprintable()
    if simple and style == "'":
        return "'" + text.replace("'", "''") + "'"
    if simple and '"' in text and style != '"':
        return "'" + text.replace("'", "''") + "'"
    written = json.dumps(text, ensure_ascii=False)
    # Readers may strip these from the text, or end the line there.
    return re.sub(r"[\u0085\ufeff\u00a0]", lambda sign: f"\\u{ord(sign[0]):04x}", written)


def flow_text(data: Data, name: str) -> str:
    """Return data in brackets or braces, on one line."""
    match data:
        case str():
            if name in _TYPED and (data in ("true", "false") or _NUMBER.fullmatch(data)):
                return data
            return inline_text(data, "", flow=True)
        case list():
            return "[" + ", ".join(flow_text(inner, name) for inner in data) + "]"
        case dict():
            pairs = (
                f"{inline_text(key, '', flow=True)}: {flow_text(v, key)}" for key, v in data.items()
            )
            return "{" + ", ".join(pairs) + "}"
    return '""'
