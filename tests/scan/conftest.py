"""An exam with every type, its printed sheets as images, and a pen that fills them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from pkoquiz.diagnostics import Place
from pkoquiz.exam.exam import Exam, Paper
from pkoquiz.exam.manifest import Manifest, manifest, parsed
from pkoquiz.exam.versions import arrange
from pkoquiz.exporters import papers
from pkoquiz.scanning.pages import Forms
from pkoquiz.sheets.code import SheetCode
from pkoquiz.sheets.form import Form
from pkoquiz.sheets.roster import Candidate, Print, deal, serials_csv
from pkoquiz.sheets.style import STYLES

from ..making import make_bank, make_question

Image = NDArray[Any]
DPI = 150
KINDS = (
    *["choice"] * 6, "multiple", "multiple", "truefalse", "matching", "ordering", "cloze",
    "numerical", "shortanswer", "essay",
)  # fmt: skip


@dataclass(frozen=True)
class Printed:
    """A printed exam and the sheets of its candidates."""

    raw: bytes
    record: Manifest
    candidates: tuple[Candidate, ...]
    pages: Mapping[int, list[Image]]
    blank: list[Image]

    @property
    def forms(self) -> Forms:
        return Forms(self.record)

    def code(self, candidate: Candidate, page: int = 1) -> SheetCode:
        style = STYLES["B" if candidate.large else "A"]
        return SheetCode(style, candidate.code, page, candidate.serial)

    def form(self, candidate: Candidate) -> Form:
        form = self.forms.form_of(self.code(candidate))
        assert form is not None
        return form

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write the manifest and the list of serials; return their paths."""
        folder.mkdir(exist_ok=True)
        paths = folder / "manifest.json", folder / "serials.csv"
        paths[0].write_bytes(self.raw)
        paths[1].write_bytes(serials_csv(self.candidates))
        return paths


@pytest.fixture(scope="session")
def printed() -> Printed:
    questions = [
        make_question(kind, f"{kind}-{number}", "gordon-keynote")
        for number, kind in enumerate(KINDS, 1)
    ]
    bank = make_bank(questions)
    versions = tuple(arrange(questions, "seed", letter) for letter in "AB")
    exam = Exam("final", "Final", "seed", (Paper(1, versions),))
    raw = manifest(bank, exam)
    record, _ = parsed(raw, Place("manifest.json"))
    assert record is not None
    roster = [Candidate(f"47{n:02}", f"Ann {n}", large=n == 3) for n in range(1, 5)]
    prints = [Print(1, version.letter, version.code) for version in versions]
    dealt = deal(roster, prints, "seed", ())
    assert not isinstance(dealt, str)
    files: dict[str, bytes] = {}
    papers.for_candidates(
        bank,
        exam,
        dealt,
        with_papers=False,
        progress=lambda what, done, of: None,
        write=files.__setitem__,
    )
    blanks = papers.build(bank, exam, formats=("html",), sheet_digits=4).files
    return Printed(
        raw,
        record,
        dealt,
        {one.serial: images(files[f"{one.serial:04}.pdf"]) for one in dealt},
        images(blanks["exam/final/final-A-sheet.pdf"]),
    )


def images(pdf: bytes) -> list[Image]:
    return [
        np.array(page.render(scale=DPI / 72, grayscale=True).to_numpy())
        for page in pypdfium2.PdfDocument(pdf)
    ]


def marked(image: Image, form: Form, page: int, wanted: Mapping[tuple[int, int], str]) -> Image:
    """Return a page on which labels are filled: `(question, part): "A C"`."""
    image = image.copy()
    for group in form.of_page(page):
        labels = wanted.get((group.question, group.part), "").split()
        for label, (x, y) in zip(group.labels, group.centres, strict=True):
            if label in labels:
                dot(image, x, y, form.style.bubble / 2 - 0.2)
    return image


def dot(image: Image, x: float, y: float, radius: float, dark: int = 60) -> None:
    scale = DPI / 25.4
    centre = round(x * scale), round(y * scale)
    cv2.circle(image, centre, round(radius * scale), dark, -1, cv2.LINE_AA)


def save(path: Path, image: Image) -> Path:
    assert cv2.imwrite(str(path), image)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
