"""Limits on parsing: Python-Markdown recurses and backtracks, and a bank is untrusted.

Anything that exceeds a limit is shown as text instead of being parsed.
"""

from __future__ import annotations

import re

_LEVELS = 20
"""Deeper lists and quotations are text: the parser recurses and would exhaust the stack."""

_NESTED = re.compile(
    rf"(?m)^(?=(?:[ \t]*(?:>|[*+-][ \t]|\d+\.[ \t])){{{_LEVELS}}})[ \t]*|^ {{{4 * _LEVELS},}}"
)
_HUGE_NUMBER = re.compile(r"(?m)^((?:[ \t]*(?:>|[*+-][ \t]|\d+\.[ \t]))*[ \t]*\d{7,})\.(?=[ \t])")
"""A list number with more than six digits is text, because programs that count from it fail."""

# The parser searches for the end of every bracket and every code span from its start. If many are
# unclosed, that takes quadratic time. Beyond these costs, about a second each, the signs are text.
_MOST_BRACKET_STEPS = 2_000_000
_MOST_CODE_STEPS = 50_000_000
_BRACKET = re.compile(r"[\[\]()]|\n[ \t]*\n")
_STAND_INS = {"[": "\ufffe", "`": "\uffff", "*": "\ufdd0", "_": "\ufdd1"}
"""Characters that stand in for signs that must be text; no file of a course contains them."""


def bounded(text: str) -> tuple[str, dict[str, str]]:
    """Return `text` in a form that is cheap to parse, and its stand-ins (character → sign)."""
    # Python-Markdown uses these two characters for marks of its own.
    text = _HUGE_NUMBER.sub(r"\1\\.", text.replace("\x02", "").replace("\x03", ""))
    stand_ins = {}
    for sign, steps, most in (
        ("[", _bracket_steps, _MOST_BRACKET_STEPS),
        ("`", _code_steps, _MOST_CODE_STEPS),
    ):
        if sign in text and steps(text) > most:
            text = text.replace(sign, _STAND_INS[sign])
            stand_ins[_STAND_INS[sign]] = sign
    indent = " " * 4 * _LEVELS
    return _NESTED.sub(lambda m: indent if m[0].startswith(indent) else "\\", text), stand_ins


MOST_EMPHASES = 40
"""A text with at most this many signs of emphasis is certainly not nested too deeply."""

DEEPEST = 40
"""The most levels of a text, including lists; Typst gives up at about 60."""


def without_emphasis(text: str) -> tuple[str, dict[str, str]]:
    """Return `text` without emphasis, and the stand-ins for its signs (character → sign)."""
    stand_ins = {_STAND_INS[sign]: sign for sign in "*_"}
    for stand_in, sign in stand_ins.items():
        text = text.replace(sign, stand_in)
    return text, stand_ins


def _bracket_steps(text: str) -> int:
    """Return how many characters the parser reads in search of closing brackets."""
    steps = 0
    open_at: dict[str, list[int]] = {"[": [], "(": []}
    for match in _BRACKET.finditer(text):
        sign, start = match[0], match.start()
        if sign == "[" or (sign == "(" and text[start - 1 : start] == "]"):
            open_at[sign].append(start)
        elif sign in "])" and (opened := open_at["[" if sign == "]" else "("]):
            steps += start - opened.pop()
        elif sign not in "[]()":
            steps += _unclosed_steps(open_at, start)
    return steps + _unclosed_steps(open_at, len(text))


def _unclosed_steps(open_at: dict[str, list[int]], end: int) -> int:
    """Return the same for the brackets still open at the end of a paragraph, and clear them."""
    steps = sum(end - start for starts in open_at.values() for start in starts)
    for starts in open_at.values():
        starts.clear()
    return steps


def _code_steps(text: str) -> int:
    return text.count("`") * len(text)
