"""Find a quote in a passage: verbatim, or with words omitted.

Typographic variants of quotation marks, dashes and white space count as equal; letters, case and
all other punctuation must match. In a quote, `…` or `...` omits words and `[…]` adds an editor's
words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pkoquiz.model.passage import Erratum, Passage
from pkoquiz.words import divides, has_words, occurrences

Status = Literal["exact", "elided", "moved", "across", "changed", "missing"]
"""`elided`: found with words omitted; `across`: runs from one passage into another."""

VARIANTS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
"""Quotation marks and dashes → the plain sign."""

_OMISSION = re.compile(r"\[?(?:…|\.\.\.)\]?")
_INSERTION = re.compile(r"(?<!\s)\s*+\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of searching for a quote."""

    status: Status
    spans: tuple[tuple[int, int], ...] = ()
    """If found: the character range of each stretch of the quote in the passage's text."""
    passages: tuple[str, ...] = ()
    """If lost: the passages it moved to, the first and last it runs across, or the most similar."""
    differences: tuple[tuple[str, str], ...] = ()
    """If changed: (words of the quote, words of the passage)."""
    reads: str = ""
    """If changed: the words of the passage where the quote should be."""


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return `text` with plain quotation marks and dashes, and single spaces for white space."""
    return " ".join(text.translate(VARIANTS).split())


def find(quote: str, text: str) -> Finding | None:
    """Return where the quote is in the text of a passage, or None if it is not in it."""
    if not has_words(quote):
        return None  # punctuation alone proves nothing
    folded = fold(text)
    if spans := locate([fold(quote)], folded):
        return Finding("exact", _unfolded(text, spans))
    parts = [fold(stretch) for stretch in pieces(quote)]
    if spans := locate(parts, folded):
        return Finding("elided" if len(parts) > 1 else "exact", _unfolded(text, spans))
    return None


def slips_under(
    spans: Sequence[tuple[int, int]], passage: Passage, errata: Iterable[Erratum]
) -> Iterator[Erratum]:
    """Yield the errata of a passage whose words overlap any of these ranges of its text."""
    for erratum in errata:
        if any(occurrences(erratum.words, passage.text, span) for span in spans):
            yield erratum


def stretches(quote: str) -> list[str]:
    """Return the parts of a quote between omissions, without an editor's insertions."""
    return [_INSERTION.sub("", stretch.strip()) for stretch in _OMISSION.split(quote)]


def pieces(quote: str) -> list[str]:
    """Return the stretches of a quote that contain words."""
    return [stretch for stretch in stretches(quote) if has_words(stretch)]


def unquoted(quote: str) -> str:
    """Return the inside of quotation marks around a whole quote, or an empty text without them."""
    core = quote.strip().rstrip(".,;:")
    marks = (core[0], core[-1]) if len(core) > 2 else ("",)
    enclosed = all(mark.translate(VARIANTS) in ("'", '"') for mark in marks)
    return core[1:-1].strip() if enclosed else ""


def locate(parts: Sequence[str], folded: str) -> list[tuple[int, int]]:
    """Return the range of each part in a folded text, or an empty list if any is missing.

    Each part comes after the one before it, and begins and ends at a word boundary.
    """
    spans: list[tuple[int, int]] = []
    end = 0
    for part in parts:
        start = folded.find(part, end) if part else -1
        while start >= 0 and not (divides(folded, start) and divides(folded, start + len(part))):
            start = folded.find(part, start + 1)
        if start < 0:
            return []
        end = start + len(part)
        spans.append((start, end))
    return spans


def _unfolded(text: str, spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return ranges of the folded text as ranges of the text itself."""
    if len(fold(text)) == len(text):
        return tuple(spans)
    offsets: list[int] = []
    after_space = True
    for offset, character in enumerate(text):
        if not (character.isspace() and after_space):
            offsets.append(offset)
        after_space = character.isspace()
    return tuple((offsets[start], offsets[end - 1] + 1) for start, end in spans)
