"""A question or term as notes of Anki: which kind of card it makes, with which fields and tags.

A question makes one kind of card, never two nearly alike: a recall card if the author worded one (`card`) or
the stem stands alone; an interactive choice card if it does not ("Which of the following …"); cloze for
cloze; one recall card for each pair and each step. An essay without `card` is left out.
What learners have once been given keeps its kind: Anki refuses to update a note that changed its type.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from pkoquiz.exporters.anki import fields as side
from pkoquiz.exporters.anki.fields import Sides
from pkoquiz.exporters.anki.ledger import Shape
from pkoquiz.exporters.anki.notetypes import FIELDS, Kind, note_types
from pkoquiz.exporters.anki.text import field, plain
from pkoquiz.exporters.feedback import remarks_html, source_html, sources_html
from pkoquiz.markup import MediaHtml, html, inline_html
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import (
    Choice,
    Cloze,
    Essay,
    Matching,
    Multiple,
    Ordering,
    Question,
    Term,
)
from pkoquiz.quotes.citations import references

_NEEDS_OPTIONS = re.compile(
    r"\b(?:which|what|who|whom) (?:(?:one|two|three|four|\d+) )?of (?:the following|these|those)\b"
    r"|\bthe following\b(?! (?:day|week|month|year|decade))|\bfollowing (?:statement|option|answer|sentence|term|phrase)s?\b"
    r"|\bwhich (?:statement|option|answer|sentence|description|summary|example|reading|pair|set|order)\b"
    r"|\b(?:best|least|most (?:accurately|closely|nearly)) (?:describes?|summari[sz]es?|captures?|fits?|matches|explains?|expresses)\b"
    r"|(?:^|[.?!:;(]\s*)(?:select|choose|pick|tick)\b|\ball that apply\b|\b(?:listed|given|shown|options?) below\b",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(r"\b(?:NOT|EXCEPT|LEAST)\b|(?:\*\*|__)(?:not|except|least)(?:\*\*|__)")
_CONTENT = re.compile(r"\w{4,}")
_WHEREABOUTS = ("Source", "Section")
_UNFINISHED = re.compile(r"(?:[:…—–,;]|\.\.\.|_{2,}|\w)[\s*_]*$")


@dataclass(frozen=True, slots=True)
class CardNote:
    """A note of Anki as content: no ids of the collection, no times."""

    part: str
    """Number of the pair or step it asks; empty where the item is one note."""
    guid: str
    kind: Kind
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    cards: tuple[int, ...]
    """Which cards it makes, by Anki's ordinal: template, or gap less one."""
    proof: tuple[tuple[str, str, str], ...]
    """Of each citation the quote, the editor's note and the speaker."""

    @property
    def digest(self) -> str:
        """Hash of what a learner learns and finds it by: 16 hexadecimal digits.

        Where in the transcript a quote stands (passage id, time, the section's title) is left out: a paragraph
        that is inserted moves them all, and a card that counts as changed loses what the learner wrote on it.
        """
        kept = [
            text
            for name, text in zip(FIELDS[self.kind], self.fields, strict=True)
            if name not in _WHEREABOUTS
        ]
        cited = ["\x1d".join(each) for each in self.proof]
        told = "\x1e".join(
            (
                str(note_types()[self.kind].id),
                "\x1f".join(kept),
                "\x1f".join(cited),
                " ".join(self.tags),
            )
        )
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def needs_options(stem: str) -> bool:
    """Whether a stem cannot be answered without seeing the options: refers to them, excepts one, or breaks off."""
    return bool(_NEEDS_OPTIONS.search(stem) or _EXCEPTION.search(stem) or _UNFINISHED.search(stem))


def natural_shape(item: Question | Term) -> Shape | None:
    """The kind of cards an item makes when it is new; `None` where it makes none."""
    if isinstance(item, Term):
        return "term"
    if item.card is not None:
        return "recall"
    match item:
        case Choice() | Multiple():
            return "choice" if needs_options(item.stem) else "recall"
        case Cloze():
            return "cloze"
        case Matching():
            return "pairs"
        case Ordering():
            return "steps"
        case Essay():
            return None
        case _:
            return "recall"


def can_take(item: Question | Term, shape: Shape) -> bool:
    """Whether an item can be written in a shape that learners already have of it."""
    match shape:
        case "term":
            return isinstance(item, Term)
        case "recall":
            return not isinstance(item, Term)
        case "choice":
            return isinstance(item, Choice | Multiple)
        case "cloze":
            return isinstance(item, Cloze)
        case "pairs":
            return isinstance(item, Matching)
        case "steps":
            return isinstance(item, Ordering)
        case _:
            assert_never(shape)


def notes_of(
    bank: Bank,
    item: Question | Term,
    shape: Shape,
    numbers: Sequence[str],
    dropped: dict[str, str],
    media: MediaHtml,
) -> tuple[CardNote, ...]:
    """The notes of an item. `numbers` are those of its parts; `dropped` are parts no longer asked, with their words."""
    if isinstance(item, Term):
        return (_term(bank, item, media),)
    match shape:
        case "choice" if isinstance(item, Choice | Multiple):
            return (_note(bank, item, "choice", side.choice(item, media)),)
        case "cloze" if isinstance(item, Cloze):
            sides = side.cloze(item, numbers, media)
            shown = [number for number in numbers if f'<i data-gap="{number}">' in sides.front]
            cards = tuple(sorted(int(number) - 1 for number in shown))
            return (_note(bank, item, "cloze", sides, cards=cards),) if cards else ()
        case "pairs" if isinstance(item, Matching):
            asked = [side.pair(item, index, media) for index in range(len(item.pairs))]
            told = [f"{pair.premise} {pair.response} {pair.feedback}" for pair in item.pairs]
            return _parts(bank, item, numbers, asked, told, dropped, media)
        case "steps" if isinstance(item, Ordering):
            asked = [side.step(item, index, media) for index in range(len(item.sequence))]
            return _parts(bank, item, numbers, asked, item.sequence, dropped, media)
        case _:
            return (_note(bank, item, "recall", side.recall(item, media)),)


def _parts(
    bank: Bank,
    item: Question,
    numbers: Sequence[str],
    asked: Sequence[Sides],
    told: Sequence[str],
    dropped: dict[str, str],
    media: MediaHtml,
) -> tuple[CardNote, ...]:
    notes = [
        _note(bank, item, "recall", sides, part, sources=_sources_of_part(bank, item, words))
        for part, sides, words in zip(numbers, asked, told, strict=True)
    ]
    for part, words in dropped.items():
        sides = Sides(
            side.part_front(item, plain(words), media), "No longer part of this question."
        )
        notes.append(
            _note(bank, item, "recall", sides, part, withdrawn="This part is no longer asked.")
        )
    return tuple(notes)


def _sources_of_part(bank: Bank, item: Question, told: str) -> str:
    """The citations of a question that is asked in parts, on the card of one: those that share most words with it stand open."""
    cited = references(bank, item)
    own = set(_CONTENT.findall(told.casefold()))
    shared = [len(own & set(_CONTENT.findall(each.quote.casefold()))) for each in cited]
    most = max(shared, default=0)
    first = [source_html(each) for each, count in zip(cited, shared, strict=True) if count == most]
    others = [source_html(each) for each, count in zip(cited, shared, strict=True) if count < most]
    return "".join(first) + side.fold("More sources", "".join(others)) if first else ""


def _note(
    bank: Bank,
    item: Question,
    kind: Kind,
    sides: Sides,
    part: str = "",
    withdrawn: str = "",
    cards: tuple[int, ...] = (0,),
    sources: str = "",
) -> CardNote:
    content = {
        "Text" if kind == "cloze" else "Question": sides.front or plain(item.id),
        "Options": sides.options,
        "Answer": sides.answer,
        "Hint": _hints(item.hints),
        "Explanation": sides.explanation,
        "Feedback": sides.feedback,
        "Remark": remarks_html(item),
        "Source": sources or sources_html(bank, item),
        "Withdrawn": withdrawn or (inline_html(item.reason) if item.status == "retired" else ""),
        "Section": plain(bank.sections[item.section].title)
        if item.section in bank.sections
        else item.section,
        "Id": item.id + (f" · {part}" if part else ""),
        "Language": bank.course.language,
    }
    tags = [f"section::{item.section}", f"bloom::{item.bloom}", f"difficulty::{item.difficulty}"]
    tags += [f"objective::{item.objective}"] if item.objective else []
    tags += [f"topic::{tag}" for tag in item.tags]
    tags += ["retired"] if item.status == "retired" or withdrawn else []
    return CardNote(
        part=part,
        guid=_guid(bank, "question", item.id, part),
        kind=kind,
        fields=tuple(field(content.get(name, "")) for name in FIELDS[kind]),
        tags=tuple(sorted(f"pkoquiz::{tag}" for tag in set(tags))),
        cards=cards,
        proof=_proof(bank, item),
    )


def _term(bank: Bank, term: Term, media: MediaHtml) -> CardNote:
    content = {
        "Term": inline_html(term.term, media) or plain(term.id),
        "Meaning": html(term.meaning, media),
        "Remark": remarks_html(term),
        "Source": sources_html(bank, term),
        "Withdrawn": inline_html(term.reason or "No longer in the glossary.")
        if term.status == "retired"
        else "",
        "Section": "Glossary",
        "Id": term.id,
        "Language": bank.course.language,
    }
    tags = [
        "glossary",
        *(f"topic::{tag}" for tag in term.tags),
        *(["retired"] if term.status == "retired" else []),
    ]
    return CardNote(
        part="",
        guid=_guid(bank, "term", term.id, ""),
        kind="term",
        fields=tuple(field(content.get(name, "")) for name in FIELDS["term"]),
        tags=tuple(sorted(f"pkoquiz::{tag}" for tag in set(tags))),
        cards=(0, 1),
        proof=_proof(bank, term),
    )


def _proof(bank: Bank, item: Question | Term) -> tuple[tuple[str, str, str], ...]:
    return tuple((each.quote, each.note, each.speaker) for each in references(bank, item))


def _guid(bank: Bank, what: str, name: str, part: str) -> str:
    # 80 bits, of the names alone: no wording plays a part, so no edit of a wording makes a new card.
    return hashlib.sha256(
        f"pkoquiz\0{bank.course.short}\0{what}\0{name}\0{part}".encode()
    ).hexdigest()[:20]


def _hints(hints: Sequence[str]) -> str:
    told = [inline_html(hint) for hint in hints]
    return (
        told[0]
        if len(told) == 1
        else f"<ol>{''.join(f'<li>{hint}</li>' for hint in told)}</ol>"
        if told
        else ""
    )
