"""The file as a whole: the same on every machine, with pictures and with notes."""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pkoquiz.exporters import moodle
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import Edition, Ledger
from pkoquiz.model.question import TYPES

from ..making import make_question
from .gap_reader import Refused, without_gaps
from .making import OPTIONS, arrived, bank, built, reasons
from .reader import read, visible

GOLDEN = Path(__file__).parent / "golden" / "mini.xml"
ROOT = Path(__file__).parents[2]
PICTURE = b"\x89PNG\r\n\x1a\n not really"


def test_file_of_the_mini_course(mini: Bank) -> None:
    """After an intended change: `PKOQUIZ_GOLDEN=1 pytest tests/moodle`, then read the diff."""
    content = moodle.export(mini).files["moodle/mini.xml"]
    if os.environ.get("PKOQUIZ_GOLDEN"):
        GOLDEN.write_bytes(content)
    assert content.decode() == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize(("seed", "zone"), [("1", "Asia/Tokyo"), ("77", "America/Lima")])
def test_hash_seed_and_time_zone_do_not_matter(seed: str, zone: str) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from pkoquiz.load import load; from pkoquiz.exporters import moodle\n"
        "files = moodle.export(load(Path('tests/mini')).bank).files\n"
        "sys.stdout.buffer.write(files['moodle/mini.xml'])"
    )
    environment = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "TZ": zone,
        "PYTHONPATH": str(ROOT / "src"),
    }
    made = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    assert made.stdout == GOLDEN.read_bytes()


def test_each_text_has_its_own_copy_of_a_picture() -> None:
    """Moodle shares no file between texts: without its copy, a text shows a broken image."""
    shown = "See ![the map](media/a map.png)."
    made = make_question(
        "choice",
        stem=shown,
        explain=shown,
        hints=[shown],
        options=[{"text": shown, "correct": True, "feedback": shown}, "Other"],
    )
    export = built(made, media={"media/a map.png": PICTURE})
    assert len(read(export.files["moodle/made.xml"])) == 1
    assert export.files["moodle/made.xml"].count(b"<file ") == 5


def test_two_pictures_with_similar_names_remain_two() -> None:
    made = make_question("truefalse", answer=True, stem="![a](media/a,b.png) ![b](media/a b.png)")
    content = built(made, media={"media/a,b.png": PICTURE, "media/a b.png": PICTURE}).files[
        "moodle/made.xml"
    ]
    assert content.count(b"<file ") == 2
    read(content)


def test_a_release_has_its_own_category(mini: Bank) -> None:
    """Moodle never updates a question: the category separates a second upload from the first."""
    moment = datetime.datetime(2026, 1, 15, tzinfo=datetime.UTC)
    ledger = Ledger(editions=(Edition(edition=1, moment=moment, tool="1"),))
    bank = replace(mini, ledger=ledger)
    dated = read(moodle.export(bank, release=True).files["moodle/mini.xml"])
    assert {question.category[0] for question in dated} == {"A course in small (2026-01-15)"}


@pytest.mark.parametrize(
    "title", ["War / Peace", "/ends/", "top", "List<String> of bridges", "A" * 300, "a//b"]
)
def test_category_names_arrive(title: str) -> None:
    (imported,) = arrived(
        make_question("truefalse", answer=True), title=title, sections={"talk": title}
    )
    assert len(imported.category) == 2


def test_without_questions_there_is_no_file() -> None:
    """Moodle crashes on an empty quiz."""
    export = built(make_question("flashcard", answer="Yes."))
    assert not export.files
    assert any("no file is written" in note.reason for note in export.notes)


RUBRIC = [{"points": 1, "text": "It"}]
TWO_GAPS = {"stem": "{{1}} {{2}}", "gaps": [{"answers": ["a"]}, {"answers": ["b"]}]}
ESSAY = {"rubric": RUBRIC, "model_answer": "It."}


def pairs(response: str, **fields: str) -> list[dict[str, str]]:
    """Return three pairs; `#` in the response is the premise."""
    return [
        {"premise": premise, "response": response.replace("#", premise), **fields}
        for premise in "abc"
    ]


@pytest.mark.parametrize(
    ("reason", "type", "fields"),
    [
        ("draft questions are not exported", "truefalse", {"answer": True, "status": "draft"}),
        (
            "retired questions are not exported",
            "truefalse",
            {"answer": True, "status": "retired", "reason": "Wrong."},
        ),
        ("flashcards have no place", "flashcard", {"answer": "Yes."}),
        ("pin", "choice", {"options": [*OPTIONS, {"text": "None of these", "pin": True}]}),
        ("all-or-nothing", "multiple", {"options": OPTIONS, "scoring": "exact"}),
        ("97 %", "shortanswer", {"answers": ["a", {"text": "b", "credit": 97}]}),
        ("a second try earns nothing", "truefalse", {"answer": True, "hints": ["Think."]}),
        ("whole points in Moodle", "cloze", {**TWO_GAPS, "points": 3}),
        ("essay", "shortanswer", {"answers": ["a"], "rubric": RUBRIC}),
        ("no feedback on one pair", "matching", {"pairs": pairs("#", feedback="So.")}),
        ("no hints in an essay", "essay", {**ESSAY, "hints": ["Think."]}),
        ("duplicates every question", "truefalse", {"answer": True}),
        ("show no formulas", "matching", {"pairs": pairs("\\(#^2\\)")}),
        ("characters of a response", "matching", {"pairs": pairs("#" * 300)}),
        ("as HTML", "numerical", {"answer": "5", "unit": "<m>"}),
        ("characters of a unit", "numerical", {"answer": "5", "unit": "metres and " * 6}),
        ("characters of a tag", "truefalse", {"answer": True, "tags": ["bridges-" * 7 + "old"]}),
        ("is missing", "truefalse", {"answer": True, "stem": "![gone](media/gone.png)"}),
    ],
)
def test_everything_that_is_adapted_is_noted(reason: str, type: str, fields: Any) -> None:
    noted = reasons(make_question(type, **fields))
    assert any(reason in text for text in noted), noted


@pytest.mark.parametrize("release", [True, False])
def test_a_category_without_a_date_is_noted(mini: Bank, release: bool) -> None:
    noted = [note.reason for note in moodle.export(mini, release=release).notes]
    assert any("build moodle --release`" in reason for reason in noted) is not release


def test_a_truncated_file_contains_no_incomplete_question(mini: Bank) -> None:
    """Moodle accepts a truncated file, but not a question without its name, the last element."""
    content = moodle.export(mini).files["moodle/mini.xml"]
    everything = read(content)
    undetected = 0
    cuts = range(100, len(content) - 8, 37)
    for cut in cuts:
        try:
            arrived = read(content[:cut], whole=False)
        except Refused:
            continue
        undetected += 1
        assert arrived == everything[: len(arrived)]
    assert undetected < len(cuts) / 20


@pytest.mark.parametrize(
    "response",
    [
        "List<String>",
        "<img>",
        "&lt;i&gt;",
        "a<=b",
        "1 <",
        "a < b & c",
        "AT&T",
        "<" * 200,
        "&amp;" * 80,
        "x" * 300,
    ],
)
def test_responses_read_as_they_were_written(response: str) -> None:
    """Moodle cuts responses at 255 characters, then cuts out tags and decodes entities."""
    pairs = [{"premise": "a", "response": response}, {"premise": "b", "response": "other"}]
    (imported,) = arrived(make_question("matching", pairs=pairs))
    shown = imported.pairs[0][1]
    assert shown == response or (shown.endswith("…") and response.startswith(shown[:-1]))


@pytest.mark.parametrize(
    ("unit", "kept"), [("km/h", "km/h"), ("°C", "°C"), ("<b>m", ""), ("m & s", ""), ("&lt;", "")]
)
def test_a_unit_that_looks_like_html_is_only_in_the_question(unit: str, kept: str) -> None:
    (imported,) = arrived(make_question("numerical", answer="5", unit=unit))
    assert imported.unit == kept
    rule = "." if kept else "; type only the number."
    assert f"Answer in {unit}{rule}" in visible(imported.text)


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        ({"min_words": 80, "max_words": 200}, "80 to 200 words."),
        ({"min_words": 80}, "At least 80 words."),
        ({"max_words": 200}, "At most 200 words."),
        ({}, ""),
    ],
)
def test_an_essay_says_its_length(limits: dict[str, Any], text: str) -> None:
    rubric = [{"points": 1, "text": "It"}]
    (imported,) = arrived(make_question("essay", rubric=rubric, model_answer="It.", **limits))
    assert visible(imported.text) == f"Question made? {text}".strip()


def test_sounds_use_the_player_of_the_browser() -> None:
    """Moodle's player shrinks to a button in the feedback of an option."""
    export = built(
        make_question("truefalse", answer=True, stem="![her words](media/a.mp3)"),
        media={"media/a.mp3": b"ID3"},
    )
    (imported,) = read(export.files["moodle/made.xml"])
    assert imported.text.count('class="nomediaplugin"') == 2


def test_tables_have_lines() -> None:
    """The themes of 4.5 ignore a border of the table: each cell needs its own."""
    table = "| a | b |\n|---|--:|\n| 1 | 2 |"
    (imported,) = arrived(make_question("truefalse", answer=True, stem=table, explain=table))
    for html in (imported.text, imported.general):
        cells = re.findall("<t[hd][ >][^>]*", html)
        assert len(cells) == 4
        assert all("border:1px solid" in cell for cell in cells)
        assert sum("text-align:right" in cell for cell in cells) == 2


def test_wide_pictures_stay_in_their_column() -> None:
    export = built(
        make_question("truefalse", answer=True, stem="![a](media/a.png)"),
        media={"media/a.png": PICTURE},
    )
    (imported,) = read(export.files["moodle/made.xml"])
    assert '<img class="img-fluid" ' in imported.text


def test_a_step_is_one_element() -> None:
    """Moodle shows a step as a flexible box, which drops the spaces around its children."""
    steps = ["Lay *the* beams", "Set `the` piers", "Add ![the deck](media/a.png)"]
    export = built(make_question("ordering", sequence=steps), media={"media/a.png": PICTURE})
    (imported,) = read(export.files["moodle/made.xml"])
    for answer in imported.answers:
        assert re.fullmatch("<span>.*</span>", answer.text)
        assert answer.text.count("<span>") == 1


@pytest.mark.parametrize("scoring", ["partial", "exact"])
def test_nothing_tells_how_many_options_are_right(scoring: str) -> None:
    """All that learners see before they answer, or after a wrong try, is the same for each key."""
    seen = set()
    for keys in range(1, 5):
        options = [{"text": f"Option {n}", "correct": n < keys} for n in range(5)]
        question = make_question("multiple", options=options, scoring=scoring, hints=["Think."])
        (content,) = built(question).files.values()
        assert b"shownumcorrect" not in content
        (imported,) = read(content)
        seen.add((imported.text, imported.hints))
    assert len(seen) == 1


@pytest.mark.parametrize("attribution", ["Kawabata, speaking in 2012", "Kawabata's reading of it"])
def test_an_attribution_fits_any_wording(attribution: str) -> None:
    (imported,) = arrived(make_question("truefalse", answer=True, attribution=attribution))
    assert f"Attributed to: {attribution}" in visible(imported.general)


@pytest.mark.parametrize(
    ("stem", "hint", "shown"),
    [
        ("An {{1}} of cloth.", "a noun", "An ___ (a noun) of cloth."),
        ("An {{1}} (a kind of tent) here.", "a noun", "An ___ (a noun; a kind of tent) here."),
        ("An {{1}} (a Noun of cloth) here.", "a noun", "An ___ (a Noun of cloth) here."),
        ("An {{1}}.", "*not* {1:SA:=x}", "An ___ (not {1:SA:=x})."),
        ("An {{1}} (see above).", "", "An ___ (see above)."),
    ],
)
def test_the_hint_of_a_gap_is_shown_once(stem: str, hint: str, shown: str) -> None:
    gaps = [{"answers": ["awning"], **({"hint": hint} if hint else {})}]
    (imported,) = arrived(make_question("cloze", stem=stem, gaps=gaps))
    assert visible(without_gaps(imported.text)) == shown


def test_a_backslash_at_the_end_of_an_answer_survives_the_form() -> None:
    """Moodle's form writes `&\\#` for `&#`, so a gap must not contain a numeric entity."""
    answers = ["C:\\", {"text": "R&", "feedback": "A ~ tilde and `}`\n\n- in\n- a list"}]
    gaps = [{"answers": answers, "wrong": [{"text": "\\", "feedback": "No."}]}]
    (imported,) = arrived(make_question("cloze", stem="Drive {{1}}.", gaps=gaps))
    (gap,) = imported.gaps
    assert [answer.text for answer in gap.answers] == ["C:\\", "R&", "\\"]
    assert "A ~ tilde and }" in visible(gap.answers[1].feedback)
    assert "&#" not in imported.text


# --- names and tags -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("identity", "stem", "name"),
    [
        ("short", "What holds an arch?", "short: What holds an arch?"),
        (
            "alcantara-year",
            "Which of the Roman bridges does Strand say is still standing?",
            "alcantara-year: Which of the Roman bridges does Strand say…",
        ),
        ("n" * 58, "What?", "n" * 58 + ":…"),
        ("n" * 80, "What holds an arch?", "n" * 80 + ":…"),
        ("japanese", "橋" * 100, "japanese: " + "橋" * 49 + "…"),
        ("code", "Is `a<b` less than *c*?", "code: Is a‹b less than c?"),
    ],
)
def test_a_name_is_the_id_and_the_beginning_of_the_stem(
    identity: str, stem: str, name: str
) -> None:
    """Moodle's statistics report identifies questions by name only."""
    (imported,) = arrived(make_question("truefalse", identity, answer=True, stem=stem))
    assert imported.name == name


@pytest.mark.parametrize(
    ("selected", "tags"),
    [
        (None, ("bridges", "stone", "objective B-1")),
        (["difficulty", "topic"], ("difficulty medium", "bridges", "stone")),
        (["section", "bloom"], ("section talk", "bloom understand")),
        ([], ()),
    ],
)
def test_the_course_selects_tags(selected: list[str] | None, tags: tuple[str, ...]) -> None:
    settings = {} if selected is None else {"moodle": {"tags": selected}}
    question = make_question("truefalse", answer=True, tags=["bridges", "stone"], objective="B-1")
    (imported,) = arrived(question, **settings)
    assert imported.tags == tags


def test_choosing_everything_earns_nothing_and_exact_scoring_subtracts_all() -> None:
    partial, exact = (
        make_question("multiple", id=f"m-{scoring}", options=OPTIONS, scoring=scoring)
        for scoring in ("partial", "exact")
    )
    first, second = arrived(partial, exact)
    assert [float(answer.fraction) for answer in first.answers] == [100, -50, -50]
    assert [float(answer.fraction) for answer in second.answers] == [100, -100, -100]


def test_numbers_are_in_ascending_order_and_not_shuffled() -> None:
    (imported,) = arrived(
        make_question(
            "choice",
            options=["14 missions", {"text": "8 missions", "correct": True}, "11 missions"],
        )
    )
    assert [answer.text for answer in imported.answers] == [
        "8 missions",
        "11 missions",
        "14 missions",
    ]
    assert not imported.shuffled


def test_numbers_are_sorted_around_a_pinned_option_but_not_without_shuffling() -> None:
    numbers = ["30", {"text": "10", "correct": True}, "20"]
    pinned = make_question("choice", id="pinned", options=[*numbers, {"text": "None", "pin": True}])
    kept = make_question("choice", id="kept", options=numbers, shuffle=False)
    first, second = arrived(pinned, kept)
    assert [answer.text for answer in first.answers] == ["10", "20", "30", "None"]
    assert [answer.text for answer in second.answers] == ["30", "10", "20"]
    assert not first.shuffled
    assert not second.shuffled


def test_a_text_without_visible_content_is_shown_as_it_was_written() -> None:
    """Moodle drops an empty option and reads an empty premise as an extra response."""
    nothing = "[](javascript:alert)"
    choice = make_question(
        "choice", id="an-option", options=[{"text": "Right", "correct": True}, nothing]
    )
    pairs = [{"premise": nothing, "response": "a"}, {"premise": "b", "response": "c"}]
    first, second = arrived(choice, make_question("matching", id="a-premise", pairs=pairs))
    assert first.answers[1].text == second.pairs[0][0] == nothing


def test_the_mini_course_has_all_types(mini: Bank) -> None:
    assert {question.type for question in mini.questions} == set(TYPES)
    assert bank(*mini.questions[:1]).questions
