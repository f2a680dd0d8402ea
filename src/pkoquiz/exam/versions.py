"""Versions A, B, C … of a paper: the order of questions, options, premises and steps.

Every order follows the SHA-256 of (seed, question, what) and the number of the version: it is the
same on every machine, and a question added elsewhere does not change the order of any options.
Versions enumerate the permutations, so that no permutation is repeated while others are unused.
Only the balance of key letters depends on the whole paper; it moves as few keys as possible.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from pkoquiz.exam.letters import PlacedKey, letter, spread
from pkoquiz.model import answers
from pkoquiz.model.answers import Options, ascending, task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import ON_PAPER, Choice, Question

Order = tuple[int, ...]
"""Positions in the question as written, from 0, in printed order."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A question as one version prints it."""

    id: str
    number: int
    """Its number on the paper, from 1."""
    order: Order = ()
    """Options, premises or steps in printed order; empty for types without them."""
    responses: Order = ()
    """The responses of a matching question (`Pairs.responses`) in printed order."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a paper: its letter, and its questions in printed order, grouped by type."""

    letter: str
    questions: tuple[Placed, ...]
    code: str
    """Six characters on paper, key and strip, computed from order, wording, answers and points.

    A key belongs to a paper if their codes are equal.
    """


def questions_of(bank: Bank, version: Version) -> tuple[Question, ...]:
    """Return the version's questions in printed order."""
    known = {question.id: question for question in bank.questions}
    return tuple(known[placed.id] for placed in version.questions)


_FEW = 6
"""Parts up to this size enumerate the permutations; longer ones hardly ever repeat an order."""


def version_letters(count: int) -> tuple[str, ...]:
    """Return the names of `count` versions: A, B … Z, AA …"""
    return tuple(letter(index) for index in range(count))


def arrange(
    questions: Sequence[Question], seed: str, name: str, *, shuffle_questions: bool = True
) -> Version:
    """Return the version `name` of a paper.

    Its parts are in the order of `ON_PAPER`; the questions in each are shuffled or as given.
    Raises `ValueError` if a question cannot be on a paper.
    """
    number = _version_number(name)
    ordered: list[Question] = []
    for kind in ON_PAPER:
        part = [question for question in questions if question.type == kind]
        if shuffle_questions and len(part) <= _FEW:
            part = [part[index] for index in _permutation(len(part), number, seed, kind)]
        elif shuffle_questions:
            part.sort(key=lambda question: _rank(seed, name, question.id))
        ordered += part
    if len(ordered) < len(questions):
        raise ValueError("a question has a type that is not printed")
    orders: dict[str, Order] = {}
    responses: dict[str, Order] = {}
    for question in ordered:
        orders[question.id], responses[question.id] = _orders(question, seed, number)
    _balance([question for question in ordered if isinstance(question, Choice)], orders, seed, name)
    placed = tuple(
        Placed(question.id, position, orders[question.id], responses[question.id])
        for position, question in enumerate(ordered, 1)
    )
    return Version(name, placed, code(name, ordered, placed))


def digest(question: Question) -> str:
    """Return a digest of what candidates read and what earns points, 12 hexadecimal digits.

    It ignores explanations, feedback and sources: they may be corrected without changing the paper.
    """
    include = {**dict.fromkeys(("id", "type", "stem", "points"), True), **question.printed}
    content = question.model_dump_json(include=include)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def code(name: str, questions: Sequence[Question], placed: Sequence[Placed]) -> str:
    """Return the code of a version, from its letter and its questions in printed order."""
    # The text of `Placed` is hashed: another name for it or its fields would change every code.
    lines = [name]
    for question, place in zip(questions, placed, strict=True):
        lines.append(f"{place} {digest(question)} {key_letters(question, place)}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:6].upper()


def key_letters(question: Question, placed: Placed) -> tuple[str, ...]:
    """Return the key as printed.

    That is the letters of the right options; `true` or `false`; the letter of the response for each
    premise; the number of each printed step; nothing for types answered in words or numbers.
    """
    match task_of(question):
        case Options() as task:
            return tuple(letter(at) for at, index in enumerate(placed.order) if index in task.keys)
        case answers.Verdict(right=right):
            return ("true" if right else "false",)
        case answers.Pairs() as task:
            return tuple(letter(placed.responses.index(task.keys[index])) for index in placed.order)
        case answers.Steps():
            return tuple(str(index + 1) for index in placed.order)
        case answers.Blanks() | answers.Number() | answers.Written() | answers.Recall():
            return ()
        case _ as never:
            assert_never(never)


# --- orders ---------------------------------------------------------------------------------------


def _rank(*parts: str) -> bytes:
    # Each part carries its length, so that ("a/b", "c") and ("a", "b/c") differ.
    return hashlib.sha256("/".join(f"{len(part)}:{part}" for part in parts).encode()).digest()


def _shuffled(size: int, *parts: str) -> Order:
    return tuple(sorted(range(size), key=lambda index: _rank(*parts, str(index))))


def _version_number(name: str) -> int:
    """Return the number of a version from its letter, from 0: the inverse of `letter`."""
    number = 0
    for character in name:
        number = number * 26 + ord(character) - ord("A") + 1
    return number - 1


def _permutation(size: int, number: int, *parts: str) -> Order:
    """Return the permutation with the given number.

    The first `size`! are all different, and among the first `size` no element is twice in the same
    place: a seeded permutation is rotated, each time by a different distance; after all rotations,
    the next permutation is not a rotation of the earlier ones.
    """
    if size < 2:
        return tuple(range(size))
    first, *others = _shuffled(size, *parts)
    rotations = _shuffled(size, *parts, "turn")
    remainder = number // size % math.factorial(size - 1)
    circle = [first]
    while others:
        index, remainder = divmod(remainder, math.factorial(len(others) - 1))
        circle.append(others.pop(index))
    start = rotations[number % size]
    return (*circle[start:], *circle[:start])


def _unsorted_permutation(size: int, number: int, *parts: str) -> Order:
    """Return a permutation like `_permutation`, but replace 0, 1, 2 … with the last one."""
    last = math.factorial(size) - 1
    order = _permutation(size, number % last, *parts)
    return order if list(order) != sorted(order) else _permutation(size, last, *parts)


def _orders(question: Question, seed: str, number: int) -> tuple[Order, Order]:
    """Return the printed order of options, premises or steps, and that of responses."""
    match task_of(question):
        case Options() as task:
            return _option_order(question.id, task, seed, number), ()
        case answers.Pairs(pairs=pairs, responses=responses):
            premises = [pair.premise for pair in pairs]
            return (
                ascending(premises)
                or _permutation(len(premises), number, seed, question.id, "premise"),
                ascending(responses)
                or _permutation(len(responses), number, seed, question.id, "response"),
            )
        case answers.Steps(steps=steps):
            return _unsorted_permutation(len(steps), number, seed, question.id, "step"), ()
        case (
            answers.Verdict()
            | answers.Blanks()
            | answers.Number()
            | answers.Written()
            | answers.Recall()
        ):
            return (), ()
        case _ as never:
            assert_never(never)


def _option_order(name: str, task: Options, seed: str, number: int) -> Order:
    if task.order:
        return task.order
    free = task.free
    keys = [index for index in free if task.options[index].correct]
    if task.several or not keys:
        shuffled = _permutation(len(free), number, seed, name, "option")
        return task.around_pins([free[place] for place in shuffled])
    # The distractors are permuted without the key, so that balancing moves only the key.
    distractors = [index for index in free if index not in keys]
    shuffled = _permutation(len(distractors), number, seed, name, "option")
    shown = [distractors[place] for place in shuffled]
    shown.insert(_shuffled(len(free), seed, name, "key")[number % len(free)], keys[0])
    return task.around_pins(shown)


# --- balance of key letters -----------------------------------------------------------------------


def _balance(choices: Sequence[Choice], orders: dict[str, Order], seed: str, name: str) -> None:
    """Change `orders` so that keys are spread over the letters; distractors keep their order."""
    tasks = [task_of(question) for question in choices]
    keys = [
        _placed_key(task, orders[question.id])
        for question, task in zip(choices, tasks, strict=True)
    ]
    ranks = sorted(range(len(choices)), key=lambda i: _rank(seed, name, choices[i].id, "key"))
    targets = spread(keys, ranks)
    for question, task, key, target in zip(choices, tasks, keys, targets, strict=True):
        if target != key.place:
            order = orders[question.id]
            free = [index for index in order if not task.options[index].pin]
            free.remove(order[key.place])
            free.insert(key.targets.index(target), order[key.place])
            orders[question.id] = task.around_pins(free)


def _placed_key(task: Options, order: Order) -> PlacedKey:
    place = order.index(task.keys[0])
    fixed = bool(task.order) or task.options[order[place]].pin
    targets = () if fixed else tuple(at for at, index in enumerate(order) if index in task.free)
    return PlacedKey(place, len(order), targets)
