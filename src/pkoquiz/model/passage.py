"""Transcripts as data: sections of passages, each with an id, a speaker and a fingerprint."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

from pkoquiz.diagnostics import Place
from pkoquiz.words import words

Kind = Literal[
    "heading",
    "speech",
    "slide",
    "question",
    "answer",
    "footnote",
    "bio",
    "programme",
    "toc",
    "sound",
]
"""The kind of a passage; a `sound` is a description such as `[Music]` in subtitles."""

SPOKEN: frozenset[str] = frozenset({"speech", "question", "answer"})
"""The kinds of passages that were spoken."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The smallest citable piece of a transcript: a spoken paragraph, a slide, a heading …

    `id` is `<section>.<kind letter><ordinal>`, e.g. `gordon-keynote.p012`. `lines` are the first
    and last line in the file (from 1, inclusive). `text` has no markup, and split paragraphs are
    joined with a space.
    """

    id: str
    section: str
    speaker: str
    kind: Kind
    text: str
    lines: tuple[int, int]
    fingerprint: str
    label: str = ""
    """The label as printed: `Q1`, `A1`, `Comment (Gordon)`."""
    turn: int = 0
    """The number of the turn in a discussion, from 1; 0 outside discussions."""
    level: int = 0
    """The level of a heading: 0 for a title, then 1, 2, 3."""
    joins: tuple[tuple[int, int], ...] = ()
    """Pairs of lines between which a sentence was cut and has been joined."""
    pages: tuple[int, int] | None = None
    """The first and last page of the printed original that it may be on, if known."""
    footnotes: tuple[int, ...] = ()
    """The numbers of the footnotes it refers to."""
    time: tuple[float, float] | None = None
    """For subtitles, the start and the end in seconds."""
    cues: tuple[tuple[int, float], ...] = ()
    """For subtitles, the offset in `text` at which each cue begins, and the second."""

    def heard(self, offset: int) -> float | None:
        """Return the second at which the cue at `offset` in the text begins, if there are times."""
        index = bisect_right(self.cues, offset, key=lambda cue: cue[0])
        return self.cues[index - 1][1] if index else self.time and self.time[0]


@dataclass(frozen=True, slots=True)
class Section:
    """A talk, a discussion or a chapter; its passages' ids begin with its slug."""

    slug: str
    title: str
    speaker: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Erratum:
    """Words of the transcript that are wrong, contradicted, dated, a claim, or mistyped.

    `kind` is F factual, C contradiction, D dated, O opinion or claim, T transcription. If the
    editor has decided how questions may use the words, `do` begins with AVOID, NOTE, OK-FIX or
    ATTR.
    """

    passage: str
    words: str
    right: str
    kind: Literal["F", "C", "D", "O", "T"]
    do: str = ""
    why: str = ""
    sureness: str = ""
    line: int = 0
    place: Place = field(default_factory=lambda: Place(""))
    """Where it was written."""

    @property
    def blocks(self) -> bool:
        """Whether a quote that overlaps these words needs a note or an attribution."""
        return self.kind in "FC" or self.do.startswith("AVOID")


@dataclass(frozen=True, slots=True)
class Transcript:
    """A transcript in which every word of the file is in exactly one passage, in order."""

    file: str
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    errata: tuple[Erratum, ...] = ()
    citation: str = ""
    """How to cite the whole work; printed on exports."""
    rights: str = ""
    digest: str = ""
    """The sha256 of the file, hexadecimal."""


def clock(seconds: float) -> str:
    """Return seconds as `01:02:03`."""
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def fingerprint(text: str) -> str:
    """Return 8 hexadecimal digits for the words of `text`; punctuation and case are ignored."""
    return hashlib.sha256(" ".join(words(text)).encode()).hexdigest()[:8]
