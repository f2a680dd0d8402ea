"""Responses as text, with the letters and numbers of the candidate's version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, assert_never

from pkoquiz.exam import keys
from pkoquiz.exam.letters import letter
from pkoquiz.exam.versions import Placed
from pkoquiz.exporters.papers.shapes import Choice, Inline, Line, Plain
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
from pkoquiz.model import answers
from pkoquiz.model.answers import task_of
from pkoquiz.model.question import Question


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


def choices(question: Question, placed: Placed, response: Response) -> Iterator[Choice]:
    """Yield the options as printed, or what the candidate wrote beside premises or steps."""
    match task_of(question), response:
        case answers.Options() as task, _:
            chosen = response.options if isinstance(response, Chosen) else frozenset()
            yield from _options(task, placed, chosen)
        case answers.Pairs() as task, Boxes(contents):
            for place, index in enumerate(placed.order, 1):
                pair, content = task.pairs[index], contents[index]
                words = say(phrases.EMPTY) if content is None else task.responses[content]
                line = Line((Inline(pair.premise), Plain(f" – {words}")))
                yield _box(str(place), line, content == task.keys[index])
        case answers.Steps(steps=steps), Boxes(contents):
            # In the order in which the candidate put the steps, those without a number at the end.
            numbered = [(contents[index] or len(steps) + 1, index) for index in placed.order]
            for number, index in sorted(numbered, key=lambda pair: pair[0]):
                mark = say(phrases.EMPTY) if contents[index] is None else str(number)
                yield _box(mark, Line((Inline(steps[index]),)), number == index + 1)
        case _:
            return


def _options(task: answers.Options, placed: Placed, chosen: frozenset[int]) -> Iterator[Choice]:
    for place, index in enumerate(placed.order):
        option = task.options[index]
        if index in chosen:
            note = say(phrases.CHOSEN_CORRECT if option.correct else phrases.CHOSEN_WRONG)
        else:
            note = say(phrases.NOT_CHOSEN) if option.correct else ""
        line = Line((Inline(option.text),))
        bubble: Literal["square", "round"] = "square" if task.several else "round"
        yield Choice(letter(place), line, note, index in chosen, bubble)


def _box(mark: str, line: Line, is_right: bool) -> Choice:
    return Choice(mark, line, say(phrases.CORRECT if is_right else phrases.WRONG), chosen=True)
