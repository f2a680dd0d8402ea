"""Damaged courses by the thousand: `python benchmarks/fuzz.py RUNS [course|yaml|transcript|ledger|manifest]`.

Guided by coverage where atheris is installed, else by a fixed sequence of pseudo-random choices. A run is one
damaged course, taken through everything the commands do; anything that raises ends the run and is left in
`crash.json` with the course's files. Findings worth keeping go to `tests/faults/corpus/`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "faults"))

import mutating
from mutating import Draw

Target = Callable[[Draw, Path], str]


def course(draw: Draw, folder: Path) -> str:
    """Every file of a course hurt a little."""
    files = mutating.damage(mutating.mini(), draw)
    mutating.lay(files, folder)
    return mutating.exercise(folder, pdf=draw(20) == 0)


def raw_yaml(draw: Draw, folder: Path) -> str:
    """A bank file hurt in its bytes."""
    mutating.lay(mutating.mini(), folder)
    path = folder / ("course.yaml", "questions/arches.yaml", "seeds/bridges.errata.yaml")[draw(3)]
    raw = bytearray((mutating.MINI / path.relative_to(folder)).read_bytes())
    for _ in range(1 + draw(4)):
        at = draw(len(raw) + 1)
        match draw(4):
            case 0:
                raw[at : at + draw(50)] = b""
            case 1:
                raw[at:at] = bytes([draw(256)])
            case 2:
                tokens = b"&a *a !!x <<: --- ... | >- ? [ ] { } , : - # % @ ` ' \" \t \r \xc2\x85 \xe2\x80\xa8 \xff".split(
                    b" "
                )
                raw[at:at] = tokens[draw(len(tokens))]
            case _:
                begin = draw(len(raw) + 1)
                raw[at:at] = raw[begin : begin + draw(200)]
    path.write_bytes(bytes(raw))
    return mutating.exercise(folder)


def transcript(draw: Draw, folder: Path) -> str:
    """A transcript of arbitrary lines in each format, with and without a layout."""
    from pkoquiz.transcript import read_transcript

    words = ["# ", "## ", "**A:**", " ", "\n", "\n\n", "\t", "word", "(Guest) ", "Q1\t", "<p>", "</p>", "<v A>", "-->",
             "00:00:01.000 --> 00:00:02.000", "1\n", "WEBVTT", "NOTE x", "- ", "| a |", "&#0;", "&amp;", "---", "{#x}",
             "\r", "\f", "\u2028", "日本", "[a](b)", "`", "```", "> ", "1. ", "STYLE", "\ufeff", "*", "_", "p. 3", "p"]  # fmt: skip
    text = "".join(words[draw(len(words))] for _ in range(draw(60)))
    name = ("t.md", "t.txt", "t.vtt", "t.srt", "t.bin")[draw(5)]
    form = ("auto", "proceedings", "markdown", "subtitles")[draw(4)]
    layout = None
    if draw(2):
        tree = json.loads(json.dumps(mutating.LAYOUT))
        layout = mutating.dumped(tree if draw(2) else mutating._wounded(tree, draw)).encode()
    read, found = read_transcript(text.encode(), name, form, layout, "layout.yaml")
    assert read is not None or found
    return "faults" if found else "built"


def _seen(draw: Draw, folder: Path) -> tuple[object, str]:
    from pkoquiz.building import FORMATS, Order
    from pkoquiz.load import load

    bank = load(mutating.MINI).bank
    assert bank is not None
    made = FORMATS["anki"](bank, Order(mutating.TODAY))
    return bank, made.course_files["anki.lock.json"].decode()


def ledger(draw: Draw, folder: Path) -> str:
    """A hurt ledger."""
    from pkoquiz import reporting
    from pkoquiz.building import FORMATS, Order

    bank, text = _seen(draw, folder)
    made = FORMATS["anki"](
        bank, Order(mutating.TODAY, mutating.wounded_json(text, draw).encode("utf-8", "replace"))
    )  # type: ignore[arg-type]
    mutating._printable(reporting.as_text(folder, reporting.located(folder, made.diagnostics)))
    return "faults" if made.diagnostics else "built"


def manifest(draw: Draw, folder: Path) -> str:
    """A hurt exam manifest, printed if it can be."""
    from pkoquiz.exam import paper as exams
    from pkoquiz.exam.manifest import manifest, read_manifest
    from pkoquiz.exporters import papers
    from pkoquiz.load import load

    bank = load(mutating.MINI).bank
    assert bank is not None
    exam, _ = exams.plan(bank, "quiz", lambda what, done, of: None)
    assert exam is not None
    raw = mutating.wounded_json(manifest(bank, exam).decode(), draw).encode("utf-8", "replace")
    read = read_manifest(raw, "manifest.json", bank)
    if read.exam is None:
        assert read.faults
        return "faults"
    formats = ("pdf", "html", "docx") if draw(10) == 0 else ("html", "docx")
    papers.build(bank, read.exam, formats=formats, changed=read.changed)
    return "built"


TARGETS: dict[str, Target] = {
    "course": course,
    "yaml": raw_yaml,
    "transcript": transcript,
    "ledger": ledger,
    "manifest": manifest,
}


def once(target: Target, draw: Draw) -> str:
    """One run in a folder of its own."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    folder = Path(tempfile.mkdtemp(dir=memory))
    try:
        start = time.perf_counter()
        said = target(draw, folder)
        assert time.perf_counter() - start < 20, "too slow"
        return said
    except BaseException:
        kept = {
            path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8", "backslashreplace")
            for path in folder.rglob("*")
            if path.is_file()
        }
        Path("crash.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sequence(seed: str) -> Draw:
    """Pseudo-random choices, the same for the same seed."""
    count = 0

    def draw(size: int) -> int:
        nonlocal count
        count += 1
        digest = hashlib.sha256(f"{seed}/{count}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % max(size, 1)

    return draw


def main() -> None:
    """Runs a target, or all of them."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    name = sys.argv[2] if len(sys.argv) > 2 else "course"
    plain = "--plain" in sys.argv
    target = TARGETS[name]
    said: Counter[str] = Counter()
    try:
        if plain:
            raise ImportError
        import atheris
    except ImportError:
        seed = next((word[7:] for word in sys.argv if word.startswith("--seed=")), "0")
        for number in range(runs):
            try:
                said[once(target, sequence(f"{seed}/{name}/{number}"))] += 1
            except BaseException:
                print(f"run {number} of {name} failed", file=sys.stderr)
                raise
        print(f"{name}: {runs} runs, {dict(said)}")
        return

    def test(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        said[once(target, lambda size: provider.ConsumeIntInRange(0, max(size, 1) - 1))] += 1

    import atexit

    atexit.register(lambda: print(f"{name}: {sum(said.values())} runs guided by coverage, {dict(said)}"))
    with atheris.instrument_imports(include=["pkoquiz"]):
        for module in ("building", "load", "checks", "desk", "relink", "reporting", "exporters.papers.web"):
            __import__(f"pkoquiz.{module}")
    atheris.Setup(
        [sys.argv[0], f"-runs={runs}", "-max_len=512", "-len_control=0", "-rss_limit_mb=2500"], test
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
