"""Papers, keys and answer strips as PDF, HTML and DOCX: for exams, or to practise all questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic
from pkoquiz.exam import exam as exams
from pkoquiz.exam.exam import Exam, Paper
from pkoquiz.exam.manifest import manifest
from pkoquiz.exam.versions import Version
from pkoquiz.exporters.export import Export, Note
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question

if TYPE_CHECKING:
    from pkoquiz.exporters.papers import shapes

FORMATS = ("pdf", "html", "docx")

Progress = Callable[[str, int, int], None]
"""(what is being made, how many are done, how many there are)."""


def practice(bank: Bank, progress: Callable[[str], None] | None = None) -> Export:
    """Print all ready questions as one paper, `exam/<short>.pdf` and `.html`, with its key."""
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

    return _export(bank, exam, ("pdf", "html"), notes, report)


def build(
    bank: Bank,
    exam: Exam,
    *,
    formats: Sequence[str] = FORMATS,
    changed: Sequence[str] = (),
    progress: Progress = lambda what, done, of: None,
) -> Export:
    """Print every version with its key, the answer strips and `manifest.json` to `exam/<name>/`.

    `changed` lists questions that were reworded after the manifest of the exam was written.
    """
    places = {question.id: question.place for question in bank.questions}
    reason = "changed since the manifest was written; printed as it reads now"
    notes = [Note(reason, identity, places[identity]) for identity in changed]
    return _export(bank, exam, formats, notes, progress)


def version_file(exam: str, papers: int, number: int, letter: str) -> str:
    """Return the path of a version without its ending.

    It is `exam/final/final-B`, or `exam/final/final-2B` if the exam has several papers.
    """
    return f"exam/{exam}/{exam}-{number if papers > 1 else ''}{letter}"


def strips_file(exam: str, papers: int, number: int) -> str:
    """Return the path of a paper's strips.

    It is `exam/final/final-strips.pdf`, or `exam/final/final-2-strips.pdf` if there are several.
    """
    return f"exam/{exam}/{exam}{f'-{number}' if papers > 1 else ''}-strips.pdf"


def _export(
    bank: Bank, exam: Exam, formats: Sequence[str], notes: Sequence[Note], progress: Progress
) -> Export:
    documents = dict(_documents(bank, exam))
    files: dict[str, bytes] = {}
    if "pdf" in formats:
        diagnostics, pdfs = _pdfs(bank, exam, documents, progress)
        if diagnostics:
            return Export(diagnostics=tuple(diagnostics))
        files |= pdfs
    if "html" in formats or "docx" in formats:
        for done, (name, document) in enumerate(documents.items(), 1):
            if "html" in formats:
                from pkoquiz.exporters.papers import html

                files[f"{name}.html"] = html.page(document, bank.media)
            if "docx" in formats:
                from pkoquiz.exporters.papers import docx

                files[f"{name}.docx"] = docx.document(document, bank)
            progress("HTML and DOCX", done, len(documents))
    if not exam.practice:
        files[f"exam/{exam.name}/manifest.json"] = manifest(bank, exam)
    questions = _printed(bank, exam)
    counts = Counter[str](question.type for question in questions)
    return Export(files, dict(counts), (*notes, *_sounds(questions)))


def _documents(bank: Bank, exam: Exam) -> Iterator[tuple[str, shapes.Paper | shapes.Key]]:
    """Yield papers and keys with their paths, which have no endings."""
    from pkoquiz.exporters.papers import content, key

    for paper in exam.papers:
        for version in paper.versions:
            name = _name(exam, paper, version)
            yield name, content.paper(bank, exam, paper, version)
            yield f"{name}-key", key.key(bank, exam, paper, version)


def _name(exam: Exam, paper: Paper, version: Version) -> str:
    if exam.practice:
        return f"exam/{exam.name}"
    return version_file(exam.name, len(exam.papers), paper.number, version.letter)


def _pdfs(
    bank: Bank, exam: Exam, documents: dict[str, shapes.Paper | shapes.Key], progress: Progress
) -> tuple[list[Diagnostic], dict[str, bytes]]:
    """Return what cannot be printed, or else the PDFs in the order of the documents."""
    from pkoquiz.exporters.papers import key
    from pkoquiz.exporters.papers.assets import unpacked, unprintable
    from pkoquiz.exporters.papers.typst import source
    from pkoquiz.press import Source, typeset

    with unpacked(bank) as assets:
        # All versions of a paper have the same texts.
        names = [_name(exam, paper, paper.versions[0]) for paper in exam.papers]
        first = [documents[f"{name}{ending}"] for name in names for ending in ("", "-key")]
        diagnostics = unprintable(bank, first, assets)
        if diagnostics:
            return diagnostics, {}
        sources: list[tuple[str, Source]] = []
        # Strips come first: they are the longest document, which should not be the last to finish.
        if not exam.practice:
            for paper in exam.papers:
                name = strips_file(exam.name, len(exam.papers), paper.number)
                strips = key.strips(bank, exam, paper)
                sources.append((name, partial(source, strips, assets)))
        for name, document in documents.items():
            sources.append((f"{name}.pdf", partial(source, document, assets)))
        pdfs: dict[str, bytes] = {}
        for name, pdf in typeset(assets.folder, assets.timestamp, sources):
            pdfs[name] = pdf
            progress("typesetting", len(pdfs), len(sources))
        return [], {name: pdfs[name] for name, _ in sources}


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
