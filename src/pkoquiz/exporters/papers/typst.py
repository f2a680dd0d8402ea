"""A paper as Typst source: cover, parts, questions with room for the answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import assert_never

from pkoquiz.exam import rules as wording
from pkoquiz.exam.exam import Exam, Paper, questions_of, total_points
from pkoquiz.exam.letters import letter
from pkoquiz.exam.versions import Placed, Version
from pkoquiz.exporters.papers.sources import Setting, array, content, head, string
from pkoquiz.markup import inline_typst, literal, typst
from pkoquiz.model.answers import task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import (
    GAP,
    Choice,
    Cloze,
    Essay,
    Flashcard,
    Matching,
    Multiple,
    Numerical,
    Ordering,
    Question,
    ShortAnswer,
    TrueFalse,
)

_LONG = 1_600
"""Characters of source from which on a question could be taller than a page and is measured first."""


def paper_source(bank: Bank, exam: Exam, paper: Paper, version: Version, setting: Setting) -> str:
    """One version of a paper as Typst source."""
    columns = exam.layout.columns
    left, right = wording.running(exam, version), wording.label(exam, paper.number, version)
    size = 18.0 if exam.layout.large_print else 10.5 if columns == 2 else 11.0
    sections = wording.parts(bank, version)
    body = [_cover(bank, exam, paper, version, sections)]
    body.append(f"#set page(columns: {columns})" if columns > 1 else "#pagebreak()")
    for index, section in enumerate(sections):
        if section.type == "essay" and columns > 1:
            body.append("#set page(columns: 1)")  # nobody writes an essay in half a line
        told = f"{len(section.questions)} × {wording.points(section.questions[0][0].points)}"
        if (
            len({question.points for question, _ in section.questions}) > 1
            or len(section.questions) == 1
        ):
            told = wording.points(section.points)
        body.append(
            f"#part({section.number}, {string(section.title)}, {string(section.instruction)}, {string(told)}"
            f"{', first: true' if not index else ''})"
        )
        items = ", ".join(
            f"({placed.number}, {content(_question(question, placed, exam))})"
            for question, placed in section.questions
        )
        body.append(f"#questions({items})")
    body.append("#even-pages()")
    return head(bank, exam, setting, left, right, size) + "\n".join(body) + "\n"


def _cover(
    bank: Bank, exam: Exam, paper: Paper, version: Version, sections: Sequence[wording.Part]
) -> str:
    count = sum(len(section.questions) for section in sections)
    total = total_points(questions_of(bank, version))
    facts = []
    if not exam.practice:
        facts.append(
            (
                "Date",
                literal(exam.date)
                if exam.date
                else "#box(width: 10em, height: 0.75em, stroke: (bottom: 0.5pt))",
            )
        )
    if exam.minutes:
        facts.append(("Time allowed", literal(wording.minutes(exam.minutes))))
    facts.append(("Questions", literal(str(count))))
    facts.append(("Points", literal(number(total))))
    if not exam.practice:
        facts.append(("Allowed aids", inline_typst(exam.aids) or literal("None.")))
    if len(exam.papers) > 1:
        facts.append(("Paper", literal(str(paper.number))))
    seed = "" if exam.practice else f", drawn with seed {exam.seed}"
    facts.append(("Paper code", literal(f"{version.code}{seed}")))
    rows = [
        array(
            [
                string(f"{section.number}"),
                string(section.title),
                string(str(len(section.questions))),
                string(number(section.points)),
                "[]",
            ]
        )
        for section in sections
    ]
    rows.append(
        array(["[]", "[*Total*]", f"[*{count}*]", f"strong({string(number(total))})", "[]"])
    )
    closing = "" if exam.practice else "Do not turn this page until you are told to begin."
    return (
        "#cover("
        f"institution: {string(bank.course.exam.institution)}, title: {string(exam.title)}, "
        f"course: {string(bank.course.title)}, version: {string('' if exam.practice else version.letter)}, "
        f"facts: {array([array([content(literal(name)), content(value)]) for name, value in facts])}, "
        f"fields: {'false' if exam.practice else 'true'}, parts: {array(rows)}, "
        f"rules: {array([content(literal(rule)) for rule in wording.scoring_rules(sections)])}, "
        f"extra: {content(typst(exam.instructions)) if exam.instructions else 'none'}, "
        f"closing: {string(closing)})"
    )


def _question(question: Question, placed: Placed, exam: Exam) -> str:
    told = wording.points(question.points)
    if isinstance(question, Multiple) and question.scoring == "exact":
        told = f"{told}, {wording.EXACT}"
    worth = f"#worth({string(told)})"
    if isinstance(question, Essay):
        return _essay(question, worth, exam)
    body = f"{stem(question)}{worth}\n\n{_answers(question, placed, exam)}"
    if len(body) > (_LONG // 2 if exam.layout.large_print or exam.layout.columns == 2 else _LONG):
        return f"#keep-if-it-fits(225mm)[{body}]"
    return f"#keep[{body}]"


_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')


def stem(question: Question) -> str:
    """The stem as Typst markup, gaps as boxes."""
    source = typst(question.stem)
    return _with_gaps(question, source) if isinstance(question, Cloze) else source


def _with_gaps(question: Cloze, source: str) -> str:
    """The stem with its gaps drawn. Only string literals in markup are cut; a gap inside code follows behind."""
    width = wording.gap_width(question)
    drawn: set[str] = set()

    def cut(match: re.Match[str]) -> str:
        if source[match.start() - 1] != "#":
            return match[0]

        def gap(number: re.Match[str]) -> str:
            drawn.add(number[1])
            return f'";#gap("{number[1]}", {width});#"'

        return GAP.sub(gap, match[0])

    shown = _LITERAL.sub(cut, source)
    missing = [str(at) for at in range(1, len(question.gaps) + 1) if str(at) not in drawn]
    return shown + "".join(f' #gap("{number}", {width});' for number in missing)


def _answers(question: Question, placed: Placed, exam: Exam) -> str:
    """Room for the answer, or what to choose from."""
    stacked = "true" if exam.layout.columns == 2 or exam.layout.large_print else "false"
    match question:
        case Choice() | Multiple():
            texts = [content(inline_typst(question.options[index].text)) for index in placed.order]
            letters = _letters(len(texts))
            return f"#options({letters}, {'true' if isinstance(question, Choice) else 'false'}, {', '.join(texts)})"
        case TrueFalse():
            return "#verdicts()"
        case Matching():
            premises = [
                content(inline_typst(question.pairs[index].premise)) for index in placed.order
            ]
            offered = task_of(question).responses
            shown = [content(literal(offered[index])) for index in placed.responses]
            return (
                f"#matching({stacked}, {_letters(len(shown))}, {array(premises)}, {array(shown)})"
            )
        case Ordering():
            return f"#ordering({', '.join(content(inline_typst(question.sequence[at])) for at in placed.order)})"
        case Cloze():
            return ""
        case Numerical():
            return f"#number-box({string(question.unit)})"
        case ShortAnswer():
            return f"#v(0.3em)\n#ruled({wording.answer_lines(question)}, {_pitch(exam)})"
        case Essay() | Flashcard():
            return ""
        case _ as never:
            assert_never(never)


def _pitch(exam: Exam) -> str:
    return "12mm" if exam.layout.large_print else "8.5mm"


def _letters(count: int) -> str:
    return array([string(letter(at)) for at in range(count)])


def _essay(question: Essay, worth: str, exam: Exam) -> str:
    """Stem and the first lines stay together; the other lines go on over the following pages."""
    lines = wording.answer_lines(question)
    first = min(lines, 6)
    length = wording.length(question)
    told = f"#emph({string(length)})\n" if length else ""
    return (
        f"#keep[{typst(question.stem)}{worth}\n\n{told}#ruled({first}, {_pitch(exam)})]\n"
        f"#ruled({lines - first}, {_pitch(exam)})"
    )
