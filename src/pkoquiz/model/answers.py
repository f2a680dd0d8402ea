"""Questions as tasks: what is asked, offered and right, and the feedback on each answer.

`task_of` turns each of the question types into one of eight tasks. Cards, papers, LMS formats,
keys, grading and checks work on tasks; they use the type itself only where a format treats it
differently. Code that does not depend on how a question is answered uses the three views:
`stated`, `right_answers` and `replies`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import assert_never, overload

from pkoquiz import markup
from pkoquiz.model.parts import Accepted, Criterion, Mistake, Option, Pair, WrongValue, number
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


@dataclass(frozen=True, slots=True)
class Options:
    """Choose one option, or with `several` all that apply."""

    options: tuple[Option, ...]
    several: bool = False
    exact: bool = False
    """Whether only exactly the right choices earn points."""
    order: tuple[int, ...] = ()
    """Positions in the order of every export; empty if the options may be shuffled."""

    @property
    def keys(self) -> tuple[int, ...]:
        """Positions of the right options, from 0, as written."""
        return tuple(index for index, option in enumerate(self.options) if option.correct)

    @property
    def free(self) -> tuple[int, ...]:
        """Positions of the options that are not pinned."""
        return tuple(index for index, option in enumerate(self.options) if not option.pin)

    def around_pins(self, free: Sequence[int]) -> tuple[int, ...]:
        """Return all positions, with those in `free` placed in order around the pinned options."""
        rest = iter(free)
        return tuple(
            index if option.pin else next(rest) for index, option in enumerate(self.options)
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """Judge a statement."""

    right: bool
    if_true: str
    """Feedback on the answer true, in Markdown."""
    if_false: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """Give each premise its response."""

    pairs: tuple[Pair, ...]
    responses: tuple[str, ...]
    """Each response once, in the author's order, with those that belong to no premise last."""

    @property
    def keys(self) -> tuple[int, ...]:
        """For each premise, the position of its response in `responses`."""
        return tuple(self.responses.index(pair.response) for pair in self.pairs)


@dataclass(frozen=True, slots=True)
class Steps:
    """Put steps in order; they are listed in the right order."""

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """A space for a word or phrase, and what is accepted in it."""

    answers: tuple[Accepted, ...]
    wrong: tuple[Mistake, ...] = ()
    otherwise: str = ""
    """Feedback on any other answer, in Markdown."""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Blanks:
    """Type words: one answer below the question, or one for each gap in its stem."""

    blanks: tuple[Blank, ...]
    in_stem: bool = False
    case_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """Type a number."""

    value: Decimal
    tolerance: Decimal
    unit: str
    working: str
    wrong: tuple[WrongValue, ...] = ()
    otherwise: str = ""

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """The smallest and the largest value that count as right."""
        return self.value - self.tolerance, self.value + self.tolerance


@dataclass(frozen=True, slots=True)
class Written:
    """Write a text that a person grades with a rubric: an essay, or a sentence or two."""

    rubric: tuple[Criterion, ...]
    model: str
    """The model answer: Markdown for an essay, plain text for a short answer."""
    short: Blank | None = None
    """The answers that a short answer accepts, with feedback; None for an essay."""
    case_sensitive: bool = False
    min_words: int = 0
    max_words: int = 0


@dataclass(frozen=True, slots=True)
class Recall:
    """Remember a fact: a flashcard, which is not graded."""

    answer: str


Task = Options | Verdict | Pairs | Steps | Blanks | Number | Written | Recall
"""A closed set: with `match` and `assert_never`, mypy reports every place that omits one."""


@overload
def task_of(question: Choice | Multiple) -> Options: ...
@overload
def task_of(question: Matching) -> Pairs: ...
@overload
def task_of(question: Question) -> Task: ...


def task_of(question: Question) -> Task:
    """Return the task of the question, with what its author wrote about answers."""
    match question:
        case Choice():
            return Options(question.options, order=_fixed_order(question))
        case Multiple():
            exact = question.scoring == "exact"
            return Options(question.options, True, exact, _fixed_order(question))
        case TrueFalse():
            return Verdict(question.answer, question.feedback.true, question.feedback.false)
        case Matching():
            responses = [*(pair.response for pair in question.pairs), *question.extras]
            return Pairs(question.pairs, tuple(dict.fromkeys(responses)))
        case Ordering():
            return Steps(question.sequence)
        case Cloze():
            blanks = (Blank(gap.answers, gap.wrong, hint=gap.hint) for gap in question.gaps)
            return Blanks(tuple(blanks), in_stem=True)
        case Numerical():
            return Number(
                question.answer,
                question.tolerance,
                question.unit,
                question.working,
                question.wrong,
                question.otherwise,
            )
        case ShortAnswer():
            blank = Blank(question.answers, question.wrong, question.otherwise)
            if question.rubric:
                model = question.answers[0].text
                return Written(question.rubric, model, blank, question.case_sensitive)
            return Blanks((blank,), case_sensitive=question.case_sensitive)
        case Essay():
            return Written(
                question.rubric,
                question.model_answer,
                min_words=question.min_words,
                max_words=question.max_words,
            )
        case Flashcard():
            return Recall(question.answer)
        case _ as never:
            assert_never(never)


# --- views ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RightAnswer:
    """One part of the right answer: an option, a pair, a step, a wording or a number."""

    text: str
    markdown: bool
    """Whether `text` is Markdown; otherwise it is plain text."""
    prompt: str = ""
    """The premise of a pair, in Markdown."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that the author foresaw, and the feedback on it."""

    index: int
    """Position of the option, premise or blank, from 0, as written; 0 if there is only one."""
    answer: str
    """The answer; empty for "any other answer"."""
    markdown: bool
    """Whether `answer` is Markdown; otherwise it is plain text."""
    credit: int
    """Percentage of the points (of the blank) that it earns."""
    said: str
    """In Markdown; empty if the author wrote nothing."""


def stated(question: Question) -> tuple[str, ...]:
    """Return the texts of a question that a candidate reads as facts, in Markdown.

    These are the stem, and then premises or steps, but not options.
    """
    match task_of(question):
        case Pairs(pairs=pairs):
            return (question.stem, *(pair.premise for pair in pairs))
        case Steps(steps=steps):
            return (question.stem, *steps)
        case Options() | Verdict() | Blanks() | Number() | Written() | Recall():
            return (question.stem,)
        case _ as never:
            assert_never(never)


def right_answers(question: Question) -> tuple[RightAnswer, ...]:
    """Return the parts of the right answer; all wordings with full credit, nothing for an essay."""
    match task_of(question):
        case Options() as task:
            return tuple(RightAnswer(task.options[index].text, True) for index in task.keys)
        case Verdict(right=right):
            return (RightAnswer("True" if right else "False", False),)
        case Pairs(pairs=pairs):
            return tuple(RightAnswer(pair.response, False, pair.premise) for pair in pairs)
        case Steps(steps=steps):
            return tuple(RightAnswer(step, True) for step in steps)
        case Blanks(blanks=blanks):
            return tuple(
                RightAnswer(answer.text, False)
                for blank in blanks
                for answer in blank.answers
                if answer.credit == 100
            )
        case Number(value=value):
            return (RightAnswer(number(value), False),)
        case Written(short=short):
            full = [answer for answer in short.answers if answer.credit == 100] if short else []
            return tuple(RightAnswer(answer.text, False) for answer in full)
        case Recall(answer=answer):
            return (RightAnswer(answer, True),)
        case _ as never:
            assert_never(never)


def replies(question: Question) -> tuple[Reply, ...]:
    """Return every answer that the author foresaw, right or wrong, with or without feedback."""
    match task_of(question):
        case Options(options=options):
            return tuple(
                Reply(index, option.text, True, 100 * option.correct, option.feedback)
                for index, option in enumerate(options)
            )
        case Verdict(right=right, if_true=if_true, if_false=if_false):
            verdicts = (("True", right, if_true), ("False", not right, if_false))
            return tuple(Reply(0, text, False, 100 * earns, said) for text, earns, said in verdicts)
        case Pairs(pairs=pairs):
            return tuple(
                Reply(index, pair.response, False, 100, pair.feedback)
                for index, pair in enumerate(pairs)
            )
        case Blanks(blanks=blanks):
            return tuple(reply for at, blank in enumerate(blanks) for reply in _to_blank(at, blank))
        case Number(wrong=wrong, otherwise=otherwise):
            slips = [Reply(0, number(slip.value), False, 0, slip.feedback) for slip in wrong]
            return (*slips, *_to_any_other(0, otherwise))
        case Written(short=short):
            return tuple(_to_blank(0, short)) if short else ()
        case Steps() | Recall():
            return ()
        case _ as never:
            assert_never(never)


def _to_blank(index: int, blank: Blank) -> Iterator[Reply]:
    for answer in blank.answers:
        yield Reply(index, answer.text, False, answer.credit, answer.feedback)
    for slip in blank.wrong:
        yield Reply(index, slip.text, False, 0, slip.feedback)
    yield from _to_any_other(index, blank.otherwise)


def _to_any_other(index: int, otherwise: str) -> Iterator[Reply]:
    if otherwise:
        yield Reply(index, "", False, 0, otherwise)


# --- the order of options -------------------------------------------------------------------------

# A hyphen is a minus sign only where no word ends before it: "mid-1980s" is not a negative number.
_NUMBER = re.compile(r"(?:(?<!\w)[-+−])?(?:\d{1,3}(?:[, \u00a0\u2009\u202f]\d{3})+|\d+)(?:\.\d+)?")


def ascending(texts: Sequence[str]) -> tuple[int, ...]:
    """Return positions by size if the texts are numbers of one kind, otherwise an empty tuple."""
    values = magnitudes(tuple(texts)) if texts else None
    return tuple(sorted(range(len(texts)), key=lambda index: values[index])) if values else ()


@lru_cache(maxsize=4096)
def magnitudes(texts: tuple[str, ...]) -> tuple[Decimal, ...] | None:
    """Return the texts as numbers if they differ only in a number, else None.

    Numbers may be written as `14`, `1,500 troops` or `8.5 %`.
    """
    frame: str | None = None
    values = []
    for text in texts:
        shown = markup.inline_plain(text).strip()
        numbers = _NUMBER.findall(shown)
        if len(numbers) != 1:
            return None
        # "1 mission" and "14 missions" differ only in the number.
        around = _NUMBER.sub("#", shown, count=1).casefold().rstrip("s.")
        if frame is not None and around != frame:
            return None
        frame = around
        values.append(Decimal(re.sub(r"[, \u00a0\u2009\u202f]", "", numbers[0]).replace("−", "-")))
    return tuple(values) if values else None


def _fixed_order(question: Choice | Multiple) -> tuple[int, ...]:
    """Return the order in all exports: as written, or ascending numbers; empty if shuffled."""
    if not question.shuffle:
        return tuple(range(len(question.options)))
    task = Options(question.options)
    numeric = ascending([question.options[index].text for index in task.free])
    return task.around_pins([task.free[at] for at in numeric]) if numeric else ()


def key_is_longest(question: Question) -> bool:
    """Return whether the key of a single-choice question is longer than every other option."""
    if not isinstance(question, Choice):
        return False
    lengths = [
        (len(markup.inline_plain(option.text)), option.correct) for option in question.options
    ]
    longest = max(length for length, _ in lengths)
    return [correct for length, correct in lengths if length == longest] == [True]
