"""Read subtitles (WebVTT, SubRip) as paragraphs, since cues are cut for the screen.

A paragraph ends where the speaker changes, after a pause, or with a sentence once it is long
enough. A cue that only describes a sound, such as `[Music]`, is a separate passage that does not
interrupt a paragraph.

Speakers are named by voice tags, by capitals (`ADA:`), or by names that the layout lists. If most
subtitles begin with a name (`Ada Müller: Good morning`), as in those of Zoom, all such names count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pkoquiz.diagnostics import Diagnostic, Place, Span, error, warning
from pkoquiz.model.passage import Section
from pkoquiz.prose import quoted
from pkoquiz.transcript.cleaning import finished
from pkoquiz.transcript.cues import Cue, Words, cues_of
from pkoquiz.transcript.layout import Chapter, Layout
from pkoquiz.transcript.numbering import Draft, Reading
from pkoquiz.transcript.slugs import section_of_file

_ENOUGH = 60
"""After this many words, the end of a sentence ends the paragraph."""
_TOO_MANY = 200
"""After this many words, any cue ends the paragraph: automatic captions have no sentences."""
_DASH = re.compile(r"(?:[-–—‐]\s*|>>+\s*)(?=\S)")
_CAPITALS = re.compile(r"([^\W\d_a-z][^:：a-z\n]{1,40})(?::(?:\s+|\Z)|：\s*)")
_NAME = re.compile(r"([^:：\n]{1,60})(?::(?:\s+|\Z)|：\s*)")
_SOUND = re.compile(r"\[[^\[\]]*\]|\([^()]*\)|[♪♫]")
_FEW_NAMES = 4
"""Names used fewer times may be other words with a colon."""
_CAPTION_LINES = 8
"""The most lines that a caption window shows at a time."""
_SAME_TIME = 0.5
"""The most seconds between two captions of which the second repeats lines of the first."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A line of a cue, and its speaker."""

    text: str
    line: int
    time: tuple[float, float] | None
    speaker: str
    label: str
    turn: bool
    """Whether another speaker begins here; the name may be unknown."""


def read(lines: Sequence[str], file: str, layout: Layout, layout_file: str) -> Reading:
    """Read subtitles as one section or the layout's chapters, with its speakers and pause."""
    cues, title, faults = cues_of(lines, file)
    if cues and not any(cue.time for cue in cues):
        hint = "write timings such as `00:01:02.500 --> 00:01:05.000`, or `format: markdown`"
        faults = [error("PQ165", "no subtitle with a timing was found", Place(file), hint)]
    cues = _without_repeats(cues)
    names, unlisted = _names(cues, layout.full_names)
    faults += _unlisted(unlisted, file)
    begin, *groups = _divided(cues, layout.chapters)
    chapters = [
        (section_of_file(file, layout.title or title, {}), _drafts(begin, "", names, layout))
    ]
    for number, (chapter, group) in enumerate(zip(layout.chapters, groups, strict=True)):
        section = Section(chapter.slug, chapter.title, chapter.speaker, chapter.role)
        chapters.append((section, _drafts(group, chapter.speaker, names, layout)))
        if not group:
            message = f"chapter `{chapter.slug}` has no words: no subtitle begins in it"
            place = Place(layout_file, ("chapters", number, "starts"))
            hint = "correct its time; `pkoquiz passages` lists the times of the passages"
            faults.append(error("PQ156", message, place, hint))
    return [(section, drafts) for section, drafts in chapters if drafts], faults


def _divided(cues: Sequence[Cue], chapters: Sequence[Chapter]) -> list[list[Cue]]:
    """Return the cues before the first chapter, and those of each chapter."""
    groups: list[list[Cue]] = [[]]
    following = list(chapters)
    for cue in cues:
        while following and cue.time and cue.time[0] >= following[0].second:
            following.pop(0)
            groups.append([])
        groups[-1].append(cue)
    return groups + [[] for _ in following]


def _drafts(
    cues: Sequence[Cue], speaker: str, names: Mapping[str, str], layout: Layout
) -> list[Draft]:
    spoken = _spoken((cue for cue in cues if not _is_sound(cue)), speaker, names)
    drafts = [*_paragraphs(spoken, layout.pause), *map(_sound, filter(_is_sound, cues))]
    return sorted(drafts, key=lambda draft: draft.lines[0])


def _names(
    cues: Sequence[Cue], listed: Mapping[str, str]
) -> tuple[Mapping[str, str], dict[str, tuple[int, int]]]:
    """Return the names that begin subtitles (case-folded → full name), and doubtful names.

    If fewer than half of the subtitles begin with a name, names are doubtful, because words such as
    `Question:` look like names: name → (line of the first use, number of uses).
    """
    uses: dict[str, tuple[int, int]] = {}
    cues = [cue for cue in cues if cue.words]  # rolling captions repeat themselves
    for cue in cues:
        first = cue.words[0]
        label = None if first.voice or _is_sound(cue) else _NAME.match(first.text)
        if label and label[1].strip():
            line, count = uses.get(label[1].strip(), (first.line, 0))
            uses[label[1].strip()] = line, count + 1
    if len(cues) > 1 and 2 * sum(count for _, count in uses.values()) >= len(cues):
        names = {
            name.casefold(): name
            for name, (_, count) in uses.items()
            if count > 1 or _looks_like_a_name(name)
        }
        return {**names, **listed}, {}
    likely = {
        name: use
        for name, use in uses.items()
        if use[1] > 1
        and _looks_like_a_name(name)
        and name.casefold() not in listed
        and not name.isupper()
    }
    return listed, likely


def _looks_like_a_name(text: str) -> bool:
    """Return whether the first and last of a few words begin with a capital or digit: `Room 2`."""
    parts = text.split()
    return len(parts) <= 5 and not any(part[0].islower() for part in (parts[0], parts[-1]))


def _unlisted(names: Mapping[str, tuple[int, int]], file: str) -> Iterator[Diagnostic]:
    """PQ166: names that begin subtitles but are not listed, so that the speaker is unknown."""
    if sum(count for _, count in names.values()) >= _FEW_NAMES:
        name, (line, _) = next(iter(names.items()))
        message = f"{quoted(f'{name}:' for name in [*names][:5])} may name speakers"
        hint = f"if so, list them in the layout: `speakers: {{{name}: {name}}}`"
        yield warning("PQ166", message, Place(file, span=Span.on_line(line)), hint)


def _without_repeats(cues: list[Cue]) -> list[Cue]:
    """Return `cues` without the lines that rolling captions repeat above each new line.

    People sometimes repeat themselves, so repeats are removed only if a third of the cues have any.
    """
    repeated = [0, *(_repeated_lines(one, two) for one, two in pairwise(cues))]
    if 3 * sum(1 for count in repeated if count) < max(len(cues) - 1, 1):
        return cues
    return [Cue(cue.words[count:], cue.time) for cue, count in zip(cues, repeated, strict=True)]


def _repeated_lines(one: Cue, two: Cue) -> int:
    """Return how many of the first lines of `two` are the last lines of `one`, still shown."""
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


def _spoken(cues: Iterable[Cue], speaker: str, names: Mapping[str, str]) -> Iterator[_Spoken]:
    label = ""
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
    """Return whether another speaker begins here, the name if given, and the rest of the line."""
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
    """Return whether a paragraph of `count` words ends between these lines."""
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
