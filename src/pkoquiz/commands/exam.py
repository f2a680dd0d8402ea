"""`pkoquiz exam`: draw papers by a blueprint, and print them in versions with keys."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import click

from pkoquiz.commands import candidate_sheets, feedback, grade, keep, scan
from pkoquiz.commands.course import (
    course_option,
    has_errors,
    named_file,
    print_findings,
    read_bank,
    read_course,
)
from pkoquiz.commands.measured import without_unsuitable
from pkoquiz.commands.progress import progress_bar
from pkoquiz.delivery import delivery
from pkoquiz.diagnostics import Place
from pkoquiz.exam import exam as exams
from pkoquiz.exam.draw.assemble import Progress
from pkoquiz.exam.draw.report import composition, overlaps
from pkoquiz.exam.exam import Exam, Layout
from pkoquiz.exam.manifest import Manifest, lost, manifest, parsed, read_manifest
from pkoquiz.exporters import papers
from pkoquiz.load import contents
from pkoquiz.model.bank import Bank
from pkoquiz.prose import counted, one_of, shortened
from pkoquiz.reporting import located, summary
from pkoquiz.sheets.code import ID_DIGITS_MOST
from pkoquiz.sheets.form import ID_DIGITS

FORMATS = papers.FORMATS


@click.group("exam")
def command() -> None:
    """Draw papers from the bank by a blueprint, in versions; grade them afterwards."""


command.add_command(keep.command)
command.add_command(grade.command)
command.add_command(scan.command)
command.add_command(feedback.command)


@command.command("list")
@course_option
def list_blueprints(folder: Path) -> None:
    """List the blueprints of course.yaml."""
    blueprints = read_bank(folder).course.blueprints
    if not blueprints:
        hint = "`pkoquiz build exam` prints a practice paper of all questions"
        click.echo(f"course.yaml has no blueprints; {hint}")
    for name, blueprint in blueprints.items():
        questions = counted(blueprint.items, "question")
        time = f", {counted(blueprint.minutes, 'minute')}" if blueprint.minutes else ""
        count = counted(blueprint.papers, "paper")
        versions = counted(blueprint.versions, "version")
        title, seed = shortened(blueprint.title, 200), shortened(blueprint.seed, 80)
        click.echo(f"{name}: {title}, {questions}{time}, {count} in {versions}, seed {seed}")


@command.command("plan")
@click.argument("name")
@course_option
@click.option(
    "--json", "as_json", is_flag=True, help="Print the manifest that `build` would write."
)
@click.option("--questions", "listed", is_flag=True, help="List the questions of each paper.")
def plan(name: str, folder: Path, as_json: bool, listed: bool) -> int:
    """Draw the papers and show their composition.

    Nothing is written.
    """
    bank = read_bank(folder)
    with progress_bar(as_json) as progress:
        exam = _draw(folder, bank, name, progress)
    if exam is None:
        return 1
    if as_json:
        click.echo(manifest(bank, exam).decode(), nl=False)
        return 0
    _report(bank, exam)
    if listed:
        for paper in exam.papers:
            click.echo(f"\npaper {paper.number}")
            for identity in sorted(placed.id for placed in paper.versions[0].questions):
                click.echo(f"  {identity}")
    return 0


@command.command("build")
@click.argument("name", required=False)
@course_option
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Print the papers of this manifest.json again, even if the bank has grown.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Output folder (default: exports/ in the course).",
)
@click.option(
    "--versions",
    type=click.IntRange(1, 702),
    help="Number of versions, instead of the blueprint's.",
)
@click.option("--seed", help="Seed, instead of the blueprint's; another seed draws other papers.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(FORMATS),
    help="Print only this format; may be repeated.",
)
@click.option(
    "--paper", type=click.Choice(["a4", "us-letter"]), help="Paper size, instead of the course's."
)
@click.option(
    "--columns", type=click.Choice(["1", "2"]), help="Columns, instead of the blueprint's."
)
@click.option("--large-print", is_flag=True, help="Print in 18-point type, in one column.")
@click.option("--sheets", is_flag=True, help="Print a blank answer sheet for each version.")
@click.option(
    "--id-digits",
    type=click.IntRange(1, ID_DIGITS_MOST),
    default=ID_DIGITS,
    show_default=True,
    help="Digits of the candidate number on blank answer sheets.",
)
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Print an answer sheet for each candidate of this table, into a folder beside it.",
)
@click.option(
    "--with-papers", is_flag=True, help="Print each candidate's paper after their answer sheet."
)
@click.option(
    "--replace",
    "is_replacing",
    is_flag=True,
    help="Replace papers with other questions, order or wording.",
)
def build(
    name: str | None,
    folder: Path,
    source: Path | None,
    out: Path | None,
    versions: int | None,
    seed: str | None,
    formats: tuple[str, ...],
    paper: str | None,
    columns: str | None,
    large_print: bool,
    sheets: bool,
    id_digits: int,
    roster: Path | None,
    with_papers: bool,
    is_replacing: bool,
) -> int:
    """Print the papers of a blueprint and their keys.

    Each version is printed with its key; the answer strips and manifest.json serve all versions.

    Answer sheets are read by `pkoquiz exam scan`. A roster is a table (CSV) with the column
    `candidate` and, optionally, `name`, `paper`, `version`, `extra time`, `large print` and
    `address`. The sheets of its candidates, and the list of their serials, are personal data:
    they are written to a folder beside the roster, not to the course.

    If anything cannot be printed, nothing is written. Papers with other codes, which may have been
    used, are replaced only with --replace; `pkoquiz exam keep` keeps a record of them.
    """
    from pkoquiz.build import note_lines

    if (name is None) == (source is None):
        raise click.UsageError(
            "name a blueprint (`pkoquiz exam list` lists them), or a manifest with --from"
        )
    if source is not None and (versions is not None or seed is not None):
        raise click.UsageError("--versions and --seed cannot be used with --from")
    if seed is not None and not (seed.strip() and seed.isprintable()):
        raise click.UsageError("the seed must be a word or number that can be printed")
    if large_print and columns == "2":
        raise click.UsageError("large print has one column")
    if with_papers and roster is None:
        raise click.UsageError("--with-papers needs --roster")
    candidates = candidate_sheets.read(roster) if roster is not None else ()
    loaded, diagnostics = read_course(folder)
    if loaded.bank is None or has_errors(diagnostics):
        print_findings(folder, diagnostics, limit=200)
        click.echo(f"nothing was written: {summary(diagnostics)}", err=True)
        return 1
    bank = _adjusted(loaded.bank, name, versions, seed, paper)
    with progress_bar() as progress:
        changed: tuple[str, ...] = ()
        if source is not None:
            read = read_manifest(named_file(source), str(source), bank)
            print_findings(Path(), read.diagnostics)
            exam, changed = read.exam, read.changed
        else:
            assert name is not None
            exam = _draw(folder, bank, name, progress)
        if exam is None:
            click.echo("nothing was written", err=True)
            return 1
        large_print = large_print or exam.layout.large_print
        layout = Layout(1 if large_print else int(columns or exam.layout.columns), large_print)
        exam = replace(exam, layout=layout)
        target, file = out or folder / "exports", papers.manifest_file(exam.name)
        old = contents(target, file)
        record = parsed(manifest(bank, exam), Place(file))[0]
        assert record is not None
        if not is_replacing:
            _require_nothing_lost(target / file, old, record)
        files: list[str] = []
        with delivery(target) as new:

            def write(name: str, content: bytes) -> None:
                new.add(name, content)
                files.append(name)

            export = papers.build(
                bank,
                exam,
                formats=formats or FORMATS,
                changed=changed,
                sheet_digits=id_digits if sheets else 0,
                progress=progress,
                write=write,
            )
            if export.diagnostics:
                print_findings(folder, located(folder, export.diagnostics))
                click.echo("nothing was written", err=True)
                return 1
            printed = None
            if roster is not None:
                printed = candidate_sheets.prepared(
                    bank, exam, roster, candidates, with_papers=with_papers, progress=progress
                )
            outdated = _outdated(target, old, record, files)
            written = new.commit(outdated, {} if old is None else {file: old})
    _report(bank, exam)
    click.echo(f"\n{target / 'exam' / exam.name}: {len(files)} files, {len(written)} written")
    for path in outdated:
        click.echo(f"removed {target / path}")
    for line in note_lines(export.notes):
        click.echo(f"note: {line}")
    if printed is not None:
        candidate_sheets.write(printed)
        candidate_sheets.warn_inside(folder, printed.folder, "sheets of candidates")
    return 0


def _draw(folder: Path, bank: Bank, name: str, progress: Progress) -> Exam | None:
    if name not in bank.course.blueprints:
        hint = one_of(name, list(bank.course.blueprints)) or "define one under `blueprints`"
        raise click.UsageError(f"course.yaml has no blueprint `{name}`; {hint}")
    suitable = without_unsuitable(folder, bank, name)
    if suitable is None:
        return None
    exam, drawn = exams.plan(suitable, name, progress)
    print_findings(folder, located(folder, drawn.diagnostics))
    return exam


def _adjusted(
    bank: Bank, name: str | None, versions: int | None, seed: str | None, paper: str | None
) -> Bank:
    """Return the bank with the settings of the command line in place of those in course.yaml."""
    course = bank.course
    if name in course.blueprints:
        given = {"versions": versions, "seed": seed}
        update = {field: value for field, value in given.items() if value is not None}
        blueprint = course.blueprints[name].model_copy(update=update)
        course = course.model_copy(update={"blueprints": {**course.blueprints, name: blueprint}})
    if paper is not None:
        course = course.model_copy(update={"exam": course.exam.model_copy(update={"paper": paper})})
    return replace(bank, course=course)


# --- files of an earlier draw ---------------------------------------------------------------------


def _require_nothing_lost(path: Path, old: bytes | None, new: Manifest) -> None:
    """Fail if papers that may have been used would be replaced by papers with other codes."""
    if old is None:
        return
    record, _ = parsed(old, Place(str(path)))
    if record is None:
        raise click.ClickException(
            f"{path} is not an exam manifest; nothing was written. "
            "Restore it, or add --replace to print new papers"
        )
    if reasons := list(lost(record, new)):
        listed = "; ".join(reasons[:4]) + ("; …" if len(reasons) > 4 else "")
        raise click.ClickException(
            f"{path.parent} has other papers: {listed}. Nothing was written. "
            f"If they were used, keep a record with `pkoquiz exam keep {new.exam}`; "
            "then add --replace, or name another folder with --out"
        )


def _outdated(target: Path, old: bytes | None, new: Manifest, files: Collection[str]) -> list[str]:
    """Return papers, keys and strips of an earlier draw, which do not belong to the new manifest.

    Only files that the earlier manifest lists are deleted, and only if their codes differ from the
    new ones.
    """
    record, _ = parsed(old or b"", Place(new.exam))
    if record is None or record.exam != new.exam:
        return []
    codes = papers.printed_files(new)
    return sorted(
        path
        for path, old_codes in papers.printed_files(record).items()
        if codes.get(path) != old_codes and path not in files and (target / path).is_file()
    )


# --- terminal -------------------------------------------------------------------------------------


def _report(bank: Bank, exam: Exam) -> None:
    """Print the composition of the papers as a table, and which questions they share."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    title = escape(shortened(f"{exam.title} (seed {exam.seed})", 200))
    table = Table(box=None, pad_edge=False, title=title, title_justify="left")
    table.add_column("")
    table.add_column("")
    table.add_column("requested", justify="right", style="dim")
    for paper in exam.papers:
        table.add_column(f"paper {paper.number}", justify="right")
    drawn = [[placed.id for placed in paper.versions[0].questions] for paper in exam.papers]
    dimension = ""
    for row in composition(bank, bank.course.blueprints.get(exam.name), drawn):
        heading = row.dimension if row.dimension != dimension else ""
        table.add_row(heading, row.name, row.requested, *row.counts)
        dimension = row.dimension
    Console().print(table, highlight=False)
    if shared := overlaps(drawn):
        pairs = ", ".join(f"{one} and {other}: {count}" for one, other, count in shared)
        click.echo(f"\nquestions shared by papers {pairs}")
    for paper in exam.papers:
        codes = ", ".join(f"{version.letter} {version.code}" for version in paper.versions[:6])
        more = f", … {len(paper.versions)} in all" if len(paper.versions) > 6 else ""
        click.echo(f"paper {paper.number}, version codes: {codes}{more}")
