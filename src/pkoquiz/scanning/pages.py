"""Read pages, in several processes if there are many; a failed page never stops the others."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pkoquiz.diagnostics import Place
from pkoquiz.exam.manifest import Manifest, parsed
from pkoquiz.scanning.images import UnreadableImageError, grey_image
from pkoquiz.scanning.measure import Measure
from pkoquiz.sheets.code import SheetCode, read_code
from pkoquiz.sheets.form import Form, by_code, form, questions
from pkoquiz.workers import can_start_safely, share_out

PICTURE_SCALE = 5
"""Pixels per millimetre of the pictures that are kept."""

BLANK = "blank page"
"""The reason for refusing the back of a sheet that was scanned on both sides."""
_WORTH_A_PROCESS = 8


@dataclass(frozen=True, slots=True)
class Task:
    """A page to read, its label for people, and its code if a person typed it."""

    path: Path
    number: int
    label: str
    typed_code: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The measures of a page, or why it was refused."""

    image: str
    """Its label: `scan.pdf, page 3`."""
    refused: str = ""
    code: str = ""
    marks: int = 0
    residual: float = 0.0
    ink: float = 0.0
    measures: tuple[tuple[Measure, ...], ...] = ()
    """The measures of each group of the form, in its order."""
    picture: bytes = b""
    """The straightened page as JPEG; for a refused page, the original image."""


class Forms:
    """The forms of an exam, laid out when they are first needed."""

    def __init__(self, record: Manifest) -> None:
        self.versions = by_code(record)
        self._record = record
        self._known: dict[tuple[str, str, int], Form] = {}

    def form_of(self, code: SheetCode) -> Form | None:
        """Return the form that a code names, or None if the exam has no such version."""
        if code.version not in self.versions:
            return None
        name = code.version, code.style.letter, code.id_digits
        if name not in self._known:
            _, version = self.versions[code.version]
            asked = questions(self._record, version)
            self._known[name] = form(asked, code.style, code.id_digits)
        return self._known[name]


def read_page(forms: Forms, task: Task) -> Page:
    """Return the measures of a page. Never raises."""
    from pkoquiz.scanning.locate import RefusedError, is_blank, locate
    from pkoquiz.scanning.measure import measure

    page = Page(task.label)
    try:
        image = grey_image(task.path, task.number)
    except UnreadableImageError as reason:
        return replace(page, refused=str(reason))
    except Exception as fault:  # a broken file can make a library raise anything
        return replace(page, refused=f"the file cannot be read: {fault}")
    try:
        located = locate(image, task.typed_code)
        layout = forms.form_of(located.code)
        if layout is None:
            raise RefusedError(
                f"the version code {located.code.version} of the sheet is not in this manifest: "
                "it is from another exam, or from a print with other questions or keys"
            )
        if located.code.page > layout.pages:
            raise RefusedError(f"the sheet has {layout.pages} pages, and this is another one")
        measures, ink = measure(located, layout.of_page(located.code.page))
    except RefusedError as reason:
        if not task.typed_code and is_blank(image):
            return replace(page, refused=BLANK)
        return replace(page, refused=str(reason), picture=_jpeg(image, 1000))
    except Exception as fault:
        return replace(page, refused=f"the page cannot be measured: {fault}")
    longest = located.code.style.height * PICTURE_SCALE
    return Page(
        task.label,
        "",
        str(located.code),
        located.marks,
        round(located.residual, 3),
        ink,
        measures,
        _jpeg(located.paper, longest),
    )


def _jpeg(image: object, longest: float) -> bytes:
    import cv2
    import numpy as np

    grey = np.asarray(image)
    ratio = min(1.0, longest / max(grey.shape))
    how = cv2.INTER_LINEAR if ratio > 0.75 else cv2.INTER_AREA
    small = cv2.resize(grey, None, fx=ratio, fy=ratio, interpolation=how)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 60])
    return bytes(data)


def sheet_code(page: Page) -> SheetCode:
    """Return the code of a page that was read."""
    code = read_code(page.code)
    assert isinstance(code, SheetCode)
    return code


# --- several processes ----------------------------------------------------------------------------


def read_pages(manifest: bytes, tasks: Sequence[Task]) -> Iterator[Page]:
    """Yield the pages in the order of the tasks."""
    workers = min(os.cpu_count() or 1, 8, len(tasks) // _WORTH_A_PROCESS)
    if workers < 2 or not can_start_safely():
        _start(manifest)
        yield from map(_read, tasks)
        return
    early: dict[int, Page] = {}
    following = 0
    for index, page in share_out(_read, tasks, workers, _start, (manifest,)):
        early[index] = _read_alone(manifest, tasks[index]) if isinstance(page, Exception) else page
        while following in early:
            yield early.pop(following)
            following += 1


def _read_alone(manifest: bytes, task: Task) -> Page:
    """Read a page again: it may have been killed for the memory that another one took."""
    for _, page in share_out(_read, [task], 1, _start, (manifest,)):
        if isinstance(page, Page):
            return page
    reason = "the process that read the page was killed, perhaps for lack of memory"
    return Page(task.label, refused=reason)


_forms: list[Forms] = []


def _start(manifest: bytes) -> None:
    import cv2

    cv2.setNumThreads(1)
    record, _ = parsed(manifest, Place("manifest.json"))
    assert record is not None
    _forms[:] = [Forms(record)]


def _read(task: Task) -> Page:
    return read_page(_forms[0], task)
