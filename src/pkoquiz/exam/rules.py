"""What papers and keys say in plain words, the same in PDF, HTML and DOCX: parts, instructions, scoring, answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from pkoquiz.exam.exam import Exam, questions_of, total_points
from pkoquiz.exam.letters import letter
from pkoquiz.exam.versions import Placed, Version, key_letters
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Accepted, Criterion, Mistake, number
from pkoquiz.model.question import (
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
from pkoquiz.quotes.find import find, slips_under

PARTS: dict[str, tuple[str, str]] = {
    "choice": ("Single choice", "Mark the letter of the one best answer."),
    "multiple": (
        "Multiple response",
        "Mark the letters of all answers that apply; there may be one or several. Wrong letters cost points.",
    ),
    "truefalse": ("True or false", "Mark whether the statement is true or false."),
    "matching": (
        "Matching",
        "Write into each box the letter of the response that belongs to it. "
        "A letter may be used more than once, or not at all.",
    ),
    "ordering": ("Ordering", "Number the steps in their right order, beginning with 1."),
    "cloze": ("Fill in the gaps", "Write the missing word or words into each gap."),
    "numerical": ("Numerical answers", "Write the number into the box."),
    "shortanswer": (
        "Short answers",
        "Answer in the space given: a word, a phrase, or a sentence or two.",
    ),
    "essay": ("Essays", "Write in full sentences. The points show how much weight each essay has."),
}
"""Title and instruction of each part."""

UNITS = {
    True: "Write the number into the box, in the unit that is printed behind it.",
    False: "Write the number into the box; if a unit is printed behind it, in that unit.",
}
"""The instruction for numerical answers with units: whether all have one."""

SCORING: dict[str, str] = {
    "choice": "Single choice: the right letter earns the points. A wrong letter costs nothing.",
    "multiple": "Multiple response: all right letters together earn the points, all wrong letters together cost as "
    "many. With 2 right and 3 wrong letters, each right one earns 1/2 of the points and each wrong one costs 1/3. "
    "No question scores below zero.",
    "truefalse": "True or false: the right verdict earns the points. A wrong one costs nothing.",
    "matching": "Matching: each right letter earns an equal share of the points.",
    "ordering": "Ordering: each step with its right number earns an equal share of the points.",
    "cloze": "Gaps: each right gap earns an equal share of the points.",
    "numerical": "Numerical answers: the right number earns the points.",
    "shortanswer": "Short answers: right in substance earns the points; spelling is not marked.",
    "essay": "Essays: marked by a rubric; each point of it that is there earns its share.",
}
"""The scoring rule of each part, for the cover."""

TOLERANT = "Numerical answers: the right number earns the points, and so does one as near to it as the key allows."
"""The rule where a numerical question has a tolerance."""

EXACT = "all or nothing"
"""Printed at multiple-response questions that give no partial credit."""


@dataclass(frozen=True, slots=True)
class Part:
    """Questions of one type in a version: its number from 1, title, instruction, points."""

    number: int
    type: str
    title: str
    instruction: str
    points: Decimal
    questions: tuple[tuple[Question, Placed], ...]


def parts(bank: Bank, version: Version) -> tuple[Part, ...]:
    """The version's parts in printed order."""
    found: list[tuple[str, list[tuple[Question, Placed]]]] = []
    for question, placed in zip(questions_of(bank, version), version.questions, strict=True):
        if not found or found[-1][0] != question.type:
            found.append((question.type, []))
        found[-1][1].append((question, placed))
    return tuple(
        Part(
            number,
            kind,
            PARTS[kind][0],
            _instruction(kind, [each for each, _ in pairs]),
            total_points([each for each, _ in pairs]),
            tuple(pairs),
        )
        for number, (kind, pairs) in enumerate(found, 1)
    )


def _instruction(kind: str, questions: Sequence[Question]) -> str:
    units = {bool(question.unit) for question in questions if isinstance(question, Numerical)}
    return UNITS[len(units) == 1] if True in units else PARTS[kind][1]


def scoring_rules(sections: Sequence[Part]) -> tuple[str, ...]:
    """The rules that this paper needs, in the order of its parts; named if some questions are all or nothing."""
    return tuple(rule for part in sections for rule in _rules(part))


def _rules(part: Part) -> Iterator[str]:
    questions = [question for question, _ in part.questions]
    exact = {
        question.scoring == "exact" for question in questions if isinstance(question, Multiple)
    }
    if exact != {True}:
        tolerant = any(
            isinstance(question, Numerical) and question.tolerance for question in questions
        )
        yield TOLERANT if tolerant else SCORING[part.type]
    if True in exact:
        yield (
            f"Multiple response marked “{EXACT}”: exactly the right letters earn the points; "
            "a wrong letter, or a right one that is missing, leaves none."
        )


def points(value: Decimal) -> str:
    """`1 point`, `2.5 points`."""
    return f"{number(value)} {'point' if value == 1 else 'points'}"


def minutes(value: int) -> str:
    """`45 minutes`, `2 hours`, `1 hour 30 minutes`."""
    hours, rest = divmod(value, 60)
    told = [f"{hours} hour{'s' * (hours > 1)}"] if hours else []
    told += [f"{rest} minute{'s' * (rest > 1)}"] if rest else []
    return " ".join(told)


def label(exam: Exam, paper: int, version: Version) -> str:
    """`Version B`, or `Paper 2 · Version B` where there are several papers."""
    return (
        f"Paper {paper} · Version {version.letter}"
        if len(exam.papers) > 1
        else f"Version {version.letter}"
    )


def running(exam: Exam, version: Version) -> str:
    """What stands below each page: title and code, in large print the code alone, which fits into a line."""
    return version.code if exam.layout.large_print else f"{exam.title} · {version.code}"


# --- room for answers -----------------------------------------------------------------------------


def answer_lines(question: ShortAnswer | Essay) -> int:
    """Ruled lines: by the length of the model answer, the rubric, and for essays words or points."""
    if isinstance(question, Essay):
        # About nine handwritten words a line; without a length, three lines a point.
        if question.max_words or question.min_words:
            return max(10, min(70, -(-(question.max_words or question.min_words) // 9)))
        return max(10, min(70, int(question.points * 3)))
    longest = max(len(answer.text) for answer in question.answers)
    return max(1 + (longest > 30), min(8, -(-longest // 45)), 2 * len(question.rubric))


def length(question: Essay) -> str:
    """How long an essay shall be, as a sentence; empty where nothing is said."""
    match question.min_words, question.max_words:
        case 0, 0:
            return ""
        case 0, most:
            return f"At most {most} words."
        case least, 0:
            return f"At least {least} words."
        case least, most:
            return f"{least} to {most} words."


def gap_width(question: Cloze) -> int:
    """Characters that every gap of the question has room for: the same for all, so that none tells its length."""
    return max(
        10, min(28, 3 + max(len(each.text) for gap in question.gaps for each in gap.answers))
    )


# --- the key --------------------------------------------------------------------------------------


def answer(question: Question, placed: Placed) -> str:
    """The right answer in one line: letters for questions with letters, words or numbers for others."""
    letters = key_letters(question, placed)
    match question:
        case Choice() | Multiple():
            return ", ".join(letters)
        case TrueFalse():
            return "True" if question.answer else "False"
        case Matching():
            return "  ".join(f"{at}\u00a0{name}" for at, name in enumerate(letters, 1))
        case Ordering():
            return " ".join(letters)
        case Numerical():
            unit = f" {question.unit}" if question.unit else ""
            if question.tolerance:
                return f"{number(question.answer)} ± {number(question.tolerance)}{unit}"
            return f"{number(question.answer)}{unit}, exactly"
        case ShortAnswer():
            return question.answers[0].text
        case Cloze():
            return "; ".join(gap.answers[0].text for gap in question.gaps)
        case Essay():
            return "see the rubric"
        case Flashcard():
            return ""
        case _ as never:
            assert_never(never)


@dataclass(frozen=True, slots=True)
class Right:
    """One thing the right answer consists of: a mark (letter, number), Inline Markdown, plain text behind it."""

    mark: str
    markdown: str = ""
    plain: str = ""


def right_answer(question: Question, placed: Placed) -> tuple[Right, ...]:
    """The right answer in full, for the key; empty for essays, whose rubric says it."""
    letters = key_letters(question, placed)
    match question:
        case Choice() | Multiple():
            right = [
                question.options[at].text for at in placed.order if question.options[at].correct
            ]
            return tuple(Right(mark, text) for mark, text in zip(letters, right, strict=True))
        case Matching():
            pairs = [question.pairs[at] for at in placed.order]
            return tuple(
                Right(f"{at} {mark}", pair.premise, pair.response)
                for at, (pair, mark) in enumerate(zip(pairs, letters, strict=True), 1)
            )
        case Ordering():
            steps = tuple(Right(str(at), step) for at, step in enumerate(question.sequence, 1))
            return (Right("", plain=f"In the boxes, from above: {' '.join(letters)}"), *steps)
        case ShortAnswer():
            return (Right("", plain=accepted(question.answers)),)
        case Cloze():
            return tuple(
                Right(str(at), plain=accepted(gap.answers))
                for at, gap in enumerate(question.gaps, 1)
            )
        case TrueFalse() | Numerical():
            return (Right("", plain=answer(question, placed)),)
        case Essay() | Flashcard():
            return ()
        case _ as never:
            assert_never(never)


def accepted(answers: Sequence[Accepted]) -> str:
    """`imposing; also accepted: using (50 %)`."""
    best, *rest = (
        each.text + (f" ({each.credit} %)" if each.credit < 100 else "") for each in answers
    )
    return best + (f"; also accepted: {'; '.join(rest)}" if rest else "")


def credit_rule(question: Question) -> str:
    """How partial credit is given for this question; empty where it is right or wrong."""
    match question:
        case Multiple():
            keys = sum(option.correct for option in question.options)
            if question.scoring == "exact":
                return f"{EXACT.capitalize()}: {points(question.points)} for exactly these letters."
            wrong = len(question.options) - keys
            earns = f"{_share(question.points, keys)} for {_each(keys, 'right letter')}"
            takes = f"{_share(question.points, wrong)} off for {_each(wrong, 'wrong one')}"
            return f"{earns}; {takes}; not below 0."
        case Matching():
            return f"{_share(question.points, len(question.pairs))} for each right letter."
        case Ordering():
            return f"{_share(question.points, len(question.sequence))} for each step with its right number."
        case Cloze() if len(question.gaps) > 1:
            return f"{_share(question.points, len(question.gaps))} for each right gap."
        case Numerical() if question.tolerance:
            low, high = question.answer - question.tolerance, question.answer + question.tolerance
            return f"{points(question.points)} for {number(low)} to {number(high)}."
        case Choice() | TrueFalse() | Cloze() | Numerical() | ShortAnswer() | Essay() | Flashcard():
            return ""
        case _ as never:
            assert_never(never)


def fits_a_page(rubric: Sequence[Criterion]) -> bool:
    """Whether a rubric is surely shorter than a page, in large print too; a longer one may be divided."""
    return sum(len(line.text) + 60 for line in rubric) < 1_200


def _each(count: int, what: str) -> str:
    """`each of the 3 right letters`, `the right letter`."""
    return f"each of the {count} {what}s" if count > 1 else f"the {what}"


def _share(value: Decimal, shares: int) -> str:
    each = value / shares
    if each == each.quantize(Decimal("0.01")):
        return points(each.quantize(Decimal("0.01")))
    return f"1/{shares} of {points(value)}"


def option_feedback(question: Question, placed: Placed) -> tuple[tuple[str, str], ...]:
    """(letter or answer, Markdown) of what the author says to each option or typical slip, in printed order."""
    match question:
        case Choice() | Multiple():
            shown = [
                (letter(at), question.options[index].feedback)
                for at, index in enumerate(placed.order)
            ]
        case TrueFalse():
            shown = [("True", question.feedback.true), ("False", question.feedback.false)]
        case Matching():
            shown = [
                (str(at), question.pairs[index].feedback)
                for at, index in enumerate(placed.order, 1)
            ]
        case ShortAnswer():
            shown = _replies(question.answers, question.wrong)
        case Numerical():
            shown = [(number(each.value), each.feedback) for each in question.wrong]
        case Cloze():
            shown = [reply for gap in question.gaps for reply in _replies(gap.answers, gap.wrong)]
        case Ordering() | Essay() | Flashcard():
            shown = []
        case _ as never:
            assert_never(never)
    return tuple((mark, text) for mark, text in shown if text)


def _replies(answers: Sequence[Accepted], wrong: Sequence[Mistake]) -> list[tuple[str, str]]:
    return [(each.text, each.feedback) for each in answers] + [
        (each.text, each.feedback) for each in wrong
    ]


def errata_notes(bank: Bank, question: Question) -> tuple[str, ...]:
    """What is known to be wrong in the words that the question quotes, as plain text; each note once."""
    found = []
    for citation in question.sources:
        passage = bank.passages.get(citation.passage_id)
        finding = find(citation.quote, passage.text) if passage else None
        if passage is None or finding is None:
            continue
        for erratum in slips_under(finding.spans, passage, bank.errata.get(passage.id, ())):
            if erratum.right and erratum.kind != "O":
                found.append(f"On “{erratum.words}” in the transcript: {erratum.right}")
    return tuple(dict.fromkeys(found))
