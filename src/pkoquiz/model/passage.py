"""What a transcript is: sections of passages, each with an id, a speaker and a fingerprint. Data only."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

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
"""What a passage is; `speech`, `question` and `answer` were spoken aloud, a `sound` is `[Music]` in subtitles."""

SPOKEN: frozenset[str] = frozenset({"speech", "question", "answer"})


@dataclass(frozen=True, slots=True)
class Passage:
    """The smallest citable piece of a transcript: a spoken paragraph, a slide, a heading …

    `id` is `<section>.<kind letter><ordinal>`, e.g. `gordon-keynote.p012`; `lines` are the first and
    last line in the file (1-based, inclusive); `text` is clean: markup dropped, split paragraphs
    joined with one space.
    """

    id: str
    section: str
    speaker: str
    kind: Kind
    text: str
    lines: tuple[int, int]
    fingerprint: str
    label: str = ""
    """As printed: `Q1`, `A1`, `Comment (Gordon)`."""
    turn: int = 0
    """Number of the turn in a discussion, from 1; 0 outside discussions."""
    level: int = 0
    """Of a heading: 0 for a title, then 1, 2, 3."""
    joins: tuple[tuple[int, int], ...] = ()
    """Pairs of lines between which a sentence was cut and joined again."""
    pages: tuple[int, int] | None = None
    """Bounds of the page in the printed original, where they can be known."""
    footnotes: tuple[int, ...] = ()
    time: tuple[float, float] | None = None
    """Of subtitles: start and end in seconds."""
    cues: tuple[tuple[int, float], ...] = ()
    """Of subtitles: where in `text` each cue begins, and at which second."""

    def heard(self, offset: int) -> float | None:
        """The second at which the cue begins that the character at `offset` stands in, where there are times."""
        at = bisect_right(self.cues, offset, key=lambda cue: cue[0])
        return self.cues[at - 1][1] if at else self.time and self.time[0]


@dataclass(frozen=True, slots=True)
class Section:
    """A talk, a discussion, a chapter: `slug` is the first part of its passages' ids."""

    slug: str
    title: str
    speaker: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Erratum:
    """Words of the transcript that are wrong, contradicted, dated, a claim, or mistyped.

    `kind` is F factual, C contradiction, D dated, O opinion or claim, T transcription; `do` begins with
    AVOID, NOTE, OK-FIX or ATTR where the editor decided what an item may do with the words.
    """

    passage: str
    words: str
    right: str
    kind: Literal["F", "C", "D", "O", "T"]
    do: str = ""
    why: str = ""
    sureness: str = ""
    line: int = 0

    @property
    def blocks(self) -> bool:
        """Whether a quote overlapping these words needs a note or an attribution."""
        return self.kind in "FC" or self.do.startswith("AVOID")


@dataclass(frozen=True, slots=True)
class Transcript:
    """One transcript, read: every word of the file is in exactly one passage, in order."""

    file: str
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    errata: tuple[Erratum, ...] = ()
    citation: str = ""
    """How to cite the whole work, printed on exports."""
    rights: str = ""
    digest: str = ""
    """sha256 of the file, hexadecimal."""


def clock(seconds: float) -> str:
    """Seconds as `01:02:03`."""
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def fingerprint(text: str) -> str:
    """8 hexadecimal digits over the words of `text`; punctuation, quotation marks and case are ignored."""
    return hashlib.sha256(" ".join(words(text)).encode()).hexdigest()[:8]
