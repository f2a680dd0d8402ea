"""The JSON Schema of bank files and courses, made from the models and the docstrings of their fields.

Editors read it through the modeline at the top of each bank file (`# yaml-language-server: $schema=…`).
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


def bank_schema() -> Schema:
    """Of `questions/*.yaml`: a section, its questions, a glossary. Each type has its own entry under `definitions`."""
    definitions: Schema = {}
    arms = []
    for name, model in TYPES.items():
        entry = _described(model)
        definitions |= entry.pop("$defs", {})
        # Said once for the whole file.
        entry["required"] = [field for field in entry["required"] if field != "section"]
        definitions[model.__name__] = entry
        arms.append(
            {
                "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
                "then": {"$ref": f"#/definitions/{model.__name__}"},
            }
        )
    term = _described(Term)
    definitions |= term.pop("$defs", {})
    definitions["Term"] = term
    listed = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": list(TYPES), "description": "which of the ten types"}},
        "allOf": arms,
    }
    schema = {
        "$schema": _DIALECT,
        "title": "pkoquiz question bank",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "section": {"type": "string", "description": "the section these questions belong to"},
            "questions": {
                "type": "array",
                "items": listed,
                "description": "the questions of this section",
            },
            "glossary": {
                "type": "array",
                "items": {"$ref": "#/definitions/Term"},
                "description": "terms and acronyms",
            },
        },
        "definitions": definitions,
    }
    relinked: Schema = _relinked(schema)
    return relinked


def course_schema() -> Schema:
    """Of `course.yaml`."""
    entry = _described(course.Course)
    definitions = entry.pop("$defs", {})
    relinked: Schema = _relinked({"$schema": _DIALECT, **entry, "definitions": definitions})
    return relinked


def _described(model: type[BaseModel]) -> Schema:
    schema = model.model_json_schema()
    for name, entry in {model.__name__: schema, **schema.get("$defs", {})}.items():
        for body in [entry, *entry.get("anyOf", [])]:
            for field, told in body.get("properties", {}).items():
                words = field_docs(name).get(field)
                if words:
                    told["description"] = words
                told.pop("title", None)
    return schema


def field_docs(model: str) -> dict[str, str]:
    """Field → docstring of the model of this name, inherited fields included."""
    for module in (question, parts, course, blueprint):
        found = _docs(module).get(model)
        if found is not None:
            bases, own = found
            inherited = {key: text for base in bases for key, text in field_docs(base).items()}
            return inherited | own
    return {}


@cache
def _docs(module: ModuleType) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Class → (bases, field → the string that stands under it), read from the module's source."""
    found = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            own = {}
            for field, following in zip(node.body, node.body[1:], strict=False):
                if (
                    isinstance(field, ast.AnnAssign)
                    and isinstance(field.target, ast.Name)
                    and isinstance(following, ast.Expr)
                    and isinstance(following.value, ast.Constant)
                    and isinstance(following.value.value, str)
                ):
                    own[field.target.id] = inspect.cleandoc(following.value.value)
            found[node.name] = ([base.id for base in node.bases if isinstance(base, ast.Name)], own)
    return found


def _relinked(node: Any) -> Any:
    """Draft 7, which editors read best, keeps definitions under `definitions`."""
    if isinstance(node, dict):
        return {
            key: value.replace("#/$defs/", "#/definitions/") if key == "$ref" else _relinked(value)
            for key, value in node.items()
        }
    return [_relinked(value) for value in node] if isinstance(node, list) else node
