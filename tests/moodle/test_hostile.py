"""Authors' texts never break the file, and every text field arrives complete."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkoquiz import markup
from pkoquiz.model.question import (
    Choice,
    Matching,
    Multiple,
    Ordering,
    Question,
    ShortAnswer,
    TrueFalse,
)

from ..making import make_question
from .gap_reader import without_gaps
from .making import arrived
from .reader import Arrived, typed, visible

PIECES = [
    "]]>", "<![CDATA[", "<b", "<script>alert(1)</script>", "&amp;", "&", "&#126;", "&lt;b&gt;",
    "{", "}", "{1:SA:=x}", "{#1}", "~", "=", "#", "%50%", "%", "\\", "\\}", "*", "**", "_x_", "`",
    "$$", "\\(x^{2}<y\\)", "\\[a~b\\]", "日本", "🕊️", "é", "e\u0301", "\u00a0", " ", "  ", "\n",
    "\t", "\x0b", "\x01", "\ufffe", "@@PLUGINFILE@@", "@@PLUGINFILE@@/x.png", "'", '"', "->",
    "//", "top", "0", "word", "[x](javascript:a)", "<!-- c -->", "a < b", "|", "-", "1.",
]  # fmt: skip
texts = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), min_size=1, max_size=8
).map("".join)
# What is invisible or a placeholder cannot be compared. The `w` makes sure that something can.
hostile = texts.map(lambda text: "w" + re.sub(r"\{\{\d+\}\}|!\[", "", text).replace("\ud800", ""))
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def seen(text: str, *, inline: bool = False) -> str:
    """Return what a reader sees of an author's Markdown, without the characters XML cannot hold."""
    return visible(ILLEGAL.sub("", markup.inline_html(text) if inline else markup.html(text)))


def one_line(text: str) -> str:
    return " ".join(ILLEGAL.sub("", text).split())


def bare(text: str) -> str:
    """Return the text without white space: a control character may leave a space, or none."""
    return "".join(one_line(text).split())


def written(texts: list[str], arrived: list[str]) -> list[str]:
    """Return which of the texts arrived, in order; other spellings may be between them."""
    return [text for text in dict.fromkeys(map(bare, arrived)) if text in texts]


def only(made: Question) -> Arrived:
    (imported,) = arrived(made)
    return imported


@given(hostile, hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_texts_of_all_types(stem: str, explain: str, remark: str) -> None:
    made = make_question(
        "shortanswer", stem=stem, explain=explain, note=remark, attribution=remark, hints=[remark]
    )
    imported = only(made)
    assert visible(imported.text) == seen(made.stem)
    assert seen(made.explain) in visible(imported.general)
    assert visible(imported.general).count(seen(made.note, inline=True)) >= 2
    assert visible(imported.hints[0]) == seen(made.hints[0], inline=True)
    assert imported.name.startswith("made: ")


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_quotes_with_their_notes(quote: str, note: str) -> None:
    made = make_question(
        "truefalse", answer=True, sources=[{"passage": "talk.p001", "quote": quote, "note": note}]
    )
    shown = visible(only(made).general)
    assert one_line(made.sources[0].quote) in shown
    assert seen(made.sources[0].note, inline=True) in shown


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("record", [Choice, Multiple])
def test_options(record: type[Choice | Multiple], text: str, feedback: str) -> None:
    options: list[Any] = [
        {"text": f"k{text}", "correct": True, "feedback": feedback},
        f"a{text}",
        f"b{text}",
    ]
    made = make_question(record, options=options, shuffle=False)
    imported = {visible(answer.text): visible(answer.feedback) for answer in only(made).answers}
    assert imported == {
        seen(option.text, inline=True): seen(option.feedback) for option in made.options
    }


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_verdicts(right: str, wrong: str) -> None:
    made = make_question(TrueFalse, answer=True, feedback={"true": right, "false": wrong})
    assert [visible(answer.feedback) for answer in only(made).answers] == [
        seen(made.feedback.true),
        seen(made.feedback.false),
    ]


@given(hostile, hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_pairs(premise: str, response: str, feedback: str) -> None:
    pairs = [
        {"premise": f"a{premise}", "response": f"a{response}", "feedback": feedback},
        {"premise": f"b{premise}", "response": f"b{response}"},
    ]
    made = make_question(Matching, pairs=pairs, extras=[f"c{response}"])
    imported = only(made)
    assert [(visible(left), bare(right)) for left, right in imported.pairs] == [
        *((seen(pair.premise, inline=True), bare(pair.response)) for pair in made.pairs),
        ("", bare(f"c{response}")),
    ]
    assert seen(feedback.strip()) in visible(imported.general)


@given(hostile)
@settings(max_examples=60, deadline=None)
def test_steps(text: str) -> None:
    made = make_question(Ordering, sequence=[f"a{text}", f"b{text}", f"c{text}"])
    assert [visible(answer.text) for answer in only(made).answers] == [
        seen(step, inline=True) for step in made.sequence
    ]


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_short_answers(text: str, feedback: str) -> None:
    made = make_question(
        ShortAnswer,
        answers=[{"text": f"a{text}", "feedback": feedback}, {"text": f"b{text}", "credit": 50}],
        wrong=[{"text": f"c{text}", "feedback": feedback}],
        otherwise=feedback,
    )
    imported = only(made).answers
    texts = [bare(f"{first}{text}") for first in "abc"]
    assert written(texts, [typed(answer.text) for answer in imported[:-1]]) == texts
    assert imported[-1].text == "*"
    assert {visible(answer.feedback) for answer in imported if answer.fraction != 50} == {
        seen(made.otherwise)
    }


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_gaps(text: str, feedback: str) -> None:
    # Answers with these are left out.
    text = text.replace("~", "").replace("@@PLUGINFILE@@", "@PLUGINFILE@")
    gaps = [
        {
            "answers": [{"text": text, "feedback": feedback}, {"text": f"b{text}", "credit": 50}],
            "wrong": [{"text": f"c{text}", "feedback": feedback}],
        },
        {"answers": [f"d{text}"]},
    ]
    made = make_question(
        "cloze", stem=f"Before {{{{1}}}} and {{{{2}}}} after.\n\nThen {feedback}", gaps=gaps
    )
    first, second = only(made).gaps
    texts = [bare(text), bare(f"b{text}"), bare(f"c{text}")]
    assert written(texts, [answer.text for answer in first.answers]) == texts
    for answer in first.answers:
        assert answer.fraction in (100, 50, 0)
        said = "" if answer.fraction == 50 else seen(feedback.strip())
        assert visible(answer.feedback) == said
    assert bare(second.answers[0].text) == bare(f"d{text}")
    assert visible(without_gaps(only(made).text)).startswith("Before ___ and ___ after. Then ")


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("type", ["essay", "shortanswer"])
def test_what_graders_read(type: str, text: str, model: str) -> None:
    answer: dict[str, Any] = {"model_answer": model} if type == "essay" else {"answers": [model]}
    made = make_question(type, rubric=[{"points": 1, "text": text}], **answer)
    shown = visible(only(made).grader)
    assert seen(text.strip(), inline=True) in shown
    assert (seen(model.strip()) if type == "essay" else one_line(model)) in shown


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_numbers(unit: str, working: str) -> None:
    made = make_question(
        "numerical",
        answer="-3.14",
        tolerance="0.01",
        unit=unit,
        working=working,
        wrong=[{"value": "1E+3", "feedback": working}],
    )
    imported = only(made)
    assert [answer.text for answer in imported.answers] == ["-3.14", "1000"]
    assert one_line(unit) in visible(imported.text)
    assert one_line(imported.unit) in ("", one_line(unit))
    assert seen(working.strip()) in visible(imported.general)


@given(hostile, hostile)
@settings(max_examples=60, deadline=None)
def test_names_of_course_and_section(title: str, section: str) -> None:
    (imported,) = arrived(
        make_question("truefalse", answer=True), title=title, sections={"talk": section}
    )
    assert len(imported.category) == 2
    assert all(name.startswith("w") for name in imported.category)
