"""Which files of a course were saved since the last look."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

Times = dict[str, tuple[int, int]]

INTERVAL = 0.3
"""Seconds between looks: a save is seen within a third of a second, at no cost to speak of."""


def changes(folder: Path, out: Path, before: Times) -> Iterator[list[str]]:
    """Yields the files changed, new and deleted since `before`, each time there are any; runs until interrupted.

    `before` is taken ahead of the first build, so that a save during a build is not missed.
    """
    while True:
        time.sleep(INTERVAL)
        now = times(folder, out)
        if now != before:
            changed = sorted(
                name for name in before.keys() | now.keys() if before.get(name) != now.get(name)
            )
            before = now
            yield changed


def times(folder: Path, out: Path) -> Times:
    """Name → (modification time in ns, size) of what a build reads: not its own output, not the ledger, nothing hidden."""
    from pkoquiz.model.course import LEDGER

    found: Times = {}
    skipped = out.resolve()
    for parent, folders, files in os.walk(folder):
        here = Path(parent)
        # Not looked into: a virtual environment or a repository holds thousands of files.
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and (here / name).resolve() != skipped
        ]
        for name in files:
            path = here / name
            if name.startswith(".") or name == LEDGER:
                continue
            try:
                if path.is_file():
                    state = path.stat()
                    found[path.relative_to(folder).as_posix()] = (state.st_mtime_ns, state.st_size)
            except OSError:
                continue
    return found
