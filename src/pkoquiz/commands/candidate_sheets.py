"""Answer sheets for the candidates of a roster: written beside the roster, outside the course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from pkoquiz.commands.course import has_errors, named_file, print_findings
from pkoquiz.delivery import deliver
from pkoquiz.exam.draw.assemble import Progress
from pkoquiz.exam.exam import Exam
from pkoquiz.exporters import papers
from pkoquiz.language import speaking
from pkoquiz.model.bank import Bank
from pkoquiz.prose import counted
from pkoquiz.reporting import located
from pkoquiz.sheets.roster import Candidate, Print, deal, read_roster, serials_csv, version_errors
from pkoquiz.table import read_table

SERIALS = "serials.csv"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The files for all candidates, ready to be written."""

    folder: Path
    files: Mapping[str, bytes]


def read(roster: Path) -> tuple[Candidate, ...]:
    """Return the candidates of a roster; exit with 1 if the table has errors."""
    table, diagnostics = read_table(named_file(roster), str(roster))
    candidates: tuple[Candidate, ...] = ()
    if table is not None:
        candidates, diagnostics = read_roster(table)
    findings = located(Path(), diagnostics)
    print_findings(Path(), findings)
    if table is None or has_errors(findings):
        click.echo("nothing was written", err=True)
        raise SystemExit(1)
    return candidates


def warn_inside(course: Path, folder: Path, what: str) -> None:
    """Warn if a folder with personal data is within the course, which may be published."""
    if folder.resolve().is_relative_to(course.resolve()):
        click.echo(
            f"warning: {folder} is in the course; {what} are personal data, and do not belong "
            "in its repository",
            err=True,
        )


def folder_of(roster: Path, exam: str) -> Path:
    """Return the folder beside a roster that the sheets of an exam are written to."""
    return roster.parent / f"{exam}-sheets"


def prepared(
    bank: Bank,
    exam: Exam,
    roster: Path,
    candidates: Sequence[Candidate],
    *,
    with_papers: bool,
    progress: Progress,
) -> Prepared:
    """Return the sheets of all candidates; raise an error if they cannot be printed.

    Candidates of an earlier `serials.csv` keep their serials and versions.
    """
    folder = folder_of(roster, exam.name)
    earlier = read(folder / SERIALS) if (folder / SERIALS).is_file() else ()
    prints = [
        Print(paper.number, version.letter, version.code)
        for paper in exam.papers
        for version in paper.versions
    ]
    if unprinted := tuple(version_errors(candidates, prints, earlier)):
        print_findings(Path(), located(Path(), unprinted))
        raise click.ClickException("nothing was written")
    dealt = deal(candidates, prints, f"{bank.course.short}/{exam.name}/{exam.seed}", earlier)
    if isinstance(dealt, str):
        raise click.ClickException(f"{dealt}; nothing was written")
    files = {SERIALS: serials_csv(dealt)}
    with speaking(bank.course.language):
        diagnostics = papers.for_candidates(
            bank, exam, dealt, with_papers=with_papers, progress=progress, write=files.__setitem__
        )
    if diagnostics:
        print_findings(Path(), located(Path(), diagnostics))
        raise click.ClickException("nothing was written")
    return Prepared(folder, files)


def write(prepared: Prepared) -> None:
    """Write the sheets and print where they are."""
    written = deliver(prepared.folder, prepared.files)
    sheets = counted(len(prepared.files) - 1, "answer sheet")
    click.echo(
        f"{prepared.folder}: {sheets} and {SERIALS}, {len(written)} written; "
        "they name candidates: keep them out of the course and its repository"
    )
