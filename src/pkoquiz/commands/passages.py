"""`pkoquiz passages`: list and search."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pkoquiz.commands.course import course_option, read_bank

if TYPE_CHECKING:
    from pkoquiz.model.passage import Passage

KINDS = [
    "heading",
    "speech",
    "slide",
    "question",
    "answer",
    "footnote",
    "bio",
    "programme",
    "toc",
    "sound",
]


def folded(text: str) -> str:
    """Text for searching: no case, no accents, one kind of quotation mark and dash."""
    from pkoquiz.quotes.find import fold

    apart = unicodedata.normalize("NFKD", fold(text).casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def as_record(passage: Passage) -> dict[str, object]:
    """A passage as JSON: the fields that other programs may rely on."""
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
@click.option("--kind", type=click.Choice(KINDS), help="Only this kind.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of passages as JSON.")
def command(
    query: tuple[str, ...], folder: Path, section: str | None, kind: str | None, as_json: bool
) -> int:
    """List the transcript's passages; with QUERY those that have all its words, in any order."""
    from pkoquiz.model.passage import clock

    bank = read_bank(folder)
    if section and section not in bank.sections:
        raise click.UsageError(
            f"there is no section '{section}'; known are: {', '.join(bank.sections)}"
        )
    wanted = folded(" ".join(query)).split()
    found = [
        passage
        for passage in bank.passages.values()
        if (not section or passage.section == section)
        and (not kind or passage.kind == kind)
        and (not wanted or _has_all(wanted, folded(passage.text)))
    ]
    if as_json:
        click.echo(
            json.dumps([as_record(passage) for passage in found], ensure_ascii=False, indent=1)
        )
        return 0
    timed = any(passage.time for passage in found)
    for passage in found:
        text = " ".join(passage.text.split())
        time = f"{clock(passage.time[0]) if passage.time else '':8} " if timed else ""
        click.echo(
            f"{passage.id:28} {time}{passage.speaker[:20]:20} {text if len(text) <= 100 else text[:99] + '…'}"
        )
    if not found:
        click.echo("no passage has all these words" if wanted else "no passages", err=True)
    return 0


def _has_all(words: list[str], text: str) -> bool:
    return all(word in text for word in words)
