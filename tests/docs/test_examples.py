"""Every YAML block of the pages is valid: as a bank, question fields, course, layout or errata."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pkoquiz import yamlfile
from pkoquiz.cli import run
from pkoquiz.diagnostics import Place
from pkoquiz.load import load
from pkoquiz.model.course import Course
from pkoquiz.model.question import TYPES
from pkoquiz.records import validate
from pkoquiz.transcript import errata, layout

from .pages import PAGES, ROOT, Block, blocks

GENERATED = "docs/questions.md"
TESTED_ELSEWHERE = {GENERATED, "docs/checks.md"}
BLOCKS = [block for page in PAGES if page not in TESTED_ELSEWHERE for block in blocks(page, "yaml")]
COURSE = {
    "title": "A course",
    "short": "a-course",
    "release": "2026-01-15",
    "transcripts": [{"file": "a.md"}],
}


def data(text: str) -> Any:
    value, diagnostics = yamlfile.read(text.encode(), "a page")
    assert diagnostics == []
    return value


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_block_is_valid(block: Block, tmp_path: Path) -> None:
    value = data(block.text)
    keys = set(value)
    place = Place(str(block))
    if "questions" in keys:
        assert messages(block.text, tmp_path) == []
    elif keys <= set(TYPES["choice"].model_fields):
        (example, *_) = blocks("README.md", "yaml")
        bank = example.text.replace("\n  type: choice\n", f"\n  type: choice\n{block.text}")
        assert messages(bank, tmp_path) == []
    elif keys <= set(Course.model_fields):
        assert validate(Course, COURSE | value, place)[1] == []
    elif keys == {"errata"}:
        for entry in value["errata"]:
            assert validate(errata.Entry, entry, place)[1] == []
    elif "repos" in keys:
        hooks = data((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
        used = {hook["id"] for repo in value["repos"] for hook in repo["hooks"]}
        assert used <= {hook["id"] for hook in hooks}
    elif "jobs" not in keys:
        described, diagnostics = layout.read(block.text.encode(), str(block))
        assert described is not None
        assert diagnostics == []


def messages(bank: str, folder: Path) -> list[str]:
    """Return what is wrong with a new course whose questions are replaced by `bank`."""
    assert run(["init", str(folder / "lighthouse")]) == 0
    (folder / "lighthouse/questions/opening.yaml").write_text(bank, encoding="utf-8")
    return [diagnostic.message for diagnostic in load(folder / "lighthouse").diagnostics]


SHOWN = [block for block in blocks(GENERATED, "yaml") if block.text.startswith("- id:")]


def test_the_reference_shows_a_question_of_each_type() -> None:
    assert [data(block.text)[0]["type"] for block in SHOWN] == list(TYPES)


@pytest.mark.parametrize("block", SHOWN, ids=str)
def test_a_question_in_the_reference_is_one_of_the_test_course(block: Block) -> None:
    (shown,) = data(block.text)
    place = Place(str(block))
    fields = shown | {"section": "any", "place": place}
    question, diagnostics = validate(TYPES[shown["type"]], fields, place)
    assert diagnostics == []
    assert question is not None
    written = [
        entry
        for path in (ROOT / "tests/mini/questions").glob("*.yaml")
        for entry in data(path.read_text(encoding="utf-8"))["questions"]
    ]
    assert shown in written
