"""Decode a transcript into lines, or report why it is not a text file."""

from __future__ import annotations

import re
import unicodedata

from pkoquiz.diagnostics import Diagnostic, Place, Span, error

MAX_BYTES = 64 * 1024 * 1024
"""Larger transcripts are not read: a whole day of talks has about 1 MB."""

# Form feeds are page breaks of converted PDFs; other control characters mean a damaged file.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def lines_of(raw: bytes, file: str) -> tuple[list[str], list[Diagnostic]]:
    """Return the lines of a UTF-8 file without line ends, or no lines and the reason."""
    if len(raw) > MAX_BYTES:
        message = f"the transcript is too large ({len(raw) / 1e6:.0f} MB)"
        hint = f"split it into files of at most {MAX_BYTES // 1024**2} MiB"
        return [], [error("PQ153", message, Place(file), hint)]
    try:
        # Quotes are normalised in the same way: é is one character, however it was typed.
        text = unicodedata.normalize("NFC", raw.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        before = fault.object[: fault.start].decode()
        place = Place(file, span=Span.at(before, len(before)))
        is_utf16 = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
        hint = f"{'this looks like UTF-16: ' if is_utf16 else ''}save the file as UTF-8"
        return [], [error("PQ150", "the transcript is not UTF-8 text", place, hint)]
    if control := _FORBIDDEN.search(text):
        message = f"a control character (U+{ord(control[0]):04X}) in the transcript"
        place = Place(file, span=Span.at(text, control.start()))
        return [], [error("PQ152", message, place, "delete it, or export the text again")]
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
    return text.split("\n"), []
