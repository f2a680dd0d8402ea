"""Feedback: each page has its candidate's version, and nobody else's answers."""

from __future__ import annotations

import csv
import json
import re
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from pkoquiz.cli import run
from pkoquiz.exam.versions import arrange
from pkoquiz.exporters.papers.shapes import texts
from pkoquiz.feedback.answers import choices
from pkoquiz.feedback.replies import replies_to
from pkoquiz.grading.responses import Blank, Boxes, Chosen, Judged, Response, Value, Words
from pkoquiz.model.question import Question
from pkoquiz.sheets.roster import Candidate, serials_csv

from ..making import make_question

COURSE = Path(__file__).parents[2]
CANDIDATES = [
    Candidate("4711", "Ann Example", "1", "A", address="ann@example.org", serial=17),
    Candidate("4712", "Bo Sample", "1", "B", address="bo@example.org", serial=4),
]


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the manifest of the shipped exam, a roster, and all answers C."""
    folder = tmp_path_factory.mktemp("exam")
    with pytest.MonkeyPatch.context() as patch:
        lines: list[str] = []
        patch.setattr("click.echo", lambda text="", **_: lines.append(str(text)))
        assert run(["exam", "plan", "final", "--json", "-C", str(COURSE)]) == 0
    text = "".join(lines)
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    record = json.loads(text)
    versions = record["papers"][0]["versions"]
    with (folder / "answers.csv").open("w", encoding="utf-8") as file:
        writer = csv.writer(file)
        numbers = range(1, len(versions[0]["questions"]) + 1)
        writer.writerow(["candidate", "paper", "version", *numbers])
        for candidate in CANDIDATES:
            version = next(one for one in versions if one["version"] == candidate.version)
            kinds = {
                entry["number"]: record["questions"][identity]["type"]
                for identity, entry in version["questions"].items()
            }
            cells = ["C" if kinds[n] in ("choice", "multiple") else "" for n in numbers]
            writer.writerow([candidate.candidate, "1", candidate.version, *cells])
    (folder / "serials.csv").write_bytes(serials_csv(CANDIDATES))
    return folder


def feedback(exam: Path, out: Path, *words: str) -> int:
    paths = str(exam / "manifest.json"), str(exam / "answers.csv")
    common = ["--roster", str(exam / "serials.csv"), "-C", str(COURSE), "--out", str(out)]
    return run(["exam", "feedback", *paths, *common, *words])


def test_each_candidate_gets_a_page_with_the_reasons(exam: Path, tmp_path: Path) -> None:
    assert feedback(exam, tmp_path, "--format", "html") == 0
    page = (tmp_path / "0017.html").read_text(encoding="utf-8")
    assert "Ann Example" in page
    assert "Bo Sample" not in page
    assert "Your answer:" in page
    assert page.count('class="quote"') > 10
    assert page.count('filled">C</b>') == page.count("– your answer, ") > 10
    mail = (tmp_path / "mail.csv").read_text(encoding="utf-8-sig").splitlines()
    assert mail[1:] == [
        "0004,4712,Bo Sample,bo@example.org,0004.html",
        "0017,4711,Ann Example,ann@example.org,0017.html",
    ]


def test_anonymous_pages_have_only_the_serial(exam: Path, tmp_path: Path) -> None:
    assert feedback(exam, tmp_path, "--format", "html", "--anonymous") == 0
    for path in tmp_path.iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.search("Ann Example|Bo Sample|4711|4712", text), path
    assert "Sheet 0017" in (tmp_path / "0017.html").read_text(encoding="utf-8")


def test_secret_questions_stay_secret(exam: Path, tmp_path: Path) -> None:
    assert feedback(exam, tmp_path, "--without-questions") == 0
    page = (tmp_path / "0017.html").read_text(encoding="utf-8")
    record = json.loads((exam / "manifest.json").read_text(encoding="utf-8"))
    stems = [question["stem"] for question in record["questions"].values()]
    assert not any(stem[:60] in page for stem in stems if len(stem) > 60)
    assert "Question 7" in page
    assert (tmp_path / "0017.pdf").read_bytes().startswith(b"%PDF")


def test_grades_are_given_by_the_scale_of_the_exam(exam: Path, tmp_path: Path) -> None:
    record = json.loads((exam / "manifest.json").read_text(encoding="utf-8"))
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({**record, "grades": {"A": "90", "F": "0"}}), encoding="utf-8")
    words = ["exam", "grade", str(manifest), str(exam / "answers.csv"), "--out", str(tmp_path)]
    assert run([*words, "--xlsx"]) == 0
    with (tmp_path / "results.csv").open(encoding="utf-8-sig") as file:
        assert [row["grade"] for row in csv.DictReader(file)] == ["F", "F"]
    sheet = openpyxl.load_workbook(tmp_path / "results.xlsx").active
    assert [cell.value for cell in sheet[1]][:6] == [
        "candidate", "paper", "version", "points", "maximum", "percent",
    ]  # fmt: skip
    assert isinstance(sheet["D2"].value, float)


def said(question: Question, response: Response) -> list[str]:
    placed = arrange([question], "seed", "A").questions[0]
    return [feedback for _, feedback in replies_to(question, placed, response)]


WRONG = [{"text": "flutter", "feedback": "Flutter is something else."}]
GAPS = [{"answers": [{"text": "beat", "feedback": "Well heard."}], "wrong": WRONG}]


@pytest.mark.parametrize(
    ("written", "feedback"),
    [
        ("Flutter", ["Flutter is something else."]),
        ("flutter.", ["Flutter is something else."]),
        ("beat", ["Well heard."]),
        ("noise", ["Listen again."]),
        ("", []),
    ],
)
def test_words_get_the_feedback_that_was_written_on_them(written: str, feedback: list[str]) -> None:
    short = make_question(
        "shortanswer", answers=GAPS[0]["answers"], wrong=WRONG, otherwise="Listen again."
    )
    assert said(short, Words((written,))) == feedback
    gap = make_question("cloze", gaps=GAPS, stem="Here the {{1}} decides.")
    assert said(gap, Words((written,))) == [text for text in feedback if text != "Listen again."]


@pytest.mark.parametrize(
    ("value", "feedback"),
    [("1.26", []), ("0.2", ["You forgot 2π."]), ("0.205", ["You forgot 2π."]), ("9", ["No."])],
)
def test_numbers_get_the_feedback_that_was_written_on_them(value: str, feedback: list[str]) -> None:
    slip = {"value": "0.2", "tolerance": "0.01", "feedback": "You forgot 2π."}
    question = make_question(
        "numerical", answer="1.26", tolerance="0.01", wrong=[slip], otherwise="No."
    )
    assert said(question, Value(Fraction(value))) == feedback


def test_pairs_and_verdicts_get_their_feedback() -> None:
    pairs = [{"premise": f"P{n}", "response": f"R{n}", "feedback": f"Why {n}."} for n in range(3)]
    question = make_question("matching", pairs=pairs)
    assert sorted(said(question, Boxes((0, 2, None)))) == ["Why 1.", "Why 2."]
    verdict = make_question("truefalse", answer=True, feedback={"false": "It does."})
    assert said(verdict, Judged(False)) == ["It does."]


def test_every_choice_is_shown_in_words() -> None:
    choice = make_question("choice")
    matching, ordering = make_question("matching"), make_question("ordering")

    def lines(question: Question, response: Response) -> list[str]:
        placed = arrange([question], "seed", "A").questions[0]
        return [" ".join(texts(shape)) for shape in choices(question, placed, response)]

    shown = lines(choice, Chosen(frozenset({2})))
    assert len(shown) == 4
    assert [line[:1] for line in shown] == ["A", "B", "C", "D"]
    assert sum("Keyed made correct answer" in line for line in shown) == 1
    assert sum("Third made your answer, wrong" in line for line in shown) == 1
    assert sum("your answer" in line for line in lines(choice, Blank())) == 0
    shown = lines(matching, Boxes((0, 3, None)))
    assert "Premise 1  – Response 1 made correct" in shown[0] + shown[1] + shown[2]
    assert sum("Left over wrong" in line for line in shown) == 1
    shown = lines(ordering, Boxes((2, 1, None, 4)))
    assert [line[:1] for line in shown] == ["1", "2", "4", "–"]
    assert "Second step of made wrong" in shown[0]
    assert "Fourth step of made correct" in shown[2]
