"""`pkoquiz exam feedback`: a page for each candidate with the right answers and the reasons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from pkoquiz.commands import candidate_sheets
from pkoquiz.commands.course import course_option, has_errors, named_file, print_findings, read_bank
from pkoquiz.commands.progress import progress_bar
from pkoquiz.delivery import deliver
from pkoquiz.diagnostics import Diagnostic, Place
from pkoquiz.exam.manifest import parsed, read_manifest
from pkoquiz.exporters.papers import html, shapes, typst
from pkoquiz.exporters.papers.assets import unpacked, unprintable
from pkoquiz.feedback import phrases
from pkoquiz.feedback.pages import Recipient, page, recipients_of
from pkoquiz.grading.printed import read_keys
from pkoquiz.grading.results import grade, grade_of
from pkoquiz.grading.scripts import read_scripts
from pkoquiz.language import say, speaking
from pkoquiz.model.bank import Bank
from pkoquiz.press import typeset
from pkoquiz.prose import counted
from pkoquiz.reporting import located
from pkoquiz.sheets.roster import Candidate
from pkoquiz.table import read_table, write_table

MAIL = "mail.csv"


@click.command("feedback")
@click.argument("manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("responses", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@course_option
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the pages.",
)
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The serials.csv of the sheets; names files by serial and adds addresses to mail.csv.",
)
@click.option(
    "--read",
    "reading",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder that `pkoquiz exam scan` wrote; adds pictures of the candidate's rows.",
)
@click.option(
    "--without-questions",
    is_flag=True,
    help="Show only points and objectives, to keep the questions secret.",
)
@click.option(
    "--anonymous", is_flag=True, help="Name candidates by the serial of their sheet only."
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(["html", "pdf"]),
    help="Write only this format; may be repeated.",
)
def command(
    manifest: Path,
    responses: Path,
    folder: Path,
    out: Path,
    roster: Path | None,
    reading: Path | None,
    without_questions: bool,
    anonymous: bool,
    formats: tuple[str, ...],
) -> int:
    """Write a page of feedback for each candidate, as HTML and PDF.

    A page has the questions in the order of the candidate's version, each with their answer, the
    key, the explanation, and the words of the transcript that prove it; and the objectives to
    revise. The course must be as it was when the exam was printed.

    The pages are personal data: send each to its candidate only, and keep them out of the course
    and its repository. mail.csv lists the file for each candidate; nothing is sent.
    """
    raw = named_file(manifest)
    keys, diagnostics = read_keys(raw, str(manifest))
    if keys is None:
        return _stop(diagnostics)
    bank = read_bank(folder)
    read = read_manifest(raw, str(manifest), bank)
    if read.exam is None:
        return _stop(read.diagnostics)
    if read.changed:
        raise click.ClickException(
            f"{', '.join(read.changed[:5])} changed since the exam was printed; "
            "check out the course as it was then"
        )
    table, diagnostics = read_table(named_file(responses), str(responses))
    if table is not None:
        scripts, diagnostics = read_scripts(table, keys)
    if table is None or has_errors(diagnostics):
        return _stop(diagnostics)
    results = grade(keys, scripts)
    candidates = candidate_sheets.read(roster) if roster is not None else ()
    if anonymous and not candidates:
        raise click.UsageError("--anonymous needs --roster, which has the serials")
    known = {candidate.candidate: candidate for candidate in candidates}
    names = _names([result.candidate for result in results], known)
    rows: Mapping[str, Mapping[int, bytes]] = {}
    if reading is not None and not without_questions:
        rows = _rows(raw, reading, candidates)
    wanted = formats or ("html", "pdf")
    files: dict[str, bytes] = {}
    media = dict(bank.media)
    pages: dict[str, shapes.Key] = {}
    own_media: dict[str, dict[str, bytes]] = {}
    with speaking(bank.course.language):
        for result, paper, version in recipients_of(read.exam, results):
            name = names[result.candidate]
            pictures = {
                number: f"row-{name}-{number}.jpg" for number in rows.get(result.candidate, {})
            }
            own_media[name] = {
                pictures[number]: picture
                for number, picture in rows.get(result.candidate, {}).items()
            }
            label = _label(result.candidate, known.get(result.candidate), anonymous)
            earned = grade_of(keys.grades, result.percent)
            recipient = Recipient(result, label, pictures, earned)
            pages[name] = page(
                bank,
                read.exam,
                keys,
                paper,
                version,
                recipient,
                with_questions=not without_questions,
            )
        if "html" in wanted:
            for name, shape in pages.items():
                files[f"{name}.html"] = html.page(shape, {**media, **own_media[name]})
        if "pdf" in wanted:
            unprinted = _pdfs(bank, pages, own_media, files)
            if unprinted:
                return _stop(unprinted)
    files[MAIL] = _mail(names, known, wanted[-1], anonymous)
    deliver(out, files)
    candidate_sheets.warn_inside(folder, out, "results")
    click.echo(
        f"{out}: feedback for {counted(len(pages), 'candidate')}; "
        "each page is for its candidate only"
    )
    return 0


def _stop(diagnostics: Sequence[Diagnostic]) -> int:
    print_findings(Path(), located(Path(), diagnostics))
    click.echo("nothing was written", err=True)
    return 1


def _names(candidates: Sequence[str], known: Mapping[str, Candidate]) -> dict[str, str]:
    """Return a file name for each candidate: the serial, a safe form of the name, or a number."""
    names = {}
    for index, name in enumerate(candidates, 1):
        if name in known and known[name].serial:
            names[name] = f"{known[name].serial:04}"
        elif re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", name):
            names[name] = f"candidate-{name}"
        else:
            names[name] = f"number-{index:04}"
    return names


def _label(name: str, candidate: Candidate | None, anonymous: bool) -> str:
    if anonymous and candidate is not None:
        return say(phrases.SHEET, serial=f"{candidate.serial:04}")
    full = [name, candidate.name] if candidate is not None and candidate.name else [name]
    return say(phrases.CANDIDATE, name=" · ".join(full))


def _rows(
    raw: bytes, reading: Path, candidates: Sequence[Candidate]
) -> dict[str, dict[int, bytes]]:
    """Return the pictures of each candidate's rows by number, from the pages that were read."""
    from pkoquiz.commands.scan import READING, require_libraries
    from pkoquiz.scanning.batch import assemble
    from pkoquiz.scanning.pages import Forms
    from pkoquiz.scanning.review import Pictures, area_of
    from pkoquiz.scanning.store import read_reading
    from pkoquiz.sheets.form import questions

    require_libraries()
    record, _ = parsed(raw, Place("manifest.json"))
    assert record is not None
    pages, diagnostics = read_reading(named_file(reading / READING), READING, record.exam)
    if diagnostics:
        raise SystemExit(_stop(diagnostics))
    forms = Forms(record)
    asked = {code: questions(record, version) for code, (_, version) in forms.versions.items()}
    batch = assemble(forms, asked, pages, candidates)
    pictures = {}
    for number, read in enumerate(pages, 1):
        path = reading / f"pages/{number:05}.jpg"
        if path.is_file():
            pictures[read.image] = path.read_bytes()
    cutter = Pictures(pictures)
    rows: dict[str, dict[int, bytes]] = {}
    for sheet in batch.sheets:
        for number in sheet.cells:
            place = area_of(sheet, number)
            picture = cutter.jpeg(*place) if place else b""
            if picture:
                rows.setdefault(sheet.candidate, {})[number] = picture
    return rows


def _pdfs(
    bank: Bank,
    pages: Mapping[str, shapes.Key],
    own_media: Mapping[str, Mapping[str, bytes]],
    files: dict[str, bytes],
) -> Sequence[Diagnostic]:
    with unpacked(bank) as assets:
        paths = {}
        for media in own_media.values():
            for name, picture in media.items():
                Path(assets.folder, "root", name).write_bytes(picture)
                paths[name] = f"/{name}"
        assets = replace(assets, pictures={**assets.pictures, **paths})
        if diagnostics := unprintable(bank, list(pages.values()), assets):
            return diagnostics

        def source(name: str) -> str:
            own = {picture: paths[picture] for picture in own_media[name]}
            return typst.source(pages[name], replace(assets, pictures={**bank_paths, **own}))

        bank_paths = {name: path for name, path in assets.pictures.items() if name not in paths}
        sources = [(name, partial(source, name)) for name in pages]
        with progress_bar() as progress:
            for done, (name, pdf) in enumerate(
                typeset(assets.folder, assets.timestamp, sources), 1
            ):
                files[f"{name}.pdf"] = pdf
                progress("feedback", done, len(sources))
    return ()


def _mail(
    names: Mapping[str, str], known: Mapping[str, Candidate], ending: str, anonymous: bool
) -> bytes:
    """Return the file for each candidate; anonymous lists have addresses but no names."""
    rows = [["serial", *([] if anonymous else ["candidate", "name"]), "address", "file"]]
    for name, file in sorted(names.items(), key=lambda item: item[1]):
        candidate = known.get(name, Candidate(name))
        serial = f"{candidate.serial:04}" if candidate.serial else ""
        person = [] if anonymous else [name, candidate.name]
        rows.append([serial, *person, candidate.address, f"{file}.{ending}"])
    return write_table(rows, ",")
