"""Every YAML block of the pages is valid as what it shows: bank, question fields, course, layout, errata."""

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
"""The examples in `checks.md` are tested by `tests/core/test_explanations.py`: half of them are bad."""
BLOCKS = [block for page in PAGES if page not in TESTED_ELSEWHERE for block in blocks(page, "yaml")]
COURSE = {
    "title": "A course",
    "short": "a-course",
    "release": "2026-01-15",
    "transcripts": [{"file": "a.md"}],
}


def data(block: Block) -> Any:
    return data_of(block.text)


def data_of(text: str) -> Any:
    found, faults = yamlfile.read(text.encode(), "a page")
    assert faults == []
    return found


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_block_is_valid(block: Block, tmp_path: Path) -> None:
    told = data(block)
    keys = set(told)
    if "questions" in keys:
        assert faults_of_course(block.text, tmp_path) == []
    elif keys <= set(TYPES["choice"].model_fields):
        readme = blocks("README.md", "yaml")[0].text.replace(
            "\n  type: choice\n", f"\n  type: choice\n{block.text}"
        )
        assert faults_of_course(readme, tmp_path) == []
    elif keys <= set(Course.model_fields):
        assert validate(Course, COURSE | told, Place(str(block)))[1] == []
    elif keys == {"errata"}:
        for entry in told["errata"]:
            assert validate(errata.Entry, entry, Place(str(block)))[1] == []
    elif "repos" in keys:
        hooks, _ = yamlfile.read((ROOT / ".pre-commit-hooks.yaml").read_bytes(), "hooks")
        assert isinstance(hooks, list)
        used = {hook["id"] for repo in told["repos"] for hook in repo["hooks"]}
        assert used <= {hook["id"] for hook in hooks if isinstance(hook, dict)}
    elif "jobs" not in keys:
        found, faults = layout.read(block.text.encode(), str(block))
        assert found is not None
        assert faults == []


def faults_of_course(bank: str, folder: Path) -> list[str]:
    """What is wrong with the course that `init` lays out, with another bank in it."""
    assert run(["init", str(folder / "lighthouse")]) == 0
    (folder / "lighthouse/questions/opening.yaml").write_text(bank, encoding="utf-8")
    return [fault.message for fault in load(folder / "lighthouse").diagnostics]


SHOWN = [block for block in blocks(GENERATED, "yaml") if block.text.startswith("- id:")]


def test_question_of_each_type_is_shown() -> None:
    assert [data(block)[0]["type"] for block in SHOWN] == list(TYPES)


@pytest.mark.parametrize("block", SHOWN, ids=str)
def test_question_is_shown_whole(block: Block) -> None:
    """It is valid, and word for word what stands in the test course."""
    (told,) = data(block)
    found, faults = validate(
        TYPES[told["type"]],
        told | {"section": "any", "place": Place(str(block))},
        Place(str(block)),
    )
    assert faults == []
    assert found is not None
    sources = [
        path.read_text(encoding="utf-8") for path in (ROOT / "tests/mini/questions").glob("*.yaml")
    ]
    written = [
        each
        for source in sources
        for each in data_of(source)["questions"]
        if each["id"] == told["id"]
    ]
    assert written == [told]
