"""Statistics of exams: no personal data, small numbers hidden, and wordings kept apart."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
from pathlib import Path

import pytest

from pkoquiz.cli import run
from pkoquiz.exam.versions import digest
from pkoquiz.grading.intervals import feldt, wilson
from pkoquiz.load import load
from pkoquiz.statistics.collect import is_revealed
from pkoquiz.statistics.moodle import moodle_administration
from pkoquiz.statistics.pool import disagreements, pool
from pkoquiz.statistics.record import (
    Administration,
    OptionRecord,
    QuestionRecord,
    administration_json,
    read_administration,
)
from pkoquiz.table import read_table

from .conftest import Printed


@pytest.mark.parametrize(
    ("candidates", "low", "high"), [(10, 0.57, 0.94), (30, 0.68, 0.89), (100, 0.74, 0.85)]
)
def test_the_interval_of_alpha(candidates: int, low: float, high: float) -> None:
    interval = feldt(0.8, candidates, 40)
    assert interval == pytest.approx((low, high), abs=0.006)


def test_the_interval_of_a_share() -> None:
    assert wilson(0.5, 100) == pytest.approx((0.404, 0.596), abs=0.001)
    assert wilson(0, 10) == pytest.approx((0, 0.278), abs=0.001)


def answers(printed: Printed, folder: Path, candidates: int) -> Path:
    """Write answers of candidates whose names must not appear anywhere."""
    source = random.Random(1)
    version = printed.record.papers[0].versions[0]
    kinds = {
        entry.number: printed.record.questions[identity].type
        for identity, entry in version.questions.items()
    }
    path = folder / "answers.csv"
    with path.open("w", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["candidate", "version", *range(1, len(kinds) + 1)])
        for number in range(candidates):
            cells = [
                source.choice("AB") if kinds[n] == "choice" else ""
                for n in range(1, len(kinds) + 1)
            ]
            writer.writerow([f"Secretname{number}", version.version, *cells])
    return path


def add(printed: Printed, folder: Path, candidates: int) -> int:
    manifest, _ = printed.write(folder)
    table = answers(printed, folder, candidates)
    words = ["statistics", "add", str(manifest), str(table), "--date", "2026-11-24"]
    return run([*words, "-C", str(folder)])


def test_a_graded_exam_is_kept_without_names(printed: Printed, tmp_path: Path) -> None:
    assert add(printed, tmp_path, 12) == 0
    (path,) = (tmp_path / "statistics").iterdir()
    text = path.read_text(encoding="utf-8")
    assert "Secretname" not in text
    record = json.loads(text)
    assert record["n"] == 12
    for question in record["questions"].values():
        counts = [option["chosen"] for option in question.get("options", [])]
        assert not {1, 2} & set(counts)
        assert question.get("p") not in (0, 1)  # it would tell what each of twelve answered
    assert add(printed, tmp_path, 12) == 0  # the same exam again changes nothing
    assert path.read_text(encoding="utf-8") == text


def test_fewer_than_ten_candidates_are_not_kept(
    printed: Printed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(printed, tmp_path, 9) == 1
    assert "9 candidates are too few" in capsys.readouterr().err
    assert not (tmp_path / "statistics").exists()


def record(p: float, n: int, digest: str = "aaa", **fields: object) -> Administration:
    question = QuestionRecord(digest=digest, n=n, p=p, **fields)
    return Administration(
        source="paper",
        exam="final",
        date="2026-11-24",
        codes=("A1",),
        n=n,
        questions={"qq": question},
    )


def test_administrations_are_pooled_by_wording() -> None:
    options = (OptionRecord(chosen=30), OptionRecord(chosen=0))
    pooled = pool(
        [
            record(0.5, 30, r=0.2, options=options),
            record(0.9, 90, r=0.4, options=options),
            record(0.1, 30, digest="bbb"),
        ]
    )
    first, second = pooled
    assert (first.n, first.administrations, first.p) == (120, 2, pytest.approx(0.8))
    assert first.r == pytest.approx(0.355, abs=0.002)
    assert first.unchosen == (2,)
    assert (second.n, second.digest) == (30, "bbb")


def test_a_difficulty_is_doubted_only_with_enough_candidates() -> None:
    declared = {("qq", "aaa"): "hard"}
    assert [found[2] for found in disagreements(pool([record(0.9, 60)]), declared)] == ["easier"]
    assert list(disagreements(pool([record(0.9, 40)]), declared)) == []
    assert list(disagreements(pool([record(0.9, 60, digest="old")]), declared)) == []


def test_files_are_read_as_written() -> None:
    one = record(0.5, 30, r=0.2, options=(OptionRecord(chosen="<3"),))
    assert read_administration(administration_json(one), "file.json") == (one, ())
    nothing, diagnostics = read_administration(b'{"n": 3}', "file.json")
    assert nothing is None
    assert diagnostics


MOODLE = {
    "en": "Q#,Question type,Question name,Attempts,Facility index,Standard deviation,Random guess "
    "score,Intended weight,Effective weight,Discrimination index,Discriminative efficiency\n"
    "1,Multiple choice,a-b: Why?,40,55.00%,50.1%,25.00%,10.00%,9.1%,31.20%,40%\n",
    "de": "F#;Fragetyp;Fragentitel;Versuche;Leichtigkeitsindex;Standardabweichung;Zufall;Gewicht;"
    "Effektiv;Trennschärfe;Effizienz\n"
    "1;Multiple-Choice;a-b: Why?;40;55,00 %;50,1 %;25 %;10 %;9,1 %;31,20 %;40 %\n",
    "ja": "Q#\t問題タイプ\t問題名\t受験\t容易指標\t標準偏差\t推測\t予定\t有効\t識別指数\t識別効率\n"
    "1\t多肢選択\ta-b: Why?\t40\t55.00%\t50.1%\t25%\t10%\t9.1%\t31.20%\t40%\n",
}


@pytest.mark.parametrize("language", MOODLE)
def test_reports_of_moodle_are_read_in_any_language(language: str) -> None:
    table, _ = read_table(MOODLE[language].encode(), "report.csv")
    assert table is not None
    found = moodle_administration(table, {"a-b": "digest"}, "quiz", "2026-11-24")
    assert isinstance(found, Administration)
    assert found.questions == {"a-b": QuestionRecord(digest="digest", n=40, p=0.55, r=0.312)}


def test_random_questions_of_moodle_are_refused() -> None:
    text = MOODLE["en"] + "2,Random,Random (Category),40,55.00%,50%,25%,10%,9%,31.20%,40%\n"
    table, _ = read_table(text.encode(), "report.csv")
    assert table is not None
    assert "random questions" in str(
        moodle_administration(table, {"a-b": "d"}, "quiz", "2026-11-24")
    )


def test_check_and_coverage_know_what_was_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(Path(__file__).parents[1] / "mini", tmp_path, dirs_exist_ok=True)
    bank = load(tmp_path).bank
    assert bank is not None
    question = next(one for one in bank.ready if one.difficulty == "easy")
    measured = Administration(
        source="paper",
        exam="final",
        date="2026-11-24",
        codes=("3FA9C2",),
        n=60,
        questions={question.id: QuestionRecord(digest=digest(question), n=60, p=0.2)},
    )
    folder = tmp_path / "statistics"
    folder.mkdir()
    (folder / measured.file).write_bytes(administration_json(measured))
    run(["check", str(tmp_path)])
    output = capsys.readouterr().out
    assert "PQ741" in output
    assert "declared easy, but harder: 20% of the points" in output
    assert run(["coverage", "-C", str(tmp_path)]) == 0
    assert "measured in 1 exam: 1 of" in capsys.readouterr().out
    assert run(["statistics", "show", "-C", str(tmp_path)]) == 0
    assert question.id in capsys.readouterr().out
    (folder / "broken.json").write_text("{", encoding="utf-8")
    assert run(["check", str(tmp_path)]) == 1
    assert "PQ740" in capsys.readouterr().out


RESPONSES = {
    "en": ("Last name,Email address,Status,Grade/10.00,{q}", "Question {n}", "Response {n}", ","),
    "de": ("Nachname;E-Mail-Adresse;Status;Bewertung/10,00;{q}", "Frage {n}", "Antwort {n}", ";"),
    "ja": ("姓\tメール\t状態\t評点/10.00\t{q}", "問題 {n}", "解答 {n}", "\t"),
}


def moodle_files(
    folder: Path, language: str, *, texts: bool, rows: int = 40, blank: int = 1
) -> list[str]:
    """Write the two reports on a quiz of the small course; return their names."""
    statistics = MOODLE[language].replace("a-b: Why?", "oldest-kind: Which kind?")
    header, question, response, separator = RESPONSES[language]
    own = [question.format(n=1)] * texts + [response.format(n=1)]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerow([*header.format(q="").split(separator)[:-1], *own])
    stem = "Which kind of bridge does Strand call the _oldest_ of all?: The arch bridge; …"
    choices = ["The BEAM bridge"] * (38 - blank) + ["The arch bridge"] * 2 + ["-"] * blank
    grade = "5,00" if separator == ";" else "5.00"
    for number, choice in enumerate(choices[:rows]):
        person = [f"Secretname{number}", "secret@example.org", "x"]
        writer.writerow([*person, grade, *[stem] * texts, choice])
    writer.writerow(["Secretname", "secret@example.org", "in progress", "-", *["-"] * len(own)])
    names = []
    for name, content in (("structure.csv", statistics), ("responses.csv", text.getvalue())):
        path = folder / name
        path.write_text(content, encoding="utf-8")
        names.append(str(path))
    return names


@pytest.mark.parametrize("texts", [False, True])
@pytest.mark.parametrize("language", RESPONSES)
def test_choices_are_counted_from_responses_of_moodle(
    language: str, texts: bool, mini_course: Path
) -> None:
    files = moodle_files(mini_course, language, texts=texts)
    words = ["statistics", "add", *files, "--moodle", "Week 1", "--date", "2026-11-24"]
    assert run([*words, "-C", str(mini_course)]) == 0
    (path,) = (mini_course / "statistics").iterdir()
    assert path.name == "week-1-2026-11-24-moodle.json"
    text = path.read_text(encoding="utf-8")
    assert "ecret" not in text
    question = json.loads(text)["questions"]["oldest-kind"]
    assert (question["n"], question["p"], question["blank"]) == (40, 0.55, "<3")
    assert [option["chosen"] for option in question["options"]][:2] == ["<3", 37]


def test_choices_of_moodle_that_the_sum_reveals_are_left_out(mini_course: Path) -> None:
    files = moodle_files(mini_course, "en", texts=True, blank=8)
    words = ["statistics", "add", *files, "--moodle", "Week 1", "-C", str(mini_course)]
    assert run(words) == 0
    (path,) = (mini_course / "statistics").iterdir()
    question = json.loads(path.read_text(encoding="utf-8"))["questions"]["oldest-kind"]
    assert not question.get("options")


def test_reports_of_moodle_must_cover_the_same_attempts(
    mini_course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = moodle_files(mini_course, "en", texts=True, rows=39)
    assert run(["statistics", "add", *files, "--moodle", "Week 1", "-C", str(mini_course)]) == 1
    assert "cover 40 attempts, the responses 39" in capsys.readouterr().err
    words = ["statistics", "add", files[0], files[0], "--moodle", "Week 1"]
    assert run([*words, "-C", str(mini_course)]) == 1
    assert "is not Moodle's report “Responses”" in capsys.readouterr().err
    assert not (mini_course / "statistics").exists()


def test_choices_in_other_words_are_not_counted(mini_course: Path) -> None:
    files = moodle_files(mini_course, "en", texts=True)
    path = Path(files[1])
    path.write_text(path.read_text(encoding="utf-8").replace("The BEAM", "The swing"), "utf-8")
    assert run(["statistics", "add", *files, "--moodle", "Week 1", "-C", str(mini_course)]) == 0
    (path,) = (mini_course / "statistics").iterdir()
    question = json.loads(path.read_text(encoding="utf-8"))["questions"]["oldest-kind"]
    assert (question["p"], question["options"]) == (0.55, [])


@pytest.fixture
def mini_course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    shutil.copytree(
        Path(__file__).parents[1] / "mini", folder, ignore=shutil.ignore_patterns("exports")
    )
    return folder


@pytest.mark.parametrize(
    ("counts", "revealed"),
    [
        ([13, 1, 0], True),
        ([12, 2, 0], True),
        ([12, 1, 1], True),
        ([10, 2, 2], True),
        ([11, 1, 2], False),
        ([14, 0, 0], False),
        ([9, 5, 0], False),
    ],
)
def test_sums_do_not_reveal_few_people(counts: list[int], revealed: bool) -> None:
    assert is_revealed(counts) is revealed


@pytest.mark.parametrize("few", [1, 2])
def test_a_single_rounded_count_is_not_published(
    printed: Printed, tmp_path: Path, few: int
) -> None:
    manifest, _ = printed.write(tmp_path)
    version = printed.record.papers[0].versions[0]
    identity, entry = next(
        (name, entry)
        for name, entry in version.questions.items()
        if printed.record.questions[name].type == "choice"
    )
    number, key = entry.number, entry.order.index(1)
    wrong, right = "ABCD"[key - 1], "ABCD"[key]
    table = tmp_path / "answers.csv"
    with table.open("w", encoding="utf-8") as file:
        writer = csv.writer(file)
        every = range(1, len(version.questions) + 1)
        writer.writerow(["candidate", "version", *every])
        for candidate in range(14):
            mark = wrong if candidate < few else right
            cells = [mark if n == number else "" for n in every]
            writer.writerow([str(candidate), version.version, *cells])
    words = ["statistics", "add", str(manifest), str(table), "--date", "2026-11-24"]
    assert run([*words, "-C", str(tmp_path)]) == 0
    (path,) = (tmp_path / "statistics").iterdir()
    record = json.loads(path.read_text(encoding="utf-8"))["questions"][identity]
    assert not record.get("options")
