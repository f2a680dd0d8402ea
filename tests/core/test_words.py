"""The one tokeniser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkoquiz.words import WORD, words

ASCII = st.text(st.characters(max_codepoint=127))


@given(ASCII)
def test_the_quick_way_finds_what_the_pattern_finds(text: str) -> None:
    assert words(text) == WORD.findall(text.casefold())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Don't _stop_ at 1,500 troops.", ["don", "t", "stop", "at", "1", "500", "troops"]),
        ("“Peace” – Straße¹", ["peace", "strasse"]),
        ("平和とは", ["平", "和", "と", "は"]),
    ],
)
def test_words_are_folded_and_without_punctuation(text: str, expected: list[str]) -> None:
    assert words(text) == expected
