"""Text that tries to break out of a field, a cloze, a tag or HTML remains text."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkoquiz.editions.contents import first_words
from pkoquiz.exporters.anki.text import field_html, gap_tag
from pkoquiz.exporters.feedback import escaped

from .conftest import Learner
from .course import make_bank, options, question, release, term

NASTY = [
    "{{Answer}} {{FrontSide}} {{#Answer}}x{{/Answer}}",
    "{{c1::hidden}} and {{c2::two}}",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)> &lt;b&gt; &amp;",
    "[sound:evil.mp3] [SOUND:evil.mp3] [anki:tts lang=en]hear[/anki:tts]",
    "[latex]\\input{/etc/passwd}[/latex] [$]x[/$] [$$]y[/$$]",
    "[[type:Answer]]",
    "a::b }} :: }}}",
    "--> ]]> ' \" `",
    "\x1f \x00 \x02 tab\tend",
    "\\(\\href{javascript:alert(1)}{x}\\)",
    "\\(\\\\href{javascript:alert(1)}{x}\\)",
    '\\(\\mmlToken{mtext}[href="javascript:alert(1)" style="position:fixed"]{x}\\)',
    "\\({\\) \\href{javascript:alert(1)}{x}}\\)",
]


def shown(html: str) -> str:
    """Return what a reader sees: without tags and scripts, with entities decoded."""
    html = re.sub(r"<(script|style)>.*?</\1>", "", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize("nasty", NASTY)
def test_hostile_text_in_every_field(learner: Learner, nasty: str) -> None:
    source = [{"passage": "keynote.p001", "quote": nasty, "note": nasty}]
    common = {
        "sources": source,
        "explain": nasty,
        "note": nasty,
        "attribution": nasty,
        "hints": [nasty],
    }
    front = f"Recall {nasty} now?"
    pairs = [{"premise": nasty, "response": nasty}, {"premise": "c", "response": "d"}]
    gaps = [{"answers": [nasty], "hint": nasty}]
    either = options(nasty, "B")
    bank = make_bank(
        questions=(
            question("choice", "q-recall", front, options=either, **common),
            question("choice", "q-choice", f"Which of these? {nasty}", options=either, **common),
            question("matching", "q-pairs", front, pairs=pairs, **common),
            question("ordering", "q-steps", front, sequence=[nasty, "b", "c"], **common),
            question("shortanswer", "q-short", front, answers=[nasty], otherwise=nasty, **common),
            question("cloze", "q-cloze", f"Recall {nasty} {{{{1}}}} now.", gaps=gaps, **common),
        ),
        terms=(term("t-1", nasty, nasty),),
        title=f"Deck {nasty}",
    )
    learner.imports(release(bank))
    col = learner.collection
    before = col.card_count()
    assert before == 1 + 1 + 2 + 3 + 1 + 1 + 1
    learner.check_database()
    assert col.card_count() == before
    for number in col.find_cards(""):
        card = col.get_card(number)
        output = card.render_output(reload=True)
        assert not output.question_av_tags
        assert not output.answer_av_tags
        for side in (output.question_text, output.answer_text):
            assert not re.search(
                r"<img|<script>alert|\[\[type:|\[sound:|\[latex\]|\[\$", side, re.IGNORECASE
            )
            # MathJax reads two backslashes as the end of a line.
            assert not re.search(r"\\(?:href|mmlToken)", side.replace("\\\\", ""))
        if nasty == NASTY[0]:
            assert "{{Answer}} {{FrontSide}}" in shown(output.answer_text)
    assert col.media.check().missing == []


def test_commands_become_text() -> None:
    assert field_html("[sound:a.mp3] [note] {{c1::x}}") == "&#91;sound:a.mp3] [note] &#123;{c1::x}}"


def test_own_gaps_and_sounds_are_commands() -> None:
    assert field_html('<i data-sound="pko-0a.mp3"></i>') == "[sound:pko-0a.mp3]"
    assert field_html(gap_tag("2", "x::y", "a}}")) == "{{c2::x&#58;&#58;y::a&#125;&#125;}}"


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_field_reads_as_it_was_written(text: str) -> None:
    read = unescape(field_html(escaped(text)))
    printable = re.sub(
        r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", "", unicodedata.normalize("NFC", text)
    )
    assert read == unicodedata.normalize(
        "NFC",
        re.sub(
            r"\\(?=(?:href|url|html\w*|require|class|cssId|style|data|unicode)\b)",
            "",
            unescape(escaped(printable)),
        ),
    )


def test_first_words_end_at_a_word() -> None:
    assert first_words("one *two* three four", 13) == "one two…"
