"""`pkoquiz passages`: list and search the passages."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import get_args

import click

from pkoquiz import prose
from pkoquiz.commands.course import course_option, read_part
from pkoquiz.model.passage import Kind, Passage, clock
from pkoquiz.quotes.find import fold

_SHOWN = 100
"""Characters of a passage in a list."""

_BEFORE = 30
"""Characters before a hit."""


def folded(text: str) -> str:
    """Return text for searching: lower case, no accents, one kind of quotation mark and dash."""
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
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="How many passages a search shows; 0 for all.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the passages as a JSON list.")
def command(
    query: tuple[str, ...],
    folder: Path,
    section: str | None,
    kind: str | None,
    limit: int,
    as_json: bool,
) -> int:
    """List the passages of the transcripts, or search them for QUERY, the best match first.

    Passages that contain every word of QUERY come before those that contain some of them.
    """
    transcripts = read_part(folder).transcripts
    sections = [heading.slug for transcript in transcripts for heading in transcript.sections]
    if section and section not in sections:
        raise click.UsageError(
            f"there is no section `{section}`; {prose.one_of(section, sections)}"
        )
    wanted = folded(" ".join(query)).split()
    passages = [
        passage
        for transcript in transcripts
        for passage in transcript.passages
        if (not section or passage.section == section) and (not kind or passage.kind == kind)
    ]
    if wanted:
        passages = _ranked(passages, " ".join(query))[: limit or None]
    if as_json:
        records = [as_record(passage) for passage in passages]
        click.echo(json.dumps(records, ensure_ascii=False, indent=1))
        return 0
    timed = any(passage.time for passage in passages)
    for passage in passages:
        start = clock(passage.time[0]) if passage.time else ""
        time = f"{start:8} " if timed else ""
        text = _around(passage.text, wanted)
        click.echo(f"{passage.id:28} {time}{prose.shortened(passage.speaker, 20):20} {text}")
    if not passages:
        click.echo("no passage contains any of these words" if wanted else "no passages", err=True)
    return 0


def _ranked(passages: list[Passage], query: str) -> list[Passage]:
    """Return the passages that contain words of the query, the best first; see `command`."""
    from pkoquiz.quotes.propose import index_of, ranked

    order = {
        passage.id: number for number, (_, passage) in enumerate(ranked(index_of(passages), query))
    }
    terms = folded(query).split()
    hits = {passage.id: sum(term in folded(passage.text) for term in terms) for passage in passages}
    matching = [passage for passage in passages if hits[passage.id]]
    return sorted(
        matching,
        key=lambda passage: (hits[passage.id] < len(terms), order.get(passage.id, len(order))),
    )


def _around(text: str, words: list[str]) -> str:
    """Return the beginning of a passage, or the surroundings of a word found only after it.

    The first hit that leaves the other words visible is chosen.
    """
    if len(text) <= _SHOWN or not words:
        return prose.shortened(text, _SHOWN)
    offsets: list[int] = []
    plain = ""
    for offset, character in enumerate(text):
        letters = folded(character) or (" " if character.isspace() else "")
        plain += letters
        offsets += [offset] * len(letters)
    hits = [offsets[plain.index(word)] for word in words if word in plain]
    if not hits or max(hits) < _SHOWN - _BEFORE:
        return prose.shortened(text, _SHOWN)
    start = max(0, min(hits) - _BEFORE)
    start = text.rfind(" ", 0, start) + 1
    return ("… " if start else "") + prose.shortened(text[start:], _SHOWN)
