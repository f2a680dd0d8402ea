"""The font families for printing: those in Typst's wheel, of the course, and of an extra.

`pip install 'pkoquiz[fonts]'` installs matplotlib-fontja with IPAexGothic (Japanese), and
matplotlib with DejaVu Sans (Arabic, Hebrew and many others). Only their font files are used:
neither package is imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from pkoquiz.language import Language

BUILT_IN = ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono")
JAPANESE, SANS = "IPAexGothic", "DejaVu Sans"
_EXTRA = {
    JAPANESE: ("matplotlib_fontja", "fonts", ("ipaexg.ttf",)),
    SANS: (
        "matplotlib",
        "mpl-data/fonts/ttf",
        (
            "DejaVuSans.ttf",
            "DejaVuSans-Bold.ttf",
            "DejaVuSans-Oblique.ttf",
            "DejaVuSans-BoldOblique.ttf",
        ),
    ),
}
SCRIPTS = frozenset({"Han", "Hiragana", "Katakana", "Arabic", "Hebrew"})
"""Scripts that the extra certainly covers."""


def installed() -> dict[str, tuple[Path, ...]]:
    """Return the font files of the extra by family, for those that are installed."""
    fonts = {}
    for family, (package, folder, names) in _EXTRA.items():
        spec = find_spec(package)
        if spec and spec.origin:
            paths = tuple(Path(spec.origin).parent / folder / name for name in names)
            if all(path.is_file() for path in paths):
                fonts[family] = paths
    return fonts


def families(own: Sequence[str], extra: Sequence[str], language: Language) -> tuple[str, ...]:
    """Return the families in the order in which they are tried for a character.

    The best one for the language comes before fonts that contain only its punctuation, or its
    letters in a single width.
    """
    best = JAPANESE if language.tag.split("-")[0] in ("ja", "zh", "ko") else ""
    best = SANS if language.direction == "rtl" else best
    first, *others = BUILT_IN
    ranked = (first, *own, *(family for family in extra if family == best), *others, *extra)
    return tuple(dict.fromkeys(ranked))
