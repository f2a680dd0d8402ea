"""Numbers of pairs, steps and gaps that stay the same from one release to the next.

Matching, ordering and cloze questions make several cards. Their parts have no ids, and a learner's
history must not move to a neighbour when a part is inserted or reworded. So parts are numbered
once, the ledger keeps their numbers and words, and this module finds the old number of each part.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from pkoquiz.exporters.anki.text import first_words
from pkoquiz.model.answers import Blanks, Pairs, Steps, Task

_ALIKE = 0.6
"""Ratio of common text from which a part counts as reworded, not as another part."""


def part_words(task: Task) -> tuple[str, ...]:
    """Return the words that identify each part: premises, steps or answers of gaps."""
    match task:
        case Pairs(pairs=pairs):
            texts = [pair.premise for pair in pairs]
        case Steps(steps=steps):
            texts = list(steps)
        case Blanks(blanks=blanks):
            texts = [blank.answers[0].text for blank in blanks]
        case _:
            texts = []
    return tuple(first_words(text, 200) for text in texts)


def part_numbers(
    words: Sequence[str], known: Mapping[str, str], dropped: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return the number of each part: its old one, or the next that was never used.

    `known` maps the numbers in the ledger to words; `dropped` are those of parts no longer asked.
    A part keeps its number if its words are the same, or else if they are similar. If no part
    was added or removed, the remaining ones are matched in order.
    """
    numbers: dict[int, str] = {}
    free = dict(known)
    for index, text in enumerate(words):
        same = next((number for number in free if _folded(free[number]) == _folded(text)), None)
        if same is not None:
            numbers[index] = same
            del free[same]
    current = [number for number in known if number not in dropped]
    similar = sorted(
        (-_likeness(free[number], words[index]), index, number)
        for index in range(len(words))
        for number in current
        if index not in numbers and number in free
    )
    for ratio, index, number in similar:
        if -ratio >= _ALIKE and index not in numbers and number in free:
            numbers[index] = number
            del free[number]
    left = [index for index in range(len(words)) if index not in numbers]
    candidates = [number for number in current if number in free]
    if len(words) != len(current) or len(left) != len(candidates):
        following = max(map(int, known), default=0) + 1
        candidates = [str(following + offset) for offset in range(len(left))]
    numbers |= dict(zip(left, candidates, strict=True))
    return tuple(numbers[index] for index in range(len(words)))


def _likeness(one: str, other: str) -> float:
    matcher = difflib.SequenceMatcher(None, _folded(one), _folded(other), autojunk=False)
    return matcher.ratio()


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold())) or text
