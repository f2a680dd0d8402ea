"""Passage ids in the YAML, corrected or pinned, and nothing else in the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pkoquiz.diagnostics import Place, Span
from pkoquiz.model.bank import Bank
from pkoquiz.quotes.find import find
from pkoquiz.quotes.proofs import proofs
from pkoquiz.yamlfile import spans


@dataclass(frozen=True, slots=True)
class Move:
    """A citation whose passage should be named otherwise: `old` is the id without pin, `new` what takes its place."""

    question: str
    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A quote that stands where it is cited, but also where other words of that passage went: a person must look."""

    question: str
    place: Place
    quote: str
    here: str
    there: str


def moves(bank: Bank) -> list[Move]:
    """All corrections that can be made without asking."""
    return [
        Move(
            proof.item.id,
            proof.place.into("passage"),
            proof.citation.passage_id,
            proof.finding.passages[0],
        )
        for proof in proofs(bank)
        if proof.finding.status == "moved" and len(proof.finding.passages) == 1
    ]


def doubts(bank: Bank) -> list[Doubt]:
    """Citations that a changed transcript may have handed to other words, or another speaker, without losing the quote.

    A pinned citation is in no doubt: its pin fits, or `check` says so.
    """
    judged = proofs(bank)
    went: dict[str, dict[str, None]] = {}
    for proof in judged:
        if proof.finding.status == "moved" and len(proof.finding.passages) == 1:
            went.setdefault(proof.citation.passage_id, {})[proof.finding.passages[0]] = None
    return [
        Doubt(proof.item.id, proof.place.into("passage"), proof.citation.quote, name, there)
        for proof in judged
        if proof.finding.status in ("exact", "elided") and "~" not in proof.citation.passage
        for name in [proof.citation.passage_id]
        for there in went.get(name, ())
        if find(proof.citation.quote, bank.passages[there].text)
    ]


def pins(bank: Bank) -> list[Move]:
    """Citations that have no pin yet, with the fingerprint of the passage that their quote stands in.

    A pin that no longer fits is left alone: it asks a person to read the passage again.
    """
    found = []
    for proof in proofs(bank):
        name = proof.citation.passage_id
        if proof.finding.status in ("exact", "elided"):
            pinned = f"{name}~{bank.passages[name].fingerprint[:4]}"
            if "~" not in proof.citation.passage:
                found.append(Move(proof.item.id, proof.place.into("passage"), name, pinned))
    return found


def rewritten(raw: bytes, corrections: Iterable[Move]) -> bytes:
    """The file with the ids replaced; comments, order, quoting and line ends stay byte for byte.

    A pin behind the old id goes with it: it was the fingerprint of another passage.
    """
    corrections = list(corrections)
    mark = "\ufeff" if raw.startswith(b"\xef\xbb\xbf") else ""
    text = raw.decode("utf-8-sig")
    found: Mapping[tuple[str | int, ...], Span] = spans(
        raw, [move.place.path for move in corrections]
    )
    # YAML counts `\r\n`, `\r`, NEL and the two Unicode separators as line ends; so does this.
    starts = _line_starts(text)
    for move in sorted(corrections, key=lambda each: _start(found[each.place.path]), reverse=True):
        span = found[move.place.path]
        start = starts[span.line - 1] + span.column - 1
        end = starts[span.end_line - 1] + span.end_column - 1
        written = text[start:end]
        at = written.find(move.old)
        if at < 0:  # written with escapes, or over two lines
            text = text[:start] + move.new + text[end:]
            continue
        tail = written[at + len(move.old) :]
        pin = len(tail) - len(tail.lstrip("~0123456789abcdef")) if tail.startswith("~") else 0
        text = text[: start + at] + move.new + tail[pin:] + text[end:]
    return (mark + text).encode()


def _start(span: Span) -> tuple[int, int]:
    return (span.line, span.column)


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for index, character in enumerate(text):
        if character == "\r" and text[index + 1 : index + 2] == "\n":
            continue
        if character in "\n\r\x85\u2028\u2029":
            starts.append(index + 1)
    return starts
