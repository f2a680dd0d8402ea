"""Read QTI 1.2: Canvas, Respondus, Blackboard pools, Common Cartridge, and plain files.

Canvas names the type of each item; elsewhere it follows from the kind of response. The key is read
from the conditions that set the score.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from pkoquiz.importers.foreign import (
    Answer,
    Fields,
    LeftOut,
    LeftOutError,
    Read,
    choice,
    decimal,
    drafted,
    essay,
    matching,
    numerical,
    points,
    short_answer,
    true_false,
    typed,
    wordings,
)
from pkoquiz.importers.scoring import NONSENSE, Rules
from pkoquiz.importers.texts import Texts
from pkoquiz.model.parts import number
from pkoquiz.xmlfile import Node, parse

_GENERAL = frozenset({"general_fb", "general", "solution"})
_RIGHT = frozenset({"correct_fb", "correct"})
_WRONG = frozenset({"general_incorrect_fb", "incorrect_fb", "incorrect"})
_NOT_ASKED = {
    "text_only_question": "a text asks nothing",
    "calculated_question": "pkoquiz has no equivalent of Canvas' formula questions",
    "multi-short answer": "its answers may be given in any order",
    "arithmetic": "its numbers are drawn at random",
    "significant figures": "its numbers are drawn at random",
    "file_upload_question": "pkoquiz has no equivalent of file uploads",
}
_KINDS = {
    "multiple_choice_question": "choice",
    "multiple_answers_question": "multiple",
    "true_false_question": "truefalse",
    "matching_question": "matching",
    "ordering_question": "ordering",
    "short_answer_question": "short",
    "fill_in_multiple_blanks_question": "blanks",
    "multiple_dropdowns_question": "blanks",
    "numerical_question": "numerical",
    "essay_question": "essay",
    "cc.multiple_choice.v0p1": "choice",
    "cc.multiple_response.v0p1": "multiple",
    "cc.true_false.v0p1": "truefalse",
    "cc.fib.v0p1": "short",
    "cc.essay.v0p1": "essay",
    "multiple choice": "choice",
    "multiple answer": "multiple",
    "multiple correct": "multiple",
    "true/false": "truefalse",
    "either/or": "choice",
    "essay": "essay",
    "short response": "essay",
    "fill in the blank": "short",
    "fill in the blank plus": "blanks",
    "numeric": "numerical",
    "matching": "matching",
    "ordering": "ordering",
    "multi-select": "multiple",
    "fill in the blanks": "blanks",
    "short answer": "short",
    "long answer": "essay",
    "written response": "essay",
}


def read(content: bytes, name: str, files: Mapping[str, bytes]) -> Iterator[Read]:
    """Yield the questions of a QTI 1.2 file."""
    for node in parse(content).walk():
        if node.tag == "item":
            yield _question(node, files)


@dataclass(frozen=True, slots=True)
class _Condition:
    """The contents of a `respcondition`."""

    right: tuple[tuple[str, str], ...]
    """(response, value) that must hold."""
    wrong: tuple[tuple[str, str], ...]
    """(response, value) that must not hold."""
    is_other: bool
    score: Decimal
    feedback: tuple[str, ...]
    bounds: tuple[tuple[str, Decimal], ...] = ()
    """(`gte`, `lte`, `gt` or `lt`, number)."""


@dataclass
class _Item:
    """The parts of an item."""

    node: Node
    texts: Texts
    metadata: dict[str, str]
    conditions: list[_Condition]
    said: dict[str, str] = field(default_factory=dict)
    """Feedback ident → Markdown."""

    @cached_property
    def rules(self) -> Rules:
        return Rules(self.node)

    @property
    def presentation(self) -> Node:
        found = next((each for each in self.node.walk() if each.tag == "presentation"), None)
        if found is None:
            raise LeftOutError("it has no presentation")
        return found

    def responses(self) -> list[Node]:
        tags = ("response_lid", "response_str", "response_num", "response_grp", "response_xy")
        return [each for each in self.presentation.walk() if each.tag in tags]

    def feedback_on(self, response: str, value: str) -> str:
        """Return the feedback that is shown on one answer."""
        for condition in self.conditions:
            if condition.right == ((response, value),) and not condition.wrong:
                texts = [self.said.get(name, "") for name in condition.feedback if _is_own(name)]
                if text := "\n\n".join(filter(None, texts)):
                    return text
        return ""

    def named(self, names: frozenset[str]) -> str:
        return next((self.said[name] for name in names if self.said.get(name)), "")


def _is_own(name: str) -> bool:
    return name.lower() not in _GENERAL | _RIGHT | _WRONG


def _question(node: Node, files: Mapping[str, bytes]) -> Read:
    metadata: dict[str, str] = {}
    for each in node.walk():  # where a name is repeated, the first counts
        if each.tag in ("qtimetadatafield", "qti_metadatafield"):
            name = each.text_of("fieldlabel").strip().lower()
            metadata.setdefault(name, each.text_of("fieldentry").strip())
    for each in node.walk():
        if each.tag.startswith(("bbmd_", "qmd_")) and each.text.strip():
            metadata.setdefault(each.tag, each.text.strip())
    title = node.get("title")
    # Brightspace repeats idents; its labels are unique.
    identity = node.get("label") if node.get("label").startswith("QUES") else node.get("ident")
    kind = metadata.get("question_type", "") or metadata.get("qmd_questiontype", "").lower()
    if kind in _NOT_ASKED:
        return LeftOut(title, _NOT_ASKED[kind], node.line)
    texts = Texts(files)
    item = _Item(node, texts, metadata, [])
    return drafted(title, node.line, identity, texts, lambda: _fields(item, kind))


def _fields(item: _Item, declared: str) -> Fields:
    _name_responses(item)
    item.conditions = [_condition(each) for each in item.node.walk() if each.tag == "respcondition"]
    for each in item.node.walk():
        if each.tag == "itemfeedback":
            item.said[each.get("ident")] = _block(each, item.texts)
    kind = _kind(item, declared)
    stem = _stem(item)
    common: Fields = {"stem": stem, "explain": _explanation(item)}
    fields = _of_kind(item, kind, common)
    worth = item.metadata.get("points_possible") or item.metadata.get("cc_weighting") or ""
    worth = worth or item.metadata.get("qmd_absolutescore_max", "")
    worth = worth or item.metadata.get("qmd_weighting", "")
    return {**fields, "points": points(worth)}


def _name_responses(item: _Item) -> None:
    """Give responses the names that the conditions use for them.

    Brightspace calls a group by `respident`, and a field to type in by the name of its label.
    """
    used = {e.get("respident") for e in item.node.walk() if e.tag.startswith("var")}
    for response in item.responses():
        labels = [e.get("ident") for e in response.walk() if e.tag == "response_label"]
        name = response.get("ident") or response.get("respident")
        if response.tag in ("response_str", "response_num") and name not in used:
            name = next((label for label in labels if label in used), name)
        response.attributes["ident"] = name


def _explanation(item: _Item) -> str:
    shown = [
        name
        for condition in item.conditions
        if condition.is_other and not condition.score
        for name in condition.feedback
        if name.lower() not in _WRONG
    ]
    names = dict.fromkeys([*shown, *(name for name in item.said if name.lower() in _GENERAL)])
    return "\n\n".join(filter(None, (item.said.get(name, "") for name in names)))


def _kind(item: _Item, declared: str) -> str:
    for name in (
        declared,
        item.metadata.get("bbmd_questiontype", ""),
        item.metadata.get("qmd_questiontype", ""),
        item.metadata.get("cc_profile", ""),
        item.metadata.get("qmd_itemtype", ""),
    ):
        if kind := _KINDS.get(name) or _KINDS.get(name.lower()):
            return kind
    responses = item.responses()
    if not responses:
        raise LeftOutError("it asks for no answer")
    first = responses[0]
    text = " ".join(_parts(item.presentation, gaps=False))
    if all(f"[{_gap_name(response)}]" in text for response in responses):
        return "blanks"
    if first.tag == "response_grp":
        return "matching"
    if first.tag == "response_lid":
        if first.get("rcardinality").lower() == "ordered":
            return "ordering"
        if len(responses) > 1:
            return "matching"
        labels = [text.lower() for _, text in _labels(first, item.texts)]
        if labels in (["true", "false"], ["false", "true"]):
            return "truefalse"
        return "multiple" if first.get("rcardinality").lower() == "multiple" else "choice"
    if first.tag in ("response_str", "response_num"):
        if len(responses) > 1:
            return "blanks"
        forms = {each.get("fibtype").lower() for each in first.walk() if each.tag == "render_fib"}
        if forms & {"decimal", "integer"} or first.tag == "response_num":
            return "numerical"
        has_key = any(condition.right or condition.bounds for condition in item.conditions)
        return "short" if has_key else "essay"
    raise LeftOutError(f"pkoquiz has no equivalent of `{first.tag}`")


# --- texts ----------------------------------------------------------------------------------------


def _html_of(node: Node) -> str:
    """Return the text of a material as HTML."""
    parts = []
    for each in node.walk():
        if each.tag in ("mattext", "formattedtext", "mat_formattedtext"):
            kind = (each.get("texttype") or each.get("type")).lower()
            text = each.text if not each.elements else each.html()
            is_html = "html" in kind or re.search(r"<(?:p|br|div|span|img|b|i|em|strong)\b", text)
            parts.append(text if is_html else _as_html(text))
        elif each.tag in ("matimage", "mataudio") and (each.get("uri") or each.get("label")):
            source = each.get("uri") or each.get("label")
            tag = "img" if each.tag == "matimage" else "audio"
            parts.append(f'<{tag} src="{source}">')
    return "\n".join(part for part in parts if part.strip())


def _as_html(text: str) -> str:
    safe = text.strip().replace("&", "&amp;").replace("<", "&lt;")
    return safe.replace("\n", "<br>")


def _block(node: Node, texts: Texts) -> str:
    return texts.block(_html_of(node))


def _stem(item: _Item) -> str:
    """Return the text before and around the responses, without the texts inside them."""
    if _has_gaps_between_parts(item):
        parts = [_ONE_PARAGRAPH.sub(r"\1", part) for part in _parts(item.presentation, gaps=True)]
        return item.texts.block(" ".join(parts))
    parts = list(_parts(item.presentation, gaps=False))
    return item.texts.block("\n".join(f"<div>{part}</div>" for part in parts))


_ONE_PARAGRAPH = re.compile(r"\A\s*<p>((?:(?!<p>).)*)</p>\s*\Z", re.DOTALL)


def _parts(node: Node, *, gaps: bool) -> Iterator[str]:
    """Yield the texts outside the responses; with `gaps`, also the names of the gaps in them."""
    for child in node.elements:
        if child.tag in ("response_lid", "response_str", "response_num", "response_grp"):
            if gaps and child.tag == "response_str":
                yield f"[{_gap_name(child)}]"
        elif child.tag in ("material", "material_ref"):
            yield _html_of(child)
        else:
            yield from _parts(child, gaps=gaps)


def _has_gaps_between_parts(item: _Item) -> bool:
    """Return whether the gaps are between the parts of the text, as in Brightspace's files."""
    if item.metadata.get("qmd_questiontype", "").lower() != "fill in the blanks":
        return False
    text = " ".join(_parts(item.presentation, gaps=False))
    return not any(f"[{_gap_name(response)}]" in text for response in item.responses())


def _gap_name(response: Node) -> str:
    return response.get("ident").removeprefix("response_")


def _labels(response: Node, texts: Texts) -> list[tuple[str, str]]:
    """Return (ident, Markdown) of each option."""
    return [
        (label.get("ident"), texts.line(_html_of(label)))
        for label in response.walk()
        if label.tag == "response_label"
    ]


# --- the key --------------------------------------------------------------------------------------


def _condition(node: Node) -> _Condition:
    right: list[tuple[str, str]] = []
    wrong: list[tuple[str, str]] = []
    bounds: list[tuple[str, Decimal]] = []
    other = False

    def visit(part: Node, negated: bool) -> None:
        nonlocal other
        for child in part.elements:
            match child.tag:
                case "varequal" | "varsubstring":
                    pair = child.get("respident"), child.text.strip()
                    (wrong if negated else right).append(pair)
                case "vargte" | "varlte" | "vargt" | "varlt":
                    value = child.text.strip()
                    try:
                        bounds.append((child.tag.removeprefix("var"), decimal(value)))
                    except LeftOutError:
                        continue
                case "other":
                    other = True
                case "not":
                    visit(child, not negated)
                case _:
                    visit(child, negated)

    feedback = tuple(e.get("linkrefid") for e in node.walk() if e.tag == "displayfeedback")
    # Blackboard scores typed answers by the feedback that they lead to.
    is_scored = node.find("setvar") is None and "correct" in feedback
    score = Decimal(100 * is_scored)
    title = node.get("title").lower()
    for each in node.elements:
        if each.tag == "conditionvar":
            visit(each, False)
        elif each.tag == "setvar" and each.get("varname", "SCORE").lower() not in ("hints",):
            value = each.text.strip()
            try:
                score = decimal(value) if value else score
            except LeftOutError:  # Blackboard writes `SCORE.max`
                score = Decimal(100) if value.lower().endswith("max") else score
            if not value and each.get("action").lower() == "add":
                score = Decimal(1)
            if (
                each.get("action").lower() == "subtract"
                or "incorrect" in each.get("varname").lower()
            ):
                score = -abs(score)
    if title == "incorrect":
        score = Decimal(0)
    return _Condition(tuple(right), tuple(wrong), other, score, feedback, tuple(bounds))


def _of_kind(item: _Item, kind: str, common: Fields) -> Fields:
    texts = item.texts
    match kind:
        case "choice" | "multiple":
            return _options(item, kind, common)
        case "truefalse":
            return _true_false(item, common)
        case "matching":
            return _matching(item, common)
        case "ordering":
            return _ordering(item, common)
        case "short":
            answers = _accepted(item) or _listed(item)
            known = {answer.text for answer in answers}
            answers += [
                Answer(value, Decimal(0), said)
                for condition in item.conditions
                for response, value in condition.right
                if value not in known and (said := item.feedback_on(response, value))
            ]
            if said := item.named(_WRONG):
                answers.append(Answer("*", Decimal(0), said))
            return short_answer(texts, answers, case_sensitive=_minds_case(item), **common)
        case "numerical":
            return _numerical(item, common)
        case "blanks":
            return _blanks(item, common)
    return essay(texts, _model(item), **common)


def _accepted(item: _Item) -> list[Answer]:
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


def _minds_case(item: _Item) -> bool:
    tests = [each for each in item.node.walk() if each.tag == "varequal"]
    return bool(tests) and all(each.get("case").lower() == "yes" for each in tests)


def _listed(item: _Item) -> list[Answer]:
    """Return the accepted answers that are listed as labels."""
    return [
        Answer(text, Decimal(100))
        for response in item.responses()
        for _, text in _labels(response, item.texts)
        if text
    ]


def _model(item: _Item) -> str:
    notes = item.metadata.get("grading_notes", "")
    if notes:
        return item.texts.block(notes)
    for name, text in item.said.items():
        if name.lower() == "solution":
            return text
    key = next((each for each in item.node.walk() if each.tag == "answer_key"), None)
    return _block(key, item.texts) if key is not None else ""


def _options(item: _Item, kind: str, common: Fields) -> Fields:
    responses = item.responses()
    if not responses:
        raise LeftOutError("it has no options")
    if len(responses) > 1:
        raise LeftOutError("it has several groups of options")
    response = responses[0]
    scores = _scores(item, response.get("ident"), several=kind == "multiple")
    right, wrong = item.named(_RIGHT), item.named(_WRONG)
    answers = []
    for identity, text in _labels(response, item.texts):
        percent = scores.get(identity, Decimal(0))
        said = item.feedback_on(response.get("ident"), identity)
        if not said and kind == "choice":
            said = right if percent > 0 else wrong
        answers.append(Answer(text, percent, said))
    if kind == "multiple" and (right or wrong):
        item.texts.changes.append("feedback on right or wrong answers as a whole was dropped")
    fields = choice(item.texts, answers, single=kind == "choice", **common)
    shuffle = next((e.get("shuffle") for e in response.walk() if e.tag == "render_choice"), "")
    if shuffle.lower() == "no" and item.metadata.get("question_type", "") == "":
        fields["shuffle"] = False
    return fields


def _scores(item: _Item, response: str, *, several: bool) -> dict[str, Decimal]:
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


def _true_false(item: _Item, common: Fields) -> Fields:
    responses = item.responses()
    if not responses:
        raise LeftOutError("it has no options")
    response = responses[0].get("ident")
    labels = _labels(responses[0], item.texts)
    scores = _scores(item, response, several=False)
    said: dict[bool, str] = {}
    right: bool | None = None
    for identity, text in labels[:2]:
        word = (text or identity).strip().lower()
        if word not in ("true", "false"):
            return _options(item, "choice", common)
        verdict = word == "true"
        is_right = scores.get(identity, Decimal(0)) > 0
        fallback = item.named(_RIGHT if is_right else _WRONG)
        said[verdict] = item.feedback_on(response, identity) or fallback
        right = verdict if is_right else right
    if right is None:
        raise LeftOutError("no answer is marked as right")
    return true_false(right, said.get(True, ""), said.get(False, ""), **common)


def _matching(item: _Item, common: Fields) -> Fields:
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
        item.texts.plain(_html_of(e))
        for block in matches
        for e in block.walk()
        if e.tag == "material"
    ]
    for response in item.responses():
        labels = [each for each in response.walk() if each.tag == "response_label"]
        texts = [item.texts.plain(_html_of(label)) for label in labels]
        if listed and not any(texts):  # Blackboard: by position
            texts = listed[: len(labels)]
        by_ident = {label.get("ident"): text for label, text in zip(labels, texts, strict=False)}
        every |= by_ident
        offered[response.get("ident")] = list(by_ident)
        value = key.get(response.get("ident"), "")
        premise = next((e for e in response.elements if e.tag == "material"), None)
        written = item.texts.line(_html_of(premise)) if premise is not None else ""
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
    return matching(item.texts, pairs, [*every.values(), *listed], **common)


def _premise_before(item: _Item, response: Node) -> str:
    """Return the text beside the response, in the same part of the page."""
    for each in item.presentation.walk():
        if response in each.elements:
            for sibling in each.elements:
                if sibling is not response and (text := item.texts.line(_html_of(sibling))):
                    return text
    return ""


def _ordering(item: _Item, common: Fields) -> Fields:
    response = item.responses()[0]
    labels = dict(_labels(response, item.texts))
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


def _numerical(item: _Item, common: Fields) -> Fields:
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
            said = item.named(_RIGHT)
            answers.append(Answer(number(value), Decimal(100), said, tolerance))
    name = item.responses()[0].get("ident") if item.responses() else ""
    if any(item.rules.score({name: frozenset({answer.text})}) <= 0 for answer in answers):
        raise LeftOutError("its conditions give no unique key")
    if answers and answers[0].feedback:
        item.texts.changes.append("feedback on the right number was dropped")
    if said := item.named(_WRONG):
        answers.append(Answer("*", Decimal(0), said))
    return numerical(item.texts, answers, **common)


def _blanks(item: _Item, common: Fields) -> Fields:
    stem, gaps = common["stem"], []
    placed: list[tuple[int, str, Node]] = []
    for response in item.responses():
        name = _gap_name(response)
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


def _right(item: _Item, response: str) -> list[str]:
    return [
        value
        for condition in item.conditions
        if condition.score > 0
        for name, value in condition.right
        if name == response
    ]


def _gap(item: _Item, response: Node) -> dict[str, Any]:
    ident = response.get("ident")
    labels = {key: item.texts.plain(text) for key, text in _labels(response, item.texts)}
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
    accepted, wrong, _ = typed(item.texts, answers, most=20)
    return {"answers": accepted, **({"wrong": wrong} if wrong else {})}
