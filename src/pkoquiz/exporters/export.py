"""What an exporter returns: files as bytes, and what the format could not say. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pkoquiz.diagnostics import Diagnostic, Place


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
    """What one format makes of a bank."""

    files: Mapping[str, bytes]
    """Path relative to the output folder (`anki/course.apkg`) → content; empty if there are errors."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Exported questions by type, and terms of the glossary (`term`)."""
    notes: tuple[Note, ...] = ()
    """What the format cannot say."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What is wrong; an error means that nothing may be written."""
    course_files: Mapping[str, bytes] = field(default_factory=dict)
    """Files that belong beside `course.yaml`, such as the ledger of cards."""
    report: str = ""
    """A few words for the line that the build prints about the format."""
