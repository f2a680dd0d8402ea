"""Plain data into frozen records: pydantic validates, this room says in words what it found and where."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from pkoquiz.diagnostics import KEY, Diagnostic, Place, Step, error


class InvalidError(ValueError):
    """What a validator raises: what is wrong, and what to type instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Record(BaseModel):
    """What a person wrote in YAML: frozen, no unknown fields, texts without white space at the ends."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True
    )


R = TypeVar("R", bound=BaseModel)


def validate(
    model: type[R], data: object, place: Place, question: str = ""
) -> tuple[R | None, list[Diagnostic]]:
    """`data` as a `model`, or `None` and every fault with its place."""
    if not isinstance(data, dict):
        return None, [
            error(
                "PQ110",
                f"expected fields (`name: value`), found {_kind(data)}",
                place,
                "",
                question,
            )
        ]
    try:
        return model.model_validate(data), []
    except ValidationError as fault:
        details = fault.errors(include_url=False)
        paths = [_path(data, detail["loc"]) for detail in details]
        # A list that is too short only because an entry is faulty needs no word of its own.
        return None, [
            _diagnostic(model, detail, path, place, question)
            for detail, path in zip(details, paths, strict=True)
            if detail["type"] != "too_short"
            or not any(other[: len(path)] == path for other in paths if other != path)
        ]


_NOTHING = object()


def _path(data: object, location: tuple[Step, ...]) -> tuple[Step, ...]:
    """Where in the data the fault lies: pydantic also names members of unions, which the user never wrote."""
    path: list[Step] = []
    for number, step in enumerate(location):
        inner = _inside(data, step)
        if inner is not _NOTHING:
            data = inner
        elif number < len(location) - 1 or not isinstance(data, dict) or _is_model_name(step):
            continue
        path.append(step)
    return tuple(path)


def _inside(data: object, step: Step) -> object:
    """What lies one step inside the data, or `_NOTHING`; an empty entry is something."""
    if isinstance(data, dict):
        return data.get(step, _NOTHING)
    if isinstance(data, list | tuple) and isinstance(step, int) and step < len(data):
        return data[step]
    return _NOTHING


def _diagnostic(
    model: type[BaseModel],
    detail: ErrorDetails,
    path: tuple[Step, ...],
    place: Place,
    question: str,
) -> Diagnostic:
    where = place.into(*path)
    name = path[-1] if path else ""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(name), list(_fields(model, path[:-1])), n=1)
        hint = (
            f"did you mean `{near[0]}`?"
            if near
            else "known here: " + ", ".join(_fields(model, path[:-1]))
        )
        return error("PQ111", f"unknown field `{name}`", where.into(KEY), hint, question)
    if kind == "missing":
        hint = _pattern(str(name), model, path)
        return error(
            "PQ112", f"the field `{name}` is missing", place.into(*path[:-1]), hint, question
        )
    if kind in ("literal_error", "enum"):
        expected = str(context.get("expected", "")).replace("'", "`")
        words = [word.strip("` ") for word in expected.replace(" or ", ",").split(",")]
        near = difflib.get_close_matches(str(detail["input"]), words, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"one of {expected}"
        return error(
            "PQ113", f"`{name}` cannot be {_shown(detail['input'])}", where, hint, question
        )
    if kind == "value_error":
        fault = context.get("error")
        hint = fault.hint if isinstance(fault, InvalidError) else ""
        return error("PQ114", str(fault), where, hint, question)
    message, hint = _message(kind, dict(context), detail)
    label = f"`{name}` " if isinstance(name, str) and name else ""
    return error("PQ115", f"{label}{message}", where, hint, question)


def _message(kind: str, context: dict[str, object], detail: ErrorDetails) -> tuple[str, str]:
    found = _kind(detail["input"])
    match kind:
        case "string_type":
            return f"must be text, found {found}", "indent it as one text, or put it in quotes"
        case "string_too_short":
            return "is empty", ""
        case "string_too_long":
            return f"is longer than {context.get('max_length')} characters", "shorten it"
        case "string_pattern_mismatch":
            return (
                f"has a form that is not allowed: {_shown(detail['input'])}",
                f"it must match {context.get('pattern')}",
            )
        case "too_short":
            least = context.get("min_length")
            return f"needs at least {least} {'entry' if least == 1 else 'entries'}", ""
        case "too_long":
            most = context.get("max_length")
            return f"has more than {most} {'entry' if most == 1 else 'entries'}", ""
        case "list_type" | "tuple_type":
            return f"must be a list, found {found}", "begin each entry with `- `"
        case "dict_type" | "model_type" | "model_attributes_type" | "dataclass_type":
            return f"must have fields (`name: value`), found {found}", ""
        case "bool_parsing" | "bool_type":
            return f"must be true or false, found {_shown(detail['input'])}", ""
        case "int_parsing" | "int_type" | "int_from_float":
            return f"must be a whole number, found {_shown(detail['input'])}", ""
        case "decimal_parsing" | "decimal_type" | "float_parsing" | "float_type" | "finite_number":
            return f"must be a number, found {_shown(detail['input'])}", "write plain decimals: 8.5"
        case "date_from_datetime_parsing" | "date_parsing" | "date_type":
            return f"must be a date, found {_shown(detail['input'])}", "write it as 2026-09-01"
        case _:
            text = detail["msg"]
            return text[:1].lower() + text[1:], ""


def _pattern(name: str, model: type[BaseModel], path: tuple[Step, ...]) -> str:
    """What to type for a field that is missing, as far as its schema tells."""
    nodes = _nodes_at(model, _alike(path))
    for node in nodes:
        if values := node.get("enum"):
            return f"write `{name}:` and one of " + ", ".join(f"`{value}`" for value in values)
        if node.get("type") == "boolean":
            return f"write `{name}: true` or `{name}: false`"
        if node.get("type") == "array":
            needed = _required(_nodes_at(model, (*_alike(path), 0)))
            entry = ", then ".join(f"`{each}: …`" for each in needed).replace("`", "`- ", 1)
            return f"write `{name}:`, and below it {entry or '`- …`'}"
    return f"write `{name}: …`" if nodes else ""


def _required(nodes: Iterable[dict[str, Any]]) -> list[str]:
    return next((list(node["required"]) for node in nodes if node.get("required")), [])


def _fields(model: type[BaseModel], path: tuple[Step, ...]) -> tuple[str, ...]:
    """The fields a person may write at `path` inside `model`."""
    found: dict[str, None] = {}
    for node in _nodes_at(model, _alike(path)):
        properties = node.get("properties")
        if isinstance(properties, dict):
            found |= dict.fromkeys(properties)
    return tuple(found)


def _alike(path: tuple[Step, ...]) -> tuple[Step, ...]:
    # All entries of a list are alike, and one fault in a thousand questions asks a thousand times.
    return tuple(0 if isinstance(step, int) else step for step in path)


@lru_cache(maxsize=256)
def _nodes_at(model: type[BaseModel], path: tuple[Step, ...]) -> tuple[dict[str, Any], ...]:
    """The parts of the model's schema that describe what may stand at `path`."""
    schema = _schema(model)
    definitions = schema.get("$defs", {})

    def resolve(node: dict[str, Any]) -> list[dict[str, Any]]:
        if "$ref" in node:
            return resolve(definitions[str(node["$ref"]).rsplit("/", 1)[1]])
        inner = node.get("anyOf") or node.get("oneOf")
        if isinstance(inner, list):
            return [found for each in inner for found in resolve(each)]
        return [node]

    nodes = resolve(schema)
    for step in path:
        following: list[dict[str, Any]] = []
        for node in nodes:
            properties = node.get("properties")
            child: object = None
            if isinstance(step, int):
                child = node.get("items")
            elif isinstance(properties, dict) and step in properties:
                child = properties[step]
            else:
                child = node.get("additionalProperties")
            if isinstance(child, dict):
                following += resolve(child)
        nodes = following
    return tuple(nodes)


@lru_cache(maxsize=32)
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _is_model_name(step: Step) -> bool:
    # pydantic names the member of a union it tried; the user never wrote that word.
    return isinstance(step, str) and (
        step.startswith("function-") or step[:1].isupper() or step == "str"
    )


def _kind(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case dict():
            return "fields"
        case list() | tuple():
            return "a list"
        case str():
            return f"text {_shown(value)}"
        case _:
            return type(value).__name__


def _shown(value: object) -> str:
    text = str(value)
    return f"`{text if len(text) <= 40 else text[:37] + '...'}`"
