"""Validation of question records."""

from decimal import Decimal
from typing import Any

import pytest

from pkoquiz.checks.balance import longest_keys
from pkoquiz.diagnostics import Place
from pkoquiz.model.answers import magnitudes, task_of
from pkoquiz.model.parts import number
from pkoquiz.model.question import TYPES, Choice
from pkoquiz.records import validate

from ..making import make_bank, make_question

BASE: dict[str, Any] = {
    "id": "q-1",
    "stem": "What?",
    "section": "s",
    "bloom": "remember",
    "difficulty": "easy",
    "objective": "A-1",
    "sources": [{"passage": "s.p001", "quote": "So it is."}],
}


def faults(kind: str, **fields: Any) -> list[str]:
    _, found = validate(
        TYPES[kind], {**BASE, "type": kind, "place": Place("q.yaml"), **fields}, Place("q.yaml")
    )
    return [each.message for each in found]


def options(*texts: str, pin: str = "") -> list[dict[str, Any]]:
    return [
        {"text": text, "feedback": "So.", "correct": index == 0, "pin": text == pin}
        for index, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    "texts", [("< 100", "> 100"), ("+3 %", "-3 %"), ("C++", "C#"), ("x_i", "xi")]
)
def test_signs_make_options_differ(texts: tuple[str, ...]) -> None:
    assert faults("choice", options=options(*texts)) == []


@pytest.mark.parametrize(
    "texts", [("Arch", "arch"), ("An *arch*", "An arch."), ("An  arch", "An arch"), ("①", "1")]
)
def test_case_emphasis_and_a_full_stop_do_not_make_options_differ(texts: tuple[str, ...]) -> None:
    (message,) = faults("choice", options=options(*texts))
    assert "two options read the same" in message


def test_two_premises_may_share_a_response_but_not_in_two_spellings() -> None:
    def pairs(one: str, other: str) -> list[dict[str, str]]:
        return [{"premise": "a", "response": one}, {"premise": "b", "response": other}]

    assert faults("matching", pairs=pairs("Force", "Force")) == []
    assert "two responses read the same" in faults("matching", pairs=pairs("Force", "force"))[0]
    assert (
        "two responses read the same"
        in faults("matching", pairs=pairs("Force", "Will"), extras=["will"])[0]
    )


def test_no_answer_of_a_gap_is_listed_twice() -> None:
    def gap(*answers: str, wrong: str = "other") -> list[str]:
        accepted = [{"text": text} for text in answers]
        return faults(
            "cloze",
            stem="A {{1}}.",
            gaps=[{"answers": accepted, "wrong": [{"text": wrong, "feedback": "No."}]}],
        )

    assert gap("alpha", "beta") == []
    assert "two answers read the same: `Alpha`" in gap("alpha", "Alpha")[0]
    assert "two answers read the same: `alpha`" in gap("alpha", wrong="alpha")[0]


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (("30", "20", "10"), "10 20 30"),
        (("1990s", "mid-1980s"), ""),
        (("mid-1990s", "mid-1980s", "mid-1970s"), "mid-1970s mid-1980s mid-1990s"),
        (("G-20", "G-8", "G-7"), "G-7 G-8 G-20"),
        (("5", "-3", "0"), "-3 0 5"),
        (("2 years", "18 months", "3 weeks"), ""),
        (("1,500 troops", "300 troops"), "300 troops 1,500 troops"),
    ],
)
def test_numbers_of_one_kind_are_sorted(texts: tuple[str, ...], order: str) -> None:
    fields = {**BASE, "type": "choice", "place": Place("q.yaml"), "options": options(*texts)}
    question = Choice.model_validate(fields)
    assert " ".join(texts[index] for index in task_of(question).order) == order
    kept = Choice.model_validate({**fields, "shuffle": False})
    assert task_of(kept).order == tuple(range(len(texts)))


def test_a_pinned_option_stays_while_numbers_are_sorted_around_it() -> None:
    fields = {**BASE, "type": "choice", "place": Place("q.yaml")}
    question = Choice.model_validate(
        {**fields, "options": options("30", "10", "20", "None", pin="None")}
    )
    assert task_of(question).order == (1, 2, 0, 3)
    assert magnitudes(("30", "None")) is None


def test_an_empty_entry_of_a_list_is_located() -> None:
    fields = {**BASE, "type": "flashcard", "answer": "So.", "place": Place("q.yaml")}
    _, found = validate(
        TYPES["flashcard"], {**fields, "sources": [fields["sources"][0], None]}, Place("q.yaml")
    )
    assert [each.place.path for each in found] == [("sources", 1)]


@pytest.mark.parametrize(
    ("written", "shown"),
    [("8.50", "8.5"), ("1E+3", "1000"), ("100", "100"), ("-0.0", "0"), ("0.00001", "0.00001")],
)
def test_numbers_are_shown_as_people_write_them(written: str, shown: str) -> None:
    assert number(Decimal(written)) == shown


def test_a_wrong_value_is_outside_the_tolerance() -> None:
    def slip(value: str) -> list[str]:
        return faults(
            "numerical", answer="5", tolerance="0.5", wrong=[{"value": value, "feedback": "No."}]
        )

    assert slip("5.6") == []
    assert "is within the tolerance" in slip("5.5")[0]
    assert "is within the tolerance" in slip("4.5")[0]


def test_keys_that_are_longest_far_more_often_than_by_chance() -> None:
    def bank(longest: int) -> list[str]:
        questions = []
        for index in range(20):
            texts = ("key" + " and more" * (index < longest), "one", "two", "six")
            questions.append(make_question("choice", f"q-{index}", options=options(*texts)))
        return [each.code for each in longest_keys(make_bank(questions)) if each.code == "B02"]

    assert bank(8) == []
    assert bank(9) == ["B02"]
