"""`pkoquiz check`: all findings of all files at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from pkoquiz import prose
from pkoquiz.commands.course import (
    course_option,
    format_option,
    has_errors,
    in_folder,
    print_findings,
    read_course,
)
from pkoquiz.diagnostics import Diagnostic
from pkoquiz.model.bank import Bank
from pkoquiz.quotes.proofs import proofs
from pkoquiz.reporting import located, summary


@click.command("check")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@course_option
@format_option
@click.option("--pedantic", is_flag=True, help="Include findings that are often false alarms.")
@click.option("--all", "show_all", is_flag=True, help="Print all findings, not only the first 200.")
@click.option("--proofs", is_flag=True, help="Print how the quote of each citation was found.")
@click.option(
    "--ignore-other-files",
    is_flag=True,
    help="Ignore paths that do not belong to a course; for hooks.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print findings only.")
def command(
    paths: tuple[Path, ...],
    folder: Path,
    form: str,
    pedantic: bool,
    show_all: bool,
    proofs: bool,
    ignore_other_files: bool,
    quiet: bool,
) -> int:
    """Check courses and print every finding: exit 0 if there are no errors, 1 if there are.

    PATH is the folder of a course, or any file in it; without PATH, the course in the current
    folder is checked.
    """
    if proofs and form != "text":
        raise click.UsageError("--proofs needs --format text")
    if paths and folder != Path():
        raise click.UsageError("name courses by PATH or with -C, not both")
    named = paths or ignore_other_files  # a hook may have no path left to name
    folders = _courses(paths, ignore_other_files) if named else [folder]
    diagnostics: list[Diagnostic] = []
    banks: list[Bank] = []
    for course in folders:
        bank, found = _checked(course, pedantic)
        diagnostics += in_folder(course, found)
        if bank is not None:
            banks.append(bank)
    print_findings(Path(), diagnostics, form, 0 if show_all else 200, err=False)
    if proofs:
        for bank in banks:
            _print_proofs(bank)
    if form == "text" and not quiet:
        questions = prose.counted(sum(len(bank.questions) for bank in banks), "question")
        courses = "" if len(folders) == 1 else f" in {prose.counted(len(folders), 'course')}"
        click.echo(f"checked {questions}{courses}: {summary(diagnostics)}", err=True)
    return 1 if has_errors(diagnostics) else 0


def _courses(paths: Sequence[Path], ignore_others: bool) -> list[Path]:
    """Return the folders of the courses that the paths belong to, each once."""
    folders: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise click.UsageError(f"{path} does not exist")
        folder = path if path.is_dir() else _course_above(path)
        if folder is not None:
            folders[folder] = None
        elif not ignore_others:
            raise click.UsageError(
                f"{path} does not belong to a course: no folder above it has a course.yaml"
            )
    return list(folders)


def _course_above(path: Path) -> Path | None:
    """Return the nearest folder above a file that has a course.yaml."""
    here = Path.cwd()
    for folder in path.absolute().parents:
        if (folder / "course.yaml").is_file():
            return folder.relative_to(here) if folder.is_relative_to(here) else folder
    return None


def _checked(folder: Path, pedantic: bool) -> tuple[Bank | None, list[Diagnostic]]:
    """Return the bank and all its diagnostics, including those that a build of the deck adds."""
    loaded, diagnostics = read_course(folder, pedantic=pedantic)
    # What could not be read would seem to be missing from the bank.
    if loaded.bank is not None and not loaded.bank.unread and loaded.bank.ledger.editions:
        from pkoquiz.exporters import anki

        diagnostics += located(folder, anki.check(loaded.bank))
    if loaded.bank is not None and (folder / "statistics").is_dir():
        from pkoquiz.statistics.measured import findings

        diagnostics += located(folder, findings(loaded.bank, folder))
    return loaded.bank, diagnostics


def _print_proofs(bank: Bank) -> None:
    for proof in proofs(bank):
        moved = proof.finding.status == "moved"
        passages = " ".join(proof.finding.passages) if moved else proof.citation.passage_id
        click.echo(f"{proof.finding.status:8} {proof.item.id}  {passages}")
