"""Open pages of PDFs and TIFFs, JPEGs and PNGs as grey images."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[Any]

DPI = 200
"""The resolution for rendering PDFs whose pages are not a single picture."""
HEIC = (".heic", ".heif")
FORMATS = (".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".webp", ".bmp", *HEIC)

_MOST_PIXELS = 120_000_000


class UnreadableImageError(Exception):
    """An image cannot be opened; the message is the reason."""


def page_count(path: Path) -> int:
    """Return how many pages a file has. Raises `UnreadableImageError`."""
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise UnreadableImageError("not a PDF, TIFF, JPEG, PNG or HEIC file")
    if ending == ".pdf":
        return len(_pdf(str(path)))
    if ending in (".tif", ".tiff"):
        import cv2

        count = cv2.imcount(str(path))
        if count < 1:
            raise UnreadableImageError("the file cannot be read as an image")
        return int(count)
    return 1


def grey_image(path: Path, page: int) -> Grey:
    """Return a page (from 0) in shades of grey. Raises `UnreadableImageError`."""
    ending = path.suffix.lower()
    if ending == ".pdf":
        return _pdf_page(path, page)
    if ending in HEIC:
        return _heic(path)
    import cv2

    # Rotation in EXIF does not matter: the marks tell which way is up.
    flags = cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION
    if ending in (".tif", ".tiff"):
        is_read, images = cv2.imreadmulti(str(path), start=page, count=1, flags=flags)
        image: Any = images[0] if is_read and images else None
    else:
        image = cv2.imread(str(path), flags)
    if image is None:
        raise UnreadableImageError("the file cannot be read as an image")
    return _eight_bits(image)


def _eight_bits(image: Any) -> Grey:
    import numpy as np

    if image.size > _MOST_PIXELS:
        raise UnreadableImageError("the image is too large")
    grey: Grey = np.ascontiguousarray(image).astype(np.uint8, copy=False)
    return grey


@lru_cache(maxsize=2)
def _pdf(path: str) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as fault:
        raise UnreadableImageError(f"the PDF cannot be read: {fault}") from fault


def _pdf_page(path: Path, number: int) -> Grey:
    import pypdfium2

    try:
        page = _pdf(str(path))[number]
        embedded = _embedded(page)
        if embedded is not None:
            return embedded
        width, height = page.get_size()
        scale = min(DPI / 72, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
        pixels = bitmap.to_numpy()
        return _eight_bits(pixels.reshape(*pixels.shape[:2], -1)[:, :, 0])
    except (pypdfium2.PdfiumError, IndexError) as fault:
        raise UnreadableImageError(f"the page cannot be rendered: {fault}") from fault


def _embedded(page: Any) -> Grey | None:
    """Return the picture that covers the page, if the page contains nothing else."""
    import cv2
    import pypdfium2
    import pypdfium2.raw as pdfium

    objects = list(page.get_objects(max_depth=2))
    if len(objects) != 1 or objects[0].type != pdfium.FPDF_PAGEOBJ_IMAGE or page.get_rotation():
        return None
    picture = objects[0]
    a, b, c, d, *_ = picture.get_matrix().get()
    width, height = page.get_size()
    is_turned = b or c or a <= 0 or d <= 0
    if is_turned or a < 0.9 * width or d < 0.9 * height:
        return None
    try:
        pixels = picture.get_bitmap(render=False).to_numpy()
    except pypdfium2.PdfiumError:
        return None
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    if channels == 1:
        return _eight_bits(pixels.reshape(pixels.shape[:2]))
    code = cv2.COLOR_BGRA2GRAY if channels == 4 else cv2.COLOR_BGR2GRAY
    return _eight_bits(cv2.cvtColor(pixels, code))


def _heic(path: Path) -> Grey:
    try:
        import pi_heif
    except ImportError as fault:
        message = "HEIC needs an extra: `pip install 'pkoquiz[heic]'`, or save the photo as JPEG"
        raise UnreadableImageError(message) from fault
    import cv2
    import numpy as np

    try:
        picture = pi_heif.open_heif(path, convert_hdr_to_8bit=True)
    except (ValueError, OSError) as fault:
        raise UnreadableImageError(f"the HEIC file cannot be read: {fault}") from fault
    return _eight_bits(cv2.cvtColor(np.asarray(picture)[:, :, :3], cv2.COLOR_RGB2GRAY))
