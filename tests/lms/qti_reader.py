"""Read a QTI 2.1 package, and grade its items by their own response processing.

The rules are those of the specification, as JQTI+ and qti-sdk run them; no code is shared with the
exporter.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lxml import etree

from .arrived import Arrived, Refused, visible

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")
Value = Any
"""None, a list for containers, or a text, number or pair."""
BLOCKS = {"p", "div", "ul", "ol", "pre", "blockquote", "table", "hr"}
BLOCKS |= {"choiceInteraction", "matchInteraction", "orderInteraction", "extendedTextInteraction"}


def local(element: Any) -> str:
    return str(etree.QName(element).localname)


@dataclass
class Item:
    """An item: its tree, and its response processing."""

    root: Any
    tree: Any = field(init=False)

    def __post_init__(self) -> None:
        for element in self.root.iter():
            if isinstance(element.tag, str):
                element.tag = local(element)
        self.tree = self.root

    def run(self, responses: dict[str, Value]) -> dict[str, Value]:
        """Return the outcomes after response processing."""
        values: dict[str, Value] = {"FEEDBACKMODAL": None}
        for outcome in self.tree.findall("outcomeDeclaration"):
            default = outcome.findtext("defaultValue/value")
            is_float = outcome.get("baseType") == "float"
            values[outcome.get("identifier")] = (
                float(default) if is_float and default is not None else default
            )
        for declaration in self.tree.findall("responseDeclaration"):
            values[declaration.get("identifier")] = responses.get(declaration.get("identifier"))
        for rule in self.tree.find("responseProcessing"):
            self._rule(rule, values)
        return values

    def _rule(self, rule: Any, values: dict[str, Value]) -> None:
        if rule.tag == "setOutcomeValue":
            values[rule.get("identifier")] = self._value(rule[0], values)
            return
        assert rule.tag == "responseCondition"
        for branch in rule:
            if branch.tag == "responseElse":
                rules = list(branch)
            elif self._value(branch[0], values):
                rules = list(branch)[1:]
            else:
                continue
            for inner in rules:
                self._rule(inner, values)
            return

    def _value(self, expression: Any, values: dict[str, Value]) -> Value:
        args = [self._value(child, values) for child in expression]
        match expression.tag:
            case "variable":
                return values[expression.get("identifier")]
            case "correct":
                return self._correct(expression.get("identifier"))
            case "baseValue":
                text = expression.text or ""
                return float(text) if expression.get("baseType") == "float" else text
            case "isNull":
                return args[0] in (None, [], "")
            case "multiple":
                joined: list[Value] = []
                for arg in args:
                    joined += arg if isinstance(arg, list) else [] if arg is None else [arg]
                return joined
            case "match":
                return _same(args[0], args[1], self._is_ordered(expression))
            case "member":
                return args[0] in (args[1] or [])
            case "index":
                place = int(expression.get("n")) - 1
                return args[0][place] if args[0] and place < len(args[0]) else None
            case "sum":
                return sum(args)
            case "gt":
                return args[0] > args[1]
            case "lt":
                return args[0] < args[1]
            case "gte":
                return args[0] >= args[1]
            case "equal":
                return _equal(args[0], args[1], expression)
            case "stringMatch":
                case = expression.get("caseSensitive") == "true"
                return args[0] is not None and _folded(args[0], case) == _folded(args[1], case)
            case "mapResponse":
                return self._mapped(expression.get("identifier"), values)
            case tag:
                raise Refused(f"unknown expression {tag}")

    def _is_ordered(self, expression: Any) -> bool:
        names = [child.get("identifier") for child in expression]
        return any(self.declaration(name).get("cardinality") == "ordered" for name in names if name)

    def declaration(self, name: str) -> Any:
        found = self.tree.find(f"responseDeclaration[@identifier='{name}']")
        return (
            self.tree.find(f"outcomeDeclaration[@identifier='{name}']") if found is None else found
        )

    def _correct(self, name: str) -> Value:
        declaration = self.declaration(name)
        values = [value.text for value in declaration.findall("correctResponse/value")]
        if declaration.get("cardinality") == "single":
            is_float = declaration.get("baseType") == "float"
            return float(values[0]) if is_float else values[0]
        return values

    def _mapped(self, name: str, values: dict[str, Value]) -> float:
        mapping = self.declaration(name).find("mapping")
        response = values[name]
        given = response if isinstance(response, list) else [] if response is None else [response]
        total = 0.0
        for value in set(given):
            for entry in mapping.findall("mapEntry"):
                case = entry.get("caseSensitive", "true") == "true"
                if _folded(entry.get("mapKey"), case) == _folded(value, case):
                    total += float(entry.get("mappedValue"))
        low, high = mapping.get("lowerBound"), mapping.get("upperBound")
        total = max(total, float(low)) if low is not None else total
        return min(total, float(high)) if high is not None else total


def _folded(text: str, case: bool) -> str:
    return text if case else text.casefold()


def _same(one: Value, other: Value, ordered: bool) -> bool:
    if one is None or other is None:
        return False
    if isinstance(one, list) and not ordered:
        return sorted(one) == sorted(other)
    return bool(one == other)


def _equal(given: Value, right: float, expression: Any) -> bool:
    if given is None:
        return False
    if expression.get("toleranceMode") == "exact":
        return bool(given == right)
    below, above = map(float, expression.get("tolerance").split())
    return bool(given - below <= right <= given + above)


# --- packages -------------------------------------------------------------------------------------


def read(content: bytes) -> list[Arrived]:
    """Return the questions in the order of the test."""
    files = files_of(content)
    manifest = etree.fromstring(files["imsmanifest.xml"])
    resources = {
        resource.get("href"): [file.get("href") for file in resource if local(file) == "file"]
        for resource in manifest.iter()
        if isinstance(resource.tag, str) and local(resource) == "resource"
    }
    if set(files) - {"imsmanifest.xml"} != {name for names in resources.values() for name in names}:
        raise Refused("the manifest does not list exactly the files")
    return list(_test(etree.fromstring(files["test.xml"]), files, resources))


def files_of(content: bytes) -> dict[str, bytes]:
    """Return the files of a package."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {name: archive.read(name) for name in archive.namelist()}


def _test(root: Any, files: dict[str, bytes], resources: dict[str, list[str]]) -> Iterator[Arrived]:
    for section in root.iter("{*}assessmentSection"):
        selection = section.find("{*}selection")
        title = section.get("title")
        if selection is not None:
            title += f": {selection.get('select')}"
        for reference in section.findall("{*}assessmentItemRef"):
            name = reference.get("href")
            item = Item(etree.fromstring(files[name]))
            if item.tree.get("identifier") != reference.get("identifier"):
                raise Refused(f"{name} has another identifier than its reference")
            yield _question(item, title, resources[name])


def _question(item: Item, section: str, files: list[str]) -> Arrived:
    tree = item.tree
    for element in tree.iter():
        if (name := element.get("identifier")) and not _NAME.fullmatch(name):
            raise Refused(f"{name} is not a name")
        if element.tag == "img" and element.get("alt") is None:
            raise Refused("a picture needs its description")
        if (source := element.get("src") or element.get("data")) and source not in files:
            raise Refused(f"{source} is not a file of the item")
        if element.get("style"):
            raise Refused("styles are not allowed")
    body = tree.find("itemBody")
    if any(child.tag not in BLOCKS for child in body) or (body.text or "").strip():
        raise Refused("the body has blocks only")
    modal = {feedback.get("identifier"): _seen(feedback) for feedback in tree.iter("modalFeedback")}
    interactions = {
        interaction.get("responseIdentifier"): interaction
        for interaction in body.iter()
        if str(interaction.tag).endswith("Interaction")
    }
    maximum = Decimal(
        tree.findtext("outcomeDeclaration[@identifier='MAXSCORE']/defaultValue/value")
    )

    def score(response: Any) -> Decimal:
        outcomes = item.run(encoded(interactions, response))
        return Decimal(str(outcomes["SCORE"])) / maximum

    first = next(iter(interactions.values()))
    return Arrived(
        id=tree.get("title"),
        type=first.tag,
        text=_seen(body, without=set(interactions.values())),
        general=modal.pop("general"),
        points=maximum,
        section=section,
        options=tuple(texts_of(first).values()),
        feedback=_feedback(item, modal, interactions),
        score=score,
        shuffled=first.get("shuffle") == "true",
        more={"identifier": tree.get("identifier"), "interactions": str(len(interactions))},
    )


def _seen(element: Any, without: set[Any] = frozenset()) -> str:  # type: ignore[assignment]
    copied = etree.fromstring(etree.tostring(element, with_tail=False))
    for interaction in [each for each in copied.iter() if str(each.tag).endswith("Interaction")]:
        if interaction.tag == "textEntryInteraction":
            interaction.tag, interaction.text = "span", "___"
        elif without:
            interaction.getparent().remove(interaction)
    return visible(etree.tostring(copied, encoding="unicode", method="html"))


def texts_of(interaction: Any) -> dict[str, str]:
    """Return what is seen of each choice by its identifier."""
    return {
        choice.get("identifier"): _seen(choice)
        for choice in interaction.iter("simpleChoice", "simpleAssociableChoice")
    }


def encoded(interactions: dict[str, Any], response: Any) -> dict[str, Value]:
    """Return a response of the tests as the values of response variables."""
    first = interactions["RESPONSE_1"]
    idents = {text: ident for ident, text in texts_of(first).items()}
    match first.tag:
        case "choiceInteraction" if isinstance(response, frozenset):
            chosen = sorted(idents[text] for text in response)
            if first.get("maxChoices") == "1":
                return {"RESPONSE_1": chosen[0] if chosen else None}
            return {"RESPONSE_1": chosen or None}
        case "choiceInteraction":
            return {"RESPONSE_1": None if response is None else idents[str(response)]}
        case "matchInteraction":
            pairs = [f"{idents[premise]} {idents[text]}" for premise, text in response.items()]
            return {"RESPONSE_1": pairs or None}
        case "orderInteraction":
            return {"RESPONSE_1": [idents[text] for text in response]}
        case _ if isinstance(response, tuple):
            return {f"RESPONSE_{place}": text or None for place, text in enumerate(response, 1)}
        case _:
            return {"RESPONSE_1": None if response is None else float(response)}


def _feedback(item: Item, modal: dict[str, str], interactions: dict[str, Any]) -> dict[Any, str]:
    """Return which feedback each answer gets, by giving all of them."""
    first = interactions["RESPONSE_1"]
    said: dict[Any, str] = {}

    def told(**responses: Value) -> str:
        shown = item.run(responses)["FEEDBACKMODAL"]
        if shown[0] != "general" or len(shown) > 2:
            raise Refused(f"feedback {shown}")
        return modal[shown[1]] if len(shown) == 2 else ""

    if first.tag == "choiceInteraction":
        single = first.get("maxChoices") == "1"
        for ident, text in texts_of(first).items():
            answer = {"true": True, "false": False}.get(ident, text)
            said[answer] = told(RESPONSE_1=ident if single else [ident])
    elif first.tag == "textEntryInteraction":
        for place, name in enumerate(interactions):
            is_number = item.declaration(name).get("baseType") == "float"
            given = [
                value.text
                for value in item.tree.iter("baseValue")
                if value.getparent().find(f"variable[@identifier='{name}']") is not None
                and value.getparent().tag in ("stringMatch", "equal")
            ]
            for text in given:
                said[place, text] = told(**{name: float(text) if is_number else text})
            said[place, ""] = told(**{name: 1e29 if is_number else "n0nsense"})
    return {answer: text for answer, text in said.items() if text}
