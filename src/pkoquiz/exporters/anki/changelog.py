"""`CHANGES.md`: what a release changes, for those who learn with the deck.

It is written from the ledger alone, so that building the same checkout again gives the same text.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence

from pkoquiz import markup
from pkoquiz.exporters.anki import phrases
from pkoquiz.exporters.anki.decks import contents_phrase
from pkoquiz.exporters.anki.ledger import Entry, Ledger
from pkoquiz.exporters.anki.text import first_words
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question, Term

Released = tuple[Question | Term, Entry]
"""An item of the bank and its entry in the ledger."""


def changes_text(bank: Bank, ledger: Ledger) -> str:
    """Return Markdown: what the ledger's release added, changed and withdrew; earlier releases."""
    release = bank.course.release
    released = [*_released(bank.questions, ledger.questions), *_released(bank.terms, ledger.terms)]
    withdrawn = [pair for pair in released if pair[1].retired and pair[1].changed == release]
    alive = [pair for pair in released if not pair[1].retired]
    new = [pair for pair in alive if pair[1].since == release]
    changed = [pair for pair in alive if pair[1].changed == release != pair[1].since]
    title = phrases.CHANGES_TITLE.format(title=_title(bank.course.title))
    parts = [f"# {title}\n\n{phrases.CHANGES_EDITION.format(release=release)}\n"]
    if len(new) + len(withdrawn) == len(released):
        terms = sum(isinstance(item, Term) for item, _ in new)
        contents = contents_phrase(len(new) - terms, terms)
        parts.append(phrases.FIRST_EDITION.format(contents=contents) + "\n")
        parts.append(_by_section(bank, new))
    else:
        summary = phrases.CHANGES_SUMMARY.format(
            new=len(new),
            changed=len(changed),
            withdrawn=len(withdrawn),
            unchanged=len(released) - len(new) - len(changed) - len(withdrawn),
        )
        parts.append(f"{summary}\n")
        parts.append(_listed(phrases.NEW, [_changed_line(bank, *pair) for pair in new]))
        parts.append(_listed(phrases.CHANGED, [_changed_line(bank, *pair) for pair in changed]))
    parts.append(_listed(phrases.WITHDRAWN, [_withdrawn_line(*pair) for pair in withdrawn]))
    parts.append(f"## {phrases.HOW_TO_UPDATE}\n\n{phrases.HOW_TO_UPDATE_TEXT}")
    parts.append(_earlier(ledger, release))
    return "\n".join(part for part in parts if part)


def _released(items: Sequence[Question | Term], known: Mapping[str, Entry]) -> list[Released]:
    return [(item, known[item.id]) for item in items if item.id in known]


def _by_section(bank: Bank, released: Sequence[Released]) -> str:
    counts = Counter(_section(bank, item) for item, _ in released)
    titles = [section.title for section in bank.sections.values()]
    ranks = {title: index for index, title in enumerate(titles)}
    ordered = sorted(counts, key=lambda title: ranks.get(title, len(ranks)))
    return "\n".join(f"- {_title(title)}: {counts[title]}" for title in ordered) + "\n"


def _listed(title: str, lines: Sequence[str]) -> str:
    heading = f"## {title} ({len(lines)})\n"
    return "\n".join([heading, *lines]) + "\n" if lines else ""


def _changed_line(bank: Bank, item: Question | Term, entry: Entry) -> str:
    return f"- {_literal(entry.words)} ({_title(_section(bank, item))}, `{item.id}`)"


def _withdrawn_line(item: Question | Term, entry: Entry) -> str:
    reason = first_words(item.reason, 300) if item.reason else phrases.NO_REASON
    reason = phrases.REASON.format(reason=_literal(reason))
    return f"- {_literal(entry.words)} (`{item.id}`)\n  {reason}"


def _earlier(ledger: Ledger, release: datetime.date) -> str:
    entries = [*ledger.questions.values(), *ledger.terms.values()]
    added = Counter(entry.since for entry in entries)
    rows = [f"| {day} | {added[day]} |" for day in sorted(added, reverse=True) if day != release]
    if not rows:
        return ""
    header = f"| {' | '.join(phrases.EARLIER_COLUMNS)} |\n|---|---|\n"
    return f"## {phrases.EARLIER_EDITIONS}\n\n{header}" + "\n".join(rows) + "\n"


def _section(bank: Bank, item: Question | Term) -> str:
    if isinstance(item, Term):
        return phrases.GLOSSARY
    return bank.sections[item.section].title if item.section in bank.sections else item.section


def _title(text: str) -> str:
    return _literal(markup.inline_plain(text))


def _literal(text: str) -> str:
    """Return plain text on one line as Markdown that shows it literally."""
    line = " ".join(text.split())
    for sign in "\\`*_[]<>|#":
        line = line.replace(sign, "\\" + sign)
    return line
