"""Measure the bubbles of a straightened sheet: how much of each is dark, at two thresholds.

Each printed outline is located again (local registration), because paper has waves and folds. The
constants were determined by measurements: see `benchmarks/sheets.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pkoquiz.scanning.locate import SCALE, Located, bent
from pkoquiz.sheets.form import Group

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pkoquiz.scanning.images import Grey

DARK = 0.30
"""First threshold: anything this much darker than paper is ink."""
INK_SHARE, INK_LIMITS = 0.48, (0.18, 0.45)
"""Second threshold: this share of the darkness of the marks on the sheet, within limits."""

TRACE = 0.13
"""Ink this much darker than paper is a trace, as erased pencil and faded marks leave it."""

_FAR, _NEAR = 2.9, 1.0
"""The radius in which a bubble is searched for, in mm; the next one is at least 6.6 mm away."""
_SMOOTH_FAR, _SMOOTH_NEAR = 22.0, 12.0
"""The radius in which neighbours have to agree, in mm."""
_EDGE = 0.45
_RING = (0.35, 1.0)
_BAND = (0.9, 1.5)
_LETTER_ROOM = 0.06
_LETTER_MOST = 0.25
_PAPER_NOISE = 0.15
"""A mark must be so much darker than the change of the paper around it explains."""
_EMPTY, _PALEST = 0.10, 0.12
"""Bubbles with less ink show their letter, unless letters are paler everywhere on the sheet."""
_PRINT_NEAR = 8.0
"""How far the neighbours are that show how well print is seen at a place, in mm."""


@dataclass(frozen=True, slots=True)
class Measure:
    """The measures of a bubble: shares from 0 to 1."""

    low: float
    """Share of the inside that is darker than `DARK`, without the printed letter."""
    high: float
    """The same at the threshold that follows the ink of this sheet."""
    around: float
    """Share of the surrounding ring that is dark."""
    deep: float
    """Share of the inside that is darker than the edge of a stain or shadow could be here."""
    outline: float = 1.0
    """How well the printed outlines nearby were found."""
    through: float = 0.0
    """How dark the opposite sides around the bubble are, as with a line or fold through it."""
    trace: float = 0.0
    """Share of the inside with at least a trace of ink, not counting the printed letter."""
    printed: float = 1.0
    """How dark the printed letters are here, relative to the whole sheet."""


def measure(
    located: Located, groups: tuple[Group, ...]
) -> tuple[tuple[tuple[Measure, ...], ...], float]:
    """Return the measures of each group's bubbles, and the darkness of ink on this sheet."""
    import numpy as np

    if not groups:
        return (), 0.0
    radius = located.code.style.bubble / 2
    darkness, level = _darkness(located.paper)
    points = np.array([centre for group in groups for centre in group.centres])
    square = np.array([group.several for group in groups for _ in group.centres])
    labels = [label for group in groups for label in group.labels]
    guess = bent(points, located.bend)
    offsets, found = _offsets(darkness, guess, square, radius)
    centres = guess + offsets
    reach = radius + _BAND[1] + 0.2
    inside, ring = _masks(radius, reach)
    patches = _patches(darkness, centres, reach)
    inner = np.where(square[:, None, None], inside[1], inside[0])
    outer = np.where(square[:, None, None], ring[1], ring[0])
    ink = _ink(patches, inner)
    second = min(max(INK_SHARE * ink, INK_LIMITS[0]), INK_LIMITS[1])
    low, around = _share(patches, inner, DARK), _share(patches, outer, DARK)
    high = _share(patches, inner, second)
    trace = _share(patches, inner, TRACE)
    low, high, trace = (_without_letters(share, labels) for share in (low, high, trace))
    limits = np.maximum(DARK, _uneven(level, centres) + _PAPER_NOISE)
    deep = _share(patches, inner, limits[:, None, None])
    through = _through(patches, radius)
    seen = _printed(patches[:, inside[0]], labels, np.maximum(low, high) < _EMPTY, guess)
    measures = [
        Measure(*(round(float(value), 3) for value in values))
        for values in zip(low, high, around, deep, found, through, trace, seen, strict=True)
    ]
    rest = iter(measures)
    return tuple(tuple(next(rest) for _ in group.labels) for group in groups), round(ink, 3)


def _darkness(paper: Grey) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return how much darker than paper each pixel is (0 to 255), and the brightness of the paper.

    The paper is the brightest area within 10 mm, so that shadows and stains become white.
    """
    import cv2
    import numpy as np

    height, width = paper.shape
    small = cv2.resize(paper, (width // SCALE, height // SCALE), interpolation=cv2.INTER_AREA)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (11, 11))
    level = cv2.GaussianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel), (7, 7), 0)
    full = cv2.resize(level, (width, height), interpolation=cv2.INTER_LINEAR)
    bright = cv2.divide(paper, np.maximum(full, 1), scale=255)
    darkness: NDArray[Any] = cv2.subtract(np.full_like(bright, 255), bright)
    return darkness, level.astype(np.float32)


def _offsets(
    darkness: NDArray[Any], guess: NDArray[Any], square: NDArray[Any], radius: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the offset of each bubble from its nominal place, in mm, and how well it was found.

    Outlines are searched for twice: in a wide area of a coarse picture, then nearby in a fine one.
    Single matches are not trusted, since a stroke may look like an outline: neighbours must agree.
    """
    import cv2
    import numpy as np

    coarse = cv2.resize(darkness, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    moved, quality, _ = _found(coarse, guess, square, radius, SCALE // 2, _FAR)
    first = _agreed(guess, moved, quality, _SMOOTH_FAR, (2.5, 1.2, 0.7))
    moved, quality, matches = _found(darkness, guess + first, square, radius, SCALE, _NEAR)
    second = _agreed(guess, moved, quality, _SMOOTH_NEAR, (0.9, 0.5))
    # The match at the place that is measured, give or take a pixel.
    middle = (matches.shape[1] - 1) / 2
    places = np.rint(second * SCALE + middle).astype(int)
    places = np.clip(places, 1, matches.shape[1] - 2)
    index = np.arange(len(places))
    around = [
        matches[index, places[:, 1] + down, places[:, 0] + right]
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
    ]
    # A filled bubble hides its outline: its neighbours tell whether this is the place.
    apart = ((guess[None, :, :] - guess[:, None, :]) ** 2).sum(axis=2)
    near = np.exp(-apart / (2 * _SMOOTH_NEAR**2))
    quality = (near @ np.max(around, axis=0)) / near.sum(axis=1)
    return first + second, quality


def _found(
    picture: NDArray[Any],
    centres: NDArray[Any],
    square: NDArray[Any],
    radius: float,
    scale: int,
    search: float,
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return the offsets of the best matches, their quality, and all matches."""
    import cv2
    import numpy as np

    templates = [_outline(radius, is_square, scale) for is_square in (False, True)]
    half = templates[0].shape[0] // 2
    windows = _patches(picture, centres, (half + round(search * scale)) / scale, scale)
    matches = np.stack(
        [
            cv2.matchTemplate(window, templates[int(is_square)], cv2.TM_CCOEFF_NORMED)
            for window, is_square in zip(windows, square, strict=True)
        ]
    )
    matches = np.nan_to_num(matches, nan=0.0, posinf=0.0, neginf=0.0)
    flat = matches.reshape(len(matches), -1)
    best = flat.argmax(axis=1)
    rows, columns = np.divmod(best, matches.shape[2])
    middle = (matches.shape[1] - 1) / 2
    moved = np.stack([columns - middle, rows - middle], axis=1) / scale
    return moved, flat[np.arange(len(flat)), best].astype(np.float64), matches


def _agreed(
    points: NDArray[Any],
    moved: NDArray[Any],
    quality: NDArray[Any],
    reach: float,
    limits: tuple[float, ...],
) -> NDArray[Any]:
    """Return smoothed offsets, in several passes that discard outliers."""
    import numpy as np

    weight = np.clip(quality - 0.25, 0.0, None) ** 2 + 1e-6
    smooth = _smoothed(points, moved, weight, reach)
    for limit in limits:
        distance = np.sqrt(((moved - smooth) ** 2).sum(axis=1))
        smooth = _smoothed(points, moved, weight * (distance < limit) + 1e-9, reach)
    return smooth


def _smoothed(
    points: NDArray[Any], moved: NDArray[Any], weight: NDArray[Any], reach: float
) -> NDArray[Any]:
    """Return local linear fits around each point, with Gaussian weights."""
    import numpy as np

    apart = (points[None, :, :] - points[:, None, :]) / reach
    near = np.exp(-(apart**2).sum(axis=2) / 2) * weight[None, :]
    features = np.concatenate([np.ones((*apart.shape[:2], 1)), apart], axis=2)
    weighted = features * near[:, :, None]
    left = weighted.transpose(0, 2, 1) @ features
    right = weighted.transpose(0, 2, 1) @ moved
    # Slopes are held back where there are only few neighbours.
    scale = near.sum(axis=1)[:, None, None]
    left = left + np.diag([1e-9, 0.02, 0.02])[None] * scale + np.eye(3)[None] * 1e-12
    fitted: NDArray[Any] = np.linalg.solve(left, right)[:, 0, :]
    return fitted


def _outline(radius: float, is_square: bool, scale: int) -> NDArray[Any]:
    import cv2
    import numpy as np

    # Drawn eight times as large, so that the thin line is smooth.
    big, size = 8, 2 * round((radius + 0.4) * scale) + 1
    picture = np.zeros((size * big, size * big), np.uint8)
    middle, reach = size * big // 2, round(radius * scale * big)
    thickness = round(0.25 * scale * big)
    if is_square:
        corner = middle - reach, middle - reach
        cv2.rectangle(picture, corner, (middle + reach, middle + reach), 255, thickness)
    else:
        cv2.circle(picture, (middle, middle), reach, 255, thickness)
    drawn: NDArray[Any] = cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)
    return drawn


def _patches(
    picture: NDArray[Any], centres: NDArray[Any], reach: float, scale: int = SCALE
) -> NDArray[Any]:
    """Return a square around each centre (in mm), `reach` to each side."""
    import cv2
    import numpy as np

    half = round(reach * scale)
    bordered = cv2.copyMakeBorder(picture, half, half, half, half, cv2.BORDER_REPLICATE)
    # The centre of pixel 0 is half a pixel from the edge of the paper.
    corners = np.rint(centres * scale - 0.5).astype(int)
    height, width = picture.shape
    corners[:, 0] = np.clip(corners[:, 0], 0, width - 1)
    corners[:, 1] = np.clip(corners[:, 1], 0, height - 1)
    steps = np.arange(2 * half + 1)
    rows = (corners[:, 1, None] + steps)[:, :, None]
    columns = (corners[:, 0, None] + steps)[:, None, :]
    cut: NDArray[Any] = bordered[rows, columns]
    return cut


def _masks(
    radius: float, reach: float
) -> tuple[tuple[NDArray[Any], NDArray[Any]], tuple[NDArray[Any], NDArray[Any]]]:
    """Return the masks of the inside and the surrounding ring, for circles and squares."""
    import numpy as np

    half = round(reach * SCALE)
    steps = np.arange(-half, half + 1) / SCALE
    x, y = np.meshgrid(steps, steps)
    inside, ring = [], []
    for distance in (np.hypot(x, y), np.maximum(abs(x), abs(y))):
        inside.append(distance <= radius - _EDGE)
        ring.append((distance >= radius + _RING[0]) & (distance <= radius + _RING[1]))
    return (inside[0], inside[1]), (ring[0], ring[1])


def _share(
    patches: NDArray[Any], mask: NDArray[Any], threshold: float | NDArray[Any]
) -> NDArray[Any]:
    dark = (patches > threshold * 255) & mask
    share: NDArray[Any] = dark.sum(axis=(1, 2)) / mask.sum(axis=(1, 2))
    return share


def _through(patches: NDArray[Any], radius: float) -> NDArray[Any]:
    """Return the share of ink in the darker of two opposite eighths around each bubble."""
    import numpy as np

    half = patches.shape[1] // 2
    steps = np.arange(-half, half + 1) / SCALE
    x, y = np.meshgrid(steps, steps)
    distance = np.hypot(x, y)
    band = (distance >= radius + _BAND[0]) & (distance <= radius + _BAND[1])
    eighth = np.floor((np.arctan2(y, x) + np.pi + np.pi / 8) / (np.pi / 4)).astype(int) % 8
    dark = patches > DARK * 255
    shares = np.stack(
        [
            (dark & (band & (eighth == number))).sum(axis=(1, 2))
            / (band & (eighth == number)).sum()
            for number in range(8)
        ]
    )
    opposite: NDArray[Any] = np.minimum(shares[:4], shares[4:]).max(axis=0)
    return opposite


def _ink(patches: NDArray[Any], mask: NDArray[Any]) -> float:
    """Return the darkness of ink: the median over the darkest bubbles of their 90th percentiles."""
    import numpy as np

    means = (patches * mask).sum(axis=(1, 2)) / mask.sum(axis=(1, 2))
    darkest = np.argsort(-means)[: max(5, len(means) // 12)]
    values = [np.percentile(patches[index][mask[index]], 90) for index in darkest]
    return float(np.median(values)) / 255


def _without_letters(share: NDArray[Any], labels: list[str]) -> NDArray[Any]:
    """Subtract the ink of the printed letter, estimated from empty bubbles of this sheet.

    A letter may have been marked everywhere, so the estimate for a letter is limited by the average
    of all letters in the emptiest quarter.
    """
    import numpy as np

    usual = float(np.percentile(share, 25))
    names = np.array(labels)
    result = share.copy()
    for name in set(labels):
        own = names == name
        letter = float(np.percentile(share[own], 25)) if own.sum() >= 4 else usual
        result[own] -= min(max(letter, 0.0), usual + _LETTER_ROOM, _LETTER_MOST)
    positive: NDArray[Any] = np.maximum(result, 0.0)
    return positive


def _printed(
    pixels: NDArray[Any], labels: list[str], empty: NDArray[Any], points: NDArray[Any]
) -> NDArray[Any]:
    """Return how dark the letters around each point are, relative to those of the sheet.

    Where a reflection or worn toner removes the letters, it may have removed marks too.
    """
    import numpy as np

    letter = np.percentile(pixels, 97, axis=1) / 255
    names = np.array(labels)
    is_plain = np.array([label.isalnum() for label in labels])
    average = float(np.median(letter[empty & is_plain])) if (empty & is_plain).any() else 0.0
    ratio = np.ones(len(labels))
    is_known = np.zeros(len(labels))
    for name in set(labels):
        own = empty & (names == name)
        usual = float(np.median(letter[own])) if own.sum() >= 4 else 0.0
        if name.isalnum():
            # A label may be rare, or hidden wherever it is.
            usual = max(usual, average / 2) if usual else average
        if usual >= _PALEST:
            ratio[own] = letter[own] / usual
            is_known[own] = 1.0
    apart = ((points[None, :, :] - points[:, None, :]) ** 2).sum(axis=2)
    near = np.exp(-apart / (2 * _PRINT_NEAR**2)) * is_known
    weight = near.sum(axis=1)
    share: NDArray[Any] = np.where(weight > 0.3, near @ ratio / np.maximum(weight, 1e-9), 1.0)
    return share


def _uneven(level: NDArray[Any], centres: NDArray[Any]) -> NDArray[Any]:
    """Return by what share the paper's brightness changes within 4 mm."""
    import cv2
    import numpy as np

    kernel = np.ones((9, 9), np.uint8)
    span = (cv2.dilate(level, kernel) - cv2.erode(level, kernel)) / np.maximum(level, 1)
    height, width = level.shape
    x = np.clip(centres[:, 0].astype(int), 0, width - 1)
    y = np.clip(centres[:, 1].astype(int), 0, height - 1)
    values: NDArray[Any] = span[y, x].astype(np.float64)
    return values
