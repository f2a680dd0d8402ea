"""The JSON Schemas of bank files and courses, generated from the models and their fields'
docstrings.

Editors find them through the first line of each bank file (`# yaml-language-server: $schema=…`).
"""

from __future__ import annotations

import ast
import inspect
from functools import cache
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from pkoquiz.model import blueprint, course, parts, question
from pkoquiz.model.question import TYPES, Term

Schema = dict[str, Any]
_DIALECT = "http://json-schema.org/draft-07/schema#"
"""Draft 7, which editors support best; it keeps definitions under `definitions`."""


def bank_schema() -> Schema:
    """Return the schema of `questions/*.yaml`; `definitions` has an entry for each type."""
    definitions: Schema = {}
    conditions = []
    for name, model in TYPES.items():
        entry, inner = _described(model)
        definitions |= inner
        # The section is given once for the whole file.
        entry["required"].remove("section")
        definitions[model.__name__] = entry
        is_type = {"properties": {"type": {"const": name}}, "required": ["type"]}
        conditions.append({"if": is_type, "then": {"$ref": f"#/definitions/{model.__name__}"}})
    entry, inner = _described(Term)
    definitions |= inner | {"Term": entry}
    a_question = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": list(TYPES), "description": "which of the ten types"}},
        "allOf": conditions,
    }
    properties = {
        "section": {"type": "string", "description": "the section these questions belong to"},
        "questions": {
            "type": "array",
            "items": a_question,
            "description": "the questions of this section",
        },
        "glossary": {
            "type": "array",
            "items": {"$ref": "#/definitions/Term"},
            "description": "terms and acronyms",
        },
    }
    return {
        "$schema": _DIALECT,
        "title": "pkoquiz question bank",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "definitions": definitions,
    }


def course_schema() -> Schema:
    """Return the schema of `course.yaml`."""
    entry, definitions = _described(course.Course)
    return {"$schema": _DIALECT, **entry, "definitions": definitions}


def _described(model: type[BaseModel]) -> tuple[Schema, Schema]:
    """Return the schema of a model and of its records, with the docstrings of all fields."""
    schema = model.model_json_schema(ref_template="#/definitions/{model}")
    definitions = schema.pop("$defs", {})
    for name, entry in [(model.__name__, schema), *definitions.items()]:
        docs = field_docs(name)
        if named := [field for field in entry.get("properties", {}) if field in ("true", "false")]:
            # Editors read these keys as booleans, and find such names only by a pattern.
            pattern = f"^({'|'.join(named)})$"
            entry["patternProperties"] = {pattern: {"type": "string", "minLength": 1}}
        for body in [entry, *entry.get("anyOf", [])]:
            for field, field_schema in body.get("properties", {}).items():
                field_schema.pop("title", None)
                if field in docs:
                    field_schema["description"] = docs[field]
    return schema, definitions


def field_docs(model: str) -> dict[str, str]:
    """Return field → docstring for the model of this name, with inherited fields."""
    for module in (question, parts, course, blueprint):
        if model in (classes := _docs(module)):
            bases, own = classes[model]
            inherited = {field: text for base in bases for field, text in field_docs(base).items()}
            return inherited | own
    return {}


@cache
def _docs(module: ModuleType) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Return class → (bases, field → the string below it), read from the source of a module."""
    classes = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            docs = {}
            for field, below in zip(node.body, node.body[1:], strict=False):
                match field, below:
                    case (
                        ast.AnnAssign(target=ast.Name(id=name)),
                        ast.Expr(value=ast.Constant(value=str(text))),
                    ):
                        docs[name] = inspect.cleandoc(text)
            bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
            classes[node.name] = bases, docs
    return classes
