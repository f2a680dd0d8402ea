"""Gaps of a cloze in Moodle's notation: `{1:SHORTANSWER:=load~=weight~%0%tension#That is what cables do.}`.

What has a meaning inside a gap is escaped as the importer undoes it: entities are decoded first, then `\\}` and
`\\#` (qtype_multianswer of 4.5, partly run, partly read). `~` has no backslash form. A backslash or an `&amp;`
right before `~`, `#` or `}` would hide that sign from the importer, so at an end they are written as numbers.
"""

from __future__ import annotations

import re
from decimal import Decimal
from html import escape

from pkoquiz import markup
from pkoquiz.exporters.credit import nearest
from pkoquiz.exporters.moodle.texts import Say, framed
from pkoquiz.model.parts import Gap
from pkoquiz.model.question import GAP, Cloze

_TAG = re.compile(r"<[^>]*>")
# Braces of the author that the importer would take for a gap, or the question type for the place of one.
_LOOKS_LIKE_GAP = re.compile(r"\{(?=\s*\d*\s*:|#)")
_HIDES_NEXT = re.compile(r"(?:\\|&amp;)\Z")
_NUMBERED = {"\\": "&#92;", "&amp;": "&#38;"}


def weight_of_gap(question: Cloze) -> int:
    """Points of each gap: Moodle takes whole numbers, and the question's grade is their sum."""
    each, rest = divmod(question.points, Decimal(len(question.gaps)))
    return 1 if rest else int(each)


def with_gaps(question: Cloze, html: str, say: Say) -> str:
    """The stem's HTML with each `{{n}}` written as a gap; no other brace is taken for one."""
    weight = weight_of_gap(question)
    if weight * len(question.gaps) != question.points:
        say(
            "a cloze counts whole points per gap in Moodle, here one each: set its points in the quiz"
        )
    told = ""
    waiting = ""
    shown = {int(number) for number in GAP.findall(_TAG.sub("", html))}
    drawn: set[int] = set()
    for index, part in enumerate(GAP.split(html)):
        if index % 2 == 0:
            part = _LOOKS_LIKE_GAP.sub("&#123;", part)
            if waiting and ">" in part:
                end = part.index(">") + 1
                part, waiting = part[:end] + waiting + part[end:], ""
            told += part
            continue
        number = int(part)
        inside = told.rfind("<") > told.rfind(">")
        if number in drawn or (inside and number in shown):
            told += "___"  # the address of a link that shows its address
            continue
        drawn.add(number)
        gap = _gap(question.gaps[number - 1], weight, say)
        if inside:
            say("a gap stood in a picture's description: it is put behind the picture")
            told, waiting = told + "___", waiting + gap
        else:
            if told.count("\\(") > told.count("\\)") or told.count("\\[") > told.count("\\]"):
                say("a gap stands inside a formula, which then is not typeset")
            told += gap
    for number, each in enumerate(question.gaps, 1):
        if number not in drawn:
            say("a gap stood in an address that is not shown: it is put at the end")
            told += f" {_gap(each, weight, say)}"
    return told


def _gap(gap: Gap, weight: int, say: Say) -> str:
    told = []
    for answer in gap.answers:
        fraction, exact = nearest(answer.credit)
        if not exact:
            say(f"Moodle has no share of {answer.credit} per cent: the nearest is {fraction}")
        mark = "=" if fraction == "100" else f"%{fraction}%"
        told.append(f"{mark}{_answer(answer.text)}{_feedback(answer.feedback, say)}")
    told += [f"%0%{_answer(slip.text)}{_feedback(slip.feedback, say)}" for slip in gap.wrong]
    hint = f" <em>({markup.inline_html(gap.hint)})</em>" if gap.hint else ""
    return f"{{{weight}:SHORTANSWER:{'~'.join(told)}}}{_LOOKS_LIKE_GAP.sub('&#123;', hint)}"


def _answer(text: str) -> str:
    # A star is a wildcard otherwise.
    return _escaped(" ".join(text.split()).replace("*", "\\*"))


def _feedback(text: str, say: Say) -> str:
    if not text:
        return ""
    if "![" in text and any(markup.media_references(text)):
        say(
            "the feedback of a gap cannot show pictures or play sounds: their description stands there"
        )
    # HTML once more escaped: Moodle decodes it and shows the result as HTML.
    return "#" + _escaped(framed(markup.html(text)))


def _escaped(text: str) -> str:
    told = escape(text, quote=False).replace("#", "\\#").replace("}", "\\}")
    told = told.replace("~", "&#126;").replace("\n", "&#10;")
    return _HIDES_NEXT.sub(lambda found: _NUMBERED[found[0]], told)
