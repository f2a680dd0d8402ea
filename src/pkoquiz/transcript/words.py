"""Words for comparing: case, quotes, dashes and white space don't count."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_¹²³⁰⁴-⁹]+")


def words_of(text: str) -> list[str]:
    """The case-folded words of `text`: letters and digits only, without superscripts."""
    return _WORD.findall(text.casefold())
