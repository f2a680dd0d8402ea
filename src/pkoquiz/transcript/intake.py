"""From bytes to lines: the one place that refuses a file which is no text."""

from __future__ import annotations

import re
import unicodedata

from pkoquiz.diagnostics import Diagnostic, Place, Span, error

MAX_BYTES = 64 * 1024 * 1024
"""A transcript larger than this is refused unread: a day of talk has about 1 MB."""

# Form feeds are page breaks of converted PDFs; all other control characters mean a file that is no text.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_WORD = re.compile(r"[^\W_]")


def lines_of(raw: bytes, file: str) -> tuple[list[str] | None, list[Diagnostic]]:
    """The lines of a UTF-8 file without line ends, or `None` and why not."""
    if len(raw) > MAX_BYTES:
        size, hint = (
            f"{len(raw) / 1e6:.0f} MB",
            f"split it: {MAX_BYTES // 1024**2} MiB is the limit",
        )
        return None, [error("PQ153", f"the transcript is too large ({size})", Place(file), hint)]
    try:
        # One form for é, whether it was typed as one letter or as two: quotes are normalised the same way.
        text = unicodedata.normalize("NFC", raw.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        # The decoder counts from behind a byte order mark.
        start = fault.start + (3 if raw.startswith(b"\xef\xbb\xbf") else 0)
        line = raw.count(b"\n", 0, start) + 1
        head = raw[raw.rfind(b"\n", 0, start) + 1 : start].decode("utf-8-sig", errors="replace")
        hint = "save the file as UTF-8"
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            hint = "this looks like UTF-16: save the file as UTF-8"
        return None, [
            error("PQ150", "the transcript is not UTF-8 text", _at(file, line, len(head) + 1), hint)
        ]
    found = _FORBIDDEN.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        message = f"a control character (U+{ord(found[0]):04X}) in the transcript"
        return None, [
            error("PQ152", message, _at(file, line, column), "delete it, or export the text again")
        ]
    if not _WORD.search(text):
        return None, [
            error("PQ151", "the transcript holds no words", Place(file), "is it the right file?")
        ]
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
    return text.split("\n"), []


def _at(file: str, line: int, column: int) -> Place:
    return Place(file, span=Span(line, column, line, column + 1))
