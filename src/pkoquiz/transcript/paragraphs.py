"""Paragraphs cut in mid-sentence joined again: a page break, a slide or a footnote may stand in the gap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pkoquiz.transcript.blocks import Piece, without_calls
from pkoquiz.transcript.drafts import Draft
from pkoquiz.transcript.layout import Label


def joined(pieces: Sequence[Piece]) -> tuple[list[Draft], list[tuple[int, int]]]:
    """Drafts in the order of their first lines, and the pairs of lines between which a page ended.

    A paragraph that does not end as a sentence goes on with the next one, unless a heading or a new turn
    stands between. Joined by one space: no word is cut by a page break in print that was proof-read.
    """
    drafts: list[tuple[int, Draft]] = []
    breaks: list[tuple[int, int]] = []
    notes = {int(piece.label) for piece in pieces if piece.kind == "footnote"}
    open_pieces: list[Piece] = []
    opened_at = 0
    label: Label | None = None
    turn = 0
    last = 0

    def close() -> None:
        if open_pieces:
            drafts.append((opened_at, _paragraph(open_pieces, label, turn, notes)))
            open_pieces.clear()

    for at, piece in enumerate(pieces):
        if piece.kind == "slide" or piece.kind == "footnote":
            drafts.append((at, Draft(piece.kind, piece.text, piece.lines, label=piece.label)))
            continue
        if piece.kind == "heading":
            close()
            drafts.append((at, Draft("heading", piece.text, piece.lines, level=piece.level)))
            continue
        goes_on = bool(open_pieces) and not open_pieces[-1].finished and piece.turn is None
        if goes_on or piece.broken:
            breaks.append((last, piece.lines[0]))
        if not goes_on:
            close()
            opened_at = at
            if piece.turn is not None:
                label, turn = piece.turn, turn + 1
        open_pieces.append(piece)
        last = piece.lines[1]
    close()
    drafts.sort(key=lambda pair: pair[0])
    return [draft for _, draft in drafts], breaks


def _paragraph(pieces: list[Piece], label: Label | None, turn: int, notes: set[int]) -> Draft:
    text = " ".join(piece.text for piece in pieces)
    joins = tuple((one.lines[1], two.lines[0]) for one, two in pairwise(pieces))
    text, calls = without_calls(text, notes)
    return Draft(
        kind=label.kind if label else "speech",
        text=text,
        lines=(pieces[0].lines[0], pieces[-1].lines[1]),
        speaker=label.speaker if label else "",
        label=label.label if label else "",
        stem=label.id if label else "",
        turn=0 if label is None or label.id else turn,
        joins=joins,
        footnotes=calls,
    )
