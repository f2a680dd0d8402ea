"""The targets of `fuzz.py`: for each reader and exporter, a function that runs it once."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from pkoquiz import markup, reporting
from pkoquiz import yamlfile as yamlfiles
from pkoquiz.build import FORMATS, Options, Origin, obsolete_files, up_to_date
from pkoquiz.build import manifest as build_manifest
from pkoquiz.cli import run
from pkoquiz.commands.course import has_errors
from pkoquiz.diagnostics import Place
from pkoquiz.editions.ledgerfile import dump, parse
from pkoquiz.editions.merging import merge
from pkoquiz.exam.draw.report import composition, overlaps
from pkoquiz.exam.exam import plan
from pkoquiz.exam.manifest import manifest as exam_manifest
from pkoquiz.exam.manifest import read_manifest
from pkoquiz.exporters import anki, moodle, papers
from pkoquiz.importers import FORMATS as FOREIGN_FORMATS
from pkoquiz.load import contents, load
from pkoquiz.model.bank import Bank
from pkoquiz.model.blueprint import Blueprint
from pkoquiz.quotes.find import find, fold, stretches
from pkoquiz.records import validate
from pkoquiz.transcript import read_transcript
from pkoquiz.words import words

sys.path.append(str(Path(__file__).parents[1]))

from tests.faults import material
from tests.faults.exercising import assert_releasable, check, exercise, import_twice, smallest_exam
from tests.faults.mutating import (
    MINI,
    MOMENT,
    Draw,
    as_yaml,
    damage,
    damaged_foreign,
    damaged_json,
    damaged_lines,
    mini,
    mini_ledger,
    pick,
    vary,
    write_course,
)
from tests.faults.reading_back import assert_inert, assert_printable, assert_sound

MOST_RUNS = 5000
"""How many runs of a target one process does, unless they take long."""


@dataclass(frozen=True)
class Target:
    """A reader or exporter, or several.

    `run` gets a folder and bytes, or choices if there are no seeds. It returns how far the input
    came: `faults` if a check found errors, `refused` if an exporter did, else `built`.
    """

    about: str
    run: Callable[[Any, Path], str]
    seeds: Callable[[], list[bytes]] | None = None
    words: str = ""
    """Tokens for the fuzzer, separated by spaces."""
    most_runs: int = MOST_RUNS
    length: int = 4096
    """The greatest length of an input."""


# --- whole courses --------------------------------------------------------------------------------


def whole(draw: Draw, folder: Path) -> str:
    pdf = draw(4) == 3
    docx = draw(5) == 4
    files = vary(mini(), draw, pieces=material.PRINTABLE if pdf else material.PIECES)
    write_course(files, folder)
    return exercise(folder, pdf=pdf, docx=docx)


def damaged(draw: Draw, folder: Path) -> str:
    write_course(damage(mini(), draw), folder)
    return exercise(folder, pdf=draw(20) == 19, docx=draw(5) == 4)


FILE_NAMES = [
    "../../outside.md", "/etc/passwd", "/dev/zero", "seeds/../../../outside.md", "link.md",
    "away/outside.md", "loop", "seeds", "", ".", "..", "~", "~/x", "C:\\x", "\\\\x\\y",
    "file:///etc/passwd", "http://x.example/a.md", "seeds/bridges.md", "media/arch.png",
    "media/link.png", "media/../../../outside.md", "a" * 300, "a/" * 400 + "b",
    "seeds/bridges.md/", "seeds/bridges.md/x", "a%00b", "\u202e.md", "日本.md", "fifo",
]  # fmt: skip


def file_names(draw: Draw, folder: Path) -> str:
    files = mini() | {"media/arch.png": b"x"}
    course = files["course.yaml"]
    for _ in range(1 + draw(3)):
        name = pick(FILE_NAMES, draw)
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
    write_course(files, folder)
    outside = folder.parent
    (folder / "link.md").symlink_to(outside / "outside.md")
    (folder / "media/link.png").symlink_to(outside / "outside.md")
    (folder / "away").symlink_to(outside)
    (folder / "loop").symlink_to(folder / "loop")
    os.mkfifo(folder / "fifo")
    if draw(8) == 7:
        shutil.rmtree(folder / "questions")
        (folder / "questions").symlink_to(outside)
    return exercise(folder, pdf=draw(10) == 9, docx=False)


# --- files of a course ----------------------------------------------------------------------------

SMALL = {
    "course.yaml": """\
title: Bridges
short: small
transcripts:
- file: seeds/talk.md
""",
    "seeds/talk.md": "# Arches\n\n**Ada:** An arch turns every load into compression.\n",
    "questions/arches.yaml": """\
section: arches
questions:
- id: a-1
  type: flashcard
  stem: What?
  answer: That.
  sources: [{passage: arches.p001, quote: An arch}]
  bloom: apply
  difficulty: easy
""",
}


def in_small_course(file: str) -> Callable[[bytes, Path], str]:
    """Return a function that checks the small course with bytes in place of a file."""

    def run(raw: bytes, folder: Path) -> str:
        write_course(SMALL | {file: raw}, folder)
        return "built" if check(folder)[1] else "faults"

    return run


def bank_seeds() -> list[bytes]:
    seeds = []
    for name in ("questions/arches.yaml", "questions/beams.yaml"):
        for question in mini()[name]["questions"]:
            for complete in (question, question | material.OPTIONAL[question["type"]]):
                item = dict(complete)
                item.pop("objective", None)
                item.pop("enemies", None)
                item["sources"] = [{"passage": "arches.p001", "quote": "An arch … compression."}]
                seeds.append(yaml_seed({"section": "arches", "questions": [item]}))
    terms = [{"id": "t-1", "term": "arch", "meaning": "a bow", "waive": {"S05": "so"}}]
    return [*seeds, yaml_seed({"section": "arches", "glossary": terms})]


def course_seeds() -> list[bytes]:
    course = mini()["course.yaml"]
    course["transcripts"] = [{"file": "seeds/talk.md", "format": "markdown"}]
    complete = course | material.OPTIONAL["course"] | {"skip": ["arches.p001"]}
    return [SMALL["course.yaml"].encode(), yaml_seed(course), yaml_seed(complete)]


def yaml_seed(data: Any) -> bytes:
    return as_yaml(data).encode()


def yaml(raw: bytes, folder: Path) -> str:
    """Read YAML; read valid data again from a dump, and ask for the position of every value."""
    data, faults = yamlfiles.read(raw, "x.yaml")
    if faults:
        return "faults"
    paths: list[tuple[str | int, ...]] = [()]

    def walk(node: Any, path: tuple[str | int, ...]) -> None:
        if isinstance(node, dict | list):
            for key in node if isinstance(node, dict) else range(len(node)):
                paths.append((*path, key))
                walk(node[key], (*path, key))

    walk(data, ())
    spans = yamlfiles.spans(raw, paths).values()
    assert all(span.line >= 1 and span.column >= 1 for span in spans)
    if data:
        again, faults = yamlfiles.read(yaml_seed(data), "x.yaml")
        assert not faults, faults
        assert again == data
    return "built"


def blueprint(raw: bytes, folder: Path) -> str:
    """Read a blueprint and draw its exam from the mini course."""
    data, faults = yamlfiles.read(raw, "x.yaml")
    if faults:
        return "faults"
    blueprint, faults = validate(Blueprint, data, Place("x.yaml"))
    if blueprint is None:
        assert faults
        return "faults"
    course = mini_bank().course.model_copy(update={"blueprints": {"quiz": blueprint}})
    bank = replace(mini_bank(), course=course)
    exam = smallest_exam(bank)
    if exam is None:
        return "refused"
    drawn = [[placed.id for placed in paper.versions[0].questions] for paper in exam.papers]
    assert all(len(ids) == len(set(ids)) == blueprint.items for ids in drawn)
    overlap = blueprint.overlap
    assert all(overlap.least <= count <= overlap.most for _, _, count in overlaps(drawn))
    list(composition(bank, blueprint, drawn))
    return "built"


def blueprint_seeds() -> list[bytes]:
    quiz = mini()["course.yaml"]["blueprints"]["quiz"]
    optional = material.OPTIONAL["blueprint"].items()
    return [
        yaml_seed(quiz),
        yaml_seed(material.BLUEPRINT),
        *(yaml_seed(quiz | {field: value}) for field, value in optional),
    ]


@cache
def mini_bank() -> Bank:
    bank = load(MINI).bank
    assert bank is not None
    return bank


# --- transcripts ----------------------------------------------------------------------------------

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

LAYOUT = """\
citation: Bridges, 2026
speakers: {Ada: Ada Strand}
pause: 1.5
sections:
- {slug: contents, title: Contents, lines: [Contents], form: contents}
- slug: opening
  title: Opening
  lines: [Opening, Ada Strand]
  speaker: Ada Strand
  pages: [1, 2]
  numbered_headings: true
  slides: [{starts: Slide one, lines: 3}]
  drop: [12]
  headings: [{text: 1.1. Of stone, level: 2}]
- slug: questions
  title: Questions
  lines: [Questions]
  form: table
  labels:
  - {label: Q1, speaker: Guest, kind: question, id: q1}
  - {label: A1, kind: answer, id: a1}
- slug: discussion
  title: Discussion
  lines: [Discussion]
  form: discussion
  labels: [{label: Hoshino, speaker: H}, {label: Guest}]
- {slug: programme, title: Programme, lines: [Programme], form: programme}
- {slug: speakers, title: Speakers, lines: [Speakers], form: biographies}
"""

WEBVTT = """WEBVTT - A talk

NOTE x

1
00:00:01.000 --> 00:00:02.000 align:left
<v Ada>An <i>arch</i> turns
every load &amp; &#65;

00:03.5 --> 00:04.000
- Yes.
- No.
"""

SUBRIP = """1
00:00:01,000 --> 00:00:02,000
ADA: An arch

2
00:00:02,500 --> 00:00:01,000
>> An arch
turns {\\an8}

3
00:00:09 -> 00:00:10
x
"""

ERRATA = b"""errata:
- passage: arches.p001
  kind: F
  words: every load
  right: most
  do: AVOID
  line: 3
"""


def transcript(
    raw: bytes, name: str, form: str, layout: bytes | None = None, errata: bytes | None = None
) -> str:
    """Read a transcript; check ids, lines and texts of its passages."""
    read, found = read_transcript(raw, name, form, layout, "layout.yaml", errata, "errata.yaml")
    for fault in found:
        assert_printable(f"{fault.message} {fault.hint}")
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
        match = find(passage.text, passage.text)
        if match is not None and "…" not in passage.text and passage.text == passage.text.strip():
            assert match.spans == ((0, len(passage.text)),)
    return "built" if errata is None or read.errata else "faults"


def markdown(raw: bytes, folder: Path) -> str:
    return transcript(raw, "t.md", "markdown", LAYOUT.encode() if raw[:1] == b" " else None)


def subtitles(raw: bytes, folder: Path) -> str:
    return transcript(raw, "t.vtt", "subtitles", LAYOUT.encode() if raw[:1] == b" " else None)


def proceedings(raw: bytes, folder: Path) -> str:
    return transcript(raw, "t.txt", "proceedings", LAYOUT.encode())


def layout(raw: bytes, folder: Path) -> str:
    transcript(WEBVTT.encode(), "t.vtt", "subtitles", raw)
    return transcript(PROCEEDINGS.encode(), "t.txt", "proceedings", raw)


def errata(raw: bytes, folder: Path) -> str:
    return transcript(SMALL["seeds/talk.md"].encode(), "talk.md", "auto", errata=raw)


def markdown_seeds() -> list[bytes]:
    short = [text.encode() for text in material.TRANSCRIPTS if len(text) < 3000]
    return [(MINI / "seeds/bridges.md").read_bytes(), *short]


# --- files that the program wrote -----------------------------------------------------------------


def ledger(raw: bytes, folder: Path) -> str:
    merged, faults = merge(raw)
    assert (merged is None) == bool(faults)
    read, faults = parse(raw)
    assert_printable(reporting.as_text(folder, reporting.located(folder, faults)))
    if read is None:
        assert faults
        return "faults"
    bank = replace(bridges(), ledger=read)
    export = FORMATS["anki"](bank, Options())
    assert_printable(reporting.as_text(folder, reporting.located(folder, export.diagnostics)))
    if has_errors(export.diagnostics):
        assert not export.files
        return "faults"
    assert_sound(export.files)
    assert_releasable(bank)
    return "built"


@cache
def bridges() -> Bank:
    """Return the mini course with few questions: a card of its own, pairs and gaps."""
    bank = mini_bank()
    ids = ("force-by-bridge", "what-an-arch-does", "trunk-card")
    questions = tuple(question for question in bank.questions if question.id in ids)
    return replace(bank, questions=questions, terms=bank.terms[:1])


@cache
def ledger_seeds() -> list[bytes]:
    moment = MOMENT - datetime.timedelta(days=90)
    return [b"", b"{}", dump(anki.release(bridges(), moment).ledger).encode()]


def ledger_parts(draw: Draw, folder: Path) -> str:
    text = ledger_seeds()[2].decode()
    return ledger(damaged_lines(text, draw).encode("utf-8", "replace"), folder)


def manifest(raw: bytes, folder: Path) -> str:
    """Print the papers of an exam manifest again, and export them as quizzes."""
    read = read_manifest(raw, "manifest.json", mini_bank())
    assert_printable(reporting.as_text(folder, reporting.located(folder, read.diagnostics)))
    if read.exam is None:
        assert read.diagnostics
        return "faults"
    printed = papers.build(mini_bank(), read.exam, formats=("html",), changed=read.changed)
    assert_sound(printed.files)
    assert_sound(moodle.papers(mini_bank(), read.exam, changed=read.changed).files)
    return "built"


@cache
def manifest_seeds() -> list[bytes]:
    exam, _ = plan(mini_bank(), "quiz")
    assert exam is not None
    return [exam_manifest(mini_bank(), exam)]


def manifest_parts(draw: Draw, folder: Path) -> str:
    text = manifest_seeds()[0].decode()
    return manifest(damaged_json(text, draw).encode("utf-8", "replace"), folder)


def record(raw: bytes, folder: Path) -> str:
    """Read the `manifest.json` of an earlier build; the next build must not depend on it."""
    formats = ["anki", "moodle", "exam"]
    content = partial(contents, folder)
    up_to_date(raw, formats, [], "x", content, content, [])
    obsolete = obsolete_files(raw, formats, [])
    json.loads(build_manifest(mini_bank(), {}, Origin({}, [], "x"), raw))
    if hashlib.sha256(raw).digest()[0] % 8 == 0:  # a whole build takes long
        write_course(SMALL | {"exports/manifest.json": raw}, folder)
        assert run(["build", "anki", "-q", "-C", str(folder)]) == 0
        json.loads((folder / "exports/manifest.json").read_bytes())
    return "built" if obsolete else "faults"


def record_seeds() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        write_course(SMALL, Path(folder))
        assert run(["build", "anki", "-q", "-C", folder]) == 0
        return [Path(folder, "exports/manifest.json").read_bytes()]


# --- files of other programs ----------------------------------------------------------------------


@cache
def quizzes() -> list[tuple[str, bytes]]:
    """Return the names and contents of all files for upload, made from the small course."""
    return [
        (name, content)
        for form in (*QUIZZES, "anki")
        for name, content in sorted(FORMATS[form](mini_bank(), Options()).files.items())
        if not name.endswith(".md")
    ]


QUIZZES = ("moodle", "canvas", "brightspace", "qti", "gift", "aiken", "blackboard", "openedx")


def foreign(draw: Draw, folder: Path) -> str:
    name, content = pick(quizzes(), draw)
    form = pick(("auto", "auto", *FOREIGN_FORMATS), draw)
    return import_twice(damaged_foreign(content, draw), name, form)


# --- texts ----------------------------------------------------------------------------------------

_OUR_TYPST = re.compile(
    r'(?:#?"";?'
    r"|#(?:emph|strong|raw|link|picture|list|enum|quote|table|line|linebreak)\b|table\.header"
    r"|block: true|start: \d+|columns: \d+|length: 100%|stroke: 0\.5pt|[()\[\],;\s])*"
)
"""What remains of our Typst when string literals are emptied."""


def markup_text(raw: bytes, folder: Path) -> str:
    """Write Markdown in all ways; HTML must be inert, authors' text in Typst a string literal."""
    text = raw.decode("utf-8", "replace")
    assert_inert(markup.html(text))
    assert_inert(markup.inline_html(text))
    markup.plain(text)
    markup.inline_plain(text)
    for source in (markup.typst(text), markup.inline_typst(text)):
        code = re.sub(r'"(?:[^"\\]|\\.)*"', '""', source, flags=re.DOTALL)
        assert _OUR_TYPST.fullmatch(code), code
    list(markup.media_references(text))
    return "built"


def quotes(raw: bytes, folder: Path) -> str:
    """Find a quote in a text, separated by `|`; each span must consist of the quote's words."""
    quote, _, text = raw.decode("utf-8", "replace").partition("|")
    match = find(quote, text)
    if match is None:
        return "faults"
    quoted = [fold(part) for part in (quote, *stretches(quote))]
    previous = 0
    for start, end in match.spans:
        assert previous <= start < end <= len(text)
        previous = end
        assert any(fold(text[start:end]) in part for part in quoted), (text[start:end], quote)
    assert words(quote)
    return "built"


def long(draw: Draw, folder: Path) -> str:
    """Repeat a few words up to the greatest length: no reader may take quadratic time."""
    known = [*material.PIECES, *f"{MARKDOWN} {TALK} {YAML}".split(" "), " ", "\n", "\n\n", "x"]
    pattern = "".join(pick(known, draw) for _ in range(1 + draw(4)))[:200] or " "
    head, tail = pick(known, draw), pick(known, draw)
    size = pick((20_000, 50_000, 100_000), draw)
    raw = (head + pattern * (size // len(pattern)) + tail).encode("utf-8", "replace")
    match draw(7):
        case 0:
            return markup_text(raw[:50_000], folder)
        case 1:
            return yaml(raw, folder)
        case 2:
            return quotes(raw[:2000] + b"|" + raw, folder)
        case 3:
            return errata(b"errata:\n- passage: arches.p001\n  kind: F\n  words: " + raw, folder)
        case index:
            return (markdown, subtitles, proceedings)[index - 4](raw, folder)


# --- all targets ----------------------------------------------------------------------------------

YAML = (
    "id: type: stem: text: options: correct: true false sources: passage: quote: section: "
    "questions: glossary: answers: gaps: pairs: - > |- [ ] { } & * !! << --- ... # ' \" : , ? % @ "
    "` \\x07 \\ud800 {{1}} {{2}} ![a](b.png) arches.p001 ~ 1e400 NaN -0 choice cloze essay"
)
JSON = (
    '{ } [ ] " : , null true false NaN Infinity -1 1e999 99999999999999999999 \\u0000 \\ud800 ../ '
    "/ 2026-01-15 notes parts mod hash questions papers versions formats files path sha256 bytes "
    "counts made"
)
MARKDOWN = (
    "* ** _ ` ``` [ ] ( ) ![ ]( > - 1. | --- # \\ \\( \\) \\[ < > & &lt; http:// mailto: "
    "javascript: wzxhzdk: {{1}} \\u0002 \\u2028 \t"
)
TALK = (
    "# ## ** **: : - > | --- ``` {#x} ( ) [1] Q1 A1 (Guest) <p> </p> <li> <ul> --> 00:00:01.000 "
    "WEBVTT NOTE STYLE <v &#x41; &amp; \ufeff \u2028 \f \r ■ ● p. Opening Contents Questions "
    "Discussion Programme"
)
QUOTE = "… ... [ ] | “ ’ — - ' \u00a0 \u00ad"


def constant(*seeds: str | bytes) -> Callable[[], list[bytes]]:
    encoded = [seed if isinstance(seed, bytes) else seed.encode() for seed in seeds]
    return lambda: encoded


TARGETS: dict[str, Target] = {
    "bank": Target("bank files", in_small_course("questions/arches.yaml"), bank_seeds, YAML),
    "course": Target("`course.yaml`", in_small_course("course.yaml"), course_seeds, YAML),
    "yaml": Target("YAML", yaml, lambda: [*bank_seeds(), *course_seeds()], YAML),
    "blueprint": Target("blueprints and their exams", blueprint, blueprint_seeds, YAML),
    "markdown": Target("Markdown transcripts", markdown, markdown_seeds, TALK),
    "subtitles": Target("subtitles", subtitles, constant(WEBVTT, SUBRIP), TALK),
    "proceedings": Target("proceedings", proceedings, constant(PROCEEDINGS), TALK),
    "layout": Target(
        "layouts", layout, lambda: [LAYOUT.encode(), yaml_seed(material.LAYOUT)], YAML
    ),
    "errata": Target("errata", errata, constant(ERRATA), YAML),
    "ledger": Target("ledgers", ledger, ledger_seeds, JSON),
    "manifest": Target("exam manifests", manifest, manifest_seeds, JSON),
    "ledger-parts": Target("ledgers, damaged as trees", ledger_parts, length=64),
    "manifest-parts": Target("exam manifests, damaged as trees", manifest_parts, length=64),
    "record": Target("build manifests", record, record_seeds, JSON),
    "markup": Target(
        "Markdown of questions", markup_text, constant(*material.PIECES), MARKDOWN, length=512
    ),
    "quotes": Target(
        "quotes",
        quotes,
        constant("An arch ... [so] load|An arch turns every load.", "“a” – b…c|'a' - b"),
        QUOTE,
        length=256,
    ),
    "foreign": Target("files of other programs", foreign, length=256),
    "long": Target("repetitions", long, length=64),
    "paths": Target("file names", file_names, length=64),
    "damaged": Target("damaged courses", damaged, most_runs=500, length=512),
    "whole": Target("valid courses, all exporters", whole, most_runs=250, length=512),
}


def prepare() -> None:
    """Read everything that is cached for all runs, before the sandbox forbids it."""
    mini()
    mini_ledger()
    quizzes()
    ledger_seeds()
    manifest_seeds()
