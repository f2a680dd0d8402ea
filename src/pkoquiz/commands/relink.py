"""`pkoquiz relink`: follow quotes whose passages moved."""

from __future__ import annotations

from pathlib import Path

import click

from pkoquiz.commands.course import course_option, read_bank


@click.command("relink")
@course_option
@click.option("--write", is_flag=True, help="Change the files; without it, only say what would change.")
@click.option(
    "--pin", is_flag=True, help="Also pin citations that have no pin to their passage's present words."
)
def command(folder: Path, write: bool, pin: bool) -> int:
    """Correct the passage ids of quotes that stand verbatim in exactly one other passage."""
    from pkoquiz.delivery import DeliveryError, deliver
    from pkoquiz.relink import moves, pins, rewritten

    bank = read_bank(folder)
    found = moves(bank) + (pins(bank) if pin else [])
    files: dict[str, bytes] = {}
    for name in sorted({move.place.file for move in found}):
        own = [move for move in found if move.place.file == name]
        files[name] = rewritten((folder / name).read_bytes(), own)
        for move in own:
            click.echo(f"{name}: {move.question}: {move.old} -> {move.new}")
    if write and files:
        try:
            deliver(folder, files)
        except DeliveryError as fault:
            raise click.ClickException(str(fault)) from fault
    if not found:
        click.echo("nothing to relink")
    elif not write:
        click.echo(f"{len(found)} to correct; --write does it")
    return 0
