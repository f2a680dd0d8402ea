"""Measurements from exams, read from the folder statistics/ of a course."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from pkoquiz.commands.course import print_findings
from pkoquiz.model.bank import Bank
from pkoquiz.prose import counted
from pkoquiz.reporting import located
from pkoquiz.statistics.measured import read_all, unsuitable


def without_unsuitable(folder: Path, bank: Bank, name: str) -> Bank | None:
    """Return the bank with a blueprint that excludes the questions that `measured` leaves out.

    Print how many there are. If statistics cannot be read, print the findings and return None.
    """
    blueprint = bank.course.blueprints[name]
    if blueprint.measured is None:
        return bank
    records, diagnostics = read_all(folder)
    if diagnostics:
        print_findings(folder, located(folder, diagnostics))
        return None
    candidates = [question for question in bank.ready if question.on_paper]
    left_out = unsuitable(candidates, records, blueprint.measured) - {*blueprint.include}
    if left_out:
        of = counted(len(candidates), "question")
        message = f"`measured` leaves out {len(left_out)} of {of}"
        click.echo(f"{message} (`pkoquiz statistics show` lists what was measured)", err=True)
    exclude = (*blueprint.exclude, *sorted(left_out.difference(blueprint.exclude)))
    changed = blueprint.model_copy(update={"exclude": exclude})
    course = bank.course.model_copy(
        update={"blueprints": {**bank.course.blueprints, name: changed}}
    )
    return replace(bank, course=course)
