"""What a build makes: the table of formats, the manifest, and which old files it replaces. Pure."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pkoquiz.bank import Bank
from pkoquiz.diagnostics import Diagnostic, Severity
from pkoquiz.exporters.export import Export, Note
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

    ledger: anki.Ledger | None = anki.Ledger()
    faults: list[Diagnostic] = []
    if order.ledger is not None:
        ledger, faults = anki.parse(order.ledger.decode("utf-8", "replace"))
    if any(fault.severity == Severity.ERROR for fault in faults) or ledger is None:
        return Made(Export({}), tuple(faults))
    built = anki.export(bank, ledger, today=order.today)
    found = [*faults, *built.diagnostics]
    new = anki.dump(built.ledger)
    if order.locked and built.export.files:
        old = order.ledger.decode("utf-8", "replace") if order.ledger is not None else ""
        found += anki.stale(old, built)
    counted = Counter(change.what for change in built.changes)
    told = ", ".join(f"{count} {what}" for what, count in counted.items())
    files = {} if order.locked else {anki.FILE: new.encode()}
    return Made(built.export, tuple(found), files, f"against the ledger: {told}" if told else "")


def _moodle(bank: Bank, order: Order) -> Made:
    from pkoquiz.exporters import moodle

    return Made(
        moodle.export(bank, questions=select(bank, order.selection), release=order.release_in_category)
    )


def _exam(bank: Bank, order: Order) -> Made:
    from pkoquiz.exporters import papers

    built = papers.practice(bank, order.progress)
    return Made(built.export, built.faults)


Maker = Callable[[Bank, Order], Made]

FORMATS: Mapping[str, Maker] = {"anki": _anki, "moodle": _moodle, "exam": _exam}
"""The formats by name, in the order of building. A new one is a function and a line here."""


def manifest(
    bank: Bank, exports: Mapping[str, Export], inputs: Mapping[str, str], options: Sequence[str], tool: str
) -> bytes:
    """`manifest.json`: each file with sha256 and size, counts per format and type, every note, and what it was made from.

    `inputs` maps each file that was read to its sha256, `options` are those that change the output, `tool` is
    the version that made it: with them a later build knows that it has nothing to do.
    """
    files = [
        {"path": path, "sha256": digest(content), "bytes": len(content)}
        for export in exports.values()
        for path, content in sorted(export.files.items())
    ]
    data = {
        "course": bank.course.short,
        "title": bank.course.title,
        "release": bank.course.release.isoformat(),
        "formats": list(exports),
        "files": files,
        "counts": {name: dict(export.counts) for name, export in exports.items()},
        "notes": {
            name: [
                {"reason": note.reason, "question": note.question, "file": note.place.file}
                for note in export.notes
            ]
            for name, export in exports.items()
        },
        "made": {"tool": tool, "options": list(options), "inputs": dict(inputs)},
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


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
    try:
        data = json.loads(old) if old else {}
        made = data.get("made", {})
        if (data.get("formats"), made.get("options"), made.get("tool")) != (
            list(formats),
            list(options),
            tool,
        ):
            return False
        inputs: Mapping[str, str] = made["inputs"]
        outputs = {entry["path"]: entry["sha256"] for entry in data["files"]}
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError):
        return False
    if sorted(bank_files) != sorted(name for name in inputs if name.startswith("questions/")):
        return False
    for names, read in ((inputs, read_input), (outputs, read_output)):
        for name, known in names.items():
            content = read(name)
            if content is None or digest(content) != known:
                return False
    return True


def kept_from(old: bytes | None, formats: Sequence[str], names: Sequence[str]) -> list[str]:
    """Files of an earlier build of these formats that this one no longer makes, by the old manifest."""
    try:
        data = json.loads(old) if old else {}
        paths = [entry["path"] for entry in data.get("files", []) if isinstance(entry.get("path"), str)]
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError):
        return []
    # The list may have been tampered with: what leads out of the folder is none of ours.
    ours = [path for path in paths if path.split("/")[0] in formats and ".." not in path.split("/")]
    return [path for path in ours if path not in names and path.isprintable()]


def told(notes: Sequence[Note]) -> Iterator[str]:
    """Notes counted by reason, the commonest first: `38 × flashcards have no place in Moodle (gk-…, …)`."""
    by_reason: dict[str, list[str]] = {}
    for note in notes:
        by_reason.setdefault(note.reason, []).append(note.question)
    for reason, questions in sorted(by_reason.items(), key=lambda each: (-len(each[1]), each[0])):
        named = list(dict.fromkeys(filter(None, questions)))
        shown = ", ".join(named[:3]) + (", …" if len(named) > 3 else "")
        yield f"{len(questions)} × {reason}" + (f" ({shown})" if shown else "")
