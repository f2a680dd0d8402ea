"""Read problems of Open edX (OLX): a problem file, or the archive of a course."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from pkoquiz.importers.foreign import (
    Answer,
    Fields,
    LeftOutError,
    Read,
    choice,
    decimal,
    drafted,
    matching,
    numerical,
    points,
    short_answer,
    typed,
    wordings,
)
from pkoquiz.importers.texts import Texts
from pkoquiz.model.parts import number
from pkoquiz.xmlfile import Node, parse

_RESPONSES = (
    "multiplechoiceresponse", "choiceresponse", "stringresponse", "numericalresponse",
    "optionresponse", "truefalseresponse",
)  # fmt: skip
_NOT_SHOWN = ("solution", "demandhint", "script")


def read(content: bytes, name: str, files: Mapping[str, bytes]) -> Iterator[Read]:
    """Yield the problems of a file."""
    for node in parse(content).walk("problem"):
        if node.elements:
            texts = Texts({path.removeprefix("static/"): data for path, data in files.items()})
            stem = name.rpartition("/")[2].removesuffix(".xml")
            identity = node.get("url_name") or ("" if stem == "problem" else stem)
            title = node.get("display_name")
            fields = partial(_fields, node, texts)
            yield drafted(title, node.line, identity, texts, fields)


def _fields(node: Node, texts: Texts) -> Fields:
    if any("python" in script.get("type") for script in node.walk("script")):
        raise LeftOutError("it runs Python")
    responses = [part for part in node.walk() if part.tag.endswith("response")]
    if not responses:
        raise LeftOutError("it asks for no answer")
    unknown = next((part.tag for part in responses if part.tag not in _RESPONSES), "")
    if unknown:
        raise LeftOutError(f"pkoquiz has no equivalent of `{unknown}`")
    solution = next(node.walk("solution"), None)
    hints = [texts.line(hint.html()) for hint in node.walk("hint") if _in_demand(node, hint)]
    more: Fields = {
        "explain": _explanation(solution, texts),
        "points": points(node.get("weight")),
        "hints": [hint for hint in hints if hint][:5],
    }
    if len(responses) > 1:
        return {**_several(node, responses, texts), **more}
    return {**_single(node, responses[0], texts, _stem(node, texts)), **more}


def _in_demand(node: Node, hint: Node) -> bool:
    return any(hint in demand.elements for demand in node.walk("demandhint"))


def _explanation(solution: Node | None, texts: Texts) -> str:
    if solution is None:
        return ""
    text = texts.block(solution.html())
    return re.sub(r"\A\**Explanation\**\s+", "", text)


def _stem(node: Node, texts: Texts) -> str:
    def shown(part: Node) -> Node:
        kept: list[Node | str] = []
        for child in part.children:
            if isinstance(child, str):
                kept.append(child)
            elif child.tag in _NOT_SHOWN or child.tag in _INPUTS or child.tag.endswith("hint"):
                continue
            else:
                kept.append(shown(child))
        tag = "div" if part.tag.endswith("response") or part.tag == "label" else part.tag
        return Node(tag, part.attributes, part.line, kept)

    return texts.block(shown(node).html())


_INPUTS = (
    "choicegroup", "checkboxgroup", "optioninput", "textline", "formulaequationinput",
    "additional_answer", "responseparam", "radiogroup",
)  # fmt: skip


def _label(node: Node, texts: Texts) -> str:
    kept = [
        child for child in node.children if isinstance(child, str) or not child.tag.endswith("hint")
    ]
    return texts.line(Node("span", children=kept).html())


def _hint(node: Node, texts: Texts) -> str:
    """Return the hint on one choice; with `selected`, the hint for choosing it."""
    hints = [e for e in node.elements if e.tag.endswith("hint")]
    hints = [e for e in hints if e.get("selected", "true").lower() == "true"]
    return texts.block(hints[0].html()) if hints else ""


def _single(node: Node, response: Node, texts: Texts, stem: str) -> Fields:
    common: Fields = {"stem": stem}
    match response.tag:
        case "multiplechoiceresponse" | "choiceresponse" | "truefalseresponse":
            options = list(response.walk("choice"))
            answers = [
                Answer(
                    _label(option, texts),
                    Decimal(100 * (option.get("correct").lower() == "true")),
                    _hint(option, texts),
                )
                for option in options
            ]
            single = response.tag == "multiplechoiceresponse"
            if any(option.get("correct").lower().startswith("part") for option in options):
                texts.changes.append("partial credit of options was dropped")
            if any(response.walk("compoundhint")):
                texts.changes.append("feedback on combinations of options was dropped")
            return choice(texts, answers, single=single, **common)
        case "optionresponse":
            answers = [
                Answer(text, Decimal(100 * is_right), said)
                for text, is_right, said in _menu(response, texts)
            ]
            return choice(texts, answers, single=True, **common)
        case "numericalresponse":
            return _numerical(response, texts, common)
    sensitive = "ci" not in response.get("type").split()
    return short_answer(texts, _typed(response, texts), case_sensitive=sensitive, **common)


def _typed(response: Node, texts: Texts) -> list[Answer]:
    is_pattern = "regexp" in response.get("type").split()

    def accepted(text: str, said: str = "") -> list[Answer]:
        listed = wordings(text) if is_pattern else [text.strip()]
        return [Answer(wording, Decimal(100), said) for wording in listed]

    answers = accepted(response.get("answer"), _correct(response, texts))
    for part in response.elements:
        if part.tag == "additional_answer":
            answers += accepted(part.get("answer") or part.text, _correct(part, texts))
        elif part.tag == "or":  # an older form
            answers += accepted(part.text)
        elif part.tag == "stringequalhint":
            said = texts.block(part.html())
            answers.append(Answer(part.get("answer").strip(), Decimal(0), said))
    return answers


def _correct(node: Node, texts: Texts) -> str:
    hint = node.find("correcthint")
    return texts.block(hint.html()) if hint is not None else ""


def _numerical(response: Node, texts: Texts, common: Fields) -> Fields:
    text, tolerance = response.get("answer").strip(), Decimal(0)
    if bounds := re.fullmatch(r"[\[(]\s*(\S+?)\s*,\s*(\S+?)\s*[\])]", text):
        low, high = decimal(bounds[1]), decimal(bounds[2])
        text, tolerance = number((low + high) / 2), (high - low) / 2
    for parameter in response.walk("responseparam"):
        if parameter.get("type") == "tolerance":
            margin = parameter.get("default").strip()
            if margin.endswith("%"):
                tolerance = abs(decimal(text) * decimal(margin[:-1]) / 100)
            else:
                tolerance = abs(decimal(margin or "0"))
    keys = [Answer(text, Decimal(100), "", tolerance)]
    keys += [
        Answer(answer.get("answer").strip(), Decimal(100), "", tolerance)
        for answer in response.all("additional_answer")
    ]
    if _correct(response, texts):
        texts.changes.append("feedback on the right number was dropped")
    return numerical(texts, keys, **common)


def _menu(response: Node, texts: Texts) -> list[tuple[str, bool, str]]:
    """Return (text, whether it is right, feedback) for each option of a menu."""
    source = next(response.walk("optioninput"), None)
    if source is None:
        raise LeftOutError("a menu has no options")
    if options := source.all("option"):
        return [
            (_label(option, texts), option.get("correct").lower() == "true", _hint(option, texts))
            for option in options
        ]
    listed = re.findall(r"'([^']*)'|\"([^\"]*)\"", source.get("options"))
    right = source.get("correct").strip()
    return [(one or two, (one or two) == right, "") for one, two in listed]


def _several(node: Node, responses: list[Node], texts: Texts) -> Fields:
    """Return the fields for several responses: menus beside premises or steps, or gaps in lines."""
    if menus := _labelled_menus(node, responses, texts):
        return menus
    gaps: list[dict[str, Any]] = []
    for index, response in enumerate(responses, 1):
        if response.tag in ("stringresponse", "numericalresponse"):
            answers = _typed(response, texts)
        elif response.tag == "optionresponse":
            texts.changes.append("menus became gaps to type in")
            answers = [
                Answer(t, Decimal(100)) for t, is_right, _ in _menu(response, texts) if is_right
            ]
        else:
            raise LeftOutError("it asks several questions")
        accepted, wrong, _ = typed(texts, answers, most=20)
        gaps.append({"answers": accepted, **({"wrong": wrong} if wrong else {})})
        response.children.append(f" GAPX{index}XGAP")
    stem = re.sub(r"GAPX(\d+)XGAP", r"{{\1}}", _stem(node, texts))
    return {"type": "cloze", "stem": stem, "gaps": gaps}


def _labelled_menus(node: Node, responses: list[Node], texts: Texts) -> Fields | None:
    """Return a matching or ordering question if all menus have a label and the same options."""
    labels = [response.find("label") for response in responses]
    if any(e.tag != "optionresponse" for e in responses) or any(e is None for e in labels):
        return None
    premises = [texts.line(label.html()) for label in labels if label is not None]
    menus = [_menu(response, texts) for response in responses]
    offered = [[text for text, _, _ in menu] for menu in menus]
    right = [next((text for text, is_right, _ in menu if is_right), "") for menu in menus]
    if any(menu != offered[0] for menu in offered) or not all(right):
        return None
    if any(said for menu in menus for _, _, said in menu):
        texts.changes.append("feedback on single choices of a menu was dropped")
    for response in responses:
        response.children = []
    stem = _stem(node, texts)
    numbers = [str(number) for number in range(1, len(premises) + 1)]
    if offered[0] == numbers and sorted(right) == sorted(numbers):
        steps = dict(zip(right, premises, strict=True))
        return {"type": "ordering", "stem": stem, "sequence": [steps[number] for number in numbers]}
    pairs = [(one, texts.plain(two)) for one, two in zip(premises, right, strict=True)]
    return matching(texts, pairs, map(texts.plain, offered[0]), stem=stem)
