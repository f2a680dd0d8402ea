"""`pkoquiz schema`: completion and hover help for editors."""

from __future__ import annotations

import json

import click


@click.command("schema")
@click.argument("what", type=click.Choice(["questions", "course"]), default="questions")
def command(what: str) -> None:
    """Print the JSON Schema of bank files, or of course.yaml."""
    from pkoquiz.schema import bank_schema, course_schema

    made = bank_schema() if what == "questions" else course_schema()
    click.echo(json.dumps(made, ensure_ascii=False, indent=1))
