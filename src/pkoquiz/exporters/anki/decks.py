"""Decks: one for the course, a subdeck for each section, one for the glossary, one for what was withdrawn."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from html import escape

from pkoquiz import markup
from pkoquiz.exporters.anki.stamps import Stamped
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Term

LIMIT = 50
"""Most sections with a deck of their own: genanki writes all decks anew for each (measured: quadratic), and nobody
browses hundreds. Cards of further sections go to the course's deck; their tags tell them apart."""

LONGEST = 100
"""Characters of a deck's own name; longer titles end at a word."""

GLOSSARY = "glossary"
WITHDRAWN = "withdrawn"

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f"]')


def section_of(stamped: Stamped) -> str:
    """Which deck a note's new cards go to: a section's slug, `:glossary` or `:withdrawn`.

    Cards that learners already have never move (Anki leaves them where they are); so a withdrawn card
    stays with them, and only newcomers find it apart.
    """
    if "pkoquiz::retired" in stamped.note.tags:
        return f":{WITHDRAWN}"
    return f":{GLOSSARY}" if isinstance(stamped.item, Term) else stamped.item.section


def deck_names(bank: Bank, used: Iterable[str], known: dict[str, str]) -> dict[str, str]:
    """Section → full name of its deck, `""` → the course's own.

    Names in the ledger stay: Anki matches decks by name, and a corrected title would tear a section in two. New
    ones are numbered by their place among the sections that have cards, as Anki sorts by name.
    """
    top = known.get("") or "::".join(
        _clean(part) for part in bank.course.anki.deck.split("::") if part.strip()
    )
    top = top or _clean(bank.course.title)
    names = {"": top} | known
    wanted = set(used)
    width = max(2, len(str(len(bank.sections))))
    taught = [slug for slug in bank.sections if slug in wanted or slug in names]
    for index, slug in enumerate(taught, 1):
        if slug not in names and sum(not name.startswith(":") for name in names) <= LIMIT:
            names[slug] = f"{top}::{index:0{width}} {_clean(bank.sections[slug].title)}"
    for slug, title in ((f":{GLOSSARY}", "Glossary"), (f":{WITHDRAWN}", "Withdrawn")):
        if slug in wanted and slug not in names:
            names[slug] = f"{top}::{title}"
    return names


def deck_id(name: str) -> int:
    """An id for use inside the package; Anki gives its own."""
    return 1_000_000_000_000 + int.from_bytes(hashlib.sha256(name.encode()).digest()[:5])


def description(bank: Bank, questions: int, terms: int) -> str:
    """What the deck says about itself: course, edition, source, and how updates work."""
    course = bank.course
    counted = [f"{questions} question{'s' * (questions != 1)}"]
    counted += [f"{terms} term{'s' * (terms != 1)}"] if terms else []
    parts = [markup.html(course.description)] if course.description else []
    parts.append(
        f"<p>Edition of {course.release}: {' and '.join(counted)}. Every answer is followed by the words that prove it.</p>"
    )
    for script in bank.transcripts:
        told = " ".join(part for part in (script.citation, script.rights) if part)
        parts += [f"<p>Source: {escape(told, quote=False)}</p>"] if told else []
    parts.append(
        "<p>To update, import the newer file (File &gt; Import) with the options as they are: your progress stays, "
        "new and corrected cards arrive. A corrected card replaces what you wrote on it yourself; cards that "
        "did not change keep your notes and tags.</p>"
    )
    return "".join(parts)


def withdrawn_description() -> str:
    """Said on the deck of withdrawn cards."""
    return "<p>Cards that were withdrawn from the course, with the reason. New here? You can delete this deck.</p>"


def _clean(title: str) -> str:
    # "::" would open a subdeck; control characters and quotes Anki drops itself.
    told = " ".join(_NOT_IN_NAMES.sub(" ", markup.inline_plain(title)).split())
    while "::" in told:
        told = told.replace("::", ":")
    if len(told) > LONGEST:
        told = told[:LONGEST].rpartition(" ")[0] + "…" if " " in told[:LONGEST] else told[:LONGEST]
    return told.strip(" :") or "Untitled"
