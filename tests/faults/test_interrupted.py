"""Runs that are killed, run at the same time, or meet a full disk or an odd system."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pkoquiz import delivery
from pkoquiz.cli import run
from pkoquiz.delivery import DeliveryError, deliver

from .conftest import ENVIRONMENT, command, pkoquiz


def state(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def replace_text(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def edit(course: Path) -> None:
    """Change every export and the ledger."""
    replace_text(course / "questions/beams.yaml", "Arches came later", "Arches came after")
    replace_text(course / "course.yaml", "title: Bridges", "title: Old bridges")


COMMANDS: dict[str, list[str]] = {
    "build": ["build", "anki", "moodle", "-q"],
    "first build": ["build", "anki", "-q"],
    "ledger update": ["build", "anki", "-q"],
    "exam build": ["exam", "build", "quiz", "--format", "html"],
    "relink": ["relink", "--write"],
}

CALLS = (
    "open", "fsync", "replace", "rename", "unlink", "mkdir", "rmdir", "truncate", "link", "symlink",
)  # fmt: skip
"""The system calls that create, rename and delete files; content is written in between."""


def interrupted(number: int, kind: signal.Signals, args: list[str]) -> int:
    """Run a command that gets a signal before its call with this number, counted from 1.

    Return its exit code, negative for a signal.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    own, calls = os.getpid(), 0

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **options: object) -> object:
            nonlocal calls
            flags = args[1] if real is real_open and len(args) > 1 else os.O_WRONLY
            if os.getpid() == own and isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR):
                calls += 1
                if calls == number:
                    os.kill(own, kind)
            return real(*args, **options)

        return call

    real_open = os.open
    code = 99
    try:
        signal.alarm(60)  # the child of a process with threads could wait forever: let it fail
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for name in CALLS:
            setattr(os, name, counted(getattr(os, name)))
        code = run(args)
    finally:
        os._exit(code)


def moments(course: Path, args: list[str], kind: signal.Signals) -> Iterator[tuple[Path, int]]:
    """Interrupt a command at each of its calls; yield the course and the exit code."""
    for number in range(1, 1000):
        copy = course.parent / f"interrupted-{number}"
        shutil.copytree(course, copy)
        code = interrupted(number, kind, [*args, "-C", str(copy)])
        if code == 0:
            return
        yield copy, code
        shutil.rmtree(copy)


@pytest.mark.parametrize("name", COMMANDS)
def test_after_a_kill_files_are_old_or_new_and_the_next_run_cleans_up(
    course: Path, name: str
) -> None:
    args = COMMANDS[name]
    if name == "relink":
        for path in (course / "questions").glob("*.yaml"):
            replace_text(path, ".p002", ".p003")
    elif name != "first build":
        assert run([*args, "-C", str(course)]) == 0
        edit(course)
    old = state(course)
    after = course.parent / "after"
    shutil.copytree(course, after)
    assert run([*args, "-C", str(after)]) == 0
    new = state(after)
    changed = {file for file in old.keys() | new.keys() if old.get(file) != new.get(file)}
    assert len(changed) > 1
    kills = 0
    for copy, code in moments(course, args, signal.SIGKILL):
        assert code == -signal.SIGKILL
        kills += 1
        found = {file: content for file, content in state(copy).items() if ".pkoquiz-" not in file}
        for file, content in found.items():
            assert content in (old.get(file), new.get(file)), f"{file} is incomplete"
        assert found.keys() >= old.keys() & new.keys()
        assert run([*args, "-C", str(copy)]) == 0
        assert state(copy) == new, "the next run did not clean up"
    assert kills >= 3 * len(changed)  # each was created, flushed and renamed


def test_an_interrupted_run_exits_with_130_and_leaves_nothing_behind(course: Path) -> None:
    assert run(["build", "anki", "moodle", "-q", "-C", str(course)]) == 0
    edit(course)
    old = state(course)
    codes = set()
    for copy, code in moments(course, COMMANDS["build"], signal.SIGINT):
        codes.add(code)
        assert state(copy).keys() == old.keys(), "an incomplete file was left"
    assert codes == {130}


def test_interrupted_while_pages_are_typeset(course: Path) -> None:
    worker = subprocess.Popen(
        command("exam", "build", "quiz", "--versions", "40", "-C", course),
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    time.sleep(1.2)
    os.killpg(worker.pid, signal.SIGINT)  # as a terminal does, so children get it too
    _, errors = worker.communicate(timeout=120)
    if worker.returncode != 0:  # otherwise it had already finished
        assert worker.returncode == 130
        assert b"Traceback" not in errors
        assert not (course / "exports").exists()


def test_three_builds_at_once(course: Path) -> None:
    build = command("build", "anki", "moodle", "-q", "-C", course)
    workers = [subprocess.Popen(build, env=ENVIRONMENT, stderr=subprocess.PIPE) for _ in range(3)]
    for worker in workers:
        _, errors = worker.communicate(timeout=120)
        assert worker.returncode == 0, errors
    manifest = json.loads((course / "exports/manifest.json").read_text(encoding="utf-8"))
    for entry in manifest["files"]:
        content = (course / "exports" / entry["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert not list(course.rglob(".pkoquiz-*"))


def test_a_ledger_that_another_run_updated_is_not_overwritten(tmp_path: Path) -> None:
    deliver(tmp_path, {"editions.txt": b"theirs"})
    with pytest.raises(DeliveryError, match="run again"):
        deliver(tmp_path, {"editions.txt": b"ours"}, seen={"editions.txt": b"before"})
    assert (tmp_path / "editions.txt").read_bytes() == b"theirs"
    deliver(tmp_path, {"editions.txt": b"ours"}, seen={"editions.txt": b"theirs"})


def test_a_run_that_never_ends_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    monkeypatch.setattr(delivery, "WAIT", 0.1)
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        with pytest.raises(DeliveryError, match="another run"):
            deliver(tmp_path, {"a": b"1"})
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT, errno.EIO]
)
@pytest.mark.parametrize("call", ["open", "fsync", "mkdir"])
def test_errors_of_the_operating_system(
    course: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: int,
    call: str,
) -> None:
    real: Callable[..., int] = getattr(os, call)

    def refuse(*args: object, **options: object) -> int:
        if call != "open" or ".pkoquiz-" in str(args[0]):
            raise OSError(number, os.strerror(number), str(args[0]))
        return real(*args, **options)

    before = state(course)
    monkeypatch.setattr(os, call, refuse)
    code = run(["build", "anki", "moodle", "-q", "-C", str(course)])
    monkeypatch.undo()
    assert code == 1
    assert os.strerror(number).lower() in capsys.readouterr().err
    assert state(course) == before


def test_output_that_cannot_be_printed(course: Path) -> None:
    if not Path("/dev/full").is_char_device():
        pytest.skip("needs /dev/full")
    for args in (["questions"], ["check", "--format", "json"], ["passages"]):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                command(*args, "-C", course),
                stdout=full,
                stderr=subprocess.PIPE,
                env=ENVIRONMENT,
                text=True,
            )
        assert done.returncode == 1
        assert "No space left" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_device_is_not_replaced_by_a_file(course: Path) -> None:
    fifo = course / "fifo.html"
    os.mkfifo(fifo)
    assert run(["coverage", "--html", str(fifo), "-C", str(course)]) == 1
    assert fifo.is_fifo()


def test_an_output_folder_in_a_loop_of_links(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / "loop").symlink_to("loop")
    assert run(["build", "anki", "-q", "-C", str(course), "--out", str(course / "loop" / "x")]) == 1
    assert "nothing was changed" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["with spaces and 'quotes'", "日本 — ünïcode", "x" * 200, "#[*]?{a}%20", "-q"]
)
def test_folders_of_any_name(course: Path, name: str) -> None:
    folder = course.parent / "parent" / name
    folder.parent.mkdir()
    course.rename(folder)
    done = pkoquiz("build", "-q", "-C", folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "exports/exam/mini.pdf").exists()


@pytest.mark.parametrize("ending", [b"\r\n", b"\r"])
def test_line_endings_and_byte_order_marks_change_nothing(course: Path, ending: bytes) -> None:
    assert run(["build", "anki", "moodle", "-q", "-C", str(course)]) == 0
    before = {
        name: text for name, text in state(course).items() if name.endswith((".apkg", ".xml"))
    }
    for path in (course / "course.yaml", *course.glob("questions/*"), *course.glob("seeds/*")):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", ending))
    assert run(["build", "anki", "moodle", "-q", "-C", str(course)]) == 0
    assert {name: text for name, text in state(course).items() if name in before} == before


def test_a_clock_that_is_behind_the_last_edition(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["release", "--first", "--yes", "-q", "--without", "exam", "-C", str(course)]) == 0
    ledger = course / "editions.txt"
    text = ledger.read_text("utf-8")
    year = re.findall(r'"moment": "(....)', text)[0]
    ledger.write_text(text.replace(f'"{year}-', '"2199-'), "utf-8")
    before = state(course)
    assert run(["release", "--yes", "-q", "-C", str(course)]) == 1
    assert "correct it, or wait" in capsys.readouterr().err
    assert state(course) == before


def test_no_home_no_locale_no_terminal(course: Path) -> None:
    done = subprocess.run(
        command("build", "-C", course),
        env={
            "LC_ALL": "C",
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
            "PYTHONPATH": ENVIRONMENT["PYTHONPATH"],
        },
        capture_output=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
