"""`pkoquiz coverage`: what is asked about, in numbers or as the curator's desk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pkoquiz.commands.course import course_option, read_bank

if TYPE_CHECKING:
    from pkoquiz.quotes.coverage import Coverage


@click.command("coverage")
@course_option
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the curator's desk, a page to read.",
)
@click.option("--uncited", is_flag=True, help="List the passages that nothing cites.")
def command(folder: Path, as_json: bool, html: Path | None, uncited: bool) -> None:
    """Show which passages, objectives, types and levels the ready questions cover."""
    from pkoquiz.quotes.coverage import as_record, coverage

    bank = read_bank(folder)
    found = coverage(bank)
    if as_json:
        click.echo(json.dumps(as_record(found), ensure_ascii=False, indent=1))
    elif uncited:
        for passage in found.uncited:
            text = " ".join(passage.text.split())
            click.echo(f"{passage.id:28} {text if len(text) <= 100 else text[:99] + '…'}")
    else:
        _print(found)
    if html is not None:
        from pkoquiz.delivery import DeliveryError, deliver
        from pkoquiz.desk import desk

        try:
            deliver(html.parent, {html.name: desk(bank)})
        except DeliveryError as fault:
            raise click.ClickException(str(fault)) from fault
        click.echo(f"wrote {html}", err=True)


def _print(found: Coverage) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    click.echo(
        f"{found.cited} of {found.passages} spoken passages cited ({100 * found.share:.1f} %), {found.questions} ready questions\n"
    )
    table = Table("section", box=None, pad_edge=False)
    for heading in ("passages", "cited", "questions", "planned"):
        table.add_column(heading, justify="right")
    planned = {row.name: row.planned for row in found.tables[0].rows}
    for each in found.sections:
        plan = planned.get(each.section)
        table.add_row(
            each.section,
            str(each.passages),
            str(each.cited),
            str(each.questions),
            "" if plan is None else str(plan),
        )
    console.print(table)
    for group in found.tables[1:]:
        cells = [
            escape(row.name)
            + f" {row.count}"
            + (f"/{row.planned}" if row.planned is not None else "")
            for row in group.rows
        ]
        if cells:
            console.print(f"\n[bold]{group.name}[/bold]  " + "  ".join(cells), highlight=False)
