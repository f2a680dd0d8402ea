"""The command line, as a person uses it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pkoquiz.cli import COMMANDS, run
from pkoquiz.commands.course import read_course

ROOT = Path(__file__).parents[2]
MINI = ROOT / "tests" / "mini"


def pkoquiz(
    *args: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pkoquiz", *args],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        assert run([name, "--help"]) == 0
        assert "Usage: pkoquiz" in capsys.readouterr().out


def test_help_and_version_load_no_heavy_library() -> None:
    code = "import sys; from pkoquiz.cli import run; run(['--help']); print(sorted({'pydantic','yaml','typst','genanki','jinja2','markdown','rich','docx'} & set(sys.modules)))"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert told.strip().endswith("[]")


def test_passages_are_found_by_all_words_in_any_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["passages", "ALCANTARA", "keystone", "-C", str(MINI), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["id"] for each in found] == ["arches.p002"]
    assert set(found[0]) == {
        "id",
        "section",
        "speaker",
        "kind",
        "text",
        "lines",
        "time",
        "fingerprint",
    }
    assert found[0]["time"] is None


def test_show_prints_neighbours_errata_and_questions(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "arches.p002", "-C", str(MINI)]) == 0
    told = capsys.readouterr().out
    for words in ("arches.p001", "arches.p003", "erratum (F)", "holds-an-arch", "term-abutment"):
        assert words in told


def test_times_of_subtitles_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(MINI, tmp_path / "c")
    (tmp_path / "c" / "seeds" / "talk.vtt").write_text(
        "WEBVTT\n\n00:01:00.000 --> 00:01:09.500\n<v Ada>Stone likes compression.\n",
        encoding="utf-8",
    )
    course = tmp_path / "c" / "course.yaml"
    told = course.read_text(encoding="utf-8")
    course.write_text(
        told.replace("transcripts:\n", "transcripts:\n- file: seeds/talk.vtt\n"), encoding="utf-8"
    )
    where = ["-C", str(tmp_path / "c")]
    assert run(["passages", "--section", "talk", "--json", *where]) == 0
    assert [each["time"] for each in json.loads(capsys.readouterr().out)] == [[60.0, 69.5]]
    assert run(["passages", "--section", "talk", *where]) == 0
    assert "00:01:00 Ada " in capsys.readouterr().out
    assert run(["show", "talk.p001", *where]) == 0
    assert "speech, Ada, line 4, 00:01:00–00:01:09" in capsys.readouterr().out


def test_questions_are_printed_normalised(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["questions", "--json", "-C", str(MINI)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {each["type"] for each in found} == {
        "choice", "multiple", "truefalse", "matching", "ordering", "shortanswer", "numerical", "cloze", "essay", "flashcard",
    }  # fmt: skip
    assert all(each["section"] and "place" not in each for each in found)


def test_check_speaks_json_and_github(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(MINI, tmp_path / "c")
    bank = tmp_path / "c" / "questions" / "beams.yaml"
    bank.write_text(
        bank.read_text(encoding="utf-8").replace("bloom: remember", "bloom: rember", 1),
        encoding="utf-8",
    )
    assert run(["check", "-C", str(tmp_path / "c"), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["counts"]["error"] == 1
    fault = next(each for each in found["diagnostics"] if each["severity"] == "error")
    assert set(fault) == {
        "code",
        "severity",
        "message",
        "hint",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "question",
    }
    assert run(["check", "-C", str(tmp_path / "c"), "--format", "github"]) == 1
    assert "::error file=questions/beams.yaml,title=PQ113,line=" in capsys.readouterr().out
    assert run(["build", "-C", str(tmp_path / "c")]) == 1
    assert not (tmp_path / "c" / "exports").exists(), "nothing is written while there are errors"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["chekc"], 2),
        (["check", "--no-such-option"], 2),
        (["show", "arches.p02", "-C", str(MINI)], 2),
        (["explain", "PQ999"], 2),
        (["explain", "pq205"], 0),
        (["check", "-C", "/nowhere"], 1),
        (["passages", "-C", str(MINI), "--section", "beam"], 2),
        (["--version"], 0),
    ],
)
def test_exit_codes(args: list[str], code: int) -> None:
    assert run(args) == code


def test_a_new_course_builds_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "a new – course"
    assert run(["init", str(folder)]) == 0
    assert run(["init", str(folder)]) == 2, "nothing is overwritten"
    told = pkoquiz("build", cwd=folder)
    assert told.returncode == 0, told.stderr
    manifest = json.loads((folder / "exports" / "manifest.json").read_text())
    assert {Path(each["path"]).suffix for each in manifest["files"]} >= {
        ".apkg",
        ".xml",
        ".pdf",
        ".html",
    }


def test_a_build_is_the_same_anywhere_and_a_second_one_touches_nothing(tmp_path: Path) -> None:
    manifests = []
    for number, (seed, zone) in enumerate([("1", "UTC"), ("2", "Asia/Tokyo")]):
        folder = tmp_path / (f"{number}" * 200) / "Ünïcode space"
        shutil.copytree(MINI, folder)
        told = pkoquiz(
            "build", "-q", cwd=folder, PYTHONHASHSEED=seed, TZ=zone, LC_ALL="C", HOME="/nonexistent"
        )
        assert told.returncode == 0, told.stderr
        manifests.append((folder / "exports" / "manifest.json").read_bytes())
        times = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        assert pkoquiz("build", "-q", "--locked", cwd=folder).returncode == 0
        assert times == {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert manifests[0] == manifests[1]


@pytest.mark.parametrize("which", ["seeds/bridges.md", "questions/beams.yaml", "course.yaml"])
def test_a_file_saved_during_a_build_is_found_changed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], which: str
) -> None:
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder)
    saved = folder / which

    def read_and_save(path: Path, *, pedantic: bool = False) -> object:
        found = read_course(path, pedantic=pedantic)
        saved.write_bytes(saved.read_bytes() + b"\n")
        return found

    build = ["build", "moodle", "-C", str(folder)]
    monkeypatch.setattr("pkoquiz.commands.build.read_course", read_and_save)
    assert run(build) == 0
    monkeypatch.undo()
    capsys.readouterr()
    assert run(build) == 0
    assert "nothing changed" not in capsys.readouterr().out
    assert run(build) == 0
    assert "nothing changed" in capsys.readouterr().out


def test_check_keeps_promises_to_learners_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder)
    assert run(["build", "anki", "-q", "-C", str(folder)]) == 0
    assert run(["check", "-q", "-C", str(folder)]) == 0
    capsys.readouterr()
    bank = folder / "questions/beams.yaml"
    bank.write_text(bank.read_text("utf-8").replace("id: span-of-stone", "id: stone-span"), "utf-8")
    assert run(["check", "-q", "-C", str(folder)]) == 1
    told = capsys.readouterr().err
    assert "PQ602" in told
    assert "`stone-span` reads the same: change its id back to `span-of-stone`" in told
    (folder / "anki.lock.json").write_text("{", "utf-8")
    assert run(["check", "-q", "-C", str(folder)]) == 1
    assert "PQ601" in capsys.readouterr().err


def test_a_selection_that_leaves_no_quiz_removes_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder)
    bank = folder / "questions/cards.yaml"
    bank.write_text(
        "section: beams\nquestions:\n- {id: only-card, type: flashcard, stem: What is a trunk across a stream?, answer: A beam bridge,"
        " objective: B-1, bloom: remember, difficulty: easy, tags: [only-cards],"
        " sources: [{passage: beams.p001, quote: A trunk across a stream is one.}]}\n",
        "utf-8",
    )
    assert run(["build", "moodle", "-q", "-C", str(folder)]) == 0
    (quiz,) = (folder / "exports/moodle").glob("*.xml")
    assert run(["build", "moodle", "-q", "--tag", "only-cards", "-C", str(folder)]) == 2
    assert "nothing of what was selected can stand in a quiz" in capsys.readouterr().err
    assert quiz.exists()


def test_a_new_bank_file_is_a_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder)
    assert run(["build", "moodle", "-C", str(folder)]) == 0
    (folder / "questions/none.yaml").write_text("section: beams\nquestions: []\n", "utf-8")
    capsys.readouterr()
    assert run(["build", "moodle", "-C", str(folder)]) == 0
    assert "nothing changed" not in capsys.readouterr().out


def test_a_manifest_that_was_tampered_with_deletes_nothing_outside(tmp_path: Path) -> None:
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder)
    assert run(["build", "moodle", "-q", "-C", str(folder)]) == 0
    outside = folder / "precious.txt"
    outside.write_bytes(b"1")
    listed = folder / "exports/manifest.json"
    manifest = json.loads(listed.read_text("utf-8"))
    manifest["files"].append({"path": "moodle/../../precious.txt", "sha256": "0" * 64, "bytes": 1})
    listed.write_text(json.dumps(manifest), "utf-8")
    assert run(["build", "moodle", "-q", "-C", str(folder)]) == 0
    assert outside.exists()


def test_a_closed_pipe_is_no_fault() -> None:
    told = subprocess.run(
        f"{sys.executable} -m pkoquiz passages -C '{ROOT}' | head -1",
        shell=True,
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in told.stderr
    assert told.stdout.strip()


def test_the_schemas_in_the_repository_are_those_of_the_model() -> None:
    from pkoquiz.schema import bank_schema, course_schema

    for name, schema in (("questions", bank_schema()), ("course", course_schema())):
        assert json.loads((ROOT / f"{name}.schema.json").read_text(encoding="utf-8")) == schema, (
            f"run `pkoquiz schema {name} > {name}.schema.json`"
        )


def test_a_partial_build_remembers_the_other_formats(tmp_path: Path) -> None:
    shutil.copytree(MINI, tmp_path / "c")
    build = ["build", "-q", "-C", str(tmp_path / "c")]
    manifest = tmp_path / "c" / "exports" / "manifest.json"
    assert run([*build, "anki"]) == 0
    assert run([*build, "moodle"]) == 0
    told = json.loads(manifest.read_text())
    assert told["formats"] == ["anki", "moodle"]
    assert {Path(each["path"]).parts[0] for each in told["files"]} == {"anki", "moodle"}
    course = tmp_path / "c" / "course.yaml"
    course.write_text(course.read_text().replace("short: mini", "short: other"))
    (tmp_path / "c" / "anki.lock.json").unlink()
    assert run(build) == 0
    assert sorted(path.stem for path in manifest.parent.rglob("*.apkg")) == ["other"], (
        "no old deck is left"
    )


def test_text_in_either_unicode_form_is_the_same(tmp_path: Path) -> None:
    import unicodedata

    shutil.copytree(MINI, tmp_path / "c")
    for name in ("seeds/bridges.md", "seeds/bridges.errata.yaml"):
        path = tmp_path / "c" / name
        path.write_text(
            unicodedata.normalize("NFD", path.read_text(encoding="utf-8")), encoding="utf-8"
        )
    assert run(["check", "-C", str(tmp_path / "c")]) == 0


def test_one_missing_transcript_is_one_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(MINI, tmp_path / "c")
    (tmp_path / "c" / "seeds" / "bridges.md").unlink()
    assert run(["check", "--format", "json", "-C", str(tmp_path / "c")]) == 1
    assert [each["code"] for each in json.loads(capsys.readouterr().out)["diagnostics"]] == [
        "PQ122"
    ]


def test_an_earlier_draw_leaves_no_papers_behind(tmp_path: Path) -> None:
    shutil.copytree(MINI, tmp_path / "c")
    draw = ["exam", "build", "quiz", "--format", "html", "-C", str(tmp_path / "c")]
    assert run([*draw, "--versions", "3"]) == 0
    folder = tmp_path / "c" / "exports" / "exam" / "quiz"
    assert (folder / "quiz-C.html").exists()
    assert run([*draw, "--seed", "other"]) == 0
    assert sorted(path.name for path in folder.glob("*.html")) == ["quiz-A-key.html", "quiz-A.html"]
    assert run([*draw, "--seed", " "]) == 2


def test_looking_at_a_bank_that_cannot_be_read_whole_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(MINI, tmp_path / "c")
    (tmp_path / "c" / "questions" / "broken.yaml").write_text("section: [")
    assert run(["coverage", "--json", "-C", str(tmp_path / "c")]) == 0
    assert "PQ104" in capsys.readouterr().err
