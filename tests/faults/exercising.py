"""Run the steps of the commands on a course in this process, and inspect the exports."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pkoquiz.model.bank import Bank

from .mutating import MOMENT
from .reading_back import (
    assert_all_cards,
    assert_all_questions,
    assert_page,
    assert_printable,
    assert_sound,
)


def check(folder: Path) -> tuple[Any, bool]:
    """Do what `check`, `coverage` and `relink` do; return the bank and whether it can be built."""
    from pkoquiz import reporting
    from pkoquiz.commands.course import has_errors, read_course
    from pkoquiz.quotes.coverage import as_record, coverage
    from pkoquiz.quotes.relink import moves, rewritten

    loaded, found = read_course(folder, pedantic=True)
    assert_printable(reporting.as_text(folder, found))
    json.loads(reporting.as_json(found))
    assert_printable(reporting.as_github(found))
    bank = loaded.bank
    assert bank is not None or has_errors(found)
    if bank is not None and bank.transcripts:
        json.dumps(as_record(coverage(bank))).encode()
        corrections = moves(bank)
        for name in {move.place.file for move in corrections}:
            here = [move for move in corrections if move.place.file == name]
            rewritten((folder / name).read_bytes(), here)
    # Exporters are tried with formulas, too, that no build would let pass.
    return bank, not has_errors([each for each in found if each.code != "PQ215"])


def exercise(folder: Path, *, pdf: bool = False, docx: bool = True) -> str:
    """Do everything that the commands do with a course; raise whatever they raise.

    Return how far the course came: `faults` if the checks found errors, `refused` if an exporter
    did, else `built`.
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

    bank, sound = check(folder)
    if bank is None:
        return "faults"
    exam: Any = None
    if bank.transcripts:
        assert_page(desk(bank), scripts=1)
        exam = smallest_exam(bank)
    for question in bank.questions:
        json.dumps(question.model_dump(mode="json"), ensure_ascii=False).encode()
    if not sound:
        return "faults"
    options = Options()
    refused = False
    exports = {}
    for name, make in FORMATS.items():
        if name == "exam" and not pdf:
            _print_papers(bank, exam, docx)
            continue
        export = make(bank, options)
        assert_printable(reporting.as_text(folder, reporting.located(folder, export.diagnostics)))
        assert_printable("\n".join(note_lines(export.notes)))
        failed = has_errors(export.diagnostics)
        assert not (failed and export.files)
        refused |= failed
        exports[name] = export
        assert_sound(export.files)
        if name == "moodle" and export.files:
            assert_all_questions(bank, export)
        if name == "anki" and export.files and not bank.ledger.editions:
            assert_all_cards(bank, export)
        if name == "anki" and not failed:
            assert_releasable(bank)
    old = contents(folder, f"exports/{MANIFEST}")
    read = partial(contents, folder)
    assert not up_to_date(old, list(exports), [], "fuzz", read, read, [])
    json.loads(manifest(bank, {}, Origin({}, [], "fuzz"), old))
    record = manifest(bank, exports, Origin({}, [], "fuzz"), old)
    assert obsolete_files(record, list(exports), []) == [
        name for export in exports.values() for name in sorted(export.files)
    ]
    return "refused" if refused else "built"


def assert_releasable(bank: Bank) -> None:
    """The ledger of the next edition can be read, and its deck is always the same."""
    from pkoquiz.commands.course import has_errors
    from pkoquiz.editions.ledgerfile import dump, parse
    from pkoquiz.exporters import anki

    released = anki.release(bank, MOMENT)
    if has_errors(released.diagnostics):
        return
    ledger, faults = parse(dump(released.ledger).encode("utf-8", "replace"))
    assert ledger is not None, faults
    export = anki.export(replace(bank, ledger=ledger))
    assert not has_errors(export.diagnostics), export.diagnostics
    again = anki.release(replace(bank, ledger=ledger), MOMENT + datetime.timedelta(days=1))
    assert again.ledger == ledger
    assert anki.export(replace(bank, ledger=again.ledger)).files == export.files


def import_twice(raw: bytes, name: str, form: str = "auto") -> str:
    """Import a foreign file into an empty inbox, and once more; the second time changes nothing.

    Return `refused` if it cannot be read, `faults` if nothing was taken, else `built`.
    """
    from pkoquiz.importers import Draft, FormatError, read_file
    from pkoquiz.importers.inbox import received
    from pkoquiz.yamlfile import read

    try:
        form, contents = read_file(raw, name, form)
    except FormatError:
        return "refused"
    drafts = [entry for entry in contents if isinstance(entry, Draft)]
    inbox: bytes | None = None
    for _ in range(2):
        before = inbox
        inbox, arrivals = received(
            before, drafts, form=form, section="a", bank={}, cite=lambda draft: ()
        )
        assert len(arrivals) == len(drafts)
    assert inbox == before
    assert inbox is not None
    _, faults = read(inbox, name)
    assert not faults
    return "built" if drafts else "faults"


def smallest_exam(bank: Any) -> Any:
    """Return the smallest exam that can be drawn, or None; each one's manifest is read back."""
    from pkoquiz.exam.exam import plan
    from pkoquiz.exam.manifest import manifest, read_manifest

    exams = []
    for name, blueprint in bank.course.blueprints.items():
        if blueprint.items > 50 or blueprint.papers * blueprint.versions > 20:
            continue
        exam, _ = plan(bank, name)
        if exam is not None:
            read = read_manifest(manifest(bank, exam), "manifest.json", bank)
            assert read.exam is not None, read.diagnostics
            exams.append(exam)
    return min(
        exams, key=lambda exam: len(exam.papers) * len(exam.papers[0].versions), default=None
    )


def _print_papers(bank: Any, drawn: Any, docx: bool) -> None:
    """Print the practice paper and the drawn exam, if there is one, without PDF."""
    from pkoquiz.exam.exam import practice
    from pkoquiz.exporters import papers

    for exam in filter(None, (practice(bank), drawn)):
        if exam.papers:
            printed = papers.build(bank, exam, formats=("html", "docx") if docx else ("html",))
            assert not printed.diagnostics
            assert_sound(printed.files)
