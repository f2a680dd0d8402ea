"""Read GIFT and Aiken by the rules of Moodle's importers, sharing no code with the exporters.

The rules are those of `question/format/gift/format.php` and `aiken/format.php` of Moodle 4.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from typing import Any

from .arrived import Arrived, Refused, visible

_ESCAPED = {sign: f"\ue000{index}\ue001" for index, sign in enumerate("\\:#={}~n")}
_WEIGHT = re.compile(r"%(-*[0-9]{1,2}\.?[0-9]*)%")
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
LISTED: tuple[str, ...] = (
    "100",
    "90",
    "83.33333",
    "80",
    "75",
    "70",
    "66.66667",
    "60",
    "50",
    "40",
    "33.33333",
)
LISTED += ("30", "25", "20", "16.66667", "14.28571", "12.5", "11.11111", "10", "5", "0")


def read_gift(content: bytes) -> list[Arrived]:
    """Return the questions of a GIFT file in order."""
    questions: list[Arrived] = []
    category = ""
    # Moodle collects lines up to a blank one.
    for block in re.split(r"\n[ \t]*\n", content.decode("utf-8")):
        lines = [line for line in block.split("\n") if line.strip()]
        comments = [line for line in lines if line.startswith("//")]
        text = "\n".join(line for line in lines if not line.startswith("//")).strip()
        if text.startswith("$CATEGORY:"):
            category = text.removeprefix("$CATEGORY:").strip()
        elif text:
            questions.append(_question(text, " ".join(comments), category))
    return questions


def _question(text: str, comments: str, category: str) -> Arrived:
    text = text.replace("\\\\", _ESCAPED["\\"])
    for sign in ":#={}~n":
        text = text.replace(f"\\{sign}", _ESCAPED[sign])
    match = re.fullmatch(r"::(.*?)::(.*?)\{(.*)\}\s*", text, re.DOTALL)
    if match is None or "{" in match[3] or "}" in match[2]:
        raise Refused(f"not a question: {text[:80]}")
    name, stem, answers = match[1], match[2], match[3].strip()
    if len(_plain(name)) > 255:
        raise Refused("the name is cut")
    answers, _, general = answers.partition("####")
    ids = re.findall(r"\[id:([^\]]*)\]", comments)
    body = _body(answers.strip())
    return Arrived(
        id=ids[0],
        text=_html(stem),
        general=_html(general),
        section=category,
        tags=tuple(re.findall(r"\[tag:([^\]]*)\]", comments)),
        more={"name": _plain(name)},
        **body,
    )


def _plain(text: str) -> str:
    for sign, mark in _ESCAPED.items():
        text = text.replace(mark, "\n" if sign == "n" else sign)
    return text.strip()


def _html(text: str) -> str:
    """Return what is seen of a text; all formatted texts of ours are HTML."""
    text = text.strip()
    if not text:
        return ""
    match = _FORMAT.match(text)
    if match is None or match[1] != "html":
        raise Refused(f"not marked as HTML: {text[:60]}")
    return visible(_plain(text[match.end() :]))


def _answer(text: str) -> tuple[str, str]:
    answer, _, said = text.strip().partition("#")
    return answer.strip(), _html(said)


def _weight(text: str) -> tuple[Decimal, str]:
    match = _WEIGHT.match(text.strip())
    if match is None:
        return Decimal(100), text
    if match[1].removeprefix("-") not in LISTED:
        raise Refused(f"the grade {match[1]} is not listed")
    return Decimal(match[1]), text.strip()[match.end() :]


def _body(answers: str) -> dict[str, Any]:
    if not answers:
        return {"type": "essay"}
    if answers.startswith("#"):
        return _numerical(answers[1:])
    if "~" in answers:
        return _choice(answers)
    if "=" in answers and "->" in answers:
        return _matching(answers)
    word, _, said = answers.partition("#")
    if word.strip() in ("T", "TRUE", "F", "FALSE"):
        wrong, _, right = said.partition("#")
        key = word.strip().startswith("T")
        feedback = {key: _html(right), not key: _html(wrong)}
        return {
            "type": "truefalse",
            "score": lambda response: Decimal(response == key),
            "feedback": {verdict: text for verdict, text in feedback.items() if text},
        }
    return _short_answer(answers)


def _parts(answers: str, sign: str) -> list[str]:
    before, *parts = answers.split(sign)
    if before.strip():
        raise Refused(f"before the first answer: {before}")
    return parts


def _choice(answers: str) -> dict[str, Any]:
    single = "=" in answers
    shares, feedback = {}, {}
    for part in _parts(answers.replace("=", "~="), "~"):
        text = part.strip()
        if text.startswith("="):
            share, text = Decimal(100), text[1:]
        elif _WEIGHT.match(text):
            share, text = _weight(text)
        else:
            share = Decimal(0)
        answer, said = _answer(text)
        option = _html(answer)
        if option in shares or not option:
            raise Refused("an option twice, or none")
        shares[option] = share
        feedback[option] = said
    if single and 100 not in shares.values():
        raise Refused("no option earns everything")

    def score(response: frozenset[str]) -> Decimal:
        return max(Decimal(0), sum((shares[option] for option in response), Decimal(0)) / 100)

    return {
        "type": "choice" if single else "multiple",
        "options": tuple(shares),
        "feedback": {option: said for option, said in feedback.items() if said},
        "score": score,
    }


def _matching(answers: str) -> dict[str, Any]:
    key, responses = {}, []
    for part in _parts(answers, "="):
        premise, arrow, response = part.partition("->")
        if not arrow:
            raise Refused("a pair without an arrow")
        text = _plain(response)
        if len(text) > 255 or re.search(r"<(?!\s)", text):
            raise Refused("the response is cut")
        text = unescape(re.sub(r"&(?![a-zA-Z0-9#]{1,8};)", "&amp;", text))
        responses.append(text)
        if premise.strip():
            key[_html(premise)] = text
    if len(key) < 2:
        raise Refused("fewer than two pairs")
    return {
        "type": "matching",
        "options": tuple(dict.fromkeys(responses)),
        "score": lambda response: (
            Decimal(sum(key[premise] == text for premise, text in response.items())) / len(key)
        ),
    }


def _short_answer(answers: str) -> dict[str, Any]:
    weights: list[tuple[str, Decimal, str]] = []
    for part in _parts(answers, "="):
        weight, text = _weight(part)
        answer, said = _answer(text)
        if _FORMAT.match(answer):
            raise Refused("a format in brackets is removed")
        weights.append((_plain(answer), weight, said))
    if 100 not in [weight for _, weight, _ in weights]:
        raise Refused("no answer earns everything")

    def score(response: tuple[str]) -> Decimal:
        for answer, weight, _ in weights:
            pattern = ".*".join(
                re.escape(piece.replace("\\*", "*")) for piece in re.split(r"(?<!\\)\*", answer)
            )
            if re.fullmatch(pattern, response[0], re.IGNORECASE | re.DOTALL):
                return weight / 100
        return Decimal(0)

    return {
        "type": "shortanswer",
        "score": score,
        "feedback": {
            (0, "" if answer == "*" else answer.replace("\\*", "*")): said
            for answer, _, said in weights
            if said
        },
    }


def _numerical(answers: str) -> dict[str, Any]:
    answers, wrong, otherwise = answers.partition("~")
    ranges: list[tuple[Decimal, Decimal, Decimal]] = []
    feedback = {}
    for part in _parts(answers, "="):
        weight, text = _weight(part)
        answer, said = _answer(text)
        value, _, tolerance = answer.partition(":")
        if "e" in answer.lower():
            raise Refused("gift-pegjs reads no exponents")
        ranges.append((Decimal(value), Decimal(tolerance), weight))
        if said:
            feedback[0, value] = said
    if wrong:
        feedback[0, ""] = _html(otherwise.strip().removeprefix("#"))

    def score(response: Decimal | None) -> Decimal:
        for value, tolerance, weight in ranges:
            if response is not None and abs(response - value) <= tolerance:
                return weight / 100
        return Decimal(0)

    return {"type": "numerical", "score": score, "feedback": feedback}


def read_aiken(content: bytes) -> list[tuple[str, list[str], int]]:
    """Return stem, options and position of the key of each question."""
    return list(_aiken(content.decode("utf-8")))


def _aiken(content: str) -> Iterator[tuple[str, list[str], int]]:
    stem = ""
    options: list[str] = []
    for line in content.split("\n"):
        text = line.strip()
        if not text:
            continue
        if match := re.fullmatch(r"ANSWER:\s+([A-Z])", text):
            if not stem or len(options) < 2:
                raise Refused(f"nothing to answer before {text}")
            key = ord(match[1]) - ord("A")
            if key >= len(options):
                raise Refused("the key is none of the options")
            yield stem, options, key
            stem, options = "", []
        elif match := re.match(r"([A-Z])[).]\s*(.+)", text):
            if not stem or ord(match[1]) - ord("A") != len(options):
                raise Refused(f"an option out of order: {text}")
            options.append(match[2])
        elif text.startswith("ANSWER:") or stem:
            raise Refused(f"the stem has a second line: {text}")
        else:
            stem = text
    if stem:
        raise Refused("a question without an answer")
