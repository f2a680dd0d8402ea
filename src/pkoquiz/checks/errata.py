"""Errata without effect: their words are not in the passage that they name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator

from pkoquiz.diagnostics import Diagnostic, Place, warning
from pkoquiz.model.bank import Bank
from pkoquiz.model.passage import Transcript
from pkoquiz.prose import did_you_mean
from pkoquiz.words import occurrences

_MANY = 3
"""If more errata of one section do not fit, its passages have changed: one finding."""


def idle_errata(bank: Bank, explained: Container[str] = ()) -> Iterator[Diagnostic]:
    """PQ161 and PQ162: errata whose passage does not exist or does not contain their words.

    Sections in `explained`, whose finding already gives the reason, are skipped.
    """
    for transcript in bank.transcripts:
        yield from _idle_errata(bank, transcript, explained)


def _idle_errata(
    bank: Bank, transcript: Transcript, explained: Container[str]
) -> Iterator[Diagnostic]:
    own = {passage.id: passage for passage in transcript.passages}
    idle: defaultdict[str, list[Diagnostic]] = defaultdict(list)
    orphans = 0
    for erratum in transcript.errata:
        section = erratum.passage.partition(".")[0]
        if section in explained:
            continue
        passage = own.get(erratum.passage)
        if passage is None:
            orphans += 1
            message = f"passage `{erratum.passage}` not found"
            hint = did_you_mean(erratum.passage, own) or "`pkoquiz passages` lists the ids"
            place = erratum.place.into("passage")
            idle[section].append(warning("PQ161", message, place, hint))
        elif not occurrences(erratum.words, passage.text):
            message = f"these words are not in passage `{erratum.passage}`"
            hint = "copy the words from the transcript; they must be within one passage"
            place, other = erratum.place.into("words"), bank.passage_places[passage.id]
            idle[section].append(warning("PQ162", message, place, hint, other=other))
    if orphans == len(transcript.errata) > 1:
        message = "none of the errata names a passage of this transcript"
        hint = "check that the errata and the layout belong to it"
        yield warning("PQ161", message, Place(transcript.errata[0].place.file), hint)
        return
    for section, findings in idle.items():
        if len(findings) <= _MANY:
            yield from findings
            continue
        message = f"{len(findings)} errata of section `{section}` do not fit its passages"
        hint = "correct the ids; `pkoquiz passages WORD …` finds the words of an erratum"
        yield warning("PQ161", message, findings[0].place, hint)
