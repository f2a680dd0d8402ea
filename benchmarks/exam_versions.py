"""Sixty questions in thirty versions with keys: time, memory, and whether the bytes are equal.

    python benchmarks/exam_versions.py [VERSIONS]

Compares whole processes, the best of three runs each: Python alone, Typst typesetting as many pages
of plain text, and `pkoquiz exam build` with a synthetic course.
"""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from synthetic import PER_FILE, course

BLUEPRINT = """
blueprints:
  sixty:
    title: Sixty questions
    items: 60
    versions: {versions}
    types: {{choice: 60}}
"""

PLAIN = """
import sys, typst
text = "Which body decides, and which of the others has to carry out its decision that day? " * 30
compiler = typst.Compiler(ignore_system_fonts=True)
pages = int(sys.argv[1])
for start in range(0, pages, 10):
    count = min(10, pages - start)
    sheets = (f'{number} #"{text}"\\n\\n' for number in range(count))
    source = '#set document(title: "x")\\n' + "#pagebreak()\\n".join(sheets)
    compiler.compile(input=source.encode(), format="pdf", pdf_standards=["ua-1"], timestamp=0)
"""


def timed(command: list[str], **environment: str) -> tuple[float, float]:
    """Return elapsed and processor seconds, the best of three runs: the machine may be busy."""
    walls, works = [], []
    for _ in range(3):
        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, **environment})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        walls.append(time.perf_counter() - start)
        works.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(walls), min(works)


def digest(folder: Path) -> str:
    """Return the sha256 of the names and bytes of all files."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return total.hexdigest()


def pages(folder: Path) -> int:
    """Return the number of pages of all PDFs."""
    from pypdf import PdfReader

    return sum(len(PdfReader(path).pages) for path in folder.rglob("*.pdf"))


def main() -> None:
    versions = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    with tempfile.TemporaryDirectory() as scratch:
        digests = []
        for name, environment in (
            ("one", {"PYTHONHASHSEED": "1", "TZ": "UTC"}),
            ("another", {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo"}),
        ):
            folder = Path(scratch, name)
            course(folder, 3 * PER_FILE, 600)
            with (folder / "course.yaml").open("a", encoding="utf-8") as file:
                file.write(BLUEPRINT.format(versions=versions))
            command = [
                sys.executable,
                "-m",
                "pkoquiz",
                "exam",
                "build",
                "sixty",
                "-C",
                str(folder),
                "--format",
                "pdf",
            ]
            if name == "one":
                bare, _ = timed([sys.executable, "-c", "pass"])
                ours, work = timed(command, **environment)
                memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
                count = pages(folder / "exports")
                plain, _ = timed([sys.executable, "-c", PLAIN, str(count)])
            else:
                timed(command, **environment)
            digests.append(digest(folder / "exports"))
    print(
        f"60 questions x {versions} versions with keys: {count} pages, {ours:.2f} s "
        f"({work:.2f} s of processor time), {memory} MB in the largest process"
    )
    print(f"  beside `python -c pass`:                {ours / bare:7.1f} x")
    print(f"  beside plain Typst, as many pages:      {ours / plain:7.2f} x")
    print(
        f"  the same bytes in another folder, hash seed and time zone: {digests[0] == digests[1]}"
    )


if __name__ == "__main__":
    main()
