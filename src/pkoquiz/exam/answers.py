"""What is the same about a question's answer on every paper: the order of its options, its key, its key's length."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from pkoquiz import markup
from pkoquiz.model.question import Choice, Multiple, Question

# A hyphen is a sign where no word ends in it: "mid-1980s" is no negative number.
_NUMBER = re.compile(r"(?:(?<!\w)[-+−])?(?:\d{1,3}(?:[,  ]\d{3})+|\d+)(?:\.\d+)?")


def magnitudes(texts: Sequence[str]) -> tuple[Decimal, ...] | None:
    """The texts as numbers when they differ in their number alone (`14`, `1,500 troops`, `8.5 %`); else None."""
    return _magnitudes(tuple(texts))


@lru_cache(maxsize=4096)
def _magnitudes(texts: tuple[str, ...]) -> tuple[Decimal, ...] | None:
    frames: set[str] = set()
    values = []
    for text in texts:
        shown = markup.inline_plain(text).strip()
        found = _NUMBER.findall(shown)
        if len(found) != 1:
            return None
        frames.add(_NUMBER.sub("#", shown, count=1).casefold())
        values.append(Decimal(re.sub(r"[,  ]", "", found[0]).replace("−", "-")))
    # "1 mission" and "14 missions" are one frame.
    return tuple(values) if len({frame.rstrip("s.") for frame in frames}) == 1 else None


def ascending(texts: Sequence[str]) -> tuple[int, ...]:
    """Positions by size when all texts are numbers of one kind; otherwise nothing."""
    values = magnitudes(texts) if texts else None
    return tuple(sorted(range(len(texts)), key=lambda index: values[index])) if values else ()


def fixed_order(question: Choice | Multiple) -> tuple[int, ...]:
    """The order of options on every paper, card and screen: as written (`shuffle: false`), or numbers ascending.

    Empty when they may be shuffled. Pinned options stay where they were written.
    """
    if not question.shuffle:
        return tuple(range(len(question.options)))
    free = [index for index, option in enumerate(question.options) if not option.pin]
    numeric = ascending([question.options[index].text for index in free])
    return between_pins(question, [free[at] for at in numeric]) if numeric else ()


def between_pins(question: Choice | Multiple, free: Sequence[int]) -> tuple[int, ...]:
    """Pinned options where they were written, the others around them in the order `free`."""
    rest = iter(free)
    return tuple(
        index if option.pin else next(rest) for index, option in enumerate(question.options)
    )


def letter(index: int) -> str:
    """The letter of an option: 0 → A, 25 → Z, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def key_is_longest(question: Question) -> bool:
    """Whether the key of a single-choice question is longer than each other option."""
    if not isinstance(question, Choice):
        return False
    lengths = [
        (len(markup.inline_plain(option.text)), option.correct) for option in question.options
    ]
    longest = max(length for length, _ in lengths)
    return [correct for length, correct in lengths if length == longest] == [True]


def responses(question: Question) -> tuple[str, ...]:
    """The responses of a matching question, each once: in the author's order, extras last."""
    if question.type != "matching":
        return ()
    return tuple(dict.fromkeys([*(pair.response for pair in question.pairs), *question.extras]))


def key_indexes(question: Choice | Multiple) -> frozenset[int]:
    """Positions (from 0, as written) of the right options."""
    return frozenset(index for index, option in enumerate(question.options) if option.correct)
