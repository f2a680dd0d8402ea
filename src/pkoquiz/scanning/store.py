"""`reading.json`: the measures, to which corrections are applied without reading scans again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.prose import shortened
from pkoquiz.records import Record, validate
from pkoquiz.scanning.decide import EMPTY, FILLED
from pkoquiz.scanning.measure import Measure
from pkoquiz.scanning.pages import Page

_BUBBLE = ("low", "high", "around", "deep", "outline", "through", "trace", "printed")
_Share = Annotated[float, Field(ge=-10, le=10)]
_Bubble = tuple[_Share, _Share, _Share, _Share, _Share, _Share, _Share, _Share]


class _PageRecord(Record):
    image: str
    refused: str = ""
    code: str = ""
    marks: int = 0
    residual: float = 0.0
    ink: float = 0.0
    groups: tuple[tuple[_Bubble, ...], ...] = ()


class _Reading(Record):
    format: Literal["pkoquiz-reading-1"] = "pkoquiz-reading-1"
    exam: str
    thresholds: dict[str, float]
    bubble: tuple[str, ...] = _BUBBLE
    pages: tuple[_PageRecord, ...]


def reading_json(exam: str, pages: Sequence[Page]) -> bytes:
    """Return everything that was measured, without pictures."""
    record: dict[str, Any] = {
        "format": "pkoquiz-reading-1",
        "exam": exam,
        "thresholds": {"empty": EMPTY, "filled": FILLED},
        "bubble": list(_BUBBLE),
        "pages": [
            {
                "image": page.image,
                "refused": page.refused,
                "code": page.code,
                "marks": page.marks,
                "residual": page.residual,
                "ink": page.ink,
                "groups": [
                    [[getattr(one, name) for name in _BUBBLE] for one in measures]
                    for measures in page.measures
                ],
            }
            for page in pages
        ],
    }
    return (json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def read_reading(
    raw: bytes, file: str, exam: str
) -> tuple[tuple[Page, ...], tuple[Diagnostic, ...]]:
    """Return the pages of an earlier reading, without pictures, or all errors."""
    place = Place(file)
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as reason:
        return (), (error("PQ731", f"not JSON: {shortened(str(reason), 80)}", place),)
    record, diagnostics = validate(_Reading, data, place)
    if record is None:
        return (), tuple(diagnostics)
    if record.exam != exam:
        message = f"the reading belongs to the exam `{shortened(record.exam, 40)}`, not `{exam}`"
        return (), (error("PQ731", message, place),)
    pages = tuple(
        Page(
            page.image,
            page.refused,
            page.code,
            page.marks,
            page.residual,
            page.ink,
            tuple(tuple(Measure(*values) for values in group) for group in page.groups),
        )
        for page in record.pages
    )
    return pages, ()
