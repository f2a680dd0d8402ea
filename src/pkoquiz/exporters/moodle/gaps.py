"""Gaps of a cloze in Moodle's notation: `{1:SHORTANSWER:=load~=weight~%0%pull#Cables do that.}`

Special characters inside a gap are escaped as the importer decodes them: entities first,
then `\\}` and `\\#` (qtype_multianswer of 4.5 and 5.1). A gap must contain no numeric entity:
5.1 ends the answer at its `#`, and the editing form of 4.5 changes it. So an answer cannot contain
`~`, which has no backslash form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from pkoquiz import markup
from pkoquiz.exporters.feedback import escaped, replies_by_blank
from pkoquiz.exporters.moodle.texts import Report, framed, unlinked
from pkoquiz.exporters.scoring import matchable
from pkoquiz.model.answers import Blanks, Reply
from pkoquiz.model.question import GAP, Question

# Braces of the author that the importer would take for a gap or for the place of one.
_LOOKS_LIKE_GAP = re.compile(r"\{(?=\s*+(?:\d++\s*+)?:|#)")
_PARENTHESIS = re.compile(r"\A\s*\(([^()]*)\)")


def with_gaps(question: Question, task: Blanks, html: str, report: Report) -> str:
    """Return the stem's HTML with each `{{n}}` as a gap; other braces stay literal.

    No gap is inside a tag: such questions are left out.
    """
    gaps = _gaps(question, task, report)
    parts = [_LOOKS_LIKE_GAP.sub("&#123;", part) for part in GAP.split(html)[::2]]
    text = parts[0]
    for gap, blank, part in zip(gaps, task.blanks, parts[1:], strict=True):
        if text.count("\\(") > text.count("\\)") or text.count("\\[") > text.count("\\]"):
            report("a gap is inside a formula, which Moodle then cannot typeset")
        text += gap + (_with_hint(blank.hint, part) if blank.hint else part)
    return text


def _with_hint(hint: str, text: str) -> str:
    """Return the text after a gap with the gap's hint, within the author's own parenthesis."""
    shown = _LOOKS_LIKE_GAP.sub("&#123;", markup.inline_html(hint))
    own = _PARENTHESIS.match(text)
    if own is None:
        return f" <em>({shown})</em>{text}"
    if shown.casefold() in own[1].casefold():
        return text
    return f"{text[: own.start(1)]}<em>{shown}</em>; {text[own.start(1) :]}"


def _gaps(question: Question, task: Blanks, report: Report) -> list[str]:
    """Return the gaps in Moodle's notation, each with the same whole number of points."""
    points, rest = divmod(question.points, Decimal(len(task.blanks)))
    if rest:
        report(
            "gaps have whole points in Moodle, here 1 each: set the points of the cloze in the quiz"
        )
    weight = 1 if rest else int(points)
    return [_gap(replies, weight, report) for replies in replies_by_blank(question)]


def _gap(replies: Sequence[Reply], weight: int, report: Report) -> str:
    answers = []
    for text, reply in matchable(replies, case_sensitive=False):
        # Any percentage is accepted here, unlike in a question of its own.
        mark = "=" if reply.credit == 100 else f"%{reply.credit}%"
        answers.append(f"{mark}{_answer(text)}{_feedback(reply.said, report)}")
    return f"{{{weight}:SHORTANSWER:{'~'.join(answers)}}}"


def _answer(text: str) -> str:
    # A star would be a wildcard. A `\` or `&` at the end would hide the sign that ends the answer;
    # Moodle removes the space.
    text = text.replace("*", "\\*")
    return _in_gap(text + " " * text.endswith(("\\", "&")))


def _feedback(text: str, report: Report) -> str:
    if not text:
        return ""
    if "![" in text and any(markup.media_references(text)):
        report(
            "the feedback of a gap cannot show pictures or play sounds: "
            "their description is shown instead"
        )
    # The HTML is escaped once more, also its entities: Moodle decodes it and shows it as HTML.
    return "#" + _in_gap(unlinked(framed(markup.html(text))).replace("~", "&#126;"))


def _in_gap(text: str) -> str:
    return escaped(text).replace("#", "\\#").replace("}", "\\}")
