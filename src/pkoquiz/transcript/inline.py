"""Inline markup out of a line: what is left is what a reader of the printed page sees.

Every pattern runs in linear time: none has two repeats that can claim the same character.
"""

from __future__ import annotations

import re

_AUTOLINK = re.compile(r"<((?:https?|ftp)://[^<>\s]+)>")
_BLOCK_TAG = re.compile(
    r"</?(?:p|ul|ol|li|h[1-6]|br|div|table|tr|td|th|blockquote)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_INLINE_TAG = re.compile(
    r"</?(?:i|b|em|strong|u|s|sup|sub|span|a|small|font)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_EMPHASIS = re.compile(r"(?<![\w*\\])(\*{1,3})(?=[^\s*])([^*\n]*)(?<=[^\s*\\])\1(?!\*)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!$|<>~-])")
_FINISHED = re.compile(r"[.?!…][\"'”’»)\]*_¹²³⁰⁴-⁹]*\Z")


def without_tags(text: str) -> str:
    """`text` without HTML tags, on one line; autolinks keep their address."""
    if "<" in text:
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub(" ", _AUTOLINK.sub(r"\1", text)))
    return " ".join(text.split())


def cleaned(text: str) -> str:
    """`text` without tags, emphasis and escapes, on one line, white space as single spaces."""
    text = without_tags(text)
    if "*" in text:
        # Twice, for emphasis within emphasis: `**very *much* so**`.
        text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    # A full stop standing alone behind a finished sentence is residue of page layout.
    while text.endswith((". .", "? .", "! .")):
        text = text[:-2]
    return text


def finished(text: str) -> bool:
    """Whether `text` ends as a sentence does: a stop, then only quotes, brackets or footnote calls."""
    if text.endswith((".", "?", "!")):
        return True
    tail = without_tags(text[-400:])
    return _FINISHED.search(tail) is not None
