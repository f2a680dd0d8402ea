"""The course of `tests/mini` in Greek letters, so that Latin words are those of the program."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

from pkoquiz.model.bank import Bank
from pkoquiz.model.course import MoodleSettings
from pkoquiz.model.passage import Passage, fingerprint
from pkoquiz.records import Record

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_GREEK = "αβξδεφγηιψκλμνοπχρστυωςζθω"
_TABLE = str.maketrans(_LATIN + _LATIN.upper() + "ō", _GREEK + _GREEK.upper() + "ο")
_CODE = re.compile(r"(\]\([^)]*\)|\\\(.*?\\\)|\\\[.*?\\\])", re.DOTALL)
"""Addresses and formulas, which stay as they are."""

_NAMES = {
    "id", "type", "section", "passage", "objective", "bloom", "difficulty", "status", "short",
    "file", "layout", "errata", "kind", "do", "fingerprint", "digest", "language", "enemies",
    "place", "format", "paper", "scoring", "order", "seed", "label", "slug", "lines", "cues",
}  # fmt: skip
"""Fields that are not texts."""


def greek(text: str) -> str:
    """Return a text in Greek letters, except for addresses and formulas."""
    parts = _CODE.split(text)
    return "".join(
        part if index % 2 else part.translate(_TABLE) for index, part in enumerate(parts)
    )


def in_greek(bank: Bank, language: str) -> Bank:
    """Return the bank with all its texts in Greek letters, as a course in a language."""
    tags = MoodleSettings(tags=("topic", "objective", "bloom", "difficulty", "section"))
    update = {
        "language": language,
        "title": greek(bank.course.title),
        "description": greek(bank.course.description),
        "moodle": tags,
    }
    return replace(
        bank,
        course=bank.course.model_copy(update=update),
        transcripts=_converted(bank.transcripts),
        questions=_converted(bank.questions),
        terms=_converted(bank.terms),
    )


def _converted(value: Any) -> Any:
    if isinstance(value, str):
        return greek(value)
    if isinstance(value, tuple):
        return tuple(map(_converted, value))
    if isinstance(value, dict):
        return {name: _converted(inner) for name, inner in value.items()}
    if isinstance(value, Record):
        names = type(value).model_fields.keys() - _NAMES
        return value.model_copy(
            update={name: _converted(getattr(value, name)) for name in sorted(names)}
        )
    if is_dataclass(value) and not isinstance(value, type):
        names = {field.name for field in fields(value)} - _NAMES
        made = replace(value, **{name: _converted(getattr(value, name)) for name in names})
        if isinstance(made, Passage):
            made = replace(made, fingerprint=fingerprint(made.text))
        return made
    return value
