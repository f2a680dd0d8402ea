"""What is wrong, where, and what to do: faults are values in a list, printed in three formats.

A message says what is the case (lower case, no full stop); a hint says what to do, with the literal
text where there is one. Columns and lines are 1-based, end columns exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Step = str | int
"""One step into a YAML document: a mapping key or a list index."""

KEY: Step = "\0"
"""As the last step: the name of the field, not its value. No file can hold such a key."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text: lines and columns are 1-based; the end column is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Place:
    """A file (path as the user would type it, relative to the course) and where in it.

    Either `span` is known, or `path` leads into the file's YAML and the span is found on demand.
    """

    file: str
    path: tuple[Step, ...] = ()
    span: Span | None = None

    def into(self, *steps: Step) -> Place:
        """The place of something inside this one."""
        return Place(self.file, (*self.path, *steps))


class Severity(StrEnum):
    """How bad: an error stops `build`; a warning asks for a look; info is shown with `--pedantic`."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `code` is explained by `pkoquiz explain CODE`; `question` is the id it concerns, if any."""

    code: str
    severity: Severity
    message: str
    place: Place
    hint: str = ""
    question: str = ""
    other: Place | None = None
    """Where the other thing stands that the message speaks of; file and line are put behind the message."""


def error(
    code: str,
    message: str,
    place: Place,
    hint: str = "",
    question: str = "",
    other: Place | None = None,
) -> Diagnostic:
    """A diagnostic that stops a build."""
    return Diagnostic(code, Severity.ERROR, message, place, hint, question, other)


def warning(
    code: str,
    message: str,
    place: Place,
    hint: str = "",
    question: str = "",
    other: Place | None = None,
) -> Diagnostic:
    """A diagnostic that asks for a look and stops nothing."""
    return Diagnostic(code, Severity.WARNING, message, place, hint, question, other)


def info(code: str, message: str, place: Place, hint: str = "", question: str = "") -> Diagnostic:
    """A doubtful finding, shown only with `--pedantic`."""
    return Diagnostic(code, Severity.INFO, message, place, hint, question)
