"""Validate plain data as frozen records, and report faults with their places.

pydantic validates; its messages and locations are translated into the terms of the person who wrote
the data.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from pkoquiz.diagnostics import KEY, Diagnostic, Place, Step, error
from pkoquiz.prose import counted, nearest, one_of, quoted, shortened

_FORM = "patternErrorMessage"
"""The JSON Schema keyword whose text editors show for a pattern; hints use the same text."""

_MOST_FIELDS = 40
"""How many field names a hint lists: enough for any record."""


class InvalidError(ValueError):
    """Raised by validators: what is wrong, and what to type instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Record(BaseModel):
    """Data that a person wrote: frozen, without unknown fields, texts stripped of white space."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True
    )


R = TypeVar("R", bound=BaseModel)


def matching(
    pattern: str, form: str, *, min_length: int | None = None, max_length: int | None = None
) -> Any:
    """Constrain a text to a regular expression; `form` says in words what to type."""
    return Field(
        pattern=pattern,
        min_length=min_length,
        max_length=max_length,
        json_schema_extra={_FORM: form},
    )


def validate(
    model: type[R], data: object, place: Place, question: str = ""
) -> tuple[R | None, list[Diagnostic]]:
    """Return `data` as a `model`, or None and every fault with its place."""
    if not isinstance(data, dict):
        message = f"expected fields (`name: value`), found {_kind(data)}"
        return None, [error("PQ110", message, place, "", question)]
    try:
        return model.model_validate(data), []
    except ValidationError as fault:
        details = fault.errors(include_url=False)
    paths = [_path(data, detail["loc"]) for detail in details]
    unknown = [
        path
        for detail, path in zip(details, paths, strict=True)
        if detail["type"] == "extra_forbidden"
    ]
    faults = []
    for detail, path in zip(details, paths, strict=True):
        # A list that is too short only because an entry is invalid needs no message of its own, and
        # neither does a field that is missing because its name is mistyped.
        if detail["type"] == "too_short" and any(
            other[: len(path)] == path for other in paths if other != path
        ):
            continue
        if detail["type"] == "missing" and nearest(
            str(path[-1]), [str(other[-1]) for other in unknown if other[:-1] == path[:-1]]
        ):
            continue
        code, path, message, hint = _fault(model, detail, path)
        faults.append(error(code, message, place.into(*path), hint, question))
    return None, faults


def _path(data: object, location: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the path in the data, without the names of union members that pydantic adds."""
    path: list[Step] = []
    for number, step in enumerate(location, 1):
        match data, step:
            case dict(), _ if step in data:
                data = data[step]
            case ((list() | tuple()), int()) if step < len(data):
                data = data[step]
            case _, "[key]":
                step = KEY
            case dict(), _ if number == len(location) and not _is_model_name(step):
                pass  # a missing field
            case _:
                continue
        path.append(step)
    return tuple(path)


def _is_model_name(step: Step) -> bool:
    return isinstance(step, str) and (
        step.startswith("function-") or step[:1].isupper() or step == "str"
    )


def _fault(
    model: type[BaseModel], detail: ErrorDetails, path: tuple[Step, ...]
) -> tuple[str, tuple[Step, ...], str, str]:
    """Return the code, path, message and hint for one fault."""
    name = str(next((step for step in reversed(path) if step != KEY), ""))
    found, context = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            hint = one_of(name, _fields(model, path[:-1]), _MOST_FIELDS)
            return "PQ111", (*path, KEY), f"unknown field `{name}`", hint
        case "missing":
            hint = _how_to_write(name, model, path)
            return "PQ112", path[:-1], f"the field `{name}` is missing", hint
        case "literal_error" | "enum":
            allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
            return "PQ113", path, f"`{name}` cannot be {_shown(found)}", one_of(str(found), allowed)
        case "value_error":
            fault = context.get("error")
            hint = fault.hint if isinstance(fault, InvalidError) else ""
            return "PQ114", path, str(fault), hint
        case "string_pattern_mismatch":
            pattern = str(context.get("pattern"))
            valid = _valid_form(str(found), pattern)
            hint = f"write `{valid}`" if valid else _forms(model).get(pattern, "")
            if path and path[-1] == KEY:
                return "PQ115", path, f"the name {_shown(found)} is not valid", hint
            if path and isinstance(path[-1], int):
                field = next((step for step in reversed(path) if isinstance(step, str)), "")
                return "PQ115", path, f"`{field}` cannot contain {_shown(found)}", hint
            return "PQ115", path, f"`{name}` cannot be {_shown(found)}", hint
        case kind:
            message, hint = _message(kind, context, detail)
            label = f"`{name}` " if path and isinstance(path[-1], str) else ""
            return "PQ115", path, label + message, hint


def _valid_form(text: str, pattern: str) -> str:
    """Return a text in the form of an id, or an empty text if the result is not valid."""
    if "a-z" not in pattern.casefold() or "\\w" in pattern:  # no id, or one that must exist already
        return ""
    letters = unicodedata.normalize("NFKD", text[:200]).encode("ascii", "ignore").decode()
    for cased in (letters.lower(), letters):
        form = "-".join(re.findall(r"[A-Za-z0-9.]++", cased))
        if form and re.fullmatch(pattern, form):
            return form
    return ""


def _message(kind: str, context: dict[str, Any], detail: ErrorDetails) -> tuple[str, str]:
    """Return the message, without the field's name, and the hint for a value of the wrong form."""
    found, shown = _kind(detail["input"]), _shown(detail["input"])
    match kind:
        case "string_type":
            return f"must be text, found {found}", "indent it as one text, or put it in quotes"
        case "string_too_short" if context["min_length"] > 1:
            return f"is shorter than {context['min_length']} characters", "make it longer"
        case "string_too_short":
            return "is empty", "write it, or delete the field"
        case "string_too_long":
            return f"is longer than {context['max_length']} characters", "shorten it"
        case "too_short":
            entries = counted(context["min_length"], "entry")
            return f"needs at least {entries}", "begin each entry with `- `"
        case "too_long":
            entries = counted(context["max_length"], "entry")
            return f"has more than {entries}", "delete some"
        case "list_type" | "tuple_type":
            return f"must be a list, found {found}", "begin each entry with `- `"
        case "dict_type" | "model_type" | "model_attributes_type" | "dataclass_type":
            return f"must consist of fields (`name: value`), found {found}", ""
        case "bool_parsing" | "bool_type":
            return f"must be true or false, found {shown}", "write `true` or `false`"
        case "int_parsing" | "int_type" | "int_from_float":
            return f"must be a whole number, found {shown}", "write digits only, e.g. `30`"
        case "decimal_parsing" | "decimal_type" | "float_parsing" | "float_type" | "finite_number":
            return f"must be a number, found {shown}", "write it as a decimal, e.g. `8.5`"
        case "date_from_datetime_parsing" | "date_parsing" | "date_type":
            return f"must be a date, found {shown}", "write it as `2026-09-01`"
        case _:
            # "Input should be greater than 0"
            text = re.sub(r"^(?:Decimal i|I)nput should ", "must ", detail["msg"])
            return text[:1].lower() + text[1:], ""


def _how_to_write(name: str, model: type[BaseModel], path: tuple[Step, ...]) -> str:
    """Return a hint that shows how to write a missing field, according to its schema."""
    nodes = _nodes_at(model, _any_entry(path))
    for node in nodes:
        if values := node.get("enum"):
            return f"write `{name}:` and one of {quoted(values)}"
        if node.get("type") == "boolean":
            return f"write `{name}: true` or `{name}: false`"
        if node.get("type") == "array":
            entries = _nodes_at(model, (*_any_entry(path), 0))
            needed = next(filter(None, (entry.get("required") for entry in entries)), ())
            entry = ", then ".join(f"`{field}: …`" for field in needed).replace("`", "`- ", 1)
            return f"write `{name}:`, and below it {entry or '`- …`'}"
    return f"write `{name}: …`" if nodes else ""


def _fields(model: type[BaseModel], path: tuple[Step, ...]) -> list[str]:
    """Return the names of the fields at `path` inside `model`."""
    nodes = _nodes_at(model, _any_entry(path))
    return list(dict.fromkeys(name for node in nodes for name in node.get("properties", ())))


def _any_entry(path: tuple[Step, ...]) -> tuple[Step, ...]:
    # All entries of a list have the same schema: a thousand faults need one lookup.
    return tuple(0 if isinstance(step, int) else step for step in path)


@lru_cache(maxsize=256)
def _nodes_at(model: type[BaseModel], path: tuple[Step, ...]) -> tuple[dict[str, Any], ...]:
    """Yield the parts of the model's schema that describe the data at `path`."""
    schema = _schema(model)

    def resolved(node: object) -> Iterator[dict[str, Any]]:
        if not isinstance(node, dict):
            return
        if "$ref" in node:
            yield from resolved(schema["$defs"][node["$ref"].rpartition("/")[2]])
        elif members := node.get("anyOf") or node.get("oneOf"):
            for member in members:
                yield from resolved(member)
        else:
            yield node

    def inside(node: dict[str, Any], step: Step) -> Iterator[dict[str, Any]]:
        if isinstance(step, int):
            yield from resolved(node.get("items"))
        elif step in node.get("properties", ()):
            yield from resolved(node["properties"][step])
        else:
            for child in (
                node.get("additionalProperties"),
                *node.get("patternProperties", {}).values(),
            ):
                yield from resolved(child)

    nodes = list(resolved(schema))
    for step in path:
        nodes = [child for node in nodes for child in inside(node, step)]
    return tuple(nodes)


@lru_cache(maxsize=32)
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


@lru_cache(maxsize=32)
def _forms(model: type[BaseModel]) -> dict[str, str]:
    """Regular expression → what to type, for all texts of the model."""
    return dict(_forms_in(_schema(model)))


def _forms_in(node: object) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if isinstance(pattern := node.get("pattern"), str):
            yield pattern, node.get(_FORM, "")
        # The names of a mapping: pydantic writes pattern and words apart.
        if isinstance(patterns := node.get("patternProperties"), dict):
            form = node.get("propertyNames", {}).get(_FORM, "")
            yield from ((pattern, form) for pattern in patterns)
        for value in node.values():
            yield from _forms_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from _forms_in(value)


def _kind(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case dict():
            return "fields"
        case list() | tuple():
            return "a list"
        case str():
            return f"the text {_shown(value)}"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case _:
            return type(value).__name__


def _shown(value: object) -> str:
    return f"`{shortened(str(value)[:200], 40)}`"


@lru_cache(maxsize=32)
def text_fields(model: type[BaseModel]) -> frozenset[str]:
    """Return the names of the fields of a model and its parts that contain texts of any form."""
    parts = _schema(model).get("$defs", {})

    def kinds(node: dict[str, Any]) -> set[str]:
        node = parts[node["$ref"].rpartition("/")[2]] if "$ref" in node else node
        inner = [*node.get("anyOf", ()), *([node["items"]] if "items" in node else [])]
        constrained = node.keys() & {"pattern", "enum", "const", "format"}
        own = set() if constrained else {node.get("type", "")}
        return own.union(*map(kinds, inner))

    records = (_schema(model), *(record for part in parts.values() for record in _forms_of(part)))
    return frozenset(
        name
        for record in records
        for name, field in record.get("properties", {}).items()
        if "string" in (found := kinds(field)) and "number" not in found
    )


def _forms_of(part: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a part of a schema, or its alternatives if it may be written in several forms."""
    return part.get("anyOf") or [part]


def texts(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    """Yield every text of a record, including those of its parts, with its place."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Record):
        for name, inner in value:
            yield from texts(inner, place.into(name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from texts(inner, place.into(index))
