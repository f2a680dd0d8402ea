"""What the CSV file for Brightspace contains, read by the rules of the vendor's template."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest

from pkoquiz.exporters import brightspace
from pkoquiz.exporters.export import Export
from pkoquiz.model.question import Question

from ..making import make_question
from . import nasty
from .arrived import Arrived, Refused, by_id, check_scores, feedback, shown, visible

FIELDS = {
    "WR": {"AnswerKey", "InitialText"},
    "SA": {"InputBox", "Answer"},
    "M": {"Scoring", "Choice", "Match"},
    "MC": {"Option"},
    "TF": {"TRUE", "FALSE"},
    "MS": {"Scoring", "Option"},
    "O": {"Scoring", "Item"},
}
COMMON = ["ID", "Title", "QuestionText", "Points", "Difficulty"]


def read(content: bytes) -> list[Arrived]:
    """Return the questions of a file in order."""
    text = content.decode("utf-8-sig")
    assert content.startswith(b"\xef\xbb\xbf")
    blocks: list[list[list[str]]] = []
    section = ""
    sections = []
    for row in csv.reader(io.StringIO(text, newline="")):
        if len(row) != 5 or any("\n" in cell or "\t" in cell for cell in row):
            raise Refused(f"not five cells on one line: {row}")
        if row[0].startswith("//"):
            section = row[0].removeprefix("//")
        elif row[0] == "NewQuestion":
            blocks.append([row])
            sections.append(section)
        elif any(row):
            blocks[-1].append(row)
    return [_question(rows, home) for rows, home in zip(blocks, sections, strict=True)]


def _question(rows: list[list[str]], section: str) -> Arrived:
    type = rows[0][1]
    names = [row[0] for row in rows[1:]]
    if names[:5] != COMMON or names[-1] != "Feedback":
        raise Refused(f"fields out of order: {names}")
    if set(names) - {*COMMON, *FIELDS[type], "Image", "Hint", "Feedback"}:
        raise Refused(f"fields of another type: {names}")
    values = {row[0]: row for row in rows}

    def seen(name: str) -> str:
        return _seen(values[name][1], values[name][2]) if name in values else ""

    return Arrived(
        id=values["ID"][1],
        type=type,
        text=seen("QuestionText"),
        general=seen("Feedback"),
        points=Decimal(values["Points"][1]),
        section=section,
        more={
            "difficulty": values["Difficulty"][1],
            "image": values.get("Image", ["", ""])[1],
            "hint": seen("Hint"),
            "key": seen("AnswerKey"),
        },
        **_body(type, rows, values.get("Scoring", ["", ""])[1]),
    )


def _seen(text: str, mark: str) -> str:
    return visible(text) if mark == "HTML" else text


def _body(type: str, rows: list[list[str]], scoring: str) -> dict[str, Any]:
    options = {_seen(row[2], row[3]): row for row in rows if row[0] == "Option"}
    said = {text: visible(row[4]) for text, row in options.items() if row[4]}
    match type:
        case "MC":
            if [row[1] for row in options.values()].count("100") != 1:
                raise Refused("one option earns 100")
            shares = {text: Decimal(row[1]) / 100 for text, row in options.items()}
            return {
                "options": tuple(options),
                "feedback": said,
                "score": lambda response: sum((shares[text] for text in response), Decimal(0)),
            }
        case "MS":
            key = {text for text, row in options.items() if row[1] == "1"}
            if {row[1] for row in options.values()} != {"0", "1"}:
                raise Refused("options are 1 or 0")

            def score(response: frozenset[str]) -> Decimal:
                if scoring == "AllOrNothing":
                    return Decimal(response == key)
                assert scoring == "RightMinusWrong"
                difference = len(response & key) - len(response - key)
                return max(Decimal(0), Decimal(difference) / len(key))

            return {"options": tuple(options), "feedback": said, "score": score}
        case "TF":
            rights = {row[0] == "TRUE": row for row in rows if row[0] in ("TRUE", "FALSE")}
            return {
                "feedback": {v: visible(row[2]) for v, row in rights.items() if row[2]},
                "score": lambda response: (
                    Decimal(0) if response is None else Decimal(rights[response][1]) / 100
                ),
            }
        case "M":
            assert scoring == "EquallyWeighted"
            premises = {row[1]: _seen(row[2], row[3]) for row in rows if row[0] == "Choice"}
            matches = {row[1]: _seen(row[2], row[3]) for row in rows if row[0] == "Match"}
            if set(premises) != set(matches) or len(set(matches.values())) < len(matches):
                raise Refused("responses that are not one to one")
            key_of = {premises[number]: matches[number] for number in premises}
            return {
                "options": tuple(matches.values()),
                "score": lambda response: (
                    Decimal(sum(key_of[p] == r for p, r in response.items())) / len(key_of)
                ),
            }
        case "O":
            order = tuple(_seen(row[1], row[2]) for row in rows if row[0] == "Item")
            return {
                "options": order,
                "score": lambda response: (
                    Decimal(sum(a == b for a, b in zip(order, response, strict=True))) / len(order)
                ),
            }
        case "SA":
            credit = {
                row[2].casefold(): Decimal(row[1]) / 100 for row in rows if row[0] == "Answer"
            }
            return {"score": lambda response: credit.get(response[0].casefold(), Decimal(0))}
        case _:
            return {}


def export(*questions: Question) -> Export:
    return brightspace.export(nasty.bank(*questions))


def arrived(*questions: Question) -> dict[str, Arrived]:
    return by_id(read(export(*questions).files["brightspace/nasty.csv"]))


def test_every_question_arrives_with_its_score_and_feedback() -> None:
    questions = arrived()
    for question in nasty.bank().questions:
        there = questions.get(question.id)
        if there is None:
            assert question.type in ("numerical", "cloze") or question.id in (
                "picture-in-option",
                "sound-in-stem",
            )
            continue
        assert f"words that prove {question.id.replace('written', 'shortanswer')}" in there.general
        if question.type != "matching":
            check_scores(question, there)
        wanted = feedback(question)
        if question.type in ("choice", "multiple", "truefalse"):
            assert there.feedback == wanted
        assert all(
            said in (*there.feedback.values(), there.general) or said in there.general
            for said in wanted.values()
        )
        assert there.points == question.points


def test_matching_without_extra_responses_scores_by_pairs() -> None:
    question = make_question("matching", extras=())
    check_scores(question, arrived(question)["made"])


def test_stems_arrive_as_they_are_read() -> None:
    questions = arrived()
    for key, text in nasty.TEXTS.items():
        assert questions[f"choice-{key}"].text == shown(f"choice {key}: {text}")


def test_a_picture_of_the_stem_comes_as_a_file() -> None:
    done = export(*nasty.pictures())
    assert set(done.files) == {"brightspace/nasty.csv", "brightspace/images/Gro-e-Karte.png"}
    assert read(done.files["brightspace/nasty.csv"])[0].more["image"] == "images/Gro-e-Karte.png"
    assert done.counts == {"choice": 1}


@pytest.mark.parametrize(
    ("scoring", "subset"), [("exact", Decimal(0)), ("partial", Decimal("0.5"))]
)
def test_scoring_of_several_options(scoring: str, subset: Decimal) -> None:
    question = make_question("multiple", scoring=scoring)
    there = arrived(question)["made"]
    check_scores(question, there)
    assert there.score(frozenset(["First made"])) == subset


def test_credit_hints_and_difficulty() -> None:
    question = make_question(
        "shortanswer",
        answers=["all", {"text": "some", "credit": 37}],
        hints=["one", "two"],
        difficulty="hard",
    )
    there = arrived(question)["made"]
    check_scores(question, there)
    assert (there.more["hint"], there.more["difficulty"]) == ("one two", "8")


def test_lines_of_code_stay_lines() -> None:
    content = export(make_question("choice", stem="Look:\n\n    one\n      two")).files
    assert b"<pre><code>one<br>  two</code></pre>" in content["brightspace/nasty.csv"]


def test_a_response_to_two_premises_leaves_the_question_out() -> None:
    pairs = [{"premise": text, "response": "same"} for text in "ab"]
    question = make_question("matching", pairs=[*pairs, {"premise": "c", "response": "d"}])
    assert not export(question).files
