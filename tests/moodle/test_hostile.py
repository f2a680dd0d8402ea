"""No text an author can write breaks the file, and all of it arrives: every text field of every type."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkoquiz import markup
from pkoquiz.model.question import Question

from .gap_reader import without_gaps
from .making import arrived, question
from .reader import Arrived, typed, visible

PIECES = [
    "]]>", "<![CDATA[", "<b", "<script>alert(1)</script>", "&amp;", "&", "&#126;", "&lt;b&gt;", "{", "}", "{1:SA:=x}", "{#1}", "~", "=", "#",
    "%50%", "%", "\\", "\\}", "*", "**", "_x_", "`", "$$", "\\(x^{2}<y\\)", "\\[a~b\\]", "日本", "🕊️", "é", "e\u0301", "\u00a0", " ", "  ", "\n",
    "\t", "\x0b", "\x01", "\ufffe", "@@PLUGINFILE@@", "@@PLUGINFILE@@/x.png", "'", '"', "->", "//", "top", "0", "word", "[x](javascript:a)", "<!-- c -->", "a < b", "|", "-", "1.",
]  # fmt: skip
texts = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), min_size=1, max_size=8
).map("".join)
# What is not seen, or taken for a placeholder, cannot be compared; the word makes sure that something is.
hostile = texts.map(lambda text: "w" + re.sub(r"\{\{\d+\}\}|!\[", "", text).replace("\ud800", ""))
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def seen(text: str, *, inline: bool = False) -> str:
    """What a reader sees of an author's Markdown; XML has no place for control characters."""
    return visible(ILLEGAL.sub("", markup.inline_html(text) if inline else markup.html(text)))


def plain(text: str) -> str:
    return " ".join(ILLEGAL.sub("", text).split())


def bare(text: str) -> str:
    """Without any white space: a control character that stands for some may leave a blank behind, or none."""
    return "".join(plain(text).split())


def one(made: Question) -> Arrived:
    (found,) = arrived(made)
    return found


@given(hostile, hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_texts_of_all_types(stem: str, explain: str, remark: str) -> None:
    made = question(
        "truefalse",
        answer=True,
        stem=stem,
        explain=explain,
        note=remark,
        attribution=remark,
        hints=[remark],
    )
    found = one(made)
    assert visible(found.text) == seen(made.stem)
    assert seen(made.explain) in visible(found.general)
    assert visible(found.general).count(seen(made.note, inline=True)) >= 2
    assert visible(found.hints[0]) == seen(made.hints[0], inline=True)
    assert found.name.startswith("made: ")


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_quotes_with_their_notes(quote: str, note: str) -> None:
    made = question(
        "truefalse", answer=True, sources=[{"passage": "talk.p001", "quote": quote, "note": note}]
    )
    told = visible(one(made).general)
    assert plain(made.sources[0].quote) in told
    assert seen(made.sources[0].note, inline=True) in told


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("type", ["choice", "multiple"])
def test_options(type: str, text: str, feedback: str) -> None:
    options: list[Any] = [
        {"text": f"k{text}", "correct": True, "feedback": feedback},
        f"a{text}",
        f"b{text}",
    ]
    made = question(type, options=options, shuffle=False)
    found = {visible(each.text): visible(each.feedback) for each in one(made).answers}
    assert found == {seen(each.text, inline=True): seen(each.feedback) for each in made.options}  # type: ignore[union-attr]


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_verdicts(right: str, wrong: str) -> None:
    made = question("truefalse", answer=True, feedback={"true": right, "false": wrong})
    assert [visible(each.feedback) for each in one(made).answers] == [
        seen(made.feedback.true),
        seen(made.feedback.false),
    ]  # type: ignore[union-attr]


@given(hostile, hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_pairs(premise: str, response: str, feedback: str) -> None:
    pairs = [
        {"premise": f"a{premise}", "response": f"a{response}", "feedback": feedback},
        {"premise": f"b{premise}", "response": f"b{response}"},
    ]
    made = question("matching", pairs=pairs, extras=[f"c{response}"])
    found = one(made)
    assert [(visible(left), bare(right)) for left, right in found.pairs] == [
        *((seen(pair.premise, inline=True), bare(pair.response)) for pair in made.pairs),  # type: ignore[union-attr]
        ("", bare(f"c{response}")),
    ]
    assert seen(feedback.strip()) in visible(found.general)


@given(hostile)
@settings(max_examples=60, deadline=None)
def test_steps(text: str) -> None:
    made = question("ordering", sequence=[f"a{text}", f"b{text}", f"c{text}"])
    assert [visible(each.text) for each in one(made).answers] == [
        seen(step, inline=True) for step in made.sequence
    ]  # type: ignore[union-attr]


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_short_answers(text: str, feedback: str) -> None:
    made = question(
        "shortanswer",
        answers=[{"text": f"a{text}", "feedback": feedback}, {"text": f"b{text}", "credit": 50}],
        wrong=[{"text": f"c{text}", "feedback": feedback}],
        otherwise=feedback,
    )
    found = one(made).answers
    assert [bare(typed(each.text)) for each in found[:3]] == [
        bare(f"{first}{text}") for first in "abc"
    ]
    assert found[3].text == "*"
    assert {visible(each.feedback) for each in (found[0], *found[2:])} == {seen(made.otherwise)}  # type: ignore[union-attr]


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_gaps(text: str, feedback: str) -> None:
    gaps = [
        {
            "answers": [{"text": text, "feedback": feedback}, {"text": f"b{text}", "credit": 50}],
            "wrong": [{"text": f"c{text}", "feedback": feedback}],
        },
        {"answers": [f"d{text}"]},
    ]
    made = question(
        "cloze", stem=f"Before {{{{1}}}} and {{{{2}}}} after.\n\nThen {feedback}", gaps=gaps
    )
    first, second = one(made).gaps
    assert [bare(each.text) for each in first.answers] == [
        bare(text),
        bare(f"b{text}"),
        bare(f"c{text}"),
    ]
    assert [int(each.fraction) for each in first.answers] == [100, 50, 0]
    assert (
        visible(first.answers[0].feedback)
        == visible(first.answers[2].feedback)
        == seen(feedback.strip())
    )
    assert [bare(each.text) for each in second.answers] == [bare(f"d{text}")]
    assert visible(without_gaps(one(made).text)).startswith("Before ___ and ___ after. Then ")


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("type", ["essay", "shortanswer"])
def test_what_graders_read(type: str, text: str, model: str) -> None:
    answer: dict[str, Any] = {"model_answer": model} if type == "essay" else {"answers": [model]}
    made = question(type, rubric=[{"points": 1, "text": text}], **answer)
    told = visible(one(made).grader)
    assert seen(text.strip(), inline=True) in told
    assert (seen(model.strip()) if type == "essay" else plain(model)) in told


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_numbers(unit: str, working: str) -> None:
    made = question(
        "numerical",
        answer="-3.14",
        tolerance="0.01",
        unit=unit,
        working=working,
        wrong=[{"value": "1E+3", "feedback": working}],
    )
    found = one(made)
    assert [each.text for each in found.answers] == ["-3.14", "1000"]
    assert plain(unit) in visible(found.text)
    assert plain(found.unit) in ("", plain(unit))
    assert seen(working.strip()) in visible(found.general)


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_names_of_course_and_section(title: str, section: str) -> None:
    (found,) = arrived(question("truefalse", answer=True), title=title, section=section)
    assert len(found.category) == 2
    assert all(name.startswith("w") for name in found.category)
