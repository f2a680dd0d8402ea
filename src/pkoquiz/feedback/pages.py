"""The feedback for a candidate in the form of a key, which is printed as HTML and as PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pkoquiz.exam.exam import Exam, Paper
from pkoquiz.exam.versions import Placed, Version, questions_of
from pkoquiz.exporters.papers import content, shapes
from pkoquiz.exporters.papers.key import entry
from pkoquiz.exporters.papers.shapes import (
    Answered,
    Blocks,
    Explained,
    Labelled,
    Line,
    Plain,
    Prompt,
    Right,
)
from pkoquiz.feedback import phrases
from pkoquiz.feedback.answers import choices, own_answer
from pkoquiz.feedback.replies import replies_to
from pkoquiz.grading.printed import Keys
from pkoquiz.grading.responses import shown
from pkoquiz.grading.results import Graded
from pkoquiz.language import decimal, say
from pkoquiz.model import answers
from pkoquiz.model.answers import task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question


@dataclass(frozen=True, slots=True)
class Recipient:
    """A candidate's result, and the name on their page."""

    result: Graded
    label: str
    rows: Mapping[int, str]
    """Names of the pictures of their rows, by printed question number."""
    grade: str = ""


def page(
    bank: Bank,
    exam: Exam,
    keys: Keys,
    paper: Paper,
    version: Version,
    recipient: Recipient,
    *,
    with_questions: bool,
) -> shapes.Key:
    """Return the feedback of one candidate; without questions, points and objectives only."""
    result = recipient.result
    title = say(phrases.TITLE, exam=exam.title)
    total = say(
        phrases.TOTAL,
        points=_number(result.total),
        maximum=_number(result.maximum),
        percent=_number(result.percent, 1),
    )
    grade = [say(phrases.GRADE, grade=recipient.grade)] if recipient.grade else []
    known = list(zip(questions_of(bank, version), version.questions, strict=True))
    frame = content.frame(bank, exam, f"{title}: {recipient.label}", recipient.label, exam.title)
    parts = [_objectives(bank, result)]
    if with_questions:
        missed, right = (
            tuple(
                one_entry(bank, keys, question, placed, recipient)
                for question, placed in known
                if _is_full(keys, result, question) is is_full
            )
            for one_entry, is_full in ((_entry, False), (_correct, True))
        )
        parts += [
            shapes.KeyPart(say(phrases.MISSED), str(len(missed)), missed),
            shapes.KeyPart(say(phrases.RIGHT), str(len(right)), right),
        ]
    else:
        rows = tuple(_points_only(keys, result, placed) for placed in version.questions)
        parts.append(shapes.KeyPart(say(phrases.QUESTIONS), str(len(rows)), rows))
    return shapes.Key(
        frame._replace(columns=1),
        title,
        recipient.label,
        " · ".join([total, *grade, say(phrases.APPEAL)]),
        tuple(part for part in parts if part.entries),
    )


def _number(value: Fraction, digits: int = 2) -> str:
    return decimal(shown(value, digits))


def _is_full(keys: Keys, result: Graded, question: Question) -> bool:
    return result.points[question.id] == keys.items[question.id].points


def _worth(keys: Keys, result: Graded, identity: str) -> str:
    maximum = _number(keys.items[identity].points)
    return say(phrases.WORTH, points=_number(result.points[identity]), maximum=maximum)


def _entry(
    bank: Bank, keys: Keys, question: Question, placed: Placed, recipient: Recipient
) -> shapes.Entry:
    """Return the entry of the key with the candidate's answer and only the feedback on it.

    Options are listed as printed, with the candidate's and the right ones marked.
    """
    result = recipient.result
    response = result.responses[question.id]
    own = own_answer(keys.items[question.id], placed, response)
    shape = entry(bank, question, placed)
    prompt = shape.prompt._replace(worth=_worth(keys, result, question.id))
    row = recipient.rows.get(placed.number)
    picture = (Blocks(f"![{say(phrases.ROW)}]({row})"),) if row else ()
    listed = isinstance(task_of(question), answers.Options)
    heading = Right("", Line((Plain(say(phrases.CORRECT_ANSWER)),)))
    return shape._replace(
        prompt=prompt,
        right=() if listed or not shape.right else (heading, *shape.right),
        credit=None,
        explanations=(*picture, *shape.explanations),
        feedback=tuple(
            Explained(say(phrases.ON_YOUR_ANSWER, answer=words), Blocks(said))
            for words, said in replies_to(question, placed, response)
        ),
        answered=Answered(
            Labelled(say(phrases.YOUR_ANSWER), own), tuple(choices(question, placed, response))
        ),
    )


def _correct(
    bank: Bank, keys: Keys, question: Question, placed: Placed, recipient: Recipient
) -> shapes.Entry:
    """Return the entry for a correct answer: question and answer only."""
    own = own_answer(keys.items[question.id], placed, recipient.result.responses[question.id])
    shape = entry(bank, question, placed)
    return shape._replace(
        prompt=shape.prompt._replace(worth=_worth(keys, recipient.result, question.id)),
        credit=Labelled(say(phrases.YOUR_ANSWER), own),
        rubric=None,
        model_answer=None,
        explanations=(),
        feedback=(),
        remarks=(),
        quotes=(),
    )


def _objectives(bank: Bank, result: Graded) -> shapes.KeyPart:
    """Return the objectives with missed points, the weakest first."""
    known = {question.id: question for question in bank.questions}
    texts = {objective.id: objective.text for objective in bank.course.objectives}
    earned: dict[str, Fraction] = {}
    available: dict[str, Fraction] = {}
    for identity, points in result.points.items():
        question = known[identity]
        if question.objective in texts:
            name = question.objective
            earned[name] = earned.get(name, Fraction(0)) + points
            available[name] = available.get(name, Fraction(0)) + Fraction(question.points)
    weak = [name for name in earned if earned[name] < available[name]]
    weak.sort(key=lambda name: (earned[name] / available[name], name))
    return shapes.KeyPart(
        say(phrases.OBJECTIVES),
        str(len(weak)),
        tuple(
            _line(
                name,
                number,
                texts[name],
                say(phrases.WORTH, points=_number(earned[name]), maximum=_number(available[name])),
            )
            for number, name in enumerate(weak, 1)
        ),
    )


def _points_only(keys: Keys, result: Graded, placed: Placed) -> shapes.Entry:
    objective = keys.items[placed.id].objective
    return _line(
        objective,
        placed.number,
        say(phrases.QUESTION, number=placed.number),
        _worth(keys, result, placed.id),
    )


def _line(identity: str, number: int, text: str, worth: str) -> shapes.Entry:
    # Texts of objectives are plain: a backslash keeps Markdown from taking signs for markup.
    escaped = "".join(f"\\{sign}" if sign in "\\`*_[]<>" else sign for sign in text)
    prompt = Prompt(identity, number, Blocks(escaped), worth)
    return shapes.Entry(prompt, (), None, None, None, (), (), (), ())


def recipients_of(exam: Exam, results: Sequence[Graded]) -> Iterator[tuple[Graded, Paper, Version]]:
    """Yield each result with the candidate's paper and version."""
    versions = {
        (paper.number, version.letter): (paper, version)
        for paper in exam.papers
        for version in paper.versions
    }
    for result in results:
        paper, version = versions[result.sheet.paper, result.sheet.version]
        yield result, paper, version
