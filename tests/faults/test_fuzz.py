"""Random damage, a bounded number of times; `benchmarks/fuzz.py` does it by the thousand.

Courses that once raised an exception are kept in `corpus/`.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pkoquiz.build import FORMATS, Options
from pkoquiz.model.bank import Bank
from pkoquiz.selection import paper_ids
from pkoquiz.transcript import READERS, read_transcript

from .confining import only_inside
from .exercising import exercise
from .mutating import (
    LAYOUT,
    PIECES,
    PRINTABLE,
    TODAY,
    TRANSCRIPTS,
    damage,
    dumped,
    lay,
    mini,
    vary,
    wounded_json,
)

CORPUS = Path(__file__).parent / "corpus"
LONG = 5
"""Seconds of processor time; anything slower counts as hung."""


def bounded(examples: int) -> settings:
    """The same number of the same examples each time, on any machine."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


@given(st.data())
@bounded(60)
def test_no_damaged_course_raises(data: st.DataObject) -> None:
    files = damage(mini(), lambda size: data.draw(st.integers(0, max(size, 1) - 1)))
    with tempfile.TemporaryDirectory() as folder:
        lay(files, Path(folder))
        with only_inside(Path(folder)):
            exercise(Path(folder), docx=False)


@given(st.data())
@bounded(20)
def test_valid_courses_are_built(data: st.DataObject) -> None:
    """A course without errors is built, whatever its texts; `exercise` reads the exports back."""
    draw = lambda size: data.draw(st.integers(0, max(size, 1) - 1))  # noqa: E731
    pdf = draw(6) == 5
    files = vary(mini(), draw, pieces=PRINTABLE if pdf else PIECES)
    with tempfile.TemporaryDirectory() as folder:
        lay(files, Path(folder))
        with only_inside(Path(folder)):
            assert exercise(Path(folder), pdf=pdf, docx=draw(6) == 5) != "faults"


@given(st.data())
@bounded(60)
def test_no_damaged_ledger_raises(mini: Bank, data: st.DataObject) -> None:
    text = FORMATS["anki"](mini, Options(TODAY)).course_files["anki.lock.json"].decode()
    hurt = wounded_json(text, lambda size: data.draw(st.integers(0, max(size, 1) - 1)))
    FORMATS["anki"](mini, Options(TODAY, hurt.encode("utf-8", "replace")))


@given(st.data())
@bounded(40)
def test_no_damaged_manifest_raises(mini: Bank, data: st.DataObject) -> None:
    from pkoquiz.exam import exam as exams
    from pkoquiz.exam.manifest import manifest, read_manifest
    from pkoquiz.exporters import papers

    exam, _ = exams.plan(mini, "quiz", lambda what, done, of: None)
    assert exam is not None
    hurt = wounded_json(
        manifest(mini, exam).decode(), lambda size: data.draw(st.integers(0, max(size, 1) - 1))
    )
    read = read_manifest(hurt.encode("utf-8", "replace"), "manifest.json", mini)
    if read.exam is None:
        assert read.diagnostics
    else:
        papers.build(mini, read.exam, formats=("html", "docx"), changed=read.changed)


def test_a_manifest_prints_no_control_characters() -> None:
    with pytest.raises(ValueError, match="belongs to another course"):
        paper_ids(b'{"questions": {"a": {}}, "course": "\\u001b[31m"}', "mini")


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(str.encode),
        st.sampled_from(TRANSCRIPTS).map(str.encode),
    ),
    st.sampled_from(["auto", *READERS]),
    st.sampled_from(["t.md", "t.srt", "t.vtt", "t.x"]),
    st.one_of(st.none(), st.just(dumped(LAYOUT).encode()), st.binary(max_size=50)),
    st.one_of(st.none(), st.binary(max_size=50)),
)
@bounded(150)
def test_no_transcript_raises(
    raw: bytes, form: str, name: str, layout: bytes | None, errata: bytes | None
) -> None:
    read, found = read_transcript(raw, name, form, layout, "layout.yaml", errata, "errata.yaml")
    assert read is not None or found


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.json")), ids=lambda path: path.stem)
def test_courses_that_once_raised(path: Path, tmp_path: Path) -> None:
    """Each file of the corpus maps files of the small course to new contents; none takes long."""
    files: dict[str, Any] = {**mini(), **json.loads(path.read_text(encoding="utf-8"))}
    folder = tmp_path / "course"
    lay(files, folder)
    start = time.process_time()
    with only_inside(folder):
        exercise(folder, pdf=True)
    assert time.process_time() - start < LONG
    shutil.rmtree(folder)
