"""Decks: one for the course, with one for each section, the glossary and withdrawn cards."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from pkoquiz import markup
from pkoquiz.exporters.anki import phrases
from pkoquiz.exporters.anki.stamps import StampedNote
from pkoquiz.exporters.feedback import escaped
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Term
from pkoquiz.prose import counted, shortened

LIMIT = 50
"""The most sections with a deck of their own: genanki writes all decks again for each one (time
grows with the square, measured), and nobody browses hundreds. Cards of further sections go to the
course's deck, where their tags distinguish them."""

LONGEST = 100
"""Characters of a deck's own name; a longer title is cut at a word."""

# No slug of a section begins with a colon.
GLOSSARY = ":glossary"
WITHDRAWN = ":withdrawn"

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f"]')


def section_of(stamped: StampedNote) -> str:
    """Return where the new cards of a note go: the slug of a section, GLOSSARY or WITHDRAWN.

    Cards that learners already have never move: Anki leaves them where they are. So withdrawn
    cards stay in place for them, and only new learners find them in a deck of their own.
    """
    if "pkoquiz::retired" in stamped.note.tags:
        return WITHDRAWN
    return GLOSSARY if isinstance(stamped.item, Term) else stamped.item.section


def deck_names(bank: Bank, used: Iterable[str], known: dict[str, str]) -> dict[str, str]:
    """Return the full name of each section's deck; that of the course has the key `""`.

    Names in the ledger are kept: Anki matches decks by name, and a corrected title would divide a
    section. New ones are numbered in the order of the sections that have cards, because Anki
    sorts decks by name.
    """
    levels = [_name(part) for part in bank.course.anki.deck.split("::") if part.strip()]
    top = known.get("") or "::".join(levels) or _name(bank.course.title)
    names = {"": top} | known
    wanted = set(used)
    width = max(2, len(str(len(bank.sections))))
    taught = [slug for slug in bank.sections if slug in wanted or slug in names]
    for index, slug in enumerate(taught, 1):
        if slug not in names and sum(not name.startswith(":") for name in names) <= LIMIT:
            names[slug] = f"{top}::{index:0{width}} {_name(bank.sections[slug].title)}"
    for slug, title in ((GLOSSARY, phrases.GLOSSARY), (WITHDRAWN, phrases.WITHDRAWN_DECK)):
        if slug in wanted and slug not in names:
            names[slug] = f"{top}::{title}"
    return names


def deck_id(name: str) -> int:
    """Return an id for use inside the package; Anki assigns its own."""
    return 1_000_000_000_000 + int.from_bytes(hashlib.sha256(name.encode()).digest()[:5])


def description(bank: Bank, questions: int, terms: int) -> str:
    """Return the description of the course's deck: edition, sources, and how to update."""
    course = bank.course
    edition = phrases.EDITION.format(
        release=course.release, contents=contents_phrase(questions, terms)
    )
    paragraphs = [edition]
    for script in bank.transcripts:
        citation = " ".join(part for part in (script.citation, script.rights) if part)
        if citation:
            paragraphs.append(phrases.SOURCE.format(citation=escaped(citation)))
    paragraphs.append(phrases.HOW_TO_UPDATE_DECK)
    html = markup.html(course.description) if course.description else ""
    return html + "".join(f"<p>{text}</p>" for text in paragraphs)


def withdrawn_description() -> str:
    """Return the description of the deck of withdrawn cards."""
    return f"<p>{phrases.WITHDRAWN_CARDS}</p>"


def contents_phrase(questions: int, terms: int) -> str:
    """Return how many questions and terms there are: `310 questions and 120 terms`."""
    question_count = counted(questions, phrases.QUESTION)
    if not terms:
        return question_count
    return phrases.AND.format(questions=question_count, terms=counted(terms, phrases.TERM))


def _name(title: str) -> str:
    # "::" would make a subdeck; Anki removes control characters and quotes itself.
    name = re.sub(":{2,}", ":", _NOT_IN_NAMES.sub(" ", markup.inline_plain(title)))
    return shortened(name, LONGEST).strip(" :") or phrases.UNTITLED
