"""WebVTT and SubRip: cues become paragraphs with times and speakers."""

from __future__ import annotations

from pkoquiz.diagnostics import Diagnostic, Place
from pkoquiz.model.bank import Bank
from pkoquiz.model.course import Course
from pkoquiz.model.parts import Citation
from pkoquiz.model.passage import Passage
from pkoquiz.model.question import Flashcard
from pkoquiz.quotes.citations import references
from pkoquiz.transcript import read_transcript


def read(
    text: str, file: str = "talk.vtt", layout: bytes | None = None
) -> tuple[list[Passage], list[Diagnostic]]:
    transcript, faults = read_transcript(text.encode(), file, layout=layout)
    return list(transcript.passages) if transcript else [], faults


def srt(*texts: str, seconds: int = 2, gap: int = 0) -> str:
    """Return cues of `seconds` each, `gap` seconds apart."""
    cues = []
    for at, text in enumerate(texts):
        start = at * (seconds + gap)
        cues.append(f"{at + 1}\n00:00:{start:02},000 --> 00:00:{start + seconds:02},500\n{text}\n")
    return "\n".join(cues)


def test_webvtt_with_voices_comments_and_tags() -> None:
    text = """\
WEBVTT - The Talk
Kind: captions

NOTE
not --> read

STYLE
::cue { color: red }

REGION
id:one

first
00:01.000 --> 00:03.000 align:start position:0%
<v.loud Ada Lovelace>Hello <i>there</i> &amp; <c.yellow>all</c>,</v>

00:00:03.000 --> 00:00:05.000
<v Ada Lovelace>more <00:00:04.000>words.

00:05.500 --> 00:06.000
<v Bob>Hi.
"""
    passages, faults = read(text)
    assert faults == []
    assert [(p.id, p.speaker, p.text, p.lines, p.time) for p in passages] == [
        ("talk.p001", "Ada Lovelace", "Hello there & all, more words.", (15, 18), (1.0, 5.0)),
        ("talk.p002", "Bob", "Hi.", (21, 21), (5.5, 6.0)),
    ]
    transcript, _ = read_transcript(text.encode(), "talk.vtt")
    assert transcript is not None
    assert [section.title for section in transcript.sections] == ["The Talk"]


def test_a_pause_ends_a_paragraph() -> None:
    passages, _ = read(srt("One,", "two.", gap=4), "a.srt")
    assert [passage.text for passage in passages] == ["One,", "two."]
    passages, _ = read(srt("One,", "two.", gap=4), "a.srt", b"pause: 5\n")
    assert [passage.text for passage in passages] == ["One, two."]


def test_a_long_paragraph_ends_with_a_sentence() -> None:
    passages, _ = read(srt("word " * 59 + "and", "so on.", "More.", "And"), "a.srt")
    assert [passage.text[-10:] for passage in passages] == ["and so on.", "More. And"]
    passages, _ = read(srt("word " * 150, "and " * 60, "so on"), "a.srt")
    assert [len(passage.text.split()) for passage in passages] == [210, 2]


def test_names_and_dashes() -> None:
    text = srt("SMITH: Well,\nwell.", "- Who?\n- Me: the end.", "JONES:\nYes.", ">> No.")
    passages, faults = read(text, "a.srt")
    assert faults == []
    assert [(p.speaker, p.text, p.turn) for p in passages] == [
        ("SMITH", "Well, well.", 1),
        ("", "Who?", 2),
        ("", "Me: the end.", 3),
        ("JONES", "Yes.", 4),
        ("", "No.", 5),
    ]
    text = srt("Ada: Hello.", "So,", "Bob: no name.", "if most", "have none.")
    passages, _ = read(text, "a.srt", b"speakers: {Ada: Ada Lovelace}\n")
    assert [(p.speaker, p.text) for p in passages] == [
        ("Ada Lovelace", "Hello. So, Bob: no name. if most have none.")
    ]


def test_rolling_captions_are_read_once() -> None:
    text = """\
WEBVTT

00:00:00.000 --> 00:00:02.000 align:start position:0%
\x20
the<00:00:00.500><c> quick</c><00:00:01.000><c> brown</c>

00:00:02.000 --> 00:00:02.010 align:start position:0%
the quick brown
\x20

00:00:02.010 --> 00:00:04.000 align:start position:0%
the quick brown
fox<00:00:03.000><c> jumps</c>

00:00:04.000 --> 00:00:04.010 align:start position:0%
fox jumps
\x20

00:00:04.010 --> 00:00:06.000 align:start position:0%
fox jumps
over
"""
    passages, faults = read(text)
    assert faults == []
    assert [passage.text for passage in passages] == ["the quick brown fox jumps over"]


def test_words_said_twice_are_kept() -> None:
    passages, _ = read(srt("No.", "No.", "Yes.", "Why?", "So.", "There.", "We go."), "a.srt")
    assert passages[0].text.startswith("No. No. Yes.")


def test_cue_numbers_are_not_text() -> None:
    text = (
        "1\n\n00:00:01,000 --> 00:00:02,000\nIn\n2012\n2\n"
        "00:00:02,000 --> 00:00:03,000\n\n7\n\nagain {\\an8}and\n\n"
        "3\n00:00:03,000 --> 00:00:04,000\n5\n"
    )
    passages, faults = read(text, "a.srt")
    assert faults == []
    assert [passage.text for passage in passages] == ["In 2012 7 again and 5"]


def test_an_invalid_timing_is_reported_and_the_rest_is_read() -> None:
    text = """\
1
00:00:01,000 --> 00:00:02,000
one

2
00:00:02,000 -> 00:00:03,000
two

3
00:00:x --> 4
three

4
00:00:05,000 --> 00:00:04,000
four
"""
    passages, faults = read(text, "a.srt")
    assert [(f.code, f.severity, f.place.span.line if f.place.span else 0) for f in faults] == [
        ("PQ163", "warning", 6),
        ("PQ163", "warning", 10),
        ("PQ164", "warning", 14),
    ]
    assert " ".join(passage.text for passage in passages) == "one two three four"


def test_text_without_timings_is_not_a_subtitle_file() -> None:
    _, faults = read("Just text.\n", "a.srt")
    assert [fault.code for fault in faults] == ["PQ165"]
    _, faults = read("1\n00:x --> y\nOne.\n\n2\n00:y --> z\nTwo.\n", "a.srt")
    assert [fault.code for fault in faults] == ["PQ165"], "not one for each cue"
    _, faults = read("WEBVTT\n\nNOTE nothing\n")
    assert [fault.code for fault in faults] == ["PQ151"]


def test_a_citation_gives_the_time_of_its_words() -> None:
    text = srt("ADA: One,", "two,\nthree,", "four.")
    passages, _ = read(text, "a.srt")
    (passage,) = passages
    assert passage.text == "One, two, three, four."
    assert passage.cues == ((0, 0.0), (5, 2.0), (17, 4.0))
    assert [
        passage.heard(passage.text.index(word)) for word in ("One", "two", "three", "four")
    ] == [0, 2, 2, 4]
    transcript, _ = read_transcript(text.encode(), "a.srt")
    assert transcript is not None
    question = Flashcard(
        id="what-comes",
        type="flashcard",
        section="a",
        stem="What comes?",
        answer="Three",
        sources=(
            Citation(passage="a.p001", quote="three, four"),
            Citation(passage="a.p001", quote="One, two"),
            Citation(passage="a.p001", quote="nowhere"),
        ),
        bloom="remember",
        difficulty="easy",
        place=Place("x.yaml"),
    )
    course = Course.model_validate(
        {"title": "A", "short": "a", "release": "2026-01-15", "transcripts": [{"file": "a.srt"}]}
    )
    bank = Bank(course, (transcript,), (question,))
    assert [each.time for each in references(bank, question)] == [
        "00:00:02",
        "00:00:00",
        "00:00:00",
    ]


def test_sounds_are_not_speech_and_interrupt_no_paragraph() -> None:
    text = srt(
        "[Music]",
        "ADA: One (or two)",
        "- [Applause]",
        "♪♪",
        "[cheers]\n(LAUGHTER)",
        "and three [sic].",
    )
    passages, faults = read(text, "a.srt", b"pause: 60\n")
    assert faults == []
    assert [(p.id, p.kind, p.speaker, p.text) for p in passages] == [
        ("a.n01", "sound", "", "[Music]"),
        ("a.p001", "speech", "ADA", "One (or two) and three [sic]."),
        ("a.n02", "sound", "", "- [Applause]"),
        ("a.n03", "sound", "", "♪♪"),
        ("a.n04", "sound", "", "[cheers] (LAUGHTER)"),
    ]
    assert passages[2].time == (4.0, 6.5)


# --- names and chapters ---------------------------------------------------------------------------


def test_names_with_which_most_subtitles_begin_are_speakers() -> None:
    """As in the captions of Zoom."""
    passages, faults = read(
        srt(
            "Ada Müller: Good morning.",
            "Ada Müller: One remark: it is early.",
            "ben: Yes.",
            "and dark",
            "Ada Müller: The reason: winter.",
            "ben: So be it.",
            "One thing: we begin.",
        )
    )
    assert faults == []
    assert [(p.speaker, p.text) for p in passages] == [
        ("Ada Müller", "Good morning. One remark: it is early."),
        ("ben", "Yes. and dark"),
        ("Ada Müller", "The reason: winter."),
        ("ben", "So be it. One thing: we begin."),
    ]


def test_listed_names_have_full_names_even_if_all_are_recognised() -> None:
    layout = b"speakers: {Ada: Ada Lovelace}"
    passages, _ = read(srt("Ada: Good morning.", "Ben: Hello."), layout=layout)
    assert [p.speaker for p in passages] == ["Ada Lovelace", "Ben"]


def test_names_with_which_few_subtitles_begin_are_mentioned() -> None:
    texts = ["Ada Li: It tells you", "where", "they", "are.", "Ben Ono: At night?", "Yes,", "at"]
    passages, faults = read(srt(*texts, *texts, seconds=1))
    assert [(f.code, f.message, f.hint) for f in faults] == [
        (
            "PQ166",
            "`Ada Li:`, `Ben Ono:` may name speakers",
            "if so, list them in the layout: `speakers: {Ada Li: Ada Li}`",
        )
    ]
    assert {p.speaker for p in passages} == {""}
    layout = b"speakers: {Ada Li: Ada Li, Ben Ono: Ben Ono}"
    assert read(srt(*texts, *texts, seconds=1), layout=layout)[1] == []


CHAPTERS = b"""chapters:
- {starts: "0:04", slug: beams, title: Beams, speaker: Ada Li}
- {starts: "0:00:08", slug: arches, title: Arches}
"""


def test_chapters_divide_subtitles_by_time() -> None:
    text = srt("Welcome", "to all.", "A beam", "BEN: is straight.", "An arch", "is bent.")
    passages, faults = read(text, layout=CHAPTERS)
    assert faults == []
    assert [(p.id, p.speaker, p.text) for p in passages] == [
        ("talk.p001", "", "Welcome to all."),
        ("beams.p001", "Ada Li", "A beam"),
        ("beams.p002", "BEN", "is straight."),
        ("arches.p001", "", "An arch is bent."),
    ]


def test_a_chapter_without_words_is_an_error() -> None:
    _, faults = read_transcript(
        srt("Welcome").encode(), "talk.vtt", layout=CHAPTERS, layout_file="l.yaml"
    )
    assert [(f.code, f.place.path) for f in faults] == [
        ("PQ156", ("chapters", 0, "starts")),
        ("PQ156", ("chapters", 1, "starts")),
    ]


def test_chapters_are_listed_in_the_order_of_their_times() -> None:
    swapped = CHAPTERS.replace(b"0:00:08", b"0:03")
    (fault,) = read(srt("Welcome"), layout=swapped)[1]
    assert fault.message == "chapter `arches` does not begin after `beams`"
    (fault,) = read(srt("Welcome"), layout=CHAPTERS.replace(b"0:04", b"four"))[1]
    assert "`12:30`" in fault.hint
