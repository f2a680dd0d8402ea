"""A course to hurt, and the command line in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .mutating import MINI

SRC = Path(__file__).parent.parent.parent / "src"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The small course, to do with as one likes."""
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder, ignore=shutil.ignore_patterns("exports", "anki.lock.json"))
    return folder


def pkoquiz(
    *args: str | Path, limit: int = 0, **environment: str
) -> subprocess.CompletedProcess[str]:
    """`pkoquiz ARGS`, at most twenty seconds and, if asked, `limit` MB of address space."""
    return subprocess.run(
        command(*args, limit=limit),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=20,
        env={**os.environ, "PYTHONPATH": str(SRC), **environment},
    )


def command(*args: str | Path, limit: int = 0) -> list[str]:
    """The same as a command to start."""
    if not limit:
        return [sys.executable, "-m", "pkoquiz", *map(str, args)]
    script = f"import resource, sys; resource.setrlimit(resource.RLIMIT_AS, ({limit} << 20,) * 2); from pkoquiz.__main__ import main; main()"
    return [sys.executable, "-c", script, *map(str, args)]
