"""A sandbox for tests: an audit hook that stops access to anything outside the course."""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

_READS = frozenset(["os.listdir", "os.scandir"])
_WRITES = frozenset(
    f"os.{name}"
    for name in (
        "remove", "rename", "mkdir", "rmdir", "link", "symlink", "truncate", "chmod", "chown",
        "utime",
    )
)  # fmt: skip
_TWO_PATHS = frozenset(["os.rename", "os.link"])
_FORBIDDEN = frozenset(
    [
        "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect",
        "socket.getaddrinfo",
        "urllib.Request",
    ]
)  # fmt: skip
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_INSTALLATION: tuple[Path | str, ...] = (
    *sysconfig.get_paths().values(),
    sys.prefix,
    sys.base_prefix,
    ROOT / "src",
    ROOT / "tests/moodle",
    "/usr/share/zoneinfo",
    "/dev/null",
    "/dev/urandom",
)
_READABLE = tuple(map(os.path.realpath, _INSTALLATION))
"""Files that the program and the tests may read."""

_folders: list[tuple[str, ...]] = []
"""The folders that may be written, of each `only_inside` that is active."""


class Outside(BaseException):
    """Something outside the course was read, written or started.

    Not an `Exception`, so that no handler in the program catches it.
    """


@contextlib.contextmanager
def only_inside(*folders: Path) -> Iterator[None]:
    """Allow access to these folders, to the program's temporary files and to libraries only.

    Libraries can be read, everything else read and written. Raises `Outside` otherwise.
    """
    _install()
    temporary = Path(os.path.realpath(tempfile.gettempdir())) / "pkoquiz-"
    _folders.append((*map(os.path.realpath, folders), str(temporary)))
    try:
        yield
    finally:
        _folders.pop()


@cache
def _install() -> None:
    sys.addaudithook(_hook)  # it cannot be removed again


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if not _folders:
        return
    if event in _FORBIDDEN:
        raise Outside(event)
    if event == "open":
        _check(event, args[:1], writes=isinstance(args[2], int) and bool(args[2] & _WRITE_FLAGS))
    elif event == "os.symlink":
        _check(event, args[1:2], writes=True)  # the target of a link may be any text
    elif event in _WRITES:
        _check(event, args[: 2 if event in _TWO_PATHS else 1], writes=True)
    elif event in _READS:
        _check(event, args[:1], writes=False)


def _check(event: str, paths: tuple[Any, ...], *, writes: bool) -> None:
    allowed = _folders[-1] if writes else (*_folders[-1], *_READABLE)
    for path in paths:
        if not isinstance(path, str | bytes | os.PathLike):
            continue  # a file descriptor
        name = os.fsdecode(path)
        if "/" not in name or (event in _READS and name in sys.path):
            continue  # relative to an open folder, or the import system looking for modules
        if not os.path.realpath(name).startswith(allowed):
            raise Outside(f"{event} {os.path.realpath(name)}")
