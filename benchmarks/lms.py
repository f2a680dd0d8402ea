"""Compare whole processes: our quizzes with other writers, then our exports as the bank grows.

    PYTHONPATH=src python benchmarks/lms.py [--quick]

All read 200 single-choice questions with four options and write a file to upload. Ours and that of
text2qti have feedback on each option and an explanation; qti-package-maker has no feedback. Ours
also reads the transcript and proves every quote. Times are the best of five interleaved runs, and
ratios are of processor time: only they are meaningful. Requires `text2qti` and `qti-package-maker`
in the environment of this Python; without them there is no comparison.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import shutil
import sys
import tempfile
from pathlib import Path

import yaml
from processes import Cost, cost, least
from synthetic import course, question

QUESTIONS = 200
PASSAGES = 200
RUNS = 5
SYSTEMS = ("moodle", "canvas", "brightspace", "qti", "gift", "aiken", "blackboard", "openedx")
SIZES = (1_000, 10_000, 20_000)


def choices(folder: Path) -> list[dict[str, object]]:
    """Write a course of single-choice questions and return them."""
    course(folder, 0, PASSAGES)
    # Every tenth synthetic question is a single-choice question.
    body = "\n".join(question(10 * index, PASSAGES) for index in range(QUESTIONS))
    text = f"section: talk-1\n\nquestions:\n{body}"
    (folder / "questions" / "choices.yaml").write_text(text)
    read: list[dict[str, object]] = yaml.load(text, Loader=yaml.CSafeLoader)["questions"]
    return read


def as_text2qti(questions: list[dict[str, object]]) -> str:
    """Return the questions in text2qti's format, with explanation and source as feedback."""
    lines = ["Quiz title: A synthetic course", ""]
    for number, item in enumerate(questions, start=1):
        source = item["sources"][0]  # type: ignore[index]
        lines += [
            f"{number}.  {item['stem']}",
            f'... {item["explain"]} "{source["quote"]}" [{source["passage"]}]',
        ]
        for letter, option in zip("abcd", item["options"], strict=True):  # type: ignore[call-overload]
            lines += [
                f"{'*' if option.get('correct') else ''}{letter})  {option['text']}",
                f"... {option['feedback']}",
            ]
        lines.append("")
    return "\n".join(lines)


MAKER = """
import json, sys
from qti_package_maker.package_interface import QTIPackageInterface
package = QTIPackageInterface("choices", allow_mixed=True)
for stem, options, right in json.load(open(sys.argv[1])):
    package.add_item("MC", (stem, options, right))
package.save_package("canvas_qti_v1_2")
"""
"""A program that writes the questions as another library does."""


def as_items(questions: list[dict[str, object]]) -> str:
    """Return stem, options and right option of each question, as JSON."""
    items = []
    for item in questions:
        options = item["options"]
        texts = [option["text"] for option in options]  # type: ignore[attr-defined]
        (right,) = [o["text"] for o in options if o.get("correct")]  # type: ignore[attr-defined]
        items.append((item["stem"], texts, right))
    return json.dumps(items)


def ours(folder: Path, format: str) -> Cost:
    """Return the cost of a first build: a second one would have nothing to do."""
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "pkoquiz", "build", format, "--quiet"]
    return cost([*command, "-C", str(folder), "--out", str(out)])


def compare(folder: Path) -> None:
    """Print the time of each format as a ratio to that of the faster of the other writers."""
    home = folder / "choices"
    questions = choices(home)
    quiz, items, maker = folder / "quiz.txt", folder / "items.json", folder / "maker.py"
    quiz.write_text(as_text2qti(questions))
    items.write_text(as_items(questions))
    maker.write_text(MAKER)
    others = {"qti-package-maker": [sys.executable, str(maker), str(items)]}
    installed = Path(sys.executable).parent / "text2qti"
    others["text2qti"] = [str(installed), str(quiz)]
    if not installed.exists() or importlib.util.find_spec("qti_package_maker") is None:
        print("text2qti or qti-package-maker is not installed: no comparison")
        others = {}
    costs: dict[str, list[Cost]] = {name: [] for name in (*SYSTEMS, *others, "bare Python")}
    for _ in range(RUNS):
        for format in SYSTEMS:
            costs[format].append(ours(home, format))
        for name, command in others.items():
            for old in folder.glob("*.zip"):
                old.unlink()
            costs[name].append(cost(command, folder))
        costs["bare Python"].append(cost([sys.executable, "-c", "pass"]))
    best = {name: least(runs) for name, runs in costs.items()}
    fastest = min((best[name].processor for name in others), default=0)
    print(f"{QUESTIONS} questions, whole process, best of {RUNS}: processor time (wall time)")
    for name, seconds in best.items():
        ratio = f"  {seconds.processor / fastest:.2f} of the faster other" if fastest else ""
        times = f"{seconds.processor * 1000:6.0f} ms ({seconds.wall * 1000:.0f} ms)"
        print(f"  {name:18} {times}{ratio}")


def grow(folder: Path, sizes: tuple[int, ...]) -> None:
    """Print the time per question as the bank grows: it is constant if the time is linear."""
    print("all types, whole process: processor time")
    homes = {size: folder / str(size) for size in sizes}
    for size, home in homes.items():
        course(home, size)
    for format in SYSTEMS:
        taken = {size: least(ours(home, format) for _ in range(2)) for size, home in homes.items()}
        times = "  ".join(
            f"{size:6}: {seconds.processor:6.2f} s, {seconds.processor / size * 1000:.3f} ms each"
            for size, seconds in taken.items()
        )
        print(f"  {format:12} {times}", flush=True)
    for small, large in itertools.pairwise(sizes):
        print(f"  linear means {large // small} × the time from {small} to {large}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        compare(Path(name))
        grow(Path(name), SIZES[:1] if "--quick" in sys.argv else SIZES)
