"""What a build does to the cards learners have: compares items with the ledger and stamps what is new or changed.

Measured rules of Anki's import that this rests on: a note is matched by its GUID alone; it is replaced only by a
note with a newer modification time, even under "update always" never by an equal one; and a replaced note loses the learner's own
edits and tags. Before version 25.02 an update took the time of import instead of the file's, so a stamp
is the date of release, not that of the edit.
"""

from __future__ import annotations

import calendar
import datetime
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pkoquiz.diagnostics import Diagnostic, Place, Severity, error, info, warning
from pkoquiz.exporters.anki.ledger import Entry, Ledger, Shape, Stamp
from pkoquiz.exporters.anki.notes import CardNote, can_take, natural_shape, notes_of
from pkoquiz.exporters.anki.notetypes import note_types
from pkoquiz.exporters.anki.numbering import labels, numbers
from pkoquiz.exporters.anki.text import first_words
from pkoquiz.exporters.export import Note
from pkoquiz.markup import MediaHtml
from pkoquiz.model.bank import Bank
from pkoquiz.model.course import LEDGER
from pkoquiz.model.question import Cloze, Question, Term, cloze_parts

Happened = Literal["new", "changed", "retired", "unchanged", "withheld"]

DAY = 86_400

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Change:
    """What a build does to one question or term, compared with the ledger.

    `retired` is said once, by the build that withdraws it; `withheld` is a draft that learners have.
    """

    what: Happened
    id: str
    words: str
    """First words of the stem or the term."""
    place: Place


@dataclass(frozen=True, slots=True)
class Stamped:
    """A note with the times it is shipped with, in seconds since 1970."""

    note: CardNote
    mod: int
    since: int
    item: Question | Term


@dataclass
class Update:
    """The outcome: notes in teaching order, the ledger to come, and what is to be said."""

    ledger: Ledger
    notes: list[Stamped] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)


def midnight(day: datetime.date) -> int:
    """Seconds since 1970 at the beginning of a day in UTC."""
    return calendar.timegm(day.timetuple())


def dates(bank: Bank, old: Ledger, today: datetime.date) -> list[Diagnostic]:
    """What is wrong with course, release date and ledger before any note is looked at."""
    release = Place("course.yaml", ("release",))
    found = []
    if old.course and old.course != bank.course.short:
        message = f"the course is now called `{bank.course.short}`, learners' cards hang on `{old.course}`"
        hint = f"set `short: {old.course}` again, or delete {LEDGER} if no deck was ever handed out"
        found.append(error("PQ606", message, Place("course.yaml", ("short",)), hint))
    if bank.course.release > today:
        message = f"the release date {bank.course.release} lies in the future"
        found.append(
            error(
                "PQ603",
                message,
                release,
                f"set it to {today} (UTC) or earlier: Anki would take later updates for older ones",
            )
        )
    if old.release and bank.course.release < old.release:
        message = f"the release date {bank.course.release} is older than the deck of {old.release}"
        found.append(error("PQ603", message, release, f"set it to {old.release} or later"))
    if old.newest >= midnight(today) + DAY:
        message = f"the ledger holds a time in the future: {datetime.datetime.fromtimestamp(old.newest, datetime.UTC):%Y-%m-%d %H:%M} UTC"
        found.append(
            error(
                "PQ601",
                message,
                Place(LEDGER),
                f"restore it from version control (`git checkout {LEDGER}`), and check this machine's clock",
            )
        )
    return found


def contradictions(bank: Bank, old: Ledger) -> list[Diagnostic]:
    """What the bank says against what learners have: ids that are gone or name something else, drafts of what is out."""
    found: list[Diagnostic] = []
    kinds: tuple[tuple[Sequence[Question | Term], dict[str, Entry]], ...] = (
        (bank.questions, old.questions),
        (bank.terms, old.terms),
    )
    for items, known in kinds:
        for item in items:
            entry = known.get(item.id)
            if entry is not None:
                fault = _withheld(item) if item.status == "draft" else _reused(item, entry)
                found += [fault] if fault else []
        gone = known.keys() - {item.id for item in items}
        if gone:
            fresh = {_words(item): item.id for item in items if item.id not in known}
            found += [_vanished(name, known[name], fresh) for name in sorted(gone)]
    return found


def update(bank: Bank, old: Ledger, media: MediaHtml) -> Update:
    """Every item against the ledger: keeps the times of what is unchanged, stamps the rest.

    The stamp is midnight (UTC) of the release date, or one second after the ledger's newest time where that is
    later: several builds on one release day each come out newer than the last.
    """
    release = bank.course.release
    stamp = max(midnight(release), old.newest + 1)
    types = {
        kind: _restamped(old.notetypes.get(kind), notetype.digest, stamp)
        for kind, notetype in note_types().items()
    }
    done = Update(
        Ledger(course=bank.course.short, release=release, decks=old.decks, notetypes=types)
    )
    done.diagnostics += contradictions(bank, old)
    if any(fault.severity is Severity.ERROR for fault in done.diagnostics):
        return done
    order = {slug: index for index, slug in enumerate(bank.sections)}
    questions = sorted(bank.questions, key=lambda question: order.get(question.section, len(order)))
    entries = {
        "questions": _items(done, bank, questions, old.questions, stamp, media),
        "terms": _items(done, bank, bank.terms, old.terms, stamp, media),
    }
    done.ledger = done.ledger.model_copy(update=entries)
    several = [change for change in done.changes if change.what in ("new", "changed", "retired")]
    if several and old.release == release:
        cards = "1 card is" if len(several) == 1 else f"{len(several)} cards are"
        message = f"{cards} new or changed since the deck of {release} was built"
        hint = "raise `release` in course.yaml when you hand the deck out again: Anki before 25.02 needs the later date"
        done.diagnostics.append(info("PQ608", message, Place("course.yaml", ("release",)), hint))
    return done


def _restamped(old: Stamp | None, digest: str, stamp: int) -> Stamp:
    return old if old is not None and old.hash == digest else Stamp(hash=digest, mod=stamp)


def _items(
    done: Update,
    bank: Bank,
    items: Sequence[Question | Term],
    old: dict[str, Entry],
    stamp: int,
    media: MediaHtml,
) -> dict[str, Entry]:
    entries = dict(old)
    for item in items:
        outcome = _entry(done, bank, item, old.get(item.id), stamp, media)
        if outcome is not None:
            entries[item.id] = outcome
    return entries


def _entry(
    done: Update, bank: Bank, item: Question | Term, old: Entry | None, stamp: int, media: MediaHtml
) -> Entry | None:
    """The item's new line in the ledger; its notes and change go to `done`. `None` where it makes no cards."""
    if item.status == "draft":
        if old is not None:
            done.changes.append(Change("withheld", item.id, old.words, item.place))
        return old
    if old is None and item.status == "retired":
        done.remarks.append(
            Note("retired before any deck had it: not exported", item.id, item.place)
        )
        return None
    words = _words(item)
    natural = natural_shape(item)
    shape: Shape | None = old.shape if old else natural
    if shape is None:
        done.remarks.append(
            Note("essays make a card only where they have a `card`: left out", item.id, item.place)
        )
        return None
    if natural is not None and natural != shape:
        done.remarks.append(
            Note("keeps the kind of card that learners already have", item.id, item.place)
        )
    told = (
        () if isinstance(item, Term) or shape not in ("pairs", "steps", "cloze") else labels(item)
    )
    known = old.parts if old else {}
    given = numbers(told, known, old.dropped if old else ())
    dropped = {number: text for number, text in known.items() if number not in given}
    notes = notes_of(bank, item, shape, given, dropped, media)
    if not notes:
        done.remarks.append(
            Note("its gaps stand where no card can hide them: left out", item.id, item.place)
        )
        return old
    if shape == "cloze" and len(notes[0].cards) < len(set(given)):
        done.remarks.append(
            Note(
                "a gap stands where no card can hide it: only its other gaps are asked",
                item.id,
                item.place,
            )
        )
    stamps = {
        note.part: _restamped(old.notes.get(note.part) if old else None, note.digest, stamp)
        for note in notes
    }
    release = bank.course.release
    same = old is not None and stamps == {
        part: old.notes[part] for part in old.notes if part in stamps
    }
    retired = item.status == "retired"
    since = old.since if old else release
    happened: Happened = (
        "new"
        if old is None
        else "unchanged"
        if same
        else "retired"
        if retired and not old.retired
        else "changed"
    )
    done.changes.append(Change(happened, item.id, words, item.place))
    born = midnight(since)
    done.notes += [Stamped(note, stamps[note.part].mod, born, item) for note in notes]
    if not isinstance(item, Term) and shape == "cloze" and old and set(dropped) - set(old.dropped):
        done.remarks.append(
            Note(
                "lost a gap: learners are left with an empty card (Anki: Tools > Empty Cards)",
                item.id,
                item.place,
            )
        )
    parts = known | dict(zip(given, told, strict=True))
    return Entry(
        type=_kind(item),
        shape=shape,
        words=words,
        since=since,
        changed=old.changed if old is not None and same else release,
        retired=retired,
        parts=dict(sorted(parts.items(), key=lambda part: int(part[0]))),
        dropped=tuple(sorted(dropped, key=int)),
        notes=dict(sorted(stamps.items(), key=lambda part: int(part[0] or 0))),
    )


def _kind(item: Question | Term) -> str:
    return "term" if isinstance(item, Term) else item.type


def _words(item: Question | Term) -> str:
    """What the ledger and `CHANGES.md` call it by; gaps are left open."""
    if isinstance(item, Term):
        return first_words(item.term)
    if isinstance(item, Cloze):
        return first_words(
            "".join("…" if isinstance(part, int) else part for part in cloze_parts(item.stem))
        )
    return first_words(item.stem)


def _withheld(item: Question | Term) -> Diagnostic:
    message = f"learners have `{item.id}`; as a draft it gets no more updates"
    hint = "set `status: retired` with a `reason`, or finish it"
    return warning("PQ607", message, item.place.into("status"), hint, item.id)


def _reused(item: Question | Term, old: Entry) -> Diagnostic | None:
    """Whether an id that learners know now names something else; what is wrong then."""
    had = f"`{item.id}` names the {old.type} “{old.words}” since {old.since}"
    words = _words(item)
    place = item.place.into("id")
    if not can_take(item, old.shape):
        return error(
            "PQ604", f"{had}; it cannot become a {_kind(item)} question", place,
            f"give this question a new id, and restore `{item.id}` with `status: retired`", item.id,
        )  # fmt: skip
    if words == old.words:
        return None
    if old.retired and item.status == "ready" and _likeness(words, old.words) < 0.75:
        return error(
            "PQ604", f"{had} and was withdrawn {old.changed}: an id is never used again", place,
            f"give this question a new id, and restore the withdrawn `{item.id}`", item.id,
        )  # fmt: skip
    if _strangers(words, old.words):
        return warning(
            "PQ605", f"{had}; now it reads “{words}”", place,
            "if this is another question, give it a new id: learners' history of the old one would be counted for it", item.id,
        )  # fmt: skip
    return None


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


def _strangers(one: str, other: str) -> bool:
    """Whether two wordings ask for different things, as far as their words of five letters and more can tell.

    Letters alone do not: any two sentences of one language are alike by nearly a half.
    """
    content = [
        {word for word in _WORD.findall(text.casefold()) if len(word) > 4} for text in (one, other)
    ]
    if not all(content):
        return _likeness(one, other) < 0.4
    return not content[0] & content[1] and _likeness(one, other) < 0.6


def _vanished(name: str, entry: Entry, fresh: dict[str, str]) -> Diagnostic:
    had = f"`{name}` ({entry.type}, “{entry.words}”) was handed out {entry.since} and is missing from the bank"
    if entry.words in fresh:
        hint = f"`{fresh[entry.words]}` reads the same: give it back the id `{name}`"
    else:
        hint = (
            "restore it with `status: retired` and a `reason`: Anki never deletes a card, it can only be told. "
            f"If no learner ever got it, delete its line from {LEDGER}"
        )
    return error(
        "PQ602",
        had,
        Place(LEDGER, ("terms" if entry.shape == "term" else "questions", name)),
        hint,
        name,
    )
