"""What the conditions of a QTI 1.2 item score, computed by answering the item.

Programs write the same key in many ways: one condition with all right options, a share for each,
points subtracted for wrong ones, `not` around what must not be chosen. What earns most is the key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from pkoquiz.importers.foreign import LeftOutError, decimal
from pkoquiz.xmlfile import Node

Reply = Mapping[str, frozenset[str]]
"""Response → the idents that are chosen, or the text that is typed."""

NONSENSE = "\u2603 no answer of any key"
"""A text that no key accepts, to find out whether any answer counts."""

_MOST_TRIED = 10
"""Options of which all combinations are tried; our questions have no more."""


_MOST_STEPS = 1_000_000
"""Elements of conditions that are looked at for one item; a hostile one could have no end."""


@dataclass(frozen=True, slots=True)
class Condition:
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


@dataclass(frozen=True, slots=True)
class _Rule:
    test: Node
    settings: tuple[tuple[str, str, Decimal], ...]
    """(variable, action, value)."""
    stops: bool


class Rules:
    """The conditions of an item, in their order."""

    def __init__(self, item: Node) -> None:
        self.rules = [_rule(node) for node in item.walk() if node.tag == "respcondition"]
        names = {name for rule in self.rules for name, _, _ in rule.settings}
        self.total = "score" if "score" in names else ""
        self.size = sum(1 for rule in self.rules for _ in rule.test.walk())
        self.steps = 0

    def score(self, reply: Reply) -> Decimal:
        """Return what a reply earns; what that means depends on the program.

        Raises `LeftOutError` if the item has too many conditions to try so many replies.
        """
        self.steps += self.size
        if self.steps > _MOST_STEPS:
            raise LeftOutError("it has too many conditions")
        variables: dict[str, Decimal] = defaultdict(Decimal)
        earlier = False
        for rule in self.rules:
            if not _holds(rule.test, reply, earlier):
                continue
            earlier = True
            for name, action, value in rule.settings:
                match action:
                    case "add":
                        variables[name] += value
                    case "subtract":
                        variables[name] -= value
                    case "multiply":
                        variables[name] *= value
                    case "divide" if value:
                        variables[name] /= value
                    case _:
                        variables[name] = value
            if rule.stops:
                break
        if self.total:
            return variables[self.total]
        # Brightspace counts what is right and what is wrong.
        return sum((-n if "incorrect" in name else n for name, n in variables.items()), Decimal(0))

    def shares(self, response: str, idents: Sequence[str]) -> dict[str, Decimal]:
        """Return the percentage that each option earns alone; empty if none earns anything."""
        scores = {ident: self.score({response: frozenset({ident})}) for ident in idents}
        best = max(scores.values(), default=Decimal(0))
        return {i: score * 100 / best for i, score in scores.items()} if best > 0 else {}

    def best_choice(self, response: str, idents: Sequence[str]) -> frozenset[str] | None:
        """Return the fewest options that earn most together, or None if nothing earns anything.

        Raises `LeftOutError` if several choices are equally good.
        """
        if not 0 < len(idents) <= _MOST_TRIED:
            return None
        most, best = Decimal(0), list[frozenset[str]]()
        for size in range(len(idents) + 1):
            for chosen in map(frozenset, combinations(idents, size)):
                score = self.score({response: chosen})
                if score > most:
                    most, best = score, [chosen]
                elif score == most > 0 and len(chosen) == len(best[0]):
                    best.append(chosen)
        if len(best) > 1:
            raise LeftOutError("several choices of options earn all points")
        return best[0] if best else None

    def is_best(self, key: Mapping[str, str], offered: Mapping[str, Sequence[str]]) -> bool:
        """Return whether every other answer to one of the responses earns less than the key.

        Where the conditions set no score at all, nothing speaks against the key.
        """
        if not any(value > 0 for rule in self.rules for _, _, value in rule.settings):
            return True
        return all(
            self._is_beaten(key, name, other) or self._is_beaten({name: value}, name, other)
            for name, value in key.items()
            for other in (*offered.get(name, ()), NONSENSE)
            if other != value
        )

    def _is_beaten(self, key: Mapping[str, str], name: str, other: str) -> bool:
        """Whether the key earns more than with another answer to one of the responses."""
        best, changed = (
            self.score({response: frozenset({value}) for response, value in answers.items()})
            for answers in (key, {**key, name: other})
        )
        return best > changed and best > 0


def condition(node: Node) -> Condition:
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
    return Condition(tuple(right), tuple(wrong), other, score, feedback, tuple(bounds))


def _rule(node: Node) -> _Rule:
    settings = []
    for each in node.all("setvar"):
        name = (each.get("varname") or each.get("variablename") or "SCORE").lower()
        action = (each.get("action") or "Set").lower()
        value = each.text.strip() or ("1" if action == "add" else "")
        try:
            amount = decimal(value)
        except LeftOutError:  # Blackboard writes `SCORE.max`
            if not value.lower().endswith("max"):
                continue
            amount = Decimal(100)
        if "hint" not in name:
            settings.append((name, action, amount))
    shown = [each.get("linkrefid") for each in node.walk() if each.tag == "displayfeedback"]
    if not node.all("setvar") and "correct" in shown:
        settings.append(("score", "add", Decimal(100)))  # Blackboard scores by the feedback
    if node.get("title").lower() == "incorrect":
        settings = [(name, action, min(value, Decimal(0))) for name, action, value in settings]
    test = next(iter(node.all("conditionvar")), Node("conditionvar"))
    # Canvas writes `continue="No"` at each share of a matching question, and goes on.
    adds = any(action in ("add", "subtract") for _, action, _ in settings)
    return _Rule(test, tuple(settings), node.get("continue").lower() == "no" and not adds)


def _holds(test: Node, reply: Reply, earlier: bool) -> bool:
    given = reply.get(test.get("respident"), frozenset())
    wanted = test.text.strip()
    match test.tag:
        case "conditionvar" | "and":
            return all(_holds(part, reply, earlier) for part in test.elements)
        case "or":
            return any(_holds(part, reply, earlier) for part in test.elements)
        case "not":
            return not any(_holds(part, reply, earlier) for part in test.elements)
        case "other":
            return not earlier
        case "unanswered":
            return not given
        case "varequal" | "varsubstring":
            if test.get("case", "No").lower() == "no":
                wanted, given = wanted.casefold(), frozenset(each.casefold() for each in given)
            return (
                wanted in given if test.tag == "varequal" else any(wanted in each for each in given)
            )
        case "vargte" | "varlte" | "vargt" | "varlt":
            return any(_compares(test.tag, each, wanted) for each in given)
    return False


def _compares(operator: str, given: str, wanted: str) -> bool:
    try:
        left, right = decimal(given), decimal(wanted)
    except LeftOutError:
        return False
    match operator:
        case "vargte":
            return left >= right
        case "varlte":
            return left <= right
        case "vargt":
            return left > right
    return left < right
