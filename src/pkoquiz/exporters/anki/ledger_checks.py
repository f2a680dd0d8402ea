"""Checks of a bank against the ledger: changes that would damage learners' cards."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence

from pkoquiz.diagnostics import Diagnostic, Place, Span, error, warning
from pkoquiz.editions.contents import item_words, type_name
from pkoquiz.exporters.anki.notes import can_take
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import LEDGER, Entry
from pkoquiz.model.question import Question, Term

_LONG_WORD = re.compile(r"\w{5,}")


def check(bank: Bank) -> list[Diagnostic]:
    """Return what contradicts the ledger; nothing before the first edition."""
    return [*_check_name(bank), *_check_items(bank)] if bank.ledger.editions else []


def _check_name(bank: Bank) -> Iterator[Diagnostic]:
    short, known = bank.course.short, bank.ledger.course
    if known != short:
        message = f"the course is called `{short}`, but learners' cards belong to `{known}`"
        hint = f"write `short: {known}`; you can change the title instead"
        yield error("PQ606", message, Place("course.yaml", ("short",)), hint)


def _check_items(bank: Bank) -> Iterator[Diagnostic]:
    """Check that released ids are in the bank, are not drafts, and name the same questions."""
    kinds: tuple[tuple[Sequence[Question | Term], Mapping[str, Entry]], ...] = (
        (bank.questions, bank.ledger.questions),
        (bank.terms, bank.ledger.terms),
    )
    for items, known in kinds:
        for item in items:
            entry = known.get(item.id)
            if entry is not None:
                yield from _check_draft(item) or _check_identity(item, entry)
        missing = known.keys() - {item.id for item in items}
        if missing:
            new = {item_words(item): item.id for item in items if item.id not in known}
            for name in sorted(missing):
                yield _missing(name, known[name], new)


def _check_draft(item: Question | Term) -> list[Diagnostic]:
    if item.status != "draft":
        return []
    message = f"learners have `{item.id}`, but a draft is not updated"
    hint = "finish it and delete `status: draft`, or set `status: retired` with a `reason`"
    return [warning("PQ607", message, item.place.into("status"), hint, item.id)]


def _check_identity(item: Question | Term, old: Entry) -> list[Diagnostic]:
    """Report a released id that now names something else."""
    past = f"`{item.id}` has named the {old.type} “{old.words}” since {old.since:%Y-%m-%d}"
    words = item_words(item)
    place = item.place.into("id")
    new_id = "give this question a new id"
    if not can_take(item, old.shape):
        message = f"{past}; it cannot become a {type_name(item)} question"
        hint = f"{new_id}, and restore `{item.id}` with `status: retired`"
        return [error("PQ604", message, place, hint, item.id)]
    if words == old.words:
        return []
    if old.withdrawn and item.status == "ready" and _likeness(words, old.words) < 0.75:
        message = f"{past} and was withdrawn; an id is never used again"
        hint = f"{new_id}, and restore the withdrawn `{item.id}`"
        return [error("PQ604", message, place, hint, item.id)]
    if _are_different(words, old.words):
        hint = f"if this is another question, {new_id}; otherwise it inherits the learning history"
        return [warning("PQ605", f"{past}; now it reads “{words}”", place, hint, item.id)]
    return []


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


def _are_different(one: str, other: str) -> bool:
    """Return whether two wordings seem to ask different things: they share no long word.

    The ratio of common letters alone is not enough: any two sentences in the same language reach
    nearly one half.
    """
    words = [set(_LONG_WORD.findall(text.casefold())) for text in (one, other)]
    if not all(words):
        return _likeness(one, other) < 0.4
    return not words[0] & words[1] and _likeness(one, other) < 0.6


def _missing(name: str, entry: Entry, new: Mapping[str, str]) -> Diagnostic:
    message = (
        f"`{name}` ({entry.type}, “{entry.words}”) was released on {entry.since:%Y-%m-%d} "
        "and is missing from the bank"
    )
    if entry.words in new:
        hint = f"`{new[entry.words]}` reads the same: change its id back to `{name}`"
    else:
        hint = (
            "restore it with `status: retired` and a `reason`: Anki never deletes a card, but the "
            "card can say so"
        )
    place = Place(LEDGER, span=Span(entry.line, 1, entry.line, 2) if entry.line else None)
    return error("PQ602", message, place, hint, name)
