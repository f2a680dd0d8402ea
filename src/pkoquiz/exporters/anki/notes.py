"""A question or term as an Anki note: the shape of its cards, its fields and tags.

An item makes one note, with cards of one shape, never two that are nearly alike: a recall card if
the author worded one (`card`) or if the stem can be answered on its own; an interactive choice card
if it cannot ("Which of the following …"); a card for each gap, pair or step. A question with
`deck: false` and an essay without `card` make no note.
Once learners have an item, it keeps its shape: Anki does not update a note of another type.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pkoquiz.exporters import phrases as common
from pkoquiz.exporters.anki import phrases
from pkoquiz.exporters.anki.fields import Part, card_fields
from pkoquiz.exporters.anki.notetypes import FIELDS, Kind
from pkoquiz.exporters.anki.pieces import folded
from pkoquiz.exporters.anki.text import field_html
from pkoquiz.exporters.feedback import escaped, remarks_html, report_html, source_html
from pkoquiz.language import say
from pkoquiz.markup import MediaHtml, inline_html
from pkoquiz.model.answers import Blanks, Options, Pairs, Steps, Task, Written, task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import Shape
from pkoquiz.model.question import Question, Term
from pkoquiz.quotes.citations import Reference, first_use, references

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
_SPECIAL_SHAPES: dict[type[Task], Shape] = {Options: "choice", Pairs: "parts", Steps: "parts"}
_CONTENT_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True)
class CardNote:
    """The content of an Anki note, without the ids and times of a collection."""

    guid: str
    kind: Kind
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    cards: tuple[int, ...]
    """Ordinals of its cards in Anki: the template, or the number of the gap less 1."""


# --- shapes ---------------------------------------------------------------------------------------


def needs_options(stem: str) -> bool:
    """Return whether a stem refers to its options, excludes one, or is an unfinished sentence."""
    return bool(_NEEDS_OPTIONS.search(stem) or _EXCEPTION.search(stem)) or _is_unfinished(stem)


def _is_unfinished(stem: str) -> bool:
    """Return whether a stem ends in a word, a blank or a sign that calls for a continuation."""
    words = stem.rstrip(" \t\n\u00a0*_")
    return "_" in stem[len(words) :] or words[-1:].isalnum() or words.endswith(_UNFINISHED)


def natural_shape(item: Question | Term) -> Shape | None:
    """Return the shape of a new item's cards, or None if it makes no cards."""
    if isinstance(item, Term):
        return "term"
    if not item.deck:
        return None
    task = task_of(item)
    if item.card is not None or (isinstance(task, Options) and not needs_options(item.stem)):
        return "recall"
    if isinstance(task, Written) and task.short is None:
        return None
    return _special_shape(task) or "recall"


def can_take(item: Question | Term, shape: Shape) -> bool:
    """Return whether an item can make cards of the shape that learners already have."""
    if isinstance(item, Term) or shape == "term":
        return isinstance(item, Term) and shape == "term"
    return shape == "recall" or shape == _special_shape(task_of(item))


def _special_shape(task: Task) -> Shape | None:
    """Return the shape that is particular to this task; all tasks can take "recall"."""
    if isinstance(task, Blanks):
        return "cloze" if task.in_stem else None
    return _SPECIAL_SHAPES.get(type(task))


# --- notes ----------------------------------------------------------------------------------------


def note_of(
    bank: Bank,
    item: Question | Term,
    shape: Shape,
    numbers: Sequence[str],
    dropped: Mapping[str, str],
    media: MediaHtml,
    *,
    withdrawn: bool = False,
) -> CardNote:
    """Return the note of an item; see `card_fields` for `numbers` and `dropped`."""
    card = card_fields(item, shape, numbers, dropped, media)
    cited = references(bank, item)
    section = _section(bank, item)
    report = report_html(bank, item)
    content = {
        FIELDS[card.kind][0]: card.front or escaped(item.id),
        "Options": card.options,
        "Answer": card.answer,
        "Meaning": card.answer,
        "Reverse": card.reverse,
        "Hint": "" if isinstance(item, Term) else _hints(item.hints),
        "Explanation": card.explanation,
        "Feedback": card.feedback,
        "Remark": remarks_html(item),
        "Source": _sources(bank, item, cited) + report,
        "Withdrawn": _reason(item) if withdrawn else "",
        "Section": escaped(section),
        "Id": item.id,
        "Language": bank.course.language,
    }
    for part in card.parts:
        content[f"Prompt {part.number}"] = part.prompt
        content[f"Answer {part.number}"] = part.answer
        proof = _part_sources(cited, part.words, section)
        content[f"Source {part.number}"] = proof + _explanation(part) + report
    tags = {*_tags(item), *(["retired"] if withdrawn else [])}
    return CardNote(
        guid=guid_of(bank, item),
        kind=card.kind,
        fields=tuple(field_html(content.get(name, "")) for name in FIELDS[card.kind]),
        tags=tuple(sorted(f"pkoquiz::{tag}" for tag in tags)),
        cards=card.ordinals,
    )


def _explanation(part: Part) -> str:
    return f'<div class="pko-explanation">{part.explanation}</div>' if part.explanation else ""


def _reason(item: Question | Term) -> str:
    if item.reason:
        return inline_html(item.reason)
    return (
        say(phrases.TERM_WITHDRAWN) if isinstance(item, Term) else say(phrases.QUESTION_WITHDRAWN)
    )


def _sources(bank: Bank, item: Question | Term, cited: Sequence[Reference]) -> str:
    """Return the citations of an item; for a term without any, its first use in the transcript."""
    section = _section(bank, item)
    if cited or not isinstance(item, Term):
        return "".join(source_html(source, known=section) for source in cited)
    use = first_use(bank, item)
    if use is None:
        return f'<p class="pko-source">{say(common.NOT_CITED)}</p>'
    said = source_html(use, known=section)
    return f'<p class="pko-source pko-soft">{say(phrases.EDITORS_MEANING)}</p>{said}'


def _part_sources(cited: Sequence[Reference], words: str, section: str) -> str:
    """Return the citations for the card of one part.

    Those with the most words in common with the part come first; the others are folded away.
    """
    own = set(_CONTENT_WORD.findall(words.casefold()))
    shared = [len(own & set(_CONTENT_WORD.findall(source.quote.casefold()))) for source in cited]
    most = max(shared)
    html = [source_html(source, known=section) for source in cited]
    first = "".join(text for text, count in zip(html, shared, strict=True) if count == most)
    others = "".join(text for text, count in zip(html, shared, strict=True) if count < most)
    return first + folded(say(phrases.MORE_SOURCES), others)


def _hints(hints: Sequence[str]) -> str:
    shown = [inline_html(hint) for hint in hints]
    if len(shown) > 1:
        return f"<ol>{''.join(f'<li>{hint}</li>' for hint in shown)}</ol>"
    return "".join(shown)


def _section(bank: Bank, item: Question | Term) -> str:
    if isinstance(item, Term):
        return say(phrases.GLOSSARY)
    section = bank.sections.get(item.section)
    return section.title if section else item.section


def _tags(item: Question | Term) -> Iterator[str]:
    yield from (f"topic::{tag}" for tag in item.tags)
    if isinstance(item, Term):
        yield "glossary"
        return
    yield from (f"section::{item.section}", f"bloom::{item.bloom}")
    yield f"difficulty::{item.difficulty}"
    if item.objective:
        yield f"objective::{item.objective}"


def guid_of(bank: Bank, item: Question | Term) -> str:
    """Return the identity of an item's note in Anki."""
    # 80 bits of a hash of names alone: rewording a question never makes a new card. The 2 keeps
    # cards apart from those of version 1.0, whose note types cannot be updated to ours.
    kind = "term" if isinstance(item, Term) else "question"
    hashed = f"pkoquiz 2\0{bank.course.short}\0{kind}\0{item.id}"
    return hashlib.sha256(hashed.encode()).hexdigest()[:20]
