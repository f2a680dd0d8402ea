"""Run one target of `fuzz.py` some times, in a separate process that `fuzz.py` starts.

    python benchmarks/fuzz_chunk.py TARGET RUNS NUMBER FOLDER [--plain]

NUMBER makes chunks differ from each other. The tally is saved after every run, since the fuzzer and
the limit of memory end the process without a chance to clean up.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pkgutil
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from fuzz_targets import Target

Draw = Callable[[int], int]

SECONDS = 5
"""The processor time that one run may take; most take milliseconds."""
MEGABYTES = 300
"""The memory that one run may add to the process."""
ADDRESSES = 4 << 30
"""The address space of the process in bytes; the system refuses more."""


class TooSlow(BaseException):
    """A run takes too long. Not an `Exception`, so that no handler in the program catches it."""


class Tally:
    """The outcomes of all runs so far, in a file."""

    def __init__(self, path: Path) -> None:
        self.outcomes: Counter[str] = Counter()
        self.findings: list[str] = []
        self._start = time.perf_counter()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self.save()

    def save(self) -> None:
        """Overwrite the file; its content only grows."""
        seconds = time.perf_counter() - self._start
        data = {"outcomes": self.outcomes, "findings": self.findings, "seconds": seconds}
        os.pwrite(self._file, json.dumps(data).encode() + b"\n", 0)


def sequence(seed: str) -> Draw:
    """Return pseudo-random choices, the same for the same seed."""
    count = 0

    def draw(size: int) -> int:
        nonlocal count
        count += 1
        digest = hashlib.sha256(f"{seed}/{count}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % max(size, 1)

    return draw


def edited(seeds: list[bytes], words: list[bytes], draw: Draw) -> bytes:
    """Return a seed after a few edits of its bytes."""
    raw = bytearray(seeds[draw(len(seeds))])
    for _ in range(1 + draw(4)):
        start = draw(len(raw) + 1)
        match draw(4):
            case 0:
                raw[start : start + draw(50)] = b""
            case 1:
                raw[start:start] = bytes([draw(256)])
            case 2:
                raw[start:start] = words[draw(len(words))]
            case _:
                copied = draw(len(raw) + 1)
                raw[start:start] = raw[copied : copied + draw(200)]
    return bytes(raw)


class Chunk:
    """Runs of one target."""

    def __init__(self, name: str, number: int, folder: Path) -> None:
        from fuzz_targets import TARGETS, prepare

        self.name = name
        self.number = number
        self.folder = folder
        self.target: Target = TARGETS[name]
        self.seeds = self.target.seeds() if self.target.seeds else []
        words = filter(None, self.target.words.split(" "))
        self.words = [word.encode("utf-8", "replace") for word in words]
        self.tally = Tally(folder / f"{name}.tally")
        prepare()
        signal.signal(signal.SIGPROF, _raise_too_slow)

    def plain(self, runs: int) -> None:
        """Run the target with a fixed sequence of choices."""
        for index in range(runs):
            draw = sequence(f"{self.number}/{self.name}/{index}")
            self.run(edited(self.seeds, self.words, draw) if self.seeds else draw)

    def guided(self, atheris: ModuleType, runs: int) -> None:
        """Run the target with inputs that reach new code; does not return."""
        corpus = self.folder / "learned" / self.name
        if not corpus.exists():
            corpus.mkdir(parents=True)
            length = self.target.length
            noise = [hashlib.shake_256(bytes([index])).digest(length) for index in range(32)]
            for index, seed in enumerate(self.seeds or noise):
                (corpus / f"seed-{index}").write_bytes(seed)
        dictionary = self.folder / f"{self.name}.dict"
        escaped = ("".join(f"\\x{byte:02x}" for byte in word) for word in self.words)
        dictionary.write_text("".join(f'"{word}"\n' for word in escaped), encoding="utf-8")
        findings = self.folder / "findings"
        findings.mkdir(exist_ok=True)

        def test(data: bytes) -> None:
            provider = atheris.FuzzedDataProvider(data)

            def draw(size: int) -> int:
                number: int = provider.ConsumeIntInRange(0, max(size, 1) - 1)
                return number

            self.run(data if self.seeds else draw)

        options = [
            f"-runs={runs}",
            f"-max_len={self.target.length}",
            "-len_control=0",
            "-rss_limit_mb=3000",
            "-timeout=60",
            f"-seed={self.number + 1}",
            f"-artifact_prefix={findings}/{self.name}-",
            "-print_final_stats=1",
            *([f"-dict={dictionary}"] if self.words else []),
        ]
        atheris.Setup([sys.argv[0], *options, str(corpus)], test)
        atheris.Fuzz()

    def run(self, given: Any) -> None:
        """Run the target once, in a folder beside a file that it must not read."""
        from tests.faults.confining import Outside, only_inside
        from tests.faults.material import CANARY

        shared = Path("/dev/shm")
        parent = Path(tempfile.mkdtemp(dir=shared if shared.is_dir() else None))
        course = parent / "course"
        course.mkdir()
        (parent / "outside.md").write_text(f"# Arches\n\n{CANARY}\n", encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            with _limited_time(), only_inside(course):
                self.tally.outcomes[self.target.run(given, course)] += 1
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            first = self.tally.outcomes.total() == 1  # fills caches
            assert first or grown < MEGABYTES, f"{grown:.0f} MB more"
            assert {path.name for path in parent.iterdir()} == {"course", "outside.md"}
        except (Exception, TooSlow, Outside, SystemExit) as error:
            self.tally.outcomes["raised"] += 1
            self.record(error, given, course)
        finally:
            shutil.rmtree(parent, ignore_errors=True)
            self.tally.save()

    def record(self, error: BaseException, given: Any, course: Path) -> None:
        """Write a finding with the files that caused it, once for each place in the program."""
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        places = [f"{Path(frame.filename).name}:{frame.name}" for frame in frames]
        where = "/".join([type(error).__name__, *places])
        digest = hashlib.sha256(where.encode()).hexdigest()[:8]
        path = self.folder / "findings" / f"{self.name}-{digest}.json"
        self.tally.findings.append(path.name)
        if path.exists():
            return
        data = {
            "where": where,
            "error": "".join(traceback.format_exception(error))[-6000:],
            "given": given.decode("utf-8", "backslashreplace") if isinstance(given, bytes) else "",
            "files": {
                file.relative_to(course).as_posix(): file.read_text("utf-8", "backslashreplace")
                for file in course.rglob("*")
                if file.is_file() and not file.is_symlink()
            },
        }
        path.parent.mkdir(exist_ok=True)
        text = json.dumps(data, ensure_ascii=False, indent=1)
        path.write_text(text, encoding="utf-8", errors="backslashreplace")


@contextlib.contextmanager
def _limited_time() -> Iterator[None]:
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _raise_too_slow(number: int, frame: object) -> None:
    raise TooSlow(f"{SECONDS} s of processor time")


def instrumented() -> ModuleType | None:
    """Import pkoquiz and PyYAML with counters for atheris; None if it is not installed."""
    try:
        import atheris  # type: ignore[import-untyped]  # not installed with the tests
    except ImportError:
        return None
    with atheris.instrument_imports(include=["pkoquiz", "yaml"]):
        import pkoquiz

        for module in pkgutil.walk_packages(pkoquiz.__path__, "pkoquiz."):
            if not module.name.endswith("__main__"):
                __import__(module.name)
    return cast(ModuleType, atheris)


def main() -> None:
    """Run the target and exit."""
    name, runs, number, folder, *options = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    atheris = None if "--plain" in options else instrumented()
    chunk = Chunk(name, int(number), Path(folder))
    if atheris is None:
        chunk.plain(int(runs))
    else:
        chunk.guided(atheris, int(runs))


if __name__ == "__main__":
    main()
