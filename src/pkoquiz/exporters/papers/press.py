"""Typst sources into PDFs: one compiler in this process, more in processes of their own when there is much to do.

A child process is this file run by the same Python: it gets a folder with pictures and fonts, then sources, and
answers with PDFs. No state passes between documents, so who sets which changes no byte.
"""

from __future__ import annotations

import contextlib
import os
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from typst import Compiler

# Typst keeps what it computed for ten more documents: 0.8 GB after sixty exams, and next to nothing is used
# again. Empty documents age the cache: measured 150 MB at the same speed.
_FORGET_EVERY = 3
_ENTRIES_LIVE = 11

_WORTH_A_PROCESS = 12
"""Documents from which on another process pays: it starts in the time of about three."""


class SettingError(Exception):
    """What Typst said when it could not set a document."""


class Press:
    """A compiler over a private folder: `root/` holds pictures and nothing else, `fonts/` the course's fonts."""

    def __init__(self, folder: str, timestamp: int) -> None:
        import typst

        root = str(Path(folder, "root"))
        self._timestamp = timestamp
        self._set = 0
        self._compiler: Compiler = typst.Compiler(
            root=root,
            font_paths=[str(Path(folder, "fonts"))],
            ignore_system_fonts=True,
            # Packages would come from the network; these folders hold none.
            package_path=root,
            package_cache_path=root,
        )

    def pdf(self, source: bytes) -> bytes:
        """A document as PDF/UA-1. Raises `SettingError`."""
        import typst

        try:
            made = self._compiler.compile(
                input=source, format="pdf", pdf_standards=["ua-1"], timestamp=self._timestamp
            )
        except typst.TypstError as fault:
            raise SettingError(f"{fault.message}\n{fault.diagnostic}") from fault
        self._set += 1
        if self._set % _FORGET_EVERY == 0:
            for _ in range(_ENTRIES_LIVE):
                self._compiler.compile(input=b"", format="pdf", timestamp=self._timestamp)
        assert isinstance(made, bytes)
        return made


class _Distant:
    """A `Press` in a process of its own."""

    def __init__(self, folder: str, timestamp: int) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, folder, str(timestamp)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )

    def pdf(self, source: bytes) -> bytes:
        """A document as PDF/UA-1. Raises `SettingError`, or `EOFError` when the process has died."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        _send(self._process.stdin, b"s", source)
        kind, content = _receive(self._process.stdout)
        if kind == b"f":
            raise SettingError(content.decode())
        return content

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()


def set_all(
    folder: str,
    timestamp: int,
    sources: Sequence[tuple[str, Callable[[], str]]],
    progress: Callable[[int, int], None] | None = None,
    workers: int = 0,
) -> dict[str, bytes]:
    """Each document as PDF, by name, in the order given: (name, what writes its source).

    Sources are written while earlier ones are being set. `workers` 0: as many as there are cores, at most eight.
    Raises `SettingError` with the first fault; then, and on KeyboardInterrupt, no process is left behind.
    """
    if not workers:
        workers = min(os.cpu_count() or 1, 8, len(sources) // _WORTH_A_PROCESS)
    if workers < 2 or not sys.executable:
        press = Press(folder, timestamp)
        done: dict[str, bytes] = {}
        for name, write in sources:
            done[name] = press.pdf(write().encode())
            if progress:
                progress(len(done), len(sources))
        return done
    return _shared_out(folder, timestamp, sources, progress, workers)


def _shared_out(
    folder: str,
    timestamp: int,
    sources: Sequence[tuple[str, Callable[[], str]]],
    progress: Callable[[int, int], None] | None,
    workers: int,
) -> dict[str, bytes]:
    presses = [_Distant(folder, timestamp) for _ in range(workers)]
    waiting = queue.SimpleQueue[tuple[str, Callable[[], str]]]()
    for job in sources:
        waiting.put(job)
    results = queue.SimpleQueue[tuple[str, bytes | BaseException]]()
    writing = threading.Lock()  # Python-Markdown keeps state while it parses

    def work(press: _Distant) -> None:
        while True:
            try:
                name, write = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                with writing:
                    source = write().encode()
                results.put((name, press.pdf(source)))
            except BaseException as fault:  # told to the thread that waits, whatever it is
                results.put((name, fault))
                return

    done: dict[str, bytes] = {}
    try:
        for press in presses:
            threading.Thread(target=work, args=(press,), daemon=True).start()
        while len(done) < len(sources):
            name, content = results.get()
            if isinstance(content, BaseException):
                raise content
            done[name] = content
            if progress:
                progress(len(done), len(sources))
    finally:
        for press in presses:
            press.close()
    return {name: done[name] for name, _ in sources}


def _send(stream: IO[bytes], kind: bytes, content: bytes) -> None:
    stream.write(kind + struct.pack(">Q", len(content)))
    stream.write(content)
    stream.flush()


def _receive(stream: IO[bytes]) -> tuple[bytes, bytes]:
    head = stream.read(9)
    if len(head) < 9:
        raise EOFError("the typesetting process has ended")
    size = struct.unpack(">Q", head[1:])[0]
    content = stream.read(size)
    if len(content) < size:
        raise EOFError("the typesetting process has ended")
    return head[:1], content


def _serve(folder: str, timestamp: int) -> None:
    """Sets what comes on standard input until it ends."""
    import signal

    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C goes to the parent, which ends this process
    press = Press(folder, timestamp)
    while True:
        try:
            _, source = _receive(sys.stdin.buffer)
        except EOFError:
            return
        try:
            _send(sys.stdout.buffer, b"p", press.pdf(source))
        except SettingError as fault:
            _send(sys.stdout.buffer, b"f", str(fault).encode())


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
