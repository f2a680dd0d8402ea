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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from pkoquiz.exporters.anki import fields, phrases
from pkoquiz.exporters.anki.fields import CardFields
from pkoquiz.exporters.anki.ledger import Shape
from pkoquiz.exporters.anki.notetypes import FIELDS, Kind, note_types
from pkoquiz.exporters.anki.text import field_html
from pkoquiz.exporters.feedback import escaped, remarks_html, source_html, sources_html
from pkoquiz.markup import MediaHtml, html, inline_html
from pkoquiz.model.answers import (
    Blanks,
    Number,
    Options,
    Pairs,
    Recall,
    Steps,
    Task,
    Verdict,
    Written,
    task_of,
)
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question, Term
from pkoquiz.quotes.citations import references

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
_UNFINISHED = re.compile(r"(?:[:…—–,;]|\.\.\.|_{2,}|\w)[\s*_]*$")
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
    return bool(_NEEDS_OPTIONS.search(stem) or _EXCEPTION.search(stem) or _UNFINISHED.search(stem))


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
    match task:
        case Options():
            return "choice"
        case Pairs():
            return "pairs"
        case Steps():
            return "steps"
        case Blanks(in_stem=in_stem):
            return "cloze" if in_stem else None
        case Verdict() | Number() | Written() | Recall():
            return None
        case _ as never:
            assert_never(never)


# --- notes ----------------------------------------------------------------------------------------


def notes_of(
    bank: Bank,
    item: Question | Term,
    shape: Shape,
    numbers: Sequence[str],
    dropped: Mapping[str, str],
    media: MediaHtml,
) -> tuple[CardNote, ...]:
    """Return the notes of an item.

    `numbers` are the numbers of its parts; `dropped` maps the numbers of parts that are no longer
    asked to the words that described them.
    """
    if isinstance(item, Term):
        return (_term_note(bank, item, media),)
    match shape, task_of(item):
        case "choice", Options() as task:
            return (_note(bank, item, "choice", fields.choice_card(item, task, media)),)
        case "cloze", Blanks() as task:
            card = fields.cloze_card(item, task, numbers, media)
            shown = [number for number in numbers if f'<i data-gap="{number}">' in card.front]
            ordinals = tuple(sorted(int(number) - 1 for number in shown))
            return (_note(bank, item, "cloze", card, ordinals=ordinals),) if ordinals else ()
        case "pairs", Pairs(pairs=pairs) as task:
            words = [f"{pair.premise} {pair.response} {pair.feedback}" for pair in pairs]
            cards = fields.pair_cards(item, task, media)
            return _part_notes(bank, item, numbers, cards, words, dropped, media)
        case "steps", Steps(steps=steps) as task:
            cards = fields.step_cards(item, task, media)
            return _part_notes(bank, item, numbers, cards, steps, dropped, media)
        case _, task:
            return (_note(bank, item, "recall", fields.recall_card(item, task, media)),)


def _part_notes(
    bank: Bank,
    item: Question,
    numbers: Sequence[str],
    cards: Sequence[CardFields],
    words: Sequence[str],
    dropped: Mapping[str, str],
    media: MediaHtml,
) -> tuple[CardNote, ...]:
    notes = [
        _note(bank, item, "recall", card, part, sources=_part_sources(bank, item, text))
        for part, card, text in zip(numbers, cards, words, strict=True)
    ]
    for part, text in dropped.items():
        card = fields.withdrawn_part_card(item, text, media)
        withdrawn = phrases.PART_WITHDRAWN
        notes.append(_note(bank, item, "recall", card, part, withdrawn=withdrawn))
    return tuple(notes)


def _part_sources(bank: Bank, item: Question, words: str) -> str:
    """Return the citations for the card of one part.

    Those that have most words in common with the part come first, the others are folded away.
    """
    cited = references(bank, item)
    own = set(_CONTENT_WORD.findall(words.casefold()))
    shared = [len(own & set(_CONTENT_WORD.findall(source.quote.casefold()))) for source in cited]
    most = max(shared, default=0)
    html = [source_html(source) for source in cited]
    first = [text for text, count in zip(html, shared, strict=True) if count == most]
    others = [text for text, count in zip(html, shared, strict=True) if count < most]
    return "".join(first) + fields.folded(phrases.MORE_SOURCES, "".join(others)) if first else ""


def _note(
    bank: Bank,
    item: Question,
    kind: Kind,
    card: CardFields,
    part: str = "",
    *,
    withdrawn: str = "",
    ordinals: tuple[int, ...] = (0,),
    sources: str = "",
) -> CardNote:
    retired = item.status == "retired"
    section = bank.sections.get(item.section)
    content = {
        "Text" if kind == "cloze" else "Question": card.front or escaped(item.id),
        "Options": card.options,
        "Answer": card.answer,
        "Hint": _hints(item.hints),
        "Explanation": card.explanation,
        "Feedback": card.feedback,
        "Remark": remarks_html(item),
        "Source": sources or sources_html(bank, item),
        "Withdrawn": withdrawn or (inline_html(item.reason) if retired else ""),
        "Section": escaped(section.title) if section else item.section,
        "Id": item.id + (f" · {part}" if part else ""),
        "Language": bank.course.language,
    }
    tags = [f"section::{item.section}", f"bloom::{item.bloom}", f"difficulty::{item.difficulty}"]
    tags += [f"objective::{item.objective}"] if item.objective else []
    tags += ["retired"] if retired or withdrawn else []
    guid = _guid(bank, "question", item.id, part)
    return _card_note(bank, item, kind, guid, content, tags, ordinals, part)


def _term_note(bank: Bank, term: Term, media: MediaHtml) -> CardNote:
    retired = term.status == "retired"
    content = {
        "Term": inline_html(term.term, media) or escaped(term.id),
        "Meaning": html(term.meaning, media),
        "Remark": remarks_html(term),
        "Source": sources_html(bank, term),
        "Withdrawn": inline_html(term.reason or phrases.TERM_WITHDRAWN) if retired else "",
        "Section": phrases.GLOSSARY,
        "Id": term.id,
        "Language": bank.course.language,
    }
    tags = ["glossary", *(["retired"] if retired else [])]
    guid = _guid(bank, "term", term.id, "")
    return _card_note(bank, term, "term", guid, content, tags, (0, 1))


def _card_note(
    bank: Bank,
    item: Question | Term,
    kind: Kind,
    guid: str,
    content: Mapping[str, str],
    tags: Iterable[str],
    ordinals: tuple[int, ...],
    part: str = "",
) -> CardNote:
    tags = {*tags, *(f"topic::{tag}" for tag in item.tags)}
    return CardNote(
        part=part,
        guid=guid,
        kind=kind,
        fields=tuple(field_html(content.get(name, "")) for name in FIELDS[kind]),
        tags=tuple(sorted(f"pkoquiz::{tag}" for tag in tags)),
        cards=ordinals,
        citations=tuple(
            (source.quote, source.note, source.speaker) for source in references(bank, item)
        ),
    )


def _guid(bank: Bank, kind: str, name: str, part: str) -> str:
    # 80 bits of a hash of names alone: rewording a question never makes a new card.
    hashed = f"pkoquiz\0{bank.course.short}\0{kind}\0{name}\0{part}"
    return hashlib.sha256(hashed.encode()).hexdigest()[:20]


def _hints(hints: Sequence[str]) -> str:
    shown = [inline_html(hint) for hint in hints]
    if len(shown) > 1:
        return f"<ol>{''.join(f'<li>{hint}</li>' for hint in shown)}</ol>"
    return "".join(shown)
