"""No regular expression of the source takes more than linear time, whatever text it is tried on.

Worst cases are generated from each pattern: it is tried on long runs of the characters that it
distinguishes, after each of its beginnings, with an end that does not match.
"""

from __future__ import annotations

import ast
import importlib
import re
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import pkoquiz
from pkoquiz.checks import flaws

# The standard library's own parser of patterns; it has no type stubs.
kinds: Any = importlib.import_module("re._constants")
parser: Any = importlib.import_module("re._parser")

SOURCE = Path(pkoquiz.__file__).parent
METHODS = ("search", "match", "fullmatch", "sub", "split", "findall", "finditer")
ANCHORED = {"match", "fullmatch"}

LENGTH = 20_000
"""Characters of a worst case; what is quadratic in them takes seconds."""

LENGTHS = dict.fromkeys(
    ("pkoquiz.checks.languages", "pkoquiz.checks.options", "pkoquiz.checks.stems"), flaws.LONGEST
)
"""Modules whose patterns are tried on short texts only, and how long those are."""

LIMIT = 0.25
"""Seconds of processor time; what is linear takes a few milliseconds."""

ENDS = ["", "\x00", "a", "\n"]
"""What follows the run: one of them is not what the pattern needs."""


def patterns() -> Iterator[Any]:
    """Yield every regular expression of the source once, with its module and line."""
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        name = ".".join(("pkoquiz", *path.relative_to(SOURCE).with_suffix("").parts))
        module = importlib.import_module(name.removesuffix(".__init__"))
        used = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        for label, pattern in vars(module).items():
            if isinstance(pattern, re.Pattern) and _is_assigned(tree, label):
                if isinstance(pattern.pattern, bytes):  # tried as text of the same characters
                    pattern = re.compile(pattern.pattern.decode("latin-1"), pattern.flags)
                text = ast.unparse(tree) if label.startswith("_") else TEXT
                yield pytest.param(
                    pattern, _anchored(label, text), LENGTHS.get(name, LENGTH), id=f"{name}.{label}"
                )
        for call in used:
            if (
                isinstance(call.func, ast.Attribute)
                and isinstance(call.func.value, ast.Name)
                and call.func.value.id == "re"
                and call.func.attr in METHODS
                and isinstance(call.args[0], ast.Constant)
            ):
                flags = re.IGNORECASE if "IGNORECASE" in ast.unparse(call) else 0
                flags |= re.MULTILINE if "MULTILINE" in ast.unparse(call) else 0
                written = call.args[0].value
                text = written.decode("latin-1") if isinstance(written, bytes) else str(written)
                pattern = re.compile(text, flags)
                anchored, length = call.func.attr in ANCHORED, LENGTHS.get(name, LENGTH)
                yield pytest.param(pattern, anchored, length, id=f"{name}:{call.lineno}")


def _is_assigned(tree: ast.Module, label: str) -> bool:
    return any(
        isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == label for target in node.targets)
        for node in tree.body
    )


TEXT = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))


def _anchored(label: str, text: str) -> bool:
    """Whether a pattern is tried only at the beginning of texts."""
    methods = set(re.findall(rf"\b{label}\.({'|'.join(METHODS)})\b", text))
    return bool(methods) and methods <= ANCHORED


# --- worst cases ----------------------------------------------------------------------------------


def sample(items: Iterable[Any]) -> str:
    """Return a short text that the parsed pattern matches, as far as it is easy to tell."""
    return "".join(map(_sample, items))


def _sample(item: Any) -> str:
    kind: Any
    value: Any
    kind, value = item
    if kind is kinds.LITERAL:
        return chr(value)
    if kind is kinds.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if kind is kinds.ANY:
        return "a"
    if kind is kinds.IN:
        return next(iter(members(value)), "a")
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
        return sample(value[2]) * int(min(max(value[0], 1), 50))
    if kind is kinds.SUBPATTERN:
        return sample(value[3])
    if kind is kinds.ATOMIC_GROUP:
        return sample(value)
    if kind is kinds.BRANCH:
        return sample(value[1][0])
    return ""


CANDIDATES = " a1A_.,:;-–—…'\"“”()[]{}<>*#&@=|~`\\/!?é日¹\t\n"


def members(items: Iterable[Any]) -> list[str]:
    """Return characters of a class, a few of each kind."""
    source = [(kinds.IN, list(items))]
    compiled = re.compile(_class_source(source))
    found = [sign for sign in CANDIDATES if compiled.fullmatch(sign)]
    literal = [chr(value) for kind, value in items if kind is kinds.LITERAL]
    return [*dict.fromkeys([*found[:3], *literal[:4]])]


def _class_source(source: list[Any]) -> str:
    parts = []
    for kind, value in source[0][1]:
        if kind is kinds.NEGATE:
            parts.append("^")
        elif kind is kinds.LITERAL:
            parts.append(re.escape(chr(value)))
        elif kind is kinds.RANGE:
            parts.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        elif kind is kinds.CATEGORY:
            name = str(value).removeprefix("CATEGORY_").lower()
            letter = {"digit": "d", "space": "s", "word": "w"}[name.removeprefix("not_")]
            parts.append("\\" + (letter.upper() if name.startswith("not_") else letter))
    return f"[{''.join(parts)}]"


def runs(items: Iterable[Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield (beginning, text to repeat) for every repetition of a parsed pattern."""
    items = list(items)
    for number, (kind, value) in enumerate(items):
        prefix = before + sample(items[:number])
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
            most, body = value[1:]
            if most > 50:
                yield prefix, sample(body)
                for body_kind, inner in body:
                    if body_kind is kinds.IN:
                        yield from ((prefix, sign) for sign in members(inner))
                # The whole pattern again and again, up to this repetition.
                yield "", prefix + sample(body)
            yield from runs(body, prefix)
        elif kind is kinds.SUBPATTERN:
            yield from runs(value[3], prefix)
        elif kind is kinds.BRANCH:
            for branch in value[1]:
                yield from runs(branch, prefix)
        elif kind in (kinds.ASSERT, kinds.ASSERT_NOT):
            yield from runs(value[1], prefix)
        elif kind is kinds.ATOMIC_GROUP:
            yield from runs(value, prefix)


def worst_cases(pattern: re.Pattern[str], length: int) -> set[str]:
    """Return long texts that make a pattern of this form backtrack."""
    parsed = parser.parse(pattern.pattern, pattern.flags)
    begun = {(before, run) for before, run in runs(parsed) if run}
    # Repetitions of other parts of the pattern often match the same characters.
    signs = {run for _, run in begun if len(run) == 1} | {" ", "a"}
    begun |= {(before, sign) for before, _ in begun for sign in signs}
    return {before + run * (length // len(run)) + end for before, run in begun for end in ENDS} | {
        sign * length + sample(parsed)[:1] for sign in signs
    }


# --- time -----------------------------------------------------------------------------------------


class TooSlowError(Exception):
    """A pattern took more than the limit."""


def _stop(signal_number: int, frame: FrameType | None) -> None:
    raise TooSlowError


def is_slow(attempt: Callable[[], object]) -> bool:
    """Whether a call takes more than the limit; it is ended then."""
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
    try:
        attempt()
    except TooSlowError:
        return True
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return False


def slow_case(pattern: re.Pattern[str], anchored: bool, length: int = LENGTH) -> str:
    """Return the beginning of a text on which the pattern is slow, or an empty text."""
    for text in sorted(worst_cases(pattern, length)):
        attempts: list[Callable[[], object]] = [
            lambda text=text: pattern.fullmatch(text),  # type: ignore[misc]  # bound at once
            lambda text=text: pattern.match(text),  # type: ignore[misc]
        ]
        if not anchored:
            attempts.append(lambda text=text: pattern.sub("", text))  # type: ignore[misc]
        if any(map(is_slow, attempts)):
            return text[:40] + "…" + text[-5:]
    return ""


@pytest.mark.skipif(not hasattr(signal, "ITIMER_VIRTUAL"), reason="needs POSIX timers")
@pytest.mark.parametrize(("pattern", "anchored", "length"), [*patterns()])
def test_a_pattern_takes_linear_time(pattern: re.Pattern[str], anchored: bool, length: int) -> None:
    assert not slow_case(pattern, anchored, length)


@pytest.mark.skipif(not hasattr(signal, "ITIMER_VIRTUAL"), reason="needs POSIX timers")
@pytest.mark.parametrize(
    "slow",
    [
        r"\[\s*([^\[\]]+?)\s*\]",
        r"(?:[:;]|_{2,}|\w)[\s*_]*$",
        r"<v(?:\.[^\s<>]*)?\s+([^<>]*)>",
        r"\\+(href|url)\b",
        r"(a|a)*b",
        r"\s+$",
    ],
)
def test_slow_patterns_are_recognised(slow: str) -> None:
    assert slow_case(re.compile(slow), anchored=False)
