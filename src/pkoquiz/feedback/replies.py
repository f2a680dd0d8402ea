"""The author's feedback on what a candidate answered."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from pkoquiz.exam import rules
from pkoquiz.exam.letters import letter
from pkoquiz.exam.versions import Placed
from pkoquiz.grading.responses import Boxes, Chosen, Judged, Response, Value, Words, is_same, shown
from pkoquiz.language import decimal
from pkoquiz.model import answers
from pkoquiz.model.answers import task_of
from pkoquiz.model.question import Question


def replies_to(question: Question, placed: Placed, response: Response) -> Iterator[tuple[str, str]]:
    """Yield each answer of the candidate on which there is feedback, and the feedback in Markdown.

    Answers are as printed: the letter of an option, the number of a premise, or the words.
    """
    for words, said in _replies(question, placed, response):
        if said:
            yield words, said


def _replies(question: Question, placed: Placed, response: Response) -> Iterator[tuple[str, str]]:
    match task_of(question), response:
        case answers.Options(options=options), Chosen(chosen):
            for place, index in enumerate(placed.order):
                if index in chosen:
                    yield letter(place), options[index].feedback
        case answers.Verdict() as task, Judged(verdict):
            yield rules.verdict(verdict)[1], task.if_true if verdict else task.if_false
        case answers.Pairs() as task, Boxes(contents):
            # It says why a pair belongs together.
            for place, index in enumerate(placed.order, 1):
                if contents[index] != task.keys[index]:
                    yield str(place), task.pairs[index].feedback
        case answers.Blanks(blanks=blanks, case_sensitive=case_sensitive), Words(texts):
            for blank, text in zip(blanks, texts, strict=True):
                if text:
                    yield text, _on_words(blank, text, case_sensitive)
        case answers.Number() as task, Value(value):
            yield decimal(shown(value, 6)), _on_number(task, value)
        case _:
            return


def _on_words(blank: answers.Blank, text: str, case_sensitive: bool) -> str:
    accepted = [(answer.text, answer.feedback) for answer in blank.answers]
    mistakes = [(mistake.text, mistake.feedback) for mistake in blank.wrong]
    for wording, said in (*accepted, *mistakes):
        if is_same(text, wording, case_sensitive=case_sensitive):
            return said
    return blank.otherwise


def _on_number(task: answers.Number, value: Fraction) -> str:
    if abs(value - Fraction(task.value)) <= Fraction(task.tolerance):
        return ""
    for slip in task.wrong:
        if abs(value - Fraction(slip.value)) <= Fraction(slip.tolerance):
            return slip.feedback
    return task.otherwise
