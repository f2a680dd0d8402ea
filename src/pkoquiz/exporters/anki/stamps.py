"""Stamp new and corrected notes, which decides what an edition does to learners' cards.

This relies on rules of Anki's import that were measured: a note is matched by its GUID alone; it
is replaced only by a note with a newer modification time, and even under "update always" never by
one with the same time; a replaced note loses the learner's own edits and tags; cards of a known
note are added even if the note itself is not replaced. A note becomes newer with every edit by the
learner, and when Anki tags it `leech` or `marked`. Before version 25.02 an update took the time of
the import instead of that in the file, so a stamp is the moment of the release, not of the edit.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

from pkoquiz.diagnostics import Diagnostic, Severity, error
from pkoquiz.editions.changes import Change, ChangeKind
from pkoquiz.editions.contents import about_digest, content_digest, item_words, type_name
from pkoquiz.editions.parts import part_numbers, part_words
from pkoquiz.exporters.anki.decks import deck_names, section_of
from pkoquiz.exporters.anki.ledger_checks import check
from pkoquiz.exporters.anki.notes import CardNote, natural_shape, note_of
from pkoquiz.exporters.anki.notetypes import MOST_PARTS, note_types
from pkoquiz.exporters.export import Note
from pkoquiz.markup import MediaHtml
from pkoquiz.model.answers import task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import Edition, Entry, Event, Ledger, Look, Shape
from pkoquiz.model.question import Question, Term

_EVENTS: dict[ChangeKind, Event] = {
    "new": "new",
    "corrected": "corrected",
    "resent": "resent",
    "withdrawn": "withdrawn",
    "returned": "returned",
}

_WITH_REVERSE = ("meaning", "term")
"""The parts of a term that has a second card."""


@dataclass(frozen=True, slots=True)
class StampedNote:
    """A note with the times that the deck gives it."""

    note: CardNote
    mod: datetime.datetime
    since: datetime.datetime
    item: Question | Term


@dataclass
class Update:
    """The result: notes in teaching order, the new ledger, changes and diagnostics."""

    ledger: Ledger
    stamped: list[StampedNote] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether the deck cannot be built."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)


@dataclass(frozen=True, slots=True)
class Plan:
    """The requests of the user for an edition."""

    edition: Edition
    resend: Collection[str] = ()
    """Ids of items to send again although nothing changed."""
    hold: Collection[str] | None = None
    """Ids of items whose correction is not sent; None for those that the last edition held back."""


def update(bank: Bank, plan: Plan, media: MediaHtml) -> Update:
    """Compare every item with the ledger: keep the times of unchanged items, stamp the rest."""
    old, moment = bank.ledger, plan.edition.moment
    result = Update(old, diagnostics=check(bank))
    if result.failed:
        return result
    order = {slug: index for index, slug in enumerate(bank.sections)}
    questions = sorted(bank.questions, key=lambda question: order.get(question.section, len(order)))
    terms, known_terms = dict(old.terms), old.terms
    for term in bank.terms:
        _update_item(result, bank, plan, term, known_terms.get(term.id), terms, media)
    entries, known = dict(old.questions), old.questions
    for question in questions:
        _update_item(result, bank, plan, question, known.get(question.id), entries, media)
    looks = {
        kind: _look(old.notetypes.get(kind), note_type.digest, moment)
        for kind, note_type in note_types(bank.course.short).items()
    }
    decks = deck_names(bank, (section_of(stamped.item) for stamped in result.stamped), old.decks)
    new = Ledger(
        course=bank.course.short,
        editions=old.editions,
        decks=decks,
        notetypes=looks,
        questions=entries,
        terms=terms,
    )
    if not old.editions or new != old:
        result.ledger = new.model_copy(update={"editions": (*old.editions, plan.edition)})
    return result


def _look(old: Look | None, digest: str, moment: datetime.datetime) -> Look:
    return old if old is not None and old.digest == digest else Look(digest=digest, moment=moment)


def _update_item(
    result: Update,
    bank: Bank,
    plan: Plan,
    item: Question | Term,
    old: Entry | None,
    entries: dict[str, Entry],
    media: MediaHtml,
) -> None:
    """Add the item's note, its change, and notes on what the format cannot express to the result.

    Its new entry is added to `entries`. A draft keeps its old one.
    """

    def note(reason: str) -> None:
        result.notes.append(Note(reason, item.id, item.place))

    if item.status == "draft":
        if old is not None:
            result.changes.append(Change("withheld", item.id, old.words))
        return
    natural = natural_shape(item)
    left_out = not isinstance(item, Term) and not item.deck
    withdrawn = item.status == "retired" or left_out
    if old is None and item.status == "retired":
        note("retired before it was in any deck: not exported")
        return
    shape: Shape | None = old.shape if old else natural
    if shape is None:
        note("`deck: false`: no card" if left_out else "an essay without a `card` makes no card")
        return
    if natural is not None and natural != shape:
        note("keeps the kind of card that learners already have")
    words = _part_words(item, shape)
    known, dropped_before = (old.parts, old.dropped) if old else ({}, ())
    numbers = part_numbers(words, known, dropped_before)
    if shape == "parts" and any(int(number) > MOST_PARTS for number in numbers):
        message = (
            f"`{item.id}` has had more than {MOST_PARTS} different parts since it was released"
        )
        hint = "retire it, and ask the new parts in a question with a new id"
        result.diagnostics.append(error("PQ610", message, item.place.into("id"), hint, item.id))
        return
    dropped = {number: text for number, text in known.items() if number not in numbers}
    made = note_of(bank, item, shape, numbers, dropped, media, withdrawn=withdrawn)
    if not made.cards:
        note("its gaps are inside links or pictures, where a card cannot hide them: left out")
        return
    if shape == "cloze" and len(made.cards) < len(set(numbers)):
        note("a gap is inside a link or picture, where a card cannot hide it: not asked")
    if shape == "cloze" and set(dropped) - set(dropped_before):
        note("lost a gap: learners keep an empty card (Anki: Tools > Empty Cards)")
    parts = known | dict(zip(numbers, words, strict=True))
    entry = Entry(
        type=type_name(item),
        shape=shape,
        words=item_words(item),
        digest=content_digest(item, withdrawn=withdrawn),
        about=about_digest(bank, item),
        history=old.history if old else {plan.edition.moment: "new"},
        parts={part: parts[part] for part in sorted(parts, key=int)},
        dropped=tuple(sorted(dropped, key=int)),
        line=old.line if old else 0,
    )
    kind = _kind(entry, old, plan, item.id, withdrawn=withdrawn)
    cards = () if withdrawn else made.cards
    if kind == "held" and old is not None:
        kept = {"digest": old.digest, "parts": old.parts, "dropped": old.dropped}
        entry = entry.model_copy(update={**kept, "held": entry.digest})
        # The card of a new part would arrive without its content.
        has_parts = shape in ("parts", "cloze")
        cards = tuple(
            card for card in cards if str(card + 1) in old.asked or (card == 0 and not has_parts)
        )
    elif kind in _EVENTS:
        history = {**entry.history, plan.edition.moment: _EVENTS[kind]}
        entry = entry.model_copy(update={"history": history})
    entries[item.id] = entry
    result.changes.append(_change(kind, item.id, entry, old))
    made = CardNote(made.guid, made.kind, made.fields, made.tags, cards)
    result.stamped.append(StampedNote(made, entry.stamp, entry.since, item))


def _part_words(item: Question | Term, shape: Shape) -> tuple[str, ...]:
    if isinstance(item, Term):
        return _WITH_REVERSE if item.reverse else ()
    return part_words(task_of(item)) if shape in ("parts", "cloze") else ()


def _kind(
    new: Entry, old: Entry | None, plan: Plan, identity: str, *, withdrawn: bool
) -> ChangeKind:
    """Return what the edition does to an item."""
    if old is None:
        return "new"
    if withdrawn != old.withdrawn:
        return "withdrawn" if withdrawn else "returned"
    if new.digest != old.digest:
        is_held = new.digest == old.held if plan.hold is None else identity in plan.hold
        return "held" if is_held else "corrected"
    if identity in plan.resend:
        return "resent"
    return "unchanged" if new.about == old.about else "described"


def _change(kind: ChangeKind, identity: str, new: Entry, old: Entry | None) -> Change:
    """Return the change with what happened to the parts."""
    if old is None or kind not in ("corrected", "returned"):
        return Change(kind, identity, new.words)
    before, after = old.asked, new.asked
    return Change(
        kind,
        identity,
        new.words,
        added=tuple(after[number] for number in after if number not in before),
        dropped=tuple(before[number] for number in before if number not in after),
        reworded=tuple(
            (before[number], after[number])
            for number in after
            if number in before and before[number] != after[number]
        ),
    )
