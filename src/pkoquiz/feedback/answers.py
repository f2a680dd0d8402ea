"""Responses as text, with the letters and numbers of the candidate's version."""

from __future__ import annotations

from typing import assert_never

from pkoquiz.exam import keys
from pkoquiz.exam.letters import letter
from pkoquiz.exam.versions import Placed
from pkoquiz.feedback import phrases
from pkoquiz.grading.printed import Item
from pkoquiz.grading.responses import (
    Blank,
    Boxes,
    Chosen,
    Given,
    Judged,
    Response,
    Spoiled,
    Value,
    Words,
    shown,
)
from pkoquiz.language import decimal, say


def own_answer(item: Item, placed: Placed, response: Response) -> str:
    """Return what the candidate answered."""
    match response:
        case Blank():
            return say(phrases.NO_ANSWER)
        case Spoiled():
            return say(phrases.SPOILED)
        case Given():
            return say(phrases.GRADED)
        case Chosen(options):
            places = sorted(placed.order.index(option) for option in options)
            return ", ".join(map(letter, places))
        case Judged(verdict):
            return say(phrases.TRUE if verdict else phrases.FALSE)
        case Boxes(contents):
            return _boxes(item, placed, contents)
        case Words(texts):
            return "; ".join(text or say(phrases.EMPTY) for text in texts)
        case Value(value):
            return decimal(shown(value, 6))
        case _ as never:
            assert_never(never)


def _boxes(item: Item, placed: Placed, contents: tuple[int | None, ...]) -> str:
    marks = []
    for place, index in enumerate(placed.order, 1):
        content = contents[index]
        if content is None:
            mark = say(phrases.EMPTY)
        elif isinstance(item.key, keys.MatchingKey):
            mark = letter(placed.responses.index(content))
        else:
            mark = str(content)
        marks.append(f"{place}\u00a0{mark}" if isinstance(item.key, keys.MatchingKey) else mark)
    return "  ".join(marks) if isinstance(item.key, keys.MatchingKey) else " ".join(marks)
