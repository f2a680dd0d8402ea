"""Papers as shapes, the same for all formats: cover, parts, and questions with room for answers.

Only this module and `key` depend on the model of questions. Together with `exam.rules` they contain
every word that is printed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, assert_never

from pkoquiz.exam import rules
from pkoquiz.exam.exam import Exam, Paper, total_points
from pkoquiz.exam.letters import letter
from pkoquiz.exam.versions import Placed, Version, questions_of
from pkoquiz.exporters.papers import shapes
from pkoquiz.exporters.papers.shapes import Blocks, Fact, Inline, Line, Plain
from pkoquiz.language import date, decimal, say, spoken
from pkoquiz.model import answers
from pkoquiz.model.answers import task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import Question
from pkoquiz.sheets import phrases
from pkoquiz.sheets.roster import Candidate


class Part(NamedTuple):
    """A part of a version: questions of one type, and how the version prints each of them."""

    number: int
    questions: tuple[Question, ...]
    placed: tuple[Placed, ...]

    @property
    def title(self) -> str:
        """The title without the number: `Single choice`."""
        return say(rules.PARTS[self.questions[0].type][0])

    @property
    def heading(self) -> str:
        """The title with the number: `Part 1. Single choice`."""
        return say("Part {number}. {title}", number=self.number, title=self.title)

    @property
    def points(self) -> str:
        """The total with its noun: `12 points`."""
        return rules.points(total_points(self.questions))


def parts(bank: Bank, version: Version) -> Iterator[Part]:
    """Yield the parts of a version in printed order."""
    pairs = zip(questions_of(bank, version), version.questions, strict=True)
    for index, (_, group) in enumerate(groupby(pairs, key=lambda pair: pair[0].type), 1):
        questions, placed = zip(*group, strict=True)
        yield Part(index, questions, placed)


def paper(
    bank: Bank, exam: Exam, paper: Paper, version: Version, candidate: Candidate | None = None
) -> shapes.Paper:
    """Return one version of a paper; the cover names the candidate if there is one."""
    label = version_label(exam, paper, version)
    title = document_title(exam.title, bank, label)
    divided = tuple(parts(bank, version))
    return shapes.Paper(
        frame(bank, exam, title, running(exam, version), label),
        _cover(bank, exam, paper, version, divided, candidate),
        tuple(map(_part, divided)),
    )


def frame(bank: Bank, exam: Exam, title: str, left: str, right: str) -> shapes.Frame:
    """Return the frame of a document with this title and these texts in the footer."""
    numbers = say("Page {page} of {pages}", page="\0", pages="\0")
    before, between, after = numbers.split("\0")
    return shapes.Frame(
        title=title,
        language=bank.course.language,
        direction=spoken().direction,
        quotes=spoken().quotes,
        paper=bank.course.exam.paper,
        left=left,
        right=right,
        page=(before, between, after),
        empty_page=say("This page is intentionally left blank."),
        columns=exam.layout.columns,
        large_print=exam.layout.large_print,
    )


def version_label(exam: Exam, paper: Paper, version: Version) -> str:
    """Return `Version B`, or `Paper 2 · Version B` if the exam has several papers."""
    label = say("Version {letter}", letter=version.letter)
    if len(exam.papers) == 1:
        return label
    name = say("Paper {number}", number=paper.number)
    return f"{name} · {label}"


def document_title(name: str, bank: Bank, label: str) -> str:
    """Return the title of a file: its kind, the course and the version."""
    return say("{exam}: {course}, {version}", exam=name, course=bank.course.title, version=label)


def running(exam: Exam, version: Version) -> str:
    """Return title and code for the footer; in large print only the code, which fits on a line."""
    return version.code if exam.layout.large_print else f"{exam.title} · {version.code}"


# --- cover ----------------------------------------------------------------------------------------


def _cover(
    bank: Bank,
    exam: Exam,
    paper: Paper,
    version: Version,
    divided: Sequence[Part],
    candidate: Candidate | None,
) -> shapes.Cover:
    questions = questions_of(bank, version)
    count, points = str(len(questions)), decimal(number(total_points(questions)))
    graded = not exam.practice
    return shapes.Cover(
        institution=bank.course.exam.institution,
        title=exam.title,
        course=bank.course.title,
        version=(say("Version"), version.letter) if graded else None,
        fields=(say("Name"), say("Candidate number")) if graded and candidate is None else (),
        facts=(*_personal(candidate), *_facts(exam, paper, version, count, points)),
        overview=shapes.Overview(
            heads=(say("Part"), say("Questions"), say("Points")),
            rows=tuple(
                (
                    say("{number}. {title}", number=part.number, title=part.title),
                    str(len(part.questions)),
                    decimal(number(total_points(part.questions))),
                )
                for part in divided
            ),
            total=(say("Total"), count, points),
            marked=say("Score") if graded else "",
        ),
        instructions=Blocks(exam.instructions) if exam.instructions else None,
        rules=tuple(rule for part in divided for rule in rules.scoring_rules(part.questions)),
        rules_title=say("How this paper is marked"),
        closing=say("Do not turn this page until you are told to begin.") if graded else "",
    )


def _personal(candidate: Candidate | None) -> Iterator[Fact]:
    """Yield the lines of the cover about a candidate: their name, and any extra time."""
    if candidate is not None:
        named = dict.fromkeys(filter(None, (candidate.name, candidate.candidate)))
        yield Fact(say(phrases.CANDIDATE), _plain(" · ".join(named)))
        yield Fact(say(phrases.SERIAL), _plain(f"{candidate.serial:04}"))
        if candidate.time:
            yield Fact(say(phrases.EXTRA_TIME), _plain(candidate.time))


def _facts(
    exam: Exam, paper: Paper, version: Version, questions: str, points: str
) -> Iterator[Fact]:
    if not exam.practice:
        yield Fact(say("Date"), _plain(_date(exam.date)) if exam.date else None)
    if exam.minutes:
        yield Fact(say("Time allowed"), _plain(rules.minutes(exam.minutes)))
    yield Fact(say("Questions"), _plain(questions))
    yield Fact(say("Points"), _plain(points))
    if not exam.practice:
        yield Fact(
            say("Permitted aids"), Line((Inline(exam.aids),)) if exam.aids else _plain(say("None."))
        )
    if len(exam.papers) > 1:
        yield Fact(say("Paper"), _plain(str(paper.number)))
    yield Fact(say("Paper code"), _plain(version.code))


def _date(text: str) -> str:
    """Return `2026-03-05` in words, and any other text as it is."""
    try:
        return date(datetime.date.fromisoformat(text))
    except ValueError:
        return text


def _plain(text: str) -> Line:
    return Line((Plain(text),))


# --- questions ------------------------------------------------------------------------------------


def _part(part: Part) -> shapes.Part:
    count, first = len(part.questions), part.questions[0]
    alike = count > 1 and all(question.points == first.points for question in part.questions)
    task = task_of(first)
    worth = part.points
    if alike:
        worth = say("{count} × {points}", count=count, points=rules.points(first.points))
    return shapes.Part(
        heading=part.heading,
        instruction=rules.instruction(part.questions),
        worth=worth,
        questions=tuple(map(_question, part.questions, part.placed)),
        # Half a line is too short for writing an essay.
        full_width=isinstance(task, answers.Written) and task.short is None,
    )


def _question(question: Question, placed: Placed) -> shapes.Question:
    worth = rules.worth(question)
    return shapes.Question(prompt(question, placed, worth), _room(question, placed))


def prompt(question: Question, placed: Placed, worth: str) -> shapes.Prompt:
    """Return the prompt of a question. All gaps have the same width, so that it reveals nothing."""
    task = task_of(question)
    blanks = task.blanks if isinstance(task, answers.Blanks) and task.in_stem else ()
    lengths = [len(answer.text) for blank in blanks for answer in blank.answers]
    width = max(10, min(28, 3 + max(lengths))) if blanks else 0
    stem = Blocks(question.stem)
    return shapes.Prompt(question.id, placed.number, stem, worth, len(blanks), width)


def _room(question: Question, placed: Placed) -> shapes.Room | None:
    match task_of(question):
        case answers.Options(options=options, several=several):
            return shapes.Options(
                tuple(
                    (letter(place), Inline(options[index].text))
                    for place, index in enumerate(placed.order)
                ),
                several,
            )
        case answers.Verdict():
            return shapes.Verdict((rules.verdict(True), rules.verdict(False)))
        case answers.Pairs(pairs=pairs, responses=responses):
            return shapes.Match(
                tuple(Inline(pairs[index].premise) for index in placed.order),
                tuple(
                    (letter(place), responses[index])
                    for place, index in enumerate(placed.responses)
                ),
            )
        case answers.Steps(steps=steps):
            return shapes.Steps(say("Box"), tuple(Inline(steps[index]) for index in placed.order))
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
    """Return how many ruled lines the longest accepted answer needs, at most 8."""
    longest = max(len(answer.text) for answer in blank.answers)
    return max(1 + (longest > 30), min(8, -(-longest // 45)))


def _essay_lines(question: Question, task: answers.Written) -> int:
    """Return one ruled line for nine handwritten words, or three per point without a word limit."""
    words = task.max_words or task.min_words
    return max(10, min(70, -(-words // 9) if words else int(question.points * 3)))
