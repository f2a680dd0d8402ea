"""Files that are not transcripts: a diagnostic, never a traceback."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkoquiz.transcript import READERS, lines, read_transcript

LAYOUT = b"""\
sections:
- slug: a
  title: A
  lines: [A]
  numbered_headings: true
  labels: [{label: B, speaker: Bo}]
  pages: [1, 2]
- {slug: q, title: Q, lines: [Q], form: table}
"""


@pytest.mark.parametrize(
    ("raw", "file", "code", "line", "column"),
    [
        (b"", "a.md", "PQ151", 0, 0),
        (b" \n\n--\n", "a.txt", "PQ151", 0, 0),
        (b"\xef\xbb\xbf", "a.vtt", "PQ151", 0, 0),
        ("é\nab é ".encode() + b"\xff", "a.md", "PQ150", 2, 6),
        ("UTF-16".encode("utf-16"), "a.md", "PQ150", 1, 1),
        (b"one\ntwo\x00", "a.md", "PQ152", 2, 4),
        (b"\x1b[0m", "a.srt", "PQ152", 1, 1),
        (b"one", "a.docx", "PQ154", 0, 0),
    ],
)
def test_refused(raw: bytes, file: str, code: str, line: int, column: int) -> None:
    transcript, faults = read_transcript(raw, file)
    assert transcript is None
    assert [fault.code for fault in faults] == [code]
    assert faults[0].hint
    span = faults[0].place.span
    assert (span.line, span.column) == (line, column) if span else line == 0


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_BYTES", 3)
    assert [fault.code for fault in read_transcript(b"text", "a.md")[1]] == ["PQ153"]


def test_unknown_format() -> None:
    _, faults = read_transcript(b"text", "a.md", "word")
    assert [fault.code for fault in faults] == ["PQ154"]


CODES = {f"PQ{number}" for number in range(150, 166)}
LINES = st.sampled_from(
    [
        "A",
        "Q",
        "(B) text.",
        "Q1\t<p>a</p> <p>b</p>",
        "\t<p>more",
        "<p>x <ul> ■ y ● z\t<h3>w",
        "---\t---",
        "1. Head",
        "¹ note",
        "WEBVTT",
        "NOTE x",
        "00:01.000 --> 00:02.000",
        "00:00:01,5 --> x",
        "<v Ada>hi",
        "- dash",
        "# H",
        "===",
        "---",
        "```",
        "**B:** hi",
        "> q",
        "12",
        "",
    ]
)


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(str.encode),
        st.lists(LINES, max_size=20).map(lambda lines: "\n".join(lines).encode()),
    ),
    st.sampled_from(sorted(READERS)),
    st.booleans(),
)
def test_no_transcript_raises(raw: bytes, name: str, described: bool) -> None:
    transcript, faults = read_transcript(
        raw, "a.txt", name, LAYOUT if described else None, "l.yaml"
    )
    assert transcript is not None or faults
    assert {fault.code for fault in faults} <= CODES
    if transcript is not None:
        ids = [passage.id for passage in transcript.passages]
        assert len(set(ids)) == len(ids)
        count = raw.count(b"\n") + raw.count(b"\r") + 1
        assert all(1 <= p.lines[0] <= p.lines[1] <= count for p in transcript.passages)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_no_layout_or_errata_raises(layout: bytes, errata: bytes) -> None:
    read_transcript(b"text", "a.txt", "auto", layout, "l.yaml", errata, "e.yaml")


@pytest.mark.parametrize(
    "unit", ["*a ", "[", "<p ", " .", "# ", "|-", "- ", "<v ", "1:1 ", "{\\", "_a", "¹", ">"]
)
@pytest.mark.parametrize("name", sorted(READERS))
def test_long_lines_take_linear_time(unit: str, name: str) -> None:
    raw = b"A\n" + (unit * (200_000 // len(unit)) + "x").encode()
    started = time.perf_counter()
    read_transcript(raw, "a.txt", name, LAYOUT, "l.yaml")
    # A pattern that backtracks would take minutes.
    assert time.perf_counter() - started < 2
