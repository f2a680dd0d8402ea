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
            {
                "passage": proposal.passage.id,
                "quote": proposal.quote,
                "score": round(proposal.score, 3),
            }
            for proposal in proposals
        ]
        click.echo(json.dumps(records, ensure_ascii=False, indent=1))
    for proposal in proposals if not as_json else ():
        speaker = f"  {proposal.passage.speaker}" if proposal.passage.speaker else ""
        click.echo(f"{proposal.score:.2f}  {proposal.passage.id}{speaker}")
        click.echo(click.wrap_text(f"“{proposal.quote}”", 96, "      ", "      "))
    if not proposals:
        click.echo("no passage shares a word with the claim", err=True)
    return 0 if proposals else 1
