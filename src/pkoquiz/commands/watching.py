"""Which files of a course were saved since the last look."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

INTERVAL = 0.3
"""Seconds between looks: a save is seen within a third of a second, at no cost to speak of."""


def changes(folder: Path, out: Path) -> Iterator[list[str]]:
    """Yields the changed, new and deleted files, each time there are any; runs until interrupted."""
    before = _times(folder, out)
    while True:
        time.sleep(INTERVAL)
        now = _times(folder, out)
        if now != before:
            changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
            before = now
            yield changed


def _times(folder: Path, out: Path) -> dict[str, tuple[int, int]]:
    """Name → (modification time in ns, size) of what a build reads: not its own output, not the ledger, nothing hidden."""
    found = {}
    skipped = out.resolve()
    for path in folder.rglob("*"):
        inside = path.relative_to(folder)
        if any(part.startswith(".") for part in inside.parts) or inside.name == "anki.lock.json":
            continue
        try:
            if path.resolve().is_relative_to(skipped) or not path.is_file():
                continue
            state = path.stat()
        except OSError:
            continue
        found[inside.as_posix()] = (state.st_mtime_ns, state.st_size)
    return found
