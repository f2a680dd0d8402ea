"""Faults of fields say what to type."""

import pytest

from pkoquiz.diagnostics import KEY, Place
from pkoquiz.model.question import TYPES
from pkoquiz.records import validate

PLACE = Place("x.yaml", ("questions", 0))


@pytest.mark.parametrize(
    ("kind", "data", "field", "hint"),
    [
        (
            "choice",
            {},
            "bloom",
            "write `bloom:` and one of `remember`, `understand`, `apply`, `analyse`",
        ),
        ("choice", {}, "difficulty", "write `difficulty:` and one of `easy`, `medium`, `hard`"),
        ("choice", {}, "sources", "write `sources:`, and below it `- passage: …`, then `quote: …`"),
        ("choice", {}, "options", "write `options:`, and below it `- text: …`"),
        ("choice", {"options": [{"correct": "true"}, "b"]}, "text", "write `text: …`"),
        ("truefalse", {}, "answer", "write `answer: true` or `answer: false`"),
        ("matching", {"pairs": [{"premise": "a"}]}, "response", "write `response: …`"),
        ("ordering", {}, "sequence", "write `sequence:`, and below it `- …`"),
    ],
)
def test_a_missing_field_comes_with_its_pattern(
    kind: str, data: dict[str, object], field: str, hint: str
) -> None:
    told = {"id": "one", "type": kind, "section": "x", "place": PLACE} | data
    faults = validate(TYPES[kind], told, PLACE)[1]
    (found,) = [fault for fault in faults if fault.message == f"the field `{field}` is missing"]
    assert found.hint.startswith(hint)


def test_an_unknown_field_is_underlined_not_its_value() -> None:
    told = {"id": "one", "type": "flashcard", "section": "x", "place": PLACE, "Stem": "What?"}
    faults = validate(TYPES["flashcard"], told, PLACE)[1]
    (found,) = [fault for fault in faults if fault.code == "PQ111"]
    assert found.place.path == ("questions", 0, "Stem", KEY)
    assert found.hint == "did you mean `stem`?"
