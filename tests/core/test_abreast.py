"""Work on several cores: the same as one piece after the other."""

import os
import shutil
import signal
import sys
from functools import partial
from pathlib import Path

import pytest

from pkoquiz.abreast import abreast
from pkoquiz.cli import run

HERE = os.getpid()


def cores(monkeypatch: pytest.MonkeyPatch, count: int, threads: int = 1) -> None:
    """A machine with so many cores, and a process with so many threads: other tests leave some behind."""
    monkeypatch.setattr("pkoquiz.abreast._threads", lambda: threads)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(count)), raising=False)


def told(word: str) -> tuple[str, int]:
    return word, os.getpid()


@pytest.mark.skipif(
    sys.platform != "linux", reason="work is shared by forking, which is done on Linux only"
)
def test_all_but_the_last_run_beside_and_come_back_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cores(monkeypatch, 2)
    done = abreast({word: partial(told, word) for word in ("one", "two", "three")})
    assert [(name, word) for name, (word, _) in done.items()] == [
        (w, w) for w in ("one", "two", "three")
    ]
    places = [process for _, process in done.values()]
    assert places[2] == HERE
    assert HERE not in places[:2]


@pytest.mark.parametrize("reason", ["one core", "threads", "one task"])
def test_otherwise_all_run_here(monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    cores(monkeypatch, 1 if reason == "one core" else 2, 2 if reason == "threads" else 1)
    words = ("one",) if reason == "one task" else ("one", "two")
    done = abreast({word: partial(told, word) for word in words})
    assert list(done.values()) == [(word, HERE) for word in words]
    assert abreast({}) == {}


def test_a_fault_beside_is_raised_here(monkeypatch: pytest.MonkeyPatch) -> None:
    cores(monkeypatch, 2)

    def faulty() -> int:
        raise KeyError("no such thing")

    with pytest.raises(KeyError, match="no such thing"):
        abreast({"beside": faulty, "here": lambda: 1})
    with pytest.raises(KeyError, match="no such thing"):
        abreast({"beside": lambda: 1, "here": faulty})
    nobody_is_left()


def test_work_that_was_ended_from_outside_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cores(monkeypatch, 2)

    def killed() -> str:
        if os.getpid() != HERE:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done"

    assert abreast({"beside": killed, "here": lambda: "here"}) == {"beside": "done", "here": "here"}
    nobody_is_left()


def nobody_is_left() -> None:
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_build_on_two_cores_gives_the_bytes_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for count in (1, 2):
        cores(monkeypatch, count)
        course, out = tmp_path / f"course{count}", tmp_path / f"out{count}"
        shutil.copytree(Path(__file__).parents[1] / "mini", course)
        assert run(["build", "-q", "-C", str(course), "--out", str(out)]) == 0
        made.append(
            {p.relative_to(out): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}
        )
    assert made[0] == made[1]
    assert len(made[0]) > 4
