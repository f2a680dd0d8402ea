"""The command line, as people use it."""

import ast
import json
import os
import shutil
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest

from pkoquiz.cli import COMMANDS, run
from pkoquiz.commands import build as build_command
from pkoquiz.commands.course import read_course
from pkoquiz.delivery import DeliveryError
from pkoquiz.load import Loaded
from pkoquiz.model.question import TYPES
from pkoquiz.schema import bank_schema, course_schema

ROOT = Path(__file__).parents[2]
MINI = ROOT / "tests" / "mini"

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a copy of the test course."""
    folder = tmp_path / "course"
    shutil.copytree(MINI, folder)
    return folder


def replace(path: Path, old: str, new: str) -> None:
    """Replace a text that occurs in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def pkoquiz(
    *args: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the program in a separate process."""
    return subprocess.run(
        [sys.executable, "-m", "pkoquiz", *args],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


# --- help and exit codes -------------------------------------------------------------------------


def test_every_command_has_help(capsys: Capture) -> None:
    for name in COMMANDS:
        assert run([name, "--help"]) == 0
        assert "Usage: pkoquiz" in capsys.readouterr().out


def test_help_imports_no_heavy_library() -> None:
    heavy = ["pydantic", "yaml", "typst", "genanki", "jinja2", "markdown", "rich", "docx"]
    code = (
        "import sys; from pkoquiz.cli import run; run(['--help']);"
        f" print(sorted(set({heavy}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["chekc"], 2),
        (["check", "--no-such-option"], 2),
        (["show", "arches.p02", "-C", str(MINI)], 2),
        (["explain", "PQ999"], 2),
        (["explain", "pq205"], 0),
        (["check", "-C", "/nowhere"], 1),
        (["check", "/nowhere"], 2),
        (["check", str(MINI), "-C", str(MINI)], 2),
        (["passages", "-C", str(MINI), "--section", "beam"], 2),
        (["questions", "-C", str(MINI), "--section", "beam"], 2),
        (["--version"], 0),
    ],
)
def test_exit_codes(args: list[str], code: int) -> None:
    assert run(args) == code


@pytest.mark.parametrize(
    ("args", "suggestion"),
    [
        (["chekc"], "check"),
        (["show", "arches.p02", "-C", str(MINI)], "arches.p002"),
        (["passages", "--section", "arche", "-C", str(MINI)], "arches"),
        (["questions", "--section", "arche", "-C", str(MINI)], "arches"),
    ],
)
def test_a_mistyped_name_gets_a_suggestion(
    args: list[str], suggestion: str, capsys: Capture
) -> None:
    assert run(args) == 2
    assert f"did you mean `{suggestion}`?" in capsys.readouterr().err


# --- output --------------------------------------------------------------------------------------


@pytest.mark.parametrize("args", [["passages"], ["questions"], ["check", "--proofs"]])
def test_a_closed_pipe_gives_no_traceback(args: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "pkoquiz", *args, "-C", str(ROOT)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        messages = process.stderr.read()
    assert "Traceback" not in messages
    assert "BrokenPipe" not in messages
    # Who reads only the beginning of a list has what they wanted.
    assert process.returncode == 0 or args[0] == "check"


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_a_process_that_is_asked_to_end_leaves_no_temporary_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pkoquiz", "build", "exam", "-C", str(ROOT)]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [*command, "--out", str(tmp_path / "out")], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        while not any(tmp_path.glob("pkoquiz-*/root")):
            assert process.poll() is None
            time.sleep(0.01)
        process.terminate()
        assert process.wait(timeout=60) == 143
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
@pytest.mark.parametrize("args", ["--help", "check", "passages", "exam list", "nonsense"])
def test_closed_streams_give_no_traceback(args: str, closed: str) -> None:
    command = f"'{sys.executable}' -m pkoquiz {args} {closed}"
    done = subprocess.run(command, shell=True, cwd=MINI, capture_output=True, text=True)
    assert done.returncode == (2 if args == "nonsense" else 0)
    assert "Traceback" not in done.stdout + done.stderr
    assert "Exception" not in done.stdout + done.stderr


def test_a_file_that_cannot_be_written_is_one_error(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def deliver(folder: Path, files: object, *args: object, **options: object) -> list[str]:
        raise DeliveryError(f"cannot write {folder}: disk full; nothing was changed")

    # The commands first: one that is imported later would keep the replacement for good.
    for module in ("commands.build", "commands.init", "commands.relink", "commands.coverage"):
        monkeypatch.setattr(f"pkoquiz.{module}.deliver", deliver)
    monkeypatch.setattr("pkoquiz.delivery.deliver", deliver)
    for args in (
        ["build", "moodle", "-q", "-C", str(course)],
        ["init", str(course / "new")],
        ["relink", "--write", "-C", str(course)],
        ["coverage", "--html", str(course / "desk.html"), "-C", str(course)],
    ):
        capsys.readouterr()
        assert run(args) == 1
        assert "disk full; nothing was changed" in capsys.readouterr().err


def test_findings_are_the_output_of_check_and_messages_of_build(
    course: Path, capsys: Capture
) -> None:
    replace(course / "questions/beams.yaml", "bloom: remember", "bloom: rember")
    assert run(["check", "-C", str(course)]) == 1
    output = capsys.readouterr()
    assert "error[PQ113]" in output.out
    assert "PQ113" not in output.err
    assert "checked 12 questions: 1 error" in output.err
    assert run(["build", "-C", str(course)]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert "error[PQ113]" in output.err
    assert "nothing was written: 1 error" in output.err


def test_check_prints_json(course: Path, capsys: Capture) -> None:
    replace(course / "questions/beams.yaml", "bloom: remember", "bloom: rember")
    assert run(["check", "-C", str(course), "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["counts"]["error"] == 1
    (found,) = [item for item in report["diagnostics"] if item["severity"] == "error"]
    assert set(found) == {
        "code", "severity", "message", "hint", "file", "line", "column", "end_line", "end_column",
        "question",
    }  # fmt: skip
    assert found["file"] == (course / "questions/beams.yaml").as_posix()


# --- courses in subfolders -----------------------------------------------------------------------


@pytest.fixture
def repository(course: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the current folder a repository with a course, `courses/bridges`, that has an error."""
    folder = course.parent / "repository"
    (folder / "courses").mkdir(parents=True)
    course.rename(folder / "courses/bridges")
    replace(folder / "courses/bridges/questions/beams.yaml", "bloom: remember", "bloom: rember")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    return folder


BANK = "courses/bridges/questions/beams.yaml"


@pytest.mark.parametrize(
    "args",
    [["-C", "courses/bridges"], ["courses/bridges"], [BANK], ["courses/bridges/course.yaml", BANK]],
)
def test_files_are_named_as_the_user_would_type_them(
    repository: Path, args: list[str], capsys: Capture
) -> None:
    assert run(["check", *args]) == 1
    assert any(line.startswith(f"{BANK}:") for line in capsys.readouterr().out.splitlines())
    assert run(["check", "--format", "json", *args]) == 1
    report = json.loads(capsys.readouterr().out)
    assert BANK in [found["file"] for found in report["diagnostics"]]


def test_annotations_name_files_from_the_root_of_the_repository(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert run(["check", "-C", "courses/bridges", "--format", "github"]) == 1
    assert f"::error file={BANK},title=PQ113,line=" in capsys.readouterr().out
    monkeypatch.setenv("GITHUB_WORKSPACE", str(repository))
    monkeypatch.chdir("courses/bridges")
    assert run(["check", "--format", "github"]) == 1
    assert f"::error file={BANK},title=PQ113,line=" in capsys.readouterr().out


def test_several_courses_are_checked_at_once(repository: Path, capsys: Capture) -> None:
    assert run(["init", "courses/tides"]) == 0
    capsys.readouterr()
    assert run(["check", "courses/tides", "courses/bridges", "courses/tides"]) == 1
    output = capsys.readouterr()
    assert BANK in output.out
    assert "checked 15 questions in 2 courses: 1 error" in output.err


def test_a_hook_checks_the_courses_that_the_files_belong_to(
    repository: Path, capsys: Capture
) -> None:
    Path("README.md").write_text("not a course", encoding="utf-8")
    assert run(["check", "README.md"]) == 2
    assert "README.md does not belong to a course" in capsys.readouterr().err
    assert run(["check", "--ignore-other-files", "README.md"]) == 0
    assert run(["check", "--ignore-other-files"]) == 0
    capsys.readouterr()
    assert run(["check", "--ignore-other-files", "README.md", BANK]) == 1
    assert BANK in capsys.readouterr().out


# --- looking at a course -------------------------------------------------------------------------


def test_a_new_course_says_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init", "Ship Lights & Co"]) == 0
    assert "cd 'Ship Lights & Co'\n" in capsys.readouterr().out
    assert run(["init", "講義"]) == 0
    assert "short: jiangyi " in (tmp_path / "講義/course.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", ["course.yaml", "notes.txt"])
def test_the_desk_replaces_no_other_file(course: Path, name: str, capsys: Capture) -> None:
    assert run(["coverage", "--html", str(course / name), "-C", str(course)]) == 2
    assert "is not the name of a page" in capsys.readouterr().err
    (course / "seeds/bridges.md").unlink()
    assert run(["coverage", "--html", str(course / "desk.html"), "-C", str(course)]) == 1
    assert not (course / "desk.html").exists()


def test_passages_are_found_by_all_words_in_any_order(capsys: Capture) -> None:
    assert run(["passages", "ALCANTARA", "keystone", "-C", str(MINI), "--json"]) == 0
    (passage,) = json.loads(capsys.readouterr().out)
    assert passage["id"] == "arches.p002"
    assert passage["time"] is None
    assert set(passage) == {
        "id", "section", "speaker", "kind", "text", "lines", "time", "fingerprint",
    }  # fmt: skip


def test_passages_show_what_was_searched_for(course: Path, capsys: Capture) -> None:
    words = "stone " * 40
    (course / "seeds/talk.md").write_text(f"# Talk\n\n{words}the Éye of a trilobite {words}\n")
    replace(course / "course.yaml", "transcripts:\n", "transcripts:\n- file: seeds/talk.md\n")
    assert run(["passages", "trilobite", "eye", "-C", str(course)]) == 0
    assert "… stone stone stone stone stone the Éye of a trilobite stone" in capsys.readouterr().out


def test_show_prints_neighbours_errata_and_questions(capsys: Capture) -> None:
    assert run(["show", "arches.p002", "-C", str(MINI)]) == 0
    output = capsys.readouterr().out
    for words in ("arches.p001", "arches.p003", "erratum (F)", "holds-an-arch", "term-abutment"):
        assert words in output


def test_passages_of_subtitles_show_their_times(course: Path, capsys: Capture) -> None:
    (course / "seeds/talk.vtt").write_text(
        "WEBVTT\n\n00:01:00.000 --> 00:01:09.500\n<v Ada>Stone likes compression.\n",
        encoding="utf-8",
    )
    replace(course / "course.yaml", "transcripts:\n", "transcripts:\n- file: seeds/talk.vtt\n")
    folder = ["-C", str(course)]
    assert run(["passages", "--section", "talk", "--json", *folder]) == 0
    assert [item["time"] for item in json.loads(capsys.readouterr().out)] == [[60.0, 69.5]]
    assert run(["passages", "--section", "talk", *folder]) == 0
    assert "00:01:00 Ada " in capsys.readouterr().out
    assert run(["show", "talk.p001", *folder]) == 0
    assert "speech, Ada, line 4, 00:01:00–00:01:09" in capsys.readouterr().out


def test_questions_are_printed_with_every_field(capsys: Capture) -> None:
    assert run(["questions", "--json", "-C", str(MINI)]) == 0
    questions = json.loads(capsys.readouterr().out)
    assert {question["type"] for question in questions} == set(TYPES)
    assert all(question["section"] and "place" not in question for question in questions)


def test_a_bank_that_can_only_be_read_in_part_is_shown_with_a_warning(
    course: Path, capsys: Capture
) -> None:
    (course / "questions/broken.yaml").write_text("section: [", encoding="utf-8")
    assert run(["coverage", "--json", "-C", str(course)]) == 0
    messages = capsys.readouterr().err
    assert "PQ104" in messages
    assert "only the part of the course that could be read" in messages


def test_the_schemas_in_the_repository_are_up_to_date() -> None:
    for name, schema in (("questions", bank_schema()), ("course", course_schema())):
        committed = json.loads((ROOT / f"{name}.schema.json").read_text(encoding="utf-8"))
        assert committed == schema, f"run `pkoquiz schema {name} > {name}.schema.json`"


# --- building ------------------------------------------------------------------------------------


def test_a_new_course_builds_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "a new – course"
    assert run(["init", str(folder)]) == 0
    assert run(["init", str(folder)]) == 2, "nothing is overwritten"
    done = pkoquiz("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((folder / "exports/manifest.json").read_text(encoding="utf-8"))
    suffixes = {Path(file["path"]).suffix for file in manifest["files"]}
    assert suffixes >= {".apkg", ".xml", ".pdf", ".html"}


@pytest.mark.parametrize("title", ['Sails & "Winds" \\ 2026', "@short@ of @title@", "海のうた: 一"])
def test_a_new_course_has_the_requested_title(tmp_path: Path, title: str) -> None:
    folder = tmp_path / "course"
    assert run(["init", str(folder), "--title", title]) == 0
    bank = read_course(folder)[0].bank
    assert bank is not None
    assert bank.course.title == title
    assert (folder / "README.md").read_text(encoding="utf-8").startswith(f"# {title}\n")


def test_a_build_is_the_same_anywhere_and_a_second_one_changes_nothing(tmp_path: Path) -> None:
    manifests = []
    for number, (seed, zone) in enumerate([("1", "UTC"), ("2", "Asia/Tokyo")]):
        folder = tmp_path / (f"{number}" * 200) / "Ünïcode space"
        shutil.copytree(MINI, folder)
        done = pkoquiz(
            "build", "-q", cwd=folder, PYTHONHASHSEED=seed, TZ=zone, LC_ALL="C", HOME="/nonexistent"
        )
        assert done.returncode == 0, done.stderr
        manifests.append((folder / "exports/manifest.json").read_bytes())
        times = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        assert pkoquiz("build", "-q", cwd=folder).returncode == 0
        assert pkoquiz("build", "-q", "--locked", cwd=folder).returncode == 0
        assert times == {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert manifests[0] == manifests[1]


@pytest.mark.parametrize("name", ["seeds/bridges.md", "questions/beams.yaml", "course.yaml"])
def test_a_file_saved_during_a_build_is_built_by_the_next(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, name: str
) -> None:
    saved = course / name

    def read_and_save(folder: Path) -> tuple[Loaded, object]:
        loaded = read_course(folder)
        saved.write_bytes(saved.read_bytes() + b"\n")
        return loaded

    build = ["build", "moodle", "-C", str(course)]
    monkeypatch.setattr(build_command, "read_course", read_and_save)
    assert run(build) == 0
    monkeypatch.undo()
    capsys.readouterr()
    assert run(build) == 0
    assert "nothing changed" not in capsys.readouterr().out
    assert run(build) == 0
    assert "nothing changed" in capsys.readouterr().out


def test_check_reports_what_would_harm_learners(course: Path, capsys: Capture) -> None:
    assert run(["release", "--first", "-y", "-q", "--without", "exam", "-C", str(course)]) == 0
    assert run(["check", "-q", "-C", str(course)]) == 0
    capsys.readouterr()
    replace(course / "questions/beams.yaml", "id: span-of-stone", "id: stone-span")
    assert run(["check", "-q", "-C", str(course)]) == 1
    findings = capsys.readouterr().out
    assert "PQ602" in findings
    assert "`stone-span`" in findings
    assert "`span-of-stone`" in findings
    (course / "editions.txt").write_text("{", encoding="utf-8")
    assert run(["check", "-q", "-C", str(course)]) == 1
    assert "PQ601" in capsys.readouterr().out


def test_a_selection_without_exportable_questions_leaves_the_old_quiz(
    course: Path, capsys: Capture
) -> None:
    (course / "questions/cards.yaml").write_text(
        """section: beams
questions:
- id: only-card
  type: flashcard
  stem: What is a trunk across a stream?
  answer: A beam bridge
  tags: [only-cards]
  objective: B-1
  bloom: remember
  difficulty: easy
  sources:
  - passage: beams.p001
    quote: A trunk across a stream is one.
""",
        encoding="utf-8",
    )
    assert run(["build", "moodle", "-q", "-C", str(course)]) == 0
    (quiz,) = (course / "exports/moodle").glob("*.xml")
    assert run(["build", "moodle", "-q", "--tag", "only-cards", "-C", str(course)]) == 2
    assert "none of the selected questions can be exported" in capsys.readouterr().err
    assert quiz.exists()


def test_a_new_bank_file_is_a_change(course: Path, capsys: Capture) -> None:
    assert run(["build", "moodle", "-C", str(course)]) == 0
    (course / "questions/none.yaml").write_text("section: beams\nquestions: []\n", "utf-8")
    capsys.readouterr()
    assert run(["build", "moodle", "-C", str(course)]) == 0
    assert "nothing changed" not in capsys.readouterr().out


def test_an_edited_manifest_deletes_nothing_outside(course: Path) -> None:
    assert run(["build", "moodle", "-q", "-C", str(course)]) == 0
    outside = course / "precious.txt"
    outside.write_bytes(b"1")
    path = course / "exports/manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"].append({"path": "moodle/../../precious.txt", "sha256": "0" * 64, "bytes": 1})
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert run(["build", "moodle", "-q", "-C", str(course)]) == 0
    assert outside.exists()


def test_a_build_of_one_format_keeps_the_others(course: Path) -> None:
    build = ["build", "-q", "-C", str(course)]
    path = course / "exports/manifest.json"
    assert run([*build, "anki"]) == 0
    assert run([*build, "moodle"]) == 0
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert manifest["formats"] == ["anki", "moodle"]
    assert {Path(file["path"]).parts[0] for file in manifest["files"]} == {"anki", "moodle"}
    replace(course / "course.yaml", "short: mini", "short: other")
    assert run(build) == 0
    decks = sorted(deck.stem for deck in path.parent.rglob("*.apkg"))
    assert decks == ["other"], "the deck with the old name is removed"


def test_text_in_either_unicode_normal_form_is_the_same(course: Path) -> None:
    for name in ("seeds/bridges.md", "seeds/bridges.errata.yaml"):
        path = course / name
        decomposed = unicodedata.normalize("NFD", path.read_text(encoding="utf-8"))
        path.write_text(decomposed, encoding="utf-8")
    assert run(["check", "-C", str(course)]) == 0


def test_a_missing_transcript_is_one_error(course: Path, capsys: Capture) -> None:
    (course / "seeds/bridges.md").unlink()
    assert run(["check", "--format", "json", "-C", str(course)]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["diagnostics"][0]["code"] == "PQ122"
    assert report["counts"]["error"] == 1


def test_papers_of_an_earlier_draw_are_removed(course: Path) -> None:
    draw = ["exam", "build", "quiz", "--format", "html", "-C", str(course)]
    assert run([*draw, "--versions", "3"]) == 0
    folder = course / "exports/exam/quiz"
    assert (folder / "quiz-C.html").exists()
    assert run([*draw, "--seed", "other", "--replace"]) == 0
    assert sorted(path.name for path in folder.glob("*.html")) == ["quiz-A-key.html", "quiz-A.html"]
    assert run([*draw, "--seed", " "]) == 2


def test_no_process_is_forked() -> None:
    """Forking works only on some systems; `workers` spawns its processes, which works on all."""
    forking = {"multiprocessing", "concurrent", "fork", "forkpty"}
    workers = ROOT / "src" / "pkoquiz" / "workers.py"
    assert 'get_context("spawn")' in workers.read_text(encoding="utf-8")
    for path in {*(ROOT / "src" / "pkoquiz").rglob("*.py")} - {workers}:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add((node.module or "").partition(".")[0])
        assert not names & forking, path
