"""Simulated hands: what candidates draw on an answer sheet, and what they meant by it.

Lengths are millimetres. Ink is a layer of 8-bit darkness at 300 dpi; crossing strokes of one pen do
not add up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pkoquiz.sheets.form import Group
from pkoquiz.sheets.style import Style

Image = NDArray[np.uint8]
Points = NDArray[np.float64]
Random = np.random.Generator
DPI = 300
MM = DPI / 25.4


@dataclass(frozen=True)
class Pen:
    """A pen: the width of its stroke, and how dark it is (0 to 1)."""

    width: tuple[float, float]
    dark: tuple[float, float]
    grain: float = 0.0
    gaps: float = 0.0
    """The share of a stroke on which the pen gives no ink."""
    bleed: float = 0.0
    """How far ink spreads in the paper."""


BALLPOINT = Pen((0.35, 0.6), (0.55, 0.85))
SKIPPING = Pen((0.35, 0.5), (0.5, 0.8), gaps=0.25)
GEL = Pen((0.5, 0.8), (0.8, 0.95))
FELT = Pen((0.9, 1.6), (0.75, 0.95), bleed=0.15)
COLOURED = Pen((0.4, 0.7), (0.40, 0.55))
PENCIL = Pen((0.5, 0.8), (0.42, 0.65), 0.25)
FAINT = Pen((0.5, 0.8), (0.33, 0.42), 0.25)
PENS = (BALLPOINT, SKIPPING, GEL, FELT, COLOURED, PENCIL)


def stroke(layer: Image, points: Points, pen: Pen, random: Random) -> None:
    """Draw a line through points."""
    width = max(1, round(random.uniform(*pen.width) * MM))
    dark = random.uniform(*pen.dark)
    room = width + round(3 * pen.bleed * MM) + 4
    left, top = np.maximum(np.floor(points.min(axis=0) * MM).astype(int) - room, 0)
    right, bottom = np.ceil(points.max(axis=0) * MM).astype(int) + room
    view = layer[top:bottom, left:right]
    if not view.size:
        return
    ink = np.zeros_like(view)
    for part in _parts(points, pen.gaps, random):
        path = np.rint((part * MM - (left, top)) * 8).astype(np.int32)
        cv2.polylines(ink, [path.reshape(-1, 1, 2)], False, 255, width, cv2.LINE_AA, shift=3)
    if pen.bleed:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), pen.bleed * MM), np.uint8)
    drawn = ink.astype(np.float32) * dark
    if pen.grain:
        drawn *= 1 - pen.grain * random.random(drawn.shape, dtype=np.float32)
    view[:] = np.maximum(view, drawn.astype(np.uint8))


def _parts(points: Points, gaps: float, random: Random) -> list[Points]:
    """Return the parts of a line on which the pen gives ink."""
    if not gaps:
        return [points]
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    steps = np.arange(0, lengths[-1], 0.2)
    line_ = np.stack([np.interp(steps, lengths, points[:, axis]) for axis in (0, 1)], axis=1)
    parts, start = [], 0
    while start < len(steps):
        inked = 1 + int(random.exponential(2.0 * (1 - gaps) / 0.2))
        if start + inked > start + 1:
            parts.append(line_[start : start + inked])
        start += inked + int(random.exponential(2.0 * gaps / 0.2))
    return [part for part in parts if len(part) > 1]


def line(*points: tuple[float, float]) -> Points:
    return np.array(points)


# --- marks ----------------------------------------------------------------------------------------


def fill(layer: Image, x: float, y: float, r: float, pen: Pen, random: Random) -> None:
    """Scribble over a bubble from left to right."""
    x, y = x + random.normal(0, 0.2), y + random.normal(0, 0.2)
    reach = r * random.uniform(0.75, 1.0)
    step = random.uniform(0.35, 0.5)
    rows = np.arange(-reach, reach, step)
    zigzag = []
    for index, row in enumerate(rows):
        half = np.sqrt(max(0.0, reach**2 - row**2))
        zigzag.append((x + (half if index % 2 else -half), y + row))
    stroke(layer, np.array(zigzag), pen, random)


def spiral(layer: Image, x: float, y: float, r: float, pen: Pen, random: Random) -> None:
    turns = random.uniform(3, 5)
    angle = np.arange(0, turns * 2 * np.pi, 0.2)
    reach = 0.9 * r * angle / angle[-1]
    path = np.stack([x + reach * np.cos(angle), y + reach * np.sin(angle)], axis=1)
    stroke(layer, path + random.normal(0, 0.15, 2), pen, random)


def cross(layer: Image, x: float, y: float, r: float, pen: Pen, random: Random) -> None:
    a = r * random.uniform(0.6, 0.85)
    _cross(layer, x, y, a, a, pen, random)


def wide_cross(layer: Image, x: float, y: float, r: float, pen: Pen, random: Random) -> None:
    """Cross a bubble so that the lines leave it."""
    _cross(layer, x, y, r * random.uniform(0.8, 1.3), r * random.uniform(0.7, 1.1), pen, random)


def _cross(layer: Image, x: float, y: float, a: float, b: float, pen: Pen, random: Random) -> None:
    x, y = x + random.normal(0, 0.2), y + random.normal(0, 0.2)
    stroke(layer, line((x - a, y - b), (x + a, y + b)), pen, random)
    stroke(layer, line((x - a, y + b), (x + a, y - b)), pen, random)


def tick(layer: Image, x: float, y: float, r: float, pen: Pen, random: Random) -> None:
    dx, dy = random.normal(0, 0.2, 2)
    points = line((x - 0.8 * r + dx, y + dy), (x - 0.2 * r + dx, y + 0.7 * r + dy),
                  (x + 0.9 * r + dx, y - 0.8 * r + dy))  # fmt: skip
    stroke(layer, points, pen, random)


def long_tick(layer: Image, x: float, y: float, r: float, pen: Pen, random: Random) -> None:
    """Tick a bubble, with an end that may run into the neighbour or the row above."""
    dx, dy = random.normal(0, 0.2, 2)
    end = random.uniform(1.4, 2.8), random.uniform(0.9, 2.0)
    points = line((x - 0.8 * r + dx, y + dy), (x - 0.2 * r + dx, y + 0.7 * r + dy),
                  (x + end[0] * r + dx, y - end[1] * r + dy))  # fmt: skip
    stroke(layer, points, pen, random)


def slash(layer: Image, x: float, y: float, r: float, pen: Pen, random: Random) -> None:
    """One line through a bubble; twice, as people do who press hard."""
    a = r * random.uniform(0.7, 1.1)
    angle = random.uniform(0, np.pi)
    dx, dy = a * np.cos(angle), a * np.sin(angle)
    for _ in range(2):
        off = random.normal(0, 0.25, 2)
        points = line((x - dx, y - dy), (x + dx, y + dy)) + off
        stroke(layer, points, pen, random)


def half(layer: Image, x: float, y: float, r: float, pen: Pen, random: Random) -> None:
    fill(layer, x + random.uniform(-0.4, 0.4), y, 0.7 * r, pen, random)


def overshot(layer: Image, x: float, y: float, r: float, pen: Pen, random: Random) -> None:
    """Fill a bubble beyond its outline."""
    fill(layer, x + random.normal(0, 0.3), y, r * random.uniform(1.1, 1.35), pen, random)


def strike(layer: Image, x: float, y: float, r: float, pen: Pen, random: Random) -> None:
    """Cross a filled bubble out with lines that leave it."""
    a = r * random.uniform(1.6, 2.1)
    for dy in random.uniform(-0.4, 0.4, 3):
        stroke(layer, line((x - a, y - 0.6 * a + dy), (x + a, y + 0.6 * a + dy)), pen, random)
        stroke(layer, line((x - a, y + 0.6 * a + dy), (x + a, y - 0.6 * a + dy)), pen, random)


def circled(layer: Image, x: float, y: float, r: float, pen: Pen, random: Random) -> None:
    """Draw a ring around a bubble instead of filling it."""
    reach = r * random.uniform(1.1, 1.6), r * random.uniform(1.1, 1.5)
    angle = np.arange(0, 2 * np.pi * random.uniform(0.95, 1.1), 0.1)
    path = np.stack([x + reach[0] * np.cos(angle), y + reach[1] * np.sin(angle)], axis=1)
    stroke(layer, path + random.normal(0, 0.15, 2), pen, random)


Mark = Callable[[Image, float, float, float, Pen, Random], None]
ANY_MARK = (fill, spiral, cross, tick, half, overshot)
HANDS: dict[str, tuple[tuple[Mark, ...], tuple[Pen, ...]]] = {
    "full": ((fill,), (BALLPOINT,)),
    "cross": ((cross,), (BALLPOINT,)),
    "mixed": ((fill, cross, tick, half), (GEL,)),
    "pencil": ((fill,), (PENCIL,)),
    "faint": ((fill,), (FAINT,)),
    "skipping": ((fill, cross, tick), (SKIPPING,)),
    "felt": ((fill, cross, tick, overshot), (FELT,)),
    "loose": ((long_tick, wide_cross, slash, overshot, spiral), (BALLPOINT, GEL)),
    "coloured": ((fill, cross, spiral), (COLOURED,)),
    "any": (ANY_MARK, PENS),
}
"""Marks and pens; one of the pens is chosen for each sheet, but for each question by `any`."""


# --- sheets ---------------------------------------------------------------------------------------


@dataclass
class Filled:
    """A filled page, and what its candidate meant."""

    image: Image
    meant: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)
    planted: set[tuple[int, int]] = field(default_factory=set)
    """Groups that a person must see: corrections and meant doubles."""


def filled(blank: Image, groups: tuple[Group, ...], style: Style, hand: str,
           random: Random) -> Filled:  # fmt: skip
    """Return a page that a candidate filled: 3 % blank, 2 % doubles, 2 % corrected, 5 % slips."""
    layer = np.zeros_like(blank)
    page = Filled(blank)
    marks, pens = HANDS[hand]
    pen = pens[int(random.integers(len(pens)))]
    r = style.bubble / 2
    for group in groups:
        name = group.question, group.part
        places = dict(zip(group.labels, group.centres, strict=True))
        count = int(random.integers(0, len(places) + 1)) if group.several else 1
        if group.part and group.labels[-1] == ".":
            count = int(random.random() < 0.7)
        chance = random.random()
        if not group.several and chance < 0.03:
            count = 0
        elif not group.several and chance < 0.05:
            count = 2
            page.planted.add(name)
        chosen = [str(label) for label in random.permutation(group.labels)[:count]]
        page.meant[name] = tuple(label for label in group.labels if label in chosen)
        if hand == "any":
            pen = pens[int(random.integers(len(pens)))]
        if 0.125 <= chance < 0.13 and count == 1:
            circled(layer, *places[chosen[0]], r, pen, random)
            page.planted.add(name)
            continue
        for label in chosen:
            mark = marks[int(random.integers(len(marks)))]
            mark(layer, *places[label], r, pen, random)
        rest = [label for label in group.labels if label not in chosen]
        if rest and count:
            if 0.05 <= chance < 0.07:
                page.planted.add(name)
                fill(layer, *places[rest[0]], r, pen, random)
                strike(layer, *places[rest[0]], r, pen, random)
            elif 0.07 <= chance < 0.12:
                _slip(layer, page, places[rest[-1]], r, pen, random)
    page.image = (page.image * (1 - layer / 255)).astype(np.uint8)
    return page


def _slip(layer: Image, page: Filled, place: tuple[float, float], r: float, pen: Pen,
          random: Random) -> None:  # fmt: skip
    """Leave a trace on an empty bubble, or beside it."""
    x, y = place
    match int(random.integers(4)):
        case 0:  # rubbed out
            fill(layer, x, y, r, replace(PENCIL, dark=(0.04, 0.12)), random)
        case 1:  # a dot beside
            point = line((x + 3.0, y + 1.0), (x + 3.1, y + 1.05))
            stroke(layer, point, Pen((0.3, 0.4), (0.7, 0.8)), random)
        case 2:  # a fleck of the pen inside
            off = random.uniform(-0.4, 0.4, 2) * r
            point = line((x + off[0], y + off[1]), (x + off[0] + 0.1, y + off[1]))
            stroke(layer, point, replace(pen, gaps=0.0), random)
        case _:  # correction fluid, which is whiter than paper and hides the outline
            white = np.zeros_like(page.image)
            middle = round(x * MM), round(y * MM)
            axes = (
                round(r * random.uniform(0.9, 1.4) * MM),
                round(r * random.uniform(0.8, 1.2) * MM),
            )
            cv2.ellipse(white, middle, axes, float(random.uniform(0, 90)), 0, 360, 255, -1)
            page.image = np.where(white > 0, 255, page.image).astype(np.uint8)
