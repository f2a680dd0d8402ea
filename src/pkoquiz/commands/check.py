"""`pkoquiz check`: all faults of all files at once."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from pkoquiz.commands.course import (
    course_option,
    format_option,
    has_errors,
    print_findings,
    read_course,
)


@click.command("check")
@course_option
@format_option
@click.option("--pedantic", is_flag=True, help="Show doubtful findings too.")
@click.option("--all", "show_all", is_flag=True, help="Print all findings, however many.")
@click.option("--proofs", is_flag=True, help="Print for each citation how its quote was found.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only.")
def command(
    folder: Path, form: str, pedantic: bool, show_all: bool, proofs: bool, quiet: bool
) -> int:
    """Say what is wrong with the course: exit 0 when there are no errors, 1 when there are."""
    from pkoquiz.load import contents
    from pkoquiz.model.course import LEDGER
    from pkoquiz.reporting import located, summary

    if proofs and form != "text":
        raise click.UsageError("--proofs goes with --format text only")
    loaded, found = read_course(folder, pedantic=pedantic)
    ledger = contents(folder, LEDGER)
    if loaded.bank is not None and ledger is not None:
        from pkoquiz.exporters import anki

        today = datetime.datetime.now(datetime.UTC).date()
        found += located(folder, anki.check(loaded.bank, ledger, today))
    print_findings(folder, found, form, 0 if show_all else 200)
    if proofs and loaded.bank is not None:
        _print_proofs(loaded.bank)
    if form == "text" and not quiet:
        count = len(loaded.bank.questions) if loaded.bank else 0
        click.echo(f"{count} question{'s' * (count != 1)} checked: {summary(found)}", err=True)
    return 1 if has_errors(found) else 0


def _print_proofs(bank: object) -> None:
    from pkoquiz.model.bank import Bank
    from pkoquiz.quotes.proofs import proofs

    assert isinstance(bank, Bank)
    for proof in proofs(bank):
        where = (
            " ".join(proof.finding.passages)
            if proof.finding.status == "moved"
            else proof.citation.passage_id
        )
        click.echo(f"{proof.finding.status:8} {proof.item.id}  {where}")
