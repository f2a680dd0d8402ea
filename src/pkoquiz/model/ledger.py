"""What learners have, as data: the editions of a deck and the items in them.

Anki imports a note from a package only if its modification time is newer than the learner's, and
then replaces all of it, including the learner's own edits and tags. So the time of a note must
change exactly when there is new content that learners should get. The ledger keeps a digest of the
content of each item and the editions that sent it; an edition sends new and corrected items, and
all others keep their times.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from pkoquiz.records import InvalidError, Record

LEDGER = "editions.txt"
"""The file beside `course.yaml` that contains the ledger."""

OLD_LEDGER = "anki.lock.json"
"""The ledger of version 1.0, whose cards have different identities."""

Shape = Literal["recall", "choice", "cloze", "parts", "term"]
"""How an item became cards. It never changes: Anki does not update a note of another type."""

Event = Literal["new", "corrected", "resent", "withdrawn", "returned"]
"""Why an edition sent an item. `resent` is the same content again, `returned` is asked again."""


def _whole_seconds(moment: datetime.datetime) -> datetime.datetime:
    if moment.microsecond or moment.utcoffset() or not 2000 <= moment.year < 2200:
        raise InvalidError("must be a time in UTC, in whole seconds, e.g. `2026-11-20T10:15:02Z`")
    return moment.astimezone(datetime.UTC)


def _with_names(deck: str) -> str:
    if not all(part.strip() for part in deck.split("::")):
        raise InvalidError("a deck has no name")
    return deck


Moment = Annotated[AwareDatetime, AfterValidator(_whole_seconds)]
"""When an edition was released, in UTC and whole seconds."""
Digest = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{16})?$")]
"""The first 16 hexadecimal digits of a sha256; empty for content that must be sent again."""
Part = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,2}$")]
"""The number of a pair, a step or a gap."""
Deck = Annotated[str, AfterValidator(_with_names)]


class Edition(Record):
    """An edition of the deck that was handed out."""

    edition: Annotated[int, Field(ge=1, le=1_000_000)]
    """Its number, from 1."""
    moment: Moment
    tool: str
    """The version of pkoquiz that released it."""


class Look(Record):
    """The fields and templates of a note type."""

    digest: Digest = ""
    moment: Moment
    """The edition that sent them."""


class Entry(Record):
    """A question or term that was released."""

    type: str
    """The type of the question, or `term`."""
    shape: Shape
    words: str
    """The first words of the stem, which show what the id named."""
    digest: Digest = ""
    """The digest of what learners learn."""
    about: Digest = ""
    """The digest of everything else, such as tags. Changes to it are not sent."""
    held: Digest = ""
    """The digest of corrected content that the last edition held back."""
    history: Annotated[dict[Moment, Event], Field(min_length=1)]
    """The editions that sent it."""
    parts: dict[Part, str] = Field(default_factory=dict)
    """The words of each pair, step or gap by number. A number is never used again."""
    dropped: tuple[Part, ...] = ()
    """The numbers of parts that are no longer asked."""
    line: int = Field(0, exclude=True)
    """The line of the ledger, from 1."""

    @property
    def since(self) -> datetime.datetime:
        """When it was first released."""
        return min(self.history)

    @property
    def stamp(self) -> datetime.datetime:
        """When it was last sent: the modification time of its note."""
        return max(self.history)

    @property
    def withdrawn(self) -> bool:
        """Whether its cards say that it is withdrawn."""
        events = (self.history[moment] for moment in sorted(self.history, reverse=True))
        return next((event for event in events if event not in ("corrected", "resent")), "") == (
            "withdrawn"
        )

    @property
    def asked(self) -> Mapping[str, str]:
        """The words of the parts that are asked, by number."""
        return {number: text for number, text in self.parts.items() if number not in self.dropped}


class Ledger(Record):
    """All editions of a course; without any, nothing was ever released."""

    course: str = ""
    """The course's short name, which is part of the identity of every note."""
    editions: tuple[Edition, ...] = ()
    """In the order of their moments."""
    decks: dict[str, Deck] = Field(default_factory=dict)
    """The name of the deck of each section. Anki matches decks by name, so names are kept."""
    notetypes: dict[str, Look] = Field(default_factory=dict)
    """The looks of the note types by kind."""
    questions: dict[str, Entry] = Field(default_factory=dict)
    terms: dict[str, Entry] = Field(default_factory=dict)

    @property
    def last(self) -> Edition | None:
        """The last edition, or None if there is none."""
        return self.editions[-1] if self.editions else None
