"""Edits of every kind, and their effect on learners with earlier, later or no notes of their own.

Each scenario is an edit of the course between its first and second edition. Each learner has the
first edition in a real Anki, has studied it, and imports the second.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from pkoquiz.editions.changes import ChangeKind
from pkoquiz.exporters import anki
from pkoquiz.model.bank import Bank

from .conftest import Learner
from .course import (
    FIRST,
    QUESTIONS,
    SECOND,
    TRIANGLE,
    edited,
    kinds,
    make_bank,
    planned,
    question,
    release,
    without,
)

HOUR = datetime.timedelta(hours=1)
OVERWRITING = ("corrected", "resent", "withdrawn", "returned")


def fields(id: str) -> dict[str, Any]:
    """Return the fields of a question as its author wrote them."""
    (item,) = (item for item in QUESTIONS if item.id == id)
    return item.model_dump(exclude_defaults=True)


def pairs() -> list[dict[str, Any]]:
    return list(fields("ka-documents")["pairs"])


def steps() -> list[str]:
    return list(fields("kl-unamir-order")["sequence"])


def gaps() -> list[dict[str, Any]]:
    return list(fields("gk-robust")["gaps"])


OTHER_PAIR = {"premise": "Capstone Doctrine (2008)", "response": "Principles of robust operations"}


@dataclass(frozen=True)
class Scenario:
    """An edit, and what the edition does to each item that it does not leave as it is."""

    name: str
    edit: Callable[[Bank], Bank]
    expected: dict[str, ChangeKind]

    def __repr__(self) -> str:
        return self.name


def edit(name: str, id: str, kind: ChangeKind | None, **changed: Any) -> Scenario:
    return Scenario(name, lambda bank: edited(bank, id, **changed), {id: kind} if kind else {})


def with_course(**changed: Any) -> Callable[[Bank], Bank]:
    return lambda bank: replace(bank, course=bank.course.model_copy(update=changed))


def with_titles(bank: Bank) -> Bank:
    (script,) = bank.transcripts
    sections = tuple(replace(section, title=f"{section.title}!") for section in script.sections)
    return replace(bank, transcripts=(replace(script, sections=sections),))


def with_speaker(bank: Bank) -> Bank:
    (script,) = bank.transcripts
    passages = tuple(replace(passage, speaker="General Gordon") for passage in script.passages)
    return replace(bank, transcripts=(replace(script, passages=passages),))


CARDS: dict[str, ChangeKind] = {
    item.id: "described"
    for item in make_bank().questions
    if item.id not in ("x-space", "gk-no-card")
}
TERMS: dict[str, ChangeKind] = {item.id: "described" for item in make_bank().terms}
CITING: dict[str, ChangeKind] = {**CARDS, "term-dsrsg": "described"}

SCENARIOS = [
    Scenario("nothing", lambda bank: bank, {}),
    edit("explanation", "gk-triangle", "corrected", explain="Better *explained*."),
    edit("stem", "gq-line", "corrected", stem="Which line does Gordon draw for companies?"),
    edit("answer", "os-share", "corrected", answer="8.53"),
    edit("option", "gk-who-implements", "corrected", options=[
        {"text": "The UN Secretariat", "correct": True}, {"text": "The Member States"},
    ]),
    edit("order of options", "gk-who-implements", "described",
         options=fields("gk-who-implements")["options"][::-1]),
    edit("note", "term-dsrsg", "corrected", note="There can be two."),
    edit("meaning", "term-unamir", "corrected", meaning="A mission in Rwanda"),
    edit("tags", "os-share", "described", tags=["figures"]),
    edit("difficulty", "os-share", "described", difficulty="hard"),
    edit("objective", "os-share", "described", objective="GK-7"),
    edit("section", "os-share", "described", section="panel"),
    edit("points and enemies", "os-share", "described", points=3, enemies=["gk-triangle"]),
    edit("a reason to waive a check", "os-share", None, waive={"S05": "short"}),
    edit("typing error in a quote", "gq-line", "described", sources=[
        {"passage": "keynote.p001", "quote": TRIANGLE.replace("Secretariat", "Secretariate")},
    ]),
    edit("other quote", "gq-line", "corrected", sources=[
        {"passage": "keynote.p001", "quote": "the Member States, who either pay or bleed."},
    ]),
    edit("quote of another passage", "gq-line", "described", sources=[
        {"passage": "panel.p007", "quote": TRIANGLE},
    ]),
    Scenario("language", with_course(language="en-GB"), {**CARDS, **TERMS}),
    Scenario("titles of sections", with_titles, {**CARDS, "term-dsrsg": "described"}),
    Scenario("name of a speaker", with_speaker, CITING),
    Scenario("title of the course", with_course(title="Peacekeeping"), {}),
    edit("pair replaced", "ka-documents", "corrected", pairs=[OTHER_PAIR, *pairs()[1:]]),
    edit("pair inserted", "ka-documents", "corrected", pairs=[OTHER_PAIR, *pairs()]),
    edit("pair dropped", "ka-documents", "corrected", pairs=pairs()[1:]),
    edit("pairs reversed", "ka-documents", "described", pairs=pairs()[::-1]),
    edit("response corrected", "ka-documents", "corrected",
         pairs=[{**pairs()[0], "response": "More authority for the SRSG"}, *pairs()[1:]]),
    edit("step inserted", "kl-unamir-order", "corrected",
         sequence=["Ten Belgian peacekeepers are killed.", *steps()]),
    edit("step dropped", "kl-unamir-order", "corrected", sequence=steps()[1:]),
    edit("steps reversed", "kl-unamir-order", "corrected", sequence=steps()[::-1]),
    edit("step reworded", "kl-unamir-order", "corrected",
         sequence=["The Security Council scales UNAMIR down to 270 soldiers.", *steps()[1:]]),
    edit("gap inserted", "gk-robust", "corrected",
         stem='{{1}} sums it up: "Neither {{2}} force nor {{3}} to force".',
         gaps=[{"answers": ["Gordon"]}, *gaps()]),
    edit("gap dropped", "gk-robust", "corrected",
         stem='Gordon sums it up as "Neither {{1}} force nor yielding to force".', gaps=gaps()[:1]),
    edit("question retired", "os-share", "withdrawn", status="retired", reason="Counted again."),
    edit("pairs retired", "ka-documents", "withdrawn", status="retired", reason="Not said."),
    edit("term retired", "term-unamir", "withdrawn", status="retired", reason="Not used."),
    edit("no card any more", "gk-triangle", "withdrawn", deck=False),
    edit("draft", "gk-triangle", "withheld", status="draft"),
    edit("second card added", "term-unamir", "corrected", reverse=True),
    edit("second card dropped", "term-dsrsg", "corrected", reverse=False),
    Scenario(
        "new question",
        lambda bank: replace(bank, questions=(
            question("flashcard", "gk-new", "What is new?", answer="This."), *bank.questions,
        )),
        {"gk-new": "new"},
    ),
]  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=repr)
def test_the_edition_says_what_it_does(scenario: Scenario) -> None:
    first = release(make_bank())
    assert kinds(planned(scenario.edit(first))) == scenario.expected


@pytest.mark.parametrize("scenario", SCENARIOS, ids=repr)
def test_the_same_edition_is_always_the_same_bytes(scenario: Scenario) -> None:
    second = release(scenario.edit(release(make_bank())))
    assert kinds(planned(second)).keys() <= {"gk-triangle"}  # the draft
    assert anki.export(second).files == anki.export(second).files
    assert planned(second).ledger == second.ledger


def studied(learner: Learner) -> dict[int, tuple[Any, ...]]:
    col = learner.collection
    for number in col.find_cards(""):
        col.sched.set_due_date([number], f"{number % 50 + 10}!")
    return state(learner)


def state(learner: Learner) -> dict[int, tuple[Any, ...]]:
    rows = learner.collection.db.all("select id, nid, did, ord, type, queue, due, ivl from cards")
    return {row[0]: tuple(row[1:]) for row in rows}


def write(learner: Learner, moment: datetime.datetime) -> None:
    """Write text on every note, and tag it as Anki does, at a given time."""
    for number in learner.collection.find_notes(""):
        note = learner.collection.get_note(number)
        note["My notes"] = "mine"
        note.tags.append("leech")
        learner.collection.update_note(note)
    learner.collection.db.execute("update notes set mod = ?", int(moment.timestamp()))


def is_mine(learner: Learner, id: str) -> bool:
    note = learner.note(id)
    return note["My notes"] == "mine" and "leech" in note.tags


def assert_unharmed(
    learner: Learner, before: dict[int, tuple[Any, ...]], asked: dict[int, tuple[str, str]]
) -> None:
    """Assert that all cards keep their history and their questions, and can be shown."""
    after = state(learner)
    assert {number: after.get(number) for number in before} == before
    guids = learner.collection.db.list("select guid from notes")
    assert len(guids) == len(set(guids))
    for number in after:
        card = learner.collection.get_card(number)
        front = card.render_output(reload=True).question_text
        if number in asked and "no longer asked" not in front:
            assert answer_of(card)[0] == asked[number][0]
    count = len(after)
    learner.check_database()
    assert learner.collection.card_count() == count


def answer_of(card: Any) -> tuple[str, str]:
    """Return what the history of a card is about: the id, and the premise of a pair, or a gap."""
    note = card.note()
    kind = note.note_type()["name"]
    if kind.endswith("Parts"):
        return note["Id"], note[f"Answer {card.ord + 1}"]
    return note["Id"], str(card.ord)


def asked_now(learner: Learner) -> dict[int, tuple[str, str]]:
    return {
        number: answer_of(learner.collection.get_card(number))
        for number in learner.collection.find_cards("")
    }


@pytest.mark.parametrize("scenario", SCENARIOS, ids=repr)
def test_a_learner_without_own_words_gets_every_correction(
    scenario: Scenario, learner: Learner, newcomer: Learner
) -> None:
    first = release(make_bank())
    learner.imports(first)
    before, asked = studied(learner), asked_now(learner)
    second = release(scenario.edit(first))
    learner.imports(second)
    assert_unharmed(learner, before, asked)
    newcomer.imports(second)
    for id, kind in scenario.expected.items():
        if kind in ("new", *OVERWRITING):
            assert learner.note(id).fields == newcomer.note(id).fields, (id, kind)
            shown = [card.render_output(reload=True) for card in learner.note(id).cards()]
            withdrawn = kind == "withdrawn"
            assert all(("Withdrawn." in one.question_text) == withdrawn for one in shown)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=repr)
def test_only_a_correction_replaces_own_words_from_before(
    scenario: Scenario, learner: Learner
) -> None:
    first = release(make_bank())
    learner.imports(first)
    write(learner, FIRST + HOUR)
    before, asked = studied(learner), asked_now(learner)
    second = release(scenario.edit(first))
    learner.imports(second)
    assert_unharmed(learner, before, asked)
    replaced = {id for id, kind in scenario.expected.items() if kind in OVERWRITING}
    known = {*first.ledger.questions, *first.ledger.terms}
    assert {id for id in known if not is_mine(learner, id)} == replaced


@pytest.mark.parametrize("scenario", SCENARIOS, ids=repr)
def test_own_words_from_after_the_edition_stay_until_it_is_sent_again(
    scenario: Scenario, learner: Learner
) -> None:
    first = release(make_bank())
    learner.imports(first)
    write(learner, SECOND + HOUR)
    before, asked = studied(learner), asked_now(learner)
    second = release(scenario.edit(first))
    learner.imports(second)
    assert_unharmed(learner, before, asked)
    known = {*first.ledger.questions, *first.ledger.terms}
    assert all(is_mine(learner, id) for id in known)
    replaced = [id for id, kind in scenario.expected.items() if kind in OVERWRITING]
    third = release(second, resend=replaced)
    learner.imports(third)
    assert_unharmed(learner, before, asked)
    assert [id for id in replaced if is_mine(learner, id)] == []


@pytest.mark.parametrize("scenario", SCENARIOS[::5], ids=repr)
def test_a_preview_overwrites_nothing_that_an_edition_would_not(
    scenario: Scenario, learner: Learner
) -> None:
    """The next edition always replaces it."""
    first = release(make_bank())
    learner.imports(scenario.edit(make_bank()))  # a preview before the first edition
    learner.imports(first)
    for note in map(learner.collection.get_note, learner.collection.find_notes("")):
        if note["Id"] in {**first.ledger.questions, **first.ledger.terms}:
            assert note.mod == int(FIRST.timestamp()), note["Id"]
    write(learner, FIRST + HOUR)
    learner.imports(scenario.edit(first))
    known = {*first.ledger.questions, *first.ledger.terms}
    assert all(is_mine(learner, id) for id in known), "a preview is older than own words"
    learner.imports(release(scenario.edit(first)))
    replaced = {id for id, kind in scenario.expected.items() if kind in OVERWRITING}
    assert {id for id in known if not is_mine(learner, id)} == replaced


def test_a_withdrawn_question_comes_back_and_others_never_had_it(
    learner: Learner, newcomer: Learner
) -> None:
    first = release(make_bank())
    second = release(edited(first, "os-share", status="retired", reason="Wrong."))
    third = release(replace(second, questions=first.questions))
    learner.imports(first)
    before = studied(learner)
    learner.imports(second)
    newcomer.imports(second)
    assert newcomer.collection.find_cards("Id:os-share") == []
    for one in (learner, newcomer):
        one.imports(third)
        (card,) = one.note("os-share").cards()
        assert "Withdrawn" not in card.render_output(reload=True).question_text
    assert {number: state(learner)[number] for number in before} == before


def test_a_missing_question_is_an_error() -> None:
    first = release(make_bank())
    assert [fault.code for fault in planned(without(first, "os-share")).diagnostics] == ["PQ602"]
