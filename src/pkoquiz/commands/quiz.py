"""`pkoquiz build --paper`, `--question` and `--changed`: files for Moodle beside those of a build.

They are not listed in the build's manifest, and no other build removes them.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import click

from pkoquiz.build import note_lines
from pkoquiz.commands.course import has_errors, named_file, print_findings, read_course
from pkoquiz.delivery import deliver
from pkoquiz.editions.contents import about_digest, content_digest
from pkoquiz.exam.manifest import read_manifest
from pkoquiz.exporters import moodle
from pkoquiz.exporters.export import Export
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import LEDGER
from pkoquiz.prose import counted
from pkoquiz.reporting import summary
from pkoquiz.selection import unknown_questions


def write_papers(
    folder: Path, out: Path, manifest: Path, numbers: Collection[int], *, release: bool, quiet: bool
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
    export = moodle.papers(bank, read.exam, numbers=numbers, changed=read.changed, release=release)
    what = f"{counted(len(export.files), 'paper')} of `{read.exam.name}`"
    return _deliver(out, export, what, quiet)


def write_versions(folder: Path, out: Path, ids: Collection[str], *, quiet: bool) -> int:
    """Write a file for each question in `ids`, to replace the question in Moodle."""
    bank = _checked_bank(folder)
    if bank is None:
        return 1
    if messages := list(unknown_questions(bank, ids)):
        raise click.UsageError("; ".join(messages))
    export = moodle.new_versions(bank, ids)
    return _deliver(out, export, "new versions", quiet)


def write_changed(folder: Path, out: Path, *, quiet: bool) -> int:
    """Write a file for each question that changed since the last edition."""
    bank = _checked_bank(folder)
    if bank is None:
        return 1
    if not bank.ledger.editions:
        raise click.ClickException(
            f"there is no {LEDGER}, so nothing can have changed since the last edition; "
            "name the questions with --question"
        )
    export = moodle.new_versions(bank, changed_since_edition(bank))
    if export.files:
        return _deliver(out, export, "new versions", quiet)
    if not quiet:
        click.echo("no question in Moodle has changed since the last edition; nothing was written")
    return 0


def changed_since_edition(bank: Bank) -> frozenset[str]:
    """Return the ids of the released questions that are written in another way now."""
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


def _deliver(out: Path, export: Export, what: str, quiet: bool) -> int:
    """Write the files and report them."""
    if not export.files:
        reasons = "; ".join(note_lines(export.notes))
        raise click.ClickException(f"nothing was written: {reasons}")
    written = deliver(out, dict(export.files))
    if quiet:
        return 0
    click.echo(f"moodle: {what}: {export.report}")
    for path in export.files:
        click.echo(f"  {out / path}  {'written' if path in written else 'unchanged'}")
    for line in note_lines(export.notes):
        click.echo(f"  note: {line}")
    return 0
