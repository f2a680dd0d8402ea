"""Only causes are reported: checks that depend on something wrong do not run."""

from __future__ import annotations

import re
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from pkoquiz.checks import findings
from pkoquiz.cli import run
from pkoquiz.commands.course import read_course
from pkoquiz.diagnostics import Diagnostic, Place
from pkoquiz.model.bank import Bank
from pkoquiz.model.passage import Erratum

from ..making import make_bank, make_question

MINI = Path(__file__).parents[1] / "mini"
PASSAGES = {
    "talk.p001": "It tells you where the rocks are.",
    "talk.p002": "Each light has its own rhythm.",
    "talk.p003": "The lamp burns until the oil is gone.",
    "talk.p004": "A keeper winds the clockwork twice a night.",
    "talk.p005": "Fog hides every light on the coast.",
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the small course with an enemy in one file and a plan that it fulfils."""
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder, ignore=shutil.ignore_patterns("exports", "anki.lock.json"))
    objective = "  objective: B-2"
    change(folder / "questions/arches.yaml", objective, f"  enemies: [oldest-kind]\n{objective}")
    change(folder / "course.yaml", "blueprints:", "plan: {sections: {beams: 3}}\n\nblueprints:")
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def errors(folder: Path) -> list[Diagnostic]:
    return [finding for finding in read_course(folder)[1] if finding.severity == "error"]


def codes(folder: Path) -> list[str]:
    return [finding.code for finding in errors(folder)]


def test_the_course_is_without_errors(course: Path) -> None:
    assert codes(course) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("questions/beams.yaml", "section: beams", "section beams", "PQ104"),
        ("questions/beams.yaml", "section: beams", "sectio: beams", "PQ111"),
        ("questions/beams.yaml", "section: beams", "section: ''", "PQ127"),
        ("questions/beams.yaml", "bloom: remember", "bloom: rember", "PQ113"),
        ("questions/beams.yaml", "bloom: remember", "difficulty: easy", "PQ108"),
        ("questions/beams.yaml", "type: choice", "typ: choice", "PQ112"),
        ("questions/beams.yaml", "questions:", "questons:", "PQ111"),
        ("seeds/bridges.md", "# Beams", "# Beams\x07", "PQ152"),
        ("course.yaml", "errata: seeds/bridges.errata", "errata: seeds/bridge.errata", "PQ122"),
        ("course.yaml", "file: seeds/bridges.md", "file: seeds/bridge.md", "PQ122"),
        ("course.yaml", "title: A course", "title A course", "PQ104"),
        ("seeds/bridges.errata.yaml", "errata:", "erata:", "PQ160"),
    ],
)
def test_what_cannot_be_read_is_the_only_error(
    course: Path, file: str, old: str, new: str, code: str
) -> None:
    """Checks of enemies, plan, quotes, sections and objectives depend on the missing part."""
    change(course / file, old, new)
    assert codes(course) == [code]


def test_a_fault_in_one_question_leaves_the_others_of_its_file_readable(course: Path) -> None:
    change(course / "questions/beams.yaml", "bloom: remember", "difficulty: easy")
    change(course / "questions/beams.yaml", "type: ordering", "type: odering")
    assert codes(course) == ["PQ108", "PQ113"]


def test_faults_of_reading_come_first(course: Path) -> None:
    change(course / "questions/arches.yaml", "it hates tension.", "it loves tension.")
    change(course / "questions/beams.yaml", "type: ordering", "type: odering")
    first, *others = read_course(course)[1]
    assert (first.code, first.place.file) == ("PQ113", "questions/beams.yaml")
    assert "PQ203" in [finding.code for finding in others]


def test_the_ledger_is_not_compared_with_a_part_of_the_bank(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[object] = []

    def compare(*args: object) -> list[Diagnostic]:
        compared.append(args)
        return []

    monkeypatch.setattr("pkoquiz.exporters.anki.check", compare)
    run(["release", "--first", "--yes", "--without", "exam", "-C", str(course), "--quiet"])
    compared.clear()
    run(["check", "-C", str(course)])
    assert len(compared) == 1
    change(course / "questions/beams.yaml", "type: ordering", "type: odering")
    run(["check", "-C", str(course)])
    assert len(compared) == 1


def test_passages_are_shown_although_course_yaml_is_wrong(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for old, new in (("description:", "descripton:"), ("title: ", "title: [")):
        change(course / "course.yaml", old, new)
        assert run(["passages", "trunk", "-C", str(course)]) == 0
        assert capsys.readouterr().out.startswith("beams.p001")
        assert run(["show", "beams.p001", "-C", str(course)]) == 0
        assert "> beams.p001~" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("quote", "hint"),
    [
        ("Stone likes compression; it hates tension.", "write `passage: arches.p001`"),
        ("Nobody says this.", "write `passage: …`; `pkoquiz passages` lists the ids"),
    ],
)
def test_a_quote_without_a_passage_says_where_it_is(course: Path, quote: str, hint: str) -> None:
    path = course / "questions/arches.yaml"
    old = "  - passage: arches.p001\n    quote: Stone likes compression; it hates tension.\n"
    change(path, old, f"  - quote: {quote}\n")
    (finding,) = errors(course)
    assert (finding.code, finding.hint) == ("PQ112", hint)


def test_an_invalid_tag_comes_with_a_valid_one(course: Path) -> None:
    change(course / "questions/arches.yaml", "  bloom:", "  tags: [Beam Bridges!]\n  bloom:")
    (finding,) = errors(course)
    assert finding.message == "`tags` cannot contain `Beam Bridges!`"
    assert finding.hint == "write `beam-bridges`"


# --- one edit is one finding ----------------------------------------------------------------------


def bank_of(quotes: list[tuple[str, str]], **course: Any) -> Bank:
    """A bank with a question for each (passage id, quote)."""
    questions = [
        make_question("flashcard", f"q{number}", sources=[{"passage": passage, "quote": quote}])
        for number, (passage, quote) in enumerate(quotes)
    ]
    return make_bank(questions, PASSAGES, **course)


def reported(bank: Bank, *wanted: str) -> list[Diagnostic]:
    return [finding for finding in findings(bank) if finding.code in wanted]


def erratum(passage: str, words: str, index: int = 0) -> Erratum:
    return Erratum(passage, words, "x", "F", place=Place("e.yaml", ("errata", index)))


MOVED = [
    ("talk.p001", "where the rocks are"),
    ("talk.p002", "It tells you where the rocks are."),
    ("talk.p003", "Each light has its own rhythm."),
    ("talk.p004", "The lamp burns until the oil is gone."),
    ("talk.p005", "A keeper winds the clockwork"),
]


def test_a_renumbered_section_is_one_finding() -> None:
    slips = tuple(erratum(passage, quote) for passage, quote in MOVED)
    (finding,) = reported(bank_of(MOVED, errata=slips), "PQ201", "PQ161", "PQ162")
    assert finding.message == (
        "4 citations of section `talk` name the wrong passages, from `talk.p001` on"
    )
    assert finding.place.file == "t.txt"
    assert "`pkoquiz relink --write`" in finding.hint
    assert len(reported(bank_of(MOVED[:4]), "PQ201")) == 3


def test_quotes_that_agree_against_their_passage_are_one_finding() -> None:
    quotes = [
        ("talk.p004", "A keeper winds the clockwork thrice a night"),
        ("talk.p004", "winds the clockwork thrice a night"),
    ]
    (finding,) = reported(bank_of(quotes), "PQ203")
    assert finding.message == "2 quotes differ from passage `talk.p004` in the same way"
    assert finding.hint == "the quote has “thrice”, the passage “twice”"
    assert finding.place.file == "t.txt"


def test_errata_without_effect() -> None:
    slips = (
        erratum("talk.p001", "where THE-rocks", 0),
        erratum("talk.p001", "ere the rocks", 1),
        erratum("talk.p009", "the rocks", 2),
    )
    assert [
        (finding.code, finding.place.path)
        for finding in reported(bank_of([], errata=slips), "PQ161", "PQ162")
    ] == [("PQ162", ("errata", 1, "words")), ("PQ161", ("errata", 2, "passage"))]


def test_many_errata_without_effect_are_one_finding() -> None:
    slips = (
        erratum("talk.p001", "where the rocks are"),
        *(erratum("talk.p002", f"word {number}", number + 1) for number in range(5)),
    )
    (finding,) = reported(bank_of([], errata=slips), "PQ161", "PQ162")
    assert finding.message == "5 errata of section `talk` do not fit its passages"
    others = tuple(erratum(f"lecture.p{number:03}", "rocks", number) for number in range(2))
    (finding,) = reported(bank_of([], errata=others), "PQ161")
    assert finding.message == "none of the errata names a passage of this transcript"
    assert finding.place == Place("e.yaml")


def test_a_mistyped_definition_is_one_finding() -> None:
    questions = [make_question("choice", f"q{number}", objective="GK-12") for number in range(5)]
    bank = make_bank(questions, objectives=[{"id": "GK-112", "text": "Explain it"}])
    (finding,) = reported(bank, "PQ212")
    assert finding.message == "5 places name objective `GK-12`, and none names `GK-112`"
    assert finding.hint == "rename it to `GK-12`"
    assert finding.place == Place("course.yaml", ("objectives", 0, "id"))


def test_an_unknown_name_is_one_finding_however_often_it_is_used() -> None:
    questions = [make_question("choice", f"q{number}", enemies=["lost"]) for number in range(5)]
    (finding,) = reported(make_bank(questions), "PQ213")
    assert finding.message == "unknown question `lost`, used in 5 places"


def test_the_plan_is_not_compared_if_a_name_leads_nowhere() -> None:
    question = make_question("choice", objective="B-2")
    bank = make_bank(
        [question], objectives=[{"id": "B-1", "text": "Know"}], plan={"per_objective": 1}
    )
    assert [finding.code for finding in reported(bank, "PQ212", "B04")] == ["PQ212"]


def test_a_file_whose_name_is_decomposed_on_the_disk_is_found(course: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Brücken.md")
    first = re.search(r"file: (.+)", (course / "course.yaml").read_text(encoding="utf-8"))
    assert first is not None
    (course / first[1]).rename(course / "seeds" / decomposed)
    composed = unicodedata.normalize("NFC", "seeds/Brücken.md")
    change(course / "course.yaml", first[1], composed)
    assert errors(course) == []


def test_a_folder_that_is_not_a_course_is_one_finding(tmp_path: Path) -> None:
    assert codes(tmp_path) == ["PQ124"]
