"""Typesetting: compile Typst sources to PDFs, in this process or, if there are many, in several.

Documents share no state, so their bytes do not depend on the process. Every process imports this
module, so it does not import the model, which would take as long as five documents.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pkoquiz.workers import can_start_safely, share_out

if TYPE_CHECKING:
    from typst import Compiler

# Typst caches what it computes for ten more documents: 0.8 GB after sixty exams, and almost none of
# it is used again. Empty documents age the cache: 150 MB at the same speed (measured).
_AGE_EVERY = 3
_EMPTY_DOCUMENTS = 11

_WORTH_A_PROCESS = 12
"""Documents for each further process, which takes as long to start as about three documents."""

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


def _by_processes(
    folder: str, timestamp: int, sources: Sequence[tuple[str, Source]], workers: int
) -> Iterator[tuple[str, bytes]]:
    contents = (source().encode() for _, source in sources)
    for index, pdf in share_out(_typeset, contents, workers, _start, (folder, timestamp)):
        if isinstance(pdf, ChildProcessError):
            message = "a typesetting process was killed, perhaps for lack of memory; run again"
            raise ChildProcessError(message) from pdf
        if isinstance(pdf, Exception):
            raise pdf
        yield sources[index][0], pdf


# --- in the other processes -----------------------------------------------------------------------

_press: list[Press] = []


def _start(folder: str, timestamp: int) -> None:
    _press.append(Press(folder, timestamp))


def _typeset(source: bytes) -> bytes:
    return _press[0].pdf(source)
