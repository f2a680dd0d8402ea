"""Split the lines of a talk into headings, slides, footnotes, paragraphs and turns."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Literal

from pkoquiz.diagnostics import Diagnostic, Place, Span, error, warning
from pkoquiz.prose import nearest, shortened
from pkoquiz.transcript.cleaning import cleaned, finished
from pkoquiz.transcript.layout import Label, SectionLayout
from pkoquiz.transcript.slides import cell_text, is_rule, slide_text

_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})(\.?) (?:[^\W\d_]|[\"“‘'(])")
_LONGEST_HEADING = 120
_FOOTNOTE_MARK = re.compile(r"[¹²³⁰⁴-⁹]+")
_FOOTNOTE = re.compile(r"\s*([¹²³⁰⁴-⁹]+)\s+(?=\S)")
_ADDRESS = re.compile(r"\s*<?https?://\S+\s*")
_TURN = re.compile(r"\(([^()]{1,60})\)\s+(?=\S)")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file that is not blank; numbers count from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of one kind, before paragraphs cut by page breaks are joined."""

    kind: Literal["paragraph", "heading", "slide", "footnote"]
    text: str
    lines: tuple[int, int]
    level: int = 0
    label: str = ""
    """The printed number of a slide or footnote."""
    turn: Label | None = None
    """The label, if a turn begins with this paragraph."""
    finished: bool = True
    """Whether the text ends like a sentence."""
    after_break: bool = False
    """Whether a page break precedes this paragraph even if the sentence before it is finished."""


Pieces = tuple[list[Piece], list[Diagnostic]]
"""The pieces of a section in order, and the parts of its layout that were not found."""


def pieces_of(body: Sequence[Line], spec: SectionLayout, place: Place, file: str) -> Pieces:
    """Return the pieces of a talk or discussion; `place` is that of the section in the layout."""
    slides, faults = _slides(body, spec, place, file)
    headings = {heading.text: heading.level for heading in spec.headings}
    dropped = Counter(spec.drop)
    labels = {label.label: label for label in spec.labels}
    unlisted: dict[str, Span] = {}
    pieces: list[Piece] = []
    index = 0
    while index < len(body):
        number, text = body[index].number, body[index].text.strip()
        end = index + slides.get(index, 1)
        if index in slides:
            words, printed = slide_text(line.text for line in body[index:end])
            pieces.append(Piece("slide", words, (number, body[end - 1].number), label=printed))
        elif dropped[text] > 0:
            dropped[text] -= 1
        elif text.startswith("<") and end < len(body) and is_rule(body[end].text):
            for cell in body[index].text.split("\t"):
                words, printed = cell_text(cell)
                if words:
                    pieces.append(Piece("slide", words, (number, body[end].number), label=printed))
            end += 1
        elif level := headings.pop(text, 0):
            title = cleaned(text.removeprefix("- "))
            pieces.append(Piece("heading", title, (number, number), level))
        elif spec.numbered_headings and (level := _heading_level(text)):
            pieces.append(Piece("heading", cleaned(text), (number, number), level))
        elif mark := _FOOTNOTE.match(text):
            parts = [text[mark.end() :]]
            while end < len(body) and _ADDRESS.fullmatch(body[end].text):
                parts.append(body[end].text)
                end += 1
            words = " ".join(map(cleaned, parts))
            lines = (number, body[end - 1].number)
            pieces.append(Piece("footnote", words, lines, label=str(_number(mark[1]))))
        else:
            opening = _TURN.match(text) if labels else None
            turn = labels.get(opening[1]) if opening else None
            if opening and turn:
                text = text[opening.end() :]
            elif opening:
                unlisted.setdefault(opening[1], Span.on_line(number, 1, opening.end(1) + 1))
            if words := cleaned(text):
                lines = (number, number)
                pieces.append(Piece("paragraph", words, lines, turn=turn, finished=finished(text)))
        index = end
    for index, heading in enumerate(spec.headings):
        if headings.pop(heading.text, 0):
            spot = place.into("headings", index, "text")
            faults.append(_not_found("heading", heading.text, body, spot, file))
    for index, text in enumerate(spec.drop):
        if dropped[text] > 0:
            dropped[text] -= 1
            spot = place.into("drop", index)
            faults.append(_not_found("dropped line", text, body, spot, file))
    if spec.form == "discussion" and labels and not any(piece.turn for piece in pieces):
        message = f"no turn in section `{spec.slug}` begins with any of these labels"
        hint = f"begin each turn with its label: `({next(iter(labels))}) …`"
        if any("\t" in line.text for line in body):
            hint = "write `form: table` if the section consists of rows with a label and a tab"
        return pieces, [*faults, error("PQ158", message, place.into("labels"), hint)]
    return pieces, faults + _unlisted(unlisted, spec, place, file)


def without_marks(text: str, footnotes: Container[int]) -> tuple[str, tuple[int, ...]]:
    """Return `text` without the marks of these footnotes, and the numbers of the marks.

    Other superscripts stay: they are powers, as in m².
    """
    marked: list[int] = []

    def without(mark: re.Match[str]) -> str:
        number = _number(mark[0])
        if number not in footnotes:
            return mark[0]
        marked.append(number)
        return ""

    return _FOOTNOTE_MARK.sub(without, text), tuple(marked)


def _number(mark: str) -> int:
    # No work has a million footnotes, and int() refuses very long numbers.
    return int(mark[:6].translate(_DIGITS))


def _slides(
    body: Sequence[Line], spec: SectionLayout, place: Place, file: str
) -> tuple[dict[int, int], list[Diagnostic]]:
    """Return the index of each slide's first line → the number of its lines."""
    slides: dict[int, int] = {}
    faults: list[Diagnostic] = []
    next_index = 0
    for number, slide in enumerate(spec.slides):
        for index in range(next_index, len(body)):
            if body[index].text.strip() == slide.starts:
                slides[index] = min(slide.lines, len(body) - index)
                next_index = index + slide.lines
                break
        else:
            spot = place.into("slides", number, "starts")
            faults.append(_not_found("slide", slide.starts, body, spot, file))
    return slides, faults


def _not_found(what: str, text: str, body: Sequence[Line], place: Place, file: str) -> Diagnostic:
    """Return the diagnostic for a line of the layout that is not in its section."""
    texts = [line.text.strip() for line in body]
    near = nearest_line(text, texts)
    message = f"the {what} `{shortened(text, 60)}` is not in this section"
    if near and near != text:
        other = Place(file, span=Span.on_line(body[texts.index(near)].number))
        return error("PQ158", message, place, f"did you mean `{shortened(near, 80)}`?", other=other)
    hint = "copy the line from the transcript, and list slides in the order of the file"
    return error("PQ158", message, place, hint)


def nearest_line(text: str, lines: Sequence[str]) -> str:
    """Return the line most like `text`, or an empty text if none is like it."""
    # Comparing with every line of a long transcript would be slow, and what is sought is short.
    short = [line for line in lines if len(line) <= 2 * len(text) + 20][:2000]
    return next(iter(difflib.get_close_matches(text, short, n=1)), "")


def _heading_level(text: str) -> int:
    """Return 1 for `2. Title`, 2 for `2.1. Title` or `4.3 Title`, 0 for anything else."""
    match = _NUMBERED.match(text)
    if not match or len(text) > _LONGEST_HEADING or text[-1] in ".;,":
        return 0
    # "16 missions" begins a sentence, not a section.
    return match[1].count(".") + 1 if match[2] or "." in match[1] else 0


def _unlisted(
    names: dict[str, Span], spec: SectionLayout, place: Place, file: str
) -> list[Diagnostic]:
    """Warn of names in parentheses that look like labels but are not in the layout."""
    faults = []
    known = [label.label for label in spec.labels]
    for name, span in names.items():
        message = f"`({name})` looks like a label, but the layout does not list it"
        if near := nearest(name, known, 0.5):
            other = place.into("labels", known.index(near), "label")
            hint = f"did you mean `{near}`?"
            faults.append(warning("PQ159", message, Place(file, span=span), hint, other=other))
        elif name[0].isupper():
            hint = "list it under `labels` if it begins a turn"
            faults.append(warning("PQ159", message, Place(file, span=span), hint))
    return faults
