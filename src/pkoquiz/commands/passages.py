"""`pkoquiz passages`: list and search."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import get_args

import click

from pkoquiz import prose
from pkoquiz.commands.course import course_option, read_bank
from pkoquiz.model.passage import Kind, Passage, clock
from pkoquiz.quotes.find import fold


def folded(text: str) -> str:
    """Return text for searching: no case, no accents, one kind of quotation mark and dash."""
    decomposed = unicodedata.normalize("NFKD", fold(text).casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def as_record(passage: Passage) -> dict[str, object]:
    """Return a passage as JSON: the fields that other programs may rely on."""
    return {
        "id": passage.id,
        "section": passage.section,
        "speaker": passage.speaker,
        "kind": passage.kind,
        "text": passage.text,
        "lines": list(passage.lines),
        "time": list(passage.time) if passage.time else None,
        "fingerprint": passage.fingerprint,
    }


@click.command("passages")
@click.argument("query", nargs=-1)
@course_option
@click.option("--section", help="Only this section.")
@click.option("--kind", type=click.Choice(get_args(Kind)), help="Only this kind.")
@click.option("--json", "as_json", is_flag=True, help="Print the passages as a JSON list.")
def command(
    query: tuple[str, ...], folder: Path, section: str | None, kind: str | None, as_json: bool
) -> int:
    """List the passages of the transcripts, or those that contain every word of QUERY."""
    bank = read_bank(folder)
    if section and section not in bank.sections:
        hint = prose.one_of(section, list(bank.sections))
        raise click.UsageError(f"there is no section `{section}`; {hint}")
    wanted = folded(" ".join(query)).split()
    passages = [
        passage
        for passage in bank.passages.values()
        if (not section or passage.section == section)
        and (not kind or passage.kind == kind)
        and _contains_all(folded(passage.text) if wanted else "", wanted)
    ]
    if as_json:
        records = [as_record(passage) for passage in passages]
        click.echo(json.dumps(records, ensure_ascii=False, indent=1))
        return 0
    timed = any(passage.time for passage in passages)
    for passage in passages:
        start = clock(passage.time[0]) if passage.time else ""
        time = f"{start:8} " if timed else ""
        text = prose.shortened(passage.text, 100)
        click.echo(f"{passage.id:28} {time}{passage.speaker[:20]:20} {text}")
    if not passages:
        click.echo("no passage contains all these words" if wanted else "no passages", err=True)
    return 0


def _contains_all(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)
