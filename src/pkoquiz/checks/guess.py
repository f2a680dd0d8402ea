"""Whether right options can be guessed from their surface: length, words, names, numbers.

A linear model learns from some single-choice questions what right options look like, and guesses
the others. It is Fisher's discriminant: least squares on features that are centred within each
question, with a small ridge. It ranks options as a logistic regression does, but has a closed
form, so that leaving questions out costs one small system of equations and every run gives the same
result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import fsum, sqrt
from operator import mul, sub
from typing import NamedTuple

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, Place, warning
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Choice
from pkoquiz.prose import quoted
from pkoquiz.words import words

FEW = 40
"""With fewer questions, the model learns nothing."""

MARGIN = 0.03
"""How far above chance the share of right guesses may be."""

NOISE = 2.5
"""How many standard errors above chance are reported: one random bank in fifty exceeds them."""

_FOLDS = 10
_PARTITIONS = 5
"""How many times the questions are divided into folds; the shares are averaged."""

_RIDGE = 3.0
_NAMED = 8
_CUES = 3
"""How many cues a hint names."""

Vector = list[float]


class _Cue(NamedTuple):
    """A feature of options, with names for the options that have its largest and smallest value."""

    most: str = ""
    least: str = ""
    """Both are empty if another cue says the same."""


CUES = (
    _Cue("the longest option", "the shortest option"),
    _Cue(),  # longer than all others
    _Cue(),  # shorter than all others
    _Cue(
        "the option with the most words from the stem",
        "the option with the fewest words from the stem",
    ),
    _Cue("the only option with words from the stem", "the only option without words from the stem"),
    _Cue("the option most like the others", "the option least like the others"),
    _Cue("the option with the most capital letters", "the option with the fewest capital letters"),
    _Cue("the only option with a number", "the only option without a number"),
    _Cue("the option with the most commas", "the option with the fewest commas"),
    _Cue("the option with the longest words", "the option with the shortest words"),
    _Cue("the only option with a negative", "the only option without a negative"),
    _Cue("the only option with an absolute word", "the only option without an absolute word"),
    _Cue("the only option with a cautious word", "the only option without a cautious word"),
    _Cue("the only option that begins with an article", "the only option that does not"),
    _Cue("the only option with “and”", "the only option without “and”"),
)
"""The cues, in the order of the features that `_features` returns."""

# These words are known for English only; in other languages, the features are 0.
_NEGATIVE_WORDS = "not no never without nor neither cannot none nothing instead rather"
_NEGATIVE = frozenset(_NEGATIVE_WORDS.split())
_ABSOLUTE_WORDS = "always never all every only must any entirely completely none"
_ABSOLUTE = frozenset(_ABSOLUTE_WORDS.split())
_CAUTIOUS_WORDS = "may might can could often some usually mostly sometimes partly tend tends"
_CAUTIOUS = frozenset(_CAUTIOUS_WORDS.split())
_ARTICLES = frozenset(("a", "an", "the"))


@dataclass(frozen=True, slots=True)
class _Item:
    id: str
    key: int
    options: list[Vector]
    """For each option its features."""

    @property
    def centred(self) -> list[Vector]:
        """The features, each minus its mean over the options."""
        means = [sum(column) / len(self.options) for column in zip(*self.options, strict=True)]
        return [[x - mean for x, mean in zip(row, means, strict=True)] for row in self.options]


def guessable_keys(bank: Bank) -> Iterator[Diagnostic]:
    """B07: a program that sees only the surface of the options picks the right one too often."""
    english = bank.course.language.partition("-")[0] == "en"
    items = [
        _item(question, english=english)
        for question in bank.questions
        if isinstance(question, Choice) and question.status != "retired"
    ]
    if len(items) < FEW:
        return
    guessed = _guesses(items)
    share = sum(guessed) / len(items)
    chances = [1 / len(item.options) for item in items]
    chance = sum(chances) / len(items)
    error = sqrt(sum(odds * (1 - odds) for odds in chances)) / len(items)
    if share <= chance + max(MARGIN, NOISE * error):
        return
    message = (
        f"a program that sees only the surface of the options picks the right one in "
        f"{share:.0%} of the {len(items)} single-choice questions; "
        f"by chance it would be {chance:.0%}"
    ).replace("%", " %")
    yield warning("B07", message, Place("questions"), _hint(items, guessed))


def _item(question: Choice, *, english: bool) -> _Item:
    texts = [markup.inline_plain(option.text).strip() for option in question.options]
    stem = _content(words(markup.plain(question.stem)))
    key = next(index for index, option in enumerate(question.options) if option.correct)
    return _Item(question.id, key, _features(texts, stem, english=english))


def _content(listed: Sequence[str]) -> frozenset[str]:
    """Return the beginnings of the longer words."""
    return frozenset([word[:6] for word in listed if len(word) > 3])


def _features(texts: Sequence[str], stem: frozenset[str], *, english: bool) -> list[Vector]:
    """Return for each option one number for each of `CUES`."""
    lengths = sorted(len(text) for text in texts)
    mean = max(1.0, sum(lengths) / len(texts))
    listings = [words(text) for text in texts]
    contents = [_content(listed) for listed in listings]
    rows = []
    for index, text in enumerate(texts):
        own, size, listed = contents[index], len(text), listings[index]
        others = [content for other, content in enumerate(contents) if other != index]
        alike = [len(own & other) / max(1, len(own | other)) for other in others]
        surface = (
            size / mean,
            size == lengths[-1] > lengths[-2],
            size == lengths[0] < lengths[1],
            len(own & stem),
            bool(own & stem),
            sum(alike) / len(alike),
            len(list(filter(str.isupper, text[1:]))),
            any(map(str.isdigit, text)),
            sum(text.count(sign) for sign in ",;，、；"),
            sum(map(len, listed)) / max(1, len(listed)),
        )
        wording = _wording(text, listed) if english else (False,) * 5
        rows.append(list(map(float, (*surface, *wording))))
    return rows


def _wording(text: str, listed: Sequence[str]) -> tuple[bool, ...]:
    """Return what English words an option contains; the last five of `CUES`."""
    return (
        not _NEGATIVE.isdisjoint(listed) or "n't" in text.casefold(),
        not _ABSOLUTE.isdisjoint(listed),
        not _CAUTIOUS.isdisjoint(listed),
        bool(listed) and listed[0] in _ARTICLES,
        "and" in listed,
    )


# --- the model ------------------------------------------------------------------------------------


class _Sums(NamedTuple):
    """The sums that least squares need: products of the features with each other and the keys."""

    products: list[Vector]
    keys: Vector

    def without(self, other: _Sums) -> _Sums:
        pairs = zip(self.products, other.products, strict=True)
        products = [list(map(sub, one, two)) for one, two in pairs]
        return _Sums(products, list(map(sub, self.keys, other.keys)))


def _guesses(items: Sequence[_Item]) -> Vector:
    """Return for each item how often its key is guessed by a model that has not seen the item."""
    rows = [item.centred for item in items]
    scales = [
        sqrt(sum(row[column] ** 2 for options in rows for row in options)) or 1.0
        for column in range(len(CUES))
    ]
    count = sqrt(sum(map(len, rows)))
    scaled = [
        [[count * x / scale for x, scale in zip(row, scales, strict=True)] for row in options]
        for options in rows
    ]
    single = [_sums(options, item.key) for options, item in zip(scaled, items, strict=True)]
    every = _total(single)
    guessed = [0.0] * len(items)
    for partition in range(_PARTITIONS):
        order = sorted(range(len(items)), key=lambda at: _shuffled(partition, items[at].id))
        for fold in range(_FOLDS):
            held = order[fold::_FOLDS]
            seen = every.without(_total([single[at] for at in held]))
            weights = _solved(seen)
            for at in held:
                guessed[at] += _share(scaled[at], weights, items[at].key) / _PARTITIONS
    return guessed


def _shuffled(partition: int, identity: str) -> bytes:
    return blake2b(f"{partition} {identity}".encode(), digest_size=8).digest()


def _sums(options: list[Vector], key: int) -> _Sums:
    """Return the sums of one question; products only on and below the diagonal."""
    products = [[0.0] * (i + 1) for i in range(len(CUES))]
    for row in options:
        for i, x in enumerate(row):
            if x:
                line = products[i]
                for j in range(i + 1):
                    line[j] += x * row[j]
    return _Sums(products, options[key])


def _total(parts: Sequence[_Sums]) -> _Sums:
    """Return the sums of all questions."""
    lines = zip(*(part.products for part in parts), strict=True)
    products = [list(map(fsum, zip(*line, strict=True))) for line in lines]
    return _Sums(products, list(map(fsum, zip(*(part.keys for part in parts), strict=True))))


def _solved(sums: _Sums) -> Vector:
    """Return the weights: the solution of (products + ridge) w = keys, by Cholesky's method."""
    size = len(CUES)
    lower = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = sums.products[i][j] - sum(map(mul, lower[i][:j], lower[j]))
            if i == j:
                lower[i][i] = sqrt(max(rest, 0.0) + _RIDGE)
            else:
                lower[i][j] = rest / lower[j][j]
    weights = [0.0] * size
    for i in range(size):
        weights[i] = (sums.keys[i] - sum(lower[i][k] * weights[k] for k in range(i))) / lower[i][i]
    for i in reversed(range(size)):
        rest = sum(lower[k][i] * weights[k] for k in range(i + 1, size))
        weights[i] = (weights[i] - rest) / lower[i][i]
    return weights


def _share(options: list[Vector], weights: Vector, key: int) -> float:
    """Return 1 if the key alone has the highest score, or its share if several options do."""
    scores = [round(sum(map(mul, row, weights)), 9) for row in options]
    best = max(scores)
    return 1 / scores.count(best) if scores[key] == best else 0.0


# --- what gives keys away -------------------------------------------------------------------------


class _Success(NamedTuple):
    """How well a cue does where a single option has the extreme value."""

    name: str
    hits: list[int]
    """The items whose key has it."""
    misses: list[int]
    surprise: float
    """How many standard deviations the hits are above what chance gives."""


def _hint(items: Sequence[_Item], guessed: Vector) -> str:
    """Return a hint with the cues that pick the key far more or less often than chance."""
    cues = [
        _success(items, column, sign, name)
        for column, cue in enumerate(CUES)
        for sign, name in ((1, cue.most), (-1, cue.least))
        if name
    ]
    cues.sort(key=lambda cue: -abs(cue.surprise))
    strong = [cue for cue in cues[:_CUES] if abs(cue.surprise) > NOISE] or cues[:1]
    return "change some of these questions: " + "; ".join(
        _described(cue, items, guessed) for cue in strong
    )


def _described(cue: _Success, items: Sequence[_Item], guessed: Vector) -> str:
    only, examples = ("", cue.hits) if cue.surprise > 0 else ("only ", cue.misses)
    names = [items[at].id for at in sorted(examples, key=lambda at: -guessed[at])]
    count = len(cue.hits) + len(cue.misses)
    return (
        f"the right option is {cue.name} in {only}{len(cue.hits)} of {count}, "
        f"e.g. {quoted(names[:_NAMED])}"
    )


def _success(items: Sequence[_Item], column: int, sign: int, name: str) -> _Success:
    expected = variance = 0.0
    hits: list[int] = []
    misses: list[int] = []
    for at, item in enumerate(items):
        values = [sign * row[column] for row in item.options]
        best = max(values)
        if values.count(best) == 1:
            chance = 1 / len(values)
            expected, variance = expected + chance, variance + chance * (1 - chance)
            (hits if values[item.key] == best else misses).append(at)
    # One that applies to few questions cannot give many keys away.
    few = len(hits) + len(misses) < _NAMED
    surprise = 0.0 if few else (len(hits) - expected) / sqrt(variance)
    return _Success(name, hits, misses, surprise)
