"""`pkoquiz questions`: the questions of the bank, with every field filled in."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pkoquiz import prose
from pkoquiz.commands.course import course_option, has_errors, print_findings
from pkoquiz.load import load
from pkoquiz.model.question import TYPES
from pkoquiz.reporting import located


@click.command("questions")
@course_option
@click.option("--section", help="Only this section.")
@click.option("--type", "kind", type=click.Choice(list(TYPES)), help="Only this type.")
@click.option("--json", "as_json", is_flag=True, help="Print all fields of each question as JSON.")
def command(folder: Path, section: str | None, kind: str | None, as_json: bool) -> int:
    """List the questions of the bank."""
    loaded = load(folder)
    print_findings(folder, located(folder, loaded.diagnostics))
    if loaded.bank is None:
        return 1
    bank = loaded.bank
    sections = sorted({question.section for question in bank.questions} | bank.sections.keys())
    if section and section not in sections:
        hint = prose.one_of(section, sections)
        raise click.UsageError(f"there is no section `{section}`; {hint}")
    questions = [
        question
        for question in bank.questions
        if (not section or question.section == section) and (not kind or question.type == kind)
    ]
    if as_json:
        records = [question.model_dump(mode="json") for question in questions]
        click.echo(json.dumps(records, ensure_ascii=False, indent=1))
    else:
        for question in questions:
            columns = (
                f"{question.id:36}",
                f"{question.type:12}",
                f"{question.bloom:10}",
                f"{question.difficulty:7}",
                f"{question.status:8}",
                prose.shortened(question.stem, 70),
            )
            click.echo(" ".join(columns))
    return 1 if has_errors(loaded.diagnostics) else 0
