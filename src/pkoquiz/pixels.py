"""The size of a picture as its header gives it, without decoding the picture."""

from __future__ import annotations

_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG after which height and width follow (ITU T.81, table B.1)."""


def pixels(content: bytes) -> int:
    """Return the number of pixels of a PNG, GIF, JPEG or WebP picture; 0 for any other content.

    A few bytes can describe a picture that takes gigabytes of memory once it is decoded.
    """
    width, height = _size(content)
    return width * height


def _size(content: bytes) -> tuple[int, int]:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _big(content[16:20]), _big(content[20:24])
    if content.startswith((b"GIF87a", b"GIF89a")):
        return _little(content[6:8]), _little(content[8:10])
    if content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _webp_size(content)
    return 0, 0


def _jpeg_size(content: bytes) -> tuple[int, int]:
    start = 2
    while start + 9 <= len(content) and content[start] == 0xFF:
        marker = content[start + 1]
        if marker in _START_OF_FRAME:
            return _big(content[start + 7 : start + 9]), _big(content[start + 5 : start + 7])
        # A marker may be padded with 0xFF; otherwise a segment with its length follows.
        start += 1 if marker == 0xFF else 2 + max(2, _big(content[start + 2 : start + 4]))
    return 0, 0


def _webp_size(content: bytes) -> tuple[int, int]:
    match content[12:16]:
        case b"VP8 ":  # RFC 6386, section 9.1
            return _little(content[26:28]) & 0x3FFF, _little(content[28:30]) & 0x3FFF
        case b"VP8L":  # RFC 9649, section 3.4: 14 bits each, minus one
            bits = _little(content[21:25])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":  # RFC 9649, section 2.7: 24 bits each, minus one
            return _little(content[24:27]) + 1, _little(content[27:30]) + 1
    return 0, 0


def _big(digits: bytes) -> int:
    return int.from_bytes(digits, "big")


def _little(digits: bytes) -> int:
    return int.from_bytes(digits, "little")
