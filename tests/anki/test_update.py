"""Updates arrive without harm: two editions in one Anki, with reviews and edits in between."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from pkoquiz.exporters import anki
from pkoquiz.exporters.anki.notetypes import note_types
from pkoquiz.model.bank import Bank

from .conftest import Learner
from .course import FIRST, edited, kinds, planned, question, release


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


def test_a_correction_reaches_a_learner_who_has_studied(learner: Learner, bank: Bank) -> None:
    first = release(bank)
    learner.imports(first)
    before = studied(learner)
    assert before[0]
    second = release(edited(first, "gk-who-implements", explain="Now *better* explained."))
    log = learner.imports(second)
    assert (len(log.new), len(log.updated), len(log.conflicting)) == (0, 1, 0)
    assert "Now <em>better</em> explained." in learner.text("gk-who-implements")
    assert kept(before, state(learner))


def test_every_question_and_term_delivers_a_correction(learner: Learner, bank: Bank) -> None:
    first = release(bank)
    learner.imports(first)
    later = first
    for item in (*bank.questions, *bank.terms):
        later = edited(later, item.id, note="Seen again.")
    learner.imports(release(later))
    numbers = learner.collection.find_notes("deck:UN*")
    assert all("Seen again." in learner.collection.get_note(number)["Remark"] for number in numbers)


@pytest.mark.parametrize("notetypes", [0, 1, 2])
@pytest.mark.parametrize("scheduling", [False, True])
def test_import_options(learner: Learner, bank: Bank, notetypes: int, scheduling: bool) -> None:
    """Corrections arrive under "if newer" and "always", and progress stays under all options."""
    edition = release(bank)
    learner.imports(edition)
    before = studied(learner)
    for count, (update, merge) in enumerate(itertools.product([0, 1, 2], [False, True]), 1):
        stem = f"What does each corner do, time {count}?"
        edition = release(edited(edition, "gk-triangle", explain=f"Version {count}.", stem=stem))
        learner.imports(
            edition,
            update_notes=update,
            update_notetypes=notetypes,
            merge_notetypes=merge,
            with_scheduling=scheduling,
        )
        arrived = f"Version {count}." in learner.text("gk-triangle")
        assert arrived == (update != 2), (update, merge)
        assert kept(before, state(learner))
    assert learner.collection.note_count() == 12


def test_the_same_deck_again_changes_nothing(learner: Learner, bank: Bank) -> None:
    first = release(bank)
    learner.imports(first)
    assert anki.export(release(first)).files == anki.export(first).files
    log = learner.imports(release(first))
    assert (len(log.new), len(log.updated)) == (0, 0)


def test_parts_of_one_question_are_never_shown_on_one_day(learner: Learner, bank: Bank) -> None:
    """Anki buries the siblings of a card that was answered, as the learner sets it."""
    col = learner.collection
    learner.imports(release(bank))
    notes = {name: learner.note(name) for name in ("ka-documents", "kl-unamir-order")}
    assert [len(note.cards()) for note in notes.values()] == [3, 4]
    config = col.decks.config_dict_for_deck_id(notes["ka-documents"].cards()[0].did)
    config["new"]["bury"] = True
    col.decks.update_config(config)
    col.decks.set_current(col.decks.id_for_name("UN Peacekeeping"))
    shown = []
    while card := col.sched.getCard():
        shown.append(card.note()["Id"])
        card.start_timer()
        col.sched.answerCard(card, 4)
    assert len(shown) == len(set(shown))
    assert {"ka-documents", "kl-unamir-order"} <= set(shown)


def test_a_pair_that_is_replaced_leaves_its_history_behind(learner: Learner, bank: Bank) -> None:
    first = release(bank)
    learner.imports(first)
    before = {card.ord: card.id for card in learner.note("ka-documents").cards()}
    (matching,) = (item for item in bank.questions if item.id == "ka-documents")
    pairs = list(matching.model_dump(exclude_defaults=True)["pairs"])
    pairs[1] = {"premise": "Brahimi Report (2000)", "response": "Task forces"}
    pairs[2] = {"premise": "Policy on Integration (2013)", "response": "One strategy"}
    second = planned(edited(first, "ka-documents", pairs=pairs))
    (change,) = [change for change in second.changes if change.kind != "unchanged"]
    assert change.added == ("Policy on Integration (2013) → One strategy",)
    assert [words[:16] for words in change.dropped] == ["Note of Guidance"]
    assert [new for _, new in change.reworded] == ["Brahimi Report (2000) → Task forces"]
    learner.imports(release(edited(first, "ka-documents", pairs=pairs)))
    note = learner.note("ka-documents")
    assert {card.ord: card.id for card in note.cards() if card.ord < 3} == before
    assert (note["Answer 2"], note["Answer 4"]) == ("Task forces", "One strategy")
    assert "This is no longer asked." in note["Prompt 3"]


def test_a_part_that_the_learner_does_not_have_says_so(learner: Learner, bank: Bank) -> None:
    first = release(bank)
    learner.imports(first)
    learner.edits("kl-unamir-order", My_notes="mine")
    learner.collection.db.execute("update notes set mod = ?", int(FIRST.timestamp()) + 3_000_000)
    (steps,) = (item for item in bank.questions if item.id == "kl-unamir-order")
    more = [*steps.model_dump()["sequence"], "The genocide ends."]
    second = release(edited(first, "kl-unamir-order", sequence=more))
    learner.imports(second)
    (new,) = (card for card in learner.note("kl-unamir-order").cards() if card.ord == 4)
    front = new.render_output(reload=True).question_text
    assert "This part was added after you changed the note" in front
    learner.imports(release(second, resend=["kl-unamir-order"]))
    assert learner.note("kl-unamir-order")["Answer 5"] == "The genocide ends."


def test_a_held_correction_is_sent_by_a_later_edition(learner: Learner, bank: Bank) -> None:
    first = release(bank)
    learner.imports(first)
    later = edited(first, "gk-triangle", explain="Later.")
    second = release(later, hold=["gk-triangle"])
    assert kinds(planned(later, hold=["gk-triangle"])) == {"gk-triangle": "held"}
    assert anki.export(second).report == "since edition 2: 1 held back"
    learner.imports(second)
    assert "Later." not in learner.text("gk-triangle")
    learner.imports(release(second, hold=[]))
    assert "Later." in learner.text("gk-triangle")


def test_a_new_look_arrives_and_a_new_style_alone_does_not(
    learner: Learner, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = release(bank)
    learner.imports(first)

    def style() -> str:
        (card,) = learner.note("os-share").cards()
        return str(card.render_output(reload=True).css)

    def with_look(style: str, front: str) -> None:
        changed = {
            kind: replace(
                note_type,
                style=note_type.style + style,
                templates=tuple(
                    replace(card, front=card.front + front) for card in note_type.templates
                ),
            )
            for kind, note_type in note_types("pko").items()
        }
        for module in ("pkoquiz.exporters.anki", "pkoquiz.exporters.anki.stamps"):
            monkeypatch.setattr(f"{module}.note_types", lambda course: changed)

    with_look("/* new */", "")
    second = release(first)
    learner.imports(second)
    assert "/* new */" not in style()
    with_look("/* new */", "<!-- another front -->")
    log = learner.imports(release(second))
    assert (len(log.updated), len(log.conflicting)) == (0, 0)
    assert "/* new */" in style()


def test_decks_keep_their_names_when_titles_change(learner: Learner, bank: Bank) -> None:
    first = release(bank)
    script = bank.transcripts[0]
    sections = tuple(
        replace(section, title=section.title + " (corrected)") for section in script.sections
    )
    renamed = bank.course.anki.model_copy(update={"deck": "Other"})
    course = bank.course.model_copy(update={"title": "Other", "anki": renamed})
    later = replace(first, course=course, transcripts=(replace(script, sections=sections),))
    second = release(later)
    assert second.ledger.decks == first.ledger.decks
    assert [
        note.reason for note in anki.export(second).notes if note.place.path == ("anki", "deck")
    ] == [
        "learners have the deck `UN Peacekeeping`: Anki matches decks by name, so it keeps its name"
    ]


def test_notes_of_a_preview_never_share_an_id_with_those_of_an_edition(
    learner: Learner, bank: Bank
) -> None:
    """The ids of a preview are a second later; many notes with many cards reach beyond that."""
    steps = [f"Step {number}" for number in range(10)]
    many = tuple(question("ordering", f"q-{n}", f"Order {n}.", sequence=steps) for n in range(80))
    first = release(replace(bank, questions=many))
    more = question("ordering", "q-new", "Order more.", sequence=steps)
    learner.imports(replace(first, questions=(more, *many)))
    assert learner.collection.note_count() == 83
