"""Read items whose answers are chosen: options, verdicts, pairs and steps."""

from __future__ import annotations

from decimal import Decimal

from pkoquiz.importers import foreign
from pkoquiz.importers.foreign import Answer, Fields, LeftOutError
from pkoquiz.importers.qti12.item import Item, html_of
from pkoquiz.xmlfile import Node


def choice(item: Item, common: Fields, *, several: bool) -> Fields:
    """Return a choice question, or with `several` a multiple-response question."""
    if not item.responses:
        raise LeftOutError("it has no options")
    if len(item.responses) > 1:
        raise LeftOutError("it has several groups of options")
    response = item.responses[0]
    shares = _shares(item, response.get("ident"), several=several)
    answers = []
    for identity, text in item.options(response):
        percent = shares.get(identity, Decimal(0))
        feedback = item.feedback_on(response.get("ident"), identity)
        if not feedback and not several:
            feedback = item.if_right if percent > 0 else item.if_wrong
        answers.append(Answer(text, percent, feedback))
    if several and (item.if_right or item.if_wrong):
        item.texts.changes.append("feedback on right or wrong answers as a whole was dropped")
    fields = foreign.choice(item.texts, answers, single=not several, **common)
    shuffle = next((choices.get("shuffle") for choices in response.walk("render_choice")), "")
    if shuffle.lower() == "no" and item.metadata.get("question_type", "") == "":
        fields["shuffle"] = False
    return fields


def _shares(item: Item, response: str, *, several: bool) -> dict[str, Decimal]:
    """Return the percentage that each option earns."""
    idents = [
        label.get("ident")
        for part in item.responses
        if part.get("ident") == response
        for label in part.walk("response_label")
    ]
    if several and (key := item.rules.best_choice(response, idents)):
        return dict.fromkeys(key, Decimal(100))
    if not several and (shares := item.rules.shares(response, idents)):
        return shares
    return _named_shares(item, response, several=several)


def _named_shares(item: Item, response: str, *, several: bool) -> dict[str, Decimal]:
    """Return the percentage of each option that a condition names as the key.

    It counts if the score is set elsewhere.
    """
    named = [
        (condition, [value for name, value in condition.right if name == response])
        for condition in item.earning
    ]
    if several:
        # One condition lists the whole key, or each right option earns its share.
        whole = [values for condition, values in named if len(values) > 1 or condition.wrong]
        key = max(whole, key=len) if whole else [value for _, values in named for value in values]
        return dict.fromkeys(key, Decimal(100))
    best = max((condition.score for condition in item.earning), default=Decimal(0))
    shares: dict[str, Decimal] = {}
    for condition, values in named:
        for value in values:
            shares.setdefault(value, condition.score * 100 / best)
    return shares


def true_false(item: Item, common: Fields) -> Fields:
    """Return a true/false question, or a choice if its options are other words."""
    if not item.responses:
        raise LeftOutError("it has no options")
    response = item.responses[0].get("ident")
    options = item.options(item.responses[0])
    shares = _shares(item, response, several=False)
    feedback: dict[bool, str] = {}
    key: bool | None = None
    for identity, text in options[:2]:
        word = (text or identity).strip().lower()
        if word not in ("true", "false"):
            return choice(item, common, several=False)
        verdict = word == "true"
        is_right = shares.get(identity, Decimal(0)) > 0
        shared = item.if_right if is_right else item.if_wrong
        feedback[verdict] = item.feedback_on(response, identity) or shared
        key = verdict if is_right else key
    if key is None:
        raise LeftOutError("no answer is marked as right")
    return foreign.true_false(key, feedback.get(True, ""), feedback.get(False, ""), **common)


def matching(item: Item, common: Fields) -> Fields:
    """Return a matching question; each response is a premise with a menu."""
    key = {name: value for condition in item.earning for name, value in condition.right}
    if not key:  # Blackboard sets the score elsewhere
        named = (pair for condition in item.conditions for pair in condition.right)
        key = {name: value for name, value in named if name}
    listed = _listed_matches(item)
    pairs = []
    matches: dict[str, str] = {}
    offered: dict[str, list[str]] = {}
    for response in item.responses:
        own = _matches(item, response, listed)
        matches |= own
        offered[response.get("ident")] = list(own)
        value = key.get(response.get("ident"), "")
        premise = _premise(item, response)
        if not premise and not own.get(value):
            continue
        if value not in own:
            raise LeftOutError(f"the premise `{premise[:40]}` has no right response")
        pairs.append((premise, own[value]))
    if not item.rules.is_best(key, offered):
        raise LeftOutError("its conditions give no unique key")
    if any(item.feedback_on(name, value) for name, value in key.items()):
        item.texts.changes.append("feedback on single pairs was dropped")
    return foreign.matching(item.texts, pairs, [*matches.values(), *listed], **common)


def _listed_matches(item: Item) -> list[str]:
    """Return the responses that Blackboard lists once, for all premises."""
    return [
        item.texts.plain(html_of(material))
        for block in item.presentation.walk()
        if block.get("class") == "RIGHT_MATCH_BLOCK"
        for material in block.walk("material")
    ]


def _matches(item: Item, response: Node, listed: list[str]) -> dict[str, str]:
    """Return ident → text of what can be matched with a premise."""
    labels = list(response.walk("response_label"))
    texts = [item.texts.plain(html_of(label)) for label in labels]
    if listed and not any(texts):  # Blackboard: by position
        texts = listed
    return {label.get("ident"): text for label, text in zip(labels, texts, strict=False)}


def _premise(item: Item, response: Node) -> str:
    """Return the text inside a response, or else beside it in the same part of the page."""
    if (material := response.find("material")) is not None:
        return item.texts.line(html_of(material))
    for part in item.presentation.walk():
        if response in part.elements:
            for sibling in part.elements:
                if sibling is not response and (text := item.texts.line(html_of(sibling))):
                    return text
    return ""


def ordering(item: Item, common: Fields) -> Fields:
    """Return an ordering question."""
    steps = dict(item.options(item.responses[0]))
    order: list[str] = []
    for condition in item.conditions:
        values = [value for _, value in condition.right if value in steps]
        if len(values) > len(order):
            order = values
    places = {  # Brightspace gives the place of each step
        name: int(value)
        for condition in item.earning
        for name, value in condition.right
        if name in steps and value.isdigit()
    }
    if len(places) == len(set(places.values())) == len(steps):
        order = sorted(places, key=lambda name: places[name])
    if len(order) != len(steps):
        raise LeftOutError("its right order cannot be read")
    return {"type": "ordering", **common, "sequence": [steps[identity] for identity in order]}
