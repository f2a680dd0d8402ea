"""The only module that writes files: each has its old or its new content, never a part.

New content is first written to temporary files beside the targets. They are renamed over the
targets only when all of them are safely on disk, so a fault before that leaves everything as it
was. Temporary files of a killed run are removed by the next one.
"""

from __future__ import annotations

import contextlib
import errno
import filecmp
import itertools
import os
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

_MARK = ".pkoquiz-"
"""Temporary files are in folders named `.pkoquiz-…`, one for each run, beside their targets."""

WAIT = 30.0
"""Seconds to wait for another run that is writing to the same folder."""

_A_DAY = 86_400.0


class DeliveryError(Exception):
    """Files could not be written. The message says which, why, and whether others were changed."""


def deliver(
    folder: Path,
    files: Mapping[str, bytes],
    gone: Sequence[str] = (),
    seen: Mapping[str, bytes | None] | None = None,
) -> list[str]:
    """Write `files` (path relative to `folder` → content) and delete those that are `gone`.

    `gone`, `seen`, the result and the errors are those of `Delivery.commit`.
    """
    targets = {name: _target(folder, name) for name in sorted(files)}
    is_current = all(_has_content(target, files[name]) for name, target in targets.items())
    if is_current and not any(_exists(_target(folder, name)) for name in gone):
        return []
    with delivery(folder) as new:
        for name in targets:
            new.add(name, files[name])
        return new.commit(gone, seen)


def require_writable(folder: Path) -> None:
    """Raise `DeliveryError` if it is certain that no file can be written to a folder.

    A command that asks or computes for long calls this first.
    """
    existing = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if not os.access(existing, os.W_OK):
        raise DeliveryError(f"cannot write to {existing}: permission denied; nothing was changed")


@contextlib.contextmanager
def delivery(folder: Path) -> Iterator[Delivery]:
    """Yield a delivery to `folder`; what has not been committed at the end is discarded."""
    new = Delivery(folder)
    try:
        yield new
    finally:
        new._discard()


class Delivery:
    """Files that are written to disk one by one and put in place together."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        self._staged: dict[str, tuple[Path, Path]] = {}
        """Temporary file and target by name."""
        self._stages: dict[Path, _Stage] = {}
        """The folder for temporary files by that of their targets."""
        self._made: list[Path] = []

    def add(self, name: str, content: bytes) -> None:
        """Write a file, without putting it in place. Raises `DeliveryError`."""
        target = _target(self._folder, name)
        try:
            if target.is_dir():
                raise IsADirectoryError(errno.EISDIR, "is a directory", str(target))
            if not target.is_symlink() and target.exists() and not target.is_file():
                raise OSError(errno.EINVAL, "is not an ordinary file", str(target))
            temporary = self._stage(target.parent).folder / str(next(self._numbers))
            _write(temporary, content, _mode(target))
        except OSError as fault:
            raise _error(fault, target, []) from fault
        self._staged[name] = temporary, target

    def commit(
        self, gone: Sequence[str] = (), seen: Mapping[str, bytes | None] | None = None
    ) -> list[str]:
        """Put the files in place, delete those that are `gone`, and return the names that changed.

        `seen` is what the run has read of files that it replaces: if another run has changed one
        of them since, nothing is written. Files with the same content are not touched, so their
        times stay.

        Raises `DeliveryError` if anything cannot be written. Nearly all causes are found before
        the first file is renamed; otherwise the message names the files that were already changed.
        """
        obsolete = [
            path for path in (_target(self._folder, name) for name in gone) if _exists(path)
        ]
        if not self._staged and not obsolete:
            return []
        targets = [target for _, target in self._staged.values()]
        changed: list[str] = []
        done: list[Path] = []
        current = self._folder
        try:
            # Another run may write to one of the folders below this one only.
            parents = {path.parent for path in (*targets, *obsolete)}
            with _locks([self._folder, *parents]):
                for name, content in (seen or {}).items():
                    self._require_unchanged(name, content)
                for name, (temporary, current) in sorted(self._staged.items()):
                    if _is_same(temporary, current):
                        temporary.unlink()
                    else:
                        changed.append(name)
                # Delete first: if the run is killed after this, the list of files is still the old
                # one, and shows the next run what else to delete.
                for current in obsolete:
                    current.unlink(missing_ok=True)
                    done.append(current)
                for name in changed:
                    temporary, current = self._staged[name]
                    temporary.replace(current)
                    done.append(current)
                for parent in {path.parent for path in done}:
                    _flush_folder(parent)
        except OSError as fault:
            raise _error(fault, current, done) from fault
        return changed

    def _require_unchanged(self, name: str, content: bytes | None) -> None:
        target = _target(self._folder, name)
        is_ours = name in self._staged and _is_same(self._staged[name][0], target)
        if not is_ours and _content(target) != content:
            raise DeliveryError(f"another run changed {target}; nothing was changed: run again")

    def _stage(self, parent: Path) -> _Stage:
        if parent not in self._stages:
            self._made += [path for path in (parent, *parent.parents) if not path.exists()]
            parent.mkdir(parents=True, exist_ok=True)
            # The lock keeps another run from taking a new folder for one of a killed run.
            with _locks([parent]):
                _remove_abandoned(parent)
                self._stages[parent] = _Stage(parent)
        return self._stages[parent]

    def _discard(self) -> None:
        for stage in self._stages.values():
            stage.remove()
        for folder in self._made:
            with contextlib.suppress(OSError):
                folder.rmdir()  # fails if it has files, as it should


class _Stage:
    """A folder for temporary files, locked until its run ends."""

    def __init__(self, parent: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=_MARK, dir=parent))
        self._descriptor = _claimed(self.folder)

    def remove(self) -> None:
        _remove(self.folder)
        if self._descriptor is not None:
            os.close(self._descriptor)


def _error(fault: OSError, current: Path, done: Sequence[Path]) -> DeliveryError:
    is_named = fault.filename and not done and _MARK not in str(fault.filename)
    path = fault.filename if is_named else current
    reason = (fault.strerror or str(fault)).lower()
    already = ", ".join(path.name for path in done)
    state = f"already changed: {already}; run again" if done else "nothing was changed"
    return DeliveryError(f"cannot write {path}: {reason}; {state}")


def _target(folder: Path, name: str) -> Path:
    """Return the path of a file inside the folder."""
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


def _is_same(temporary: Path, target: Path) -> bool:
    # A symbolic link is replaced by a file, never written through.
    is_file = target.is_file() and not target.is_symlink()
    return is_file and filecmp.cmp(temporary, target, shallow=False)


def _write(path: Path, content: bytes, mode: int) -> None:
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


# --- other runs -----------------------------------------------------------------------------------


def _remove_abandoned(parent: Path) -> None:
    """Delete the temporary files of killed runs."""
    for path in parent.glob(f"{_MARK}*"):
        if path.is_dir() and not path.is_symlink():
            with contextlib.suppress(OSError):
                descriptor = _claimed(path)
                if descriptor is not None:
                    _remove(path)
                    os.close(descriptor)
                elif os.name == "nt" and path.stat().st_mtime < time.time() - _A_DAY:
                    _remove(path)  # Windows cannot lock folders: no run takes a day


def _remove(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def _claimed(folder: Path) -> int | None:
    """Lock a folder until the descriptor is closed; return None if another run has locked it."""
    try:
        import fcntl
    except ImportError:
        return None
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


@contextlib.contextmanager
def _locks(folders: Iterable[Path]) -> Iterator[None]:
    """Let one run at a time put files into these folders; others wait."""
    try:
        import fcntl
    except ImportError:  # on Windows renames are atomic too, and the last one wins
        yield
        return
    with contextlib.ExitStack() as stack:
        # The folders themselves are locked, so no lock files can be left behind. Two paths may lead
        # to the same folder.
        descriptors: dict[tuple[int, int], tuple[int, Path]] = {}
        for folder in folders:
            descriptor = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, descriptor)
            status = os.fstat(descriptor)
            descriptors.setdefault((status.st_dev, status.st_ino), (descriptor, folder))
        deadline = time.monotonic() + WAIT
        # All runs lock in the same order: otherwise two could wait for each other.
        for _, (descriptor, folder) in sorted(descriptors.items()):
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
