"""Watch a course for files that are saved."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

States = dict[str, tuple[int, int]]
"""File name → modification time in nanoseconds and size."""

INTERVAL = 0.3
"""Seconds between two looks at the files."""


def changes(folder: Path, out: Path, before: States) -> Iterator[list[str]]:
    """Yield the names of new, changed and deleted files whenever there are any, endlessly.

    Take the `before` states ahead of the first build, so that no save during it is missed.
    """
    while True:
        time.sleep(INTERVAL)
        now = states(folder, out)
        if now != before:
            names = before.keys() | now.keys()
            changed = sorted(name for name in names if before.get(name) != now.get(name))
            before = now
            yield changed


def states(folder: Path, out: Path) -> States:
    """Return the states of the files that a build reads.

    The output folder and hidden files are left out.
    """
    found: States = {}
    output = out.resolve()
    for parent, folders, files in os.walk(folder):
        here = Path(parent)
        # Hidden folders, such as virtual environments and repositories, hold thousands of files.
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and (here / name).resolve() != output
        ]
        for name in files:
            if name.startswith("."):
                continue
            path = here / name
            try:
                if path.is_file():
                    state = path.stat()
                    found[path.relative_to(folder).as_posix()] = (state.st_mtime_ns, state.st_size)
            except OSError:
                continue
    return found
