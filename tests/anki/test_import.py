"""Decks in a real Anki: their contents, its database check, and both sides of every card."""

from __future__ import annotations

import re

from pkoquiz.exporters.anki.decks import LONGEST, deck_names
from pkoquiz.model.bank import Bank

from .conftest import Learner
from .course import make_bank, release


def test_every_note_and_card_arrives_and_check_database_adds_none(
    learner: Learner, bank: Bank
) -> None:
    learner.imports(release(bank))
    col = learner.collection
    # 6 recall, 2 choice, 3 pairs, 4 steps, 2 gaps, 2 terms of which one has two cards; the essay
    # and the question with `deck: false` are left out.
    assert col.note_count() == 5 + 2 + 1 + 1 + 1 + 2
    before = col.card_count()
    assert before == 5 + 2 + 3 + 4 + 2 + 3
    report = learner.check_database()
    assert col.card_count() == before, report
    assert not col.get_empty_cards().notes
    assert {
        kind.name for kind in col.models.all_names_and_ids() if kind.name.startswith("pkoquiz")
    } == {f"pkoquiz pko: {kind}" for kind in ("Recall", "Choice", "Cloze", "Parts", "Term")}


def inspect_cards(learner: Learner) -> int:
    """Inspect both sides of every card and return the number of cards."""
    col = learner.collection
    numbers = col.find_cards("")
    for number in numbers:
        card = col.get_card(number)
        output = card.render_output(reload=True)
        name = f"{card.note()['Id']} {card.ord}"
        for side in (output.question_text, output.answer_text):
            assert "The front of this card is blank" not in side, name
            assert "template" not in side.lower().replace("<template", ""), name
            assert "{{" not in side, name
            assert not re.search(r"&amp;(?:lt|gt|amp|#\d+);", side), name
            text = re.sub(r"<script>.*?</script>|<[^>]+>", " ", side, flags=re.DOTALL)
            assert not re.search(r"\*\w|\w\*|!\[|\]\(|__\w", text), (name, text)
        assert 'class="pko-source"' in output.answer_text, name
        assert 'class="pko-source"' not in output.question_text, name
        assert not card.is_empty() if hasattr(card, "is_empty") else True
    return len(numbers)


def test_every_side_of_every_card_is_complete(learner: Learner, bank: Bank) -> None:
    learner.imports(release(bank))
    assert inspect_cards(learner) == 19


def test_mini_course(learner: Learner, mini: Bank) -> None:
    learner.imports(release(mini))
    assert inspect_cards(learner) > 10


def test_shipped_course(learner: Learner, shipped: Bank) -> None:
    learner.imports(release(shipped))
    before = learner.collection.card_count()
    learner.check_database()
    assert learner.collection.card_count() == before
    assert inspect_cards(learner) == before


def test_decks_are_the_sections_of_the_course(learner: Learner, bank: Bank) -> None:
    learner.imports(release(bank))
    names = {deck.name: deck.id for deck in learner.collection.decks.all_names_and_ids()}
    assert set(names) - {"Default"} == {
        "UN Peacekeeping",
        "UN Peacekeeping::01 Keynote Speech: The Challenges of UN Peacekeeping",
        "UN Peacekeeping::02 Panel Discussion",
        "UN Peacekeeping::00 Glossary",
    }
    description = learner.collection.decks.get(names["UN Peacekeeping"])["desc"]
    assert "Edition 1 of 1 March 2026" in description
    assert "Second International Peace and Security Symposium, 2012." in description


def test_new_cards_come_in_teaching_order(learner: Learner, bank: Bank) -> None:
    learner.imports(release(bank))
    col = learner.collection
    order = [
        col.get_card(number).note()["Id"]
        for number in col.find_cards("deck:UN*", order="c.due, c.ord")
    ]
    assert list(dict.fromkeys(order)) == [
        "term-dsrsg",
        "term-unamir",
        "gk-who-implements",
        "hc-three-tests",
        "kl-in-charter",
        "ka-documents",
        "kl-unamir-order",
        "gq-line",
        "os-share",
        "gk-robust",
        "gk-triangle",
        "gk-not-peacekeeping",
    ]


def test_names_of_media_depend_on_their_content(learner: Learner, bank: Bank) -> None:
    learner.imports(release(bank))
    note = learner.note("gk-triangle")
    picture = re.search(r'<img src="(pko-[0-9a-f]{8}\.svg)" alt="The triangle">', note["Answer"])
    sound = re.search(r"\[sound:(pko-[0-9a-f]{8}\.mp3)\]", note["Explanation"])
    assert picture
    assert sound
    assert learner.collection.media.have(picture[1])
    assert learner.collection.media.have(sound[1])
    checked = learner.collection.media.check()
    assert not checked.missing
    assert not checked.unused


def test_missing_media_are_replaced_by_their_description(learner: Learner) -> None:
    bank = make_bank()
    bare = type(bank)(bank.course, bank.transcripts, bank.questions, bank.terms, {})
    learner.imports(release(bare))
    assert "[The triangle]" in learner.note("gk-triangle")["Answer"]


def test_cards_are_created_on_the_date_of_the_release(learner: Learner, bank: Bank) -> None:
    learner.imports(release(bank))
    assert learner.note("gk-triangle").id // 86_400_000 * 86_400 == 1772323200  # 2026-03-01


def test_sections_beyond_fifty_share_the_deck_of_the_course() -> None:
    bank = make_bank(sections={f"s{number}": f"Section {number}" for number in range(80)})
    names = deck_names(bank, list(bank.sections), {})
    assert len(names) == 51
    assert names["s3"] == "UN Peacekeeping::06 Section 3"


def test_decks_with_cards_are_numbered_and_long_titles_end_at_a_word() -> None:
    bank = make_bank(sections={"far": "word " * 40, "further": "x" * 200})
    taught = [slug for slug in bank.sections if slug not in ("far", "further")][1:]
    names = deck_names(bank, [*taught, "far", "further"], {})
    numbers = [
        name.partition("::")[2].split(" ")[0]
        for slug, name in names.items()
        if slug in bank.sections
    ]
    assert numbers == [f"{number:02}" for number in range(1, len(taught) + 3)]
    assert names["far"].endswith("word word…")
    assert all(len(name.partition("::")[2]) <= LONGEST + 4 for name in names.values())
    late = deck_names(bank, [*bank.sections], names)
    assert {slug: late[slug] for slug in names} == names, "known names are kept"


def test_titles_cannot_make_subdecks() -> None:
    bank = make_bank(title='A::B "C"', sections={"odd": "x:::y"})
    assert deck_names(bank, ["odd"], {}) == {"": "A:B C", "odd": "A:B C::01 x:y"}
    named = make_bank(anki={"deck": "UN::Peacekeeping"})
    assert deck_names(named, [], {}) == {"": "UN::Peacekeeping"}
