"""What a candidate answered: a cell of the table as a response to its question on their version.

Positions in responses are those of the question as written, from 0, so that versions can be
compared. A cell that cannot be read gives a message; what a candidate may well have written (two
letters in a single choice) is a response.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from pkoquiz.exam.keys import (
    ChoiceKey,
    ClozeKey,
    EssayKey,
    MatchingKey,
    MultipleKey,
    NumericalKey,
    OrderingKey,
    ShortAnswerKey,
    TrueFalseKey,
    Wording,
)
from pkoquiz.exam.letters import letter
from pkoquiz.exam.versions import Placed
from pkoquiz.grading.printed import Item
from pkoquiz.prose import counted, shortened
from pkoquiz.quotes.find import fold

# --- responses ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Blank:
    """Nothing was answered."""


@dataclass(frozen=True, slots=True)
class Spoiled:
    """What was answered is not an answer: `*`, or true and false at once."""


@dataclass(frozen=True, slots=True)
class Given:
    """Points given by a person."""

    points: Fraction


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options that were marked."""

    options: frozenset[int]


@dataclass(frozen=True, slots=True)
class Judged:
    """True or false."""

    verdict: bool


@dataclass(frozen=True, slots=True)
class Matched:
    """The response given to each premise as written; None for an empty box."""

    responses: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """The number (from 1) given to each step as written; None for an empty box."""

    numbers: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """One text, or one for each gap; empty where nothing was written."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A number."""

    value: Fraction


Response = Blank | Spoiled | Given | Chosen | Judged | Matched | Numbered | Words | Value


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a cell is not an answer to its question, and what to type instead."""

    message: str
    hint: str = ""


# --- cells ----------------------------------------------------------------------------------------

NOTHING = ("", "-", "–", "—")
"""Cells that mean that nothing was answered."""
_SPOILED = "*"
_OR_SPOILED = "or `*` for a spoiled answer"
_EMPTY_BOX = "-_–—"
_PREMISE = re.compile(rf"(\d{{1,2}})\s*[.:)=]?\s*([A-Za-z{_EMPTY_BOX}])")
BY_HAND = re.compile(r"\[\s*([^\[\]]+?)\s*\]")
"""Points that a person gives instead of the rule."""
_VERDICTS = {"t": True, "true": True, "f": False, "false": False}


def read_response(item: Item, placed: Placed, cell: str) -> Response | Unreadable:
    """Return the response in a cell, written as key strips print answers.

    That is `B`, `A, C`, `True`, `1 C  2 A`, `3 1 2`, words or a number. `[1.5]` in any cell gives
    points instead, and `*` is an answer that is spoiled.
    """
    key, cell = item.key, cell.strip()
    if cell in NOTHING:
        return Blank()
    by_hand = BY_HAND.fullmatch(cell)
    if by_hand and not _is_accepted(item, cell):
        return _points(item, by_hand[1])
    if cell == _SPOILED and not isinstance(key, ShortAnswerKey | ClozeKey):
        return Spoiled()
    if item.by_hand:
        return _points(item, cell)
    match key:
        case ChoiceKey() | MultipleKey():
            return _options(placed, cell)
        case TrueFalseKey():
            return _verdict(cell)
        case MatchingKey():
            return _matched(placed, cell)
        case OrderingKey():
            return _numbered(placed, cell)
        case NumericalKey(unit=unit):
            return _value(unit, cell)
        case ShortAnswerKey():
            return Words((cell,))
        case ClozeKey():
            return _gaps(placed, item.gaps, cell)
        case EssayKey():
            return _points(item, cell)
        case _ as never:
            assert_never(never)


def same_words(text: str, *, case_sensitive: bool = False) -> str:
    """Return words as they are compared.

    Typographic quotation marks, dashes and white space are made alike as in quotes (`fold`), accents
    are in one form (NFC), and the case is ignored unless it matters.
    """
    folded = fold(unicodedata.normalize("NFC", text))
    return folded if case_sensitive else folded.casefold()


def word_credit(
    accepted: Sequence[Wording], text: str, *, case_sensitive: bool = False
) -> Fraction:
    """Return the credit (0 to 1) of the first accepted wording that has the same words."""
    wanted = same_words(text, case_sensitive=case_sensitive)
    for wording in accepted:
        if wanted and same_words(wording.text, case_sensitive=case_sensitive) == wanted:
            return Fraction(wording.credit, 100)
    return Fraction(0)


def _is_accepted(item: Item, cell: str) -> bool:
    key = item.key
    return (
        isinstance(key, ShortAnswerKey)
        and not item.by_hand
        and word_credit(key.accepted, cell, case_sensitive=key.case_sensitive) > 0
    )


def _points(item: Item, text: str) -> Given | Unreadable:
    value = read_number(text)
    hint = f"type the points that were given, 0 to {shown(item.points)}"
    if isinstance(value, Unreadable):
        return Unreadable(value.message, hint)
    if value < 0:
        return Unreadable(f"{shown(value)} points are less than 0", hint)
    if value > item.points:
        most = shown(item.points)
        return Unreadable(f"{shown(value)} points are above the maximum of {most}", hint)
    return Given(value)


def _options(placed: Placed, cell: str) -> Chosen | Unreadable:
    letters = re.sub(r"[\s,;/+&.)]+", "", cell)
    last = letter(len(placed.order) - 1)
    if not letters or re.search(r"[^A-Za-z]", letters):
        return Unreadable(
            f"`{cut(cell)}` is not a letter", f"type letters A to {last}, {_OR_SPOILED}"
        )
    places = [ord(mark) - ord("A") for mark in letters.upper()]
    for place in places:
        if place >= len(placed.order):
            return Unreadable(f"there is no option {letter(place)}: the paper has A to {last}")
    return Chosen(frozenset(placed.order[place] for place in places))


def _verdict(cell: str) -> Judged | Spoiled | Unreadable:
    words = re.split(r"[\s,;/]+", cell.casefold())
    if words == ["tf"] or set(words) in ({"t", "f"}, {"true", "false"}):
        return Spoiled()
    if len(words) == 1 and words[0] in _VERDICTS:
        return Judged(_VERDICTS[words[0]])
    message = f"`{cut(cell)}` is neither true nor false"
    return Unreadable(message, f"type `T` or `F`, {_OR_SPOILED}")


def _matched(placed: Placed, cell: str) -> Matched | Unreadable:
    size, last = len(placed.order), letter(len(placed.responses) - 1)
    example = " ".join(f"{at}{letter(at % len(placed.responses))}" for at in range(1, size + 1))
    hint = (
        f"type a letter for each premise from the top, `-` for an empty box, or numbers "
        f"with letters: `{example}`"
    )
    bare = re.sub(r"[\s,;]+", "", cell)
    marks: list[str] = ["-"] * size
    if any(character.isdigit() for character in bare):
        pairs = _PREMISE.findall(bare)
        if _PREMISE.sub("", bare):
            return Unreadable(f"`{cut(cell)}` is not a list of premises with letters", hint)
        numbers = [int(number) for number, _ in pairs]
        for number in numbers:
            if not 1 <= number <= size:
                return Unreadable(f"there is no premise {number}: the paper has 1 to {size}", hint)
            if numbers.count(number) > 1:
                return Unreadable(f"premise {number} is answered twice", hint)
        for number, (_, mark) in zip(numbers, pairs, strict=True):
            marks[number - 1] = mark
    else:
        if re.search(rf"[^A-Za-z{_EMPTY_BOX}]", bare):
            return Unreadable(f"`{cut(cell)}` is not a list of letters", hint)
        if len(bare) != size:
            return Unreadable(f"{size} premises, but {counted(len(bare), 'letter')}", hint)
        marks = list(bare)
    given: list[int | None] = [None] * size
    for index, mark in zip(placed.order, marks, strict=True):
        if mark not in _EMPTY_BOX:
            place = ord(mark.upper()) - ord("A")
            if place >= len(placed.responses):
                message = f"there is no response {letter(place)}: the paper has A to {last}"
                return Unreadable(message, hint)
            given[index] = placed.responses[place]
    return Matched(tuple(given))


def _numbered(placed: Placed, cell: str) -> Numbered | Unreadable:
    size = len(placed.order)
    hint = f"type the numbers in the boxes from the top, 1 to {size}, `-` for an empty box"
    words = [word for word in re.split(r"[\s,;]+", cell) if word]
    if len(words) == 1 and len(words[0]) == size <= 9:
        words = list(words[0])
    if len(words) != size:
        return Unreadable(f"{size} boxes, but {counted(len(words), 'number')}", hint)
    given: list[int | None] = [None] * size
    for index, word in zip(placed.order, words, strict=True):
        if word in _EMPTY_BOX:
            continue
        if not re.fullmatch(r"[0-9]{1,3}", word) or not 1 <= int(word) <= size:
            return Unreadable(f"`{cut(word)}` is not the number of a step", hint)
        given[index] = int(word)
    return Numbered(tuple(given))


def _gaps(placed: Placed, size: int, cell: str) -> Words | Unreadable:
    if size == 1:
        return Words((cell,))
    texts = [text.strip() for text in re.split(r"[;\n]", cell)]
    if len(texts) != size:
        columns = ", ".join(f"{placed.number}.{gap}" for gap in range(1, size + 1))
        hint = (
            "separate the gaps with `;` and leave out an empty gap (`one; ; three`), "
            f"or use the columns {columns}"
        )
        return Unreadable(f"{size} gaps, but {counted(len(texts), 'answer')}", hint)
    return Words(tuple("" if text in NOTHING else text for text in texts))


def _value(unit: str, cell: str) -> Value | Unreadable:
    if unit and same_words(cell).endswith(same_words(unit)):
        # Folding changes lengths, so the unit is removed from the folded text.
        cell = re.sub(rf"{re.escape(fold(unit))}$", "", fold(cell), flags=re.IGNORECASE)
    value = read_number(cell)
    return value if isinstance(value, Unreadable) else Value(value)


# --- numbers --------------------------------------------------------------------------------------

_GROUPS = re.compile(r"(?<=[0-9])[ \u00a0\u2009\u202f'’](?=[0-9]{3}(?![0-9]))")
_MINUS = str.maketrans(dict.fromkeys("−–﹣－", "-"))
_NUMBER = re.compile(r"([-+]?)(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?")
_AMBIGUOUS = re.compile(r"([-+]?[1-9][0-9]{0,2})[.,]([0-9]{3})")


def read_number(text: str) -> Fraction | Unreadable:
    """Return a number with a decimal point or comma: `8.5`, `8,5`, `−3`, `1 500`, `1.500,25`.

    `1,500` and `1.500` may be one and a half or fifteen hundred, and are not read.
    """
    bare = _GROUPS.sub("", text.strip().translate(_MINUS))
    message = f"`{cut(text)}` is not a number"
    hint = "type the number alone, or `*` if the answer is not a number"
    if len(bare) > 60:
        return Unreadable(message, hint)
    if ambiguous := _AMBIGUOUS.fullmatch(bare):
        whole, decimals = ambiguous.groups()
        grouped = f"{whole}{decimals}"
        # Typed with three decimals it would be just as ambiguous.
        shorter = decimals.rstrip("0")
        decimal = f"{whole}.{shorter if len(shorter) < 3 else f'{decimals}0'}".rstrip(".")
        return Unreadable(
            f"`{bare}` may be {grouped} or {decimal}", f"type `{grouped}` or `{decimal}`"
        )
    for group, point in ((",", "."), (".", ",")):
        grouped = rf"[-+]?[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+"
        if re.fullmatch(rf"{grouped}{re.escape(point)}[0-9]*", bare) or (
            bare.count(group) > 1 and re.fullmatch(grouped, bare)
        ):
            bare = bare.replace(group, "")
            break
    bare = bare.replace(",", ".")
    return Fraction(bare.rstrip(".")) if _NUMBER.fullmatch(bare) else Unreadable(message, hint)


def shown(value: Fraction, digits: int = 2, *, padded: bool = False) -> str:
    """Return a number rounded half away from zero, without trailing zeros unless `padded`.

    5/3 → `1.67`, 2 → `2`.
    """
    scale = 10**digits
    rounded = (abs(value) * scale * 2 + 1) // 2
    whole, decimals = divmod(rounded, scale)
    text = f"{whole}.{decimals:0{digits}}" if digits else str(whole)
    if digits and not padded:
        text = text.rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and rounded else text


def cut(text: str) -> str:
    """Return a cell as messages quote it: one line of at most 40 characters."""
    return shortened(text, 40)
