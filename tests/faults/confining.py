"""What a run may touch: an audit hook stops access to files outside the course, foreign processes and the network."""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .mutating import MINI, words

_watched: list[tuple[str, ...]] = []
_SEES = words(
    "os.listdir os.scandir os.remove os.rename os.mkdir os.rmdir os.link os.symlink os.truncate os.chmod os.chown os.utime"
)


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if not _watched:
        return
    if event == "open" or event in _SEES:
        # A link may say what it likes; what counts is where it lies.
        named = (
            args[1:2]
            if event == "os.symlink"
            else args[: 2 if event in ("os.rename", "os.link") else 1]
        )
        paths = [each for each in named if isinstance(each, str | bytes | os.PathLike)]
        writes = event not in ("open", "os.listdir", "os.scandir")
        if event == "open" and isinstance(args[2], int):
            writes = bool(
                args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
            )
        for each in map(os.fsdecode, paths):
            if "/" not in each or (event in ("os.listdir", "os.scandir") and each in sys.path):
                continue  # relative to an open folder; the import system looking for modules
            path = os.path.realpath(each)
            allowed = _watched[-1] if writes else (*_watched[-1], *_LIBRARIES)
            if not any(path == root or path.startswith(root) for root in allowed):
                raise Outside(f"{event} {path}")
    elif event in (
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.fork",
        "socket.connect",
        "socket.getaddrinfo",
        "urllib.Request",
    ):
        raise Outside(event)


class Outside(BaseException):
    """A file outside the course was read or written, or something started: no `except` of the program catches this."""


_LIBRARIES = tuple(
    os.path.realpath(path)
    for path in (*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix, MINI.parent.parent / "src", MINI.parent / "moodle", "/usr/share/zoneinfo", "/dev/null", "/dev/urandom")
)  # fmt: skip


@contextlib.contextmanager
def only_inside(*folders: Path) -> Iterator[None]:
    """Meanwhile files are written only in these folders and the program's temporary ones, and read only there and in libraries."""
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked.append(True)
    roots = [os.path.realpath(folder) for folder in folders]
    _watched.append((*roots, str(Path(os.path.realpath(tempfile.gettempdir())) / "pkoquiz-")))
    try:
        yield
    finally:
        _watched.pop()


_hooked: list[bool] = []
