"""Cards that are hard to learn from: long answers, lists, prompts that refer to something absent.

The rules follow Wozniak's twenty rules (minimum information, no enumerations) and Matuschak's guide
to prompts (focused, effortful). They check the texts that become cards unchanged: flashcards, the
`card` of other questions, and clozes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pkoquiz.diagnostics import Diagnostic, Place, info, warning
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Cloze, Flashcard, Question, cloze_parts
from pkoquiz.words import words

LONG = 15
"""The largest number of words in an answer that is still one fact."""

_ENTRY = re.compile(r"^[ \t]*(?:[-*+]|\d+\.)\s", re.MULTILINE)
_YES_NO = re.compile(r"^(?:yes|no|true|false|correct|incorrect)\b[.,]?", re.IGNORECASE)
_REFERENCE = re.compile(
    r"\b(?:the (?:above|following|lecture above|passage|previous)|of these|of the following"
    r"|listed (?:above|below)|shown (?:above|below|here)"
    r"|this (?:slide|picture|graph|map|chart|photo|cartoon))\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"^(?:he|she|it|they|his|her|its|their|this|that|these|those)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Card:
    """The two sides of a card, and where each is written."""

    id: str
    front: str
    front_place: Place
    back: str
    back_place: Place


def unwieldy_cards(bank: Bank) -> Iterator[Diagnostic]:
    """D01 to D04: cards that are hard to learn from."""
    for question in _learnt(bank):
        if card := _card(question):
            yield from _long_answer(card)
            yield from _yes_or_no(card)
            yield from _incomplete_prompt(card)
        if isinstance(question, Cloze):
            yield from _visible_answers(question)


def repeated_cards(bank: Bank) -> Iterator[Diagnostic]:
    """D05: cards that ask the same."""
    seen: dict[tuple[frozenset[str], tuple[str, ...]], str] = {}
    for question in _learnt(bank):
        if card := _card(question):
            sides = frozenset(words(card.front)), tuple(words(card.back))
            if sides in seen:
                place = question.place.into("card") if question.card else question.place
                message = f"the same card as in `{seen[sides]}`"
                yield info("D05", message, place, "delete one of the two", card.id)
            seen.setdefault(sides, card.id)


def _learnt(bank: Bank) -> Iterator[Question]:
    return (question for question in bank.questions if question.status != "retired")


def _card(question: Question) -> _Card | None:
    """Return the card that the question makes as written, if it makes one."""
    if question.card is not None:
        place, card = question.place.into("card"), question.card
        return _Card(question.id, card.front, place.into("front"), card.back, place.into("back"))
    if isinstance(question, Flashcard):
        front, back = question.place.into("stem"), question.place.into("answer")
        return _Card(question.id, question.stem, front, question.answer, back)
    return None


def _long_answer(card: _Card) -> Iterator[Diagnostic]:
    """D01: an answer that is a list, or too long."""
    count = len(words(card.back))
    if len(_ENTRY.findall(card.back)) >= 3:
        hint = "make a card for each entry, or a cloze"
        yield warning("D01", "the answer is a list", card.back_place, hint, card.id)
    elif count > LONG:
        hint = f"give one fact in at most {LONG} words, and put the rest into `explain`"
        yield warning("D01", f"the answer has {count} words", card.back_place, hint, card.id)


def _yes_or_no(card: _Card) -> Iterator[Diagnostic]:
    """D02: an answer that begins with yes or no."""
    if _YES_NO.match(card.back.strip().lstrip("*_")):
        hint = "ask for the fact itself, or for the reason"
        yield warning("D02", "the answer is yes or no", card.back_place, hint, card.id)


def _incomplete_prompt(card: _Card) -> Iterator[Diagnostic]:
    """D03: a front that refers to something that is not on the card."""
    text = card.front.strip().lstrip("*_")
    if match := _REFERENCE.search(text) or _PRONOUN.match(text):
        message = f"“{match[0]}” refers to something that is not on the card"
        hint = "say what is meant, and who said it"
        yield warning("D03", message, card.front_place, hint, card.id)


def _visible_answers(question: Cloze) -> Iterator[Diagnostic]:
    """D04: the answer to a gap can be read elsewhere in the text."""
    parts = cloze_parts(question.stem)
    around = " ".join(part if isinstance(part, str) else "\n" for part in parts)
    visible = f" {' '.join(words(around))} "
    for index, gap in enumerate(question.gaps):
        answer = " ".join(words(gap.answers[0].text))
        if len(answer) >= 4 and f" {answer} " in visible:
            message = f"the answer “{gap.answers[0].text}” also appears outside the gap"
            place = question.place.into("gaps", index)
            yield warning("D04", message, place, "reword the text", question.id)
