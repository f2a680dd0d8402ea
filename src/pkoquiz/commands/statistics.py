"""`pkoquiz statistics`: keep what exams say about questions, and show it."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from pkoquiz.commands.course import course_option, has_errors, named_file, print_findings, read_bank
from pkoquiz.delivery import deliver
from pkoquiz.diagnostics import Diagnostic, Place
from pkoquiz.exam.manifest import parsed
from pkoquiz.exam.versions import digest
from pkoquiz.grading.analysis import analyse
from pkoquiz.grading.printed import read_keys
from pkoquiz.grading.results import grade
from pkoquiz.grading.scripts import read_scripts
from pkoquiz.prose import counted
from pkoquiz.reporting import located
from pkoquiz.statistics.anki import UnreadableError, anki_administration, first_answers
from pkoquiz.statistics.choices import slots, with_choices
from pkoquiz.statistics.collect import administration
from pkoquiz.statistics.measured import FOLDER, read_all
from pkoquiz.statistics.moodle import moodle_administration
from pkoquiz.statistics.pool import ENOUGH_FOR_SHARE, pool
from pkoquiz.statistics.record import Administration, administration_json
from pkoquiz.table import read_table


@click.group("statistics")
def command() -> None:
    """Keep what exams say about questions, without personal data, and show it."""


@command.command("add")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@course_option
@click.option("--date", default=None, help="Date of the exam, e.g. 2026-11-24 (default: today).")
@click.option("--moodle", metavar="NAME", help="FILE is a report of Moodle on this quiz.")
@click.option("--anki", metavar="NAME", help="Each FILE is the Anki collection of a learner.")
def add(
    files: tuple[Path, ...], folder: Path, date: str | None, moodle: str | None, anki: str | None
) -> int:
    """Add an exam to the folder statistics/ of the course.

    The files are the manifest.json of the exam and the table of answers that `pkoquiz exam grade`
    takes. With --moodle NAME they are two CSV files of a quiz: the table “Quiz structure analysis”
    of its statistics, and, to count the choices too, its report “Responses”. With --anki NAME they
    are decks or collections (.apkg, .colpkg, .anki2) that learners exported with their scheduling.

    Only counts, shares and correlations of at least ten people are kept: no names, no rows, no
    written words.
    """
    day = date or datetime.datetime.now(datetime.UTC).date().isoformat()
    try:
        datetime.date.fromisoformat(day)
    except ValueError as fault:
        raise click.UsageError(f"`{day}` is not a date; write it as 2026-11-24") from fault
    if moodle is not None and anki is not None:
        raise click.UsageError("--moodle and --anki cannot be used together")
    if anki is not None:
        record: Administration | int = _from_anki(files, folder, anki, day)
    elif moodle is not None:
        if len(files) > 2:
            raise click.UsageError("name the statistics of one quiz, and its responses")
        record = _from_moodle(files, folder, moodle, day)
    elif len(files) == 2:
        record = _from_paper(*files, day)
    else:
        raise click.UsageError("name a manifest and a table of answers, or a CSV with --moodle")
    if isinstance(record, int):
        return record
    path = folder / FOLDER / record.file
    content = administration_json(record)
    if path.exists() and path.read_bytes() != content:
        raise click.ClickException(
            f"{path} already exists with other figures; delete it first to replace it"
        )
    deliver(folder, {f"{FOLDER}/{record.file}": content})
    questions = counted(len(record.questions), "question")
    click.echo(f"{path}: {questions}, {counted(record.n, 'candidate')}")
    return 0


def _from_paper(manifest: Path, responses: Path, day: str) -> Administration | int:
    raw = named_file(manifest)
    keys, diagnostics = read_keys(raw, str(manifest))
    record, _ = parsed(raw, Place(str(manifest)))
    if keys is None or record is None:
        return _stop(diagnostics)
    table, diagnostics = read_table(named_file(responses), str(responses))
    if table is not None:
        scripts, diagnostics = read_scripts(table, keys)
    if table is None or has_errors(diagnostics):
        return _stop(diagnostics)
    found = administration(record, analyse(keys, grade(keys, scripts)), day)
    if isinstance(found, str):
        raise click.ClickException(f"{found}; nothing was written")
    return found


def _from_moodle(
    files: tuple[Path, ...], folder: Path, name: str, day: str
) -> Administration | int:
    bank = read_bank(folder)
    tables = []
    for path in files:
        table, diagnostics = read_table(named_file(path), str(path))
        if table is None:
            return _stop(diagnostics)
        tables.append(table)
    digests = {question.id: digest(question) for question in bank.questions}
    found = moodle_administration(tables[0], digests, _slug(name), day)
    if not isinstance(found, str) and len(tables) == 2:
        numbers = slots(tables[0], found.questions)
        found = with_choices(found, tables[1], numbers, bank.questions)
    if isinstance(found, str):
        raise click.ClickException(f"{found}; nothing was written")
    return found


def _from_anki(files: tuple[Path, ...], folder: Path, name: str, day: str) -> Administration:
    bank = read_bank(folder)
    learners = {}
    for path in files:
        try:
            learners[str(path)] = first_answers(named_file(path))
        except UnreadableError as fault:
            raise click.ClickException(f"{path}: {fault}; nothing was written") from fault
    found = anki_administration(bank, learners, _slug(name), day)
    if isinstance(found, str):
        raise click.ClickException(f"{found}; nothing was written")
    return found


def _slug(name: str) -> str:
    ascii_name = name.lower().encode("ascii", "ignore").decode()
    words = "".join(sign if sign.isalnum() else " " for sign in ascii_name).split()
    return "-".join(words)[:100].rstrip("-") or "quiz"


def _stop(diagnostics: tuple[Diagnostic, ...]) -> int:
    print_findings(Path(), located(Path(), diagnostics))
    click.echo("nothing was written", err=True)
    return 1


@command.command("show")
@course_option
@click.option("--all", "show_all", is_flag=True, help="Show old wordings too.")
def show(folder: Path, show_all: bool) -> int:
    """Show what is known about each question.

    The numbers are pooled over all administrations.
    """
    from rich.console import Console
    from rich.table import Table

    bank = read_bank(folder)
    records, diagnostics = read_all(folder)
    if diagnostics:
        print_findings(folder, located(folder, diagnostics))
        return 1
    if not records:
        click.echo(f"no statistics in {folder / FOLDER}; `pkoquiz statistics add` adds an exam")
        return 0
    known = {question.id: question for question in bank.questions}
    table = Table(box=None, pad_edge=False)
    for heading in ("question", "declared"):
        table.add_column(heading, no_wrap=True)
    for heading in ("exams", "n", "difficulty (95 %)", "discrimination (95 %)"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("remarks")
    exams = [(figures, "") for figures in pool(records)]
    decks = [(figures, "self-graded in Anki") for figures in pool(records, self_graded=True)]
    for pooled, source in sorted([*exams, *decks], key=lambda pair: (pair[0].id, pair[1])):
        question = known.get(pooled.id)
        is_current = question is not None and digest(question) == pooled.digest
        if not is_current and not show_all:
            continue
        caution = "" if source and pooled.n >= ENOUGH_FOR_SHARE else pooled.caution
        remarks = [source, caution, "" if is_current else "old wording"]
        if pooled.unchosen:
            remarks.append(f"nobody chose option {', '.join(map(str, pooled.unchosen))}")
        table.add_row(
            pooled.id,
            question.difficulty if question else "",
            str(pooled.administrations),
            str(pooled.n),
            _interval(pooled.p, pooled.p_interval, ".2f"),
            _interval(pooled.r, pooled.r_interval, "+.2f"),
            "; ".join(filter(None, remarks)),
        )
    # Figures that are cut off would mislead: pipes and narrow terminals get whole lines.
    Console(width=max(Console().width, 130)).print(table, highlight=False)
    return 0


def _interval(value: float | None, interval: tuple[float, float], form: str) -> str:
    if value is None:
        return "–"
    low, high = interval
    return f"{value:{form}} ({low:{form}} to {high:{form}})"
