"""What commands share: where the course is, reading it, and printing what is wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from pkoquiz.diagnostics import Diagnostic
    from pkoquiz.load import Loaded
    from pkoquiz.model.bank import Bank

F = TypeVar("F", bound=Callable[..., Any])

course_option: Callable[[F], F] = click.option(
    "-C",
    "--course",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The course's folder (default: here).",
)

format_option: Callable[[F], F] = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help="How findings are printed.",
)


def colour() -> bool:
    """Whether standard error may be coloured: a terminal, and the user did not say no (no-color.org)."""
    return (
        sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def read_course(folder: Path, *, pedantic: bool = False) -> tuple[Loaded, list[Diagnostic]]:
    """The course and everything that is wrong with it, with lines and columns."""
    from pkoquiz.checks import findings
    from pkoquiz.load import load
    from pkoquiz.reporting import located

    loaded = load(folder)
    found = list(loaded.diagnostics)
    # With a faulty transcript every quote would be reported as lost: the transcript comes first.
    if loaded.bank is not None and loaded.quotable:
        found += findings(loaded.bank, pedantic=pedantic)
    return loaded, located(folder, found)


def read_bank(folder: Path) -> Bank:
    """The bank for commands that only look at it: faults elsewhere do not hinder, as long as it can be read."""
    from pkoquiz.load import load
    from pkoquiz.reporting import located

    loaded = load(folder)
    faults = [each for each in loaded.diagnostics if each.severity == "error"]
    if faults:
        print_findings(folder, located(folder, faults), limit=20)
    if loaded.bank is None or not loaded.bank.transcripts:
        raise click.exceptions.Exit(1)
    if faults:
        click.echo("what follows is of the part that could be read", err=True)
    return loaded.bank


def print_findings(
    folder: Path, found: Sequence[Diagnostic], form: str = "text", limit: int = 0
) -> None:
    """Prints diagnostics: text to standard error, JSON and annotations to standard output."""
    from pkoquiz import reporting

    if form == "json":
        click.echo(reporting.as_json(found))
    elif form == "github":
        if found:
            click.echo(reporting.as_github(found))
    elif found:
        shown = found[:limit] if limit else found
        click.echo(reporting.as_text(folder, shown, colour=colour()), err=True)
        if len(shown) < len(found):
            click.echo(
                f"… and {len(found) - len(shown)} more; `pkoquiz check --all` shows them", err=True
            )


def named_file(path: Path) -> bytes:
    """A file that the user named; a message if it cannot be read, or would never end."""
    from pkoquiz.load import MAX_FILE_BYTES

    try:
        if not path.is_file():
            raise click.ClickException(f"cannot read {path}: not an ordinary file")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise click.ClickException(
                f"cannot read {path}: larger than {MAX_FILE_BYTES // 1_000_000} MB"
            )
        return path.read_bytes()
    except OSError as fault:
        raise click.ClickException(
            f"cannot read {path}: {(fault.strerror or str(fault)).lower()}"
        ) from fault


def has_errors(found: Iterable[Diagnostic]) -> bool:
    """Whether any finding stops a build."""
    return any(each.severity == "error" for each in found)
