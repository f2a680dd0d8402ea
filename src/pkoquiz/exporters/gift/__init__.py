r"""The GIFT export: one text file that Moodle and other systems import.

It follows Moodle's importer (`question/format/gift/format.php`, 4.5). The signs `~ = # { } : \` are
escaped in every text, each text is on one line, and a blank line ends a question: without it,
Moodle silently drops the next question. A single answer that begins with `~` would turn a short
answer into a multiple choice question, so wrong answers are written as `=%0%…`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import assert_never

from pkoquiz import markup
from pkoquiz.exporters import lms, phrases
from pkoquiz.exporters.credit import FRACTIONS, shares
from pkoquiz.exporters.export import Export, Note
from pkoquiz.exporters.feedback import escaped
from pkoquiz.exporters.lms import QuizTask, Report, described
from pkoquiz.exporters.scoring import RESPONSE_LENGTH, choice, is_cut, reason_to_leave_out
from pkoquiz.exporters.table import GIFT
from pkoquiz.language import say
from pkoquiz.model.answers import Blanks, Number, Options, Pairs, Steps, Verdict, Written, replies
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import Question

_SIGNS = re.compile(r"[\\~=#{}:]")
_SPACE = re.compile(r"[\s\x85]+")
# An arrow would make a matching question, and a format in brackets would be removed.
_MISREAD = re.compile(r"->|\[(?:html|plain|moodle|markdown)\]")


def export(bank: Bank, *, questions: Sequence[Question] | None = None) -> Export:
    """Return `gift/<course.short>.txt` with the questions that GIFT can express.

    Moodle accepts the file only with this extension, not with `.gift`.
    """
    notes: list[Note] = []
    written = []
    for question, task in lms.chosen(
        bank, bank.questions if questions is None else questions, GIFT, notes
    ):
        text = _question(bank, question, task, lms.reporter(question, notes))
        if text is not None:
            written.append((question, task, text))
    exported = [(question, task) for question, task, _ in written]
    if not exported:
        return Export(notes=lms.nothing(bank, notes, "GIFT"))
    titles = lms.section_titles(bank, exported)
    parts = []
    for section, group in groupby(written, key=lambda entry: entry[0].section):
        names = (bank.course.title, titles[section])
        path = "/".join(_line(name).replace("/", "//") for name in names)
        parts.append(f"$CATEGORY: $course$/top/{path}\n\n")
        parts += (text for _, _, text in group)
    path = f"gift/{bank.course.short}.txt"
    return Export({path: "".join(parts).encode()}, lms.counts(exported), tuple(notes))


def _question(bank: Bank, question: Question, task: QuizTask, report: Report) -> str | None:
    if reason := reason_to_leave_out(question, task):
        report(f"question {reason}")
        return None
    answers = _answers(question, task, report)
    if answers is None:
        return None
    stem = lms.stem_html(question, task, described)
    general = lms.general_html(bank, question, task, described)
    tags = [
        say(phrases.OBJECTIVE_TAG, objective=question.objective) if question.objective else "",
        say(phrases.BLOOM_TAGS[question.bloom]),
        say(phrases.DIFFICULTY_TAGS[question.difficulty]),
        say(phrases.SECTION_TAG, section=question.section),
        *question.tags,
    ]
    marks = " ".join(f"[tag:{tag}]" for tag in dict.fromkeys(filter(None, tags)))
    name = lms.name_of(question).replace("<", "‹").replace(">", "›")
    lines = "".join(f"\t{answer}\n" for answer in answers)
    return (
        f"// [id:{question.id}] {marks}\n::{_text(name)}::[html]{_text(stem)}{{\n{lines}"
        f"\t####[html]{_text(general)}\n}}\n\n"
    )


def _answers(question: Question, task: QuizTask, report: Report) -> list[str] | None:
    """Return the lines between the braces, or None with a report if Moodle would misread them."""
    match task:
        case Options():
            return _options(task)
        case Verdict():
            right, wrong = task.if_true, task.if_false
            if not task.right:
                right, wrong = wrong, right
            said = f"#{_html(wrong)}#{_html(right)}" if right or wrong else ""
            return [("T" if task.right else "F") + said]
        case Pairs():
            return _pairs(task, report)
        case Blanks():
            return _typed(question, report)
        case Number():
            return _number(task)
        case Written():
            return []
        case Steps():
            return None  # the table of fields leaves them out
        case _ as never:
            assert_never(never)


def _options(task: Options) -> list[str]:
    order = task.order or range(len(task.options))
    lines = []
    for index in order:
        option = task.options[index]
        if task.several:
            credit = shares(task)
            mark = f"~%{credit.right if option.correct else credit.wrong}%"
        else:
            mark = "=" if option.correct else "~"
        html = markup.inline_html(option.text, described)
        text = f"[html]{_text(html if html.strip() else escaped(option.text))}"
        lines.append(f"{mark}{text}{_feedback(option.feedback)}")
    return lines


def _pairs(task: Pairs, report: Report) -> list[str] | None:
    pairs = [(markup.inline_html(pair.premise, described), pair.response) for pair in task.pairs]
    used = {pair.response for pair in task.pairs}
    pairs += [("", text) for text in task.responses if text not in used]
    lines = []
    for premise, response in pairs:
        if is_cut(response):
            report(f"question left out: Moodle keeps {RESPONSE_LENGTH} characters of a response")
            return None
        lines.append(f"={'[html]' if premise else ''}{_text(premise)} -> {_text(choice(response))}")
    return lines


def _typed(question: Question, report: Report) -> list[str] | None:
    lines = []
    for reply in replies(question):
        if str(reply.credit) not in FRACTIONS:
            report(f"question left out: Moodle does not offer {reply.credit} %")
            return None
        answer = _line(reply.answer).replace("*", "\\*") if reply.answer else "*"
        if _MISREAD.search(answer):
            report("question left out: an answer contains `->` or `[html]`, which GIFT interprets")
            return None
        lines.append(f"=%{reply.credit}%{_text(answer)}{_feedback(reply.said)}")
    return lines


def _number(task: Number) -> list[str]:
    answers = [
        (100, task.value, task.tolerance, ""),
        *((0, slip.value, slip.tolerance, slip.feedback) for slip in task.wrong),
    ]
    lines = [
        f"{'#' if index == 0 else ''}=%{credit}%{_range(value, tolerance)}{_feedback(said)}"
        for index, (credit, value, tolerance, said) in enumerate(answers)
    ]
    return lines + ([f"~{_feedback(task.otherwise)}"] if task.otherwise else [])


def _range(value: Decimal, tolerance: Decimal) -> str:
    return f"{number(value)}:{number(tolerance)}"


def _feedback(text: str) -> str:
    return f"#{_html(text)}" if text else ""


def _html(text: str) -> str:
    return f"[html]{_text(markup.html(text, described))}" if text else ""


def _line(text: str) -> str:
    return _SPACE.sub(" ", lms.legal(text)).strip()


def _text(text: str) -> str:
    """Return a text as GIFT: signs escaped, line breaks as `\\n`."""
    text = _SIGNS.sub(r"\\\g<0>", lms.legal(text))
    return re.sub(r"\r\n?|[\n\x85\u2028\u2029]", r"\\n", text)
