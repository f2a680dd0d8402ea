"""Print diagnostics: as text with the line and a caret, as JSON, or as annotations for GitHub."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from pkoquiz.diagnostics import Diagnostic, Place, Severity, Span, Step
from pkoquiz.prose import counted
from pkoquiz.yamlfile import spans

_WIDTH = 120
_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
_GITHUB_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_UNKNOWN = Span(0, 0, 0, 0)


def located(folder: Path, *groups: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the diagnostics with lines and columns; each file is read once.

    Groups keep their order, with causes before consequences; each group is sorted by place.
    """
    lists = [list(group) for group in groups]
    paths: dict[str, set[tuple[Step, ...]]] = {}
    for diagnostic in chain(*lists):
        for place in (diagnostic.place, diagnostic.other):
            if place is not None and place.span is None and place.path:
                paths.setdefault(place.file, set()).add(place.path)
    found: dict[tuple[str, tuple[Step, ...]], Span] = {}
    for file, wanted in paths.items():
        try:
            in_file = spans((folder / file).read_bytes(), wanted)
        except Exception:  # the file has changed: its diagnostics stay, without a line
            continue
        found |= {(file, path): span for path, span in in_file.items()}

    def with_span(place: Place) -> Place:
        return replace(place, span=place.span or found.get((place.file, place.path)))

    def with_spans(diagnostic: Diagnostic) -> Diagnostic:
        message = diagnostic.message
        if diagnostic.other is not None:
            message += f" ({_position(with_span(diagnostic.other))})"
        place = with_span(diagnostic.place)
        return replace(diagnostic, message=message, place=place, other=None)

    ordered = chain(*(sorted(map(with_spans, group), key=_order) for group in lists))
    return list(dict.fromkeys(ordered))


def _position(place: Place) -> str:
    return f"{place.file}:{place.span.line}" if place.span else place.file


def _order(diagnostic: Diagnostic) -> tuple[str, int, int, str, str]:
    span = diagnostic.place.span or _UNKNOWN
    return diagnostic.place.file, span.line, span.column, diagnostic.code, diagnostic.message


def counts(diagnostics: Iterable[Diagnostic]) -> dict[str, int]:
    """Return the number of diagnostics of each severity."""
    by_severity = Counter(diagnostic.severity for diagnostic in diagnostics)
    return {str(severity): by_severity[severity] for severity in Severity}


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the numbers as text: `2 errors, 1 warning`, or `no faults`."""
    return (
        ", ".join(
            f"{count} info" if name == Severity.INFO else counted(count, name)
            for name, count in counts(diagnostics).items()
            if count
        )
        or "no faults"
    )


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Return `{"diagnostics": […], "counts": {…}}`; lines and columns are 0 where unknown."""
    entries = []
    for diagnostic in diagnostics:
        span = diagnostic.place.span or _UNKNOWN
        entries.append(
            {
                "code": diagnostic.code,
                "severity": str(diagnostic.severity),
                "message": diagnostic.message,
                "hint": diagnostic.hint,
                "file": diagnostic.place.file,
                "line": span.line,
                "column": span.column,
                "end_line": span.end_line,
                "end_column": span.end_column,
                "question": diagnostic.question,
            }
        )
    data = {"diagnostics": entries, "counts": counts(diagnostics)}
    return json.dumps(data, ensure_ascii=False, indent=1)


def as_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Return workflow commands, which GitHub shows beside the lines of a pull request."""
    return "\n".join(map(_workflow_command, diagnostics))


def _workflow_command(diagnostic: Diagnostic) -> str:
    fields = {"file": _printable(diagnostic.place.file), "title": diagnostic.code}
    if span := diagnostic.place.span:
        fields |= {"line": str(span.line), "col": str(span.column), "endLine": str(span.end_line)}
    properties = ",".join(f"{name}={_property(value)}" for name, value in fields.items())
    text = "\n".join(map(_printable, filter(None, (diagnostic.message, diagnostic.hint))))
    return f"::{_GITHUB_LEVELS[diagnostic.severity]} {properties}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_text(folder: Path, diagnostics: Sequence[Diagnostic], *, colour: bool = False) -> str:
    """Return a block for each diagnostic: place, message, line with carets, hint."""
    lines_of: dict[str, list[str]] = {}
    return "\n".join(_block(folder, diagnostic, lines_of, colour) for diagnostic in diagnostics)


def _block(
    folder: Path, diagnostic: Diagnostic, lines_of: dict[str, list[str]], colour: bool
) -> str:
    span = diagnostic.place.span
    where = _printable(diagnostic.place.file) + (f":{span.line}:{span.column}" if span else "")
    label = f"{diagnostic.severity}[{diagnostic.code}]"
    if colour:
        where = f"\033[1m{where}\033[0m"
        label = f"\033[1;{_COLOURS[diagnostic.severity]}m{label}\033[0m"
    block = f"{where}: {label} {_printable(diagnostic.message)}\n"
    if span:
        block += _snippet(_line(folder, diagnostic.place.file, span.line, lines_of), span)
    if diagnostic.hint:
        block += f"      = {_printable(diagnostic.hint)}\n"
    return block


def _line(folder: Path, file: str, number: int, lines_of: dict[str, list[str]]) -> str:
    if file not in lines_of:
        try:
            text = (folder / file).read_bytes().decode("utf-8-sig", "replace")
        except OSError:
            text = ""
        # splitlines() knows more line ends than editors do, which would shift the lines below.
        lines_of[file] = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = lines_of[file]
    return lines[number - 1] if number <= len(lines) else ""


def _snippet(line: str, span: Span) -> str:
    if not line.strip():
        return ""
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    offset = 0
    if len(line) > _WIDTH:
        offset = max(0, min(start - 20, len(line) - _WIDTH))
        line = line[offset : offset + _WIDTH]
    start -= offset
    carets = "^" * max(1, min(end - offset, len(line)) - start)
    shown = _printable(line.replace("\t", "→")).rstrip()
    return f"{span.line:5} | {shown}\n      | {' ' * start}{carets}\n"


def _printable(text: str) -> str:
    """Return the text without control characters: those of a bank could control a terminal."""
    # Wide and no-break spaces are harmless, though Python calls them unprintable.
    return "".join(
        character if character.isprintable() or unicodedata.category(character) == "Zs" else "�"
        for character in text
    )
