"""TeX formulas: what is allowed, and the resulting MathML and Typst."""

import re

import pytest
import typst
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from pkoquiz.markup.formula_text import linear
from pkoquiz.markup.formula_typst import formula
from pkoquiz.markup.formula_word import equation
from pkoquiz.markup.formulas import FormulaError, mathml, mathml_html
from pkoquiz.markup.tex import COMMANDS

FORMULAS = [
    r"T = 2\pi\sqrt{\frac{\ell}{g}}",
    r"\bar{t} = \frac{1}{n}\sum_{i=1}^{n} t_i",
    r"\begin{pmatrix} 0 & 1 \\ -\frac{g}{\ell} & 0 \end{pmatrix}",
    r"f(x) = \begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases}",
    r"\mathrm{SiO_2},\ 10^{-6}\ \mathrm{m\,s^{-1}}",
    r"\lim_{x \to 0} \frac{\sin x}{x} = 1",
    r"\left.\frac{a}{b}\right|_{x=0}",
    r"\underbrace{a + b}_{c} + \binom{n}{k}",
    r"\hat{x}, \vec{v}, \overline{abc}, \overset{!}{=}",
]


@pytest.mark.parametrize("tex", FORMULAS)
def test_a_formula_is_rendered_as_mathml_typst_and_office_mathml(tex: str) -> None:
    assert mathml_html(tex).startswith("<math ")
    source = "".join(formula(tex, display) for display in (True, False))
    assert typst.compile(source.encode(), format="svg").startswith(b"<svg")
    parse_xml(equation(tex, True))


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        (r"\href{javascript:alert(1)}{x}", r"`\href` cannot be used in formulas"),
        (r"\mmlToken{mtext}[href=x]{y}", r"`\mmlToken` cannot be used in formulas"),
        (r"\begin{tikzpicture}x\end{tikzpicture}", r"`\begin{tikzpicture}` cannot be used in"),
        (r"\frac{a}", "a part of the formula is missing"),
        (r"\frac", "the formula is incomplete"),
        ("x^", "the formula is incomplete"),
        ("{a", "a `{` is never closed"),
        ("a}", "a `}` has no matching `{`"),
        (r"a \\ b", r"`\\` is only allowed in a matrix"),
        ("{" * 30 + "}" * 30, "more than 24 levels of braces"),
        ("x" * 3000, "the formula has over 2000 characters"),
    ],
)
def test_what_cannot_be_rendered_is_said(tex: str, message: str) -> None:
    with pytest.raises(FormulaError, match=re.escape(message)):
        mathml(tex)


def test_a_single_upright_letter_is_upright() -> None:
    assert "<mtext>d</mtext>" in mathml_html(r"\mathrm{d}x")


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"T = 2\pi\sqrt{\frac{\ell}{g}}", "T = 2π√(ℓ/g)"),
        (r"\bar{t} = \frac{1}{n}\sum_{i=1}^{n} t_i", "t̄ = 1/n∑_(i = 1)^n t_i"),
        (r"\mathrm{SiO_2}", "SiO_2"),
        (r"\begin{pmatrix} 0 & 1 \\ -a & 0 \end{pmatrix}", "(0, 1; − a, 0)"),
        (r"10^{-6}\,\mathrm{m}", "10^(− 6) m"),
        (r"\frac{1}{2}\sin^2\varphi", "1/2 sin^2 φ"),
        (r"\det A = a \bmod b", "det A = a mod b"),
    ],
)
def test_a_formula_is_described_in_one_line(tex: str, text: str) -> None:
    assert linear(tex) == text


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\sin\varphi", "sin|φ"),
        (r"2\cos x", "2|cos|x"),
        (r"\sin^2 x", "sin2|x"),
        (r"(\log_2 x)\ln y", "(log2|x)|ln|y"),
        (r"\sin(x)", "sin(x)"),
        (r"\exp\left(x\right)", "exp(x)"),
        (r"y=-\sin{}", "y=−sin|"),
        (r"xy", "xy"),
    ],
)
def test_browsers_show_names_of_functions_with_space(tex: str, shown: str) -> None:
    page = re.sub(r"<mspace[^>]*>", "|", mathml_html(tex).replace("&#8722;", "−"))
    assert re.sub(r"<[^>]*>", "", page) == shown
    assert 'width="0.167em"' not in equation(tex)


def test_word_processors_show_no_empty_boxes() -> None:
    assert '<m:degHide m:val="1" />' in equation(r"\sqrt{x}")
    assert "<m:e />" not in equation(r"\sum_{i}^{n} {}^{14}_{6}\mathrm{C} \prod_{i}^{n}")


def test_text_in_a_formula_is_never_code() -> None:
    assert formula(r'\text{#read("x")}', False).endswith(r'$"#read(\"x\")"$);')
    assert "<script>" not in mathml_html(r"\text{<script>alert(1)</script>}")


pieces = st.sampled_from(
    [*(f"\\{name} " for name in sorted(COMMANDS)), *"{}[]()^_&#$%~'\"<>|/\\ ab1.,;:+-=é字"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=12).map("".join), st.booleans())
def test_every_formula_is_refused_or_compiles(tex: str, display: bool) -> None:
    try:
        source = formula(tex, display)
    except FormulaError:
        return
    typst.compile(source.encode(), format="svg")
    parse_xml(equation(tex, display))
