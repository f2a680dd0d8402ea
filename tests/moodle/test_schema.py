"""The file is well-formed and valid against the grammar of what Moodle reads, `moodle.rng`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from pkoquiz.exporters import moodle
from pkoquiz.model.bank import Bank

from ..making import make_question
from .making import OPTIONS, built

LEAST: dict[str, dict[str, Any]] = {
    "choice": {"options": OPTIONS},
    "multiple": {"options": OPTIONS},
    "truefalse": {"answer": True},
    "matching": {
        "pairs": [{"premise": "Arch", "response": "push"}, {"premise": "Rope", "response": "pull"}]
    },
    "ordering": {"sequence": ["Piers", "Beams", "Deck"]},
    "shortanswer": {"answers": ["keystone"]},
    "numerical": {"answer": "5"},
    "cloze": {"stem": "An arch turns load into {{1}}.", "gaps": [{"answers": ["compression"]}]},
    "essay": {"rubric": [{"points": "1", "text": "Names both"}], "model_answer": "Both push."},
}
"""The required fields of each type."""


@cache
def grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("moodle.rng")))


def validate(content: bytes) -> None:
    grammar().assertValid(etree.fromstring(content, etree.XMLParser(huge_tree=True)))


def made(*questions: Any, **more: Any) -> bytes:
    return built(*questions, **more).files["moodle/made.xml"]


@pytest.mark.parametrize("type", LEAST)
def test_required_fields_of_each_type(type: str) -> None:
    validate(made(make_question(type, **LEAST[type])))


@pytest.mark.parametrize("course", ["mini", "shipped"])
def test_a_whole_course(course: str, request: pytest.FixtureRequest) -> None:
    bank: Bank = request.getfixturevalue(course)
    (content,) = moodle.export(bank, release=True).files.values()
    validate(content)


def test_pictures_sounds_and_limits() -> None:
    media = {"media/a b,c.png": b"\x89PNG", "media/talk.mp3": b"ID3"}
    text = "What is this? ![an arch](media/a b,c.png) ![her words](media/talk.mp3)"
    content = made(
        make_question(
            "choice", id="with-files", options=OPTIONS, stem=text, explain=text, hints=[text]
        ),
        make_question(
            "matching",
            id="long-response",
            pairs=[
                {"premise": "Arch", "response": "x" * 2000},
                {"premise": "Rope", "response": "y"},
            ],
        ),
        make_question("essay", id="many-words", **LEAST["essay"], min_words=20, max_words=4000),
        make_question(
            "numerical", id="large-number", answer="-6.02e23", tolerance="1e-7", unit="m & s"
        ),
        media=media,
    )
    assert content.count(b"<file ") == 6
    validate(content)


def test_the_grammar_rejects_what_moodle_would_drop() -> None:
    content = made(make_question("truefalse", answer=True)).replace(
        b"<hidden>", b"<source>x</source><hidden>"
    )
    with pytest.raises(etree.DocumentInvalid):
        validate(content)
