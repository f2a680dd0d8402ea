"""Read items of QTI 2.0 to 2.2, with one interaction or with several gaps in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pkoquiz.importers.foreign import (
    Answer,
    Fields,
    LeftOutError,
    Read,
    choice,
    decimal,
    drafted,
    essay,
    matching,
    numerical,
    percentages,
    points,
    short_answer,
    true_false,
    typed,
)
from pkoquiz.importers.texts import Texts
from pkoquiz.model.parts import number
from pkoquiz.xmlfile import Node, parse

_GAPS = ("textEntryInteraction", "inlineChoiceInteraction")


def read(content: bytes, name: str, files: Mapping[str, bytes]) -> Iterator[Read]:
    """Yield the question of an item file."""
    for node in parse(content).walk("assessmentItem"):
        item = _Item(node, Texts(files))
        title, identity = node.get("title"), node.get("identifier")
        yield drafted(title, node.line, identity, item.texts, item.fields)


class _Item:
    """An item while it is read."""

    def __init__(self, node: Node, texts: Texts) -> None:
        self.node, self.texts = node, texts
        self.declared = {e.get("identifier"): e for e in node.all("responseDeclaration")}

    def fields(self) -> Fields:
        body = self.node.find("itemBody")
        if body is None:
            raise LeftOutError("it has no body")
        if self.node.find("templateDeclaration") is not None:
            raise LeftOutError("its text or key is drawn at random")
        parts = [e for e in body.walk() if e.tag.endswith("Interaction")]
        if not parts:
            raise LeftOutError("it asks for no answer")
        common: Fields = {"explain": self.explanation()}
        first = parts[0]
        if all(part.tag in _GAPS for part in parts) and (
            len(parts) > 1 or first.tag == "inlineChoiceInteraction" or _is_inside(body, first)
        ):
            fields = self.cloze(body, parts)
        elif len(parts) > 1:
            raise LeftOutError("it has several interactions")
        else:
            fields = self.single(first, self.stem(body, first))
        worth = [
            e.text_of("defaultValue", "value")
            for e in self.node.all("outcomeDeclaration")
            if e.get("identifier") == "MAXSCORE"
        ]
        return {**common, **fields, "points": points(worth[0]) if worth else None}

    def single(self, part: Node, stem: str) -> Fields:
        common: Fields = {"stem": stem}
        match part.tag:
            case "choiceInteraction":
                return self.choice(part, common)
            case "matchInteraction":
                return self.matching(part, common)
            case "associateInteraction":
                raise LeftOutError("pkoquiz has no equivalent of `associateInteraction`")
            case "orderInteraction":
                return self.ordering(part, common)
            case "extendedTextInteraction":
                solution = [
                    rubric
                    for rubric in self.node.walk("rubricBlock")
                    if "candidate" not in rubric.get("view", "scorer")
                ]
                model = self.texts.block(solution[0].html()) if solution else ""
                return essay(self.texts, model, **common)
            case "textEntryInteraction":
                return self.typed(part, common)
        raise LeftOutError(f"pkoquiz has no equivalent of `{part.tag}`")

    # --- texts ------------------------------------------------------------------------------------

    def stem(self, body: Node, part: Node) -> str:
        prompt = part.find("prompt")
        aside = _feedbacks(body) + [
            rubric
            for rubric in body.walk("rubricBlock")
            if "candidate" not in rubric.get("view", "candidate")
        ]
        rest = _without(body, part, *aside).html()
        return self.texts.block(rest + (f"<p>{prompt.html()}</p>" if prompt else ""))

    def explanation(self) -> str:
        """The feedback that is shown for every answer."""
        own = {answer.get("identifier") for answer in self.node.walk(*_ANSWERS)}
        shown = [
            self.texts.block(e.html())
            for e in self.node.all("modalFeedback")
            if e.get("identifier") not in own
            and e.get("identifier").lower() not in ("correct", "incorrect", "empty")
            and e.get("showHide", "show") == "show"
            and "incorrect" not in e.get("identifier").lower()
        ]
        return shown[0] if len(shown) == 1 else ""

    def feedback(self, part: Node) -> str:
        """Return the feedback on one option, which is inside it or in a modal feedback for it."""
        modal = [
            feedback
            for feedback in self.node.all("modalFeedback")
            if feedback.get("identifier") == part.get("identifier")
        ]
        for feedback in _feedbacks(part) or modal:
            if feedback.get("showHide", "show") == "show":
                return self.texts.block(feedback.html())
        return ""

    def label(self, part: Node) -> str:
        return self.texts.line(_without(part, *_feedbacks(part)).html())

    def plain(self, part: Node) -> str:
        return self.texts.plain(_without(part, *_feedbacks(part)).html())

    # --- keys -------------------------------------------------------------------------------------

    def key(self, part: Node) -> list[str]:
        declared = self.declared.get(part.get("responseIdentifier"))
        right = declared.find("correctResponse") if declared is not None else None
        values = [e.text.strip() for e in right.all("value")] if right is not None else []
        return values or [value for value, share in self.mapped(part) if share > 0]

    def mapped(self, part: Node) -> list[tuple[str, Decimal]]:
        declared = self.declared.get(part.get("responseIdentifier"))
        mapping = declared.find("mapping") if declared is not None else None
        entries = mapping.all("mapEntry") if mapping is not None else []
        return [(e.get("mapKey"), decimal(e.get("mappedValue", "0"))) for e in entries]

    def shares(self, part: Node) -> dict[str, Decimal]:
        """The percentage that each value earns; negative ones earn nothing."""
        mapped = dict(self.mapped(part))
        listed = self.key(part)
        declared = self.declared.get(part.get("responseIdentifier"))
        if declared is not None and declared.get("cardinality") != "single":
            # All options that add points together are the key.
            earning = {value for value, share in mapped.items() if share > 0}
            if self.is_mapped() and earning and set(listed) != earning:
                raise LeftOutError("its key and the points of its options contradict each other")
            return dict.fromkeys(listed, Decimal(100))
        if self.is_mapped() and (shares := percentages(mapped)):
            return shares
        return dict.fromkeys(listed, Decimal(100))

    def is_mapped(self) -> bool:
        """Whether the points come from a mapping rather than from the right response."""
        processing = self.node.find("responseProcessing")
        if processing is None:
            return False
        name = processing.get("template").rpartition("/")[2]
        return "map_response" in name or any(processing.walk("mapResponse"))

    def choice(self, part: Node, common: Fields) -> Fields:
        shares = self.shares(part)
        key = {value for value, share in shares.items() if share >= 100}
        options = part.all("simpleChoice")
        labels = [self.plain(option).lower() for option in options]
        declared = self.declared.get(part.get("responseIdentifier"))
        cardinality = declared.get("cardinality") if declared is not None else ""
        single = cardinality == "single" or (not cardinality and part.get("maxChoices") == "1")
        if single and sorted(labels) == ["false", "true"] and len(key) == 1:
            said = dict(zip(labels, [self.feedback(option) for option in options], strict=True))
            right = next((option for option in options if option.get("identifier") in key), None)
            if right is not None:
                verdict = self.plain(right).lower() == "true"
                return true_false(verdict, said["true"], said["false"], **common)
        answers = [
            Answer(
                self.label(option),
                max(Decimal(0), shares.get(option.get("identifier"), Decimal(0))),
                self.feedback(option),
            )
            for option in options
        ]
        fields = choice(self.texts, answers, single=single, **common)
        if part.get("shuffle", "false") != "true":
            fields["shuffle"] = False
        return fields

    def matching(self, part: Node, common: Fields) -> Fields:
        sides = part.all("simpleMatchSet")
        if len(sides) != 2:
            raise LeftOutError("it does not have two sides to match")
        left = {e.get("identifier"): self.label(e) for e in sides[0].all("simpleAssociableChoice")}
        right = {e.get("identifier"): self.plain(e) for e in sides[1].all("simpleAssociableChoice")}
        pairs = []
        for value in self.key(part):
            one, _, other = value.partition(" ")
            if one not in left or other.strip() not in right:
                raise LeftOutError("its key does not fit its two sides")
            pairs.append((left[one], right[other.strip()]))
        if len({premise for premise, _ in pairs}) != len(left):
            raise LeftOutError("a premise has no response, or more than one")
        return matching(self.texts, pairs, right.values(), **common)

    def ordering(self, part: Node, common: Fields) -> Fields:
        steps = {e.get("identifier"): self.label(e) for e in part.all("simpleChoice")}
        order = self.key(part)
        if sorted(order) != sorted(steps):
            raise LeftOutError("its right order cannot be read")
        return {
            "type": "ordering",
            **common,
            "sequence": [steps[identifier] for identifier in order],
        }

    def typed(self, part: Node, common: Fields) -> Fields:
        declared = self.declared.get(part.get("responseIdentifier"))
        key = self.key(part)
        if declared is not None and declared.get("baseType") in ("float", "integer"):
            if bounds := self.bounds():
                low, high = bounds
                answer = Answer(number((low + high) / 2), Decimal(100), "", (high - low) / 2)
                return numerical(self.texts, [answer], **common)
            if not key:
                raise LeftOutError("no number is marked as right")
            answer = Answer(number(decimal(key[0])), Decimal(100), "", self.tolerance(key[0]))
            return numerical(self.texts, [answer], **common)
        tests = list(self.node.walk("mapEntry", "stringMatch"))
        sensitive = bool(tests) and all(test.get("caseSensitive") == "true" for test in tests)
        return short_answer(self.texts, self.answers(part), case_sensitive=sensitive, **common)

    def bounds(self) -> tuple[Decimal, Decimal] | None:
        """The range of numbers that earn points, if the conditions give one."""
        bounds: dict[str, set[Decimal]] = {"g": set(), "l": set()}
        processing = self.node.find("responseProcessing")
        tests = processing.walk("gte", "gt", "lte", "lt") if processing is not None else ()
        for test in tests:
            if [part.tag for part in test.elements] == ["variable", "baseValue"]:
                bounds[test.tag[0]].add(decimal(test.elements[1].text))
        if not bounds["g"] and not bounds["l"]:
            return None
        if len(bounds["g"]) != 1 or len(bounds["l"]) != 1:
            raise LeftOutError("the range of its right numbers cannot be read")
        return next(iter(bounds["g"])), next(iter(bounds["l"]))

    def answers(self, part: Node) -> list[Answer]:
        mapped = self.mapped(part)
        if not self.is_mapped() and self.key(part) != [v for v, share in mapped if share > 0]:
            mapped = []
        most = max((share for _, share in mapped), default=Decimal(0))
        shares = {text: share * 100 / most for text, share in mapped if share > 0} if most else {}
        if not (self.is_mapped() and shares):
            for text in self.key(part):
                shares.setdefault(text, Decimal(100))
        return [Answer(text, share) for text, share in shares.items()]

    def tolerance(self, key: str) -> Decimal:
        for test in self.node.walk("equal"):
            if test.get("tolerance"):
                margins = [decimal(value) for value in test.get("tolerance").split()]
                is_relative = test.get("toleranceMode") == "relative"
                share = decimal(key) / 100 if is_relative else Decimal(1)
                if len(set(margins)) > 1:
                    self.texts.changes.append(
                        "the tolerance above and below became the smaller one"
                    )
                return abs(min(margins) * share)
        return Decimal(0)

    def cloze(self, body: Node, parts: list[Node]) -> Fields:
        gaps: list[dict[str, Any]] = []
        for index, part in enumerate(parts, 1):
            if part.tag == "inlineChoiceInteraction":
                self.texts.changes.append("a menu became a gap to type in")
                names = {e.get("identifier"): self.plain(e) for e in part.all("inlineChoice")}
                answers = [
                    Answer(names.get(name, ""), share)
                    for name, share in self.shares(part).items()
                    if share > 0
                ]
            else:
                answers = self.answers(part)
            accepted, _, _ = typed(self.texts, answers, most=20)
            gaps.append({"answers": accepted})
            part.tag, part.children = "span", [f"GAPX{index}XGAP"]
            part.attributes.clear()
        stem = re.sub(r"GAPX(\d+)XGAP", r"{{\1}}", self.texts.block(body.html()))
        return {"type": "cloze", "stem": stem, "gaps": gaps}


_ANSWERS = ("simpleChoice", "inlineChoice", "simpleAssociableChoice")


def _feedbacks(part: Node) -> list[Node]:
    return list(part.walk("feedbackInline", "feedbackBlock"))


def _without(node: Node, *parts: Node) -> Node:
    """Return the element without some of the elements inside it."""
    kept = [
        _without(child, *parts) if isinstance(child, Node) else child
        for child in node.children
        if not any(child is part for part in parts)
    ]
    return Node(node.tag, node.attributes, node.line, kept)


def _is_inside(body: Node, part: Node) -> bool:
    """Return whether text follows the gap in its paragraph."""
    for parent in body.walk():
        for index, child in enumerate(parent.children):
            if child is part:
                rest = parent.children[index + 1 :]
                texts = [e if isinstance(e, str) else e.text for e in rest]
                return bool(re.search(r"\w", "".join(texts)))
    return False
