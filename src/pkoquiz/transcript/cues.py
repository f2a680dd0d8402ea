"""The cues of WebVTT and SubRip files: timings, lines of text and who speaks.

The two formats differ in their header, in the decimal comma of SubRip's timings, and in what is
allowed between cues. Many files mix them, so one reader accepts both.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pkoquiz.diagnostics import Diagnostic, Place, Span, warning
from pkoquiz.prose import shortened

_STAMP = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"\s*{_STAMP}\s*-->\s*{_STAMP}(?:\s|\Z)")
_EXAMPLE = "00:01:02.500 --> 00:01:05.000"
# A line meant as a timing: two time stamps with anything between them.
_TWO_STAMPS = re.compile(
    r"\s*+\d{1,4}:\d{1,2}[:.,\d]{0,12}\s*+\S{0,4}\s*+\d{1,4}:\d{1,2}[:.,\d]{0,12}\s*+\Z"
)
_NUMBER = re.compile(r"\s*\d{1,9}\s*\Z")
_COMMENT = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|\Z)")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*+)?\s++([^<>]*+)>")
_TAG = re.compile(
    r"</?(?:[cibuv]|ruby|rt|lang|font)(?:[.\s][^<>]*)?>|<\d{1,4}:[\d:.]{2,12}>", re.IGNORECASE
)
_OVERRIDE = re.compile(r"\{\\[^{}]*\}")
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|lrm|rlm|quot|apos|#\d{1,6}|#[xX][0-9a-fA-F]{1,5});")

NumberedLine = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a line, without markup; `voice` is the speaker named by a `<v …>` tag."""

    text: str
    line: int
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """A subtitle; `time` is its start and end in seconds, or None if the timing is unreadable."""

    words: tuple[Words, ...]
    time: tuple[float, float] | None


def cues_of(lines: Sequence[str], file: str) -> tuple[list[Cue], str, list[Diagnostic]]:
    """Return the cues, the title in the header of a WebVTT file, and what is wrong with timings."""
    header = lines[0].split(None, 1) if lines and lines[0].startswith("WEBVTT") else []
    cues: list[Cue] = []
    faults: list[Diagnostic] = []
    time: tuple[float, float] | None = None
    words: list[Words] = []

    def close() -> None:
        if words:
            cues.append(Cue(tuple(words), time))
            words.clear()

    for block in _blocks(lines, bool(header)):
        timed = False
        for index, (number, line) in enumerate(block):
            timing = _TIMING.match(line)
            meant = not timed and index <= 1 and ("-->" in line or _TWO_STAMPS.match(line))
            if not timing and not meant:
                words += _words(line, number)
                continue
            # The line above is the number of the cue, or in WebVTT any name: not text.
            if index and (_NUMBER.match(block[index - 1][1]) or (header and index == 1)):
                while words and words[-1].line == number - 1:
                    words.pop()
            close()
            time = _time(timing) if timing else None
            timed = True
            if time is None:
                message = f"not a timing: `{shortened(line, 60)}`"
                hint = f"write it as `{_EXAMPLE}`"
                faults.append(warning("PQ163", message, _place(file, number, line), hint))
            elif time[1] < time[0]:
                message = "the subtitle ends before it begins"
                hint = "correct the timing"
                faults.append(warning("PQ164", message, _place(file, number, line), hint))
                time = (time[0], time[0])
    close()
    return cues, header[1].strip(" -–—") if len(header) > 1 else "", faults


def _place(file: str, number: int, line: str) -> Place:
    return Place(file, span=Span.on_line(number, 1, len(line)))


def _blocks(lines: Sequence[str], vtt: bool) -> Iterator[list[NumberedLine]]:
    """Yield groups of lines, without header, comments, styles and lone cue numbers."""
    block: list[NumberedLine] = []
    lone_number: list[NumberedLine] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            block.append((number, line))
            continue
        if not block:
            continue
        first = block[0][1]
        if lone_number and "-->" not in first:
            yield lone_number
        lone_number = []
        if vtt and block[0][0] == 1:
            block = _after_header(block)
        timed = any(_TIMING.match(text) for _, text in block[:2])
        if len(block) == 1 and _NUMBER.match(first):
            # The number of a cue, with a blank line before its timing; or somebody counts aloud.
            lone_number = block
        elif block and not (vtt and _COMMENT.match(first) and not timed):
            yield block
        block = []
    if lone_number:
        yield lone_number


def _after_header(block: list[NumberedLine]) -> list[NumberedLine]:
    """Return the cue that follows the header without the required blank line, if any."""
    for index, (_, text) in enumerate(block):
        if _TIMING.match(text):
            return block[index:]
    return []


def _time(timing: re.Match[str]) -> tuple[float, float]:
    return _seconds(*timing.groups()[:4]), _seconds(*timing.groups()[4:])


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> float:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + int((fraction or "0").ljust(3, "0")) / 1000


def _words(line: str, number: int) -> Iterator[Words]:
    """Yield the words of a line, separately for each voice in it."""
    parts = _VOICE.split(line)  # text, voice, text, voice, text …
    for voice, part in zip(["", *parts[1::2]], parts[::2], strict=True):
        text = _OVERRIDE.sub("", _TAG.sub("", part))
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
        text = " ".join(text.replace("\u200e", "").replace("\u200f", "").split())
        if text:
            yield Words(text, number, " ".join(voice.split()))
