"""Diagnostics on their way to a person or a machine: with snippet and caret, as JSON, as CI annotations."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from pkoquiz.diagnostics import Diagnostic, Place, Severity, Span, Step
from pkoquiz.yamlfile import spans

_WIDTH = 120
_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}


def located(folder: Path, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics with line and column, sorted by file and place; each file is read once."""
    found = list(found)
    wanted: dict[str, set[tuple[Step, ...]]] = {}
    for place in (
        place for each in found for place in (each.place, each.other) if place is not None
    ):
        if place.span is None and place.path:
            wanted.setdefault(place.file, set()).add(place.path)
    known: dict[tuple[str, tuple[Step, ...]], Span] = {}
    for file, paths in wanted.items():
        try:
            known |= {
                (file, path): span
                for path, span in spans((folder / file).read_bytes(), paths).items()
            }
        except Exception:  # the file changed under our hands: the diagnostic stays, without a line
            continue

    def found_at(place: Place) -> Place:
        return replace(place, span=place.span or known.get((place.file, place.path)))

    placed = [
        replace(each, message=_with_other(each, found_at), place=found_at(each.place), other=None)
        for each in found
    ]
    return sorted(dict.fromkeys(placed), key=_order)


def _with_other(each: Diagnostic, found_at: Callable[[Place], Place]) -> str:
    if each.other is None:
        return each.message
    other = found_at(each.other)
    return (
        f"{each.message} ({other.file}:{other.span.line})"
        if other.span
        else f"{each.message} ({other.file})"
    )


def _order(each: Diagnostic) -> tuple[str, int, int, str, str]:
    span = each.place.span
    return (
        each.place.file,
        span.line if span else 0,
        span.column if span else 0,
        each.code,
        each.message,
    )


def counts(found: Iterable[Diagnostic]) -> dict[str, int]:
    """How many of each severity."""
    counted = Counter(str(each.severity) for each in found)
    return {str(severity): counted.get(str(severity), 0) for severity in Severity}


def as_json(found: Sequence[Diagnostic]) -> str:
    """`{"diagnostics": […], "counts": {…}}`, lines and columns 1-based, 0 where unknown."""
    listed = []
    for each in found:
        span = each.place.span or Span(0, 0, 0, 0)
        listed.append(
            {
                "code": each.code,
                "severity": str(each.severity),
                "message": each.message,
                "hint": each.hint,
                "file": each.place.file,
                "line": span.line,
                "column": span.column,
                "end_line": span.end_line,
                "end_column": span.end_column,
                "question": each.question,
            }
        )
    return json.dumps(
        {"diagnostics": listed, "counts": counts(found)}, ensure_ascii=False, indent=1
    )


def as_github(found: Sequence[Diagnostic]) -> str:
    """Workflow commands that GitHub shows beside the lines of a pull request."""
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
    lines = []
    for each in found:
        fields = {"file": _visible(each.place.file), "title": each.code}
        if span := each.place.span:
            fields |= {
                "line": str(span.line),
                "col": str(span.column),
                "endLine": str(span.end_line),
            }
        told = ",".join(f"{key}={_property(value)}" for key, value in fields.items())
        message = _visible(each.message)
        text = f"{message}\n{_visible(each.hint)}" if each.hint else message
        lines.append(f"::{names[each.severity]} {told}::{_data(text)}")
    return "\n".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_text(folder: Path, found: Sequence[Diagnostic], *, colour: bool = False) -> str:
    """One block for each finding: where, what, the line with the words underlined, what to do."""
    texts: dict[str, list[str]] = {}
    return "\n".join(_block(folder, each, texts, colour) for each in found)


def _block(folder: Path, each: Diagnostic, texts: dict[str, list[str]], colour: bool) -> str:
    span = each.place.span
    file = _visible(each.place.file)
    where = f"{file}:{span.line}:{span.column}" if span else file
    label = f"{each.severity}[{each.code}]"
    if colour:
        where, label = f"\033[1m{where}\033[0m", f"\033[1;{_COLOURS[each.severity]}m{label}\033[0m"
    lines = [f"{where}: {label} {_visible(each.message)}"]
    if span:
        lines += _snippet(_line(folder, each.place, texts), span)
    if each.hint:
        lines.append(f"      = {_visible(each.hint)}")
    return "\n".join(lines) + "\n"


def _line(folder: Path, place: Place, texts: dict[str, list[str]]) -> str:
    if place.file not in texts:
        try:
            text = (folder / place.file).read_bytes().decode("utf-8-sig", "replace")
        except OSError:
            text = ""
        # splitlines() knows more line ends than editors do, and would shift the lines below.
        texts[place.file] = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = texts[place.file]
    return lines[place.span.line - 1] if place.span and place.span.line <= len(lines) else ""


def _snippet(line: str, span: Span) -> list[str]:
    if not line.strip():
        return []
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    offset = 0
    if len(line) > _WIDTH:
        offset = max(0, min(start - 20, len(line) - _WIDTH))
        line = line[offset : offset + _WIDTH]
    shown = _visible(line.replace("\t", "→"))
    marks = " " * (start - offset) + "^" * max(1, min(end - offset, len(line)) - (start - offset))
    return [f"{span.line:5} | {shown.rstrip()}", f"      | {marks}"]


def _visible(text: str) -> str:
    """Text that cannot steer a terminal: a bank is untrusted input."""
    # Wide and no-break blanks are no danger, though Python calls them unprintable.
    return "".join(
        character if character.isprintable() or unicodedata.category(character) == "Zs" else "�"
        for character in text
    )


def summary(found: Sequence[Diagnostic]) -> str:
    """`2 errors, 1 warning`, or `no faults`."""
    numbers = counts(found)
    told = [
        f"{count} {name}{'s' if count > 1 and name != 'info' else ''}"
        for name, count in numbers.items()
        if count
    ]
    return ", ".join(told) if told else "no faults"
