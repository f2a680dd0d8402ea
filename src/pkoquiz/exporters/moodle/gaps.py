"""Gaps of a cloze in Moodle's notation: `{1:SHORTANSWER:=load~=weight~%0%pull#Cables do that.}`

Characters with a meaning inside a gap are escaped as the importer decodes them: entities first,
then `\\}` and `\\#` (qtype_multianswer of 4.5, partly run, partly read). `~` has no backslash form.
A backslash or an `&amp;` just before `~`, `#` or `}` would hide that sign from the importer, so at
the end of a text they are written as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from pkoquiz import markup
from pkoquiz.exporters.feedback import escaped, replies_by_blank
from pkoquiz.exporters.moodle.texts import Report, credit_of, framed
from pkoquiz.model.answers import Blanks, Reply
from pkoquiz.model.question import GAP, Question

_TAG = re.compile(r"<[^>]*>")
# Braces of the author that the importer would take for a gap or for the place of one.
_LOOKS_LIKE_GAP = re.compile(r"\{(?=\s*+(?:\d++\s*+)?:|#)")
_HIDES_NEXT = re.compile(r"(?:\\|&amp;)\Z")
_NUMBERED = {"\\": "&#92;", "&amp;": "&#38;"}


def with_gaps(question: Question, task: Blanks, html: str, report: Report) -> str:
    """Return the stem's HTML with each `{{n}}` written as a gap; no other brace becomes one."""
    gaps = _gaps(question, task, report)
    text = ""
    waiting = ""
    shown = {int(number) for number in GAP.findall(_TAG.sub("", html))}
    written: set[int] = set()
    for index, part in enumerate(GAP.split(html)):
        if index % 2 == 0:
            part = _LOOKS_LIKE_GAP.sub("&#123;", part)
            if waiting and ">" in part:
                end = part.index(">") + 1
                part, waiting = part[:end] + waiting + part[end:], ""
            text += part
            continue
        number = int(part)
        inside_tag = text.rfind("<") > text.rfind(">")
        if number in written or (inside_tag and number in shown):
            text += "___"  # the address of a link whose text is the address
            continue
        written.add(number)
        if inside_tag:
            report("a gap is in the description of a picture: it is moved behind the picture")
            text, waiting = text + "___", waiting + gaps[number - 1]
        else:
            if text.count("\\(") > text.count("\\)") or text.count("\\[") > text.count("\\]"):
                report("a gap is inside a formula, which Moodle then cannot typeset")
            text += gaps[number - 1]
    for number, gap in enumerate(gaps, 1):
        if number not in written:
            report("a gap is in an address that is not shown: it is moved to the end")
            text += f" {gap}"
    return text


def _gaps(question: Question, task: Blanks, report: Report) -> list[str]:
    """Return the gaps in Moodle's notation, each with the same whole number of points."""
    points, rest = divmod(question.points, Decimal(len(task.blanks)))
    if rest:
        report(
            "Moodle counts whole points per gap, here 1 each: set the cloze's points in the quiz"
        )
    weight = 1 if rest else int(points)
    return [
        _gap(replies, blank.hint, weight, report)
        for replies, blank in zip(replies_by_blank(question), task.blanks, strict=True)
    ]


def _gap(replies: Sequence[Reply], hint: str, weight: int, report: Report) -> str:
    answers = []
    for reply in replies:
        credit = credit_of(reply, report)
        mark = "=" if credit == "100" else f"%{credit}%"
        # A star would be a wildcard.
        text = _for_gap(" ".join(reply.answer.split()).replace("*", "\\*"))
        answers.append(f"{mark}{text}{_feedback(reply.said, report)}")
    shown = f" <em>({markup.inline_html(hint)})</em>" if hint else ""
    return f"{{{weight}:SHORTANSWER:{'~'.join(answers)}}}{_LOOKS_LIKE_GAP.sub('&#123;', shown)}"


def _feedback(text: str, report: Report) -> str:
    if not text:
        return ""
    if "![" in text and any(markup.media_references(text)):
        report(
            "the feedback of a gap cannot show pictures or play sounds: "
            "their description is shown instead"
        )
    # The HTML is escaped once more: Moodle decodes it and shows the result as HTML.
    return "#" + _for_gap(framed(markup.html(text)))


def _for_gap(text: str) -> str:
    html = escaped(text).replace("#", "\\#").replace("}", "\\}")
    html = html.replace("~", "&#126;").replace("\n", "&#10;")
    return _HIDES_NEXT.sub(lambda match: _NUMBERED[match[0]], html)
