"""Papers, keys and answer strips as PDF, HTML and DOCX: for exams, or to practise all questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, Place
from pkoquiz.exam import exam as exams
from pkoquiz.exam.exam import Exam, Paper
from pkoquiz.exam.manifest import Manifest, manifest, parsed
from pkoquiz.exam.versions import Version
from pkoquiz.exporters.export import Export, Note
from pkoquiz.language import say, speaking
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question
from pkoquiz.sheets import phrases
from pkoquiz.sheets.form import Form, form, questions
from pkoquiz.sheets.roster import Candidate
from pkoquiz.sheets.style import style_of

if TYPE_CHECKING:
    from pkoquiz.exporters.papers import shapes, sheets
    from pkoquiz.exporters.papers.assets import Assets

FORMATS = ("pdf", "html", "docx")

Progress = Callable[[str, int, int], None]
"""Called with (what is being made, how many are done, how many there are)."""

Write = Callable[[str, bytes], None]
"""Called with the path and content of a file."""

Document = Callable[[], "shapes.Paper | shapes.Key"]
"""Makes a paper or key when its turn comes, so that few are in memory at once."""


def practice(bank: Bank, progress: Callable[[str], None] | None = None) -> Export:
    """Print all ready questions as one paper, `exam/<short>.pdf` and `.html`, with its key.

    If a character is in no font, the export contains only HTML, and a warning.
    """
    exam = exams.practice(bank)
    notes = [
        Note("flashcards are not printed", question.id, question.place)
        for question in bank.ready
        if not question.on_paper
    ] + [
        Note(f"{question.status} questions are not printed", question.id, question.place)
        for question in bank.questions
        if question.status != "ready"
    ]
    if not exam.papers:
        return Export(notes=tuple(notes))

    def report(what: str, done: int, of: int) -> None:
        if progress:
            progress(f"exam: {what} {done}/{of}")

    return _collected(bank, exam, ("pdf", "html"), notes, report)


def build(
    bank: Bank,
    exam: Exam,
    *,
    formats: Sequence[str] = FORMATS,
    changed: Sequence[str] = (),
    sheet_digits: int = 0,
    progress: Progress = lambda what, done, of: None,
    write: Write | None = None,
) -> Export:
    """Print every version with its key, the answer strips and `manifest.json` to `exam/<name>/`.

    With `sheet_digits`, there is a blank answer sheet for each version as PDF, on which candidates
    enter a number with that many digits. `changed` lists questions that were reworded after the
    manifest of the exam was written. If `write` is given, it receives each file as soon as it is
    finished, in any order, and the export contains no files.
    """
    places = {question.id: question.place for question in bank.questions}
    reason = "changed since the manifest was written; printed with its present wording"
    notes = [Note(reason, identity, places[identity]) for identity in changed]
    if write is None:
        return _collected(bank, exam, formats, notes, progress, sheet_digits)
    return _export(bank, exam, formats, notes, progress, write, sheet_digits)


def for_candidates(
    bank: Bank,
    exam: Exam,
    candidates: Sequence[Candidate],
    *,
    with_papers: bool,
    progress: Progress,
    write: Write,
) -> tuple[Diagnostic, ...]:
    """Print an answer sheet for each candidate, `0017.pdf`, optionally followed by their paper.

    The candidates already have versions and serials. Large print is for those who need it, or for
    all if the exam has that layout.
    """
    from pkoquiz.exporters.papers import content, sheets, typst
    from pkoquiz.exporters.papers.assets import unpacked, unprintable
    from pkoquiz.press import typeset

    versions = {
        version.code: (paper, version) for paper in exam.papers for version in paper.versions
    }
    forms: dict[tuple[str, bool], Form] = {}
    record = _record(bank, exam)
    entries = {entry.code: entry for paper in record.papers for entry in paper.versions}

    def source(candidate: Candidate, assets: Assets) -> str:
        paper, version = versions[candidate.code]
        large = candidate.large or exam.layout.large_print
        own = exam
        if large:
            own = replace(exam, layout=exams.Layout(1, True))
        name = candidate.code, large
        if name not in forms:
            style = style_of(bank.course.exam.paper, large)
            forms[name] = form(questions(record, entries[candidate.code]), style)
        words = _sheet_words(own, paper, version)
        if not with_papers:
            frame = content.frame(bank, own, f"{words.title}, {words.version}", "", "")
            return sheets.sheet_source(words, forms[name], candidate, frame, assets)
        calls = sheets.sheet_calls(words, forms[name], candidate, apart=True)
        shape = content.paper(bank, own, paper, version, candidate)
        return typst.source(shape, assets, before=calls)

    with unpacked(bank) as assets:
        firsts = [content.paper(bank, exam, paper, paper.versions[0]) for paper in exam.papers]
        named = _with_names(firsts[0], candidates)
        if diagnostics := unprintable(bank, [*firsts, named], assets):
            return tuple(diagnostics)
        sources = [
            (f"{candidate.serial:04}.pdf", partial(source, candidate, assets))
            for candidate in candidates
        ]
        for done, (name, pdf) in enumerate(typeset(assets.folder, assets.timestamp, sources), 1):
            write(name, pdf)
            progress("typesetting", done, len(sources))
    return ()


def _with_names(shape: shapes.Paper, candidates: Sequence[Candidate]) -> shapes.Paper:
    """Return a paper whose cover has the names of all candidates, to find missing glyphs."""
    names = " ".join(f"{candidate.candidate} {candidate.name} {candidate.time}"
                     for candidate in candidates)  # fmt: skip
    return shape._replace(cover=shape.cover._replace(closing=names), parts=())


def _sheet_words(exam: Exam, paper: Paper, version: Version) -> sheets.SheetWords:
    from pkoquiz.exporters.papers import sheets

    letter, number = version.letter, paper.number
    if len(exam.papers) > 1:
        label = say(phrases.PAPER_VERSION, paper=number, letter=letter)
    else:
        label = say(phrases.VERSION, letter=letter)
    return sheets.SheetWords(exam.title, label, version.code)


def _record(bank: Bank, exam: Exam) -> Manifest:
    """Return the manifest in the form in which scanning and grading read it."""
    record, _ = parsed(manifest(bank, exam), Place(manifest_file(exam.name)))
    assert record is not None
    return record


def manifest_file(exam: str) -> str:
    """Return the path of a manifest."""
    return f"exam/{exam}/manifest.json"


def version_file(exam: str, papers: int, number: int, letter: str) -> str:
    """Return the path of a version without its extension.

    It is `exam/final/final-B`, or `exam/final/final-2B` if the exam has several papers.
    """
    return f"exam/{exam}/{exam}-{number if papers > 1 else ''}{letter}"


def strips_file(exam: str, papers: int, number: int) -> str:
    """Return the path of a paper's strips.

    It is `exam/final/final-strips.pdf`, or `exam/final/final-2-strips.pdf` if there are several.
    """
    return f"exam/{exam}/{exam}{f'-{number}' if papers > 1 else ''}-strips.pdf"


def printed_files(record: Manifest) -> dict[str, tuple[str, ...]]:
    """Return every file to which the papers of a manifest are printed, with the codes in it."""
    name, count = record.exam, len(record.papers)
    files: dict[str, tuple[str, ...]] = {}
    for paper in record.papers:
        for version in paper.versions:
            stem = version_file(name, count, paper.paper, version.version)
            files[f"{stem}-sheet.pdf"] = (version.code,)
            for ending in FORMATS:
                files[f"{stem}.{ending}"] = files[f"{stem}-key.{ending}"] = (version.code,)
        strips = strips_file(name, count, paper.paper)
        files[strips] = tuple(version.code for version in paper.versions)
    return files


def _collected(
    bank: Bank,
    exam: Exam,
    formats: Sequence[str],
    notes: Sequence[Note],
    progress: Progress,
    sheet_digits: int = 0,
) -> Export:
    files: dict[str, bytes] = {}
    export = _export(bank, exam, formats, notes, progress, files.__setitem__, sheet_digits)
    return replace(export, files=files)


def _export(
    bank: Bank,
    exam: Exam,
    formats: Sequence[str],
    notes: Sequence[Note],
    progress: Progress,
    write: Write,
    sheet_digits: int = 0,
) -> Export:
    documents = dict(_documents(bank, exam))
    diagnostics: list[Diagnostic] = []
    if "pdf" in formats:
        diagnostics = _pdfs(bank, exam, documents, progress, write)
        if any(found.severity == "error" for found in diagnostics):
            return Export(diagnostics=tuple(diagnostics))
    if sheet_digits:
        with speaking(bank.course.language):
            _blank_sheets(bank, exam, sheet_digits, write)
    if "html" in formats or "docx" in formats:
        for done, (name, document) in enumerate(documents.items(), 1):
            shape = document()
            if "html" in formats:
                from pkoquiz.exporters.papers import html

                write(f"{name}.html", html.page(shape, bank.media))
            if "docx" in formats:
                from pkoquiz.exporters.papers import docx

                write(f"{name}.docx", docx.document(shape, bank))
            progress("HTML and DOCX", done, len(documents))
    if not exam.practice:
        write(manifest_file(exam.name), manifest(bank, exam))
    questions = _printed(bank, exam)
    counts = Counter[str](question.type for question in questions)
    return Export(
        counts=dict(counts), notes=(*notes, *_sounds(questions)), diagnostics=tuple(diagnostics)
    )


def _documents(bank: Bank, exam: Exam) -> Iterator[tuple[str, Document]]:
    """Yield papers and keys with their paths, without extensions."""
    from pkoquiz.exporters.papers import content, key

    for paper in exam.papers:
        for version in paper.versions:
            name = _name(exam, paper, version)
            yield name, partial(content.paper, bank, exam, paper, version)
            yield f"{name}-key", partial(key.key, bank, exam, paper, version)


def _name(exam: Exam, paper: Paper, version: Version) -> str:
    if exam.practice:
        return f"exam/{exam.name}"
    return version_file(exam.name, len(exam.papers), paper.number, version.letter)


def _pdfs(
    bank: Bank, exam: Exam, documents: Mapping[str, Document], progress: Progress, write: Write
) -> list[Diagnostic]:
    """Write the PDFs, or return why they cannot be printed."""
    from pkoquiz.exporters.papers import key
    from pkoquiz.exporters.papers.assets import unpacked, unprintable
    from pkoquiz.exporters.papers.typst import source
    from pkoquiz.press import typeset

    with unpacked(bank) as assets:
        # All versions of a paper have the same texts.
        names = [_name(exam, paper, paper.versions[0]) for paper in exam.papers]
        first = [documents[f"{name}{ending}"]() for name in names for ending in ("", "-key")]
        withheld = [f"{name}.pdf" for name in documents] if exam.practice else []
        diagnostics = unprintable(bank, first, assets, withheld)
        if diagnostics:
            return diagnostics
        # Strips come first: they are the longest document, which should not be the last to finish.
        made: dict[str, Callable[[], shapes.Paper | shapes.Key | shapes.Strips]] = {
            strips_file(exam.name, len(exam.papers), paper.number): partial(
                key.strips, bank, exam, paper
            )
            for paper in exam.papers
            if not exam.practice
        }
        made |= {f"{name}.pdf": document for name, document in documents.items()}

        def typst_source(name: str) -> str:
            return source(made[name](), assets)

        sources = [(name, partial(typst_source, name)) for name in made]
        for done, (name, pdf) in enumerate(typeset(assets.folder, assets.timestamp, sources), 1):
            write(name, pdf)
            progress("typesetting", done, len(sources))
        return []


def _blank_sheets(bank: Bank, exam: Exam, digits: int, write: Write) -> None:
    from pkoquiz.exporters.papers import content, sheets
    from pkoquiz.exporters.papers.assets import unpacked
    from pkoquiz.press import Press

    style = style_of(bank.course.exam.paper, exam.layout.large_print)
    record = _record(bank, exam)
    entries = {entry.code: entry for paper in record.papers for entry in paper.versions}
    with unpacked(bank) as assets:
        press = Press(assets.folder, assets.timestamp)
        for paper in exam.papers:
            for version in paper.versions:
                words = _sheet_words(exam, paper, version)
                frame = content.frame(bank, exam, f"{words.title}, {words.version}", "", "")
                layout = form(questions(record, entries[version.code]), style, digits)
                source = sheets.sheet_source(words, layout, None, frame, assets)
                write(f"{_name(exam, paper, version)}-sheet.pdf", press.pdf(source.encode()))


def _printed(bank: Bank, exam: Exam) -> list[Question]:
    """Return the questions of the exam in the order of the bank."""
    used = {placed.id for paper in exam.papers for placed in paper.versions[0].questions}
    return [question for question in bank.questions if question.id in used]


def _sounds(questions: Sequence[Question]) -> Iterator[Note]:
    for question in questions:
        media = markup.media_references(question.stem)
        if any(source.lower().endswith(markup.AUDIO) for source, _ in media):
            reason = "sounds cannot be printed; their descriptions are"
            yield Note(reason, question.id, question.place)
