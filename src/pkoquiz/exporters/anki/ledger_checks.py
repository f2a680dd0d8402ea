"""Checks of a bank against the ledger, which need no notes: what would harm learners' cards."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Mapping, Sequence

from pkoquiz.diagnostics import Diagnostic, Place, error, warning
from pkoquiz.exporters.anki.ledger import Entry, Ledger, midnight
from pkoquiz.exporters.anki.notes import can_take
from pkoquiz.exporters.anki.text import first_words
from pkoquiz.model.bank import Bank
from pkoquiz.model.course import LEDGER
from pkoquiz.model.question import Cloze, Question, Term, cloze_parts

RELEASE = Place("course.yaml", ("release",))

_DAY = 86_400
_LONG_WORD = re.compile(r"\w{5,}")


def check_course(bank: Bank, ledger: Ledger, today: datetime.date) -> list[Diagnostic]:
    """Check the course's name and release date against the ledger; `today` is the date in UTC."""
    short, release = bank.course.short, bank.course.release
    diagnostics = []
    if ledger.course and ledger.course != short:
        message = f"the course is called `{short}`, but learners' cards belong to `{ledger.course}`"
        hint = f"set `short: {ledger.course}`, or delete {LEDGER} if no deck was ever released"
        diagnostics.append(error("PQ606", message, Place("course.yaml", ("short",)), hint))
    if release > today:
        message = f"the release date {release} is in the future"
        hint = f"set `release: {today}` or earlier, or Anki will reject later updates"
        diagnostics.append(error("PQ603", message, RELEASE, hint))
    if ledger.release and release < ledger.release:
        message = f"the release date {release} is before that of the last deck, {ledger.release}"
        diagnostics.append(
            error("PQ603", message, RELEASE, f"set `release: {ledger.release}` or later")
        )
    if ledger.newest >= midnight(today) + _DAY:
        newest = datetime.datetime.fromtimestamp(ledger.newest, datetime.UTC)
        message = f"the ledger contains a time in the future: {newest:%Y-%m-%d %H:%M} UTC"
        hint = (
            f"restore it from version control (`git checkout {LEDGER}`), "
            "and check the clock of this machine"
        )
        diagnostics.append(error("PQ601", message, Place(LEDGER), hint))
    return diagnostics


def check_items(bank: Bank, ledger: Ledger) -> list[Diagnostic]:
    """Check that released ids are in the bank, are not drafts, and name the same questions."""
    diagnostics: list[Diagnostic] = []
    kinds: tuple[tuple[Sequence[Question | Term], Mapping[str, Entry]], ...] = (
        (bank.questions, ledger.questions),
        (bank.terms, ledger.terms),
    )
    for items, known in kinds:
        for item in items:
            entry = known.get(item.id)
            if entry is not None:
                diagnostics += _check_draft(item) or _check_identity(item, entry)
        missing = known.keys() - {item.id for item in items}
        if missing:
            new = {item_words(item): item.id for item in items if item.id not in known}
            diagnostics += [_missing(name, known[name], new) for name in sorted(missing)]
    return diagnostics


def type_name(item: Question | Term) -> str:
    """Return the type that the ledger gives to an item."""
    return "term" if isinstance(item, Term) else item.type


def item_words(item: Question | Term) -> str:
    """Return the words by which the ledger and `CHANGES.md` describe an item, with open gaps."""
    match item:
        case Term():
            return first_words(item.term)
        case Cloze():
            parts = cloze_parts(item.stem)
            return first_words("".join(part if isinstance(part, str) else "…" for part in parts))
        case _:
            return first_words(item.stem)


def _check_draft(item: Question | Term) -> list[Diagnostic]:
    if item.status != "draft":
        return []
    message = f"learners have `{item.id}`, but a draft is not updated"
    hint = "finish it and delete `status: draft`, or set `status: retired` with a `reason`"
    return [warning("PQ607", message, item.place.into("status"), hint, item.id)]


def _check_identity(item: Question | Term, old: Entry) -> list[Diagnostic]:
    """Report an id that learners know and that now names something else."""
    past = f"`{item.id}` has named the {old.type} “{old.words}” since {old.since}"
    words = item_words(item)
    place = item.place.into("id")
    new_id = "give this question a new id"
    if not can_take(item, old.shape):
        message = f"{past}; it cannot become a {type_name(item)} question"
        hint = f"{new_id}, and restore `{item.id}` with `status: retired`"
        return [error("PQ604", message, place, hint, item.id)]
    if words == old.words:
        return []
    if old.retired and item.status == "ready" and _likeness(words, old.words) < 0.75:
        message = f"{past} and was withdrawn on {old.changed}; an id is never used again"
        hint = f"{new_id}, and restore the withdrawn `{item.id}`"
        return [error("PQ604", message, place, hint, item.id)]
    if _are_different(words, old.words):
        hint = f"if this is another question, {new_id}; otherwise it inherits the learning history"
        return [warning("PQ605", f"{past}; now it reads “{words}”", place, hint, item.id)]
    return []


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


def _are_different(one: str, other: str) -> bool:
    """Whether two wordings seem to ask different things: no long word is in both.

    The ratio of common letters alone does not say it: any two sentences of one language reach
    nearly a half.
    """
    words = [set(_LONG_WORD.findall(text.casefold())) for text in (one, other)]
    if not all(words):
        return _likeness(one, other) < 0.4
    return not words[0] & words[1] and _likeness(one, other) < 0.6


def _missing(name: str, entry: Entry, new: Mapping[str, str]) -> Diagnostic:
    message = (
        f"`{name}` ({entry.type}, “{entry.words}”) was released on {entry.since} "
        "and is missing from the bank"
    )
    if entry.words in new:
        hint = f"`{new[entry.words]}` reads the same: change its id back to `{name}`"
    else:
        hint = (
            "restore it with `status: retired` and a `reason`: Anki never deletes a card, but the "
            f"card can say so. If no learner ever got it, delete its line from {LEDGER}"
        )
    place = Place(LEDGER, ("terms" if entry.shape == "term" else "questions", name))
    return error("PQ602", message, place, hint, name)
