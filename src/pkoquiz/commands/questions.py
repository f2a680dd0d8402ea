"""`pkoquiz questions`: the bank, normalised."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pkoquiz.commands.course import course_option, has_errors, print_findings

KINDS = [
    "choice",
    "multiple",
    "truefalse",
    "matching",
    "ordering",
    "shortanswer",
    "numerical",
    "cloze",
    "essay",
    "flashcard",
]


@click.command("questions")
@course_option
@click.option("--section", help="Only this section.")
@click.option("--type", "kind", type=click.Choice(KINDS), help="Only this type.")
@click.option("--json", "as_json", is_flag=True, help="Print all fields of each question as JSON.")
def command(folder: Path, section: str | None, kind: str | None, as_json: bool) -> int:
    """List the questions of the bank, every field filled in."""
    from pkoquiz.load import load
    from pkoquiz.reporting import located

    loaded = load(folder)
    print_findings(folder, located(folder, loaded.diagnostics))
    if loaded.bank is None:
        return 1
    known = {question.section for question in loaded.bank.questions} | loaded.bank.sections.keys()
    if section and section not in known:
        raise click.UsageError(
            f"there is no section '{section}'; known are: {', '.join(sorted(known))}"
        )
    chosen = [
        question
        for question in loaded.bank.questions
        if (not section or question.section == section) and (not kind or question.type == kind)
    ]
    if as_json:
        click.echo(
            json.dumps(
                [question.model_dump(mode="json") for question in chosen],
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        for question in chosen:
            stem = " ".join(question.stem.split())
            told = f"{question.id:36} {question.type:12} {question.bloom:10} {question.difficulty:7} {question.status:8}"
            click.echo(f"{told} {stem[:70]}")
    return 1 if has_errors(loaded.diagnostics) else 0
