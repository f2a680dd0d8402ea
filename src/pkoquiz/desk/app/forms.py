"""The forms for questions, one for each type, generated from the JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pkoquiz.desk.app.plain import label_of, plain
from pkoquiz.model.question import TYPES
from pkoquiz.schema import Schema, bank_schema

Field = dict[str, Any]
"""A field: `name`, `label`, `help`, `widget`, `required`, `group`, and what its widget needs."""

_FIRST = ("stem",)
_LAST = (
    *("explain", "sources", "objective", "bloom", "difficulty", "id"),
    *(
        "points",
        "tags",
        "attribution",
        "note",
        "hints",
        "enemies",
        "card",
        "deck",
        "waive",
        "status",
    ),
    "reason",
)
"""The order of the fields that all types have; those of the type come between the two."""

_FOLDED = frozenset(_LAST[_LAST.index("points") :]) | {
    *(
        "shuffle",
        "scoring",
        "case_sensitive",
        "tolerance",
        "unit",
        "working",
        "otherwise",
        "rubric",
    ),
    *("wrong", "extras", "min_words", "max_words"),
}
"""Fields that are folded away until they are needed."""

_SHOWN: Mapping[str, frozenset[str]] = {
    "numerical": frozenset({"tolerance", "unit"}),
    "essay": frozenset({"points"}),
}
"""Fields that are not folded for these types."""

_HELP = {
    "id": "It is permanent: cards and grades depend on it.",
    "objective": "The learning objective it tests.",
    "stem": "What is asked. *Stars* emphasise.",
}
"""Help texts that suit a form better than those of the schema."""

_ELSEWHERE = frozenset({"type", "section"})
"""Fields that have their own controls above the form."""

_LISTS_OF_NAMES = {"tags": "tag", "enemies": "question"}


@cache
def forms() -> dict[str, dict[str, Any]]:
    """Return the name, description and ordered fields of each type."""
    schema = bank_schema()
    definitions = schema["definitions"]
    result = {}
    for name, record in TYPES.items():
        entry = definitions[record.__name__]
        properties = entry["properties"]
        own = [key for key in properties if key not in (*_FIRST, *_LAST, *_ELSEWHERE)]
        fields = []
        for key in (*_FIRST, *own, *_LAST):
            field = _field(key, properties[key], entry, definitions)
            folded = key in _FOLDED - _SHOWN.get(name, frozenset())
            field["group"] = "more" if folded and key not in entry["required"] else "main"
            fields.append(field)
        _, _, about = entry["description"].partition(": ")
        result[name] = {"name": record.kind, "about": plain(about), "fields": fields}
    return result


def fitting(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of an item that its form can show; unknown types become single choice."""
    kind = item.get("type")
    kind = kind if isinstance(kind, str) and kind in TYPES else "choice"
    return {"type": kind, **_fitting(item, forms()[kind]["fields"])}


def _fitting(record: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    pairs = ((field, record.get(field["name"])) for field in fields)
    return {field["name"]: value for field, value in pairs if _fits(value, field)}


def _fits(value: object, field: Field) -> bool:
    match field["widget"], value:
        case "citations", [*entries]:
            return all(isinstance(entry, dict) and _texts(entry.values()) for entry in entries)
        case (("names" | "lines"), [*entries]):
            return _texts(entries)
        case "list", [*entries]:
            return all(
                isinstance(entry, str)
                or (
                    isinstance(entry, dict)
                    and _fitting(entry, field["fields"]).keys() == entry.keys()
                )
                for entry in entries
            )
        case "record", dict():
            return _fitting(value, field["fields"]).keys() == value.keys()
        case "map", dict():
            return _texts(value.values())
        case (("citations" | "names" | "lines" | "list" | "record" | "map"), _):
            return False
        case _:
            return isinstance(value, str)


def _texts(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _field(name: str, schema: Schema, owner: Schema, definitions: Schema) -> Field:
    """Return a field of a record."""
    field = {
        "name": name,
        "label": label_of(name, owner.get("title", "")),
        "usual": label_of(name),
        "help": _HELP.get(name) or plain(str(schema.get("description", ""))),
        "required": name in owner.get("required", ()) and name != "id",
    }
    return field | _widget(name, schema, definitions)


def _widget(name: str, schema: Schema, definitions: Schema) -> Field:
    """Return the kind of control for a field, and its settings."""
    if name == "sources":
        return {"widget": "citations", "most": schema.get("maxItems")}
    if name == "objective":
        return {"widget": "objective"}
    if name in _LISTS_OF_NAMES:
        return {"widget": "names", "of": _LISTS_OF_NAMES[name]}
    node = next(_resolved(schema, definitions))
    if "enum" in node:
        return {"widget": "choice", "choices": node["enum"], "default": node.get("default", "")}
    match node.get("type"):
        case "boolean":
            # A verdict has no default: an author has to say which it is.
            if "default" not in schema:
                return {"widget": "verdict"}
            return {"widget": "flag", "default": bool(schema["default"])}
        case "number" | "integer":
            return {"widget": "number", "default": str(schema.get("default", ""))}
        case "array":
            inner = next(_resolved(node["items"], definitions))
            least, most = node.get("minItems", 0), node.get("maxItems")
            entry = {"least": least, "most": most, "one": label_of(f"one of {name}")}
            entry["widget"] = "prose" if "markup" in inner else "line"
            if "properties" in inner:
                return {**entry, "widget": "list", "fields": _fields(inner, definitions)}
            return {"widget": "lines", "entry": entry.pop("widget"), **entry}
        case "object" if "properties" in node:
            return {"widget": "record", "fields": _fields(node, definitions)}
        case "object":
            return {"widget": "map"}
        case _ if "markup" in node:
            return {"widget": "block" if node["markup"] == "block" else "prose"}
        case _:
            return {"widget": "line"}


def _fields(record: Schema, definitions: Schema) -> list[Field]:
    properties = record.get("properties") or {}
    return [_field(name, schema, record, definitions) for name, schema in properties.items()]


def _resolved(schema: Schema, definitions: Schema) -> Iterator[Schema]:
    """Yield the schema without references; of several forms of a value, the fullest first."""
    if "$ref" in schema:
        yield from _resolved(definitions[schema["$ref"].rpartition("/")[2]], definitions)
        return
    ways = [way for form in schema.get("anyOf", ()) for way in _resolved(form, definitions)]
    if ways:
        yield from sorted(ways, key=lambda way: "properties" not in way)
    elif "patternProperties" in schema and "properties" not in schema:
        pattern = next(iter(schema["patternProperties"].values()))
        yield {"type": "object", "additionalProperties": pattern}
    else:
        yield schema
