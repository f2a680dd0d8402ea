"""The size of a picture is known before it is decoded."""

from __future__ import annotations

import shutil
import struct
import zlib
from pathlib import Path

import pytest

from pkoquiz.load import load
from pkoquiz.pixels import pixels

MINI = Path(__file__).parents[1] / "mini"


def png(width: int, height: int) -> bytes:
    """Return the header of a PNG with one bit for each pixel, and an empty picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        content = name + data
        return struct.pack(">I", len(data)) + content + struct.pack(">I", zlib.crc32(content))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"")), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


WEBP = b"RIFF\x00\x00\x00\x00WEBP"
SIZE = b"\x00\x00\x00\x00"


@pytest.mark.parametrize(
    "content",
    [
        png(300, 200),
        b"GIF89a" + struct.pack("<HH", 300, 200) + b"\x00\x00\x00",
        b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc2\x00\x11\x08" + struct.pack(">HH", 200, 300),
        WEBP + b"VP8 " + SIZE + b"\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 300, 200),
        WEBP + b"VP8L" + SIZE + b"\x2f" + struct.pack("<I", 299 | 199 << 14),
        WEBP + b"VP8X" + SIZE + SIZE + b"\x2b\x01\x00\xc7\x00\x00",
    ],
)
def test_the_size_is_in_the_header(content: bytes) -> None:
    assert pixels(content) == 60_000
    for end in range(len(content)):
        assert pixels(content[:end]) >= 0, "a header that is cut off raises nothing"
    assert pixels(b"<svg/>") == 0


def test_a_picture_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(MINI, course)
    (course / "media").mkdir(exist_ok=True)
    (course / "media/huge.png").write_bytes(png(65_000, 65_000))
    path = course / "questions/arches.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("stem: ", "stem: '![huge](media/huge.png)' #", 1), "utf-8")
    (fault,) = [found for found in load(course).diagnostics if found.code == "PQ129"]
    assert fault.message == "`media/huge.png` has 4,225 million pixels"
    assert fault.hint == "make it smaller: 50 million at most"
