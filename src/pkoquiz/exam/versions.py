"""Versions A, B, C … of a paper: the order of questions, options, premises and steps. Seeded by hashes alone.

Every order follows sha256(seed / question / what) and the version's number: the same on every machine, and a question
that is added elsewhere changes no order of options. Versions count through the orders, so that none comes back while
others are left. Only the balance of key letters looks at the whole paper: it moves as few keys as it can.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from pkoquiz.exam.letters import PlacedKey, letter, spread
from pkoquiz.model.answers import (
    Blanks,
    Number,
    Options,
    Pairs,
    Recall,
    Steps,
    Verdict,
    Written,
    ascending,
    task_of,
)
from pkoquiz.model.question import ON_PAPER, Choice, Matching, Question


@dataclass(frozen=True, slots=True)
class Placed:
    """A question as one version prints it. Orders list positions in the question as written, from 0."""

    id: str
    number: int
    """Its number on the paper, from 1."""
    order: tuple[int, ...] = ()
    """Options, premises or steps in printed order; empty for types that have none."""
    responses: tuple[int, ...] = ()
    """Of a matching question the responses (`Pairs.responses`) in printed order."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a paper: its letter and its questions in printed order, all of one type side by side."""

    letter: str
    questions: tuple[Placed, ...]
    code: str
    """Six signs printed on paper, key and strip: over order, wording, answers and points. A key with another code
    belongs to another print."""


_FEW = 6
"""Questions in a part up to which their orders are counted through; of more, two orders are hardly ever the same."""


def version_letters(count: int) -> tuple[str, ...]:
    """A, B … Z, AA …: names of `count` versions."""
    return tuple(letter(index) for index in range(count))


def arrange(
    questions: Sequence[Question], seed: str, name: str, *, shuffle_questions: bool = True
) -> Version:
    """The version `name` of a paper: parts in `ON_PAPER`, inside a part shuffled or as given."""
    ordered: list[Question] = []
    at = _at(name)
    for kind in ON_PAPER:
        part = [question for question in questions if question.type == kind]
        if shuffle_questions and len(part) <= _FEW:
            part = [part[index] for index in _nth(len(part), at, seed, kind)]
        elif shuffle_questions:
            part.sort(key=lambda question: _rank(seed, name, question.id))
        ordered += part
    orders = {question.id: _order(question, seed, at) for question in ordered}
    _balance([question for question in ordered if isinstance(question, Choice)], orders, seed, name)
    placed = tuple(
        Placed(question.id, number, orders[question.id], _responses(question, seed, at))
        for number, question in enumerate(ordered, 1)
    )
    return Version(name, placed, code(name, ordered, placed))


def digest(question: Question) -> str:
    """12 hexadecimal digits over what candidates read and what earns points: the same digest, the same question.

    Explanations, feedback and sources are left out: they may be corrected, and the paper is still the same.
    """
    include = {**dict.fromkeys(("id", "type", "stem", "points"), True), **question.printed}
    shown = question.model_dump_json(include=include)
    return hashlib.sha256(shown.encode()).hexdigest()[:12]


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


def _at(name: str) -> int:
    """The number of a version from its letter, from 0: the inverse of `answers.letter`."""
    number = 0
    for sign in name:
        number = number * 26 + ord(sign) - ord("A") + 1
    return number - 1


def _nth(size: int, at: int, *parts: str) -> tuple[int, ...]:
    """The order of number `at`: no two of the first `size`! are the same, and in the first `size` nothing keeps its place.

    A seeded order is turned round, each time by another distance; after all turns comes an order that no turning
    leads to.
    """
    if size < 2:
        return tuple(range(size))
    head, *rest = _shuffled(size, *parts)
    turns = _shuffled(size, *parts, "turn")
    left = at // size % math.factorial(size - 1)
    circle = [head]
    while rest:
        place, left = divmod(left, math.factorial(len(rest) - 1))
        circle.append(rest.pop(place))
    turn = turns[at % size]
    return (*circle[turn:], *circle[:turn])


def _unsorted(size: int, at: int, *parts: str) -> tuple[int, ...]:
    """As `_nth`, but never 0, 1, 2 …: the last order stands in for it."""
    last = math.factorial(size) - 1
    order = _nth(size, at % last, *parts)
    return order if list(order) != sorted(order) else _nth(size, last, *parts)


def _order(question: Question, seed: str, at: int) -> tuple[int, ...]:
    match task_of(question):
        case Options() as task:
            return _options(question.id, task, seed, at)
        case Pairs(pairs=pairs):
            shuffled = _nth(len(pairs), at, seed, question.id, "premise")
            return ascending([pair.premise for pair in pairs]) or shuffled
        case Steps(steps=steps):
            return _unsorted(len(steps), at, seed, question.id, "step")
        case Verdict() | Blanks() | Number() | Written() | Recall():
            return ()
        case _ as never:
            assert_never(never)


def _responses(question: Question, seed: str, at: int) -> tuple[int, ...]:
    if not isinstance(question, Matching):
        return ()
    texts = task_of(question).responses
    return ascending(texts) or _nth(len(texts), at, seed, question.id, "response")


def _options(name: str, task: Options, seed: str, at: int) -> tuple[int, ...]:
    if task.order:
        return task.order
    free = task.free
    keys = [index for index in free if task.options[index].correct]
    if task.several or not keys:
        return task.around_pins(
            [free[place] for place in _nth(len(free), at, seed, name, "option")]
        )
    # The order of the distractors is permuted on its own: balancing the keys moves only the key.
    distractors = [index for index in free if index not in keys]
    shown = [distractors[place] for place in _nth(len(distractors), at, seed, name, "option")]
    shown.insert(_shuffled(len(free), seed, name, "key")[at % len(free)], keys[0])
    return task.around_pins(shown)


# --- keys -----------------------------------------------------------------------------------------


def _balance(
    choices: Sequence[Choice], orders: dict[str, tuple[int, ...]], seed: str, name: str
) -> None:
    """Spreads the keys over the letters; the distractors keep their order."""
    tasks = [task_of(question) for question in choices]
    keys = [_key(task, orders[each.id]) for each, task in zip(choices, tasks, strict=True)]
    ranks = sorted(range(len(choices)), key=lambda at: _rank(seed, name, choices[at].id, "key"))
    targets = spread(keys, ranks)
    for question, task, key, target in zip(choices, tasks, keys, targets, strict=True):
        if target != key.place:
            order = orders[question.id]
            free = [index for index in order if not task.options[index].pin]
            free.remove(order[key.place])
            free.insert(key.targets.index(target), order[key.place])
            orders[question.id] = task.around_pins(free)


def _key(task: Options, order: tuple[int, ...]) -> PlacedKey:
    place = order.index(task.keys[0])
    stays = bool(task.order) or task.options[order[place]].pin
    targets = () if stays else tuple(at for at, index in enumerate(order) if index in task.free)
    return PlacedKey(place, len(order), targets)


def key_letters(question: Question, placed: Placed) -> tuple[str, ...]:
    """The key as printed: letters of right options; `true` or `false`; for each premise the letter of its
    response; for each printed step its number; empty for types that are answered in words or numbers."""
    match task_of(question):
        case Options() as task:
            return tuple(letter(at) for at, index in enumerate(placed.order) if index in task.keys)
        case Verdict(right=right):
            return ("true" if right else "false",)
        case Pairs() as task:
            return tuple(letter(placed.responses.index(task.keys[index])) for index in placed.order)
        case Steps():
            return tuple(str(index + 1) for index in placed.order)
        case Blanks() | Number() | Written() | Recall():
            return ()
        case _ as never:
            assert_never(never)
