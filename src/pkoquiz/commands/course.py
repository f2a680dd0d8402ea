"""Shared parts of commands: options, reading a course, printing diagnostics."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from pkoquiz import reporting
from pkoquiz.checks import findings
from pkoquiz.diagnostics import Diagnostic
from pkoquiz.language import speaking
from pkoquiz.load import MAX_FILE_BYTES, Loaded, load
from pkoquiz.model.bank import Bank

F = TypeVar("F", bound=Callable[..., Any])

course_option: Callable[[F], F] = click.option(
    "-C",
    "--course",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder of the course (default: the current folder).",
)

format_option: Callable[[F], F] = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help="How to print the findings.",
)


def read_course(folder: Path, *, pedantic: bool = False) -> tuple[Loaded, list[Diagnostic]]:
    """Return the course and all its diagnostics, with lines and columns, causes first.

    From now on, the command speaks the language of the course to learners.
    """
    loaded = load(folder)
    checked = findings(loaded.bank, pedantic=pedantic) if loaded.bank is not None else []
    if loaded.bank is not None:
        speak(loaded.bank.course.language)
    return loaded, reporting.located(folder, loaded.diagnostics, checked)


def read_bank(folder: Path) -> Bank:
    """Return the bank for commands that only show it, as far as it can be read.

    Print what could not be read; exit with 1 if there is nothing to show.
    """
    loaded = read_part(folder)
    if loaded.bank is None:
        raise click.exceptions.Exit(1)
    return loaded.bank


def read_part(folder: Path) -> Loaded:
    """Return what can be read of a course: some transcripts at least, perhaps without a bank.

    Print what could not be read; exit with 1 if there are no transcripts.
    """
    loaded = load(folder)
    errors = [found for found in loaded.diagnostics if found.severity == "error"]
    if errors:
        print_findings(folder, reporting.located(folder, errors), limit=20)
    if not loaded.transcripts:
        raise click.exceptions.Exit(1)
    if errors:
        click.echo("the output covers only the part of the course that could be read", err=True)
    if loaded.bank is not None:
        speak(loaded.bank.course.language)
    return loaded


def read_whole_bank(folder: Path) -> tuple[Loaded, Bank]:
    """Return a course for commands that change files, which need all of it.

    If a part cannot be read, print it and exit with 1: its absence would mislead the command.
    """
    loaded = load(folder)
    errors = [found for found in loaded.diagnostics if found.severity == "error"]
    if errors or loaded.bank is None:
        print_findings(folder, reporting.located(folder, errors), limit=20)
        click.echo(f"nothing was written: {reporting.summary(errors)}", err=True)
        raise click.exceptions.Exit(1)
    return loaded, loaded.bank


def speak(language: str) -> None:
    """Use this language for learners until the end of the command."""
    if context := click.get_current_context(silent=True):
        context.with_resource(speaking(language))


def print_findings(
    folder: Path,
    diagnostics: Sequence[Diagnostic],
    form: str = "text",
    limit: int = 0,
    *,
    err: bool = True,
) -> None:
    """Print diagnostics of the course in `folder`, naming files as the user would type them.

    Text goes to standard error, or to standard output without `err`; JSON and annotations always
    go to standard output.
    """
    diagnostics = in_folder(folder, diagnostics)
    if form == "json":
        click.echo(reporting.as_json(diagnostics))
    elif form == "github":
        if diagnostics:
            click.echo(reporting.as_github(_from_workspace(diagnostics)))
    elif diagnostics:
        shown = diagnostics[:limit] if limit else diagnostics
        colour = _shows_colour(sys.stderr.isatty() if err else sys.stdout.isatty())
        click.echo(reporting.as_text(Path(), shown, colour=colour), err=err)
        if len(shown) < len(diagnostics):
            more = len(diagnostics) - len(shown)
            click.echo(f"… and {more} more; `pkoquiz check --all` shows them", err=True)


def in_folder(folder: Path, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the diagnostics of a course with files named relative to the current folder."""
    return _renamed(diagnostics, lambda file: (folder / file).as_posix())


def _from_workspace(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return diagnostics with files named from the repository's root, as annotations need them."""
    root = Path(os.environ.get("GITHUB_WORKSPACE") or "").resolve()

    def name(file: str) -> str:
        path = Path(file).resolve()
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else file

    return _renamed(diagnostics, name)


def _renamed(diagnostics: Iterable[Diagnostic], name: Callable[[str], str]) -> list[Diagnostic]:
    return [
        replace(found, place=replace(found.place, file=name(found.place.file)))
        for found in diagnostics
    ]


def _shows_colour(terminal: bool) -> bool:
    # NO_COLOR: see no-color.org.
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def named_file(path: Path) -> bytes:
    """Return the content of a file that the user named, or raise `click.ClickException`."""
    try:
        if not path.is_file():
            raise click.ClickException(f"cannot read {path}: not a regular file")
        if path.stat().st_size > MAX_FILE_BYTES:
            megabytes = MAX_FILE_BYTES // 1_000_000
            raise click.ClickException(f"cannot read {path}: larger than {megabytes} MB")
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise click.ClickException(f"cannot read {path}: {reason}") from error


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Return whether any diagnostic stops a build."""
    return any(found.severity == "error" for found in diagnostics)
