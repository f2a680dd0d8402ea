"""A question or term as Anki notes: the shape of its cards, their fields and tags.

An item makes cards of one shape, never two that are nearly alike: a recall card if the author
worded one (`card`) or if the stem can be answered on its own; an interactive choice card if it
cannot ("Which of the following …"); a cloze note for a cloze; one recall card for each pair and
each step. An essay without `card` makes none.
Once learners have an item, it keeps its shape: Anki refuses to update a note whose type changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pkoquiz.exporters.anki import phrases
from pkoquiz.exporters.anki.fields import CardFields, cards_of
from pkoquiz.exporters.anki.ledger import Shape
from pkoquiz.exporters.anki.notetypes import FIELDS, Kind, note_types
from pkoquiz.exporters.anki.pieces import folded
from pkoquiz.exporters.anki.text import field_html
from pkoquiz.exporters.feedback import escaped, remarks_html, source_html, sources_html
from pkoquiz.markup import MediaHtml, inline_html
from pkoquiz.model.answers import Blanks, Options, Pairs, Steps, Task, Written, task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question, Term
from pkoquiz.quotes.citations import Reference, references

_NEEDS_OPTIONS = re.compile(
    r"\b(?:which|what|who|whom) (?:(?:one|two|three|four|\d+) )?of (?:the following|these|those)\b"
    r"|\bthe following\b(?! (?:day|week|month|year|decade))"
    r"|\bfollowing (?:statement|option|answer|sentence|term|phrase)s?\b"
    r"|\bwhich (?:statement|option|answer|sentence|description|summary|example|reading|pair|set"
    r"|order)\b"
    r"|\b(?:best|least|most (?:accurately|closely|nearly)) "
    r"(?:describes?|summari[sz]es?|captures?|fits?|matches|explains?|expresses)\b"
    r"|(?:^|[.?!:;(]\s*)(?:select|choose|pick|tick)\b"
    r"|\ball that apply\b|\b(?:listed|given|shown|options?) below\b",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(r"\b(?:NOT|EXCEPT|LEAST)\b|(?:\*\*|__)(?:not|except|least)(?:\*\*|__)")
_UNFINISHED = (":", "…", "—", "–", ",", ";", "...")
_SPECIAL_SHAPES: dict[type[Task], Shape] = {Options: "choice", Pairs: "pairs", Steps: "steps"}
_CONTENT_WORD = re.compile(r"\w{4,}")
_LOCATION_FIELDS = ("Source", "Section")


@dataclass(frozen=True, slots=True)
class CardNote:
    """The content of an Anki note, without ids of a collection and without times."""

    part: str
    """Number of the pair or step that it asks for; empty if the item is one note."""
    guid: str
    kind: Kind
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    cards: tuple[int, ...]
    """Ordinals of its cards in Anki: the template, or the number of the gap less 1."""
    citations: tuple[tuple[str, str, str], ...]
    """Quote, editor's note and speaker of each citation."""

    @property
    def digest(self) -> str:
        """Hash of what a learner learns and finds the card by: 16 hexadecimal digits.

        The place of a quote in the transcript (passage id, time, title of the section) does not
        count: inserting a paragraph moves all quotes, and learners lose what they wrote on a card
        that changes.
        """
        content = [
            text
            for name, text in zip(FIELDS[self.kind], self.fields, strict=True)
            if name not in _LOCATION_FIELDS
        ]
        hashed = (
            str(note_types()[self.kind].id),
            "\x1f".join(content),
            "\x1f".join("\x1d".join(citation) for citation in self.citations),
            " ".join(self.tags),
        )
        return hashlib.sha256("\x1e".join(hashed).encode()).hexdigest()[:16]


# --- shapes ---------------------------------------------------------------------------------------


def needs_options(stem: str) -> bool:
    """Whether a stem refers to its options, excludes one of them, or is an unfinished sentence."""
    return bool(_NEEDS_OPTIONS.search(stem) or _EXCEPTION.search(stem)) or _is_unfinished(stem)


def _is_unfinished(stem: str) -> bool:
    """Whether a stem ends in a word, a blank or a sign after which something follows."""
    words = stem.rstrip(" \t\n\u00a0*_")
    return "_" in stem[len(words) :] or words[-1:].isalnum() or words.endswith(_UNFINISHED)


def natural_shape(item: Question | Term) -> Shape | None:
    """Return the shape of a new item's cards, or None if it makes no cards."""
    if isinstance(item, Term):
        return "term"
    task = task_of(item)
    if item.card is not None or (isinstance(task, Options) and not needs_options(item.stem)):
        return "recall"
    if isinstance(task, Written) and task.short is None:
        return None
    return _special_shape(task) or "recall"


def can_take(item: Question | Term, shape: Shape) -> bool:
    """Whether an item can make cards of the shape that learners already have of it."""
    if isinstance(item, Term) or shape == "term":
        return isinstance(item, Term) and shape == "term"
    return shape == "recall" or shape == _special_shape(task_of(item))


def _special_shape(task: Task) -> Shape | None:
    """Return the shape that only this task can take; all tasks can take "recall"."""
    if isinstance(task, Blanks):
        return "cloze" if task.in_stem else None
    return _SPECIAL_SHAPES.get(type(task))


# --- notes ----------------------------------------------------------------------------------------


def notes_of(
    bank: Bank,
    item: Question | Term,
    shape: Shape,
    numbers: Sequence[str],
    dropped: Mapping[str, str],
    media: MediaHtml,
) -> tuple[CardNote, ...]:
    """Return the notes of an item; see `cards_of` for `numbers` and `dropped`."""
    cards = cards_of(item, shape, numbers, dropped, media)
    return tuple(_note(bank, item, card) for card in cards)


def _note(bank: Bank, item: Question | Term, card: CardFields) -> CardNote:
    cited = references(bank, item)
    withdrawn = card.withdrawn
    if item.status == "retired" and not withdrawn:
        # A retired question always has a reason.
        withdrawn = inline_html(item.reason or phrases.TERM_WITHDRAWN)
    content = {
        FIELDS[card.kind][0]: card.front or escaped(item.id),
        "Options": card.options,
        "Answer": card.answer,
        "Meaning": card.answer,
        "Hint": "" if isinstance(item, Term) else _hints(item.hints),
        "Explanation": card.explanation,
        "Feedback": card.feedback,
        "Remark": remarks_html(item),
        "Source": _part_sources(cited, card.words) if card.words else sources_html(bank, item),
        "Withdrawn": withdrawn,
        "Section": _section(bank, item),
        "Id": item.id + (f" · {card.part}" if card.part else ""),
        "Language": bank.course.language,
    }
    tags = {*_tags(item), *(["retired"] if withdrawn else [])}
    return CardNote(
        part=card.part,
        guid=_guid(bank, item, card.part),
        kind=card.kind,
        fields=tuple(field_html(content.get(name, "")) for name in FIELDS[card.kind]),
        tags=tuple(sorted(f"pkoquiz::{tag}" for tag in tags)),
        cards=card.ordinals,
        citations=tuple((source.quote, source.note, source.speaker) for source in cited),
    )


def _part_sources(cited: Sequence[Reference], words: str) -> str:
    """Return the citations for the card of one part.

    Those that have most words in common with the part come first, the others are folded away.
    """
    own = set(_CONTENT_WORD.findall(words.casefold()))
    shared = [len(own & set(_CONTENT_WORD.findall(source.quote.casefold()))) for source in cited]
    most = max(shared)
    html = list(zip(map(source_html, cited), shared, strict=True))
    first = "".join(text for text, count in html if count == most)
    others = "".join(text for text, count in html if count < most)
    return first + folded(phrases.MORE_SOURCES, others)


def _hints(hints: Sequence[str]) -> str:
    shown = [inline_html(hint) for hint in hints]
    if len(shown) > 1:
        return f"<ol>{''.join(f'<li>{hint}</li>' for hint in shown)}</ol>"
    return "".join(shown)


def _section(bank: Bank, item: Question | Term) -> str:
    if isinstance(item, Term):
        return phrases.GLOSSARY
    section = bank.sections.get(item.section)
    return escaped(section.title) if section else item.section


def _tags(item: Question | Term) -> Iterator[str]:
    yield from (f"topic::{tag}" for tag in item.tags)
    if isinstance(item, Term):
        yield "glossary"
        return
    yield from (f"section::{item.section}", f"bloom::{item.bloom}")
    yield f"difficulty::{item.difficulty}"
    if item.objective:
        yield f"objective::{item.objective}"


def _guid(bank: Bank, item: Question | Term, part: str) -> str:
    # 80 bits of a hash of names alone: rewording a question never makes a new card.
    kind = "term" if isinstance(item, Term) else "question"
    hashed = f"pkoquiz\0{bank.course.short}\0{kind}\0{item.id}\0{part}"
    return hashlib.sha256(hashed.encode()).hexdigest()[:20]
