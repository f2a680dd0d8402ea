"""Courses to try the program with: damaged ones, and ones that are whole but hard to export.

`damage` hurts the files of a course as trees, so that most stay readable; few get past the checks. `vary` keeps
every rule of the format and fills the course with texts, numbers and shapes that have hurt exporters, so that
most are built. Choices come from `draw(n)`, a number from 0 to n - 1, so
that Hypothesis and a coverage-guided fuzzer can both steer; the same choices make the same course.
"""

from __future__ import annotations

import copy
import datetime
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pkoquiz.model.parts import Bloom, Difficulty

Draw = Callable[[int], int]


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TODAY = datetime.date(2026, 6, 1)
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
    return copy.deepcopy(_mini())


@cache
def _mini() -> dict[str, Any]:
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


# --- whole courses that are hard to export --------------------------------------------------------

CANARY = "words from outside the course 4f1d"
"""Stand in a file beside the course folder; whatever is built must not hold them."""

PIECES = [
    # Markdown and HTML
    "*a **b* c**", "_a_b_c_", "`` ` ``", "```\ncode", "`{{1}}`", "1. a\n2. b", "- a\n    - b\n        1. c", "> q\n> > r", "    code",
    "| a | b |\n|:--|--:|\n| c | d |", "| a |\n|---|", "a  \nb", "***", "a\n\nb", "\\*", "# head", "a\n---", "[a](https://x.example/?q=1&b='2')",
    "[a](<javascript:alert(1)>)", "[](javascript:x)", "[a]: javascript:x", "[a][a]", "<https://x.example>", "<javascript:alert(1)>", "![", "![]",
    "![an arch](media/arch.png)", "![her *voice* \"x\"](media/voice.mp3)", "&lt;b&gt; &amp;amp; &#60; &nbsp", "<b onclick=alert(1)>",
    "<script>alert(1)</script>", "</script>", "</style>", "</p></div>", "<img src=x onerror=alert(1)>", "<!--", "-->", "<![CDATA[", "]]>", "<?xml", "a<b>c",
    # TeX
    "\\(x^2 < y\\)", "\\[\\frac{a}{b}\\]", "\\(", "\\)", "\\\\(x\\\\)", "$x$", "$$", "\\(\\href{javascript:alert(1)}{x}\\)", "\\input{x}", "\\(a{{b}}c\\)",
    # Anki, Moodle, Jinja, format strings
    "{{c1::x}}", "{{c2::y::z}}", "{{Front}}", "{{FrontSide}}", "{{#Answer}}x{{/Answer}}", "}}", "{{", "}", "{", "::", ":", "{{type:Text}}",
    "[sound:x.mp3]", "[anki:tts lang=en]x[/anki:tts]", "[latex]x[/latex]", "[$]x[/$]", "[[type:Answer]]", "<i data-gap=\"1\">x</i>", "PKOGAP1Z",
    "{1:SA:=x}", "{1:MC:~x~=y}", "{#1}", "=x~%50%y#z", "~", "%100%", "\\}", "\\#", "&#126;", "@@PLUGINFILE@@/x.png", "*", "top", "/", "//", "$course$",
    "%s %d {0} {x!r}", "{{ 7*7 }}", "{% raw %}", "$(touch x)", "__class__", "wzxhzdk:0", "klzzwxh:0000", "STXwzxhzdk:0ETX",
    # Typst, spreadsheets, Word
    '#read("../../outside.txt")', "#panic()", '"; #panic(); "', "] #pagebreak() [", "@ref", "<label>", "$ x $", "\\u{41}", "/* x", "// x", "= heading",
    "/ term: x", "'", '"', "\\", "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", 'HYPERLINK "x"', "\t",
    # words that mean something here, lengths, numbers
    "___", "[blank]", "…", "...", "All of the above", "none", "True", "false", "null", "0", "7", "1,000", "1990. The year", "99999999. x", "withdrawn", "Glossary",
    "word " * 300, "x" * 900, "https://" + "a" * 300 + ".example/", "a-" * 200, "a\n" * 40, "(" * 60, "*" * 60, "> " * 25 + "x",
    # beyond ASCII
    "naïve Straße", "“a” ‘b’ – — …", "\u00a0", "\u00ad", "ﬃ", "e\u0301", "\u1e9b\u0323", "a\u0301" * 50, "日本", "🕊️", "👩‍👩‍👧", "العربية", "עברית", "\u202eabc", "\u2066x\u2069",
    "\u200b", "\u200d", "\u2060", "\ufeff", "\ufff9", "\ue000file\ue001/x", "\ufdd0", "\U000e0041", "\U0010fffd", "\u3000", "\u115f", "İ", "ǆ", "\u212a", "\u0345", "ẞ", "\U0001d54f",
]  # fmt: skip
"""Texts that an author may write, and that some format could take for something else."""

PRINTABLE = [piece for piece in PIECES if all(each == "\n" or " " <= each <= "~" for each in piece)]
"""Those that every font has: a course of these prints as PDF."""

TEXTS = words(
    "stem explain text feedback true false premise response extras sequence hints hint note attribution reason unit "
    "working otherwise model_answer front back term meaning title description aids institution instructions deck date "
    "seed right why sureness options answers answer"
)
"""Fields of course and bank whose text is free."""

VALUES: dict[str, list[str]] = {
    "points": ["1", "2", "0.5", "0.25", "3.75", "10", "999.99", "0.01"],
    "answer": ["0", "5", "-5", "3.14159", "1e-9", "6.02e23", "-1e30", "1000000", "0.10"],
    "tolerance": ["0", "0.5", "1e-7", "1000"],
    "value": ["1", "-1", "50", "1e9", "0.333"],
    "credit": ["1", "33", "50", "66", "99", "100"],
    "bloom": list(Bloom.__args__),  # type: ignore[attr-defined]
    "difficulty": list(Difficulty.__args__),  # type: ignore[attr-defined]
    "scoring": ["partial", "exact"],
    **{name: ["true", "false"] for name in ("shuffle", "pin", "case_sensitive", "large_print")},
    "min_words": ["0", "1", "80"],
    "max_words": ["0", "100", "10000"],
    "language": ["en", "ja", "de-CH", "ar", "zh-Hant-TW", "xx"],
    "release": ["2026-01-15", "2026-05-31", "2026-06-01"],
    "paper": ["a4", "us-letter"],
    "items": ["1", "3", "4", "6", "9"],
    "minutes": ["0", "1", "1440"],
    "papers": ["1", "2", "3"],
    "versions": ["1", "2", "3"],
    "overlap": ["0", "1", "0-10"],
    "columns": ["1", "2"],
    "longest_key": ["0", "50", "100"],
}
"""Other fields and what they may hold."""

MORE: dict[str, dict[str, Any]] = {
    "": {"explain": "So it is.", "note": "A remark.", "attribution": "Strand", "hints": ["Think.", "Think again."],
         "tags": ["one", "two.b"], "card": {"front": "What holds an arch?", "back": "Its keystone."}, "points": "2",
         "sources": [{"passage": "arches.p003", "quote": "Suspension bridges … [so she says] tension", "note": "A remark."}]},
    "choice": {"shuffle": "false", "options": [{"text": "One", "correct": "true", "feedback": "Yes.", "pin": "true"}, "Two", "3", "4 m"]},
    "multiple": {"scoring": "exact", "options": [{"text": "1", "correct": "true"}, {"text": "2", "correct": "true"}, "10", "9", "8"]},
    "truefalse": {"feedback": {"true": "Yes.", "false": "No."}},
    "matching": {"extras": ["Neither", "Both"], "pairs": [{"premise": "A", "response": "B", "feedback": "C"}, {"premise": "D", "response": "B"}]},
    "ordering": {"sequence": ["Piers", "Beams", "Deck", "Rail"]},
    "shortanswer": {"otherwise": "No.", "case_sensitive": "true", "wrong": [{"text": "ropes", "feedback": "No."}],
                    "rubric": [{"points": "1", "text": "Names it"}, {"points": "1", "text": "Says why"}]},
    "numerical": {"unit": "m", "working": "5 = 5", "otherwise": "No.", "wrong": [{"value": "7", "tolerance": "1", "feedback": "No."}]},
    "cloze": {"gaps": [{"answers": ["load", {"text": "weight", "credit": "50", "feedback": "Nearly."}], "hint": "a noun",
                        "wrong": [{"text": "tension", "feedback": "No."}]}] * 3},
    "essay": {"min_words": "10", "max_words": "100", "rubric": [{"points": "1", "text": "Names both"}]},
    "flashcard": {},
    "term": {"note": "A remark.", "attribution": "Strand", "tags": ["one"]},
    "course": {"sections": {"extra": "An extra section"}, "language": "de-CH", "anki": {"deck": "Deck::Sub"},
               "exam": {"paper": "us-letter", "aids": "A ruler.", "institution": "School"}, "skip": ["beams.p003"],
               "plan": {"sections": {"beams": "3"}, "types": {"choice": "2"}}},
    "blueprint": {"papers": "2", "versions": "2", "overlap": "0-10", "instructions": "Write.", "aids": "None.", "date": "1 June",
                  "bloom": {"remember/understand": "1+"}, "difficulty": {"easy": "1-9"}, "sections": {"arches": "1+"},
                  "columns": "2", "large_print": "true", "points": "1-99", "objectives": {"different": "1"}, "longest_key": "50",
                  "cells": [{"items": "1", "section": "beams"}], "include": ["oldest-kind"]},
}  # fmt: skip
"""Fields that may be there, by type of question, and those of the course."""

NEEDED = words(
    "id type stem sources passage quote bloom difficulty section objective title short release transcripts file errata "
    "options text pairs premise response sequence answers answer gaps rubric points model_answer term meaning items "
    "front back feedback value questions glossary objectives blueprints quiz status reason"
)
"""Fields that are not dropped: the type needs them, or a check would stop the course."""


def vary(
    files: dict[str, Any], draw: Draw, changes: int = 24, pieces: list[str] = PIECES
) -> dict[str, Any]:
    """A course that keeps all rules: its texts, numbers, optional fields, lists and papers are others."""
    files = copy.deepcopy(files)
    files |= {"media/arch.png": _PICTURE, "media/voice.mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00"}
    with_ledger = draw(6) == 5
    if with_ledger:
        files["anki.lock.json"] = _ledger()
    for _ in range(1 + draw(changes)):
        _varied(files, draw, pieces, with_ledger)
    taken: set[str] = set()
    for item in [*_items(files, "questions"), *_items(files, "glossary")]:
        _mended(item, draw, taken)
    known = {item["id"] for item in _items(files, "questions")}
    for item in _items(files, "questions"):
        if "enemies" in item:
            item["enemies"] = [each for each in item["enemies"] if each in known]
    for blueprint in files["course.yaml"]["blueprints"].values():
        if blueprint.get("large_print") == "true":
            blueprint.pop("columns", None)
        if "include" in blueprint:
            blueprint["include"] = blueprint["include"][: int(blueprint["items"])]
            if int(blueprint.get("papers", "1")) > 1:
                blueprint["overlap"] = "0-10"
    return files


def _items(files: dict[str, Any], key: str) -> list[Any]:
    return [
        item
        for name, tree in files.items()
        if name.startswith("questions/")
        for item in tree.get(key, [])
    ]


def _varied(files: dict[str, Any], draw: Draw, pieces: list[str], with_ledger: bool) -> None:
    """One change."""
    course = files["course.yaml"]
    banks = sorted(name for name in files if name.startswith("questions/"))
    trees = [files[name] for name in (*banks, "course.yaml", "seeds/bridges.errata.yaml")]
    items = [(item, item["type"]) for item in _items(files, "questions")]
    items += [(item, "term") for item in _items(files, "glossary")]
    match draw(15):
        case 0 | 1 | 2 | 3:
            slots = [slot for tree in trees for slot in _slots(tree, TEXTS)]
            parent, key = slots[draw(len(slots))]
            old, new = parent[key], _text(draw, pieces)
            at = draw(len(old) + 1)
            parent[key] = (new, new, old + new, old[:at] + new + old[at:])[draw(4)][:1900]
        case 4:
            item, _ = items[draw(len(items))]
            for parent, key in _slots(item, TEXTS):
                parent[key] = f"{parent[key]} {pieces[draw(len(pieces))]}"[:1900]
        case 5 | 6:
            slots = [slot for tree in trees for slot in _slots(tree, VALUES)]
            parent, key = slots[draw(len(slots))]
            parent[key] = VALUES[key][draw(len(VALUES[key]))]
        case 7 | 8:
            item, kind = items[draw(len(items))]
            more = MORE[kind] if kind == "term" else MORE[""] | MORE[kind]
            name = sorted(more)[draw(len(more))]
            item[name] = copy.deepcopy(more[name])
        case 9:
            holder, more = (course, MORE["course"])
            if draw(2):
                holder, more = (
                    list(course["blueprints"].values())[draw(len(course["blueprints"]))],
                    MORE["blueprint"],
                )
            name = sorted(more)[draw(len(more))]
            holder[name] = copy.deepcopy(more[name])
        case 10:
            lists = [
                (parent, key)
                for tree in trees
                for parent, key in _nodes(tree)
                if isinstance(parent[key], list)
            ]
            lists = [(parent, key) for parent, key in lists if key in _LISTS and parent[key]]
            parent, key = lists[draw(len(lists))]
            entry = parent[key][draw(len(parent[key]))]
            if draw(2) and len(parent[key]) < _LISTS[key][1]:
                parent[key].insert(draw(len(parent[key]) + 1), copy.deepcopy(entry))
            elif len(parent[key]) > _LISTS[key][0]:
                parent[key].remove(entry)
        case 11:
            slots = [
                (parent, key)
                for item, _ in items
                for parent, key in _nodes(item)
                if isinstance(parent, dict) and key not in NEEDED and "passage" not in parent
            ]
            if slots:
                parent, key = slots[draw(len(slots))]
                del parent[key]
        case 12 | 13:
            _other_questions(files, draw, banks, with_ledger)
        case _:
            # The same words in transcript and quote; a citation of its own, so that nothing else is lost.
            words = " ".join(
                re.sub(r"[\[\]{}<>*_|`#…\\]|\.\.\.", " ", _text(draw, pieces)).split()
            )[:300]
            said = f"She said {words} so."
            files["seeds/bridges.md"] = files["seeds/bridges.md"].replace(
                "it hates tension.", f"it hates tension. {said}"
            )
            item, _ = items[draw(len(items))]
            if len(item.get("sources", [])) < 5:
                item.setdefault("sources", []).append({"passage": "arches.p001", "quote": said})


_LISTS = {
    "options": (3, 10),
    "pairs": (2, 12),
    "extras": (0, 8),
    "sequence": (3, 10),
    "answers": (1, 20),
    "gaps": (1, 12),
    "rubric": (1, 20),
    "hints": (0, 5),
    "wrong": (0, 9),
    "objectives": (2, 2),
}
"""Lists that may grow and shrink, and how far."""


def _other_questions(
    files: dict[str, Any], draw: Draw, banks: list[str], with_ledger: bool
) -> None:
    """A question more or less, moved, a draft, or retired."""
    tree = files[banks[draw(len(banks))]]
    questions = tree["questions"]
    at = draw(len(questions))
    item = questions[at]
    match draw(5):
        case 0:
            copied = copy.deepcopy(item)
            copied["id"] = f"{item['id'][:60]}-{draw(9)}"
            questions.insert(draw(len(questions) + 1), copied)
        case 1 if len(questions) > 1 and not with_ledger:
            del questions[at]
        case 2:
            item["status"], item["reason"] = "retired", "It is *wrong*."
        case 3:
            item["status"] = "draft"
            item.pop("reason", None)
        case _:
            questions.append(questions.pop(at))


def _slots(tree: Any, names: Any) -> Iterator[tuple[Any, Any]]:
    """Places of the tree where one of these fields, or an entry of its list, holds a text."""

    def walk(node: Any, field: str) -> Iterator[tuple[Any, Any]]:
        for key in node if isinstance(node, dict) else range(len(node)):
            name = key if isinstance(node, dict) else field
            if isinstance(node[key], dict | list):
                yield from walk(node[key], name)
            elif name == "answer":
                # A text, a number, or whether the stem is true.
                if node["type"] == ("numerical" if names is VALUES else "flashcard"):
                    yield node, key
            elif name in names and isinstance(node[key], str):
                yield node, key

    yield from walk(tree, "")
    if names is TEXTS and "short" in tree:
        yield from ((tree["sections"], slug) for slug in tree.get("sections", ()))


def _text(draw: Draw, pieces: list[str]) -> str:
    """Some pieces in a row."""
    told = ""
    for _ in range(1 + draw(4)):
        told += pieces[draw(len(pieces))] + ("", " ", "\n", "a", "\n\n")[draw(5)]
    return told[:1800] if told.strip() else "x"


def _mended(item: dict[str, Any], draw: Draw, taken: set[str]) -> None:
    """What rules join is made to agree again."""
    while item["id"] in taken:
        item["id"] = f"{item['id'][:70]}-b"
    taken.add(item["id"])
    for parent, key in list(_nodes(item)):
        if isinstance(parent[key], str) and not parent[key].strip():
            parent[key] = "x"
    kind = item.get("type", "term")
    if kind in ("choice", "multiple"):
        options = [{"text": each} if isinstance(each, str) else each for each in item["options"]]
        keys = [option for option in options if option.get("correct") == "true"]
        for option in keys[1:] if kind == "choice" else keys[len(options) - 1 :]:
            del option["correct"]
        if not keys:
            options[0]["correct"] = "true"
        item["options"] = options
        _told_apart(options, "text")
    elif kind == "matching":
        _told_apart(item["pairs"], "premise")
        by_fold: dict[str, str] = {}
        for pair in item["pairs"]:
            pair["response"] = by_fold.setdefault(_folded(pair["response"]), pair["response"])
        item["extras"] = [
            each
            for at, each in enumerate(item.get("extras", []))
            if _folded(each) not in {*by_fold, *map(_folded, item["extras"][:at])}
        ]
    elif kind == "ordering":
        _told_apart(item["sequence"])
    elif kind == "shortanswer":
        _answered_once(item)
    elif kind == "numerical":
        item["wrong"] = [
            slip
            for slip in item.get("wrong", [])
            if abs(Decimal(slip["value"]) - Decimal(item["answer"]))
            > Decimal(item.get("tolerance", "0"))
        ]
    elif kind == "cloze":
        for gap in item["gaps"]:
            _answered_once(gap)
        item["stem"] = _with_gaps(item["stem"], len(item["gaps"]), draw)
    elif kind == "essay" and int(item.get("max_words", "0")) < int(item.get("min_words", "0")):
        item.pop("max_words", None)
    if item.get("rubric"):
        total = sum(Decimal(line["points"]) for line in item["rubric"])
        if total > 1000:
            item["rubric"] = [{**item["rubric"][0], "points": "1"}]
            total = Decimal(1)
        item["points"] = str(total)
    if item.get("status") != "retired":
        item.pop("reason", None)


def _folded(text: str) -> str:
    folded = " ".join(re.sub("[*`]", "", unicodedata.normalize("NFKC", text).casefold()).split())
    return folded.rstrip(".") or folded


def _told_apart(entries: list[Any], key: str = "") -> None:
    seen: set[str] = set()
    for at, entry in enumerate(entries):
        text = entry[key] if key else entry
        while _folded(text) in seen:
            text += f" {len(seen)}"
        seen.add(_folded(text))
        if key:
            entry[key] = text
        else:
            entries[at] = text


def _answered_once(holder: dict[str, Any]) -> None:
    """No answer twice, and one that earns everything."""
    seen: set[str] = set()
    for name in ("answers", "wrong"):
        kept = []
        for each in holder.get(name, []):
            text = (each if isinstance(each, str) else each["text"]).strip().casefold()
            if text not in seen:
                kept.append(each)
            seen.add(text)
        holder[name] = kept
    _credited(holder["answers"])


def _credited(answers: list[Any]) -> None:
    if not any(isinstance(each, str) or each.get("credit", "100") == "100" for each in answers):
        answers[0].pop("credit")


def _with_gaps(stem: str, count: int, draw: Draw) -> str:
    """The stem with so many gaps, in order."""
    if re.findall(r"\{\{(\d+)\}\}", stem) == [str(number) for number in range(1, count + 1)]:
        return stem
    while re.search(r"\{\{\d+\}\}", stem):
        stem = re.sub(r"\{\{\d+\}\}", "", stem)
    places = sorted(draw(len(stem) + 1) for _ in range(count))
    told = stem[: places[0]] if places else stem
    for number, (start, end) in enumerate(zip(places, [*places[1:], len(stem)], strict=True), 1):
        told += f"{{{{{number}}}}}{stem[start:end]}"
    if re.findall(r"\{\{(\d+)\}\}", told) == [str(number) for number in range(1, count + 1)]:
        return told
    return " ".join(f"{{{{{number}}}}}" for number in range(1, count + 1))


_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000000500010d0a2db40000000049454e44ae426082"
)


@cache
def _ledger() -> str:
    """What the small course leaves behind when it is first handed out."""
    from pkoquiz.build import FORMATS, Options
    from pkoquiz.load import load

    bank = load(MINI).bank
    assert bank is not None
    return FORMATS["anki"](bank, Options(TODAY)).course_files["anki.lock.json"].decode()


# --- other files ----------------------------------------------------------------------------------


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
        parent[key] = (
            -1,
            0,
            1,
            10**10,
            10**20,
            -(10**20),
            1.5,
            float("inf"),
            float("nan"),
            True,
            10**400,
        )[draw(11)]
    return tree


def lay(files: dict[str, Any], folder: Path) -> None:
    """Writes the course."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(content, bytes):
            text = content if isinstance(content, str) else dumped(content)
            content = text.encode("utf-8", "surrogatepass")
        path.write_bytes(content)


class _Dumper(yaml.CSafeDumper):
    """Nothing stands for nothing, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", "")
)


def dumped(tree: Any) -> str:
    """The tree as YAML."""
    text: str = yaml.dump(tree, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    return text
