"""The result of every reader of a foreign format: drafts in our format, and what was left out.

A reader turns each foreign question into a `Draft` with the helpers below, which decide the type,
or raises `LeftOutError` with the reason. Nothing is guessed about the right answer: a question
whose key cannot be read is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from pkoquiz.diagnostics import Place
from pkoquiz.importers.texts import Texts
from pkoquiz.model.parts import number
from pkoquiz.model.question import TYPES
from pkoquiz.prose import counted, quoted
from pkoquiz.records import validate
from pkoquiz.yamlfile import printable

Fields = dict[str, Any]
"""The fields of a question as in our YAML, without id and sources."""


class LeftOutError(Exception):
    """A question cannot be imported; the message says why."""


class FormatError(Exception):
    """A file cannot be read at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A foreign question in our format."""

    title: str
    line: int
    foreign_id: str
    """The id in the foreign file; empty if it has none."""
    fields: Fields
    changes: tuple[str, ...]
    """What differs from the foreign question."""
    media: dict[str, bytes] = field(default_factory=dict)
    """Path in the course → content."""
    quotes: tuple[str, ...] = ()
    """Quotes in the foreign file, if it is one of our exports."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A foreign question that was left out."""

    title: str
    reason: str
    line: int


Read = Draft | LeftOut


@dataclass(frozen=True, slots=True)
class Answer:
    """An option or an accepted answer of a foreign question."""

    text: str
    """Markdown on one line, or for typed answers plain text."""
    percent: Decimal
    """The percentage of the points that it earns."""
    feedback: str = ""
    tolerance: Decimal = Decimal(0)


def drafted(
    title: str, line: int, foreign_id: str, texts: Texts, fields: Callable[[], Fields]
) -> Read:
    """Return the draft with these fields, or why it is left out.

    The draft is valid except for what only a person can add: sources, Bloom level and difficulty.
    """
    try:
        written = {
            name: value for name, value in fields().items() if value not in ("", [], (), None)
        }
        made: Fields = _printable(written)
        if made != written:
            texts.changes.append("control characters were deleted")
        _require_valid(made)
    except LeftOutError as error:
        return LeftOut(_short(title or texts.first), str(error), line)
    except (ValueError, ArithmeticError, LookupError):  # numbers and names that no program writes
        return LeftOut(_short(title or texts.first), "its contents cannot be read", line)
    return Draft(
        _short(title or str(made.get("stem", ""))),
        line,
        printable(foreign_id).strip(),
        made,
        tuple(dict.fromkeys(texts.changes)),
        dict(texts.media),
        tuple(map(printable, texts.quotes)),
    )


def _printable(value: Any) -> Any:
    """Return fields whose texts contain no control characters."""
    match value:
        case str():
            return printable(value)
        case dict():
            return {name: _printable(part) for name, part in value.items()}
        case list() | tuple():
            return [_printable(part) for part in value]
        case _:
            return value


def _short(title: str) -> str:
    return " ".join(printable(title).split())[:200]


def _require_valid(fields: Fields) -> None:
    kind = fields.get("type", "")
    if not str(fields.get("stem", "")).strip():
        raise LeftOutError("the question has no text")
    if kind not in TYPES:
        raise LeftOutError(f"there is no question type for {quoted([str(kind)])}")
    stand_in = {
        "id": "stand-in",
        "section": "stand-in",
        "sources": [{"passage": "a", "quote": "a"}],
        "bloom": "remember",
        "difficulty": "easy",
        "place": Place(""),
    }
    if kind == "essay":  # a foreign essay may have neither
        stand_in["model_answer"] = "a"
        points = fields.get("points", 1)
        stand_in["rubric"] = [{"points": points, "text": "a"}]
    _, faults = validate(TYPES[kind], {**stand_in, **fields}, Place(""))
    if faults:
        raise LeftOutError(_reason(fields, faults[0].message))


def _reason(fields: Fields, message: str) -> str:
    """Return the message in terms of the foreign question."""
    called = {"options": "option", "pairs": "pair", "sequence": "step", "gaps": "gap",
              "answers": "answer"}  # fmt: skip
    most = {"options": 10, "pairs": 12, "sequence": 10, "gaps": 12, "answers": 30}
    for name, limit in most.items():
        if f"`{name}` has more" in message:
            return (
                f"it has {counted(len(fields[name]), called[name])}; at most {limit} are possible"
            )
    least = {"options": 2, "pairs": 2, "sequence": 3}
    for name, limit in least.items():
        if f"`{name}` needs" in message:
            shown = counted(len(fields.get(name, ())), called[name])
            return f"it has {shown}; at least {limit} are needed"
    return message


# --- types ----------------------------------------------------------------------------------------


def choice(texts: Texts, answers: Sequence[Answer], *, single: bool | None, **more: Any) -> Fields:
    """Return a choice or multiple-response question; `single` None lets the key decide."""
    answers = [answer for answer in answers if answer.text.strip()]
    right = [answer for answer in answers if answer.percent > 0]
    full = [answer for answer in answers if answer.percent >= 100]
    if not right:
        raise LeftOutError("no option is marked as right")
    if single is None:
        single = len(right) == 1 or len(full) == 1
    if single:
        best = max(answer.percent for answer in answers)
        keys = [answer for answer in answers if answer.percent == best]
        if len(keys) > 1:
            if len(answers) < 3 or len(keys) == len(answers):
                raise LeftOutError("several options are marked as the only right answer")
            texts.changes.append("several right options: it became a multiple-response question")
        elif len(right) > 1:
            texts.changes.append("partial credit of options was dropped")
    else:
        keys = right
        if len(answers) == 2 and len(keys) == 1:
            texts.changes.append("multiple response with two options: it became single choice")
    options = []
    for answer in answers:
        option: Fields = {"text": answer.text}
        if any(answer is key for key in keys):
            option["correct"] = True
        if answer.feedback:
            option["feedback"] = answer.feedback
        options.append(option if len(option) > 1 else answer.text)
    if (single and len(keys) == 1) or len(answers) == 2:
        return {"type": "choice", **more, "options": options}
    if len(keys) == len(answers):
        raise LeftOutError("all options are right")
    return {"type": "multiple", **more, "options": options}


def true_false(answer: bool, if_true: str = "", if_false: str = "", **more: Any) -> Fields:
    """Return a true/false question."""
    feedback = {"true": if_true, "false": if_false}
    kept = {name: text for name, text in feedback.items() if text}
    return {"type": "truefalse", **more, "answer": answer, "feedback": kept or None}


def matching(
    texts: Texts, pairs: Iterable[tuple[str, str]], extras: Iterable[str] = (), **more: Any
) -> Fields:
    """Return a matching question from (premise, response) pairs."""
    made = [{"premise": premise, "response": response} for premise, response in pairs]
    used = {pair["response"] for pair in made}
    left = [text for text in dict.fromkeys(extras) if text and text not in used]
    if len(left) > 8:
        texts.changes.append(f"{len(left) - 8} responses without a premise were dropped")
    return {"type": "matching", **more, "pairs": made, "extras": left[:8]}


def short_answer(
    texts: Texts, answers: Sequence[Answer], *, case_sensitive: bool = False, **more: Any
) -> Fields:
    """Return a short-answer question; `*` alone stands for any other answer."""
    accepted, wrong, otherwise = typed(texts, answers, case_sensitive=case_sensitive)
    return {
        "type": "shortanswer",
        **more,
        "answers": accepted,
        "wrong": wrong,
        "otherwise": otherwise,
        "case_sensitive": True if case_sensitive else None,
    }


def typed(
    texts: Texts, answers: Sequence[Answer], *, case_sensitive: bool = False, most: int = 30
) -> tuple[list[Any], list[Fields], str]:
    """Return accepted answers, wrong answers with feedback, and feedback on any other answer."""
    accepted: list[Any] = []
    wrong: list[Fields] = []
    otherwise = ""
    seen: set[str] = set()
    for answer in answers:
        text = " ".join(answer.text.split())
        if text == "*":
            if answer.percent > 0:
                raise LeftOutError("any answer counts as right")
            otherwise = answer.feedback
            continue
        folded = text if case_sensitive else text.casefold()
        if not text or folded in seen:
            continue
        if "*" in text.replace("\\*", ""):
            texts.changes.append(f"the wildcard in `{text}` was dropped with its answer")
            continue
        text = text.replace("\\*", "*")
        seen.add(folded)
        if answer.percent > 0:
            entry: Fields = {"text": text}
            if answer.percent < 100:
                entry["credit"] = max(1, round(answer.percent))
            if answer.feedback:
                entry["feedback"] = answer.feedback
            accepted.append(entry if len(entry) > 1 else text)
        elif answer.feedback:
            wrong.append({"text": text, "feedback": answer.feedback})
        else:
            texts.changes.append(f"the wrong answer `{text}` has no feedback and was dropped")
    if not accepted:
        raise LeftOutError("no answer is marked as right")
    if len(accepted) > most:
        raise LeftOutError(f"it accepts more than {most} answers")
    accepted.sort(key=lambda entry: isinstance(entry, dict) and entry.get("credit", 100) < 100)
    return accepted, wrong, otherwise


def numerical(texts: Texts, answers: Sequence[Answer], **more: Any) -> Fields:
    """Return a numerical question, or a short answer if several single numbers are right."""
    full = [answer for answer in answers if answer.percent >= 100 and answer.text != "*"]
    if not full:
        raise LeftOutError("no number is marked as right")
    key = max(full, key=lambda answer: abs(answer.tolerance))
    value, margin = decimal(key.text), abs(key.tolerance)
    if any(_reaches_beyond(answer, value, margin) for answer in full):
        if any(answer.tolerance for answer in full):
            raise LeftOutError("it accepts several numbers with tolerances")
        texts.changes.append("it accepts several numbers, so it became a short answer")
        return short_answer(texts, answers, **more)
    fields: Fields = {"type": "numerical", **more, "answer": number(value)}
    if margin:
        fields["tolerance"] = number(margin)
    wrong = []
    for answer in answers:
        if any(answer is other for other in full):
            continue
        if answer.text == "*":
            if answer.percent > 0:
                raise LeftOutError("any number counts as right")
            fields["otherwise"] = answer.feedback
        elif answer.percent > 0:
            texts.changes.append(
                f"{answer.text}, which earned {number(answer.percent)} %, was dropped"
            )
        elif answer.feedback and _is_beyond(answer, value, margin):
            slip: Fields = {"value": number(decimal(answer.text)), "feedback": answer.feedback}
            if answer.tolerance:
                slip["tolerance"] = number(abs(answer.tolerance))
            wrong.append(slip)
    return {**fields, "wrong": wrong}


def _reaches_beyond(answer: Answer, value: Decimal, margin: Decimal) -> bool:
    """Whether the answer accepts numbers that the key does not."""
    return abs(decimal(answer.text) - value) + abs(answer.tolerance) > margin


def _is_beyond(answer: Answer, value: Decimal, margin: Decimal) -> bool:
    """Return whether the answer is outside the tolerance of the key."""
    return abs(decimal(answer.text) - value) > margin


def essay(texts: Texts, model_answer: str = "", **more: Any) -> Fields:
    """Return an essay; its rubric is left for a person to write."""
    if not more.get("rubric"):
        texts.changes.append("an essay needs a rubric here: write one before you accept it")
    return {"type": "essay", **more, "model_answer": model_answer}


_PATTERN_SIGNS = re.compile(r"[\\^$.*+?()\[\]{}]")


def wordings(pattern: str) -> list[str]:
    """Return what a pattern accepts, if it only lists wordings: `red|dark red`."""
    bare = pattern.strip().removeprefix("^").removesuffix("$")
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1].removeprefix("?:")
    if _PATTERN_SIGNS.search(bare) or not bare:
        raise LeftOutError(f"pkoquiz has no equivalent of the pattern `{pattern[:60]}`")
    return [part.strip() for part in bare.split("|") if part.strip()]


def decimal(text: str) -> Decimal:
    """Return a number as typed, with a point or a comma as the decimal sign."""
    bare = text.strip().replace("\u2212", "-").replace("\u00a0", "").replace(" ", "")
    if bare.count(",") == 1 and "." not in bare:
        if re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", bare):
            whole = bare.replace(",", "")
            raise LeftOutError(f"`{text[:40]}` may mean {whole} or {bare.replace(',', '.')}")
        bare = bare.replace(",", ".")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        raise LeftOutError(f"`{text[:40]}` is not a number") from None
    if not value.is_finite():
        raise LeftOutError(f"`{text[:40]}` is not a number")
    return value


Key = TypeVar("Key", bound=Hashable)


def percentages(scores: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
    """Return each score as a percentage of the best one; empty if none is positive."""
    best = max(scores.values(), default=Decimal(0))
    return {key: score * 100 / best for key, score in scores.items()} if best > 0 else {}


def points(text: str) -> str | None:
    """Return points as in our YAML, or None if the text contains no valid number of points."""
    try:
        value = Decimal(text.strip() or "0")
    except InvalidOperation:
        return None
    rounded = value.quantize(Decimal("0.01")) if value.is_finite() and value < 10_000 else value
    return number(rounded) if 0 < rounded <= 1000 and rounded != 1 else None
