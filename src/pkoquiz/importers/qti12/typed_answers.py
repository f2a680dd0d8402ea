"""Read items whose answers are typed: wordings, numbers, gaps and essays."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from pkoquiz.importers import foreign
from pkoquiz.importers.foreign import Answer, Fields, LeftOutError, decimal, percentages, wordings
from pkoquiz.importers.qti12.conditions import NONSENSE, Condition
from pkoquiz.importers.qti12.item import Item, gap_name, html_of
from pkoquiz.model.parts import number
from pkoquiz.xmlfile import Node


def short_answer(item: Item, common: Fields) -> Fields:
    """Return a short-answer question."""
    answers = _accepted(item) or _listed(item)
    known = {answer.text for answer in answers}
    answers += [
        Answer(value, Decimal(0), feedback)
        for condition in item.conditions
        for response, value in condition.right
        if value not in known and (feedback := item.feedback_on(response, value))
    ]
    if item.if_wrong:
        answers.append(Answer("*", Decimal(0), item.if_wrong))
    tests = list(item.node.walk("varequal"))
    sensitive = bool(tests) and all(test.get("case").lower() == "yes" for test in tests)
    return foreign.short_answer(item.texts, answers, case_sensitive=sensitive, **common)


def _accepted(item: Item) -> list[Answer]:
    """Return what a learner may type, with the share of the points that each wording earns."""
    named = dict.fromkeys(
        (response, value)
        for condition in item.conditions
        for response, value in condition.right
        if value
    )
    scores = {
        (response, value): item.rules.score({response: frozenset({value})})
        for response, value in named
    }
    if shares := percentages(scores):
        best = max(scores.values())
        if any(item.rules.score({name: frozenset({NONSENSE})}) >= best for name, _ in named):
            raise LeftOutError("any answer counts as right")
    elif len(item.conditions) == 1:
        shares = dict.fromkeys(named, Decimal(100))
    if any(item.node.walk("varsubstring")):
        item.texts.changes.append("answers that only contain the right words are not accepted")
    return [
        Answer(value, share, item.feedback_on(response, value))
        for (response, value), share in shares.items()
        if share > 0
    ]


def _listed(item: Item) -> list[Answer]:
    """Return the accepted answers that are listed as labels."""
    return [
        Answer(text, Decimal(100))
        for response in item.responses
        for _, text in item.options(response)
        if text
    ]


def essay(item: Item, common: Fields) -> Fields:
    """Return an essay."""
    return foreign.essay(item.texts, _model_answer(item), **common)


def _model_answer(item: Item) -> str:
    if notes := item.metadata.get("grading_notes", ""):
        return item.texts.block(notes)
    for name, text in item.feedback.items():
        if name.lower() == "solution":
            return text
    key = next(item.node.walk("answer_key"), None)
    return item.texts.block(html_of(key)) if key is not None else ""


def numerical(item: Item, common: Fields) -> Fields:
    """Return a numerical question."""
    ranges = [_range(condition) for condition in item.earning]
    answers = [
        Answer(number(value), Decimal(100), item.if_right, tolerance)
        for value, tolerance in filter(None, ranges)
    ]
    name = item.responses[0].get("ident") if item.responses else ""
    if any(item.rules.score({name: frozenset({answer.text})}) <= 0 for answer in answers):
        raise LeftOutError("its conditions give no unique key")
    if answers and item.if_right:
        item.texts.changes.append("feedback on the right number was dropped")
    if item.if_wrong:
        answers.append(Answer("*", Decimal(0), item.if_wrong))
    return foreign.numerical(item.texts, answers, **common)


def _range(condition: Condition) -> tuple[Decimal, Decimal] | None:
    """Return (number, tolerance) that a condition names; None if it names none."""
    value = decimal(condition.right[0][1]) if condition.right else None
    low = [bound for name, bound in condition.bounds if name.startswith("g")]
    high = [bound for name, bound in condition.bounds if name.startswith("l")]
    if low and high:
        if value is None or value - low[0] != high[0] - value:
            value = (low[0] + high[0]) / 2
        return value, (high[0] - low[0]) / 2
    return (value, Decimal(0)) if value is not None else None


def cloze(item: Item, common: Fields) -> Fields:
    """Return a cloze, with the gaps in the order of the text."""
    stem, gaps = common["stem"], []
    marks: list[tuple[int, str, Node]] = []
    for response in item.responses:
        name = gap_name(response)
        mark = re.search(rf"\\?\[{re.escape(name)}\\?\]", stem)
        if mark is None:
            raise LeftOutError(f"the gap `{name[:40]}` is not in the text")
        marks.append((mark.start(), mark[0], response))
    marks.sort(key=lambda mark: mark[0])
    for index, (_, mark_text, response) in enumerate(marks, 1):
        stem = stem.replace(mark_text, f"{{{{{index}}}}}", 1)
        gaps.append(_gap(item, response))
    idents = [response.get("ident") for _, _, response in marks]
    key = {name: values[0] for name in idents if (values := _key(item, name))}
    if not item.rules.is_best(key, {}):
        raise LeftOutError("its conditions give no unique key")
    return {"type": "cloze", **common, "stem": stem, "gaps": gaps}


def _key(item: Item, response: str) -> list[str]:
    """Return the values of a response that earn points."""
    return [
        value for condition in item.earning for name, value in condition.right if name == response
    ]


def _gap(item: Item, response: Node) -> dict[str, Any]:
    ident = response.get("ident")
    options = {name: item.texts.plain(text) for name, text in item.options(response)}
    key = _key(item, ident)
    labels = list(response.walk("response_label"))
    forms = {label.get("answer_type") for label in labels}
    methods = {label.get("scoring_algorithm") for label in labels}
    is_menu = item.metadata.get("question_type", "") in ("", "multiple_dropdowns_question")
    is_menu = is_menu or bool(forms & {"dropdown", "wordbank"})
    if is_menu:
        item.texts.changes.append("menus became gaps to type in")
    if methods & {"TextContainsAnswer", "TextCloseEnough"}:
        item.texts.changes.append("answers that are only close to a right one are not accepted")
    answers = []
    for name, text in options.items():
        earns = name in key or not is_menu
        feedback = item.feedback_on(ident, name)
        if earns or feedback:
            listed = wordings(text) if "TextRegex" in methods else [text]
            answers += [Answer(wording, Decimal(100 * earns), feedback) for wording in listed]
    answers += [Answer(value, Decimal(100)) for value in key if value not in options]
    accepted, wrong, _ = foreign.typed(item.texts, answers, most=20)
    return {"answers": accepted, **({"wrong": wrong} if wrong else {})}
