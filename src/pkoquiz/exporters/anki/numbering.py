"""Which pair, step or gap is which, from one release to the next.

Matching, ordering and cloze questions make several cards. Their parts have no ids of their own, and a
learner's history must not jump to a neighbour when one is inserted or reworded: so parts are numbered once,
the ledger keeps number and words, and here the parts of today find the numbers of yesterday.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from pkoquiz.exporters.anki.text import first_words
from pkoquiz.model.question import Cloze, Matching, Ordering, Question

_ALIKE = 0.6
"""Share of common text from which on a part counts as a reworded one, not as another."""


def labels(question: Question) -> tuple[str, ...]:
    """The words that each part is told apart by: premises, steps, answers of gaps; empty for other types."""
    match question:
        case Matching():
            return tuple(first_words(pair.premise, 200) for pair in question.pairs)
        case Ordering():
            return tuple(first_words(step, 200) for step in question.sequence)
        case Cloze():
            return tuple(first_words(gap.answers[0].text, 200) for gap in question.gaps)
        case _:
            return ()


def numbers(
    words: Sequence[str], known: Mapping[str, str], dropped: Sequence[str] = ()
) -> tuple[str, ...]:
    """For each part its number: the one it had, or the next one never used.

    `known` maps numbers to words as the ledger has them. A part keeps its number if its words are the same,
    then if they are much alike; what remains is paired in order if no part came or went.
    """
    if not words and not known:
        return ()
    found: dict[int, str] = {}
    free = dict(known)
    live = [number for number in known if number not in dropped]
    for index, word in enumerate(words):
        same = next((number for number in free if _folded(free[number]) == _folded(word)), None)
        if same is not None:
            found[index] = same
            del free[same]
    left = [index for index in range(len(words)) if index not in found]
    candidates = [number for number in live if number in free]
    likeness = sorted(
        (
            -difflib.SequenceMatcher(
                None, _folded(free[number]), _folded(words[index]), autojunk=False
            ).ratio(),
            index,
            number,
        )
        for index in left
        for number in candidates
    )
    for ratio, index, number in likeness:
        if -ratio >= _ALIKE and index not in found and number in free:
            found[index] = number
            del free[number]
    left = [index for index in left if index not in found]
    candidates = [number for number in candidates if number in free]
    if len(words) == len(live) and len(left) == len(candidates):
        found |= dict(zip(left, candidates, strict=True))
        left = []
    following = max((int(number) for number in known), default=0) + 1
    found |= {index: str(following + offset) for offset, index in enumerate(left)}
    return tuple(found[index] for index in range(len(words)))


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold())) or text
