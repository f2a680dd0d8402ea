"""Which question makes which card, and what the card contains."""

import pytest

from pkoquiz.exporters import anki
from pkoquiz.exporters.anki.notes import CardNote, natural_shape, needs_options
from pkoquiz.exporters.anki.notetypes import FIELDS
from pkoquiz.exporters.anki.pieces import shown_options
from pkoquiz.exporters.anki.stamps import Plan, update
from pkoquiz.model.answers import task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import Edition
from pkoquiz.model.question import Choice, Question

from .course import FIRST, build, edited, make_bank, options, question, release, term


def notes(*questions: Question) -> list[CardNote]:
    return notes_of(make_bank(questions=questions, terms=()))


def notes_of(bank: Bank) -> list[CardNote]:
    plan = Plan(Edition(edition=1, moment=FIRST, tool="1"))
    return [stamped.note for stamped in update(bank, plan, no_media).stamped]


def no_media(path: str, description: str) -> str:
    return ""


def texts(question: Question) -> list[str]:
    """Return the options as the card shows them."""
    assert isinstance(question, Choice)
    return [option.text for option in shown_options(question.id, task_of(question))]


def fields(note: CardNote) -> dict[str, str]:
    return dict(zip(FIELDS[note.kind], note.fields, strict=True))


@pytest.mark.parametrize(
    "stem",
    [
        "Which of the following belongs to the triangle?",
        "Which of these tasks belong to traditional peacekeeping?",
        "Which two of these did he name?",
        "Which statement best describes robust peacekeeping?",
        "Which principle is NOT among the three?",
        "Which principle is **not** among the three?",
        "Robust peacekeeping means:",
        "The Secretariat",
        "Select all that apply.",
    ],
)
def test_stem_that_needs_its_options(stem: str) -> None:
    assert needs_options(stem)


@pytest.mark.parametrize(
    "stem",
    [
        "Who implements what the Security Council decides?",
        "Which principle does Osa add?",
        "In the following year the Council did what?",
        "How did the Council choose a force commander?",
        "Name Gordon's two red lines.",
        "What does he call the *fragile triangle*?",
    ],
)
def test_stem_that_can_be_answered_on_its_own(stem: str) -> None:
    assert not needs_options(stem)


@pytest.mark.parametrize(
    ("shape", "item"),
    [
        ("recall", question("choice", "q-1", "Who implements?", options=options("A", "B"))),
        ("choice", question("choice", "q-1", "Which of these?", options=options("A", "B"))),
        (
            "recall",
            question(
                "choice",
                "q-1",
                "Which of these?",
                options=options("A", "B"),
                card={"front": "F", "back": "B"},
            ),
        ),
        (
            "choice",
            question(
                "multiple",
                "q-1",
                "Which of these?",
                options=[*options("A", "B"), {"text": "C", "correct": True}],
            ),
        ),
        ("recall", question("truefalse", "q-1", "It is so.", answer=True)),
        ("cloze", question("cloze", "q-1", "The {{1}} decides.", gaps=[{"answers": ["Council"]}])),
        (
            "parts",
            question(
                "matching",
                "q-1",
                "Match.",
                pairs=[{"premise": "a", "response": "b"}, {"premise": "c", "response": "d"}],
            ),
        ),
        ("parts", question("ordering", "q-1", "Order.", sequence=["a", "b", "c"])),
        ("recall", question("shortanswer", "q-1", "What?", answers=["that"])),
        ("recall", question("numerical", "q-1", "How many?", answer="3")),
        (
            None,
            question(
                "essay",
                "q-1",
                "Discuss.",
                model_answer="Well.",
                rubric=[{"points": 1, "text": "it"}],
            ),
        ),
        ("recall", question("flashcard", "q-1", "What?", answer="That.")),
    ],
)
def test_shape(shape: str | None, item: Question) -> None:
    assert natural_shape(item) == shape


def test_recall_of_a_choice_question_folds_the_options_away() -> None:
    (note,) = notes(
        question(
            "choice", "q-1", "Who *implements*?", options=options("The Secretariat", "The Council")
        )
    )
    shown = fields(note)
    assert shown["Question"] == "<p>Who <em>implements</em>?</p>"
    assert shown["Answer"] == "The Secretariat"
    assert shown["Explanation"] == "<p>Right, The Secretariat it is.</p>"
    assert ">The other options</summary>" in shown["Feedback"]
    assert "No, The Council is something else." in shown["Feedback"]
    assert shown["Options"].count("<li") == 2
    assert note.cards == (0,)


def test_card_wording_replaces_the_stem_and_the_exam_question_is_folded_away() -> None:
    (note,) = notes(
        question(
            "choice",
            "q-1",
            "Which of these?",
            options=options("A", "B"),
            card={"front": "What does he say?", "back": "A *thing*."},
        )
    )
    shown = fields(note)
    assert shown["Question"] == "<p>What does he say?</p>"
    assert shown["Answer"] == "<p>A <em>thing</em>.</p>"
    assert shown["Options"] == ""
    assert shown["Explanation"] == ""
    assert ">As an exam question</summary>" in shown["Feedback"]
    assert "Which of these?" in shown["Feedback"]


def test_front_of_a_choice_card_does_not_reveal_the_answer() -> None:
    (note,) = notes(
        question(
            "choice", "q-1", "Which of these?", options=options("A", "B", "C"), explain="Because."
        )
    )
    shown = fields(note)
    assert note.kind == "choice"
    assert "Right" not in shown["Options"]
    assert "pko-right" not in shown["Options"]
    assert shown["Feedback"].count("pko-right") == 1
    assert shown["Answer"] == "A"


def test_options_are_shuffled_around_pins_and_numbers_are_sorted() -> None:
    letters = ["w", "x", "y", "z"]
    pinned = question(
        "choice",
        "q-1",
        "Which of these?",
        options=[*options(*letters), {"text": "none", "pin": True}],
    )
    assert texts(pinned) == ["y", "x", "z", "w", "none"]
    numbers = question("choice", "q-1", "How many of these?", options=options("5,500", "270", "14"))
    assert texts(numbers) == ["14", "270", "5,500"]
    fixed = question("choice", "q-1", "Which of these?", options=options(*letters), shuffle=False)
    assert texts(fixed) == letters


def test_matching_makes_a_card_for_each_pair() -> None:
    pairs = [
        {"premise": "Brahimi *Report*", "response": "task forces"},
        {"premise": "Note of Guidance", "response": "OCHA office"},
    ]
    (note,) = notes(
        question("matching", "q-1", "Match each.", pairs=pairs, extras=["three principles"])
    )
    shown = fields(note)
    assert note.cards == (0, 1)
    assert shown["Prompt 1"] == "Brahimi <em>Report</em>"
    assert (shown["Answer 1"], shown["Answer 2"]) == ("task forces", "OCHA office")
    assert (shown["Prompt 3"], shown["Source 3"]) == ("", "")
    assert shown["Options"].count("<li>") == 3


def test_ordering_asks_for_the_next_step() -> None:
    (note,) = notes(question("ordering", "q-1", "Order.", sequence=["one", "two", "three"]))
    shown = fields(note)
    assert [shown[f"Answer {number}"] for number in "123"] == ["one", "two", "three"]
    assert "What comes first?" in shown["Prompt 1"]
    assert "<li>one</li><li>two</li>" in shown["Prompt 3"]
    assert "three" not in shown["Prompt 3"]


def test_numerical_shows_the_calculation() -> None:
    (note,) = notes(
        question(
            "numerical",
            "q-1",
            "How many?",
            answer="-8.5",
            tolerance="0.2",
            unit="per cent",
            working="11 / 129",
            wrong=[{"value": 9, "feedback": "Rounded."}],
        )
    )
    shown = fields(note)
    assert shown["Answer"].startswith("−8.5 per cent")
    assert "Accepted: −8.7 to −8.3" in shown["Answer"]
    assert shown["Explanation"] == "<p>11 / 129</p>"
    assert "<b>9</b> <p>Rounded.</p>" in shown["Feedback"]


def test_cloze_makes_a_card_for_each_gap() -> None:
    gaps = [{"answers": ["imposing"], "hint": "a *verb*"}, {"answers": ["a::b}}", "giving in"]}]
    (note,) = notes(question("cloze", "q-1", "Neither **{{1}}** force nor {{2}}.", gaps=gaps))
    assert fields(note)["Text"] == (
        "<p>Neither <strong>{{c1::imposing::a verb}}</strong> force nor "
        "{{c2::a&#58;&#58;b&#125;&#125;}}.</p>"
    )
    assert note.cards == (0, 1)


def test_true_or_false_asks_for_the_reason() -> None:
    (note,) = notes(
        question(
            "truefalse",
            "q-1",
            "It is so.",
            answer=False,
            feedback={"true": "Why not.", "false": "Because."},
        )
    )
    shown = fields(note)
    assert shown["Answer"] == "False."
    assert shown["Explanation"] == "<p>Because.</p>"
    assert "If you said true" in shown["Feedback"]


@pytest.mark.parametrize("answer", [True, False])
def test_the_verdict_is_the_answer(answer: bool) -> None:
    feedback = {"true": "Said of true.", "false": "Said of false."}
    (note,) = notes(question("truefalse", "q-1", "It is so.", answer=answer, feedback=feedback))
    assert fields(note)["Answer"] == f"{answer}."
    assert fields(note)["Explanation"] == f"<p>{feedback[str(answer).lower()]}</p>"


def test_questions_without_cards_are_left_out_with_a_note() -> None:
    built = build(make_bank())
    assert "essay" not in built.counts
    assert [(note.question, note.reason) for note in built.notes] == [
        ("x-space", "an essay without a `card` makes no card"),
        ("gk-no-card", "`deck: false`: no card"),
    ]


def test_tags_of_a_card() -> None:
    (note,) = notes(question("flashcard", "q-1", "What?", answer="That."))
    assert note.tags == (
        "pkoquiz::bloom::understand",
        "pkoquiz::difficulty::medium",
        "pkoquiz::objective::GK-6",
        "pkoquiz::section::keynote",
        "pkoquiz::topic::mandates",
    )


def test_a_term_without_a_source_shows_its_first_use_or_says_that_there_is_none() -> None:
    terms = (
        term("t-cited", "DSRSG", "A deputy", sources=[source("either pay or bleed")]),
        term("t-used", "Member State", "A country in the United Nations"),
        term("t-not-used", "UNAMIR", "A mission in Rwanda"),
    )
    shown = {
        fields(note)["Id"]: fields(note)["Source"] for note in notes_of(make_bank((), terms=terms))
    }
    assert "either pay or bleed" in shown["t-cited"]
    assert "The transcript first uses the term here:" in shown["t-used"]
    assert "Member States, who either pay or bleed" in shown["t-used"]
    assert shown["t-not-used"] == '<p class="pko-source">Not from the transcript.</p>'


def source(quote: str) -> dict[str, str]:
    return {"passage": "keynote.p001", "quote": quote}


def test_the_second_card_of_a_term_is_made_only_if_asked_for() -> None:
    terms = (term("t-both", "A", "B", reverse=True), term("t-one", "C", "D"))
    both, one = notes_of(make_bank((), terms=terms))
    assert (both.cards, one.cards) == ((0, 1), (0,))
    assert (fields(both)["Reverse"], fields(one)["Reverse"]) == ("Which term means this?", "")


def test_the_exam_question_below_a_card_shows_open_gaps() -> None:
    card = {"front": "Who decides?", "back": "The Council"}
    gaps = [{"answers": ["Council"]}]
    (note,) = notes(question("cloze", "q-1", "The {{1}} decides.", gaps=gaps, card=card))
    assert "The <b>Council</b> decides." in fields(note)["Feedback"]
    assert "{{" not in "".join(note.fields)


def test_a_question_keeps_its_shape_when_only_its_wording_changes() -> None:
    first = release(make_bank())
    later = edited(first, "gk-who-implements", stem="Which of the following implements?")
    again = release(later)
    assert again.ledger.questions["gk-who-implements"].shape == "recall"
    assert ("keeps the kind of card that learners already have", "gk-who-implements") in [
        (note.reason, note.question) for note in anki.export(again).notes
    ]


def test_the_card_of_a_part_shows_the_words_that_prove_it_first(mini: Bank) -> None:
    (note,) = (note for note in notes_of(mini) if fields(note)["Id"] == "force-by-bridge")
    arch, cable = "An arch turns every load into compression.", "Suspension bridges do the opposite"
    for number, (first, second) in {"1": (arch, cable), "2": (cable, arch)}.items():
        proof, _, folded = fields(note)[f"Source {number}"].partition("More sources")
        assert first in proof
        assert second not in proof
        assert second in folded


def test_a_gap_that_a_card_cannot_hide_is_noted() -> None:
    gaps = [{"answers": ["arch"]}, {"answers": ["a.png"]}]
    picture = question(
        "cloze", "q-1", "An {{1}} is shown here: ![a map of {{2}}](media/triangle.svg)", gaps=gaps
    )
    built = build(make_bank(questions=(picture,)))
    assert [note.reason for note in built.notes] == [
        "a gap is inside a link or picture, where a card cannot hide it: not asked"
    ]
