"""A course to damage, and the command line in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .mutating import MINI

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}

LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_AS, ({megabytes} << 20,) * 2)
from pkoquiz.__main__ import main
main()
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the small course."""
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder, ignore=shutil.ignore_patterns("exports", "editions.txt"))
    return folder


def pkoquiz(*args: str | Path, limit: int = 0) -> subprocess.CompletedProcess[str]:
    """Run `pkoquiz` for at most 20 seconds, with at most `limit` MB of address space if not 0."""
    return subprocess.run(
        command(*args, limit=limit),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=20,
        env=ENVIRONMENT,
    )


def command(*args: str | Path, limit: int = 0) -> list[str]:
    """Return the command line of `pkoquiz`."""
    program = ["-c", LIMITED.format(megabytes=limit)] if limit else ["-m", "pkoquiz"]
    return [sys.executable, *program, *map(str, args)]
