"""Versions A, B, C … of a paper: the order of questions, options, premises and steps. Seeded by hashes alone.

Every order follows sha256(seed / version / question / what): the same on every machine, and a question that is added
elsewhere changes nothing. Only the balance of key letters looks at the whole paper: it moves as few keys as it can.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from pkoquiz.exam.answers import key_indexes, letter, magnitudes, responses
from pkoquiz.exam.assemble import TYPE_ORDER
from pkoquiz.question import (
    Choice,
    Cloze,
    Essay,
    Flashcard,
    Matching,
    Multiple,
    Numerical,
    Ordering,
    Question,
    ShortAnswer,
    TrueFalse,
)

_RUN = 3
"""Keys with the same letter in a row, at most."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A question as one version prints it. Orders list positions in the question as written, from 0."""

    id: str
    number: int
    """Its number on the paper, from 1."""
    order: tuple[int, ...] = ()
    """Options, premises or steps in printed order; empty for types that have none."""
    responses: tuple[int, ...] = ()
    """Matching: responses (`answers.responses`) in printed order."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a paper: its letter and its questions in printed order, all of one type side by side."""

    letter: str
    questions: tuple[Placed, ...]
    code: str
    """Six signs printed on paper, key and strip: over order, keys and wording. A key with another code belongs to
    another print."""


def version_letters(count: int) -> tuple[str, ...]:
    """A, B … Z, AA …: names of `count` versions."""
    return tuple(letter(index) for index in range(count))


def arrange(
    questions: Sequence[Question], seed: str, name: str, *, shuffle_questions: bool = True
) -> Version:
    """The version `name` of a paper: parts in `TYPE_ORDER`, inside a part shuffled or as given."""
    ordered: list[Question] = []
    for kind in TYPE_ORDER:
        part = [question for question in questions if question.type == kind]
        if shuffle_questions:
            part.sort(key=lambda question: _rank(seed, name, question.id))
        ordered += part
    orders = {question.id: _order(question, seed, name) for question in ordered}
    _balance([question for question in ordered if isinstance(question, Choice)], orders, seed, name)
    placed = tuple(
        Placed(question.id, number, orders[question.id], _responses(question, seed, name))
        for number, question in enumerate(ordered, 1)
    )
    return Version(name, placed, code(name, ordered, placed))


def digest(question: Question) -> str:
    """12 hexadecimal digits over everything the author wrote in a question: another digest, another question."""
    return hashlib.sha256(question.model_dump_json(exclude={"place"}).encode()).hexdigest()[:12]


def code(name: str, questions: Sequence[Question], placed: Sequence[Placed]) -> str:
    """The code of a version, from its letter and its questions in printed order."""
    lines = [name]
    for question, each in zip(questions, placed, strict=True):
        lines.append(f"{each} {digest(question)} {key_letters(question, each)}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:6].upper()


def _rank(*parts: str) -> bytes:
    # Each part carries its length, so that ("a/b", "c") and ("a", "b/c") differ.
    return hashlib.sha256("/".join(f"{len(part)}:{part}" for part in parts).encode()).digest()


def _shuffled(size: int, *parts: str) -> tuple[int, ...]:
    return tuple(sorted(range(size), key=lambda index: _rank(*parts, str(index))))


def _order(question: Question, seed: str, name: str) -> tuple[int, ...]:
    match question:
        case Choice() | Multiple():
            return _options(question, seed, name)
        case Matching():
            return _ascending([pair.premise for pair in question.pairs]) or _shuffled(
                len(question.pairs), seed, name, question.id, "premise"
            )
        case Ordering():
            order = _shuffled(len(question.sequence), seed, name, question.id, "step")
            # The right order must not be printed.
            return order if list(order) != sorted(order) else (*order[1:], order[0])
        case TrueFalse() | ShortAnswer() | Numerical() | Cloze() | Essay() | Flashcard():
            return ()
        case _ as never:
            assert_never(never)


def _responses(question: Question, seed: str, name: str) -> tuple[int, ...]:
    texts = responses(question)
    return _ascending(texts) or _shuffled(len(texts), seed, name, question.id, "response")


def _ascending(texts: Sequence[str]) -> tuple[int, ...]:
    """Positions by size when all texts are numbers of one kind; otherwise nothing."""
    values = magnitudes(texts) if texts else None
    return tuple(sorted(range(len(texts)), key=lambda index: values[index])) if values else ()


def fixed_order(question: Choice | Multiple) -> tuple[int, ...]:
    """The order of options that no version may change (numbers ascending, `shuffle: false`); empty when it may."""
    if not question.shuffle:
        return tuple(range(len(question.options)))
    free = [index for index, option in enumerate(question.options) if not option.pin]
    numeric = _ascending([question.options[index].text for index in free])
    return _between_pins(question, [free[at] for at in numeric]) if numeric else ()


def _between_pins(question: Choice | Multiple, free: Sequence[int]) -> tuple[int, ...]:
    """Pinned options where they were written, the others around them in the order `free`."""
    rest = iter(free)
    return tuple(index if option.pin else next(rest) for index, option in enumerate(question.options))


def _options(question: Choice | Multiple, seed: str, name: str) -> tuple[int, ...]:
    fixed = fixed_order(question)
    if fixed:
        return fixed
    free = [index for index, option in enumerate(question.options) if not option.pin]
    free.sort(key=lambda index: _rank(seed, name, question.id, "option", str(index)))
    return _between_pins(question, free)


# --- key letters ----------------------------------------------------------------------------------


def _balance(choices: Sequence[Choice], orders: dict[str, tuple[int, ...]], seed: str, name: str) -> None:
    """Moves keys in `orders` until each letter has its share and none stands more than three times in a row.

    A key moves by changing places with the option that stands where it shall go; questions are tried in hash order.
    """
    movable = [question for question in choices if not fixed_order(question) and not _key_pinned(question)]
    movable.sort(key=lambda question: _rank(seed, name, question.id, "key"))
    cost = _uneven(choices, orders)
    while cost:
        for changed in itertools.chain(_single(movable, orders), _double(movable, orders)):
            after = _uneven(choices, orders | changed)
            if after < cost:
                orders.update(changed)
                cost = after
                break
        else:
            return


def _single(
    movable: Sequence[Choice], orders: dict[str, tuple[int, ...]]
) -> Iterator[dict[str, tuple[int, ...]]]:
    """One key moved."""
    for question in movable:
        for order in _moves(question, orders[question.id]):
            yield {question.id: order}


def _double(
    movable: Sequence[Choice], orders: dict[str, tuple[int, ...]]
) -> Iterator[dict[str, tuple[int, ...]]]:
    """Two keys that change letters with each other: breaks a run where the shares leave no room."""
    for one, other in itertools.combinations(movable, 2):
        letters = [orders[each.id].index(next(iter(key_indexes(each)))) for each in (one, other)]
        if letters[0] != letters[1]:
            for first in _moves(one, orders[one.id]):
                if first.index(next(iter(key_indexes(one)))) == letters[1]:
                    for second in _moves(other, orders[other.id]):
                        if second.index(next(iter(key_indexes(other)))) == letters[0]:
                            yield {one.id: first, other.id: second}


def _key_pinned(question: Choice) -> bool:
    return any(option.pin and option.correct for option in question.options)


def _moves(question: Choice, order: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    (key,) = key_indexes(question)
    at = order.index(key)
    for target, other in enumerate(order):
        if target != at and not question.options[other].pin:
            moved = list(order)
            moved[at], moved[target] = other, key
            yield tuple(moved)


def _uneven(choices: Sequence[Choice], orders: dict[str, tuple[int, ...]]) -> int:
    """0 when the letters are spread well; grows with keys too many or too few on a letter and with long runs."""
    keys = [orders[question.id].index(next(iter(key_indexes(question)))) for question in choices]
    widths = [len(question.options) for question in choices]
    total = 0
    for width in set(widths):
        group = [key for key, size in zip(keys, widths, strict=True) if size == width]
        # 20-30 % of four letters, the same room around an even share for other numbers of options; where the
        # questions are too few for that, as even as they go.
        low = min(-(-4 * len(group) // (5 * width)), len(group) // width)
        high = max(6 * len(group) // (5 * width), -(-len(group) // width))
        for place in range(width):
            count = group.count(place)
            total += 10 * max(0, low - count, count - high)
    run = 1
    for one, other in itertools.pairwise(keys):
        run = run + 1 if one == other else 1
        total += run > _RUN
    return total


def key_letters(question: Question, placed: Placed) -> tuple[str, ...]:
    """The key as printed: letters of right options; `true`/`false`; for each premise the letter of its response;
    for each printed step its number; empty for types that are answered in words or numbers."""
    match question:
        case Choice() | Multiple():
            keys = key_indexes(question)
            return tuple(letter(at) for at, index in enumerate(placed.order) if index in keys)
        case TrueFalse():
            return ("true" if question.answer else "false",)
        case Matching():
            texts = responses(question)
            return tuple(
                letter(placed.responses.index(texts.index(question.pairs[index].response)))
                for index in placed.order
            )
        case Ordering():
            return tuple(str(index + 1) for index in placed.order)
        case ShortAnswer() | Numerical() | Cloze() | Essay() | Flashcard():
            return ()
        case _ as never:
            assert_never(never)
