"""Every reader and exporter fuzzed for a stated number of runs: `python benchmarks/fuzz.py [RUNS] [TARGET …]`.

Guided by coverage where atheris is installed (only this package and PyYAML are instrumented), else, or with
`--plain`, by a fixed sequence of pseudo-random choices. Runs go in chunks, each in a process of its own; what was
learned stays in the folder of `--keep`, so that an interrupted session goes on where it was. A run that raises, takes
more than `SECONDS` of processor time, grows by more than `MEGABYTES`, or touches a file outside its course is a finding: it
is written to `findings/` there, with the files it was made of. Findings worth keeping go to `tests/faults/corpus/`.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import types
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SECONDS = 5
"""Of processor time for one run; most take milliseconds."""
MEGABYTES = 300
"""That one run may add to the process; at 4 GB of addresses the system refuses more."""
CHUNK = 5000
"""Runs of one process; fewer where each takes long."""

with contextlib.suppress(ValueError):
    sys.path.remove(str(Path(__file__).parent))
_tests = types.ModuleType("pkoquiz_tests")
_tests.__path__ = [str(ROOT / "tests")]
sys.modules["pkoquiz_tests"] = _tests

Draw = Callable[[int], int]
MODULES = """building cli load checks desk relink reporting selection coverage commands.build commands.course exam.paper
exam.manifest exporters.anki exporters.moodle exporters.papers exporters.papers.content exporters.papers.html
exporters.papers.docx exporters.papers.typst exporters.papers.key transcript"""


@dataclass(frozen=True)
class Target:
    """What is tried: `run` gets choices, or bytes where there are seeds for them, and a folder; says how far it came."""

    about: str
    run: Callable[[Any, Path], str]
    seeds: Callable[[], list[bytes]] | None = None
    words: str = ""
    """Tokens for the fuzzer, separated by blanks."""
    chunk: int = CHUNK
    length: int = 4096


def _tree(name: str) -> Any:
    return rig().mini()[name]


@cache
def rig() -> Any:
    """What the tests of faults make courses with, try and confine the program with, and read exports back with."""
    found: dict[str, Any] = {}
    for name in ("mutating", "confining", "reading_back", "exercising"):
        found |= vars(importlib.import_module(f"pkoquiz_tests.faults.{name}"))
    return types.SimpleNamespace(**found)


# --- courses ---------------------------------------------------------------------------------------


def whole(draw: Draw, folder: Path) -> str:
    """A valid course with hard texts through every exporter, all results read back."""
    kit = rig()
    pdf = draw(4) == 3
    docx = draw(5) == 4
    files = kit.vary(kit.mini(), draw, pieces=kit.PRINTABLE if pdf else kit.PIECES)
    kit.lay(files, folder)
    said: str = kit.exercise(folder, pdf=pdf, docx=docx)
    return said


def damaged(draw: Draw, folder: Path) -> str:
    """Every file of a course hurt a little."""
    kit = rig()
    kit.lay(kit.damage(kit.mini(), draw), folder)
    said: str = kit.exercise(folder, pdf=draw(20) == 19, docx=draw(5) == 4)
    return said


def paths(draw: Draw, folder: Path) -> str:
    """File names of a course that lead elsewhere, or nowhere."""
    kit = rig()
    names = ["../../outside.md", "/etc/passwd", "/dev/zero", "seeds/../../../outside.md", "link.md", "away/outside.md", "loop", "seeds", "",
             ".", "..", "~", "~/x", "C:\\x", "\\\\x\\y", "file:///etc/passwd", "http://x.example/a.md", "seeds/bridges.md", "media/arch.png", "media/link.png",
             "media/../../../outside.md", "a" * 300, "a/" * 400 + "b", "seeds/bridges.md/", "seeds/bridges.md/x", "a%00b", "\u202e.md", "日本.md", "fifo"]  # fmt: skip
    files = kit.mini() | {"media/arch.png": b"x"}
    course = files["course.yaml"]
    for _ in range(1 + draw(3)):
        name = names[draw(len(names))]
        match draw(6):
            case 0:
                course["transcripts"][0]["file"] = name
            case 1:
                course["transcripts"][0]["layout"] = name
            case 2:
                course["transcripts"][0]["errata"] = name
            case 3:
                course["exam"] = {"fonts": [name]}
            case 4:
                question = files["questions/arches.yaml"]["questions"][draw(8)]
                question["stem"] += f"\n\n![a]({name}) ![b](<{name}.png>)"
            case _:
                course["transcripts"].append({"file": name})
    kit.lay(files, folder)
    outside = folder.parent
    (folder / "link.md").symlink_to(outside / "outside.md")
    (folder / "media/link.png").symlink_to(outside / "outside.md")
    (folder / "away").symlink_to(outside)
    (folder / "loop").symlink_to(folder / "loop")
    os.mkfifo(folder / "fifo")
    if draw(8) == 7:
        shutil.rmtree(folder / "questions")
        (folder / "questions").symlink_to(outside)
    said: str = kit.exercise(folder, pdf=draw(10) == 9, docx=False)
    return said


SMALL = {
    "course.yaml": "title: Bridges\nshort: small\nrelease: 2026-01-15\ntranscripts:\n- file: seeds/talk.md\n",
    "seeds/talk.md": "# Arches\n\n**Ada:** An arch turns every load into compression.\n",
    "questions/arches.yaml": "section: arches\nquestions:\n- id: a-1\n  type: flashcard\n  stem: What?\n  answer: That.\n  sources: [{passage: arches.p001, quote: An arch}]\n  bloom: apply\n  difficulty: easy\n",
}


def _small(folder: Path, **files: bytes) -> str:
    kit = rig()
    kit.lay(SMALL | {name.replace("__", "/").replace("_yaml", ".yaml"): raw for name, raw in files.items()}, folder)  # fmt: skip
    return "built" if kit.looked_at(folder)[1] else "faults"


def bank(raw: bytes, folder: Path) -> str:
    """Bytes as a bank file of a small course."""
    return _small(folder, questions__arches_yaml=raw)


def course(raw: bytes, folder: Path) -> str:
    """Bytes as `course.yaml`."""
    return _small(folder, course_yaml=raw)


def _bank_seeds() -> list[bytes]:
    kit = rig()
    found = []
    for name in ("questions/arches.yaml", "questions/beams.yaml"):
        for question in _tree(name)["questions"]:
            more = kit.MORE[question["type"]]
            for item in (question, question | more):
                item = {
                    key: value for key, value in item.items() if key not in ("objective", "enemies")
                }
                item["sources"] = [{"passage": "arches.p001", "quote": "An arch … compression."}]
                found.append(kit.dumped({"section": "arches", "questions": [item]}).encode())
    terms = [{"id": "t-1", "term": "arch", "meaning": "a bow", "waive": {"S05": "so"}}]
    return [*found, kit.dumped({"section": "arches", "glossary": terms}).encode()]


def _course_seeds() -> list[bytes]:
    kit = rig()
    tree = _tree("course.yaml") | {"transcripts": [{"file": "seeds/talk.md", "format": "markdown"}]}
    more = kit.MORE["course"] | {"skip": ["arches.p001"]}
    return [
        SMALL["course.yaml"].encode(),
        *(kit.dumped(each).encode() for each in (tree, tree | more)),
    ]


# --- readers ---------------------------------------------------------------------------------------


@cache
def _mini() -> Any:
    from pkoquiz.load import load

    found = load(rig().MINI).bank
    assert found is not None
    return found


def yaml(raw: bytes, folder: Path) -> str:
    """Bytes as YAML: what is read without a fault is read again from its own dump; every value has a place."""
    from pkoquiz.yamlfile import read, spans

    data, faults = read(raw, "x.yaml")
    if faults:
        return "faults"
    steps: list[tuple[str | int, ...]] = [()]

    def walk(node: Any, path: tuple[str | int, ...]) -> None:
        for key in (
            node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        ):
            steps.append((*path, key))
            walk(node[key], (*path, key))

    walk(data, ())
    assert all(span.line >= 1 and span.column >= 1 for span in spans(raw, steps).values())
    if data:
        again, faults = read(rig().dumped(data).encode(), "x.yaml")
        assert not faults, faults
        assert again == data
    return "built"


def blueprint(raw: bytes, folder: Path) -> str:
    """Bytes as a blueprint, drawn from the small course."""
    from dataclasses import replace

    from pkoquiz.diagnostics import Place
    from pkoquiz.exam.draw.report import composition, overlaps
    from pkoquiz.model.blueprint import Blueprint
    from pkoquiz.records import validate
    from pkoquiz.yamlfile import read

    data, faults = read(raw, "x.yaml")
    if faults:
        return "faults"
    found, faults = validate(Blueprint, data, Place("x.yaml"))
    if found is None:
        assert faults
        return "faults"
    mini = _mini()
    made = replace(mini, course=mini.course.model_copy(update={"blueprints": {"quiz": found}}))
    exam = rig()._plan(made)
    if exam is None:
        return "refused"
    drawn = [[placed.id for placed in paper.versions[0].questions] for paper in exam.papers]
    assert all(len(ids) == len(set(ids)) == found.items for ids in drawn)
    assert all(
        found.overlap.least <= count <= found.overlap.most for _, _, count in overlaps(drawn)
    )
    list(composition(made, found, drawn))
    return "built"


def _blueprint_seeds() -> list[bytes]:
    kit = rig()
    first = _tree("course.yaml")["blueprints"]["quiz"]
    return [kit.dumped(each).encode() for each in (first, kit.BLUEPRINT, *(first | {key: value} for key, value in kit.MORE["blueprint"].items()))]  # fmt: skip


PROCEEDINGS = """Contents
1. Opening ...... 3
2. Keynote ...... 5

Opening
Ada Strand

An arch turns every load into
compression. Stone likes it.[1]

1.1. Of stone

[1] A footnote.
Slide one
■ a bullet
● another
12

Questions
Q1\t<p>What of <b>beams</b>?</p>
A1\t<ul><li>■ They bend.</li></ul>
---\t---

Discussion
(Hoshino) Hello. (Guest) Good
day.

Programme
9:00\tOpening
Speakers
Ada Strand: a builder
"""

LAYOUT: dict[str, Any] = {
    "citation": "Bridges, 2026",
    "speakers": {"Ada": "Ada Strand"},
    "pause": "1.5",
    "sections": [
        {"slug": "contents", "title": "Contents", "lines": ["Contents"], "form": "contents"},
        {"slug": "opening", "title": "Opening", "lines": ["Opening", "Ada Strand"], "speaker": "Ada Strand", "pages": ["1", "2"],
         "numbered_headings": "true", "slides": [{"starts": "Slide one", "lines": "3"}], "drop": ["12"], "headings": [{"text": "1.1. Of stone", "level": "2"}]},
        {"slug": "questions", "title": "Questions", "lines": ["Questions"], "form": "table",
         "labels": [{"label": "Q1", "speaker": "Guest", "kind": "question", "id": "q1"}, {"label": "A1", "kind": "answer", "id": "a1"}]},
        {"slug": "discussion", "title": "Discussion", "lines": ["Discussion"], "form": "discussion", "labels": [{"label": "Hoshino", "speaker": "H"}, {"label": "Guest"}]},
        {"slug": "programme", "title": "Programme", "lines": ["Programme"], "form": "programme"},
        {"slug": "speakers", "title": "Speakers", "lines": ["Speakers"], "form": "biographies"},
    ],
}  # fmt: skip


def _reading(form: str) -> Callable[[bytes, Path], str]:
    def run(raw: bytes, folder: Path) -> str:
        name = {"markdown": "t.md", "subtitles": "t.vtt", "proceedings": "t.txt"}[form]
        layout = rig().dumped(LAYOUT).encode() if form == "proceedings" or raw[:1] == b" " else None
        return _read(raw, name, form, layout, None)

    return run


def layout(raw: bytes, folder: Path) -> str:
    """Bytes as a layout of proceedings and of subtitles."""
    _read(_SUBTITLES[0].encode(), "t.vtt", "subtitles", raw, None)
    return _read(PROCEEDINGS.encode(), "t.txt", "proceedings", raw, None)


def errata(raw: bytes, folder: Path) -> str:
    """Bytes as an errata file."""
    return _read(SMALL["seeds/talk.md"].encode(), "talk.md", "auto", None, raw)


def _read(raw: bytes, name: str, form: str, layout: bytes | None, errata: bytes | None) -> str:
    """A transcript; what was read keeps its promises: ids once, lines within the file, words printable."""
    from pkoquiz.quotes.find import find
    from pkoquiz.transcript import read_transcript

    read, found = read_transcript(raw, name, form, layout, "layout.yaml", errata, "errata.yaml")
    for fault in found:
        rig().printable(f"{fault.message} {fault.hint}")
    if read is None:
        assert found
        return "faults"
    ids = [passage.id for passage in read.passages]
    assert len(ids) == len(set(ids))
    lines = len(re.split(rb"\r\n|\r|\n", raw))
    slugs = {section.slug for section in read.sections}
    for passage in read.passages:
        assert 1 <= passage.lines[0] <= passage.lines[1] <= lines
        assert passage.section in slugs
        assert passage.text.strip()
        quoted = find(passage.text, passage.text)
        assert quoted is None or quoted.spans == ((0, len(passage.text)),) or "…" in passage.text or passage.text != passage.text.strip()  # fmt: skip
    return "built" if errata is None or read.errata else "faults"


_SUBTITLES = [
    "WEBVTT - A talk\n\nNOTE x\n\n1\n00:00:01.000 --> 00:00:02.000 align:left\n<v Ada>An <i>arch</i> turns\nevery load &amp; &#65;\n\n00:03.5 --> 00:04.000\n- Yes.\n- No.\n",
    "1\n00:00:01,000 --> 00:00:02,000\nADA: An arch\n\n2\n00:00:02,500 --> 00:00:01,000\n>> An arch\nturns {\\an8}\n\n3\n00:00:09 -> 00:00:10\nx\n",
]


def ledger(raw: bytes, folder: Path) -> str:
    """Bytes as the ledger of the small course."""
    from pkoquiz import reporting
    from pkoquiz.build import FORMATS, Options
    from pkoquiz.commands.course import has_errors

    for locked in (False, True):
        made = FORMATS["anki"](_bridges(), Options(rig().TODAY, raw, locked))
        rig().printable(reporting.as_text(folder, reporting.located(folder, made.diagnostics)))
    if has_errors(made.diagnostics) and not made.files:
        return "faults"
    made = FORMATS["anki"](_bridges(), Options(rig().TODAY, raw))
    rig().proved(made.files)
    again = FORMATS["anki"](_bridges(), Options(rig().TODAY, made.course_files["anki.lock.json"]))
    assert again.files == made.files
    return "built"


@cache
def _bridges() -> Any:
    """The small course with few questions: a card of its own, pairs and gaps."""
    from dataclasses import replace

    mini = _mini()
    kept = ("force-by-bridge", "what-an-arch-does", "trunk-card")
    return replace(
        mini,
        questions=tuple(each for each in mini.questions if each.id in kept),
        terms=mini.terms[:1],
    )


@cache
def _ledger_seeds() -> list[bytes]:
    from pkoquiz.build import FORMATS, Options

    text = FORMATS["anki"](_bridges(), Options(rig().TODAY)).course_files["anki.lock.json"]
    return [
        b"",
        b"{}",
        text,
        text.replace(b'"2026-01-15"', b'"2025-01-15"').replace(b"1768435200", b"1736899200"),
    ]


def manifest(raw: bytes, folder: Path) -> str:
    """Bytes as an exam's manifest: printed again, and its questions chosen for Moodle."""
    from pkoquiz import reporting
    from pkoquiz.exam.manifest import read_manifest
    from pkoquiz.exporters import papers
    from pkoquiz.selection import paper_ids

    try:
        paper_ids(raw, "mini")
    except ValueError as fault:
        rig().printable(str(fault))
    read = read_manifest(raw, "manifest.json", _mini())
    rig().printable(reporting.as_text(folder, reporting.located(folder, read.diagnostics)))
    if read.exam is None:
        assert read.diagnostics
        return "faults"
    made = papers.build(_mini(), read.exam, formats=("html",), changed=read.changed)
    rig().proved(made.files)
    return "built"


@cache
def _manifest_seeds() -> list[bytes]:
    from pkoquiz.exam import exam as exams
    from pkoquiz.exam.manifest import manifest

    exam, _ = exams.plan(_mini(), "quiz", lambda what, done, of: None)
    assert exam is not None
    return [manifest(_mini(), exam)]


def ledger_parts(draw: Draw, folder: Path) -> str:
    """A ledger whose values are others."""
    text = _ledger_seeds()[3 - draw(2)].decode()
    return ledger(rig().wounded_json(text, draw).encode("utf-8", "replace"), folder)


def manifest_parts(draw: Draw, folder: Path) -> str:
    """A manifest whose values are others."""
    return manifest(
        rig().wounded_json(_manifest_seeds()[0].decode(), draw).encode("utf-8", "replace"), folder
    )


def record(raw: bytes, folder: Path) -> str:
    """Bytes as the `manifest.json` of an earlier build: a new one is made whatever it says."""
    from pkoquiz.build import Origin, manifest, obsolete_files, up_to_date
    from pkoquiz.cli import run
    from pkoquiz.load import contents

    kit = rig()
    formats = ["anki", "moodle", "exam"]

    def content(name: str) -> bytes | None:
        return contents(folder, name)

    up_to_date(raw, formats, [], "x", content, content, [])
    gone = obsolete_files(raw, formats, [])
    json.loads(manifest(_mini(), {}, Origin({}, [], "x"), raw))
    if hashlib.sha256(raw).digest()[0] % 8 == 0:
        kit.lay(SMALL | {"exports/manifest.json": raw}, folder)
        assert run(["build", "anki", "-q", "-C", str(folder)]) == 0
        kit.proved({"x.json": (folder / "exports/manifest.json").read_bytes()})
    return "built" if gone else "faults"


def _record_seeds() -> list[bytes]:
    from pkoquiz.cli import run

    with tempfile.TemporaryDirectory() as folder:
        rig().lay(SMALL, Path(folder))
        assert run(["build", "anki", "-q", "-C", folder]) == 0
        return [Path(folder, "exports/manifest.json").read_bytes()]


_RESIDUE = re.compile(
    r'(?:#?"";?|#(?:emph|strong|raw|link|picture|list|enum|quote|table|line|linebreak)\b|table\.header|block: true|start: \d+|columns: \d+'
    r"|length: 100%|stroke: 0\.5pt|[()\[\],;\s])*"
)


def markup(raw: bytes, folder: Path) -> str:
    """Bytes as Markdown: HTML that is inert, Typst that is nothing but our functions around string literals."""
    from pkoquiz import markup

    text = raw.decode("utf-8", "replace")
    for html in (markup.html(text), markup.inline_html(text)):
        rig().inert(html)
    markup.plain(text)
    markup.inline_plain(text)
    for source in (markup.typst(text), markup.inline_typst(text)):
        left = re.sub(r'"(?:[^"\\]|\\.)*"', '""', source, flags=re.DOTALL)
        assert _RESIDUE.fullmatch(left), left
    list(markup.media_references(text))
    return "built"


def quotes(raw: bytes, folder: Path) -> str:
    """Two texts: where one is found in the other, the words stand there."""
    from pkoquiz.quotes.find import _INSERTION, find, fold
    from pkoquiz.words import words

    quote, _, text = raw.decode("utf-8", "replace").partition("|")
    found = find(quote, text)
    if found is None:
        return "faults"
    at = 0
    told = fold(_INSERTION.sub("", quote))
    for start, end in found.spans:
        assert at <= start < end <= len(text)
        assert any(fold(text[start:end]) in each for each in (told, fold(quote))), (
            text[start:end],
            quote,
        )
        at = end
    assert words(quote)
    return "built"


def long(draw: Draw, folder: Path) -> str:
    """A few signs repeated until a text is as long as it may be: no reader takes time that grows with its square."""
    words = [
        *rig().PIECES,
        *_MARKDOWN.split(" "),
        *_TALK.split(" "),
        *_YAML.split(" "),
        " ",
        "\n",
        "\n\n",
        "x",
        "    ",
    ]
    once = "".join(words[draw(len(words))] for _ in range(1 + draw(4)))[:200] or " "
    head, tail = words[draw(len(words))], words[draw(len(words))]
    size = (20_000, 50_000, 100_000)[draw(3)]
    raw = (head + once * (size // len(once)) + tail).encode("utf-8", "replace")
    match draw(7):
        case 0:
            return markup(raw[:50_000], folder)
        case 1:
            return yaml(raw, folder)
        case 2:
            return quotes(raw[:2000] + b"|" + raw, folder)
        case 3:
            return _read(SMALL["seeds/talk.md"].encode(), "talk.md", "auto", None, b"errata:\n- passage: arches.p001\n  kind: F\n  words: " + raw)  # fmt: skip
        case form:
            return _reading(("markdown", "subtitles", "proceedings")[form - 4])(raw, folder)


_YAML = "id: type: stem: text: options: correct: true false sources: passage: quote: section: questions: glossary: answers: gaps: pairs: - > |- [ ] { } & * !! << --- ... # ' \" : , ? % @ ` \\x07 \\ud800 {{1}} {{2}} ![a](b.png) arches.p001 ~ 1e400 NaN -0 choice cloze essay"
_JSON = '{ } [ ] " : , null true false NaN Infinity -1 1e999 99999999999999999999 \\u0000 \\ud800 ../ / 2026-01-15 notes parts mod hash questions papers versions formats files path sha256 bytes counts made'
_MARKDOWN = "* ** _ ` ``` [ ] ( ) ![ ]( > - 1. | --- # \\ \\( \\) \\[ < > & &lt; http:// mailto: javascript: wzxhzdk: {{1}} \\u0002 \\u2028 \t"
_TALK = "# ## ** **: : - > | --- ``` {#x} ( ) [1] Q1 A1 (Guest) <p> </p> <li> <ul> --> 00:00:01.000 WEBVTT NOTE STYLE <v &#x41; &amp; \ufeff \u2028 \f \r ■ ● p. Opening Contents Questions Discussion Programme"

TARGETS: dict[str, Target] = {
    "bank": Target("a bank file", bank, _bank_seeds, _YAML),
    "course": Target("course.yaml", course, _course_seeds, _YAML),
    "yaml": Target("YAML", yaml, lambda: [*_bank_seeds(), *_course_seeds()], _YAML),
    "blueprint": Target("a blueprint, drawn", blueprint, _blueprint_seeds, _YAML),
    "markdown": Target("a Markdown transcript", _reading("markdown"), lambda: [(rig().MINI / "seeds/bridges.md").read_bytes(), *(each.encode() for each in rig().TRANSCRIPTS if len(each) < 3000)], _TALK),
    "subtitles": Target("subtitles", _reading("subtitles"), lambda: [each.encode() for each in _SUBTITLES], _TALK),
    "proceedings": Target("proceedings", _reading("proceedings"), lambda: [PROCEEDINGS.encode()], _TALK),
    "layout": Target("a layout", layout, lambda: [rig().dumped(each).encode() for each in (LAYOUT, rig().LAYOUT)], _YAML),
    "errata": Target("errata", errata, lambda: [b"errata:\n- passage: arches.p001\n  kind: F\n  words: every load\n  right: most\n  do: AVOID\n  line: 3\n"], _YAML),
    "ledger": Target("the ledger", ledger, _ledger_seeds, _JSON),
    "manifest": Target("an exam's manifest", manifest, _manifest_seeds, _JSON),
    "ledger-parts": Target("the ledger, hurt as a tree", ledger_parts, length=64),
    "manifest-parts": Target("an exam's manifest, hurt as a tree", manifest_parts, length=64),
    "record": Target("the manifest of a build", record, _record_seeds, _JSON),
    "markup": Target("Markdown of a bank", markup, lambda: [each.encode() for each in rig().PIECES], _MARKDOWN, length=512),
    "quotes": Target("a quote", quotes, lambda: [b"An arch ... [so] load|An arch turns every load.", "“a” – b…c|'a' - b".encode()], "… ... [ ] | “ ’ — - ' \u00a0 \u00ad", length=256),
    "long": Target("repetitions", long, length=64),
    "paths": Target("file names", paths, length=64),
    "damaged": Target("damaged courses", damaged, chunk=500, length=512),
    "whole": Target("whole courses, every exporter", whole, chunk=250, length=512),
}  # fmt: skip


# --- one run ---------------------------------------------------------------------------------------


class TooSlow(BaseException):
    """No `except` of the program catches this."""


def _slow(number: int, frame: object) -> None:
    raise TooSlow(f"{SECONDS} s of processor time")


class Tally:
    """What a chunk has come to, kept in a file after every run: the fuzzer ends the process without a word to Python."""

    def __init__(self, path: Path) -> None:
        self.said: Counter[str] = Counter()
        self.findings: list[str] = []
        self._start = time.perf_counter()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self.save()

    def save(self) -> None:
        """Writes it; it only ever grows."""
        seconds = time.perf_counter() - self._start
        told = {"said": self.said, "findings": self.findings, "seconds": seconds}
        os.pwrite(self._file, json.dumps(told).encode() + b"\n", 0)


def once(name: str, target: Target, given: Any, keep: Path, tally: Tally) -> None:
    """One run in a folder of its own, beside a file that it must not read."""
    kit = rig()
    parent = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    folder = parent / "course"
    folder.mkdir()
    (parent / "outside.md").write_text(f"# Arches\n\n{kit.CANARY}\n", encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        with kit.only_inside(folder):
            tally.said[target.run(given, folder)] += 1
        signal.setitimer(signal.ITIMER_PROF, 0)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        assert grown < MEGABYTES or not sum(tally.said.values()) > 1, f"{grown:.0f} MB more"
        assert sorted(path.name for path in parent.iterdir()) == ["course", "outside.md"]
    except (Exception, TooSlow, kit.Outside, SystemExit) as fault:
        signal.setitimer(signal.ITIMER_PROF, 0)
        tally.said["raised"] += 1
        _record(name, fault, given, folder, keep, tally)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        shutil.rmtree(parent, ignore_errors=True)
        tally.save()


def _record(
    name: str, fault: BaseException, given: Any, folder: Path, keep: Path, tally: Tally
) -> None:
    """A finding, once for each place in the program."""
    frames = [
        f"{Path(each.filename).name}:{each.name}"
        for each in traceback.extract_tb(fault.__traceback__)
    ]
    where = "/".join([type(fault).__name__, *frames[-3:]])
    path = keep / "findings" / f"{name}-{hashlib.sha256(where.encode()).hexdigest()[:8]}.json"
    tally.findings.append(path.name)
    if path.exists():
        return
    files = {
        each.relative_to(folder).as_posix(): each.read_bytes().decode("utf-8", "backslashreplace")
        for each in folder.rglob("*")
        if each.is_file() and not each.is_symlink()
    }
    told = {
        "where": where,
        "fault": "".join(traceback.format_exception(fault))[-6000:],
        "given": given.decode("utf-8", "backslashreplace") if isinstance(given, bytes) else "",
        "files": files,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8", errors="backslashreplace"
    )


# --- a chunk of runs in this process -----------------------------------------------------------------


def sequence(seed: str) -> Draw:
    """Pseudo-random choices, the same for the same seed."""
    count = 0

    def draw(size: int) -> int:
        nonlocal count
        count += 1
        digest = hashlib.sha256(f"{seed}/{count}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % max(size, 1)

    return draw


def edited(seeds: list[bytes], words: list[bytes], draw: Draw) -> bytes:
    """A seed hurt in its bytes."""
    raw = bytearray(seeds[draw(len(seeds))])
    for _ in range(1 + draw(4)):
        at = draw(len(raw) + 1)
        match draw(4):
            case 0:
                raw[at : at + draw(50)] = b""
            case 1:
                raw[at:at] = bytes([draw(256)])
            case 2:
                raw[at:at] = words[draw(len(words))]
            case _:
                begin = draw(len(raw) + 1)
                raw[at:at] = raw[begin : begin + draw(200)]
    return bytes(raw)


def chunk(name: str, runs: int, number: int, keep: Path, plain: bool) -> None:
    """So many runs of a target; prints its tally as the last line."""
    target = TARGETS[name]
    guided = False
    if not plain:
        with contextlib.suppress(ImportError):
            import atheris

            guided = True
            with atheris.instrument_imports(include=["pkoquiz", "yaml"]):
                for module in MODULES.split():
                    importlib.import_module(f"pkoquiz.{module}")
    tally = Tally(keep / f"{name}.tally")
    signal.signal(signal.SIGPROF, _slow)
    # What is kept for all runs is read before files are watched.
    _bridges()
    rig().mini()
    rig()._ledger()
    _ledger_seeds()
    _manifest_seeds()
    seeds = target.seeds() if target.seeds else []
    words = [word.encode("utf-8", "replace") for word in target.words.split(" ") if word]
    if not guided:
        for at in range(runs):
            draw = sequence(f"{number}/{name}/{at}")
            once(name, target, edited(seeds, words, draw) if seeds else draw, keep, tally)
        return
    corpus = keep / "learned" / name
    if not corpus.exists():
        corpus.mkdir(parents=True)
        for at, seed in enumerate(
            seeds or [hashlib.shake_256(bytes([at])).digest(target.length) for at in range(32)]
        ):
            (corpus / f"seed-{at}").write_bytes(seed)
    dictionary = keep / f"{name}.dict"
    told = ("".join(f"\\x{byte:02x}" for byte in word) for word in words)
    dictionary.write_text("".join(f'"{word}"\n' for word in told), encoding="utf-8")

    def test(data: bytes) -> None:
        if seeds:
            once(name, target, data, keep, tally)
        else:
            provider = atheris.FuzzedDataProvider(data)
            once(
                name,
                target,
                lambda size: provider.ConsumeIntInRange(0, max(size, 1) - 1),
                keep,
                tally,
            )

    options = [f"-runs={runs}", f"-max_len={target.length}", "-len_control=0", "-rss_limit_mb=3000", "-timeout=60", f"-seed={number + 1}",
               f"-artifact_prefix={keep}/findings/{name}-", "-print_final_stats=1", *([f"-dict={dictionary}"] if words else [])]  # fmt: skip
    (keep / "findings").mkdir(parents=True, exist_ok=True)
    atheris.Setup([sys.argv[0], *options, str(corpus)], test)
    atheris.Fuzz()


# --- all chunks ------------------------------------------------------------------------------------


@dataclass
class Sum:
    """What the chunks of a target came to so far."""

    runs: int = 0
    seconds: float = 0
    covered: int = 0
    learned: int = 0
    said: Counter[str] = field(default_factory=Counter)
    findings: set[str] = field(default_factory=set)


def sums(keep: Path) -> dict[str, Sum]:
    """What earlier chunks left."""
    found: dict[str, Sum] = {}
    figures = keep / "figures.jsonl"
    for line in figures.read_text(encoding="utf-8").splitlines() if figures.exists() else ():
        told = json.loads(line)
        total = found.setdefault(told["target"], Sum())
        total.runs += sum(told["said"].values())
        total.seconds += told["seconds"]
        total.covered, total.learned = (
            max(total.covered, told["covered"]),
            total.learned + told["learned"],
        )
        total.said.update(told["said"])
        total.findings.update(told["findings"])
    return found


def _started(name: str, runs: int, number: int, keep: Path, plain: bool) -> dict[str, Any]:
    """One chunk in a process of its own, with a limit of memory."""
    script = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_AS, (4 << 30,) * 2); runpy.run_path(sys.argv[0], run_name='__main__')"
    command = [sys.executable, "-c", f"import sys; sys.argv = sys.argv[1:]; {script}", __file__, str(runs), name, "--number", str(number), "--keep", str(keep)]  # fmt: skip
    done = subprocess.run(
        [*command, "--plain"] if plain else command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    tally = keep / f"{name}.tally"
    told: dict[str, Any] = (
        json.loads(tally.read_text(encoding="utf-8").splitlines()[0]) if tally.exists() else {}
    )
    told = {"target": name, "said": {}, "findings": [], "seconds": 0} | told
    tally.unlink(missing_ok=True)
    if done.returncode or not told["said"]:
        path = keep / "findings" / f"{name}-died-{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"{done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-8000:]}", encoding="utf-8"
        )
        told["findings"].append(path.name)
        told["said"]["died"] = told["said"].get("died", 0) + 1
    covered = re.findall(r"\bcov: (\d+)", done.stderr)
    learned = re.search(r"stat::new_units_added:\s+(\d+)", done.stderr)
    return told | {
        "covered": int(covered[-1]) if covered else 0,
        "learned": int(learned[1]) if learned else 0,
    }


def table(found: dict[str, Sum]) -> Iterator[str]:
    """The figures as a Markdown table."""
    yield "| target | runs | seconds | places covered | new inputs | findings | stopped by faults | refused | reached the end |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    for name in TARGETS:
        if name in found:
            each = found[name]
            share = {key: f"{100 * each.said[key] / max(each.runs, 1):.1f} %" for key in ("faults", "refused", "built")}  # fmt: skip
            yield (
                f"| {name}: {TARGETS[name].about} | {each.runs:,} | {each.seconds:.0f} | {each.covered or '–'} | {each.learned or '–'} | "
                f"{len(each.findings)} | {share['faults']} | {share['refused']} | {share['built']} |"
            )


def main() -> int:
    """Runs the targets, chunk by chunk, until each has so many runs."""
    told = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    told.add_argument(
        "runs",
        type=int,
        nargs="?",
        default=1000,
        help="of each target, those of earlier sessions included",
    )
    told.add_argument(
        "targets",
        nargs="*",
        metavar="TARGET",
        help=f"one or more of {', '.join(TARGETS)}; all where none is named",
    )
    told.add_argument("--plain", action="store_true", help="not guided by coverage")
    told.add_argument(
        "--keep",
        type=Path,
        default=Path(tempfile.gettempdir(), "pkoquiz-fuzz"),
        help="folder of figures, findings and what was learned",
    )
    told.add_argument("--number", type=int, help=argparse.SUPPRESS)
    asked = told.parse_args()
    keep: Path = asked.keep.absolute()
    if asked.number is not None:
        chunk(asked.targets[0], asked.runs, asked.number, keep, asked.plain)
        return 0
    names = asked.targets or list(TARGETS)
    if unknown := [name for name in names if name not in TARGETS]:
        told.error(f"there is no target {', '.join(unknown)}")
    keep.mkdir(parents=True, exist_ok=True)
    for name in names:
        while (total := sums(keep).get(name, Sum())).runs < asked.runs:
            runs = min(TARGETS[name].chunk, asked.runs - total.runs)
            figures = _started(name, runs, total.runs, keep, asked.plain)
            with (keep / "figures.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(figures) + "\n")
            if figures["findings"]:
                print(f"{name}: {sorted(set(figures['findings']))}", file=sys.stderr, flush=True)
            if sum(figures["said"].values()) < runs // 2:
                break  # it dies again and again
    found = sums(keep)
    print("\n".join(table(found)))
    return int(any(found[name].findings for name in names))


if __name__ == "__main__":
    sys.exit(main())
