"""`pkoquiz init`: a new course."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import click

from pkoquiz.delivery import deliver
from pkoquiz.scaffold import course_files
from pkoquiz.schema import bank_schema, course_schema
from pkoquiz.transcript.slugs import in_ascii


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--title", help="Title of the course (default: the name of the folder).")
def command(folder: Path, title: str | None) -> None:
    """Create a new course in DIR with a small transcript and three questions; it builds at once."""
    try:
        occupied = folder.exists() and any(folder.iterdir())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise click.ClickException(f"cannot read {folder}: {reason}") from error
    if occupied:
        raise click.UsageError(f"{folder} is not empty; nothing was changed")
    name = title or re.sub(r"[-_]+", " ", folder.resolve().name).strip().capitalize() or "My course"
    files = course_files(name, _short(name))
    schemas = {"questions.schema.json": bank_schema(), "course.schema.json": course_schema()}
    for path, schema in schemas.items():
        files[path] = (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()
    deliver(folder, files)
    click.echo(f"Created {folder}. Next:\n  cd {shlex.quote(str(folder))}\n  pkoquiz build")


def _short(title: str) -> str:
    """Return a short name for file names and ids: ASCII letters, digits and hyphens."""
    return (
        re.sub(r"[^a-z0-9]+", "-", in_ascii(title).lower()).strip("-")[:60].strip("-") or "course"
    )
