"""Formulas as equations of Word: Office MathML, from MathML.

The elements are those of ECMA-376, part 1, section 22.1. Every equation is an XML tree, so that no
part of a formula can be markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from pkoquiz.markup.formulas import mathml

_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_NOTHING = "\N{ZERO WIDTH SPACE}"
_STYLES = {"bold": "b", "italic": "i", "bold-italic": "bi", "sans-serif": "p"}
_FENCES = {"(": ")", "[": "]", "{": "}", "|": "|", "‖": "‖"}
_LARGE = frozenset("∑∏∐∫∬∭∮⋃⋂⨁⨂")
_INTEGRALS = frozenset("∫∬∭∮")
_LINES = ("―", "_")
_BRACES = {"⏞": "top", "⏟": "bot"}
_ACCENTS = {
    "^": "\u0302", "¯": "\u0304", "~": "\u0303", "→": "\u20d7", "˙": "\u0307", "¨": "\u0308",
    "ˇ": "\u030c", "´": "\u0301", "`": "\u0300", "˘": "\u0306",
    "˚": "\u030a", "⃛": "\u20db",
}  # fmt: skip
_SPACES = {"0.167em": "\u2009", "0.222em": "\u2005", "0.278em": "\u2004", "1em": "\u2003"}


def equation(tex: str, display: bool = False) -> str:
    """Return a formula as an `m:oMath` element, or as an `m:oMathPara` if it is displayed."""
    root = _element("oMath", *_row(list(mathml(tex, display))))
    if display:
        root = _element("oMathPara", root)
    root.set("xmlns:m", _NAMESPACE)
    return tostring(root, encoding="unicode")


def _element(name: str, *children: Element, **attributes: str) -> Element:
    element = Element(f"m:{name}", {f"m:{key}": value for key, value in attributes.items()})
    element.extend(children)
    return element


def _row(elements: Sequence[Element]) -> Iterator[Element]:
    """Yield the equations of elements one after the other.

    Fences enclose the table between them; a sum or a limit takes the following elements as its
    operand.
    """
    index = 0
    while index < len(elements):
        element, following = elements[index], elements[index + 1 : index + 2]
        if _is_fenced_table(elements[index : index + 3]):
            table, closing = elements[index + 1 : index + 3]
            yield _delimited(element.text or "", closing.text or "", _word(table))
            index += 3
        elif _is_large(element):
            yield _large(element, following)
            index += 2
        elif _is_limit(element):
            name = _element("limLow", _part("e", element[0]), _part("lim", element[1]))
            yield _element("func", _element("fName", name), _operand(following))
            index += 2
        else:
            yield from _word(element)
            index += 1


def _is_large(element: Element) -> bool:
    return element.tag in ("msubsup", "munderover") and (element[0].text or "") in _LARGE


def _is_limit(element: Element) -> bool:
    base = (element[0].text or "") if element.tag in ("msub", "munder") else ""
    return base.isalpha() and base.isascii() and len(base) > 1 and element[0].tag == "mo"


def _operand(following: Sequence[Element]) -> Element:
    # Without an operand, word processors show an empty box.
    return _element("e", *(_row(following) if following else [_text(_NOTHING)]))


def _is_fenced_table(elements: Sequence[Element]) -> bool:
    return (
        [element.tag for element in elements] in (["mo", "mtable", "mo"], ["mo", "mfrac", "mo"])
        and (elements[1].tag == "mtable" or elements[1].get("linethickness") == "0")
        and _FENCES.get(elements[0].text or "") == elements[2].text
    )


def _word(element: Element) -> Iterator[Element]:
    children = list(element)
    match element.tag:
        case "mi" | "mn" | "mo" | "mtext":
            yield _run(element)
        case "mspace":
            yield from _space(element.get("width", ""))
        case "mfrac":
            kind = "noBar" if element.get("linethickness") == "0" else "bar"
            properties = _element("fPr", _element("type", val=kind))
            yield _element("f", properties, _part("num", children[0]), _part("den", children[1]))
        case "msqrt":
            # LibreOffice takes the radicand for the degree if there is none.
            hidden = _element("radPr", _element("degHide", val="1"))
            yield _element("rad", hidden, _element("deg"), _element("e", *_row(children)))
        case "mroot":
            yield _element("rad", _part("deg", children[1]), _part("e", children[0]))
        case "msub":
            yield _scripts("sSub", children, "sub")
        case "msup":
            yield _scripts("sSup", children, "sup")
        case "msubsup":
            yield _scripts("sSubSup", children, "sub", "sup")
        case "munderover":
            below = _element("limLow", _part("e", children[0]), _part("lim", children[1]))
            yield _element("limUpp", _element("e", below), _part("lim", children[2]))
        case "munder":
            yield _beside(children[0], children[1], "bot", "limLow")
        case "mover":
            yield _beside(children[0], children[1], "top", "limUpp")
        case "mtable":
            yield _matrix(element)
        case "mrow" if children and children[0].get("fence") == "true":
            closing = children[-1].text or "" if children[-1].get("fence") == "true" else ""
            inside = children[1:-1] if children[-1].get("fence") == "true" else children[1:]
            yield _delimited(children[0].text or "", closing, _row(inside))
        case "mphantom":
            hidden = _element("phantPr", _element("show", val="0"))
            yield _element("phant", hidden, _element("e", *_row(children)))
        case _:
            yield from _row(children)


def _run(element: Element) -> Element:
    variant = element.get("mathvariant", "")
    if element.tag == "mtext" or variant == "normal":
        return _text(element.text or _NOTHING)
    text = element.text or _NOTHING
    style = _STYLES.get(variant, "i" if element.tag == "mi" and len(text) == 1 else "p")
    return _text(text, _element("sty", val=style))


def _text(text: str, style: Element | None = None) -> Element:
    """Return a run of text: upright and without the spacing of signs, unless it has a style."""
    run = _element("r", _element("rPr", style if style is not None else _element("nor")))
    shown = SubElement(run, "m:t", {"xml:space": "preserve"})
    shown.text = text
    return run


def _space(width: str) -> Iterator[Element]:
    space = _SPACES.get(width, "\u2003\u2003" if width == "2em" else "")
    if space:
        yield _text(space)


def _part(name: str, element: Element) -> Element:
    return _element(name, *(list(_row([element])) or [_text(_NOTHING)]))


def _scripts(name: str, children: Sequence[Element], *parts: str) -> Element:
    scripts = map(_part, parts, children[1:])
    return _element(name, _part("e", children[0]), *scripts)


def _large(element: Element, following: Sequence[Element]) -> Element:
    """Return a sum or an integral with its limits and its operand."""
    sign = element[0].text or ""
    place = "subSup" if sign in _INTEGRALS else "undOvr"
    properties = _element("naryPr", _element("chr", val=sign), _element("limLoc", val=place))
    sub, sup = _part("sub", element[1]), _part("sup", element[2])
    return _element("nary", properties, sub, sup, _operand(following))


def _beside(base: Element, sign: Element, place: str, limit: str) -> Element:
    """Return a base with a line, brace, accent or another formula above or below it."""
    text = (sign.text or "") if sign.tag == "mo" else ""
    if text in _LINES:
        properties = _element("barPr", _element("pos", val=place))
        return _element("bar", properties, _part("e", base))
    if text in _BRACES:
        chosen = (_element("chr", val=text), _element("pos", val=_BRACES[text]))
        return _element("groupChr", _element("groupChrPr", *chosen), _part("e", base))
    if text in _ACCENTS and place == "top":
        properties = _element("accPr", _element("chr", val=_ACCENTS[text]))
        return _element("acc", properties, _part("e", base))
    return _element(limit, _part("e", base), _part("lim", sign))


def _matrix(table: Element) -> Element:
    columns = max((len(row) for row in table), default=1)
    alignment = _element("mcJc", val="center")
    count = _element("mcPr", _element("count", val=str(columns)), alignment)
    properties = _element("mPr", _element("mcs", _element("mc", count)))
    rows = (_element("mr", *(_element("e", *_row(list(cell))) for cell in row)) for row in table)
    return _element("m", properties, *rows)


def _delimited(opening: str, closing: str, inside: Iterable[Element]) -> Element:
    ends = (_element("begChr", val=opening), _element("endChr", val=closing))
    return _element("d", _element("dPr", *ends), _element("e", *inside))
