"""Read QTI 1.2: Canvas, Respondus, Blackboard pools, Common Cartridge, and plain files.

Canvas names the type of each item; elsewhere it follows from the kind of response. The key is read
from the conditions that set the score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from pkoquiz.importers.foreign import (
    Answer,
    Fields,
    LeftOut,
    LeftOutError,
    Read,
    drafted,
    essay,
    points,
    short_answer,
)
from pkoquiz.importers.qti12 import chosen_answers, typed_answers
from pkoquiz.importers.qti12.conditions import condition
from pkoquiz.importers.qti12.item import (
    WRONG,
    Item,
    block_of,
    explanation_of,
    gap_name,
    labels_of,
    name_responses,
    stem_of,
    texts_outside,
)
from pkoquiz.importers.texts import Texts
from pkoquiz.xmlfile import Node, parse

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
    item = Item(node, texts, metadata, [])
    return drafted(title, node.line, identity, texts, lambda: _fields(item, kind))


def _fields(item: Item, declared: str) -> Fields:
    name_responses(item)
    item.conditions = [condition(each) for each in item.node.walk() if each.tag == "respcondition"]
    for each in item.node.walk():
        if each.tag == "itemfeedback":
            item.said[each.get("ident")] = block_of(each, item.texts)
    kind = _kind(item, declared)
    stem = stem_of(item)
    common: Fields = {"stem": stem, "explain": explanation_of(item)}
    fields = _of_kind(item, kind, common)
    worth = item.metadata.get("points_possible") or item.metadata.get("cc_weighting") or ""
    worth = worth or item.metadata.get("qmd_absolutescore_max", "")
    worth = worth or item.metadata.get("qmd_weighting", "")
    return {**fields, "points": points(worth)}


def _kind(item: Item, declared: str) -> str:
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
    text = " ".join(texts_outside(item.presentation, gaps=False))
    if all(f"[{gap_name(response)}]" in text for response in responses):
        return "blanks"
    if first.tag == "response_grp":
        return "matching"
    if first.tag == "response_lid":
        if first.get("rcardinality").lower() == "ordered":
            return "ordering"
        if len(responses) > 1:
            return "matching"
        labels = [text.lower() for _, text in labels_of(first, item.texts)]
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


def _of_kind(item: Item, kind: str, common: Fields) -> Fields:
    texts = item.texts
    match kind:
        case "choice" | "multiple":
            return chosen_answers.options(item, kind, common)
        case "truefalse":
            return chosen_answers.true_false(item, common)
        case "matching":
            return chosen_answers.matching(item, common)
        case "ordering":
            return chosen_answers.ordering(item, common)
        case "short":
            answers = typed_answers.accepted(item) or typed_answers.listed(item)
            known = {answer.text for answer in answers}
            answers += [
                Answer(value, Decimal(0), said)
                for condition in item.conditions
                for response, value in condition.right
                if value not in known and (said := item.feedback_on(response, value))
            ]
            if said := item.named(WRONG):
                answers.append(Answer("*", Decimal(0), said))
            return short_answer(
                texts, answers, case_sensitive=typed_answers.minds_case(item), **common
            )
        case "numerical":
            return typed_answers.numerical(item, common)
        case "blanks":
            return typed_answers.blanks(item, common)
    return essay(texts, typed_answers.model(item), **common)
