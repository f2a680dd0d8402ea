"""Simulated damage: what copiers, feeders, phones and desks do to a sheet of 300 dpi."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from pens import DPI, MM, Image, Pen, Random, line, stroke

Floats = NDArray[np.float32]
Damage = Callable[[Image, Random], Image]


def bytes_of(image: NDArray[np.floating] | Image) -> Image:
    return np.clip(image, 0, 255).astype(np.uint8)


def chain(*steps: Damage) -> Damage:
    """Return damage that is done one after the other."""

    def damage(image: Image, random: Random) -> Image:
        for step in steps:
            image = step(image, random)
        return image

    return damage


def one_of(*choices: Damage) -> Damage:
    def damage(image: Image, random: Random) -> Image:
        return choices[int(random.integers(len(choices)))](image, random)

    return damage


def plain(image: Image, random: Random) -> Image:
    return image


# --- how it lies and what the device makes of it --------------------------------------------------


def turned(degrees: float, scale: tuple[float, float]) -> Damage:
    def damage(image: Image, random: Random) -> Image:
        height, width = image.shape
        angle = random.uniform(-degrees, degrees)
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, random.uniform(*scale))
        return np.asarray(cv2.warpAffine(image, matrix, (width, height), borderValue=255), np.uint8)

    return damage


def at_dpi(dpi: int) -> Damage:
    def damage(image: Image, random: Random) -> Image:
        ratio = dpi / DPI
        return np.asarray(cv2.resize(image, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA))

    return damage


def noisy(sigma: float, quality: tuple[int, int]) -> Damage:
    def damage(image: Image, random: Random) -> Image:
        noise = sigma * random.standard_normal(image.shape, np.float32)
        flags = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(*quality))]
        _, data = cv2.imencode(".jpg", bytes_of(image + noise), flags)
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)

    return damage


def upside(image: Image, random: Random) -> Image:
    return np.ascontiguousarray(image[::-1, ::-1]) if random.random() < 0.2 else image


def bright(low: float, high: float) -> Damage:
    return lambda image, random: bytes_of(image * random.uniform(low, high))


def scan(dpi: int, quality: tuple[int, int] = (50, 86)) -> Damage:
    return chain(turned(3.0, (0.97, 1.0)), at_dpi(dpi), bright(0.92, 1.05), upside,
                 noisy(4.0, quality))  # fmt: skip


def one_bit(threshold: tuple[int, int] = (150, 151)) -> Damage:
    def damage(image: Image, random: Random) -> Image:
        noise = 5 * random.standard_normal(image.shape, np.float32)
        return np.where(image + noise > random.integers(*threshold), 255, 0).astype(np.uint8)

    return chain(turned(2.0, (0.97, 1.0)), at_dpi(200), damage)


def dithered(image: Image, random: Random) -> Image:
    """Return one bit with an ordered dither, as "text and photo" gives it."""
    order = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) * 16 + 8
    rows, columns = image.shape
    limits = np.tile(order, (rows // 4 + 1, columns // 4 + 1))[:rows, :columns]
    return np.where(image > limits, 255, 0).astype(np.uint8)


def contrasty(image: Image, random: Random) -> Image:
    stretch = random.uniform(0.99, 1.01)
    image = np.asarray(cv2.resize(image, None, fx=0.97, fy=0.97 * stretch))
    blurred = cv2.GaussianBlur(image, (0, 0), 1.2).astype(np.float32)
    grey = 255 / (1 + np.exp(-(blurred - 150) / 24))
    for _ in range(3):
        column = int(random.integers(grey.shape[1]))
        grey[:, column : column + 2] *= random.uniform(0.7, 0.95)
    return bytes_of(grey)


copier = chain(contrasty, turned(1.5, (1, 1)), at_dpi(200), noisy(4.0, (70, 71)))


def stretched(image: Image, random: Random) -> Image:
    """Return a page that slipped in the feeder: bands of lines are longer or shorter, and skewed"""
    height, width = image.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    knots = np.linspace(0, height, 7)
    slip = np.cumsum(random.normal(0, 0.5 * MM, 7))
    skew = random.uniform(-0.02, 0.02)
    down = np.interp(np.arange(height), knots, slip).astype(np.float32)
    return np.asarray(
        cv2.remap(image, x + skew * (y - height / 2), y + down[:, None], cv2.INTER_LINEAR,
                  borderValue=255), np.uint8)  # fmt: skip


def dusty(image: Image, random: Random) -> Image:
    """Return a page with lines of dust on the glass of the feeder, from top to bottom."""
    image = image.copy()
    for _ in range(int(random.integers(1, 4))):
        column, wide = int(random.integers(image.shape[1] - 8)), int(random.integers(1, 5))
        view = image[:, column : column + wide]
        if random.random() < 0.7:
            view[:] = bytes_of(view * random.uniform(0.4, 0.9))
        else:
            view[:] = bytes_of(view + 255 * random.uniform(0.3, 0.9))
    return image


def moire(image: Image, random: Random) -> Image:
    """Return a page that was printed with a screen, and scanned at another frequency."""
    height, width = image.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    period, angle = random.uniform(2.3, 5.5), random.uniform(0, 1.57)
    wave = np.cos(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / period)
    wave *= np.cos(2 * np.pi * (y * np.cos(angle) - x * np.sin(angle)) / period)
    tone = image / 255
    # A screen changes middle tones most.
    return bytes_of(image + 255 * 1.6 * tone * (1 - tone) * wave.astype(np.float32))


def low_toner(image: Image, random: Random) -> Image:
    """Return a pale print with bands that have almost no toner; only for blank sheets."""
    width = image.shape[1]
    knots = np.linspace(0, width, 9)
    toner = np.interp(np.arange(width), knots, random.uniform(0.35, 1.0, 9)).astype(np.float32)
    return bytes_of(255 - (255 - image) * toner[None, :])


# --- paper ----------------------------------------------------------------------------------------


def waved(low: float, high: float) -> Damage:
    def damage(image: Image, random: Random) -> Image:
        height, width = image.shape
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        length = random.uniform(120, 260) * MM
        phase = random.uniform(0, 6.28, 2)
        reach = random.uniform(low, high) * MM
        dx = reach * np.sin(2 * np.pi * y / length + phase[0])
        dy = reach * np.sin(2 * np.pi * x / length + phase[1])
        moved = cv2.remap(image, x + dx.astype(np.float32), y + dy.astype(np.float32),
                          cv2.INTER_LINEAR, borderValue=255)  # fmt: skip
        return np.asarray(moved, np.uint8)

    return damage


def folded(image: Image, random: Random) -> Image:
    height = image.shape[0]
    shade = np.ones(image.shape, np.float32)
    fold = int(random.uniform(0.3, 0.7) * height)
    shade[fold - 4 : fold + 4] *= 0.75
    shade[fold : fold + int(12 * MM)] *= 0.92
    return bytes_of(image * shade)


def place(image: Image, random: Random, margin: float = 0.1) -> tuple[int, int]:
    height, width = image.shape
    x, y = random.uniform(margin, 1 - margin, 2)
    return int(x * width), int(y * height)


def coffee_ring(image: Image, random: Random) -> Image:
    ring = np.zeros_like(image)
    cv2.circle(ring, place(image, random, 0.2), round(38 * MM), 255, round(2.0 * MM))
    shade = cv2.GaussianBlur(ring, (0, 0), 6) / 255
    return bytes_of(image * (1 - shade * random.uniform(0.2, 0.5)))


def coffee(image: Image, random: Random) -> Image:
    """Return a page with a spill: a brown area with a darker edge."""
    spill = np.zeros_like(image)
    for _ in range(4):
        x, y = place(image, random, 0.3)
        axes = int(random.uniform(8, 25) * MM), int(random.uniform(8, 25) * MM)
        cv2.ellipse(spill, (x, y), axes, float(random.uniform(0, 180)), 0, 360, 255, -1)
    soft = cv2.GaussianBlur(spill, (0, 0), 0.3 * MM).astype(np.float32) / 255
    kernel = np.ones((round(1.2 * MM),) * 2, np.uint8)
    edge = cv2.morphologyEx(spill, cv2.MORPH_GRADIENT, kernel).astype(np.float32) / 255
    shade = random.uniform(0.1, 0.4) * soft + random.uniform(0.05, 0.2) * edge
    return bytes_of(image * (1 - shade))


def staple(image: Image, random: Random) -> Image:
    image = image.copy()
    ends = line((6.0, 6.0), (15.0, 9.0)) * MM
    start, end = (tuple(map(int, point)) for point in ends)
    cv2.line(image, start, end, 60, 6)
    return image


def punched(image: Image, random: Random) -> Image:
    """Return a page with two or four holes at the left, dark or white by what is behind."""
    image = image.copy()
    behind = int(random.choice([20, 60, 255]))
    offsets = (-40.0, 40.0) if random.random() < 0.6 else (-120.0, -40.0, 40.0, 120.0)
    for offset in offsets:
        middle = round(12 * MM), round(image.shape[0] / 2 + offset * MM)
        cv2.circle(image, middle, round(3 * MM), behind, -1, cv2.LINE_AA)
    return image


def crumpled(image: Image, random: Random) -> Image:
    """Return a page with fine folds in many directions, each a dark and a light line."""
    shade = np.ones(image.shape, np.float32)
    for _ in range(int(random.integers(4, 10))):
        start, end = place(image, random, 0.0), place(image, random, 0.0)
        for off, light in ((0, random.uniform(0.7, 0.92)), (5, 1.06)):
            mask = np.zeros_like(image)
            cv2.line(mask, (start[0] + off, start[1] + off), (end[0] + off, end[1] + off), 255, 3)
            soft = cv2.GaussianBlur(mask, (0, 0), 1.5).astype(np.float32) / 255
            shade *= 1 + soft * (light - 1)
    return waved(0.1, 0.4)(bytes_of(image * shade), random)


def dog_eared(image: Image, random: Random) -> Image:
    """Return a page with a corner folded over, which is white, or torn off, which is dark."""
    image = image.copy()
    height, width = image.shape
    size = random.uniform(10, 24) * MM
    x, y = (0, width)[int(random.integers(2))], (0, height)[int(random.integers(2))]
    inward = (1 if x == 0 else -1), (1 if y == 0 else -1)
    corner = np.array([(x, y), (x + inward[0] * size, y), (x, y + inward[1] * size)], np.int32)
    cv2.fillPoly(image, [corner], int(random.choice([250, 230, 30])))
    return image


def grey_paper(image: Image, random: Random) -> Image:
    """Return recycled paper: grey, cloudy and with fibres."""
    clouds = random.normal(0, 1, (image.shape[0] // 40, image.shape[1] // 40)).astype(np.float32)
    cloudy = cv2.resize(clouds, image.shape[::-1], interpolation=cv2.INTER_CUBIC)
    image = bytes_of(image * random.uniform(0.62, 0.85) + 4 * cloudy)
    for _ in range(400):
        x, y = place(image, random, 0.01)
        reach = random.normal(0, 0.5 * MM, 2)
        cv2.line(image, (x, y), (int(x + reach[0]), int(y + reach[1])), int(image[y, x] * 0.8), 1)
    return image


def show_through(image: Image, random: Random) -> Image:
    """Return a page through which the print and the felt pen of the back are seen."""
    back = cv2.GaussianBlur(np.ascontiguousarray(image[:, ::-1]), (0, 0), 0.25 * MM)
    back = np.roll(back, int(random.uniform(-8, 8) * MM), axis=0)
    dark = (255 - back.astype(np.float32)) * random.uniform(0.06, 0.2)
    return bytes_of(image - dark)


# --- what people do -------------------------------------------------------------------------------


def drawn(image: Image, layer: Image) -> Image:
    return bytes_of(image * (1 - layer / 255))


def highlighted(image: Image, random: Random) -> Image:
    """Return a page on which rows are highlighted in yellow, pink or green."""
    layer = np.zeros_like(image)
    pen = Pen((3.0, 5.0), (0.04, 0.22))
    for _ in range(int(random.integers(2, 6))):
        x, y = random.uniform(25, 120), random.uniform(50, 260)
        stroke(layer, line((x, y), (x + random.uniform(20, 60), y + 1)), pen, random)
    return drawn(image, layer)


def stamped(image: Image, random: Random) -> Image:
    """Return a page with the round stamp of an office."""
    layer = np.zeros_like(image)
    middle = place(image, random, 0.2)
    dark = int(255 * random.uniform(0.35, 0.7))
    for reach in (16.0, 14.5, 9.0):
        cv2.circle(layer, middle, round(reach * MM), dark, round(0.5 * MM), cv2.LINE_AA)
    for row, text in enumerate(("EXAMINATION", "OFFICE", "RECEIVED")):
        at = middle[0] - round(8 * MM), middle[1] + round((row * 4 - 3) * MM)
        cv2.putText(layer, text, at, cv2.FONT_HERSHEY_SIMPLEX, 1.1, dark, 4, cv2.LINE_AA)
    patchy = random.random((image.shape[0] // 8, image.shape[1] // 8), np.float32)
    patchy = np.clip(cv2.resize(patchy, image.shape[::-1]) * 2, 0, 1)
    return drawn(image, bytes_of(layer * patchy))


def scribbled(image: Image, random: Random) -> Image:
    """Return a page with notes and lines that run through rows."""
    layer = np.zeros_like(image)
    pen = Pen((0.35, 0.6), (0.5, 0.85))
    for _ in range(int(random.integers(1, 4))):
        x, y = random.uniform(25, 150), random.uniform(50, 270)
        steps = int(random.integers(6, 20))
        path = np.stack([x + 1.6 * np.arange(steps), y + random.normal(0, 1.2, steps)], axis=1)
        stroke(layer, path, pen, random)
    return drawn(image, layer)


# --- phones ---------------------------------------------------------------------------------------


def phone(pixels: float, tilt: float = 0.05, quality: tuple[int, int] = (75, 76)) -> Damage:
    """Return a photo on a desk, in perspective and with light from a side."""

    def damage(image: Image, random: Random) -> Image:
        height, width = image.shape
        canvas = desk(round(height * 1.15), round(width * 1.2), random)
        shift = random.uniform(-tilt, tilt, (4, 2)) * width
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
        goal = corners + np.array([0.1 * width, 0.075 * height]) + shift
        matrix = cv2.getPerspectiveTransform(corners, goal.astype(np.float32))
        seen = cv2.warpPerspective(image, matrix, canvas.shape[::-1], canvas,
                                   borderMode=cv2.BORDER_TRANSPARENT)  # fmt: skip
        rows, columns = seen.shape
        y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
        slope = random.uniform(-0.35, 0.35, 2)
        light = 0.8 + slope[0] * (x / columns - 0.5) + slope[1] * (y / rows - 0.5)
        seen = bytes_of(seen * light)
        ratio = min(1.0, (pixels / seen.size) ** 0.5)
        small = cv2.resize(seen, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
        soft = np.asarray(cv2.GaussianBlur(small, (0, 0), 0.8), np.uint8)
        return noisy(5.0, quality)(soft, random)

    return damage


def desk(height: int, width: int, random: Random) -> Image:
    """Return a table: one grey, or the grain of wood."""
    shade = random.uniform(30, 180)
    if random.random() < 0.5:
        return np.full((height, width), shade, np.uint8)
    grain = cv2.GaussianBlur(random.normal(0, 60, (height, 40)).astype(np.float32), (0, 0), 2)
    return bytes_of(shade + cv2.resize(grain, (width, height)))


def shadowed(image: Image, random: Random) -> Image:
    """Return a page with the edge of a shadow across it."""
    rows, columns = image.shape
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    angle, middle = random.uniform(0, 3.14), random.uniform(0.3, 0.7)
    edge = (np.cos(angle) * (x / columns - middle) + np.sin(angle) * (y / rows - middle)) * 60
    return bytes_of(image * (1 - 0.4 / (1 + np.exp(-edge))))


def hand_shadow(image: Image, random: Random) -> Image:
    """Return a page with the shadow of a hand and its fingers."""
    shadow = np.zeros_like(image)
    x, y = place(image, random, 0.2)
    cv2.ellipse(shadow, (x, y), (int(35 * MM), int(45 * MM)), 20, 0, 360, 255, -1)
    for finger in range(4):
        end = x + int((finger * 18 - 30) * MM), y - int(random.uniform(70, 100) * MM)
        cv2.line(shadow, (x + int((finger * 14 - 20) * MM), y), end, 255, int(14 * MM))
    soft = random.uniform(0.5, 4.0) * MM
    shade = cv2.GaussianBlur(shadow, (0, 0), soft).astype(np.float32) / 255
    return bytes_of(image * (1 - random.uniform(0.2, 0.5) * shade))


def glare(image: Image, random: Random) -> Image:
    """Return a page with a reflection of the lamp, in which print and ink fade."""
    rows, columns = image.shape
    x, y = place(image, random, 0.1)
    down, right = np.mgrid[0:rows, 0:columns].astype(np.float32)
    reach = random.uniform(10, 30) * MM
    spot = np.exp(-((right - x) ** 2 + (down - y) ** 2) / (2 * reach**2))
    return bytes_of(image + 255 * random.uniform(0.2, 0.8) * spot)


def shaken(image: Image, random: Random) -> Image:
    """Return a picture with motion blur in any direction."""
    length = int(random.integers(3, 8))
    kernel = np.zeros((9, 9), np.float32)
    angle = random.uniform(0, np.pi)
    reach = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    ends = [tuple(int(v) for v in np.rint(4 + sign * reach)) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1)
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.uint8)


def quarter_turned(image: Image, random: Random) -> Image:
    return np.ascontiguousarray(np.rot90(image, int(random.integers(4))))


def barrel(image: Image, random: Random) -> Image:
    """Return a picture through a wide lens: straight lines bulge."""
    rows, columns = image.shape
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    dx, dy = x / columns - 0.5, y / rows - 0.5
    bulge = 1 + random.uniform(-0.04, 0.04) * (dx**2 + dy**2)
    return np.asarray(cv2.remap(image, (dx * bulge + 0.5) * columns, (dy * bulge + 0.5) * rows,
                                cv2.INTER_LINEAR, borderValue=90), np.uint8)  # fmt: skip


photohard = chain(waved(0.7, 1.6), shadowed, phone(3e6), shaken, quarter_turned)

ORDINARY: dict[str, Damage] = {
    "flat300": chain(turned(0.7, (0.995, 1.005)), noisy(2.0, (85, 86))),
    "scan300": scan(300),
    "scan200": scan(200),
    "scan150": scan(150),
    "scan100": scan(100),
    "jpeg30": scan(200, (28, 35)),
    "1 bit": one_bit(),
    "copier": copier,
    "feeder": chain(stretched, dusty, scan(200)),
    "grey": chain(grey_paper, scan(200)),
    "punched": chain(punched, staple, scan(200)),
    "photo": phone(8e6),
}
"""Damage of ordinary days: at most 3 % should go to a person."""
HARD: dict[str, Damage] = {
    "worn": chain(waved(0.3, 1.0), folded, coffee_ring, staple, scan(200)),
    "crumpled": chain(crumpled, scan(200)),
    "spilt": chain(coffee, scan(200)),
    "through": chain(show_through, scan(200)),
    "moire": chain(moire, scan(200)),
    "dithered": chain(turned(2.0, (0.97, 1.0)), at_dpi(200), dithered),
    "1 bit any": one_bit((90, 200)),
    "desk": chain(one_of(stamped, highlighted, scribbled), one_of(plain, dog_eared), scan(200)),
    "copy of copy": chain(contrasty, contrasty, scan(200)),
    "scan75": scan(75),
    "photohard": photohard,
    "hand": chain(hand_shadow, phone(5e6, 0.08), barrel, quarter_turned),
    "glare": chain(glare, phone(5e6)),
    "fold photo": chain(folded, waved(0.3, 1.0), phone(5e6, 0.08)),
    "copy photo": chain(contrasty, phone(4e6), shaken),
    "messenger": chain(waved(0.2, 0.6), phone(2e6), noisy(0.0, (30, 50))),
}
"""Damage after which more may go to a person, but still nothing may be silent."""
LEVELS = ORDINARY | HARD
