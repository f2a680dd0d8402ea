"""Measure how the commands scale, as ratios to other programs on the same synthetic course.

    python benchmarks/scale.py [QUESTIONS]

The others are: bare Python, PyYAML's fastest loader on the same files, and genanki's own writer
with one Markdown pass over all texts. All are whole processes, the best of three runs; ratios are
of processor time.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from processes import Cost, least_of
from synthetic import course

LOADER = """
import glob, sys, yaml
for path in sorted(glob.glob(sys.argv[1] + '/questions/*.yaml')):
    with open(path, encoding='utf-8') as file:
        yaml.load(file, Loader=yaml.CSafeLoader)
"""

GENANKI = """
import glob, sys, yaml, genanki, markdown

parser = markdown.Markdown(extensions=['sane_lists'])
model = genanki.Model(
    1607392319, 'x', fields=[{'name': 'Q'}, {'name': 'A'}, {'name': 'S'}],
    templates=[{'name': 'c', 'qfmt': '{{Q}}', 'afmt': '{{FrontSide}}<hr>{{A}}{{S}}'}])
deck = genanki.Deck(2059400110, 'x')
FIELDS = '''stem explain text feedback premise model_answer answer options pairs sequence'''.split()

def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for field in FIELDS:
            if field in value:
                yield from texts(value[field])
    elif isinstance(value, list):
        for entry in value:
            yield from texts(entry)

for path in sorted(glob.glob(sys.argv[1] + '/questions/*.yaml')):
    with open(path, encoding='utf-8') as file:
        bank = yaml.load(file, Loader=yaml.CSafeLoader)
    for question in bank['questions']:
        html = [parser.reset().convert(text) for text in texts(question)]
        fields = [html[0], ''.join(html[1:]), question['sources'][0]['quote']]
        deck.add_note(genanki.Note(model=model, fields=fields, guid=question['id']))
genanki.Package(deck).write_to_file(sys.argv[2] + '/genanki.apkg')
"""


def peak(command: list[str]) -> float:
    """Return the greatest memory in MB that a process and its children have at the same time.

    Memory that they share counts once.
    """
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    kilobytes = 0
    while process.poll() is None:
        try:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        except OSError:
            children = []
        kilobytes = max(kilobytes, sum(_share(pid) for pid in (str(process.pid), *children)))
        time.sleep(0.02)
    return kilobytes / 1024


def _share(pid: str) -> int:
    """Return the proportional share of memory of a process (`man 5 proc`), in kB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # the process has ended
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def main() -> None:
    """Print the ratios as a Markdown table, then memory and seconds."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        measure(count, Path(folder))


def measure(count: int, folder: Path) -> None:
    """Measure courses of a tenth, once and five times the number of questions."""
    sizes = [count // 10, count, count * 5]
    for size in sizes:
        course(folder / str(size), size)
    home = folder / str(count)
    python = sys.executable

    def pkoquiz(size: int, *args: str) -> list[str]:
        return [python, "-m", "pkoquiz", *args, "-C", str(folder / str(size)), "-q"]

    def forget_builds() -> None:
        shutil.rmtree(home / "exports", ignore_errors=True)

    build = pkoquiz(count, "build", "anki", "moodle")
    costs = {
        "python": least_of([python, "-c", "pass"], 9),
        "help": least_of([str(Path(python).with_name("pkoquiz")), "--help"], 9),
        "loader": least_of([python, "-c", LOADER, str(home)]),
        "genanki": least_of([python, "-c", GENANKI, str(home), str(folder)]),
        "check": least_of(pkoquiz(count, "check")),
        "build": least_of(build, before_each=forget_builds),
        "second build": least_of(build),
    }
    check_peak = peak(pkoquiz(count, "check"))
    forget_builds()
    build_peak = peak(build)
    per_question = {size: least_of(pkoquiz(size, "check"), 2).processor / size for size in sizes}

    def ratio(name: str, other: str) -> float:
        return costs[name].processor / costs[other].processor

    loader = "`yaml.CSafeLoader` on the same files"
    genanki = "genanki's writer and one Markdown pass"
    rows = [
        ("`pkoquiz --help`", "`python -c pass`", ratio("help", "python"), "≤ 4.2"),
        (f"`check`, {count:,} questions", loader, ratio("check", "loader"), "≤ 1.9"),
        (f"`build anki moodle`, {count:,} questions", genanki, ratio("build", "genanki"), "≤ 1.8"),
        ("second build, nothing changed", "first build", ratio("second build", "build"), "≤ 0.05"),
    ]
    for small, large in ((sizes[0], sizes[1]), (sizes[1], sizes[2])):
        growth = per_question[large] / per_question[small]
        name = f"`check` per question, {large:,} questions"
        rows.append((name, f"per question, {small:,} questions", growth, "≤ 1.15"))
    print("| measured | compared with | ratio | aim |\n|---|---|---|---|")
    for measured, other, value, aim in rows:
        print(f"| {measured} | {other} | {value:.2f} | {aim} |")
    print(f"\nPeak memory, {count:,} questions: check {check_peak:.0f} MB, ", end="")
    print(f"build {build_peak:.0f} MB (aim: 400 MB).\n")
    print_seconds(costs)


def print_seconds(costs: dict[str, Cost]) -> None:
    """Print the seconds of each program on this machine."""
    print("| on this machine | processor time | wall time |\n|---|--:|--:|")
    for name, seconds in costs.items():
        print(f"| {name} | {seconds.processor:.2f} s | {seconds.wall:.2f} s |")


if __name__ == "__main__":
    main()
