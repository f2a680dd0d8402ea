"""Decks: one for the course, and below it one for the glossary and one for each section."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from pkoquiz import markup
from pkoquiz.exporters.anki import phrases
from pkoquiz.exporters.feedback import escaped
from pkoquiz.language import say, say_count
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Item, Term
from pkoquiz.prose import shortened

LIMIT = 50
"""The most sections with their own decks: genanki writes all decks again for each one (time grows
with the square, measured), and nobody browses hundreds. Cards of further sections go to the
course's deck, where their tags distinguish them."""

LONGEST = 100
"""Characters of a deck's own name; a longer title is cut at a word."""

# No slug of a section begins with a colon.
GLOSSARY = ":glossary"

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f"]')


def section_of(item: Item) -> str:
    """Return where the new cards of an item go: the slug of a section, or GLOSSARY.

    Cards that learners already have never move: Anki leaves them where they are.
    """
    return GLOSSARY if isinstance(item, Term) else item.section


def deck_names(bank: Bank, used: Iterable[str], known: dict[str, str]) -> dict[str, str]:
    """Return the full name of each section's deck; that of the course has the key `""`.

    Names in the ledger are kept: Anki matches decks by name, and a corrected title would split a
    section. New ones are numbered, because Anki sorts decks by name: first the glossary, whose
    terms the questions use, then the sections in the order of the course.
    """
    top = known.get("") or deck_name(bank)
    names = {"": top} | known
    wanted = set(used)
    width = max(2, len(str(len(bank.sections))))
    if GLOSSARY in wanted and GLOSSARY not in names:
        names[GLOSSARY] = f"{top}::{0:0{width}} {say(phrases.GLOSSARY)}"
    taught = [slug for slug in bank.sections if slug in wanted or slug in names]
    for index, slug in enumerate(taught, 1):
        if slug not in names and sum(not name.startswith(":") for name in names) <= LIMIT:
            names[slug] = f"{top}::{index:0{width}} {_name(bank.sections[slug].title)}"
    return names


def deck_name(bank: Bank) -> str:
    """Return the full name that the course gives to its deck."""
    levels = [_name(part) for part in bank.course.anki.deck.split("::") if part.strip()]
    return "::".join(levels) or _name(bank.course.title)


def deck_id(name: str) -> int:
    """Return an id for use inside the package; Anki assigns its own."""
    return 1_000_000_000_000 + int.from_bytes(hashlib.sha256(name.encode()).digest()[:5])


def description(bank: Bank, edition: str, contents: str) -> str:
    """Return the description of the course's deck: edition, sources, and how to update."""
    paragraphs = [escaped(edition), say(phrases.PROVED, contents=contents)]
    for script in bank.transcripts:
        citation = " ".join(part for part in (script.citation, script.rights) if part)
        if citation:
            paragraphs.append(say(phrases.SOURCE, citation=escaped(citation)))
    paragraphs.append(say(phrases.HOW_TO_UPDATE_DECK))
    html = markup.html(bank.course.description) if bank.course.description else ""
    return html + "".join(f"<p>{text}</p>" for text in paragraphs)


def contents_phrase(questions: int, terms: int) -> str:
    """Return how many questions and terms there are: `310 questions and 120 terms`."""
    question_count = say_count("{count} question", "{count} questions", questions)
    if not terms:
        return question_count
    term_count = say_count("{count} term", "{count} terms", terms)
    return say(phrases.AND, questions=question_count, terms=term_count)


def _name(title: str) -> str:
    # "::" would make a subdeck; Anki removes control characters and quotes itself.
    name = re.sub(":{2,}", ":", _NOT_IN_NAMES.sub(" ", markup.inline_plain(title)))
    return shortened(name, LONGEST).strip(" :") or say(phrases.UNTITLED)
