"""`pkoquiz show ID`: a passage in its context."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from pkoquiz import prose
from pkoquiz.commands.course import course_option, read_part
from pkoquiz.model.passage import Passage, clock


@click.command("show")
@click.argument("passage_id", metavar="ID")
@course_option
def command(passage_id: str, folder: Path) -> None:
    """Show a passage with its neighbours, its errata and the questions that cite it."""
    loaded = read_part(folder)
    passages = {
        passage.id: passage for transcript in loaded.transcripts for passage in transcript.passages
    }
    name = passage_id.partition("~")[0]
    if name not in passages:
        hint = prose.did_you_mean(name, passages) or "`pkoquiz passages` lists all"
        raise click.UsageError(f"there is no passage `{name}`; {hint}")
    ids = list(passages)
    position = ids.index(name)
    for neighbour in ids[max(0, position - 1) : position + 2]:
        passage = passages[neighbour]
        mark = ">" if neighbour == name else " "
        about = ", ".join(_about(passage))
        click.echo(f"{mark} {passage.id}~{passage.fingerprint[:4]}  {about}")
        if neighbour == name:
            click.echo(click.wrap_text(passage.text, 92, "    ", "    ", preserve_paragraphs=True))
        else:
            click.echo(f"    {prose.shortened(passage.text, 88)}")
    for transcript in loaded.transcripts:
        for erratum in transcript.errata:
            if erratum.passage == name:
                advice = f"  → {erratum.do}" if erratum.do else ""
                click.echo(f"\nerratum ({erratum.kind}) “{erratum.words}”: {erratum.right}{advice}")
    bank = loaded.bank
    if bank is None:  # course.yaml has errors
        return
    items = [
        *((question.id, question.stem, question.sources) for question in bank.questions),
        *((term.id, term.term, term.sources) for term in bank.terms),
    ]
    citing = [
        f"  {item_id:36} {prose.shortened(text, 80)}"
        for item_id, text, sources in items
        if any(citation.passage_id == name for citation in sources)
    ]
    click.echo("\n".join([f"\ncited by {len(citing)}", *citing]))


def _about(passage: Passage) -> Iterator[str]:
    yield passage.kind
    yield passage.speaker or "—"
    yield _range("line ", "lines ", *passage.lines)
    if passage.pages:
        yield _range("p. ", "pp. ", *passage.pages)
    if passage.time:
        yield f"{clock(passage.time[0])}–{clock(passage.time[1])}"


def _range(one: str, several: str, first: int, last: int) -> str:
    return f"{one}{first}" if first == last else f"{several}{first}–{last}"
