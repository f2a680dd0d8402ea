"""The one tokeniser: what counts as a word when texts are compared, searched, counted or fingerprinted."""

from __future__ import annotations

import re

# Superscript digits are footnote marks and belong to no word.
WORD = re.compile(r"[^\W_¹²³⁰⁴-⁹]+")

# Writing without spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)


def words(text: str) -> list[str]:
    """The case-folded words of a text: letters and digits only, without punctuation and footnote marks."""
    return WORD.findall(text.casefold())


def has_words(text: str) -> bool:
    """Whether a text contains at least one word."""
    return WORD.search(text) is not None


def size(text: str) -> int:
    """The number of words; in writing without spaces between words, the number of characters."""
    return len(WORD.findall(text if text.isascii() else _UNSPACED.sub(" x ", text)))


def occurrences(spoken: str, text: str) -> tuple[tuple[int, int], ...]:
    """Every occurrence of a run of words in a text, as character ranges; case and punctuation are ignored."""
    wanted = words(spoken)
    if not wanted:
        return ()
    matches = list(WORD.finditer(text))
    folded = [match[0].casefold() for match in matches]
    return tuple(
        (matches[at].start(), matches[at + len(wanted) - 1].end())
        for at in range(len(folded) - len(wanted) + 1)
        if folded[at] == wanted[0] and folded[at : at + len(wanted)] == wanted
    )
