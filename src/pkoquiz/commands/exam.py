"""`pkoquiz exam`: papers drawn from the bank by the blueprints of course.yaml, printed in versions with keys."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pkoquiz.commands import grade
from pkoquiz.commands.course import (
    course_option,
    has_errors,
    named_file,
    print_findings,
    read_bank,
    read_course,
)

if TYPE_CHECKING:
    from pkoquiz.exam.draw.assemble import Progress
    from pkoquiz.exam.exam import Exam
    from pkoquiz.model.bank import Bank

FORMATS = ("pdf", "html", "docx")


@click.group("exam")
def command() -> None:
    """Draw papers from the bank by a blueprint, in versions; grade them when they were sat."""


command.add_command(grade.command)


@command.command("list")
@course_option
def list_blueprints(folder: Path) -> None:
    """List the blueprints of course.yaml."""
    bank = read_bank(folder)
    if not bank.course.blueprints:
        click.echo(
            "course.yaml has no blueprints; `pkoquiz build exam` prints a practice paper of all questions"
        )
    for name, each in bank.course.blueprints.items():
        papers = f"{each.papers} papers" if each.papers > 1 else "1 paper"
        versions = f"{each.versions} versions" if each.versions > 1 else "1 version"
        time = f", {each.minutes} minutes" if each.minutes else ""
        click.echo(
            f"{name}: {each.title}, {each.items} questions{time}, {papers} in {versions}, seed {each.seed}"
        )


@command.command("plan")
@click.argument("name")
@course_option
@click.option(
    "--json", "as_json", is_flag=True, help="Print the manifest that a build would write."
)
@click.option("--questions", "listed", is_flag=True, help="List the questions of each paper.")
def plan(name: str, folder: Path, as_json: bool, listed: bool) -> int:
    """Draw the papers of a blueprint and report their balance and overlap; nothing is written."""
    from pkoquiz.exam.manifest import manifest

    bank = read_bank(folder)
    with _progress(as_json) as progress:
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
            for placed in sorted(paper.versions[0].questions, key=lambda each: each.id):
                click.echo(f"  {placed.id}")
    return 0


@command.command("build")
@click.argument("name", required=False)
@course_option
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Print again what a manifest.json records, whatever was added since.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Output folder (default: exports/ of the course).",
)
@click.option(
    "--versions",
    type=click.IntRange(1, 702),
    help="Number of versions, instead of the blueprint's.",
)
@click.option("--seed", help="Another seed than the blueprint's: other papers.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(FORMATS),
    help="Only this format; may be repeated.",
)
@click.option(
    "--paper", type=click.Choice(["a4", "us-letter"]), help="Paper size, instead of the course's."
)
@click.option(
    "--columns", type=click.Choice(["1", "2"]), help="Columns, instead of the blueprint's."
)
@click.option("--large-print", is_flag=True, help="18-point type.")
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
) -> int:
    """Print the papers of a blueprint: every version with its key, answer strips, and manifest.json.

    Nothing is written unless everything could be made.
    """
    from dataclasses import replace

    from pkoquiz.build import note_lines
    from pkoquiz.delivery import DeliveryError, deliver
    from pkoquiz.exam.exam import Layout
    from pkoquiz.exporters import papers
    from pkoquiz.reporting import located, summary

    if (name is None) == (source is None):
        raise click.UsageError(
            "name a blueprint, or a manifest with --from; `pkoquiz exam list` lists blueprints"
        )
    if source is not None and (versions is not None or seed is not None):
        raise click.UsageError("--versions and --seed draw anew; a manifest is printed as it is")
    if large_print and columns == "2":
        raise click.UsageError("large print has one column")
    loaded, found = read_course(folder)
    if loaded.bank is None or has_errors(found):
        print_findings(folder, found, limit=200)
        click.echo(f"nothing was written: {summary(found)}", err=True)
        return 1
    bank = _with(loaded.bank, name, versions, seed, paper)
    with _progress() as progress:
        changed: tuple[str, ...] = ()
        if source is not None:
            from pkoquiz.exam.manifest import read_manifest

            read = read_manifest(named_file(source), str(source), bank)
            print_findings(Path(), read.faults)
            exam, changed = read.exam, read.changed
        else:
            assert name is not None
            exam = _draw(folder, bank, name, progress)
        if exam is None:
            click.echo("nothing was written", err=True)
            return 1
        layout = Layout(
            1 if large_print else int(columns or exam.layout.columns),
            large_print or exam.layout.large_print,
        )
        if layout.large_print:
            layout = Layout(1, True)
        exam = replace(exam, layout=layout)
        built = papers.build(
            bank, exam, formats=formats or FORMATS, changed=changed, progress=progress
        )
    if built.faults:
        print_findings(folder, located(folder, list(built.faults)))
        click.echo("nothing was written", err=True)
        return 1
    target = out or folder / "exports"
    try:
        gone = _left_over(target, exam, built.export.files)
        written = deliver(target, dict(built.export.files), gone)
    except DeliveryError as fault:
        raise click.ClickException(str(fault)) from fault
    _report(bank, exam)
    click.echo(
        f"\n{target / 'exam' / exam.name}: {len(built.export.files)} files, {len(written)} written"
    )
    for path in gone:
        click.echo(f"removed {target / path}")
    for line in note_lines(built.export.notes):
        click.echo(f"note: {line}")
    return 0


def _draw(folder: Path, bank: Bank, name: str, progress: Progress) -> Exam | None:
    """The exam of a blueprint; prints why there is none."""
    from pkoquiz.exam import exam as exams
    from pkoquiz.reporting import located

    if name not in bank.course.blueprints:
        known = ", ".join(bank.course.blueprints) or "none"
        raise click.UsageError(f"there is no blueprint '{name}' in course.yaml; known: {known}")
    exam, drawn = exams.plan(bank, name, progress)
    print_findings(folder, located(folder, list(drawn.faults)))
    return exam


def _left_over(target: Path, exam: Exam, made: Collection[str]) -> list[str]:
    """Papers, keys and strips of an earlier draw: beside a new manifest they would be taken for its own.

    Only what the earlier manifest says is ours to delete, and of that only what bears another code than now.
    """
    from pkoquiz.diagnostics import Place
    from pkoquiz.exam.manifest import parsed

    file = f"exam/{exam.name}/manifest.json"
    try:
        old, _ = parsed((target / file).read_bytes(), Place(file))
    except OSError:
        return []
    if old is None or old.exam != exam.name:
        return []
    before = _printed(
        exam.name,
        [
            (paper.paper, [(each.version, each.code) for each in paper.versions])
            for paper in old.papers
        ],
    )
    now = _printed(
        exam.name,
        [
            (paper.number, [(each.letter, each.code) for each in paper.versions])
            for paper in exam.papers
        ],
    )
    return sorted(
        name
        for name, codes in before.items()
        if now.get(name) != codes and name not in made and (target / name).is_file()
    )


def _printed(
    name: str, papers: Sequence[tuple[int, Sequence[tuple[str, str]]]]
) -> dict[str, tuple[str, ...]]:
    """Every file that papers are printed into, given their numbers, letters and codes: name → the codes in it."""
    from pkoquiz.exporters.papers import strips_file, version_file

    files: dict[str, tuple[str, ...]] = {}
    for number, versions in papers:
        for letter, code in versions:
            stem = version_file(name, len(papers), number, letter)
            for ending in FORMATS:
                files |= {f"{stem}.{ending}": (code,), f"{stem}-key.{ending}": (code,)}
        files[strips_file(name, len(papers), number)] = tuple(code for _, code in versions)
    return files


def _with(
    bank: Bank, name: str | None, versions: int | None, seed: str | None, paper: str | None
) -> Bank:
    """The bank with what the command line says instead of course.yaml."""
    from dataclasses import replace

    course = bank.course
    if seed is not None and not (seed.strip() and seed.isprintable()):
        raise click.UsageError("a seed is a word or number that can be printed on the paper")
    if name in course.blueprints:
        asked = {
            key: value
            for key, value in (("versions", versions), ("seed", seed))
            if value is not None
        }
        blueprint = course.blueprints[name].model_copy(update=asked)
        course = course.model_copy(update={"blueprints": {**course.blueprints, name: blueprint}})
    if paper is not None:
        course = course.model_copy(update={"exam": course.exam.model_copy(update={"paper": paper})})
    return replace(bank, course=course)


def _report(bank: Bank, exam: Exam) -> None:
    """Balance and overlap of the papers, as a table."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from pkoquiz.exam.draw.assemble import balance, overlaps

    drawn = [[placed.id for placed in paper.versions[0].questions] for paper in exam.papers]
    table = Table(
        box=None,
        pad_edge=False,
        title=escape(f"{exam.title} (seed {exam.seed})"),
        title_justify="left",
    )
    table.add_column("")
    table.add_column("")
    table.add_column("asked", justify="right", style="dim")
    for paper in exam.papers:
        table.add_column(f"paper {paper.number}", justify="right")
    before = ""
    for line in balance(bank, bank.course.blueprints.get(exam.name), drawn):
        table.add_row(
            line.dimension if line.dimension != before else "", line.name, line.asked, *line.counts
        )
        before = line.dimension
    Console().print(table, highlight=False)
    shared = overlaps(drawn)
    if shared:
        told = ", ".join(f"{one} and {other}: {count}" for one, other, count in shared)
        click.echo(f"\nquestions shared by papers {told}")
    for paper in exam.papers:
        codes = ", ".join(f"{version.letter} {version.code}" for version in paper.versions[:6])
        more = f", … {len(paper.versions)} in all" if len(paper.versions) > 6 else ""
        click.echo(f"paper {paper.number}, codes of versions: {codes}{more}")


@contextmanager
def _progress(quiet: bool = False) -> Iterator[Progress]:
    """A bar on terminals, nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda what, done, of: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("…", total=None)
        yield lambda what, done, of: bar.update(task, description=what, completed=done, total=of)
