"""Work is shared out to processes: each task has one result, whatever becomes of its process."""

from __future__ import annotations

import importlib
import multiprocessing
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path

import pytest

from pkoquiz.workers import share_out

LARGE = 4_000_000
"""More bytes than a pipe holds, so that a result is written only while somebody reads."""

ORDERS = f"""
import os, signal

def begin(word):
    global begun
    begun = word

def follow(order):
    if order == "fail":
        raise ValueError("as ordered")
    if order == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if order == "large":
        return bytes({LARGE})
    return f"{{begun}} {{order}}"
"""
"""What the processes do, in a module that they can import."""

Results = Iterator[tuple[int, object]]
ShareOut = Callable[[Iterable[str], int], Results]


@pytest.fixture
def results_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ShareOut:
    (tmp_path / "orders_of_a_test.py").write_text(ORDERS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("orders_of_a_test")
    return lambda orders, workers: share_out(
        module.follow, orders, workers, module.begin, ("done",)
    )


@pytest.mark.parametrize("workers", [1, 3])
def test_each_task_has_its_result(results_of: ShareOut, workers: int) -> None:
    orders = [f"{number}" for number in range(20)]
    assert dict(results_of(orders, workers)) == {number: f"done {number}" for number in range(20)}
    assert not multiprocessing.active_children()


def test_no_tasks_and_fewer_tasks_than_processes(results_of: ShareOut) -> None:
    assert dict(results_of([], 2)) == {}
    assert dict(results_of(["1"], 2)) == {0: "done 1"}


def test_an_exception_is_the_result_of_its_task_alone(results_of: ShareOut) -> None:
    results = dict(results_of(["1", "fail", "2"], 1))
    assert repr(results.pop(1)) == "ValueError('as ordered')"
    assert results == {0: "done 1", 2: "done 2"}


needs_kill = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")


@needs_kill
@pytest.mark.parametrize("workers", [1, 2])
def test_another_process_takes_the_place_of_a_killed_one(
    results_of: ShareOut, workers: int
) -> None:
    results = dict(results_of(["1", "die", "2", "die", "3"], workers))
    killed = {number for number in results if isinstance(results[number], ChildProcessError)}
    assert killed == {1, 3}
    assert [results[number] for number in (0, 2, 4)] == ["done 1", "done 2", "done 3"]
    assert not multiprocessing.active_children()


@needs_kill
def test_a_process_may_be_killed_in_the_midst_of_its_result(results_of: ShareOut) -> None:
    results = results_of(["large"] * 3, 2)
    assert next(results)[1] == bytes(LARGE)
    time.sleep(0.3)  # the others write until their pipes are full
    for child in multiprocessing.active_children():
        child.kill()
    rest = [result for _, result in results]
    assert len(rest) == 2
    assert any(isinstance(result, ChildProcessError) for result in rest)
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("end", [GeneratorExit, KeyboardInterrupt, ValueError])
def test_no_process_is_left_when_the_reader_stops(
    results_of: ShareOut, end: type[BaseException]
) -> None:
    def orders() -> Iterator[str]:
        yield from ["large"] * 4
        if end is not GeneratorExit:
            raise end

    results = results_of(orders(), 2)
    if end is GeneratorExit:
        next(results)
        assert isinstance(results, Generator)
        results.close()
    else:
        with pytest.raises(end):
            list(results)
    assert not multiprocessing.active_children()
