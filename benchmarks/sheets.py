"""Fill answer sheets with simulated pens, damage the scans, read them, and count errors.

python benchmarks/sheets.py [SHEETS] [SEED]

A silent error is a wrong answer that no person is asked about. Pens, strokes and damage are
stylised: rates on real paper are higher. The simulator draws on the printed PDF and shares nothing
with the reader but the geometry of the sheet.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

from pkoquiz.exam import keys
from pkoquiz.exporters.papers.assets import FAMILIES, Assets
from pkoquiz.exporters.papers.shapes import Frame
from pkoquiz.exporters.papers.sheets import SheetWords, sheet_source
from pkoquiz.press import Press
from pkoquiz.scanning.decide import decide
from pkoquiz.scanning.locate import RefusedError, locate
from pkoquiz.scanning.measure import measure
from pkoquiz.sheets.form import Form, Group, Question, form
from pkoquiz.sheets.roster import Candidate
from pkoquiz.sheets.style import STYLES, Style

Image = NDArray[np.uint8]
Random = np.random.Generator
DPI = 300
MM = DPI / 25.4


def questions() -> list[Question]:
    """Return 30 single choices, 8 multiple responses, and one or two of the other types."""
    one = Fraction(1)
    return [
        *(Question(f"c{n}", n, keys.ChoiceKey(options=5, key=(1,)), one, 5, 0)
          for n in range(1, 31)),
        *(Question(f"m{n}", n, keys.MultipleKey(options=5, key=(1,)), one, 5, 0)
          for n in range(31, 39)),
        *(Question(f"t{n}", n, keys.TrueFalseKey(key=True), one, 0, 0) for n in range(39, 43)),
        Question("p", 43, keys.MatchingKey(responses=5, key=(1, 2, 3)), one, 3, 5),
        Question("o", 44, keys.OrderingKey(steps=4), one, 4, 0),
        Question("n", 45, keys.NumericalKey(value="1.5", tolerance="0"), one, 0, 0),
    ]  # fmt: skip


def printed(layout: Form, serial: int, folder: str) -> list[Image]:
    """Return the pages of a sheet as they come from a laser printer, at 300 dpi."""
    frame = Frame("Sheet", "en", layout.style.paper, "", "", ("", "", ""), "")
    assets = Assets(folder, 0, FAMILIES, {})
    words = SheetWords("Simulated examination", "Version A", "3FA9C2")
    candidate = Candidate("4711", "Ann Example", serial=serial)
    pdf = Press(folder, 0).pdf(sheet_source(words, layout, candidate, frame, assets).encode())
    document = pypdfium2.PdfDocument(pdf)
    return [np.array(page.render(scale=DPI / 72, grayscale=True).to_numpy()) for page in document]


# --- pens -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pen:
    """A pen: the width of its stroke in mm, and how dark it is (0 to 1)."""

    width: tuple[float, float]
    dark: tuple[float, float]
    grain: float = 0.0


BALLPOINT = Pen((0.35, 0.6), (0.55, 0.85))
GEL = Pen((0.5, 0.8), (0.8, 0.95))
PENCIL = Pen((0.5, 0.8), (0.42, 0.65), 0.25)
FAINT = Pen((0.5, 0.8), (0.33, 0.42), 0.25)


def stroke(layer: Image, points: NDArray[np.float64], pen: Pen, random: Random) -> None:
    """Draw a line through points (in mm) as dark as the pen; crossing lines do not add up."""
    ink = np.zeros_like(layer)
    width = max(1, round(random.uniform(*pen.width) * MM))
    path = np.rint(points * MM * 8).astype(np.int32)
    cv2.polylines(ink, [path.reshape(-1, 1, 2)], False, 255, width, cv2.LINE_AA, shift=3)
    dark = random.uniform(*pen.dark)
    left, top = np.maximum(np.floor(points.min(axis=0) * MM).astype(int) - 20, 0)
    right, bottom = np.ceil(points.max(axis=0) * MM).astype(int) + 20
    part = ink[top:bottom, left:right].astype(np.float32) * dark
    if pen.grain:
        part *= 1 - pen.grain * random.random(part.shape, dtype=np.float32)
    view = layer[top:bottom, left:right]
    view[:] = np.maximum(view, part.astype(np.uint8))


def line(*points: tuple[float, float]) -> NDArray[np.float64]:
    return np.array(points)


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


def cross(layer: Image, x: float, y: float, r: float, pen: Pen, random: Random) -> None:
    a = r * random.uniform(0.6, 0.85)
    dx, dy = random.normal(0, 0.2, 2)
    stroke(layer, line((x - a + dx, y - a + dy), (x + a + dx, y + a + dy)), pen, random)
    stroke(layer, line((x - a + dx, y + a + dy), (x + a + dx, y - a + dy)), pen, random)


def tick(layer: Image, x: float, y: float, r: float, pen: Pen, random: Random) -> None:
    dx, dy = random.normal(0, 0.2, 2)
    points = line((x - 0.8 * r + dx, y + dy), (x - 0.2 * r + dx, y + 0.7 * r + dy),
                  (x + 0.9 * r + dx, y - 0.8 * r + dy))  # fmt: skip
    stroke(layer, points, pen, random)


def half(layer: Image, x: float, y: float, r: float, pen: Pen, random: Random) -> None:
    fill(layer, x + random.uniform(-0.4, 0.4), y, 0.7 * r, pen, random)


def strike(layer: Image, x: float, y: float, r: float, pen: Pen, random: Random) -> None:
    """Cross out a filled bubble with lines that extend beyond it."""
    a = r * random.uniform(1.6, 2.1)
    for dy in random.uniform(-0.4, 0.4, 3):
        stroke(layer, line((x - a, y - 0.6 * a + dy), (x + a, y + 0.6 * a + dy)), pen, random)
        stroke(layer, line((x - a, y + 0.6 * a + dy), (x + a, y - 0.6 * a + dy)), pen, random)


Mark = Callable[[Image, float, float, float, Pen, Random], None]
HANDS: dict[str, tuple[tuple[Mark, ...], Pen]] = {
    "full": ((fill,), BALLPOINT),
    "cross": ((cross,), BALLPOINT),
    "mixed": ((fill, cross, tick, half), GEL),
    "pencil": ((fill,), PENCIL),
    "faint": ((fill,), FAINT),
}


@dataclass
class Filled:
    """A filled page, and what its candidate meant."""

    image: Image
    meant: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)
    planted: set[tuple[int, int]] = field(default_factory=set)
    """Groups that a person must see: corrections and meant doubles."""


def filled(blank: Image, groups: tuple[Group, ...], style: Style, hand: str,
           random: Random) -> Filled:  # fmt: skip
    """Return a page that a candidate filled: 3 % blank, 2 % doubles, 2 % corrected."""
    layer = np.zeros_like(blank)
    page = Filled(blank)
    marks, pen = HANDS[hand]
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
        for label in chosen:
            mark = marks[int(random.integers(len(marks)))]
            mark(layer, *places[label], r, pen, random)
        rest = [label for label in group.labels if label not in chosen]
        if 0.05 <= chance < 0.07 and rest and count:
            page.planted.add(name)
            place = places[rest[0]]
            fill(layer, *place, r, pen, random)
            strike(layer, *place, r, pen, random)
        elif 0.07 <= chance < 0.11 and rest:
            x, y = places[rest[-1]]
            if random.random() < 0.5:  # rubbed out
                fill(layer, x, y, r, Pen((0.6, 0.9), (0.04, 0.09)), random)
            else:  # a dot beside
                point = line((x + 3.0, y + 1.0), (x + 3.1, y + 1.05))
                stroke(layer, point, Pen((0.3, 0.4), (0.7, 0.8)), random)
    page.image = (blank * (1 - layer / 255)).astype(np.uint8)
    return page


# --- damage ---------------------------------------------------------------------------------------


def turned(image: Image, random: Random, degrees: float, scale: tuple[float, float]) -> Image:
    height, width = image.shape
    angle = random.uniform(-degrees, degrees)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, random.uniform(*scale))
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), borderValue=255), np.uint8)


def at_dpi(image: Image, dpi: int) -> Image:
    ratio = dpi / DPI
    return np.asarray(cv2.resize(image, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA))


def noisy(image: Image, random: Random, sigma: float, quality: int) -> Image:
    noise = random.normal(0, sigma, image.shape).astype(np.float32)
    grey = np.clip(image + noise, 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def upside(image: Image, random: Random) -> Image:
    return np.ascontiguousarray(image[::-1, ::-1]) if random.random() < 0.2 else image


def scan(dpi: int) -> Callable[[Image, Random], Image]:
    def damage(image: Image, random: Random) -> Image:
        image = at_dpi(turned(image, random, 3.0, (0.97, 1.0)), dpi)
        bright = random.uniform(0.92, 1.05)
        image = np.clip(image * bright, 0, 255).astype(np.uint8)
        return noisy(upside(image, random), random, 4.0, int(random.integers(50, 86)))

    return damage


def flat(image: Image, random: Random) -> Image:
    return noisy(turned(image, random, 0.7, (0.995, 1.005)), random, 2.0, 85)


def one_bit(image: Image, random: Random) -> Image:
    image = at_dpi(turned(image, random, 2.0, (0.97, 1.0)), 200)
    image = np.clip(image + random.normal(0, 5, image.shape), 0, 255).astype(np.uint8)
    return np.where(image > 150, 255, 0).astype(np.uint8)


def copier(image: Image, random: Random) -> Image:
    stretch = random.uniform(0.99, 1.01)
    image = np.asarray(cv2.resize(image, None, fx=0.97, fy=0.97 * stretch))
    image = cv2.GaussianBlur(image, (0, 0), 1.2).astype(np.float32)
    image = 255 / (1 + np.exp(-(image - 150) / 24))
    for _ in range(3):
        column = int(random.integers(image.shape[1]))
        image[:, column : column + 2] *= random.uniform(0.7, 0.95)
    grey = np.clip(image, 0, 255).astype(np.uint8)
    return noisy(at_dpi(turned(grey, random, 1.5, (1, 1)), 200), random, 4.0, 70)


def waved(image: Image, random: Random, amplitude: float) -> Image:
    height, width = image.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    length = random.uniform(120, 260) * MM
    phase = random.uniform(0, 6.28, 2)
    reach = amplitude * MM
    dx = reach * np.sin(2 * np.pi * y / length + phase[0])
    dy = reach * np.sin(2 * np.pi * x / length + phase[1])
    moved = cv2.remap(image, x + dx.astype(np.float32), y + dy.astype(np.float32),
                      cv2.INTER_LINEAR, borderValue=255)  # fmt: skip
    return np.asarray(moved, np.uint8)


def worn(image: Image, random: Random) -> Image:
    image = waved(image, random, random.uniform(0.3, 1.0))
    height, width = image.shape
    shade = np.ones(image.shape, np.float32)
    fold = int(random.uniform(0.3, 0.7) * height)
    shade[fold - 4 : fold + 4] *= 0.75
    shade[fold : fold + int(12 * MM)] *= 0.92
    middle = (int(random.uniform(0.2, 0.8) * width), int(random.uniform(0.2, 0.8) * height))
    ring = np.zeros_like(image)
    cv2.circle(ring, middle, round(38 * MM), 255, round(2.0 * MM))
    shade *= 1 - cv2.GaussianBlur(ring, (0, 0), 6) / 255 * random.uniform(0.2, 0.5)
    staple = line((6.0, 6.0), (15.0, 9.0)) * MM
    cv2.line(image, *(tuple(map(int, point)) for point in staple), 60, 6)
    return scan(200)((image * shade).astype(np.uint8), random)


def photographed(image: Image, random: Random, hard: bool) -> Image:
    if hard:
        image = waved(image, random, random.uniform(0.7, 1.6))
    height, width = image.shape
    canvas = np.full((round(height * 1.15), round(width * 1.2)), random.uniform(60, 140), np.uint8)
    shift = random.uniform(-0.05, 0.05, (4, 2)) * width
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    goal = corners + np.array([0.1 * width, 0.075 * height]) + shift
    matrix = cv2.getPerspectiveTransform(corners, goal.astype(np.float32))
    seen = cv2.warpPerspective(image, matrix, canvas.shape[::-1], canvas,
                               borderMode=cv2.BORDER_TRANSPARENT)  # fmt: skip
    rows, columns = seen.shape
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    slope = random.uniform(-0.35, 0.35, 2)
    light = 0.8 + slope[0] * (x / columns - 0.5) + slope[1] * (y / rows - 0.5)
    if hard:
        angle, place = random.uniform(0, 3.14), random.uniform(0.3, 0.7)
        edge = (np.cos(angle) * (x / columns - place) + np.sin(angle) * (y / rows - place)) * 60
        light *= 1 - 0.4 / (1 + np.exp(-edge))
    seen = np.clip(seen * light, 0, 255).astype(np.uint8)
    pixels = 3e6 if hard else 8e6
    ratio = min(1.0, (pixels / seen.size) ** 0.5)
    seen = np.asarray(cv2.resize(seen, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA))
    if hard:
        length = int(random.integers(2, 5))
        seen = cv2.filter2D(seen, -1, np.full((1, length), 1 / length))
        seen = np.ascontiguousarray(np.rot90(seen, int(random.integers(4))))
    return noisy(cv2.GaussianBlur(seen, (0, 0), 0.8), random, 5.0, 75)


LEVELS: dict[str, Callable[[Image, Random], Image]] = {
    "flat300": flat,
    "scan300": scan(300),
    "scan200": scan(200),
    "scan100": scan(100),
    "1 bit": one_bit,
    "copier": copier,
    "worn": worn,
    "photo": lambda image, random: photographed(image, random, False),
    "photohard": lambda image, random: photographed(image, random, True),
}


# --- counting -------------------------------------------------------------------------------------


def run(sheets: int, seed: int, levels: list[str], hands: list[str], folder: str) -> None:
    """Print the rates of each level and hand."""
    style = STYLES["A"]
    layout = form(questions(), style)
    blanks = printed(layout, 17, folder)
    print(
        f"{'level':10} {'hand':8} {'groups':>6} {'right':>7} {'person':>7} "
        "planted silent refused ms"
    )
    for level in levels:
        for hand in hands:
            random = np.random.default_rng([seed, *level.encode(), *hand.encode()])
            count: Counter[str] = Counter()
            doubts: Counter[str] = Counter()
            seconds = 0.0
            for number in range(sheets):
                page = 1 + number % layout.pages
                groups = layout.of_page(page)
                sheet = filled(blanks[page - 1], groups, style, hand, random)
                image = LEVELS[level](sheet.image, random)
                start = time.process_time()
                try:
                    located = locate(image)
                except RefusedError as reason:
                    count["refused"] += 1
                    print("  refused:", reason)
                    continue
                measures, _ = measure(located, groups)
                seconds += time.process_time() - start
                for group, values in zip(groups, measures, strict=True):
                    name = group.question, group.part
                    decision = decide(group, values)
                    count["groups"] += 1
                    count["planted"] += name in sheet.planted
                    if decision.doubt:
                        count["person"] += 1
                        doubts[decision.doubt] += name not in sheet.planted
                    elif decision.marked == sheet.meant[name]:
                        count["right"] += 1
                    else:
                        count["silent"] += 1
                        print("  silent:", name, sheet.meant[name], decision.marked, values)
            groups_ = count["groups"] or 1
            print(f"{level:10} {hand:8} {count['groups']:6} {count['right'] / groups_:7.2%} "
                  f"{count['person'] / groups_:7.2%} {count['planted'] / groups_:7.2%} "
                  f"{count['silent']:6} {count['refused']:7} "
                  f"{1000 * seconds / max(1, sheets):3.0f} "
                  + ", ".join(f"{doubt} {times}" for doubt, times in doubts.items() if times)
                  )  # fmt: skip


def main() -> None:
    import tempfile
    from pathlib import Path

    sheets, seed = (int(word) for word in (*sys.argv[1:3], "10", "1")[:2])
    levels = sys.argv[3].split(",") if len(sys.argv) > 3 else list(LEVELS)
    hands = sys.argv[4].split(",") if len(sys.argv) > 4 else ["full", "cross", "mixed", "pencil"]
    with tempfile.TemporaryDirectory() as folder:
        for name in ("root", "fonts"):
            Path(folder, name).mkdir()
        run(sheets, seed, levels, hands, folder)


if __name__ == "__main__":
    main()
