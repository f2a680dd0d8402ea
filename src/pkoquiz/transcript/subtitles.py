"""Read subtitles (WebVTT, SubRip) as paragraphs: cues are cut for the screen, not for readers.

A paragraph ends where the speaker changes, after a pause, or with a sentence once it is long
enough. A cue that only describes a sound, such as `[Music]`, is a passage of its own that
interrupts no paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pkoquiz.diagnostics import Place, error
from pkoquiz.transcript.cleaning import finished
from pkoquiz.transcript.cues import Cue, Words, cues_of
from pkoquiz.transcript.layout import Layout
from pkoquiz.transcript.numbering import Draft, Reading
from pkoquiz.transcript.slugs import section_of_file

_ENOUGH = 60
"""Words after which the end of a sentence ends the paragraph."""
_TOO_MANY = 200
"""Words after which the end of any cue does: automatic captions have no sentences."""
_DASH = re.compile(r"(?:[-–—‐]\s*|>>+\s*)(?=\S)")
_CAPITALS = re.compile(r"([^\W\d_a-z][^:a-z\n]{1,40}):(?:\s+|\Z)")
_NAME = re.compile(r"([^:\n]{1,60}):(?:\s+|\Z)")
_SOUND = re.compile(r"\[[^\[\]]*\]|\([^()]*\)|[♪♫]")
_CAPTION_LINES = 8
"""No caption window shows more lines at a time."""
_SAME_TIME = 0.5
"""Seconds between two captions up to which the second one may repeat lines of the first."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A line of a cue and who says it."""

    text: str
    line: int
    time: tuple[float, float] | None
    speaker: str
    label: str
    turn: bool
    """Whether another speaker begins here; the name may be unknown."""


def read(lines: Sequence[str], file: str, layout: Layout, layout_file: str) -> Reading:
    """Read subtitles as one section, with title, speakers and pause from the layout."""
    cues, title, faults = cues_of(lines, file)
    if cues and not any(cue.time for cue in cues):
        hint = "write timings such as `00:01:02.500 --> 00:01:05.000`, or `format: markdown`"
        faults = [error("PQ165", "no subtitle with a timing was found", Place(file), hint)]
    cues = _without_repeats(cues)
    spoken = _spoken((cue for cue in cues if not _is_sound(cue)), layout.full_names)
    drafts = [*_paragraphs(spoken, layout.pause), *map(_sound, filter(_is_sound, cues))]
    drafts.sort(key=lambda draft: draft.lines[0])
    return [(section_of_file(file, layout.title or title, {}), drafts)], faults


def _without_repeats(cues: list[Cue]) -> list[Cue]:
    """`cues` without the lines that rolling captions show again above each new one.

    People do say the same words twice, so repeats are removed only if every third cue has some.
    """
    repeated = [0, *(_repeated_lines(one, two) for one, two in pairwise(cues))]
    if 3 * sum(1 for count in repeated if count) < max(len(cues) - 1, 1):
        return cues
    return [Cue(cue.words[count:], cue.time) for cue, count in zip(cues, repeated, strict=True)]


def _repeated_lines(one: Cue, two: Cue) -> int:
    """How many of the first lines of `two` are the last lines of `one`, still shown."""
    if one.time and two.time and two.time[0] - one.time[1] > _SAME_TIME:
        return 0
    tail = [words.text for words in one.words[-_CAPTION_LINES:]]
    head = [words.text for words in two.words[:_CAPTION_LINES]]
    for count in range(min(len(tail), len(head)), 0, -1):
        if tail[-count:] == head[:count]:
            return count
    return 0


def _is_sound(cue: Cue) -> bool:
    text = " ".join(words.text for words in cue.words)
    return bool(_SOUND.search(text)) and not _SOUND.sub("", text).strip(" -–—‐>")


def _sound(cue: Cue) -> Draft:
    text = " ".join(words.text for words in cue.words)
    return Draft("sound", text, (cue.words[0].line, cue.words[-1].line), time=cue.time)


def _spoken(cues: Iterable[Cue], names: Mapping[str, str]) -> Iterator[_Spoken]:
    speaker = label = ""
    turn = False
    for cue in cues:
        for words in cue.words:
            begins, name, text = _speaker(words, names)
            if begins and (name != label or not name):
                # Otherwise the same speaker continues: voice tags are repeated in every cue.
                speaker, label, turn = names.get(name.casefold(), name), name, True
            if text:
                yield _Spoken(text, words.line, cue.time, speaker, label, turn)
                turn = False


def _speaker(words: Words, names: Mapping[str, str]) -> tuple[bool, str, str]:
    """Whether another speaker begins here, the name if given, and the rest of the line."""
    if words.voice:
        return True, words.voice, words.text
    dash = _DASH.match(words.text)
    text = words.text[dash.end() :] if dash else words.text
    listed, capitals = _NAME.match(text), _CAPITALS.match(text)
    if listed and listed[1].strip().casefold() in names:
        return True, listed[1].strip(), text[listed.end() :]
    if capitals and capitals[1].isupper():
        return True, capitals[1].strip(), text[capitals.end() :]
    return dash is not None, "", text


def _paragraphs(spoken: Iterable[_Spoken], pause: float) -> Iterator[Draft]:
    parts: list[_Spoken] = []
    count = turn = 0
    for part in spoken:
        if parts and (part.turn or _ends(parts[-1], part, count, pause)):
            yield _paragraph(parts, turn)
            parts, count = [], 0
        if part.turn:
            turn += 1
        parts.append(part)
        count += len(part.text.split())
    if parts:
        yield _paragraph(parts, turn)


def _ends(last: _Spoken, following: _Spoken, count: int, pause: float) -> bool:
    """Whether a paragraph of `count` words ends between these lines."""
    if last.time and following.time:
        if following.time[0] - last.time[1] > pause:
            return True
        if last.time == following.time:
            return False  # within one cue
    return count >= _TOO_MANY or (count >= _ENOUGH and finished(last.text))


def _paragraph(parts: Sequence[_Spoken], turn: int) -> Draft:
    times = [part.time for part in parts if part.time]
    cues: list[tuple[int, float]] = []
    offset = 0
    for part in parts:
        if part.time and (not cues or cues[-1][1] != part.time[0]):
            cues.append((offset, part.time[0]))
        offset += len(part.text) + 1
    return Draft(
        kind="speech",
        text=" ".join(part.text for part in parts),
        lines=(parts[0].line, parts[-1].line),
        speaker=parts[0].speaker,
        label=parts[0].label,
        turn=turn,
        time=(times[0][0], max(end for _, end in times)) if times else None,
        cues=tuple(cues),
    )
