"""Find the sheet on an image: its code, its registration marks and its position."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pkoquiz.sheets.code import SheetCode, read_code
from pkoquiz.sheets.style import MARK, Style

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pkoquiz.scanning.images import Grey

SCALE = 6
"""Pixels per millimetre of the straightened sheet."""

_LONG_SIDE = 2200
_SMALLEST = 400
_BLANK_SIDE = 1200
"""The longer side of the image on which ink is searched for: 4 pixels per millimetre of A4."""
_EDGE = 0.02
"""This share of a page at each edge may be in the shadow of the scanner. Marks are farther in."""
_PAPER = 128
"""A page is blank only if its paper is at least this bright (0 to 255)."""
_INK = 0.80
"""Anything with less than this share of the brightness of paper is ink; what shows through from
the other side is brighter."""
_SPECK, _SPECKS = 16, 160
"""The pixels (1 mm²) of the largest speck of dust, and of all specks."""
_SLIGHTLY = 0.75
_TOLERANCE = 2.0
"""How far a corner may be off on bent paper, in mm."""


class RefusedError(Exception):
    """An image is not read; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Located:
    """A sheet that was found on an image."""

    code: SheetCode
    paper: Grey
    """The straightened page, with `SCALE` pixels per millimetre."""
    bend: NDArray[Any]
    """Coefficients of the remaining distortion in millimetres."""
    marks: int
    residual: float
    """The mean distance of the marks' corners from their nominal places, in mm."""


def locate(image: Grey, typed_code: str = "") -> Located:
    """Return the sheet on an image; `typed_code` replaces a code that cannot be read.

    Raises `RefusedError`.
    """
    import cv2
    import numpy as np

    longest = max(image.shape)
    if longest < _SMALLEST:
        raise RefusedError("the image is too small")
    if longest > _LONG_SIDE:
        ratio = _LONG_SIDE / longest
        # Averaging takes five times as long, and matters only where pixels would be skipped.
        how = cv2.INTER_LINEAR if ratio > _SLIGHTLY else cv2.INTER_AREA
        image = cv2.resize(image, None, fx=ratio, fy=ratio, interpolation=how)
    marks = _marks(image)
    code = _code(image, typed_code)
    found = np.concatenate([corners for _, corners in marks])
    wanted = np.concatenate([_corners(code.style, number) for number, _ in marks])
    transform, _ = cv2.findHomography(found, wanted, cv2.RANSAC, _TOLERANCE)
    if transform is None:
        raise RefusedError("the registration marks are not where they should be")
    mapped = cv2.perspectiveTransform(found[None].astype(np.float64), transform)[0]
    rest = mapped - wanted
    bend = _bend(wanted, rest) if len(marks) >= 5 else np.zeros((6, 2))
    residual = float(np.sqrt(((rest - _features(wanted) @ bend) ** 2).sum(axis=1).mean()))
    if residual > _TOLERANCE:
        raise RefusedError("the registration marks are not where they should be")
    size = round(code.style.width * SCALE), round(code.style.height * SCALE)
    matrix = np.diag([SCALE, SCALE, 1.0]) @ transform
    paper = cv2.warpPerspective(
        image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return Located(code, paper, bend, len(marks), residual)


def is_blank(image: Grey) -> bool:
    """Return whether a page has nothing on it but specks of dust."""
    import cv2
    import numpy as np

    longest = max(image.shape)
    if longest < _SMALLEST:
        return False
    ratio = min(1.0, _BLANK_SIDE / longest)
    small = cv2.resize(image, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    height, width = small.shape
    across, down = round(width * _EDGE), round(height * _EDGE)
    inner = small[down : height - down, across : width - across]
    paper = float(np.percentile(inner, 90))
    if paper < _PAPER:
        return False
    ink = (inner < _INK * paper).astype(np.uint8)
    _, _, sizes, _ = cv2.connectedComponentsWithStats(ink)
    specks = sizes[1:, cv2.CC_STAT_AREA]
    return int(specks.sum()) <= _SPECKS and int(specks.max(initial=0)) <= _SPECK


def bent(points: NDArray[Any], bend: NDArray[Any]) -> NDArray[Any]:
    """Return the places of points of the sheet (in mm) on the straightened page."""
    moved: NDArray[Any] = points + _features(points) @ bend
    return moved


# Marks are at both sides and in the middle, which shows how the paper is bent along its height.
def _features(points: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    x, y = points[:, 0] / 100, points[:, 1] / 100
    return np.stack([np.ones_like(x), x, y, x * y, y * y, x * y * y], axis=1)


def _bend(points: NDArray[Any], rest: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    # A little regularisation: the corners of one mark do not determine a slope.
    features = _features(points)
    weights = np.diag([1e-6, 1e-2, 1e-2, 1e-2, 1e-2, 1e-2])
    solved: NDArray[Any] = np.linalg.solve(features.T @ features + weights, features.T @ rest)
    return solved


def _corners(style: Style, number: int) -> NDArray[Any]:
    import numpy as np

    x, y = style.marks[number]
    half = MARK / 2
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return np.array([(x + half * right, y + half * down) for right, down in signs])


@lru_cache(maxsize=1)
def _detector() -> Any:
    import cv2

    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    parameters.adaptiveThreshWinSizeMin = 5
    parameters.adaptiveThreshWinSizeMax = 45
    parameters.adaptiveThreshWinSizeStep = 20
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    return cv2.aruco.ArucoDetector(dictionary, parameters)


def _marks(image: Grey) -> list[tuple[int, NDArray[Any]]]:
    import cv2

    marks = _detected(image)
    if len(marks) < 6:
        # Second try on a smoother picture: dithered copies have specks in their marks.
        smooth = _detected(cv2.GaussianBlur(image, (5, 5), 0))
        marks = max(marks, smooth, key=lambda found: len({number for number, _ in found}))
    numbers = [number for number, _ in marks]
    if len(set(numbers)) < len(numbers):
        raise RefusedError("a registration mark appears twice: are there two sheets on the image?")
    if len(numbers) < 3:
        raise RefusedError(f"{len(numbers)} of 6 registration marks were found, 3 are needed")
    left, right = {0, 3, 5}, {1, 2, 4}
    if set(numbers) <= left or set(numbers) <= right:
        raise RefusedError("registration marks were found only on one side of the sheet")
    return sorted(marks, key=lambda mark: mark[0])


def _detected(image: Grey) -> list[tuple[int, NDArray[Any]]]:
    import numpy as np

    corners, numbers, _ = _detector().detectMarkers(image)
    if numbers is None:
        return []
    return [
        (int(number), np.asarray(found, dtype=np.float64).reshape(4, 2))
        for number, found in zip(np.asarray(numbers).ravel(), corners, strict=True)
        if number < 6
    ]


def _code(image: Grey, typed: str) -> SheetCode:
    if typed:
        code = read_code(typed)
        if isinstance(code, str):
            raise RefusedError(f"the typed code is wrong: {code}")
        return code
    texts = _qr_texts(image)
    if not texts:
        import cv2

        larger = cv2.resize(image, None, fx=1.6, fy=1.6, interpolation=cv2.INTER_CUBIC)
        texts = _qr_texts(larger)
    if not texts:
        raise RefusedError("the code of the sheet cannot be read: type it as a correction")
    codes = [read_code(text) for text in sorted(texts)]
    known = [code for code in codes if isinstance(code, SheetCode)]
    if not known:
        raise RefusedError(str(codes[0]))
    if len(known) > 1:
        raise RefusedError("there are two sheets on the image")
    return known[0]


def _qr_texts(image: Grey) -> set[str]:
    import zxingcpp

    formats: Any = zxingcpp.BarcodeFormat.QRCode
    found = zxingcpp.read_barcodes(image, formats=formats)
    return {barcode.text for barcode in found if barcode.valid}
