"""The only module that writes files: each is either old or new, never torn.

New content is first written to temporary files beside the targets. They are renamed over the
targets only when all of them are safely on disk, so a fault before that leaves everything as it
was. Temporary files of a killed run are removed by the next one.
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
    """Files could not be written. The message says which, why, and whether others were changed."""


def deliver(
    folder: Path,
    files: Mapping[str, bytes],
    gone: Sequence[str] = (),
    seen: Mapping[str, bytes | None] | None = None,
) -> list[str]:
    """Write `files` (path relative to `folder` → content) and delete those that are `gone`.

    `seen` is what the run has read of files that it replaces: if another run has changed one of
    them since, nothing is written. Return the names of the files that changed; files with the same
    content are not touched, so their times stay.

    Raises `DeliveryError` if anything cannot be written. Nearly all causes are found before the
    first file is renamed; otherwise the message names the files that were already changed.
    """
    targets = {name: _target(folder, name) for name in sorted(files)}
    obsolete = [path for path in (_target(folder, name) for name in gone) if _exists(path)]
    changed = [name for name, target in targets.items() if not _has_content(target, files[name])]
    if not changed and not obsolete:
        return []
    staged: list[tuple[Path, Path]] = []
    done: list[Path] = []
    current = folder
    try:
        with _lock(folder):
            for name, content in (seen or {}).items():
                if _content(_target(folder, name)) not in (content, files.get(name)):
                    raise DeliveryError(
                        f"another run changed {folder / name}; nothing was changed: run again"
                    )
            for parent in {targets[name].parent for name in changed}:
                parent.mkdir(parents=True, exist_ok=True)
                _remove_temporary(parent)
            for number, name in enumerate(changed):
                target = current = targets[name]
                if target.is_dir():
                    raise IsADirectoryError(errno.EISDIR, "is a directory", str(target))
                if not target.is_symlink() and target.exists() and not target.is_file():
                    raise OSError(errno.EINVAL, "is not an ordinary file", str(target))
                temporary = target.parent / f"{_MARK}{os.getpid()}-{number}"
                staged.append((temporary, target))
                _write(temporary, files[name], _mode(target))
            # Delete first: if the run is killed after this, the list of files is still the old one,
            # and shows the next run what else to delete.
            for current in obsolete:
                current.unlink(missing_ok=True)
                done.append(current)
            for temporary, current in staged:
                temporary.replace(current)
                done.append(current)
            for parent in {path.parent for path in done}:
                _flush_folder(parent)
    except OSError as fault:
        is_named = fault.filename and not done and _MARK not in str(fault.filename)
        path = fault.filename if is_named else current
        reason = (fault.strerror or str(fault)).lower()
        already = ", ".join(path.name for path in done)
        state = f"already changed: {already}; run again" if done else "nothing was changed"
        raise DeliveryError(f"cannot write {path}: {reason}; {state}") from fault
    finally:
        for temporary, _ in staged:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
    return changed


def _target(folder: Path, name: str) -> Path:
    """The path of a file inside the folder."""
    parts = Path(name).parts
    if not parts or Path(name).is_absolute() or ".." in parts:
        raise DeliveryError(f"refusing to write outside {folder}: {name}")
    target = folder.joinpath(*parts)
    try:
        is_inside = target.parent.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError) as fault:  # a loop of links, or NUL in the name
        reason = str(fault).lower()
        raise DeliveryError(f"cannot write {target}: {reason}; nothing was changed") from fault
    if not is_inside:
        reason = f"{name} leads through a symbolic link"
        raise DeliveryError(f"refusing to write outside {folder}: {reason}")
    return target


def _exists(path: Path) -> bool:
    try:
        return path.is_symlink() or path.is_file()
    except (OSError, ValueError):
        return False


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _has_content(path: Path, content: bytes) -> bool:
    try:
        # A symbolic link is replaced by a file, never written through.
        is_file = path.is_file() and not path.is_symlink()
        return is_file and path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _write(path: Path, content: bytes, mode: int) -> None:
    path.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    flags |= getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0o666  # as for any new file; the user's umask applies


def _flush_folder(folder: Path) -> None:
    # This makes the renames durable. Windows has no such call and does not need it.
    if hasattr(os, "O_DIRECTORY"):
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _remove_temporary(folder: Path) -> None:
    # This run holds the lock, so the runs that left these files have ended.
    for path in folder.glob(f"{_MARK}*-*"):
        with contextlib.suppress(OSError):
            path.unlink()


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Let one run at a time write to the folder; others wait."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # on Windows renames are atomic too, and the last one wins
        yield
        return
    # The folder itself is locked, so no lock file can be left behind.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        deadline = time.monotonic() + WAIT
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise DeliveryError(
                        f"another run has been writing to {folder} for {WAIT:.0f} seconds; "
                        "nothing was changed"
                    ) from None
                time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)
