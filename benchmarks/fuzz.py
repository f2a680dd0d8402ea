"""Fuzz every reader and exporter: `python benchmarks/fuzz.py [RUNS] [TARGET …]`.

Inputs are guided by coverage if atheris is installed, otherwise, or with `--plain`, they come from
a fixed pseudo-random sequence. Each process does a chunk of the runs. What was learned stays in the
folder of `--keep`, so an interrupted session continues where it was.

A run that raises, takes too much time or memory, or touches a file outside its course is a finding
(`fuzz_chunk.py` has the limits). It is written to `findings/` in that folder, with the files that
caused it. Findings worth keeping go to `tests/faults/corpus/`.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fuzz_targets import TARGETS

CHUNK = Path(__file__).with_name("fuzz_chunk.py")


@dataclass
class Total:
    """The figures of all chunks of a target."""

    runs: int = 0
    seconds: float = 0
    covered: int = 0
    learned: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: set[str] = field(default_factory=set)

    def add(self, chunk: dict[str, Any]) -> None:
        self.runs += sum(chunk["outcomes"].values())
        self.seconds += chunk["seconds"]
        self.covered = max(self.covered, chunk["covered"])
        self.learned += chunk["learned"]
        self.outcomes.update(chunk["outcomes"])
        self.findings.update(chunk["findings"])

    def share(self, outcome: str) -> str:
        return f"{100 * self.outcomes[outcome] / max(self.runs, 1):.1f} %"


def totals(folder: Path) -> dict[str, Total]:
    """Return the figures of earlier chunks by target."""
    result: dict[str, Total] = {}
    figures = folder / "figures.jsonl"
    for line in figures.read_text(encoding="utf-8").splitlines() if figures.exists() else ():
        chunk = json.loads(line)
        result.setdefault(chunk["target"], Total()).add(chunk)
    return result


def run_chunk(name: str, runs: int, number: int, folder: Path, plain: bool) -> dict[str, Any]:
    """Run a chunk in a process of its own; return its figures."""
    command = [sys.executable, str(CHUNK), name, str(runs), str(number), str(folder)]
    done = subprocess.run(
        [*command, "--plain"] if plain else command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    covered = re.findall(r"\bcov: (\d+)", done.stderr)
    learned = re.search(r"stat::new_units_added:\s+(\d+)", done.stderr)
    figures: dict[str, Any] = {
        "target": name,
        "outcomes": {},
        "findings": [],
        "seconds": 0,
        "covered": int(covered[-1]) if covered else 0,
        "learned": int(learned[1]) if learned else 0,
    }
    tally = folder / f"{name}.tally"
    if tally.exists():
        figures |= json.loads(tally.read_text(encoding="utf-8").splitlines()[0])
        tally.unlink()
    if done.returncode or not figures["outcomes"]:
        path = folder / "findings" / f"{name}-died-{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        report = f"{done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-8000:]}"
        path.write_text(report, encoding="utf-8")
        figures["findings"].append(path.name)
        figures["outcomes"]["died"] = 1
    return figures


def table(figures: dict[str, Total]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield (
        "| target | runs | seconds | places covered | new inputs | findings | stopped by checks | "
        "refused | built |"
    )
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    for name, target in TARGETS.items():
        if name in figures:
            total = figures[name]
            cells = [
                f"{name}: {target.about}",
                f"{total.runs:,}",
                f"{total.seconds:.0f}",
                str(total.covered or "–"),
                str(total.learned or "–"),
                str(len(total.findings)),
                *(total.share(outcome) for outcome in ("faults", "refused", "built")),
            ]
            yield f"| {' | '.join(cells)} |"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "runs",
        type=int,
        nargs="?",
        default=1000,
        help="runs of each target, including those of earlier sessions (default: 1000)",
    )
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"any of {', '.join(TARGETS)} (default: all)"
    )
    parser.add_argument("--plain", action="store_true", help="do not use atheris")
    parser.add_argument(
        "--keep",
        type=Path,
        default=Path(tempfile.gettempdir(), "pkoquiz-fuzz"),
        help="folder for figures, findings and what was learned",
    )
    result = parser.parse_args()
    if unknown := [name for name in result.targets if name not in TARGETS]:
        parser.error(f"unknown target: {', '.join(unknown)}")
    return result


def main() -> int:
    """Run chunks until each target has the wanted number of runs; print the figures."""
    options = arguments()
    folder: Path = options.keep.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    names = options.targets or list(TARGETS)
    for name in names:
        while (done := totals(folder).get(name, Total()).runs) < options.runs:
            runs = min(TARGETS[name].most_runs, options.runs - done)
            chunk = run_chunk(name, runs, done, folder, options.plain)
            with (folder / "figures.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(chunk) + "\n")
            if chunk["findings"]:
                print(f"{name}: {sorted(set(chunk['findings']))}", file=sys.stderr, flush=True)
            if sum(chunk["outcomes"].values()) < runs // 2:
                break  # it dies again and again
    figures = totals(folder)
    print("\n".join(table(figures)))
    return int(any(figures[name].findings for name in names))


if __name__ == "__main__":
    sys.exit(main())
