"""Diagnostics: what is wrong, where it is, and what to do about it.

Checks return diagnostics in lists; nothing stops at the first one. A message states the problem in
lower case without a full stop; a hint is an imperative, with the literal text to type where
possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Step = str | int
"""One step into a YAML document: a mapping key or a list index."""

KEY: Step = "\0"
"""As the last step: the name of the field instead of its value. No file can contain such a key."""


@dataclass(frozen=True, slots=True)
class Span:
    """A range of text. Lines and columns are counted from 1; the end column is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def on_line(cls, line: int, column: int = 1, length: int = 1) -> Span:
        """Return a span within one line."""
        return cls(line, column, line, column + length)

    @classmethod
    def at(cls, text: str, offset: int) -> Span:
        """Return the span of the character at `offset`."""
        line_start = text.rfind("\n", 0, offset) + 1
        return cls.on_line(text.count("\n", 0, offset) + 1, offset - line_start + 1)


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file, which is named as the user would type it (relative to the course).

    Either `span` is known, or `path` leads into the file's YAML and the span is looked up on
    demand.
    """

    file: str
    path: tuple[Step, ...] = ()
    span: Span | None = None

    def into(self, *steps: Step) -> Place:
        """Return the place of something inside this one."""
        return Place(self.file, (*self.path, *steps))


class Severity(StrEnum):
    """Errors stop `build`, warnings do not; infos are shown only with `--pedantic`."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. `pkoquiz explain CODE` explains its code."""

    code: str
    severity: Severity
    message: str
    place: Place
    hint: str = ""
    question: str = ""
    """The id of the question or term it concerns, if any."""
    other: Place | None = None
    """A related location; its file and line are appended to the message."""


def error(
    code: str,
    message: str,
    place: Place,
    hint: str = "",
    question: str = "",
    other: Place | None = None,
) -> Diagnostic:
    """Return a diagnostic that stops a build."""
    return Diagnostic(code, Severity.ERROR, message, place, hint, question, other)


def warning(
    code: str,
    message: str,
    place: Place,
    hint: str = "",
    question: str = "",
    other: Place | None = None,
) -> Diagnostic:
    """Return a diagnostic that does not stop a build."""
    return Diagnostic(code, Severity.WARNING, message, place, hint, question, other)


def info(code: str, message: str, place: Place, hint: str = "", question: str = "") -> Diagnostic:
    """Return a diagnostic that is shown only with `--pedantic`."""
    return Diagnostic(code, Severity.INFO, message, place, hint, question)


def unreadable(name: str, fault: OSError | ValueError, place: Place) -> Diagnostic:
    """Return the error that a file or folder of the course cannot be read."""
    reason = (getattr(fault, "strerror", None) or str(fault)).lower()
    return error("PQ123", f"cannot read `{name}`: {reason}", place)
