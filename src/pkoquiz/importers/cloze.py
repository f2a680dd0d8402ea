"""Read Moodle's cloze notation: `{1:SHORTANSWER:=Paris#Yes~%50%Lutetia~*#No}` inside a text."""

from __future__ import annotations

import html
import re
from decimal import Decimal

from pkoquiz.importers.foreign import Answer, Fields, LeftOutError, decimal, typed
from pkoquiz.importers.texts import Texts
from pkoquiz.model.parts import number

_START = re.compile(
    r"\{(\d*(?:\.\d+)?):(SHORTANSWER|SHORTANSWER_C|SA|SAC|MW|MWC|NUMERICAL|NM"
    r"|(?:MULTICHOICE|MULTIRESPONSE)(?:_[HVS]{1,2})?|MC[HVS]{0,2}|MR[HVS]{0,2}):"
)
_WEIGHT = re.compile(r"\s*(?:=|%(-?\d+(?:[.,]\d*)?)%)")
_MENU = re.compile(r"MULTI|MC|MR")
_SEVERAL = re.compile(r"MULTIRESPONSE|MR")


def cloze(texts: Texts, source: str, form: str) -> Fields:
    """Return a cloze question from a text with gaps."""
    parts, gaps, total = _parted(source)
    if not gaps:
        raise LeftOutError("no gap can be read in the text")
    stem = "".join(part if isinstance(part, str) else f"GAPX{part}XGAP" for part in parts)
    made = [_gap(texts, kind, body) for kind, body in gaps]
    written = re.sub(r"GAPX(\d+)XGAP", r"{{\1}}", texts.block(stem, form))
    fields: Fields = {"type": "cloze", "stem": written, "gaps": made}
    if total != 1:
        fields["points"] = number(total)
    return fields


def _parted(source: str) -> tuple[list[str | int], list[tuple[str, str]], Decimal]:
    """Return the text split at gaps, the type and content of each gap, and the points."""
    parts: list[str | int] = []
    gaps: list[tuple[str, str]] = []
    total, position = Decimal(0), 0
    while match := _START.search(source, position):
        end = match.end()
        while end < len(source) and source[end] != "}":
            end += 2 if source[end] == "\\" else 1
        if end >= len(source):
            break
        gaps.append((match[2], source[match.end() : end]))
        total += Decimal(match[1] or 1)
        parts += [source[position : match.start()], len(gaps)]
        position = end + 1
    return [*parts, source[position:]], gaps, total


def _gap(texts: Texts, kind: str, body: str) -> Fields:
    answers = []
    for raw in re.split(r"(?<!\\)~", body):
        if not raw.strip():
            continue
        percent = Decimal(0)
        if weight := _WEIGHT.match(raw):
            percent = Decimal(weight[1].replace(",", ".")) if weight[1] else Decimal(100)
            raw = raw[weight.end() :]
        answer, _, feedback = _halves(raw)
        text = texts.plain(_unescaped(answer))
        tolerance = Decimal(0)
        if kind in ("NUMERICAL", "NM") and text != "*":
            value, _, margin = text.partition(":")
            text, tolerance = value.strip(), decimal(margin or "0")
            decimal(text)
        said = texts.block(_unescaped(feedback)) if feedback.strip() else ""
        answers.append(Answer(text, percent, said, tolerance))
    if _SEVERAL.match(kind):
        raise LeftOutError("several answers belong in one gap")
    if any(answer.tolerance for answer in answers):
        texts.changes.append("a gap for a number lost its tolerance")
    if _MENU.match(kind):
        texts.changes.append("a menu became a gap to type in")
        answers = [answer for answer in answers if answer.percent > 0 or answer.feedback]
    accepted, wrong, otherwise = typed(texts, answers, most=20)
    if otherwise:
        texts.changes.append("feedback on any other answer of a gap was dropped")
    return {"answers": accepted, **({"wrong": wrong} if wrong else {})}


def _halves(raw: str) -> tuple[str, str, str]:
    match = re.search(r"(?<!\\)#", re.sub(r"&#", "&\0", raw))
    return (raw[: match.start()], "#", raw[match.end() :]) if match else (raw, "", "")


def _unescaped(text: str) -> str:
    plain = re.sub(r"\\([}#~/\"\\])", r"\1", text)
    # In HTML the gap's own markup is escaped once more.
    return html.unescape(plain) if "&lt;" in plain else plain
