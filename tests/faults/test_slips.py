"""One typing error in a file of the shipped course causes at most three findings, the cause first.

`PKOQUIZ_SLIPS=200` tries so many in each file.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pkoquiz.commands.course import read_course
from pkoquiz.diagnostics import Diagnostic

ROOT = Path(__file__).parents[2]
FILES = [
    "course.yaml",
    *(f"questions/{path.name}" for path in sorted((ROOT / "questions").iterdir())),
    "seeds/symposium-2012.layout.yaml",
    "seeds/symposium-2012.errata.yaml",
    "seeds/symposium-2012.txt",
]
EACH = int(os.environ.get("PKOQUIZ_SLIPS", "4"))
MOST = 3
NEAR = 2
"""Lines between a slip and the finding that it causes, if they are not in the same entry."""

INSERTED = ["\t", '"', "'", "[", "]", "{", "}", ":", ": ", "- ", "#", "&", "*"]
SIGN = re.compile(r"[:\[\]\"'>|\-{}]|(?<=\n) ")
VALUE = re.compile(r"[ -]*(?:[a-z_]+: )?")
REFERENCE = re.compile(r"\(([\w./-]+\.\w+):(\d+)\)")


def slips(text: str, seed: int) -> Iterator[tuple[int, str]]:
    """Yield offsets and texts with one slip each, without end."""
    chance = random.Random(seed)
    signs = [match.start() for match in SIGN.finditer(text)]
    while True:
        start = chance.randrange(len(text))
        line = text.rfind("\n", 0, start) + 1
        match chance.choice(["delete", "sign", "insert", "value", "indent", "dedent", "twice"]):
            case "delete":
                yield start, text[:start] + text[start + 1 :]
            case "sign":
                start = chance.choice(signs)
                yield start, text[:start] + text[start + 1 :]
            case "insert":
                yield start, text[:start] + chance.choice(INSERTED) + text[start:]
            case "value":
                before = VALUE.match(text, line)
                assert before is not None
                start = before.end()
                yield start, text[:start] + chance.choice(INSERTED) + text[start:]
            case "indent":
                yield line, text[:line] + " " + text[line:]
            case "dedent" if text[line] == " ":
                yield line, text[:line] + text[line + 1 :]
            case "twice":
                yield start, text[:start] + text[start] + text[start:]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped course."""
    folder = tmp_path_factory.mktemp("slips") / "course"
    folder.mkdir()
    shutil.copy(ROOT / "course.yaml", folder)
    for name in ("questions", "seeds"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.mark.parametrize("name", FILES)
def test_a_slip_is_at_most_three_findings(shipped: Path, name: str) -> None:
    path = shipped / name
    text = path.read_text(encoding="utf-8")
    many = slips(text, len(name))
    wrong = []
    try:
        for _ in range(EACH):
            start, damaged = next(many)
            path.write_text(damaged, encoding="utf-8")
            found = read_course(shipped)[1]
            if found and not (
                len(found) <= MOST and _leads_to(found[0], name, text, damaged, start)
            ):
                line = text.count("\n", 0, start) + 1
                shown = f"{text[max(0, start - 20) : start]}|{text[start : start + 20]}"
                wrong.append((line, shown, [_shown(finding) for finding in found[:5]]))
    finally:
        path.write_text(text, encoding="utf-8")
    assert not wrong, "\n".join(map(str, wrong))


def _shown(finding: Diagnostic) -> str:
    span = finding.place.span
    line = span.line if span else 0
    return f"{finding.place.file}:{line} {finding.code} {finding.message[:80]} | {finding.hint}"


def _leads_to(finding: Diagnostic, file: str, text: str, damaged: str, start: int) -> bool:
    """Whether a finding is at the slip, refers to its place, or names the word that it made."""
    slip = text.count("\n", 0, start) + 1
    places = [(name, int(line)) for name, line in REFERENCE.findall(finding.message)]
    if finding.place.span is not None:
        places.append((finding.place.file, finding.place.span.line))
    lines = text.split("\n")
    named = re.findall(r"[a-z][\w-]+", finding.message + finding.hint)
    made = set(named) & set(re.findall(r"[a-z][\w-]+", damaged.split("\n")[slip - 1]))
    return any(word not in text for word in made) or any(
        name == file and (abs(line - slip) <= NEAR or _entry(lines, line) == _entry(lines, slip))
        for name, line in places
    )


def _entry(lines: list[str], number: int) -> int:
    """The line with which the entry of a list begins, or the field at the top of the file."""
    number = min(number, len(lines))
    while number > 1 and not re.match(r"- |[a-z]+:", lines[number - 1]):
        number -= 1
    return number


@pytest.mark.parametrize("damage", ["tab", "bracket", "colon"])
def test_a_slip_in_a_large_bank_is_one_finding(shipped: Path, damage: str) -> None:
    """A former version reported 73 errors for each, most of them with misleading hints."""
    path = shipped / "questions/gordon-keynote.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("  stem: ", len(text) // 2)
    inserted = {"tab": "\t", "bracket": "  tags: [", "colon": "  stem: Austerity: what, "}[damage]
    removed = len("  stem: ") if damage == "colon" else 0
    path.write_text(text[:start] + inserted + text[start + removed :], encoding="utf-8")
    try:
        (finding,) = read_course(shipped)[1]
    finally:
        path.write_text(text, encoding="utf-8")
    line = text.count("\n", 0, start) + 1
    assert finding.code == "PQ104"
    assert finding.place.span is not None
    assert finding.place.span.line == line
