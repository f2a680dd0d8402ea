"""`pkoquiz cite`: propose passages and quotes that may prove a claim."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pkoquiz import prose
from pkoquiz.commands.course import course_option, read_bank
from pkoquiz.quotes.propose import index_of, propose


@click.command("cite")
@click.argument("claim", nargs=-1, required=True)
@course_option
@click.option("--section", default="", help="Only passages of this section.")
@click.option("-n", "--limit", default=3, type=click.IntRange(1, 50), help="How many proposals.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of {passage, quote, score}.")
def command(claim: tuple[str, ...], folder: Path, section: str, limit: int, as_json: bool) -> int:
    """Propose passages and exact quotes that may prove CLAIM, best first.

    A claim is a sentence, a question with its answer, or words that you remember. Read the passage
    before you use a proposal: a score says how much of the claim the passage contains, not whether
    it says the same. Exit 1 if nothing is found.
    """
    bank = read_bank(folder)
    if section and section not in bank.sections:
        hint = prose.one_of(section, list(bank.sections))
        raise click.UsageError(f"there is no section `{section}`; {hint}")
    index = index_of(bank.passages.values())
    proposals = propose(index, " ".join(claim), section=section, limit=limit)
    if as_json:
        records = [
            {"passage": each.passage.id, "quote": each.quote, "score": round(each.score, 3)}
            for each in proposals
        ]
        click.echo(json.dumps(records, ensure_ascii=False, indent=1))
    for each in proposals if not as_json else ():
        speaker = f"  {each.passage.speaker}" if each.passage.speaker else ""
        click.echo(f"{each.score:.2f}  {each.passage.id}{speaker}")
        click.echo(click.wrap_text(f"“{each.quote}”", 96, "      ", "      "))
    if not proposals:
        click.echo("no passage shares a word with the claim", err=True)
    return 0 if proposals else 1
