"""`pkoquiz relink`: follow quotes whose passages moved."""

from __future__ import annotations

from pathlib import Path

import click

from pkoquiz.commands.course import course_option, read_bank


@click.command("relink")
@course_option
@click.option(
    "--write", is_flag=True, help="Change the files; without it, only say what would change."
)
@click.option(
    "--pin",
    is_flag=True,
    help="Also pin citations that have no pin to their passage's present words.",
)
def command(folder: Path, write: bool, pin: bool) -> int:
    """Correct the passage ids of quotes that stand verbatim in one other passage.

    Of several passages that one is taken which alone stands in the section of the old one.

    Exit 1 when a quote stands in both, the passage that is cited and the one its neighbours went to: then you decide.
    """
    from pkoquiz.delivery import DeliveryError, deliver
    from pkoquiz.quotes.relink import doubts, moves, pins, rewritten

    bank = read_bank(folder)
    unsure = doubts(bank)
    kept = {each.place for each in unsure}
    found = moves(bank) + ([each for each in pins(bank) if each.place not in kept] if pin else [])
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
    for doubt in unsure:
        click.echo(
            f"{doubt.place.file}: {doubt.question}: “{doubt.quote}” stands in {doubt.here}, but also in {doubt.there}, where"
            " other words of that passage went: see which one is meant, and write it down with `--pin`",
            err=True,
        )
    return 1 if unsure else 0
