"""A real Anki that imports decks: the backend of the desktop, AnkiDroid and AnkiMobile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pkoquiz.exporters import anki
from pkoquiz.model.bank import Bank

from .course import make_bank


@dataclass
class Learner:
    """A profile of Anki that imports decks, studies and edits."""

    collection: Any
    folder: Path
    count: int = 0

    def imports(self, bank: Bank, **options: Any) -> Any:
        """Import a deck with the default options of a new profile, or others; return the log."""
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

        built = anki.export(bank)
        assert built.files, built.diagnostics
        self.count += 1
        path = self.folder / f"deck{self.count}.apkg"
        path.write_bytes(
            next(content for name, content in built.files.items() if name.endswith(".apkg"))
        )
        request = ImportAnkiPackageRequest(
            package_path=str(path), options=ImportAnkiPackageOptions(**options)
        )
        return self.collection.import_anki_package(request).log

    def note(self, id: str) -> Any:
        """Return the note whose id field is `id`."""
        numbers = self.collection.find_notes(f'"Id:{id}"')
        assert len(numbers) == 1, (id, len(numbers))
        return self.collection.get_note(numbers[0])

    def edits(self, id: str, **fields: str) -> None:
        """Write into fields of a note, as a learner does."""
        note = self.note(id)
        for name, text in fields.items():
            note[name.replace("_", " ")] = text
        self.collection.update_note(note)

    def text(self, id: str) -> str:
        """Return all fields of a note in one string."""
        return "\n".join(self.note(id).fields)

    def check_database(self) -> str:
        """Run Tools > Check Database and return its report."""
        report, _ok = self.collection.fix_integrity()
        return str(report)


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learner]:
    """An empty profile."""
    collection_module = pytest.importorskip("anki.collection")
    collection = collection_module.Collection(str(tmp_path / "collection.anki2"))
    yield Learner(collection, tmp_path)
    collection.close()


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Learner]:
    """Another empty profile."""
    collection_module = pytest.importorskip("anki.collection")
    folder = tmp_path / "newcomer"
    folder.mkdir()
    collection = collection_module.Collection(str(folder / "collection.anki2"))
    yield Learner(collection, folder)
    collection.close()


@pytest.fixture
def bank() -> Bank:
    """The course before its first edition."""
    return make_bank()
