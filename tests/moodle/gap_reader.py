"""Gaps of a cloze as Moodle's question type finds them: `{2:SHORTANSWER:=load#Right.~%50%weight}`."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from decimal import Decimal

_START = re.compile(r"\{\s*(\d*)\s*:(SHORTANSWER|SA|MW|SHORTANSWER_C|SAC|MWC):")
_FRACTION = re.compile(r"=|%(-?\d+(?:[.,]\d*)?)%")


class Refused(Exception):  # noqa: N818 - what Moodle does to the file, no fault of ours
    """The import would stop, or something would be lost."""


@dataclass(frozen=True)
class GapAnswer:
    """One answer of a gap; `text` as a learner types it, `feedback` is HTML."""

    text: str
    fraction: Decimal
    feedback: str


@dataclass(frozen=True)
class Gap:
    """One gap, and where in the text it stands."""

    weight: int
    answers: tuple[GapAnswer, ...]
    start: int
    end: int


def gaps_of(text: str) -> tuple[Gap, ...]:
    """The gaps of a question text, in its order."""
    found = []
    at = 0
    while start := _START.search(text, at):
        gap = _gap(text, start)
        found.append(gap)
        at = gap.end
    if not found:
        raise Refused("a cloze without a gap")
    return tuple(found)


def without_gaps(text: str, mark: str = "___") -> str:
    """The text with a mark in the place of each gap."""
    for gap in reversed(gaps_of(text)):
        text = text[: gap.start] + mark + text[gap.end :]
    return text


def _gap(text: str, start: re.Match[str]) -> Gap:
    answers = []
    at = start.end()
    if text[at : at + 1] == "\n":
        raise Refused("a line break before the first answer")
    while True:
        fraction = Decimal(0)
        if mark := _FRACTION.match(text, at):
            fraction = Decimal(100) if mark[0] == "=" else Decimal(mark[1].replace(",", "."))
            at = mark.end()
        # Neither a backslash nor an ampersand lets the sign behind it end the answer.
        end = _end(text, at + 1, "~#}", ("\\", "&", "&amp;"))
        answer, at, said = text[at:end], end, ""
        if text[at] == "#":
            end = _end(text, at + 1, "~}", ("\\",))
            said, at = text[at + 1 : end], end
        typed = _decoded(answer)
        if re.search(r"(?<!\\)\*", typed):
            raise Refused(f"a wildcard that nobody meant: {typed}")
        answers.append(GapAnswer(typed.replace("\\*", "*"), fraction, _decoded(said)))
        if text[at] == "}":
            break
        at += 1
    if not any(each.fraction == 100 for each in answers):
        raise Refused("a gap without a right answer")
    return Gap(int(start[1] or 1), tuple(answers), start.start(), at + 1)


def _end(text: str, at: int, signs: str, shields: tuple[str, ...]) -> int:
    for index in range(at, len(text)):
        if text[index] in signs and not text[:index].endswith(shields):
            return index
    raise Refused("a gap that nothing ends")


def _decoded(text: str) -> str:
    """Entities first (closed ones alone), then the two backslash forms."""
    decoded = re.sub(r"&(?:#\d+|#x[\da-fA-F]+|\w+);", lambda found: html.unescape(found[0]), text)
    return decoded.replace("\\}", "}").replace("\\#", "#")
