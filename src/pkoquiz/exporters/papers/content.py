"""Papers as shapes: cover, parts and questions with room for the answers, made once for every format.

This module and `key` are the only ones of this room that know what a question is, and with `exam.rules`
the only ones that contain words which are printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import assert_never

from pkoquiz.exam import rules
from pkoquiz.exam.exam import Exam, Paper, questions_of, total_points
from pkoquiz.exam.letters import letter
from pkoquiz.exam.versions import Placed, Version
from pkoquiz.exporters.papers import shapes
from pkoquiz.exporters.papers.shapes import Blocks, Fact, Inline, Line, Plain
from pkoquiz.model import answers
from pkoquiz.model.answers import task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import Question

Asked = tuple[Question, Placed]
"""A question and how a version prints it."""


def paper(bank: Bank, exam: Exam, paper: Paper, version: Version) -> shapes.Paper:
    """Return one version of a paper."""
    label = version_label(exam, paper, version)
    return shapes.Paper(
        frame(
            bank, exam, f"{exam.title}: {bank.course.title}, {label}", running(exam, version), label
        ),
        _cover(bank, exam, paper, version),
        tuple(_part(at, part, exam) for at, part in enumerate(parts(bank, version), 1)),
    )


def frame(bank: Bank, exam: Exam, title: str, left: str, right: str) -> shapes.Frame:
    """Return the frame of a document with this title and these texts in the footer."""
    return shapes.Frame(
        title=title,
        language=bank.course.language,
        paper=bank.course.exam.paper,
        left=left,
        right=right,
        page=("Page ", " of ", ""),
        empty_page="This page is left blank on purpose.",
        columns=exam.layout.columns,
        large_print=exam.layout.large_print,
    )


def version_label(exam: Exam, paper: Paper, version: Version) -> str:
    """Return `Version B`, or `Paper 2 · Version B` if the exam has several papers."""
    label = f"Version {version.letter}"
    return f"Paper {paper.number} · {label}" if len(exam.papers) > 1 else label


def running(exam: Exam, version: Version) -> str:
    """Return the left of the footer: title and code, in large print only the code, to fit on a line."""
    return version.code if exam.layout.large_print else f"{exam.title} · {version.code}"


def parts(bank: Bank, version: Version) -> list[tuple[Asked, ...]]:
    """Return the questions of a version in printed order, divided into parts by type."""
    asked = zip(questions_of(bank, version), version.questions, strict=True)
    return [tuple(part) for _, part in groupby(asked, key=lambda each: each[0].type)]


def heading(number: int, part: Sequence[Asked]) -> str:
    """Return the heading of a part: `Part 1. Single choice`."""
    return f"Part {number}. {_title(part)}"


def part_points(part: Sequence[Asked]) -> str:
    """Return the points of a part: `12 points`."""
    return rules.points(total_points([question for question, _ in part]))


def _title(part: Sequence[Asked]) -> str:
    return rules.PARTS[part[0][0].type][0]


# --- cover ----------------------------------------------------------------------------------------


def _cover(bank: Bank, exam: Exam, paper: Paper, version: Version) -> shapes.Cover:
    divided = parts(bank, version)
    graded = not exam.practice
    return shapes.Cover(
        institution=bank.course.exam.institution,
        title=exam.title,
        course=bank.course.title,
        version=("Version", version.letter) if graded else None,
        fields=("Name", "Candidate number") if graded else (),
        facts=tuple(_facts(bank, exam, paper, version)),
        overview=_overview(divided, "Marked" if graded else ""),
        instructions=Blocks(exam.instructions) if exam.instructions else None,
        rules=tuple(
            rule for part in divided for rule in rules.scoring_rules([each for each, _ in part])
        ),
        rules_title="How this paper is marked",
        closing="Do not turn this page until you are told to begin." if graded else "",
    )


def _facts(bank: Bank, exam: Exam, paper: Paper, version: Version) -> Iterator[Fact]:
    questions = questions_of(bank, version)
    if not exam.practice:
        yield Fact("Date", _plain(exam.date) if exam.date else None)
    if exam.minutes:
        yield Fact("Time allowed", _plain(rules.minutes(exam.minutes)))
    yield Fact("Questions", _plain(str(len(questions))))
    yield Fact("Points", _plain(number(total_points(questions))))
    if not exam.practice:
        yield Fact("Allowed aids", Line((Inline(exam.aids),)) if exam.aids else _plain("None."))
    if len(exam.papers) > 1:
        yield Fact("Paper", _plain(str(paper.number)))
    seed = "" if exam.practice else f", drawn with seed {exam.seed}"
    yield Fact("Paper code", _plain(f"{version.code}{seed}"))


def _plain(text: str) -> Line:
    return Line((Plain(text),))


def _overview(divided: Sequence[Sequence[Asked]], marked: str) -> shapes.Overview:
    questions = [question for part in divided for question, _ in part]
    rows = (
        (str(at), _title(part), str(len(part)), number(total_points([each for each, _ in part])))
        for at, part in enumerate(divided, 1)
    )
    total = ("", "Total", str(len(questions)), number(total_points(questions)))
    return shapes.Overview(("Part", "", "Questions", "Points"), tuple(rows), total, marked)


# --- questions ------------------------------------------------------------------------------------


def _part(at: int, part: Sequence[Asked], exam: Exam) -> shapes.Part:
    questions = [question for question, _ in part]
    worth = part_points(part)
    if len(part) > 1 and len({question.points for question in questions}) == 1:
        worth = f"{len(part)} × {rules.points(questions[0].points)}"
    return shapes.Part(
        heading=heading(at, part),
        instruction=rules.instruction(questions),
        worth=worth,
        questions=tuple(
            shapes.Question(
                prompt(question, placed, rules.worth(question)), _room(question, placed)
            )
            for question, placed in part
        ),
        # Nobody writes an essay on half a line.
        full_width=_is_essay(questions[0]),
    )


def _is_essay(question: Question) -> bool:
    task = task_of(question)
    return isinstance(task, answers.Written) and task.short is None


def prompt(question: Question, placed: Placed, worth: str) -> shapes.Prompt:
    """Return what is asked. All gaps of a question are equally wide, so that none tells its length."""
    task = task_of(question)
    blanks = task.blanks if isinstance(task, answers.Blanks) and task.in_stem else ()
    longest = max((len(each.text) for blank in blanks for each in blank.answers), default=0)
    width = max(10, min(28, 3 + longest)) if blanks else 0
    return shapes.Prompt(
        question.id, placed.number, Blocks(question.stem), worth, len(blanks), width
    )


def _room(question: Question, placed: Placed) -> shapes.Room | None:
    match task_of(question):
        case answers.Options() as task:
            texts = [Inline(task.options[index].text) for index in placed.order]
            marked = tuple((letter(at), text) for at, text in enumerate(texts))
            return shapes.Options(marked, task.several)
        case answers.Verdict():
            return shapes.Verdict((("T", "True"), ("F", "False")))
        case answers.Pairs(pairs=pairs, responses=responses):
            offered = [responses[index] for index in placed.responses]
            return shapes.Match(
                tuple(Inline(pairs[index].premise) for index in placed.order),
                tuple((letter(at), response) for at, response in enumerate(offered)),
            )
        case answers.Steps(steps=steps):
            return shapes.Steps(tuple(Inline(steps[index]) for index in placed.order))
        case answers.Number(unit=unit):
            return shapes.Box(unit)
        case answers.Blanks(in_stem=True) | answers.Recall():
            return None
        case answers.Blanks(blanks=blanks):
            return shapes.Lines(_short_lines(blanks[0]))
        case answers.Written(short=short, rubric=rubric) as task:
            if short is None:
                return shapes.Lines(_essay_lines(question, task), rules.length(task), long=True)
            return shapes.Lines(max(_short_lines(short), 2 * len(rubric)))
        case _ as never:
            assert_never(never)


def _short_lines(blank: answers.Blank) -> int:
    """Return the ruled lines that the longest accepted answer needs, at most 8."""
    longest = max(len(answer.text) for answer in blank.answers)
    return max(1 + (longest > 30), min(8, -(-longest // 45)))


def _essay_lines(question: Question, task: answers.Written) -> int:
    """Return the ruled lines of an essay: for nine handwritten words each, or else three for a point."""
    words = task.max_words or task.min_words
    return max(10, min(70, -(-words // 9) if words else int(question.points * 3)))
