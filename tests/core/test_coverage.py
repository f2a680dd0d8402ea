"""The numbers of coverage."""

import json
from pathlib import Path

import pytest

from pkoquiz.cli import run
from pkoquiz.model.bank import Bank
from pkoquiz.quotes.coverage import coverage

MINI = Path(__file__).parents[1] / "mini"


def test_numbers(mini: Bank) -> None:
    found = coverage(mini)
    assert (found.passages, found.cited) == (6, 6)
    assert [
        (each.section, each.passages, each.cited, each.questions) for each in found.sections
    ] == [("beams", 3, 3, 5), ("arches", 3, 3, 6)]


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["coverage", "--json", "-C", str(MINI)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"passages", "cited", "share", "sections", "objectives"} <= found.keys()
    assert found["share"] == 1
    assert set(found["sections"][0]) == {"section", "passages", "cited", "questions"}


def test_drafts_and_passages_with_nothing_to_ask_do_not_count(mini: Bank) -> None:
    course = mini.course.model_copy(update={"skip": ("arches.p003",)})
    bank = Bank(
        course, mini.transcripts, tuple(q for q in mini.questions if q.section == "beams"), (), {}
    )
    found = coverage(bank)
    assert (found.passages, found.cited) == (5, 3)
    assert [passage.id for passage in found.uncited] == ["arches.p001", "arches.p002"]
