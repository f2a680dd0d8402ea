"""The content of a card's fields as HTML, for each shape of card and each task.

Recall comes first: the front asks, the options are folded away below it, and the back gives the
answer in words. What the author wrote for learners who made a mistake (feedback, typical mistakes,
partial credit) is folded away below the answer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from pkoquiz import markup
from pkoquiz.exporters.anki import phrases
from pkoquiz.exporters.anki.text import gap_tag
from pkoquiz.exporters.feedback import block_html, escaped, replies_by_blank
from pkoquiz.markup import MediaHtml
from pkoquiz.model.answers import (
    Blank,
    Blanks,
    Number,
    Options,
    Pairs,
    Recall,
    Reply,
    Steps,
    Task,
    Verdict,
    Written,
    replies,
)
from pkoquiz.model.parts import Criterion, Option, number
from pkoquiz.model.question import Question, cloze_parts


@dataclass(frozen=True, slots=True)
class CardFields:
    """HTML of the fields that differ between tasks; a field without content is empty."""

    front: str
    answer: str = ""
    options: str = ""
    explanation: str = ""
    feedback: str = ""


# --- shapes of cards ------------------------------------------------------------------------------


def recall_card(question: Question, task: Task, media: MediaHtml) -> CardFields:
    """Return a question as one recall card, in the author's `card` wording if there is one."""
    explanation = block_html(question.explain, media)
    if question.card is None:
        card = _task_card(question, task, media)
        return replace(card, explanation=card.explanation + explanation)
    exam_question = ""
    if not isinstance(task, Recall):
        exam_question = markup.html(question.stem, media) + _key(question, task, media)
    return CardFields(
        front=markup.html(question.card.front, media),
        answer=markup.html(question.card.back, media),
        explanation=explanation,
        feedback=folded(phrases.EXAM_QUESTION, exam_question),
    )


def _key(question: Question, task: Task, media: MediaHtml) -> str:
    if isinstance(task, Options):
        return _marked_options(shown_options(question.id, task), media)
    card = _task_card(question, task, media)
    return f'<div class="pko-key">{card.answer}</div>{card.explanation}{card.feedback}'


def choice_card(question: Question, task: Options, media: MediaHtml) -> CardFields:
    """Return a question as a card to choose on: options in view, with feedback on the back."""
    options = shown_options(question.id, task)
    keys = [markup.inline_html(option.text, media) for option in options if option.correct]
    attributes = " data-several" * task.several + " data-fixed" * bool(task.order)
    stem = markup.html(question.stem, media)
    return CardFields(
        front=stem + (_instruction(phrases.CHOOSE_ALL) if task.several else ""),
        options=_option_list(options, media, attributes),
        answer=_bullets(keys) if task.several else keys[0],
        explanation=block_html(question.explain, media),
        feedback=_marked_options(options, media),
    )


def pair_cards(question: Question, task: Pairs, media: MediaHtml) -> list[CardFields]:
    """Return a card for each premise; all responses are folded away below it."""
    stem = markup.html(question.stem, media)
    whole = _task_card(question, task, media)
    explanation = block_html(question.explain, media)
    return [
        CardFields(
            front=_part_front(stem, markup.inline_html(pair.premise, media)),
            options=whole.options,
            answer=escaped(pair.response),
            explanation=block_html(pair.feedback, media) + explanation,
            feedback=folded(phrases.ALL_PAIRS, whole.answer),
        )
        for pair in task.pairs
    ]


def step_cards(question: Question, task: Steps, media: MediaHtml) -> list[CardFields]:
    """Return a card for each step: it shows the steps before and asks what comes next."""
    stem = markup.html(question.stem, media)
    html = {step: markup.inline_html(step, media) for step in task.steps}
    steps = list(html.values())
    explanation = block_html(question.explain, media)
    cards = []
    for index, step in enumerate(steps):
        before = f'<div class="pko-so-far">{_numbered(steps[:index])}</div>' if index else ""
        rest = scattered(question.id, task.steps[index:])
        ask = phrases.NEXT_STEP if index else phrases.FIRST_STEP
        card = CardFields(
            front=_part_front(stem, ask, before),
            options=_choices(html[text] for text in rest) if len(rest) > 1 else "",
            answer=step,
            explanation=explanation,
            feedback=folded(phrases.WHOLE_ORDER, _numbered(steps)),
        )
        cards.append(card)
    return cards


def withdrawn_part_card(question: Question, words: str, media: MediaHtml) -> CardFields:
    """Return the card of a pair or step that is no longer asked; `words` is how it was called."""
    stem = markup.html(question.stem, media)
    return CardFields(_part_front(stem, escaped(words)), answer=phrases.NOT_ASKED)


def _part_front(stem: str, focus: str, between: str = "") -> str:
    """Return the front of a card about one part: the stem in small print, then what is asked."""
    return f'<div class="pko-context">{stem}</div>{between}<div class="pko-focus">{focus}</div>'


def cloze_card(
    question: Question, task: Blanks, numbers: Sequence[str], media: MediaHtml
) -> CardFields:
    """Return a text with Anki's own gaps; `numbers` are the numbers of their cards."""
    gaps = [
        gap_tag(number, _best(blank), markup.inline_plain(blank.hint) if blank.hint else "")
        for number, blank in zip(numbers, task.blanks, strict=True)
    ]
    return CardFields(
        front=with_gaps(question.stem, gaps, media),
        explanation=block_html(question.explain, media),
        feedback=_gap_feedback(question, media),
    )


# --- tasks ----------------------------------------------------------------------------------------


def _task_card(question: Question, task: Task, media: MediaHtml) -> CardFields:
    """Return a recall card; its explanation is what belongs to the task, such as a calculation."""
    stem = markup.html(question.stem, media)
    match task:
        case Options(several=True):
            options = shown_options(question.id, task)
            keys = [option for option in options if option.correct]
            return CardFields(
                front=stem,
                options=_option_list(options, media),
                answer=_bullets(markup.inline_html(option.text, media) for option in keys),
                feedback=folded(phrases.ALL_OPTIONS, _marked_options(options, media)),
            )
        case Options():
            options = shown_options(question.id, task)
            key = next(option for option in options if option.correct)
            others = [option for option in options if not option.correct]
            return CardFields(
                front=stem,
                options=_option_list(options, media),
                answer=markup.inline_html(key.text, media),
                explanation=block_html(key.feedback, media),
                feedback=folded(phrases.OTHER_OPTIONS, _marked_options(others, media)),
            )
        case Verdict(right=right, if_true=if_true, if_false=if_false):
            on_right, on_wrong = (if_true, if_false) if right else (if_false, if_true)
            return CardFields(
                front=_instruction(phrases.TRUE_OR_FALSE) + stem,
                answer=phrases.VERDICTS[right],
                explanation=block_html(on_right, media),
                feedback=folded(phrases.IF_YOU_SAID[not right], block_html(on_wrong, media)),
            )
        case Pairs(pairs=pairs, responses=responses):
            premises = [markup.inline_html(pair.premise, media) for pair in pairs]
            return CardFields(
                front=stem + _bullets(premises),
                options=_choices(map(escaped, scattered(question.id, responses))),
                answer=_bullets(
                    f"{premise} → {escaped(pair.response)}"
                    for premise, pair in zip(premises, pairs, strict=True)
                ),
                explanation="".join(block_html(pair.feedback, media) for pair in pairs),
            )
        case Steps(steps=steps):
            rest = scattered(question.id, steps)
            return CardFields(
                front=stem,
                options=_choices(markup.inline_html(step, media) for step in rest),
                answer=_numbered(markup.inline_html(step, media) for step in steps),
            )
        case Blanks(blanks=blanks, in_stem=True):
            answers = [f"<b>{escaped(_best(blank))}</b>" for blank in blanks]
            return CardFields(
                front=with_gaps(question.stem, ["<b>[…]</b>"] * len(blanks), media),
                answer=with_gaps(question.stem, answers, media),
                feedback=_gap_feedback(question, media),
            )
        case Blanks():
            return _short_answer_card(question, stem, (), media)
        case Written(short=Blank(), rubric=rubric):
            return _short_answer_card(question, stem, rubric, media)
        case Written(rubric=rubric, model=model):
            return CardFields(
                front=stem + _instruction(phrases.MAIN_POINTS),
                answer=_rubric(rubric, media),
                feedback=folded(phrases.MODEL_ANSWER, markup.html(model, media)),
            )
        case Number(value=value, unit=unit, working=working):
            low, high = map(_minus, map(number, task.bounds))
            span = _also(phrases.WITHIN_TOLERANCE.format(low=low, high=high))
            mistakes = [replace(reply, answer=_minus(reply.answer)) for reply in replies(question)]
            return CardFields(
                front=stem,
                answer=_minus(number(value))
                + (f" {escaped(unit)}" if unit else "")
                + (span if task.tolerance else ""),
                explanation=block_html(working, media),
                feedback=folded(
                    phrases.TYPICAL_MISTAKES, _reply_list(mistakes, phrases.ANY_OTHER_NUMBER, media)
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
        answer=escaped(best.answer) + _also_right(others) + _rubric(rubric, media),
        explanation=block_html(best.said, media),
        feedback=folded(
            phrases.OTHER_ANSWERS, _reply_list(others, phrases.ANY_OTHER_ANSWER, media)
        ),
    )


# --- gaps -----------------------------------------------------------------------------------------


def _best(blank: Blank) -> str:
    return blank.answers[0].text


def with_gaps(stem: str, gaps: Sequence[str], media: MediaHtml) -> str:
    """Return the stem of a cloze with HTML in its gaps.

    Each gap is first a word that Markdown does not touch and that the author did not write. A gap
    inside a tag (in the description of a picture) becomes an ellipsis: no card can hide it.
    """
    word = "PKOGAP"
    while word in stem:
        word += "X"
    marked = "".join(
        f"{word}{part}Z" if isinstance(part, int) else part for part in cloze_parts(stem)
    )
    html = re.sub(
        r"<[^>]*>", lambda tag: re.sub(rf"{word}\d+Z", "…", tag[0]), markup.html(marked, media)
    )
    return re.sub(rf"{word}(\d+)Z", lambda match: gaps[int(match[1]) - 1], html)


def _gap_feedback(question: Question, media: MediaHtml) -> str:
    feedback = ""
    for best, *others in replies_by_blank(question):
        also_right = _also_right(others)
        listed = _reply_list(others, phrases.ANY_OTHER_ANSWER, media)
        if also_right or listed:
            answer = f"<b>{escaped(best.answer)}</b>"
            feedback += f"<p>{phrases.INSTEAD_OF.format(answer=answer)}</p>{also_right}{listed}"
    return folded(phrases.OTHER_ANSWERS, feedback)


# --- orders ---------------------------------------------------------------------------------------


def shown_options(question_id: str, task: Options) -> list[Option]:
    """Return the options as a card shows them without a script.

    They are scattered, so that the right one has no preferred place, unless their order is fixed.
    """
    options = task.options
    free = sorted(task.free, key=lambda index: _scattering(question_id, options[index].text))
    return [options[index] for index in task.order or task.around_pins(free)]


def scattered(seed: str, texts: Iterable[str]) -> list[str]:
    """Return texts in an order that depends on nothing but the seed and the texts."""
    return sorted(texts, key=lambda text: _scattering(seed, text))


def _scattering(seed: str, text: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{text}".encode(errors="replace")).digest()


# --- pieces of HTML -------------------------------------------------------------------------------


def folded(title: str, content: str) -> str:
    """Return content below a line that unfolds it, or nothing if there is no content."""
    if not content:
        return ""
    summary = f"<summary>{title}</summary>"
    return f'<details class="pko-fold">{summary}<div>{content}</div></details>'


def _instruction(text: str) -> str:
    return f'<div class="pko-ask">{text}</div>'


def _option_list(options: Sequence[Option], media: MediaHtml, attributes: str = "") -> str:
    items = "".join(
        f'<li data-option="{index}"{" data-pin" if option.pin else ""}>'
        f"{markup.inline_html(option.text, media)}</li>"
        for index, option in enumerate(options)
    )
    return f'<ul class="pko-options"{attributes}>{items}</ul>'


def _marked_options(options: Sequence[Option], media: MediaHtml) -> str:
    items = []
    for index, option in enumerate(options):
        name, mark = ("pko-right", "✓") if option.correct else ("pko-wrong", "×")
        feedback = block_html(option.feedback, media)
        items.append(
            f'<li data-option="{index}" class="{name}"><span class="pko-mark">{mark}</span>'
            + markup.inline_html(option.text, media)
            + (f'<div class="pko-why">{feedback}</div>' if feedback else "")
            + "</li>"
        )
    return f'<ul class="pko-options">{"".join(items)}</ul>'


def _choices(items: Iterable[str]) -> str:
    return f'<ul class="pko-options">{_items(items)}</ul>'


def _also_right(others: Sequence[Reply]) -> str:
    answers = "; ".join(escaped(reply.answer) for reply in others if reply.credit == 100)
    return _also(phrases.ALSO_RIGHT.format(answers=answers)) if answers else ""


def _also(text: str) -> str:
    return f'<div class="pko-also">{text}</div>'


def _reply_list(others: Iterable[Reply], any_other: str, media: MediaHtml) -> str:
    """List the answers that have feedback or do not earn all points."""
    items = []
    for reply in others:
        if reply.said or reply.credit < 100:
            credit = f" {phrases.CREDIT.format(credit=reply.credit)}"
            items.append(
                f"<b>{escaped(reply.answer) or any_other}</b>"
                f"{credit if 0 < reply.credit < 100 else ''} {block_html(reply.said, media)}"
            )
    return _bullets(items) if items else ""


def _rubric(rubric: Sequence[Criterion], media: MediaHtml) -> str:
    lines = _bullets(
        f"{markup.inline_html(line.text, media)} ({number(line.points)})" for line in rubric
    )
    return f'<div class="pko-rubric">{lines}</div>' if rubric else ""


def _bullets(items: Iterable[str]) -> str:
    return f"<ul>{_items(items)}</ul>"


def _numbered(items: Iterable[str]) -> str:
    return f"<ol>{_items(items)}</ol>"


def _items(items: Iterable[str]) -> str:
    return "".join(f"<li>{item}</li>" for item in items)


def _minus(text: str) -> str:
    return text.replace("-", "−")
