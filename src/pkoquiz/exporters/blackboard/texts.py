"""Stems with gaps, for the pool and the text file of Blackboard."""

from __future__ import annotations

from pkoquiz import markup
from pkoquiz.exporters import lms, phrases
from pkoquiz.exporters.lms import QuizTask, described
from pkoquiz.language import say
from pkoquiz.model.answers import Blanks, Options
from pkoquiz.model.question import Question


def gap_names(question: Question, task: QuizTask) -> list[str]:
    """Return a name for each gap that does not occur in brackets in the stem."""
    if not (isinstance(task, Blanks) and task.in_stem):
        return []
    prefix = "gap"
    while f"[{prefix}" in question.stem:
        prefix += "x"
    return [f"{prefix}{number}" for number in range(1, len(task.blanks) + 1)]


def stem_of(question: Question, task: QuizTask) -> str:
    """Return the stem as HTML, with `[name]` for each gap."""
    if isinstance(task, Options) and task.several:
        # Partial credit is a setting that neither file contains.
        stem = markup.html(question.stem, described)
        return f"{stem}<p><em>{say(phrases.CHOOSE_ALL)} {say(phrases.ALL_OR_NOTHING)}</em></p>"
    gaps = []
    for index, name in enumerate(gap_names(question, task)):
        hint = task.blanks[index].hint if isinstance(task, Blanks) else ""
        gaps.append(f"[{name}]" + (f" <em>({markup.inline_html(hint)})</em>" if hint else ""))
    return lms.stem_html(question, task, described, gaps)
