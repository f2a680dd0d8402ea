"""Is the quote in the passage? Verbatim, with words left out, moved to another passage or over two, changed, missing.

Typographic variants of quotation marks, dashes and white space count as the same; letters, case and
all other punctuation must agree. In a quote, `…` or `...` leaves words out and `[…]` inserts an editor's words.
Looking for many lost quotes is one pass over all passages, never quotes times passages.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Literal

from pkoquiz.model.passage import SPOKEN, Erratum, Passage
from pkoquiz.words import WORD, has_words, occurrences, words

Status = Literal["exact", "elided", "moved", "across", "changed", "missing"]

_FOLD = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
_SPACE = re.compile(r"\s+")
_ELISION = re.compile(r"\s*\[?(?:…|\.\.\.)\]?\s*")
_INSERTION = re.compile(r"\s*\[[^\[\]]*\]")
_SHINGLE = 5
_ENOUGH = 0.6
"""Share of a quote's words that must stand in a passage for it to be called a changed version of it."""

_CANDIDATES = 64
"""Passages remembered for each run of words: more of them say nothing about where a quote went."""

_NEIGHBOURS = 2
"""Passages on either side among which a quote is looked for that runs from one into the next."""

_STRETCH = 20_000
"""Characters of neighbouring passages beyond which nobody looks for a quote that runs over them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a quote. `spans` are character ranges in the passage's text, one for each quoted stretch."""

    status: Status
    spans: tuple[tuple[int, int], ...] = ()
    passages: tuple[str, ...] = ()
    """Where it was found instead (`moved`), from where to where it runs (`across`), or what resembles it."""
    differences: tuple[tuple[str, str], ...] = ()
    """Of a changed quote: (words in the quote, words in the passage)."""
    reads: str = ""
    """Of a changed quote: the passage's own words where it would stand."""


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Text with its typographic variants made alike and white space as single blanks."""
    return _SPACE.sub(" ", text.translate(_FOLD)).strip()


def find(quote: str, text: str) -> Finding | None:
    """The quote's place in a passage's text, or None when it is not there."""
    if not has_words(quote):
        return None  # a full stop proves nothing
    folded = fold(text)
    stretches = _locate([fold(quote)], folded)
    status: Status = "exact"
    if stretches is None:
        parts = _parts(quote)
        if not parts:
            return None
        stretches = _locate(parts, folded)
        status = "elided" if len(parts) > 1 else "exact"
    if stretches is None:
        return None
    return Finding(status, _unfold(text, stretches))


def find_all(wanted: Sequence[tuple[str, str]], passages: Mapping[str, Passage]) -> list[Finding]:
    """What became of each (passage id, quote): first in its own passage, then, in one pass, in all others."""
    found: list[Finding | None] = []
    lost: dict[str, None] = {}
    for passage, quote in wanted:
        home = passages.get(passage)
        finding = find(quote, home.text) if home else None
        found.append(finding)
        if finding is None:
            lost[quote] = None
    if not lost:
        return [finding for finding in found if finding is not None]
    elsewhere = _resembling(list(lost), passages)
    lanes = _lanes(passages)
    return [
        finding
        if finding is not None
        else _explain(quote, passages.get(passage), elsewhere[quote], passages, lanes)
        for finding, (passage, quote) in zip(found, wanted, strict=True)
    ]


def slips_under(
    spans: Sequence[tuple[int, int]], passage: Passage, errata: Iterable[Erratum]
) -> Iterator[Erratum]:
    """The known slips of a passage that ranges of its text share a character with, wherever in it they stand."""
    for erratum in errata:
        slips = occurrences(erratum.words, passage.text)
        if any(
            start < end_of_slip and slip < end
            for start, end in spans
            for slip, end_of_slip in slips
        ):
            yield erratum


def pieces(quote: str) -> list[str]:
    """A quote's stretches between the words left out, without an editor's insertions."""
    stretches = (_INSERTION.sub("", part) for part in _ELISION.split(quote))
    return [stretch for stretch in stretches if has_words(stretch)]


def unquoted(quote: str) -> str:
    """What stands between quotation marks that enclose a whole quote; "" where none do."""
    core = quote.strip().rstrip(".,;:")
    enclosed = len(core) > 2 and all(mark.translate(_FOLD) in "'\"" for mark in (core[0], core[-1]))
    return core[1:-1].strip() if enclosed else ""


def _parts(quote: str) -> list[str]:
    return [fold(stretch) for stretch in pieces(quote)]


def _locate(parts: Sequence[str], folded: str) -> list[tuple[int, int]] | None:
    """Each part behind the one before it, beginning and ending at word boundaries."""
    spans = []
    at = 0
    for part in parts:
        if not part:
            return None
        start = folded.find(part, at)
        while start >= 0 and not _whole_words(folded, start, start + len(part)):
            start = folded.find(part, start + 1)
        if start < 0:
            return None
        spans.append((start, start + len(part)))
        at = start + len(part)
    return spans


def _whole_words(text: str, start: int, end: int) -> bool:
    begins = start == 0 or not (text[start].isalnum() and text[start - 1].isalnum())
    ends = end == len(text) or not (text[end - 1].isalnum() and text[end].isalnum())
    return begins and ends


def _unfold(text: str, spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges in the folded text as ranges in the text itself."""
    if len(fold(text)) == len(text):
        return tuple(spans)
    offsets: list[int] = []
    blank = True
    for index, character in enumerate(text):
        if not character.isspace() or not blank:
            offsets.append(index)
        blank = character.isspace()
    return tuple((offsets[start], offsets[end - 1] + 1) for start, end in spans)


def _resembling(
    quotes: Sequence[str], passages: Mapping[str, Passage]
) -> dict[str, list[tuple[float, str]]]:
    """For each quote the passages that share runs of words with it: (share of its runs, passage id), best first."""
    runs: dict[str, set[tuple[str, ...]]] = {}
    wanted: dict[int, dict[tuple[str, ...], list[str]]] = {}
    for quote in quotes:
        own = set()
        for stretch in _ELISION.split(quote):
            spoken = words(_INSERTION.sub(" ", stretch))
            size = min(_SHINGLE, len(spoken))
            own |= (
                {tuple(spoken[at : at + size]) for at in range(len(spoken) - size + 1)}
                if size
                else set()
            )
        runs[quote] = own
        for run in own:
            wanted.setdefault(len(run), {}).setdefault(run, [])
    for name, passage in passages.items():
        spoken = words(passage.text)
        for size, table in wanted.items():
            for run in {
                tuple(spoken[at : at + size]) for at in range(len(spoken) - size + 1)
            } & table.keys():
                holders = table[run]
                if len(holders) < _CANDIDATES:
                    holders.append(name)
    result = {}
    for quote, own in runs.items():
        counts: dict[str, int] = {}
        for run in own:
            for holder in wanted[len(run)][run]:
                counts[holder] = counts.get(holder, 0) + 1
        ranked = sorted(
            ((count / len(own), name) for name, count in counts.items()),
            key=lambda each: (-each[0], each[1]),
        )
        result[quote] = ranked[:_CANDIDATES]
    return result


_Lane = tuple[list[str], dict[str, int]]
"""Passage ids in order, and where each stands."""


def _lanes(passages: Mapping[str, Passage]) -> tuple[_Lane, ...]:
    """All passages, and the spoken ones: a slide between two paragraphs does not interrupt the speaker."""
    orders = (
        list(passages),
        [name for name, passage in passages.items() if passage.kind in SPOKEN],
    )
    return tuple((order, {name: at for at, name in enumerate(order)}) for order in orders)


def _explain(
    quote: str,
    home: Passage | None,
    others: Sequence[tuple[float, str]],
    passages: Mapping[str, Passage],
    lanes: Sequence[_Lane],
) -> Finding:
    moved = [
        name
        for _, name in others
        if (home is None or name != home.id) and find(quote, passages[name].text)
    ]
    if moved:
        here = home.section if home else ""
        near = [name for name in moved if passages[name].section == here]
        return Finding("moved", passages=tuple(near if len(near) == 1 else moved))
    likely = list(dict.fromkeys([*([home.id] if home else []), *(name for _, name in others[:3])]))
    if parts := _parts(quote):
        for name in likely:
            for lane in lanes:
                if (ends := _across(parts, name, passages, lane)) is not None:
                    return Finding("across", passages=ends)
    for name in likely:
        if (compared := _compared(quote, passages[name].text)) is not None:
            differences, reads = compared
            return Finding("changed", passages=(name,), differences=differences, reads=reads)
    return Finding("missing", passages=tuple(name for share, name in others[:1] if share >= 0.2))


def _across(
    parts: Sequence[str], name: str, passages: Mapping[str, Passage], lane: _Lane
) -> tuple[str, str] | None:
    """The first and the last of the passages around `name` over which the parts run, if they do."""
    order, place = lane
    if name not in place:
        return None
    at = place[name]
    around = [
        each
        for each in order[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS + 1]
        if passages[each].section == passages[name].section
    ]
    if sum(len(passages[each].text) for each in around) > _STRETCH:
        return None
    texts = [fold(passages[each].text) for each in around]
    stretches = _locate(parts, " ".join(texts))
    if stretches is None:
        return None
    ends = list(accumulate(len(text) + 1 for text in texts))
    first, last = bisect_right(ends, stretches[0][0]), bisect_right(ends, stretches[-1][1] - 1)
    return (around[first], around[last]) if first < last else None


def _compared(quote: str, text: str) -> tuple[tuple[tuple[str, str], ...], str] | None:
    """The differences, (quote's words, passage's words), and what the passage has in the quote's place.

    None when they have too little in common.
    """
    asked: list[str] = []
    left_out = set()
    for stretch in _ELISION.split(quote):
        left_out.add(len(asked))
        asked += _INSERTION.sub("", stretch).split()
    spoken = text.split()
    if not asked or len(spoken) > 5_000:
        return None
    matcher = difflib.SequenceMatcher(
        None, [_bare(word) for word in asked], [_bare(word) for word in spoken], autojunk=False
    )
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if sum(block.size for block in blocks) < _ENOUGH * len(asked):
        return None
    # Only what lies within the matched stretch differs; the passage's other words were never quoted.
    first, last = blocks[0], blocks[-1]
    start = max(0, first.b - first.a)
    end = min(len(spoken), last.b + last.size + len(asked) - last.a - last.size)
    stretch_read = spoken[start:end]
    inner = difflib.SequenceMatcher(
        None,
        [word.translate(_FOLD) for word in asked],
        [word.translate(_FOLD) for word in stretch_read],
        autojunk=False,
    )
    differences = tuple(
        (" ".join(asked[a:b]), " ".join(stretch_read[c:d]))
        for kind, a, b, c, d in inner.get_opcodes()
        if kind != "equal"
        and not (kind == "insert" and a in left_out)
        # A quote may end where the sentence goes on, so a last comma or stop is no difference.
        and not (
            b == len(asked)
            and fold(" ".join(stretch_read[c:d])).rstrip(".,;:!?") == fold(" ".join(asked[a:b]))
        )
    )
    return differences, " ".join(stretch_read)


def _bare(word: str) -> str:
    return "".join(WORD.findall(word.casefold())) or word.translate(_FOLD)
