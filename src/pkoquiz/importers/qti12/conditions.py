"""The conditions of a QTI 1.2 item: what each names, and what an answer to the item scores.

Programs write the same key in many ways: one condition with all right options, a share for each,
points subtracted for wrong ones, `not` around what must not be chosen. What earns most is the key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from pkoquiz.importers.foreign import LeftOutError, decimal, percentages
from pkoquiz.xmlfile import Node

Reply = Mapping[str, frozenset[str]]
"""Response → the idents that are chosen, or the text that is typed."""

NONSENSE = "\u2603 no answer of any key"
"""A text that no key accepts, to find out whether any answer counts."""

_MOST_TRIED = 10
"""Options of which all combinations are tried; our questions have no more."""

_MOST_STEPS = 1_000_000
"""Elements of conditions that are looked at for one item; a hostile one could have no end."""

_EQUALITIES = ("varequal", "varsubstring")
_COMPARISONS = ("vargte", "varlte", "vargt", "varlt")


@dataclass(frozen=True, slots=True)
class Condition:
    """The contents of a `respcondition`."""

    right: tuple[tuple[str, str], ...]
    """(response, value) that must hold."""
    wrong: tuple[tuple[str, str], ...]
    """(response, value) that must not hold."""
    is_other: bool
    """Whether it holds for any other answer."""
    score: Decimal
    feedback: tuple[str, ...]
    """The idents of the feedback that it shows."""
    bounds: tuple[tuple[str, Decimal], ...]
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
        self.rules = [_rule(node) for node in item.walk("respcondition")]
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
        return percentages({ident: self.score({response: frozenset({ident})}) for ident in idents})

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
        """Return whether the key earns more than with another answer to one of the responses."""
        best, changed = (
            self.score({response: frozenset({value}) for response, value in answers.items()})
            for answers in (key, {**key, name: other})
        )
        return best > changed and best > 0


def read_condition(node: Node) -> Condition:
    """Return what a `respcondition` names, scores and shows."""
    right: list[tuple[str, str]] = []
    wrong: list[tuple[str, str]] = []
    bounds: list[tuple[str, Decimal]] = []
    is_other = False
    for group in node.all("conditionvar"):
        for test, negated in _tests(group):
            value = test.text.strip()
            match test.tag:
                case "other":
                    is_other = True
                case "varequal" | "varsubstring":
                    (wrong if negated else right).append((test.get("respident"), value))
                case _:
                    with suppress(LeftOutError):
                        bounds.append((test.tag.removeprefix("var"), decimal(value)))
    feedback = _feedback_shown(node)
    return Condition(
        tuple(right), tuple(wrong), is_other, _score(node), tuple(feedback), tuple(bounds)
    )


def _tests(node: Node, negated: bool = False) -> Iterator[tuple[Node, bool]]:
    """Yield each test inside an element, and whether a `not` around it negates it."""
    for child in node.elements:
        if child.tag in (*_EQUALITIES, *_COMPARISONS, "other"):
            yield child, negated
        else:
            yield from _tests(child, negated != (child.tag == "not"))


def _score(node: Node) -> Decimal:
    """Return the last score that a `respcondition` sets; one that is subtracted is negative."""
    if node.get("title").lower() == "incorrect":
        return Decimal(0)
    score = Decimal(100 * _scores_by_feedback(node))
    for setting in node.all("setvar"):
        name = setting.get("varname").lower()
        if name == "hints":
            continue
        amount = _amount(setting)
        score = amount if amount is not None else score
        if setting.get("action").lower() == "subtract" or "incorrect" in name:
            score = -abs(score)
    return score


def _amount(setting: Node) -> Decimal | None:
    """Return the number in a `setvar`; None if there is none."""
    value = setting.text.strip()
    if not value:
        return Decimal(1) if setting.get("action").lower() == "add" else None
    try:
        return decimal(value)
    except LeftOutError:  # Blackboard writes `SCORE.max`
        return Decimal(100) if value.lower().endswith("max") else None


def _feedback_shown(node: Node) -> list[str]:
    return [shown.get("linkrefid") for shown in node.walk("displayfeedback")]


def _scores_by_feedback(node: Node) -> bool:
    """Return whether the feedback earns the points, as for answers typed in Blackboard."""
    return node.find("setvar") is None and "correct" in _feedback_shown(node)


def _rule(node: Node) -> _Rule:
    settings = []
    for setting in node.all("setvar"):
        name = (setting.get("varname") or setting.get("variablename") or "SCORE").lower()
        amount = _amount(setting)
        if amount is not None and "hint" not in name:
            settings.append((name, (setting.get("action") or "Set").lower(), amount))
    if _scores_by_feedback(node):
        settings.append(("score", "add", Decimal(100)))
    if node.get("title").lower() == "incorrect":
        settings = [(name, action, min(value, Decimal(0))) for name, action, value in settings]
    test = node.find("conditionvar") or Node("conditionvar")
    # Canvas writes `continue="No"` at each share of a matching question, and goes on.
    adds = any(action in ("add", "subtract") for _, action, _ in settings)
    return _Rule(test, tuple(settings), node.get("continue").lower() == "no" and not adds)


def _holds(test: Node, reply: Reply, earlier: bool) -> bool:
    """Return whether a test holds for a reply; `earlier` says whether a condition before did."""
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
                wanted, given = wanted.casefold(), frozenset(value.casefold() for value in given)
            if test.tag == "varequal":
                return wanted in given
            return any(wanted in value for value in given)
        case "vargte" | "varlte" | "vargt" | "varlt":
            return any(_compares(test.tag, value, wanted) for value in given)
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
