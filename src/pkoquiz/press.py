"""Typesetting: compile Typst sources to PDFs, in this process or, if there are many, in several.

Documents share no state, so their bytes do not depend on the process. This module imports nothing
from the project because every process imports it: importing the model would take each of them as
long as five documents.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool as BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typst import Compiler

# Typst caches what it computes for ten more documents: 0.8 GB after sixty exams, and almost none of
# it is used again. Empty documents age the cache: 150 MB at the same speed (measured).
_AGE_EVERY = 3
_EMPTY_DOCUMENTS = 11

_WORTH_A_PROCESS = 12
"""Documents for each further process, which takes as long to start as about three documents."""

_PATIENCE = 0.1
"""Seconds after which a run that waits for its processes notices Ctrl-C."""

Source = Callable[[], str]
"""Writes the source of a document when its turn comes, so that few are in memory at once."""


class TypesettingError(Exception):
    """Typst rejected a document; the message is Typst's."""


class Press:
    """A compiler with a private folder: pictures in `root/`, the course's fonts in `fonts/`."""

    def __init__(self, folder: str, timestamp: int) -> None:
        import typst

        root = str(Path(folder, "root"))
        self._timestamp = timestamp
        self._count = 0
        self._compiler: Compiler = typst.Compiler(
            root=root,
            font_paths=[str(Path(folder, "fonts"))],
            ignore_system_fonts=True,
            # Packages would come from the network; these folders have none.
            package_path=root,
            package_cache_path=root,
        )

    def pdf(self, source: bytes) -> bytes:
        """Return a document as PDF/UA-1. Raises `TypesettingError`."""
        import typst

        try:
            pdf = self._compiler.compile(
                input=source, format="pdf", pdf_standards=["ua-1"], timestamp=self._timestamp
            )
        except typst.TypstError as fault:
            raise TypesettingError(f"{fault.message}\n{fault.diagnostic}") from fault
        self._count += 1
        if self._count % _AGE_EVERY == 0:
            for _ in range(_EMPTY_DOCUMENTS):
                self._compiler.compile(input=b"", format="pdf", timestamp=self._timestamp)
        assert isinstance(pdf, bytes)
        return pdf


def typeset(
    folder: str, timestamp: int, sources: Sequence[tuple[str, Source]], workers: int = 0
) -> Iterator[tuple[str, bytes]]:
    """Yield names and PDFs as they are finished; several processes finish in any order.

    `workers` is the number of processes; 0 chooses it by the cores (at most eight) and the work.
    Raises `TypesettingError` if Typst rejects a document, `ChildProcessError` if a process dies.
    """
    workers = workers or min(os.cpu_count() or 1, 8, len(sources) // _WORTH_A_PROCESS)
    if workers > 1 and can_start_safely():
        yield from _by_processes(folder, timestamp, sources, workers)
        return
    press = Press(folder, timestamp)
    for name, source in sources:
        yield name, press.pdf(source().encode())


def can_start_safely() -> bool:
    """Return whether a new process can be kept from importing modules of the current folder."""
    return bool(sys.executable) and bool(sys.flags.safe_path or not sys.flags.ignore_environment)


def _by_processes(
    folder: str, timestamp: int, sources: Sequence[tuple[str, Source]], workers: int
) -> Iterator[tuple[str, bytes]]:
    waiting = iter(sources)
    running: dict[Future[bytes], str] = {}
    with processes(workers, _start, (folder, timestamp)) as pool:
        try:
            while True:
                # Two for each process, so that none waits. Sources are large, so no more than that.
                for name, source in itertools.islice(waiting, 2 * workers - len(running)):
                    content = source().encode()
                    with _interrupts_held():
                        running[_submitted(pool, content)] = name
                if not running:
                    return
                # An interrupt in the midst of a pool's code could leave a lock behind that its
                # threads wait for, for ever.
                with _interrupts_held():
                    done = wait(running, _PATIENCE, FIRST_COMPLETED).done
                    finished = [(running.pop(future), future.result()) for future in done]
                yield from finished
        except BrokenProcessPool as fault:
            message = "a typesetting process was killed, perhaps for lack of memory; run again"
            raise ChildProcessError(message) from fault


def _submitted(pool: ProcessPoolExecutor, content: bytes) -> Future[bytes]:
    try:
        return pool.submit(_typeset, content)
    except OSError as fault:  # the pool is being closed because a process was killed
        raise BrokenProcessPool(str(fault)) from fault


@contextmanager
def processes(
    workers: int, start: Callable[..., None], arguments: tuple[object, ...]
) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool of processes that call `start` first, and are killed if the caller raises.

    `start` should call `attend_parent`.
    """
    others = set(multiprocessing.active_children())
    # A new process would look for modules in the current folder first. That may be the folder of
    # a course from elsewhere, and a `typst.py` in it must not be run.
    safe_path = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, start, arguments)
    try:
        yield pool
    except BaseException:
        for child in set(multiprocessing.active_children()) - others:
            child.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        if safe_path is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = safe_path


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

_press: list[Press] = []


def attend_parent() -> None:
    """Leave Ctrl-C to the parent, which ends this process; exit if the parent is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _start(folder: str, timestamp: int) -> None:
    attend_parent()
    _press.append(Press(folder, timestamp))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _typeset(source: bytes) -> bytes:
    return _press[0].pdf(source)
