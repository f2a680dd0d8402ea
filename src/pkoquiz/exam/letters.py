"""Letters of options, and how the keys of a paper are spread over them.

Keys are spread evenly and without long runs of one letter; as few keys as possible are moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

RUN = 3
"""The largest number of keys with the same letter in a row."""


def letter(index: int) -> str:
    """Return the letter of an option or version: 0 → A, 25 → Z, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, remainder = divmod(index - 1, 26)
        name = chr(ord("A") + remainder) + name
    return name


@dataclass(frozen=True, slots=True)
class PlacedKey:
    """The key of a single-choice question: its place among `width` options, and possible others."""

    place: int
    width: int
    targets: tuple[int, ...] = ()
    """Places of the options that it may be swapped with; empty if it must stay."""


def spread(keys: Sequence[PlacedKey], order: Sequence[int]) -> list[int]:
    """Return new places for the keys, which are given in printed order.

    Keys whose index comes first in `order` are moved first. With four letters, each becomes the key
    of 20-30 % of the questions, as far as the keys may be moved.
    """
    places = [key.place for key in keys]
    widths = [key.width for key in keys]
    movable = [index for index in order if keys[index].targets]
    cost = _unevenness(places, widths)
    while cost:
        for move in _moves(keys, places, movable):
            before = [places[index] for index, _ in move]
            for index, place in move:
                places[index] = place
            after = _unevenness(places, widths)
            if after < cost:
                cost = after
                break
            for (index, _), place in zip(move, before, strict=True):
                places[index] = place
        else:
            return places
    return places


_Move = tuple[tuple[int, int], ...]
"""(index of a key, its new place), …"""


def _moves(
    keys: Sequence[PlacedKey], places: Sequence[int], movable: Sequence[int]
) -> Iterator[_Move]:
    """Yield single moves, then exchanges, which break up runs without changing the counts."""
    for index in movable:
        for target in keys[index].targets:
            if target != places[index]:
                yield ((index, target),)
    for one, other in combinations(movable, 2):
        first, second = places[one], places[other]
        if first != second and second in keys[one].targets and first in keys[other].targets:
            yield ((one, second), (other, first))


def _unevenness(places: Sequence[int], widths: Sequence[int]) -> int:
    """Return a measure of unequal letters and long runs; 0 if the letters are spread well."""
    total = 0
    for width in set(widths):
        group = [place for place, size in zip(places, widths, strict=True) if size == width]
        # 20-30 % of four letters, and as much room around an equal share for other numbers of
        # options. If there are too few questions for that, as evenly as possible.
        low = min(-(-4 * len(group) // (5 * width)), len(group) // width)
        high = max(6 * len(group) // (5 * width), -(-len(group) // width))
        for place in range(width):
            count = group.count(place)
            total += 10 * max(0, low - count, count - high)
    return total + sum(max(0, len(list(run)) - RUN) for _, run in groupby(places))
