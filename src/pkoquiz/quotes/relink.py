"""Correct or pin passage ids of citations and errata in YAML files, and change nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pkoquiz.diagnostics import Place
from pkoquiz.model.bank import Bank
from pkoquiz.prose import shortened
from pkoquiz.quotes.errata import stray_errata
from pkoquiz.quotes.find import find
from pkoquiz.quotes.proofs import Proof, proofs
from pkoquiz.yamlfile import spans


@dataclass(frozen=True, slots=True)
class Move:
    """A passage id to replace."""

    subject: str
    """The id of the question or term, or the words of the erratum in quotation marks."""
    place: Place
    old: str
    """The id without its pin."""
    new: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A quote found where it is cited, but also where other quotes of that passage moved.

    Only a person can tell which passage is meant.
    """

    question: str
    place: Place
    quote: str
    here: str
    there: str


def moves(bank: Bank) -> list[Move]:
    """Return the corrections that can be made without asking: of citations, then of errata."""
    cited = [
        Move(proof.item.id, _id_place(proof), proof.citation.passage_id, target)
        for proof in proofs(bank)
        if (target := _target(proof))
    ]
    homes = stray_errata(bank)
    listed = [
        Move(
            f"“{shortened(erratum.words, 60)}”",
            erratum.place.into("passage"),
            erratum.passage,
            passages[0],
        )
        for transcript in bank.transcripts
        for erratum in transcript.errata
        if len(passages := homes.get(erratum.place, ())) == 1
    ]
    # Transcripts may share a file of errata.
    return cited + list(dict.fromkeys(listed))


def doubts(bank: Bank) -> list[Doubt]:
    """Return the citations that may silently refer to other words since the transcript changed.

    Such a quote is still in its passage, but perhaps spoken by somebody else. Pinned citations are
    never in doubt: `check` reports a pin that does not match.
    """
    all_proofs = proofs(bank)
    targets: dict[str, dict[str, None]] = {}
    for proof in all_proofs:
        if target := _target(proof):
            targets.setdefault(proof.citation.passage_id, {})[target] = None
    return [
        Doubt(proof.item.id, _id_place(proof), proof.citation.quote, here, there)
        for proof in all_proofs
        if proof.found and not proof.citation.pin
        for here in [proof.citation.passage_id]
        for there in targets.get(here, ())
        if find(proof.citation.quote, bank.passages[there].text)
    ]


def pins(bank: Bank) -> list[Move]:
    """Return the pins to add to citations without one.

    A pin that no longer matches is left alone: a person has to read the passage again.
    """
    return [
        Move(proof.item.id, _id_place(proof), name, f"{name}~{bank.passages[name].fingerprint[:4]}")
        for proof in proofs(bank)
        if proof.found and not proof.citation.pin
        for name in [proof.citation.passage_id]
    ]


def _target(proof: Proof) -> str:
    """Return the only passage that the quote can have moved to, or an empty text."""
    moved_to = proof.finding.passages
    return moved_to[0] if proof.finding.status == "moved" and len(moved_to) == 1 else ""


def _id_place(proof: Proof) -> Place:
    return proof.place.into("passage")


def rewritten(raw: bytes, corrections: Iterable[Move]) -> bytes:
    """Return the file with ids replaced; comments, order, quotation marks and line ends stay.

    A pin after an old id is removed with it: it was the fingerprint of another passage.
    """
    corrections = list(corrections)
    mark = "\ufeff" if raw.startswith(b"\xef\xbb\xbf") else ""
    text = raw.decode("utf-8-sig")
    span_of = spans(raw, [move.place.path for move in corrections])
    line_starts = _line_starts(text)
    located = []
    for move in corrections:
        span = span_of[move.place.path]
        start = line_starts[span.line - 1] + span.column - 1
        end = line_starts[span.end_line - 1] + span.end_column - 1
        located.append((start, end, move))
    for start, end, move in sorted(located, key=lambda entry: entry[0], reverse=True):
        before, found, after = text[start:end].partition(move.old)
        if not found:  # written with escapes, or on two lines
            before = after = ""
        elif after.startswith("~"):
            after = after.lstrip("~0123456789abcdef")
        text = text[:start] + before + move.new + after + text[end:]
    return (mark + text).encode()


def _line_starts(text: str) -> list[int]:
    """Return the offset of each line, as YAML counts: NEL, U+2028 and U+2029 end lines too."""
    starts = [0]
    for index, character in enumerate(text):
        if character == "\r" and text[index + 1 : index + 2] == "\n":
            continue
        if character in "\n\r\x85\u2028\u2029":
            starts.append(index + 1)
    return starts
