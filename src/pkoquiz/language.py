"""The language that learners read: message catalogues, decimal signs, dates, quotation marks.

Every word that leaves the tool for learners, teachers or graders passes through `say` or
`say_count`; the messages of the command line stay English. As with gettext and Django, the
language is ambient: a command opens `speaking(course.language)` around its work.

Catalogues are gettext files: `locale/<language>/LC_MESSAGES/pkoquiz.po`, compiled when the package
is built or installed. The messages in the source are the English ones.
"""

from __future__ import annotations

import datetime
import gettext
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

LOCALE = Path(__file__).parent / "locale"
SHIPPED = ("en", "de", "fr", "es", "pt", "ja", "ar")
"""The languages with a complete catalogue."""

_RIGHT_TO_LEFT = frozenset(
    ["ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"]
)
_RIGHT_TO_LEFT_SCRIPTS = frozenset(["Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"])
_WITHOUT_SPACES = frozenset(["ja", "km", "lo", "my", "th", "zh"])
_DECIMAL_POINT = frozenset(["en", "he", "ja", "ko", "ms", "ta", "th", "zh", "hi", "bn", "sw"])
_DECIMAL_POINT_TAGS = frozenset(["de-CH", "de-LI", "es-MX", "es-GT", "es-PA", "ar-AE"])
_NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
_QUOTES = {
    "ar": ("«", "»"),
    "cs": ("„", "“"),
    "de": ("„", "“"),
    "de-CH": ("«", "»"),
    "el": ("«", "»"),
    "es": ("«", "»"),
    "fr": (f"«{_NARROW_SPACE}", f"{_NARROW_SPACE}»"),
    "fr-CH": ("«", "»"),
    "it": ("«", "»"),
    "ja": ("「", "」"),
    "no": ("«", "»"),
    "pl": ("„", "”"),
    "pt-PT": ("«", "»"),
    "ru": ("«", "»"),
    "sv": ("”", "”"),
    "uk": ("«", "»"),
    "zh-Hant": ("「", "」"),
    "zh-TW": ("「", "」"),
}
_ENGLISH_QUOTES = ("“", "”")


def message(text: str) -> str:
    """Return the text itself; marks a message that is passed to `say` elsewhere."""
    return text


def message_count(one: str, many: str) -> tuple[str, str]:
    """Return both texts; marks the two forms of a message that is counted elsewhere."""
    return one, many


_MONTHS = (
    message("January"),
    message("February"),
    message("March"),
    message("April"),
    message("May"),
    message("June"),
    message("July"),
    message("August"),
    message("September"),
    message("October"),
    message("November"),
    message("December"),
)

_SEPARATOR = message(", ")
_LARGE = 100


@dataclass(frozen=True, slots=True)
class Language:
    """The conventions of a language for texts that learners read."""

    tag: str
    """BCP 47 tag of the course: `en`, `de-CH`."""
    words: str
    """The catalogue that its words come from, one of `SHIPPED`."""
    direction: Literal["ltr", "rtl"]
    decimal: Literal[".", ","]
    quotes: tuple[str, str]
    """Opening and closing quotation mark."""
    spaced: bool
    """Whether it is written with spaces between words."""


@lru_cache(maxsize=64)
def language(tag: str) -> Language:
    """Return the language of a BCP 47 tag; a language without a catalogue uses English words."""
    primary, *subtags = tag.split("-")
    primary = primary.lower()
    script = next((subtag.title() for subtag in subtags if len(subtag) == 4), "")
    right_to_left = script in _RIGHT_TO_LEFT_SCRIPTS if script else primary in _RIGHT_TO_LEFT
    point = primary in _DECIMAL_POINT or tag in _DECIMAL_POINT_TAGS
    return Language(
        tag=tag,
        words=primary if primary in SHIPPED else "en",
        direction="rtl" if right_to_left else "ltr",
        decimal="." if point else ",",
        quotes=_QUOTES.get(tag) or _QUOTES.get(primary) or _ENGLISH_QUOTES,
        spaced=primary not in _WITHOUT_SPACES,
    )


_ENGLISH = language("en")
_spoken: ContextVar[Language] = ContextVar("spoken", default=_ENGLISH)


@contextmanager
def speaking(tag: str) -> Iterator[Language]:
    """Make `say` and the related functions use the language of this tag within the context."""
    token = _spoken.set(language(tag))
    try:
        yield _spoken.get()
    finally:
        _spoken.reset(token)


def spoken() -> Language:
    """Return the current language, which is English outside any `speaking`."""
    return _spoken.get()


def say(text: str, **values: object) -> str:
    """Return a message in the current language, with values for its `{names}`."""
    return _catalogue(spoken().words).gettext(text).format(**values)


def wording(text: str) -> str:
    """Return a message in the current language with its `{names}` in place, for a script."""
    return _catalogue(spoken().words).gettext(text)


_SAMPLES = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}
"""An example count for each Unicode plural category of each language."""


def plural_forms(one: str, many: str) -> dict[str, str]:
    """Return the forms of a message by plural category, as `Intl.PluralRules` names them."""
    catalogue = _catalogue(spoken().words)
    return {name: catalogue.ngettext(one, many, count) for name, count in _SAMPLES.items()}


def say_count(one: str, many: str, count: int | Decimal, **values: object) -> str:
    """Return a message in the plural form for `count`, which is also a value: `{count}`.

    Fractions take the form of large numbers, but in French that of the whole number below them:
    `1,5 point`.
    """
    whole = int(count)
    form = whole if whole == count or spoken().words == "fr" else _LARGE
    text = _catalogue(spoken().words).ngettext(one, many, form)
    shown = str(whole) if whole == count else decimal(f"{Decimal(count).normalize():f}")
    return text.format(count=shown, **values)


def listed(items: Iterable[str]) -> str:
    """Return items with the separator of the current language: `A, B, C`."""
    return say(_SEPARATOR).join(items)


def in_quotes(text: str) -> str:
    """Return the text in the quotation marks of the current language."""
    opening, closing = spoken().quotes
    return f"{opening}{text}{closing}"


def decimal(text: str) -> str:
    """Return a number such as `2.5` with the decimal sign of the current language."""
    return text.replace(".", spoken().decimal)


def percent(number: object) -> str:
    """Return a percentage: `50 %`."""
    return say("{number} %", number=number)


def date(day: datetime.date) -> str:
    """Return a date in words: `24 November 2026`."""
    month = say(_MONTHS[day.month - 1])
    return say("{day} {month} {year}", day=day.day, month=month, year=day.year)


@cache
def _catalogue(words: str) -> gettext.NullTranslations:
    if words == "en":
        return gettext.NullTranslations()
    return gettext.translation("pkoquiz", LOCALE, [words])
