"""`pkoquiz init`: a new course."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import click

from pkoquiz.commands.course import has_errors, print_findings
from pkoquiz.delivery import deliver
from pkoquiz.language import SHIPPED
from pkoquiz.scaffold import course_files, recorded_course_files
from pkoquiz.schema import bank_schema, course_schema
from pkoquiz.transcript import read_transcript
from pkoquiz.transcript.slugs import in_ascii


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--title", help="Title of the course (default: the name of the folder).")
@click.option(
    "--language",
    type=click.Choice(SHIPPED),
    default="en",
    help="Language of the example and of all words on papers, cards and quizzes (default: en).",
)
@click.option(
    "--captions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Captions of a recording (.vtt, .srt) to begin with, instead of an example.",
)
def command(folder: Path, title: str | None, language: str, captions: Path | None) -> None:
    """Create a new course in DIR that builds at once.

    It contains a small transcript and three questions; with --captions, your own transcript.
    """
    try:
        occupied = folder.exists() and any(folder.iterdir())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise click.ClickException(f"cannot read {folder}: {reason}") from error
    if occupied:
        raise click.UsageError(f"{folder} is not empty; nothing was changed")
    name = title or re.sub(r"[-_]+", " ", folder.resolve().name).strip().capitalize() or "My course"
    if captions:
        files = _recorded(name, captions, language)
    else:
        files = course_files(name, _short(name), language)
    schemas = {"questions.schema.json": bank_schema(), "course.schema.json": course_schema()}
    for path, schema in schemas.items():
        files[path] = (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()
    deliver(folder, files)
    then = "pkoquiz passages" if captions else "pkoquiz build"
    click.echo(f"Created {folder}. Next:\n  cd {shlex.quote(str(folder))}\n  {then}")


def _recorded(title: str, captions: Path, language: str) -> dict[str, bytes]:
    """Return the files of a course on captions; exit if they cannot be read."""
    content, name = captions.read_bytes(), f"recording{captions.suffix.lower()}"
    transcript, faults = read_transcript(content, name, "subtitles")
    if transcript is None or not transcript.passages or has_errors(faults):
        print_findings(captions.parent, faults)
        raise click.ClickException(f"{captions} has no captions; use a .vtt or .srt file")
    return recorded_course_files(title, _short(title), transcript, content, name, language)


def _short(title: str) -> str:
    """Return a short name for file names and ids: ASCII letters, digits and hyphens."""
    return (
        re.sub(r"[^a-z0-9]+", "-", in_ascii(title).lower()).strip("-")[:60].strip("-") or "course"
    )
