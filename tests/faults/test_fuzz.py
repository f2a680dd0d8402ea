"""A few random courses, damaged and valid ones; `benchmarks/fuzz.py` tries thousands.

Courses that once raised an exception are kept in `corpus/`.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pkoquiz.build import FORMATS, Options
from pkoquiz.editions.ledgerfile import parse
from pkoquiz.editions.merging import merge
from pkoquiz.exporters import anki
from pkoquiz.importers import FORMATS as FOREIGN_FORMATS
from pkoquiz.model.bank import Bank
from pkoquiz.transcript import READERS, read_transcript

from .confining import only_inside
from .exercising import exercise, import_twice
from .material import LAYOUT, PIECES, PRINTABLE, TRANSCRIPTS
from .mutating import (
    MOMENT,
    Draw,
    as_yaml,
    damage,
    damaged_foreign,
    damaged_json,
    damaged_lines,
    mini,
    mini_ledger,
    pick,
    vary,
    write_course,
)

CORPUS = Path(__file__).parent / "corpus"
LONGEST = 5
"""The processor time in seconds that one course may take."""


def bounded(examples: int) -> settings:
    """Return settings that try the same examples each time, on any machine."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        # Shrinking a failure would take longer than all else; `benchmarks/fuzz.py` does it.
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )


def draw_from(data: st.DataObject) -> Draw:
    """Let Hypothesis make the choices."""

    def draw(size: int) -> int:
        return data.draw(st.integers(0, max(size, 1) - 1))

    return draw


@given(st.data())
@bounded(60)
def test_damaged_courses_do_not_raise(data: st.DataObject) -> None:
    files = damage(mini(), draw_from(data))
    with tempfile.TemporaryDirectory() as folder:
        write_course(files, Path(folder))
        with only_inside(Path(folder)):
            exercise(Path(folder), docx=False)


@given(st.data())
@bounded(20)
def test_valid_courses_are_built(data: st.DataObject) -> None:
    """A course without errors is built, whatever its texts; `exercise` inspects the exports."""
    draw = draw_from(data)
    pdf = draw(6) == 5
    files = vary(mini(), draw, pieces=PRINTABLE if pdf else PIECES)
    with tempfile.TemporaryDirectory() as folder:
        write_course(files, Path(folder))
        with only_inside(Path(folder)):
            assert exercise(Path(folder), pdf=pdf, docx=draw(6) == 5) != "faults"


@given(st.data())
@bounded(60)
def test_damaged_ledgers_do_not_raise(mini: Bank, data: st.DataObject) -> None:
    damaged = damaged_lines(mini_ledger(), draw_from(data)).encode("utf-8", "replace")
    text, faults = merge(damaged)
    assert (text is None) == bool(faults)
    ledger, faults = parse(damaged)
    assert (ledger is None) == bool(faults)
    if ledger is not None:
        bank = replace(mini, ledger=ledger)
        FORMATS["anki"](bank, Options())
        anki.release(bank, MOMENT)


@given(st.data())
@bounded(40)
def test_damaged_manifests_do_not_raise(mini: Bank, data: st.DataObject) -> None:
    from pkoquiz.exam.exam import plan
    from pkoquiz.exam.manifest import manifest, read_manifest
    from pkoquiz.exporters import papers

    exam, _ = plan(mini, "quiz")
    assert exam is not None
    damaged = damaged_json(manifest(mini, exam).decode(), draw_from(data))
    read = read_manifest(damaged.encode("utf-8", "replace"), "manifest.json", mini)
    if read.exam is None:
        assert read.diagnostics
    else:
        papers.build(mini, read.exam, formats=("html", "docx"), changed=read.changed)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(str.encode),
        st.sampled_from(TRANSCRIPTS).map(str.encode),
    ),
    st.sampled_from(["auto", *READERS]),
    st.sampled_from(["t.md", "t.srt", "t.vtt", "t.x"]),
    st.one_of(st.none(), st.just(as_yaml(LAYOUT).encode()), st.binary(max_size=50)),
    st.one_of(st.none(), st.binary(max_size=50)),
)
@bounded(150)
def test_transcripts_do_not_raise(
    raw: bytes, form: str, name: str, layout: bytes | None, errata: bytes | None
) -> None:
    read, found = read_transcript(raw, name, form, layout, "layout.yaml", errata, "errata.yaml")
    assert read is not None or found


QUIZZES = ("moodle", "canvas", "brightspace", "qti", "gift", "aiken", "blackboard", "openedx")


@given(st.data())
@bounded(150)
def test_damaged_foreign_files_do_not_raise(mini: Bank, data: st.DataObject) -> None:
    draw = draw_from(data)
    files = FORMATS[pick([*QUIZZES, "anki"], draw)](mini, Options()).files
    name = pick(sorted(name for name in files if not name.endswith(".md")), draw)
    form = pick(["auto", "auto", *FOREIGN_FORMATS], draw)
    import_twice(damaged_foreign(files[name], draw), name, form)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.json")), ids=lambda path: path.stem)
def test_courses_that_once_raised(path: Path, tmp_path: Path) -> None:
    """Each file of the corpus maps files of the small course to new content; none takes long."""
    files: dict[str, Any] = {**mini(), **json.loads(path.read_text(encoding="utf-8"))}
    folder = tmp_path / "course"
    write_course(files, folder)
    start = time.process_time()
    with only_inside(folder):
        exercise(folder, pdf=True)
    assert time.process_time() - start < LONGEST
    shutil.rmtree(folder)
