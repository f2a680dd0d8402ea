"""`CHANGES.md`: what a release brings, in words for those who learn with the deck.

Made from the ledger alone, so that building the same checkout again tells the same.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence

from pkoquiz import markup
from pkoquiz.exporters.anki.ledger import Entry, Ledger
from pkoquiz.exporters.anki.text import first_words
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question, Term

_HOW = """## How to update

Import the newer file in Anki (File > Import) and leave the options as they are. Your progress stays:
intervals, due dates, flags. A corrected card replaces the old one, together with what you wrote on it yourself; cards
that did not change keep your notes and tags. Withdrawn cards stay where they are and say why they were
withdrawn; suspend them when you like.
"""


def changes_text(bank: Bank, ledger: Ledger) -> str:
    """Markdown: new, changed and withdrawn questions and terms of the ledger's release, then earlier releases."""
    release = bank.course.release
    items: dict[tuple[str, str], Question | Term] = {
        ("question", question.id): question for question in bank.questions
    }
    items |= {("term", term.id): term for term in bank.terms}
    entries: list[tuple[Question | Term, Entry]] = []
    for kind, known in (("question", ledger.questions), ("term", ledger.terms)):
        entries += [
            (item, known[item.id])
            for (of, _), item in items.items()
            if of == kind and item.id in known
        ]
    new = [pair for pair in entries if pair[1].since == release and not pair[1].retired]
    retired = [pair for pair in entries if pair[1].retired and pair[1].changed == release]
    changed = [
        pair
        for pair in entries
        if pair[1].changed == release and pair[1].since != release and not pair[1].retired
    ]
    first = len(new) == len(entries) - len(retired)
    same = len(entries) - len(new) - len(changed) - len(retired)
    parts = [f"# What is new: {_title(bank.course.title)}\n\nEdition of {release}.\n"]
    if first:
        parts.append(f"This is the first edition: {_counted(new)}.\n")
        parts.append(_by_section(bank, new))
    else:
        parts.append(
            f"{len(new)} new, {len(changed)} changed, {len(retired)} withdrawn, {same} as before.\n"
        )
        parts.append(_listed("New", new, bank))
        parts.append(_listed("Changed", changed, bank))
    parts.append(_withdrawn(retired))
    parts.append(_HOW)
    parts.append(_earlier(ledger, release))
    return "\n".join(part for part in parts if part)


def _counted(pairs: Sequence[tuple[Question | Term, Entry]]) -> str:
    terms = sum(isinstance(item, Term) for item, _ in pairs)
    asked = len(pairs) - terms
    told = f"{asked} question{'s' * (asked != 1)}"
    return told + (f" and {terms} term{'s' * (terms != 1)}" if terms else "")


def _by_section(bank: Bank, pairs: Sequence[tuple[Question | Term, Entry]]) -> str:
    count = Counter(_section(bank, item) for item, _ in pairs)
    order = [section.title for section in bank.sections.values()]
    rank = {title: index for index, title in enumerate(order)}
    lines = [
        f"- {_title(title)}: {count[title]}"
        for title in sorted(count, key=lambda title: rank.get(title, len(rank)))
    ]
    return "\n".join(lines) + "\n"


def _listed(title: str, pairs: Sequence[tuple[Question | Term, Entry]], bank: Bank) -> str:
    if not pairs:
        return ""
    lines = [f"## {title} ({len(pairs)})\n"]
    for item, entry in pairs:
        lines.append(f"- {_line(entry.words)} ({_title(_section(bank, item))}, `{item.id}`)")
    return "\n".join(lines) + "\n"


def _withdrawn(pairs: Sequence[tuple[Question | Term, Entry]]) -> str:
    if not pairs:
        return ""
    lines = [f"## Withdrawn ({len(pairs)})\n"]
    for item, entry in pairs:
        why = first_words(item.reason, 300) if item.reason else "no longer asked"
        lines.append(f"- {_line(entry.words)} (`{item.id}`)\n  Reason: {_line(why)}")
    return "\n".join(lines) + "\n"


def _earlier(ledger: Ledger, release: datetime.date) -> str:
    entries = [*ledger.questions.values(), *ledger.terms.values()]
    came = Counter(entry.since for entry in entries)
    rows = [f"| {day} | {came[day]} |" for day in sorted(came, reverse=True) if day != release]
    if not rows:
        return ""
    return "## Earlier editions\n\n| edition | brought |\n|---|---|\n" + "\n".join(rows) + "\n"


def _section(bank: Bank, item: Question | Term) -> str:
    if isinstance(item, Term):
        return "Glossary"
    return bank.sections[item.section].title if item.section in bank.sections else item.section


def _title(text: str) -> str:
    return _line(markup.inline_plain(text))


def _line(text: str) -> str:
    """Plain words inside Markdown: nothing in them is markup."""
    told = " ".join(text.split())
    for sign in "\\`*_[]<>|#":
        told = told.replace(sign, "\\" + sign)
    return told
