"""What stands on the two sides of a card, for each type of question, as HTML.

Recall comes first: the front asks, the options are folded away under it, and the back gives the answer as
words. What an author wrote for a learner who errs (feedback, typical slips, partial credit) is folded away
behind the answer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import assert_never

from pkoquiz import markup
from pkoquiz.exporters.anki.text import gap, plain
from pkoquiz.markup import MediaHtml
from pkoquiz.model.answers import task_of
from pkoquiz.model.parts import Accepted, Criterion, Mistake, Option, number
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
    cloze_parts,
)


@dataclass(frozen=True, slots=True)
class Sides:
    """HTML of the fields that differ between types; those without content are empty."""

    front: str
    answer: str = ""
    options: str = ""
    explanation: str = ""
    feedback: str = ""


def recall(question: Question, media: MediaHtml) -> Sides:
    """A question as one recall card, in the author's `card` wording where there is one."""
    sides = _recall(question, media)
    explain = _told(question.explain, media)
    if question.card is None:
        return replace(sides, explanation=sides.explanation + explain)
    exam = markup.html(question.stem, media)
    match question:
        case Choice() | Multiple():
            exam += _marked(options_in_order(question), media)
        case _:
            exam += f'<div class="pko-key">{sides.answer}</div>{sides.explanation}{sides.feedback}'
    return Sides(
        front=markup.html(question.card.front, media),
        answer=markup.html(question.card.back, media),
        explanation=explain,
        feedback="" if isinstance(question, Flashcard) else fold("As an exam question", exam),
    )


def _recall(question: Question, media: MediaHtml) -> Sides:
    """The sides but for the common explanation: `explanation` is what belongs to the type, as a calculation does."""
    stem = markup.html(question.stem, media)
    match question:
        case Choice():
            options = options_in_order(question)
            key = next(option for option in options if option.correct)
            others = _marked([option for option in options if not option.correct], media)
            return Sides(
                front=stem,
                options=_listed(options, media),
                answer=markup.inline_html(key.text, media),
                explanation=_told(key.feedback, media),
                feedback=fold("The other options", others),
            )
        case Multiple():
            options = options_in_order(question)
            keys = [option for option in options if option.correct]
            return Sides(
                front=stem,
                options=_listed(options, media),
                answer=_bullets(markup.inline_html(option.text, media) for option in keys),
                feedback=fold("All options", _marked(options, media)),
            )
        case TrueFalse():
            right = question.feedback.true if question.answer else question.feedback.false
            other = question.feedback.false if question.answer else question.feedback.true
            return Sides(
                front=f'<div class="pko-ask">True or false, and why?</div>{stem}',
                answer="True." if question.answer else "False.",
                explanation=_told(right, media),
                feedback=fold(
                    f"If you said {'false' if question.answer else 'true'}", _told(other, media)
                ),
            )
        case Matching():
            pairs = _bullets(
                f"{markup.inline_html(pair.premise, media)} → {plain(pair.response)}"
                for pair in question.pairs
            )
            told = "".join(_told(pair.feedback, media) for pair in question.pairs)
            responses = [*{pair.response: None for pair in question.pairs}, *question.extras]
            return Sides(
                front=stem
                + _bullets(markup.inline_html(pair.premise, media) for pair in question.pairs),
                options=_plain_list(scattered(question.id, responses)),
                answer=pairs,
                explanation=told,
            )
        case Ordering():
            return Sides(
                front=stem,
                options=_html_list(
                    markup.inline_html(step, media)
                    for step in scattered(question.id, question.sequence)
                ),
                answer=_numbered(question.sequence, media),
            )
        case ShortAnswer():
            return Sides(
                front=stem,
                answer=plain(question.answers[0].text)
                + _also(question.answers)
                + _rubric(question.rubric, media),
                explanation=_told(question.answers[0].feedback, media),
                feedback=fold(
                    "Other answers",
                    _replies(question.answers, question.wrong, question.otherwise, media),
                ),
            )
        case Numerical():
            low, high = question.answer - question.tolerance, question.answer + question.tolerance
            unit = f" {plain(question.unit)}" if question.unit else ""
            span = (
                f'<div class="pko-also">{_number(low)} to {_number(high)} counts as right</div>'
                if question.tolerance
                else ""
            )
            slips = "".join(
                f"<li><b>{_number(slip.value)}</b> {_told(slip.feedback, media)}</li>"
                for slip in question.wrong
            )
            if question.otherwise:
                slips += f"<li><b>Any other number</b> {_told(question.otherwise, media)}</li>"
            return Sides(
                front=stem,
                answer=f"{_number(question.answer)}{unit}{span}",
                explanation=_told(question.working, media),
                feedback=fold("Typical slips", f"<ul>{slips}</ul>" if slips else ""),
            )
        case Cloze():
            gaps = [plain(each.answers[0].text) for each in question.gaps]
            return Sides(
                front=with_gaps(question, ["<b>[…]</b>"] * len(gaps), media),
                answer=with_gaps(question, [f"<b>{answer}</b>" for answer in gaps], media),
                feedback=gap_feedback(question, media),
            )
        case Essay():
            return Sides(
                front=f'{stem}<div class="pko-ask">Name the main points of your answer.</div>',
                answer=_rubric(question.rubric, media),
                feedback=fold("A model answer", markup.html(question.model_answer, media)),
            )
        case Flashcard():
            return Sides(front=stem, answer=markup.html(question.answer, media))
        case _:
            assert_never(question)


def choice(question: Choice | Multiple, media: MediaHtml) -> Sides:
    """A question as a card to choose on: the options stand open, each with its feedback on the back."""
    options = options_in_order(question)
    keys = [markup.inline_html(option.text, media) for option in options if option.correct]
    front = markup.html(question.stem, media)
    several = isinstance(question, Multiple)
    attributes = (" data-several" if several else "") + (
        " data-fixed" if task_of(question).order else ""
    )
    return Sides(
        front=front + ('<div class="pko-ask">Choose all that apply.</div>' if several else ""),
        options=_listed(options, media, attributes),
        answer=_bullets(keys) if several else keys[0],
        explanation=_told(question.explain, media),
        feedback=_marked(options, media),
    )


def pair(question: Matching, index: int, media: MediaHtml) -> Sides:
    """One premise of a matching question; all responses are folded away under it."""
    whole = _recall(question, media)
    this = question.pairs[index]
    return Sides(
        front=part_front(question, markup.inline_html(this.premise, media), media),
        options=whole.options,
        answer=plain(this.response),
        explanation=_told(this.feedback, media) + _told(question.explain, media),
        feedback=fold("All pairs", whole.answer),
    )


def step(question: Ordering, index: int, media: MediaHtml) -> Sides:
    """One step of an ordering question: what came before is shown, what comes next is asked."""
    whole = _recall(question, media)
    before, after = question.sequence[:index], question.sequence[index:]
    asked = "What comes next?" if before else "What comes first?"
    so_far = f'<div class="pko-so-far">{_numbered(before, media)}</div>' if before else ""
    return replace(
        whole,
        front=f'<div class="pko-context">{markup.html(question.stem, media)}</div>{so_far}<div class="pko-focus">{asked}</div>',
        options=_html_list(
            markup.inline_html(each, media) for each in scattered(question.id, after)
        )
        if len(after) > 1
        else "",
        answer=markup.inline_html(question.sequence[index], media),
        explanation=_told(question.explain, media),
        feedback=fold("The whole order", whole.answer),
    )


def part_front(question: Question, focus: str, media: MediaHtml) -> str:
    """The stem small, and under it the part that is asked."""
    return f'<div class="pko-context">{markup.html(question.stem, media)}</div><div class="pko-focus">{focus}</div>'


def cloze(question: Cloze, numbers: Sequence[str], media: MediaHtml) -> Sides:
    """A text with Anki's own gaps; `numbers` says which card each gap is on."""
    gaps = [
        gap(number, each.answers[0].text, markup.inline_plain(each.hint) if each.hint else "")
        for number, each in zip(numbers, question.gaps, strict=True)
    ]
    return Sides(
        front=with_gaps(question, gaps, media),
        explanation=_told(question.explain, media),
        feedback=gap_feedback(question, media),
    )


def with_gaps(question: Cloze, gaps: Sequence[str], media: MediaHtml) -> str:
    """The stem with HTML in its gaps.

    Markdown sees a word that it leaves alone and that no author wrote. A gap that landed inside a tag (the
    description of a picture) is left as an ellipsis: no card can hide it.
    """
    word = "PKOGAP"
    while word in question.stem:
        word += "X"
    marked = "".join(
        f"{word}{part}Z" if isinstance(part, int) else part for part in cloze_parts(question.stem)
    )
    shown = re.sub(
        r"<[^>]*>", lambda tag: re.sub(rf"{word}\d+Z", "…", tag[0]), markup.html(marked, media)
    )
    return re.sub(rf"{word}(\d+)Z", lambda match: gaps[int(match[1]) - 1], shown)


def gap_feedback(question: Cloze, media: MediaHtml) -> str:
    """What else is accepted in the gaps, and what to say to wrong answers."""
    told = ""
    for each in question.gaps:
        also = _also(each.answers)
        replies = _replies(each.answers, each.wrong, "", media)
        if also or replies:
            told += f"<p>Instead of <b>{plain(each.answers[0].text)}</b>:</p>{also}{replies}"
    return fold("Other answers", told)


def fold(title: str, content: str) -> str:
    """Content behind a line to tap on; nothing where there is no content."""
    return (
        f'<details class="pko-fold"><summary>{title}</summary><div>{content}</div></details>'
        if content
        else ""
    )


def options_in_order(question: Choice | Multiple) -> list[Option]:
    """Options as the card shows them before any script runs: scattered, so that the key has no favourite place."""
    task = task_of(question)
    fixed = task.order
    if fixed:
        return [question.options[index] for index in fixed]
    places = {option.text: index for index, option in enumerate(question.options)}
    free = scattered(question.id, [option.text for option in question.options if not option.pin])
    return [question.options[index] for index in task.around_pins([places[text] for text in free])]


def scattered(seed: str, texts: Iterable[str]) -> list[str]:
    """Texts in an order that depends on nothing but the seed and the texts."""
    return sorted(
        texts, key=lambda text: hashlib.sha256(f"{seed}\0{text}".encode(errors="replace")).digest()
    )


def _listed(options: Sequence[Option], media: MediaHtml, attributes: str = "") -> str:
    items = "".join(
        f'<li data-option="{index}"{" data-pin" if option.pin else ""}>{markup.inline_html(option.text, media)}</li>'
        for index, option in enumerate(options)
    )
    return f'<ul class="pko-options"{attributes}>{items}</ul>'


def _marked(options: Sequence[Option], media: MediaHtml) -> str:
    items = []
    for index, option in enumerate(options):
        name, mark = ("pko-right", "✓") if option.correct else ("pko-wrong", "×")
        why = (
            f'<div class="pko-why">{markup.html(option.feedback, media)}</div>'
            if option.feedback
            else ""
        )
        text = markup.inline_html(option.text, media)
        items.append(
            f'<li data-option="{index}" class="{name}"><span class="pko-mark">{mark}</span>{text}{why}</li>'
        )
    return f'<ul class="pko-options">{"".join(items)}</ul>'


def _told(text: str, media: MediaHtml) -> str:
    return markup.html(text, media) if text else ""


def _also(answers: Sequence[Accepted]) -> str:
    others = [plain(answer.text) for answer in answers[1:] if answer.credit == 100]
    return f'<div class="pko-also">Also right: {"; ".join(others)}</div>' if others else ""


def _replies(
    answers: Sequence[Accepted], wrong: Sequence[Mistake], otherwise: str, media: MediaHtml
) -> str:
    items = [
        f"<li><b>{plain(answer.text)}</b>{f' ({answer.credit} %)' if answer.credit < 100 else ''} {_told(answer.feedback, media)}</li>"
        for answer in answers[1:]
        if answer.feedback or answer.credit < 100
    ]
    items += [f"<li><b>{plain(slip.text)}</b> {_told(slip.feedback, media)}</li>" for slip in wrong]
    items += [f"<li><b>Anything else</b> {_told(otherwise, media)}</li>"] if otherwise else []
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _rubric(rubric: Sequence[Criterion], media: MediaHtml) -> str:
    lines = _bullets(
        f"{markup.inline_html(line.text, media)} ({_number(line.points)})" for line in rubric
    )
    return f'<div class="pko-rubric">{lines}</div>' if rubric else ""


def _bullets(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _numbered(steps: Sequence[str], media: MediaHtml) -> str:
    return f"<ol>{''.join(f'<li>{markup.inline_html(step, media)}</li>' for step in steps)}</ol>"


def _plain_list(texts: Iterable[str]) -> str:
    return _html_list(plain(text) for text in texts)


def _html_list(items: Iterable[str]) -> str:
    return f'<ul class="pko-options">{"".join(f"<li>{item}</li>" for item in items)}</ul>'


def _number(value: Decimal) -> str:
    return number(value).replace("-", "−")
