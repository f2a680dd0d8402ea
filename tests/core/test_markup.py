"""One Markdown dialect, written in three formats."""

import html as htmllib
import re
from html import escape
from xml.etree.ElementTree import tostring

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from pkoquiz import markup
from pkoquiz.markup import dialect, parse, runs, to_html
from pkoquiz.markup.tex import COMMANDS


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("so *it* is", "<p>so <em>it</em> is</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("&nbsp;", "<p>&amp;nbsp;</p>"),
        ("[x](javascript:alert(1))", "<p>x</p>"),
        (
            "[x](https://example.org/?a=1&b=2)",
            '<p><a href="https://example.org/?a=1&amp;b=2">x</a></p>',
        ),
        ("`a<b`", "<p><code>a&lt;b</code></p>"),
        (r"\(x^2<y\)", r"<p>\(x^2&lt;y\)</p>"),
        ("#read this", "<p>#read this</p>"),
        ("![a map](media/map.png)", '<p><span class="media">[a map]</span></p>'),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
    ],
)
def test_blocks(text: str, html: str) -> None:
    assert markup.html(text) == html


def test_an_inline_text_is_never_a_list() -> None:
    assert markup.inline_html("5. October") == "5. October"
    assert markup.inline_plain("- not *a* list") == "- not a list"


@pytest.mark.parametrize(
    "text", ['#read("/etc/passwd")', "]", "$x$", "1990. The", "a -- b ...", '"q" \\ q', "*/ //x"]
)
def test_typst_text_is_string_literals_only(text: str) -> None:
    made = markup.inline_typst(text)
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', "", made)
    assert re.fullmatch(r"(?:#;|#raw\(\);)*", outside), outside


PROSE = st.text(
    alphabet=st.characters(
        blacklist_categories=["Cs", "Cc"], blacklist_characters="\u2028\u2029\x85"
    ),
    max_size=80,
)


@given(PROSE)
@settings(max_examples=400, deadline=None)
def test_unmarked_text_gives_what_the_parser_gives(text: str) -> None:
    if parse.is_unmarked(text) and text.strip() == text:
        parsed = "".join(to_html._html(child, None, False) for child in parse.block(text))
        assert markup.html(text) == parsed
        assert markup.inline_html(text) == to_html._inside(parse.inline(text), None, False)


PIECES = "*|**|***| |  |a|be c|É|1|.|, |-|(|)|“|:|'|*so*| *so* | **it is** |*a b*.|日本|{|=|ß|?|1. "
EMPHASISED = st.lists(st.sampled_from(PIECES.split("|")), max_size=12).map("".join)


@given(EMPHASISED)
@settings(max_examples=2_000, deadline=None)
def test_a_line_with_emphasis_alone_gives_what_the_parser_gives(text: str) -> None:
    tree = parse._paragraph(text)
    if tree is not None:
        block = parse._parsed(dialect.prepared(dialect.BLOCK, text), text)
        assert tostring(tree) == tostring(block)
        line = parse._parsed(dialect.prepared(dialect.INLINE, text), text)
        assert tostring(tree) == tostring(line)
        assert markup.plain(text) == "".join(block.itertext()).strip("\n")


@given(st.text(max_size=120))
@settings(max_examples=300, deadline=None)
def test_no_text_raises_and_no_tag_of_an_author_survives(text: str) -> None:
    made = markup.html(text)
    tags = set(re.findall(r"</?([a-z0-9]+)", made))
    assert tags <= {*to_html.TAGS, "a", "br", "hr", "span"}
    markup.plain(text)
    markup.typst(text)
    markup.inline_typst(text)


@given(
    st.text(
        alphabet=st.characters(
            min_codepoint=33,
            max_codepoint=0x2FFF,
            blacklist_characters="\\*_`[]<>&!|#~\x7f",
            blacklist_categories=["Cc", "Zs"],
        ),
        min_size=1,
        max_size=40,
    )
)
@settings(max_examples=200, deadline=None)
def test_inline_text_keeps_its_characters(text: str) -> None:
    assert htmllib.unescape(markup.inline_html("x" + text)) == "x" + text


RICH = """\
A *word*, a `code & more` and \\(x^2\\).

3. three
4. four

- a [link](https://example.org/?q=1)
- > quoted

| Bridge | Span |
|:-------|-----:|
| Arch   |   30 |

![a map](media/map.svg)
"""


def test_one_text_in_three_formats() -> None:
    assert markup.html(RICH) == (
        "<p>A <em>word</em>, a <code>code &amp; more</code> and \\(x^2\\).</p>"
        '<ol start="3">\n<li>three</li>\n<li>four</li>\n</ol>'
        '<ul>\n<li>a <a href="https://example.org/?q=1">link</a></li>\n'
        "<li><blockquote>\n<p>quoted</p>\n</blockquote></li>\n</ul>"
        '<table>\n<thead>\n<tr>\n<th style="text-align:left">Bridge</th>\n'
        '<th style="text-align:right">Span</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n'
        '<td style="text-align:left">Arch</td>\n<td style="text-align:right">30</td>\n'
        "</tr>\n</tbody>\n</table>"
        '<p><span class="media">[a map]</span></p>'
    )
    assert markup.plain(RICH) == (
        "A word, a code & more and \\(x^2\\).\n\n3. three\n4. four\n\n- a link\n- quoted\n\n"
        "Bridge | Span\nArch | 30\n\n[a map]"
    )
    assert markup.typst(RICH).split("\n\n") == [
        '#"A ";#emph[#"word";];#", a ";#raw("code & more");#" and ";'
        '#math.equation(block: false, alt: "x^2", $attach(x, t: 2)$);#".";',
        '#enum(start: 3, [#"three";], [#"four";]);',
        '#list([#"a ";#link("https://example.org/?q=1")[#"link";];], '
        '[#quote(block: true)[#"quoted";];]);',
        '#table(columns: 2, table.header([#strong[#"Bridge";];], [#strong[#"Span";];]), '
        '[#"Arch";], [#"30";]);',
        '#picture("media/map.svg", "a map");',
    ]


def test_every_inline_pattern_has_its_signs() -> None:
    from pkoquiz.markup import dialect

    for parser in (dialect.BLOCK, dialect.INLINE):
        patterns = list(parser.inlinePatterns)
        assert [parser.inlinePatterns[name] for name in dialect._TRIGGERS] == patterns


@given(st.lists(st.sampled_from(
    ["a ", "b", "*", "**", "_", "`", "\\", r"\(x_1\)", "[", "](http://x.y)", "![p](q.png)",
     "<http://a.b>", "\n", "  \n", "- ", "1. ", "> ", "|", "\n\n", "é", "{{1}}", "&amp;", "<b>"]
), max_size=14))  # fmt: skip
def test_patterns_that_are_left_out_would_not_have_matched(pieces: list[str]) -> None:
    from pkoquiz.markup import dialect, parse

    text = "".join(pieces)
    few = parse._parsed(dialect.prepared(dialect.BLOCK, text), text)
    inline = dialect.BLOCK.treeprocessors["inline"]
    inline.inlinePatterns = dialect.BLOCK.inlinePatterns  # type: ignore[attr-defined]  # not in the base class
    every = parse._parsed(dialect.BLOCK, text)
    assert tostring(few) == tostring(every)


# --- formulas -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        (r"\(\frac{a}{b} \le \alpha_1^{2} \times 10^{-3}\)", None),
        (r"\[\begin{cases} x & y \\ \text{a word} & \, z \{ \} \end{cases}\]", None),
        (r"\(\mathrm{H_2O}\)", None),
        (r"\(0<\omega<\gamma\)", None),
        (r"\(\ce{H2O}\)", r"\(\|ce{H2O}\)"),
        (r"\(\not= x\)", r"\(\|not= x\)"),
        (r"\(\mmlToken{mtext}[href=\"javascript:alert(1)\"]{x}\)", r"\(\|mmlToken{mtext}["),
        (r"\(\href{javascript:alert(1)}{x}\)", r"\(\|href{"),
        (r"\(\\\href{x}{y}\)", r"\(\\\|href{"),
        (r"\(\alpha\href{x}{y}\)", r"\(\alpha\|href{"),
        (r"\(\let\x\href \x{y}{z}\)", r"\(\|let\|x\|href \|x{y}{z}\)"),
        (r"\(\bbox[position:fixed]{x} \style{a}{b} \require{html}\)", r"\(\|bbox["),
    ],
)
def test_only_commands_that_typeset_are_run(formula: str, shown: str | None) -> None:
    written = markup.inline_html(formula)
    expected = (shown or escape(formula, quote=False)).replace("|", "\N{WORD JOINER}")
    assert expected in written
    assert markup.inert(written) == written


UNKNOWN = [
    *(r"\alpah", r"\ce{H2O}", r"\ket{\psi}", r"\dv{x}{t}", r"\cancel{x}", r"\xrightarrow{a}"),
    *(r"\color{red}{x}", r"\SI{5}{m}", r"\unit{m}", r"\not= x", r"a<\foo<b"),
]


@pytest.mark.parametrize("tex", UNKNOWN)
def test_no_format_loses_the_backslash_of_an_unknown_command(tex: str) -> None:
    text = f"Is \\({tex}\\) the value of \\(x\\)?"
    assert (tex, False) in markup.formulas_in(text)
    assert f"\\({tex}\\)" in markup.plain(text)
    assert f"\\({tex}\\)" in markup.excerpt(text)
    escaped = escape(tex, quote=False)
    assert f"<code>\\({escaped}\\)</code>" in markup.html(text, mathml=True)
    assert escaped in markup.html(text).replace("\N{WORD JOINER}", "")
    assert ["code", f"\\({tex}\\)"] in list(markup.inline_trees(text))
    assert markup.quoted(tex) in markup.typst(text)
    assert tex in [run.text for run in runs.inline(text)]


@given(st.text(alphabet="\\hrefalp<>{}() ", max_size=30))
def test_no_other_command_is_run(text: str) -> None:
    checked = markup.inert(text)
    assert markup.inert(checked) == checked
    run = {word for word in re.findall(r"\\(?:([A-Za-z]+)|.)", checked) if word}
    assert run <= COMMANDS


@pytest.mark.parametrize("levels", [15, 60, 300])
@pytest.mark.parametrize(("opening", "closing"), [("*a **b ", " b** a*"), ("*a _b ", " b_ a*")])
def test_emphasis_in_emphasis_has_a_limit(levels: int, opening: str, closing: str) -> None:
    text = opening * levels + "x" + closing * levels
    source = f'#set document(title: "deep")\n{markup.typst(text)}'
    assert typst.compile(source.encode(), format="pdf")
    assert markup.plain(text).count("a") == 2 * levels


def test_ruby_shows_the_reading_above_the_characters() -> None:
    text = "次の{漢字|かんじ}を読む。"
    assert markup.html(text) == (
        "<p>次の<ruby>漢字<rp>（</rp><rt>かんじ</rt><rp>）</rp></ruby>を読む。</p>"
    )
    assert markup.typst(text) == '#"次の";#ruby("漢字", "かんじ");#"を読む。";'
    assert markup.plain(text) == "次の漢字（かんじ）を読む。"
    assert runs.inline(text)[1].text == "漢字（かんじ）"


@pytest.mark.parametrize("text", ["{x|y}", "{{1}}", "{漢字|}", "{|かんじ}", "{漢字|か{ん}"])
def test_other_braces_are_text(text: str) -> None:
    assert markup.inline_html(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"The period is \(T = 2\pi\sqrt{\frac{\ell}{g}}\).", "The period is T = 2π√(ℓ/g)."),
        (r"*Two* \[x^2\] and \(y\)", "Two x^2 and y"),
        (r"Broken: \(\frac{1}\)", r"Broken: \(\frac{1}\)"),
        ("No formula", "No formula"),
    ],
)
def test_excerpts_have_formulas_in_characters(text: str, expected: str) -> None:
    as_written = markup.plain(text)
    assert " ".join(markup.excerpt(text).split()) == expected
    assert markup.plain(text) == as_written
