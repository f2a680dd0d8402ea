"""A bank as large as the shipped curriculum, and a small one with every type."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pkoquiz.model.bank import Bank
from pkoquiz.model.question import TYPES

from ..making import make_bank, make_question
from .curriculum import BLUEPRINT_40, curriculum_questions


@pytest.fixture(scope="session")
def curriculum() -> Bank:
    return make_bank(curriculum_questions(), blueprints={"final": BLUEPRINT_40})


RICH = (
    "In Gordon's *fragile triangle*, who **implements** what the `Council` decides? "
    "5. October; 1990. The year -- and ... so on."
)


@pytest.fixture(scope="session")
def every_type() -> Bank:
    """Two questions of every type, with notes, remarks, rubrics and an erratum."""
    questions = []
    for kind in TYPES:
        for number in (1, 2):
            fields: dict[str, Any] = {
                "explain": f"Because {kind} {number} is so.",
                "points": Decimal(number),
            }
            if number == 1 and kind != "cloze":
                fields["stem"] = f"{RICH} ({kind})"
            if number == 2:
                fields["note"] = "the transcript misprints a name here"
                fields["attribution"] = "Gordon, speaking in 2012"
            questions.append(make_question(kind, f"{kind}-{number}", "gordon-keynote", **fields))
    return make_bank(questions)
