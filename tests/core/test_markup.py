"""One Markdown dialect, three folds."""

import html as htmllib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkoquiz import markup


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


def test_an_option_that_looks_like_a_list_is_none() -> None:
    assert markup.inline_html("5. October") == "5. October"
    assert markup.inline_plain("- not *a* list") == "- not a list"


@pytest.mark.parametrize(
    "text", ['#read("/etc/passwd")', "]", "$x$", "1990. The", "a -- b ...", '"q" \\ q', "*/ //x"]
)
def test_typst_gets_string_literals_only(text: str) -> None:
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
def test_the_short_way_gives_what_the_parser_gives(text: str) -> None:
    if markup._is_plain(text) and text.strip() == text:
        parsed = "".join(markup._html(child, None) for child in markup._block(text))
        assert markup.html(text) == parsed
        assert markup.inline_html(text) == markup._html_inside(markup._inline(text), None)


@given(st.text(max_size=120))
@settings(max_examples=300, deadline=None)
def test_no_text_raises_and_no_tag_of_the_author_survives(text: str) -> None:
    made = markup.html(text)
    tags = set(re.findall(r"</?([a-z0-9]+)", made))
    assert tags <= {*markup._HTML_TAGS, "a", "br", "hr", "span"}
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
def test_words_survive_inline(text: str) -> None:
    assert htmllib.unescape(markup.inline_html("x" + text)) == "x" + text
