"""Bad input: no traceback, exit code 1, and a message that says where, what and what to do."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from pkoquiz.cli import cli, run
from pkoquiz.model.ledger import LEDGER

from .conftest import pkoquiz

BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (name, name, b",".join([b"*%c" % (name - 1)] * 9))
    for name in b"bcdefghijklm"
)

BANK = "questions/beams.yaml"


def checked(folder: Path, capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    """Return the exit code and the output of `check`."""
    code = run(["check", "-C", str(folder), *args])
    printed = capsys.readouterr()
    return code, printed.out + printed.err


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "PQ103"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PQ102"),
        ("section: käse".encode("latin-1"), "beams.yaml:1:11: error[PQ102]"),
        (b"section: beams\nquestions:\n- id: x\n   type: choice\n", "beams.yaml:4:8: error[PQ104]"),
        (b"section: beams\nsection: beams\n", "beams.yaml:2:1: error[PQ108]"),
        (b"section: !!python/object/apply:os.system ['touch pwned']\n", "PQ109"),
        (b"section: beams\nquestions: 5\n", "PQ115"),
        (b"section: beams\nquestons: []\n", "did you mean `questions`?"),
        (b"section: beams\nquestions:\n- 5\n- []\n-\n", "PQ110"),
        (b"section: beams\nquestions:\n- {id: x, type: choise}\n", "PQ113"),
        (b"section: \x1b[31mred\n", "U+001B"),
        (b'section: "\\e[31mred"\n', "PQ106"),
        (BOMB, "PQ107"),
        (b"section: beams\nquestions: " + b"[a, " * 5000, "PQ105"),
        (b"section: beams\nquestions: " + b"{a: " * 5000, "PQ105"),
        (b"? " * 20_000 + b"a", "PQ105"),
        (b"-  " * 20_000 + b"a", "PQ105"),
        (b"\n".join(b" " * depth + b"a:" for depth in range(800)), "PQ105"),
    ],
    ids=range(18),
)
def test_a_file_that_is_not_a_bank(
    course: Path, capsys: pytest.CaptureFixture[str], content: bytes, expected: str
) -> None:
    (course / BANK).write_bytes(content)
    code, text = checked(course, capsys)
    assert code == 1
    assert expected in text
    assert BANK in text
    assert "\x1b" not in text
    assert not Path("pwned").exists()


@pytest.mark.parametrize(
    "name", ["course.yaml", BANK, "seeds/bridges.md", "seeds/bridges.errata.yaml"]
)
@pytest.mark.parametrize("kind", ["folder", "fifo", "device", "loop", "outside", "missing"])
def test_something_other_than_a_file(
    course: Path, capsys: pytest.CaptureFixture[str], name: str, kind: str
) -> None:
    path = course / name
    path.unlink()
    match kind:
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "loop":
            path.symlink_to(path.name)
        case "outside":
            path.symlink_to("/etc/passwd")
        case _:
            if name == BANK:
                return
    code, text = checked(course, capsys)
    assert code == 1
    assert name in text
    assert "root:" not in text


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("course.yaml", "file: seeds/bridges.md", "file: /etc/passwd"),
        ("course.yaml", "file: seeds/bridges.md", "file: ../../etc/passwd"),
        ("course.yaml", "errata: seeds/bridges.errata.yaml", "errata: /etc/passwd"),
        ("course.yaml", "errata: seeds", "layout: ../course.yaml\n  errata: seeds"),
        ("course.yaml", "short:", "exam: {fonts: [/etc/font.ttf]}\nshort:"),
        ("course.yaml", "short:", "exam: {fonts: [../font.ttf]}\nshort:"),
        (BANK, "explain: From the ground up.", 'explain: "![x](/etc/x.png)"'),
        (BANK, "explain: From the ground up.", 'explain: "![x](../x.png)"'),
        (BANK, "explain: From the ground up.", 'explain: "![x](seeds/../../x.svg)"'),
    ],
)
def test_nothing_outside_the_course_is_read(
    course: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str
) -> None:
    text = (course / file).read_text(encoding="utf-8")
    assert old in text
    (course / file).write_text(text.replace(old, new), encoding="utf-8")
    for outside in ("x.png", "x.svg", "font.ttf"):
        (course.parent / outside).write_bytes(b"secret")
    code, printed = checked(course, capsys)
    assert code == 1
    assert "PQ120" in printed


def test_two_questions_with_the_same_id(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = course / BANK
    path.write_text(
        path.read_text(encoding="utf-8").replace("id: span-of-stone", "id: oldest-kind"), "utf-8"
    )
    code, text = checked(course, capsys)
    assert code == 1
    assert "oldest-kind" in text
    run(["exam", "plan", "quiz", "-C", str(course)])  # no traceback either


def test_ten_thousand_findings(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = "- id: {0}\n  type: choice\n  stem: x\n  optoins: [a]\n"
    text = "section: beams\nquestions:\n" + "".join(
        entry.format(f"q{number}") for number in range(5000)
    )
    (course / BANK).write_text(text, encoding="utf-8")
    code, printed = checked(course, capsys, "--format", "json")
    assert code == 1
    assert json.loads(printed)["counts"]["error"] >= 10_000


@pytest.mark.parametrize("style", ["plain", "quoted", "block", "in a question"])
def test_a_scalar_of_fifty_megabytes_takes_little_memory(course: Path, style: str) -> None:
    size = 50_000_000 if style != "in a question" else 20_000_000
    question = "section: beams\nquestions:\n- id: a\n  type: essay\n  stem: "
    text = {
        "plain": "section: ",
        "quoted": 'section: "',
        "block": "section: |\n  ",
        "in a question": question,
    }[style]
    (course / BANK).write_text(text + "x" * size, encoding="utf-8")
    done = pkoquiz("check", "-C", course, limit=700)
    assert done.returncode == 1
    assert ("PQ115" if style == "in a question" else "PQ101") in done.stdout
    assert "Traceback" not in done.stderr
    assert len(done.stdout) < 5000


def test_an_alias_bomb_takes_little_memory(course: Path) -> None:
    (course / BANK).write_bytes(BOMB)
    done = pkoquiz("check", "-C", course, limit=400)
    assert done.returncode == 1
    assert "PQ107" in done.stdout


def test_a_file_that_is_too_large_is_not_read(course: Path) -> None:
    with (course / "seeds/bridges.md").open("r+b") as file:
        file.truncate(50_000_000_000)  # sparse: it takes no space
    done = pkoquiz("check", "-C", course, limit=400)
    assert done.returncode == 1
    assert "too large" in done.stdout


LEDGERS = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b'{"format": 1}',
    b'{"format": 3}',
    b'{"format": 2, "course": "mini"}\n{"question": "x"}',
    b"[" * 100_000,
    b'{"format": ' + b"9" * 5000 + b"}",
    b"<<<<<<< HEAD\n=======\n>>>>>>> other\n",
]


@pytest.mark.parametrize("content", LEDGERS, ids=range(len(LEDGERS)))
def test_a_damaged_ledger_is_never_overwritten(
    course: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = course / LEDGER
    path.write_bytes(content)
    for command in (["build", "anki"], ["release", "--yes"], ["release", "--first", "--yes"]):
        assert run([*command, "-q", "-C", str(course)]) == 1
        assert "PQ601" in capsys.readouterr().err
        assert path.read_bytes() == content
        assert not (course / "exports").exists()


@pytest.mark.parametrize("kind", ["fifo", "folder", "outside"])
def test_a_ledger_that_is_not_a_file(
    course: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    path = course / LEDGER
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/etc/passwd")
    assert run(["build", "anki", "-q", "-C", str(course)]) == 1
    assert LEDGER in capsys.readouterr().err


MANIFESTS: list[Callable[[dict[str, object]], object]] = [
    lambda data: None,
    lambda data: [],
    lambda data: {**data, "title": "\x1b[31m"},
    lambda data: {**data, "title": "[/red] x"},
    lambda data: {**data, "exam": "../../x"},
    lambda data: {**data, "minutes": 10**400},
    lambda data: {**data, "columns": 7},
    lambda data: {**data, "papers": []},
    lambda data: {**data, "questions": {}},
    lambda data: {**data, "course": "other"},
]


@pytest.mark.parametrize("damage", MANIFESTS, ids=range(len(MANIFESTS)))
def test_a_damaged_exam_manifest(
    course: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[dict[str, object]], object]
) -> None:
    assert run(["exam", "build", "quiz", "-C", str(course), "--format", "html"]) == 0
    path = course / "exports/exam/quiz/manifest.json"
    path.write_text(
        json.dumps(damage(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8"
    )
    capsys.readouterr()
    before = sorted(course.parent.rglob("*"))
    code = run(["exam", "build", "--from", str(path), "-C", str(course), "--format", "html"])
    printed = capsys.readouterr()
    if code:
        assert code == 1
        assert "PQ" in printed.err
        assert sorted(course.parent.rglob("*")) == before
    assert "\x1b" not in printed.out + printed.err


@pytest.mark.parametrize("source", ["/dev/zero", "fifo"])
def test_a_manifest_that_is_a_device_or_a_pipe(course: Path, source: str) -> None:
    if source == "fifo":
        source = str(course / "fifo")
        os.mkfifo(source)
    for args in (["exam", "build", "--from", source], ["build", "moodle", "--paper", source]):
        done = pkoquiz(*args, "-C", course)
        assert done.returncode == 1
        assert "not a regular file" in done.stderr


HOSTILE_LISTS = [
    {"files": [{"path": "anki/../../../victim"}]},
    {"files": [{"path": "anki/\x00"}, {"path": "anki/\ud800"}, {"path": 5}, 5]},
    {"files": [{"path": "anki/folder"}]},
    {"files": 5},
    5,
    {"files": [], "formats": ["anki"], "made": {"inputs": {"/dev/zero": "x", "../victim": "x"}}},
]


@pytest.mark.parametrize("data", HOSTILE_LISTS, ids=range(len(HOSTILE_LISTS)))
def test_a_tampered_list_of_exports_deletes_nothing_else(course: Path, data: object) -> None:
    (course / "exports/anki/folder").mkdir(parents=True)
    victim = course.parent / "victim"
    victim.write_text("mine", encoding="utf-8")
    (course / "exports/manifest.json").write_text(json.dumps(data), encoding="utf-8")
    assert run(["build", "anki", "-q", "-C", str(course)]) == 0
    assert victim.read_text(encoding="utf-8") == "mine"
    assert json.loads((course / "exports/manifest.json").read_text(encoding="utf-8"))["files"]


def test_a_deeply_nested_list_of_exports(course: Path) -> None:
    (course / "exports").mkdir()
    (course / "exports/manifest.json").write_text("[" * 100_000, encoding="utf-8")
    assert run(["build", "anki", "-q", "-C", str(course)]) == 0


@pytest.mark.parametrize("name", [b"a\x1b[31mb.yaml", b"a\xffb.yaml", b"a\nb.yaml"])
def test_a_file_name_with_control_characters(
    course: Path, capsys: pytest.CaptureFixture[str], name: bytes
) -> None:
    try:
        os.rename(os.fsencode(course / BANK), os.fsencode(course / "questions") + b"/" + name)  # noqa: PTH104
    except OSError:
        pytest.skip("the file system does not allow such names")
    code, text = checked(course, capsys)
    assert code == 1
    assert "rename the file" in text
    assert "\x1b" not in text


def test_a_bracket_in_a_title_is_not_markup(course: Path) -> None:
    path = course / "course.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("title: Bridges,", 'title: "[/red] [bold]Bridges,').replace(
            "paper\n", 'paper"\n'
        ),
        "utf-8",
    )
    done = CliRunner().invoke(
        cli, ["exam", "plan", "quiz", "-C", str(course)], catch_exceptions=False
    )
    assert "[/red] [bold]Bridges" in done.output


def test_an_id_written_with_escapes_is_relinked(course: Path) -> None:
    path = course / "questions/arches.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("passage: arches.p002", 'passage: "arches.p\\x303"', 1), encoding="utf-8"
    )
    assert run(["relink", "--write", "-C", str(course)]) == 0
    assert path.read_text(encoding="utf-8") == text
