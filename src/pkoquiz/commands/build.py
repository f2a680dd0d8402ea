"""`pkoquiz build`: the course as decks, papers and LMS files."""

from __future__ import annotations

import datetime
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pkoquiz.commands.course import (
    course_option,
    has_errors,
    named_file,
    print_findings,
    read_course,
)

if TYPE_CHECKING:
    from pkoquiz.model.bank import Bank
    from pkoquiz.selection import Selection

NAMES = ["anki", "moodle", "exam"]


@click.command("build")
@click.argument("formats", nargs=-1, type=click.Choice(NAMES))
@course_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Output folder (default: exports/ of the course).",
)
@click.option(
    "--locked",
    is_flag=True,
    help="Fail if the ledger of cards is stale, instead of renewing it; for CI.",
)
@click.option(
    "--release", "release", is_flag=True, help="Put the release's date into the Moodle category."
)
@click.option(
    "--section", "sections", multiple=True, metavar="SLUG", help="Moodle: only this section."
)
@click.option("--tag", "tags", multiple=True, help="Moodle: only questions with this tag.")
@click.option(
    "--difficulty",
    "difficulties",
    multiple=True,
    type=click.Choice(["easy", "medium", "hard"]),
    help="Moodle: only questions of this difficulty.",
)
@click.option(
    "--paper",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Moodle: only the questions of an exam, by its manifest.json.",
)
@click.option("--watch", is_flag=True, help="Build again whenever a file of the course is saved.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only.")
def command(
    formats: tuple[str, ...],
    folder: Path,
    out: Path | None,
    locked: bool,
    release: bool,
    sections: tuple[str, ...],
    tags: tuple[str, ...],
    difficulties: tuple[str, ...],
    paper: Path | None,
    watch: bool,
    quiet: bool,
) -> int:
    """Write the shipped formats, or those named. Nothing is written while there are errors.

    --section, --tag, --difficulty and --paper choose questions for Moodle; --section, --tag and --difficulty can be
    given several times: any of their values will do.
    """
    from pkoquiz.selection import Selection

    target = out or folder / "exports"
    chosen = [name for name in NAMES if name in formats] or NAMES
    selection = Selection(sections, tags, difficulties)
    if paper is not None or not selection.everything:
        chosen = _selectable(formats)

    def once() -> int:
        return build(
            folder,
            target,
            chosen,
            locked=locked,
            release=release,
            quiet=quiet,
            selection=selection,
            paper=paper,
        )

    if not watch:
        return once()
    from pkoquiz.commands.watching import changes, times

    if target.resolve() == folder.resolve():
        raise click.UsageError("--watch needs an output folder of its own")
    gc.enable()  # this run does not end
    before = times(folder, target)
    once()
    click.echo("watching; Ctrl-C ends it", err=True)
    for changed in changes(folder, target, before):
        click.echo(f"\nchanged: {', '.join(changed)}", err=True)
        try:
            once()
        except click.ClickException as fault:
            fault.show()  # a mistake does not end the watch; the next save may mend it
    return 0


def build(
    folder: Path,
    out: Path,
    formats: list[str],
    *,
    locked: bool,
    release: bool,
    quiet: bool,
    selection: Selection,
    paper: Path | None,
) -> int:
    """Builds once; returns the exit code."""
    from pkoquiz.abreast import abreast
    from pkoquiz.build import (
        FORMATS,
        MANIFEST,
        Making,
        Order,
        digest,
        kept_from,
        manifest,
        told,
        up_to_date,
    )
    from pkoquiz.delivery import DeliveryError, deliver
    from pkoquiz.load import bank_files, contents
    from pkoquiz.model.course import LEDGER
    from pkoquiz.reporting import located, summary

    drawn = named_file(paper) if paper is not None else None
    options = ["release"] if release else []
    options += selection.told()
    options += [f"paper {digest(drawn)}"] if drawn is not None else []
    tool = _tool()
    old = contents(out, MANIFEST)
    if old is not None:
        banks = list(bank_files(folder, []))
        if up_to_date(
            old,
            formats,
            options,
            tool,
            lambda name: contents(folder, name),
            lambda name: contents(out, name),
            banks,
        ):
            if not quiet:
                click.echo(
                    "nothing changed since the last build (`pkoquiz check` repeats its findings)"
                )
            return 0

    loaded, found = read_course(folder)
    print_findings(folder, found, limit=200)
    if loaded.bank is None or has_errors(found):
        click.echo(f"nothing was written: {summary(found)}", err=True)
        return 1
    bank = loaded.bank
    selection = _known(bank, selection, drawn, paper)
    inputs = dict(loaded.digests)
    ledger_path = folder / LEDGER
    ledger = contents(folder, LEDGER)
    if ledger is None and (ledger_path.exists() or ledger_path.is_symlink()):
        raise click.ClickException(
            f"cannot read {ledger_path}: it is no ordinary file of the course; restore it from version control"
        )
    today = datetime.datetime.now(datetime.UTC).date()
    with _progress(quiet) as progress:
        order = Order(today, ledger, locked, release, selection, progress)
        made = abreast({name: partial(FORMATS[name], bank, order) for name in formats})
    later = located(folder, [fault for each in made.values() for fault in each.diagnostics])
    print_findings(folder, later)
    if has_errors(later):
        click.echo(f"nothing was written: {summary(later)}", err=True)
        return 1
    exports = {name: each.export for name, each in made.items()}
    if not selection.everything and not any(export.files for export in exports.values()):
        raise click.UsageError(
            "nothing of what was selected can stand in a quiz; the old one was left as it is"
        )
    files = {path: content for export in exports.values() for path, content in export.files.items()}
    try:
        gone = [name for name in kept_from(old, formats, list(files)) if (out / name).is_file()]
        # The ledger first: learners must never hold a card that it does not know.
        own = {
            name: content for each in made.values() for name, content in each.course_files.items()
        }
        deliver(folder, own, seen={name: ledger for name in own if name == LEDGER})
        kept = own.get(LEDGER, ledger)
        if kept is not None:
            inputs[LEDGER] = digest(kept)
        changed = deliver(
            out,
            {**files, MANIFEST: manifest(bank, exports, Making(inputs, options, tool), old)},
            gone,
        )
    except DeliveryError as fault:
        raise click.ClickException(str(fault)) from fault
    if not quiet:
        for name, each in made.items():
            terms = each.export.counts.get("term", 0)
            asked = sum(each.export.counts.values()) - terms
            counted = f"{asked} question{'s' * (asked != 1)}"
            counted += f", {terms} term{'s' * (terms != 1)}" if terms else ""
            click.echo(f"{name}: {counted}" + (f"; {each.report}" if each.report else ""))
            for path, content in sorted(each.export.files.items()):
                state = "written" if path in changed else "unchanged"
                click.echo(f"  {out / path}  {_size(len(content))}  {state}")
            for line in told(each.export.notes):
                click.echo(f"  note: {line}")
        for path in gone:
            click.echo(f"removed {out / path}")
    return 0


def _selectable(formats: tuple[str, ...]) -> list[str]:
    """Decks hold all cards and papers follow their blueprint: a selection is for Moodle alone."""
    others = [name for name in formats if name != "moodle"]
    if others:
        raise click.UsageError(
            f"a selection of questions is for moodle, not for {' and '.join(others)}; build those without it"
        )
    return ["moodle"]


def _known(bank: Bank, selection: Selection, drawn: bytes | None, paper: Path | None) -> Selection:
    """The selection with the paper's questions; a usage error if it names what the bank does not have, or finds nothing."""
    from pkoquiz.selection import paper_ids, select, unknown

    if drawn is not None:
        try:
            selection = replace(selection, ids=paper_ids(drawn, bank.course.short))
        except ValueError as fault:
            raise click.UsageError(f"{paper} {fault}") from fault
    strange = list(unknown(bank, selection))
    if strange:
        raise click.UsageError("; ".join(strange))
    if not selection.everything and not any(
        each.status == "ready" for each in select(bank, selection)
    ):
        raise click.UsageError("no ready question is in all of what was selected")
    return selection


def _tool() -> str:
    """Version and a digest of the package's own files, so that a changed tool builds again."""
    import hashlib
    from importlib.resources import files

    from pkoquiz import __version__

    found = hashlib.sha256()
    root = Path(str(files("pkoquiz")))
    for path in sorted(root.rglob("*")):
        if path.suffix not in (".pyc", ".otf", ".ttf") and path.is_file():
            found.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return f"{__version__}+{found.hexdigest()[:12]}"


def _size(count: int) -> str:
    return f"{-(-count // 1000)} kB" if count < 1_000_000 else f"{count / 1e6:.1f} MB"


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """A line that says what is being made; only on terminals, and from the first word on.

    It is drawn by a thread: work that is to be done abreast is started before there is anything to say.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda message: None
        return
    from rich.console import Console

    status = Console(stderr=True).status("…")

    def tell(message: str) -> None:
        status.update(message)
        status.start()

    try:
        yield tell
    finally:
        status.stop()
