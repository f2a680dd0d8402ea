"""The errata file of a transcript: words that are wrong, dated or only one person's view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from pkoquiz import yamlfile
from pkoquiz.diagnostics import Diagnostic, Place, error, warning
from pkoquiz.model.passage import Erratum, Passage
from pkoquiz.prose import did_you_mean
from pkoquiz.records import Record, validate
from pkoquiz.words import occurrences


class Entry(Record):
    """One entry of an errata file."""

    passage: str = Field(min_length=1)
    """The id of the passage that contains the words."""
    line: int = Field(default=0, ge=0)
    """The line of the transcript, for people who look it up."""
    kind: Literal["F", "C", "D", "O", "T"]
    """F factual, C contradiction, D dated, O opinion or claim, T transcription."""
    words: str = Field(min_length=1)
    """The words as printed."""
    right: str = ""
    """What is correct."""
    sureness: str = ""
    """How certain the editor is."""
    why: str = ""
    """Why the words are wrong."""
    do: str = ""
    """What to do; begins with AVOID, NOTE, OK-FIX or ATTR."""


def read(
    raw: bytes, file: str, passages: Iterable[Passage] | None
) -> tuple[tuple[Erratum, ...], list[Diagnostic]]:
    """Return the errata in `raw` (a mapping with one list, `errata`), and what is wrong with them.

    An entry guards nothing if its passage does not exist or does not contain its words: it is kept,
    with a warning. Without `passages`, that is not checked.
    """
    data, faults = yamlfile.read(raw, file)
    if faults:
        return (), faults
    entries = data.get("errata") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(entries, list) or len(data) > 1:
        hint = "begin the file with `errata:`, and below it each entry with `- `"
        return (), [error("PQ160", "expected one list of errata", Place(file), hint)]
    texts = None if passages is None else {passage.id: passage.text for passage in passages}
    errata = []
    orphans = []
    for index, item in enumerate(entries):
        place = Place(file, ("errata", index))
        entry, found = validate(Entry, item, place)
        faults += found
        if entry is None:
            continue
        errata.append(Erratum(**entry.model_dump()))
        if texts is None:
            continue
        if entry.passage not in texts:
            message = f"passage `{entry.passage}` not found"
            hint = did_you_mean(entry.passage, texts) or "`pkoquiz passages` lists the ids"
            orphans.append(warning("PQ161", message, place.into("passage"), hint))
        elif not occurrences(entry.words, texts[entry.passage]):
            message = f"these words are not in passage `{entry.passage}`"
            hint = "copy the words from the transcript; they must be within one passage"
            faults.append(warning("PQ162", message, place.into("words"), hint))
    if len(orphans) == len(errata) > 1:
        message = "none of the errata names a passage of this transcript"
        hint = "check that the errata and the layout belong to it"
        orphans = [warning("PQ161", message, Place(file), hint)]
    return tuple(errata), faults + orphans
