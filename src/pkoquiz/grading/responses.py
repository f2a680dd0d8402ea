"""What a candidate wrote: a cell of the table of answers as a response to its question, in the version they had.

Positions in responses are those of the question as written, from 0, so that versions can be compared. A cell that
cannot be read is told in words; what a candidate may well have written (two letters in a single choice) is a response.
"""

from __future__ import annotations

import re
import unicodedata
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
)
from pkoquiz.exam.letters import letter
from pkoquiz.exam.versions import Placed
from pkoquiz.grading.printed import Item
from pkoquiz.quotes.find import fold

# --- responses ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Blank:
    """Nothing was answered."""


@dataclass(frozen=True, slots=True)
class Spoiled:
    """Something was answered that can be no answer: `*`, or true and false at once."""


@dataclass(frozen=True, slots=True)
class Given:
    """Points that a person gave."""

    points: Fraction


@dataclass(frozen=True, slots=True)
class Chosen:
    """Options that were marked."""

    options: frozenset[int]


@dataclass(frozen=True, slots=True)
class Judged:
    """True or false."""

    verdict: bool


@dataclass(frozen=True, slots=True)
class Matched:
    """For each premise as written the response given to it; None for an empty box."""

    responses: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """For each step as written the number (from 1) given to it; None for an empty box."""

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
class Unread:
    """Why a cell is no answer to its question, and what to type instead."""

    message: str
    hint: str = ""


# --- one cell -------------------------------------------------------------------------------------

NOTHING = ("", "-", "–", "—")
SPOILED = "*"
_EMPTY_BOX = "-_–—"
_PLAIN_LETTERS = re.compile(r"[A-Za-z]")
_PREMISE = re.compile(rf"(\d{{1,2}})\s*[.:)=]?\s*([A-Za-z{_EMPTY_BOX}])")
BY_HAND = re.compile(r"\[\s*([^\[\]]+?)\s*\]")
"""Points that a person gives instead of the rule."""
_WORDS_FOR = {"t": True, "true": True, "f": False, "false": False}


def read_response(item: Item, placed: Placed, cell: str) -> Response | Unread:
    """The response in a cell, as the key strips write answers: `B`, `A, C`, `True`, `1 C  2 A`, `3 1 2`, words, a number.

    `[1.5]` in any cell is points given by a person instead. `*` is an answer that cannot be one.
    """
    cell = cell.strip()
    if cell in NOTHING:
        return Blank()
    by_hand = BY_HAND.fullmatch(cell)
    if by_hand and not _is_accepted(item, cell):
        return _points(item, by_hand[1])
    if cell == SPOILED and not isinstance(item.key, ShortAnswerKey | ClozeKey):
        return Spoiled()
    match item.key:
        case ChoiceKey() | MultipleKey():
            return _options(placed, cell)
        case TrueFalseKey():
            return _verdict(cell)
        case MatchingKey():
            return _matched(placed, cell)
        case OrderingKey():
            return _numbered(placed, cell)
        case NumericalKey():
            return _value(item.key, cell)
        case ShortAnswerKey() if item.by_hand:
            return _points(item, cell)
        case ShortAnswerKey():
            return Words((cell,))
        case ClozeKey():
            return _gaps(placed, len(item.key.gaps), cell)
        case EssayKey():
            return _points(item, cell)
        case _ as never:
            assert_never(never)


def same_words(text: str, *, case_sensitive: bool = False) -> str:
    """Words as they are compared: like quotes, with typographic quotation marks, dashes and white space made alike
    (`quotes.fold`), accents in one form (NFC), and without regard to case unless it matters."""
    folded = fold(unicodedata.normalize("NFC", text))
    return folded if case_sensitive else folded.casefold()


def _is_accepted(item: Item, cell: str) -> bool:
    if not isinstance(item.key, ShortAnswerKey) or item.by_hand:
        return False
    case = item.key.case_sensitive
    wanted = same_words(cell, case_sensitive=case)
    return any(same_words(each.text, case_sensitive=case) == wanted for each in item.key.accepted)


def _points(item: Item, text: str) -> Given | Unread:
    value = read_number(text)
    range_told = f"type the points that were given, 0 to {shown(item.points)}"
    if isinstance(value, Unread):
        return Unread(value.message, range_told)
    if value < 0:
        return Unread(f"{shown(value)} points are less than 0", range_told)
    if value > item.points:
        return Unread(
            f"{shown(value)} points are above the maximum of {shown(item.points)}", range_told
        )
    return Given(value)


def _options(placed: Placed, cell: str) -> Chosen | Unread:
    letters = re.sub(r"[\s,;/+&.)]+", "", cell)
    last = letter(len(placed.order) - 1)
    if not letters or re.search(r"[^A-Za-z]", letters):
        return Unread(
            f"`{cut(cell)}` is no letter", f"type letters A to {last}, or `*` for a spoiled answer"
        )
    places = [ord(each) - ord("A") for each in letters.upper()]
    for place in places:
        if place >= len(placed.order):
            return Unread(f"there is no option {letter(place)}: the paper has A to {last}")
    return Chosen(frozenset(placed.order[place] for place in places))


def _verdict(cell: str) -> Judged | Spoiled | Unread:
    words = re.split(r"[\s,;/]+", cell.casefold())
    if words == ["tf"] or set(words) in ({"t", "f"}, {"true", "false"}):
        return Spoiled()
    if len(words) == 1 and words[0] in _WORDS_FOR:
        return Judged(_WORDS_FOR[words[0]])
    return Unread(
        f"`{cut(cell)}` is neither true nor false", "type `T` or `F`, or `*` for a spoiled answer"
    )


def _matched(placed: Placed, cell: str) -> Matched | Unread:
    size, last = len(placed.order), letter(len(placed.responses) - 1)
    example = " ".join(f"{at}{letter(at % len(placed.responses))}" for at in range(1, size + 1))
    hint = f"type a letter for each premise from above, `-` for an empty box, or `{example}`"
    bare = re.sub(r"[\s,;]+", "", cell)
    marks: list[str] = ["-"] * size
    if any(sign.isdigit() for sign in bare):
        pairs = _PREMISE.findall(bare)
        if _PREMISE.sub("", bare):
            return Unread(f"`{cut(cell)}` is no list of premises with letters", hint)
        numbers = [int(number) for number, _ in pairs]
        for number in numbers:
            if not 1 <= number <= size:
                return Unread(f"there is no premise {number}: the paper has 1 to {size}", hint)
            if numbers.count(number) > 1:
                return Unread(f"premise {number} is answered twice", hint)
        for number, (_, mark) in zip(numbers, pairs, strict=True):
            marks[number - 1] = mark
    else:
        if re.search(rf"[^A-Za-z{_EMPTY_BOX}]", bare):
            return Unread(f"`{cut(cell)}` is no list of letters", hint)
        if len(bare) != size:
            return Unread(f"{size} premises, {len(bare)} {plural('letter', len(bare))}", hint)
        marks = list(bare)
    given: list[int | None] = [None] * size
    for index, mark in zip(placed.order, marks, strict=True):
        if mark not in _EMPTY_BOX:
            place = ord(mark.upper()) - ord("A")
            if place >= len(placed.responses):
                return Unread(
                    f"there is no response {letter(place)}: the paper has A to {last}", hint
                )
            given[index] = placed.responses[place]
    return Matched(tuple(given))


def _numbered(placed: Placed, cell: str) -> Numbered | Unread:
    size = len(placed.order)
    hint = f"type the numbers in the boxes from above, 1 to {size}, `-` for an empty box"
    words = re.split(r"[\s,;]+", cell)
    if len(words) == 1 and len(words[0]) == size and size <= 9:
        words = list(words[0])
    words = [word for word in words if word]
    if len(words) != size:
        return Unread(f"{size} boxes, {len(words)} {plural('number', len(words))}", hint)
    given: list[int | None] = [None] * size
    for index, word in zip(placed.order, words, strict=True):
        if word in _EMPTY_BOX:
            continue
        if not re.fullmatch(r"[0-9]{1,3}", word) or not 1 <= int(word) <= size:
            return Unread(f"`{cut(word)}` is no number of a step", hint)
        given[index] = int(word)
    return Numbered(tuple(given))


def _gaps(placed: Placed, size: int, cell: str) -> Words | Unread:
    if size == 1:
        return Words((cell,))
    texts = tuple(
        "" if text.strip() in NOTHING else text.strip() for text in re.split(r"[;\n]", cell)
    )
    if len(texts) != size:
        columns = ", ".join(f"{placed.number}.{at}" for at in range(1, size + 1))
        hint = f"part the gaps by `;`, with nothing between two for an empty gap, or give them columns: {columns}"
        return Unread(f"{size} gaps, {len(texts)} {plural('answer', len(texts))}", hint)
    return Words(texts)


def _value(key: NumericalKey, cell: str) -> Value | Unread:
    bare, unit = cell, key.unit
    if unit and same_words(cell).endswith(same_words(unit)):
        # Folding keeps no length: the unit is cut off as many words as it has.
        bare = re.sub(rf"{re.escape(fold(unit))}$", "", fold(cell), flags=re.IGNORECASE)
    value = read_number(bare)
    return value if isinstance(value, Unread) else Value(value)


_GROUPS = re.compile(r"(?<=[0-9])[ \u00a0\u2009\u202f'’](?=[0-9]{3}(?![0-9]))")
_MINUS = str.maketrans(dict.fromkeys("−–﹣－", "-"))
_NUMBER = re.compile(r"([-+]?)(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?")


def read_number(text: str) -> Fraction | Unread:
    """A number with a decimal point or comma: `8.5`, `8,5`, `−3`, `1 500`, `1,500.25`, `1.500,25`.

    `1,500` alone may be either, and is told.
    """
    bare = _GROUPS.sub("", text.strip().translate(_MINUS))
    nothing = Unread(
        f"`{cut(text)}` is no number", "type the number alone, or `*` if the answer is not a number"
    )
    if len(bare) > 60:
        return nothing
    if re.fullmatch(r"[-+]?[1-9][0-9]{0,2},[0-9]{3}", bare):
        return Unread(
            f"`{bare}` may be {bare.replace(',', '')} or {bare.replace(',', '.')}",
            f"type `{bare.replace(',', '')}` or `{bare.replace(',', '.')}`",
        )
    for group, point in ((",", "."), (".", ",")):
        grouped = rf"[-+]?[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+"
        if re.fullmatch(rf"{grouped}{re.escape(point)}[0-9]*", bare) or (
            bare.count(group) > 1 and re.fullmatch(grouped, bare)
        ):
            bare = bare.replace(group, "")
            break
    bare = bare.replace(",", ".")
    return Fraction(bare.rstrip(".")) if _NUMBER.fullmatch(bare) else nothing


def shown(value: Fraction, digits: int = 2, *, padded: bool = False) -> str:
    """A number rounded half away from zero, without needless zeros unless `padded`: 5/3 → `1.67`, 2 → `2`."""
    scale = 10**digits
    whole = (abs(value) * scale * 2 + 1) // 2
    left, right = divmod(whole, scale)
    text = f"{left}.{right:0{digits}}" if digits else str(left)
    if digits and not padded:
        text = text.rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and whole else text


def plural(word: str, count: int) -> str:
    """`1 gap`, `2 gaps`: the word alone."""
    return word if count == 1 else f"{word}s"


def cut(text: str) -> str:
    """A cell as messages quote it: one line, not longer than 40 characters."""
    told = " ".join(text.split())
    return told if len(told) <= 40 else told[:39] + "…"
