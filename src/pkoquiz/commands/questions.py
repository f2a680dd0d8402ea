"""`pkoquiz questions`: the questions of the bank, and a table of their flat fields."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import click

from pkoquiz import prose
from pkoquiz.commands.course import course_option, has_errors, named_file, print_findings
from pkoquiz.delivery import deliver
from pkoquiz.importers.decoding import rows
from pkoquiz.importers.foreign import FormatError
from pkoquiz.load import load
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import TYPES
from pkoquiz.reporting import located
from pkoquiz.review import FLAT, flat_rows, table_changes, table_faults, with_changes
from pkoquiz.splice import SpliceError


@click.command("questions")
@course_option
@click.option("--section", help="Only this section.")
@click.option("--type", "kind", type=click.Choice(list(TYPES)), help="Only this type.")
@click.option("--json", "as_json", is_flag=True, help="Print all fields of each question as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help=f"Print a table of {', '.join(FLAT)}.")
@click.option(
    "--apply",
    "table",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Show what such a table changes.",
)
@click.option("--write", is_flag=True, help="With --apply: change the question files.")
def command(
    folder: Path,
    section: str | None,
    kind: str | None,
    as_json: bool,
    as_csv: bool,
    table: Path | None,
    write: bool,
) -> int:
    """List the questions of the bank, or edit their flat fields in a spreadsheet.

    `--csv` prints a table; save it, edit it, and give it back with `--apply`: the changes are
    listed, and written with `--write`. Rows you delete change nothing.
    """
    if write and table is None:
        raise click.UsageError("--write needs --apply TABLE.csv")
    loaded = load(folder)
    print_findings(folder, located(folder, loaded.diagnostics))
    if loaded.bank is None:
        return 1
    bank = loaded.bank
    sections = sorted({question.section for question in bank.questions} | bank.sections.keys())
    if section and section not in sections:
        hint = prose.one_of(section, sections)
        raise click.UsageError(f"there is no section `{section}`; {hint}")
    questions = [
        question
        for question in bank.questions
        if (not section or question.section == section) and (not kind or question.type == kind)
    ]
    if table is not None:
        return _applied(folder, bank, table, write=write)
    if as_csv:
        sheet = io.StringIO()
        csv.writer(sheet, lineterminator="\n").writerows(flat_rows(questions))
        # Excel takes a file without this mark for one in the system's own encoding.
        click.echo("\ufeff" + sheet.getvalue(), nl=False)
    elif as_json:
        records = [question.model_dump(mode="json") for question in questions]
        click.echo(json.dumps(records, ensure_ascii=False, indent=1))
    else:
        for question in questions:
            columns = (
                f"{question.id:36}",
                f"{question.type:12}",
                f"{question.bloom:10}",
                f"{question.difficulty:7}",
                f"{question.status:8}",
                prose.shortened(question.stem, 70),
            )
            click.echo(" ".join(columns))
    return 1 if has_errors(loaded.diagnostics) else 0


def _applied(folder: Path, bank: Bank, path: Path, *, write: bool) -> int:
    """Print what a table changes and what is wrong with it; write it if asked and all is right."""
    if "questions" in bank.unread:
        raise click.ClickException(
            f"the questions cannot be read completely; correct them before you apply {path}"
        )
    try:
        changes, wrong = table_changes(bank, (cells for _, cells in rows(named_file(path))))
    except FormatError as error:
        raise click.ClickException(f"{path}: {error}") from error
    files: dict[str, bytes] = {}
    seen: dict[str, bytes | None] = {}
    for name in sorted({change.file for change in changes}):
        own = [change for change in changes if change.file == name]
        raw = (folder / name).read_bytes()
        try:
            files[name], seen[name] = with_changes(raw, own), raw
        except SpliceError as error:
            raise click.ClickException(f"{name}: {error}; {error.hint}") from error
    wrong += table_faults(bank, changes, files.values()) if changes else []
    if write and not wrong:
        deliver(folder, files, seen=seen)  # before it is listed as done
    for message in wrong:
        click.echo(f"{path}: {message}", err=True)
    for change in changes:
        old, new = change.old or "(empty)", change.new or "(empty)"
        click.echo(f"{change.file}: {change.question}: {change.field}: {old} -> {new}")
    if wrong:
        click.echo("nothing was written; correct the table first", err=True)
    elif not changes:
        click.echo("nothing to change")
    elif not write:
        click.echo(f"{prose.counted(len(changes), 'change')}; --write applies them")
    else:
        click.echo(f"wrote {prose.counted(len(files), 'file')}; run `pkoquiz check`")
    return 1 if wrong else 0
