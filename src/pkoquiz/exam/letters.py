"""Letters of options, and how the keys of a paper are spread over them: evenly, without long runs, moving few keys."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

RUN = 3
"""Keys with the same letter in a row, at most."""


def letter(index: int) -> str:
    """The letter of an option or version: 0 → A, 25 → Z, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


@dataclass(frozen=True, slots=True)
class PlacedKey:
    """The key of one single-choice question: its place among `width` options, and where it may move to."""

    place: int
    width: int
    targets: tuple[int, ...] = ()
    """Places of options that it may change places with; empty when it stays."""


def spread(keys: Sequence[PlacedKey], order: Sequence[int]) -> list[int]:
    """New places of the keys, which stand in printed order; those named first in `order` are moved first.

    Of four letters each gets 20-30 % where the keys allow it.
    """
    places = [key.place for key in keys]
    widths = [key.width for key in keys]
    movable = [at for at in order if keys[at].targets]
    cost = _uneven(places, widths)
    while cost:
        for changes in itertools.chain(
            _single(keys, places, movable), _double(keys, places, movable)
        ):
            before = [(at, places[at]) for at, _ in changes]
            for at, place in changes:
                places[at] = place
            after = _uneven(places, widths)
            if after < cost:
                cost = after
                break
            for at, place in before:
                places[at] = place
        else:
            return places
    return places


Changes = tuple[tuple[int, int], ...]
"""(question, new place of its key), …"""


def _single(
    keys: Sequence[PlacedKey], places: Sequence[int], movable: Sequence[int]
) -> Iterator[Changes]:
    """One key moved."""
    for at in movable:
        for target in keys[at].targets:
            if target != places[at]:
                yield ((at, target),)


def _double(
    keys: Sequence[PlacedKey], places: Sequence[int], movable: Sequence[int]
) -> Iterator[Changes]:
    """Two keys that change letters with each other: breaks a run where the shares leave no room."""
    for one, other in itertools.combinations(movable, 2):
        first, second = places[one], places[other]
        if first != second and second in keys[one].targets and first in keys[other].targets:
            yield ((one, second), (other, first))


def _uneven(places: Sequence[int], widths: Sequence[int]) -> int:
    """0 when the letters are spread well; grows with keys too many or too few on a letter and with long runs."""
    total = 0
    for width in set(widths):
        group = [place for place, size in zip(places, widths, strict=True) if size == width]
        # 20-30 % of four letters, the same room around an even share for other numbers of options; where the
        # questions are too few for that, as even as they go.
        low = min(-(-4 * len(group) // (5 * width)), len(group) // width)
        high = max(6 * len(group) // (5 * width), -(-len(group) // width))
        for place in range(width):
            count = group.count(place)
            if count < low:
                total += 10 * (low - count)
            elif count > high:
                total += 10 * (count - high)
    run = 1
    for one, other in itertools.pairwise(places):
        run = run + 1 if one == other else 1
        total += run > RUN
    return total
