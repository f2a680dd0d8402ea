"""TeX formulas as MathML: one parse for pages, PDFs and word processors.

latex2mathml parses; this module admits only the commands that every renderer has (MathJax in Anki
and in learning management systems, MathML in browsers, Typst, Word), and refuses what a parser
lets pass although it is not a formula: an unknown command, a fraction without a denominator.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import Element, tostring

from pkoquiz.records import InvalidError

MAX_LENGTH = 2_000
"""Characters of a formula."""
MAX_DEPTH = 24
"""Levels of braces in a formula."""

_GREEK = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi "
    "pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
_LETTERS = "ell hbar imath jmath Re Im wp aleph partial nabla infty emptyset prime degree"
_OPERATORS = (
    "pm mp times div cdot ast star circ bullet oplus ominus otimes cap cup sqcap sqcup setminus "
    "wedge vee land lor neg lnot sum prod coprod int iint iiint oint bigcup bigcap bigoplus "
    "bigotimes"
)
_RELATIONS = (
    "leq le geq ge neq ne ll gg equiv sim simeq approx cong propto doteq in notin ni subset supset "
    "subseteq supseteq perp parallel mid prec succ models vdash forall exists nexists angle "
    "triangle therefore because"
)
_ARROWS = (
    "to gets rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow mapsto "
    "uparrow downarrow Uparrow Downarrow longrightarrow longleftarrow implies iff hookrightarrow "
    "rightleftharpoons"
)
_FUNCTIONS = (
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh exp ln log lg lim limsup liminf "
    "max min sup inf det dim ker gcd arg deg hom Pr bmod pmod operatorname"
)
_STRUCTURE = (
    "frac dfrac tfrac binom sqrt left right overline underline overbrace underbrace overset "
    "underset stackrel overrightarrow hat widehat tilde widetilde bar vec dot ddot check acute "
    "grave breve begin end limits nolimits"
)
_TEXT = "text textbf textit mathrm mathbf mathit mathsf mathtt mathbb mathcal mathfrak boldsymbol"
_SIGNS = (
    "quad qquad ldots cdots vdots ddots dots lfloor rfloor lceil rceil langle rangle lvert rvert "
    "lVert rVert vert Vert lbrace rbrace displaystyle textstyle"
)
COMMANDS = frozenset(
    " ".join(
        (_GREEK, _LETTERS, _OPERATORS, _RELATIONS, _ARROWS, _FUNCTIONS, _STRUCTURE, _TEXT, _SIGNS)
    ).split()
)
"""The commands that formulas may use, without their backslashes."""

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

_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_SIGN_COMMANDS = frozenset("\\,:;! {}%&#$_|")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{([^{}]{0,40})\}")
_SINGLE_UPRIGHT = re.compile(r"\\mathrm\s*\{\s*([A-Za-z])\s*\}")
_ARITIES = {
    "mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2,
    "munderover": 3,
}  # fmt: skip
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

    Raises `InvalidError` if it cannot be rendered. The element is shared: do not change it.
    """
    if len(tex) > MAX_LENGTH:
        raise InvalidError(f"the formula has over {MAX_LENGTH} characters", "divide it")
    if command := forbidden(tex):
        raise InvalidError(f"`{command}` cannot be used in formulas", "write it without")
    _check_braces(tex)
    from latex2mathml.converter import convert_to_element

    try:
        # The parser turns a single upright letter into an ordinary one, which is set in italics.
        source = _SINGLE_UPRIGHT.sub(r"\\text{\1}", tex)
        root: Element = convert_to_element(source, display="block" if display else "inline")
    except _PARSER_FAULTS as fault:
        raise InvalidError("the formula cannot be read", "check its braces and commands") from fault
    except Exception as fault:
        # The parser's own errors have no common base class.
        if type(fault).__module__ != "latex2mathml.exceptions":
            raise
        raise InvalidError("the formula is incomplete", "check its braces and commands") from fault
    for element in root.iter():
        _clean(element)
    return root


def mathml_html(tex: str, display: bool = False) -> str:
    """Return a formula as MathML for HTML, with the TeX for search and for screen readers."""
    root = mathml(tex, display)
    copy = Element("math", {**root.attrib, "alttext": tex})
    copy.extend(root)
    return tostring(copy, encoding="unicode")


def _check_braces(tex: str) -> None:
    depth = 0
    for match in re.finditer(r"\\.|[{}]", tex, re.DOTALL):
        depth += (match[0] == "{") - (match[0] == "}")
        if depth < 0:
            raise InvalidError("a `}` closes nothing", "remove it, or write `\\}`")
        if depth > MAX_DEPTH:
            raise InvalidError(f"more than {MAX_DEPTH} levels of braces", "simplify the formula")
    if depth:
        raise InvalidError("a `{` is never closed", "add a `}`, or write `\\{`")


def _clean(element: Element) -> None:
    # The parser writes signs as character references.
    element.text = unescape(element.text) if element.text else element.text
    if (element.text or "").startswith("\\"):
        raise InvalidError(f"`{element.text}` stands where it means nothing", "remove it")
    if "linebreak" in element.attrib:
        raise InvalidError("`\\\\` ends a line outside a matrix", "write two formulas")
    for name in set(element.attrib) - _ATTRIBUTES:
        del element.attrib[name]
    expected = _ARITIES.get(element.tag)
    if expected is not None and len(element) != expected:
        raise InvalidError("a part of the formula is missing", "check its braces and commands")
