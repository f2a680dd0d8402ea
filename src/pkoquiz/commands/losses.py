"""`pkoquiz build --explain FORMAT`: how a format would export the questions of a course."""

from __future__ import annotations

from pathlib import Path

import click

from pkoquiz.build import FORMATS, Options
from pkoquiz.commands.course import read_bank
from pkoquiz.diagnostics import info
from pkoquiz.exporters.fields import ROWS
from pkoquiz.exporters.table import TABLE
from pkoquiz.model.answers import task_of
from pkoquiz.prose import counted
from pkoquiz.reporting import located
from pkoquiz.selection import select

_UNFINISHED = "questions are not exported"


def explain(folder: Path, format: str, options: Options) -> int:
    """Print what the format writes, changes and leaves out, and return the exit code."""
    bank = read_bank(folder)
    questions = [q for q in select(bank, options.selection) if q.status == "ready"]
    tasks = [(question, task_of(question)) for question in questions]
    click.echo(f"{format}: how {counted(len(questions), 'ready question')} would be exported\n")
    for row in ROWS:
        count = sum(row.uses(question, task) for question, task in tasks)
        cell = TABLE[format][row.name]
        if count:
            text = f": {cell.text}" if cell.text else ""
            click.echo(f"{count:6}  {row.title.replace('`', '')}: {cell.mark}{text}")
    export = FORMATS[format](bank, options)
    notes = [
        info("", note.reason, note.place, question=note.question)
        for note in export.notes
        if note.question and not note.reason.endswith(_UNFINISHED)
    ]
    if notes:
        click.echo("\nnotes on single questions:")
    for note in located(folder, notes):
        line = f":{note.place.span.line}" if note.place.span else ""
        click.echo(f"{folder / note.place.file}{line}: {note.question}: {note.message}")
    return 0
