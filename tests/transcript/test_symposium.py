"""The shipped transcript: ids and counts stay the same, and no word is lost or repeated."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

from pkoquiz.model.passage import SPOKEN, Passage, Transcript
from pkoquiz.transcript import read_transcript
from pkoquiz.words import words

SEEDS = Path(__file__).parents[2] / "seeds"
RAW = (SEEDS / "symposium-2012.txt").read_bytes()
LAYOUT = (SEEDS / "symposium-2012.layout.yaml").read_bytes()
ERRATA = (SEEDS / "symposium-2012.errata.yaml").read_bytes()


@cache
def symposium() -> Transcript:
    transcript, faults = read_transcript(
        RAW, "seeds/symposium-2012.txt", "auto", LAYOUT, "layout.yaml", ERRATA, "errata.yaml"
    )
    assert faults == []
    assert transcript is not None
    return transcript


def by_id() -> dict[str, Passage]:
    return {passage.id: passage for passage in symposium().passages}


def test_counts_by_section_and_kind() -> None:
    counted: dict[str, Counter[str]] = {}
    for passage in symposium().passages:
        counted.setdefault(passage.section, Counter())[passage.kind] += 1
    assert {slug: dict(kinds) for slug, kinds in counted.items()} == {
        "contents": {"toc": 1},
        "ishino-opening": {"heading": 1, "speech": 8},
        "gordon-keynote": {"heading": 1, "speech": 73, "slide": 9},
        "gordon-qa": {"heading": 1, "question": 8, "answer": 12},
        "kawabata-lecture": {"heading": 23, "speech": 63},
        "kawabata-qa": {"heading": 1, "question": 3, "answer": 8},
        "kamino-panel": {"heading": 1, "slide": 17, "speech": 28, "footnote": 2},
        "osa-panel": {"heading": 8, "speech": 20},
        "panel-discussion": {"heading": 1, "speech": 35},
        "panel-qa": {"heading": 1, "speech": 6, "question": 10, "answer": 19},
        "hoshino-concluding": {"heading": 5, "speech": 25, "slide": 1},
        "kikuchi-closing": {"heading": 1, "speech": 5},
        "programme": {"heading": 1, "programme": 7},
        "contributors": {"heading": 1, "bio": 5},
    }
    assert [section.slug for section in symposium().sections] == list(counted)


def test_spoken_words_by_section() -> None:
    words: Counter[str] = Counter()
    for passage in symposium().passages:
        if passage.kind in SPOKEN:
            words[passage.section] += len(passage.text.split())
    assert dict(words) == {
        "ishino-opening": 701,
        "gordon-keynote": 6375,
        "gordon-qa": 1644,
        "kawabata-lecture": 5592,
        "kawabata-qa": 821,
        "kamino-panel": 1526,
        "osa-panel": 1993,
        "panel-discussion": 3194,
        "panel-qa": 3117,
        "hoshino-concluding": 1827,
        "kikuchi-closing": 520,
    }


def test_ids_and_fingerprints_are_unique() -> None:
    passages = symposium().passages
    assert len({passage.id for passage in passages}) == len(passages) == 411
    assert len({(passage.section, passage.fingerprint) for passage in passages}) == 411


def test_every_word_is_in_one_passage_in_order() -> None:
    # Footnotes interrupt a cut sentence, so they are compared separately.
    notes = {618, 631, 633}
    printed: dict[bool, list[str]] = {True: [], False: []}
    for number, line in enumerate(RAW.decode().split("\n"), 1):
        text = (
            re.sub(r"<(?!http)[^<>]*>", " ", line)
            if "list-style" in line or "<p>" in line
            else line
        )
        printed[number in notes] += words(re.sub(r"</?i>", "", text))
    read: dict[bool, list[str]] = {True: [], False: []}
    turn: tuple[str, int, str] | None = None
    for passage in symposium().passages:
        text = passage.text
        if passage.kind == "slide":
            text += " " + passage.label
        elif passage.kind != "footnote" and passage.label:
            begun = (passage.section, passage.turn, passage.label)
            text = text if begun == turn else f"{passage.label} {text}"
            turn = begun
        if passage.lines == (654, 654):
            text = "18 " + text  # the number of a slide whose text is lost; the layout drops it
        read[passage.kind == "footnote"] += words(text)
    assert read[True] == printed[True]
    assert read[False] == printed[False]


def test_passages_are_on_their_lines() -> None:
    lines = RAW.decode().split("\n")
    for passage in symposium().passages:
        first, last = passage.lines
        text = " ".join(lines[first - 1 : last])
        stretch = " ".join(words(re.sub(r"<(?!http)[^<>]*>", "", text)))
        start = " ".join(words(passage.text)[:4])
        assert start in stretch, passage.id


JOINS = """
ishino-opening.p005 43-46, gordon-keynote.p005 84-86, gordon-keynote.p014 117-119,
gordon-keynote.p017 129-131, gordon-keynote.p048 246-248, gordon-keynote.p055 265-267,
gordon-keynote.p059 277-279, gordon-keynote.p062 297-299, gordon-qa.a1.p03 335-337, gordon-qa.q2.p05
338-340, gordon-qa.a2.p06 341-343, kawabata-lecture.p005 361-363, kawabata-lecture.p010 373-375,
kawabata-lecture.p021 409-411, kawabata-lecture.p029 437-439, kawabata-lecture.p040 471-473,
kawabata-lecture.p057 517-519, kamino-panel.p003 578-580, kamino-panel.p010 604-606,
kamino-panel.p014 616-620, osa-panel.p009 730-732, osa-panel.p013 742-744, osa-panel.p019 758-760,
panel-discussion.p005 784-786, panel-discussion.p017 810-812, panel-discussion.p023 824-826,
panel-discussion.p033 846-848, panel-qa.p005 864-866, panel-qa.p019 894-896, panel-qa.p024 906-908,
panel-qa.p028 916-918, panel-qa.p033 928-930, hoshino-concluding.p018 987-989,
hoshino-concluding.p023 1001-1003, kikuchi-closing.p005 1021-1023
"""


def test_sentences_cut_by_page_breaks_are_joined() -> None:
    wanted = {}
    for item in JOINS.replace("\n", " ").split(","):
        name, pair = item.split()
        first, last = pair.split("-")
        wanted[name] = ((int(first), int(last)),)
    assert {p.id: p.joins for p in symposium().passages if p.joins} == wanted
    assert len(wanted) == 35
    assert "each of the contributing countries." in by_id()["ishino-opening.p005"].text
    assert "support the DRC Government force" in by_id()["kawabata-lecture.p029"].text
    assert "The middle column is" in by_id()["kamino-panel.p014"].text


def test_spoken_passages_are_whole_sentences() -> None:
    for passage in symposium().passages:
        if passage.kind in SPOKEN:
            assert not passage.text[0].islower(), passage.id
            assert re.search(r"[.?!][\"”’)]*$", passage.text), passage.id
            assert "  " not in passage.text, passage.id
        assert not re.search(r"</?(?:p|ul|h3|i)\b|\*|\\|[¹²]", passage.text), passage.id


def test_an_answer_continues_outside_its_table() -> None:
    answer = [passage for passage in symposium().passages if passage.id.startswith("gordon-qa.a2.")]
    assert [passage.id[-3:] for passage in answer] == [f"p0{n}" for n in range(1, 8)]
    assert {passage.speaker for passage in answer} == {"Robert Gordon"}
    assert "looks like people making money out of conflict" in answer[5].text
    assert answer[6].lines == (345, 345)
    assert answer[6].label == "A2"


def test_a_row_without_label_after_a_whole_sentence_is_a_new_paragraph() -> None:
    comment = [
        passage for passage in symposium().passages if passage.id.startswith("kawabata-qa.c1.")
    ]
    assert [(passage.lines, passage.joins) for passage in comment] == [
        ((539, 539), ()),
        ((541, 541), ()),
        ((541, 541), ()),
        ((541, 541), ()),
    ]
    assert {(passage.speaker, passage.label) for passage in comment} == {
        ("Robert Gordon", "Comment (Gordon)")
    }
    assert by_id()["kawabata-qa.x1.p02"].speaker == "Kiyotaka Kawabata"


def test_slides() -> None:
    assert by_id()["gordon-keynote.s03"].lines == (139, 147)
    assert by_id()["gordon-keynote.s03"].text.startswith(
        "while keeping a peace, on occasions,\nneeding to enforce"
    )
    assert by_id()["hoshino-concluding.s01"].text == "Model of “Integration”"
    assert (by_id()["kamino-panel.s02"].lines, by_id()["kamino-panel.s02"].label) == (
        (563, 574),
        "3",
    )
    assert not any(passage.lines[0] <= 652 <= passage.lines[1] for passage in symposium().passages)
    left, right = by_id()["kamino-panel.s13"], by_id()["kamino-panel.s14"]
    assert (left.label, right.label) == ("21", "22")
    assert right.text.split("\n")[1:4] == [
        "  ■ Perception from armed groups and communities",
        "    ● Hostile relationship between the UN mission and local armed groups and communities",
        "    ● Effects of the tension on humanitarian activities",
    ]
    assert right.text.split("\n")[4].startswith(
        "      ● The UN humanitarian agencies closely cooperated"
    )


def test_headings() -> None:
    found = by_id()
    assert (found["kawabata-lecture.h10"].text, found["kawabata-lecture.h10"].level) == (
        "4.3 Scope of the Use of Force",
        2,
    )
    assert (found["osa-panel.h06"].text, found["osa-panel.h06"].level) == (
        "Safety and Security Measures",
        2,
    )
    assert found["kawabata-lecture.h15"].level == 3
    assert found["ishino-opening.title"].text.startswith("Opening Remarks\nTsuguo Ishino")
    levels = Counter(passage.level for passage in symposium().passages if passage.kind == "heading")
    assert levels[0] == 13


def test_turns_of_the_discussion() -> None:
    turns: dict[tuple[str, int], list[Passage]] = {}
    for passage in symposium().passages:
        if passage.turn:
            turns.setdefault((passage.section, passage.turn), []).append(passage)
    assert len([key for key in turns if key[0] == "panel-discussion"]) == 13
    assert len([key for key in turns if key[0] == "panel-qa"]) == 14
    asked = {
        key[1]: passages[0].speaker
        for key, passages in turns.items()
        if passages[0].kind == "question"
    }
    assert asked == {2: "Takeda", 4: "Ikeda", 6: "Yasuda", 7: "Onaka"}
    assert [passage.id for passage in turns["panel-discussion", 2]] == [
        f"panel-discussion.p{n:03}" for n in range(4, 11)
    ]
    assert by_id()["panel-qa.p015"].kind == "speech"
    assert by_id()["panel-qa.p007"].label == "Q2"


def test_footnotes() -> None:
    called = {
        passage.id: passage.footnotes for passage in symposium().passages if passage.footnotes
    }
    assert called == {"kamino-panel.p011": (1,), "kamino-panel.p015": (2,)}
    assert by_id()["kamino-panel.f02"].lines == (631, 633)
    assert by_id()["kamino-panel.f01"].text.endswith("Integration-decision-SG-25-jun-08.pdf")


def test_escapes_and_emphasis() -> None:
    assert "US $500 or US $1000 per month" in " ".join(p.text for p in symposium().passages)
    assert "his Agenda for Peace, looking" in by_id()["gordon-keynote.p007"].text
    assert by_id()["kawabata-lecture.p011"].text.endswith("under Chapter VII of the UN Charter.")


def test_pages_of_a_passage_are_a_range() -> None:
    found = by_id()
    assert [found[f"ishino-opening.p{n:03}"].pages for n in range(1, 9)] == [
        *[(1, 1)] * 4,
        (1, 2),
        *[(2, 2)] * 3,
    ]
    assert found["kikuchi-closing.p005"].pages == (76, 77)
    assert found["kikuchi-closing.p004"].pages == (76, 76)
    assert found["gordon-keynote.title"].pages == (3, 3)
    assert found["gordon-keynote.p001"].pages == (3, 19)
    assert found["gordon-qa.a2.p07"].pages == (13, 29)
    assert found["kawabata-qa.c1.p02"].pages == (37, 43)
    assert found["contents.toc"].pages is None
    assert found["contributors.b01"].pages is None


def test_errata_are_in_their_passages() -> None:
    # An erratum that was not found would be a fault, and `symposium` allows none.
    errata = symposium().errata
    assert len(errata) == 174
    assert Counter(erratum.kind for erratum in errata)["F"] == 28
    lines = by_id()
    for erratum in errata:
        first, last = lines[erratum.passage].lines
        assert first <= erratum.line <= last, erratum
    assert all(erratum.sureness and (erratum.right or erratum.why) for erratum in errata)


def test_the_transcript_has_a_citation_and_rights() -> None:
    assert "Second International Peace and Security Symposium" in symposium().citation
    assert symposium().rights
    assert len(symposium().digest) == 64
    roles = {section.slug: (section.speaker, section.role) for section in symposium().sections}
    assert roles["gordon-keynote"] == ("Robert Gordon", "Major General (retired)")


def test_line_endings_do_not_matter() -> None:
    raw = b"\xef\xbb\xbf" + RAW.replace(b"\n", b"\r\n")
    transcript, faults = read_transcript(raw, "a.txt", "auto", LAYOUT, "layout.yaml")
    assert faults == []
    assert transcript is not None
    assert transcript.passages == symposium().passages
