"""Share work out to processes, each with a pipe of its own.

The pools of the standard library collect all results from one pipe. If a process is killed while
it writes to that, by Ctrl-C or for lack of memory, the pool waits for the rest of the result for
ever. The end of a pipe that only one process writes to says that it has ended, and which task it
had. No thread is needed, so an interrupt finds no lock that it could leave behind.

This module imports nothing from the project because every process imports it: importing the model
would take each of them as long as five documents.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

_PATIENCE = 0.1
"""Seconds after which a waiting run notices Ctrl-C on Windows."""

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Worker:
    """A process, and this end of its pipe."""

    process: BaseProcess
    pipe: Connection


def can_start_safely() -> bool:
    """Return whether a new process can be kept from importing modules of the current folder."""
    return bool(sys.executable) and bool(sys.flags.safe_path or not sys.flags.ignore_environment)


def share_out(
    work: Callable[[Task], Result],
    tasks: Iterable[Task],
    workers: int,
    start: Callable[..., None],
    arguments: tuple[object, ...],
) -> Iterator[tuple[int, Result | Exception]]:
    """Yield the index of each task and its result, or what it raised, in any order.

    `workers` processes call `start(*arguments)` and then `work`, which must be functions of a
    module. A task whose process was killed gives `ChildProcessError`, and another process takes
    the place of that one. Tasks are taken from the iterable one ahead of the processes. No process
    is left when the iterator ends, is closed or raises.
    """
    waiting = enumerate(tasks)
    workforce: list[_Worker] = []
    busy: dict[Connection, tuple[_Worker, int]] = {}
    finished = False
    try:
        for _ in range(workers):
            _hire(workforce, work, start, arguments)
        idle = [*workforce]
        following = next(waiting, None)
        while following or busy:
            while idle and following:
                worker, (index, task) = idle.pop(), following
                busy[worker.pipe] = worker, index
                with suppress(OSError):  # the process has ended, which its pipe says below
                    worker.pipe.send(task)
                following = next(waiting, None)
            for pipe in wait([*busy], _PATIENCE):
                assert isinstance(pipe, Connection)
                worker, index = busy.pop(pipe)
                result = _result(worker)
                if isinstance(result, ChildProcessError):
                    _dismiss(workforce, worker)
                    if following or busy:
                        _hire(workforce, work, start, arguments)
                        worker = workforce[-1]
                idle.append(worker)
                yield index, result
        finished = True
    finally:
        for worker in workforce:
            worker.pipe.close()  # a process that waits for a task ends
            if not finished:
                worker.process.kill()
        for worker in workforce:
            worker.process.join()


def _hire(
    workforce: list[_Worker],
    work: Callable[[Any], Any],
    start: Callable[..., None],
    arguments: tuple[object, ...],
) -> None:
    context = multiprocessing.get_context("spawn")
    with _safe_path(), _interrupts_held():
        ours, theirs = context.Pipe()
        serving = (theirs, work, start, arguments)
        process = context.Process(target=_serve, args=serving, daemon=True)
        process.start()
        workforce.append(_Worker(process, ours))
        theirs.close()


def _dismiss(workforce: list[_Worker], worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join()
    worker.pipe.close()
    workforce.remove(worker)


def _result(worker: _Worker) -> Any:
    try:
        return worker.pipe.recv()
    except (EOFError, OSError) as fault:
        return ChildProcessError(f"the process was killed: {fault}")


@contextmanager
def _safe_path() -> Iterator[None]:
    """Keep new processes from looking for modules in the current folder first.

    That may be the folder of a course from elsewhere, and a `typst.py` in it must not be run.
    """
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Delay Ctrl-C until the end; processes that are started in between never receive it."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is interrupted
        return
    held: list[int] = []
    # This process needs a handler: the compiler's threads receive the signal if this one blocks it.
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    # New processes inherit blocked signals. Windows has no such thing.
    if hasattr(signal, "pthread_sigmask"):
        resource_tracker.ensure_running()  # would unblock the signal when the first process starts
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        signal.signal(signal.SIGINT, handler)
        if held:
            signal.raise_signal(signal.SIGINT)


# --- in the other processes -----------------------------------------------------------------------


def _serve(
    pipe: Connection,
    work: Callable[[Any], Any],
    start: Callable[..., None],
    arguments: tuple[object, ...],
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process
    threading.Thread(target=_end_with_parent, daemon=True).start()
    start(*arguments)
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):  # there are no more tasks
            return
        result: object
        try:
            result = work(task)
        except Exception as fault:
            result = fault
        with suppress(OSError):
            pipe.send(result)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
