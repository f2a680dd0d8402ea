"""Any marks on a sheet become a cell that grading can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkoquiz.grading.printed import read_keys
from pkoquiz.grading.responses import (
    Blank,
    Boxes,
    Chosen,
    Given,
    Judged,
    Unreadable,
    Value,
    read_response,
)
from pkoquiz.scanning.cells import UNDECIDED, candidate_number, cell, typed_cell
from pkoquiz.scanning.decide import Decision, decide
from pkoquiz.scanning.measure import Measure
from pkoquiz.scanning.pages import Page, Task, read_page, read_pages
from pkoquiz.sheets.form import form, questions
from pkoquiz.sheets.style import STYLES

from .conftest import Printed, save


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_every_cell_can_be_graded(printed: Printed, data: st.DataObject) -> None:
    keys, _ = read_keys(printed.raw, "manifest.json")
    assert keys is not None
    version = printed.record.papers[0].versions[0]
    asked = questions(printed.record, version)
    layout = form(asked, STYLES["A"])
    sheet = next(sheet for sheet in keys.sheets if sheet.code == version.code)
    question = data.draw(st.sampled_from(asked))
    groups = layout.of_question(question.number)
    decisions = []
    for group in groups:
        most = len(group.labels) if group.several else 1
        labels = data.draw(st.lists(st.sampled_from(group.labels), max_size=most, unique=True))
        decisions.append(Decision(tuple(label for label in group.labels if label in labels)))
    read = cell(question, groups, decisions)
    item, placed = keys.items[question.id], sheet.placed[question.number]
    if read.text == UNDECIDED:
        assert read.doubt
        return
    response = read_response(item, placed, read.text)
    assert not isinstance(response, Unreadable), read.text
    marks = [decision.marked for decision in decisions]
    match response:
        case Blank():
            assert not any(marks)
        case Chosen(options):
            assert len(options) == len(marks[0])
        case Judged(verdict):
            assert marks == [("T" if verdict else "F",)]
        case Boxes(contents):
            assert sum(content is not None for content in contents) == sum(map(len, marks))
        case Given(points):
            assert 0 <= points <= item.points
        case Value(value):
            signs = "".join(mark[0] for mark in marks if mark).replace("−", "-")
            assert value == Fraction(signs.rstrip(".") or "0")


def measure(low: float, high: float | None = None, **others: float) -> Measure:
    deep = others.pop("deep", low)
    return Measure(low, low if high is None else high, others.pop("around", 0.0), deep, **others)


def test_both_measures_must_agree(printed: Printed) -> None:
    group = printed.form(printed.candidates[0]).of_question(1)[0]
    empty = [measure(0.01)] * (len(group.labels) - 1)

    def said(*first: Measure) -> Decision:
        return decide([group], [[*first, *empty[len(first) - 1 :]]])[0]

    assert said(measure(0.9)).marked == ("A",)
    assert said(measure(0.01)) == Decision((), margin=0.09)
    for doubtful, reason in (
        (measure(0.2), "unclear mark"),
        (measure(0.3, 0.05), "faint mark"),
        (measure(0.9, through=0.3), "a line through the bubble"),
        (measure(0.9, deep=0.1), "stain or shadow"),
        (measure(0.3, around=0.2), "ink outside the bubble"),
        (measure(0.01, around=0.2), "ink beside the bubbles"),
        (measure(0.06), "unclear mark"),
        (measure(0.01, trace=0.9), "unclear mark"),
        (measure(0.01, printed=0.5), "the print is pale here"),
    ):
        decision = said(doubtful)
        assert (decision.marked, decision.doubt) == ((), reason)
    assert said(measure(0.9), measure(0.9)).doubt == "two marks"


def test_a_struck_out_mark_is_conspicuous_among_tidy_ones(printed: Printed) -> None:
    groups = printed.form(printed.candidates[0]).groups[:12]
    tidy, struck = measure(0.9), measure(0.9, around=0.3)
    rows = [[tidy, *[measure(0.0)] * (len(group.labels) - 1)] for group in groups]
    rows[0][0] = struck
    assert [decision.doubt for decision in decide(groups, rows)][:2] == [
        "ink outside the bubble",
        "",
    ]
    # A thick pen leaves every bubble.
    thick = [[struck, *row[1:]] for row in rows]
    assert not any(decision.doubt for decision in decide(groups, thick))


def test_blanks_are_doubted_where_marks_are_faint(printed: Printed) -> None:
    groups = printed.form(printed.candidates[0]).groups[:6]
    faint, empty = measure(0.14), measure(0.0)
    rows = [[faint, *[empty] * (len(group.labels) - 1)] for group in groups]
    rows[5][0] = empty
    assert decide(groups, rows)[5].doubt == "blank, but marks on this page are faint"


def test_a_number_needs_every_digit() -> None:
    digits = [Decision((digit,)) for digit in "4711"]
    assert candidate_number(digits).text == "4711"
    assert candidate_number([*digits[:3], Decision(())]).text == UNDECIDED
    short = candidate_number([Decision(()), *digits, Decision(())])
    assert (short.text, short.proposal) == (UNDECIDED, "4711")
    assert candidate_number([*digits[:2], Decision(()), *digits[2:]]).proposal == ""
    doubt = Decision((), "two marks", ("1",))
    assert candidate_number([*digits[:3], doubt]).proposal == "4711"


def test_processes_read_the_same_as_one(printed: Printed, tmp_path: Path) -> None:
    path = save(tmp_path / "scan.png", printed.pages[printed.candidates[0].serial][0])
    tasks = [Task(path, 0, f"page {number}") for number in range(16)]
    pages = list(read_pages(printed.raw, tasks))
    assert pages == [read_page(printed.forms, task) for task in tasks]


def test_a_page_whose_process_was_killed_is_read_again_alone(
    printed: Printed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "scan.png", printed.pages[printed.candidates[0].serial][0])
    tasks = [Task(path, 0, f"page {number}") for number in range(16)]
    killers = {"page 3"}

    def share_out(
        work: object, shared: Sequence[Task], workers: int, *rest: object
    ) -> Iterator[tuple[int, Page | Exception]]:
        for index, task in reversed([*enumerate(shared)]):
            together = len(shared) > 1 and task.label == "page 5"
            if task.label in killers or together:
                yield index, ChildProcessError("killed")
            else:
                yield index, read_page(printed.forms, task)

    monkeypatch.setattr("pkoquiz.scanning.pages.share_out", share_out)
    pages = list(read_pages(printed.raw, tasks))
    assert [page.image for page in pages] == [task.label for task in tasks]
    assert [page.image for page in pages if page.refused] == ["page 3"]
    assert "was killed" in pages[3].refused


def test_no_cell_is_taken_for_a_formula() -> None:
    assert typed_cell("-3").text == "−3"
    assert typed_cell("- C A").text == "– C A"
    assert typed_cell("[1.5]").text == "[1.5]"
