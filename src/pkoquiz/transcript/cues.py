"""The cues of WebVTT and SubRip files: timing, text lines and who speaks, one after the other.

The two formats differ in their header, in the comma of their timings, and in what may stand between cues;
files in the wild mix them, so one reader takes both.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pkoquiz.diagnostics import Diagnostic, Place, Span, warning

_STAMP = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"\s*{_STAMP}\s*-->\s*{_STAMP}(?:\s|\Z)")
# What was meant for a timing: two stamps, whatever stands between; or an arrow where the timing belongs.
_NEARLY = re.compile(
    r"\s*\d{1,4}:\d{1,2}[:.,\d]{0,12}\s*\S{0,4}\s*\d{1,4}:\d{1,2}[:.,\d]{0,12}\s*\Z"
)
_INDEX = re.compile(r"\s*\d{1,9}\s*\Z")
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|\Z)")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]*)>")
_TAG = re.compile(
    r"</?(?:[cibuv]|ruby|rt|lang|font)(?:[.\s][^<>]*)?>|<\d{1,4}:[\d:.]{2,12}>", re.IGNORECASE
)
_OVERRIDE = re.compile(r"\{\\[^{}]*\}")
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|lrm|rlm|quot|apos|#\d{1,6}|#[xX][0-9a-fA-F]{1,5});")


@dataclass(frozen=True, slots=True)
class Words:
    """One line of a cue, cleaned; `voice` is the speaker that a `<v …>` tag names from here on."""

    text: str
    line: int
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """A subtitle; `time` is `None` where its timing could not be read."""

    words: tuple[Words, ...]
    time: tuple[float, float] | None


def cues_of(lines: Sequence[str], file: str) -> tuple[list[Cue], str, list[Diagnostic]]:
    """The cues of a WebVTT or SubRip file, the title in its header, and what is wrong with the timings."""
    faults: list[Diagnostic] = []
    head = lines[0].split(None, 1) if lines and lines[0].startswith("WEBVTT") else []
    cues: list[Cue] = []
    time: tuple[float, float] | None = None
    words: list[Words] = []
    for block in _blocks(lines, bool(head)):
        timed = False
        for at, (number, line) in enumerate(block):
            found = _TIMING.match(line)
            if found or (not timed and at <= 1 and ("-->" in line or _NEARLY.match(line))):
                # What stood above it is the number of the cue (in WebVTT, any name), not text.
                above = block[at - 1][1] if at else ""
                while (
                    words
                    and at
                    and words[-1].line == number - 1
                    and (_INDEX.match(above) or (head and at == 1))
                ):
                    words.pop()
                if words:
                    cues.append(Cue(tuple(words), time))
                    words = []
                time = _time(found, number, line, file, faults) if found else None
                if not found:
                    faults.append(_bad_timing(number, line, file))
                timed = True
            else:
                words += _words(line, number)
    if words:
        cues.append(Cue(tuple(words), time))
    return cues, head[1].strip(" -–—") if len(head) > 1 else "", faults


def _blocks(lines: Sequence[str], vtt: bool) -> Iterator[list[tuple[int, str]]]:
    """Runs of lines without a blank one, without header, comments, styles and lone cue numbers."""
    block: list[tuple[int, str]] = []
    number_alone: list[tuple[int, str]] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            block.append((number, line))
            continue
        if not block:
            continue
        first = block[0][1]
        if number_alone and "-->" not in first:
            yield number_alone
        number_alone = []
        if vtt and block[0][0] == 1:
            block = _behind_header(block)
        aside = (
            vtt and _ASIDE.match(first) and not any(_TIMING.match(text) for _, text in block[:2])
        )
        if len(block) == 1 and _INDEX.match(first):
            # The number of a cue, parted from its timing by a blank line; or somebody counts aloud.
            number_alone = block
        elif block and not aside:
            yield block
        block = []
    if number_alone:
        yield number_alone


def _behind_header(block: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The cue that follows the header without the blank line that belongs there, if one does."""
    for at, (_, text) in enumerate(block):
        if _TIMING.match(text):
            return block[at:]
    return []


def _time(
    found: re.Match[str], number: int, line: str, file: str, faults: list[Diagnostic]
) -> tuple[float, float] | None:
    start, end = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
    if end < start:
        place = Place(file, span=Span(number, 1, number, len(line) + 1))
        faults.append(
            warning("PQ164", "the subtitle ends before it begins", place, "mend the timing")
        )
        return start, start
    return start, end


def _seconds(stamp: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = stamp
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + int((fraction or "0").ljust(3, "0")) / 1000


def _bad_timing(number: int, line: str, file: str) -> Diagnostic:
    place = Place(file, span=Span(number, 1, number, len(line) + 1))
    hint = "write it as 00:01:02.500 --> 00:01:05.000"
    return warning("PQ163", f"not a timing: `{' '.join(line.split())[:60]}`", place, hint)


def _words(line: str, number: int) -> Iterator[Words]:
    """The words of one line, one piece for each voice in it."""
    pieces = _VOICE.split(line)
    for at in range(0, len(pieces), 2):
        text = _OVERRIDE.sub("", _TAG.sub("", pieces[at]))
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
        text = " ".join(text.replace("\u200e", "").replace("\u200f", "").split())
        voice = " ".join(pieces[at - 1].split()) if at else ""
        if text:
            yield Words(text, number, voice)
