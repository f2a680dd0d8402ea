"""The Aiken export: single choice questions as plain text, for Moodle and many other systems.

It follows Moodle's importer (4.5): a line for the stem, a line `A. …` for each option, and a line
`ANSWER: B`. The format has no feedback, so the proof is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_uppercase

from pkoquiz import markup
from pkoquiz.exporters import lms, phrases
from pkoquiz.exporters.export import Export, Note
from pkoquiz.exporters.lms import QuizTask, Report
from pkoquiz.exporters.table import AIKEN
from pkoquiz.language import say
from pkoquiz.model.answers import Options, Verdict
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question

_OPTION = re.compile(r"[A-Z][).]\s")
_ANSWER = re.compile(r"ANSWER:", re.IGNORECASE)


def export(bank: Bank, *, questions: Sequence[Question] | None = None) -> Export:
    """Return `aiken/<course.short>.txt` with the single choice and true/false questions."""
    notes: list[Note] = []
    exported, parts = [], []
    for question, task in lms.chosen(
        bank, bank.questions if questions is None else questions, AIKEN, notes
    ):
        text = _question(question, task, lms.reporter(question, notes))
        if text is not None:
            exported.append((question, task))
            parts.append(text)
    if not exported:
        return Export(notes=lms.nothing(bank, notes, "Aiken"))
    path = f"aiken/{bank.course.short}.txt"
    return Export({path: "\n".join(parts).encode()}, lms.counts(exported), tuple(notes))


def _question(question: Question, task: QuizTask, report: Report) -> str | None:
    match task:
        case Options():
            order = task.order or tuple(range(len(task.options)))
            texts = [_line(markup.inline_plain(task.options[index].text)) for index in order]
            key = order.index(task.keys[0])
        case Verdict(right=right):
            texts, key = [say(phrases.TRUE), say(phrases.FALSE)], int(not right)
        case _:
            return None  # the table of fields leaves them out
    stem = _line(markup.plain(question.stem))
    if not stem or _OPTION.match(stem) or _ANSWER.match(stem):
        report("question left out: Aiken would read the stem as an option or an answer")
        return None
    if len({text.casefold() for text in texts}) < len(texts) or "" in texts:
        report("question left out: two options are the same as plain text")
        return None
    options = "".join(
        f"{letter}. {text}\n" for letter, text in zip(ascii_uppercase, texts, strict=False)
    )
    return f"{stem}\n{options}ANSWER: {ascii_uppercase[key]}\n"


def _line(text: str) -> str:
    return " ".join(lms.legal(text).split())
