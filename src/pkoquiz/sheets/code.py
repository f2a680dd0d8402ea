"""The code of a sheet, in its QR code and in print: `PKO1A.3FA9C2.1.0017`.

It names the layout (1) and style (A), the code of the printed version, the page and the serial of
the sheet. Blank sheets, which may be photocopied, have no serial but `B` and the number of digits
that candidates enter: `B006`. The code contains nothing about the candidate. With 20 characters or
fewer of the alphanumeric set it fits the smallest QR code at error correction level M.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pkoquiz.sheets.style import STYLES, Style

LAYOUT = 1
"""Increased whenever a change moves a bubble: old prints must not be read with new positions."""

SERIALS = 9_999
"""The largest serial."""

ID_DIGITS_MOST = 10

_CODE = re.compile(r"PKO(\d)([A-Z])\.([0-9A-F]{6})\.([1-9A-Z])\.(\d{4}|B\d{3})")
_PAGES = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class SheetCode:
    """The contents of the code of a page."""

    style: Style
    version: str
    """The six characters that are printed on the paper and in its key."""
    page: int
    serial: int
    """0 for a blank sheet."""
    id_digits: int = 0
    """Digits of the candidate number on a blank sheet."""

    def __str__(self) -> str:
        page = _PAGES[self.page - 1]
        serial = f"{self.serial:04}" if self.serial else f"B{self.id_digits:03}"
        return f"PKO{LAYOUT}{self.style.letter}.{self.version}.{page}.{serial}"


def read_code(text: str) -> SheetCode | str:
    """Return the contents of a code, or why it is not the code of a readable sheet."""
    match = _CODE.fullmatch(text.strip().upper())
    if match is None:
        return "the code is not that of an answer sheet"
    layout, letter, version, page, serial = match.groups()
    if int(layout) != LAYOUT or letter not in STYLES:
        return f"the sheet has layout {layout}{letter}, which this version of pkoquiz does not know"
    number = _PAGES.index(page) + 1
    if serial.startswith("B"):
        digits = int(serial[1:])
        if not 1 <= digits <= ID_DIGITS_MOST:
            return f"the sheet has a candidate number of {digits} digits"
        return SheetCode(STYLES[letter], version, number, 0, digits)
    if serial == "0000":
        return "the sheet has no serial"
    return SheetCode(STYLES[letter], version, number, int(serial))
