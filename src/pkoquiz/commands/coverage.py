"""`pkoquiz coverage`: what the questions cover, in numbers or as the curator's desk."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pkoquiz.commands.course import course_option, print_findings, read_bank, read_whole_bank
from pkoquiz.delivery import deliver
from pkoquiz.model.bank import Bank
from pkoquiz.prose import counted, shortened
from pkoquiz.quotes.coverage import Coverage, Row, as_record, coverage
from pkoquiz.reporting import located


@click.command("coverage")
@course_option
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the curator's desk, a page that shows the questions beside the transcript.",
)
@click.option("--uncited", is_flag=True, help="List the passages that no question cites.")
def command(folder: Path, as_json: bool, html: Path | None, uncited: bool) -> None:
    """Show which passages, objectives, types and levels the ready questions cover."""
    if html is not None and html.suffix.lower() not in (".html", ".htm"):
        raise click.UsageError(f"{html} is not the name of a page; write `--html {html.stem}.html`")
    bank = read_bank(folder) if html is None else read_whole_bank(folder)[1]
    figures = coverage(bank)
    if as_json:
        click.echo(json.dumps(as_record(figures), ensure_ascii=False, indent=1))
    elif uncited:
        for passage in figures.uncited:
            click.echo(f"{passage.id:28} {shortened(passage.text, 100)}")
    else:
        _print(figures)
        if (folder / "statistics").is_dir():
            _print_measured(folder, bank)
    if html is not None:
        from pkoquiz.desk import desk
        from pkoquiz.statistics.measured import read_all

        records, diagnostics = read_all(folder)
        print_findings(folder, located(folder, diagnostics))
        deliver(html.parent, {html.name: desk(bank, records)})
        click.echo(f"wrote {html}", err=True)


def _print(figures: Coverage) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    passages = counted(figures.passages, "spoken passage")
    questions = counted(figures.questions, "ready question")
    click.echo(f"{figures.cited} of {passages} cited ({100 * figures.share:.1f} %), {questions}\n")
    sections, *others = figures.tables
    planned = {row.name: row.planned for row in sections.rows}
    table = Table("section", box=None, pad_edge=False)
    for heading in ("passages", "cited", "questions", "planned"):
        table.add_column(heading, justify="right")
    for cover in figures.sections:
        plan = planned.get(cover.section)
        numbers = (cover.passages, cover.cited, cover.questions, "" if plan is None else plan)
        table.add_row(cover.section, *map(str, numbers))
    console.print(table)
    for group in others:
        if group.rows:
            cells = "  ".join(escape(_cell(row)) for row in group.rows)
            console.print(f"\n[bold]{group.name}[/bold]  {cells}", highlight=False)


def _print_measured(folder: Path, bank: Bank) -> None:
    """Print how many ready questions were asked in exams with their present wording."""
    from pkoquiz.exam.versions import digest
    from pkoquiz.statistics.measured import read_all

    administrations, diagnostics = read_all(folder)
    print_findings(folder, located(folder, diagnostics))
    records = [record for record in administrations if record.is_exam]
    asked = {
        (identity, question.digest)
        for record in records
        for identity, question in record.questions.items()
    }
    known = sum((question.id, digest(question)) in asked for question in bank.ready)
    exams = counted(len(records), "exam")
    of = counted(len(bank.ready), "ready question")
    click.echo(f"\nmeasured in {exams}: {known} of {of} (`pkoquiz statistics show`)")


def _cell(row: Row) -> str:
    """Return `name count`, or `name count/planned`."""
    return f"{row.name} {row.count}" + ("" if row.planned is None else f"/{row.planned}")
