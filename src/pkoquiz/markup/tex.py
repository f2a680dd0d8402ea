"""Formulas in untrusted texts: only commands that typeset are run.

MathJax has commands that make links, set styles, load packages and define other commands, and
later versions add more. So this is a list of allowed commands. The checks report all others, and
texts for MathJax show them instead of running them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LETTERS = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda mu
    nu xi omicron pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega digamma
    Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega aleph beth gimel daleth ell hbar
    hslash imath jmath wp Re Im eth Bbbk complement mho
"""
_OPERATORS = """
    sum prod coprod int iint iiint oint bigcap bigcup bigsqcup bigvee bigwedge bigodot bigotimes
    bigoplus biguplus lim limsup liminf inf sup max min det dim exp gcd hom ker lg ln log Pr deg sin
    cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan varlimsup varliminf operatorname
    mod bmod pmod pod limits nolimits pm mp times div cdot ast star circ bullet cap cup uplus sqcap
    sqcup vee wedge lor land setminus smallsetminus wr diamond bigtriangleup bigtriangledown
    triangleleft triangleright lhd rhd oplus ominus otimes oslash odot dagger ddagger amalg ltimes
    rtimes boxplus boxminus boxtimes dotplus surd angle measuredangle sphericalangle prime backprime
    infty nabla partial forall exists nexists neg lnot emptyset varnothing top bot flat natural
    sharp clubsuit diamondsuit heartsuit spadesuit triangle square blacksquare lozenge bigstar
    checkmark degree S pounds yen
"""
_RELATIONS = """
    le leq leqslant leqq ge geq geqslant geqq ne neq equiv sim simeq approx approxeq cong doteq
    propto prec succ preceq succeq ll gg lll ggg lt gt subset supset subseteq supseteq subsetneq
    supsetneq nsubseteq nsupseteq sqsubset sqsupset sqsubseteq sqsupseteq in notin ni owns vdash
    dashv models mid nmid parallel nparallel perp smile frown bowtie asymp therefore because
    triangleq coloneqq eqqcolon lesssim gtrsim vDash Vdash between iff implies impliedby to gets
    leftarrow rightarrow leftrightarrow Leftarrow Rightarrow Leftrightarrow longleftarrow
    longrightarrow longleftrightarrow Longleftarrow Longrightarrow Longleftrightarrow mapsto
    longmapsto uparrow downarrow updownarrow Uparrow Downarrow Updownarrow nearrow searrow swarrow
    nwarrow hookleftarrow hookrightarrow leftharpoonup leftharpoondown rightharpoonup
    rightharpoondown rightleftharpoons leftrightharpoons rightleftarrows leftrightarrows leadsto
    upharpoonright nrightarrow nleftarrow
"""
_SHAPES = """
    frac dfrac tfrac cfrac binom dbinom tbinom choose over atop sqrt stackrel overset underset
    substack overline underline overbrace underbrace overrightarrow overleftarrow overleftrightarrow
    widehat widetilde hat check tilde acute grave dot ddot dddot breve bar vec mathring phantom
    hphantom vphantom left right big Big bigg Bigg bigl bigr bigm Bigl Bigr Bigm biggl biggr biggm
    Biggl Biggr Biggm lbrace rbrace lbrack rbrack langle rangle lfloor rfloor lceil rceil lvert
    rvert lVert rVert vert Vert lgroup rgroup ldots cdots vdots ddots dots dotsb dotsc dotsi dotsm
    dotso colon begin end quad qquad enspace thinspace medspace thickspace negthinspace displaystyle
    textstyle scriptstyle scriptscriptstyle mathrm mathbf mathit mathsf mathtt mathcal mathscr
    mathfrak mathbb mathnormal boldsymbol bm bold pmb rm bf it sf tt cal text textrm textbf textit
    textsf texttt textnormal mbox mathop mathbin mathrel mathord mathopen mathclose mathpunct
    mathinner
"""
COMMANDS = frozenset(f"{_LETTERS} {_OPERATORS} {_RELATIONS} {_SHAPES}".split())
"""The allowed commands, which MathJax, MathML, Typst and Word can all show."""

_JOINER = "\u2060"
"""A character without width that separates a backslash from what would be a command."""

_SYMBOLS = frozenset(r"""\()[]{}|,;:!>#$%&_-/*=+.^~`'"@ """ + _JOINER)
"""Signs that follow a backslash: spaces, brackets, line ends and signs that mean themselves.

Not `<`, with which a tag begins: Anki removes tags in formulas, so what follows would be next."""

_COMMAND = re.compile(r"\\(?:([A-Za-z]++)(<?)|(.?))", re.DOTALL)


def inert(html: str) -> str:
    """Return the HTML of a formula in which only the listed commands are commands.

    The others keep their backslash, but are shown instead of being run.
    """

    def checked(match: re.Match[str]) -> str:
        word, tag, sign = match.groups()
        if (word in COMMANDS and not tag) if word else sign in _SYMBOLS and sign:
            return match[0]
        return f"\\{_JOINER}{match[0][1:]}"

    return _COMMAND.sub(checked, html) if "\\" in html else html


INLINE_FORMULA = r"\\\(((?:(?!\\\().)+?)\\\)"
"""A formula in a line, as a regular expression whose dot matches line breaks."""
DISPLAY_FORMULA = r"\\\[((?:(?!\\\[).)+?)\\\]"
"""A formula on a line of its own."""

_FORMULAS = re.compile(rf"{INLINE_FORMULA}|{DISPLAY_FORMULA}", re.DOTALL)


def parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a text that is not Markdown: (text, "") or ("", TeX of a formula)."""
    end = 0
    for match in _FORMULAS.finditer(text):
        yield text[end : match.start()], ""
        yield "", (match[1] or match[2]).strip()
        end = match.end()
    yield text[end:], ""
