"""Finding quotes, and explaining lost ones."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkoquiz.commands.course import read_course
from pkoquiz.model.passage import Erratum, Passage
from pkoquiz.quotes.find import find, slips_under, unquoted
from pkoquiz.quotes.lost import find_all
from pkoquiz.words import occurrences, size


def passage(name: str, text: str) -> Passage:
    return Passage(name, name.partition(".")[0], "Ada", "speech", text, (1, 1), "00000000")


BRIDGES = {
    each.id: each
    for each in (
        passage(
            "a.p001", "A beam bridge — the oldest of all — is “a trunk across a stream”, she said."
        ),
        passage(
            "a.p002",
            "An arch turns every load into compression; stone likes that, and it hates tension.",
        ),
        passage("b.p001", "Cables know nothing but tension."),
        passage("b.p002", "Again: cables know nothing but tension, nothing else."),
    )
}


def status(quote: str, home: str = "a.p001") -> tuple[str, tuple[str, ...]]:
    finding = find_all([(home, quote)], BRIDGES)[0]
    return finding.status, finding.passages


def test_quotation_marks_dashes_and_white_space_may_differ() -> None:
    assert status('the oldest of all - is "a trunk\n across a stream"')[0] == "exact"


def test_case_and_words_may_not_differ() -> None:
    assert status("The oldest of all")[0] == "changed"
    assert status("ridge")[0] == "missing", "half a word is not a quote"


def test_words_may_be_omitted_and_notes_inserted() -> None:
    assert status("A beam bridge … is “a trunk")[0] == "elided"
    assert status("A beam bridge ... a stream")[0] == "elided"
    assert status("A beam bridge [or plank] — the oldest")[0] == "exact"
    assert status("a trunk … A beam bridge")[0] != "elided", "the order is the speaker's"


def test_a_moved_quote_says_where_it_is() -> None:
    assert status("every load into compression") == ("moved", ("a.p002",))
    assert status("nothing but tension", "a.p002") == ("moved", ("b.p001", "b.p002"))
    assert status("nothing but tension", "b.p009") == ("moved", ("b.p001", "b.p002"))


def test_a_changed_quote_says_which_words_differ() -> None:
    finding = find_all([("a.p002", "An arch turns each load into compression")], BRIDGES)[0]
    assert finding.status == "changed"
    assert finding.differences == (("each", "every"),)


def test_omitted_words_are_not_a_difference() -> None:
    finding = find_all(
        [("a.p002", "An arch turns … into tension; stone likes … hates tension")], BRIDGES
    )[0]
    assert finding.differences == (("tension;", "compression;"),)


def test_words_that_were_moved_are_shown() -> None:
    text = "Two things hold: it turns every load, and you work the rest out. So it is."
    for quote, reads in (
        ("and you work out the rest", "and you work the rest out."),
        ("load every, and you work", "every load, and you work"),
    ):
        finding = find_all([("c.p001", quote)], {"c.p001": passage("c.p001", text)})[0]
        assert finding.reads == reads


def test_differences_keep_their_typography_and_show_the_passage() -> None:
    finding = find_all(
        [("a.p001", "the oldest of all - is “one trunk across a stream”, I said")], BRIDGES
    )[0]
    assert finding.differences == (("“one", "“a"), ("I said", "she said."))
    assert finding.reads == "the oldest of all — is “a trunk across a stream”, she said."


def test_punctuation_within_a_quote_is_a_difference() -> None:
    finding = find_all([("a.p002", "every load into compression stone likes that")], BRIDGES)[0]
    assert finding.differences == (("compression", "compression;"),)


def test_a_quote_across_two_passages_says_which() -> None:
    talk = {
        each.id: each
        for each in (
            passage("a.p001", "First the piers are set."),
            passage("a.p002", "Then the  beams are laid,"),
            Passage("a.s01", "a", "", "slide", "BEAMS", (1, 1), "00000000"),
            passage("a.p003", "and last of all the deck."),
            passage("b.p001", "Another talk begins."),
        )
    }

    def result(quote: str, home: str) -> tuple[str, tuple[str, ...]]:
        finding = find_all([(home, quote)], talk)[0]
        return finding.status, finding.passages

    assert result("are set. Then the beams", "a.p001") == ("across", ("a.p001", "a.p002"))
    assert result("are set. Then the beams", "a.p003") == ("across", ("a.p001", "a.p002"))
    assert result("the beams are laid, and last of all", "a.p002") == (
        "across",
        ("a.p002", "a.p003"),
    )
    assert result("First the piers … the beams … the deck", "a.p001") == (
        "across",
        ("a.p001", "a.p003"),
    )
    assert result("are laid, BEAMS", "a.p002") == ("across", ("a.p002", "a.s01"))
    assert result("all the deck. Another talk", "a.p003")[0] != "across", "a section ends there"


def test_many_lost_quotes_take_one_pass() -> None:
    talk = {
        f"a.p{at}": passage(f"a.p{at}", f"alpha{at} beta gamma delta{at}.") for at in range(3_000)
    }
    wanted = [(f"a.p{at}", f"delta{at}. alpha{at + 1} beta") for at in range(2_999)]
    start = time.process_time()
    assert {finding.status for finding in find_all(wanted, talk)} == {"across"}
    assert time.process_time() - start < 30, (
        "a second or two is usual; comparing each with each would take minutes"
    )


def test_quotation_marks_around_a_whole_quote() -> None:
    assert unquoted("“one two”.") == "one two"
    assert unquoted(" 'one two' ") == "one two"
    assert unquoted("“one” and “two") == ""
    assert unquoted("“") == ""


def test_size_counts_words_or_characters() -> None:
    assert size("It's one — two.") == 4
    assert size("橋は石で作られた") == 8


def test_a_moved_quote_with_omitted_words_is_found_too() -> None:
    assert status("stone likes … hates tension") == ("moved", ("a.p002",))


def test_a_full_stop_proves_nothing() -> None:
    assert find(".", "She said so.") is None
    assert status(";", "a.p002")[0] == "missing"


def test_spans_are_ranges_of_the_text_itself() -> None:
    text = "One  two\n three four"
    found = find("two three", text)
    assert found is not None
    assert [text[a:b] for a, b in found.spans] == ["two\n three"]


@given(st.text(max_size=60), st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_text_raises(quote: str, text: str) -> None:
    find_all([("x.p001", quote)], {"x.p001": passage("x.p001", text)})


@given(
    st.lists(
        st.sampled_from(["stone", "arch", "beam", "load", "“deck”", "a-b"]), min_size=3, max_size=30
    ),
    st.data(),
)
@settings(max_examples=100, deadline=None)
def test_every_run_of_words_of_a_passage_is_found_in_it(
    spoken: list[str], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(spoken) - 1))
    last = data.draw(st.integers(first + 1, len(spoken)))
    found = find(" ".join(spoken[first:last]), " ".join(spoken))
    assert found is not None
    assert found.status == "exact"


@pytest.mark.parametrize(
    ("spoken", "text", "places"),
    [
        (
            "the un charter",
            "Under the UN Charter, and the un-charter.",
            ["the UN Charter", "the un-charter"],
        ),
        ("in 1945", "Founded in 1945; in 1945, I say.", ["in 1945", "in 1945"]),
        ("war", "The warning came.", []),
        ("", "Anything.", []),
        ("…", "Anything.", []),
    ],
)
def test_a_slip_is_found_wherever_its_words_occur(
    spoken: str, text: str, places: list[str]
) -> None:
    assert [text[start:end] for start, end in occurrences(spoken, text)] == places


def test_a_quote_overlapping_a_slip_is_guarded() -> None:
    passage = Passage(
        "a.p001", "a", "", "speech", "In 1945 it began. It was in 1945, time to go.", (1, 1), "0"
    )
    slips = [
        Erratum("a.p001", "in 1945", "1946", "F"),
        Erratum("a.p001", "time to go home", "", "F"),
        Erratum("a.p001", "go", "", "F"),
    ]

    def under(quote: str) -> list[str]:
        finding = find(quote, passage.text)
        assert finding is not None
        return [slip.words for slip in slips_under(finding.spans, passage, slips)]

    assert under("It was in 1945") == ["in 1945"]
    assert under("it began") == []
    assert under("1945, time to") == ["in 1945"]
    assert under("time to go") == ["go"]


def test_a_footnote_mark_hides_no_slip() -> None:
    spoken = passage("a.p001", "It tells you where the rocks¹ are.")
    finding = find("rocks¹ are", spoken.text)
    assert finding is not None
    for wrong in ("where the rocks are", "rocks¹ are", "the rocks¹"):
        slip = Erratum("a.p001", wrong, "", "F")
        assert list(slips_under(finding.spans, spoken, [slip])) == [slip]


def test_many_slips_under_many_quotes_take_little_time() -> None:
    """A former version compared each quote with all words of its passage for each erratum."""
    spoken = passage("a.p001", " ".join(f"word{number % 5000}" for number in range(10_000)))
    slips = [Erratum("a.p001", f"word{number} word{number + 1}", "", "F") for number in range(1000)]
    start = time.process_time()
    for number in range(300):
        assert len(list(slips_under([(number * 8, number * 8 + 60)], spoken, slips))) > 0
    assert time.process_time() - start < 3


def test_a_quote_neither_begins_nor_ends_inside_a_word() -> None:
    assert find("the oldest of al", BRIDGES["a.p001"].text) is None
    assert find("he oldest of all", BRIDGES["a.p001"].text) is None
    assert find("the oldest of all", BRIDGES["a.p001"].text) is not None


def test_the_only_match_in_the_old_section_wins() -> None:
    spread = {
        each.id: each
        for each in (
            passage("a.p001", "Nothing of the kind was said."),
            passage("a.p002", "Cables know nothing but tension."),
            passage("b.p001", "Cables know nothing but tension, again."),
        )
    }
    (finding,) = find_all([("a.p001", "Cables know nothing but tension")], spread)
    assert (finding.status, finding.passages) == ("moved", ("a.p002",))
    (finding,) = find_all([("c.p001", "Cables know nothing but tension")], spread)
    assert (finding.status, finding.passages) == ("moved", ("a.p002", "b.p001"))


def test_a_slip_beside_a_quote_does_not_overlap_it() -> None:
    spoken = passage("a.p001", "It began—in 1945—at noon.")
    slip = Erratum("a.p001", "in 1945", "1946", "F")
    beside, over = find("It began—", spoken.text), find("It began—in", spoken.text)
    assert beside is not None
    assert over is not None
    assert list(slips_under(beside.spans, spoken, [slip])) == []
    assert list(slips_under(over.spans, spoken, [slip])) == [slip]


COURSE = {
    "course.yaml": """\
title: Rocks
short: rocks
transcripts: [{file: talk.md, errata: errata.yaml}]
""",
    "errata.yaml": """\
errata: [{passage: talk.p001, kind: F, words: where the rocks are, right: the rocks are gone}]
""",
    "questions/talk.yaml": """\
section: talk
questions:
- id: rocks
  type: flashcard
  stem: What is at the river?
  answer: The rocks.
  sources: [{passage: talk.p001, quote: QUOTE}]
  bloom: remember
  difficulty: easy
""",
}


@pytest.mark.parametrize("mark", ["", "¹", "²⁰", "⁴⁻⁵"])
@pytest.mark.parametrize(
    "slip", ["where the rocks are", "where the rocks¹ are", "WHERE the-rocks are"]
)
def test_a_footnote_mark_does_not_hide_a_slip(tmp_path: Path, mark: str, slip: str) -> None:
    """Words found in the passage (no PQ162) are also found in the quote (PQ205)."""
    quote = f"rocks{mark} are"
    (tmp_path / "questions").mkdir()
    (tmp_path / "talk.md").write_text(f"It is the place where the {quote} today.\n", "utf-8")
    for name, text in COURSE.items():
        text = text.replace("QUOTE", quote).replace("where the rocks are", slip)
        (tmp_path / name).write_text(text, "utf-8")
    _, found = read_course(tmp_path)
    assert [each.code for each in found if each.code in ("PQ162", "PQ205")] == ["PQ205"]
    (tmp_path / "talk.md").write_text(f"It is the place where {quote} today.\n", "utf-8")
    _, found = read_course(tmp_path)
    assert [each.code for each in found if each.code in ("PQ162", "PQ205")] == ["PQ162"]


def test_a_word_that_case_folding_splits_is_found() -> None:
    assert [*occurrences("İzmir bridge", "the İzmir bridge")] == [(4, 16)]
