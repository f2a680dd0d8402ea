"""What a build makes: the table of formats, the manifest, and which old files it replaces. Pure."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pkoquiz.diagnostics import Diagnostic
from pkoquiz.exporters.export import Export, Note
from pkoquiz.model.bank import Bank
from pkoquiz.selection import Selection, select

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for."""

    today: datetime.date
    ledger: bytes | None = None
    """The committed ledger of handed-out cards, if there is one."""
    locked: bool = False
    """Fail instead of renewing the ledger."""
    release_in_category: bool = False
    """Whether the LMS category names the release."""
    selection: Selection = field(default_factory=Selection)
    """Which questions go to the LMS; decks and papers choose by themselves."""
    progress: Callable[[str], None] = field(default=lambda message: None)


@dataclass(frozen=True, slots=True)
class Made:
    """What one format came to. `course_files` belong beside `course.yaml`, not into the output folder."""

    export: Export
    diagnostics: tuple[Diagnostic, ...] = ()
    course_files: Mapping[str, bytes] = field(default_factory=dict)
    report: str = ""


def _anki(bank: Bank, order: Order) -> Made:
    from pkoquiz.exporters import anki

    export = anki.export(bank, order.ledger, today=order.today, locked=order.locked)
    return Made(export, export.diagnostics, export.course_files, export.report)


def _moodle(bank: Bank, order: Order) -> Made:
    from pkoquiz.exporters import moodle

    return Made(
        moodle.export(
            bank, questions=select(bank, order.selection), release=order.release_in_category
        )
    )


def _exam(bank: Bank, order: Order) -> Made:
    from pkoquiz.exporters import papers

    built = papers.practice(bank, order.progress)
    return Made(built.export, built.faults)


Maker = Callable[[Bank, Order], Made]

FORMATS: Mapping[str, Maker] = {"anki": _anki, "moodle": _moodle, "exam": _exam}
"""The formats by name, in the order of building. A new one is a function and a line here."""


@dataclass(frozen=True, slots=True)
class Making:
    """What a format was made from: with it a later build knows that it has nothing to do."""

    inputs: Mapping[str, str]
    """Each file that was read → its sha256."""
    options: Sequence[str]
    """Those that change the output."""
    tool: str
    """The version that made it."""


def manifest(
    bank: Bank, exports: Mapping[str, Export], making: Making, old: bytes | None = None
) -> bytes:
    """`manifest.json`: each file with sha256 and size, counts per format and type, every note, and what it was made from.

    Of formats that are not built this time, what the `old` manifest says is kept: their files still lie there.
    """
    kept = {
        name: part for name, part in _parts(old).items() if name in FORMATS and name not in exports
    }
    parts = kept | {name: _part(export, making) for name, export in exports.items()}
    order = [name for name in FORMATS if name in parts]
    data = {
        "course": bank.course.short,
        "title": bank.course.title,
        "release": bank.course.release.isoformat(),
        "formats": order,
        "files": [entry for name in order for entry in parts[name]["files"]],
        "counts": {name: parts[name]["counts"] for name in order},
        "notes": {name: parts[name]["notes"] for name in order},
        "made": {name: parts[name]["made"] for name in order},
    }
    # What is kept of the old one may hold half a character.
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _part(export: Export, making: Making) -> dict[str, Any]:
    """What the manifest says of one format."""
    return {
        "files": [
            {"path": path, "sha256": digest(content), "bytes": len(content)}
            for path, content in sorted(export.files.items())
        ],
        "counts": dict(export.counts),
        "notes": [
            {"reason": note.reason, "question": note.question, "file": note.place.file}
            for note in export.notes
        ],
        "made": {
            "tool": making.tool,
            "options": list(making.options),
            "inputs": dict(making.inputs),
        },
    }


def _parts(old: bytes | None) -> dict[str, dict[str, Any]]:
    """What an old manifest says, by format; nothing if it is damaged: it is only a memory."""
    try:
        data = json.loads(old) if old else {}
        return {
            name: {
                "files": [
                    {
                        "path": str(entry["path"]),
                        "sha256": str(entry["sha256"]),
                        "bytes": int(entry["bytes"]),
                    }
                    for entry in data["files"]
                    if entry["path"].split("/")[0] == name and _is_ours(entry["path"])
                ],
                "counts": dict(data["counts"][name]),
                "notes": list(data["notes"][name]),
                "made": dict(data["made"][name]),
            }
            for name in data.get("formats", [])
        }
    except (ValueError, AttributeError, TypeError, KeyError, OverflowError, RecursionError):
        return {}


def _is_ours(path: str) -> bool:
    # The list may have been tampered with: what leads out of the folder is none of ours.
    return ".." not in path.split("/") and path.isprintable()


def digest(content: bytes) -> str:
    """sha256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def up_to_date(
    old: bytes | None,
    formats: Sequence[str],
    options: Sequence[str],
    tool: str,
    read_input: Callable[[str], bytes | None],
    read_output: Callable[[str], bytes | None],
    bank_files: Sequence[str],
) -> bool:
    """Whether the old manifest's build is what a new one would make: same tool, options, inputs, and files as left."""
    parts = _parts(old)
    wanted: dict[str, str] = {}
    outputs: dict[str, str] = {}
    for name in formats:
        made = parts.get(name, {}).get("made", {})
        if (made.get("options"), made.get("tool")) != (list(options), tool):
            return False
        inputs = made.get("inputs")
        if not isinstance(inputs, dict) or any(
            wanted.get(key, value) != value for key, value in inputs.items()
        ):
            return False
        banks = [
            key
            for key in inputs
            if key.startswith("questions/") and key.lower().endswith((".yaml", ".yml"))
        ]
        if sorted(bank_files) != sorted(banks):
            return False
        wanted |= inputs
        outputs |= {entry["path"]: entry["sha256"] for entry in parts[name]["files"]}
    for names, read in ((wanted, read_input), (outputs, read_output)):
        for name, known in names.items():
            content = read(name)
            if content is None or digest(content) != known:
                return False
    return True


def kept_from(old: bytes | None, formats: Sequence[str], names: Sequence[str]) -> list[str]:
    """Files of an earlier build of these formats that this one no longer makes, by the old manifest."""
    listed = [
        entry["path"]
        for name, part in _parts(old).items()
        if name in formats
        for entry in part["files"]
    ]
    return [path for path in listed if path not in names]


def told(notes: Sequence[Note]) -> Iterator[str]:
    """Notes counted by reason, the commonest first: `38 × flashcards have no place in Moodle (gk-…, …)`."""
    by_reason: dict[str, list[str]] = {}
    for note in notes:
        by_reason.setdefault(note.reason, []).append(note.question)
    for reason, questions in sorted(by_reason.items(), key=lambda each: (-len(each[1]), each[0])):
        named = list(dict.fromkeys(filter(None, questions)))
        shown = ", ".join(named[:3]) + (", …" if len(named) > 3 else "")
        yield f"{len(questions)} × {reason}" + (f" ({shown})" if shown else "")
