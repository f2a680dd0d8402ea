"""The course that is open on the desk: its contents as last read, and edits of its files.

An item is identified by its file and its id. An edit names the digest of the item as it was when
the form was opened: if another program has changed the item since, nothing is written and the
caller gets the present item. All other changes to the file are kept, because the edit is spliced
into the present file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pkoquiz import splice
from pkoquiz.checks.judge import together
from pkoquiz.delivery import deliver
from pkoquiz.diagnostics import Diagnostic, Place
from pkoquiz.load import Loaded, bank_files, contents, load, question_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question
from pkoquiz.quotes.propose import Index, index_of
from pkoquiz.review import INBOX, REJECTED
from pkoquiz.statistics.measured import FOLDER, figures, in_a_line, read_all
from pkoquiz.yamlfile import Data

Result = TypeVar("Result")

Item = dict[str, Any]
"""A question as its file contains it: texts, lists and mappings."""

_REMEMBERED = 100
"""How many edits can be undone."""


class EditError(Exception):
    """An edit cannot be made; the message says why, `hint` what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ConflictError(Exception):
    """Another program changed the item since it was read."""

    def __init__(self, item: Item | None, digest: str) -> None:
        super().__init__("the question has changed in the meantime")
        self.item = item
        """The item as it is now; None if it is gone."""
        self.digest = digest


@dataclass(frozen=True, slots=True)
class Opened:
    """An item, and what is needed to edit it."""

    file: str
    section: str
    item: Item
    digest: str


@dataclass(frozen=True, slots=True)
class _Change:
    """What an edit did to one file."""

    file: str
    before: bytes | None
    after: bytes
    id: str
    old: Item | None
    """The item before the edit; None if the edit added it."""
    new: Item | None
    """The item after the edit; None if the edit removed it."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """An edit that can be undone."""

    what: str
    changes: tuple[_Change, ...]


@dataclass
class OpenCourse:
    """A course folder while the desk shows it. Only one thread may use it at a time."""

    folder: Path
    loaded: Loaded
    bank: Bank
    """The last bank that could be read."""
    edits: list[_Edit] = field(default_factory=list)
    together: list[Diagnostic] = field(default_factory=list)
    """The findings of checks that compare questions; kept for `judge`."""
    taken: frozenset[str] = frozenset()
    """Ids that a new question must not have, including those of deleted questions with cards."""
    measured: dict[str, str] = field(default_factory=dict)
    """Measurements from exams of questions in their present wording, one line for each."""
    files: dict[str, tuple[int, int] | None] = field(default_factory=dict)
    """The modification time and size of each relevant file."""
    _index: tuple[list[str], Index] | None = None

    @classmethod
    def open(cls, folder: Path) -> OpenCourse | None:
        """Read the course; None if there is no transcript to show."""
        loaded = load(folder)
        if loaded.bank is None or not loaded.bank.transcripts:
            return None
        course = cls(folder, loaded, loaded.bank)
        course._take(loaded)
        return course

    # --- reading

    def read(self) -> None:
        """Read all files again. Without a readable transcript, the last bank stays."""
        self._take(load(self.folder))

    def refresh(self) -> bool:
        """Read the course again if a file changed; return whether one did."""
        if self._states() == self.files:
            return False
        self.read()
        return True

    def _take(self, loaded: Loaded) -> None:
        self.files = self._states(loaded)
        self.loaded = loaded
        if loaded.bank is not None and loaded.bank.transcripts:
            self.bank = loaded.bank
        self.together = together(self.bank)
        known = figures(self.bank.questions, read_all(self.folder)[0])
        self.measured = {identity: in_a_line(pooled) for identity, pooled in known.items()}
        items = {item.id for item in (*self.bank.questions, *self.bank.terms)}
        ledger = self.bank.ledger
        self.taken = frozenset(items | {*ledger.questions, *ledger.terms})

    def _states(self, loaded: Loaded | None = None) -> dict[str, tuple[int, int] | None]:
        """Return the modification time and size of all relevant files."""
        read = (loaded or self.loaded).digests
        inbox = sorted((self.folder / INBOX).glob("*.y*ml"))
        names = {*read, *bank_files(self.folder, []), *(f"{INBOX}/{path.name}" for path in inbox)}
        names |= {f"{FOLDER}/{path.name}" for path in (self.folder / FOLDER).glob("*.json")}
        return {name: _state(self.folder / name) for name in sorted(names)}

    @property
    def index(self) -> Index:
        """The passages prepared for searching, on first use."""
        transcripts = self.bank.transcripts
        digests = [transcript.digest for transcript in transcripts]
        if self._index is None or self._index[0] != digests:
            self._index = digests, index_of(self.bank.passages.values())
        return self._index[1]

    @property
    def version(self) -> str:
        """A short text that changes with the files."""
        return f"{hash(tuple(self.files.items())) & 0xFFFFFFFFFFFF:x}"

    @property
    def foundation(self) -> str:
        """A short text that changes with transcripts or settings, which the page loads once."""
        digests = self.loaded.digests.items()
        read = sorted(item for item in digests if not item[0].startswith("questions/"))
        return f"{hash(tuple(read)) & 0xFFFFFFFFFFFF:x}"

    def files_of(self, section: str) -> list[str]:
        """Return the bank files that contain questions of a section, the fullest first."""
        counts: dict[str, int] = {}
        for question in self.bank.questions:
            if question.section == section:
                counts[question.place.file] = counts.get(question.place.file, 0) + 1
        return sorted(counts, key=lambda name: -counts[name])

    def question(self, entry: Data, section: str, file: str = "") -> tuple[Question | None, Any]:
        """Return an entry as a question, and what is wrong with its form."""
        return question_of(entry, section, Place(file or "questions", ("questions", 0)))

    def opened(self, identity: str) -> Opened:
        """Return a question of the bank as its file contains it now. Raises `EditError`."""
        question = next(
            (question for question in self.bank.questions if question.id == identity), None
        )
        if question is None:
            raise EditError(f"the question “{identity}” no longer exists")
        return self.opened_in(question.place.file, identity, question.section)

    def opened_in(self, file: str, identity: str, section: str) -> Opened:
        """Return an item of a file that the desk knows. Raises `EditError`."""
        raw = self._raw(file)
        item, digest = _item_of(raw, identity)
        if item is None:
            raise EditError(f"the question “{identity}” no longer exists")
        return Opened(file, section, item, digest)

    def _raw(self, file: str) -> bytes:
        """Return the bytes of a file that was read; a client cannot name any other file."""
        known = file in self.files and file.startswith(("questions/", f"{INBOX}/"))
        raw = contents(self.folder, file) if known else None
        if raw is None:
            raise EditError("that file does not belong to the course")
        return raw

    # --- editing

    def save(self, item: Item, section: str, was: Opened | None) -> Opened:
        """Write a new item, or the changed item that was opened as `was`; return it as it is now.

        Raises `ConflictError` if another program changed it, `EditError` if it cannot be written.
        """
        item = _in_order(item)
        identity = str(item.get("id", ""))
        if was is None:
            change = self._appended(item, section)
            self._write(f"“{identity}” added", (change,))
            return self.opened_in(change.file, identity, section)
        if was.file.startswith(f"{INBOX}/"):
            raise EditError("that question is still in the inbox", "accept it instead")
        raw = self._raw(was.file)
        there, digest = _item_of(raw, was.item["id"])
        if there is None or digest != was.digest:
            if there == item:
                return Opened(was.file, was.section, there, digest)
            raise ConflictError(there, digest)
        new = _spliced(lambda: splice.replaced(raw, was.item["id"], item))
        change = _Change(was.file, raw, new, identity, there, item)
        if new != raw:
            self._write(f"“{identity}” changed", (change,))
        return self.opened_in(was.file, identity, was.section)

    def _appended(self, item: Item, section: str) -> _Change:
        """Add an item after the last one on the same objective in a file of the section."""
        identity = str(item.get("id", ""))
        if identity in self.taken:
            raise EditError(f"the name “{identity}” is or was in use", "choose another name")
        names = self.files_of(section)
        file = names[0] if names else f"questions/{section}.yaml"
        raw = contents(self.folder, file)
        base = raw
        if base is None:
            if section not in self.bank.sections:
                raise EditError(f"there is no section “{section}”", "choose another section")
            base = splice.new_file(section)
        after = [
            question.id
            for question in self.bank.questions
            if question.place.file == file and question.objective == item.get("objective", "")
        ]
        last = after[-1] if after else ""
        start = base

        def added() -> bytes:
            known = last if last in {data.get("id") for _, data in splice.items(start)} else ""
            return splice.appended(start, item, after=known)

        return _Change(file, raw, _spliced(added), identity, None, item)

    def _replaced(self, item: Item, file: str) -> _Change:
        """Change the item of a file that has the same id."""
        raw = self._raw(file)
        old, _ = _item_of(raw, item["id"])
        new = _spliced(lambda: splice.replaced(raw, item["id"], item))
        return _Change(file, raw, new, item["id"], old, item)

    def accept(self, item: Item, section: str, was: Opened) -> Opened:
        """Move an item of the inbox into the bank, as changed. Raises as `save` does.

        An item with the id of a question in the bank changes that question.
        """
        item = _in_order(item)
        known = next(
            (question for question in self.bank.questions if question.id == item.get("id")), None
        )
        if known is not None and known.id == was.item.get("id"):
            added = self._replaced(item, known.place.file)
        else:
            added = self._appended(item, section)
        self._write(f"“{added.id}” accepted", (added, self._removed(was)))
        return self.opened_in(added.file, added.id, section)

    def reject(self, was: Opened, reason: str) -> None:
        """Move an item of the inbox to `REJECTED`, with the reason. Raises as `save` does."""
        removed = self._removed(was)
        item = {**(removed.old or {}), "rejected": reason}
        item.pop("proposals", None)
        raw = contents(self.folder, REJECTED)
        base = splice.new_file("rejected", "") if raw is None else raw
        known = _item_of(base, removed.id)[0]
        if known is None:
            new = _spliced(lambda: splice.appended(base, item))
        else:
            new = _spliced(lambda: splice.replaced(base, removed.id, item))
        kept = _Change(REJECTED, raw, new, removed.id, known, item)
        self._write(f"“{removed.id}” rejected", (removed, kept))

    def _removed(self, was: Opened) -> _Change:
        raw = self._raw(was.file)
        if not was.file.startswith(f"{INBOX}/") or was.file == REJECTED:
            raise EditError("only questions of the inbox can be deleted", "retire it instead")
        identity = str(was.item.get("id", ""))
        there, digest = _item_of(raw, identity)
        if there is None or digest != was.digest:
            raise ConflictError(there, digest)
        new = _spliced(lambda: splice.deleted(raw, identity))
        return _Change(was.file, raw, new, identity, there, None)

    def undo(self) -> str:
        """Take the last edit back and return what it was. Raises `EditError` if that is unsafe."""
        if not self.edits:
            raise EditError("there is nothing to undo")
        edit = self.edits[-1]
        files = {change.file: self._undone(change) for change in edit.changes}
        created = [change.file for change in edit.changes if files[change.file] is None]
        written = {name: raw for name, raw in files.items() if raw is not None}
        seen = {name: contents(self.folder, name) for name in written}
        deliver(self.folder, written, created, seen)
        self.edits.pop()
        self.read()
        return edit.what

    def _undone(self, change: _Change) -> bytes | None:
        """Return the file without the change; None if the edit created the file."""
        raw = contents(self.folder, change.file)
        if raw == change.after:
            return change.before
        message = f"“{change.id}” was changed since"
        if raw is None:
            raise EditError(message)
        there, _ = _item_of(raw, change.id)
        if there != (_read_back(change.new) if change.new else None):
            raise EditError(message, "open it, and correct it by hand")
        old, new = change.old, change.new
        if old is None:
            return _spliced(lambda: splice.deleted(raw, change.id))
        if new is None:
            return _spliced(lambda: splice.appended(raw, old))
        return _spliced(lambda: splice.replaced(raw, change.id, old))

    def _write(self, what: str, changes: Sequence[_Change]) -> None:
        files = {change.file: change.after for change in changes}
        seen: Mapping[str, bytes | None] = {change.file: change.before for change in changes}
        deliver(self.folder, files, seen=seen)
        self.edits.append(_Edit(what, tuple(changes)))
        del self.edits[:-_REMEMBERED]
        self.read()


def _state(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
        return state.st_mtime_ns, state.st_size
    except (OSError, ValueError):
        return None


def _item_of(raw: bytes, identity: str) -> tuple[Item | None, str]:
    """Return the data and digest of an item, or None unless the file contains it exactly once.

    Raises `EditError` if the file cannot be read.
    """
    try:
        entries = [data for key, data in splice.items(raw) if data.get("id") == identity]
    except splice.SpliceError as fault:
        raise EditError(f"nothing was changed: {fault}", fault.hint) from None
    if len(entries) != 1:
        return None, ""
    own = _spliced(lambda: splice.slice_of(raw, identity))
    return dict(entries[0]), own.digest


def _in_order(value: Any) -> Any:
    """Return the value with the fields of all its records in the usual order."""
    if isinstance(value, dict):
        return {name: _in_order(inner) for name, inner in splice.ordered(value).items()}
    return [_in_order(inner) for inner in value] if isinstance(value, list) else value


def _read_back(item: Item) -> Item:
    """Return the item as it would be read from a file."""
    raw = splice.appended(splice.new_file("x"), item)
    return dict(next(splice.items(raw))[1])


def _spliced(edit: Callable[[], Result]) -> Result:
    """Return the result of an edit, with its errors in the words of the desk."""
    try:
        return edit()
    except splice.SpliceError as fault:
        raise EditError(f"not saved: {fault}", fault.hint) from None
