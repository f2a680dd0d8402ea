"""The file as a whole: readable, the same on every machine, with its pictures; and what the notes say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pkoquiz.exporters import moodle
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import TYPES

from .gap_reader import Refused
from .making import OPTIONS, arrived, bank, built, question, reasons
from .reader import read, visible

GOLDEN = Path(__file__).parent / "golden" / "mini.xml"
ROOT = Path(__file__).parents[2]
PICTURE = b"\x89PNG\r\n\x1a\n not really"


def test_the_mini_course_reads_like_this(mini: Bank) -> None:
    """After a wanted change: `PKOQUIZ_GOLDEN=1 pytest tests/moodle`, then read the difference."""
    found = moodle.export(mini).files["moodle/mini.xml"]
    if os.environ.get("PKOQUIZ_GOLDEN"):
        GOLDEN.write_bytes(found)
    assert found.decode() == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize(("seed", "zone"), [("1", "Asia/Tokyo"), ("77", "America/Lima")])
def test_the_same_bytes_whatever_the_hash_seed_and_time_zone(seed: str, zone: str) -> None:
    script = (
        "import sys; from pathlib import Path; from pkoquiz.load import load; from pkoquiz.exporters import moodle\n"
        "sys.stdout.buffer.write(moodle.export(load(Path('tests/mini')).bank).files['moodle/mini.xml'])"
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


def test_each_text_brings_its_own_copy_of_a_picture() -> None:
    """Moodle shares no file between two texts; a text without its copy shows a broken image."""
    shown = "See ![the map](media/a map.png)."
    made = question(
        "choice",
        stem=shown,
        explain=shown,
        hints=[shown],
        options=[{"text": shown, "correct": True, "feedback": shown}, "Other"],
    )
    export = built(made, media={"media/a map.png": PICTURE})
    assert len(read(export.files["moodle/made.xml"])) == 1
    assert export.files["moodle/made.xml"].count(b"<file ") == 5


def test_two_pictures_whose_names_fall_together_stay_two() -> None:
    made = question("truefalse", answer=True, stem="![a](media/a,b.png) ![b](media/a b.png)")
    content = built(made, media={"media/a,b.png": PICTURE, "media/a b.png": PICTURE}).files[
        "moodle/made.xml"
    ]
    assert content.count(b"<file ") == 2
    read(content)


def test_a_release_has_its_own_category(mini: Bank) -> None:
    """Moodle never updates a question: a second upload is told from the first by its category."""
    dated = read(moodle.export(mini, release=True).files["moodle/mini.xml"])
    assert {each.category[0] for each in dated} == {"A course in small (2026-01-15)"}


@pytest.mark.parametrize(
    "title", ["War / Peace", "/ends/", "top", "List<String> of bridges", "A" * 300, "a//b"]
)
def test_category_names_arrive(title: str) -> None:
    (found,) = arrived(question("truefalse", answer=True), title=title, section=title)
    assert len(found.category) == 2


def test_without_questions_there_is_no_file() -> None:
    """Moodle dies of an empty quiz."""
    export = built(question("flashcard", answer="Yes."))
    assert not export.files
    assert any("no file is written" in note.reason for note in export.notes)


@pytest.mark.parametrize(
    ("reason", "made"),
    [
        ("draft questions are not uploaded", question("truefalse", answer=True, status="draft")),
        ("retired questions are not uploaded", question("truefalse", answer=True, status="retired", reason="Wrong.")),
        ("flashcards have no place", question("flashcard", answer="Yes.")),
        ("pin", question("choice", options=[*OPTIONS, {"text": "None of these", "pin": True}])),
        ("all-or-nothing", question("multiple", options=OPTIONS, scoring="exact")),
        ("97 per cent", question("shortanswer", answers=["a", {"text": "b", "credit": 97}])),
        ("whole points per gap", question("cloze", stem="{{1}} {{2}}", gaps=[{"answers": ["a"]}, {"answers": ["b"]}], points=3)),
        ("essay", question("shortanswer", answers=["a"], rubric=[{"points": 1, "text": "It"}])),
        ("no feedback on one pair", question("matching", pairs=[{"premise": p, "response": p, "feedback": "So."} for p in "abc"])),
        ("no hints in an essay", question("essay", rubric=[{"points": 1, "text": "It"}], model_answer="It.", hints=["Think."])),
        ("enemies", question("truefalse", answer=True, enemies=["other"])),
        ("doubles each question", question("truefalse", answer=True)),
        ("hold no formulas", question("matching", pairs=[{"premise": p, "response": f"\\({p}^2\\)"} for p in "abc"])),
        ("characters of a response", question("matching", pairs=[{"premise": p, "response": p * 300} for p in "abc"])),
        ("for HTML", question("numerical", answer="5", unit="<m>")),
        ("characters of a unit", question("numerical", answer="5", unit="metres and " * 6)),
        ("characters of a tag", question("truefalse", answer=True, tags=["bridges-" * 7 + "old"])),
        ("is not there", question("truefalse", answer=True, stem="![gone](media/gone.png)")),
    ],
)  # fmt: skip
def test_nothing_is_adapted_in_silence(reason: str, made: object) -> None:
    assert any(reason in told for told in reasons(made)), reasons(made)  # type: ignore[arg-type]


@pytest.mark.parametrize("release", [True, False])
def test_only_a_dated_category_goes_without_a_warning(mini: Bank, release: bool) -> None:
    found = [note.reason for note in moodle.export(mini, release=release).notes]
    assert any("`--release`" in reason for reason in found) is not release


def test_a_file_that_was_cut_off_brings_no_half_question(mini: Bank) -> None:
    """Moodle takes any beginning of a file for a file; a question without its name, its last element, stops the import."""
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
    """Moodle cuts tags out of responses and decodes entities, after it has cut at 255 characters."""
    pairs = [{"premise": "a", "response": response}, {"premise": "b", "response": "other"}]
    (found,) = arrived(question("matching", pairs=pairs))
    shown = found.pairs[0][1]
    assert shown == response or (shown.endswith("…") and response.startswith(shown[:-1]))


@pytest.mark.parametrize(
    ("unit", "kept"), [("km/h", "km/h"), ("°C", "°C"), ("<b>m", ""), ("m & s", ""), ("&lt;", "")]
)
def test_a_unit_that_reads_like_html_stands_in_the_question_alone(unit: str, kept: str) -> None:
    (found,) = arrived(question("numerical", answer="5", unit=unit))
    assert found.unit == kept
    assert f"Answer in {unit}." in visible(found.text)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"min_words": 80, "max_words": 200}, "80 to 200 words."),
        ({"min_words": 80}, "At least 80 words."),
        ({"max_words": 200}, "At most 200 words."),
        ({}, ""),
    ],
)
def test_an_essay_tells_its_length(limits: dict[str, int], told: str) -> None:
    rubric = [{"points": 1, "text": "It"}]
    (found,) = arrived(question("essay", rubric=rubric, model_answer="It.", **limits))
    assert visible(found.text) == f"What is asked? {told}".strip()


def test_sounds_are_left_to_the_browser() -> None:
    """Moodle's player shrinks to its button where feedback stands behind an option."""
    export = built(
        question("truefalse", answer=True, stem="![her words](media/a.mp3)"),
        media={"media/a.mp3": b"ID3"},
    )
    (found,) = read(export.files["moodle/made.xml"])
    assert found.text.count('class="nomediaplugin"') == 2


def test_tables_have_lines() -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |"
    (found,) = arrived(question("truefalse", answer=True, stem=table, explain=table))
    assert '<table class="table table-bordered' in found.text
    assert '<table class="table table-bordered' in found.general


def test_choosing_everything_earns_nothing_and_exact_scoring_takes_all() -> None:
    partial, exact = (
        question("multiple", id=f"m-{scoring}", options=OPTIONS, scoring=scoring)
        for scoring in ("partial", "exact")
    )
    first, second = arrived(partial, exact)
    assert [float(each.fraction) for each in first.answers] == [100, -50, -50]
    assert [float(each.fraction) for each in second.answers] == [100, -100, -100]


def test_numbers_stand_in_ascending_order_and_are_not_shuffled() -> None:
    (found,) = arrived(
        question(
            "choice",
            options=["14 missions", {"text": "8 missions", "correct": True}, "11 missions"],
        )
    )
    assert [each.text for each in found.answers] == ["8 missions", "11 missions", "14 missions"]
    assert not found.shuffled


def test_numbers_ascend_around_a_pinned_option_and_stay_as_written_where_the_author_said_so() -> (
    None
):
    numbers = ["30", {"text": "10", "correct": True}, "20"]
    pinned = question("choice", id="pinned", options=[*numbers, {"text": "None", "pin": True}])
    kept = question("choice", id="kept", options=numbers, shuffle=False)
    first, second = arrived(pinned, kept)
    assert [each.text for each in first.answers] == ["10", "20", "30", "None"]
    assert [each.text for each in second.answers] == ["30", "10", "20"]
    assert not first.shuffled
    assert not second.shuffled


def test_a_text_that_comes_to_nothing_is_shown_as_it_was_written() -> None:
    """Moodle drops an empty option, and takes an empty premise for a mere extra response."""
    nothing = "[](javascript:alert)"
    choice = question(
        "choice", id="an-option", options=[{"text": "Right", "correct": True}, nothing]
    )
    pairs = [{"premise": nothing, "response": "a"}, {"premise": "b", "response": "c"}]
    first, second = arrived(choice, question("matching", id="a-premise", pairs=pairs))
    assert first.answers[1].text == second.pairs[0][0] == nothing


def test_all_types_are_met_here(mini: Bank) -> None:
    assert {made.type for made in mini.questions} == set(TYPES)
    assert bank(*mini.questions[:1]).questions
