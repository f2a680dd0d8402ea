"""What makes a flashcard hard to learn from: long answers, lists, prompts that lean on something not there.

After Wozniak's twenty rules (minimum information, no enumerations) and Matuschak's guide to prompts
(focused, effortful). Looked at is what becomes a card as written: flashcards, `card:` wordings, clozes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pkoquiz.diagnostics import Diagnostic, Place, info, warning
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Cloze, Flashcard, Question, cloze_parts
from pkoquiz.words import words

LONG = 15
"""Words of an answer beyond which it is no longer one fact."""

_YES_NO = re.compile(r"^(?:yes|no|true|false|correct|incorrect)\b[.,]?", re.I)
_LEANS = re.compile(
    r"\b(?:the (?:above|following|lecture above|passage|previous)|of these|of the following|listed (?:above|below)|shown (?:above|below|here)|this (?:slide|picture|graph|map|chart|photo|cartoon))\b",
    re.I,
)
_PRONOUN = re.compile(r"^(?:he|she|it|they|his|her|its|their|this|that|these|those)\b", re.I)


def unwieldy_cards(bank: Bank) -> Iterator[Diagnostic]:
    """D01–D05 for every card that is not retired."""
    fronts: dict[tuple[str, frozenset[str]], str] = {}
    for question in bank.questions:
        if question.status == "retired":
            continue
        for front, back, place in _cards(question):
            yield from _answer(question, back, place)
            yield from _prompt(question, front, place)
            same = (" ".join(words(back)), frozenset(words(front)))
            if same in fronts:
                message = f"the same card as in `{fronts[same]}`"
                yield info("D05", message, place, "ask it once", question.id)
            fronts.setdefault(same, question.id)
        if isinstance(question, Cloze):
            yield from _visible(question)


def _cards(question: Question) -> Iterator[tuple[str, str, Place]]:
    if question.card is not None:
        yield question.card.front, question.card.back, question.place.into("card")
    elif isinstance(question, Flashcard):
        yield question.stem, question.answer, question.place


def _answer(question: Question, back: str, place: Place) -> Iterator[Diagnostic]:
    text = back.strip().lstrip("*_")
    count = len(words(text))
    where = place.into("back") if question.card is not None else place.into("answer")
    if len(re.findall(r"(?m)^\s*(?:[-*+]|\d+\.)\s", back)) >= 3:
        yield warning(
            "D01",
            "the answer is a list",
            where,
            "make a card for each entry, or a cloze",
            question.id,
        )
    elif count > LONG:
        message = f"the answer has {count} words"
        yield warning(
            "D01",
            message,
            where,
            f"one fact in at most {LONG} words; put the rest into `explain`",
            question.id,
        )
    if _YES_NO.match(text):
        yield warning(
            "D02",
            "the answer is yes or no",
            where,
            "ask for the reason or the fact itself",
            question.id,
        )


def _prompt(question: Question, front: str, place: Place) -> Iterator[Diagnostic]:
    text = front.strip().lstrip("*_")
    where = place.into("front") if question.card is not None else place.into("stem")
    found = _LEANS.search(text) or _PRONOUN.match(text)
    if found:
        message = f"the card does not stand alone: “{found[0]}”"
        yield warning("D03", message, where, "name what is meant, and who said it", question.id)


def _visible(question: Cloze) -> Iterator[Diagnostic]:
    around = " ".join(
        part if isinstance(part, str) else "\n" for part in cloze_parts(question.stem)
    )
    shown = f" {' '.join(words(around))} "
    for index, gap in enumerate(question.gaps):
        best = " ".join(words(gap.answers[0].text))
        if len(best) >= 4 and f" {best} " in shown:
            message = f"the answer “{gap.answers[0].text}” stands elsewhere in the text"
            yield warning(
                "D04", message, question.place.into("gaps", index), "reword the text", question.id
            )
