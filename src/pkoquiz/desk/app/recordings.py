"""Recordings that are files of the course, and which part of one a player asks for.

Only sound and video inside the course are served, and only those that `course.yaml` names: a page
of the course would run in the place of the desk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pkoquiz.model.addresses import is_online
from pkoquiz.model.bank import Bank

TYPES = {
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".m4v": "video/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".webm": "video/webm",
}
"""Content types by suffix: what browsers play, and never run."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """Bytes of a file, which are read as they are sent: recordings are large."""

    file: Path
    part: range

    def __len__(self) -> int:
        return len(self.part)

    def copy_to(self, out: BufferedIOBase) -> None:
        """Write the bytes; raise `OSError` if the file became shorter meanwhile."""
        left = len(self.part)
        with self.file.open("rb") as opened:
            opened.seek(self.part.start)
            while left:
                block = opened.read(min(left, _BLOCK))
                if not block:
                    raise ConnectionAbortedError(f"{self.file.name} became shorter")
                out.write(block)
                left -= len(block)


_BLOCK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def is_playable(bank: Bank, folder: Path, template: str) -> bool:
    """Whether a recording is on the web, or a file that the desk serves."""
    return is_online(template) or served_file(bank, folder, _path(template)) is not None


def served_file(bank: Bank, folder: Path, path: str) -> Path | None:
    """Return the recording with this path in the course, or None if it is not served."""
    named = {_path(file.recording) for file in bank.course.transcripts if file.recording}
    if path not in named:
        return None
    try:
        file = (folder / path).resolve()
        is_inside = file.is_relative_to(folder.resolve())
        return file if is_inside and file.suffix.lower() in TYPES and file.is_file() else None
    except (OSError, ValueError):
        return None


def byte_range(header: str, size: int) -> range | None:
    """Return the bytes that a `Range` header asks for, none outside the file; None without one."""
    match = _RANGE.fullmatch(header)
    if match is None or match[1] == match[2] == "":
        return None
    if not match[1]:
        return range(max(0, size - int(match[2])), size)
    return range(int(match[1]), min(size, int(match[2] or size) + 1))


def _path(template: str) -> str:
    return "" if is_online(template) else unquote(urlsplit(template).path)
