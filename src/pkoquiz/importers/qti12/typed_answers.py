"""Read items whose answers are typed: wordings, numbers, gaps and essays."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from pkoquiz.importers import foreign
from pkoquiz.importers.foreign import Answer, Fields, LeftOutError, decimal, wordings
from pkoquiz.importers.qti12.conditions import NONSENSE
from pkoquiz.importers.qti12.item import RIGHT, WRONG, Item, block_of, gap_name, labels_of
from pkoquiz.model.parts import number
from pkoquiz.xmlfile import Node


def accepted(item: Item) -> list[Answer]:
    """What a learner may type, with the share of the points that each wording earns."""
    named = {
        (response, value): None
        for condition in item.conditions
        for response, value in condition.right
        if value
    }
    scores = {
        (response, value): item.rules.score({response: frozenset({value})})
        for response, value in named
    }
    best = max(scores.values(), default=Decimal(0))
    if best > 0:
        if any(item.rules.score({name: frozenset({NONSENSE})}) >= best for name, _ in named):
            raise LeftOutError("any answer counts as right")
        shares = {key: score * 100 / best for key, score in scores.items() if score > 0}
    else:
        only = len(item.conditions) == 1
        shares = dict.fromkeys(named, Decimal(100)) if only else {}
    if any(each.tag == "varsubstring" for each in item.node.walk()):
        item.texts.changes.append("answers that only contain the right words are not accepted")
    return [Answer(key[1], share, item.feedback_on(*key)) for key, share in shares.items()]


def minds_case(item: Item) -> bool:
    tests = [each for each in item.node.walk() if each.tag == "varequal"]
    return bool(tests) and all(each.get("case").lower() == "yes" for each in tests)


def listed(item: Item) -> list[Answer]:
    """Return the accepted answers that are listed as labels."""
    return [
        Answer(text, Decimal(100))
        for response in item.responses()
        for _, text in labels_of(response, item.texts)
        if text
    ]


def model(item: Item) -> str:
    notes = item.metadata.get("grading_notes", "")
    if notes:
        return item.texts.block(notes)
    for name, text in item.said.items():
        if name.lower() == "solution":
            return text
    key = next((each for each in item.node.walk() if each.tag == "answer_key"), None)
    return block_of(key, item.texts) if key is not None else ""


def numerical(item: Item, common: Fields) -> Fields:
    answers = []
    for condition in item.conditions:
        if not condition.score > 0:
            continue
        low = [value for name, value in condition.bounds if name.startswith("g")]
        high = [value for name, value in condition.bounds if name.startswith("l")]
        value = decimal(condition.right[0][1]) if condition.right else None
        tolerance = Decimal(0)
        if low and high:
            middle = (low[0] + high[0]) / 2
            if value is None or value - low[0] != high[0] - value:
                value = middle
            tolerance = (high[0] - low[0]) / 2
        if value is not None:
            said = item.named(RIGHT)
            answers.append(Answer(number(value), Decimal(100), said, tolerance))
    name = item.responses()[0].get("ident") if item.responses() else ""
    if any(item.rules.score({name: frozenset({answer.text})}) <= 0 for answer in answers):
        raise LeftOutError("its conditions give no unique key")
    if answers and answers[0].feedback:
        item.texts.changes.append("feedback on the right number was dropped")
    if said := item.named(WRONG):
        answers.append(Answer("*", Decimal(0), said))
    return foreign.numerical(item.texts, answers, **common)


def blanks(item: Item, common: Fields) -> Fields:
    stem, gaps = common["stem"], []
    placed: list[tuple[int, str, Node]] = []
    for response in item.responses():
        name = gap_name(response)
        mark = re.search(rf"\\?\[{re.escape(name)}\\?\]", stem)
        if mark is None:
            raise LeftOutError(f"the gap `{name[:40]}` is not in the text")
        placed.append((mark.start(), mark[0], response))
    placed.sort(key=lambda each: each[0])
    for index, (_, written, response) in enumerate(placed, 1):
        stem = stem.replace(written, f"{{{{{index}}}}}", 1)
        gaps.append(_gap(item, response))
    key = {
        name: values[0]
        for _, _, part in placed
        if (values := _right(item, name := part.get("ident")))
    }
    if not item.rules.is_best(key, {name: [] for name in key}):
        raise LeftOutError("its conditions give no unique key")
    return {"type": "cloze", **common, "stem": stem, "gaps": gaps}


def _right(item: Item, response: str) -> list[str]:
    return [
        value
        for condition in item.conditions
        if condition.score > 0
        for name, value in condition.right
        if name == response
    ]


def _gap(item: Item, response: Node) -> dict[str, Any]:
    ident = response.get("ident")
    labels = {key: item.texts.plain(text) for key, text in labels_of(response, item.texts)}
    right = _right(item, ident)
    forms = {e.get("answer_type") for e in response.walk() if e.tag == "response_label"}
    is_menu = item.metadata.get("question_type", "") in ("", "multiple_dropdowns_question")
    is_menu = is_menu or bool(forms & {"dropdown", "wordbank"})
    methods = {e.get("scoring_algorithm") for e in response.walk() if e.tag == "response_label"}
    if is_menu:
        item.texts.changes.append("menus became gaps to type in")
    if methods & {"TextContainsAnswer", "TextCloseEnough"}:
        item.texts.changes.append("answers that are only close to a right one are not accepted")
    answers = []
    for key, text in labels.items():
        earns = key in right or not is_menu
        said = item.feedback_on(ident, key)
        if earns or said:
            listed = wordings(text) if "TextRegex" in methods else [text]
            answers += [Answer(wording, Decimal(100 * earns), said) for wording in listed]
    answers += [Answer(value, Decimal(100)) for value in right if value not in labels]
    accepted, wrong, _ = foreign.typed(item.texts, answers, most=20)
    return {"answers": accepted, **({"wrong": wrong} if wrong else {})}
