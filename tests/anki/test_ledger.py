"""The ledger: what a build remembers and what it refuses."""

from __future__ import annotations

import datetime
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkoquiz.cli import run
from pkoquiz.exporters import anki
from pkoquiz.exporters.anki.ledger import midnight
from pkoquiz.exporters.anki.numbering import part_numbers
from pkoquiz.exporters.anki.phrases import HOW_TO_UPDATE_TEXT
from pkoquiz.exporters.export import Export
from pkoquiz.model.bank import Bank

from .course import (
    FIRST,
    SECOND,
    TODAY,
    build,
    committed,
    edited,
    export,
    ledger_of,
    make_bank,
    options,
    question,
)

MINI = Path(__file__).parents[1] / "mini"


def codes(built: Export) -> list[str]:
    return [fault.code for fault in built.diagnostics]


def mods(built: Export, id: str) -> set[int]:
    return {stamp.mod for stamp in ledger_of(built).questions[id].notes.values()}


def without(bank: Bank, id: str) -> Bank:
    return replace(bank, questions=tuple(kept for kept in bank.questions if kept.id != id))


def test_the_ledger_is_readable_and_reads_back(bank: Bank) -> None:
    built = build(make_bank(questions=bank.questions[:1], terms=()))
    text = anki.dump(ledger_of(built))
    digest = ledger_of(built).questions["gk-who-implements"].notes[""].hash
    lines = text.splitlines()
    assert [line for line in lines if "gk-who" in line] == [
        '    "gk-who-implements": {"type": "choice", "shape": "recall", '
        '"words": "In Gordon\'s \\"fragile triangular dynamic\\", who implements what the…", '
        '"since": "2026-03-01", "changed": "2026-03-01", '
        f'"notes": {{"": {{"hash": "{digest}", "mod": 1772323200}}}}}}'
    ]
    assert anki.parse(text) == (ledger_of(built), [])
    assert anki.parse(b"") == (anki.Ledger(), [])
    whole = build(bank)
    assert anki.dump(ledger_of(whole)).encode() == committed(whole)


def test_a_new_note_carries_the_release_date(bank: Bank) -> None:
    assert mods(build(bank), "ka-documents") == {midnight(FIRST)}


def test_only_what_changed_gets_the_new_date(bank: Bank) -> None:
    first = build(bank)
    second = build(edited(bank, "gk-triangle", explain="Other."), first)
    assert mods(second, "gk-triangle") == {midnight(SECOND)}
    assert mods(second, "os-share") == {midnight(FIRST)}
    assert ledger_of(second).questions["gk-triangle"].since == FIRST
    assert ledger_of(second).questions["gk-triangle"].changed == SECOND
    assert second.report == "against the ledger: 11 unchanged, 1 changed"


def test_a_paragraph_inserted_at_the_top_changes_no_card(tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(MINI, course, ignore=shutil.ignore_patterns("exports", "anki.lock.json"))
    assert run(["build", "anki", "-q", "-C", str(course)]) == 0
    before = (course / "anki.lock.json").read_bytes()
    seed = course / "seeds/bridges.md"
    text = seed.read_text("utf-8")
    seed.write_text(
        text.replace("# Beams\n", "# Beams\n\n**Guest:** Good morning to all of you.\n"), "utf-8"
    )
    titles = course / "course.yaml"
    titles.write_text(titles.read_text("utf-8") + "\nsections: {arches: Of arches}\n", "utf-8")
    assert run(["relink", "--write", "-C", str(course)]) == 0
    assert run(["build", "anki", "-q", "--locked", "-C", str(course)]) == 0
    assert (course / "anki.lock.json").read_bytes() == before


def test_the_same_words_by_another_speaker_change_the_card(tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(MINI, course, ignore=shutil.ignore_patterns("exports", "anki.lock.json"))
    assert run(["build", "anki", "-q", "-C", str(course)]) == 0
    seed = course / "seeds/bridges.md"
    seed.write_text(
        seed.read_text("utf-8").replace("**Ōta Kenji:** In Japan", "**Guest:** In Japan"), "utf-8"
    )
    assert run(["build", "anki", "--locked", "-C", str(course)]) == 1


def test_a_second_edit_on_the_same_day_is_one_second_newer(bank: Bank) -> None:
    first = build(bank)
    second = build(edited(bank, "gk-triangle", release=FIRST, explain="Other."), first)
    assert mods(second, "gk-triangle") == {midnight(FIRST) + 1}
    assert codes(second) == ["PQ608"]


def test_a_field_that_anki_does_not_show_is_not_a_change(bank: Bank) -> None:
    first = build(bank)
    second = build(edited(bank, "gk-triangle", enemies=["os-share"], points=3), first)
    assert second.report == "against the ledger: 12 unchanged"


def test_the_committed_ledger_builds_the_same_bytes(bank: Bank) -> None:
    first = build(bank)
    second = build(edited(bank, "gk-triangle", explain="Other."), first)
    again = build(edited(bank, "gk-triangle", explain="Other."), second)
    assert again.files == second.files
    assert ledger_of(again) == ledger_of(second)
    assert again.course_files == second.course_files


def locked(bank: Bank, previous: Export) -> Export:
    return anki.export(bank, committed(previous), today=TODAY, locked=True)


def test_an_outdated_ledger_is_an_error_that_names_what_changed(bank: Bank) -> None:
    first = build(bank)
    later = edited(bank, "gk-triangle", explain="Other.")
    built = locked(later, first)
    (fault,) = built.diagnostics
    assert fault.code == "PQ609"
    assert fault.message == "the ledger is out of date: `gk-triangle` is changed"
    assert not built.course_files
    assert not locked(later, build(later, first)).diagnostics


def test_a_missing_question_stops_the_build(bank: Bank) -> None:
    first = build(bank)
    built = export(without(bank, "os-share"), first)
    (fault,) = built.diagnostics
    assert (fault.code, fault.question, fault.place.path) == (
        "PQ602",
        "os-share",
        ("questions", "os-share"),
    )
    assert fault.message == (
        "`os-share` (numerical, "
        "“According to Osa, as of November 2012 in what percentage of the…”) "
        "was released on 2026-03-01 and is missing from the bank"
    )
    assert "status: retired" in fault.hint
    assert not built.files
    assert not built.course_files


def test_a_renamed_question_is_recognised(bank: Bank) -> None:
    first = build(bank)
    renamed = replace(
        bank,
        questions=tuple(
            item.model_copy(update={"id": "osa-share"}) if item.id == "os-share" else item
            for item in bank.questions
        ),
    )
    fault, *_ = export(renamed, first).diagnostics
    assert fault.hint == "`osa-share` reads the same: change its id back to `os-share`"


def test_an_id_cannot_change_its_kind_of_card(bank: Bank) -> None:
    first = build(bank)
    other = question("flashcard", "gk-robust", "What is robust?", answer="This.")
    built = export(replace(bank, questions=(*without(bank, "gk-robust").questions, other)), first)
    (fault,) = built.diagnostics
    assert fault.code == "PQ604"
    assert "has named the cloze" in fault.message
    assert "since 2026-03-01" in fault.message


def test_a_withdrawn_id_is_never_used_again(bank: Bank) -> None:
    first = build(bank)
    second = build(edited(bank, "gk-triangle", status="retired", reason="Wrong."), first)
    other = question(
        "flashcard", "gk-triangle", "Who was force commander in Bosnia?", answer="A general."
    )
    reused = replace(
        bank,
        questions=(*without(bank, "gk-triangle").questions, other),
        course=bank.course.model_copy(update={"release": SECOND}),
    )
    built = export(reused, second)
    (fault,) = built.diagnostics
    assert fault.code == "PQ604"
    assert fault.message.endswith("and was withdrawn on 2026-06-01; an id is never used again")


def test_a_question_may_come_back(bank: Bank) -> None:
    first = build(bank)
    second = build(edited(bank, "gk-triangle", status="retired", reason="Wrong."), first)
    third = build(edited(bank, "none", release=TODAY), second)
    assert not ledger_of(third).questions["gk-triangle"].retired
    assert mods(third, "gk-triangle") == {midnight(TODAY)}


def test_an_id_with_a_different_wording_is_a_warning(bank: Bank) -> None:
    first = build(bank)
    built = build(
        edited(bank, "gk-triangle", stem="How many battalions had UNAMIR?", answer="Three."), first
    )
    assert codes(built) == ["PQ605"]


def test_a_draft_that_learners_have_is_withheld(bank: Bank) -> None:
    first = build(bank)
    built = build(edited(bank, "gk-triangle", status="draft"), first)
    assert codes(built) == ["PQ607"]
    assert ledger_of(built).questions["gk-triangle"] == ledger_of(first).questions["gk-triangle"]
    assert "1 withheld" in built.report


def test_drafts_and_questions_retired_before_their_release_are_not_exported(bank: Bank) -> None:
    draft = edited(
        edited(bank, "gk-triangle", status="draft"), "os-share", status="retired", reason="Wrong."
    )
    built = build(draft)
    assert "gk-triangle" not in ledger_of(built).questions
    assert "os-share" not in ledger_of(built).questions
    assert ("retired before it was in any deck: not exported", "os-share") in [
        (note.reason, note.question) for note in built.notes
    ]


@pytest.mark.parametrize(
    ("release", "today", "code"),
    [(datetime.date(2026, 8, 2), TODAY, "PQ603"), (datetime.date(2026, 2, 1), TODAY, "PQ603")],
)
def test_a_release_date_is_not_in_the_future_and_never_goes_back(
    bank: Bank, release: datetime.date, today: datetime.date, code: str
) -> None:
    built = export(edited(bank, "none", release=release), build(bank), today)
    assert codes(built) == [code]
    assert not built.files


def test_a_ledger_from_the_future_is_refused(bank: Bank) -> None:
    built = export(bank, build(bank), FIRST - datetime.timedelta(days=1))
    assert "PQ601" in codes(built)


def test_a_course_keeps_its_short_name(bank: Bank) -> None:
    assert codes(export(make_bank(short="other"), build(bank))) == ["PQ606"]


DAMAGED = {
    "{": "the ledger is damaged",
    "[1]": "it is not a JSON object",
    "{}": "has format None",
    '{"format": 2}': "has format 2",
    '{"format": 1, "course": 7}': "the ledger is damaged",
    '{"format": 1, "questions": {"a": {}}}': "is missing",
    '{"format": 1, "notetypes": {"recall": {"hash": "xyz", "mod": 1}}}': "`hash` cannot be `xyz`",
    '{"format": 1, "course": "a", "course": "b"}': "duplicate key",
    '{"format": 1,\n<<<<<<< ours\n': "unresolved merge conflict",
    "[" * 100_000: "the ledger is damaged",
}


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_ledger_is_an_error_with_a_hint(text: str) -> None:
    ledger, faults = anki.parse(text)
    assert ledger is None
    assert {fault.code for fault in faults} == {"PQ601"}
    assert DAMAGED[text] in faults[0].message
    assert faults[0].hint


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(
        lambda text: ('{"format": 1, "questions": {"a": ' + text + "}}").encode()
    )
)
def test_parsing_never_raises(raw: bytes) -> None:
    ledger, faults = anki.parse(raw)
    assert (ledger is None) == bool(faults)


@pytest.mark.parametrize(
    ("known", "today", "expected"),
    [
        ({}, ["a", "b"], "1 2"),
        ({"1": "alpha", "2": "beta"}, ["beta", "alpha"], "2 1"),
        ({"1": "alpha", "2": "beta"}, ["alpha", "gamma", "beta"], "1 3 2"),
        ({"1": "the first corner", "2": "beta"}, ["the first corners", "beta"], "1 2"),
        ({"1": "alpha", "2": "beta"}, ["alpha", "entirely other"], "1 2"),
        ({"1": "alpha", "2": "beta"}, ["beta"], "2"),
        ({"1": "same", "2": "same"}, ["same", "same"], "1 2"),
    ],
)
def test_parts_keep_their_numbers(known: dict[str, str], today: list[str], expected: str) -> None:
    assert " ".join(part_numbers(today, known)) == expected


def test_the_number_of_a_dropped_part_is_used_only_if_it_returns() -> None:
    known = {"1": "alpha", "2": "beta"}
    assert part_numbers(["alpha", "new"], known, ["2"]) == ("1", "3")
    assert part_numbers(["alpha", "beta"], known, ["2"]) == ("1", "2")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.text(min_size=1, max_size=8), max_size=6),
    st.lists(st.text(min_size=1, max_size=8), max_size=6),
)
def test_part_numbers_are_unique(before: list[str], after: list[str]) -> None:
    first = dict(zip(part_numbers(before, {}), before, strict=True))
    second = part_numbers(after, first)
    assert len(set(second)) == len(after)


def test_changes_are_listed_for_learners(bank: Bank) -> None:
    first = build(bank)
    later = edited(
        edited(bank, "gk-triangle", explain="Other."),
        "os-share",
        status="retired",
        reason="Counted *again*.",
    )
    new = question(
        "choice", "gk-new", "What is `new` <b>here</b>, 2\\*3\\*4?", options=options("A", "B")
    )
    second = build(replace(later, questions=(*later.questions, new)), first)
    assert second.files["anki/CHANGES.md"].decode() == (
        "# What is new: UN Peacekeeping\n\n"
        "Edition of 2026-06-01.\n\n"
        "1 new, 1 changed, 1 withdrawn, 10 unchanged.\n\n"
        "## New (1)\n\n"
        "- What is new \\<b\\>here\\</b\\>, 2\\*3\\*4? "
        "(Keynote Speech: The Challenges of UN Peacekeeping, `gk-new`)\n\n"
        "## Changed (1)\n\n"
        "- In Gordon's triangle, what does each corner do? "
        "(Keynote Speech: The Challenges of UN Peacekeeping, `gk-triangle`)\n\n"
        "## Withdrawn (1)\n\n"
        "- According to Osa, as of November 2012 in what percentage of the… (`os-share`)\n"
        "  Reason: Counted again.\n\n"
        "## How to update\n\n"
        f"{HOW_TO_UPDATE_TEXT}\n"
        "## Earlier editions\n\n| edition | new |\n|---|---|\n| 2026-03-01 | 12 |\n"
    )
    again = build(replace(later, questions=(*later.questions, new)), second)
    assert again.files == second.files
