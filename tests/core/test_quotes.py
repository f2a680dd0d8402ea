"""What became of a quote."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pkoquiz.passage import Passage
from pkoquiz.quotes import find, find_all


def passage(name: str, text: str) -> Passage:
    return Passage(name, name.partition(".")[0], "Ada", "speech", text, (1, 1), "00000000")


BRIDGES = {
    each.id: each
    for each in (
        passage("a.p001", "A beam bridge — the oldest of all — is “a trunk across a stream”, she said."),
        passage(
            "a.p002", "An arch turns every load into compression; stone likes that, and it hates tension."
        ),
        passage("b.p001", "Cables know nothing but tension."),
        passage("b.p002", "Again: cables know nothing but tension, nothing else."),
    )
}


def status(quote: str, home: str = "a.p001") -> tuple[str, tuple[str, ...]]:
    finding = find_all([(home, quote)], BRIDGES)[0]
    return finding.status, finding.passages


def test_quotes_dashes_and_white_space_may_differ() -> None:
    assert status('the oldest of all - is "a trunk\n across a stream"')[0] == "exact"


def test_case_and_words_may_not() -> None:
    assert status("The oldest of all")[0] == "changed"
    assert status("ridge")[0] == "missing", "half a word is no quote"


def test_words_may_be_left_out_and_notes_put_in() -> None:
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


def test_a_moved_quote_with_words_left_out_is_followed_too() -> None:
    assert status("stone likes … hates tension") == ("moved", ("a.p002",))


def test_a_full_stop_proves_nothing() -> None:
    assert find(".", "She said so.") is None
    assert status(";", "a.p002")[0] == "missing"


def test_spans_are_those_of_the_text_itself() -> None:
    text = "One  two\n three four"
    found = find("two three", text)
    assert found is not None
    assert [text[a:b] for a, b in found.spans] == ["two\n three"]


@given(st.text(max_size=60), st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_searched_without_a_fault(quote: str, text: str) -> None:
    find_all([("x.p001", quote)], {"x.p001": passage("x.p001", text)})


@given(
    st.lists(st.sampled_from(["stone", "arch", "beam", "load", "“deck”", "a-b"]), min_size=3, max_size=30),
    st.data(),
)
@settings(max_examples=100, deadline=None)
def test_every_run_of_words_of_a_passage_is_found_in_it(spoken: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(spoken) - 1))
    last = data.draw(st.integers(first + 1, len(spoken)))
    found = find(" ".join(spoken[first:last]), " ".join(spoken))
    assert found is not None
    assert found.status == "exact"
