"""The table of formats, and the manifest that records what each of them was built from.

Nothing here reads or writes files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pkoquiz.exporters.export import Export, Note
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import LEDGER
from pkoquiz.selection import Selection, select

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a build that formats use."""

    release_in_category: bool = False
    """Whether the name of the Moodle category includes the date of the last edition."""
    selection: Selection = field(default_factory=Selection)
    """Which questions go into the quizzes; decks and papers do not use it."""
    progress: Callable[[str], None] = field(default=lambda message: None)
    """Called with a short description of each step."""
    quiz: bool = False
    """Whether Canvas gets one quiz instead of question banks."""
    withheld: frozenset[str] = frozenset()
    """Ids of questions in upcoming exams: no format contains them."""


def _anki(bank: Bank, options: Options) -> Export:
    from pkoquiz.exporters import anki

    return anki.export(bank)


def _moodle(bank: Bank, options: Options) -> Export:
    from pkoquiz.exporters import moodle

    questions = select(bank, options.selection)
    return moodle.export(bank, questions=questions, release=options.release_in_category)


def _exam(bank: Bank, options: Options) -> Export:
    from pkoquiz.exporters import papers

    return papers.practice(bank, options.progress)


def _canvas(bank: Bank, options: Options) -> Export:
    from pkoquiz.exporters import canvas

    return canvas.export(bank, questions=select(bank, options.selection), quiz=options.quiz)


def _brightspace(bank: Bank, options: Options) -> Export:
    from pkoquiz.exporters import brightspace

    return brightspace.export(bank, questions=select(bank, options.selection))


def _qti(bank: Bank, options: Options) -> Export:
    from pkoquiz.exporters import qti

    return qti.export(bank, questions=select(bank, options.selection))


def _gift(bank: Bank, options: Options) -> Export:
    from pkoquiz.exporters import gift

    return gift.export(bank, questions=select(bank, options.selection))


def _aiken(bank: Bank, options: Options) -> Export:
    from pkoquiz.exporters import aiken

    return aiken.export(bank, questions=select(bank, options.selection))


def _blackboard(bank: Bank, options: Options) -> Export:
    from pkoquiz.exporters import blackboard

    return blackboard.export(bank, questions=select(bank, options.selection))


def _openedx(bank: Bank, options: Options) -> Export:
    from pkoquiz.exporters import openedx

    return openedx.export(bank, questions=select(bank, options.selection))


def _practice(bank: Bank, options: Options) -> Export:
    from pkoquiz.exporters import practice

    return practice.export(bank, options.progress)


FORMATS: Mapping[str, Callable[[Bank, Options], Export]] = {
    "anki": _anki,
    "moodle": _moodle,
    "exam": _exam,
    "canvas": _canvas,
    "brightspace": _brightspace,
    "qti": _qti,
    "gift": _gift,
    "aiken": _aiken,
    "blackboard": _blackboard,
    "openedx": _openedx,
    "practice": _practice,
}
"""The formats by name, in the order in which they are built."""

DEFAULT = ("anki", "moodle", "exam", "practice")
"""The formats that a build without names makes, with those that `course.yaml` lists."""

WITH_SELECTION = tuple(name for name in FORMATS if name not in ("anki", "exam", "practice"))
"""The formats that can contain a part of the bank."""


def usual(listed: Collection[str]) -> list[str]:
    """Return the formats of a build without names, with those that the course lists."""
    return [name for name in FORMATS if name in DEFAULT or name in listed]


def build(name: str, bank: Bank, options: Options) -> Export:
    """Build the format `name`, without the questions that are withheld."""
    withheld = options.withheld
    if not withheld:
        return FORMATS[name](bank, options)
    export = FORMATS[name](without(bank, withheld), options)
    notes = (
        replace(note, reason=_WITHHELD) if note.question in withheld else note
        for note in export.notes
    )
    kept = (found for found in export.diagnostics if found.question not in withheld)
    return replace(export, notes=tuple(notes), diagnostics=tuple(kept))


_WITHHELD = "withheld, because an exam asks it"


def without(bank: Bank, withheld: Collection[str]) -> Bank:
    """Return the bank with some questions as drafts, as if they were unfinished."""
    questions = (
        question.model_copy(update={"status": "draft"}) if question.id in withheld else question
        for question in bank.questions
    )
    return replace(bank, questions=tuple(questions))


@dataclass(frozen=True, slots=True)
class Origin:
    """What an export was built from. A build with the same origin has nothing to do."""

    inputs: Mapping[str, str]
    """Each file that was read, relative to the course → its sha256."""
    options: Sequence[str]
    """The options that change the output."""
    tool: str
    """The version of this program."""


def manifest(
    bank: Bank, exports: Mapping[str, Export], origin: Origin, old: bytes | None = None
) -> bytes:
    """Return `manifest.json`: files with sha256 and size, counts, notes and origin of each format.

    Entries of the `old` manifest for formats that are not in `exports` are kept, since their files
    are still in the output folder.
    """
    kept = {
        name: entry
        for name, entry in _entries(old).items()
        if name in FORMATS and name not in exports
    }
    entries = kept | {name: _entry(export, origin) for name, export in exports.items()}
    names = [name for name in FORMATS if name in entries]
    last = bank.ledger.last
    data = {
        "course": bank.course.short,
        "title": bank.course.title,
        "edition": last.model_dump(mode="json", exclude={"tool"}) if last else None,
        "formats": names,
        "files": [file for name in names for file in entries[name]["files"]],
        "counts": {name: entries[name]["counts"] for name in names},
        "notes": {name: entries[name]["notes"] for name in names},
        "made": {name: entries[name]["made"] for name in names},
    }
    # What is kept of the old manifest may contain unpaired surrogates.
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _entry(export: Export, origin: Origin) -> dict[str, Any]:
    """The entry of the manifest for one format."""
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
            "tool": origin.tool,
            "options": list(origin.options),
            "inputs": dict(origin.inputs),
        },
    }


def _entries(old: bytes | None) -> dict[str, dict[str, Any]]:
    """Return the entries of an old manifest by format; none if it is damaged."""
    try:
        data = json.loads(old) if old else {}
        return {
            name: {
                "files": [
                    {
                        "path": str(file["path"]),
                        "sha256": str(file["sha256"]),
                        "bytes": int(file["bytes"]),
                    }
                    for file in data["files"]
                    if file["path"].split("/")[0] == name and _is_safe(file["path"])
                ],
                "counts": dict(data["counts"][name]),
                "notes": list(data["notes"][name]),
                "made": dict(data["made"][name]),
            }
            for name in data.get("formats", [])
        }
    except (ValueError, AttributeError, TypeError, KeyError, OverflowError, RecursionError):
        return {}


def _is_safe(path: str) -> bool:
    # Files named here may be deleted, and anybody may have edited the manifest.
    return ".." not in path.split("/") and path.isprintable()


def digest(content: bytes) -> str:
    """Return the sha256 of `content`, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def up_to_date(
    old: bytes | None,
    formats: Sequence[str],
    options: Sequence[str],
    tool: str,
    read_input: Callable[[str], bytes | None],
    read_output: Callable[[str], bytes | None],
    present: Sequence[str],
) -> bool:
    """Return whether a build would change nothing that the `old` manifest describes.

    This is the case if tool and options are the same, the bank files and the ledger that are
    `present` are those that were read, and inputs and outputs (given by the two `read` functions,
    which return None for a missing file) still have the recorded digests.
    """
    entries = _entries(old)
    inputs: dict[str, str] = {}
    outputs: dict[str, str] = {}
    for name in formats:
        made = entries.get(name, {}).get("made", {})
        if (made.get("options"), made.get("tool")) != (list(options), tool):
            return False
        recorded = made.get("inputs")
        if not isinstance(recorded, dict) or any(
            inputs.get(file, sha256) != sha256 for file, sha256 in recorded.items()
        ):
            return False
        optional = [
            file
            for file in recorded
            if file == LEDGER
            or (file.startswith("questions/") and file.lower().endswith((".yaml", ".yml")))
        ]
        if sorted(present) != sorted(optional):
            return False
        inputs |= recorded
        outputs |= {file["path"]: file["sha256"] for file in entries[name]["files"]}
    for files, read in ((inputs, read_input), (outputs, read_output)):
        for file, sha256 in files.items():
            content = read(file)
            if content is None or digest(content) != sha256:
                return False
    return True


def obsolete_files(old: bytes | None, formats: Sequence[str], current: Sequence[str]) -> list[str]:
    """Return the files of `formats` in the `old` manifest that are not among the `current` ones."""
    listed = [
        file["path"]
        for name, entry in _entries(old).items()
        if name in formats
        for file in entry["files"]
    ]
    return [path for path in listed if path not in current]


def note_lines(notes: Sequence[Note]) -> Iterator[str]:
    """Yield one line for each reason, the most common first: `38 × not for Moodle (a, b, c, …)`.

    A reason that is not about questions has no number.
    """
    questions_by_reason: dict[str, list[str]] = {}
    for note in notes:
        questions_by_reason.setdefault(note.reason, []).append(note.question)
    for reason, questions in sorted(
        questions_by_reason.items(), key=lambda item: (-len(item[1]), item[0])
    ):
        ids = list(dict.fromkeys(filter(None, questions)))
        shown = ", ".join(ids[:3]) + (", …" if len(ids) > 3 else "")
        yield f"{len(questions)} × {reason} ({shown})" if ids else reason
