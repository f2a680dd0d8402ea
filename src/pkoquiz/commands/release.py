"""`pkoquiz release`: hand out an edition."""

from __future__ import annotations

import datetime
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from pkoquiz import __version__, handouts
from pkoquiz.build import FORMATS, Options, build, note_lines, usual
from pkoquiz.build import without as withholding
from pkoquiz.commands.build import progress_shown, size
from pkoquiz.commands.course import course_option, has_errors, print_findings, read_course
from pkoquiz.commands.withheld import except_paper_option, withheld_questions
from pkoquiz.delivery import DeliveryError, deliver, require_writable
from pkoquiz.diagnostics import Diagnostic
from pkoquiz.editions.changes import LABELS, Change
from pkoquiz.editions.ledgerfile import dump
from pkoquiz.exporters.export import Export
from pkoquiz.load import contents
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import LEDGER, Edition
from pkoquiz.prose import counted, quoted
from pkoquiz.reporting import located, summary

_OF_PREVIEWS = datetime.timedelta(seconds=1)
"""How much later than the last edition a preview is dated."""

_SHOWN = 12
"""Ids that a line of the summary lists."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for on the command line."""

    folder: Path
    out: Path
    first: bool
    resend: tuple[str, ...]
    hold: tuple[str, ...]
    without: tuple[str, ...]
    except_papers: tuple[Path, ...]
    dry_run: bool
    yes: bool
    quiet: bool


@click.command("release")
@course_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Output folder (default: exports/ in the course).",
)
@click.option("--first", is_flag=True, help="This is the first edition: there is no ledger yet.")
@click.option("--dry-run", is_flag=True, help="Show what the edition would do, and write nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option(
    "--resend",
    multiple=True,
    metavar="ID",
    help="Send a question or term again, although it has not changed.",
)
@click.option("--hold", multiple=True, metavar="ID", help="Do not send the correction of ID yet.")
@click.option(
    "--without", multiple=True, type=click.Choice(list(FORMATS)), help="Leave a format out."
)
@except_paper_option
@click.option("--merge", is_flag=True, help="Only merge the ledgers of two branches.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only.")
def command(
    folder: Path,
    out: Path | None,
    first: bool,
    dry_run: bool,
    yes: bool,
    resend: tuple[str, ...],
    hold: tuple[str, ...],
    without: tuple[str, ...],
    except_papers: tuple[Path, ...],
    merge: bool,
    quiet: bool,
) -> int:
    """Hand out an edition: check everything, show what it does to learners, and write it.

    The files are written to exports/trainees and exports/instructors, and the edition is recorded
    in editions.txt, which you commit. Repeat --resend, --hold and --without for several values.
    """
    if merge:
        return _merge(folder)
    out = out or folder / "exports"
    request = Request(folder, out, first, resend, hold, without, except_papers, dry_run, yes, quiet)
    return _release(request)


def _release(request: Request) -> int:
    from pkoquiz.exporters import anki

    folder = request.folder
    if not request.dry_run:
        require_writable(folder)
        require_writable(request.out)
    before = contents(folder, LEDGER)
    loaded, diagnostics = read_course(folder)
    print_findings(folder, diagnostics, limit=200)
    if loaded.bank is None or has_errors(diagnostics):
        return _nothing_released(diagnostics)
    bank = loaded.bank
    _check_ledger(bank, request.first)
    _check_ids(bank, request)
    moment = _now(bank.ledger.last)
    withheld = withheld_questions(request.except_papers, bank)
    asked = withholding(bank, withheld)
    _check_content(asked, withheld)
    planned = anki.release(asked, moment, resend=request.resend, hold=request.hold)
    if has_errors(planned.diagnostics):
        found = located(folder, planned.diagnostics)
        print_findings(folder, found)
        return _nothing_released(found)
    _check_held(request.hold, planned.changes)
    released = replace(bank, ledger=planned.ledger)
    with progress_shown(request.quiet) as progress:
        options = Options(progress=progress, withheld=withheld)
        exports = {
            name: build(name, released, options)
            for name in usual(bank.course.formats)
            if name not in request.without
        }
    found = located(
        folder, [diagnostic for export in exports.values() for diagnostic in export.diagnostics]
    )
    print_findings(folder, found)
    if has_errors(found):
        return _nothing_released(found)
    if any(finding.code == "PQ706" for finding in found):
        click.echo("add fonts, or leave papers out with `--without exam`", err=True)
        return _nothing_released(found)
    is_new = planned.ledger != bank.ledger
    if not request.quiet:
        _print_summary(bank, planned.ledger.last, planned.changes, is_new)
        for line in _note_lines(exports):
            click.echo(f"note: {line}")
    if request.dry_run:
        click.echo("dry run: nothing was written", err=True)
        return 0
    if is_new and not request.yes:
        _confirm()
    return _write(request, released, exports, before, is_new)


def _nothing_released(diagnostics: Sequence[Diagnostic]) -> int:
    click.echo(f"nothing was released: {summary(diagnostics)}", err=True)
    return 1


# --- what must be so ------------------------------------------------------------------------------


def _check_ledger(bank: Bank, first: bool) -> None:
    last = bank.ledger.last
    if last is None and not first:
        raise click.ClickException(
            f"{LEDGER} is missing. If nothing was ever released, run `pkoquiz release --first`."
            f" Otherwise restore it from version control: `git checkout HEAD -- {LEDGER}`"
        )
    if last is not None and first:
        raise click.UsageError(
            f"edition {last.edition} was released on {last.moment:%Y-%m-%d};"
            " run `pkoquiz release` without --first"
        )
    if last is not None and _version(last.tool) > _version(__version__):
        raise click.ClickException(
            f"edition {last.edition} was released with pkoquiz {last.tool}, and this is"
            f" {__version__}: update pkoquiz, or learners' cards would get an older look"
        )


def _check_content(bank: Bank, withheld: frozenset[str]) -> None:
    """Fail if the edition would give learners nothing to learn, and withdraw nothing."""
    known = {*bank.ledger.questions, *bank.ledger.terms}
    items = (*bank.questions, *bank.terms)
    if not any(
        item.status == "ready" or (item.status == "retired" and item.id in known) for item in items
    ):
        if not items:
            reason = "there are no questions"
        else:
            reason = "all ready questions are withheld" if withheld else "no question is ready"
        raise click.ClickException(f"nothing was released: {reason}")


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d{1,9}", text)[:3])


def _now(last: Edition | None) -> datetime.datetime:
    """Return the time in UTC, which must be later than that of the last edition's previews."""
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    if last is not None and last.moment <= now <= last.moment + _OF_PREVIEWS:
        time.sleep(2)
        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    if last is not None and now <= last.moment + _OF_PREVIEWS:
        raise click.ClickException(
            f"edition {last.edition} is dated {last.moment:%Y-%m-%d %H:%M:%S} UTC,"
            f" but the clock of this machine says {now:%Y-%m-%d %H:%M:%S}: correct it, or wait"
        )
    return now


def _check_ids(bank: Bank, request: Request) -> None:
    known = {*bank.ledger.questions, *bank.ledger.terms}
    for option, ids in (("--resend", request.resend), ("--hold", request.hold)):
        unknown = [identity for identity in ids if identity not in known]
        if unknown:
            raise click.UsageError(f"{option}: learners do not have {quoted(unknown)}")


def _check_held(hold: Sequence[str], changes: Sequence[Change]) -> None:
    held = {change.id for change in changes if change.kind == "held"}
    others = [identity for identity in hold if identity not in held]
    if others:
        raise click.UsageError(f"--hold: {quoted(others)} has no correction to hold back")


def _confirm() -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("add --yes to release without a prompt")
    click.confirm("Release this edition?", abort=True)


# --- what is shown --------------------------------------------------------------------------------


def _print_summary(
    bank: Bank, edition: Edition | None, changes: Sequence[Change], is_new: bool
) -> None:
    last = bank.ledger.last
    if edition is None or not is_new:
        number = last.edition if last else 0
        click.echo(f"no card has changed since edition {number}: its files are written again")
        return
    click.echo(f"edition {edition.edition} of {bank.course.title}")
    for kind, label in LABELS.items():
        ids = [change.id for change in changes if change.kind == kind]
        if ids:
            click.echo(f"  {len(ids)} {label}: {_listed(ids)}")
    overwritten = [change.id for change in changes if change.overwrites]
    if overwritten:
        click.echo(
            f"It replaces what learners wrote on {counted(len(overwritten), 'note')}:"
            f" {_listed(overwritten)}"
        )
        click.echo(
            "  `--hold ID` keeps a correction back; notes edited from now on stay as they are"
        )
    for change in changes:
        for words in change.added:
            click.echo(f"  {change.id}: new part “{words}”")
        for words in change.dropped:
            click.echo(f"  {change.id}: no longer asked “{words}”")
        for old, new in change.reworded:
            click.echo(f"  {change.id}: “{old}” now reads “{new}” and keeps its history")


def _note_lines(exports: Mapping[str, Export]) -> Iterator[str]:
    """Yield the notes with the formats that they are about: `moodle, gift: 2 × … (a, b)`."""
    formats: dict[str, list[str]] = {}
    for name, export in exports.items():
        for line in note_lines(export.notes):
            formats.setdefault(line, []).append(name)
    for line, names in formats.items():
        yield f"{', '.join(names)}: {line}"


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(ids[:_SHOWN]) + (", …" if len(ids) > _SHOWN else "")


# --- writing --------------------------------------------------------------------------------------


def _write(
    request: Request, bank: Bank, exports: dict[str, Export], before: bytes | None, is_new: bool
) -> int:
    files = handouts.files(bank, exports.values())
    obsolete = handouts.obsolete(bank, files)
    if is_new:
        # The ledger first: learners must never have a card that it does not know. If the files
        # cannot be written then, the next run writes them without another edition.
        text = dump(bank.ledger).encode("utf-8", "replace")
        deliver(request.folder, {LEDGER: text}, seen={LEDGER: before})
    try:
        deliver(request.out, files, obsolete)
    except DeliveryError as fault:
        if is_new:
            raise click.ClickException(
                f"{fault}; the edition is recorded in {request.folder / LEDGER}: "
                "run `pkoquiz release` again to write its files"
            ) from fault
        raise
    if not request.quiet:
        for path in sorted(files):
            click.echo(f"  {request.out / path}  {size(len(files[path]))}")
        if is_new:
            click.echo(f"commit {request.folder / LEDGER}, and hand out both folders")
    return 0


def _merge(folder: Path) -> int:
    from pkoquiz.editions.merging import merge

    raw = contents(folder, LEDGER)
    if raw is None:
        raise click.ClickException(f"cannot read {folder / LEDGER}")
    text, faults = merge(raw)
    if text is None:
        print_findings(folder, located(folder, faults))
        return 1
    changed = deliver(folder, {LEDGER: text.encode()}, seen={LEDGER: raw})
    state = f"merged; now run `git add {LEDGER}`" if changed else "contains nothing to merge"
    click.echo(f"{folder / LEDGER} {state}")
    return 0
