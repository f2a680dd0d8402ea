"""Measure whole processes with all their children, for the benchmarks beside this module."""

from __future__ import annotations

import atexit
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Seconds that a process took."""

    processor: float
    """Processor time of the process and its children: it hardly depends on other programs."""
    wall: float
    """Time until the process ended."""


def cost(
    command: list[str], folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> Cost:
    """Run a command and return its cost; exit if it fails.

    Modules are compiled by the first run alone, as those of an installed package are.
    """
    environment = {**(environment or os.environ), "PYTHONPYCACHEPREFIX": _bytecode()}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before, start = _processor_time(), time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True)
    result = Cost(_processor_time() - before, time.perf_counter() - start)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr.decode()[-2000:]}")
    return result


@cache
def _bytecode() -> str:
    folder = tempfile.mkdtemp(prefix="benchmark-bytecode-")
    atexit.register(shutil.rmtree, folder)
    return folder


def _processor_time() -> float:
    """Return the processor time of all children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def least(costs: Iterable[Cost]) -> Cost:
    """Return the least processor time and the least wall time of several runs."""
    runs = list(costs)
    return Cost(min(run.processor for run in runs), min(run.wall for run in runs))


def least_of(
    command: list[str], runs: int = 3, before_each: Callable[[], object] = lambda: None
) -> Cost:
    """Run a command several times and return the least cost."""
    costs = []
    for _ in range(runs):
        before_each()
        costs.append(cost(command))
    return least(costs)
