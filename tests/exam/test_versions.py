"""Versions differ only in order, and the order follows the rules."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pkoquiz.exam.versions import Version, arrange, key_letters, version_letters
from pkoquiz.model.answers import magnitudes
from pkoquiz.model.question import ON_PAPER, Choice, Essay, Numerical, Question

from ..making import make_question

quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def letters(questions: list[Question], version: Version) -> dict[str, tuple[str, ...]]:
    known = {question.id: question for question in questions}
    return {placed.id: key_letters(known[placed.id], placed) for placed in version.questions}


def order(version: Version, identity: str) -> tuple[int, ...]:
    return next(placed.order for placed in version.questions if placed.id == identity)


def test_no_question_is_left_out() -> None:
    printed = [make_question(kind, f"{kind}-1") for kind in ON_PAPER]
    version = arrange(printed, "seed", "A")
    assert [placed.id for placed in version.questions] == [question.id for question in printed]
    with pytest.raises(ValueError, match="not printed"):
        arrange([*printed, make_question("flashcard", "flashcard-1")], "seed", "A")


def test_versions_after_z_have_two_letters() -> None:
    assert version_letters(3) == ("A", "B", "C")
    assert version_letters(28)[-3:] == ("Z", "AA", "AB")


@quick
@given(
    seed=st.text(max_size=8),
    name=st.sampled_from(["A", "B", "ZZ"]),
    kinds=st.lists(
        st.sampled_from(["choice", "multiple", "matching", "ordering", "essay"]), max_size=12
    ),
)
def test_every_version_has_every_question_option_and_response_once(
    seed: str, name: str, kinds: list[str]
) -> None:
    questions = [make_question(kind, f"q-{at}") for at, kind in enumerate(kinds)]
    version = arrange(questions, seed, name)
    assert version == arrange(questions, seed, name)
    assert sorted(placed.id for placed in version.questions) == sorted(
        question.id for question in questions
    )
    assert [placed.number for placed in version.questions] == [*range(1, len(questions) + 1)]
    known = {question.id: question for question in questions}
    kinds_in_order = [known[placed.id].type for placed in version.questions]
    assert len(
        [1 for a, b in zip(["", *kinds_in_order], kinds_in_order, strict=False) if a != b]
    ) == len(set(kinds))
    for placed in version.questions:
        assert sorted(placed.order) == [*range(len(placed.order))]
        assert sorted(placed.responses) == [*range(len(placed.responses))]
        if known[placed.id].type == "ordering":
            assert list(placed.order) != sorted(placed.order)


@quick
@given(seed=st.text(max_size=8), extra=st.integers(0, 5))
def test_a_new_question_does_not_change_the_order_of_options(seed: str, extra: int) -> None:
    base = [make_question("multiple", f"q-{at}") for at in range(8)]
    more = [make_question("multiple", f"new-{at}") for at in range(extra)]
    before, after = arrange(base, seed, "A"), arrange([*more, *base], seed, "A")
    assert all(order(before, question.id) == order(after, question.id) for question in base)
    kept = [placed.id for placed in after.questions if placed.id.startswith("q-")]
    assert kept == [placed.id for placed in before.questions]


def test_versions_differ() -> None:
    questions = [make_question("choice", f"q-{at}") for at in range(12)]
    made = [arrange(questions, "seed", name) for name in version_letters(20)]
    assert len({tuple(placed.id for placed in version.questions) for version in made}) == 20
    assert len({version.code for version in made}) == 20


@quick
@given(seed=st.text(max_size=8))
def test_an_order_is_repeated_only_after_all_others(seed: str) -> None:
    """All orders of premises, options or distractors, and all of steps but the right one."""
    questions = [make_question(kind, kind) for kind in ("choice", "multiple", "ordering")]
    pairs = [{"premise": each, "response": each.upper()} for each in ("one", "two", "three")]
    questions.append(make_question("matching", "matching", pairs=pairs, extras=["Four"]))
    steps = make_question("ordering", "three", sequence=["one", "two", "three"])
    made = [arrange([*questions, steps], seed, name) for name in version_letters(121)]
    for identity, count in (
        ("choice", 6),
        ("multiple", 120),
        ("matching", 6),
        ("ordering", 23),
        ("three", 5),
    ):
        assert len({order(version, identity) for version in made[:count]}) == count, identity
    assert order(made[120], "multiple") == order(made[0], "multiple")
    offered = [
        each.responses for version in made for each in version.questions if each.id == "matching"
    ]
    assert len(set(offered)) == 24
    assert sorted(order(made[5], "three")) != [*order(made[5], "three")]


@quick
@given(seed=st.text(max_size=8), size=st.integers(2, 6))
def test_no_two_versions_have_a_question_in_the_same_place(seed: str, size: int) -> None:
    """With as many versions as there are questions in the part, or options in the question."""
    questions = [make_question("truefalse", f"q-{at}") for at in range(size)]
    made = [arrange(questions, seed, name) for name in version_letters(size)]
    for place in range(size):
        assert len({version.questions[place].id for version in made}) == size
    many = make_question("multiple", "many")
    shown = [order(arrange([many], seed, name), "many") for name in version_letters(5)]
    assert all(len({each[place] for each in shown}) == 5 for place in range(5))


def test_the_code_depends_on_what_candidates_see_and_what_earns_points() -> None:
    choice = make_question(Choice, "one", explain="Because.")
    number = make_question(Numerical, "many")
    essay = make_question(Essay, "long")
    questions: list[Question] = [choice, number, essay]

    def code(index: int, **changes: Any) -> str:
        edited = [*questions]
        edited[index] = edited[index].model_copy(update=changes)
        return arrange(edited, "seed", "A").code

    before = code(0)
    elsewhere = choice.sources[0].model_copy(update={"passage": "talk.p999"})
    explained = tuple(
        option.model_copy(update={"feedback": "So it is."}) for option in choice.options
    )
    assert before == code(
        0, sources=(elsewhere,), explain="Why not.", note="n", options=explained, tags=("t",)
    )
    assert before == code(1, working="8 and a half", otherwise="No.")
    assert before == code(2, model_answer="Another.")
    first, *others = choice.options
    reworded = (first.model_copy(update={"text": "Other words"}), *others)
    criterion = essay.rubric[0].model_copy(update={"text": "Another view"})
    changes: tuple[tuple[int, dict[str, Any]], ...] = (
        (0, {"stem": "Another?"}),
        (0, {"options": reworded}),
        (0, {"points": Decimal(2)}),
        (1, {"tolerance": Decimal(1)}),
        (1, {"unit": "m"}),
        (2, {"rubric": (criterion,)}),
    )
    for index, changed in changes:
        assert code(index, **changed) != before, changed


def options(*texts: str, pin: str = "") -> list[dict[str, Any]]:
    return [{"text": text, "correct": not at, "pin": text == pin} for at, text in enumerate(texts)]


@quick
@given(seed=st.text(max_size=6))
def test_a_pinned_option_keeps_its_place(seed: str) -> None:
    question = make_question(
        "choice", "q-q", options=options("a", "b", "c", "none of these", pin="none of these")
    )
    assert order(arrange([question], seed, "A"), "q-q")[3] == 3


@quick
@given(seed=st.text(max_size=6))
def test_numbers_are_in_ascending_order(seed: str) -> None:
    question = make_question(
        "choice", "q-q", options=options("1,500 troops", "270 troops", "5,500 troops")
    )
    assert order(arrange([question], seed, "A"), "q-q") == (1, 0, 2)


@pytest.mark.parametrize("seed", [str(number) for number in range(5)])
def test_a_pinned_key_keeps_its_place_even_if_letters_are_uneven(seed: str) -> None:
    """Six of eight keys are pinned as the first option; the balance may move the other two only."""
    questions = [
        make_question(
            "choice", f"q-{at}", options=options("key", "b", "c", "d", pin="key" if at < 6 else "")
        )
        for at in range(8)
    ]
    version = arrange(questions, seed, "A")
    for placed in version.questions:
        assert sorted(placed.order) == [0, 1, 2, 3]
        assert placed.order[0] == 0 or placed.id in ("q-6", "q-7")


def test_numbers_ascend_around_a_pinned_option() -> None:
    question = make_question("choice", "q-q", options=options("30", "20", "none", "10", pin="none"))
    assert order(arrange([question], "s", "A"), "q-q") == (3, 1, 2, 0)


@quick
@given(seed=st.text(max_size=6))
def test_options_that_are_not_shuffled(seed: str) -> None:
    question = make_question(
        "choice", "q-q", shuffle=False, options=options("always", "often", "never")
    )
    assert order(arrange([question], seed, "A"), "q-q") == (0, 1, 2)


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["14", "12", "-3"], ["14", "12", "-3"]),
        (["1 mission", "14 missions"], ["1", "14"]),
        (["8.5 %", "24.8 %"], ["8.5", "24.8"]),
        (["12 000", "1,500,000"], ["12000", "1500000"]),
        (["in 1992", "after 1994"], None),
        (["14", "fourteen"], None),
        (["Resolution 1325 of 2000", "Resolution 1820 of 2008"], None),
    ],
)
def test_what_counts_as_numbers(texts: list[str], values: list[str] | None) -> None:
    found = magnitudes(tuple(texts))
    assert (None if found is None else [str(each) for each in found]) == values


# --- keys -----------------------------------------------------------------------------------------


@quick
@given(seed=st.text(max_size=8), count=st.integers(20, 60))
def test_each_of_four_letters_is_the_key_of_20_to_30_percent(seed: str, count: int) -> None:
    questions = [make_question("choice", f"q-{at}") for at in range(count)]
    version = arrange(questions, seed, "A")
    keys = [letters(questions, version)[placed.id][0] for placed in version.questions]
    shares = Counter(keys)
    assert all(0.2 * count <= shares[each] <= 0.3 * count for each in "ABCD")
    assert not any(len(set(keys[at : at + 4])) == 1 for at in range(count - 3))


@quick
@given(seed=st.text(max_size=8), count=st.integers(1, 19))
def test_the_keys_of_few_questions_are_spread_as_evenly_as_possible(seed: str, count: int) -> None:
    questions = [make_question("choice", f"q-{at}") for at in range(count)]
    shares = Counter(key for (key,) in letters(questions, arrange(questions, seed, "A")).values())
    assert all(
        count // 4 - 1 <= shares[each] <= max(-(-count // 4), int(0.3 * count)) for each in "ABCD"
    )


def test_keys_that_cannot_be_moved() -> None:
    """All keys are A because the options are not shuffled."""
    questions = [make_question("choice", f"q-{at}", shuffle=False) for at in range(8)]
    assert set(letters(questions, arrange(questions, "s", "A")).values()) == {("A",)}


def test_keys_as_printed() -> None:
    questions = [
        make_question("truefalse", "verdict"),
        make_question("matching", "match"),
        make_question("ordering", "steps"),
        make_question("multiple", "many"),
        make_question("essay", "prose"),
    ]
    version = arrange(questions, "seed", "A")
    placed = {each.id: each for each in version.questions}
    found = letters(questions, version)
    assert found["verdict"] == ("true",)
    assert found["prose"] == ()
    # The letter beside a premise names the response that belongs to it.
    for letter, index in zip(found["match"], placed["match"].order, strict=True):
        assert placed["match"].responses["ABCD".index(letter)] == index
    # The numbers in the boxes, from above, put the printed steps into the author's order.
    assert [placed["steps"].order[found["steps"].index(str(at))] for at in range(1, 5)] == [
        0,
        1,
        2,
        3,
    ]
    assert {placed["many"].order["ABCDE".index(letter)] for letter in found["many"]} == {0, 1}
