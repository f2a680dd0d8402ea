"""The language of a course: words, numerals, dates, quotation marks, direction."""

import datetime

import pytest

from pkoquiz.language import date, decimal, in_quotes, language, say, speaking, spoken

DAY = datetime.date(2026, 3, 5)


def test_words_are_english_unless_a_language_is_spoken() -> None:
    assert say("March") == "March"
    with speaking("de"):
        assert say("March") == "März"
    assert say("March") == "March"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en", "5 March 2026"),
        ("de", "5. März 2026"),
        ("fr", "5 mars 2026"),
        ("es", "5 de marzo de 2026"),
        ("pt-BR", "5 de março de 2026"),
        ("ja", "2026年3月5日"),
        ("ar", "5 مارس 2026"),
    ],
)
def test_dates_are_written_in_words(tag: str, expected: str) -> None:
    with speaking(tag):
        assert date(DAY) == expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en", "“2.5”"),
        ("de", "„2,5“"),
        ("de-CH", "«2.5»"),
        ("fr", "«\u202f2,5\u202f»"),
        ("ja", "「2.5」"),
        ("ar", "«2,5»"),
        ("sv", "”2,5”"),
    ],
)
def test_decimal_signs_and_quotation_marks(tag: str, expected: str) -> None:
    with speaking(tag):
        assert in_quotes(decimal("2.5")) == expected


@pytest.mark.parametrize(
    ("tag", "direction"),
    [("ar", "rtl"), ("he-IL", "rtl"), ("ar-Latn", "ltr"), ("az-Arab", "rtl"), ("ja", "ltr")],
)
def test_the_direction_follows_the_script(tag: str, direction: str) -> None:
    assert language(tag).direction == direction


def test_a_language_without_a_catalogue_has_english_words() -> None:
    with speaking("nl"):
        assert spoken().words == "en"
        assert say("March") == "March"
