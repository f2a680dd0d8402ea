"""How the tool scales, as ratios measured in one run: whole processes, the better of three.

    python benchmarks/scale.py [QUESTIONS]

Beside each other on the same synthetic course: bare Python, PyYAML's quickest loader on the same files,
genanki's own writer plus one Python-Markdown pass over all texts, and our commands.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from synthetic import course

LOADER = """
import glob, sys, yaml
for path in sorted(glob.glob(sys.argv[1] + '/questions/*.yaml')):
    with open(path, encoding='utf-8') as file:
        yaml.load(file, Loader=yaml.CSafeLoader)
"""

PEERS = """
import glob, sys, yaml, genanki, markdown
parser = markdown.Markdown(extensions=['sane_lists'])
model = genanki.Model(1607392319, 'x', fields=[{'name': 'Q'}, {'name': 'A'}, {'name': 'S'}],
    templates=[{'name': 'c', 'qfmt': '{{Q}}', 'afmt': '{{FrontSide}}<hr>{{A}}{{S}}'}])
deck = genanki.Deck(2059400110, 'x')
def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key in ('stem', 'explain', 'text', 'feedback', 'premise', 'model_answer', 'answer', 'options', 'pairs', 'sequence'):
            if key in value:
                yield from texts(value[key])
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
for path in sorted(glob.glob(sys.argv[1] + '/questions/*.yaml')):
    with open(path, encoding='utf-8') as file:
        bank = yaml.load(file, Loader=yaml.CSafeLoader)
    for question in bank['questions']:
        made = [parser.reset().convert(text) for text in texts(question)]
        deck.add_note(genanki.Note(model=model, fields=[made[0], ''.join(made[1:]), question['sources'][0]['quote']], guid=question['id']))
genanki.Package(deck).write_to_file(sys.argv[2] + '/peer.apkg')
"""


def measured(command: list[str], runs: int = 3) -> float:
    """Seconds of a whole process, the best of some runs."""
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        best = min(best, time.perf_counter() - start)
    return best


def peak(command: list[str]) -> float:
    """The most memory that a process and its children hold at a time, in MB; what they share counts once."""
    process, most = (
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL),
        0,
    )
    while process.poll() is None:
        try:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        except OSError:
            children = []
        most = max(most, sum(_share(pid) for pid in (process.pid, *children)))
        time.sleep(0.02)
    return most / 1024


def _share(pid: int | str) -> int:
    """A process's proportional share of memory (`man 5 proc`), in kB."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has ended
        return 0
    return next(
        (int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0
    )


def main() -> None:
    """Prints a Markdown table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    python = sys.executable
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        sizes = [count // 10, count, count * 5]
        for size in sizes:
            course(base / str(size), size)
        here = str(base / str(count))

        def pkoquiz(size: int, *args: str) -> list[str]:
            return [python, "-m", "pkoquiz", *args, "-C", str(base / str(size)), "-q"]

        def fresh() -> None:
            shutil.rmtree(base / str(count) / "exports", ignore_errors=True)
            (base / str(count) / "anki.lock.json").unlink(missing_ok=True)

        making = [*pkoquiz(count, "build"), "anki", "moodle"]
        bare = measured([python, "-c", "pass"], 9)
        help_ = measured([python, "-m", "pkoquiz", "--help"], 9)
        loader = measured([python, "-c", LOADER, here])
        peers = measured([python, "-c", PEERS, here, name])
        check = measured(pkoquiz(count, "check"))
        firsts = []
        for _ in range(3):
            fresh()
            firsts.append(measured(making, 1))
        first = min(firsts)
        build = measured(making)
        each = {size: measured(pkoquiz(size, "check"), 2) / size for size in sizes}
        check_peak = peak(pkoquiz(count, "check"))
        fresh()
        build_peak = peak(making)
        rows = [
            ("`pkoquiz --help`", "`python -c pass`", help_ / bare, "≤ 6"),
            (
                f"`check`, {count:,} questions",
                "`yaml.CSafeLoader` on the same files",
                check / loader,
                "≤ 2.5",
            ),
            (
                f"`build anki moodle`, {count:,} questions",
                "genanki's writer + one Markdown pass",
                first / peers,
                "≤ 2",
            ),
            ("second build, nothing changed", "first build", build / first, "< 1"),
            (
                f"`check` per question, {sizes[1]:,}",
                f"per question, {sizes[0]:,}",
                each[sizes[1]] / each[sizes[0]],
                "≤ 1.15",
            ),
            (
                f"`check` per question, {sizes[2]:,}",
                f"per question, {sizes[1]:,}",
                each[sizes[2]] / each[sizes[1]],
                "≤ 1.15",
            ),
        ]
        print("| measured | beside | ratio | aim |\n|---|---|---|---|")
        for what, beside, ratio, aim in rows:
            print(f"| {what} | {beside} | {ratio:.2f} | {aim} |")
        print(
            f"\nPeak memory, {count:,} questions: check {check_peak:.0f} MB, build {build_peak:.0f} MB (aim ≤ 400)."
        )
        print(
            f"Seconds on this machine: check {check:.2f}, build {first:.2f}, peers {peers:.2f}, loader {loader:.2f}."
        )


if __name__ == "__main__":
    main()
