"""`pkoquiz build --paper`, `--question` and `--changed`: quizzes beside those of a build.

They are not listed in the build's manifest, and no other build removes them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from pkoquiz.build import FORMATS, Options, note_lines
from pkoquiz.commands.course import has_errors, named_file, print_findings, read_course
from pkoquiz.commands.measured import without_unsuitable
from pkoquiz.delivery import deliver
from pkoquiz.editions.contents import about_digest, content_digest
from pkoquiz.exam.manifest import read_manifest
from pkoquiz.exam.pools import Pool, pools
from pkoquiz.exporters import canvas, moodle, qti
from pkoquiz.exporters.export import Export, Note
from pkoquiz.model.bank import Bank
from pkoquiz.model.blueprint import Blueprint, Objectives
from pkoquiz.model.ledger import LEDGER
from pkoquiz.model.question import Question
from pkoquiz.prose import counted, one_of
from pkoquiz.reporting import located, summary
from pkoquiz.selection import unknown_questions

WITH_POOLS = ("moodle", "canvas", "qti")
"""The formats that can say “pick n of these”."""


def write_papers(
    folder: Path,
    out: Path,
    manifest: Path,
    numbers: Collection[int],
    formats: Collection[str],
    *,
    release: bool,
    quiet: bool,
) -> int:
    """Write the papers of a printed exam, or those with the `numbers`, as quizzes."""
    bank = _checked_bank(folder)
    if bank is None:
        return 1
    read = read_manifest(named_file(manifest), str(manifest), bank)
    print_findings(Path(), read.diagnostics)
    if read.exam is None:
        click.echo("nothing was written", err=True)
        return 1
    existing = [paper.number for paper in read.exam.papers]
    if missing := sorted({*numbers} - {*existing}):
        known = f"1 to {max(existing)}" if len(existing) > 1 else "1"
        raise click.UsageError(f"the exam has no paper {missing[0]}; its papers are {known}")
    exam = read.exam
    chosen = [paper for paper in exam.papers if not numbers or paper.number in numbers]
    for format in formats:
        if format == "moodle":
            export = moodle.papers(
                bank, exam, numbers=numbers, changed=read.changed, release=release
            )
        else:
            parts = {
                f"{exam.name}-{paper.number}": [placed.id for placed in paper.versions[0].questions]
                for paper in chosen
            }
            export = _parts(bank, format, parts)
        _deliver(out, format, export, f"{counted(len(chosen), 'paper')} of `{exam.name}`", quiet)
    return 0


def write_versions(
    folder: Path, out: Path, ids: Collection[str], formats: Collection[str], *, quiet: bool
) -> int:
    """Write the questions in `ids`, to replace them in a question bank; for Moodle, a file each."""
    bank = _checked_bank(folder)
    if bank is None:
        return 1
    if messages := list(unknown_questions(bank, ids)):
        raise click.UsageError("; ".join(messages))
    return _write_new(bank, out, ids, formats, quiet)


def write_changed(folder: Path, out: Path, formats: Collection[str], *, quiet: bool) -> int:
    """Write the questions that changed since the last edition."""
    bank = _checked_bank(folder)
    if bank is None:
        return 1
    if not bank.ledger.editions:
        raise click.ClickException(
            f"there is no {LEDGER}, so there is no last edition to compare with; "
            "name the questions with --question"
        )
    changed = changed_since_edition(bank)
    if moodle.new_versions(bank, changed).files:
        return _write_new(bank, out, changed, formats, quiet)
    if not quiet:
        click.echo("no question in Moodle has changed since the last edition; nothing was written")
    return 0


def write_pools(
    folder: Path, out: Path, name: str, formats: Collection[str], *, release: bool, quiet: bool
) -> int:
    """Write the pools of a blueprint, from which a system draws a paper for each student."""
    if others := [format for format in formats if format not in WITH_POOLS]:
        raise click.UsageError(f"{others[0]} has no pools; use {' or '.join(WITH_POOLS)}")
    bank = _checked_bank(folder)
    if bank is None:
        return 1
    blueprint = bank.course.blueprints.get(name)
    if blueprint is None:
        hint = one_of(name, list(bank.course.blueprints))
        raise click.UsageError(f"blueprint `{name}` not found" + (f"; {hint}" if hint else ""))
    for format in formats:
        usable = _usable(bank, format)
        suitable = without_unsuitable(folder, replace(bank, questions=usable), name)
        if suitable is None:
            click.echo(f"nothing was written for {format}", err=True)
            return 1
        made, drawn = pools(suitable, name)
        if drawn.diagnostics:
            print_findings(folder, located(folder, drawn.diagnostics))
            click.echo(f"nothing was written for {format}", err=True)
            return 1
        if format == "moodle":
            export = moodle.pools(bank, name, blueprint.title, made, release=release)
        elif format == "canvas":
            export = canvas.pools(bank, name, blueprint.title, made)
        else:
            export = qti.pools(bank, name, blueprint.title, made)
        export = replace(export, report=_variety(made, blueprint))
        _deliver(out, format, export, f"{counted(len(made), 'pool')} of `{name}`", quiet)
    return 0


def _usable(bank: Bank, format: str) -> tuple[Question, ...]:
    """Return the questions that a format exports."""
    notes = FORMATS[format](bank, Options()).notes
    left_out = {note.question for note in notes if _drops(note.reason)}
    return tuple(
        question for question in bank.ready if question.on_paper and question.id not in left_out
    )


def _drops(reason: str) -> bool:
    """Return whether a note says that a whole question is left out."""
    return reason.startswith(("left out: ", "question left out")) or ": question left out" in reason


def _variety(made: Sequence[Pool], blueprint: Blueprint) -> str:
    """Return how much the papers differ, and what the pools do not keep."""
    same = sum(pool.pick for pool in made if pool.pick == len(pool.questions))
    total = sum(pool.pick for pool in made)
    report = f"the same for everyone: {same} of {counted(total, 'question')}"
    loose = [
        name
        for name, asked in (
            ("objectives", blueprint.objectives != Objectives()),
            ("longest_key", blueprint.longest_key < 100),
        )
        if asked
    ]
    return report + (f"; pools do not keep {' and '.join(loose)}" if loose else "")


def _write_new(
    bank: Bank, out: Path, ids: Collection[str], formats: Collection[str], quiet: bool
) -> int:
    for format in formats:
        if format == "moodle":
            export = moodle.new_versions(bank, ids)
        else:
            export = _parts(bank, format, {"changed": ids})
        _deliver(out, format, export, "new versions", quiet)
    return 0


def _parts(bank: Bank, format: str, parts: Mapping[str, Collection[str]]) -> Export:
    """Return the files of each part, named after it; for Canvas, a part is a quiz."""
    files: dict[str, bytes] = {}
    notes: list[Note] = []
    counts = []
    for name, ids in parts.items():
        named = bank.course.model_copy(update={"short": f"{bank.course.short}-{name}"})
        part = replace(bank, course=named, questions=_only(bank, ids))
        export = FORMATS[format](part, Options(quiz=True))
        files |= export.files
        notes += export.notes
        counts.append(f"{name}: {counted(sum(export.counts.values()), 'question')}")
    return Export(files, notes=tuple(dict.fromkeys(notes)), report=", ".join(counts))


def _only(bank: Bank, ids: Collection[str]) -> tuple[Question, ...]:
    return tuple(question for question in bank.questions if question.id in ids)


def changed_since_edition(bank: Bank) -> frozenset[str]:
    """Return the ids of the released questions that would now be written differently."""
    return frozenset(
        question.id
        for question in bank.questions
        if (entry := bank.ledger.questions.get(question.id)) is not None
        and (content_digest(question), about_digest(bank, question)) != (entry.digest, entry.about)
    )


def _checked_bank(folder: Path) -> Bank | None:
    """Return the bank after printing its findings, or None if there are errors."""
    loaded, diagnostics = read_course(folder)
    print_findings(folder, diagnostics, limit=200)
    if loaded.bank is None or has_errors(diagnostics):
        click.echo(f"nothing was written: {summary(diagnostics)}", err=True)
        return None
    return loaded.bank


def _deliver(out: Path, format: str, export: Export, what: str, quiet: bool) -> None:
    """Write the files and report them."""
    if not export.files:
        reasons = "; ".join(note_lines(export.notes))
        raise click.ClickException(f"nothing was written: {reasons}")
    written = deliver(out, dict(export.files))
    if quiet:
        return
    click.echo(f"{format}: {what}: {export.report}")
    for path in export.files:
        click.echo(f"  {out / path}  {'written' if path in written else 'unchanged'}")
    for line in note_lines(export.notes):
        click.echo(f"  note: {line}")
