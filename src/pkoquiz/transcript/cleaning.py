"""Remove markup from a line, leaving the text that readers of the printed page see.

Every pattern runs in linear time: no two repetitions in it can match the same character.
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
    """Return `text` on one line without HTML tags; the addresses of autolinks stay."""
    if "<" in text:
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub(" ", _AUTOLINK.sub(r"\1", text)))
    return " ".join(text.split())


def cleaned(text: str) -> str:
    """Return `text` on one line without tags, emphasis and escapes."""
    text = without_tags(text)
    if "*" in text:
        # Twice, for emphasis within emphasis: `**very *much* so**`.
        text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    # Page layout may leave a lone full stop after a finished sentence.
    while text.endswith((". .", "? .", "! .")):
        text = text[:-2]
    return text


def finished(text: str) -> bool:
    """Return whether `text` ends like a sentence; quotes and footnote marks may follow."""
    if text.endswith((".", "?", "!")):
        return True
    return _FINISHED.search(without_tags(text[-400:])) is not None
