"""Read a course folder into a bank: `course.yaml`, the transcripts and `questions/*.yaml`.

Every fault is a diagnostic. Nothing outside the course folder is read: a path that leads out of it,
even through a symbolic link, is a fault.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pkoquiz import markup
from pkoquiz.diagnostics import KEY, Diagnostic, Place, Severity, error, unreadable, warning
from pkoquiz.editions.ledgerfile import parse
from pkoquiz.model.bank import Bank, Part
from pkoquiz.model.course import Course, TranscriptFile
from pkoquiz.model.ledger import LEDGER, OLD_LEDGER, Ledger
from pkoquiz.model.passage import Transcript
from pkoquiz.model.question import TYPES, Item, Question, Term
from pkoquiz.pixels import pixels
from pkoquiz.prose import did_you_mean, one_of, quoted
from pkoquiz.quotes.lost import find_all
from pkoquiz.records import Record, text_fields, texts, validate
from pkoquiz.transcript import read_transcript
from pkoquiz.yamlfile import Damaged, Data, comments_after_texts, read, read_field

MAX_FILE_BYTES = 65 * 1024 * 1024
"""Larger files are not read; this is a little more than the limit for transcripts."""

MAX_MEDIA_BYTES = 20 * 1024 * 1024
"""Larger pictures and sounds are refused: every deck and quiz would contain them."""


MAX_PIXELS = 50_000_000
"""Larger pictures are refused: decoding one takes four bytes a pixel."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A course folder as read: its bank, or None without a valid course, and what is wrong."""

    folder: Path
    bank: Bank | None
    diagnostics: tuple[Diagnostic, ...]
    digests: Mapping[str, str] = field(default_factory=dict)
    """Every file that was read, relative to the folder → its sha256, hexadecimal."""
    transcripts: tuple[Transcript, ...] = ()
    """The transcripts, even without a valid course if it lists them."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """The state of reading a folder."""

    folder: Path
    faults: list[Diagnostic] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    unread: set[Part] = field(default_factory=set)
    unplaced: dict[Diagnostic, str] = field(default_factory=dict)
    """Errors about citations without a passage, each with its quote."""

    def error(
        self, code: str, message: str, place: Place, hint: str = "", question: str = ""
    ) -> None:
        self.faults.append(error(code, message, place, hint, question))


def load(folder: Path) -> Loaded:
    """Read the course in `folder`. Never raises because of the content of its files."""
    reading = _Reading(folder)
    course, listed = _course(reading)
    read_transcripts = [_transcript(reading, *entry) for entry in enumerate(listed)]
    transcripts = tuple(transcript for transcript in read_transcripts if transcript)
    _check_slugs(reading, transcripts)
    questions: list[Question] = []
    terms: list[Term] = []
    illustrated = set()
    for name in _bank_files(reading):
        if _read_bank(reading, name, questions, terms):
            illustrated.add(name)
    _suggest_passages(reading, transcripts)
    # Few files have pictures or sounds, so most items need not be searched for them.
    items = [item for item in (*questions, *terms) if item.place.file in illustrated]
    media = _media(reading, items)
    bank: Bank | None = None
    if course is not None:
        media |= _fonts(reading, course)
        unread, ledger = frozenset(reading.unread), _ledger(reading)
        bank = Bank(course, transcripts, tuple(questions), tuple(terms), media, unread, ledger)
    return Loaded(folder, bank, tuple(reading.faults), reading.digests, transcripts)


def load_course(folder: Path) -> Course | None:
    """Read `course.yaml` alone; None if it cannot be used."""
    return _course(_Reading(folder))[0]


def _content(reading: _Reading, name: str, place: Place) -> bytes | None:
    """Return the bytes of a file of the course, or None with a fault."""
    path = _path(reading.folder, name)
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
        reading.faults.append(unreadable(name, fault, place))
    return None


def _path(folder: Path, name: str) -> Path:
    """Return the path of a file, whose name may be decomposed on the disk, as on macOS."""
    path = folder / name
    for form in ("NFC", "NFD"):
        other = folder / unicodedata.normalize(form, name)
        if _is_missing(path) and not _is_missing(other):
            return other
    return path


def _is_missing(path: Path) -> bool:
    """Return whether nothing has this path; False if the user may not look."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def contents(folder: Path, name: str) -> bytes | None:
    """Return the bytes of an ordinary file inside `folder`, or None; `name` may be untrusted."""
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


def _course(reading: _Reading) -> tuple[Course | None, tuple[TranscriptFile, ...]]:
    """Return the course, or None with a fault; and its transcripts, if they can be read."""
    place = Place("course.yaml")
    if _is_missing(reading.folder / "course.yaml"):
        hint = "change to a course folder, name one with -C, or create one with `pkoquiz init DIR`"
        reading.error("PQ124", f"no course.yaml in {reading.folder}", place, hint)
        return None, ()
    raw = _content(reading, "course.yaml", place)
    if raw is None:
        return None, ()
    data, faults = read(raw, "course.yaml")
    course: Course | None = None
    if not faults:
        course, faults = validate(Course, data, place)
    reading.faults.extend(faults)
    if course is not None:
        if course.release is not None:
            message = "`release` is no longer used: `pkoquiz release` dates each edition"
            where = place.into("release", KEY)
            reading.faults.append(warning("PQ612", message, where, "delete this line"))
        return course, course.transcripts
    listed, _ = validate(_Listed, {"transcripts": read_field(raw, "transcripts")}, place)
    return None, listed.transcripts if listed else ()


class _Listed(Record):
    """The only field of `course.yaml` that is needed to show anything."""

    transcripts: tuple[TranscriptFile, ...]


def _ledger(reading: _Reading) -> Ledger:
    """Return the ledger of the course, or an empty one with a fault if it cannot be read."""
    for name in (OLD_LEDGER, LEDGER):
        path = reading.folder / name
        if _is_missing(path) and not path.is_symlink():
            continue
        if name == OLD_LEDGER:
            message = "this file of an earlier version of pkoquiz is no longer used"
            hint = f"see `pkoquiz explain PQ611`, then delete {OLD_LEDGER}"
            reading.faults.append(warning("PQ611", message, Place(OLD_LEDGER), hint))
            continue
        raw = _content(reading, name, Place(name))
        ledger, faults = parse(raw) if raw is not None else (None, [])
        reading.faults.extend(faults)
        return ledger or Ledger()
    return Ledger()


def _transcript(reading: _Reading, index: int, named: TranscriptFile) -> Transcript | None:
    place = Place("course.yaml", ("transcripts", index))
    raw: dict[str, bytes | None] = {}
    for part in ("file", "layout", "errata"):
        name = getattr(named, part)
        raw[part] = _content(reading, name, place.into(part)) if name else None
        if name and raw[part] is None:
            if part != "errata":
                reading.unread.add("transcripts")
                return None
            reading.unread.add("errata")
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
    if transcript is None:
        reading.unread.add("transcripts")
    for fault in faults:
        if fault.severity == Severity.ERROR:  # then passages or their ids may be wrong
            reading.unread.add("errata" if fault.place.file == named.errata else "transcripts")
    return transcript


def _check_slugs(reading: _Reading, transcripts: Iterable[Transcript]) -> None:
    files: dict[str, str] = {}
    for index, transcript in enumerate(transcripts):
        for section in transcript.sections:
            if section.slug in files:
                place = Place("course.yaml", ("transcripts", index))
                message = f"section `{section.slug}` is also in {files[section.slug]}"
                hint = "change the slug in the layout of one of the transcripts"
                reading.error("PQ125", message, place, hint)
                reading.unread.add("transcripts")
            files.setdefault(section.slug, transcript.file)


def bank_files(folder: Path, faults: list[Diagnostic]) -> Iterator[str]:
    """Yield the names of the course's bank files, sorted; add what is wrong to `faults`."""
    root, place = folder / "questions", Place("questions")
    if _is_missing(root):
        hint = "create a folder `questions` with one file per section"
        faults.append(error("PQ126", "folder `questions` not found", place, hint))
        return
    try:
        if not root.is_dir() or not _is_within(folder, root):
            faults.append(error("PQ126", "`questions` is not a folder inside the course", place))
            return
    except OSError as fault:
        faults.append(unreadable("questions", fault, place))
        return
    for name in sorted(_bank_paths(folder, root, faults)):
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
            message = f"the file name {name!r} is not UTF-8, or contains control characters"
            faults.append(error("PQ123", message, place, "rename the file"))
        else:
            yield name


def _bank_paths(folder: Path, root: Path, faults: list[Diagnostic]) -> Iterator[str]:
    """Yield the paths in `root` that name bank files; hidden ones are ignored.

    A folder that cannot be listed is a fault: its questions would seem to have been deleted.
    """

    def not_listed(fault: OSError) -> None:
        name = Path(fault.filename or root).relative_to(folder).as_posix()
        faults.append(unreadable(name, fault, Place("questions")))

    for parent, folders, files in os.walk(root, onerror=not_listed):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in (*folders, *files):
            path = Path(parent, name)
            if path.suffix.lower() in (".yaml", ".yml") and not name.startswith("."):
                yield path.relative_to(folder).as_posix()


def _bank_files(reading: _Reading) -> Iterator[str]:
    faults: list[Diagnostic] = []
    yield from bank_files(reading.folder, faults)
    if faults:
        reading.unread.add("questions")
        # Without `course.yaml`, this is not a course: that it has no questions follows.
        if any(fault.code == "PQ124" for fault in reading.faults):
            return
        reading.faults.extend(faults)


class _Header(Record):
    """The fields at the top of a bank file."""

    section: str = ""
    questions: list[object] = []
    glossary: list[object] = []


def _read_bank(reading: _Reading, name: str, questions: list[Question], terms: list[Term]) -> bool:
    """Add the items of a bank file; return whether it may contain pictures or sounds."""
    place = Place(name)
    raw = _content(reading, name, place)
    header, data = _header(reading, raw, place) if raw is not None else (None, {})
    if raw is None or header is None:
        reading.unread.add("questions")
        return False
    for index, entry in enumerate(_entries(data, "questions")):
        entry_place = place.into("questions", index)
        question = _question(reading, entry, header.section, entry_place)
        if question is not None:
            questions.append(question)
        else:
            reading.unread.add("questions")
    for index, entry in enumerate(_entries(data, "glossary")):
        term = _term(reading, entry, place.into("glossary", index))
        if term is not None:
            terms.append(term)
        else:
            reading.unread.add("questions")
    _find_cut_texts(reading, raw, place)
    return b"![" in raw


def _find_cut_texts(reading: _Reading, raw: bytes, place: Place) -> None:
    """PQ130: YAML takes the rest of a text for a comment."""
    for name, span in comments_after_texts(raw):
        if any(name in text_fields(model) for model in (*TYPES.values(), Term)):
            message = f"the text of `{name}` ends here: YAML takes the rest for a comment"
            hint = "put the text in quotation marks, or write a space after the `#` of a comment"
            reading.faults.append(warning("PQ130", message, replace(place, span=span), hint))


def _header(reading: _Reading, raw: bytes, place: Place) -> tuple[_Header | None, dict[str, Data]]:
    """Return the header and data of a bank file, or None if the file as a whole cannot be read."""
    data, faults = read(raw, place.file)
    reading.faults.extend(faults)
    if isinstance(data, dict):
        entries = [*_entries(data, "questions"), *_entries(data, "glossary")]
        # A fault in an entry leaves the other entries readable; any other fault may hide some.
        if len(faults) > sum(entry.faults for entry in entries if isinstance(entry, Damaged)):
            return None, {}
    elif faults:
        return None, {}
    header, faults = validate(_Header, data, place)
    reading.faults.extend(faults)
    if header is None or not isinstance(data, dict):
        return None, {}
    if header.questions and not header.section:
        hint = "write `section: <slug>` at the top of the file"
        reading.error("PQ127", "the file names no section", place, hint)
        return None, {}
    return header, data


def _entries(data: dict[str, Data], key: str) -> list[Data]:
    value = data.get(key)
    return value if isinstance(value, list) else []


def _term(reading: _Reading, entry: Data, place: Place) -> Term | None:
    if isinstance(entry, Damaged):
        return None
    placed = _placed(entry, place) if isinstance(entry, dict) else entry
    term, faults = validate(Term, placed, place, _id(entry))
    reading.faults.extend(faults)
    _note_unplaced(reading, entry, faults)
    return term


def _question(reading: _Reading, entry: Data, section: str, place: Place) -> Question | None:
    if isinstance(entry, Damaged):
        return None
    question, faults = question_of(entry, section, place)
    if isinstance(entry, dict) and "section" not in entry:
        faults = _section_faults(reading, faults, place)
    reading.faults.extend(faults)
    _note_unplaced(reading, entry, faults)
    return question


def _section_faults(
    reading: _Reading, faults: Iterable[Diagnostic], place: Place
) -> list[Diagnostic]:
    """Return faults with those of the section at the top of the file, once for the whole file."""
    top = Place(place.file, ("section",))
    own = []
    for fault in faults:
        if fault.place != place.into("section"):
            own.append(fault)
        elif all(known.place != top for known in reading.faults):
            own.append(replace(fault, place=top, question=""))
    return own


def question_of(
    entry: Data, section: str, place: Place
) -> tuple[Question | None, list[Diagnostic]]:
    """Return an entry of a bank file as a question, or None and all its faults."""
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


def _note_unplaced(reading: _Reading, entry: Data, faults: Iterable[Diagnostic]) -> None:
    """Remember citations that have a quote and no passage."""
    for fault in faults:
        match fault.code, fault.place.path[-2:], entry:
            case "PQ112", ("sources", int(index)), {"sources": [*sources]}:
                source = sources[index]
                quote = source.get("quote") if isinstance(source, dict) else None
                if isinstance(source, dict) and isinstance(quote, str) and "passage" not in source:
                    reading.unplaced[fault] = quote


def _suggest_passages(reading: _Reading, transcripts: Iterable[Transcript]) -> None:
    """Add hints with the passages that contain the quotes of citations without a passage."""
    if not reading.unplaced:
        return
    passages = {
        passage.id: passage for transcript in transcripts for passage in transcript.passages
    }
    findings = find_all([("", quote) for quote in reading.unplaced.values()], passages)
    improved: dict[Diagnostic, Diagnostic] = {}
    for fault, finding in zip(reading.unplaced, findings, strict=True):
        hint = "write `passage: …`; `pkoquiz passages` lists the ids"
        if finding.status == "moved":
            ids = [f"`passage: {name}`" for name in finding.passages[:5]]
            hint = f"write {' or '.join(ids)}"
        improved[fault] = replace(fault, hint=hint)
    reading.faults[:] = [improved.get(fault, fault) for fault in reading.faults]


def _placed(entry: dict[str, Data], place: Place) -> dict[str, object]:
    """Return the entry with its place; a `place` written by the author becomes an unknown field."""
    if "place" in entry:
        entry = {("place " if key == "place" else key): value for key, value in entry.items()}
    return {**entry, "place": place}


def _id(entry: Data) -> str:
    identity = entry.get("id") if isinstance(entry, dict) else None
    return identity[:80] if isinstance(identity, str) else ""


def unusable_media(folder: Path, item: Item) -> list[Diagnostic]:
    """Return what is wrong with the pictures and sounds that an item names."""
    reading = _Reading(folder)
    _media(reading, [item])
    return reading.faults


def _media(reading: _Reading, items: Iterable[Item]) -> dict[str, bytes]:
    """Return the pictures and sounds of these items: path → content."""
    media: dict[str, bytes] = {}
    unusable: set[str] = set()  # one error for each file, however many texts name it
    for item in items:
        for place, text in texts(item, item.place):
            for path, description in markup.media_references(text):
                if not description:
                    hint = f"describe it in the brackets: `![map of the mission area]({path[:80]})`"
                    message = f"`{path}` has no description"
                    reading.error("PQ128", message, place, hint, item.id)
                if path in media or path in unusable:
                    continue
                if not path.lower().endswith(markup.IMAGES + markup.AUDIO):
                    hint = "use " + ", ".join(markup.IMAGES + markup.AUDIO)
                    message = f"`{path}` is not a picture or a sound"
                    reading.error("PQ129", message, place, hint, item.id)
                else:
                    content = _content(reading, path, place)
                    if content is not None and len(content) > MAX_MEDIA_BYTES:
                        message = f"`{path}` is larger than {MAX_MEDIA_BYTES // 1024**2} MiB"
                        reading.error("PQ129", message, place, "make it smaller", item.id)
                    elif content is not None and pixels(content) > MAX_PIXELS:
                        message = f"`{path}` has {pixels(content) / 1e6:,.0f} million pixels"
                        hint = f"make it smaller: {MAX_PIXELS // 1_000_000} million at most"
                        reading.error("PQ129", message, place, hint, item.id)
                    elif content is not None:
                        media[path] = content
                if path not in media:
                    unusable.add(path)
    return media


def _fonts(reading: _Reading, course: Course) -> dict[str, bytes]:
    """Return the course's own fonts: path → content."""
    contents = {
        name: _content(reading, name, Place("course.yaml", ("exam", "fonts", index)))
        for index, name in enumerate(course.exam.fonts)
    }
    return {name: content for name, content in contents.items() if content is not None}
