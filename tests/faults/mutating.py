"""Courses to try the program with: damaged ones, and valid ones that are hard to export.

`damage` changes the files of a course as trees, so that most of them can still be read; few pass
the checks. `vary` keeps every rule of the format and fills the course with texts, numbers and
structures that have broken exporters; most of its courses can be built.

All choices come from `draw(n)`, which returns a number from 0 to n - 1. So Hypothesis and a
coverage-guided fuzzer can both steer them, and the same choices give the same course.
"""

from __future__ import annotations

import copy
import datetime
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Container, Iterator, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from pkoquiz.model.ledger import LEDGER

from .material import (
    BLUEPRINT,
    HOSTILE,
    LAYOUT,
    LISTS,
    NEEDED,
    OPTIONAL,
    PIECES,
    TEXTS,
    TRANSCRIPTS,
    VALUES,
    tree,
)

Draw = Callable[[int], int]
Item = TypeVar("Item")
Slot = tuple[Any, Any]
"""A dictionary or list and a key of it: a place in a tree that can be read and written."""

MOMENT = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)
"""When the editions of tests are released."""
MINI = Path(__file__).parent.parent / "mini"


def pick(items: Sequence[Item], draw: Draw) -> Item:
    """Return one of the items."""
    return items[draw(len(items))]


def slots(node: Any) -> Iterator[Slot]:
    """Yield every slot of a tree, parents before children."""
    if isinstance(node, dict | list):
        for key in node if isinstance(node, dict) else range(len(node)):
            yield node, key
            yield from slots(node[key])


# --- courses as trees -----------------------------------------------------------------------------


def mini() -> dict[str, Any]:
    """Return the small course: trees of its YAML files and texts of its transcripts, by name."""
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
            files[name] = tree(text)
        elif path.suffix == ".md":
            files[name] = text
    return files


@cache
def mini_ledger() -> str:
    """Return the ledger of the small course after its first edition."""
    from pkoquiz.editions.ledgerfile import dump
    from pkoquiz.exporters import anki
    from pkoquiz.load import load

    bank = load(MINI).bank
    assert bank is not None
    return dump(anki.release(bank, MOMENT - datetime.timedelta(days=90)).ledger)


def write_course(files: dict[str, Any], folder: Path) -> None:
    """Write the files of a course."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(content, bytes):
            text = content if isinstance(content, str) else as_yaml(content)
            content = text.encode("utf-8", "surrogatepass")
        path.write_bytes(content)


class _Dumper(yaml.CSafeDumper):
    """Writes None as an empty value, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", "")
)


def as_yaml(data: Any) -> str:
    """Return a tree as YAML."""
    text: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    return text


# --- damage ---------------------------------------------------------------------------------------


def damage(files: dict[str, Any], draw: Draw, most: int = 3) -> dict[str, Any]:
    """Return a damaged copy of a course.

    Up to `most` nodes are deleted, duplicated, replaced, moved or given a hostile text; some
    courses also get a layout, a blueprint or another transcript.
    """
    files = copy.deepcopy(files)
    course = files["course.yaml"]
    match draw(12):
        case 0:
            course["transcripts"][0]["layout"] = "seeds/layout.yaml"
            files["seeds/layout.yaml"] = copy.deepcopy(LAYOUT)
        case 1:
            course["blueprints"]["long"] = copy.deepcopy(BLUEPRINT)
        case 2:
            files["seeds/bridges.md"] = pick(TRANSCRIPTS, draw)
        case 3:
            name = pick(("seeds/bridges.srt", "seeds/bridges.vtt", "seeds/bridges.txt"), draw)
            files[name] = pick(TRANSCRIPTS, draw)
            course["transcripts"][0]["file"] = name
        case _:
            pass
    for _ in range(1 + draw(most)):
        names = [name for name in files if isinstance(files[name], dict | list)]
        if not names:
            break
        name = pick(names, draw)
        files[name] = _damage_tree(files[name], draw)
    return files


def damaged_json(text: str, draw: Draw) -> str:
    """Return a JSON file (ledger, manifest) that is damaged as a tree, or sometimes as text."""
    if draw(8) == 0:
        start = draw(len(text) + 1)
        return text[:start] + pick(HOSTILE, draw) + text[start + draw(40) :]
    data = json.loads(text)
    for _ in range(1 + draw(3)):
        if not isinstance(data, dict | list):
            break
        data = _damage_number(_damage_tree(data, draw), draw)
    return json.dumps(data)


def damaged_lines(text: str, draw: Draw) -> str:
    """Return a file with JSON on each line in which some lines are damaged, doubled or moved."""
    lines = text.splitlines()
    for _ in range(1 + draw(3)):
        number = draw(len(lines))
        match draw(6):
            case 0:
                lines.insert(draw(len(lines)), lines[number])
            case 1 if len(lines) > 1:
                del lines[number]
            case 2:
                lines.insert(
                    number, pick(("<<<<<<< HEAD", "=======", ">>>>>>> x", "||||||| y"), draw)
                )
            case _ if lines[number].startswith("{"):
                lines[number] = damaged_json(lines[number], draw)
    return "\n".join(lines)


FOREIGN = [
    b"<", b">", b"&", b"&amp;", b"&#x0;", b"&#133;", b"&#8232;", b"{", b"}", b"=", b"~", b"%50%",
    b"%-1e999%", b"#", b":", b"\\", b"\n", b"\n\n", b"\t", b'"', b",", b";", b"\r", b"\x00",
    b"\x05", b"\x0c", b"\x85", b"\xff", b"\xef\xbb\xbf", b"1e400", b"NaN", b"-0", b"9" * 40,
    b"{1:MC:=a~b}", b"{{1}}", b"{{c1::a}}", b"[[a]]", b"<![CDATA[", b"]]>", b"<![if",
    b'<img src="../x.png">', b"<table><tr><td>a</td></tr></table>", b"<p>", b"</p>", b"<script>",
    b"\\(", b"\\)", b"::t::",
    b"->", b"4..3", b":0.1", b"TRUE", b"ANSWER: B", b"A.", b"<not>", b"</not>", b"<or>", b"&x;",
    b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"\xe2\x80\xae", b"\xf0\x9f\x98\x80", b"<text/>",
    b'fraction="abc"', b"infinite",
]  # fmt: skip
"""What breaks readers of other programs' files."""


def damaged_bytes(raw: bytes, draw: Draw) -> bytes:
    """Return a file in which some bytes are deleted, replaced, doubled or changed."""
    content = bytearray(raw)
    for _ in range(1 + draw(4)):
        start = draw(len(content) + 1)
        end = min(len(content), start + pick((1, 2, 5, 20, 100, 1000), draw))
        match draw(5):
            case 0:
                del content[start:end]
            case 1:
                content[start:start] = pick(FOREIGN, draw)
            case 2:
                content[start:end] = pick(FOREIGN, draw)
            case 3:
                place = draw(len(content) + 1)
                content[place:place] = content[start:end]
            case _ if start < len(content):
                content[start] ^= 1 << draw(8)
    return bytes(content)


def damaged_foreign(raw: bytes, draw: Draw) -> bytes:
    """Return a file in which some bytes are damaged; of an archive, mostly those of one member."""
    if not raw.startswith(b"PK") or draw(6) == 0:
        return damaged_bytes(raw, draw)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(packed, "w") as new:
        damaged = pick(old.namelist(), draw)
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, damaged_bytes(content, draw) if name == damaged else content)
    return packed.getvalue()


def _damage_tree(data: Any, draw: Draw) -> Any:
    places = list(slots(data))
    if not places:
        return pick(HOSTILE, draw)
    parent, key = pick(places, draw)
    match draw(10):
        case 0:
            del parent[key]
        case 1:
            other, other_key = pick(places, draw)
            parent[key] = copy.deepcopy(other[other_key])
        case 2:
            if isinstance(parent, list):
                parent.append(copy.deepcopy(parent[key]))
            else:
                parent[pick(HOSTILE, draw)] = copy.deepcopy(parent[key])
        case 3:
            parent[key] = pick(([], {}, None, [[]], [None], {"": ""}, {"text": "x"}, [{}]), draw)
        case 4:
            parent[key] = [parent[key]]
        case 5:
            parent[key] = {"text": parent[key]}
        case 6 if isinstance(parent[key], str):
            parent[key] += pick(HOSTILE, draw)
        case 7 if isinstance(parent[key], str):
            start = draw(len(parent[key]) + 1)
            parent[key] = parent[key][:start] + pick(HOSTILE, draw) + parent[key][start:]
        case _:
            parent[key] = pick(HOSTILE, draw)
    return data


_NUMBERS = (
    -1, 0, 1, 10**10, 10**20, -(10**20), 1.5, float("inf"), float("nan"), True, 10**400,
)  # fmt: skip


def _damage_number(data: Any, draw: Draw) -> Any:
    numbers = [(parent, key) for parent, key in slots(data) if isinstance(parent[key], int)]
    if numbers and draw(2):
        parent, key = pick(numbers, draw)
        parent[key] = pick(_NUMBERS, draw)
    return data


# --- valid courses that are hard to export --------------------------------------------------------


def vary(
    files: dict[str, Any], draw: Draw, most: int = 24, pieces: list[str] = PIECES
) -> dict[str, Any]:
    """Return a copy of a course after up to `most` changes, none of which breaks a rule.

    They change texts, numbers, optional fields, lists and papers.
    """
    files = copy.deepcopy(files)
    files |= {"media/arch.png": _PICTURE, "media/voice.mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00"}
    with_ledger = draw(6) == 5
    if with_ledger:
        files[LEDGER] = mini_ledger()
    for _ in range(1 + draw(most)):
        _change(files, draw, pieces, with_ledger)
    taken: set[str] = set()
    for item in [*_items(files, "questions"), *_items(files, "glossary")]:
        _repair(item, draw, taken)
    known = {question["id"] for question in _items(files, "questions")}
    for question in _items(files, "questions"):
        if "enemies" in question:
            question["enemies"] = [enemy for enemy in question["enemies"] if enemy in known]
    for blueprint in files["course.yaml"]["blueprints"].values():
        if blueprint.get("large_print") == "true":
            blueprint.pop("columns", None)
        if "include" in blueprint:
            blueprint["include"] = blueprint["include"][: int(blueprint["items"])]
            if int(blueprint.get("papers", "1")) > 1:
                blueprint["overlap"] = "0-10"
    return files


_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000000500010d0a2db40000000049454e44ae426082"
)


def _items(files: dict[str, Any], key: str) -> list[Any]:
    """Return all questions or all entries of the glossary."""
    banks = [content for name, content in files.items() if name.startswith("questions/")]
    return [item for bank in banks for item in bank.get(key, [])]


def _change(files: dict[str, Any], draw: Draw, pieces: list[str], with_ledger: bool) -> None:
    """Change one thing."""
    course = files["course.yaml"]
    banks = sorted(name for name in files if name.startswith("questions/"))
    trees = [files[name] for name in (*banks, "course.yaml", "seeds/bridges.errata.yaml")]
    items = [(item, item["type"]) for item in _items(files, "questions")]
    items += [(item, "term") for item in _items(files, "glossary")]
    match draw(15):
        case 0 | 1 | 2 | 3:
            parent, key = pick([slot for data in trees for slot in _text_slots(data)], draw)
            old, new = parent[key], _text(draw, pieces)
            start = draw(len(old) + 1)
            inserted = old[:start] + new + old[start:]
            parent[key] = pick((new, new, old + new, inserted), draw)[:1900]
        case 4:
            item, _ = pick(items, draw)
            for parent, key in _text_slots(item):
                parent[key] = f"{parent[key]} {pick(pieces, draw)}"[:1900]
        case 5 | 6:
            parent, key = pick([slot for data in trees for slot in _value_slots(data)], draw)
            parent[key] = pick(VALUES[key], draw)
        case 7 | 8:
            item, type = pick(items, draw)
            common = {} if type == "term" else OPTIONAL["every type"]
            _add_field(item, common | OPTIONAL[type], draw)
        case 9:
            if draw(2):
                blueprint = pick(list(course["blueprints"].values()), draw)
                _add_field(blueprint, OPTIONAL["blueprint"], draw)
            else:
                _add_field(course, OPTIONAL["course"], draw)
        case 10:
            _resize_list(trees, draw)
        case 11:
            optional = [
                (parent, key)
                for item, _ in items
                for parent, key in slots(item)
                if isinstance(parent, dict) and key not in NEEDED and "passage" not in parent
            ]
            if optional:
                parent, key = pick(optional, draw)
                del parent[key]
        case 12 | 13:
            _rearrange(files[pick(banks, draw)]["questions"], draw, with_ledger)
        case _:
            # The same words in the transcript and in a new quote; the old quotes stay as they are.
            bare = re.sub(r"[\[\]{}<>*_|`#…\\]|\.\.\.", " ", _text(draw, pieces))
            quote = f"She said {' '.join(bare.split())[:300]} so."
            files["seeds/bridges.md"] = files["seeds/bridges.md"].replace(
                "it hates tension.", f"it hates tension. {quote}"
            )
            item, _ = pick(items, draw)
            if len(item.get("sources", [])) < 5:
                item.setdefault("sources", []).append({"passage": "arches.p001", "quote": quote})


def _add_field(record: dict[str, Any], fields: dict[str, Any], draw: Draw) -> None:
    name = pick(sorted(fields), draw)
    record[name] = copy.deepcopy(fields[name])


def _resize_list(trees: list[Any], draw: Draw) -> None:
    """Duplicate or remove an entry of a list, within the lengths the list may have."""
    lists = [
        (parent, key)
        for data in trees
        for parent, key in slots(data)
        if isinstance(parent[key], list) and key in LISTS and parent[key]
    ]
    parent, key = pick(lists, draw)
    entries = parent[key]
    least, most = LISTS[key]
    entry = pick(entries, draw)
    if draw(2) and len(entries) < most:
        entries.insert(draw(len(entries) + 1), copy.deepcopy(entry))
    elif len(entries) > least:
        entries.remove(entry)


def _rearrange(questions: list[Any], draw: Draw, with_ledger: bool) -> None:
    """Copy, delete, retire or move a question, or make it a draft."""
    index = draw(len(questions))
    question = questions[index]
    match draw(5):
        case 0:
            duplicate = copy.deepcopy(question)
            duplicate["id"] = f"{question['id'][:60]}-{draw(9)}"
            questions.insert(draw(len(questions) + 1), duplicate)
        case 1 if len(questions) > 1 and not with_ledger:
            del questions[index]
        case 2:
            question["status"], question["reason"] = "retired", "It is *wrong*."
        case 3:
            question["status"] = "draft"
            question.pop("reason", None)
        case _:
            questions.append(questions.pop(index))


def _text_slots(data: Any) -> Iterator[Slot]:
    """Yield the slots of free texts."""
    yield from _named_slots(data, TEXTS, answers_of="flashcard")
    if "short" in data:  # the titles of sections in `course.yaml`
        yield from ((data["sections"], slug) for slug in data.get("sections", ()))


def _value_slots(data: Any) -> Iterator[Slot]:
    """Yield the slots of fields that have one of a few values."""
    yield from _named_slots(data, VALUES, answers_of="numerical")


def _named_slots(
    node: Any, names: Container[str], answers_of: str, name: str = ""
) -> Iterator[Slot]:
    """Yield the slots whose field, or the field of whose list, has one of these names.

    `answer` is a text, a number or a verdict: only those of one type of question are meant.
    """
    for key in node if isinstance(node, dict) else range(len(node)):
        field = str(key) if isinstance(node, dict) else name
        if isinstance(node[key], dict | list):
            yield from _named_slots(node[key], names, answers_of, field)
        elif field == "answer":
            if node["type"] == answers_of:
                yield node, key
        elif field in names and isinstance(node[key], str):
            yield node, key


def _text(draw: Draw, pieces: list[str]) -> str:
    """Return some pieces in a row."""
    text = ""
    for _ in range(1 + draw(4)):
        text += pick(pieces, draw) + pick(("", " ", "\n", "a", "\n\n"), draw)
    return text[:1800] if text.strip() else "x"


# --- repairs: fields that depend on each other ----------------------------------------------------


def _repair(item: dict[str, Any], draw: Draw, taken: set[str]) -> None:
    """Make the fields of a question or term consistent again, and its id unique."""
    while item["id"] in taken:
        item["id"] = f"{item['id'][:70]}-b"
    taken.add(item["id"])
    for parent, key in list(slots(item)):
        if isinstance(parent[key], str) and not parent[key].strip():
            parent[key] = "x"
    match item.get("type", "term"):
        case "choice" | "multiple":
            _repair_options(item)
        case "matching":
            _repair_pairs(item)
        case "ordering":
            _make_distinct(item["sequence"])
        case "shortanswer":
            _repair_answers(item)
        case "numerical":
            tolerance = Decimal(item.get("tolerance", "0"))
            item["wrong"] = [
                mistake
                for mistake in item.get("wrong", [])
                if abs(Decimal(mistake["value"]) - Decimal(item["answer"])) > tolerance
            ]
        case "cloze":
            for gap in item["gaps"]:
                _repair_answers(gap)
            item["stem"] = _with_gaps(item["stem"], len(item["gaps"]), draw)
        case "essay" if int(item.get("max_words", "0")) < int(item.get("min_words", "0")):
            item.pop("max_words", None)
        case _:
            pass
    if item.get("rubric"):
        total = sum(Decimal(criterion["points"]) for criterion in item["rubric"])
        if total > 1000:
            item["rubric"] = [{**item["rubric"][0], "points": "1"}]
            total = Decimal(1)
        item["points"] = str(total)
    if item.get("status") != "retired":
        item.pop("reason", None)


def _repair_options(item: dict[str, Any]) -> None:
    """Leave one key in a single choice, and at least one key and one distractor otherwise."""
    options = [
        {"text": option} if isinstance(option, str) else option for option in item["options"]
    ]
    keys = [option for option in options if option.get("correct") == "true"]
    for option in keys[1:] if item["type"] == "choice" else keys[len(options) - 1 :]:
        del option["correct"]
    if not keys:
        options[0]["correct"] = "true"
    item["options"] = options
    _make_distinct(options, "text")


def _repair_pairs(item: dict[str, Any]) -> None:
    """Make premises distinct, and equal responses the same text; drop extras that repeat one."""
    _make_distinct(item["pairs"], "premise")
    responses: dict[str, str] = {}
    for pair in item["pairs"]:
        pair["response"] = responses.setdefault(_folded(pair["response"]), pair["response"])
    extras: dict[str, str] = {}
    for extra in item.get("extras", []):
        extras.setdefault(_folded(extra), extra)
    item["extras"] = [extra for folded, extra in extras.items() if folded not in responses]


def _repair_answers(holder: dict[str, Any]) -> None:
    """Drop duplicate answers, and let at least one of the others earn all points."""
    seen: set[str] = set()
    for name in ("answers", "wrong"):
        kept = []
        for answer in holder.get(name, []):
            text = (answer if isinstance(answer, str) else answer["text"]).strip().casefold()
            if text not in seen:
                kept.append(answer)
            seen.add(text)
        holder[name] = kept
    answers = holder["answers"]
    if not any(
        isinstance(answer, str) or answer.get("credit", "100") == "100" for answer in answers
    ):
        answers[0].pop("credit")


def _folded(text: str) -> str:
    """Return the text as the program compares texts: without case, marks and white space."""
    folded = " ".join(re.sub("[*`]", "", unicodedata.normalize("NFKC", text).casefold()).split())
    return folded.rstrip(".") or folded


def _make_distinct(entries: list[Any], field: str = "") -> None:
    """Append numbers to texts that are equal when folded."""
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        text = entry[field] if field else entry
        while _folded(text) in seen:
            text += f" {len(seen)}"
        seen.add(_folded(text))
        if field:
            entry[field] = text
        else:
            entries[index] = text


def _with_gaps(stem: str, count: int, draw: Draw) -> str:
    """Return the stem with this number of gaps, in order."""
    expected = [str(number) for number in range(1, count + 1)]
    if re.findall(r"\{\{(\d+)\}\}", stem) == expected:
        return stem
    while re.search(r"\{\{\d+\}\}", stem):
        stem = re.sub(r"\{\{\d+\}\}", "", stem)
    starts = sorted(draw(len(stem) + 1) for _ in range(count))
    text = stem[: starts[0]] if starts else stem
    for number, start, end in zip(expected, starts, [*starts[1:], len(stem)], strict=True):
        text += f"{{{{{number}}}}}{stem[start:end]}"
    if re.findall(r"\{\{(\d+)\}\}", text) == expected:
        return text
    return " ".join(f"{{{{{number}}}}}" for number in expected)
