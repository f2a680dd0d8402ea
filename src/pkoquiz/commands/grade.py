"""`pkoquiz exam grade`: answers of candidates, typed or from a mark reader, graded by the manifest of the paper."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pkoquiz.commands.course import has_errors, named_file, print_findings

if TYPE_CHECKING:
    from pkoquiz.grading.analysis import Analysis
    from pkoquiz.grading.printed import Keys
    from pkoquiz.grading.scripts import Script

RESULTS, REPORT = "results.csv", "report.html"


@click.command("grade")
@click.argument("manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument(
    "responses", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@click.option(
    "--template",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write an empty table with the right columns into this new file; grade nothing.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for results.csv and report.html (default: `graded` beside RESPONSES).",
)
def command(manifest: Path, responses: Path | None, template: Path | None, out: Path | None) -> int:
    """Grade a printed exam: points for each candidate, and how the questions did.

    MANIFEST is the manifest.json that `pkoquiz exam build` wrote beside the papers; the course is not needed.
    RESPONSES is a table (CSV, UTF-8) with a row for each candidate: columns `candidate`, `version`, `paper` where
    there are several, and a column for each question by its printed number (`7`, or `7.1` for a gap).

    \b
    single choice, multiple response    B    A C
    true or false                       T    F
    matching, ordering (from above)     C A B    3 1 2
    numerical                           8.5 or 8,5
    short answer, gaps                  the words as written; several gaps: one; two
    essay, short answer with a rubric   points given by the grader
    any question                        [1.5] for points given by a person
                                        empty: not answered; *: spoiled

    Nothing is written if anything in the table is wrong.
    """
    from pkoquiz.grading.printed import read_keys

    if (responses is None) == (template is None):
        raise click.UsageError(
            "name a table of answers, or write an empty one with --template FILE"
        )
    if template is not None and out is not None:
        raise click.UsageError("--out is for results; --template names its own file")
    keys, faults = read_keys(named_file(manifest), str(manifest))
    if keys is None:
        from pkoquiz.reporting import located

        print_findings(Path(), located(Path(), faults))
        click.echo("nothing was written", err=True)
        return 1
    if template is not None:
        return _write_template(keys, template)
    assert responses is not None
    return _grade(keys, responses, out or responses.parent / "graded")


def _write_template(keys: Keys, template: Path) -> int:
    from pkoquiz.grading.points import template_csv

    if template.exists():
        raise click.ClickException(
            f"{template} is there already, perhaps with answers; nothing was written"
        )
    _deliver(template.parent, {template.name: template_csv(keys)})
    click.echo(f"{template}: a row for each candidate goes below the lines that begin with `#`")
    return 0


def _grade(keys: Keys, responses: Path, out: Path) -> int:
    from pkoquiz.grading.analysis import analyse
    from pkoquiz.grading.points import grade, results_csv
    from pkoquiz.grading.report import report
    from pkoquiz.grading.scripts import read_scripts
    from pkoquiz.grading.table import read_table
    from pkoquiz.reporting import located, summary

    if (out / RESULTS).resolve() == responses.resolve():
        raise click.UsageError(
            f"the results would replace {responses}: name another folder with --out"
        )
    table, faults = read_table(named_file(responses), str(responses))
    scripts: tuple[Script, ...] = ()
    if table is not None:
        scripts, faults = read_scripts(table, keys, str(responses))
    found = located(Path(), faults)
    print_findings(Path(), found)
    if table is None or has_errors(found):
        click.echo(f"nothing was written: {summary(found)}", err=True)
        return 1
    graded = grade(keys, scripts)
    analysis = analyse(keys, graded)
    files = {RESULTS: results_csv(keys, graded, table.separator), REPORT: report(keys, analysis)}
    written = _deliver(out, files)
    _summary(analysis)
    click.echo(f"{out}: {RESULTS}, {REPORT}, {len(written)} written")
    return 0


def _summary(found: Analysis) -> None:
    """What one wants to know at once: how many, how well, and which questions to look at."""
    from pkoquiz.grading.report import percent, reliability

    many = found.spread.candidates
    click.echo(
        f"{many} {'candidate' if many == 1 else 'candidates'}, mean {percent(found.spread.mean)}"
    )
    for paper in found.papers:
        label = f"paper {paper.paper}: " if len(found.papers) > 1 else ""
        click.echo(f"{label}{reliability(paper)}")
        flags = [(line.item.id, flag) for line in paper.items for flag in line.flags]
        for name, flag in flags:
            if flag.kind == "key":
                click.echo(f"  {name}: {flag.text}")
        for kind, what in (
            ("wording", "wordings that were not accepted"),
            ("remark", "remarks on questions"),
        ):
            if count := sum(flag.kind == kind for _, flag in flags):
                click.echo(f"  {what}, in {REPORT}: {count}")


def _deliver(folder: Path, files: dict[str, bytes]) -> Sequence[str]:
    from pkoquiz.delivery import DeliveryError, deliver

    try:
        return deliver(folder, files)
    except DeliveryError as fault:
        raise click.ClickException(str(fault)) from fault
