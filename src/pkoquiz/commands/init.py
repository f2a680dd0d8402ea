"""`pkoquiz init`: a new course."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from pathlib import Path

import click


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--title", help="Title of the course (default: from the folder's name).")
def command(folder: Path, title: str | None) -> None:
    """Lay out a new course in DIR: a small transcript, three questions, a README."""
    from pkoquiz.delivery import DeliveryError, deliver
    from pkoquiz.scaffold import course_files
    from pkoquiz.schema import bank_schema, course_schema

    try:
        taken = folder.exists() and any(folder.iterdir())
    except OSError as fault:
        raise click.ClickException(
            f"cannot read {folder}: {(fault.strerror or '').lower()}"
        ) from fault
    if taken:
        raise click.UsageError(f"{folder} is not empty; nothing was changed")
    name = title or re.sub(r"[-_]+", " ", folder.resolve().name).strip().capitalize() or "My course"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    short = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "course"
    files = course_files(name, short, datetime.datetime.now(datetime.UTC).date())
    for path, schema in (
        ("questions.schema.json", bank_schema()),
        ("course.schema.json", course_schema()),
    ):
        files[path] = (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()
    try:
        deliver(folder, files)
    except DeliveryError as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"laid out {folder}; next:\n  cd {folder}\n  pkoquiz build")
