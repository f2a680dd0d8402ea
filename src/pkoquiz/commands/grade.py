"""`pkoquiz exam grade`: grade candidates' answers by the manifest of the paper."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import click

from pkoquiz.commands.course import has_errors, named_file, print_findings
from pkoquiz.delivery import deliver
from pkoquiz.grading.analysis import Analysis, analyse
from pkoquiz.grading.printed import Keys, read_keys
from pkoquiz.grading.report import percent, reliability, report
from pkoquiz.grading.results import grade, results_csv, results_xlsx
from pkoquiz.grading.scripts import read_scripts
from pkoquiz.grading.template import template_csv
from pkoquiz.language import speaking
from pkoquiz.prose import counted
from pkoquiz.reporting import located, summary
from pkoquiz.table import read_table

RESULTS, REPORT, WORKBOOK = "results.csv", "report.html", "results.xlsx"


@click.command("grade")
@click.argument("manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument(
    "responses", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@click.option(
    "--template",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write an empty table with the right columns to this new file, and grade nothing.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for results.csv and report.html (default: `graded` beside RESPONSES).",
)
@click.option("--xlsx", is_flag=True, help="Write results.xlsx too (needs `pkoquiz[xlsx]`).")
def command(
    manifest: Path, responses: Path | None, template: Path | None, out: Path | None, xlsx: bool
) -> int:
    """Grade a printed exam and analyse its questions.

    MANIFEST is the manifest.json beside the printed papers; the course is not needed. RESPONSES
    is a table (CSV, UTF-8) with a row for each candidate and the columns `candidate`, `version`,
    `paper` if there are several, and one for each question by its printed number (`7`, or `7.1`
    for a gap).

    \b
    single choice, multiple response    B    A C
    true or false                       T    F
    matching, ordering (from the top)   C A B    3 1 2
    numerical                           8.5 or 8,5
    short answer, gaps                  the words as written; several gaps: one; two
    essay, short answer with a rubric   points given by the grader
    any question                        [1.5] for points given by a person
                                        empty: not answered; *: spoiled
                                        ?: undecided, nothing is graded

    If anything in the table is wrong, nothing is written.
    """
    if (responses is None) == (template is None):
        raise click.UsageError("name a table of answers, or a new file with --template")
    if template is not None and out is not None:
        raise click.UsageError("--out cannot be used with --template")
    keys, diagnostics = read_keys(named_file(manifest), str(manifest))
    if keys is None:
        print_findings(Path(), located(Path(), diagnostics))
        click.echo("nothing was written", err=True)
        return 1
    if template is not None:
        return _write_template(keys, template)
    assert responses is not None
    if xlsx and importlib.util.find_spec("xlsxwriter") is None:
        raise click.ClickException("--xlsx needs XlsxWriter: `pip install 'pkoquiz[xlsx]'`")
    return _grade(keys, responses, out or responses.parent / "graded", xlsx)


def _write_template(keys: Keys, template: Path) -> int:
    if template.exists():
        raise click.ClickException(f"{template} already exists; nothing was written")
    with speaking(keys.language):
        table = template_csv(keys)
    deliver(template.parent, {template.name: table})
    click.echo(f"Created {template}. Next: add a row for each candidate, then grade it.")
    return 0


def _grade(keys: Keys, responses: Path, out: Path, xlsx: bool) -> int:
    if (out / RESULTS).resolve() == responses.resolve():
        raise click.UsageError(
            f"the results would replace {responses}; name another folder with --out"
        )
    table, diagnostics = read_table(named_file(responses), str(responses))
    if table is not None:
        with speaking(keys.language):
            scripts, diagnostics = read_scripts(table, keys)
    findings = located(Path(), diagnostics)
    print_findings(Path(), findings)
    if table is None or has_errors(findings):
        click.echo(f"nothing was written: {summary(findings)}", err=True)
        return 1
    graded = grade(keys, scripts)
    with speaking(keys.language):
        page = report(keys, analyse(keys, graded))
    files = {RESULTS: results_csv(keys, graded, table.separator), REPORT: page}
    if xlsx:
        files[WORKBOOK] = results_xlsx(keys, graded)
    written = deliver(out, files)
    # Once more, for messages in English.
    _print_summary(analyse(keys, graded))
    click.echo(f"{out}: {', '.join(files)}, {len(written)} written")
    return 0


def _print_summary(analysis: Analysis) -> None:
    """Print how many candidates there are, how well they did, and which questions to review."""
    candidates = counted(analysis.spread.candidates, "candidate")
    click.echo(f"{candidates}, mean {percent(analysis.spread.mean)}")
    for paper in analysis.papers:
        label = f"paper {paper.paper}: " if len(analysis.papers) > 1 else ""
        click.echo(f"{label}{reliability(paper)}")
        flags = [(line.item.id, flag) for line in paper.items for flag in line.flags]
        for identity, flag in flags:
            if flag.kind == "key":
                click.echo(f"  {identity}: {flag.text}")
        for kind, noun in (("wording", "unaccepted wording"), ("remark", "remark")):
            if count := sum(flag.kind == kind for _, flag in flags):
                click.echo(f"  {counted(count, noun)} in {REPORT}")
