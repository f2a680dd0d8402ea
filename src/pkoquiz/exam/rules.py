"""The printed rules of an exam: titles, instructions and scoring of parts, and partial credit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import assert_never

from pkoquiz.language import decimal, in_quotes, listed, message, say, say_count
from pkoquiz.model import answers
from pkoquiz.model.answers import task_of
from pkoquiz.model.parts import number
from pkoquiz.model.question import Essay, Multiple, Numerical, Question

PARTS: dict[str, tuple[str, str]] = {
    "choice": (message("Single choice"), message("Mark the letter of the one best answer.")),
    "multiple": (
        message("Multiple response"),
        message(
            "Mark the letters of all correct answers; there may be one or more. "
            "Wrong letters lose points."
        ),
    ),
    "truefalse": (
        message("True or false"),
        message("Mark whether the statement is true or false."),
    ),
    "matching": (
        message("Matching"),
        message(
            "Write the letter of the matching response in each box. "
            "A letter may be used more than once or not at all."
        ),
    ),
    "ordering": (
        message("Ordering"),
        message("Number the steps in the correct order, beginning with 1."),
    ),
    "cloze": (message("Fill in the gaps"), message("Write the missing word or words in each gap.")),
    "numerical": (message("Numerical answers"), message("Write the number in the box.")),
    "shortanswer": (
        message("Short answers"),
        message("Answer in the space provided: a word, a phrase, or a sentence or two."),
    ),
    "essay": (
        message("Essays"),
        message("Write in full sentences. The points show the weight of each essay."),
    ),
}
"""The title and instruction of each part."""

UNITS = {
    True: message("Write the number in the box, in the unit printed after it."),
    False: message("Write the number in the box. If a unit is printed after it, use that unit."),
}
"""The instruction if numerical questions have units: all of them (True), or only some."""

SCORING: dict[str, str] = {
    "choice": message(
        "Single choice: the correct letter earns the points. A wrong letter loses nothing."
    ),
    "multiple": message(
        "Multiple response: each correct letter earns an equal share of the points. Wrong "
        "letters together subtract the same total: if 2 letters are correct and 3 are wrong, each "
        "correct one earns 1/2 of the points and each wrong one loses 1/3. No question scores "
        "below zero."
    ),
    "truefalse": message(
        "True or false: the correct answer earns the points. A wrong one loses nothing."
    ),
    "matching": message("Matching: each correct letter earns an equal share of the points."),
    "ordering": message(
        "Ordering: each step with the correct number earns an equal share of the points."
    ),
    "cloze": message("Fill in the gaps: each correct gap earns an equal share of the points."),
    "numerical": message("Numerical answers: the correct number earns the points."),
    "shortanswer": message(
        "Short answers: a correct answer earns the points. A misspelt answer may earn none."
    ),
    "essay": message(
        "Essays: marked with a rubric. You earn the points for each criterion you meet."
    ),
}
"""The scoring rule of each part, printed on the cover."""

VERDICTS = {True: (message("T"), message("True")), False: (message("F"), message("False"))}
"""The mark and the word of each answer to a true/false question."""

TOLERANT = message(
    "Numerical answers: the correct number earns the points, and so does any answer within the "
    "tolerance."
)
"""The rule if a numerical question has a tolerance."""

EXACT = message("all or nothing")
"""Printed beside multiple-response questions without partial credit."""

ALL_OR_NOTHING = message(
    "Multiple response marked {all_or_nothing}: you earn the points only for exactly the correct "
    "letters. A wrong or missing letter means no points."
)
"""The scoring rule of these questions."""


def verdict(answer: bool) -> tuple[str, str]:
    """Return the mark and the word of an answer to a true/false question: `T`, `True`."""
    mark, word = VERDICTS[answer]
    return say(mark), say(word)


def instruction(questions: Sequence[Question]) -> str:
    """Return the instruction of a part, whose questions are all of one type."""
    units = {bool(question.unit) for question in questions if isinstance(question, Numerical)}
    return say(UNITS[len(units) == 1] if True in units else PARTS[questions[0].type][1])


def scoring_rules(questions: Sequence[Question]) -> tuple[str, ...]:
    """Return the scoring rules of a part: two if only some questions are all or nothing."""
    exact = {
        question.scoring == "exact" for question in questions if isinstance(question, Multiple)
    }
    all_or_nothing = say(ALL_OR_NOTHING, all_or_nothing=in_quotes(say(EXACT)))
    if exact == {True}:
        return (all_or_nothing,)
    tolerant = any(isinstance(question, Numerical) and question.tolerance for question in questions)
    rule = say(TOLERANT if tolerant else SCORING[questions[0].type])
    return (rule, all_or_nothing) if exact == {True, False} else (rule,)


def points(value: Decimal) -> str:
    """Return points with their noun: `1 point`, `2.5 points`."""
    return say_count("{count} point", "{count} points", value)


def minutes(value: int) -> str:
    """Return a duration in words: `45 minutes`, `2 hours`, `1 hour 30 minutes`."""
    hours, rest = divmod(value, 60)
    in_hours = say_count("{count} hour", "{count} hours", hours)
    in_minutes = say_count("{count} minute", "{count} minutes", rest)
    if hours and rest:
        return say("{hours} {minutes}", hours=in_hours, minutes=in_minutes)
    return in_hours if hours else in_minutes


def length(text: Essay | answers.Written) -> str:
    """Return the requested length of a text as a sentence, or an empty text if it has no limits."""
    match text.min_words, text.max_words:
        case 0, 0:
            return ""
        case 0, most:
            return say("At most {most} words.", most=most)
        case least, 0:
            return say("At least {least} words.", least=least)
        case least, most:
            return say("{least} to {most} words.", least=least, most=most)


def worth(question: Question) -> str:
    """Return what is printed beside a question: its points, and `EXACT` if that applies."""
    worth = points(question.points)
    exact = isinstance(question, Multiple) and question.scoring == "exact"
    return listed((worth, say(EXACT))) if exact else worth


def credit_rule(question: Question) -> str:
    """Return the rule for partial credit on a question; empty if there is none."""
    value = question.points
    match task_of(question):
        case answers.Options(several=True, exact=True):
            return say("All or nothing: {points} for exactly these letters.", points=points(value))
        case answers.Options(several=True) as task:
            keys, wrong = len(task.keys), len(task.options) - len(task.keys)
            earned = say_count(
                "{points} for the correct letter",
                "{points} for each of the {count} correct letters",
                keys,
                points=_share(value, keys),
            )
            lost = say_count(
                "{points} off for the wrong one",
                "{points} off for each of the {count} wrong ones",
                wrong,
                points=_share(value, wrong),
            )
            return say("{earned}; {lost}; never below 0.", earned=earned, lost=lost)
        case answers.Pairs(pairs=pairs):
            return say("{points} for each correct letter.", points=_share(value, len(pairs)))
        case answers.Steps(steps=steps):
            return say(
                "{points} for each step with the correct number.", points=_share(value, len(steps))
            )
        case answers.Blanks(blanks=blanks) if len(blanks) > 1:
            return say("{points} for each correct gap.", points=_share(value, len(blanks)))
        case answers.Number() as task if task.tolerance:
            low, high = (decimal(number(bound)) for bound in task.bounds)
            return say("{points} for {low} to {high}.", points=points(value), low=low, high=high)
        case (
            answers.Options()
            | answers.Verdict()
            | answers.Blanks()
            | answers.Number()
            | answers.Written()
            | answers.Recall()
        ):
            return ""
        case _ as never:
            assert_never(never)


def _share(value: Decimal, shares: int) -> str:
    """Return an equal share of the points, as a fraction if it has more than two decimals."""
    share = (value / shares).quantize(Decimal("0.01"))
    if share * shares == value:
        return points(share)
    return say("{share} of {points}", share=f"1/{shares}", points=points(value))
