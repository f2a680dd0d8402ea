"""Markdown and plain text: sections, paragraphs, speakers, and every word exactly once."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pkoquiz.model.passage import Passage, Transcript
from pkoquiz.transcript import read_transcript
from pkoquiz.words import words


def read(text: str, file: str = "talks/My Talk.md", layout: bytes | None = None) -> Transcript:
    transcript, faults = read_transcript(text.encode(), file, layout=layout)
    assert faults == []
    assert transcript is not None
    return transcript


def listed(passages: tuple[Passage, ...]) -> list[tuple[str, str, tuple[int, int]]]:
    return [(passage.id, passage.text, passage.lines) for passage in passages]


def test_headings_open_sections() -> None:
    text = """\
---
title: not a word of the talk
---
Before.

Part *One* #
====

Wrapped
line.

### Deeper

Text.

# Part One #

---

Last.
"""
    transcript = read(text)
    assert [(s.slug, s.title) for s in transcript.sections] == [
        ("my-talk", "My Talk"),
        ("part-one", "Part One #"),
        ("part-one-2", "Part One"),
    ]
    assert listed(transcript.passages) == [
        ("my-talk.p001", "Before.", (4, 4)),
        ("part-one.title", "Part One #", (6, 7)),
        ("part-one.p001", "Wrapped line.", (9, 10)),
        ("part-one.h01", "Deeper", (12, 12)),
        ("part-one.p002", "Text.", (14, 14)),
        ("part-one-2.title", "Part One", (16, 16)),
        ("part-one-2.p001", "Last.", (20, 20)),
    ]
    assert transcript.passages[3].level == 2


def test_a_title_of_the_document_is_not_the_only_section() -> None:
    sections = read("# Title\n\nIntro.\n\n## One\n\na\n\n## Two\n\nb\n\n### Three\n\nc\n").sections
    assert [section.slug for section in sections] == ["title", "one", "two"]


def test_lines_about_the_talk_are_not_speech() -> None:
    transcript = read("# Title\n\n*Recorded in May.*\n\nOslo, 2025\n\n## One\n\na\n\n## Two\n\nb\n")
    assert [(p.id, p.kind) for p in transcript.passages[:3]] == [
        ("title.title", "heading"),
        ("title.h01", "heading"),
        ("title.h02", "heading"),
    ]
    for intro in (
        # One sentence was spoken, so perhaps the rest was too.
        "*Recorded in May.*\n\nGood morning to you all.",
        "**Ada:** So",
        "Good morning. " * 20,
        "so today we look at bridges and at what holds them up, and at who had to pay for them",
    ):
        transcript = read(f"# Title\n\n{intro}\n\n## One\n\na\n\n## Two\n\nb\n")
        assert transcript.passages[1].kind == "speech", intro
    for text in (
        "# One\n\n*a*\n\n# Two\n\nb\n",
        "# One\n\n*a*\n",
        "*a*\n\n# One\n\n## Two\n",
        "*a*\n",
    ):
        assert any(p.kind == "speech" and p.text == "a" for p in read(text).passages), text


def test_speakers() -> None:
    layout = b"speakers: {Ada: Ada Lovelace}\n"
    text = (
        "# A\n\n**Bob:** Hi.\nada: Hello\nthere.\n\nStill me.\n\nThis: no name.\n\n"
        "**Bob**: Yes.\n\n# B\n\nNobody.\n"
    )
    passages = read(text, layout=layout).passages
    assert [(p.text, p.speaker, p.label, p.turn) for p in passages if p.kind == "speech"] == [
        ("Hi.", "Bob", "Bob", 1),
        ("Hello there.", "Ada Lovelace", "ada", 2),
        ("Still me.", "Ada Lovelace", "ada", 2),
        ("This: no name.", "Ada Lovelace", "ada", 2),
        ("Yes.", "Bob", "Bob", 3),
        ("Nobody.", "", "", 0),
    ]


def test_lists_quotations_and_links() -> None:
    text = (
        "Intro:\n- one\n- **two**\n\n> quoted\n> more\n\n"
        "[a link](https://example.org/x), _so_ snake_case 2 * 3 * 4\n"
    )
    assert [passage.text for passage in read(text).passages] == [
        "Intro:\n- one\n- two",
        "quoted more",
        "a link, so snake_case 2 * 3 * 4",
    ]


def test_fenced_text_has_no_headings() -> None:
    assert [p.text for p in read("```\n# not a heading\n```\n\nafter\n").passages] == [
        "# not a heading",
        "after",
    ]
    assert [p.text for p in read("```\n# never closed\n").passages] == ["# never closed"]


def test_unwrapped_lines_are_paragraphs() -> None:
    long = "word " * 80 + "end."
    assert len(read(f"{long}\n{long}\nShort.\n", "a.txt").passages) == 3


def test_line_endings_byte_order_marks_and_form_feeds() -> None:
    transcript = read("\ufeffOne\r\ntwo.\r\n\f\r\nThree\rfour.\r\rFive.", "a.txt")
    assert listed(transcript.passages) == [
        ("a.p001", "One two.", (1, 2)),
        ("a.p002", "Three four.", (4, 5)),
        ("a.p003", "Five.", (7, 7)),
    ]


def test_slugs_of_titles() -> None:
    titles = ["Élan vital!", "開会", "2012", "Открытие", "開会", "Strand’s – bridge", "!!!"]
    text = "\n\n".join(f"# {title}\n\nWords." for title in titles)
    assert [section.slug for section in read(text).sections] == [
        "elan-vital",
        "kaihui",
        "section-2012",
        "otkrytie",
        "kaihui-2",
        "strands-bridge",
        "section",
    ]


WORDS = st.text(alphabet="abcXYZéß0189", min_size=1, max_size=6)
MARKS = st.sampled_from(
    ["", ".", ",", "?", ":", "-", "—", "*", "**", "_", "(", ")", '"', "#", ">", "`", "~", "|", "="]
)
PIECES = st.builds(lambda a, b, c: a + b + c, MARKS, WORDS, MARKS)
GAPS = st.sampled_from(
    [" ", " ", " ", "\n", "\n\n", "\r\n", "\t", "\n- ", "\n# ", "\n---\n", "\n> "]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(PIECES, GAPS), min_size=1, max_size=40))
def test_every_word_of_plain_text_is_read_once_in_order(parts: list[tuple[str, str]]) -> None:
    text = "".join(piece + gap for piece, gap in parts)
    transcript, _ = read_transcript(text.encode(), "a.txt")
    assert transcript is not None
    read_words = [
        word for p in transcript.passages for word in words(_with_name(p, transcript.passages))
    ]
    assert read_words == words(text)
    lines = text.replace("\r\n", "\n").split("\n")
    for passage in transcript.passages:
        stretch = words("\n".join(lines[passage.lines[0] - 1 : passage.lines[1]]))
        assert set(words(passage.text)) <= set(stretch)


def _with_name(passage: Passage, passages: tuple[Passage, ...]) -> str:
    first = next(p for p in passages if (p.section, p.turn) == (passage.section, passage.turn))
    return f"{passage.label} {passage.text}" if passage.label and passage is first else passage.text
