"""The page on which a person decides doubtful answers: one HTML file, without a server."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pkoquiz.exam import keys
from pkoquiz.scanning.batch import CANDIDATE, Batch, ReadSheet, decisions_of
from pkoquiz.scanning.cells import SPOILED, UNDECIDED, Cell
from pkoquiz.scanning.decide import EMPTY, FILLED
from pkoquiz.scanning.pages import PICTURE_SCALE, Page
from pkoquiz.sheets.form import Question
from pkoquiz.web.page import render, resource

SAMPLE = 0.01
"""The share of accepted answers that is shown for checking."""
NEAREST = 20
"""How many of the answers nearest to a doubt are shown too."""
_BUBBLES = 160
_POINTS = "points such as 1.5"
_JPEG_QUALITY, _WEBP_QUALITY = 1, 64  # names of options in OpenCV


class Pictures:
    """Cuts rows from the pictures of pages."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        self._pictures = pictures
        self._name = ""
        self._image: Any = None

    def cut(self, image: str, area: tuple[float, float, float, float]) -> str:
        """Return an area (in mm) of a page as a data URI; empty if there is no picture."""
        # WebP takes half of the room.
        picture = self._encoded(image, area, ".webp", [_WEBP_QUALITY, 40])
        return f"data:image/webp;base64,{base64.b64encode(picture).decode()}" if picture else ""

    def jpeg(self, image: str, area: tuple[float, float, float, float]) -> bytes:
        """Return an area (in mm) of a page as JPEG."""
        return self._encoded(image, area, ".jpg", [_JPEG_QUALITY, 50])

    def _encoded(
        self,
        image: str,
        area: tuple[float, float, float, float],
        ending: str,
        quality: Sequence[int],
    ) -> bytes:
        import cv2
        import numpy as np

        if image != self._name:
            data = self._pictures.get(image, b"")
            self._name = image
            self._image = (
                cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE) if data else None
            )
        if self._image is None:
            return b""
        left, top, right, bottom = (max(0, round(value * PICTURE_SCALE)) for value in area)
        part = self._image[top:bottom, left:right]
        if not part.size:
            return b""
        _, encoded = cv2.imencode(ending, part, quality)
        return bytes(encoded)


def review(
    exam: str,
    title: str,
    batch: Batch,
    asked: Mapping[str, Sequence[Question]],
    pictures: Mapping[str, bytes],
) -> bytes:
    """Return the page as UTF-8."""
    cutter = Pictures(pictures)
    by_number = {
        code: {question.number: question for question in questions}
        for code, questions in asked.items()
    }
    rows = []
    accepted: list[tuple[float, str, ReadSheet, int]] = []
    for sheet in batch.sheets:
        if sheet.identity is not None and sheet.identity.text == UNDECIDED:
            rows.append(_identity_row(cutter, sheet, sheet.identity))
        for number, cell in sheet.cells.items():
            if cell.text == UNDECIDED:
                rows.append(_row(cutter, sheet, by_number[sheet.code][number], cell))
            else:
                rank = hashlib.sha256(f"{exam}/{sheet.name}/{number}".encode()).hexdigest()
                accepted.append((cell.margin, rank, sheet, number))
    chosen = _sampled(accepted)
    checks = []
    for sheet, number in chosen:
        cell = sheet.cells[number]
        row = _row(cutter, sheet, by_number[sheet.code][number], cell)
        checks.append({**row, "read": cell.text, "reason": f"was read as {cell.text or 'blank'}"})
    # Rows of one page follow one another, so that its picture is decoded once.
    return render(
        __package__,
        "review.html.j2",
        style=resource(__package__, "review.css"),
        script=resource(__package__, "review.js"),
        data={
            "review": {
                "name": exam,
                "rows": [row for row in rows if row],
                "checks": [row for row in checks if row],
                "bubbles": list(_bubbles(cutter, batch)),
            }
        },
        title=title,
        sample=len(checks),
        accepted=len(accepted),
    )


def _sampled(accepted: Sequence[tuple[float, str, ReadSheet, int]]) -> list[tuple[ReadSheet, int]]:
    """Return a reproducible random hundredth of the answers, and those nearest to a doubt."""
    at_random = sorted(accepted, key=lambda item: item[1])[: round(SAMPLE * len(accepted) + 0.499)]
    nearest = sorted(accepted, key=lambda item: item[:2])[:NEAREST]
    chosen = {(sheet.name, number): (sheet, number) for _, _, sheet, number in
              (*at_random, *nearest)}  # fmt: skip
    return [chosen[name] for name in sorted(chosen)]


def area_of(sheet: ReadSheet, number: int) -> tuple[str, tuple[float, float, float, float]] | None:
    """Return the image and the area of a question's bubbles; None if they are not on a page."""
    for page_number, page in sorted(sheet.pages.items()):
        area = sheet.layout.area(number, page_number)
        if area is not None:
            return page.image, area
    return None


def _row(cutter: Pictures, sheet: ReadSheet, question: Question, cell: Cell) -> dict[str, Any]:
    place = area_of(sheet, question.number)
    groups = sheet.layout.of_question(question.number)
    is_letters = isinstance(question.key, keys.ChoiceKey | keys.MultipleKey | keys.TrueFalseKey)
    letters = list(groups[0].labels) if is_letters else []
    return {
        "sheet": sheet.name,
        "question": str(question.number),
        "label": f"Sheet {sheet.name}, question {question.number}",
        "reason": cell.doubt,
        "proposal": cell.proposal,
        "letters": letters,
        "several": isinstance(question.key, keys.MultipleKey),
        "points": _hint(question) == _POINTS,
        "hint": _hint(question),
        "image": cutter.cut(*place) if place else "",
        "others": ["", SPOILED],
    }


def _hint(question: Question) -> str:
    match question.key:
        case keys.MatchingKey():
            return "letters from the top, - for none"
        case keys.OrderingKey():
            return "numbers from the top, - for none"
        case keys.NumericalKey():
            return "number"
        case keys.ShortAnswerKey(rubric=()) | keys.ClozeKey():
            return "words, or points such as [1.5]"
        case keys.ShortAnswerKey() | keys.EssayKey():
            return _POINTS
        case keys.MultipleKey():
            return "letters"
        case _:
            return "letter"


def _identity_row(cutter: Pictures, sheet: ReadSheet, cell: Cell) -> dict[str, Any]:
    place = area_of(sheet, 0)
    assert place is not None
    image, (left, top, right, bottom) = place
    name = sheet.layout.style.name_box
    area = min(left, name[0]), min(top, name[1]), max(right, name[2]), bottom
    return {
        "sheet": sheet.name,
        "question": CANDIDATE,
        "label": f"Candidate number on {sheet.name}",
        "reason": cell.doubt,
        "proposal": cell.proposal,
        "letters": [],
        "several": False,
        "points": False,
        "hint": "number",
        "image": cutter.cut(image, area),
        "others": [],
    }


def _bubbles(cutter: Pictures, batch: Batch) -> Iterator[dict[str, Any]]:
    """Yield accepted bubbles by score, with the limit between empty and filled."""
    scored: list[tuple[float, Page, tuple[float, float], float, str]] = []
    for sheet in batch.sheets:
        reach = sheet.layout.style.bubble / 2 + 0.8
        for number, page in sheet.pages.items():
            groups = sheet.layout.of_page(number)
            accepted = [not decision.doubt for _, decision in decisions_of(sheet.layout, page)]
            for group, measures, is_accepted in zip(groups, page.measures, accepted, strict=True):
                for label, centre, one in zip(group.labels, group.centres, measures, strict=True):
                    if is_accepted:
                        where = f"{sheet.name}, question {group.question}, {label}"
                        scored.append((one.low, page, centre, reach, where))
    scored.sort(key=lambda item: item[0])
    middle = next((at for at, item in enumerate(scored) if item[0] >= FILLED), len(scored))
    start, end = max(0, middle - _BUBBLES // 4), middle + _BUBBLES
    limit = {"limit": round((EMPTY + FILLED) / 2, 2)}
    shown = scored[start:end]
    cut = {}
    for item in sorted(shown, key=lambda item: item[1].image):
        _, page, (x, y), reach, where = item
        cut[where] = cutter.cut(page.image, (x - reach, y - reach, x + reach, y + reach))
    for at, (score, _, _, _, where) in enumerate(shown, start):
        if at == middle:
            yield limit
        if cut[where]:
            yield {"label": where, "score": score, "image": cut[where]}
