"""Structure-aware damage: a course's files as trees, hurt in ways that keep most of them readable.

Choices come from `draw(n)`, a number from 0 to n - 1, so that Hypothesis and a coverage-guided fuzzer can both
steer; the same choices make the same course.
"""

from __future__ import annotations

import copy
import datetime
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

Draw = Callable[[int], int]

MINI = Path(__file__).parent.parent / "mini"

HOSTILE = [
    "",
    " ",
    "\n",
    "null",
    "~",
    "0",
    "-1",
    "1e400",
    "NaN",
    "9" * 5000,
    "0." + "0" * 400 + "1",
    "1e-9999999",
    "true",
    "2026-13-45",
    "9999-12-31",
    "0001-01-01",
    "x" * 5000,
    "word " * 3000,
    "<script>alert(1)</script>",
    "]]>",
    "{{c1::x}}",
    "{{1}}",
    "{{1}} {{1}} {{2}}",
    "{{99999999999999999999}}",
    "{{FrontSide}}",
    "{1:SA:=x}",
    "[sound:x.mp3]",
    '#read("/etc/passwd")',
    '"]; #panic()',
    "\\",
    "\\\\(x",
    "\\(\\input{/etc/passwd}\\)",
    "\\[ $$ \\]",
    "=cmd|' /C calc'!A0",
    "[a](javascript:alert(1))",
    '[a](https://x.example/"onclick=alert(1))',
    "![](x.png)",
    "![a](../../../etc/passwd)",
    "![a](/etc/passwd.png)",
    "![a](media/missing.svg)",
    "![a](a\x00b.png)".replace("\x00", "%00"),
    "../../etc/passwd",
    "/etc/passwd",
    "/dev/zero",
    "seeds",
    "seeds/../seeds/bridges.md",
    "a" * 300 + ".md",
    "| a | b |\n|---|---|\n| c |",
    "1. a\n   - b\n     1. c\n\n> q\n\n    code",
    "99999999999999999999. item",
    "> " * 300 + "x",
    "- " * 30 + "x",
    "*" * 500,
    "[" * 500,
    "`" * 101,
    "[x][y]\n\n[y]: javascript:alert(1)",
    "_" * 300 + "a" + "_" * 300,
    "\u202eabc",
    "\u2028",
    "\u0085",
    "\ufeff",
    "\U0010ffff",
    "a\u0301" * 200,
    "日本",
    "ﷺ",
    "👩‍👩‍👧‍👦",
    "\x1b[31m",
    "wzxhzdk:0",
    "klzzwxh:0000",
    "\x02",
    "arches.p001",
    "arches.p001~",
    "arches.p001~0000",
    "arches.p001~zz",
    ".",
    "arches.",
    "arches",
    "beams",
    "oldest-kind",
    "term-abutment",
    "B-1",
    "draft",
    "retired",
    "ready",
    "choice",
    "cloze",
    "essay",
    "…",
    "… …",
    "...",
    "“",
    "’",
    "the",
    "An arch turns every load into compression.",
    "proceedings",
    "markdown",
    "subtitles",
    "%s %d {0} {x!r}",
    "[/red]",
    "$(touch x)",
    "constructor",
    "__class__",
    "place",
    "section",
]
"""Texts that have hurt programs of this kind, and words that mean something here."""

TRANSCRIPTS = [
    "",
    "\n\n",
    "no heading, only words",
    "# \n\n# \n\nx",
    "# A\n\n# A\n\n# A\n\nword",
    "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Ada>An arch turns every load into compression.\n",
    "1\n00:00:01,000 --> 00:00:02,000\nAn arch\n\n2\n99:99:99,999 --> 00:00:00,000\nx\n",
    "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v <v <v>x</v>\n&lt;&#0;&#x110000;&#99999999999;\n",
    "# Arches\r\n\r\n**Ada Strand:** An arch turns every load into compression. Stone\x0clikes\u2028it\r\n",
    "**:** x\n\n**A:**\n\n****\n\n** **: y",
    "---\ntitle: x\n---\n\n# B\n\n```\ncode\n",
    "# " + "x" * 5000,
    "x" * 70_000,
    ("[" * 300 + "](" * 300) * 3,
    "# Beams {#beams}\n\n# Beams {#<script>}\n\nx",
    "\ufeff# Beams\n\n- a\n- b\n  - c\n\n| a | b |\n",
    "(Hoshino) hello\n\nQ1\t<p>x</p>\n\nA1\t<p>y",
]

LAYOUT: dict[str, Any] = {
    "citation": "Bridges, 2026",
    "rights": "none",
    "sections": [
        {
            "slug": "beams",
            "title": "Beams",
            "lines": ["# Beams"],
            "speaker": "Ada Strand",
            "pages": ["1", "2"],
            "headings": [{"text": "x", "level": "1"}],
            "drop": ["y"],
        },
        {
            "slug": "arches",
            "title": "Arches",
            "lines": ["# Arches"],
            "form": "discussion",
            "labels": [{"label": "Guest", "speaker": "Guest", "kind": "question"}],
            "slides": [{"starts": "z", "lines": "2"}],
        },
    ],
}

BLUEPRINT: dict[str, Any] = {
    "title": "A long paper",
    "items": "6",
    "minutes": "30",
    "seed": "2026",
    "papers": "2",
    "versions": "2",
    "types": {"choice": "1"},
    "bloom": {"remember": "1"},
    "difficulty": {"easy": "1"},
    "sections": {"beams": "2"},
}


def mini() -> dict[str, Any]:
    """The small course: name → tree of a YAML or JSON file, or the text of a transcript."""
    files: dict[str, Any] = {}
    for path in sorted(MINI.rglob("*")):
        name = path.relative_to(MINI).as_posix()
        if name.startswith("exports") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".yaml":
            files[name] = yaml.load(text, Loader=yaml.CBaseLoader)
        elif path.suffix == ".md":
            files[name] = text
    return files


def damage(files: dict[str, Any], draw: Draw, wounds: int = 3) -> dict[str, Any]:
    """The course with some wounds: nodes deleted, doubled, replaced, moved, hostile texts put in, files hurt."""
    files = copy.deepcopy(files)
    course = files["course.yaml"]
    match draw(12):
        case 0:
            course["transcripts"][0]["layout"] = "seeds/layout.yaml"
            files["seeds/layout.yaml"] = copy.deepcopy(LAYOUT)
        case 1:
            course["blueprints"]["long"] = copy.deepcopy(BLUEPRINT)
        case 2:
            files["seeds/bridges.md"] = TRANSCRIPTS[draw(len(TRANSCRIPTS))]
        case 3:
            name = ("seeds/bridges.srt", "seeds/bridges.vtt", "seeds/bridges.txt")[draw(3)]
            files[name] = TRANSCRIPTS[draw(len(TRANSCRIPTS))]
            course["transcripts"][0]["file"] = name
        case _:
            pass
    for _ in range(1 + draw(wounds)):
        names = [name for name in files if isinstance(files[name], dict | list)]
        if not names:
            break
        name = names[draw(len(names))]
        files[name] = _wounded(files[name], draw)
    return files


def _wounded(tree: Any, draw: Draw) -> Any:
    nodes = list(_nodes(tree))
    if not nodes:
        return HOSTILE[draw(len(HOSTILE))]
    parent, key = nodes[draw(len(nodes))]
    match draw(10):
        case 0:
            del parent[key]
        case 1:
            parent[key] = copy.deepcopy(_value(*nodes[draw(len(nodes))]))
        case 2:
            if isinstance(parent, list):
                parent.append(copy.deepcopy(parent[key]))
            else:
                parent[HOSTILE[draw(len(HOSTILE))]] = copy.deepcopy(parent[key])
        case 3:
            parent[key] = ([], {}, None, [[]], [None], {"": ""}, {"text": "x"}, [{}])[draw(8)]
        case 4:
            parent[key] = [parent[key]]
        case 5:
            parent[key] = {"text": parent[key]}
        case 6 if isinstance(parent[key], str):
            parent[key] += HOSTILE[draw(len(HOSTILE))]
        case 7 if isinstance(parent[key], str):
            at = draw(len(parent[key]) + 1)
            parent[key] = parent[key][:at] + HOSTILE[draw(len(HOSTILE))] + parent[key][at:]
        case _:
            parent[key] = HOSTILE[draw(len(HOSTILE))]
    return tree


def _nodes(tree: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(tree, dict):
        for key in tree:
            yield tree, key
            yield from _nodes(tree[key])
    elif isinstance(tree, list):
        for index in range(len(tree)):
            yield tree, index
            yield from _nodes(tree[index])


def _value(parent: Any, key: Any) -> Any:
    return parent[key]


def wounded_json(text: str, draw: Draw) -> str:
    """A JSON file (ledger, manifest) hurt in the same ways, now and then in its bytes."""
    if draw(8) == 0:
        at = draw(len(text) + 1)
        return text[:at] + HOSTILE[draw(len(HOSTILE))] + text[at + draw(40) :]
    tree = json.loads(text)
    for _ in range(1 + draw(3)):
        if not isinstance(tree, dict | list):
            break
        tree = _numbers(_wounded(tree, draw), draw)
    return json.dumps(tree)


def _numbers(tree: Any, draw: Draw) -> Any:
    nodes = [(parent, key) for parent, key in _nodes(tree) if isinstance(parent[key], int)]
    if nodes and draw(2):
        parent, key = nodes[draw(len(nodes))]
        parent[key] = (-1, 0, 1, 10**10, 10**20, -(10**20), 1.5, float("inf"), float("nan"), True, 10**400)[
            draw(11)
        ]
    return tree


def lay(files: dict[str, Any], folder: Path) -> None:
    """Writes the course."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else dumped(content)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))


class _Dumper(yaml.CSafeDumper):
    """Nothing stands for nothing, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))


def dumped(tree: Any) -> str:
    """The tree as YAML."""
    text: str = yaml.dump(tree, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    return text


TODAY = datetime.date(2026, 6, 1)


def exercise(folder: Path, *, pdf: bool = False) -> str:
    """Everything the commands do with a course; returns `faults` or `built`. Raises what they would raise."""
    from pkoquiz import reporting
    from pkoquiz.building import FORMATS, Order, told
    from pkoquiz.commands.course import has_errors, read_course
    from pkoquiz.coverage import as_record, coverage
    from pkoquiz.desk import desk
    from pkoquiz.relink import moves, rewritten

    loaded, found = read_course(folder, pedantic=True)
    _printable(reporting.as_text(folder, found))
    json.loads(reporting.as_json(found))
    _printable(reporting.as_github(found))
    bank = loaded.bank
    if bank is None:
        assert has_errors(found)
        return "faults"
    if bank.transcripts:
        json.dumps(as_record(coverage(bank))).encode()
        desk(bank)
        corrections = moves(bank)
        for name in {move.place.file for move in corrections}:
            rewritten((folder / name).read_bytes(), [move for move in corrections if move.place.file == name])
        _plan(bank)
    for question in bank.questions:
        json.dumps(question.model_dump(mode="json"), ensure_ascii=False).encode()
    if has_errors(found):
        return "faults"
    ledger = folder / "anki.lock.json"
    order = Order(TODAY, ledger.read_bytes() if ledger.exists() else None)
    for name, make in FORMATS.items():
        if name == "exam" and not pdf:
            _papers(bank)
            continue
        made = make(bank, order)
        _printable(reporting.as_text(folder, reporting.located(folder, made.diagnostics)))
        _printable("\n".join(told(made.export.notes)))
        if made.course_files and not has_errors(made.diagnostics):
            # What was written must be read again.
            again = make(bank, Order(TODAY, made.course_files["anki.lock.json"]))
            assert not has_errors(again.diagnostics), again.diagnostics
            assert again.export.files == made.export.files
    return "built"


def _plan(bank: Any) -> None:
    from pkoquiz.exam import paper as exams
    from pkoquiz.exam.manifest import manifest, read_manifest

    for name, blueprint in bank.course.blueprints.items():
        if blueprint.items > 50 or blueprint.papers * blueprint.versions > 20:
            continue
        exam, _ = exams.plan(bank, name, lambda what, done, of: None)
        if exam is not None:
            read = read_manifest(manifest(bank, exam), "manifest.json", bank)
            assert read.exam is not None, read.faults


def _papers(bank: Any) -> None:
    from pkoquiz.exam import paper as exams
    from pkoquiz.exporters import papers

    exam = exams.practice(bank)
    if exam.papers:
        papers.build(bank, exam, formats=("html", "docx"))


def _printable(text: str) -> None:
    text.encode()
    assert not any(character in text for character in "\x1b\x07\x08\x9b"), "a terminal could be steered"
