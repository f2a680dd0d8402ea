"""Subtitles (WebVTT, SubRip) into paragraphs: cues are cut for the screen, not for the reader.

A paragraph ends where the speaker changes, after a pause, or with a sentence once it is long enough. A cue of
nothing but `[Music]` is a passage by itself that nobody spoke, and interrupts no paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath

from pkoquiz.diagnostics import Place, error
from pkoquiz.model.passage import Section
from pkoquiz.transcript.cues import Cue, Words, cues_of
from pkoquiz.transcript.drafts import Draft, Reading, numbered
from pkoquiz.transcript.inline import finished
from pkoquiz.transcript.layout import Layout
from pkoquiz.transcript.slugs import slug_of

_ENOUGH = 60
"""Words after which the end of a sentence ends the paragraph."""
_TOO_MANY = 200
"""Words after which any cue's end does: automatic captions have no sentences."""
_DASH = re.compile(r"(?:[-–—‐]\s*|>>+\s*)(?=\S)")
_CAPITALS = re.compile(r"([^\W\d_a-z][^:a-z\n]{1,40}):(?:\s+|\Z)")
_NAME = re.compile(r"([^:\n]{1,60}):(?:\s+|\Z)")
_SOUND = re.compile(r"\[[^\[\]]*\]|\([^()]*\)|[♪♫]")
_ROLLING = 8
"""Lines: no caption window shows more at a time."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A line of a cue and who says it; `turn` where another speaker begins, whose name may be unknown."""

    text: str
    line: int
    time: tuple[float, float] | None
    speaker: str
    label: str
    turn: bool


def read(lines: Sequence[str], file: str, layout: Layout, layout_file: str) -> Reading:
    """One section of speech passages with times; of `layout`, title, speakers and pause are used."""
    cues, title, faults = cues_of(lines, file)
    name = PurePath(file).stem
    section = Section(slug_of(name, {}), layout.title or title or name)
    names = {short.casefold(): full for short, full in layout.speakers.items()}
    cues = _without_repeats(cues)
    spoken = [cue for cue in cues if not _is_sound(cue)]
    drafts = [
        *_paragraphs(_spoken(spoken, names), layout.pause),
        *(_sound(cue) for cue in cues if _is_sound(cue)),
    ]
    passages = numbered(section.slug, sorted(drafts, key=lambda draft: draft.lines[0]))
    if passages and not any(cue.time for cue in cues):
        hint = "subtitles have timings such as 00:01:02.500 --> 00:01:05.000; plain text is read as `markdown`"
        faults.append(error("PQ165", "no subtitle with a timing was found", Place(file), hint))
    return (section,), passages, faults


def _without_repeats(cues: list[Cue]) -> list[Cue]:
    """`cues` without the lines that rolling captions show again above the new one.

    People do say the same words twice, so repeats go only from files in which every third cue has some.
    """
    shared = [0, *(_overlap(one, two) for one, two in pairwise(cues))]
    if 3 * sum(1 for count in shared if count) < max(len(cues) - 1, 1):
        return cues
    return [Cue(cue.words[count:], cue.time) for cue, count in zip(cues, shared, strict=True)]


def _overlap(one: Cue, two: Cue) -> int:
    """How many lines at the head of `two` are those at the end of `one`, shown still."""
    if one.time and two.time and two.time[0] - one.time[1] > 0.5:
        return 0
    tail = [words.text for words in one.words[-_ROLLING:]]
    head = [words.text for words in two.words[:_ROLLING]]
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


def _spoken(cues: list[Cue], names: Mapping[str, str]) -> Iterator[_Spoken]:
    speaker = label = ""
    begun = False
    for cue in cues:
        for words in cue.words:
            turn, name, text = _speaker(words, names)
            if turn and (name != label or not name):
                # Otherwise it is the same voice again: the tag is repeated in every cue.
                speaker, label, begun = names.get(name.casefold(), name), name, True
            if text:
                yield _Spoken(text, words.line, cue.time, speaker, label, begun)
                begun = False


def _speaker(words: Words, names: Mapping[str, str]) -> tuple[bool, str, str]:
    """Whether another speaker begins with this line, the name if it is told, and the rest of the line."""
    if words.voice:
        return True, words.voice, words.text
    dash = _DASH.match(words.text)
    text = words.text[dash.end() :] if dash else words.text
    found = _NAME.match(text)
    if found and found[1].strip().casefold() in names:
        return True, found[1].strip(), text[found.end() :]
    found = _CAPITALS.match(text)
    if found and found[1].isupper():
        return True, found[1].strip(), text[found.end() :]
    return dash is not None, "", text


def _paragraphs(spoken: Iterator[_Spoken], pause: float) -> Iterator[Draft]:
    kept: list[_Spoken] = []
    count = turn = 0
    for part in spoken:
        if kept and (part.turn or _ends(kept[-1], part, count, pause)):
            yield _paragraph(kept, turn)
            kept, count = [], 0
        if part.turn:
            turn += 1
        kept.append(part)
        count += len(part.text.split())
    if kept:
        yield _paragraph(kept, turn)


def _ends(last: _Spoken, part: _Spoken, count: int, pause: float) -> bool:
    if last.time and part.time and part.time[0] - last.time[1] > pause:
        return True
    if last.time == part.time and last.time is not None:
        return False  # within one cue
    return count >= _TOO_MANY or (count >= _ENOUGH and finished(last.text))


def _paragraph(kept: list[_Spoken], turn: int) -> Draft:
    times = [part.time for part in kept if part.time]
    cues: list[tuple[int, float]] = []
    offset = 0
    for part in kept:
        if part.time and (not cues or cues[-1][1] != part.time[0]):
            cues.append((offset, part.time[0]))
        offset += len(part.text) + 1
    return Draft(
        kind="speech",
        text=" ".join(part.text for part in kept),
        lines=(kept[0].line, kept[-1].line),
        speaker=kept[0].speaker,
        label=kept[0].label,
        turn=turn,
        time=(times[0][0], max(end for _, end in times)) if times else None,
        cues=tuple(cues),
    )
