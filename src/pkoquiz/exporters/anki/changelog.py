"""`CHANGES.md`: what an edition changes, for those who learn with the deck.

It lists the changes since each earlier edition that a learner may have. It is computed from the
ledger and the bank, so that building the same checkout again gives the same text.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence

from pkoquiz import markup
from pkoquiz.editions.contents import first_words
from pkoquiz.exporters.anki import phrases
from pkoquiz.language import date, say
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import Edition, Entry, Ledger
from pkoquiz.model.question import Question, Term

Released = tuple[Question | Term, Entry]
"""An item of the bank and its entry in the ledger."""


def changes_text(bank: Bank, ledger: Ledger, edition: str, contents: str) -> str:
    """Return as Markdown what the last edition changes for learners with each earlier one."""
    known = {**ledger.questions, **{f"term {name}": entry for name, entry in ledger.terms.items()}}
    released = [
        (item, known[key])
        for item in (*bank.terms, *bank.questions)
        if (key := f"term {item.id}" if isinstance(item, Term) else item.id) in known
    ]
    title = say(phrases.CHANGES_TITLE, title=_title(bank.course.title))
    said = say(phrases.THIS_EDITION, edition=edition, contents=contents)
    earlier = ledger.editions[-2::-1]
    first = say("{sentence} {next}", sentence=said, next=say(phrases.FIRST_EDITION))
    blocks = [f"# {title}", said if earlier else first]
    for had in earlier:
        day = date(had.moment)
        blocks.append(f"## {say(phrases.IF_YOU_HAVE, number=had.edition, date=day)}")
        blocks += list(_since(bank, released, had)) or [say(phrases.NOTHING_NEW)]
    blocks += [f"## {say(phrases.IF_YOU_ARE_NEW)}", _by_section(bank, released)]
    blocks += [f"## {say(phrases.HOW_TO_UPDATE)}", say(phrases.HOW_TO_UPDATE_TEXT)]
    return "\n\n".join(blocks) + "\n"


def _since(bank: Bank, released: Sequence[Released], had: Edition) -> Iterator[str]:
    """Yield what has changed for those who have an earlier edition."""
    lists: dict[str, list[str]] = {
        title: [] for title in (phrases.NEW, phrases.CORRECTED, phrases.RETURNED, phrases.WITHDRAWN)
    }
    for item, entry in released:
        if kind := _kind(entry, had.moment):
            line = _withdrawn_line if kind == phrases.WITHDRAWN else _line
            lists[kind].append(line(bank, item, entry))
    for title, lines in lists.items():
        if lines:
            yield f"**{say(title)} ({len(lines)})**"
            yield "\n".join(lines)


def _kind(entry: Entry, had: datetime.datetime) -> str:
    """Return how an item changed after an edition; empty if learners notice no change."""
    events = [entry.history[moment] for moment in sorted(entry.history) if moment > had]
    if not events or (entry.withdrawn and entry.since > had):
        return ""
    if entry.since > had:
        return phrases.NEW
    if entry.withdrawn:
        return phrases.WITHDRAWN if "withdrawn" in events else ""
    if "returned" in events:
        return phrases.RETURNED
    return phrases.CORRECTED if "corrected" in events or "resent" in events else ""


def _by_section(bank: Bank, released: Sequence[Released]) -> str:
    counts = Counter(_section(bank, item) for item, entry in released if not entry.withdrawn)
    titles = [say(phrases.GLOSSARY), *(section.title for section in bank.sections.values())]
    ranks = {title: index for index, title in reversed(list(enumerate(titles)))}
    ordered = sorted(counts, key=lambda title: ranks.get(title, len(ranks)))
    return "\n".join(f"- {_title(title)}: {counts[title]}" for title in ordered)


def _line(bank: Bank, item: Question | Term, entry: Entry) -> str:
    return f"- {_literal(entry.words)} ({_title(_section(bank, item))}, `{item.id}`)"


def _withdrawn_line(bank: Bank, item: Question | Term, entry: Entry) -> str:
    absent = phrases.TERM_WITHDRAWN if isinstance(item, Term) else phrases.QUESTION_WITHDRAWN
    reason = say(phrases.REASON, reason=_literal(first_words(item.reason or say(absent), 300)))
    return f"{_line(bank, item, entry)}\n  {reason}"


def _section(bank: Bank, item: Question | Term) -> str:
    if isinstance(item, Term):
        return say(phrases.GLOSSARY)
    return bank.sections[item.section].title if item.section in bank.sections else item.section


def _title(text: str) -> str:
    return _literal(markup.inline_plain(text))


def _literal(text: str) -> str:
    """Return plain text on one line, escaped for Markdown."""
    line = " ".join(text.split())
    for sign in "\\`*_[]<>|#":
        line = line.replace(sign, "\\" + sign)
    return line
