"""Everything the commands do with a course, in one process, and what was made read back."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from .mutating import TODAY
from .reading_back import _all_cards, _all_gaps, _page, proved


def looked_at(folder: Path) -> tuple[Any, bool]:
    """What `check`, `coverage` and `relink` do with a course: the bank, if there is one, and whether it can be built."""
    from pkoquiz import reporting
    from pkoquiz.commands.course import has_errors, read_course
    from pkoquiz.quotes.coverage import as_record, coverage
    from pkoquiz.quotes.relink import moves, rewritten

    loaded, found = read_course(folder, pedantic=True)
    printable(reporting.as_text(folder, found))
    json.loads(reporting.as_json(found))
    printable(reporting.as_github(found))
    bank = loaded.bank
    assert bank is not None or has_errors(found)
    if bank is not None and bank.transcripts:
        json.dumps(as_record(coverage(bank))).encode()
        corrections = moves(bank)
        for name in {move.place.file for move in corrections}:
            rewritten(
                (folder / name).read_bytes(),
                [move for move in corrections if move.place.file == name],
            )
    return bank, not has_errors(found)


def exercise(folder: Path, *, pdf: bool = False, docx: bool = True) -> str:
    """Everything the commands do with a course, and what was made read back; raises what they would raise.

    Returns `faults` where checks stopped it, `refused` where an exporter said why not, else `built`.
    """
    from pkoquiz import reporting
    from pkoquiz.build import (
        FORMATS,
        MANIFEST,
        Options,
        Origin,
        manifest,
        note_lines,
        obsolete_files,
        up_to_date,
    )
    from pkoquiz.commands.course import has_errors
    from pkoquiz.desk import desk
    from pkoquiz.load import contents

    bank, sound = looked_at(folder)
    if bank is None:
        return "faults"
    exam: Any = None
    if bank.transcripts:
        _page(desk(bank), scripts=1)
        exam = _plan(bank)
    for question in bank.questions:
        json.dumps(question.model_dump(mode="json"), ensure_ascii=False).encode()
    if not sound:
        return "faults"
    ledger = folder / "anki.lock.json"
    options = Options(TODAY, ledger.read_bytes() if ledger.exists() else None)
    refused = False
    exports = {}
    for name, make in FORMATS.items():
        if name == "exam" and not pdf:
            _papers(bank, exam, docx)
            continue
        made = make(bank, options)
        printable(reporting.as_text(folder, reporting.located(folder, made.diagnostics)))
        printable("\n".join(note_lines(made.notes)))
        stopped = has_errors(made.diagnostics)
        assert not (stopped and made.files)
        refused |= stopped
        exports[name] = made
        proved(made.files)
        if name == "moodle" and made.files:
            _all_gaps(bank, made)
        if name == "anki" and made.files and options.ledger is None:
            _all_cards(bank, made)
        if made.course_files and not has_errors(made.diagnostics):
            # What was written must be read again.
            again = make(bank, Options(TODAY, made.course_files["anki.lock.json"]))
            assert not has_errors(again.diagnostics), again.diagnostics
            assert again.files == made.files
    old = contents(folder, f"exports/{MANIFEST}")
    read = partial(contents, folder)
    assert not up_to_date(old, list(exports), [], "fuzz", read, read, [])
    json.loads(manifest(bank, {}, Origin({}, [], "fuzz"), old))
    record = manifest(bank, exports, Origin({}, [], "fuzz"), old)
    assert obsolete_files(record, list(exports), []) == [
        name for each in exports.values() for name in sorted(each.files)
    ]
    return "refused" if refused else "built"


def _plan(bank: Any) -> Any:
    """The smallest of the course's exams that can be drawn, after its manifest was read again."""
    from pkoquiz.exam import exam as exams
    from pkoquiz.exam.manifest import manifest, read_manifest

    found = []
    for name, blueprint in bank.course.blueprints.items():
        if blueprint.items > 50 or blueprint.papers * blueprint.versions > 20:
            continue
        exam, _ = exams.plan(bank, name, lambda what, done, of: None)
        if exam is not None:
            read = read_manifest(manifest(bank, exam), "manifest.json", bank)
            assert read.exam is not None, read.diagnostics
            found.append(exam)
    return min(
        found, key=lambda exam: len(exam.papers) * len(exam.papers[0].versions), default=None
    )


def _papers(bank: Any, drawn: Any, docx: bool) -> None:
    from pkoquiz.exam import exam as exams
    from pkoquiz.exporters import papers

    for exam in filter(None, (exams.practice(bank), drawn)):
        if exam.papers:
            made = papers.build(bank, exam, formats=("html", "docx") if docx else ("html",))
            assert not made.diagnostics
            proved(made.files)


# --- what was made, read back ---------------------------------------------------------------------


def printable(text: str) -> None:
    text.encode()
    assert not any(character in text for character in "\x1b\x07\x08\x9b"), (
        "a terminal could be steered"
    )
