"""`pkoquiz init`: a new course."""

from __future__ import annotations

import json
import re
import shlex
import unicodedata
from dataclasses import replace
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
@click.option("--title", help="Title of the course (default: from the name of the folder).")
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
    name = title or _title(folder.resolve().name) or "My course"
    if captions:
        files = _recorded(name, captions, language)
    else:
        files = course_files(name, _short(name, language), language)
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
        own = [replace(fault, place=replace(fault.place, file=captions.name)) for fault in faults]
        print_findings(captions.parent, own)
        if any(fault.code == "PQ150" for fault in faults):
            raise click.ClickException(f"{captions} cannot be read; nothing was created")
        raise click.ClickException(f"{captions} has no captions; use a .vtt or .srt file")
    short = _short(title, language)
    return recorded_course_files(title, short, transcript, content, name, language)


def _title(name: str) -> str:
    """Return the name of a folder as a title: `tides-and-ports` becomes “Tides and ports”."""
    if re.fullmatch(r"[a-z0-9]+(?:[-_]+[a-z0-9]+)*", name):
        return re.sub(r"[-_]+", " ", name).capitalize()
    return name.strip(" _-")


def _short(title: str, language: str) -> str:
    """Return a short name for file names and ids: ASCII letters, digits and hyphens."""
    if language == "ja":  # its characters would be transcribed as in Chinese
        title = "".join(sign for sign in title if unicodedata.category(sign) != "Lo")
    letters = in_ascii(title)
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")[:60].strip("-") or "course"
