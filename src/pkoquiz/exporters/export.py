"""The result of an exporter. Exporters are pure: they return files as bytes and write nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pkoquiz.diagnostics import Diagnostic, Place


@dataclass(frozen=True, slots=True)
class Note:
    """A note on something that a format cannot express and that was left out, cut or adapted.

    `reason` is the same for every question it applies to ("flashcards have no place in a quiz"),
    so that notes can be counted by reason.
    """

    reason: str
    question: str
    """Id of the question or term; empty if the note is about the whole export."""
    place: Place


@dataclass(frozen=True, slots=True)
class Export:
    """The result of exporting a bank to one format."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    """Contents by path relative to the output folder, e.g. `anki/course.apkg`."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Number of exported questions by type; glossary entries are counted as `term`."""
    notes: tuple[Note, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    """If one of them is an error, there are no files."""
    report: str = ""
    """A summary for the terminal, in one line."""
