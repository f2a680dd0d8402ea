"""`pkoquiz build`: the course as decks, papers and quizzes."""

from __future__ import annotations

import gc
import hashlib
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path
from typing import get_args

import click

from pkoquiz import __version__, fonts, prose
from pkoquiz.build import (
    FORMATS,
    MANIFEST,
    WITH_SELECTION,
    Options,
    Origin,
    build,
    digest,
    manifest,
    note_lines,
    obsolete_files,
    up_to_date,
    usual,
)
from pkoquiz.commands.course import (
    course_option,
    has_errors,
    named_file,
    print_findings,
    read_course,
)
from pkoquiz.commands.losses import explain
from pkoquiz.commands.watching import changes, states
from pkoquiz.commands.withheld import except_paper_option, withheld_questions
from pkoquiz.delivery import DeliveryError, deliver
from pkoquiz.diagnostics import Diagnostic
from pkoquiz.exporters.export import Export
from pkoquiz.load import bank_files, contents, load_course
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import LEDGER
from pkoquiz.model.parts import Difficulty
from pkoquiz.reporting import located, summary
from pkoquiz.selection import Selection, select, unknown


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for on the command line."""

    folder: Path
    out: Path
    formats: list[str]
    """If empty, the usual formats and those that `course.yaml` lists."""
    locked: bool
    release: bool
    quiz: bool
    selection: Selection
    except_papers: tuple[Path, ...]
    """Manifests of the exams whose questions are withheld."""
    quiet: bool


@click.command("build")
@click.argument("formats", nargs=-1, type=click.Choice(list(FORMATS)))
@course_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Output folder (default: exports/ in the course).",
)
@click.option(
    "--locked", is_flag=True, help="Rebuild everything, even if nothing has changed; for CI."
)
@click.option(
    "--release", is_flag=True, help="Add the date of the last edition to the Moodle category."
)
@click.option(
    "--section", "sections", multiple=True, metavar="SLUG", help="Quizzes: only this section."
)
@click.option("--tag", "tags", multiple=True, help="Quizzes: only questions with this tag.")
@click.option(
    "--difficulty",
    "difficulties",
    multiple=True,
    type=click.Choice(get_args(Difficulty)),
    help="Quizzes: only questions of this difficulty.",
)
@click.option(
    "--paper",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Quizzes: one for each paper of a printed exam, given its manifest.json.",
)
@click.option(
    "--number",
    "numbers",
    multiple=True,
    type=click.IntRange(1),
    help="With --paper: only the paper with this number.",
)
@click.option(
    "--question",
    "ids",
    multiple=True,
    metavar="ID",
    help="Quizzes: only this question, to replace it in a question bank.",
)
@click.option(
    "--changed",
    is_flag=True,
    help="Quizzes: only the questions that changed since the last edition.",
)
@click.option(
    "--pools",
    metavar="BLUEPRINT",
    help="Moodle, Canvas, QTI: pools for a different paper for every student.",
)
@click.option("--quiz", is_flag=True, help="Canvas: one quiz instead of question banks.")
@click.option(
    "--explain",
    "explained",
    type=click.Choice(list(FORMATS)),
    help="Print what a format changes and leaves out of this course, and write nothing.",
)
@except_paper_option
@click.option("--watch", is_flag=True, help="Build again whenever a file of the course is saved.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only.")
def command(
    formats: tuple[str, ...],
    folder: Path,
    out: Path | None,
    locked: bool,
    release: bool,
    sections: tuple[str, ...],
    tags: tuple[str, ...],
    difficulties: tuple[str, ...],
    paper: Path | None,
    numbers: tuple[int, ...],
    ids: tuple[str, ...],
    changed: bool,
    pools: str | None,
    quiz: bool,
    explained: str | None,
    except_papers: tuple[Path, ...],
    watch: bool,
    quiet: bool,
) -> int:
    """Build previews of the named formats. If there are errors, nothing is written.

    Learners get what `pkoquiz release` writes; a build reports how it differs from the last
    edition.

    Without names, it builds anki, moodle, exam, practice and the formats that course.yaml lists.

    --section, --tag and --difficulty select questions for quizzes. Repeat an option to allow
    several values; a question must match every option given. --paper, --question, --changed and
    --pools write only their own files, beside those of earlier builds.
    """
    selection = Selection(sections, tags, difficulties)
    out = out or folder / "exports"
    if explained is not None:
        return explain(folder, explained, Options(selection=selection, quiz=quiz))
    separate = (paper is not None) + bool(ids) + changed + (pools is not None)
    if separate or not selection.everything:
        _require_quizzes(formats)
        formats = formats or ("moodle",)
    if numbers and paper is None:
        raise click.UsageError("--number needs --paper")
    if separate > 1 or (
        separate and (not selection.everything or watch or locked or except_papers)
    ):
        raise click.UsageError(
            "use --paper, --question, --changed and --pools alone, without --section, --tag, "
            "--difficulty, --except-paper, --locked, --watch and each other"
        )
    if separate:
        from pkoquiz.commands import quiz as parts  # it reads exams and writes every format
    if paper is not None:
        return parts.write_papers(
            folder, out, paper, numbers, formats, release=release, quiet=quiet
        )
    if pools is not None:
        return parts.write_pools(folder, out, pools, formats, release=release, quiet=quiet)
    if changed:
        return parts.write_changed(folder, out, formats, quiet=quiet)
    if ids:
        return parts.write_versions(folder, out, ids, formats, quiet=quiet)
    request = Request(
        folder,
        out,
        [name for name in FORMATS if name in formats],
        locked,
        release,
        quiz,
        selection,
        except_papers,
        quiet,
    )
    if not watch:
        return _build(request)
    if request.out.resolve() == folder.resolve():
        raise click.UsageError("--watch needs an output folder other than the course")
    _watch(request)
    return 0


def _require_quizzes(formats: tuple[str, ...]) -> None:
    """Fail if other formats are named: decks contain all cards, and papers follow a blueprint."""
    others = [name for name in formats if name not in WITH_SELECTION]
    if others:
        raise click.UsageError(
            "--section, --tag, --difficulty, --paper, --question, --changed and --pools are for"
            " quizzes;"
            f" build {' and '.join(others)} without them"
        )


def _watch(request: Request) -> None:
    gc.enable()  # it is switched off for commands that end soon
    before = states(request.folder, request.out)
    _build(request)
    click.echo("watching for changes; press Ctrl-C to stop", err=True)
    for changed in changes(request.folder, request.out, before):
        click.echo(f"\nchanged: {', '.join(changed)}", err=True)
        try:
            _build(request)
        except (click.ClickException, DeliveryError) as error:
            # An error does not end the watch, since the next save may correct it.
            click.echo(f"Error: {error}", err=True)


def _build(request: Request) -> int:
    """Build once and return the exit code."""
    folder, out = request.folder, request.out
    formats = request.formats or _usual_formats(folder)
    described = ["release"] if request.release else []
    described += ["quiz"] if request.quiz else []
    described += request.selection.described()
    described += [f"except {digest(named_file(path))}" for path in request.except_papers]
    tool = _tool()
    old = contents(out, MANIFEST)
    if (
        old is not None
        and not request.locked
        and up_to_date(
            old,
            formats,
            described,
            tool,
            partial(contents, folder),
            partial(contents, out),
            [*bank_files(folder, []), *([LEDGER] if (folder / LEDGER).exists() else [])],
        )
    ):
        if not request.quiet:
            click.echo("nothing changed since the last build; `pkoquiz check` repeats its findings")
        return 0
    loaded, diagnostics = read_course(folder)
    print_findings(folder, diagnostics, limit=200)
    if loaded.bank is None or has_errors(diagnostics):
        return _nothing_written(diagnostics)
    bank = loaded.bank
    selection = _checked_selection(bank, request.selection)
    withheld = withheld_questions(request.except_papers, bank)
    with progress_shown(request.quiet) as progress:
        options = Options(request.release, selection, progress, request.quiz, withheld)
        exports = {name: build(name, bank, options) for name in formats}
    diagnostics = located(
        folder, [found for export in exports.values() for found in export.diagnostics]
    )
    print_findings(folder, diagnostics)
    if has_errors(diagnostics):
        return _nothing_written(diagnostics)
    if not selection.everything and not any(export.files for export in exports.values()):
        raise click.UsageError(
            "none of the selected questions can be exported; the old quiz was left as it is"
        )
    files = merged(export.files for export in exports.values())
    obsolete = [
        path for path in obsolete_files(old, formats, list(files)) if (out / path).is_file()
    ]
    if obsolete and not bank.questions and not bank.terms:
        raise click.ClickException(
            f"there are no questions; nothing was written, so that {out / obsolete[0]} and the "
            "other files of the last build are not lost: delete them, or restore the questions"
        )
    files[MANIFEST] = manifest(bank, exports, Origin(loaded.digests, described, tool), old)
    written = deliver(out, files, obsolete)
    if not request.quiet:
        _report(exports, out, written)
        for path in obsolete:
            click.echo(f"removed {out / path}")
    return 0


def _usual_formats(folder: Path) -> list[str]:
    """Return the formats of a build without names."""
    course = load_course(folder)
    listed = course.formats if course else ()
    return usual(listed)


def _nothing_written(diagnostics: list[Diagnostic]) -> int:
    click.echo(f"nothing was written: {summary(diagnostics)}", err=True)
    return 1


def _checked_selection(bank: Bank, selection: Selection) -> Selection:
    """Return the selection; raise a usage error if it matches nothing."""
    if messages := list(unknown(bank, selection)):
        raise click.UsageError("; ".join(messages))
    ready = any(question.status == "ready" for question in select(bank, selection))
    if not selection.everything and not ready:
        raise click.UsageError("no ready question matches the selection")
    return selection


def _tool() -> str:
    """Return the version with a digest of the package and fonts, whose changes cause a rebuild."""
    sha256 = hashlib.sha256(" ".join(fonts.installed()).encode())
    package = Path(str(resources.files("pkoquiz")))
    for folder, folders, names in os.walk(package):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            if not name.endswith((".pyc", ".otf", ".ttf")):
                path = Path(folder, name)
                sha256.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return f"{__version__}+{sha256.hexdigest()[:12]}"


def merged(mappings: Iterable[Mapping[str, bytes]]) -> dict[str, bytes]:
    """Return the files of all formats."""
    return {name: content for mapping in mappings for name, content in mapping.items()}


def _report(exports: Mapping[str, Export], out: Path, written: Collection[str]) -> None:
    """Print what each format contains, its files and its notes."""
    for name, export in exports.items():
        terms = export.counts.get("term", 0)
        parts = [prose.counted(sum(export.counts.values()) - terms, "question")]
        parts += [prose.counted(terms, "term")] if terms else []
        click.echo(f"{name}: {', '.join(parts)}" + (f"; {export.report}" if export.report else ""))
        for path, content in sorted(export.files.items()):
            state = "written" if path in written else "unchanged"
            click.echo(f"  {out / path}  {size(len(content))}  {state}")
        for line in note_lines(export.notes):
            click.echo(f"  note: {line}")


def size(count: int) -> str:
    """Return the size of a file with its unit: `12 kB`."""
    return f"{-(-count // 1000)} kB" if count < 1_000_000 else f"{count / 1e6:.1f} MB"


@contextmanager
def progress_shown(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Yield a function that shows what is being done, on terminals only."""
    if quiet or not sys.stderr.isatty():
        yield lambda message: None
        return
    from rich.console import Console

    with Console(stderr=True).status("building …") as status:
        yield status.update
