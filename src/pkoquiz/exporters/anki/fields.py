"""The content of a card's fields as HTML, for each shape of card and each task.

Recall comes first: the front asks, the options are folded away below it, and the back gives the
answer in words. What the author wrote for learners who made a mistake (feedback, typical mistakes,
partial credit) is folded away below the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from pkoquiz import markup
from pkoquiz.editions.parts import BETWEEN
from pkoquiz.exporters import phrases as common
from pkoquiz.exporters.anki import phrases, pieces
from pkoquiz.exporters.anki.notetypes import Kind
from pkoquiz.exporters.anki.text import gap_tag
from pkoquiz.exporters.feedback import block_html, escaped, replies_by_blank
from pkoquiz.language import decimal, say
from pkoquiz.markup import MediaHtml
from pkoquiz.model.answers import (
    Blank,
    Blanks,
    Number,
    Options,
    Pairs,
    Recall,
    Steps,
    Task,
    Verdict,
    Written,
    replies,
    task_of,
)
from pkoquiz.model.ledger import Shape
from pkoquiz.model.parts import Criterion, number
from pkoquiz.model.question import Question, Term


@dataclass(frozen=True, slots=True)
class Part:
    """The card of a pair or step."""

    number: str
    prompt: str
    answer: str
    words: str
    """The text by which its citations are chosen."""
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class CardFields:
    """The fields of a note that depend on the item, as HTML; empty fields have no content."""

    front: str
    answer: str = ""
    options: str = ""
    explanation: str = ""
    feedback: str = ""
    kind: Kind = "recall"
    reverse: str = ""
    """The question on the second card of a term."""
    parts: tuple[Part, ...] = ()
    ordinals: tuple[int, ...] = (0,)
    """Ordinals of its cards in Anki: the template, or the number of the gap less 1."""


# --- shapes of cards ------------------------------------------------------------------------------


def card_fields(
    item: Question | Term,
    shape: Shape,
    numbers: Sequence[str],
    dropped: Mapping[str, str],
    media: MediaHtml,
) -> CardFields:
    """Return the fields of the note of an item.

    `numbers` are the numbers of its parts; `dropped` maps the numbers of parts that are no longer
    asked to the words that described them.
    """
    if isinstance(item, Term):
        return _term_card(item, dropped, media)
    match shape, task_of(item):
        case "choice", Options() as task:
            return _choice_card(item, task, media)
        case "cloze", Blanks() as task:
            return _cloze_card(item, task, numbers, media)
        case "parts", Pairs() | Steps() as task:
            return _parts_card(item, task, numbers, dropped, media)
        case _, task:
            return _recall_card(item, task, media)


def _term_card(term: Term, dropped: Mapping[str, str], media: MediaHtml) -> CardFields:
    reverse = say(phrases.WHICH_TERM) if term.reverse else say(phrases.NOT_ASKED) if dropped else ""
    return CardFields(
        front=markup.inline_html(term.term, media),
        answer=markup.html(term.meaning, media),
        kind="term",
        reverse=reverse,
        ordinals=(0, 1) if term.reverse else (0,),
    )


def _recall_card(question: Question, task: Task, media: MediaHtml) -> CardFields:
    """Return a question as one recall card, in the author's `card` wording if there is one."""
    explanation = block_html(question.explain, media)
    if question.card is None:
        card = _task_card(question, task, media)
        return replace(card, explanation=card.explanation + explanation)
    return CardFields(
        front=markup.html(question.card.front, media),
        answer=markup.html(question.card.back, media),
        explanation=explanation,
        feedback=pieces.folded(say(phrases.EXAM_QUESTION), _exam_question(question, task, media)),
    )


def _exam_question(question: Question, task: Task, media: MediaHtml) -> str:
    """Return the question as exams ask it, with its answer; empty for a flashcard."""
    if isinstance(task, Recall):
        return ""
    stem = markup.html(question.stem, media)
    if isinstance(task, Options):
        return stem + pieces.marked_options(pieces.shown_options(question.id, task), media)
    card = _task_card(question, task, media)
    if isinstance(task, Blanks) and task.in_stem:  # its answer is the stem with its gaps filled
        stem = ""
    return f'{stem}<div class="pko-key">{card.answer}</div>{card.explanation}{card.feedback}'


def _choice_card(question: Question, task: Options, media: MediaHtml) -> CardFields:
    """Return a card with its options in view and feedback on each of them on the back."""
    options = pieces.shown_options(question.id, task)
    keys = [markup.inline_html(option.text, media) for option in options if option.correct]
    attributes = " data-several" * task.several + " data-fixed" * bool(task.order)
    stem = markup.html(question.stem, media)
    return CardFields(
        kind="choice",
        front=stem + (pieces.instruction(say(common.CHOOSE_ALL)) if task.several else ""),
        options=pieces.option_list(options, media, attributes),
        answer=pieces.bullets(keys) if task.several else keys[0],
        explanation=block_html(question.explain, media),
        feedback=pieces.marked_options(options, media),
    )


def _cloze_card(
    question: Question, task: Blanks, numbers: Sequence[str], media: MediaHtml
) -> CardFields:
    """Return a text with gaps in Anki's syntax; `numbers` are the numbers of their cards."""
    gaps = [
        gap_tag(number, _best(blank), markup.inline_plain(blank.hint) if blank.hint else "")
        for number, blank in zip(numbers, task.blanks, strict=True)
    ]
    front = pieces.with_gaps(question.stem, gaps, media)
    shown = [number for number in numbers if f'<i data-gap="{number}">' in front]
    return CardFields(
        kind="cloze",
        front=front,
        explanation=block_html(question.explain, media),
        feedback=_gap_feedback(question, media),
        ordinals=tuple(sorted(int(number) - 1 for number in shown)),
    )


def _parts_card(
    question: Question,
    task: Pairs | Steps,
    numbers: Sequence[str],
    dropped: Mapping[str, str],
    media: MediaHtml,
) -> CardFields:
    """Return a note with a card for each pair or step; Anki can bury siblings for the day."""
    whole = _task_card(question, task, media)
    if isinstance(task, Pairs):
        title, asked = say(phrases.ALL_PAIRS), _pairs_asked(task, numbers, media)
    else:
        title, asked = say(phrases.COMPLETE_ORDER), _steps_asked(task, numbers, media)
    gone = (
        Part(part, pieces.not_asked() + escaped(words.partition(BETWEEN)[0]), escaped(words), words)
        for part, words in dropped.items()
    )
    return CardFields(
        kind="parts",
        front=markup.html(question.stem, media),
        options=whole.options,
        explanation=block_html(question.explain, media),
        feedback=pieces.folded(title, whole.answer),
        parts=(*asked, *gone),
        ordinals=tuple(sorted(int(number) - 1 for number in numbers)),
    )


def _pairs_asked(task: Pairs, numbers: Sequence[str], media: MediaHtml) -> Iterator[Part]:
    """Yield the card of each premise, which asks for the response."""
    for part, pair in zip(numbers, task.pairs, strict=True):
        yield Part(
            part,
            markup.inline_html(pair.premise, media),
            escaped(pair.response),
            f"{pair.premise} {pair.response} {pair.feedback}",
            block_html(pair.feedback, media),
        )


def _steps_asked(task: Steps, numbers: Sequence[str], media: MediaHtml) -> Iterator[Part]:
    """Yield the card of each step, which shows the steps before it and asks what comes next."""
    steps = [markup.inline_html(step, media) for step in task.steps]
    for index, (part, step) in enumerate(zip(numbers, steps, strict=True)):
        before = f'<div class="pko-so-far">{pieces.numbered(steps[:index])}</div>' if index else ""
        asked = say(phrases.NEXT_STEP) if index else say(phrases.FIRST_STEP)
        yield Part(part, before + asked, step, task.steps[index])


# --- tasks ----------------------------------------------------------------------------------------


def _task_card(question: Question, task: Task, media: MediaHtml) -> CardFields:
    """Return a recall card; its explanation comes from the task, e.g. a calculation."""
    stem = markup.html(question.stem, media)
    match task:
        case Options(several=True):
            options = pieces.shown_options(question.id, task)
            keys = [option for option in options if option.correct]
            return CardFields(
                front=stem,
                options=pieces.option_list(options, media),
                answer=pieces.bullets(markup.inline_html(option.text, media) for option in keys),
                feedback=pieces.folded(
                    say(phrases.ALL_OPTIONS), pieces.marked_options(options, media)
                ),
            )
        case Options():
            options = pieces.shown_options(question.id, task)
            key = next(option for option in options if option.correct)
            others = [option for option in options if not option.correct]
            return CardFields(
                front=stem,
                options=pieces.option_list(options, media),
                answer=markup.inline_html(key.text, media),
                explanation=block_html(key.feedback, media),
                feedback=pieces.folded(
                    say(phrases.OTHER_OPTIONS), pieces.marked_options(others, media)
                ),
            )
        case Verdict(right=right, if_true=if_true, if_false=if_false):
            on_right, on_wrong = (if_true, if_false) if right else (if_false, if_true)
            return CardFields(
                front=pieces.instruction(say(phrases.TRUE_OR_FALSE)) + stem,
                answer=say(phrases.VERDICTS[right]),
                explanation=block_html(on_right, media),
                feedback=pieces.folded(
                    say(phrases.IF_YOU_SAID[not right]), block_html(on_wrong, media)
                ),
            )
        case Pairs(pairs=pairs, responses=responses):
            premises = [markup.inline_html(pair.premise, media) for pair in pairs]
            return CardFields(
                front=stem + pieces.bullets(premises),
                options=pieces.choice_list(map(escaped, pieces.scattered(question.id, responses))),
                answer=pieces.bullets(
                    f"{premise} → {escaped(pair.response)}"
                    for premise, pair in zip(premises, pairs, strict=True)
                ),
                explanation="".join(block_html(pair.feedback, media) for pair in pairs),
            )
        case Steps(steps=steps):
            rest = pieces.scattered(question.id, steps)
            return CardFields(
                front=stem,
                options=pieces.choice_list(markup.inline_html(step, media) for step in rest),
                answer=pieces.numbered(markup.inline_html(step, media) for step in steps),
            )
        case Blanks(blanks=blanks, in_stem=True):
            answers = [f"<b>{escaped(_best(blank))}</b>" for blank in blanks]
            return CardFields(
                front=pieces.with_gaps(question.stem, ["<b>[…]</b>"] * len(blanks), media),
                answer=pieces.with_gaps(question.stem, answers, media),
                feedback=_gap_feedback(question, media),
            )
        case Blanks():
            return _short_answer_card(question, stem, (), media)
        case Written(short=Blank(), rubric=rubric):
            return _short_answer_card(question, stem, rubric, media)
        case Written(rubric=rubric, model=model):
            return CardFields(
                front=stem + pieces.instruction(say(phrases.MAIN_POINTS)),
                answer=pieces.rubric(rubric, media),
                feedback=pieces.folded(say(phrases.MODEL_ANSWER), markup.html(model, media)),
            )
        case Number(value=value, unit=unit, working=working):
            low, high = (pieces.minus(decimal(number(bound))) for bound in task.bounds)
            span = pieces.small_print(say(phrases.WITHIN_TOLERANCE, low=low, high=high))
            mistakes = [
                replace(reply, answer=pieces.minus(decimal(reply.answer)))
                for reply in replies(question)
            ]
            return CardFields(
                front=stem,
                answer=pieces.minus(decimal(number(value)))
                + (f" {escaped(unit)}" if unit else "")
                + (span if task.tolerance else ""),
                explanation=block_html(working, media),
                feedback=pieces.folded(
                    say(phrases.TYPICAL_MISTAKES),
                    pieces.reply_list(mistakes, say(phrases.ANY_OTHER_NUMBER), media),
                ),
            )
        case Recall(answer=answer):
            return CardFields(front=stem, answer=markup.html(answer, media))
        case _ as never:
            assert_never(never)


def _short_answer_card(
    question: Question, stem: str, rubric: Sequence[Criterion], media: MediaHtml
) -> CardFields:
    best, *others = replies(question)
    return CardFields(
        front=stem,
        answer=escaped(best.answer) + pieces.also_accepted(others) + pieces.rubric(rubric, media),
        explanation=block_html(best.said, media),
        feedback=pieces.folded(
            say(common.OTHER_ANSWERS),
            pieces.reply_list(others, say(common.ANY_OTHER_ANSWER), media),
        ),
    )


def _best(blank: Blank) -> str:
    return blank.answers[0].text


def _gap_feedback(question: Question, media: MediaHtml) -> str:
    feedback = ""
    for best, *others in replies_by_blank(question):
        also_accepted = pieces.also_accepted(others)
        listed = pieces.reply_list(others, say(common.ANY_OTHER_ANSWER), media)
        if also_accepted or listed:
            answer = f"<b>{escaped(best.answer)}</b>"
            feedback += f"<p>{say(phrases.INSTEAD_OF, answer=answer)}</p>{also_accepted}{listed}"
    return pieces.folded(say(common.OTHER_ANSWERS), feedback)
