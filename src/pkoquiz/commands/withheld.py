"""`--except-paper`: the questions of an exam, which learners must not get."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from pkoquiz.commands.course import named_file
from pkoquiz.diagnostics import Place
from pkoquiz.model.bank import Bank

except_paper_option = click.option(
    "--except-paper",
    "except_papers",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Withhold the questions of a printed exam, given its manifest.json, from every format, "
    "also from the practice paper; may be repeated.",
)


def withheld_questions(files: Sequence[Path], bank: Bank) -> frozenset[str]:
    """Return the ids of all questions on the exams; raise a usage error for other files."""
    if not files:
        return frozenset()
    from pkoquiz.exam.manifest import parsed  # few builds read one

    ids: set[str] = set()
    for file in files:
        record, diagnostics = parsed(named_file(file), Place(str(file)))
        if record is None:
            raise click.UsageError(f"{file}: {diagnostics[0].message}")
        if record.course != bank.course.short:
            message = f"belongs to the course `{record.course}`, not `{bank.course.short}`"
            raise click.UsageError(f"{file} {message}")
        ids.update(record.questions)
    return frozenset(ids)
