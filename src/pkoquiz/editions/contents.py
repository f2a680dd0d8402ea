"""Distinguish the contents that learners learn from the metadata of a question.

A corrected question is sent to learners, and replaces what they wrote on its cards. So only a
change to what they learn counts as a correction: the question, its options and answers, feedback,
explanation, hints, notes, the attribution, the words of the quotes. Tags, difficulty, points, the
place of a quote, a speaker's title, the language of the course and the look of the cards do not
count, nor does a corrected typing error in a quote. These changes reach learners with the next
correction of the item, and newcomers at once.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from typing import Any

from pkoquiz import markup
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Cloze, Item, Term, cloze_parts
from pkoquiz.prose import shortened
from pkoquiz.quotes.citations import references

_ABOUT = {
    *("id", "type", "section", "objective", "bloom", "difficulty", "tags", "points", "status"),
    *("enemies", "waive", "deck", "shuffle", "scoring", "case_sensitive", "min_words"),
    *("max_words", "sources", "reason"),
}
"""The fields of an item that are metadata, or that are compared separately."""

_ABOUT_PARTS = {"points", "pin"}
"""The same for options, rubric lines and so on."""

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def content_digest(item: Item, *, withdrawn: bool = False) -> str:
    """Return the digest of the contents of an item that learners learn."""
    if withdrawn:
        return _digest(["withdrawn", _folded(item.reason)])
    data = item.model_dump(mode="json", exclude=_ABOUT, exclude_defaults=True)
    content = {name: _learned(value) for name, value in data.items()}
    if getattr(item, "shuffle", False) and "options" in content:
        content["options"].sort(key=_json)
    for name in ("pairs", "extras"):  # cards show them in an order of their own
        if name in content:
            content[name].sort(key=_json)
    quotes = sorted([_sketch(source.quote), _folded(source.note)] for source in item.sources)
    return _digest([item.id, content, quotes])


def about_digest(bank: Bank, item: Item) -> str:
    """Return the digest of the metadata of an item, and of its surroundings."""
    data = item.model_dump(mode="json", exclude={"waive"}, exclude_defaults=True)
    section = "" if isinstance(item, Term) else item.section
    title = bank.sections[section].title if section in bank.sections else ""
    places = [reference.where for reference in references(bank, item)]
    return _digest([data, title, places, bank.course.language])


def _learned(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: _learned(part) for name, part in value.items() if name not in _ABOUT_PARTS}
        return {name: part for name, part in kept.items() if part != ""}
    if isinstance(value, list):
        return [_learned(part) for part in value]
    return _folded(value) if isinstance(value, str) else value


def _folded(text: str) -> str:
    """Return a text without the differences that Markdown and Anki do not keep."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _sketch(quote: str) -> str:
    """Return the numbers and the first letters of a quote's words.

    A corrected typing error hardly ever changes it; different words nearly always do.
    """
    words = re.findall(r"\w+", unicodedata.normalize("NFC", quote).casefold())
    return " ".join(word if any(map(str.isdigit, word)) else word[0] for word in words)


def _digest(content: object) -> str:
    return hashlib.sha256(_json(content).encode(errors="replace")).hexdigest()[:16]


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


# --- words ----------------------------------------------------------------------------------------


def first_words(text: str, limit: int = 70) -> str:
    """Return the beginning of a Markdown text as plain text on one line."""
    plain = unicodedata.normalize("NFC", markup.plain(text))
    return shortened(_UNPRINTABLE.sub("", plain), limit)


def item_words(item: Item) -> str:
    """Return the words by which the ledger and `CHANGES.md` describe an item, with open gaps."""
    match item:
        case Term():
            return first_words(item.term)
        case Cloze():
            parts = cloze_parts(item.stem)
            return first_words("".join(part if isinstance(part, str) else "…" for part in parts))
        case _:
            return first_words(item.stem)


def type_name(item: Item) -> str:
    """Return the type that the ledger gives to an item."""
    return "term" if isinstance(item, Term) else item.type
