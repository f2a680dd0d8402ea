"""What a paper must be made of: items per section, type, Bloom level and difficulty. Data only."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pkoquiz.question import Plain, Slug
from pkoquiz.records import Record

Count = Annotated[int, Field(ge=0, le=10_000)]


class Blueprint(Record):
    """A paper to draw from the bank."""

    title: Plain
    """Printed on the cover."""
    items: Annotated[int, Field(gt=0, le=1000)]
    """Number of questions."""
    minutes: Annotated[int, Field(gt=0, le=1440)] = 60
    """Time allowed."""
    seed: Plain = "1"
    """Decides which questions are drawn and in which order; printed on the paper."""
    sections: dict[Slug, Count] = {}
    """Questions per section."""
    types: dict[str, Count] = {}
    """Questions per type."""
    bloom: dict[str, Count] = {}
    """Questions per Bloom level."""
    difficulty: dict[str, Count] = {}
    """Questions per difficulty."""
