"""Compare whole processes: our Moodle export with text2qti, then our export as the bank grows.

    PYTHONPATH=src python benchmarks/moodle_xml.py [--quick]

Both read 200 single-choice questions with four options, feedback on each and an explanation, and
write a file to upload. Ours also reads the transcript and proves every quote. Times are the best of
five interleaved runs, and ratios are of processor time: only they are meaningful. Requires
`text2qti` (`pip install text2qti`) in the environment of this Python.
"""

from __future__ import annotations

import itertools
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


def ours(folder: Path) -> Cost:
    """Return the cost of a first build: a second one would have nothing to do."""
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "pkoquiz", "build", "moodle", "--quiet"]
    return cost([*command, "-C", str(folder), "--out", str(out)])


def compare(folder: Path) -> None:
    """Print our time as a ratio to that of text2qti."""
    installed = Path(sys.executable).parent / "text2qti"
    tool = str(installed) if installed.exists() else shutil.which("text2qti")
    if tool is None:
        print("text2qti is not installed: no comparison")
        return
    home = folder / "choices"
    quiz = folder / "quiz.txt"
    quiz.write_text(as_text2qti(choices(home)))
    costs: dict[str, list[Cost]] = {"ours": [], "text2qti": [], "bare Python": []}
    for _ in range(RUNS):
        costs["ours"].append(ours(home))
        quiz.with_suffix(".zip").unlink(missing_ok=True)
        costs["text2qti"].append(cost([tool, str(quiz)], folder))
        costs["bare Python"].append(cost([sys.executable, "-c", "pass"]))
    best = {name: least(runs) for name, runs in costs.items()}
    print(f"{QUESTIONS} questions, whole process, best of {RUNS}: processor time (wall time)")
    for name, seconds in best.items():
        print(f"  {name:12} {seconds.processor * 1000:6.0f} ms ({seconds.wall * 1000:.0f} ms)")
    print(f"  ours / text2qti = {best['ours'].processor / best['text2qti'].processor:.2f}")


def grow(folder: Path, sizes: tuple[int, ...]) -> None:
    """Print the time per question as the bank grows: it is constant if the time is linear."""
    print("all types, whole process: processor time (wall time)")
    taken = {}
    for size in sizes:
        home = folder / str(size)
        course(home, size)
        best = least(ours(home) for _ in range(2))
        taken[size] = best.processor
        megabytes = next((home / "out" / "moodle").glob("*.xml")).stat().st_size / 1e6
        print(
            f"  {size:6} questions  {best.processor:6.2f} s ({best.wall:.2f} s)  "
            f"{best.processor / size * 1000:.3f} ms each  {megabytes:5.1f} MB",
            flush=True,
        )
    for small, large in itertools.pairwise(sizes):
        print(f"  {large // small} × the questions: {taken[large] / taken[small]:.1f} × the time")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        compare(Path(name))
        grow(Path(name), SIZES[:1] if "--quick" in sys.argv else SIZES)
