"""The only writer: files are either old or new, never torn, and written only when they changed.

All new content is written to temporary files beside the targets first; only when every one of them
is safely on disk are they renamed over the old ones. A fault before that point leaves everything as it was;
temporary files that a killed run left behind are removed by the next one.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_MARK = ".pkoquiz-"
"""Temporary files are named `.pkoquiz-<pid>-<n>`: short, so that long file names still fit."""


WAIT = 30.0
"""Seconds to wait for another run that is writing to the same folder."""


class DeliveryError(Exception):
    """Files could not be written; the message says which and why, and whether others had been changed before."""


def deliver(
    folder: Path,
    files: Mapping[str, bytes],
    gone: Sequence[str] = (),
    seen: Mapping[str, bytes | None] | None = None,
) -> list[str]:
    """Writes `files` (path relative to `folder` → content), all or nothing, and deletes those that are `gone`.

    `seen` is what the run had read of files it is about to replace: if another run has replaced one of them
    since, nothing is written. Returns the names of those that changed; the others are not touched, so their times stay.
    Raises `DeliveryError` when anything cannot be written. Nearly all reasons are met before the first file
    is renamed; where one is not, the message names the files that are new already.
    """
    targets = {name: _inside(folder, name) for name in sorted(files)}
    obsolete = [
        target for target in (_inside(folder, name) for name in gone) if _lies_there(target)
    ]
    changed = [name for name, target in targets.items() if not _same(target, files[name])]
    if not changed and not obsolete:
        return []
    staged: list[tuple[Path, Path]] = []
    moved: list[Path] = []
    at = folder
    try:
        with _lock(folder):
            for name, content in (seen or {}).items():
                if _content(_inside(folder, name)) not in (content, files.get(name)):
                    raise DeliveryError(
                        f"{folder / name} was changed by another run; nothing was changed, run again"
                    )
            for parent in {targets[name].parent for name in changed}:
                parent.mkdir(parents=True, exist_ok=True)
                _sweep(parent)
            for number, name in enumerate(changed):
                target = at = targets[name]
                if target.is_dir():
                    raise IsADirectoryError(errno.EISDIR, "is a directory", str(target))
                if not target.is_symlink() and target.exists() and not target.is_file():
                    raise OSError(errno.EINVAL, "is not an ordinary file", str(target))
                temporary = target.parent / f"{_MARK}{os.getpid()}-{number}"
                staged.append((temporary, target))
                _write(temporary, files[name], _mode(target))
            # First what is gone: a run that is killed behind this leaves the old list of files, and the next
            # one finds in it what there is still to delete.
            for at in obsolete:
                at.unlink(missing_ok=True)
                moved.append(at)
            for temporary, at in staged:
                temporary.replace(at)
                moved.append(at)
            for parent in {
                target.parent for target in (*obsolete, *(target for _, target in staged))
            }:
                _flush_folder(parent)
    except OSError as fault:
        where = at if moved or _MARK in str(fault.filename) else fault.filename or at
        reason = (fault.strerror or str(fault)).lower()
        before = ", ".join(path.name for path in moved)
        state = (
            f"{before} had been changed before, run again"
            if moved
            else f"nothing was changed in {folder}"
        )
        raise DeliveryError(f"cannot write {where}: {reason}; {state}") from fault
    finally:
        for temporary, _ in staged:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
    return changed


def _inside(folder: Path, name: str) -> Path:
    parts = Path(name).parts
    if not parts or Path(name).is_absolute() or ".." in parts:
        raise DeliveryError(f"refusing to write outside {folder}: {name}")
    target = folder.joinpath(*parts)
    try:
        inside = target.parent.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError) as fault:  # a loop of links, a NUL in the name
        raise DeliveryError(
            f"cannot write {target!s}: {str(fault).lower()}; nothing was changed"
        ) from fault
    if not inside:
        raise DeliveryError(
            f"refusing to write outside {folder}: {name} leads through a symbolic link"
        )
    return target


def _lies_there(target: Path) -> bool:
    try:
        return target.is_symlink() or target.is_file()
    except (OSError, ValueError):
        return False


def _content(target: Path) -> bytes | None:
    try:
        return target.read_bytes()
    except FileNotFoundError:
        return None


def _same(target: Path, content: bytes) -> bool:
    try:
        # A symbolic link is replaced by a file, never written through.
        return (
            not target.is_symlink()
            and target.is_file()
            and target.stat().st_size == len(content)
            and target.read_bytes() == content
        )
    except OSError:
        return False


def _write(path: Path, content: bytes, mode: int) -> None:
    flags = (
        os.O_WRONLY
        | os.O_CREAT
        | os.O_EXCL
        | getattr(os, "O_BINARY", 0)
        | getattr(os, "O_NOFOLLOW", 0)
    )
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _mode(target: Path) -> int:
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except OSError:
        return 0o666  # as for any new file: the user's umask decides


def _flush_folder(folder: Path) -> None:
    # Makes the renames durable; Windows has no such call and does not need it.
    if hasattr(os, "O_DIRECTORY"):
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _sweep(folder: Path) -> None:
    # We hold the lock, so whoever left these is gone.
    for path in folder.glob(f"{_MARK}*-*"):
        with contextlib.suppress(OSError):
            path.unlink()


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """One writer at a time: a second run waits until the first has renamed its files."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # Windows: renames are atomic there too; the last one wins
        yield
        return
    descriptor = os.open(
        folder, os.O_RDONLY
    )  # the folder itself is the lock: no lock file to leave behind
    try:
        until = time.monotonic() + WAIT
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise DeliveryError(
                        f"another run has been writing to {folder} for {WAIT:.0f} seconds; nothing was changed"
                    ) from None
                time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)
