"""The printed rules of an exam: titles, instructions and scoring of parts, and partial credit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import assert_never

from pkoquiz.model import answers
from pkoquiz.model.answers import task_of
from pkoquiz.model.parts import number
from pkoquiz.model.question import Essay, Multiple, Numerical, Question
from pkoquiz.prose import counted, plural

PARTS: dict[str, tuple[str, str]] = {
    "choice": ("Single choice", "Mark the letter of the one best answer."),
    "multiple": (
        "Multiple response",
        "Mark the letters of all correct answers; there may be one or more. "
        "Wrong letters lose points.",
    ),
    "truefalse": ("True or false", "Mark whether the statement is true or false."),
    "matching": (
        "Matching",
        "Write the letter of the matching response in each box. "
        "A letter may be used more than once or not at all.",
    ),
    "ordering": ("Ordering", "Number the steps in the correct order, beginning with 1."),
    "cloze": ("Fill in the gaps", "Write the missing word or words in each gap."),
    "numerical": ("Numerical answers", "Write the number in the box."),
    "shortanswer": (
        "Short answers",
        "Answer in the space provided: a word, a phrase, or a sentence or two.",
    ),
    "essay": ("Essays", "Write in full sentences. The points show the weight of each essay."),
}
"""The title and instruction of each part."""

UNITS = {
    True: "Write the number in the box, in the unit printed after it.",
    False: "Write the number in the box. If a unit is printed after it, use that unit.",
}
"""The instruction if numerical questions have units: all of them (True), or only some."""

SCORING: dict[str, str] = {
    "choice": "Single choice: the correct letter earns the points. A wrong letter loses nothing.",
    "multiple": "Multiple response: each correct letter earns an equal share of the points. Wrong "
    "letters together subtract the same total: if 2 letters are correct and 3 are wrong, each "
    "correct one earns 1/2 of the points and each wrong one loses 1/3. No question scores below "
    "zero.",
    "truefalse": "True or false: the correct answer earns the points. A wrong one loses nothing.",
    "matching": "Matching: each correct letter earns an equal share of the points.",
    "ordering": "Ordering: each step with the correct number earns an equal share of the points.",
    "cloze": "Fill in the gaps: each correct gap earns an equal share of the points.",
    "numerical": "Numerical answers: the correct number earns the points.",
    "shortanswer": "Short answers: an answer that is correct in substance earns the points. "
    "Spelling is not marked.",
    "essay": "Essays: marked with a rubric. You earn the points for each criterion you meet.",
}
"""The scoring rule of each part, printed on the cover."""

TOLERANT = (
    "Numerical answers: the correct number earns the points, and so does any answer within the "
    "tolerance."
)
"""The rule if a numerical question has a tolerance."""

EXACT = "all or nothing"
"""Printed beside multiple-response questions without partial credit."""

ALL_OR_NOTHING = (
    f"Multiple response marked “{EXACT}”: you earn the points only for exactly the correct "
    "letters. A wrong or missing letter means no points."
)
"""The scoring rule of these questions."""


def instruction(questions: Sequence[Question]) -> str:
    """Return the instruction of a part, whose questions are all of one type."""
    units = {bool(question.unit) for question in questions if isinstance(question, Numerical)}
    return UNITS[len(units) == 1] if True in units else PARTS[questions[0].type][1]


def scoring_rules(questions: Sequence[Question]) -> tuple[str, ...]:
    """Return the scoring rules of a part: two if only some questions are all or nothing."""
    exact = {
        question.scoring == "exact" for question in questions if isinstance(question, Multiple)
    }
    if exact == {True}:
        return (ALL_OR_NOTHING,)
    tolerant = any(isinstance(question, Numerical) and question.tolerance for question in questions)
    rule = TOLERANT if tolerant else SCORING[questions[0].type]
    return (rule, ALL_OR_NOTHING) if exact == {True, False} else (rule,)


def points(value: Decimal) -> str:
    """Return points with their noun: `1 point`, `2.5 points`."""
    return f"{number(value)} {'point' if value == 1 else 'points'}"


def minutes(value: int) -> str:
    """Return a duration in words: `45 minutes`, `2 hours`, `1 hour 30 minutes`."""
    hours, rest = divmod(value, 60)
    return " ".join(
        counted(count, unit) for count, unit in ((hours, "hour"), (rest, "minute")) if count
    )


def length(text: Essay | answers.Written) -> str:
    """Return the length asked of a text as a sentence, or an empty text if it has no limits."""
    match text.min_words, text.max_words:
        case 0, 0:
            return ""
        case 0, most:
            return f"At most {most} words."
        case least, 0:
            return f"At least {least} words."
        case least, most:
            return f"{least} to {most} words."


def worth(question: Question) -> str:
    """Return what is printed beside a question: its points, and `EXACT` if that applies."""
    exact = isinstance(question, Multiple) and question.scoring == "exact"
    return f"{points(question.points)}, {EXACT}" if exact else points(question.points)


def credit_rule(question: Question) -> str:
    """Return how partial credit is given for a question; empty if there is none."""
    value = question.points
    match task_of(question):
        case answers.Options(several=True, exact=True):
            return f"{EXACT.capitalize()}: {points(value)} for exactly these letters."
        case answers.Options(several=True) as task:
            keys, wrong = len(task.keys), len(task.options) - len(task.keys)
            earns = f"{_share(value, keys)} for {_each(keys, 'correct letter')}"
            takes = f"{_share(value, wrong)} off for {_each(wrong, 'wrong one')}"
            return f"{earns}; {takes}; never below 0."
        case answers.Pairs(pairs=pairs):
            return f"{_share(value, len(pairs))} for each correct letter."
        case answers.Steps(steps=steps):
            return f"{_share(value, len(steps))} for each step with the correct number."
        case answers.Blanks(blanks=blanks) if len(blanks) > 1:
            return f"{_share(value, len(blanks))} for each correct gap."
        case answers.Number() as task if task.tolerance:
            low, high = task.bounds
            return f"{points(value)} for {number(low)} to {number(high)}."
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


def _each(count: int, noun: str) -> str:
    """Return `each of the 3 correct letters`, or `the correct letter` if there is only one."""
    return f"each of the {count} {plural(noun, count)}" if count > 1 else f"the {noun}"


def _share(value: Decimal, shares: int) -> str:
    """Return an equal share of the points; as a fraction if it has more than two decimals."""
    share = (value / shares).quantize(Decimal("0.01"))
    return points(share) if share * shares == value else f"1/{shares} of {points(value)}"
