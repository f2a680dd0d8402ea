"""Diagnostics about fields say what to type."""

from collections.abc import Iterator
from typing import Any

import pytest

from pkoquiz.diagnostics import KEY, Diagnostic, Place
from pkoquiz.model.course import Course
from pkoquiz.model.question import TYPES, Term
from pkoquiz.records import validate
from pkoquiz.transcript.errata import Entry
from pkoquiz.transcript.layout import Layout

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
def test_a_missing_field_comes_with_what_to_type(
    kind: str, data: dict[str, object], field: str, hint: str
) -> None:
    written = {"id": "one", "type": kind, "section": "x", "place": PLACE} | data
    faults = validate(TYPES[kind], written, PLACE)[1]
    (found,) = [fault for fault in faults if fault.message == f"the field `{field}` is missing"]
    assert found.hint.startswith(hint)


def test_an_unknown_field_is_underlined_not_its_value() -> None:
    written = {"id": "one", "type": "flashcard", "section": "x", "place": PLACE, "Stem": "What?"}
    faults = validate(TYPES["flashcard"], written, PLACE)[1]
    (found,) = [fault for fault in faults if fault.code == "PQ111"]
    assert found.place.path == ("questions", 0, "Stem", KEY)
    assert found.hint == "did you mean `stem`?"


COURSE = {"title": "A", "short": "a", "release": "2026-01-15", "transcripts": [{"file": "a.srt"}]}


def course_faults(**fields: Any) -> list[Diagnostic]:
    return validate(Course, COURSE | fields, Place("course.yaml"))[1]


def test_an_invalid_name_comes_with_the_form_in_words() -> None:
    (fault,) = course_faults(short="A B")
    assert fault.message == "`short` cannot be `A B`"
    assert fault.hint == "write `a-b`"
    (fault,) = course_faults(short="!")
    assert fault.hint.startswith("use lower-case letters and digits")
    invalid: tuple[dict[str, Any], ...] = ({"sections": {"A B": "x"}}, {"blueprints": {"A B": {}}})
    for fields in invalid:
        fault = course_faults(**fields)[0]
        assert fault.message == "the name `A B` is not valid"
        assert fault.hint == "write `a-b`"
        assert fault.place.path[1:] == ("A B", KEY)


def schemas(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from schemas(child)


@pytest.mark.parametrize(
    "record", [*TYPES.values(), Term, Course, Layout, Entry], ids=lambda record: record.__name__
)
def test_every_pattern_comes_with_its_form_in_words(record: Any) -> None:
    for node in schemas(record.model_json_schema()):
        if isinstance(node.get("pattern"), str):
            form = node.get("patternErrorMessage", "")
        elif "patternProperties" in node:
            form = node.get("propertyNames", {}).get("patternErrorMessage", "")
        else:
            continue
        assert "e.g. " in form, node
        assert "[" not in form, node


def test_unknown_names_come_with_the_known_ones() -> None:
    (fault,) = course_faults(exam={"colour": "red"})
    assert fault.hint == "use one of `paper`, `fonts`, `aids`, `institution`, `grades`"
    (fault,) = course_faults(exam={"paper": "foolscap"})
    assert fault.hint == "use one of `a4`, `us-letter`"
    faults = course_faults(blueprints={"final": {"nonsense": "x"}})
    assert "`title`" in faults[-1].hint, "also inside a mapping of names"


@pytest.mark.parametrize(
    ("fields", "message", "hint"),
    [
        ({"points": "-1"}, "`points` must be greater than 0", ""),
        ({"points": "1.234"}, "`points` must have no more than 2 decimal places", ""),
        ({"points": "many"}, "`points` must be a number, found `many`", "write it as a decimal"),
        ({"stem": " "}, "`stem` is empty", "write it, or delete the field"),
        ({"id": "x"}, "`id` is shorter than 2 characters", "make it longer"),
        ({"tags": "x"}, "`tags` must be a list, found the text `x`", "begin each entry with `- `"),
        ({"card": []}, "`card` must consist of fields (`name: value`), found a list", ""),
    ],
)
def test_values_of_the_wrong_form(fields: dict[str, object], message: str, hint: str) -> None:
    source = {"passage": "a.p001", "quote": "So it is."}
    written = {
        "id": "one",
        "type": "flashcard",
        "stem": "What?",
        "answer": "That.",
        "sources": [source],
        "bloom": "apply",
        "difficulty": "easy",
        "section": "x",
        "place": PLACE,
    }
    (fault,) = validate(TYPES["flashcard"], written | fields, PLACE)[1]
    assert fault.message == message
    assert fault.hint.startswith(hint)


def test_the_old_name_of_skip_is_read() -> None:
    for name in ("skip", "no_matter"):
        course, faults = validate(Course, {**COURSE, name: ["a.p001"]}, Place("course.yaml"))
        assert not faults
        assert course is not None
        assert course.skip == ("a.p001",)
