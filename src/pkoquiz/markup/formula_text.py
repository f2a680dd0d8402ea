"""Formulas as text on one line, for screen readers: `T = 2π√(ℓ/g)`.

The text is close to the linear format of Unicode (UTN 28), which screen readers pronounce sign by
sign, while they would spell out TeX.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from pkoquiz.markup.formulas import is_name, mathml

_COMBINING = {
    "^": "\u0302", "¯": "\u0304", "―": "\u0305", "~": "\u0303", "→": "\u20d7", "˙": "\u0307",
    "¨": "\u0308", "ˇ": "\u030c", "´": "\u0301", "`": "\u0300", "˘": "\u0306", "˚": "\u030a",
}  # fmt: skip
_SPACED = frozenset("=≠≈≡<>≤≥≪≫∼→←⇒⇐⇔↦∈∉⊂⊆⊃⊇±∓×÷+−∝")


def linear(tex: str) -> str:
    """Return a formula as text on one line."""
    return " ".join(_row(list(mathml(tex))).split())


def _row(elements: Sequence[Element]) -> str:
    row = ""
    for element in elements:
        row += f" {_text(element)}" if is_name(element) and row[-1:].isalnum() else _text(element)
    return row


def _text(element: Element) -> str:
    children = list(element)
    match element.tag:
        case "mo":
            sign = element.text or ""
            is_word = len(sign) > 1 and sign.isalpha()
            return f" {sign} " if sign in _SPACED or is_word else sign
        case "mi" | "mn" | "mtext":
            text = element.text or ""
            return f"{text} " if element.tag == "mi" and len(text) > 1 else text
        case "mspace":
            return " "
        case "mfrac":
            numerator, denominator = map(_grouped, children)
            return f"{numerator}/{denominator}"
        case "msqrt":
            return f"√{_parenthesised(_row(children))}"
        case "mroot":
            return f"{_text(children[1])}√{_parenthesised(_text(children[0]))}"
        case "msub" | "munder":
            return f"{_text(children[0]).rstrip()}_{_grouped(children[1])} "
        case "msup":
            power = f"{_text(children[0]).rstrip()}^{_grouped(children[1])}"
            return f"{power} " if is_name(element) else power
        case "mover":
            text, sign = _text(children[0]), children[1].text or ""
            if sign in _COMBINING:
                return "".join(character + _COMBINING[sign] for character in text)
            return f"{text}^{_grouped(children[1])}"
        case "msubsup" | "munderover":
            base, below, above = children
            return f"{_text(base).rstrip()}_{_grouped(below)}^{_grouped(above)} "
        case "mtable":
            return "; ".join(", ".join(_row(list(cell)).strip() for cell in row) for row in element)
        case "mphantom":
            return ""
        case _:
            return _row(children)


def _grouped(element: Element) -> str:
    """Return a part in parentheses, unless it is a single sign or number."""
    text = _text(element).strip()
    return text if len(text) < 2 or text.isalnum() else f"({text})"


def _parenthesised(text: str) -> str:
    text = text.strip()
    return text if len(text) < 2 or text.isdigit() else f"({text})"
