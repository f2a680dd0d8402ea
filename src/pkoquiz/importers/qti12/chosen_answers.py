"""Read items whose answers are chosen: options, verdicts, pairs and steps."""

from __future__ import annotations

from decimal import Decimal

from pkoquiz.importers import foreign
from pkoquiz.importers.foreign import Answer, Fields, LeftOutError
from pkoquiz.importers.qti12.item import RIGHT, WRONG, Item, html_of, labels_of
from pkoquiz.xmlfile import Node


def options(item: Item, kind: str, common: Fields) -> Fields:
    responses = item.responses()
    if not responses:
        raise LeftOutError("it has no options")
    if len(responses) > 1:
        raise LeftOutError("it has several groups of options")
    response = responses[0]
    scores = _scores(item, response.get("ident"), several=kind == "multiple")
    right, wrong = item.named(RIGHT), item.named(WRONG)
    answers = []
    for identity, text in labels_of(response, item.texts):
        percent = scores.get(identity, Decimal(0))
        said = item.feedback_on(response.get("ident"), identity)
        if not said and kind == "choice":
            said = right if percent > 0 else wrong
        answers.append(Answer(text, percent, said))
    if kind == "multiple" and (right or wrong):
        item.texts.changes.append("feedback on right or wrong answers as a whole was dropped")
    fields = foreign.choice(item.texts, answers, single=kind == "choice", **common)
    shuffle = next((e.get("shuffle") for e in response.walk() if e.tag == "render_choice"), "")
    if shuffle.lower() == "no" and item.metadata.get("question_type", "") == "":
        fields["shuffle"] = False
    return fields


def _scores(item: Item, response: str, *, several: bool) -> dict[str, Decimal]:
    """Return the percentage that each option earns."""
    idents = [
        each.get("ident")
        for part in item.responses()
        if part.get("ident") == response
        for each in part.walk()
        if each.tag == "response_label"
    ]
    if several and (key := item.rules.best_choice(response, idents)):
        return dict.fromkeys(key, Decimal(100))
    if not several and (shares := item.rules.shares(response, idents)):
        return shares
    # The score is set elsewhere, so what the conditions name is the key.
    scored = [condition for condition in item.conditions if condition.score > 0]
    own = [[value for name, value in condition.right if name == response] for condition in scored]
    if several:
        # One condition lists the whole key, or each right option earns its share.
        whole = [
            values
            for values, condition in zip(own, scored, strict=True)
            if len(values) > 1 or condition.wrong
        ]
        values = max(whole, key=len) if whole else [value for each in own for value in each]
        return {value: Decimal(100) for value in values}
    best = max((condition.score for condition in scored), default=Decimal(0))
    scores: dict[str, Decimal] = {}
    for values, condition in zip(own, scored, strict=True):
        for value in values:
            scores.setdefault(value, condition.score * 100 / best)
    return scores


def true_false(item: Item, common: Fields) -> Fields:
    responses = item.responses()
    if not responses:
        raise LeftOutError("it has no options")
    response = responses[0].get("ident")
    labels = labels_of(responses[0], item.texts)
    scores = _scores(item, response, several=False)
    said: dict[bool, str] = {}
    right: bool | None = None
    for identity, text in labels[:2]:
        word = (text or identity).strip().lower()
        if word not in ("true", "false"):
            return options(item, "choice", common)
        verdict = word == "true"
        is_right = scores.get(identity, Decimal(0)) > 0
        fallback = item.named(RIGHT if is_right else WRONG)
        said[verdict] = item.feedback_on(response, identity) or fallback
        right = verdict if is_right else right
    if right is None:
        raise LeftOutError("no answer is marked as right")
    return foreign.true_false(right, said.get(True, ""), said.get(False, ""), **common)


def matching(item: Item, common: Fields) -> Fields:
    key = {
        name: value
        for condition in item.conditions
        if condition.score > 0
        for name, value in condition.right
    }
    if not key:  # Blackboard sets the score elsewhere
        key = {name: value for each in item.conditions for name, value in each.right if name}
    pairs = []
    every: dict[str, str] = {}
    offered: dict[str, list[str]] = {}
    matches = [
        each for each in item.presentation.walk() if each.get("class") == "RIGHT_MATCH_BLOCK"
    ]
    listed = [
        item.texts.plain(html_of(e))
        for block in matches
        for e in block.walk()
        if e.tag == "material"
    ]
    for response in item.responses():
        labels = [each for each in response.walk() if each.tag == "response_label"]
        texts = [item.texts.plain(html_of(label)) for label in labels]
        if listed and not any(texts):  # Blackboard: by position
            texts = listed[: len(labels)]
        by_ident = {label.get("ident"): text for label, text in zip(labels, texts, strict=False)}
        every |= by_ident
        offered[response.get("ident")] = list(by_ident)
        value = key.get(response.get("ident"), "")
        premise = next((e for e in response.elements if e.tag == "material"), None)
        written = item.texts.line(html_of(premise)) if premise is not None else ""
        if premise is None:
            written = _premise_before(item, response)
        if not written and not by_ident.get(value):
            continue
        if value not in by_ident:
            raise LeftOutError(f"the premise `{written[:40]}` has no right response")
        pairs.append((written, by_ident[value]))
    if not item.rules.is_best(key, offered):
        raise LeftOutError("its conditions give no unique key")
    if any(item.feedback_on(name, value) for name, value in key.items()):
        item.texts.changes.append("feedback on single pairs was dropped")
    return foreign.matching(item.texts, pairs, [*every.values(), *listed], **common)


def _premise_before(item: Item, response: Node) -> str:
    """Return the text beside the response, in the same part of the page."""
    for each in item.presentation.walk():
        if response in each.elements:
            for sibling in each.elements:
                if sibling is not response and (text := item.texts.line(html_of(sibling))):
                    return text
    return ""


def ordering(item: Item, common: Fields) -> Fields:
    response = item.responses()[0]
    labels = dict(labels_of(response, item.texts))
    order: list[str] = []
    for condition in item.conditions:
        values = [value for _, value in condition.right if value in labels]
        if len(values) > len(order):
            order = values
    places = {  # Brightspace gives the place of each step
        name: int(value)
        for condition in item.conditions
        if condition.score > 0
        for name, value in condition.right
        if name in labels and value.isdigit()
    }
    if len(places) == len(set(places.values())) == len(labels):
        order = sorted(places, key=lambda name: places[name])
    if len(order) != len(labels):
        raise LeftOutError("its right order cannot be read")
    return {"type": "ordering", **common, "sequence": [labels[each] for each in order]}
