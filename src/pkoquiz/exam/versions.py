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
from typing import Any, assert_never

from pkoquiz.exam.answers import (
    ascending,
    between_pins,
    fixed_order,
    key_indexes,
    letter,
    responses,
)
from pkoquiz.exam.draw.assemble import TYPE_ORDER
from pkoquiz.exam.letters import Key, spread
from pkoquiz.model.question import (
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
    """The version `name` of a paper: parts in `TYPE_ORDER`, inside a part shuffled or as given."""
    ordered: list[Question] = []
    at = _at(name)
    for kind in TYPE_ORDER:
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
    """12 hexadecimal digits over what candidates read and what earns points: another digest, another question.

    Explanations, feedback and sources are left out: they may be mended and the paper is still the same.
    """
    shown = question.model_dump_json(
        include={**dict.fromkeys(("id", "type", "stem", "points"), True), **_shown(question)}
    )
    return hashlib.sha256(shown.encode()).hexdigest()[:12]


def _shown(question: Question) -> dict[str, Any]:
    """The fields of this type that stand on paper or decide what is right, as pydantic's `include`."""
    accepted = {"__all__": {"text", "credit"}}
    match question:
        case Choice():
            return {"options": {"__all__": {"text", "correct"}}}
        case Multiple():
            return {"options": {"__all__": {"text", "correct"}}, "scoring": True}
        case TrueFalse() | Flashcard():
            return {"answer": True}
        case Matching():
            return {"pairs": {"__all__": {"premise", "response"}}, "extras": True}
        case Ordering():
            return {"sequence": True}
        case ShortAnswer():
            return {"answers": accepted, "case_sensitive": True, "rubric": True}
        case Numerical():
            return {"answer": True, "tolerance": True, "unit": True}
        case Cloze():
            return {"gaps": {"__all__": {"answers": accepted}}}
        case Essay():
            return {"rubric": True, "min_words": True, "max_words": True}
        case _ as never:
            assert_never(never)


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
    match question:
        case Choice() | Multiple():
            return _options(question, seed, at)
        case Matching():
            return ascending([pair.premise for pair in question.pairs]) or _nth(
                len(question.pairs), at, seed, question.id, "premise"
            )
        case Ordering():
            # The right order must not be printed.
            return _unsorted(len(question.sequence), at, seed, question.id, "step")
        case TrueFalse() | ShortAnswer() | Numerical() | Cloze() | Essay() | Flashcard():
            return ()
        case _ as never:
            assert_never(never)


def _responses(question: Question, seed: str, at: int) -> tuple[int, ...]:
    texts = responses(question)
    return ascending(texts) or _nth(len(texts), at, seed, question.id, "response")


def _options(question: Choice | Multiple, seed: str, at: int) -> tuple[int, ...]:
    fixed = fixed_order(question)
    if fixed:
        return fixed
    free = [index for index, option in enumerate(question.options) if not option.pin]
    keys = [index for index in free if question.options[index].correct]
    if isinstance(question, Multiple) or not keys:
        return between_pins(
            question, [free[each] for each in _nth(len(free), at, seed, question.id, "option")]
        )
    # The order of the distractors is counted by itself: the balance of keys moves the key and keeps it.
    distractors = [index for index in free if index not in keys]
    shown = [distractors[each] for each in _nth(len(distractors), at, seed, question.id, "option")]
    shown.insert(_shuffled(len(free), seed, question.id, "key")[at % len(free)], keys[0])
    return between_pins(question, shown)


# --- keys -----------------------------------------------------------------------------------------


def _balance(
    choices: Sequence[Choice], orders: dict[str, tuple[int, ...]], seed: str, name: str
) -> None:
    """Spreads the keys over the letters; the distractors keep their order."""
    keys = [_key(question, orders[question.id]) for question in choices]
    ranks = sorted(range(len(choices)), key=lambda at: _rank(seed, name, choices[at].id, "key"))
    for question, key, target in zip(choices, keys, spread(keys, ranks), strict=True):
        if target != key.place:
            order = orders[question.id]
            free = [index for index in order if not question.options[index].pin]
            free.remove(order[key.place])
            free.insert(key.targets.index(target), order[key.place])
            orders[question.id] = between_pins(question, free)


def _key(question: Choice, order: tuple[int, ...]) -> Key:
    place = next(at for at, index in enumerate(order) if question.options[index].correct)
    stays = bool(fixed_order(question)) or question.options[order[place]].pin
    targets = (
        ()
        if stays
        else tuple(at for at, index in enumerate(order) if not question.options[index].pin)
    )
    return Key(place, len(order), targets)


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
