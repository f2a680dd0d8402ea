"""The errata file of a transcript: words that are wrong, dated or only one person's view."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pkoquiz import yamlfile
from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.model.passage import Erratum
from pkoquiz.records import Record, validate


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


def read(raw: bytes, file: str) -> tuple[tuple[Erratum, ...], list[Diagnostic]]:
    """Return the errata in `raw` (a mapping with one list, `errata`), and what is wrong with them.

    Whether their words are in their passages is a check of the bank.
    """
    data, faults = yamlfile.read(raw, file)
    if faults:
        return (), faults
    entries = data.get("errata") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(entries, list) or len(data) > 1:
        hint = "begin the file with `errata:`, and below it each entry with `- `"
        return (), [error("PQ160", "expected one list of errata", Place(file), hint)]
    errata = []
    for index, item in enumerate(entries):
        place = Place(file, ("errata", index))
        entry, found = validate(Entry, item, place)
        faults += found
        if entry is not None:
            errata.append(Erratum(**entry.model_dump(), place=place))
    return tuple(errata), faults
