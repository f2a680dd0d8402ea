"""The lines of one section told apart: headings, slides, footnotes, question rows, turns and paragraphs."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pkoquiz.diagnostics import Diagnostic, Place, Span, error, warning
from pkoquiz.transcript.inline import cleaned, finished
from pkoquiz.transcript.layout import Label, SectionLayout
from pkoquiz.transcript.slides import cell_text, is_rule, slide_text

_NUMBERED = re.compile(
    r"(\d{1,2}(?:\.\d{1,2}){0,4})(\.?) [^\W\d_]|(\d{1,2}(?:\.\d{1,2}){0,4})(\.?) [\"“‘'(]"
)
_LONGEST_HEADING = 120
_CALL = re.compile(r"[¹²³⁰⁴-⁹]+")
_FOOTNOTE = re.compile(r"\s*([¹²³⁰⁴-⁹]+)\s+(?=\S)")
_ADDRESS = re.compile(r"\s*<?https?://\S+\s*")
_TURN = re.compile(r"\(([^()]{1,60})\)\s+(?=\S)")
_ROW_PARAGRAPH = re.compile(r"</?p(?:\s[^<>]*)?>", re.IGNORECASE)
_PLAIN_LABEL = re.compile(r"([A-Za-z])\s?(\d{1,3})")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file that is not blank."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of lines of one kind, before cut paragraphs are joined."""

    kind: Literal["paragraph", "heading", "slide", "footnote"]
    text: str
    lines: tuple[int, int]
    level: int = 0
    label: str = ""
    """Of slides and footnotes: the printed number."""
    turn: Label | None = None
    """Set where a turn begins with this paragraph."""
    finished: bool = True
    """Whether the text ends as a sentence does."""
    broken: bool = False
    """Whether a page break stands before this paragraph, whatever the sentence."""


def pieces_of(
    body: Sequence[Line], spec: SectionLayout, place: Place, file: str = ""
) -> tuple[list[Piece], list[Diagnostic]]:
    """The pieces of a section's lines (title left out), in order, and what of the layout was not found.

    `place` is the section's in the layout.
    """
    faults: list[Diagnostic] = []
    if spec.form == "table":
        return list(_rows(body, spec, file, faults)), faults
    return list(_talk(body, spec, place, file, faults)), faults


def without_calls(text: str, notes: Container[int]) -> tuple[str, tuple[int, ...]]:
    """`text` without its calls of footnotes, and the numbers called.

    Superscripts that call none of `notes` stay: they are powers, as in m².
    """
    called: list[int] = []

    def drop(call: re.Match[str]) -> str:
        number = _footnote_number(call[0])
        if number not in notes:
            return call[0]
        called.append(number)
        return ""

    return _CALL.sub(drop, text), tuple(called)


def _footnote_number(call: str) -> int:
    # No work has a million notes; a longer run is no call, and int() refuses very long ones.
    return int(call[:6].translate(_DIGITS))


def _talk(
    body: Sequence[Line], spec: SectionLayout, place: Place, file: str, faults: list[Diagnostic]
) -> Iterator[Piece]:
    slides = _slide_starts(body, spec, place, faults)
    dropped = Counter(spec.drop)
    marked = {heading.text: heading.level for heading in spec.headings}
    labels = {label.label: label for label in spec.labels}
    unknown: set[str] = set()
    at = 0
    while at < len(body):
        number, text = body[at].number, body[at].text.strip()
        if at in slides:
            chosen = body[at : at + slides[at]]
            at += len(chosen)
            words, printed = slide_text([line.text for line in chosen])
            yield Piece("slide", words, (number, chosen[-1].number), label=printed)
            continue
        at += 1
        if dropped[text] > 0:
            dropped[text] -= 1
        elif text.startswith("<") and at < len(body) and is_rule(body[at].text):
            for cell in body[at - 1].text.split("\t"):
                words, printed = cell_text(cell)
                if words:
                    yield Piece("slide", words, (number, body[at].number), label=printed)
            at += 1
        elif text in marked:
            yield Piece(
                "heading",
                cleaned(text.removeprefix("- ")),
                (number, number),
                level=marked.pop(text),
            )
        elif spec.numbered_headings and (level := _heading_level(text)):
            yield Piece("heading", cleaned(text), (number, number), level=level)
        elif call := _FOOTNOTE.match(text):
            parts = [text[call.end() :]]
            while at < len(body) and _ADDRESS.fullmatch(body[at].text):
                parts.append(body[at].text)
                at += 1
            words = " ".join(cleaned(part) for part in parts)
            printed = str(_footnote_number(call[1]))
            yield Piece("footnote", words, (number, body[at - 1].number), label=printed)
        else:
            turn, text = _turn(text, labels, unknown, number, file, faults)
            words = cleaned(text)
            if words:
                yield Piece(
                    "paragraph", words, (number, number), turn=turn, finished=finished(text)
                )
    for text in marked:
        index = [heading.text for heading in spec.headings].index(text)
        faults.append(_unmatched("heading", text, body, place.into("headings", index, "text")))
    for index, text in enumerate(spec.drop):
        if dropped[text] > 0:
            dropped[text] -= 1
            faults.append(_unmatched("dropped line", text, body, place.into("drop", index)))


def _slide_starts(
    body: Sequence[Line], spec: SectionLayout, place: Place, faults: list[Diagnostic]
) -> dict[int, int]:
    """Index of each slide's first line in `body`, and how many lines it has."""
    starts: dict[int, int] = {}
    cursor = 0
    for index, slide in enumerate(spec.slides):
        for at in range(cursor, len(body)):
            if body[at].text.strip() == slide.starts:
                starts[at] = slide.lines
                cursor = at + slide.lines
                break
        else:
            faults.append(
                _unmatched("slide", slide.starts, body, place.into("slides", index, "starts"))
            )
    return starts


def _unmatched(what: str, text: str, body: Sequence[Line], place: Place) -> Diagnostic:
    short = [line.text.strip() for line in body if len(line.text) <= 2 * len(text) + 20][:2000]
    near = difflib.get_close_matches(text, short, n=1)
    if near and near[0] != text:
        hint = f"did you mean `{near[0][:80]}`?"
    else:
        hint = "copy the line from the transcript; slides are listed in the order of the file"
    return error("PQ158", f"the {what} `{text[:60]}` is not in this section", place, hint)


def _heading_level(text: str) -> int:
    """1 for `2. Title`, 2 for `2.1. Title` or `4.3 Title`, 0 for anything else."""
    if len(text) > _LONGEST_HEADING or text[-1] in ".;,":
        return 0
    found = _NUMBERED.match(text)
    if not found:
        return 0
    digits, stop = (found[1], found[2]) if found[1] else (found[3], found[4])
    # "16 missions" begins a sentence, not a section.
    return digits.count(".") + 1 if stop or "." in digits else 0


def _turn(
    text: str,
    labels: dict[str, Label],
    unknown: set[str],
    number: int,
    file: str,
    faults: list[Diagnostic],
) -> tuple[Label | None, str]:
    found = _TURN.match(text) if labels else None
    if not found:
        return None, text
    name = found[1]
    if name in labels:
        return labels[name], text[found.end() :]
    if name not in unknown:
        unknown.add(name)
        near = difflib.get_close_matches(name, labels, n=1, cutoff=0.5)
        if near or name[0].isupper():
            hint = (
                f"did you mean `{near[0]}`?"
                if near
                else "list it under `labels`, if it begins a turn"
            )
            place = Place(file, span=Span(number, 1, number, found.end(1) + 2))
            message = f"`({name})` looks like a label, but the layout has none such"
            faults.append(warning("PQ159", message, place, hint))
    return None, text


def _rows(
    body: Sequence[Line], spec: SectionLayout, file: str, faults: list[Diagnostic]
) -> Iterator[Piece]:
    """Rows `LABEL TAB <p>..</p>`; a row without a label, or a line without a tab, goes on with the row above."""
    labels = {" ".join(label.label.split()): label for label in spec.labels}
    unknown: dict[str, Label] = {}
    stems: Counter[str] = Counter()
    begun = False
    for line in body:
        if is_rule(line.text):
            continue
        head, tab, rest = line.text.partition("\t")
        name = " ".join(head.split())
        turn: Label | None = None
        if tab and name:
            turn = _row_label(name, labels, unknown, stems, line, file, faults)
        cell = rest if tab else line.text
        broken = bool(tab) and not name and begun
        for part in _ROW_PARAGRAPH.split(cell):
            words = cleaned(part)
            if words:
                yield Piece(
                    "paragraph",
                    words,
                    (line.number, line.number),
                    turn=turn,
                    finished=finished(part),
                    broken=broken,
                )
                turn, broken, begun = None, False, True


def _row_label(
    name: str,
    labels: dict[str, Label],
    unknown: dict[str, Label],
    stems: Counter[str],
    line: Line,
    file: str,
    faults: list[Diagnostic],
) -> Label:
    label = labels.get(name)
    plain = _PLAIN_LABEL.fullmatch(name)
    if label is None and name in unknown:
        label = unknown[name]
    elif label is None:
        near = difflib.get_close_matches(name, labels, n=1)
        hint = (
            f"did you mean `{near[0]}`?"
            if near
            else "list it under `labels` in the layout, with its speaker"
        )
        place = Place(file, span=Span(line.number, 1, line.number, len(name) + 1))
        faults.append(
            warning("PQ159", f"the row label `{name[:60]}` is not in the layout", place, hint)
        )
        kind: Literal["question", "answer"] = "question" if name[:1] in "Qq" else "answer"
        label = unknown[name] = Label(label=name, speaker=name, kind=kind)
    stem = label.id or (f"{plain[1].lower()}{int(plain[2])}" if plain else "x1")
    stems[stem] += 1
    count = stems[stem]
    while count > 1 and stems[f"{stem}x{count}"]:
        count += 1
    if count > 1:
        # The same label twice: ids must differ all the same.
        stem = f"{stem}x{count}"
        stems[stem] += 1
    return label.model_copy(update={"id": stem})
