"""Proceedings in small texts, and the diagnostics for a layout that does not match."""

from __future__ import annotations

from pkoquiz.diagnostics import Diagnostic, Place, Span
from pkoquiz.model.passage import Passage
from pkoquiz.transcript import read_transcript


def read(text: str, layout: str) -> tuple[list[Passage], list[Diagnostic]]:
    transcript, faults = read_transcript(
        text.encode(), "a.txt", "auto", layout.encode(), "a.layout.yaml"
    )
    return list(transcript.passages) if transcript else [], faults


TALK = """\
sections:
- slug: talk
  title: A Talk
  lines: [A Talk, Ada (Engineer)]
  speaker: Ada
"""


def test_a_sentence_cut_by_a_slide_and_a_note_is_joined() -> None:
    text = """\
A Talk

Ada (Engineer)

First part of¹

Slide
- point

¹ See there.
http://example.org/x

a sentence. And x² stays.

Next one.
"""
    layout = TALK + "  slides:\n  - {starts: Slide, lines: 2}\n"
    passages, faults = read(text, layout)
    assert faults == []
    assert [(p.id, p.text, p.lines, p.joins, p.footnotes) for p in passages] == [
        ("talk.title", "A Talk\nAda (Engineer)", (1, 3), (), ()),
        ("talk.p001", "First part of a sentence. And x² stays.", (5, 13), ((5, 13),), (1,)),
        ("talk.s01", "Slide\n- point", (7, 8), (), ()),
        ("talk.f01", "See there. http://example.org/x", (10, 11), (), ()),
        ("talk.p002", "Next one.", (15, 15), (), ()),
    ]


def test_a_heading_and_a_turn_end_an_unfinished_sentence() -> None:
    layout = TALK + "  numbered_headings: true\n  labels: [{label: Bo, speaker: Bo Li}]\n"
    text = (
        "A Talk\nAda (Engineer)\nNot done\n\n2.1 Next\n\nalso not\n\n"
        "(Bo) Yes.\n\n16 missions, no heading.\n"
    )
    passages, faults = read(text, layout)
    assert faults == []
    assert [(p.text, p.kind, p.speaker, p.turn, p.level) for p in passages[1:]] == [
        ("Not done", "speech", "Ada", 0, 0),
        ("2.1 Next", "heading", "Ada", 0, 2),
        ("also not", "speech", "Ada", 0, 0),
        ("Yes.", "speech", "Bo Li", 1, 0),
        ("16 missions, no heading.", "speech", "Bo Li", 1, 0),
    ]


def test_rows_with_the_same_or_an_unknown_label() -> None:
    layout = "sections:\n- {slug: qa, title: Q&A, lines: [Q&A], form: table, speaker: Ada}\n"
    text = "Q&A\nQ1\t<p>Why?</p>\nA1\t<p>So.</p>\nQ1\t<p>How?</p>\nNote\t<p>Thus.</p>\n"
    passages, faults = read(text, layout)
    assert [(p.id, p.kind) for p in passages[1:]] == [
        ("qa.q1.p01", "question"),
        ("qa.a1.p01", "answer"),
        ("qa.q1x2.p01", "question"),
        ("qa.x1.p01", "answer"),
    ]
    assert [(f.code, f.place.span.line if f.place.span else 0) for f in faults] == [("PQ159", 2)]
    assert faults[0].message.endswith("the rows of this table: `Q1`, `A1`, `Note`")
    labels = "labels: [{label: Q1, speaker: Bo, kind: question}]"
    _, faults = read(text, layout.replace("speaker: Ada", labels))
    assert [(f.code, f.place.span.line if f.place.span else 0) for f in faults] == [
        ("PQ159", 3),
        ("PQ159", 5),
    ]


def test_a_table_without_tabs_is_one_error() -> None:
    layout = """\
sections:
- slug: qa
  title: Q&A
  lines: [Q&A]
  form: table
  labels: [{label: Q1, speaker: Bo}, {label: A1, speaker: Ada}]
"""
    text = "Q&A\nQ1 <p>Why?</p>\nA1 <p>So.</p>\nQ1 <p>How?</p>\n"
    passages, faults = read(text, layout)
    assert [(f.code, f.severity, f.place.path) for f in faults] == [
        ("PQ158", "error", ("sections", 0, "form"))
    ]
    assert [passage.id for passage in passages] == ["qa.title", "qa.p001", "qa.p002", "qa.p003"]
    _, faults = read(text.replace(" <p>", "\t<p>"), layout.replace("table", "discussion"))
    assert [(f.code, f.place.path) for f in faults] == [("PQ158", ("sections", 0, "labels"))]
    assert "`form: table`" in faults[0].hint


def test_a_missing_section_is_reported_with_the_line_in_its_place() -> None:
    text = "A Talk\nAda (Enginer)\nHello.\n"
    _, faults = read(text, TALK)
    assert [(f.code, f.place.path, f.hint) for f in faults] == [
        ("PQ156", ("sections", 0, "lines", 1), "found `Ada (Enginer)` instead of `Ada (Engineer)`")
    ]
    assert faults[0].other == Place("a.txt", span=Span.on_line(2))
    _, faults = read("A Tal\nHello.\n", TALK)
    assert faults[0].hint == "found `A Tal` instead of `A Talk`"


def test_words_before_the_first_section_are_kept() -> None:
    passages, faults = read("Foreword.\n\nA Talk\nAda (Engineer)\nHello.\n", TALK)
    assert [p.id for p in passages] == ["a.p001", "talk.title", "talk.p001"]
    assert [(f.code, f.place.span.line if f.place.span else 0) for f in faults] == [("PQ157", 1)]


def test_slides_headings_and_dropped_lines_not_found() -> None:
    layout = TALK + "  slides: [{starts: Pictur}]\n  headings: [{text: Nope}]\n  drop: ['7']\n"
    _, faults = read("A Talk\nAda (Engineer)\nPicture\n\nHello.\n", layout)
    assert [(f.code, f.place.path) for f in faults] == [
        ("PQ158", ("sections", 0, "slides", 0, "starts")),
        ("PQ158", ("sections", 0, "headings", 0, "text")),
        ("PQ158", ("sections", 0, "drop", 0)),
    ]
    assert faults[0].hint == "did you mean `Picture`?"


def test_an_unknown_label_is_reported_once() -> None:
    layout = TALK + "  labels: [{label: Gordon, speaker: Robert Gordon}]\n"
    text = "A Talk\nAda (Engineer)\n(Gordn) Hello.\n\n(Gordn) Again.\n\n(laughter) Ha.\n"
    _, faults = read(text, layout)
    assert [(f.code, f.hint) for f in faults] == [("PQ159", "did you mean `Gordon`?")]


def test_a_broken_layout_is_reported() -> None:
    transcript, faults = read_transcript(
        b"x", "a.txt", "auto", b"sections:\n- {slug: a}\n", "l.yaml"
    )
    assert transcript is None
    assert {fault.place.file for fault in faults} == {"l.yaml"}
    _, faults = read_transcript(
        b"x", "a.txt", "auto", (TALK + TALK.split("\n", 1)[1]).encode(), "l.yaml"
    )
    assert "duplicate slug `talk`" in faults[0].message


def test_proceedings_need_a_layout() -> None:
    transcript, faults = read_transcript(b"x", "a.txt", "proceedings")
    assert transcript is None
    assert [fault.code for fault in faults] == ["PQ155"]


def test_errata_with_mistakes() -> None:
    errata = b"""errata:
- {passage: a.p001, kind: F, words: "hello -  WORLD", right: x}
- {passage: a.p001, kind: Z, words: hello, right: x}
"""
    transcript, faults = read_transcript(
        "“Hello” World.".encode(), "a.txt", errata=errata, errata_file="e.yaml"
    )
    assert transcript is not None
    assert [erratum.place for erratum in transcript.errata] == [Place("e.yaml", ("errata", 0))]
    assert [(f.code, f.place.path) for f in faults] == [("PQ113", ("errata", 1, "kind"))]
    _, faults = read_transcript(b"Hello.", "a.txt", errata=b"- x\n", errata_file="e.yaml")
    assert [fault.code for fault in faults] == ["PQ160"]


def test_pages_in_descending_order() -> None:
    _, faults = read("A Talk\nAda (Engineer)\nHello.\n", TALK + "  pages: [29, 3]\n")
    assert [(f.code, f.message) for f in faults] == [("PQ114", "the last page is before the first")]


def test_a_line_with_only_tags_is_not_a_passage() -> None:
    layout = (
        "sections:\n- {slug: speakers, title: Speakers, lines: [Speakers], form: biographies}\n"
    )
    passages, faults = read("Speakers\n\nAda: an engineer\n</li></ul>\nBo: a builder\n", layout)
    assert faults == []
    assert [(p.id, p.text) for p in passages] == [
        ("speakers.title", "Speakers"),
        ("speakers.b01", "Ada: an engineer"),
        ("speakers.b02", "Bo: a builder"),
    ]
