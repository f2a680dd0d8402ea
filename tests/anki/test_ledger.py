"""The ledger: what it records, what it refuses, and how two of them are merged."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkoquiz.editions.ledgerfile import dump, parse
from pkoquiz.editions.merging import merge
from pkoquiz.editions.parts import part_numbers
from pkoquiz.exporters import anki
from pkoquiz.exporters.anki.phrases import HOW_TO_UPDATE_TEXT
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import Ledger

from .course import (
    FIRST,
    SECOND,
    THIRD,
    edited,
    kinds,
    make_bank,
    options,
    planned,
    question,
    release,
    without,
)


def codes(bank: Bank) -> list[str]:
    return [fault.code for fault in planned(bank).diagnostics]


def reread(ledger: Ledger) -> Ledger:
    read, faults = parse(dump(ledger).encode())
    assert read is not None, faults
    return read


# --- the file -------------------------------------------------------------------------------------


def test_the_ledger_is_readable_and_reads_back(bank: Bank) -> None:
    ledger = release(make_bank(questions=bank.questions[:1], terms=())).ledger
    first, edition, *_, entry = dump(ledger).splitlines()
    assert first.endswith('"format": 2, "course": "pko"}')
    assert edition.startswith('{"edition": 1, "moment": "2026-03-01T09:30:00Z", "tool": "')
    assert json.loads(entry) == {
        "question": "gk-who-implements",
        "type": "choice",
        "shape": "recall",
        "words": 'In Gordon\'s "fragile triangular dynamic", who implements what the…',
        "digest": ledger.questions["gk-who-implements"].digest,
        "about": ledger.questions["gk-who-implements"].about,
        "history": {"2026-03-01T09:30:00Z": "new"},
    }
    whole = release(edited(release(bank), "ka-documents", explain="Other.")).ledger
    assert dump(reread(whole)) == dump(whole)
    assert parse(None) == (Ledger(), [])


def test_only_what_is_corrected_gets_the_new_moment(bank: Bank) -> None:
    second = release(edited(release(bank), "gk-triangle", explain="Other.")).ledger
    assert second.questions["gk-triangle"].stamp == SECOND
    assert second.questions["gk-triangle"].since == FIRST
    assert second.questions["os-share"].stamp == FIRST
    assert [edition.moment for edition in second.editions] == [FIRST, SECOND]


def test_an_edition_without_any_difference_is_none(bank: Bank) -> None:
    first = release(bank)
    assert planned(first).ledger == first.ledger


def test_a_build_says_what_differs_from_the_last_edition(bank: Bank) -> None:
    assert anki.export(bank).report == "a preview, before the first edition"
    first = release(bank)
    assert anki.export(first).report == "since edition 1: no card has changed"
    later = edited(edited(first, "gk-triangle", explain="Other."), "os-share", tags=["other"])
    report = "since edition 1: 1 corrected, 1 with other metadata only"
    assert anki.export(later).report == report


DAMAGED = {
    "": "its first line is missing",
    "{": "is damaged",
    "[1]": "unknown kind",
    "{}": "unknown kind",
    '{"format": 1}': "has format 1",
    '{"format": 3}': "has format 3",
    '{"format": 2, "course": 7}': "is damaged",
    '{"format": 2, "course": "a"}\n{"question": "a"}': "is missing",
    '{"format": 2, "course": "a"}\n{"format": 2, "course": "a"}': "two first lines",
    '{"format": 2, "course": "a"}\n<<<<<<< ours': "unresolved merge conflict",
    '{"format": 2, "course": "a"}\n'
    '{"edition": 2, "moment": "2026-03-01T00:00:00Z", "tool": "1"}': "in order",
    '{"format": 2, "course": "a"}\n'
    '{"notetype": "recall", "digest": "", "moment": "2026-03-01T00:00:00Z"}': "lacks the edition",
    "[" * 100_000: "is damaged",
}


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_ledger_is_an_error_with_a_hint(text: str) -> None:
    ledger, faults = parse(text.encode())
    assert ledger is None
    assert {fault.code for fault in faults} == {"PQ601"}
    assert DAMAGED[text] in faults[0].message
    assert faults[0].hint


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(
        lambda text: ('{"format": 2, "course": "a"}\n{"question": "a", ' + text + "}").encode()
    )
)
def test_parsing_and_merging_never_raise(raw: bytes) -> None:
    ledger, faults = parse(raw)
    assert (ledger is None) == bool(faults)
    text, faults = merge(raw)
    assert (text is None) == bool(faults)


# --- what contradicts it --------------------------------------------------------------------------


def test_a_missing_question_is_an_error(bank: Bank) -> None:
    (fault,) = planned(without(release(bank), "os-share")).diagnostics
    assert (fault.code, fault.question) == ("PQ602", "os-share")
    assert fault.message == (
        "`os-share` (numerical, "
        "“According to Osa, as of November 2012 in what percentage of the…”) "
        "was released on 2026-03-01 and is missing from the bank"
    )
    assert "status: retired" in fault.hint
    assert not anki.export(without(release(bank), "os-share")).files


def test_before_the_first_edition_ids_and_types_change_freely(bank: Bank) -> None:
    assert not anki.export(without(bank, "os-share")).diagnostics


def test_a_renamed_question_is_recognised(bank: Bank) -> None:
    first = release(bank)
    renamed = tuple(
        item.model_copy(update={"id": "osa-share"}) if item.id == "os-share" else item
        for item in bank.questions
    )
    fault, *_ = planned(replace(first, questions=renamed)).diagnostics
    assert fault.hint == "`osa-share` reads the same: change its id back to `os-share`"


def test_an_id_cannot_change_its_kind_of_card(bank: Bank) -> None:
    first = release(bank)
    other = question("flashcard", "gk-robust", "What is robust?", answer="This.")
    changed = replace(first, questions=(*without(bank, "gk-robust").questions, other))
    (fault,) = planned(changed).diagnostics
    assert fault.code == "PQ604"
    assert "has named the cloze" in fault.message
    assert "since 2026-03-01" in fault.message


def test_a_withdrawn_id_is_never_used_again(bank: Bank) -> None:
    second = release(edited(release(bank), "gk-triangle", status="retired", reason="Wrong."))
    stem = "Who was force commander in Bosnia?"
    other = question("flashcard", "gk-triangle", stem, answer="A general.")
    reused = replace(second, questions=(*without(bank, "gk-triangle").questions, other))
    (fault,) = planned(reused).diagnostics
    assert fault.code == "PQ604"
    assert fault.message.endswith("and was withdrawn; an id is never used again")


def test_an_id_with_a_different_wording_is_a_warning(bank: Bank) -> None:
    stem = "How many battalions had UNAMIR?"
    assert codes(edited(release(bank), "gk-triangle", stem=stem, answer="Three.")) == ["PQ605"]


def test_a_draft_that_learners_have_is_not_updated(bank: Bank) -> None:
    first = release(bank)
    draft = edited(first, "gk-triangle", status="draft")
    assert codes(draft) == ["PQ607"]
    assert kinds(planned(draft)) == {"gk-triangle": "withheld"}
    assert planned(draft).ledger == first.ledger


def test_drafts_and_questions_retired_before_their_edition_are_not_exported(bank: Bank) -> None:
    draft = edited(bank, "gk-triangle", status="draft")
    first = release(edited(draft, "os-share", status="retired", reason="Wrong."))
    assert "gk-triangle" not in first.ledger.questions
    assert "os-share" not in first.ledger.questions
    assert ("retired before it was in any deck: not exported", "os-share") in [
        (note.reason, note.question) for note in anki.export(first).notes
    ]


def test_a_course_keeps_its_short_name(bank: Bank) -> None:
    first = release(bank)
    other = replace(first, course=first.course.model_copy(update={"short": "other"}))
    assert codes(other) == ["PQ606"]


def test_a_question_that_has_had_too_many_parts_is_an_error(bank: Bank) -> None:
    names = [chr(code) * 5 for code in range(ord("a"), ord("z"))]
    current = bank
    for start in (0, 10):
        current = release(edited(current, "kl-unamir-order", sequence=names[start : start + 10]))
    assert codes(edited(current, "kl-unamir-order", sequence=names[14:24])) == ["PQ610"]


# --- parts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "today", "expected"),
    [
        ({}, ["a", "b"], "1 2"),
        ({"1": "alpha", "2": "beta"}, ["beta", "alpha"], "2 1"),
        ({"1": "alpha", "2": "beta"}, ["alpha", "gamma", "beta"], "1 3 2"),
        ({"1": "the first corner", "2": "beta"}, ["the first corners", "beta"], "1 2"),
        ({"1": "alpha", "2": "beta"}, ["alpha", "entirely other"], "1 3"),
        ({"1": "alpha", "2": "beta"}, ["beta"], "2"),
        ({"1": "same", "2": "same"}, ["same", "same"], "1 2"),
        ({"1": "Council → decides", "2": "Assembly → pays"}, ["Council → pays"], "1"),
        ({"1": "Secretary-General → names"}, ["General Assembly → names"], "2"),
        ({"1": "raised to 5,500 troops"}, ["raised to 270 troops"], "2"),
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
def test_part_numbers_are_unique_and_never_used_again(before: list[str], after: list[str]) -> None:
    first = dict(zip(part_numbers(before, {}), before, strict=True))
    second = part_numbers(after, first)
    assert len(set(second)) == len(after)


# --- merging --------------------------------------------------------------------------------------


def conflict(ours: Ledger, theirs: Ledger) -> bytes:
    """Return a file in which git has marked everything but the common lines as a conflict."""
    one, other = dump(ours).splitlines(), dump(theirs).splitlines()
    common = [line for line in one if line in other]
    ours_only = [line for line in one if line not in common]
    theirs_only = [line for line in other if line not in common]
    head, *rest = common
    marked = ["<<<<<<< HEAD", *ours_only, "=======", *theirs_only, ">>>>>>> other"]
    return "\n".join([head, *marked, *rest, ""]).encode()


def merged(ours: Ledger, theirs: Ledger) -> Ledger:
    text, faults = merge(conflict(ours, theirs))
    assert text is not None, faults
    return reread_text(text)


def reread_text(text: str) -> Ledger:
    ledger, faults = parse(text.encode())
    assert ledger is not None, faults
    return ledger


ITEMS = ("gk-triangle", "os-share", "ka-documents", "kl-unamir-order")
BRANCH = st.lists(st.tuples(st.sampled_from(ITEMS), st.sampled_from("abc")), max_size=3)


@settings(max_examples=40, deadline=None)
@given(BRANCH, BRANCH, st.booleans())
def test_a_merge_loses_no_stamp(
    ours: list[tuple[str, str]], theirs: list[tuple[str, str]], at_once: bool
) -> None:
    first = release(make_bank())
    ledgers = []
    for number, edits in enumerate((ours, theirs)):
        branch = first
        for count, (item, text) in enumerate(edits, 1):
            moment = FIRST.replace(day=1 + count * 2 + (0 if at_once else number))
            branch = edited(branch, item, explain=f"{text}.")
            branch = replace(branch, ledger=anki.release(branch, moment).ledger)
        ledgers.append(branch.ledger)
    one, other = ledgers
    both = merged(one, other)
    assert both == merged(other, one)
    assert {e.moment for e in both.editions} == {
        e.moment for ledger in ledgers for e in ledger.editions
    }
    for item, entry in both.questions.items():
        stamps = [ledger.questions[item].stamp for ledger in ledgers]
        assert entry.stamp == max(stamps)
        contents = {ledger.questions[item].digest for ledger in ledgers}
        if len(contents) == 1:
            assert entry.digest in contents
        assert entry.digest in ("", *contents)


def test_what_both_branches_sent_at_once_is_sent_again(bank: Bank) -> None:
    first = release(bank)
    ours = edited(first, "gk-triangle", explain="Ours.")
    theirs = edited(first, "gk-triangle", explain="Theirs.")
    both = merged(release(ours).ledger, release(theirs).ledger)
    assert kinds(planned(replace(ours, ledger=both))) == {"gk-triangle": "corrected"}
    assert kinds(planned(replace(theirs, ledger=both))) == {"gk-triangle": "corrected"}


def test_a_number_that_two_parts_had_is_used_for_neither(bank: Bank) -> None:
    first = release(bank)
    pairs = list(bank.questions[4].model_dump(exclude_defaults=True)["pairs"])
    new = [{"premise": "Capstone", "response": "robust"}, {"premise": "Agenda", "response": "1992"}]
    ours, theirs = (edited(first, "ka-documents", pairs=[*pairs, pair]) for pair in new)
    both = merged(release(ours).ledger, release(theirs).ledger)
    united = edited(replace(first, ledger=both), "ka-documents", pairs=[*pairs, *new])
    entry = release(united).ledger.questions["ka-documents"]
    assert list(entry.asked) == ["1", "2", "3", "5", "6"]


def test_a_merge_keeps_an_undamaged_ledger_as_it_is(bank: Bank) -> None:
    text = dump(release(bank).ledger)
    assert merge(text.encode()) == (text, [])


# --- CHANGES --------------------------------------------------------------------------------------


def test_changes_are_listed_for_each_earlier_edition(bank: Bank) -> None:
    first = release(bank)
    retired = edited(first, "os-share", status="retired", reason="Counted *again*.")
    second = release(retired)
    stem = "What is `new` <b>here</b>, 2\\*3\\*4?"
    new = question("choice", "gk-new", stem, options=options("A", "B"))
    later = edited(replace(second, questions=(*second.questions, new)), "gk-triangle", explain="O.")
    third = release(edited(later, "gq-line", tags=["other"]))
    assert third.ledger.last is not None
    assert third.ledger.last.moment == THIRD
    keynote = "Keynote Speech: The Challenges of UN Peacekeeping"
    since_second = (
        "**New (1)**\n\n"
        f"- What is new \\<b\\>here\\</b\\>, 2\\*3\\*4? ({keynote}, `gk-new`)\n\n"
        "**Corrected (1)**\n\n"
        f"- In Gordon's triangle, what does each corner do? ({keynote}, `gk-triangle`)\n\n"
    )
    withdrawn = (
        "**Withdrawn (1)**\n\n"
        "- According to Osa, as of November 2012 in what percentage of the… "
        f"({keynote}, `os-share`)\n  Reason: Counted again.\n\n"
    )
    assert anki.export(third).files["anki/CHANGES.md"].decode() == (
        "# What is new: UN Peacekeeping\n\n"
        "Edition 3 of 1 May 2026: 10 questions and 2 terms.\n\n"
        f"## If you have edition 2 of 1 April 2026\n\n{since_second}"
        f"## If you have edition 1 of 1 March 2026\n\n{since_second}{withdrawn}"
        "## If you are new\n\n"
        f"- Glossary: 2\n- {keynote}: 9\n- Panel Discussion: 1\n\n"
        f"## How to update\n\n{HOW_TO_UPDATE_TEXT}\n"
    )
