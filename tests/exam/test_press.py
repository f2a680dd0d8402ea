"""Typesetting in several processes: they run no foreign modules, and all of them end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pkoquiz import press

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

SRC = Path(press.__file__).parents[1]
SCRIPT = """
import sys
from pkoquiz.__main__ import main

if __name__ == "__main__":
    main()
"""
"""As an installed `pkoquiz`: a script whose own folder is the first in `sys.path`."""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "pkoquiz").write_text(SCRIPT, encoding="utf-8")
    return [sys.executable, str(folder / "pkoquiz")]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    mini = Path(__file__).parents[1] / "mini"
    shutil.copytree(mini, folder, ignore=shutil.ignore_patterns("exports", "editions.txt"))
    return folder


def environment() -> dict[str, str]:
    inherited = {name: text for name, text in os.environ.items() if name != "PYTHONSAFEPATH"}
    return {**inherited, "PYTHONPATH": str(SRC)}


def build(command: list[str], course: Path, versions: int) -> subprocess.Popen[bytes]:
    arguments = ["exam", "build", "quiz", "--versions", str(versions), "--format", "pdf"]
    return subprocess.Popen(
        [*command, *arguments],
        cwd=course,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def children(pid: int) -> list[int]:
    """Return the typesetting processes of a run."""
    processes = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text("ascii", errors="replace").rpartition(")")[2].split()
            started = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == pid and b"spawn_main" in started:
            processes.append(int(path.parent.name))
    return processes


def first_child(process: subprocess.Popen[bytes]) -> int:
    """Wait for the first typesetting process."""
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        if pids := children(process.pid):
            return pids[0]
        time.sleep(0.01)
    pytest.fail("no typesetting process was started")


def ends(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


def running(session: int) -> list[str]:
    """Return the command lines of a session's processes that have not ended."""
    processes = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text("ascii", errors="replace").rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                processes.append((path.parent / "cmdline").read_text(errors="replace"))
        except OSError:
            continue
    return processes


needs_two_cores = pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="needs two cores")

HOSTILE = (
    "typst", "multiprocessing", "concurrent", "json", "pickle", "signal", "threading", "itertools",
    "os", "re", "pkoquiz", "encodings", "sitecustomize", "usercustomize", "runpy", "subprocess",
)  # fmt: skip


@needs_two_cores
def test_modules_in_the_folder_of_a_course_are_not_run(command: list[str], course: Path) -> None:
    for name in HOSTILE:
        code = f"open({str(course.parent / 'was-run')!r}, 'a').write({name!r})\n"
        (course / f"{name}.py").write_text(code, encoding="utf-8")
    process = build(command, course, 12)  # 25 documents with keys and strips
    first_child(process)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert len([*course.glob("exports/exam/quiz/*.pdf")]) == 25
    assert not (course.parent / "was-run").exists()


@needs_two_cores
def test_a_killed_process_is_reported(command: list[str], course: Path) -> None:
    process = build(command, course, 40)
    os.kill(first_child(process), signal.SIGKILL)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"a typesetting process was killed" in errors
    assert b"Traceback" not in errors
    assert b"interrupted" not in errors
    assert not (course / "exports").exists()
    assert ends(lambda: not running(process.pid))


@needs_two_cores
@pytest.mark.parametrize("delay", [0.0, 0.1, 0.4])
def test_ctrl_c_leaves_no_process_behind(command: list[str], course: Path, delay: float) -> None:
    process = build(command, course, 60)
    first_child(process)
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.strip() == b"interrupted; no file was left half-written"
    assert not (course / "exports").exists()
    assert ends(lambda: not running(process.pid))


@needs_two_cores
def test_processes_end_when_the_run_is_killed(command: list[str], course: Path) -> None:
    process = build(command, course, 60)
    first_child(process)
    process.kill()
    process.communicate(timeout=60)
    assert ends(lambda: not running(process.pid)), running(process.pid)


def test_the_environment_is_restored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("root", "fonts"):
        (tmp_path / name).mkdir()
    sources = [(f"{number}", lambda: '#set document(title: "x")\nText') for number in range(2)]
    for value in (None, "", "1"):
        if value is None:
            monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
        else:
            monkeypatch.setenv("PYTHONSAFEPATH", value)
        assert len(dict(press.typeset(str(tmp_path), 0, sources, workers=2))) == 2
        assert os.environ.get("PYTHONSAFEPATH") == value


def test_an_error_of_typst_is_raised(tmp_path: Path) -> None:
    for name in ("root", "fonts"):
        (tmp_path / name).mkdir()
    sources = [("good", lambda: '#set document(title: "x")\nText'), ("bad", lambda: "#nothing()")]
    for workers in (1, 2):
        with pytest.raises(press.TypesettingError, match="unknown variable: nothing"):
            dict(press.typeset(str(tmp_path), 0, sources, workers=workers))
