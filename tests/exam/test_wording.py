"""The marking rules for candidates and graders: only those that apply, with exact numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pkoquiz.exam import rules
from pkoquiz.exam.versions import arrange
from pkoquiz.exporters.papers.key import answer_line

from ..making import make_question


@pytest.mark.parametrize(
    ("units", "instruction"),
    [
        (["", ""], "Write the number in the box."),
        (["m", "kg"], "Write the number in the box, in the unit printed after it."),
        (["", "m"], "Write the number in the box. If a unit is printed after it, use that unit."),
    ],
)
def test_units_are_mentioned_if_there_are_any(units: list[str], instruction: str) -> None:
    # The question has a unit, and validation accepts no empty one.
    questions = [
        make_question("numerical", f"q-{number}").model_copy(update={"unit": unit})
        for number, unit in enumerate(units)
    ]
    assert rules.instruction(questions) == instruction


@pytest.mark.parametrize(("tolerance", "unit", "line"), [
    ("0", "m", "8.5 m, exactly"), ("0.2", "m", "8.5 ± 0.2 m"), ("0.2", "", "8.5 ± 0.2"),
    ("0", "", "8.5, exactly"),
])  # fmt: skip
def test_a_number_without_tolerance_is_exact(tolerance: str, unit: str, line: str) -> None:
    question = make_question("numerical", "many", tolerance=tolerance).model_copy(
        update={"unit": unit}
    )
    (placed,) = arrange([question], "seed", "A").questions
    assert answer_line(question, placed) == line
    (rule,) = rules.scoring_rules([question])
    assert ("within the tolerance" in rule) == (tolerance != "0")


def test_credit_of_multiple_response_in_numbers() -> None:
    def credit(keys: int, points: str, **fields: Any) -> str:
        options = [
            {"text": word, "correct": number < keys}
            for number, word in enumerate(("a", "b", "c", "d", "e"))
        ]
        return rules.credit_rule(
            make_question("multiple", "many", options=options, points=points, **fields)
        )

    assert (
        credit(3, "3") == "1 point for each of the 3 correct letters; "
        "1.5 points off for each of the 2 wrong ones; never below 0."
    )
    assert (
        credit(1, "1") == "1 point for the correct letter; "
        "0.25 points off for each of the 4 wrong ones; never below 0."
    )
    assert credit(3, "2").startswith(
        "1/3 of 2 points for each of the 3 correct letters; 1 point off"
    )
    assert credit(2, "2", scoring="exact") == "All or nothing: 2 points for exactly these letters."


def test_the_rule_of_multiple_response_fits_the_paper() -> None:
    shared = make_question("multiple", "shared")
    exact = make_question("multiple", "exact", scoring="exact", points=Decimal(2))
    together = rules.scoring_rules([shared, exact])
    assert "letters together subtract the same total" in together[0]
    assert "exactly the correct letters" in together[1]
    assert rules.scoring_rules([shared]) == together[:1]
    assert rules.scoring_rules([exact]) == together[1:]
