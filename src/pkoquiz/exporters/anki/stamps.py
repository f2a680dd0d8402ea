"""What a build does to the cards that learners have: it stamps what is new or changed.

This relies on rules of Anki's import that were measured: a note is matched by its GUID alone; it
is replaced only by a note with a newer modification time, and even under "update always" never by
one with the same time; a replaced note loses the learner's own edits and tags. Before version
25.02 an update took the time of the import instead of the file's, so a stamp is the date of the
release, not of the edit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pkoquiz.diagnostics import Diagnostic, Severity, info
from pkoquiz.exporters.anki.ledger import Entry, Ledger, Shape, Stamp, midnight
from pkoquiz.exporters.anki.ledger_checks import RELEASE, check_items, item_words, type_name
from pkoquiz.exporters.anki.notes import CardNote, natural_shape, notes_of
from pkoquiz.exporters.anki.notetypes import note_types
from pkoquiz.exporters.anki.numbering import part_numbers, part_words
from pkoquiz.exporters.export import Note
from pkoquiz.markup import MediaHtml
from pkoquiz.model.answers import task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question, Term

ChangeKind = Literal["new", "changed", "retired", "unchanged", "withheld"]


@dataclass(frozen=True, slots=True)
class Change:
    """What a build does to one question or term, compared with the ledger.

    `retired` is reported once, by the build that withdraws the item; `withheld` is a draft that
    learners have.
    """

    kind: ChangeKind
    id: str

    @property
    def ships(self) -> bool:
        """Whether learners get something new."""
        return self.kind in ("new", "changed", "retired")


@dataclass(frozen=True, slots=True)
class StampedNote:
    """A note with the times it is shipped with, in seconds since 1970."""

    note: CardNote
    mod: int
    since: int
    item: Question | Term


@dataclass
class Update:
    """The result: notes in teaching order, the new ledger, and what there is to report."""

    ledger: Ledger
    stamped: list[StampedNote] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def update(bank: Bank, old: Ledger, media: MediaHtml) -> Update:
    """Compare every item with the ledger: keep the times of what is unchanged, stamp the rest.

    The stamp is midnight (UTC) of the release date, or one second after the newest time in the
    ledger if that is later: of several builds on one release day, each is newer than the last.
    """
    release = bank.course.release
    stamp = max(midnight(release), old.newest + 1)
    types = {
        kind: _stamped(old.notetypes.get(kind), note_type.digest, stamp)
        for kind, note_type in note_types().items()
    }
    ledger = Ledger(course=bank.course.short, release=release, decks=old.decks, notetypes=types)
    result = Update(ledger, diagnostics=check_items(bank, old))
    if any(fault.severity is Severity.ERROR for fault in result.diagnostics):
        return result
    order = {slug: index for index, slug in enumerate(bank.sections)}
    questions = sorted(bank.questions, key=lambda question: order.get(question.section, len(order)))
    entries: dict[str, dict[str, Entry]] = {}
    for name, items, known in (
        ("questions", questions, old.questions),
        ("terms", bank.terms, old.terms),
    ):
        entries[name] = dict(known)
        for item in items:
            entry = _update_item(result, bank, item, known.get(item.id), stamp, media)
            if entry is not None:
                entries[name][item.id] = entry
    result.ledger = ledger.model_copy(update=entries)
    count = sum(change.ships for change in result.changes)
    if count and old.release == release:
        cards = "1 card is" if count == 1 else f"{count} cards are"
        message = f"{cards} new or changed since the deck of {release} was built"
        hint = (
            "set a later `release` in course.yaml before you release the deck again: "
            "Anki before 25.02 needs it"
        )
        result.diagnostics.append(info("PQ608", message, RELEASE, hint))
    return result


def _stamped(old: Stamp | None, digest: str, stamp: int) -> Stamp:
    return old if old is not None and old.hash == digest else Stamp(hash=digest, mod=stamp)


def _update_item(
    result: Update,
    bank: Bank,
    item: Question | Term,
    old: Entry | None,
    stamp: int,
    media: MediaHtml,
) -> Entry | None:
    """Return the item's new entry in the ledger, or None if it makes no cards.

    Its notes, its change and what the format cannot express are added to `result`.
    """

    def note(reason: str) -> None:
        result.notes.append(Note(reason, item.id, item.place))

    if item.status == "draft":
        if old is not None:
            result.changes.append(Change("withheld", item.id))
        return old
    retired = item.status == "retired"
    if old is None and retired:
        note("retired before it was in any deck: not exported")
        return None
    natural = natural_shape(item)
    shape: Shape | None = old.shape if old else natural
    if shape is None:
        note("essays without a `card` make no cards: left out")
        return None
    if natural is not None and natural != shape:
        note("keeps the kind of card that learners already have")
    words: tuple[str, ...] = ()
    if not isinstance(item, Term) and shape in ("pairs", "steps", "cloze"):
        words = part_words(task_of(item))
    known, dropped_before = (old.parts, old.dropped) if old else ({}, ())
    numbers = part_numbers(words, known, dropped_before)
    dropped = {number: text for number, text in known.items() if number not in numbers}
    notes = notes_of(bank, item, shape, numbers, dropped, media)
    if not notes:
        note("its gaps are inside links or pictures, where a card cannot hide them: left out")
        return old
    if shape == "cloze" and len(notes[0].cards) < len(set(numbers)):
        note("a gap is inside a link or picture, where a card cannot hide it: not asked")
    stamps = {
        part.part: _stamped(old.notes.get(part.part) if old else None, part.digest, stamp)
        for part in notes
    }
    same = old is not None and stamps == {
        part: old.notes[part] for part in old.notes if part in stamps
    }
    kind: ChangeKind = "changed"
    if old is None:
        kind = "new"
    elif same:
        kind = "unchanged"
    elif retired and not old.retired:
        kind = "retired"
    result.changes.append(Change(kind, item.id))
    release = bank.course.release
    since = old.since if old else release
    born = midnight(since)
    result.stamped += [StampedNote(part, stamps[part.part].mod, born, item) for part in notes]
    if shape == "cloze" and set(dropped) - set(dropped_before):
        note("lost a gap: learners keep an empty card (Anki: Tools > Empty Cards)")
    parts = known | dict(zip(numbers, words, strict=True))
    return Entry(
        type=type_name(item),
        shape=shape,
        words=item_words(item),
        since=since,
        changed=old.changed if old is not None and same else release,
        retired=retired,
        parts={part: parts[part] for part in sorted(parts, key=int)},
        dropped=tuple(sorted(dropped, key=int)),
        notes={part: stamps[part] for part in sorted(stamps, key=lambda part: int(part or 0))},
    )
