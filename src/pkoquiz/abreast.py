"""Several pieces of work at once, each on a core of its own: the same results in the same order, sooner.

Work is shared by forking: what a piece of work reads is there already, and only its result travels back.
Where that cannot be had (one core, other threads, not Linux) the pieces are done one after the other.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

T = TypeVar("T")


def abreast(tasks: Mapping[str, Callable[[], T]]) -> dict[str, T]:
    """The result of each task, by name, in the order given: the last is done in this process, the others beside it.

    Tasks are pure and their results picklable, so that nothing that comes out tells where they ran. Raises what
    a task raises. A task whose process was ended from outside is done again here. No process is left behind.
    """
    names = list(tasks)
    beside: dict[str, tuple[ForkProcess, Connection]] = {}
    done: dict[str, T] = {}
    try:
        if len(names) > 1 and _can_fork():
            with _ctrl_c_waits(), contextlib.suppress(OSError):  # no process to be had: then here
                for name in names[:-1]:
                    beside[name] = _started(tasks[name])
            done[names[-1]] = tasks[names[-1]]()
        for name in names:
            if name not in done:
                done[name] = (
                    _fetched(beside[name][1], tasks[name]) if name in beside else tasks[name]()
                )
    finally:
        for process, results in beside.values():
            results.close()
            process.kill()
            process.join()
    return {name: done[name] for name in names}


def _can_fork() -> bool:
    return (
        sys.platform == "linux"  # macOS has fork, but its own libraries do not survive it
        and len(os.sched_getaffinity(0)) > 1
        and _threads() == 1  # another thread's locks would stay locked in the child
    )


def _threads() -> int:
    """Those of this process, also the ones of libraries that Python knows nothing of."""
    try:
        return sum(1 for _ in Path("/proc/self/task").iterdir())
    except OSError:
        return 0


@contextlib.contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    # Until what was started is known: only then can it be ended.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _started(task: Callable[[], T]) -> tuple[ForkProcess, Connection]:
    from multiprocessing import get_context

    context = get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(task, receiving, sending))
    process.start()
    sending.close()
    return process, receiving


def _work(task: Callable[[], T], receiving: Connection, sending: Connection) -> None:
    # Ctrl-C stays blocked here: the parent says what is to be said, and ends this process.
    receiving.close()  # so that this process notices when the parent is gone
    result: tuple[T | None, BaseException | None]
    try:
        result = task(), None
    except BaseException as fault:
        result = None, fault
    with contextlib.suppress(BrokenPipeError):
        sending.send(result)


def _fetched(results: Connection, task: Callable[[], T]) -> T:
    try:
        result, fault = results.recv()
    except EOFError:
        return task()
    if fault is not None:
        raise fault
    return result  # type: ignore[no-any-return]  # pickled by `_work`, which mypy cannot follow through a pipe
