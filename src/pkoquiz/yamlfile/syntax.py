"""What to say about YAML that libyaml rejects: where the mistake is, and what to type instead."""

from __future__ import annotations

import re

import yaml
from yaml._yaml import CParser

from pkoquiz.diagnostics import Diagnostic, Place, Span, error


def syntax_error(fault: yaml.MarkedYAMLError, text: str, file: str) -> Diagnostic:
    """Return the error for a text that is not valid YAML."""
    mark = fault.problem_mark or fault.context_mark
    problem = " ".join(str(fault.problem or fault.context or "").split())
    if fault.context_mark and problem.startswith(_SEEN_LATE):
        mark = fault.context_mark
    span = Span.on_line(mark.line + 1, mark.column + 1) if mark else None
    place = Place(file, span=span)
    if "document start" in problem and (first := _FIRST_LINE.search(text)) and first[1]:
        message = "invalid YAML: the first line is indented, but the lines below it are not"
        place = Place(file, span=Span.at(text, first.end(1)))
        return error("PQ104", message, place, "delete the spaces before it")
    if start := _runaway_quotation(fault, text):
        place = Place(file, span=Span.on_line(start.line + 1, start.column + 1))
        sign = text[start.index]
        message = "invalid YAML: the text in quotes that begins here runs over the next field"
        hint = f"delete the `{sign}`, or close it at the end of its text"
        return error("PQ104", message, place, hint)
    if "undefined alias" in problem:
        hint = 'put a text that begins with `*` in quotes: "*like* this"'
        return error("PQ107", "anchors and aliases are not allowed", place, hint)
    lines = _LINE_END.split(text, mark.line + 1) if mark else []
    hint = ""
    if mark and mark.line < len(lines):
        hint = _what_to_type(problem, lines[mark.line], mark.column)
    return error("PQ104", f"invalid YAML: {problem}", place, hint)


def _runaway_quotation(fault: yaml.MarkedYAMLError, text: str) -> yaml.Mark | None:
    """Return where an unclosed quotation mark is, if that is the cause.

    libyaml reports only what follows the next mark of the same kind, perhaps a hundred lines below.
    """
    problem = fault.problem_mark
    if problem is None or "end of stream" in str(fault.problem):
        return None
    start = fault.context_mark if "quoted scalar" in str(fault.context) else None
    end = problem
    scanner = CParser(text)
    try:
        while start is None and scanner.check_token():
            token = scanner.get_token()
            if token is None or token.start_mark.index > problem.index:
                break
            if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
                last, end = token.start_mark, token.end_mark
                start = last if end.line >= problem.line - 1 and end.line > last.line else None
    except yaml.YAMLError:
        return None
    finally:
        scanner.dispose()
    return start if start and _NEXT_FIELD.search(text, start.index, end.index) else None


_FIRST_LINE = re.compile(r"^([ ]*)[^#\s]", re.MULTILINE)
_NEXT_FIELD = re.compile(r"[\n\"'][ -]*[a-z_]+:(?: |\n)")
_LINE_END = re.compile(r"\r\n|\r|\n")
_SEEN_LATE = (
    "found unexpected end of stream",
    "could not find expected ':'",
    "did not find expected ',' or",
)
"""Problems that libyaml reports at their end, although their beginning is more helpful."""
_FIELD = re.compile(r"[ -]*([a-z_]+)")
_VALUE = re.compile(r"(?:[ -]*[A-Za-z_]+:|[ ]*-) +([\"'\[{])")
_ALIGN = "with the lines around it, and begin a new question with `- `"
_IN_QUOTES = "put the text in quotes if it begins with"
_ONE_DOCUMENT = "keep one document in a file, without `---` between its parts"
_HINTS = {
    "could not find expected": "write `name: value`, with a space after the colon; indent a text "
    "that continues on the next line deeper than its field",
    "cannot start any token": f"{_IN_QUOTES} `@`, `` ` `` or `%`",
    "expected alphabetic or numeric": f"{_IN_QUOTES} `*` or `&`",
    "end of stream": "close the quotation mark that opens here",
    "expected comment or line break": "begin the text on the line after `>-` or `|`, indented",
    "expected ',' or": f"close the list with the bracket that opens it; {_IN_QUOTES} `[` or `{{`",
    "another document": _ONE_DOCUMENT,
    "document start": _ONE_DOCUMENT,
}


def _what_to_type(problem: str, line: str, column: int) -> str:
    """Return a hint on the likely mistake for a `problem` of libyaml; `column` counts from 0."""
    before = line[:column]
    if "tab character" in problem or line[column : column + 1] == "\t":
        return "indent with spaces: YAML does not allow tabs"
    if "mapping values are not allowed" in problem:
        name = _FIELD.fullmatch(before)
        align = f"align `{name[1][:40]}` {_ALIGN}; " if name else ""
        return f"{align}put a text that contains `: ` in quotes, or in a block after `>-`"
    if "did not find expected key" in problem or "expected '-' indicator" in problem:
        if not before.strip(" -"):
            return f"align the line {_ALIGN}"
        opening = _VALUE.match(line)
        if not opening:
            return ""
        if opening[1] in "[{":
            return f"{_IN_QUOTES} `[` or `{{`"
        return (
            f"the text continues after its closing `{opening[1]}`: put all of it after `>-`, "
            "or in single quotes with each `'` inside written twice"
        )
    return next((hint for words, hint in _HINTS.items() if words in problem), "")
