"""`pkoquiz show ID`: one passage in its surroundings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pkoquiz.commands.course import course_option, read_bank

if TYPE_CHECKING:
    from pkoquiz.model.passage import Passage


def _about(passage: Passage) -> Iterator[str]:
    from pkoquiz.model.passage import clock

    yield passage.kind
    yield passage.speaker or "—"
    first, last = passage.lines
    yield f"line {first}" if first == last else f"lines {first}–{last}"
    if passage.pages:
        first, last = passage.pages
        yield f"p. {first}" if first == last else f"p. {first}–{last}"
    if passage.time:
        yield f"{clock(passage.time[0])}–{clock(passage.time[1])}"


@click.command("show")
@click.argument("identity", metavar="ID")
@course_option
def command(identity: str, folder: Path) -> None:
    """Print one passage with its neighbours, its errata and the questions that cite it."""
    import difflib

    bank = read_bank(folder)
    name = identity.partition("~")[0]
    if name not in bank.passages:
        near = difflib.get_close_matches(name, bank.passages, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else "; `pkoquiz passages` lists all"
        raise click.UsageError(f"there is no passage '{name}'{hint}")
    order = list(bank.passages)
    at = order.index(name)
    for index in range(max(0, at - 1), min(len(order), at + 2)):
        passage = bank.passages[order[index]]
        mark = ">" if index == at else " "
        click.echo(f"{mark} {passage.id}~{passage.fingerprint[:4]}  {', '.join(_about(passage))}")
        if index == at:
            click.echo(click.wrap_text(passage.text, 92, "    ", "    ", preserve_paragraphs=True))
        else:
            text = " ".join(passage.text.split())
            click.echo(f"    {text if len(text) <= 88 else text[:87] + '…'}")
    for erratum in bank.errata.get(name, ()):
        click.echo(
            f"\nerratum ({erratum.kind}) “{erratum.words}”: {erratum.right}"
            + (f"  → {erratum.do}" if erratum.do else "")
        )
    citing = [
        item
        for item in (*bank.questions, *bank.terms)
        if any(each.passage_id == name for each in item.sources)
    ]
    click.echo(f"\ncited by {len(citing)}")
    for item in citing:
        asked = " ".join(getattr(item, "stem", getattr(item, "term", "")).split())
        click.echo(f"  {item.id:36} {asked[:80]}")
