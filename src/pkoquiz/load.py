"""A folder into a bank: reads `course.yaml`, the transcripts and `questions/*.yaml`, and says all that is wrong.

Nothing outside the course folder is read: a path that leads out of it, also through a symbolic link, is a fault.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.model.bank import Bank
from pkoquiz.model.course import Course, TranscriptFile
from pkoquiz.model.passage import Transcript
from pkoquiz.model.question import TYPES, Question, Term
from pkoquiz.records import Record, validate
from pkoquiz.transcript import read_transcript
from pkoquiz.yamlfile import Data, read

MAX_FILE_BYTES = 65 * 1024 * 1024
"""No file of a course is read that is larger: a little more than the largest transcript."""

MAX_MEDIA_BYTES = 20 * 1024 * 1024
"""A picture or sound larger than this is refused: it would have to travel in every deck and quiz."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a course folder holds and what is wrong with it; `bank` is None when there is no course to speak of."""

    folder: Path
    bank: Bank | None
    diagnostics: tuple[Diagnostic, ...]
    digests: Mapping[str, str] = field(default_factory=dict)
    """Every file that was read, relative to the folder → sha256 of what was read, hexadecimal."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A folder being read: what is found wrong gathers here, and what was read."""

    folder: Path
    faults: list[Diagnostic] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)


def load(folder: Path) -> Loaded:
    """Reads the course in `folder`. Never raises for what is in it: every fault is a diagnostic."""
    reading = _Reading(folder)
    faults = reading.faults
    course = _course(reading)
    if course is None:
        return Loaded(folder, None, tuple(faults))
    transcripts = tuple(
        filter(
            None,
            (_transcript(reading, index, named) for index, named in enumerate(course.transcripts)),
        )
    )
    questions: list[Question] = []
    terms: list[Term] = []
    pictured: set[str] = (
        set()
    )  # bank files with a picture or sound in them: few, so that most items need no look
    files = list(bank_files(folder, faults))
    for path in files:
        _read_bank(reading, path, questions, terms, pictured)
    shown = [item for item in (*questions, *terms) if item.place.file in pictured]
    media = _media(reading, shown) | _fonts(reading, course)
    bank = Bank(course, transcripts, tuple(questions), tuple(terms), media)
    faults += _doubled(transcripts)
    return Loaded(folder, bank, tuple(faults), reading.digests)


def _content(reading: _Reading, name: str, place: Place) -> bytes | None:
    """The bytes of a file of the course, or None and the reason why not."""
    folder, faults = reading.folder, reading.faults
    path = folder / name
    if Path(name).is_absolute() or not _within(folder, path):
        hint = "give a path inside the course folder"
        faults.append(error("PQ120", f"`{name}` lies outside the course folder", place, hint))
        return None
    try:
        if path.is_dir():
            faults.append(error("PQ121", f"`{name}` is a folder, a file is expected", place))
        elif path.exists() and not path.is_file():
            faults.append(error("PQ121", f"`{name}` is not an ordinary file", place))
        elif path.exists() and path.stat().st_size > MAX_FILE_BYTES:
            size = f"{path.stat().st_size / 1e6:.0f} MB"
            faults.append(error("PQ123", f"`{name}` is too large to be read ({size})", place))
        else:
            content = path.read_bytes()
            reading.digests[name] = hashlib.sha256(content).hexdigest()
            return content
    except FileNotFoundError:
        hint = _near(path)
        faults.append(error("PQ122", f"there is no file `{name}`", place, hint))
    except (OSError, ValueError) as fault:
        reason = (getattr(fault, "strerror", None) or str(fault)).lower()
        faults.append(error("PQ123", f"cannot read `{name}`: {reason}", place))
    return None


def contents(folder: Path, name: str) -> bytes | None:
    """The bytes of an ordinary file inside `folder`, None if there is none: for lists that may have been tampered with."""
    path = folder / name
    try:
        return path.read_bytes() if _within(folder, path) and path.is_file() else None
    except (OSError, ValueError):
        return None


def _within(folder: Path, path: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # a loop of links, a NUL in the name
        return False


def _near(path: Path) -> str:
    import difflib

    try:
        names = [other.name for other in path.parent.iterdir()]
    except OSError:
        return ""
    near = difflib.get_close_matches(path.name, names, n=1)
    return f"did you mean `{near[0]}`?" if near else ""


def _course(reading: _Reading) -> Course | None:
    folder, faults = reading.folder, reading.faults
    place = Place("course.yaml")
    if not (folder / "course.yaml").exists():
        hint = "run in a course folder, name one with -C, or make one with `pkoquiz init DIR`"
        faults.append(error("PQ124", f"there is no course.yaml in {folder}", place, hint))
        return None
    raw = _content(reading, "course.yaml", place)
    if raw is None:
        return None
    data, found = read(raw, "course.yaml")
    faults += found
    if data is None or found:
        return None
    course, found = validate(Course, data, place)
    faults += found
    return course


def _transcript(reading: _Reading, index: int, named: TranscriptFile) -> Transcript | None:
    place = Place("course.yaml", ("transcripts", index))
    contents: dict[str, bytes | None] = {}
    for part in ("file", "layout", "errata"):
        name = getattr(named, part)
        contents[part] = _content(reading, name, place.into(part)) if name else None
        if name and contents[part] is None:
            return None
    raw = contents["file"]
    assert raw is not None
    transcript, found = read_transcript(
        raw,
        named.file,
        named.format,
        layout=contents["layout"],
        layout_file=named.layout,
        errata=contents["errata"],
        errata_file=named.errata,
    )
    reading.faults.extend(found)
    return transcript


def _doubled(transcripts: tuple[Transcript, ...]) -> Iterator[Diagnostic]:
    seen: dict[str, str] = {}
    for index, script in enumerate(transcripts):
        for section in script.sections:
            if section.slug in seen:
                place = Place("course.yaml", ("transcripts", index))
                message = f"the section `{section.slug}` stands in {seen[section.slug]} and in {script.file}"
                yield error("PQ125", message, place, "give one of them another slug in its layout")
            seen.setdefault(section.slug, script.file)


def bank_files(folder: Path, faults: list[Diagnostic]) -> Iterator[str]:
    """The names of the course's bank files, sorted."""
    root = folder / "questions"
    if not root.exists():
        hint = "make a folder `questions` with a file for each section"
        faults.append(error("PQ126", "there is no folder `questions`", Place("questions"), hint))
        return
    if not root.is_dir() or not _within(folder, root):
        faults.append(
            error("PQ126", "`questions` is not a folder of the course", Place("questions"))
        )
        return
    paths = [
        path
        for path in root.rglob("*")
        if path.suffix.lower() in (".yaml", ".yml")
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
    ]
    for name in sorted(path.relative_to(folder).as_posix() for path in paths):
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
            message = f"the name of {name!r} is not UTF-8, or has control characters in it"
            faults.append(error("PQ123", message, Place("questions"), "rename the file"))
        else:
            yield name


class _Header(Record):
    """The top of a bank file."""

    section: str = ""
    questions: list[object] = []
    glossary: list[object] = []


def _read_bank(
    reading: _Reading, name: str, questions: list[Question], terms: list[Term], pictured: set[str]
) -> None:
    faults = reading.faults
    place = Place(name)
    raw = _content(reading, name, place)
    if raw is None:
        return
    if b"![" in raw:
        pictured.add(name)
    data, found = read(raw, name)
    faults += found
    if data is None:
        return
    header, found = validate(_Header, data, place)
    faults += found
    if header is None or not isinstance(data, dict):
        return
    if header.questions and not header.section:
        hint = "write `section: <slug>` at the top of the file"
        faults.append(error("PQ127", "the file names no section", place, hint))
        return
    for index, entry in enumerate(_entries(data, "questions")):
        question = _question(entry, header.section, place.into("questions", index), faults)
        if question is not None:
            questions.append(question)
    for index, entry in enumerate(_entries(data, "glossary")):
        where = place.into("glossary", index)
        placed = _placed(entry, where) if isinstance(entry, dict) else entry
        term, found = validate(Term, placed, where, _id(entry))
        faults += found
        if term is not None:
            terms.append(term)


def _entries(data: dict[str, Data], key: str) -> list[Data]:
    value = data.get(key)
    return value if isinstance(value, list) else []


def _question(entry: Data, section: str, place: Place, faults: list[Diagnostic]) -> Question | None:
    identity = _id(entry)
    if isinstance(entry, dict):
        kind = entry.get("type")
        if not isinstance(kind, str) or kind not in TYPES:
            hint = "one of " + ", ".join(f"`{name}`" for name in TYPES)
            if kind is None:
                faults.append(error("PQ112", "the field `type` is missing", place, hint, identity))
            else:
                message = f"there is no question type `{str(kind)[:40]}`"
                faults.append(error("PQ113", message, place.into("type"), hint, identity))
            return None
        question, found = validate(
            TYPES[kind], {"section": section, **_placed(entry, place)}, place, identity
        )
        faults += found
        return question
    faults.append(error("PQ110", "expected a question (`id: …`, `type: …`)", place))
    return None


def _placed(entry: dict[str, Data], place: Place) -> dict[str, object]:
    """The entry with its place in it; a `place` that the author wrote is an unknown field like any other."""
    if "place" in entry:
        entry = {("place " if key == "place" else key): value for key, value in entry.items()}
    return {**entry, "place": place}


def _id(entry: Data) -> str:
    identity = entry.get("id") if isinstance(entry, dict) else None
    return identity[:80] if isinstance(identity, str) else ""


def _texts(
    value: object, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text of a record that may hold a picture, with the path to it."""
    if isinstance(value, str):
        if "![" in value:
            yield path, value
    elif isinstance(value, Record):
        for name, inner in value:
            yield from _texts(inner, (*path, name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*path, index))


def _media(reading: _Reading, items: list[Question | Term]) -> dict[str, bytes]:
    faults = reading.faults
    media: dict[str, bytes] = {}
    for item in items:
        for path, text in _texts(item):
            place = item.place.into(*path)
            for source, description in markup.media_references(text):
                if not description:
                    hint = "say in the brackets what it shows: `![map of the mission area](media/map.png)`"
                    faults.append(
                        error("PQ128", f"`{source}` has no description", place, hint, item.id)
                    )
                if not source.lower().endswith(markup.IMAGES + markup.AUDIO):
                    hint = "use " + ", ".join(markup.IMAGES + markup.AUDIO)
                    faults.append(
                        error(
                            "PQ129",
                            f"`{source}` is neither picture nor sound",
                            place,
                            hint,
                            item.id,
                        )
                    )
                elif source not in media:
                    content = _content(reading, source, place)
                    if content is not None and len(content) > MAX_MEDIA_BYTES:
                        faults.append(
                            error("PQ129", f"`{source}` is larger than 20 MB", place, "", item.id)
                        )
                    elif content is not None:
                        media[source] = content
    return media


def _fonts(reading: _Reading, course: Course) -> dict[str, bytes]:
    """The course's own fonts; papers are set with them."""
    found = {}
    for index, name in enumerate(course.exam.fonts):
        content = _content(reading, name, Place("course.yaml", ("exam", "fonts", index)))
        if content is not None:
            found[name] = content
    return found
