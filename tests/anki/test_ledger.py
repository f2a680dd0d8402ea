"""The ledger: what a build remembers, and what it refuses."""

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
from pkoquiz.exporters.anki.numbering import numbers
from pkoquiz.exporters.anki.stamps import midnight
from pkoquiz.model.bank import Bank

from .course import FIRST, SECOND, TODAY, build, edited, make_bank, options, question

MINI = Path(__file__).parents[1] / "mini"


def codes(built: anki.Built) -> list[str]:
    return [fault.code for fault in built.diagnostics]


def mods(ledger: anki.Ledger, id: str) -> set[int]:
    return {stamp.mod for stamp in ledger.questions[id].notes.values()}


def without(bank: Bank, id: str) -> Bank:
    return replace(bank, questions=tuple(each for each in bank.questions if each.id != id))


def test_writing_reads_well_and_back(bank: Bank) -> None:
    built = build(make_bank(questions=bank.questions[:1], terms=()))
    text = anki.dump(built.ledger)
    lines = text.splitlines()
    assert [line for line in lines if "gk-who" in line] == [
        '    "gk-who-implements": {"type": "choice", "shape": "recall", '
        '"words": "In Gordon\'s \\"fragile triangular dynamic\\", who implements what the…", '
        '"since": "2026-03-01", "changed": "2026-03-01", '
        f'"notes": {{"": {{"hash": "{built.ledger.questions["gk-who-implements"].notes[""].hash}", "mod": 1772323200}}}}}}'
    ]
    assert anki.parse(text) == (built.ledger, [])
    assert anki.parse(b"") == (anki.Ledger(), [])


def test_a_new_note_carries_the_release_date(bank: Bank) -> None:
    assert mods(build(bank).ledger, "ka-documents") == {midnight(FIRST)}


def test_only_what_changed_gets_the_new_date(bank: Bank) -> None:
    first = build(bank)
    second = build(edited(bank, "gk-triangle", explain="Other."), first.ledger)
    assert mods(second.ledger, "gk-triangle") == {midnight(SECOND)}
    assert mods(second.ledger, "os-share") == {midnight(FIRST)}
    assert second.ledger.questions["gk-triangle"].since == FIRST
    assert second.ledger.questions["gk-triangle"].changed == SECOND
    assert [
        (change.what, change.id) for change in second.changes if change.what != "unchanged"
    ] == [("changed", "gk-triangle")]


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


def test_the_same_words_from_another_mouth_change_the_card(tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(MINI, course, ignore=shutil.ignore_patterns("exports", "anki.lock.json"))
    assert run(["build", "anki", "-q", "-C", str(course)]) == 0
    seed = course / "seeds/bridges.md"
    seed.write_text(
        seed.read_text("utf-8").replace("**Ōta Kenji:** In Japan", "**Guest:** In Japan"), "utf-8"
    )
    assert run(["build", "anki", "--locked", "-C", str(course)]) == 1


def test_a_second_edit_on_one_day_is_a_second_newer(bank: Bank) -> None:
    first = build(bank)
    second = build(edited(bank, "gk-triangle", release=FIRST, explain="Other."), first.ledger)
    assert mods(second.ledger, "gk-triangle") == {midnight(FIRST) + 1}
    assert codes(second) == ["PQ608"]


def test_what_anki_cannot_see_is_no_change(bank: Bank) -> None:
    first = build(bank)
    second = build(edited(bank, "gk-triangle", enemies=["os-share"], points=3), first.ledger)
    assert {change.what for change in second.changes} == {"unchanged"}


def test_the_committed_ledger_builds_the_same_bytes(bank: Bank) -> None:
    first = build(bank)
    second = build(edited(bank, "gk-triangle", explain="Other."), first.ledger)
    again = build(edited(bank, "gk-triangle", explain="Other."), second.ledger)
    assert again.export.files == second.export.files
    assert again.ledger == second.ledger
    assert anki.stale(anki.dump(second.ledger), again) == []


def test_a_stale_ledger_is_an_error_that_names_what_moved(bank: Bank) -> None:
    first = build(bank)
    second = build(edited(bank, "gk-triangle", explain="Other."), first.ledger)
    (fault,) = anki.stale(anki.dump(first.ledger), second)
    assert (fault.code, fault.message) == ("PQ609", "the ledger is stale: `gk-triangle` is changed")


def test_a_vanished_question_stops_the_build(bank: Bank) -> None:
    first = build(bank)
    built = anki.export(without(bank, "os-share"), first.ledger, today=TODAY)
    (fault,) = built.diagnostics
    assert (fault.code, fault.question, fault.place.path) == (
        "PQ602",
        "os-share",
        ("questions", "os-share"),
    )
    assert fault.message == (
        "`os-share` (numerical, “According to Osa, as of November 2012 in how many per cent of the…”) "
        "was handed out 2026-03-01 and is missing from the bank"
    )
    assert "status: retired" in fault.hint
    assert not built.export.files
    assert built.ledger == first.ledger


def test_a_renamed_question_is_recognised(bank: Bank) -> None:
    first = build(bank)
    renamed = replace(
        bank,
        questions=tuple(
            each.model_copy(update={"id": "osa-share"}) if each.id == "os-share" else each
            for each in bank.questions
        ),
    )
    fault, *_ = anki.export(renamed, first.ledger, today=TODAY).diagnostics
    assert fault.hint == "`osa-share` reads the same: give it back the id `os-share`"


def test_an_id_cannot_change_its_kind_of_card(bank: Bank) -> None:
    first = build(bank)
    other = question("flashcard", "gk-robust", "What is robust?", answer="This.")
    built = anki.export(
        replace(bank, questions=(*without(bank, "gk-robust").questions, other)),
        first.ledger,
        today=TODAY,
    )
    (fault,) = built.diagnostics
    assert fault.code == "PQ604"
    assert "names the cloze" in fault.message
    assert "since 2026-03-01" in fault.message


def test_a_withdrawn_id_is_never_used_again(bank: Bank) -> None:
    first = build(bank)
    second = build(edited(bank, "gk-triangle", status="retired", reason="Wrong."), first.ledger)
    other = question(
        "flashcard", "gk-triangle", "Who was force commander in Bosnia?", answer="A general."
    )
    built = anki.export(
        replace(
            bank,
            questions=(*without(bank, "gk-triangle").questions, other),
            course=bank.course.model_copy(update={"release": SECOND}),
        ),
        second.ledger,
        today=TODAY,
    )
    (fault,) = built.diagnostics
    assert fault.code == "PQ604"
    assert fault.message.endswith("and was withdrawn 2026-06-01: an id is never used again")


def test_a_question_may_come_back(bank: Bank) -> None:
    first = build(bank)
    second = build(edited(bank, "gk-triangle", status="retired", reason="Wrong."), first.ledger)
    third = build(edited(bank, "none", release=TODAY), second.ledger)
    assert not third.ledger.questions["gk-triangle"].retired
    assert mods(third.ledger, "gk-triangle") == {midnight(TODAY)}


def test_another_wording_under_an_id_is_asked_about(bank: Bank) -> None:
    first = build(bank)
    built = build(
        edited(bank, "gk-triangle", stem="How many battalions had UNAMIR?", answer="Three."),
        first.ledger,
    )
    assert codes(built) == ["PQ605"]


def test_a_draft_that_learners_have_is_withheld(bank: Bank) -> None:
    first = build(bank)
    built = build(edited(bank, "gk-triangle", status="draft"), first.ledger)
    assert codes(built) == ["PQ607"]
    assert built.ledger.questions["gk-triangle"] == first.ledger.questions["gk-triangle"]
    assert "withheld" in {change.what for change in built.changes}


def test_drafts_and_unborn_retired_questions_are_not_exported(bank: Bank) -> None:
    draft = edited(
        edited(bank, "gk-triangle", status="draft"), "os-share", status="retired", reason="Wrong."
    )
    built = build(draft)
    assert "gk-triangle" not in built.ledger.questions
    assert "os-share" not in built.ledger.questions
    assert ("retired before any deck had it: not exported", "os-share") in [
        (note.reason, note.question) for note in built.export.notes
    ]


@pytest.mark.parametrize(
    ("release", "today", "code"),
    [(datetime.date(2026, 8, 2), TODAY, "PQ603"), (datetime.date(2026, 2, 1), TODAY, "PQ603")],
)
def test_release_dates_neither_lie_ahead_nor_go_back(
    bank: Bank, release: datetime.date, today: datetime.date, code: str
) -> None:
    ledger = build(bank).ledger
    built = anki.export(edited(bank, "none", release=release), ledger, today=today)
    assert codes(built) == [code]
    assert not built.export.files


def test_a_ledger_from_the_future_is_refused(bank: Bank) -> None:
    ledger = build(bank).ledger
    built = anki.export(bank, ledger, today=FIRST - datetime.timedelta(days=1))
    assert "PQ601" in codes(built)


def test_a_course_keeps_its_short_name(bank: Bank) -> None:
    ledger = build(bank).ledger
    assert codes(anki.export(make_bank(short="other"), ledger, today=TODAY)) == ["PQ606"]


DAMAGED = {
    "{": "the ledger is damaged",
    "[1]": "it is not a JSON object",
    "{}": "has format None",
    '{"format": 2}': "has format 2",
    '{"format": 1, "course": 7}': "the ledger is damaged",
    '{"format": 1, "questions": {"a": {}}}': "is missing",
    '{"format": 1, "notetypes": {"recall": {"hash": "xyz", "mod": 1}}}': "`hash` cannot be `xyz`",
    '{"format": 1, "course": "a", "course": "b"}': "stands twice",
    '{"format": 1,\n<<<<<<< ours\n': "unresolved merge",
    "[" * 100_000: "the ledger is damaged",
}


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_ledger_is_a_clear_fault(text: str) -> None:
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
def test_no_ledger_makes_the_reader_raise(raw: bytes) -> None:
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
def test_parts_find_their_numbers(known: dict[str, str], today: list[str], expected: str) -> None:
    assert " ".join(numbers(today, known)) == expected


def test_a_dropped_part_takes_its_number_along() -> None:
    assert numbers(["alpha", "new"], {"1": "alpha", "2": "beta"}, ["2"]) == ("1", "3")
    assert numbers(["alpha", "beta"], {"1": "alpha", "2": "beta"}, ["2"]) == ("1", "2")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.text(min_size=1, max_size=8), max_size=6),
    st.lists(st.text(min_size=1, max_size=8), max_size=6),
)
def test_part_numbers_are_never_given_twice(before: list[str], after: list[str]) -> None:
    first = dict(zip(numbers(before, {}), before, strict=True))
    second = numbers(after, first)
    assert len(set(second)) == len(after)


def test_what_changed_is_told_to_learners(bank: Bank) -> None:
    first = build(bank)
    later = edited(
        edited(bank, "gk-triangle", explain="Other."),
        "os-share",
        status="retired",
        reason="Counted *anew*.",
    )
    new = question(
        "choice", "gk-new", "What is `new` <b>here</b>, 2\\*3\\*4?", options=options("A", "B")
    )
    second = build(replace(later, questions=(*later.questions, new)), first.ledger)
    assert second.export.files["anki/CHANGES.md"].decode() == (
        "# What is new: UN Peacekeeping\n\n"
        "Edition of 2026-06-01.\n\n"
        "1 new, 1 changed, 1 withdrawn, 10 as before.\n\n"
        "## New (1)\n\n"
        "- What is new \\<b\\>here\\</b\\>, 2\\*3\\*4? (Keynote Speech: The Challenges of UN Peacekeeping, `gk-new`)\n\n"
        "## Changed (1)\n\n"
        "- In Gordon's triangle, what does each corner do? (Keynote Speech: The Challenges of UN Peacekeeping, `gk-triangle`)\n\n"
        "## Withdrawn (1)\n\n"
        "- According to Osa, as of November 2012 in how many per cent of the… (`os-share`)\n"
        "  Reason: Counted anew.\n\n"
        "## How to update\n\n"
        "Import the newer file in Anki (File > Import) and leave the options as they are. Your progress stays:\n"
        "intervals, due dates, flags. A corrected card replaces the old one, together with what you wrote on it yourself; cards\n"
        "that did not change keep your notes and tags. Withdrawn cards stay where they are and say why they were\n"
        "withdrawn; suspend them when you like.\n\n"
        "## Earlier editions\n\n| edition | brought |\n|---|---|\n| 2026-03-01 | 12 |\n"
    )
    again = build(replace(later, questions=(*later.questions, new)), second.ledger)
    assert again.export.files == second.export.files
