"""Updates arrive and do no harm: two releases in one Anki, with reviews and edits between them."""

from __future__ import annotations

import contextlib
import io
import itertools
import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pkoquiz.exporters.anki.notetypes import note_types
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Matching

from .conftest import Learner
from .course import build, edited, ledger_of, question


def studied(learner: Learner) -> dict[int, tuple[Any, ...]]:
    """Give all cards reviews, flags and FSRS states; return what must survive an update."""
    from anki.scheduler.v3 import CardAnswer

    col = learner.collection
    col.set_config("fsrs", True)
    col.sched.set_due_date(col.find_cards("is:new"), "3!")
    for number in col.find_cards("deck:UN*")[::2]:
        card = col.get_card(number)
        card.start_timer()
        states = col._backend.get_scheduling_states(card.id)
        col.sched.answer_card(
            col.sched.build_answer(card=card, states=states, rating=CardAnswer.GOOD)
        )
        col.set_user_flag_for_cards(3, [number])
    return state(learner)


def state(learner: Learner) -> dict[int, tuple[Any, ...]]:
    """Return the scheduling of each card by id, and the history under 0."""
    rows = learner.collection.db.all(
        "select id, did, type, queue, due, ivl, factor, reps, lapses, flags, data from cards"
    )
    history = learner.collection.db.all("select * from revlog order by id")
    return {row[0]: tuple(row[1:]) for row in rows} | {0: tuple(tuple(row) for row in history)}


def kept(before: dict[int, Any], after: dict[int, Any]) -> bool:
    return all(after.get(key) == value for key, value in before.items())


def test_an_edit_reaches_a_learner_who_has_studied(learner: Learner, bank: Bank) -> None:
    first = build(bank)
    learner.imports(first)
    before = studied(learner)
    assert before[0]
    second = build(edited(bank, "gk-who-implements", explain="Now *better* explained."), first)
    log = learner.imports(second)
    assert (len(log.new), len(log.updated), len(log.conflicting)) == (0, 1, 0)
    assert "Now <em>better</em> explained." in learner.text("gk-who-implements")
    assert kept(before, state(learner))


def test_every_question_and_term_delivers_an_edit(learner: Learner, bank: Bank) -> None:
    first = build(bank)
    learner.imports(first)
    later = bank
    for item in (*bank.questions, *bank.terms):
        later = edited(later, item.id, note="Seen again.")
    learner.imports(build(later, first))
    numbers = learner.collection.find_notes("deck:UN*")
    assert all("Seen again." in learner.collection.get_note(number)["Remark"] for number in numbers)


@pytest.mark.parametrize("notetypes", [0, 1, 2])
@pytest.mark.parametrize("scheduling", [False, True])
def test_import_options(learner: Learner, bank: Bank, notetypes: int, scheduling: bool) -> None:
    """Edits arrive and progress stays under "if newer" and "always"; "never" is respected."""
    first = build(bank)
    learner.imports(first)
    before = studied(learner)
    built = first
    for count, (update, merge) in enumerate(itertools.product([0, 1, 2], [False, True]), 1):
        bank = edited(
            bank,
            "gk-triangle",
            explain=f"Version {count}.",
            stem=f"What does each corner do, time {count}?",
        )
        built = build(bank, built)
        learner.imports(
            built,
            update_notes=update,
            update_notetypes=notetypes,
            merge_notetypes=merge,
            with_scheduling=scheduling,
        )
        arrived = f"Version {count}." in learner.text("gk-triangle")
        assert arrived == (update != 2), (update, merge)
        assert kept(before, state(learner))
    assert learner.collection.note_count() == 17


def test_unchanged_notes_keep_the_edits_of_the_learner(learner: Learner, bank: Bank) -> None:
    first = build(bank)
    learner.imports(first)
    mine = learner.note("os-share")
    mine["My notes"] = "mine"
    mine["Answer"] = "8.5, I remember it by 17 / 2"
    mine.tags.append("leech")
    learner.collection.update_note(mine)
    learner.imports(build(edited(bank, "gk-who-implements", explain="Other."), first))
    after = learner.note("os-share")
    assert (after["My notes"], after["Answer"]) == ("mine", "8.5, I remember it by 17 / 2")
    assert "leech" in after.tags


def test_the_same_deck_again_changes_nothing(learner: Learner, bank: Bank) -> None:
    first = build(bank)
    learner.imports(first)
    again = build(bank, first)
    assert again.files == first.files
    log = learner.imports(again)
    assert (len(log.new), len(log.updated)) == (0, 0)


def test_three_edits_on_the_same_release_day_all_arrive(learner: Learner, bank: Bank) -> None:
    built = build(bank)
    learner.imports(built)
    for count in range(3):
        bank = edited(bank, "gk-triangle", release=bank.course.release, explain=f"Edit {count}.")
        built = build(bank, built)
        learner.imports(built)
        assert f"Edit {count}." in learner.text("gk-triangle")
    assert [fault.code for fault in built.diagnostics] == ["PQ608"]


def test_a_new_question_arrives_and_others_stay(learner: Learner, bank: Bank) -> None:
    first = build(bank)
    learner.imports(first)
    extra = question("flashcard", "gk-new", "What is new?", answer="This.")
    later = replace(edited(bank, "none"), questions=(extra, *bank.questions))
    log = learner.imports(build(later, first))
    assert (len(log.new), len(log.updated)) == (1, 0)


def test_a_retired_question_stays_and_is_marked(learner: Learner, bank: Bank) -> None:
    first = build(bank)
    learner.imports(first)
    before = studied(learner)
    second = build(
        edited(bank, "os-share", status="retired", reason="Osa's figures were *counted* again."),
        first,
    )
    assert "1 retired" in second.report
    assert ledger_of(second).questions["os-share"].retired
    learner.imports(second)
    note = learner.note("os-share")
    assert "pkoquiz::retired" in note.tags
    front = note.cards()[0].render_output(reload=True).question_text
    assert "<b>Withdrawn.</b> Osa's figures were <em>counted</em> again." in front
    assert kept(before, state(learner))
    third = build(
        edited(bank, "os-share", status="retired", reason="Osa's figures were *counted* again."),
        second,
    )
    assert third.report == "against the ledger: 12 unchanged"


def test_new_learners_get_retired_questions_in_a_separate_deck(
    learner: Learner, bank: Bank
) -> None:
    first = build(bank)
    learner.imports(build(edited(bank, "os-share", status="retired", reason="Wrong."), first))
    card = learner.note("os-share").cards()[0]
    assert learner.collection.decks.name(card.did) == "UN Peacekeeping::Withdrawn"


def test_withdrawn_cards_are_shipped_suspended(bank: Bank, tmp_path: Path) -> None:
    """Anki applies it if a learner also imports the scheduling."""
    first = build(bank)
    built = build(edited(bank, "os-share", status="retired", reason="Wrong."), first)
    (apkg,) = (content for name, content in built.files.items() if name.endswith(".apkg"))
    with zipfile.ZipFile(io.BytesIO(apkg)) as archive:
        (tmp_path / "c.anki2").write_bytes(archive.read("collection.anki2"))
    with contextlib.closing(sqlite3.connect(tmp_path / "c.anki2")) as collection:
        rows = collection.execute(
            "select cards.queue, notes.tags like '%pkoquiz::retired%' "
            "from cards join notes on notes.id = nid"
        ).fetchall()
    assert {queue for queue, retired in rows if retired} == {-1}
    assert {queue for queue, retired in rows if not retired} == {0}


def test_a_retired_term_is_marked(learner: Learner, bank: Bank) -> None:
    first = build(bank)
    learner.imports(first)
    learner.imports(build(edited(bank, "term-unamir", status="retired", reason="Not used."), first))
    assert learner.note("term-unamir")["Withdrawn"] == "Not used."


def test_an_inserted_pair_moves_no_history(learner: Learner, bank: Bank) -> None:
    first = build(bank)
    learner.imports(first)
    before = {name: learner.note(f"ka-documents · {name}").id for name in "123"}
    (matching,) = (item for item in bank.questions if item.id == "ka-documents")
    assert isinstance(matching, Matching)
    pairs = [pair.model_dump(exclude_defaults=True) for pair in matching.pairs]
    pairs[0]["premise"] = "*Renewing the UN* (1997)"
    pairs.insert(
        1, {"premise": "Note of Guidance (2000)", "response": "A DSRSG who may also be RC and HC"}
    )
    second = build(edited(bank, "ka-documents", pairs=pairs), first)
    learner.imports(second)
    assert {name: learner.note(f"ka-documents · {name}").id for name in "123"} == before
    assert "Renewing the UN" in learner.note("ka-documents · 1")["Question"]
    assert learner.note("ka-documents · 4")["Answer"] == "A DSRSG who may also be RC and HC"
    third = build(edited(bank, "ka-documents", pairs=pairs[1:]), second)
    learner.imports(third)
    gone = learner.note("ka-documents · 1")
    assert gone["Withdrawn"] == "This part is no longer asked."
    assert "pkoquiz::retired" in gone.tags
    assert "Renewing the UN (1997)" in gone["Question"]


def test_an_inserted_gap_moves_no_history(learner: Learner, bank: Bank) -> None:
    first = build(bank)
    learner.imports(first)
    cards = {card.ord: card.id for card in learner.note("gk-robust").cards()}
    gaps = [{"answers": ["Gordon"]}, {"answers": ["imposing"]}, {"answers": ["yielding"]}]
    second = build(
        edited(
            bank, "gk-robust", stem='{{1}}: "Neither {{2}} force nor {{3}} to force".', gaps=gaps
        ),
        first,
    )
    learner.imports(second)
    note = learner.note("gk-robust")
    assert (
        note["Text"]
        == '<p>{{c3::Gordon}}: "Neither {{c1::imposing}} force nor {{c2::yielding}} to force".</p>'
    )
    assert {card.ord: card.id for card in note.cards() if card.ord < 2} == cards
    assert len(note.cards()) == 3


def test_a_new_look_arrives_without_touching_a_note(
    learner: Learner, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(bank)
    learner.imports(first)
    changed = {
        kind: replace(note_type, style=note_type.style + "/* new look */")
        for kind, note_type in note_types().items()
    }
    for module in ("stamps", "package"):
        monkeypatch.setattr(f"pkoquiz.exporters.anki.{module}.note_types", lambda: changed)
    log = learner.imports(build(edited(bank, "none"), first))
    assert (len(log.updated), len(log.conflicting)) == (0, 0)
    assert "/* new look */" in learner.collection.models.by_name("pkoquiz Recall")["css"]


def test_decks_keep_their_names_when_titles_change(learner: Learner, bank: Bank) -> None:
    first = build(bank)
    learner.imports(first)
    script = bank.transcripts[0]
    sections = tuple(
        replace(section, title=section.title + " (corrected)") for section in script.sections
    )
    later = replace(edited(bank, "none"), transcripts=(replace(script, sections=sections),))
    assert ledger_of(build(later, first)).decks == ledger_of(first).decks
