"""The scripts of characters, and fonts that cover them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

_NAMES = {
    "CJK": "Han",
    "IDEOGRAPHIC": "Han",
    "FULLWIDTH": "Han",
    "HALFWIDTH": "Katakana",
    "KATAKANA-HIRAGANA": "Katakana",
    "CANADIAN": "Canadian Aboriginal",
    "OLD": "ancient scripts",
    "VARIATION": "symbols",
}
"""Scripts whose name is not the first word in the names of their characters."""

_JAPANESE = ("Hiragana", "Katakana")
_NOTO = {
    "Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi",
    "Hebrew", "Kannada", "Khmer", "Lao", "Malayalam", "Mongolian", "Myanmar", "Sinhala", "Syriac",
    "Tamil", "Telugu", "Thaana", "Thai", "Tibetan", "Tifinagh",
}  # fmt: skip
"""Scripts with their own font, named `NotoSans` and the script."""


def scripts(characters: Iterable[str]) -> list[str]:
    """Return the scripts of the characters in alphabetical order; the last may be `symbols`."""
    names = {_script(character) for character in characters}
    return sorted(names, key=lambda name: (name == "symbols", name))


def _script(character: str) -> str:
    if "\u3000" <= character <= "\u303f":
        return "Han"  # punctuation such as 「
    if unicodedata.category(character)[0] in "SNZC":
        return "symbols"
    word = unicodedata.name(character, "VARIATION").split()[0]
    return _NAMES.get(word, word.capitalize())


def fonts(names: Sequence[str], language: str) -> list[str]:
    """Return the names, without extensions, of fonts that together cover these scripts.

    They are free, and named as on fonts.google.com. The language of the course determines the
    shapes of Han characters.
    """
    chosen: dict[str, None] = {}
    is_japanese = language.startswith("ja") or any(name in _JAPANESE for name in names)
    for name in names:
        match name:
            case "Hiragana" | "Katakana":
                font = "NotoSerifJP"
            case "Han" if is_japanese:
                font = "NotoSerifJP"
            case "Hangul":
                font = "NotoSerifKR"
            case "Han":
                is_traditional = language.casefold() in ("zh-tw", "zh-hk", "zh-hant")
                korean = language.startswith("ko") or "Hangul" in names
                font = "NotoSerifKR" if korean else f"NotoSerif{'TC' if is_traditional else 'SC'}"
            case "symbols":
                font = "NotoSansSymbols2"
            case _:
                font = f"NotoSans{name}" if name in _NOTO else "NotoSans"
        chosen.setdefault(font)
    return list(chosen)
