"""A real Anki to import decks into: the backend that desktop, AnkiDroid and AnkiMobile share."""

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
    """A profile of Anki: imports decks, studies, edits."""

    collection: Any
    folder: Path
    count: int = 0

    def imports(self, built: anki.Built, **options: Any) -> Any:
        """Imports a deck with the default options of a new profile, or others."""
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

        self.count += 1
        path = self.folder / f"deck{self.count}.apkg"
        path.write_bytes(
            next(content for name, content in built.export.files.items() if name.endswith(".apkg"))
        )
        request = ImportAnkiPackageRequest(
            package_path=str(path), options=ImportAnkiPackageOptions(**options)
        )
        return self.collection.import_anki_package(request).log

    def note(self, id: str) -> Any:
        """The note whose id field begins with `id`."""
        numbers = self.collection.find_notes(f'"Id:{id}"')
        assert len(numbers) == 1, (id, len(numbers))
        return self.collection.get_note(numbers[0])

    def text(self, id: str) -> str:
        """All fields of a note in one string."""
        return "\n".join(self.note(id).fields)

    def check_database(self) -> str:
        """Tools > Check Database; says what it found."""
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
def bank() -> Bank:
    """The course at its first release."""
    return make_bank()
