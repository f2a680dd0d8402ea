"""Read a course folder into a bank: `course.yaml`, the transcripts and `questions/*.yaml`.

Every fault is a diagnostic. Nothing outside the course folder is read: a path that leads out of it,
even through a symbolic link, is a fault.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, Place, Severity, error
from pkoquiz.model.bank import Bank
from pkoquiz.model.course import Course, TranscriptFile
from pkoquiz.model.passage import Transcript
from pkoquiz.model.question import TYPES, Item, Question, Term
from pkoquiz.prose import did_you_mean, one_of, quoted
from pkoquiz.records import Record, validate
from pkoquiz.transcript import read_transcript
from pkoquiz.yamlfile import Data, read

MAX_FILE_BYTES = 65 * 1024 * 1024
"""Larger files are not read; this is a little more than the limit for transcripts."""

MAX_MEDIA_BYTES = 20 * 1024 * 1024
"""Larger pictures and sounds are refused: every deck and quiz would contain them."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A course folder as read: its bank, or None without a valid course, and what is wrong."""

    folder: Path
    bank: Bank | None
    diagnostics: tuple[Diagnostic, ...]
    digests: Mapping[str, str] = field(default_factory=dict)
    """Every file that was read, relative to the folder → its sha256, hexadecimal."""
    quotable: bool = False
    """Whether all transcripts were read without errors, so that passages can be looked up."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A folder while it is being read."""

    folder: Path
    faults: list[Diagnostic] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)

    def error(
        self, code: str, message: str, place: Place, hint: str = "", question: str = ""
    ) -> None:
        self.faults.append(error(code, message, place, hint, question))


def load(folder: Path) -> Loaded:
    """Read the course in `folder`. Raises nothing for the contents of its files."""
    reading = _Reading(folder)
    course = _course(reading)
    if course is None:
        return Loaded(folder, None, tuple(reading.faults))
    read_transcripts = [_transcript(reading, *each) for each in enumerate(course.transcripts)]
    transcripts = tuple(transcript for transcript, _ in read_transcripts if transcript)
    _check_slugs(reading, transcripts)
    questions: list[Question] = []
    terms: list[Term] = []
    illustrated = set()
    for name in bank_files(folder, reading.faults):
        if _read_bank(reading, name, questions, terms):
            illustrated.add(name)
    # Few files have pictures or sounds, so most items need not be searched for them.
    items = [item for item in (*questions, *terms) if item.place.file in illustrated]
    media = _media(reading, items) | _fonts(reading, course)
    return Loaded(
        folder=folder,
        bank=Bank(course, transcripts, tuple(questions), tuple(terms), media),
        diagnostics=tuple(reading.faults),
        digests=reading.digests,
        quotable=all(reliable for _, reliable in read_transcripts),
    )


def _content(reading: _Reading, name: str, place: Place) -> bytes | None:
    """The bytes of a file of the course, or None with a fault."""
    path = reading.folder / name
    try:
        if Path(name).is_absolute() or not _is_within(reading.folder, path):
            hint = "give a path inside the course folder"
            reading.error("PQ120", f"`{name}` is outside the course folder", place, hint)
        elif path.is_dir():
            reading.error("PQ121", f"`{name}` is a folder; expected a file", place)
        elif path.exists() and not path.is_file():
            reading.error("PQ121", f"`{name}` is not an ordinary file", place)
        elif path.exists() and path.stat().st_size > MAX_FILE_BYTES:
            size = f"{path.stat().st_size / 1e6:.0f} MB"
            hint = f"split it into files of at most {MAX_FILE_BYTES // 1024**2} MiB"
            reading.error("PQ123", f"`{name}` is too large ({size})", place, hint)
        else:
            content = path.read_bytes()
            reading.digests[name] = hashlib.sha256(content).hexdigest()
            return content
    except FileNotFoundError:
        hint = did_you_mean(path.name, _names_beside(path))
        reading.error("PQ122", f"file `{name}` not found", place, hint)
    except (OSError, ValueError) as fault:
        reason = (getattr(fault, "strerror", None) or str(fault)).lower()
        reading.error("PQ123", f"cannot read `{name}`: {reason}", place)
    return None


def contents(folder: Path, name: str) -> bytes | None:
    """Return the bytes of an ordinary file inside `folder`, or None; `name` need not be trusted."""
    path = folder / name
    try:
        return path.read_bytes() if _is_within(folder, path) and path.is_file() else None
    except (OSError, ValueError):
        return None


def _is_within(folder: Path, path: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # a loop of links, or NUL in the name
        return False


def _names_beside(path: Path) -> list[str]:
    try:
        return [other.name for other in path.parent.iterdir()]
    except OSError:
        return []


def _course(reading: _Reading) -> Course | None:
    place = Place("course.yaml")
    if not (reading.folder / "course.yaml").exists():
        hint = "change to a course folder, name one with -C, or create one with `pkoquiz init DIR`"
        reading.error("PQ124", f"no course.yaml in {reading.folder}", place, hint)
        return None
    raw = _content(reading, "course.yaml", place)
    if raw is None:
        return None
    data, faults = read(raw, "course.yaml")
    reading.faults.extend(faults)
    if data is None or faults:
        return None
    course, faults = validate(Course, data, place)
    reading.faults.extend(faults)
    return course


def _transcript(
    reading: _Reading, index: int, named: TranscriptFile
) -> tuple[Transcript | None, bool]:
    """A transcript, and whether its passages and their ids can be relied on."""
    place = Place("course.yaml", ("transcripts", index))
    raw: dict[str, bytes | None] = {}
    for part in ("file", "layout", "errata"):
        name = getattr(named, part)
        raw[part] = _content(reading, name, place.into(part)) if name else None
        if name and raw[part] is None:
            return None, False
    transcript, faults = read_transcript(
        raw["file"] or b"",
        named.file,
        named.format,
        layout=raw["layout"],
        layout_file=named.layout,
        errata=raw["errata"],
        errata_file=named.errata,
    )
    reading.faults.extend(faults)
    reliable = transcript is not None and not any(
        fault.severity == Severity.ERROR and fault.place.file != named.errata for fault in faults
    )
    return transcript, reliable


def _check_slugs(reading: _Reading, transcripts: Iterable[Transcript]) -> None:
    files: dict[str, str] = {}
    for index, transcript in enumerate(transcripts):
        for section in transcript.sections:
            if section.slug in files:
                place = Place("course.yaml", ("transcripts", index))
                message = f"section `{section.slug}` is also in {files[section.slug]}"
                hint = "change the slug in the layout of one of the transcripts"
                reading.error("PQ125", message, place, hint)
            files.setdefault(section.slug, transcript.file)


def bank_files(folder: Path, faults: list[Diagnostic]) -> Iterator[str]:
    """Yield the names of the course's bank files, sorted; add what is wrong to `faults`."""
    root, place = folder / "questions", Place("questions")
    if not root.exists():
        hint = "create a folder `questions` with one file per section"
        faults.append(error("PQ126", "folder `questions` not found", place, hint))
        return
    if not root.is_dir() or not _is_within(folder, root):
        faults.append(error("PQ126", "`questions` is not a folder inside the course", place))
        return
    paths = [
        path
        for path in root.rglob("*")
        if path.suffix.lower() in (".yaml", ".yml")
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
    ]
    for name in sorted(path.relative_to(folder).as_posix() for path in paths):
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
            message = f"the file name {name!r} is not UTF-8, or contains control characters"
            faults.append(error("PQ123", message, place, "rename the file"))
        else:
            yield name


class _Header(Record):
    """The fields at the top of a bank file."""

    section: str = ""
    questions: list[object] = []
    glossary: list[object] = []


def _read_bank(reading: _Reading, name: str, questions: list[Question], terms: list[Term]) -> bool:
    """Add the items of a bank file; return whether it may contain pictures or sounds."""
    place = Place(name)
    raw = _content(reading, name, place)
    if raw is None:
        return False
    data, faults = read(raw, name)
    reading.faults.extend(faults)
    if data is None:
        return False
    header, faults = validate(_Header, data, place)
    reading.faults.extend(faults)
    if header is None or not isinstance(data, dict):
        return False
    if header.questions and not header.section:
        hint = "write `section: <slug>` at the top of the file"
        reading.error("PQ127", "the file names no section", place, hint)
        return False
    for index, entry in enumerate(_entries(data, "questions")):
        entry_place = place.into("questions", index)
        question, faults = question_of(entry, header.section, entry_place)
        reading.faults.extend(faults)
        if question is not None:
            questions.append(question)
    for index, entry in enumerate(_entries(data, "glossary")):
        entry_place = place.into("glossary", index)
        placed = _placed(entry, entry_place) if isinstance(entry, dict) else entry
        term, faults = validate(Term, placed, entry_place, _id(entry))
        reading.faults.extend(faults)
        if term is not None:
            terms.append(term)
    return b"![" in raw


def _entries(data: dict[str, Data], key: str) -> list[Data]:
    value = data.get(key)
    return value if isinstance(value, list) else []


def question_of(
    entry: Data, section: str, place: Place
) -> tuple[Question | None, list[Diagnostic]]:
    """Return an entry of a bank file as a question, or None and everything that is wrong."""
    if not isinstance(entry, dict):
        return None, [error("PQ110", "expected a question (`id: …`, `type: …`)", place)]
    kind, identity = entry.get("type"), _id(entry)
    if kind is None:
        hint = f"write `type:` and one of {quoted(TYPES)}"
        return None, [error("PQ112", "the field `type` is missing", place, hint, identity)]
    if not isinstance(kind, str) or kind not in TYPES:
        message, hint = f"unknown question type `{str(kind)[:40]}`", one_of(str(kind), list(TYPES))
        return None, [error("PQ113", message, place.into("type"), hint, identity)]
    return validate(TYPES[kind], {"section": section, **_placed(entry, place)}, place, identity)


def _placed(entry: dict[str, Data], place: Place) -> dict[str, object]:
    """The entry with its place; a `place` written by the author becomes an unknown field."""
    if "place" in entry:
        entry = {("place " if key == "place" else key): value for key, value in entry.items()}
    return {**entry, "place": place}


def _id(entry: Data) -> str:
    identity = entry.get("id") if isinstance(entry, dict) else None
    return identity[:80] if isinstance(identity, str) else ""


def _media(reading: _Reading, items: Iterable[Item]) -> dict[str, bytes]:
    """The pictures and sounds of these items: path → content."""
    media: dict[str, bytes] = {}
    for item in items:
        for place, text in _texts(item, item.place):
            for path, description in markup.media_references(text):
                if not description:
                    hint = f"describe it in the brackets: `![map of the mission area]({path[:80]})`"
                    message = f"`{path}` has no description"
                    reading.error("PQ128", message, place, hint, item.id)
                if not path.lower().endswith(markup.IMAGES + markup.AUDIO):
                    hint = "use " + ", ".join(markup.IMAGES + markup.AUDIO)
                    message = f"`{path}` is not a picture or a sound"
                    reading.error("PQ129", message, place, hint, item.id)
                elif path not in media:
                    content = _content(reading, path, place)
                    if content is not None and len(content) > MAX_MEDIA_BYTES:
                        message = f"`{path}` is larger than {MAX_MEDIA_BYTES // 1024**2} MiB"
                        reading.error("PQ129", message, place, "make it smaller", item.id)
                    elif content is not None:
                        media[path] = content
    return media


def _texts(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    """Every text of a record that may contain a picture or sound, with its place."""
    if isinstance(value, str):
        if "![" in value:
            yield place, value
    elif isinstance(value, Record):
        for name, inner in value:
            yield from _texts(inner, place.into(name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _texts(inner, place.into(index))


def _fonts(reading: _Reading, course: Course) -> dict[str, bytes]:
    """The course's own fonts: path → content."""
    contents = {
        name: _content(reading, name, Place("course.yaml", ("exam", "fonts", index)))
        for index, name in enumerate(course.exam.fonts)
    }
    return {name: content for name, content in contents.items() if content is not None}
