"""Answer sheets as Typst source, with the positions from `pkoquiz.sheets`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from pkoquiz.exporters.papers.assets import Assets
from pkoquiz.exporters.papers.shapes import Frame
from pkoquiz.exporters.papers.typst import call, preamble
from pkoquiz.language import decimal, say
from pkoquiz.sheets import phrases
from pkoquiz.sheets.code import SheetCode
from pkoquiz.sheets.form import HALF, POINT, Form, Group, WritingBox
from pkoquiz.sheets.roster import Candidate
from pkoquiz.sheets.style import CODE, MARK, MARK_BITS, SMALL_CODE

_EDGE = 11.0
"""From the top of the page to the title and the code."""


class SheetWords(NamedTuple):
    """The words of a sheet about its exam."""

    title: str
    version: str
    """`Version B`, or `Paper 2 · Version B`."""
    code: str
    """The code of the version."""


def sheet_source(
    words: SheetWords, form: Form, candidate: Candidate | None, frame: Frame, assets: Assets
) -> str:
    """Return the source of a document that consists of one sheet."""
    return "\n".join([*preamble(frame, assets), sheet_calls(words, form, candidate), ""])


def sheet_calls(
    words: SheetWords, form: Form, candidate: Candidate | None, *, apart: bool = False
) -> str:
    """Return the definitions and the call that draw a sheet within a document.

    With `apart`, the following content begins on a new leaf, so that the sheet can be handed in
    alone.
    """
    style = form.style
    large = style.large_print
    sheet = {
        "paper": style.paper,
        "large": large,
        "text": style.text,
        "letters": 11.0 if large else 7.5,
        "left": style.left,
        "inner": style.inner_width,
        "label": style.label,
        "bubble": style.bubble,
        "mark": MARK,
        "heading": say(phrases.HEADING, exam=words.title),
        "code-x": _code_x(form),
        "code-side": CODE,
        "how-y": 38.0 if large else 25.0,
        "name-y": style.name_box[1],
        "name-height": 10.0 if large else 8.0,
        "foot-y": style.bottom + 5.0,
        "grader": say(phrases.GRADER),
    }
    contents = tuple(_content(words, form, candidate, page) for page in range(1, form.pages + 1))
    return f"{_template()}\n{call('answer-sheet', sheet, contents, apart)}"


@lru_cache(maxsize=1)
def _template() -> str:
    folder = resources.files("pkoquiz.exporters.papers")
    return folder.joinpath("sheet.typ").read_text(encoding="utf-8")


def _code_x(form: Form) -> float:
    return form.style.width - form.style.left - CODE


def _content(
    words: SheetWords, form: Form, candidate: Candidate | None, page: int
) -> dict[str, object]:
    style = form.style
    serial = candidate.serial if candidate is not None else 0
    code = str(SheetCode(style, words.code, page, serial, form.id_digits))
    half = MARK / 2
    return {
        "first": page == 1,
        "marks": tuple(
            (x - half, y - half, tuple(bits >> (15 - bit) & 1 for bit in range(16)))
            for (x, y), bits in zip(style.marks, MARK_BITS, strict=True)
        ),
        "codes": (
            (_code_x(form), _EDGE, CODE),
            (style.width - style.left - SMALL_CODE, style.bottom + 2.0, SMALL_CODE),
        ),
        "svg": _qr(code),
        "code": code,
        "code-alt": say(phrases.CODE, code=code),
        "version": " · ".join(
            [words.version, say(phrases.PAGE, page=page, pages=form.pages), *_serial(serial)]
        ),
        "how": (say(phrases.HOW_TO_FILL),) if candidate else _how_with_number(),
        "person": _person(candidate),
        "foot": " ".join(
            [say(phrases.HOW_TO_CORRECT)]
            + [say(phrases.HOW_TO_READ, number=number) for number in _with_parts(form, page)[:1]]
        ),
        "groups": tuple(map(_group, form.of_page(page))),
        "boxes": tuple(_box(box) for box in form.boxes if box.page == page),
        "numbers": tuple(
            (label.x, label.y, label.text)
            for label in form.labels
            if label.page == page and not label.grader
        ),
        "frames": tuple(
            (label.x, label.y, label.width, label.height)
            for label in form.labels
            if label.page == page and label.grader
        ),
    }


def _how_with_number() -> tuple[str, ...]:
    return (say(phrases.HOW_TO_FILL), say(phrases.NUMBER_HINT))


def _serial(serial: int) -> Iterator[str]:
    if serial:
        yield f"{say(phrases.SERIAL)} {serial:04}"


def _person(candidate: Candidate | None) -> tuple[str, str]:
    if candidate is None:
        return say(phrases.NAME), ""
    named = [candidate.name, candidate.candidate]
    return say(phrases.CANDIDATE), " · ".join(dict.fromkeys(filter(None, named)))


def _with_parts(form: Form, page: int) -> list[str]:
    """Return the numbers of the questions on a page of which several rows have labels."""
    names = [label.text for label in form.labels if label.page == page]
    return [name.removesuffix(".2") for name in names if name.endswith(".2")]


def _group(group: Group) -> dict[str, object]:
    labels = [_label(label) for label in group.labels]
    return {
        "alt": _description(group, labels),
        "several": group.several,
        "bubbles": tuple(
            (x, y, label) for (x, y), label in zip(group.centres, labels, strict=True)
        ),
    }


def _label(label: str) -> str:
    if label == POINT:
        return decimal(POINT)
    if label in ("T", "F"):
        return label
    return label if label == HALF else decimal(label)


def _description(group: Group, labels: Sequence[str]) -> str:
    first, last = labels[0], labels[-1]
    if group.role == "id":
        question = say(phrases.CANDIDATE_NUMBER)
        return say(phrases.DIGIT, question=question, part=group.part)
    question = say(phrases.QUESTION, number=group.question)
    if group.role == "grader":
        phrase = phrases.HALF_POINT if group.several else phrases.GRADER_ROW
        return say(phrase, question=question, first=first, last=last)
    if POINT in group.labels:
        return say(phrases.DIGIT, question=question, part=group.part)
    if group.part:
        question = say(phrases.QUESTION, number=f"{group.question}.{group.part}")
    phrase = phrases.ANY_SEVERAL if group.several else phrases.ANY_ONE
    return say(phrase, question=question, first=first, last=last)


def _box(box: WritingBox) -> dict[str, object]:
    if box.question:
        question = say(phrases.QUESTION, number=box.question)
    else:
        question = say(phrases.CANDIDATE_NUMBER)
    return {
        "x": box.x,
        "y": box.y,
        "width": box.width,
        "height": box.height,
        "signs": box.signs,
        "label": "" if box.question else say(phrases.CANDIDATE_NUMBER),
        "legend": _legend(box),
        "unit": "" if box.signs else box.unit,
        "alt": say(phrases.WRITE, question=question),
    }


def _legend(box: WritingBox) -> tuple[str, ...]:
    """Return what is printed below the boxes of a number, beside its minus sign."""
    if not (box.signs and box.question):
        return ()
    unit = [say(phrases.UNIT, unit=box.unit)] if box.unit else []
    return (say(phrases.SIGNS), *unit)


@lru_cache(maxsize=64)
def _qr(code: str) -> str:
    """Return a QR code of 21 × 21 modules as SVG; the sheet provides the margin around it."""
    import segno

    matrix: Sequence[Sequence[int]] = segno.make(
        code, error="m", micro=False, boost_error=False
    ).matrix
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    )
    size = len(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path shape-rendering="crispEdges" d="{path}"/></svg>'
    )
