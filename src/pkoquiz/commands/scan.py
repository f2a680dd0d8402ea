"""`pkoquiz exam scan`: read scanned answer sheets into the table that `exam grade` takes."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path

import click

from pkoquiz.commands import candidate_sheets
from pkoquiz.commands.course import has_errors, named_file, print_findings
from pkoquiz.commands.progress import progress_bar
from pkoquiz.delivery import deliver
from pkoquiz.diagnostics import Diagnostic, Place
from pkoquiz.exam.manifest import parsed
from pkoquiz.grading.printed import read_keys
from pkoquiz.language import speaking
from pkoquiz.prose import counted
from pkoquiz.reporting import located
from pkoquiz.scanning.batch import CODE, Batch, Corrections
from pkoquiz.scanning.corrections import Correction
from pkoquiz.scanning.pages import Page
from pkoquiz.table import read_table, write_table

ANSWERS, READING, REVIEW, REFUSED = "answers.csv", "reading.json", "review.html", "refused.csv"


@click.command("scan")
@click.argument("manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the table, the review and the pictures.",
)
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The serials.csv that was written with the sheets.",
)
@click.option(
    "--corrections",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The corrections.csv that review.html saved.",
)
def command(
    manifest: Path,
    files: tuple[Path, ...],
    out: Path,
    roster: Path | None,
    corrections: Path | None,
) -> int:
    """Read scanned answer sheets into a table.

    The table answers.csv is for `pkoquiz exam grade`; review.html shows what is undecided.

    FILES are PDFs, TIFFs, JPEGs or PNGs from a scanner or a phone, in any order, upright or not.
    Nothing is guessed: an undecided answer is `?` until a person decides it there, saves
    corrections.csv, and this command is run again with --corrections. Without FILES it applies
    corrections to what was read before.

    Some pages are left out and listed in refused.csv: those of another exam or of a print with
    other keys, those without a readable code, scanned twice or not on the roster. Missing pages
    are listed too. The exit code is then 1.
    The folder contains personal data: keep it out of the course and its repository.
    """
    from pkoquiz.scanning import batch as batches
    from pkoquiz.scanning.corrections import (
        answer_errors,
        as_mapping,
        code_errors,
        read_corrections,
    )
    from pkoquiz.scanning.pages import Forms
    from pkoquiz.scanning.review import review
    from pkoquiz.scanning.store import read_reading, reading_json
    from pkoquiz.sheets.form import questions

    require_libraries()
    raw = named_file(manifest)
    keys, diagnostics = read_keys(raw, str(manifest))
    record, _ = parsed(raw, Place(str(manifest)))
    if keys is None or record is None:
        return _stop(diagnostics)
    forms = Forms(record)
    corrected: tuple[Correction, ...] = ()
    if corrections is not None:
        table, diagnostics = read_table(named_file(corrections), str(corrections))
        if table is not None:
            corrected, diagnostics = read_corrections(table)
        if errors := (*diagnostics, *code_errors(forms, corrected)):
            return _stop(errors)
    given = as_mapping(corrected)
    candidates = candidate_sheets.read(roster) if roster is not None else ()
    if files:
        pages = _read(raw, files, given)
    elif (out / READING).is_file():
        pages, diagnostics = read_reading(named_file(out / READING), READING, record.exam)
        if diagnostics:
            return _stop(diagnostics)
    else:
        raise click.UsageError(f"name the scanned files: {out / READING} does not exist")
    asked = {code: questions(record, version) for code, (_, version) in forms.versions.items()}
    batch = batches.assemble(forms, asked, pages, candidates, given)
    with speaking(keys.language):
        wrong = tuple(answer_errors(corrected, keys, pages, batch, candidates))
    if wrong:
        return _stop(wrong)
    names = {page.image: f"pages/{number:05}.jpg" for number, page in enumerate(pages, 1)}
    pictures = {page.image: page.picture or _kept(out / names[page.image]) for page in pages}
    refused = [("image", "reason"), *((one.image, one.reason) for one in batch.problems)]
    written = {
        ANSWERS: batches.answers_csv(batch.sheets, len(record.papers) > 1),
        READING: reading_json(record.exam, pages),
        REVIEW: review(record.exam, record.title, batch, asked, pictures),
        REFUSED: write_table(refused, ","),
        **{names[image]: picture for image, picture in pictures.items() if picture},
    }
    deliver(out, written)
    _report(batch, out)
    return 1 if batch.problems else 0


def require_libraries() -> None:
    """Fail, naming what to install, if the extra for scans is missing."""
    missing = [
        package
        for package, module in (
            ("opencv-python-headless", "cv2"),
            ("zxing-cpp", "zxingcpp"),
            ("pypdfium2", "pypdfium2"),
        )
        if importlib.util.find_spec(module) is None
    ]
    # What OpenCV prints about broken files, this command says in its own words.
    os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")
    if missing:
        raise click.ClickException(
            f"reading scans needs {', '.join(missing)}: `pip install 'pkoquiz[scan]'`"
        )


def _stop(diagnostics: Sequence[Diagnostic]) -> int:
    findings = located(Path(), diagnostics)
    print_findings(Path(), findings)
    assert has_errors(findings)
    click.echo("nothing was written", err=True)
    return 1


def _kept(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _read(raw: bytes, files: Sequence[Path], given: Corrections) -> tuple[Page, ...]:
    """Return the pages of all files, showing a progress bar."""
    from pkoquiz.scanning.images import UnreadableImageError, page_count
    from pkoquiz.scanning.pages import Page, Task, read_pages

    tasks: list[Task] = []
    unreadable: list[Page] = []
    names = [path.name for path in files]
    for path in files:
        # Two folders may have files of one name.
        name = path.name if names.count(path.name) == 1 else str(path)
        try:
            count = page_count(path)
        except UnreadableImageError as reason:
            unreadable.append(Page(name, str(reason)))
            continue
        except Exception as fault:  # a broken file can make a library raise anything
            unreadable.append(Page(name, f"the file cannot be read: {fault}"))
            continue
        for number in range(count):
            label = f"{name}, page {number + 1}" if count > 1 else name
            tasks.append(Task(path, number, label, given.get((label, CODE), "")))
    pages = list(unreadable)
    with progress_bar() as progress:
        for done, page in enumerate(read_pages(raw, tasks), 1):
            pages.append(page)
            progress("reading", done, len(tasks))
    return tuple(pages)


def _report(batch: Batch, out: Path) -> None:
    click.echo(f"{counted(len(batch.sheets), 'sheet')} read into {out / ANSWERS}")
    for note in batch.notes:
        click.echo(f"note: {note}")
    if batch.undecided:
        click.echo(
            f"{counted(batch.undecided, 'answer')} to decide: open {out / REVIEW}, save "
            "corrections.csv, then run the command again with --corrections"
        )
    for problem in batch.problems[:20]:
        click.echo(f"not graded: {problem.image}: {problem.reason}", err=True)
    if len(batch.problems) > 20:
        click.echo(f"… {len(batch.problems)} in all: {out / REFUSED}", err=True)
