"""Split a table into rows: `LABEL`, a tab, and the text in `<p>…</p>`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pkoquiz.diagnostics import Diagnostic, Place, Span, error, warning
from pkoquiz.prose import nearest, quoted, shortened
from pkoquiz.transcript.cleaning import cleaned, finished
from pkoquiz.transcript.layout import Label, SectionLayout
from pkoquiz.transcript.pieces import Line, Piece, Pieces
from pkoquiz.transcript.slides import is_rule

_PARAGRAPH_TAG = re.compile(r"</?p(?:\s[^<>]*)?>", re.IGNORECASE)
_FEW = 3
"""The most unknown labels that are reported individually."""
_PLAIN_LABEL = re.compile(r"([A-Za-z])\s?(\d{1,3})")


def rows_of(body: Sequence[Line], spec: SectionLayout, place: Place, file: str) -> Pieces:
    """Return the paragraphs of a table; `place` is that of the section in the layout.

    A row without a label, or a line without a tab, continues the row above.
    """
    labels = {" ".join(label.label.split()): label for label in spec.labels}
    unlisted: dict[str, Line] = {}
    stems: Counter[str] = Counter()
    pieces: list[Piece] = []
    for line in body:
        if is_rule(line.text):
            continue
        head, tab, cell = line.text.partition("\t")
        name = " ".join(head.split()) if tab else ""
        turn: Label | None = None
        if name:
            if name not in labels:
                unlisted.setdefault(name, line)
            label = labels.get(name) or _label(name)
            turn = label.model_copy(update={"id": _stem(name, label.id, stems)})
        after_break = bool(tab and not name and pieces)
        for part in _PARAGRAPH_TAG.split(cell if tab else line.text):
            if text := cleaned(part):
                lines = (line.number, line.number)
                ends = finished(part)
                pieces.append(Piece("paragraph", text, lines, 0, "", turn, ends, after_break))
                turn, after_break = None, False
    if pieces and not any("\t" in line.text for line in body):
        message = f"section `{spec.slug}` is described as a table, but none of its lines has a tab"
        hint = "separate each label from its text with a tab, or write another `form`"
        return pieces, [error("PQ158", message, place.into("form"), hint)]
    return pieces, _unlisted(unlisted, spec, place, file)


def _label(name: str) -> Label:
    """Return the label of a row that the layout does not describe."""
    return Label(label=name, speaker=name, kind="question" if name[:1] in "Qq" else "answer")


def _stem(name: str, given: str, stems: Counter[str]) -> str:
    """Return the part of the passage ids that comes from the label, different for each row."""
    plain = _PLAIN_LABEL.fullmatch(name)
    stem = given or (f"{plain[1].lower()}{int(plain[2])}" if plain else "x1")
    stems[stem] += 1
    count = stems[stem]
    if count == 1:
        return stem
    while stems[f"{stem}x{count}"]:
        count += 1
    stems[f"{stem}x{count}"] += 1
    return f"{stem}x{count}"


def _unlisted(
    names: dict[str, Line], spec: SectionLayout, place: Place, file: str
) -> list[Diagnostic]:
    if not names:
        return []
    hint = "list each under `labels` in the layout, with its speaker"
    if not spec.labels:
        shown = quoted(shortened(name, 30) for name in list(names)[:5])
        message = f"the layout lists no labels for the rows of this table: {shown}"
        name, line = next(iter(names.items()))
        return [warning("PQ159", message, _place(file, line, name), hint)]
    known = [label.label for label in spec.labels]
    if len(names) > max(_FEW, len(known)):
        # The section is not a table of turns, or its labels are not those of the layout.
        name, line = next(iter(names.items()))
        message = f"{len(names)} row labels are not in the layout, first `{shortened(name, 60)}`"
        return [warning("PQ159", message, _place(file, line, name), hint)]
    faults = []
    for name, line in names.items():
        near = nearest(name, known)
        faults.append(
            warning(
                "PQ159",
                f"the row label `{shortened(name, 60)}` is not in the layout",
                _place(file, line, name),
                f"did you mean `{near}`?" if near else hint,
                other=place.into("labels", known.index(near), "label") if near else None,
            )
        )
    return faults


def _place(file: str, line: Line, name: str) -> Place:
    return Place(file, span=Span.on_line(line.number, 1, len(name)))
