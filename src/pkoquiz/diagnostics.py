"""What is wrong, where, and what to do: faults are values in a list, printed in three formats.

A message says what is the case (lower case, no full stop); a hint says what to do, with the literal
text where there is one. Columns and lines are 1-based, end columns exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pkoquiz.source import Place


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
    code: str, message: str, place: Place, hint: str = "", question: str = "", other: Place | None = None
) -> Diagnostic:
    """A diagnostic that stops a build."""
    return Diagnostic(code, Severity.ERROR, message, place, hint, question, other)


def warning(
    code: str, message: str, place: Place, hint: str = "", question: str = "", other: Place | None = None
) -> Diagnostic:
    """A diagnostic that asks for a look and stops nothing."""
    return Diagnostic(code, Severity.WARNING, message, place, hint, question, other)


def info(code: str, message: str, place: Place, hint: str = "", question: str = "") -> Diagnostic:
    """A doubtful finding, shown only with `--pedantic`."""
    return Diagnostic(code, Severity.INFO, message, place, hint, question)
