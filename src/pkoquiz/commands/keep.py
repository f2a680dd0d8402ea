"""`pkoquiz exam keep`: keep a record of an exam that was used."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import click

from pkoquiz.commands.course import course_option, named_file, print_findings
from pkoquiz.delivery import deliver
from pkoquiz.diagnostics import Place
from pkoquiz.exam.manifest import Manifest, lost, parsed
from pkoquiz.exporters import papers
from pkoquiz.prose import counted
from pkoquiz.reporting import located

MANIFEST = "manifest.json"


@click.command("keep")
@click.argument("name")
@course_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that `exam build` printed to (default: exports/ in the course).",
)
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for records (default: exams/ in the course).",
)
def command(name: str, folder: Path, out: Path | None, to: Path | None) -> int:
    """Keep a record of an exam as it was printed.

    The record consists of manifest.json and the papers. It goes to exams/NAME-CODE/ in the course,
    with the code of the first version. Commit it: you can grade the exam and print it again from
    the record, whatever is built later.
    """
    exports = out or folder / "exports"
    path = exports / papers.manifest_file(name)
    if not path.exists():
        raise click.UsageError(f"{path} does not exist; `pkoquiz exam build {name}` writes it")
    raw = named_file(path)
    record, diagnostics = parsed(raw, Place(str(path)))
    if record is None or not record.papers:
        print_findings(Path(), located(Path(), diagnostics))
        raise click.ClickException(f"{path} is not an exam manifest; nothing was kept")
    code = record.papers[0].versions[0].code
    if not code.isalnum():
        raise click.ClickException(f"{path} has the code `{code}`, which is not a version code")
    kept = (to or folder / "exams") / f"{record.exam}-{code}"
    _require_same(kept / MANIFEST, record)
    files = {MANIFEST: raw, **_papers(exports, record)}
    written = deliver(kept, files)
    if not written:
        click.echo(f"{kept} is up to date")
        return 0
    count = counted(len(files) - 1, "printed file")
    click.echo(f"{kept}: {MANIFEST} and {count}. Next: commit it, but keep it from candidates.")
    if len(files) == 1:
        click.echo(f"the papers are not in {path.parent}; the manifest is enough to grade them")
    click.echo(f"grade it:       pkoquiz exam grade {kept / MANIFEST} answers.csv")
    click.echo(f"print it again: pkoquiz exam build --from {kept / MANIFEST} --out again")
    return 0


def _require_same(path: Path, new: Manifest) -> None:
    """Fail if the record at `path` is of another exam; the same exam may have corrected keys."""
    if not path.exists():
        return
    old, _ = parsed(named_file(path), Place(str(path)))
    if old is None or lost(old.model_copy(update={"questions": {}}), new):
        raise click.ClickException(
            f"{path.parent} is a record of other papers; nothing was kept. "
            "Name another folder with --to"
        )


def _papers(exports: Path, record: Manifest) -> dict[str, bytes]:
    """Return papers, keys and strips by name, in the first format that was printed."""
    printed = [name for name in papers.printed_files(record) if (exports / name).is_file()]
    for ending in papers.FORMATS:
        if names := [name for name in printed if name.endswith(f".{ending}")]:
            return {PurePosixPath(name).name: named_file(exports / name) for name in names}
    return {}
