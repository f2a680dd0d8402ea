"""The one tokeniser: what counts as a word when texts are compared, searched, counted or hashed."""

from __future__ import annotations

import re
from functools import lru_cache

# Scripts written without spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese. Each
# of their characters counts as a word, so that a quote may begin and end anywhere.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# Superscript digits are footnote marks, not parts of words.
WORD = re.compile(rf"[^\W_¹²³⁰⁴-⁹{_UNSPACED}]+|[{_UNSPACED}]")
_IN_WORD = re.compile(rf"[^\W_{_UNSPACED}]")


def words(text: str) -> list[str]:
    """Return the case-folded words of a text: letters and digits, without punctuation."""
    return WORD.findall(text.casefold())


def has_words(text: str) -> bool:
    """Return whether a text contains at least one word."""
    return WORD.search(text) is not None


def size(text: str) -> int:
    """Return the number of words, or of characters in scripts without spaces between words."""
    return len(WORD.findall(text))


def divides(text: str, index: int) -> bool:
    """Return whether a word may end or begin at `index`: it is not inside a word."""
    inside = (
        0 < index < len(text) and _IN_WORD.match(text[index - 1]) and _IN_WORD.match(text[index])
    )
    return not inside


def occurrences(phrase: str, text: str) -> tuple[tuple[int, int], ...]:
    """Return the character range of each occurrence of a phrase in a text.

    Case and punctuation are ignored. A phrase without words does not occur.
    """
    wanted = tuple(words(phrase))
    if not wanted:
        return ()
    found, ranges = _located_words(text)
    return tuple(
        (ranges[start][0], ranges[start + len(wanted) - 1][1])
        for start in range(len(found) - len(wanted) + 1)
        if found[start] == wanted[0] and found[start : start + len(wanted)] == wanted
    )


@lru_cache(maxsize=1024)
def _located_words(text: str) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    """The words of a text as `words` finds them, and the character range of each."""
    # Case folding may split a word, such as one with a capital dotted I.
    located = [(word, match.span()) for match in WORD.finditer(text) for word in words(match[0])]
    return tuple(word for word, _ in located), tuple(span for _, span in located)
