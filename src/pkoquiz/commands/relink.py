"""`pkoquiz relink`: follow quotes and errata whose words moved to another passage."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from pkoquiz import prose
from pkoquiz.commands.course import course_option, read_whole_bank
from pkoquiz.delivery import deliver
from pkoquiz.quotes.relink import doubts, moves, pins, rewritten


@click.command("relink")
@course_option
@click.option("--write", is_flag=True, help="Change the files instead of listing the changes.")
@click.option(
    "--pin",
    is_flag=True,
    help="Also pin each citation without a pin to the present words of its passage.",
)
def command(folder: Path, write: bool, pin: bool) -> int:
    """Correct the passage ids of citations and errata whose words are found in one other passage.

    If several passages match, the only match in the old section wins. Nothing is written if a part
    of the course cannot be read: it may contain the passage that a quote belongs to.

    Exit 1 if a quote is found both in the cited passage and in the passage that the other quotes
    of the cited passage moved to: then you decide.
    """
    loaded, bank = read_whole_bank(folder)
    doubtful = doubts(bank)
    doubtful_places = {doubt.place for doubt in doubtful}
    changes = moves(bank)
    if pin:
        changes += [change for change in pins(bank) if change.place not in doubtful_places]
    lines: list[str] = []
    files: dict[str, bytes] = {}
    seen: dict[str, bytes | None] = {}
    for name in sorted({change.place.file for change in changes}):
        in_file = [change for change in changes if change.place.file == name]
        seen[name] = raw = (folder / name).read_bytes()
        if hashlib.sha256(raw).hexdigest() != loaded.digests[name]:
            raise click.ClickException(f"{folder / name} has changed in the meantime; run again")
        files[name] = rewritten(raw, in_file)
        lines += [f"{name}: {move.subject}: {move.old} -> {move.new}" for move in in_file]
    if write:
        deliver(folder, files, seen=seen)  # before it is listed as done
    for line in lines:
        click.echo(line)
    if not changes:
        click.echo("nothing to relink")
    elif write:
        ids, written = prose.counted(len(changes), "passage id"), prose.counted(len(files), "file")
        click.echo(f"changed {ids} in {written}")
    else:
        click.echo(f"{prose.counted(len(changes), 'change')}; --write applies them")
    for doubt in doubtful:
        click.echo(
            f"{doubt.place.file}: {doubt.question}: “{doubt.quote}” is in {doubt.here}, but also"
            f" in {doubt.there}, where other quotes of that passage moved; decide which passage is"
            f" meant and pin the citation to it: `passage: {doubt.here}~"
            f"{bank.passages[doubt.here].fingerprint[:4]}`",
            err=True,
        )
    return 1 if doubtful else 0
