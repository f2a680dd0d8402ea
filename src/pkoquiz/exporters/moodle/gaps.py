"""Gaps of a cloze in Moodle's notation: `{1:SHORTANSWER:=load~weight~tension#That is what cables do.}`.

What has a meaning inside a gap is escaped as the importer undoes it (verified with Moodle 4.5.6): `}` and
`#` by a backslash, `~` and a leading `%` by a character reference, `<` and `&` by an entity.
"""

from __future__ import annotations

import re
from html import escape

from pkoquiz import markup
from pkoquiz.exporters.credit import nearest
from pkoquiz.exporters.export import Note
from pkoquiz.question import Cloze, Gap

_MARK = re.compile(r"\{\{(\d+)\}\}")


def gap_text(question: Cloze, html: str, notes: list[Note]) -> str:
    """The stem's HTML with each `{{n}}` written as a gap; no other brace can be taken for one."""
    weight, rest = divmod(question.points, len(question.gaps))
    if rest or weight < 1:
        weight = type(weight)(1)
        reason = "Moodle gives each gap a whole number of points: one each"
        notes.append(Note(reason, question.id, question.place))
    parts = []
    for index, part in enumerate(_MARK.split(html)):
        if index % 2:
            gap = question.gaps[int(part) - 1]
            hint = f" <em>({markup.inline_html(gap.hint).replace('{', '&#123;')})</em>" if gap.hint else ""
            parts.append(f"{{{int(weight)}:SHORTANSWER:{_answers(question, gap, notes)}}}{hint}")
        else:
            parts.append(part.replace("{", "&#123;"))
    return "".join(parts)


def _answers(question: Cloze, gap: Gap, notes: list[Note]) -> str:
    told = []
    for answer in gap.answers:
        fraction, exact = nearest(answer.credit)
        if not exact:
            reason = f"Moodle has no share of {answer.credit} per cent: the nearest is {fraction}"
            notes.append(Note(reason, question.id, question.place))
        mark = "=" if fraction == "100" else f"%{fraction}%"
        told.append(f"{mark}{_escaped(answer.text, answer=True)}{_feedback(answer.feedback)}")
    for slip in gap.wrong:
        told.append(f"%0%{_escaped(slip.text, answer=True)}{_feedback(slip.feedback)}")
    return "~".join(told)


def _feedback(text: str) -> str:
    return f"#{_escaped(' '.join(markup.plain(text).split()))}" if text else ""


def _escaped(text: str, *, answer: bool = False) -> str:
    flat = escape(" ".join(text.split()), quote=False)
    if answer:
        flat = flat.replace("*", "\\*")  # a wildcard otherwise
        if flat.startswith("%"):
            flat = "&#37;" + flat[1:]
    return (
        flat.replace("~", "&#126;")
        .replace("#", "\\#")
        .replace("}", "\\}")
        .replace("&\\#126;", "&#126;")
        .replace("&\\#37;", "&#37;")
    )
