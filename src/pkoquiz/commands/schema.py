"""`pkoquiz schema`: completion and hover help for editors."""

from __future__ import annotations

import json

import click

from pkoquiz.schema import bank_schema, course_schema


@click.command("schema")
@click.argument("kind", type=click.Choice(["questions", "course"]), default="questions")
def command(kind: str) -> None:
    """Print the JSON Schema of question files, or of course.yaml."""
    schema = bank_schema() if kind == "questions" else course_schema()
    click.echo(json.dumps(schema, ensure_ascii=False, indent=1))
