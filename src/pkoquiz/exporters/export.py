"""What an exporter returns: files as bytes, and what the format could not say. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pkoquiz.diagnostics import Place


@dataclass(frozen=True, slots=True)
class Note:
    """Something a format could not say, truncated or adapted; counted and printed, never silent.

    `reason` is the same for all questions it happens to ("flashcards have no place in Moodle"),
    so that notes can be counted by it.
    """

    reason: str
    question: str
    place: Place


@dataclass(frozen=True, slots=True)
class Export:
    """Files by path relative to the output folder (`anki/course.apkg`), counts of questions by type, and notes."""

    files: Mapping[str, bytes]
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
