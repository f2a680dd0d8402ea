"""The styles of answer sheets: paper size and size of print. All lengths are millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MARK = 9.0
"""The side of a registration mark."""
MARK_EDGE = 8.0
"""From the edge of the paper to a mark. Scanners may cut off marks nearer to the edge."""
MARK_BITS = (0xB532, 0x0F9A, 0x332D, 0x9946, 0x549E, 0x79CD)
"""ArUco marks 0 to 5 of the dictionary DICT_4X4_50: 16 bits from the top left, 1 is white."""
CODE = 18.0
"""The side of the QR code."""
SMALL_CODE = 13.0
"""The side of its copy at the bottom, in case a corner is folded."""


@dataclass(frozen=True, slots=True)
class Style:
    """The measures of sheets of one kind."""

    letter: str
    paper: Literal["a4", "us-letter"]
    large_print: bool
    width: float
    height: float
    bubble: float
    """The diameter of a circle, or the side of a square."""
    pitch: tuple[float, float]
    """From one bubble to the next, across and down."""
    label: float
    """The width of a question's number."""
    text: float
    """The size of text in points."""

    @property
    def marks(self) -> tuple[tuple[float, float], ...]:
        """The centres of the marks 0 to 5: the corners clockwise, then right and left."""
        near = MARK_EDGE + MARK / 2
        right, bottom = self.width - near, self.height - near
        middle = self.height / 2
        return (
            (near, near), (right, near), (right, bottom), (near, bottom),
            (right, middle), (near, middle),
        )  # fmt: skip

    @property
    def left(self) -> float:
        """The left margin of the content, which equals the right margin."""
        return MARK_EDGE + MARK + 5.0

    @property
    def name_box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the space for the candidate's name and its label."""
        top, height = (63.0, 18.0) if self.large_print else (36.0, 13.5)
        return self.left, top, self.width - self.left - 20.0, top + height

    @property
    def inner_width(self) -> float:
        """The width of the content."""
        return self.width - 2 * self.left

    @property
    def bottom(self) -> float:
        """Where rows of bubbles end; the instructions and the small code are below."""
        return self.height - MARK_EDGE - 16.0


def _style(letter: str, paper: Literal["a4", "us-letter"], large: bool) -> Style:
    width, height = (210.0, 297.0) if paper == "a4" else (215.9, 279.4)
    if large:
        return Style(letter, paper, True, width, height, 5.2, (9.0, 11.0), 15.0, 16.0)
    return Style(letter, paper, False, width, height, 4.2, (6.6, 8.6), 10.0, 9.5)


STYLES = {
    style.letter: style
    for style in (
        _style("A", "a4", False),
        _style("B", "a4", True),
        _style("L", "us-letter", False),
        _style("M", "us-letter", True),
    )
}
"""The styles by the letter in the code of a sheet."""


def style_of(paper: str, large_print: bool) -> Style:
    """Return the style for a size of paper, in normal or large print."""
    return next(
        style
        for style in STYLES.values()
        if style.paper == paper and style.large_print == large_print
    )
