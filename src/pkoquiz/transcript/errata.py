"""The errata of a transcript: words that are printed and yet wrong, dated, or one man's opinion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from pkoquiz import yamlfile
from pkoquiz.diagnostics import Diagnostic, Place, error, warning
from pkoquiz.model.passage import Erratum, Passage
from pkoquiz.records import Record, validate
from pkoquiz.words import words


class Entry(Record):
    """One entry of an errata file."""

    passage: str = Field(min_length=1)
    """Id of the passage in which the words stand."""
    line: int = Field(default=0, ge=0)
    kind: Literal["F", "C", "D", "O", "T"]
    """F factually wrong, C contradicted elsewhere, D dated, O opinion or claim, T slip of transcription."""
    words: str = Field(min_length=1)
    """As printed."""
    right: str = ""
    sureness: str = ""
    why: str = ""
    do: str = ""
    """Begins with AVOID, NOTE, OK-FIX or ATTR."""


def read(
    raw: bytes, file: str, passages: Iterable[Passage]
) -> tuple[tuple[Erratum, ...], list[Diagnostic]]:
    """The errata written in `raw` (a mapping with one list, `errata`), and what is wrong with them.

    An entry whose passage does not exist, or whose words are not in it, is kept and warned of: it guards nothing.
    """
    data, faults = yamlfile.read(raw, file)
    if faults:
        return (), faults
    entries = data.get("errata") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(entries, list) or len(data) > 1:
        hint = "begin the file with `errata:` and the entries below it, each with `- `"
        return (), [error("PQ160", "expected one list of errata", Place(file), hint)]
    by_id = {passage.id: passage for passage in passages}
    folded: dict[str, str] = {}
    errata = []
    for index, item in enumerate(entries):
        place = Place(file, ("errata", index))
        entry, found = validate(Entry, item, place)
        faults += found
        if entry is None:
            continue
        errata.append(Erratum(**entry.model_dump()))
        passage = by_id.get(entry.passage)
        if passage is None:
            message = f"no passage `{entry.passage}`"
            faults.append(
                warning("PQ161", message, place.into("passage"), "`pkoquiz passages` lists the ids")
            )
            continue
        if passage.id not in folded:
            folded[passage.id] = f" {' '.join(words(passage.text))} "
        if f" {' '.join(words(entry.words))} " not in folded[passage.id]:
            hint = "copy the words from the transcript; they stand within one passage"
            faults.append(
                warning(
                    "PQ162", f"these words are not in `{passage.id}`", place.into("words"), hint
                )
            )
    return tuple(errata), faults
