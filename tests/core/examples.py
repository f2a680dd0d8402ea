"""A small course with the examples of an explanation in it, and what pkoquiz reports about it."""

from __future__ import annotations

import datetime
import json
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pkoquiz.commands.course import read_course
from pkoquiz.diagnostics import Diagnostic
from pkoquiz.editions.ledgerfile import dump
from pkoquiz.explanations import Example
from pkoquiz.load import Loaded
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import LEDGER

TODAY = datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.UTC)

COURSE = """\
title: Lighthouses
short: lighthouses
transcripts:
- file: {transcript}
{described}"""

TRANSCRIPT = """\
# Opening

It tells you where the rocks are, and you work out the rest.

Each light has its own rhythm. The chart calls it the character of the light: two flashes every
ten seconds, say, and no other light on that coast has the same.

# Keepers

When the lamp fails, a notice goes out to mariners within the hour, and the old keepers say that
the silence is worse than any storm.

"""

LIGHTS = tuple(f"Light {number} shows {number} flashes in a minute." for number in range(1, 49))
"""More passages, one for each question that has no `sources` of its own."""

QUESTIONS = """\
- id: what-a-light-tells
  type: choice
  stem: What does a lighthouse tell you, according to the lecturer?
  options:
  - text: Where the rocks are
    correct: true
  - Where the ship is
  - How deep the water is
- id: name-of-the-rhythm
  type: choice
  stem: What is the character of a light on a chart?
  options:
  - Its height
  - text: Its rhythm
    correct: true
  - Its keeper
- id: when-the-lamp-fails
  type: choice
  stem: What happens within an hour when the lamp fails?
  options:
  - The keeper rings a bell
  - text: Ships are warned
    correct: true
  - The tower is closed
"""

BLUEPRINT = """
blueprints:
  final:
    title: Final paper
    items: 3
    versions: 2
"""

ROUTINE = {"explain": "So the lecturer said.", "bloom": "remember", "difficulty": "easy"}
"""Fields that most examples omit."""

ENDINGS = {"markdown": "md", "text": "txt"}
"""Names of languages that differ from the ending of a file."""

_ENTRY = re.compile(r"^- .*\n(?:(?!- ).*\n)*", re.MULTILINE)
_COPIES = re.compile(r"# (\d+) questions like this one:\n")
_TOP_FIELD = re.compile(r"^([a-z_]+):.*\n(?:[-#\s].*\n)*", re.MULTILINE)


class Course:
    """A course folder that contains the parts of an example; what they lack is supplied."""

    def __init__(self, folder: Path, code: str, examples: list[Example]) -> None:
        self.folder = folder
        self.code = code
        self.parts = {example.part: example.text for example in examples}
        assert len(self.parts) == len(examples), f"{code}: two parts of one kind"
        languages = {example.part: example.language for example in examples}
        language = languages.get("transcript", "markdown")
        self.transcript = f"seeds/lecture.{ENDINGS.get(language, language)}"

    def findings(self) -> list[Diagnostic]:
        """Check the course, then build the deck, print papers or grade, as the code requires."""
        if "released" in self.parts:
            self._write("released", "")
            self._release()
        questions = "question" if "question" in self.parts else "released"
        self._write(questions, self.parts.get("course", ""))
        loaded, found = read_course(self.folder, pedantic=True)
        bank = loaded.bank
        if bank is None or any(fault.severity == "error" for fault in found):
            return found
        if self.code.startswith("PQ6"):
            found += self._deck(bank)
        elif self.code.startswith("PQ7"):
            found += self._papers(bank)
        return found

    # --- the folder -------------------------------------------------------------------------------

    def _write(self, questions: str, fragment: str) -> None:
        for name, content in self._files(questions, fragment).items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def _files(self, questions: str, fragment: str) -> dict[str, str | bytes]:
        text = self.parts.get("transcript", TRANSCRIPT + "\n\n".join(["# Lights", *LIGHTS]))
        files: dict[str, str | bytes] = {
            "course.yaml": self._course(fragment),
            self.transcript: text,
            "seeds/lecture.transcript": text,
            "questions/opening.yaml": self.parts.get("bank") or self._bank(questions),
            "media/map.png": picture(),
            "media/damaged.png": picture()[:40],
            "media/map.tiff": b"II*\0",
            "fonts/lighthouse.woff2": b"wOF2",
        }
        for part in ("layout", "errata"):
            if part in self.parts:
                files[f"seeds/lecture.{part}.yaml"] = self.parts[part]
        if "ledger" in self.parts:
            files[LEDGER] = self.parts["ledger"]
        if "files" in self.parts:
            named = self.parts["files"].split()
            files = {name: content for name, content in files.items() if name in named}
        return files

    def _course(self, fragment: str) -> str:
        """Return `course.yaml`, with the fields of the example in place of its own."""
        described = ""
        if "errata" in self.parts:
            described = "  errata: seeds/lecture.errata.yaml\n"
        if "layout" in self.parts:
            described = "  layout: seeds/lecture.layout.yaml\n  format: proceedings\n"
        text = COURSE.format(transcript=self.transcript, described=described)
        if self.code.startswith("PQ72"):
            text += BLUEPRINT
        replaced = set(_TOP_FIELD.findall(fragment))
        kept = (match[0] for match in _TOP_FIELD.finditer(text) if match[1] not in replaced)
        return "".join(kept) + fragment

    def _bank(self, part: str) -> str:
        if part not in self.parts and self.parts.keys() & {"transcript", "layout", "errata"}:
            return "section: opening\n"
        without = "explain" if self.code == "S05" else ""
        entries = _ENTRY.findall(copied(self.parts.get(part, QUESTIONS)))
        return "section: opening\nquestions:\n" + "".join(
            completed(entry, number, without) for number, entry in enumerate(entries)
        )

    # --- what is done with it ---------------------------------------------------------------------

    def _bank_now(self) -> Bank:
        loaded, found = read_course(self.folder)
        assert isinstance(loaded, Loaded)
        assert loaded.bank is not None, found
        return loaded.bank

    def _release(self) -> None:
        from pkoquiz.exporters import anki

        released = anki.release(self._bank_now(), TODAY)
        assert not released.diagnostics
        (self.folder / LEDGER).write_text(dump(released.ledger), "utf-8")

    def _deck(self, bank: Bank) -> list[Diagnostic]:
        from pkoquiz.exporters import anki

        return list(anki.export(bank).diagnostics)

    def _papers(self, bank: Bank) -> Iterator[Diagnostic]:
        from pkoquiz.exam.exam import plan, practice
        from pkoquiz.exam.manifest import manifest
        from pkoquiz.exporters import papers

        exam = practice(bank)
        for name in bank.course.blueprints:
            planned, drawn = plan(bank, name)
            yield from drawn.diagnostics
            if planned is None:
                return
            exam = planned
        if self.code == "PQ705":
            yield from self._printed_again(bank, manifest(bank, exam))
        elif self.code.startswith("PQ72"):
            yield from self._graded(manifest(bank, exam))
        else:
            yield from papers.build(bank, exam, formats=("pdf",)).diagnostics

    def _printed_again(self, bank: Bank, printed: bytes) -> Iterator[Diagnostic]:
        from pkoquiz.exam.manifest import read_manifest

        yield from read_manifest(self._edited(printed), "manifest.json", bank).diagnostics

    def _graded(self, printed: bytes) -> Iterator[Diagnostic]:
        from pkoquiz.grading.printed import read_keys
        from pkoquiz.grading.scripts import read_scripts
        from pkoquiz.table import read_table

        keys, found = read_keys(self._edited(printed), "manifest.json")
        yield from found
        if keys is not None and "answers" in self.parts:
            table, found = read_table(self.parts["answers"].encode(), "answers.csv")
            yield from found
            if table is not None:
                yield from read_scripts(table, keys)[1]

    def _edited(self, printed: bytes) -> bytes:
        """Return the manifest, with the fields of the example in place of its own."""
        fields = json.loads(self.parts.get("manifest", "{}"))
        return json.dumps(merged(json.loads(printed), fields)).encode()


def copied(text: str) -> str:
    """Return the questions; repeat the one below `# 20 questions like this one:`, with numbers."""
    match = _COPIES.match(text)
    if match is None:
        return text
    one = text[match.end() :]
    return "".join(re.sub(r"\b1\b", str(number), one) for number in range(1, int(match[1]) + 1))


def completed(entry: str, number: int, without: str = "") -> str:
    """Return the question with the fields that the example omits; broken YAML stays broken."""
    source = f"[{{passage: lights.p{number + 1:03}, quote: {LIGHTS[number]}}}]"
    routine = {**ROUTINE, "sources": source}
    return entry + "".join(
        f"  {field}: {value}\n"
        for field, value in routine.items()
        if field != without and not re.search(rf"^  {field}:", entry, re.MULTILINE)
    )


def merged(data: Any, fields: Mapping[str, Any]) -> Any:
    """Return JSON data in which some fields, at any depth, are replaced."""
    result = dict(data)
    for name, value in fields.items():
        result[name] = merged(result[name], value) if isinstance(value, dict) else value
    return result


def picture() -> bytes:
    """Return a PNG of one black pixel."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + checksum

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\0")
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )
