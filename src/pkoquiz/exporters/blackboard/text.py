"""A question as a row of Blackboard's text file: fields between tabs, keywords in English."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from pkoquiz import markup
from pkoquiz.exporters import lms
from pkoquiz.exporters.blackboard.texts import gap_names, stem_of
from pkoquiz.exporters.feedback import escaped, grading_html
from pkoquiz.exporters.lms import QuizTask, described
from pkoquiz.model.answers import Blanks, Number, Options, Pairs, Steps, Verdict, Written
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import Question


def row_of(bank: Bank, question: Question, task: QuizTask) -> str:
    """Return the row, with its line break."""
    kind, fields = _fields(bank, question, task)
    cells = [kind, stem_of(question, task), *fields]
    return "\t".join(" ".join(lms.legal(cell).split()) for cell in cells) + "\n"


def _fields(bank: Bank, question: Question, task: QuizTask) -> tuple[str, Iterable[str]]:
    match task:
        case Options():
            order = task.order or range(len(task.options))
            cells = []
            for index in order:
                option = task.options[index]
                cells += [_inline(option.text), "correct" if option.correct else "incorrect"]
            return "MA" if task.several else "MC", cells
        case Verdict(right=right):
            return "TF", ["true" if right else "false"]
        case Pairs(pairs=pairs):
            return "MAT", [
                text for pair in pairs for text in (_inline(pair.premise), escaped(pair.response))
            ]
        case Steps(steps=steps):
            return "ORD", map(_inline, steps)
        case Blanks(in_stem=True):
            cells = []
            for name, blank in zip(gap_names(question, task), task.blanks, strict=True):
                cells += [name, *(answer.text for answer in blank.answers), ""]
            return "FIB_PLUS", cells[:-1]
        case Blanks():
            return "FIB", [answer.text for answer in task.blanks[0].answers]
        case Number():
            return "NUM", [number(task.value), number(task.tolerance)]
        case Written():
            return "ESS", [grading_html(bank, question, task, described)]
        case _ as never:
            assert_never(never)


def _inline(text: str) -> str:
    html = markup.inline_html(text, described)
    return html if html.strip() else escaped(text)
