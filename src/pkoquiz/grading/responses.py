"""Responses: read a cell of the table as the answer to a question on the candidate's version.

Positions in responses are those of the question as written, from 0, so that versions can be
compared. A cell that cannot be read gives a message; an invalid answer that a candidate may really
have given (two letters in a single choice) is a response.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from string import ascii_uppercase
from typing import assert_never

from pkoquiz.exam import keys
from pkoquiz.exam.letters import letter
from pkoquiz.exam.rules import VERDICTS, verdict
from pkoquiz.exam.versions import Placed
from pkoquiz.grading.printed import Item
from pkoquiz.language import decimal, say
from pkoquiz.prose import counted, shortened
from pkoquiz.quotes.find import fold

# --- responses ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Blank:
    """Nothing was answered."""


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A spoiled answer: `*`, or true and false at once."""


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
class Boxes:
    """The content of the box of each premise or step as written; None for an empty box.

    It is a response (its position from 0) for each premise, or a number (from 1) for each step.
    """

    contents: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """One text, or one for each gap; empty if nothing was written."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A number."""

    value: Fraction


Response = Blank | Spoiled | Given | Chosen | Judged | Boxes | Words | Value


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a cell is not an answer to its question, and what to type instead."""

    message: str
    hint: str = ""


UNDECIDED_ANSWER = Unreadable(
    "this answer is undecided",
    "decide it in review.html of `pkoquiz exam scan`, or type the answer",
)

# --- cells ----------------------------------------------------------------------------------------

NOTHING = ("", "-", "–", "—")
"""Cells that mean “not answered”."""
_SPOILED = "*"
UNDECIDED = "?"
"""A cell that a person has to decide; nothing is graded while there is one."""
_FULL_STOPS = (".", "。")
_OR_SPOILED = "or `*` for a spoiled answer"
_EMPTY_BOX = "-_–—"
_PREMISE = re.compile(rf"(\d{{1,2}})[.:)=]?([A-Za-z{_EMPTY_BOX}])")
BY_HAND = re.compile(r"\[([^\[\]]+)\]")
"""Points given by a person instead of the scoring rule."""


def read_response(item: Item, placed: Placed, cell: str) -> Response | Unreadable:
    """Return the response in a cell, written as key strips print answers.

    It is `B`, `A, C`, `True`, `1 C  2 A`, `3 1 2`, words or a number. `[1.5]` in any cell gives
    points instead, and `*` marks a spoiled answer.
    """
    key, cell = item.key, cell.strip()
    if cell in NOTHING:
        return Blank()
    if cell == UNDECIDED:
        return UNDECIDED_ANSWER
    by_hand = BY_HAND.fullmatch(cell)
    if cell == _SPOILED and not isinstance(key, keys.ShortAnswerKey | keys.ClozeKey):
        return Spoiled()
    if item.by_hand:
        return _points(item, by_hand[1] if by_hand else cell)
    # An accepted wording may have the form of points.
    accepted = key.accepted if isinstance(key, keys.ShortAnswerKey) else ()
    if by_hand and not word_credit(accepted, cell):
        return _points(item, by_hand[1])
    match key:
        case keys.ChoiceKey() | keys.MultipleKey():
            return _options(placed, cell)
        case keys.TrueFalseKey():
            return _verdict(cell)
        case keys.MatchingKey():
            return _matched(placed, cell)
        case keys.OrderingKey():
            return _numbered(placed, cell)
        case keys.NumericalKey(unit=unit):
            return _value(unit, cell)
        case keys.ShortAnswerKey():
            return Words((cell,))
        case keys.ClozeKey():
            return _gaps(placed, item.gaps, cell)
        case keys.EssayKey():
            return _points(item, cell)
        case _ as never:
            assert_never(never)


def cell_format(item: Item, placed: Placed) -> str:
    """Return what to type in the cell of a question."""
    last = letter(len(placed.responses or placed.order) - 1)
    if item.by_hand:
        return say("points 0 to {most}", most=decimal(shown(item.points)))
    match item.key:
        case keys.ChoiceKey():
            return say("letter A to {last}", last=last)
        case keys.MultipleKey():
            return say("letters A to {last}", last=last)
        case keys.TrueFalseKey():
            return say("{true} or {false}", true=verdict(True)[0], false=verdict(False)[0])
        case keys.MatchingKey():
            return say("{count} letters A to {last}", count=len(placed.order), last=last)
        case keys.OrderingKey():
            return say("{count} numbers from the top", count=len(placed.order))
        case keys.NumericalKey(unit=unit):
            return say("number ({unit})", unit=unit) if unit else say("number")
        case keys.ShortAnswerKey() | keys.ClozeKey() | keys.EssayKey():
            return say("words")
        case _ as never:
            assert_never(never)


def same_words(text: str, *, case_sensitive: bool = False) -> str:
    """Return words in the form in which they are compared.

    Typographic quotation marks, dashes and white space are unified as in quotes (`fold`), accents
    are normalised (NFC), and case is ignored unless it matters.
    """
    folded = fold(unicodedata.normalize("NFC", text))
    return folded if case_sensitive else folded.casefold()


def is_same(text: str, wording: str, *, case_sensitive: bool = False) -> bool:
    """Return whether a text has the words of a wording.

    A full stop at its end is ignored if the wording has none.
    """
    written = same_words(text, case_sensitive=case_sensitive)
    wanted = same_words(wording, case_sensitive=case_sensitive)
    if not wanted.endswith(_FULL_STOPS):
        written = written.removesuffix(".").removesuffix("。").rstrip()
    return bool(written) and written == wanted


def word_credit(
    accepted: Sequence[keys.Wording], text: str, *, case_sensitive: bool = False
) -> Fraction:
    """Return the credit (0 to 1) of the first accepted wording that has the same words."""
    for wording in accepted:
        if is_same(text, wording.text, case_sensitive=case_sensitive):
            return Fraction(wording.credit, 100)
    return Fraction(0)


def _points(item: Item, text: str) -> Given | Unreadable:
    value = read_number(text)
    hint = f"type the points given by the grader, 0 to {shown(item.points)}"
    if isinstance(value, Unreadable):
        return Unreadable(value.message, hint)
    if not 0 <= value <= item.points:
        most = shown(item.points)
        return Unreadable(f"{shown(value)} points are not between 0 and {most}", hint)
    return Given(value)


def _options(placed: Placed, cell: str) -> Chosen | Unreadable:
    places = [ascii_uppercase.find(mark) for mark in re.sub(r"[\s,;/+&.)]+", "", cell).upper()]
    last = letter(len(placed.order) - 1)
    if not places or min(places) < 0:
        hint = f"type letters A to {last}, {_OR_SPOILED}"
        return Unreadable(f"`{cut(cell)}` is not a letter", hint)
    if max(places) >= len(placed.order):
        return Unreadable(f"there is no option {letter(max(places))}: the paper has A to {last}")
    return Chosen(frozenset(placed.order[place] for place in places))


def _verdict(cell: str) -> Judged | Spoiled | Unreadable:
    words = re.split(r"[\s,;/]+", cell.casefold())
    # As the paper names them, or in English.
    names = {
        name.casefold(): answer
        for answer in (True, False)
        for name in (*VERDICTS[answer], *verdict(answer))
    }
    answers = {names.get(word) for word in words}
    if words == ["tf"] or answers == {True, False}:
        return Spoiled()
    if len(words) == 1 and words[0] in names:
        return Judged(names[words[0]])
    true, false = verdict(True)[0], verdict(False)[0]
    message = f"`{cut(cell)}` is neither true nor false"
    return Unreadable(message, f"type `{true}` or `{false}`, {_OR_SPOILED}")


def _matched(placed: Placed, cell: str) -> Boxes | Unreadable:
    size, last = len(placed.order), letter(len(placed.responses) - 1)
    example = " ".join(f"{at}{letter(at % len(placed.responses))}" for at in range(1, size + 1))
    hint = (
        f"type a letter for each premise from the top, `-` for an empty box, or numbers "
        f"with letters: `{example}`"
    )
    bare = re.sub(r"[\s,;]+", "", cell)
    pairs = [(int(number), mark) for number, mark in _PREMISE.findall(bare)]
    if pairs and _PREMISE.sub("", bare):
        return Unreadable(f"`{cut(cell)}` is not a list of premises with letters", hint)
    if not pairs:
        pairs = list(enumerate(bare, 1))
        if len(pairs) != size:
            return Unreadable(f"{size} premises, but {counted(len(pairs), 'letter')}", hint)
    contents: dict[int, int | None] = {}
    for number, mark in pairs:
        if not 1 <= number <= size:
            return Unreadable(f"there is no premise {number}: the paper has 1 to {size}", hint)
        premise, place = placed.order[number - 1], ascii_uppercase.find(mark.upper())
        if premise in contents:
            return Unreadable(f"premise {number} is answered twice", hint)
        if mark not in _EMPTY_BOX and place < 0:
            return Unreadable(f"`{cut(cell)}` is not a list of letters", hint)
        if place >= len(placed.responses):
            message = f"there is no response {letter(place)}: the paper has A to {last}"
            return Unreadable(message, hint)
        contents[premise] = placed.responses[place] if place >= 0 else None
    return Boxes(tuple(contents.get(premise) for premise in range(size)))


def _numbered(placed: Placed, cell: str) -> Boxes | Unreadable:
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
    return Boxes(tuple(given))


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
_NUMBER = re.compile(r"([-+]?)(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][-+]?[0-9]{1,2})?")
_AMBIGUOUS = re.compile(r"([-+]?[1-9][0-9]{0,2})[.,]([0-9]{3})")


def read_number(text: str) -> Fraction | Unreadable:
    """Return a number with a decimal point or comma: `8.5`, `8,5`, `−3`, `1 500`, `1.500,25`.

    `1,500` and `1.500` may mean one and a half or fifteen hundred, so they are refused.
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
    """Return a cell for quoting in messages: one line of at most 40 characters."""
    return shortened(text, 40)
