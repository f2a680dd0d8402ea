"""Errata without effect: their words are not in the passage that they name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence

from pkoquiz.diagnostics import Diagnostic, Place, warning
from pkoquiz.model.bank import Bank
from pkoquiz.model.passage import Transcript
from pkoquiz.prose import did_you_mean, quoted
from pkoquiz.quotes.errata import stray_errata

_MANY = 3
"""If more errata of one section do not fit, its passages have changed: one finding."""


def idle_errata(bank: Bank, explained: Container[str] = ()) -> Iterator[Diagnostic]:
    """PQ161 and PQ162: errata whose passage does not exist or does not contain their words.

    Sections in `explained`, whose finding already gives the reason, are skipped.
    """
    homes = stray_errata(bank)
    for transcript in bank.transcripts:
        yield from _idle_errata(bank, transcript, homes, explained)


def _idle_errata(
    bank: Bank,
    transcript: Transcript,
    homes: Mapping[Place, Sequence[str]],
    explained: Container[str],
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
            hint = _where(homes.get(erratum.place, ())) or did_you_mean(erratum.passage, own)
            hint = hint or "`pkoquiz passages` lists the ids"
            place = erratum.place.into("passage")
            idle[section].append(warning("PQ161", message, place, hint))
        elif erratum.place in homes:
            message = f"these words are not in passage `{erratum.passage}`"
            hint = _where(homes[erratum.place])
            hint = hint or "copy the words from the transcript; they must be within one passage"
            place, other = erratum.place.into("words"), bank.passage_places[passage.id]
            idle[section].append(warning("PQ162", message, place, hint, other=other))
    movable = any(len(homes.get(erratum.place, ())) == 1 for erratum in transcript.errata)
    if orphans == len(transcript.errata) > 1:
        message = "none of the errata names a passage of this transcript"
        hint = "check that the errata and the layout belong to it"
        if movable:
            hint += "; if they do, `pkoquiz relink --write` corrects the ids"
        yield warning("PQ161", message, Place(transcript.errata[0].place.file), hint)
        return
    for section, findings in idle.items():
        if len(findings) <= _MANY:
            yield from findings
            continue
        message = f"{len(findings)} errata of section `{section}` do not fit its passages"
        hint = "correct the ids; `pkoquiz passages WORD …` finds the words of an erratum"
        if movable:
            hint = f"`pkoquiz relink --write` corrects ids if it can; otherwise {hint}"
        yield warning("PQ161", message, findings[0].place, hint)


def _where(passages: Sequence[str]) -> str:
    """Return a hint that names the passages that contain the words; empty if none does."""
    match passages:
        case []:
            return ""
        case [name]:
            return f"they are in `{name}`; `pkoquiz relink --write` corrects the id"
        case _:
            return f"they are in {quoted(passages[:5])}: write the id of the right one"
