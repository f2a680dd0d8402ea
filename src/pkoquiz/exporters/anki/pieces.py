"""Pieces of HTML on cards: options, lists, replies, gaps, and folded content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from pkoquiz import markup
from pkoquiz.exporters.anki import phrases
from pkoquiz.exporters.feedback import block_html, escaped
from pkoquiz.language import decimal, say
from pkoquiz.markup import MediaHtml
from pkoquiz.model.answers import Options, Reply
from pkoquiz.model.parts import Criterion, Option, number
from pkoquiz.model.question import cloze_parts

# --- orders ---------------------------------------------------------------------------------------


def shown_options(question_id: str, task: Options) -> list[Option]:
    """Return the options as a card shows them without a script.

    They are shuffled, so that the right one has no preferred place, unless their order is fixed.
    """
    options = task.options
    free = sorted(task.free, key=lambda index: _scattering(question_id, options[index].text))
    return [options[index] for index in task.order or task.around_pins(free)]


def scattered(seed: str, texts: Iterable[str]) -> list[str]:
    """Return texts in an order that depends only on the seed and the texts."""
    return sorted(texts, key=lambda text: _scattering(seed, text))


def _scattering(seed: str, text: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{text}".encode(errors="replace")).digest()


# --- options and lists ----------------------------------------------------------------------------


def folded(title: str, content: str) -> str:
    """Return content that is folded below a line, or nothing if there is no content."""
    if not content:
        return ""
    # Without the class, AnkiMobile takes a tap for an answer.
    summary = f'<summary class="tappable">{title}</summary>'
    return f'<details class="pko-fold">{summary}<div>{content}</div></details>'


def instruction(text: str) -> str:
    """Return the instruction for a question as a line above or below it."""
    return f'<div class="pko-ask">{text}</div>'


def not_asked() -> str:
    """Return the notice on the card of a part that is no longer asked."""
    return f'<div class="pko-withdrawn">{say(phrases.NOT_ASKED)}</div>'


def option_list(options: Sequence[Option], media: MediaHtml, attributes: str = "") -> str:
    """Return the options; a script can shuffle them and let the learner choose."""
    items = "".join(
        f'<li data-option="{index}"{" data-pin" if option.pin else ""}>'
        f"{markup.inline_html(option.text, media)}</li>"
        for index, option in enumerate(options)
    )
    return f'<ul class="pko-options"{attributes}>{items}</ul>'


def marked_options(options: Sequence[Option], media: MediaHtml) -> str:
    """Return the options marked as right or wrong, with their feedback."""
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


def choice_list(items: Iterable[str]) -> str:
    """Return the choices without interaction."""
    return f'<ul class="pko-options">{_items(items)}</ul>'


def also_accepted(others: Sequence[Reply]) -> str:
    """Return a line with the other answers that earn all points."""
    answers = "; ".join(escaped(reply.answer) for reply in others if reply.credit == 100)
    return small_print(say(phrases.ALSO_ACCEPTED, answers=answers)) if answers else ""


def small_print(text: str) -> str:
    """Return a line below an answer."""
    return f'<div class="pko-also">{text}</div>'


def reply_list(others: Iterable[Reply], any_other: str, media: MediaHtml) -> str:
    """Return the answers that have feedback or do not earn all points."""
    items = []
    for reply in others:
        if reply.said or reply.credit < 100:
            credit = f" {say(phrases.CREDIT, credit=reply.credit)}"
            items.append(
                f"<b>{escaped(reply.answer) or any_other}</b>"
                f"{credit if 0 < reply.credit < 100 else ''} {block_html(reply.said, media)}"
            )
    return bullets(items) if items else ""


def rubric(criteria: Sequence[Criterion], media: MediaHtml) -> str:
    """Return the rubric, or nothing if there is none."""
    lines = bullets(
        f"{markup.inline_html(line.text, media)} ({decimal(number(line.points))})"
        for line in criteria
    )
    return f'<div class="pko-rubric">{lines}</div>' if criteria else ""


def bullets(items: Iterable[str]) -> str:
    """Return an unordered list."""
    return f"<ul>{_items(items)}</ul>"


def numbered(items: Iterable[str]) -> str:
    """Return an ordered list."""
    return f"<ol>{_items(items)}</ol>"


def _items(items: Iterable[str]) -> str:
    return "".join(f"<li>{item}</li>" for item in items)


def minus(text: str) -> str:
    """Return a number with a typographic minus sign."""
    return text.replace("-", "−")


# --- gaps -----------------------------------------------------------------------------------------


def with_gaps(stem: str, gaps: Sequence[str], media: MediaHtml) -> str:
    """Return the stem of a cloze with HTML in its gaps.

    Each gap is first replaced by a word that Markdown leaves alone and that the author did not use.
    A gap inside a tag (in the description of a picture) becomes an ellipsis: no card can hide it.
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
