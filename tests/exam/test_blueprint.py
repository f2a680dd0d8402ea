"""How a blueprint is written."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from pkoquiz.model.blueprint import Band, Blueprint, Count


def blueprint(**fields: Any) -> Blueprint:
    return Blueprint.model_validate({"title": "Final", "items": "40", **fields})


@pytest.mark.parametrize(
    ("written", "least", "most"),
    [("3", 3, 3), (3, 3, 3), ("2-4", 2, 4), ("2 – 4", 2, 4), ("0", 0, 0), ("2+", 2, 1_000_000)],
)
def test_a_number_of_questions_is_a_number_a_range_or_a_minimum(
    written: object, least: int, most: int
) -> None:
    count = Count.model_validate(written)
    assert (count.least, count.most) == (least, most)


@pytest.mark.parametrize("written", ["", "some", "-1", "4-2", "2..4", "1.5", "٣-x"])
def test_invalid_numbers_of_questions(written: str) -> None:
    with pytest.raises(ValidationError):
        Count.model_validate(written)


@pytest.mark.parametrize(
    "written", [{"least": "5", "most": "-2"}, {"least": "1", "most": "2"}, ["1"], None]
)
def test_other_values_are_not_numbers_of_questions(written: object) -> None:
    with pytest.raises(ValidationError, match=r"is not a number of questions"):
        blueprint(types={"truefalse": written})


def test_the_schema_accepts_what_the_model_accepts() -> None:
    import re

    (_, text) = Count.model_json_schema()["anyOf"]
    for written in (
        "3",
        "2-4",
        "2–4",
        "2 – 4",
        " 2+ ",
        "2 +",
        "4-",
        "-2",
        "2--4",
        "123456",
        "2-4+",
        "",
    ):
        try:
            Count.model_validate(written)
        except ValidationError:
            assert not re.search(text["pattern"], written), written
        else:
            assert re.search(text["pattern"], written), written


def test_a_number_is_printed_as_it_is_written() -> None:
    assert [str(Count.model_validate(text)) for text in ("3", "2-4", "2+")] == ["3", "2-4", "2+"]


def test_names_may_share_a_number() -> None:
    assert str(blueprint(bloom={"evaluate/create": "3"}).bloom["evaluate/create"]) == "3"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"bloom": {"analyze": "3"}}, "unknown bloom `analyze`"),
        ({"types": {"choice/essays": "3"}}, "unknown type `essays`"),
        ({"types": {"flashcard": "3"}}, "flashcards cannot be printed"),
        ({"cells": [{"items": "1", "difficulty": "harsh"}]}, "unknown difficulty `harsh`"),
        ({"cells": [{"items": "1"}]}, "a cell needs at least one of"),
        ({"include": ["a-a"], "exclude": ["a-a"]}, "included and excluded"),
        ({"papers": "2", "include": ["a-a"]}, "but `overlap` allows 0"),
        ({"columns": "2", "large_print": "true"}, "large print has one column"),
    ],
)
def test_contradictions(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        blueprint(**fields)


def test_everything_is_text_in_yaml() -> None:
    read = blueprint(columns="2", minutes="90", papers="4", versions="3", points="50-60")
    assert (read.columns, read.minutes, read.papers, read.versions) == (2, 90, 4, 3)


@pytest.mark.parametrize(
    ("written", "least", "most"), [("0.3-0.9", 0.3, 0.9), ("0.1+", 0.1, 1.0), ("0 – 1", 0, 1)]
)
def test_measured_figures_are_a_range_or_a_minimum(written: str, least: float, most: float) -> None:
    wanted = blueprint(measured={"difficulty": written}).measured
    assert wanted is not None
    assert wanted.difficulty == Band.model_validate(written)
    assert (wanted.difficulty.least, wanted.difficulty.most) == (least, most)
    assert (wanted.candidates, wanted.required) == (30, False)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"difficulty": "0.9-0.3"}, "runs backwards"),
        ({"difficulty": "30-90"}, "is not a range between 0 and 1"),
        ({"discrimination": "0.1"}, "is not a range between 0 and 1"),
        ({}, "needs difficulty or discrimination"),
        ({"discrimination": "0.1+", "candidates": "3"}, "greater than or equal to 10"),
    ],
)
def test_invalid_measured_figures(fields: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        blueprint(measured=fields)
