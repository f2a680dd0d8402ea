"""The numbers of pairs, steps and gaps, which stay the same from one edition to the next.

Matching, ordering and cloze questions make several cards. Their parts have no ids, and a learner's
history must never move to another fact. So parts are numbered once, the ledger keeps their words,
and a part is recognised by its words alone, never by its place. A doubtful part counts as new: its
card starts afresh, and the card of the old part says that it is no longer asked.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from pkoquiz.editions.contents import first_words
from pkoquiz.model.answers import Blanks, Pairs, Steps, Task

BETWEEN = " → "
"""Separates the premise and the response of a pair."""

_MOST_REPLACED = 0.25
"""The share of a part's words that may be replaced in the same part."""

_MOST_OF_PREMISE = 0.4
"""The same for the premise of a pair, if its response hardly changes."""

_TYPO = 0.85
"""The ratio of common letters from which two words count as spellings of the same word."""


def part_words(task: Task) -> tuple[str, ...]:
    """Return the words that identify each part: pairs, steps or answers of gaps."""
    match task:
        case Pairs(pairs=pairs):
            return tuple(
                first_words(pair.premise, 150) + BETWEEN + first_words(pair.response, 150)
                for pair in pairs
            )
        case Steps(steps=steps):
            return tuple(first_words(step, 300) for step in steps)
        case Blanks(blanks=blanks):
            return tuple(first_words(blank.answers[0].text, 300) for blank in blanks)
        case _:
            return ()


def part_numbers(
    words: Sequence[str], known: Mapping[str, str], dropped: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return the number of each part: its old one, or the next that was never used.

    `known` maps the numbers in the ledger to words; `dropped` are those of parts no longer asked,
    which return only with the same words.
    """
    numbers: dict[int, str] = {}
    free = dict(known)

    def assign(index: int, number: str) -> None:
        numbers[index] = number
        del free[number]

    for same in (_is_equal, _has_same_premise):
        for index, text in enumerate(words):
            if index not in numbers:
                matches = (number for number, old in free.items() if same(old, text))
                if number := next(matches, ""):
                    assign(index, number)
        free = {number: old for number, old in free.items() if number not in dropped}
    similar = sorted(
        (difference, index, number)
        for index in range(len(words))
        for number in free
        if index not in numbers
        and (difference := _difference(free[number], words[index])) is not None
    )
    for _, index, number in similar:
        if index not in numbers and number in free:
            assign(index, number)
    following = max(map(int, known), default=0) + 1
    for index in range(len(words)):
        if index not in numbers:
            numbers[index] = str(following)
            following += 1
    return tuple(numbers[index] for index in range(len(words)))


def is_same_part(old: str, new: str) -> bool:
    """Return whether two wordings are of the same part, at most reworded."""
    return _is_equal(old, new) or _has_same_premise(old, new) or _difference(old, new) is not None


def _is_equal(old: str, new: str) -> bool:
    return _folded(old) == _folded(new)


def _has_same_premise(old: str, new: str) -> bool:
    """Return whether both are pairs with the same premise, so that the response was corrected."""
    premise, between, _ = old.partition(BETWEEN)
    return bool(between) and _folded(premise) == _folded(new.partition(BETWEEN)[0])


def _difference(old: str, new: str) -> float | None:
    """Return the share of words that were replaced, or None if they are different parts."""
    replaced = _replaced(old, new)
    if replaced is None or replaced > _MOST_REPLACED:
        return None
    if BETWEEN in old:
        premise = _replaced(old.partition(BETWEEN)[0], new.partition(BETWEEN)[0])
        if premise is None or premise > _MOST_OF_PREMISE:
            return None
    return replaced


def _replaced(old: str, new: str) -> float | None:
    """Return the share of words that differ, apart from typing errors; None if a number does."""
    missing, added = _words(old), _words(new)
    length = max(len(missing), len(added), 1)
    for word in list(missing):
        if word in added:
            missing.remove(word)
            added.remove(word)
    if any(character.isdigit() for word in (*missing, *added) for character in word):
        return None
    for word in list(missing):
        spelling = next((other for other in added if _is_typo(word, other)), None)
        if spelling is not None:
            missing.remove(word)
            added.remove(spelling)
    return max(len(missing), len(added)) / length


def _is_typo(one: str, other: str) -> bool:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= _TYPO and matcher.ratio() >= _TYPO


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _folded(text: str) -> str:
    return " ".join(_words(text)) or text
