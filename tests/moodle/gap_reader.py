"""Read the gaps of a cloze as Moodle does: `{2:SHORTANSWER:=load#Right.~%50%weight}`."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from decimal import Decimal

_START = re.compile(r"\{\s*(\d*)\s*:(SHORTANSWER|SA|MW|SHORTANSWER_C|SAC|MWC):")
_FRACTION = re.compile(r"=|%(-?\d+(?:[.,]\d*)?)%")


class Refused(Exception):  # noqa: N818 - what Moodle does to the file, not an error of ours
    """The import would stop or lose something."""


@dataclass(frozen=True)
class GapAnswer:
    """One answer of a gap; `text` as a learner types it, `feedback` is HTML."""

    text: str
    pattern: str
    fraction: Decimal
    feedback: str


@dataclass(frozen=True)
class Gap:
    """One gap and its position in the text."""

    weight: int
    answers: tuple[GapAnswer, ...]
    start: int
    end: int


SHIELDS = (("\\", "&", "&amp;"), ("\\",))
"""What keeps a sign from ending an answer: in Moodle 4.5, and in 5.1."""


def gaps_of(text: str) -> tuple[Gap, ...]:
    """Return the gaps of a question text, in its order; Moodle 4.5 and 5.1 must agree on them."""
    older, newer = (_gaps(text, shields) for shields in SHIELDS)
    if older != newer:
        raise Refused("Moodle 4.5 and 5.1 find different answers")
    if not newer:
        raise Refused("a cloze without a gap")
    return newer


def _gaps(text: str, shields: tuple[str, ...]) -> tuple[Gap, ...]:
    gaps: list[Gap] = []
    while start := _START.search(text, gaps[-1].end if gaps else 0):
        gaps.append(_gap(text, start, shields))
    return tuple(gaps)


def without_gaps(text: str, mark: str = "___") -> str:
    """Return the text with a mark in the place of each gap."""
    for gap in reversed(gaps_of(text)):
        text = text[: gap.start] + mark + text[gap.end :]
    return text


def _gap(text: str, start: re.Match[str], shields: tuple[str, ...]) -> Gap:
    answers = []
    at = start.end()
    if text[at : at + 1] == "\n":
        raise Refused("a line break before the first answer")
    while True:
        fraction = Decimal(0)
        if mark := _FRACTION.match(text, at):
            fraction = Decimal(100) if mark[0] == "=" else Decimal(mark[1].replace(",", "."))
            at = mark.end()
        end = _end(text, at + 1, "~#}", shields)
        answer, at, feedback = text[at:end], end, ""
        if text[at] == "#":
            end = _end(text, at + 1, "~}", ("\\",))
            feedback, at = text[at + 1 : end], end
        pattern = _decoded(answer).strip(" \t\n\r\0\x0b")
        if re.search(r"(?<!\\)\*", pattern):
            raise Refused(f"an unintended wildcard: {pattern}")
        text_typed = pattern.replace("\\*", "*")
        answers.append(GapAnswer(text_typed, pattern, fraction, _decoded(feedback)))
        if "&#" in text[start.end() : at]:
            raise Refused("Moodle's editing form changes numeric entities in a gap")
        if text[at] == "}":
            break
        at += 1
    if not any(answer.fraction == 100 for answer in answers):
        raise Refused("a gap without a right answer")
    return Gap(int(start[1] or 1), tuple(answers), start.start(), at + 1)


def _end(text: str, at: int, signs: str, shields: tuple[str, ...]) -> int:
    for index in range(at, len(text)):
        if text[index] in signs and not text[:index].endswith(shields):
            return index
    raise Refused("a gap without an end")


def _decoded(text: str) -> str:
    """Decode entities first (only those with a semicolon), then the two backslash forms."""
    decoded = re.sub(r"&(?:#\d+|#x[\da-fA-F]+|\w+);", lambda match: html.unescape(match[0]), text)
    return decoded.replace("\\}", "}").replace("\\#", "#")
