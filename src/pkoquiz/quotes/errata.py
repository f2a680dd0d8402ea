"""Errata whose words are not in the passage that they name, and where these words are now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from pkoquiz.diagnostics import Place
from pkoquiz.model.bank import Bank
from pkoquiz.model.passage import Erratum, Passage, Transcript
from pkoquiz.words import occurrences, words


def stray_errata(bank: Bank) -> dict[Place, tuple[str, ...]]:
    """Return the passages that contain the words of each erratum without effect, by its place.

    A single passage is the one that the erratum belongs to. If a section has as many such errata
    with the same words as passages that contain them, each belongs to one of these, in order;
    passages of the section that an erratum names are preferred to others.
    """
    homes: dict[Place, tuple[str, ...]] = {}
    for transcript in bank.transcripts:
        for place, passages in _homes(transcript, bank.passages):
            # Transcripts may share a file of errata.
            homes[place] = tuple(dict.fromkeys((*homes.get(place, ()), *passages)))
    return homes


def _homes(
    transcript: Transcript, known: Mapping[str, Passage]
) -> Iterator[tuple[Place, tuple[str, ...]]]:
    fitting: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    stray: defaultdict[tuple[str, tuple[str, ...]], list[Erratum]] = defaultdict(list)
    for erratum in transcript.errata:
        phrase, passage = tuple(words(erratum.words)), known.get(erratum.passage)
        if passage is not None and occurrences(erratum.words, passage.text):
            fitting[phrase].add(passage.id)
        else:
            stray[erratum.passage.partition(".")[0], phrase].append(erratum)
    for (section, phrase), errata in stray.items():
        containing = [
            passage
            for passage in transcript.passages
            if passage.id not in fitting[phrase] and occurrences(errata[0].words, passage.text)
        ]
        near = [passage for passage in containing if passage.section == section]
        ids = tuple(passage.id for passage in near or containing)
        errata.sort(key=lambda erratum: (len(erratum.passage), erratum.passage))
        for position, erratum in enumerate(errata):
            is_certain = len(ids) == len(errata)
            yield erratum.place, ids[position : position + 1] if is_certain else ids
