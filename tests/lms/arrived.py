"""The state of a learning management system after an import, as the readers here return it.

`checked` compares it with the question: each right answer earns everything, each wrong one what
the bank says, and each feedback is at its option.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from typing import Any

from lxml import html as lxml_html

from pkoquiz import markup
from pkoquiz.model.answers import Blanks, Number, Options, Pairs, Steps, Verdict, replies, task_of
from pkoquiz.model.question import Question


class Refused(Exception):  # noqa: N818 - what a system does to the file
    """The system would refuse the file, lose a question or misread it."""


@dataclass(frozen=True)
class Arrived:
    """A question after the import. All texts are what a reader sees of the HTML."""

    id: str
    type: str
    text: str
    general: str = ""
    points: Decimal = Decimal(1)
    section: str = ""
    options: tuple[str, ...] = ()
    """Options, responses or steps in the order of the file."""
    feedback: dict[Any, str] = field(default_factory=dict)
    """Option, verdict or typed answer → feedback."""
    score: Callable[[Any], Decimal] = field(default=lambda response: Decimal(0))
    """Share of the points that a response earns."""
    shuffled: bool = False
    tags: tuple[str, ...] = ()
    more: dict[str, str] = field(default_factory=dict)
    """What only one format has."""


def visible(html: str) -> str:
    """Return what a reader sees of HTML, on one line, with pictures as their descriptions."""
    if not html.strip():
        return ""
    tree = lxml_html.fragment_fromstring(html, create_parent="div")
    for picture in tree.iter("img"):
        picture.tail = f"[{picture.get('alt', '')}]{picture.tail or ''}"
    for block in tree.iter("p", "li", "br", "td", "th", "blockquote", "pre", "hr", "ul", "ol"):
        block.tail = f"\n{block.tail or ''}"
        block.text = f"\n{block.text or ''}" if block.tag not in ("br", "hr") else None
    return " ".join(str(tree.text_content()).split())


def _described(source: str, alt: str) -> str:
    return f"[{escape(alt or source)}]"


def shown(markdown: str) -> str:
    """Return what a reader sees of block Markdown."""
    return visible(markup.html(markdown, _described)) if markdown else ""


def shown_line(markdown: str) -> str:
    """Return what a reader sees of one line of Markdown."""
    return visible(markup.inline_html(markdown, _described))


def line(text: str) -> str:
    """Return plain text on one line."""
    return " ".join(text.split())


def responses(question: Question) -> Iterator[tuple[Any, Decimal]]:
    """Yield responses with the share of the points that they earn by the bank."""
    one, none = Decimal(1), Decimal(0)
    task = task_of(question)
    match task:
        case Options(options=options, several=several, exact=exact):
            texts = [shown_line(option.text) for option in options]
            right = frozenset(texts[index] for index in task.keys)
            yield right, one
            yield frozenset(), none
            yield from ((frozenset([text]), none) for text in texts if text not in right)
            if several:
                yield frozenset(texts), none
                if exact:
                    yield from ((frozenset([text]), none) for text in right if len(right) > 1)
        case Verdict(right=verdict):
            yield from ((verdict, one), (not verdict, none), (None, none))
        case Pairs(pairs=pairs):
            key = {shown_line(pair.premise): line(pair.response) for pair in pairs}
            yield from ((key, one), ({}, none))
            first = next(iter(key))
            other = next(text for text in map(line, task.responses) if text != key[first])
            yield key | {first: other}, one - one / len(pairs)
        case Steps(steps=steps):
            order = tuple(map(shown_line, steps))
            yield from ((order, one), (order[::-1], none if len(order) % 2 == 0 else one))
        case Blanks(blanks=blanks):
            best = [line(blank.answers[0].text) for blank in blanks]
            for reply in replies(question):
                filled = [*best]
                filled[reply.index] = line(reply.answer) if reply.answer else "n0nsense"
                yield tuple(filled), one - (one - Decimal(reply.credit) / 100) / len(blanks)
            yield ("",) * len(blanks), none
        case Number(value=value, tolerance=tolerance, wrong=wrong):
            low, high = task.bounds
            yield from ((value, one), (low, one), (high, one), (None, none))
            step = tolerance or abs(value) or one
            yield from ((low - step / 10, none), (high + step / 10, none))
            yield from ((slip.value, none) for slip in wrong)
        case _:
            return


def feedback(question: Question) -> dict[Any, str]:
    """Return the author's feedback on each option, verdict or typed answer."""
    match task_of(question):
        case Options(options=options):
            said = {shown_line(option.text): shown(option.feedback) for option in options}
        case Verdict(if_true=if_true, if_false=if_false):
            said = {True: shown(if_true), False: shown(if_false)}  # type: ignore[dict-item]
        case Blanks() | Number():
            said = {
                (reply.index, line(reply.answer)): shown(reply.said)  # type: ignore[misc]
                for reply in replies(question)
            }
        case _:
            said = {}
    return {answer: text for answer, text in said.items() if text}


def check_scores(question: Question, arrived: Arrived, *, whole: bool = False) -> None:
    """Fail unless all responses earn what the bank says; with `whole`, all or nothing by parts."""
    for response, share in responses(question):
        task = task_of(question)
        is_part = isinstance(task, Pairs | Steps | Blanks) and 0 < share < 1
        if whole and is_part:
            continue
        if isinstance(task, Steps) and share == 1 and response[0] != shown_line(task.steps[0]):
            continue  # only the reversed order of an odd number of steps is partly right
        earned = arrived.score(response)
        assert abs(earned - share) < Decimal("0.002"), (question.id, response, earned, share)


def by_id(arrived: Sequence[Arrived]) -> dict[str, Arrived]:
    """Return the questions by id; no id may be used twice."""
    found = {question.id: question for question in arrived}
    assert len(found) == len(arrived)
    return found
