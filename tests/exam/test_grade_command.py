"""`pkoquiz exam grade`: from a printed paper to results, or to all errors in the table at once."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pkoquiz.cli import run
from pkoquiz.exam.exam import Exam, Paper, plan
from pkoquiz.exam.manifest import manifest
from pkoquiz.exam.versions import arrange
from pkoquiz.grading.printed import read_keys
from pkoquiz.model.bank import Bank

from ..making import make_bank, make_question

BLUEPRINT = {"title": "Quiz", "items": 2, "papers": 2, "versions": 2, "types": {"choice": 2}}


@pytest.fixture
def exam(tmp_path: Path) -> Path:
    """Write the manifest of one paper with four questions in two versions."""
    questions = [
        make_question("choice", "pick", points=2),
        make_question("truefalse", "verdict", objective="O-1"),
        make_question(
            "cloze",
            "gapped",
            stem="{{1}} into {{2}}",
            gaps=[{"answers": ["load"]}, {"answers": ["stress"]}],
        ),
        make_question("essay", "view", points="4.5"),
    ]
    versions = tuple(arrange(questions, "seed", letter) for letter in "AB")
    bank = make_bank(questions)
    path = tmp_path / "manifest.json"
    path.write_bytes(manifest(bank, Exam("quiz", "Quiz", "seed", (Paper(1, versions),))))
    return path


@pytest.fixture
def two_papers(tmp_path: Path) -> Path:
    bank: Bank = make_bank(
        [make_question("choice", f"pick-{at}") for at in range(4)], blueprints={"quiz": BLUEPRINT}
    )
    made, drawn = plan(bank, "quiz")
    assert made is not None, drawn.diagnostics
    path = tmp_path / "manifest.json"
    path.write_bytes(manifest(bank, made))
    return path


def key(exam: Path, version: int = 0, identity: str = "pick") -> str:
    return str(
        json.loads(exam.read_bytes())["papers"][0]["versions"][version]["questions"][identity][
            "key"
        ][0]
    )


def table(exam: Path, *lines: str) -> Path:
    path = exam.parent / "answers.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def refused(exam: Path, capsys: pytest.CaptureFixture[str], *lines: str) -> list[tuple[str, str]]:
    """Grade a table with errors: return them with line and column; nothing is written."""
    answers = table(exam, *lines)
    before = sorted(exam.parent.rglob("*"))
    assert run(["exam", "grade", str(exam), str(answers)]) == 1
    assert sorted(exam.parent.rglob("*")) == before
    text = capsys.readouterr().err
    assert "Traceback" not in text
    assert "nothing was written" in text
    return re.findall(r"answers\.csv:?(\S*): (?:error|warning)\[\w+\] (.*)", text)


def rows(path: Path) -> list[list[str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(
        csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ",")
    )


def test_results(exam: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ann has everything right on version B, Ben a gap and part of the essay on version A."""
    answers = table(
        exam,
        "Candidate,Version,1,2,3.1,3.2,4",
        f"Ann,B,{key(exam, 1)},T,load,stress,4.5",
        "Ben,a,,F,load,,1.5",
    )
    assert run(["exam", "grade", str(exam), str(answers), "--out", str(exam.parent / "marks")]) == 0
    assert rows(exam.parent / "marks/results.csv") == [
        [
            "candidate",
            "version",
            "points",
            "maximum",
            "percent",
            "pick",
            "verdict",
            "gapped",
            "view",
        ],
        ["Ann", "B", "8.5", "8.5", "100", "2", "1", "1", "4.5"],
        ["Ben", "A", "2", "8.5", "23.5", "0", "0", "0.5", "1.5"],
    ]
    assert "Results: Quiz" in (exam.parent / "marks/report.html").read_text(encoding="utf-8")
    assert "2 candidates, mean 61.8 %" in capsys.readouterr().out


def test_results_are_written_beside_the_answers_and_always_the_same(exam: Path) -> None:
    answers = table(exam, "candidate;version;1;2;3;4", f"Ann;A;{key(exam)};T;load,x;4,5")
    answers.write_text(answers.read_text().replace("load,x", '"load; x"'), encoding="utf-8")
    assert run(["exam", "grade", str(exam), str(answers)]) == 0
    made = {path.name: path.read_bytes() for path in (exam.parent / "graded").iterdir()}
    assert set(made) == {"results.csv", "report.html"}
    assert rows(exam.parent / "graded/results.csv")[1] == [
        "Ann",
        "A",
        "8",
        "8,5",
        "94,1",
        "2",
        "1",
        "0,5",
        "4,5",
    ]
    assert run(["exam", "grade", str(exam), str(answers)]) == 0
    assert {path.name: path.read_bytes() for path in (exam.parent / "graded").iterdir()} == made


def test_version_by_code(exam: Path) -> None:
    code = json.loads(exam.read_bytes())["papers"][0]["versions"][1]["code"]
    for head, cell in (
        ("code", code),
        ("version", code.lower()),
        ("code,version", f"{code},B"),
        ("code,version", f"{code},"),
    ):
        answers = table(
            exam, f"candidate,{head},1,2,3,4", f"Ann,{cell},{key(exam, 1)},T,load; stress,4.5"
        )
        assert run(["exam", "grade", str(exam), str(answers)]) == 0
        assert rows(exam.parent / "graded/results.csv")[1][1:3] == ["B", "8.5"]


def test_one_version_needs_no_column(tmp_path: Path) -> None:
    questions = [make_question("truefalse", "verdict")]
    made = Exam("quiz", "Quiz", "seed", (Paper(1, (arrange(questions, "seed", "A"),)),))
    path = tmp_path / "manifest.json"
    path.write_bytes(manifest(make_bank(questions), made))
    assert (
        run(["exam", "grade", str(path), str(table(path, "candidate\t1", "Ann\tT", "Ben\tF"))]) == 0
    )
    text = (tmp_path / "graded/results.csv").read_text(encoding="utf-8-sig")
    assert [line.split("\t")[:3] for line in text.splitlines()] == [
        ["candidate", "version", "points"], ["Ann", "A", "1"], ["Ben", "A", "0"],
    ]  # fmt: skip


def test_several_papers(two_papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(two_papers.read_bytes())
    versions = [version for paper in data["papers"] for version in paper["versions"]]
    keys = [[each["key"][0] for each in version["questions"].values()] for version in versions]
    answers = table(
        two_papers,
        "candidate,paper,version,1,2",
        f"Ann,1,A,{keys[0][0]},{keys[0][1]}",
        f"Ben,2,B,{keys[3][0]},",
        f"Cem,,{versions[2]['code']},,{keys[2][1]}",
        f"Dan,,1B,{keys[1][0]},{keys[1][1]}",
    )
    assert run(["exam", "grade", str(two_papers), str(answers)]) == 0
    head, *results = rows(two_papers.parent / "graded/results.csv")
    assert head[:6] == ["candidate", "paper", "version", "points", "maximum", "percent"]
    assert [row[:6] for row in results] == [
        ["Ann", "1", "A", "2", "2", "100"],
        ["Ben", "2", "B", "1", "2", "50"],
        ["Cem", "2", "A", "1", "2", "50"],
        ["Dan", "1", "B", "2", "2", "100"],
    ]
    # Questions that were not on the candidate's paper have no points, not 0 points.
    assert [sorted(row[6:]) for row in results] == [
        ["", "", "1", "1"],
        ["", "", "0", "1"],
        ["", "", "0", "1"],
        ["", "", "1", "1"],
    ]
    capsys.readouterr()
    (fault,) = refused(two_papers, capsys, "candidate,version,1,2", "Ann,A,A,A")
    assert fault == ("2:1", "candidate `Ann`: the paper is missing")
    (fault,) = refused(
        two_papers, capsys, "candidate,paper,version,1,2", f"Ann,2,{versions[0]['code']},A,A"
    )
    assert fault == ("2:5", "candidate `Ann`: paper `2` contradicts the other columns")


def test_all_errors_are_reported_together(exam: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faults = refused(
        exam,
        capsys,
        "candidate,version,1,2,3,3.1,3.3,4,5",
        "Ann,C,A,T,,,,1,",
        "Ben,A,F,T,,,,5,",
        "Ben,A,A,maybe,,,,1,C",
        "Cem,,A,T,,,,1,",
        ",A,A,T,load,,,1,",
        "Dan,B,A,T,load; x,load,,1,",
        "Eve,B,A,T,,,late,1,,more",
        "Fay,B,A,T,,[1],,1,",
    )
    assert faults == [
        ("2:5", "candidate `Ann`: version `C` was not printed"),
        ("3:7", "candidate `Ben`, question 1: there is no option F: the paper has A to D"),
        ("3:14", "candidate `Ben`, question 4: 5 points are not between 0 and 4.5"),
        ("4:1", "candidate `Ben`: already in line 3"),
        ("4:9", "candidate `Ben`, question 2: `maybe` is neither true nor false"),
        ("4:20", "candidate `Ben`: question 5 is answered, but version A has 4 questions"),
        ("5:1", "candidate `Cem`: the version is missing"),
        ("6:1", "a row has answers but no candidate"),
        ("6:8", "line 6, question 3: 2 gaps, but 1 answer"),
        ("7:11", "candidate `Dan`, question 3: answered twice, gap by gap and as a whole"),
        ("8:13", "candidate `Eve`: gap 3.3 is filled in, but question 3 of version B has 2 gaps"),
        ("8:21", "candidate `Eve`: `more` is after the last column"),
        ("9:12", "candidate `Fay`: `[1]` in column 3.1 gives points for one gap"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("candidate,1,2,3,4", "there is no column `version`"),
        ("version,1,2,3,4", "there is no column `candidate`"),
        ("candidate,version,1,2,4", "there is no column for question 3 of version A"),
        ("candidate,version,1", "there are no columns for 3 questions: 2, 3, 4"),
        ("candidate,version,1,2,3.1,4", "there is no column for question 3 of version A"),
        ("candidate,version,1,2,3,4,4", "duplicate column `4`"),
        ("candidate,version,1,2,3,4,mark", "unknown column `mark`"),
    ],
)
def test_columns(exam: Path, capsys: pytest.CaptureFixture[str], head: str, message: str) -> None:
    assert message in [text for _, text in refused(exam, capsys, head, "Ann,A")]


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "candidate,version,1,2,3,4\n", "candidate,version,1,2,3,4\n# A,,,,,\n", "\x00"],
)
def test_tables_without_candidates(
    exam: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    refused(exam, capsys, text)


@pytest.mark.parametrize(
    "raw", ["candidate;version\nJörg;A".encode("latin-1"), "candidate".encode("utf-16")]
)
def test_other_encodings(exam: Path, capsys: pytest.CaptureFixture[str], raw: bytes) -> None:
    answers = exam.parent / "answers.csv"
    answers.write_bytes(raw)
    assert run(["exam", "grade", str(exam), str(answers)]) == 1
    text = capsys.readouterr().err
    assert "the table is not UTF-8" in text
    assert "CSV UTF-8" in text


def test_an_unclosed_quotation_mark(exam: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(exam, capsys, "candidate,version,1", 'Ann,"A,B') == [
        ("2:5", "this quotation mark is never closed")
    ]


def test_skipped_columns_and_comments(exam: Path) -> None:
    answers = table(
        exam,
        "candidate,#name,version,Q1,q2,03,4",
        "# typed by K.,,,,,,",
        "17,Ann Example,A,A,T,load; stress,0",
    )
    assert run(["exam", "grade", str(exam), str(answers)]) == 0
    assert "Ann Example" not in (exam.parent / "graded/results.csv").read_text(encoding="utf-8")


def test_two_letters_in_a_single_choice_warn(
    exam: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = table(exam, "candidate,version,1,2,3,4", "Ann,A,AB,T,,1")
    assert run(["exam", "grade", str(exam), str(answers)]) == 0
    assert (
        "warning[PQ724] candidate `Ann`, question 1: 2 letters in a single choice earn 0 points"
        in capsys.readouterr().err
    )
    assert rows(exam.parent / "graded/results.csv")[1][5] == "0"


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)"])
def test_no_cell_of_the_results_is_a_formula(exam: Path, name: str) -> None:
    answers = table(exam, "candidate,version,1,2,3,4", f"{name},A,A,T,,1")
    assert run(["exam", "grade", str(exam), str(answers)]) == 0
    assert rows(exam.parent / "graded/results.csv")[1][0] == f"'{name}"


def test_a_template_is_filled_in_and_graded(exam: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = exam.parent / "answers.csv"
    assert run(["exam", "grade", str(exam), "--template", str(template)]) == 0
    head, *remarks = rows(template)
    assert head == ["candidate", "version", "1", "2", "3.1", "3.2", "4"]
    assert [row[1:] for row in remarks] == [
        [letter, "letter A to D", "T or F", "words", "words", "points 0 to 4.5"] for letter in "AB"
    ]
    assert all(re.fullmatch("# [0-9A-F]{6}", row[0]) for row in remarks)
    assert run(["exam", "grade", str(exam), "--template", str(template)]) == 1
    assert "already exists" in capsys.readouterr().err
    with template.open("a", encoding="utf-8") as file:
        file.write(f"Ann,A,{key(exam)},t,LOAD,stress,4.5\n")
    assert run(["exam", "grade", str(exam), str(template)]) == 0
    assert rows(exam.parent / "graded/results.csv")[1][2] == "8.5"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["answers.csv", "--template", "t.csv"],
        ["missing.csv"],
        ["--template", "t.csv", "--out", "x"],
        ["results.csv", "--out", "."],
    ],
)
def test_wrong_usage(exam: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    monkeypatch.chdir(exam.parent)
    for name in ("answers.csv", "results.csv"):
        Path(name).write_text("candidate,version,1\n")
    assert run(["exam", "grade", str(exam), *arguments]) == 2


def test_a_corrected_key(exam: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If the key in the manifest is corrected, the same answers earn different points."""
    data = json.loads(exam.read_bytes())
    data["questions"]["verdict"]["answer"]["key"] = False
    exam.write_text(json.dumps(data))
    answers = table(exam, "candidate,version,1,2,3,4", "Ann,A,,F,,")
    assert run(["exam", "grade", str(exam), str(answers)]) == 0
    assert rows(exam.parent / "graded/results.csv")[1][2] == "1"


def test_a_manifest_of_an_early_version(exam: Path) -> None:
    """It lacks sections, stems and texts of options, but can be graded."""
    data = json.loads(exam.read_bytes())
    for question in data["questions"].values():
        del question["section"], question["stem"]
        question["answer"].pop("texts", None)
    exam.write_text(json.dumps(data))
    answers = table(exam, "candidate,version,1,2,3,4", f"Ann,A,{key(exam)},T,load; stress,4.5")
    assert run(["exam", "grade", str(exam), str(answers)]) == 0
    assert rows(exam.parent / "graded/results.csv")[1][2] == "8.5"


def pick(data: Any) -> Any:
    return data["questions"]["pick"]


def version(data: Any, index: int = 0) -> Any:
    return data["papers"][0]["versions"][index]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda data: data.pop("papers"), "this is not an exam manifest"),
        (lambda data: data.update(format="pkoquiz-build-1"), "`format` cannot be"),
        (lambda data: data.update(papers=[]), "the manifest has no papers"),
        (lambda data: pick(data)["answer"].pop("key"), "the key of `pick` is not valid"),
        (
            lambda data: pick(data)["answer"].update(key=[5]),
            "`key` names option 5, but there are 4 options",
        ),
        (lambda data: pick(data).update(type="flashcard"), "has a type that cannot be printed"),
        (lambda data: data["questions"].pop("pick"), "`pick` has no key"),
        (
            lambda data: version(data)["questions"]["pick"].update(order=[1, 2, 3]),
            "the order of `pick` in version A of paper 1 does not match its options",
        ),
        (
            lambda data: version(data)["questions"]["pick"].update(number=7),
            "the questions of version A of paper 1 are not numbered 1 to 4",
        ),
        (lambda data: version(data)["questions"].pop("pick"), "has other questions than version A"),
        (lambda data: version(data, 1).update(version="A"), "duplicate version A of paper 1"),
    ],
)
def test_inconsistent_manifests(
    exam: Path, capsys: pytest.CaptureFixture[str], spoil: Any, message: str
) -> None:
    data = json.loads(exam.read_bytes())
    spoil(data)
    exam.write_text(json.dumps(data))
    answers = table(exam, "candidate,version,1,2,3,4", "Ann,A,A,T,,1")
    assert run(["exam", "grade", str(exam), str(answers)]) == 1
    assert message in capsys.readouterr().err
    assert not (exam.parent / "graded").exists()


def _renamed(data: Any, text: str) -> None:
    data["questions"][text] = data["questions"].pop("pick")
    for version in data["papers"][0]["versions"]:
        version["questions"][text] = version["questions"].pop("pick")


@pytest.mark.parametrize(
    "text", ["\x1b]8;;http://x\x07y", "a\n::error::x", "a\r::error::x", "\x9b2J"]
)
@pytest.mark.parametrize(
    "spoil",
    [
        _renamed,
        lambda data, text: data.update(exam=text),
        lambda data, text: data.update(course=text),
        lambda data, text: pick(data).update(type=text),
        lambda data, text: pick(data).update(objective=text),
        lambda data, text: pick(data).update(section=text),
        lambda data, text: data["papers"][0].update(points=text),
        lambda data, text: version(data).update(version=text),
        lambda data, text: version(data).update(code=text),
        lambda data, text: version(data)["questions"]["pick"].update(key=[text]),
    ],
)
def test_a_manifest_cannot_control_the_terminal(
    exam: Path, capsys: pytest.CaptureFixture[str], spoil: Any, text: str
) -> None:
    data = json.loads(exam.read_bytes())
    spoil(data, text)
    exam.write_text(json.dumps(data))
    answers = table(exam, "candidate,version,1,2,3,4", "Ann,A,A,T,,1")
    assert run(["exam", "grade", str(exam), str(answers)]) == 1
    output = capsys.readouterr()
    assert "PQ" in output.err
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f-\x9f]|^::", output.out + output.err, re.MULTILINE
    )


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_nothing_in_a_manifest_raises(exam: Path, data: st.DataObject) -> None:
    whole = json.loads(exam.read_bytes())
    node = whole
    while True:
        steps = list(node) if isinstance(node, dict) else list(range(len(node)))
        step = data.draw(st.sampled_from(steps))
        if not isinstance(node[step], dict | list) or not node[step] or data.draw(st.booleans()):
            break
        node = node[step]
    node[step] = data.draw(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({})
    )
    keys, faults = read_keys(json.dumps(whole).encode(), "m.json")
    assert (keys is None) == bool(faults)


def test_the_report_shows_formulas(tmp_path: Path) -> None:
    right, wrong = r"\(Q=\frac{\omega_0}{2\gamma}\)", r"\(x<1\), *less*"
    question = make_question(
        "choice",
        "quality",
        stem=r"Which is the quality of \(2\gamma x + \omega_0 = \frac{1}{2}\sin x\)?",
        options=[{"text": right, "correct": True}, wrong, "two", "three"],
    )
    made = Exam("quiz", "Quiz", "seed", (Paper(1, (arrange([question], "seed", "A"),)),))
    path = tmp_path / "manifest.json"
    path.write_bytes(manifest(make_bank([question]), made))
    answers = table(path, "Candidate,1", f"Ann,{key(path, identity='quality')}")
    assert run(["exam", "grade", str(path), str(answers), "--out", str(tmp_path / "marks")]) == 0
    page = (tmp_path / "marks/report.html").read_text(encoding="utf-8")
    shown = re.sub(r'alttext="[^"]*"', "", page)
    assert "\\" not in shown.split("<main")[1]
    assert "Which is the quality of 2γx + ω_0 = 1/2 sin x?" in page  # in the table
    assert page.count("<math ") == 3
    assert "</math>, less" in page
