"""Formulas as Typst mathematics, from their MathML.

Every character reaches Typst as a letter or digit, as an escaped sign or in a string literal, so no
part of a formula is code. The elements are those that `formulas` can produce.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from pkoquiz.markup.formula_text import linear
from pkoquiz.markup.formulas import mathml

_ACCENTS = {
    "^": "hat", "¯": "macron", "~": "tilde", "→": "arrow", "˙": "dot", "¨": "dot.double",
    "ˇ": "caron", "´": "acute", "`": "grave", "˘": "breve",
    "˚": "circle", "⃛": "dot.triple",
}  # fmt: skip
_LINES = ("―", "_")
_BRACES = {"⏞": "overbrace", "⏟": "underbrace"}
_STYLES = {
    "normal": "upright({})",
    "bold": "upright(bold({}))",
    "italic": "italic({})",
    "sans-serif": "sans({})",
    "bold-italic": "bold({})",
}
_WIDTH = re.compile(r"-?\d*+(?:\.\d++)?+em")
_FENCES = {"(": ")", "[": "]", "{": "}", "|": "|", "‖": "‖", "⌊": "⌋", "⌈": "⌉", "⟨": "⟩"}


def formula(tex: str, display: bool) -> str:
    """Return a formula as a Typst equation whose alternative text is the formula on one line."""
    body = _row(list(mathml(tex, display)))
    return (
        f'#math.equation(block: {str(display).lower()}, alt: "{_escaped(linear(tex))}", ${body}$);'
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _row(elements: Sequence[Element]) -> str:
    """Return elements one after the other; a table between fences becomes a matrix."""
    pieces, index = [], 0
    while index < len(elements):
        matrix = _between_fences(elements[index : index + 3])
        if matrix:
            pieces.append(matrix)
            index += 3
        else:
            pieces.append(_typst(elements[index]))
            index += 1
    return " ".join(filter(None, pieces))


def _between_fences(elements: Sequence[Element]) -> str:
    """Return a matrix or binomial with its fences, or an empty text if there is none."""
    if len(elements) < 3 or elements[0].tag != "mo" or elements[2].tag != "mo":
        return ""
    opening, inside, closing = elements
    fence = opening.text or ""
    if not fence or _FENCES.get(fence) != closing.text:
        return ""
    if inside.tag == "mtable":
        return f'display(mat(delim: "{fence}", {_cells(inside)}))'
    if inside.tag == "mfrac" and inside.get("linethickness") == "0":
        return f"binom({', '.join(map(_argument, inside))})"
    return ""


def _cells(table: Element) -> str:
    return "; ".join(", ".join(_row(list(cell)) or '""' for cell in row) for row in table)


def _typst(element: Element) -> str:
    children = list(element)
    match element.tag:
        case "mi" | "mn" | "mo" | "mtext":
            return _token(element)
        case "mspace":
            width = element.get("width", "")
            return f"#h({width});" if _WIDTH.fullmatch(width) else ""
        case "mfrac":
            numerator, denominator = map(_argument, children)
            if element.get("linethickness") == "0":
                return f"mat(delim: #none, {numerator}; {denominator})"
            return f"frac({numerator}, {denominator})"
        case "msqrt":
            return f"sqrt({_inside(children)})"
        case "mroot":
            radicand, index = map(_argument, children)
            return f"root({index}, {radicand})"
        case "msub":
            return f"attach({_argument(children[0])}, b: {_argument(children[1])})"
        case "msup":
            return f"attach({_argument(children[0])}, t: {_argument(children[1])})"
        case "munder":
            return _under(*children)
        case "mover":
            return _over(*children)
        case "msubsup":
            base, below, above = children
            return f"attach({_argument(base)}, b: {_argument(below)}, t: {_argument(above)})"
        case "munderover":
            base, below, above = children
            return (
                f"attach(limits({_argument(base)}), b: {_argument(below)}, t: {_argument(above)})"
            )
        case "mtable":
            return f"display(mat(delim: #none, align: #left, {_cells(element)}))"
        case "mrow" if _fenced(children):
            cases = [child.tag for child in children] == ["mo", "mtable"]
            if cases and children[0].text == "{":
                rows = (" & ".join(_row(list(cell)) for cell in row) for row in children[1])
                return f"display(cases({', '.join(rows)}))"
            return f"lr({_row(children)})"
        case "mphantom":
            return f"#hide(${_row(children)}$);"
        case "mstyle":
            inside = _inside(children)
            match element.get("displaystyle"):
                case "true":
                    return f"display({inside})"
                case "false":
                    return f"inline({inside})"
            return inside
        case _:
            return _inside(children)


def _inside(children: Sequence[Element]) -> str:
    """Return a row as an argument of a function, which must not be missing even if it is empty."""
    return _row(children) or '""'


def _fenced(children: Sequence[Element]) -> bool:
    return bool(children) and children[0].tag == "mo" and children[0].get("fence") == "true"


def _under(base: Element, below: Element) -> str:
    sign = (below.text or "") if below.tag == "mo" else ""
    if sign in _LINES:
        return f"underline({_argument(base)})"
    if sign in _BRACES:
        return f"{_BRACES[sign]}({_argument(base)})"
    if base.tag == "munder" and base[-1].text in _BRACES:
        return f"underbrace({_argument(base[0])}, {_argument(below)})"
    return f"attach(limits({_argument(base)}), b: {_argument(below)})"


def _over(base: Element, above: Element) -> str:
    sign = (above.text or "") if above.tag == "mo" else ""
    if sign in _LINES:
        return f"overline({_argument(base)})"
    if sign in _BRACES:
        return f"{_BRACES[sign]}({_argument(base)})"
    if sign in _ACCENTS:
        return f"accent({_argument(base)}, {_ACCENTS[sign]})"
    if base.tag == "mover" and base[-1].text in _BRACES:
        return f"overbrace({_argument(base[0])}, {_argument(above)})"
    return f"attach(limits({_argument(base)}), t: {_argument(above)})"


def _argument(element: Element) -> str:
    return _typst(element) or '""'


def _token(element: Element) -> str:
    text = element.text or ""
    if not text or text.isspace():
        return f'"{text}"' if text else ""
    style = _STYLES.get(element.get("mathvariant", ""), "{}")
    if element.tag == "mtext" and len(text) == 1 and text.isalpha():
        return f"upright({text})"  # without the space that Typst puts around texts
    if element.tag == "mtext":
        return style.format(f'"{_escaped(text)}"')
    if element.tag == "mi" and len(text) > 1:
        return f'op("{_escaped(text)}")'
    if element.tag == "mo" and text.isalpha() and text.isascii():
        return f'op("{_escaped(text)}", limits: #true)'
    shown = text if text.isdigit() else _signs(text)
    return style.format(shown)


def _signs(text: str) -> str:
    """Return characters, with those that have a meaning in Typst escaped."""
    return "".join(f"\\{sign}" if _is_syntax(sign) else sign for sign in text)


def _is_syntax(sign: str) -> bool:
    ascii_sign = sign.isascii() and not sign.isalnum() and not sign.isspace()
    return ascii_sign or sign in "√∛∜" or unicodedata.category(sign) in ("Ps", "Pe")
