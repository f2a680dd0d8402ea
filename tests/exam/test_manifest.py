"""`manifest.json` contains what grading needs, and prints the same papers again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pkoquiz.exam.exam import Exam, plan
from pkoquiz.exam.manifest import manifest, read_manifest
from pkoquiz.exporters import papers
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import ON_PAPER

from ..making import make_bank, make_question

BLUEPRINT = {
    "title": "Quiz",
    "items": 9,
    "papers": 2,
    "versions": 3,
    "overlap": "0-9",
    "date": "1 June",
}


@pytest.fixture(scope="module")
def bank() -> Bank:
    questions = [make_question(kind, f"{kind}-{number}") for kind in ON_PAPER for number in (1, 2)]
    types = dict.fromkeys(ON_PAPER, 1)
    made: Bank = make_bank(questions, blueprints={"quiz": {**BLUEPRINT, "types": types}})
    return made


@pytest.fixture(scope="module")
def exam(bank: Bank) -> Exam:
    made, drawn = plan(bank, "quiz")
    assert made is not None, drawn.diagnostics
    return made


def test_everything_is_keyed_by_question(bank: Bank, exam: Exam) -> None:
    data = json.loads(manifest(bank, exam))
    assert data["format"] == "pkoquiz-exam-1"
    assert (data["course"], data["exam"], data["seed"], len(data["bank"])) == (
        "pko",
        "quiz",
        "1",
        64,
    )
    version = data["papers"][0]["versions"][1]
    assert version["version"] == "B"
    assert [entry["number"] for entry in version["questions"].values()] == [*range(1, 10)]
    for identity, entry in version["questions"].items():
        known = data["questions"][identity]
        if known["type"] == "choice":
            (key,) = entry["key"]
            assert entry["order"]["ABCD".index(key)] in known["answer"]["key"]
        if known["type"] == "numerical":
            assert known["answer"] == {"value": "8.5", "tolerance": "0.2", "unit": "per cent"}
        if known["type"] == "matching":
            # The letter of each premise names its response; positions count from 1, as written.
            at = ["ABCD".index(letter) for letter in entry["key"]]
            assert [entry["responses"][each] for each in at] == [
                known["answer"]["key"][premise - 1] for premise in entry["order"]
            ]
            assert known["answer"] == {"responses": 4, "key": [1, 2, 3]}
        if known["type"] == "essay":
            assert known["answer"]["rubric"] == [{"points": "10", "text": "A stated view"}]


def test_what_was_written_is_read_back(bank: Bank, exam: Exam) -> None:
    read = read_manifest(manifest(bank, exam), "manifest.json", bank)
    assert read.diagnostics == ()
    assert read.changed == ()
    assert read.exam == exam


def test_a_new_question_does_not_change_the_papers(bank: Bank, exam: Exam) -> None:
    grown = Bank(
        bank.course, bank.transcripts, (make_question("choice", "brand-new"), *bank.questions)
    )
    read = read_manifest(manifest(bank, exam), "manifest.json", grown)
    assert read.exam == exam


def test_a_changed_wording_is_reported_and_changes_the_code(bank: Bank, exam: Exam) -> None:
    used = {placed.id for placed in exam.papers[0].versions[0].questions}
    edited = tuple(
        question.model_copy(update={"stem": "Another wording?"})
        if question.id in used and question.type == "choice"
        else question
        for question in bank.questions
    )
    read = read_manifest(
        manifest(bank, exam), "manifest.json", Bank(bank.course, bank.transcripts, edited)
    )
    assert read.exam is not None
    assert len(read.changed) == 1
    assert read.exam.papers[0].versions[0].code != exam.papers[0].versions[0].code


def test_a_corrected_source_changes_neither_paper_nor_code(bank: Bank, exam: Exam) -> None:
    edited = tuple(
        question.model_copy(
            update={
                "explain": "Better explained.",
                "sources": tuple(
                    citation.model_copy(update={"passage": "talk.p777"})
                    for citation in question.sources
                ),
            }
        )
        for question in bank.questions
    )
    read = read_manifest(
        manifest(bank, exam), "manifest.json", Bank(bank.course, bank.transcripts, edited)
    )
    assert read.exam == exam
    assert read.changed == ()


def test_a_question_that_no_longer_exists(bank: Bank, exam: Exam) -> None:
    rest = Bank(
        bank.course, bank.transcripts, tuple(q for q in bank.questions if q.type != "choice")
    )
    read = read_manifest(manifest(bank, exam), "exams/manifest.json", rest)
    assert read.exam is None
    assert read.diagnostics[0].code == "PQ705"
    assert "the bank has no question `choice-" in read.diagnostics[0].message
    assert read.diagnostics[0].place.file == "exams/manifest.json"


def test_options_that_no_longer_fit(bank: Bank, exam: Exam) -> None:
    shorter = tuple(
        make_question("choice", each.id, options=[{"text": "a", "correct": True}, "b"])
        if each.type == "choice"
        else each
        for each in bank.questions
    )
    read = read_manifest(
        manifest(bank, exam), "m.json", Bank(bank.course, bank.transcripts, shorter)
    )
    assert "does not match its options" in read.diagnostics[0].message


def test_responses_that_no_longer_fit(bank: Bank, exam: Exam) -> None:
    """The premises are the same, but one response is missing."""
    fewer = tuple(
        each.model_copy(update={"extras": ()}) if each.type == "matching" else each
        for each in bank.questions
    )
    read = read_manifest(manifest(bank, exam), "m.json", Bank(bank.course, bank.transcripts, fewer))
    assert read.exam is None
    assert "does not match its options" in read.diagnostics[0].message


def test_the_manifest_of_another_course(bank: Bank, exam: Exam) -> None:
    data = {**json.loads(manifest(bank, exam)), "course": "other"}
    read = read_manifest(json.dumps(data).encode(), "m.json", bank)
    assert "belongs to the course `other`" in read.diagnostics[0].message


Spoil = Callable[[list[Any]], object]


def _twice(papers: list[Any]) -> None:
    papers[1]["paper"] = papers[0]["paper"]


def _letters(papers: list[Any]) -> None:
    papers[0]["versions"][1]["version"] = "A"


def _numbers(papers: list[Any]) -> None:
    for entry in papers[0]["versions"][0]["questions"].values():
        entry["number"] = 1


def _card(papers: list[Any]) -> None:
    for version in papers[0]["versions"]:
        version["questions"]["card"] = {"number": 10}


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (list.clear, "the manifest has no papers @papers"),
        (_twice, "duplicate paper 1 @papers.1.paper"),
        (_letters, "duplicate version A of paper 1 @papers.0.versions.1.version"),
        (
            _numbers,
            "the questions of version A of paper 1 are not numbered 1 to 9 "
            "@papers.0.versions.0.questions",
        ),
        (
            lambda papers: papers[0]["versions"][1]["questions"].popitem(),
            "version B of paper 1 has other questions than version A "
            "@papers.0.versions.1.questions",
        ),
        (
            lambda papers: papers[0]["versions"][0]["questions"].clear(),
            "version A of paper 1 has no questions @papers.0.versions.0.questions",
        ),
        (
            _card,
            "`card` is a flashcard, which cannot be printed on a paper "
            "@papers.0.versions.0.questions.card",
        ),
    ],
)
def test_inconsistent_manifests_are_not_printed(
    bank: Bank, exam: Exam, spoil: Spoil, expected: str
) -> None:
    grown = Bank(
        bank.course, bank.transcripts, (*bank.questions, make_question("flashcard", "card"))
    )
    data = json.loads(manifest(bank, exam))
    data["questions"]["card"] = {"type": "flashcard", "points": "1", "digest": "0"}
    spoil(data["papers"])
    read = read_manifest(json.dumps(data).encode(), "m.json", grown)
    assert read.exam is None
    assert f"PQ705 {expected}" in [
        f"{each.code} {each.message} @{'.'.join(map(str, each.place.path))}"
        for each in read.diagnostics
    ]


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, each in inner:
        yield (*path, name)
        yield from _places(each, (*path, name))


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 12) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_manifest_never_raises(bank: Bank, exam: Exam, data: st.DataObject) -> None:
    """A damaged manifest causes a diagnostic, or can still be printed."""
    whole = json.loads(manifest(bank, replace(exam, papers=exam.papers[1:])))
    places = [*_places(whole)]
    depth = data.draw(st.integers(1, max(map(len, places))))
    *path, last = data.draw(st.sampled_from([place for place in places if len(place) == depth]))
    holder = whole
    for step in path:
        holder = holder[step]
    match data.draw(st.sampled_from(["junk", "delete", "swap"])):
        case "junk":
            holder[last] = data.draw(_JUNK)
        case "delete":
            del holder[last]
        case _:
            other = data.draw(
                st.sampled_from([*holder] if isinstance(holder, dict) else [*range(len(holder))])
            )
            holder[last], holder[other] = holder[other], holder[last]
    read = read_manifest(json.dumps(whole).encode(), "m.json", bank)
    assert (read.exam is None) == bool(read.diagnostics)
    if read.exam is not None:
        made = papers.build(bank, read.exam, formats=("html",))
        assert made.diagnostics == ()
        assert len(made.files) == 2 * sum(len(paper.versions) for paper in read.exam.papers) + 1


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(raw=st.binary(max_size=60))
def test_arbitrary_bytes_never_raise(bank: Bank, raw: bytes) -> None:
    assert read_manifest(raw, "m.json", bank).exam is None
