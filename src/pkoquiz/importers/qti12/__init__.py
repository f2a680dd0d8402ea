"""Read QTI 1.2: Canvas, Respondus, Blackboard pools, Common Cartridge, and plain files.

Canvas names the type of each item; elsewhere it follows from the kind of response. The key is read
from the conditions that set the score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, assert_never

from pkoquiz.importers.foreign import Fields, LeftOut, LeftOutError, Read, drafted, points
from pkoquiz.importers.qti12 import chosen_answers, typed_answers
from pkoquiz.importers.qti12.item import Item, gap_name, item_of
from pkoquiz.importers.texts import Texts
from pkoquiz.xmlfile import Node, parse

Kind = Literal[
    "choice", "multiple", "truefalse", "matching", "ordering", "short", "numerical", "blanks",
    "essay",
]  # fmt: skip

_NOT_ASKED = {
    "text_only_question": "a text asks nothing",
    "calculated_question": "pkoquiz has no equivalent of Canvas' formula questions",
    "multi-short answer": "its answers may be given in any order",
    "arithmetic": "its numbers are drawn at random",
    "significant figures": "its numbers are drawn at random",
    "file_upload_question": "pkoquiz has no equivalent of file uploads",
}
_KINDS: dict[str, Kind] = {
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
_TYPES = ("bbmd_questiontype", "qmd_questiontype", "cc_profile", "qmd_itemtype")
"""The metadata that may name the type, in the order in which they count."""
_POINTS = ("points_possible", "cc_weighting", "qmd_absolutescore_max", "qmd_weighting")
"""The metadata that may contain the points, in the order in which they count."""


def read(content: bytes, name: str, files: Mapping[str, bytes]) -> Iterator[Read]:
    """Yield the questions of a QTI 1.2 file."""
    for node in parse(content).walk("item"):
        yield _question(node, files)


def _question(node: Node, files: Mapping[str, bytes]) -> Read:
    metadata = _metadata(node)
    title = node.get("title")
    # Brightspace repeats idents; its labels are unique.
    identity = node.get("label") if node.get("label").startswith("QUES") else node.get("ident")
    declared = metadata.get("question_type", "") or metadata.get("qmd_questiontype", "").lower()
    if declared in _NOT_ASKED:
        return LeftOut(title, _NOT_ASKED[declared], node.line)
    texts = Texts(files)
    return drafted(
        title, node.line, identity, texts, lambda: _fields(item_of(node, metadata, texts), declared)
    )


def _metadata(node: Node) -> dict[str, str]:
    """Return what an item says about itself; if a name is repeated, its first value counts."""
    metadata: dict[str, str] = {}
    for entry in node.walk("qtimetadatafield", "qti_metadatafield"):
        name = entry.text_of("fieldlabel").strip().lower()
        metadata.setdefault(name, entry.text_of("fieldentry").strip())
    for entry in node.walk():
        if entry.tag.startswith(("bbmd_", "qmd_")) and entry.text.strip():
            metadata.setdefault(entry.tag, entry.text.strip())
    return metadata


def _fields(item: Item, declared: str) -> Fields:
    kind = _kind(item, declared)
    common: Fields = {"stem": item.stem(), "explain": item.explanation()}
    fields = _of_kind(item, kind, common)
    worth = next(filter(None, (item.metadata.get(name) for name in _POINTS)), "")
    return {**fields, "points": points(worth)}


def _kind(item: Item, declared: str) -> Kind:
    """Return the kind that the metadata declares, or else the one of the responses."""
    for name in (declared, *(item.metadata.get(name, "") for name in _TYPES)):
        if kind := _KINDS.get(name.lower()):
            return kind
    if not item.responses:
        raise LeftOutError("it asks for no answer")
    text = item.text()
    if all(f"[{gap_name(response)}]" in text for response in item.responses):
        return "blanks"
    first, *others = item.responses
    match first.tag:
        case "response_grp":
            return "matching"
        case "response_lid":
            return _chosen_kind(item, first, bool(others))
        case "response_str" | "response_num":
            return "blanks" if others else _typed_kind(item, first)
    raise LeftOutError(f"pkoquiz has no equivalent of `{first.tag}`")


def _chosen_kind(item: Item, response: Node, has_others: bool) -> Kind:
    cardinality = response.get("rcardinality").lower()
    if cardinality == "ordered":
        return "ordering"
    if has_others:
        return "matching"
    labels = [text.lower() for _, text in item.options(response)]
    if labels in (["true", "false"], ["false", "true"]):
        return "truefalse"
    return "multiple" if cardinality == "multiple" else "choice"


def _typed_kind(item: Item, response: Node) -> Kind:
    forms = {field.get("fibtype").lower() for field in response.walk("render_fib")}
    if forms & {"decimal", "integer"} or response.tag == "response_num":
        return "numerical"
    has_key = any(condition.right or condition.bounds for condition in item.conditions)
    return "short" if has_key else "essay"


def _of_kind(item: Item, kind: Kind, common: Fields) -> Fields:
    match kind:
        case "choice" | "multiple":
            return chosen_answers.choice(item, common, several=kind == "multiple")
        case "truefalse":
            return chosen_answers.true_false(item, common)
        case "matching":
            return chosen_answers.matching(item, common)
        case "ordering":
            return chosen_answers.ordering(item, common)
        case "short":
            return typed_answers.short_answer(item, common)
        case "numerical":
            return typed_answers.numerical(item, common)
        case "blanks":
            return typed_answers.cloze(item, common)
        case "essay":
            return typed_answers.essay(item, common)
        case _:
            assert_never(kind)
