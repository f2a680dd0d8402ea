"""TeX formulas as MathML: one parse for pages, PDFs and word processors.

latex2mathml parses; this module allows only the commands that every renderer supports (MathJax in
Anki and in learning management systems, MathML in browsers, Typst, Word), and refuses invalid
formulas that the parser accepts: an unknown command, a fraction without a denominator.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import Element, tostring

from pkoquiz.markup.tex import COMMANDS
from pkoquiz.prose import nearest, shortened

MAX_LENGTH = 2_000
"""The most characters of a formula."""
MAX_DEPTH = 24
"""The most levels of braces in a formula."""

ENVIRONMENTS = frozenset(
    [
        "matrix",
        "pmatrix",
        "bmatrix",
        "Bmatrix",
        "vmatrix",
        "Vmatrix",
        "cases",
        "array",
        "split",
        "align*",
    ]
)
"""The environments that formulas may use."""

_INSTEAD = {
    "abs": r"\lvert x \rvert", "bra": r"\langle\psi\rvert", "braket": r"\langle a \vert b\rangle",
    "cancel": "", "ce": r"\mathrm{H_2O}", "color": "", "dd": r"\mathrm{d}", "diff": r"\mathrm{d}",
    "dv": r"\frac{\mathrm{d}y}{\mathrm{d}x}", "ket": r"\lvert\psi\rangle",
    "norm": r"\lVert x \rVert", "not": r"\neq", "num": r"5 \times 10^{3}",
    "pdv": r"\frac{\partial y}{\partial x}", "qty": r"5\,\mathrm{m}", "SI": r"5\,\mathrm{m}",
    "si": r"\mathrm{m}", "textcolor": "", "unit": r"\mathrm{m}",
    "xleftarrow": r"\overset{a}{\longleftarrow}", "xrightarrow": r"\overset{a}{\longrightarrow}",
}  # fmt: skip
"""Common commands of packages → what to write instead, if there is anything."""

_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_SIGN_COMMANDS = frozenset("\\,:;! {}%&#$_|")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{([^{}]{0,40})\}")
_SINGLE_UPRIGHT = re.compile(r"\\mathrm\s*\{\s*([A-Za-z])\s*\}")
_ARITIES = {
    "mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2,
    "munderover": 3,
}  # fmt: skip
_ROWS = frozenset(["math", "mrow", "mstyle", "msqrt", "mtd", "mphantom"])
_CLOSING = frozenset(")]}⟩⌋⌉")
_ATTRIBUTES = frozenset(
    [
        "accent",
        "columnalign",
        "display",
        "displaystyle",
        "fence",
        "form",
        "linethickness",
        "mathvariant",
        "scriptlevel",
        "stretchy",
        "width",
    ]
)
_PARSER_FAULTS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
)


class FormulaError(ValueError):
    """A formula cannot be shown; says what is wrong and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def forbidden(tex: str) -> str:
    """Return the first command of a formula that is not in the list, or an empty text."""
    for match in _COMMAND.finditer(tex):
        name = match[1]
        if name not in COMMANDS and name not in _SIGN_COMMANDS:
            return match[0]
    for match in _ENVIRONMENT.finditer(tex):
        if match[1] not in ENVIRONMENTS:
            return match[0]
    return ""


@lru_cache(maxsize=4096)
def mathml(tex: str, display: bool = False) -> Element:
    """Return a formula, without its delimiters, as a `math` element without name spaces.

    Raises `FormulaError` if it cannot be rendered. The element is shared: do not change it.
    """
    if len(tex) > MAX_LENGTH:
        raise FormulaError(f"the formula has over {MAX_LENGTH} characters", "divide it")
    if command := forbidden(tex):
        message = f"`{shortened(command, 40)}` cannot be used in formulas"
        raise FormulaError(message, _without(command))
    _check_braces(tex)
    from latex2mathml.converter import convert_to_element

    try:
        # The parser turns a single upright letter into an ordinary one, which is set in italics.
        source = _SINGLE_UPRIGHT.sub(r"\\text{\1}", tex)
        root: Element = convert_to_element(source, display="block" if display else "inline")
    except _PARSER_FAULTS as fault:
        raise FormulaError("the formula cannot be read", "check its braces and commands") from fault
    except Exception as fault:
        # The parser's own errors have no common base class.
        if type(fault).__module__ != "latex2mathml.exceptions":
            raise
        raise FormulaError("the formula is incomplete", "check its braces and commands") from fault
    for element in root.iter():
        _clean(element)
    return root


def mathml_html(tex: str, display: bool = False) -> str:
    """Return a formula as MathML for HTML, with the TeX for search and for screen readers."""
    return tostring(page_mathml(tex, display), encoding="unicode")


def page_mathml(tex: str, display: bool = False) -> Element:
    """Return a formula as MathML for browsers, with the TeX for search and for screen readers.

    Browsers set `sin` close to what is beside it, so thin spaces are inserted, where TeX has them.
    """
    root = _spaced(mathml(tex, display))
    root.set("alttext", tex)
    return root


def is_name(element: Element) -> bool:
    """Return whether an element is the name of a function, such as `sin`, perhaps with a power."""
    if element.tag in ("msub", "msup", "msubsup"):
        return is_name(element[0])
    text = element.text or ""
    return element.tag == "mi" and len(text) > 1 and text.isalpha()


def _spaced(element: Element) -> Element:
    copy = Element(element.tag, element.attrib)
    copy.text = element.text
    children = list(element)
    for index, child in enumerate(children):
        if index and element.tag in _ROWS and _has_thin_space(children[index - 1], child):
            copy.append(Element("mspace", {"width": "0.167em"}))
        copy.append(_spaced(child))
    return copy


def _has_thin_space(left: Element, right: Element) -> bool:
    """Return whether TeX sets a thin space between two parts, because one is a name."""
    if not (is_name(left) or is_name(right)):
        return False
    first = right[0] if right.tag == "mrow" and len(right) else right
    if first.tag == "mo" or "mspace" in (left.tag, right.tag):
        return False
    return left.tag != "mo" or (left.text or "") in _CLOSING


def _without(command: str) -> str:
    """Return a hint that says what to write instead of a command that is not allowed."""
    name = command[1:]
    if example := _INSTEAD.get(name):
        return f"write it with other commands, e.g. `{example}`"
    near = "" if name in _INSTEAD else nearest(name, COMMANDS, 0.75)
    return f"did you mean `\\{near}`?" if near else "write the formula without it"


def _check_braces(tex: str) -> None:
    depth = 0
    for match in re.finditer(r"\\.|[{}]", tex, re.DOTALL):
        depth += (match[0] == "{") - (match[0] == "}")
        if depth < 0:
            raise FormulaError("a `}` has no matching `{`", "remove it, or write `\\}`")
        if depth > MAX_DEPTH:
            raise FormulaError(f"more than {MAX_DEPTH} levels of braces", "simplify the formula")
    if depth:
        raise FormulaError("a `{` is never closed", "add a `}`, or write `\\{`")


def _clean(element: Element) -> None:
    # The parser writes signs as character references.
    element.text = unescape(element.text) if element.text else element.text
    if (element.text or "").startswith("\\"):
        raise FormulaError(f"unexpected `{element.text}`", "remove it")
    if "linebreak" in element.attrib:
        raise FormulaError("`\\\\` is only allowed in a matrix", "write two formulas")
    for name in set(element.attrib) - _ATTRIBUTES:
        del element.attrib[name]
    expected = _ARITIES.get(element.tag)
    if expected is not None and len(element) != expected:
        raise FormulaError("a part of the formula is missing", "check its braces and commands")
