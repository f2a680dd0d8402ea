"""Explain quotes that are not in their passage: moved, across two passages, changed or missing.

All lost quotes are searched for in a single pass over the passages.
"""

from __future__ import annotations

import difflib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from pkoquiz.model.passage import SPOKEN, Passage
from pkoquiz.quotes.find import VARIANTS, Finding, find, fold, locate, pieces, stretches
from pkoquiz.words import WORD, words

_RUN = 5
"""The number of words in a run. Passages that share runs with a quote resemble it."""

_CANDIDATES = 64
"""The most passages for each run: a run in more passages does not identify the source."""

_LIKELY = 3
"""How many of the most similar passages are compared with a lost quote word by word."""

_SIMILAR = 0.2
"""The share of a quote's runs that a passage must contain to be mentioned as similar."""

_CHANGED = 0.6
"""The share of a quote's words that a passage must contain to count as its changed version."""

_LONGEST_COMPARED = 5_000
"""Passages with more words are not compared word by word."""

_NEIGHBOURS = 2
"""How many passages on either side are searched for a quote that runs across passages."""

_LONGEST_ACROSS = 20_000
"""Longer stretches of passages, in characters, are not searched for it."""

Run = tuple[str, ...]
Similar = Sequence[tuple[float, str]]
"""(share of the quote's runs, passage id), best first."""

Lane = tuple[list[str], dict[str, int]]
"""Passage ids in order, and the index of each."""


def find_all(wanted: Sequence[tuple[str, str]], passages: Mapping[str, Passage]) -> list[Finding]:
    """Return the finding for each (passage id, quote), searching that passage and then all."""
    findings = [
        find(quote, passages[name].text) if name in passages else None for name, quote in wanted
    ]
    lost = [quote for finding, (_, quote) in zip(findings, wanted, strict=True) if finding is None]
    similar = _similar(dict.fromkeys(lost), passages) if lost else {}
    lanes = _lanes(passages) if lost else ()
    return [
        finding or _explained(quote, passages.get(name), similar[quote], passages, lanes)
        for finding, (name, quote) in zip(findings, wanted, strict=True)
    ]


def _similar(quotes: Iterable[str], passages: Mapping[str, Passage]) -> dict[str, Similar]:
    """Return, for each quote, the passages that share runs of words with it."""
    runs = {quote: _runs_of(quote) for quote in quotes}
    holders: dict[Run, list[str]] = {run: [] for own in runs.values() for run in own}
    lengths = {len(run) for run in holders}
    for name, passage in passages.items():
        spoken = words(passage.text)
        for length in lengths:
            for run in _runs(spoken, length) & holders.keys():
                if len(holders[run]) < _CANDIDATES:
                    holders[run].append(name)
    similar: dict[str, Similar] = {}
    for quote, own in runs.items():
        counts = Counter(name for run in own for name in holders[run])
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        similar[quote] = [(count / len(own), name) for name, count in ranked[:_CANDIDATES]]
    return similar


def _runs_of(quote: str) -> set[Run]:
    """Return the runs of a quote; a stretch shorter than a run counts as one."""
    spoken = [words(stretch) for stretch in pieces(quote)]
    return {run for stretch in spoken for run in _runs(stretch, min(_RUN, len(stretch)))}


def _runs(spoken: Sequence[str], length: int) -> set[Run]:
    return {tuple(spoken[at : at + length]) for at in range(len(spoken) - length + 1)}


def _lanes(passages: Mapping[str, Passage]) -> tuple[Lane, ...]:
    """Return all passages, and the spoken ones, since a slide does not interrupt a speaker."""
    spoken = [name for name, passage in passages.items() if passage.kind in SPOKEN]
    return tuple(
        (names, {name: index for index, name in enumerate(names)})
        for names in (list(passages), spoken)
    )


def _explained(
    quote: str,
    home: Passage | None,
    similar: Similar,
    passages: Mapping[str, Passage],
    lanes: Sequence[Lane],
) -> Finding:
    own = home.id if home else ""
    moved = [name for _, name in similar if name != own and find(quote, passages[name].text)]
    if moved:
        near = [name for name in moved if home and passages[name].section == home.section]
        return Finding("moved", passages=tuple(near if len(near) == 1 else moved))
    likely = list(dict.fromkeys([*([own] if home else []), *(n for _, n in similar[:_LIKELY])]))
    for name in likely:
        for lane in lanes:
            if ends := _ends_across(quote, name, passages, lane):
                return Finding("across", passages=ends)
    for name in likely:
        if changed := _changed(quote, passages[name]):
            return changed
    return Finding("missing", passages=tuple(n for share, n in similar[:1] if share >= _SIMILAR))


def _ends_across(
    quote: str, name: str, passages: Mapping[str, Passage], lane: Lane
) -> tuple[str, str] | None:
    """Return the first and last passage near `name` that the quote runs across, if any."""
    order, index_of = lane
    if name not in index_of:
        return None
    index = index_of[name]
    around = [
        passages[neighbour]
        for neighbour in order[max(0, index - _NEIGHBOURS) : index + _NEIGHBOURS + 1]
        if passages[neighbour].section == passages[name].section
    ]
    if sum(len(passage.text) for passage in around) > _LONGEST_ACROSS:
        return None
    texts = [fold(passage.text) for passage in around]
    spans = locate([fold(piece) for piece in pieces(quote)], " ".join(texts))
    if not spans:
        return None
    ends = list(accumulate(len(text) + 1 for text in texts))
    first, last = bisect_right(ends, spans[0][0]), bisect_right(ends, spans[-1][1] - 1)
    return (around[first].id, around[last].id) if first < last else None


def _changed(quote: str, passage: Passage) -> Finding | None:
    """Return how the quote differs from the passage, or None if they have too little in common."""
    asked: list[str] = []
    omissions = set()
    """Indexes in `asked` where the quote omits words."""
    for stretch in stretches(quote):
        omissions.add(len(asked))
        asked += stretch.split()
    spoken = passage.text.split()
    if not asked or len(spoken) > _LONGEST_COMPARED:
        return None
    matcher = difflib.SequenceMatcher(
        None, [_bare(word) for word in asked], [_bare(word) for word in spoken], autojunk=False
    )
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if sum(block.size for block in blocks) < _CHANGED * len(asked):
        return None
    # Only words within the matched stretch differ; the passage's other words were never quoted.
    first, last = blocks[0], blocks[-1]
    start = max(0, first.b - first.a)
    end = min(len(spoken), last.b + len(asked) - last.a)
    # Words of the quote that the passage has beyond that stretch were moved.
    matched = {index for block in blocks for index in range(block.a, block.a + block.size)}
    moved = {_bare(word) for index, word in enumerate(asked) if index not in matched}
    while start > 0 and _bare(spoken[start - 1]) in moved:
        start -= 1
    while end < len(spoken) and _bare(spoken[end]) in moved:
        end += 1
    reads = spoken[start:end]
    exact = difflib.SequenceMatcher(
        None,
        [word.translate(VARIANTS) for word in asked],
        [word.translate(VARIANTS) for word in reads],
        autojunk=False,
    )
    differences = []
    for kind, a, b, c, d in exact.get_opcodes():
        ours, theirs = " ".join(asked[a:b]), " ".join(reads[c:d])
        omitted = kind == "insert" and a in omissions
        # A quote may end where the sentence continues, so its last comma or full stop may differ.
        only_the_end = b == len(asked) and fold(theirs).rstrip(".,;:!?") == fold(ours)
        if kind != "equal" and not omitted and not only_the_end:
            differences.append((ours, theirs))
    return Finding("changed", (), (passage.id,), tuple(differences), " ".join(reads))


def _bare(word: str) -> str:
    return "".join(WORD.findall(word.casefold())) or word.translate(VARIANTS)
