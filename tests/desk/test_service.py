"""The desk without a socket: reading, judging, and requests that no page sends."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkoquiz.checks import findings
from pkoquiz.checks.judge import judge, together
from pkoquiz.desk.app.service import ROUTES
from pkoquiz.desk.app.views import utf16
from pkoquiz.model.bank import Bank

from .conftest import MINI, QUESTION, Desk, text_of


def test_the_transcript_with_its_errata(desk: Desk) -> None:
    sections = desk.ask("/forms")["transcript"]["sections"]
    passages = [passage for section in sections for passage in section["passages"]]
    assert [section["slug"] for section in sections] == ["beams", "arches"]
    errata = [passage for passage in passages if passage["errata"]]
    for passage in errata:
        for erratum in passage["errata"]:
            assert passage["text"][erratum["start"] : erratum["end"]]
    assert errata


def test_cited_words_are_named_by_their_offsets(desk: Desk) -> None:
    texts = {passage.id: passage.text for passage in desk.course.bank.passages.values()}
    questions = {each["id"]: each for each in desk.ask("/questions")["questions"]}
    ((passage, start, end),) = questions["oldest-kind"]["cites"]
    assert texts[passage][start:end] == "A beam bridge is the oldest of all bridges."


@given(st.text())
def test_offsets_count_as_in_javascript(text: str) -> None:
    for offset in range(len(text) + 1):
        before = text[:offset].encode("utf-16-le", "surrogatepass")
        assert utf16(text, offset) == len(before) // 2


def test_a_complete_question_is_proved(desk: Desk) -> None:
    answer = desk.judge(QUESTION)
    assert not answer["blocks"]
    assert answer["draft"]
    assert not [found for found in answer["findings"] if found["severity"] == "error"]


def test_missing_fields_are_named(desk: Desk) -> None:
    answer = desk.judge({"type": "choice", "stem": "What?"})
    names = ["id", "sources", "bloom", "difficulty", "options", "objective"]
    assert answer["missing"] == names
    assert answer["blocks"]
    assert not answer["draft"]


def test_a_finding_names_its_field(desk: Desk) -> None:
    item = copy.deepcopy(QUESTION)
    item["sources"][0]["quote"] = "A beam bridge is the eldest of all bridges."
    (finding,) = [found for found in desk.judge(item)["findings"] if found["severity"] == "error"]
    assert finding["path"] == ["sources", 0, "quote"]
    assert finding["code"] == "PQ203"
    assert "“oldest”" in finding["hint"]


def test_effects_on_others_are_named(desk: Desk) -> None:
    item = {**QUESTION, "stem": "Which kind of bridge does Strand call the oldest of all?"}
    codes = {found["code"] for found in desk.judge(item)["findings"]}
    assert {"S04", "B05"} <= codes
    # The first of two is blamed for nothing, but a change of it can resolve a finding of the other.
    desk.ask("/save", {"item": item, "section": "beams", "was": None})
    opened = desk.ask("/open", {"id": "oldest-kind"})
    reworded = {**opened["item"], "stem": "What does Strand say about age?"}
    answer = desk.judge(reworded, own="oldest-kind")
    assert [(found["code"], found["question"]) for found in answer["removed"]] == [
        ("S04", "beams-weak-stone")
    ]


def test_judging_finds_what_checking_finds(shipped: Bank) -> None:
    before = together(shipped)
    every = findings(shipped)
    for question in shipped.questions[::11]:
        result = judge(shipped, question, question.id, before)
        assert sorted(map(str, result.own)) == sorted(
            str(found)
            for found in every
            if found.question == question.id and found.code not in ("B07", "B08")
        )
        assert not result.added
        assert not result.removed


def test_judging_a_new_question_finds_what_checking_finds(shipped: Bank) -> None:
    rest, question = shipped.questions[:-1], shipped.questions[-1]
    flawed = question.model_copy(update={"stem": rest[0].stem, "enemies": ("nobody",)})
    bank = shipped.with_questions(rest)
    result = judge(bank, flawed)
    every = findings(shipped.with_questions((*rest, flawed)))
    assert sorted(map(str, result.own)) == sorted(
        str(found) for found in every if found.question == flawed.id and found.code != "B08"
    )


def test_a_name_gets_only_a_prefix_that_most_names_share(desk: Desk) -> None:
    item = {**QUESTION, "stem": "Which bridge is the longest?"}
    # Two of many names begin with `arch-`.
    path = desk.folder / "questions" / "arches.yaml"
    text = desk.text("questions/arches.yaml")
    path.write_text(text.replace("unfinished-one", "arch-unfinished"))
    desk.ask("/questions")
    assert desk.judge(item, section="arches")["id"] == "bridge-longest"
    path = desk.folder / "questions" / "beams.yaml"
    path.write_text(desk.text("questions/beams.yaml").replace("- id: ", "- id: bm-"))
    desk.ask("/questions")
    assert desk.judge(item)["id"] == "bm-bridge-longest"


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("Which bridge is the longest?", "bridge-longest"),
        ("Which kind is the oldest?", "kind-oldest"),
        ("", ""),
        ("???", ""),
    ],
)
def test_a_name_is_proposed(desk: Desk, stem: str, name: str) -> None:
    assert desk.judge({**QUESTION, "stem": stem})["id"].endswith(name)


def test_a_proposed_name_is_free(desk: Desk) -> None:
    item = {**QUESTION, "stem": "Weak stone?", "id": "weak-stone"}
    desk.ask("/save", {"item": item, "section": "beams", "was": None})
    assert desk.judge({**QUESTION, "stem": "Weak stone?"})["id"] == "weak-stone-2"


def test_related_questions(desk: Desk) -> None:
    draft = desk.judge({**QUESTION, "stem": "What is the oldest kind?"})["draft"]
    found = desk.ask("/look", {"draft": draft, "own": ""})
    reasons = {each["id"]: each["reason"] for each in found["related"]}
    assert reasons["oldest-kind"] in ("same quote", "leak")
    assert reasons["span-of-stone"] == "same passage"
    assert found["cards"] == 1


@pytest.mark.parametrize(
    ("question", "answers", "credit"),
    [
        ("oldest-kind", ["1"], 100),
        ("oldest-kind", ["0"], 0),
        ("holds-an-arch", ["0", "1"], 66),
        ("holds-an-arch", ["0", "1", "3"], 100),
        ("arch-in-tension", ["false"], 100),
        ("arch-in-tension", ["true"], 0),
        ("span-of-stone", ["5,2"], 100),
        ("span-of-stone", ["50"], 0),
        ("span-of-stone", ["many"], None),
        ("renewal-in-japan", ["Timber  beams"], 100),
        ("renewal-in-japan", ["beams"], 50),
        ("renewal-in-japan", ["steel"], 0),
        ("what-an-arch-does", ["load", "compression"], 100),
        ("what-an-arch-does", ["load"], 50),
        ("stone-or-cable", ["A long text"], None),
    ],
)
def test_answers_can_be_tried(
    desk: Desk, question: str, answers: list[str], credit: int | None
) -> None:
    opened = desk.ask("/open", {"id": question})
    answer = desk.judge(opened["item"], own=question, section=opened["section"])
    tried = desk.ask("/attempt", {"draft": answer["draft"], "answers": answers})
    assert tried["credit"] == credit


def test_feedback_on_a_tried_answer(desk: Desk) -> None:
    opened = desk.ask("/open", {"id": "renewal-in-japan"})
    draft = desk.judge(opened["item"], own="renewal-in-japan")["draft"]

    def said(answer: str) -> list[str]:
        texts: list[str] = desk.ask("/attempt", {"draft": draft, "answers": [answer]})["said"]
        return texts

    assert said("beams") == ["Of which material?"]
    assert said("stone beams") == ["Stone lasts longer than that."]
    assert said("steel") == ["Think of what rots."]


# --- requests that no page sends ------------------------------------------------------------------


@pytest.mark.parametrize("path", [path for method, path in ROUTES if method == "POST"])
@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"{", b'"x"', b"{}", b"\xff", b"[" * 100_000,
        b'{"item": 5, "section": 7, "id": null}',
        b'{"item": {"id": 5}, "section": "beams"}',
        b'{"item": {}, "section": "beams", "was": 5}',
        b'{"item": {"id": {"a": "b"}}, "section": "beams"}',
        b'{"item": {"type": "choice", "id": "\\ud800"}, "section": "beams"}',
        b'{"draft": "x", "answers": 5, "own": []}',
    ],
)  # fmt: skip
def test_malformed_requests_are_answered(desk: Desk, path: str, body: bytes) -> None:
    response = desk.respond(path, body)
    assert response.status in (200, 400, 409, 422)
    json.loads(text_of(response))


@pytest.mark.parametrize(
    "query",
    [{}, {"draft": "1"}, {"draft": "x", "look": "card"}, {"draft": "9" * 5000, "look": "card"},
     {"draft": "0", "look": "card"}, {"draft": "-1", "look": "../x"}],
)  # fmt: skip
def test_previews_of_nothing(desk: Desk, query: dict[str, str]) -> None:
    assert desk.respond("/preview", **query).status == 400


def test_unknown_addresses(desk: Desk) -> None:
    for path in ("/x", "/../course.yaml", "//", "/forms/", "/static/desk.css", "/%2e%2e/"):
        assert desk.respond(path).status == 404
    assert desk.respond("/save").status == 405
    assert desk.respond("/forms", {}).status == 405


_DATA = st.recursive(
    st.text(max_size=12) | st.sampled_from(["true", "x", "choice", "beams.p001"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["text", "correct", "quote", "passage", "answers", "id", "\0", "place"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
_DESK: list[Desk] = []


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*QUESTION, "gaps", "pairs", "answer", "rubric", "card", "waive", "place"]),
        _DATA,
    ),
    st.sampled_from(["choice", "cloze", "matching", "essay", "numerical", "shortanswer"]),
)
def test_any_question_can_be_judged(fields: dict[str, Any], kind: str) -> None:
    _DESK[:] = _DESK or [Desk(MINI)]
    answer = _DESK[0].judge({**QUESTION, **fields, "type": kind})
    for finding in answer["findings"]:
        assert finding["message"]
