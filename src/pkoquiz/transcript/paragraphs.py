"""Join paragraphs that a page break, a slide or a footnote cut in mid-sentence."""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import pairwise

from pkoquiz.transcript.layout import Label
from pkoquiz.transcript.numbering import Draft
from pkoquiz.transcript.pieces import Piece, without_marks


def joined(pieces: Sequence[Piece]) -> tuple[list[Draft], list[tuple[int, int]]]:
    """Return drafts in the order of their first lines, and the pairs of lines around page breaks.

    A paragraph that does not end like a sentence continues in the next one, unless a heading or a
    new turn comes between. The parts are joined with a space, since page breaks do not cut words.
    """
    drafts: list[tuple[int, Draft]] = []
    breaks: list[tuple[int, int]] = []
    footnotes = {int(piece.label) for piece in pieces if piece.kind == "footnote"}
    open_pieces: list[Piece] = []
    opened_at = last_line = turn = 0
    label: Label | None = None

    def close() -> None:
        if open_pieces:
            drafts.append((opened_at, _paragraph(open_pieces, label, turn, footnotes)))
            open_pieces.clear()

    for index, piece in enumerate(pieces):
        if piece.kind != "paragraph":
            if piece.kind == "heading":
                close()
            draft = Draft(piece.kind, piece.text, piece.lines, label=piece.label, level=piece.level)
            drafts.append((index, draft))
            continue
        continues = bool(open_pieces) and not open_pieces[-1].finished and piece.turn is None
        if continues or piece.after_break:
            breaks.append((last_line, piece.lines[0]))
        if not continues:
            close()
            opened_at = index
            if piece.turn is not None:
                label, turn = piece.turn, turn + 1
        open_pieces.append(piece)
        last_line = piece.lines[1]
    close()
    drafts.sort(key=lambda pair: pair[0])
    return [draft for _, draft in drafts], breaks


def _paragraph(
    pieces: Sequence[Piece], label: Label | None, turn: int, footnotes: Container[int]
) -> Draft:
    text, marked = without_marks(" ".join(piece.text for piece in pieces), footnotes)
    return Draft(
        kind=label.kind if label else "speech",
        text=text,
        lines=(pieces[0].lines[0], pieces[-1].lines[1]),
        speaker=label.speaker if label else "",
        label=label.label if label else "",
        stem=label.id if label else "",
        turn=0 if label is None or label.id else turn,
        joins=tuple((one.lines[1], two.lines[0]) for one, two in pairwise(pieces)),
        footnotes=marked,
    )
