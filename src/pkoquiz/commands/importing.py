"""`pkoquiz import`: bring questions of other programs into the inbox."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import click

from pkoquiz import prose
from pkoquiz.commands.course import course_option, named_file, read_bank
from pkoquiz.delivery import deliver
from pkoquiz.importers import FORMATS, Draft, FormatError, LeftOut, read_file
from pkoquiz.importers.inbox import Arrival, proposals_for, received, slug
from pkoquiz.load import contents
from pkoquiz.model.bank import Bank
from pkoquiz.quotes.propose import Index, index_of
from pkoquiz.review import INBOX, queue, rejected
from pkoquiz.splice import SpliceError

MOST_MEDIA = 200 * 1024 * 1024
"""The most bytes of pictures and sounds in one import; any more are left out."""


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@course_option
@click.option(
    "--format", "form", type=click.Choice(["auto", *FORMATS]), default="auto", show_default=True,
    help="The format of the files.",
)  # fmt: skip
@click.option("--section", default="", help="The section that the questions belong to.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write a JSON report."
)
def command(
    files: tuple[Path, ...], folder: Path, form: str, section: str, report: Path | None
) -> int:
    """Bring questions of other programs into the inbox, with proposed citations.

    The questions are drafts in `inbox/`: they cannot stop a check or build. `pkoquiz review`
    accepts or rejects them. A second import of the same file updates what has changed in it.

    Exit 1 if a file cannot be read; the others are imported.
    """
    bank = read_bank(folder)
    if section and section not in bank.sections:
        hint = prose.one_of(section, list(bank.sections))
        raise click.UsageError(f"there is no section `{section}`; {hint}")
    index = index_of(bank.passages.values())
    results = [_imported(folder, bank, index, path, form, section) for path in files]
    if report is not None:
        text = json.dumps(_summed(results), ensure_ascii=False, indent=1) + "\n"
        deliver(report.parent, {report.name: text.encode()})
    return 1 if any("error" in result for result in results) else 0


def _imported(
    folder: Path, bank: Bank, index: Index, path: Path, form: str, section: str
) -> dict[str, Any]:
    """Import one file, print the result, and return its report."""
    content = named_file(path)
    try:
        form, found = read_file(content, path.name, form)
    except FormatError as error:
        click.echo(f"{path}: {error}", err=True)
        return {"file": path.name, "error": str(error)}
    drafts = [entry for entry in found if isinstance(entry, Draft)]
    left = [entry for entry in found if isinstance(entry, LeftOut)]
    name = f"{INBOX}/{slug(path.stem) or 'questions'}.yaml"
    raw = contents(folder, name)
    within = section if any(p.section == section for p in bank.passages.values()) else ""
    cite = partial(proposals_for, index=index, section=within)
    waiting, unreadable = queue(folder)
    if unreadable:
        click.echo("\n".join(unreadable), err=True)
    elsewhere = {item.id: "" for item in waiting if item.file != name}
    try:
        new, arrivals = received(
            raw,
            drafts,
            form=form,
            section=section or _likely_section(bank, drafts, cite),
            bank={item.id: getattr(item, "stem", "") for item in (*bank.questions, *bank.terms)},
            elsewhere=elsewhere,
            rejected=rejected(folder),
            cite=cite,
        )
    except SpliceError as error:
        message = f"{name}: {error}; {error.hint}" if error.hint else f"{name}: {error}"
        click.echo(message, err=True)
        return {"file": path.name, "error": message}
    media: dict[str, bytes] = {}
    for draft in drafts:
        for target, data in draft.media.items():
            if sum(map(len, media.values())) + len(data) <= MOST_MEDIA:
                media[target] = data
    if arrivals:
        deliver(folder, {name: new, **media}, seen={name: raw})
    _print(path, form, name, arrivals, left)
    return _report(path, form, name, arrivals, left)


def _likely_section(bank: Bank, drafts: list[Draft], cite: Any) -> str:
    """Return the section that most of the first questions seem to be about."""
    counts = Counter(
        bank.passages[proposals[0]["passage"]].section
        for draft in drafts[:60]
        if (proposals := cite(draft))
    )
    return counts.most_common(1)[0][0] if counts else next(iter(bank.sections), "")


def _print(path: Path, form: str, name: str, arrivals: list[Arrival], left: list[LeftOut]) -> None:
    states = Counter(arrival.state for arrival in arrivals)
    counts = ", ".join(f"{count} {state}" for state, count in states.items()) or "nothing"
    total = prose.counted(len(arrivals) + len(left), "question")
    click.echo(f"{path} ({form}): {total}: {counts}; {len(left)} left out")
    for arrival in arrivals:
        for change in arrival.draft.changes:
            click.echo(f"  line {arrival.draft.line}: {arrival.identity}: {change}")
    for question in left:
        title = prose.shortened(question.title, 60) or "without a title"
        click.echo(f"  line {question.line}: left out: {title}: {question.reason}")
    if arrivals:
        click.echo(f"  saved in {name}. Next: `pkoquiz review`")


def _report(
    path: Path, form: str, name: str, arrivals: list[Arrival], left: list[LeftOut]
) -> dict[str, Any]:
    return {
        "file": path.name,
        "format": form,
        "inbox": name,
        "questions": len(arrivals) + len(left),
        "taken": len(arrivals),
        "changed": sum(bool(arrival.draft.changes) for arrival in arrivals),
        "left_out": [
            {"title": question.title, "reason": question.reason, "line": question.line}
            for question in left
        ],
        "items": [
            {
                "id": arrival.identity,
                "title": arrival.draft.title,
                "line": arrival.draft.line,
                "state": arrival.state,
                "changes": list(arrival.draft.changes),
            }
            for arrival in arrivals
        ],
    }


def _summed(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one report for all files; for a single file, its own."""
    if len(results) == 1 and "error" not in results[0]:
        return results[0]
    read = [result for result in results if "error" not in result]
    return {
        **{
            name: sum(result[name] for result in read) for name in ("questions", "taken", "changed")
        },
        "left_out": [
            {**entry, "file": result["file"]} for result in read for entry in result["left_out"]
        ],
        "files": results,
    }
