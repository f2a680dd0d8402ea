"""Papers, keys and answer strips as PDF, HTML and DOCX: for a drawn exam, or for practice with all questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from pkoquiz.diagnostics import Diagnostic
from pkoquiz.exam import exam as exams
from pkoquiz.exam.exam import Exam, Paper
from pkoquiz.exam.manifest import manifest
from pkoquiz.exam.versions import Version
from pkoquiz.exporters.export import Export, Note
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question

FORMATS = ("pdf", "html", "docx")

Progress = Callable[[str, int, int], None]
"""(what is being made, done, of)."""


@dataclass(frozen=True, slots=True)
class Built:
    """The files, or why there are none."""

    export: Export
    faults: tuple[Diagnostic, ...] = ()


def practice(bank: Bank, progress: Callable[[str], None] | None = None) -> Built:
    """All ready questions as one paper with key: `exam/<short>.pdf`, `-key.pdf`, `.html`, `-key.html`."""
    exam = exams.practice(bank)
    notes = tuple(
        Note("flashcards have no place on paper", question.id, question.place)
        for question in bank.ready
        if question.type == "flashcard"
    ) + tuple(
        Note(f"{question.status} questions are not printed", question.id, question.place)
        for question in bank.questions
        if question.status != "ready"
    )
    if not exam.papers:
        return Built(Export({}, {}, notes))
    told = (lambda what, done, of: progress(f"exam: {what} {done}/{of}")) if progress else None
    paper = exam.papers[0]
    return _built(
        bank,
        exam,
        [(paper, paper.versions[0], f"exam/{bank.course.short}")],
        ("pdf", "html"),
        notes,
        told,
    )


def build(
    bank: Bank,
    exam: Exam,
    *,
    formats: Sequence[str] = FORMATS,
    changed: Sequence[str] = (),
    progress: Progress | None = None,
) -> Built:
    """Every version of every paper with its key, the answer strips and `manifest.json`, under `exam/<name>/`.

    `changed` are questions worded differently since the manifest that the exam was read from.
    """
    known = {question.id: question for question in bank.questions}
    reason = "changed since the manifest was written, printed as it is now"
    notes = tuple(Note(reason, each, known[each].place) for each in changed)
    documents = [
        (paper, version, version_file(exam.name, len(exam.papers), paper.number, version.letter))
        for paper in exam.papers
        for version in paper.versions
    ]
    return _built(bank, exam, documents, formats, notes, progress)


def version_file(exam: str, papers: int, number: int, letter: str) -> str:
    """Path of a version's paper without its ending: `exam/final/final-B`, or `…-2B` of several papers; `-key` names its key."""
    return f"exam/{exam}/{exam}-{number if papers > 1 else ''}{letter}"


def strips_file(exam: str, papers: int, number: int) -> str:
    """Path of a paper's answer strips: `exam/final/final-strips.pdf`, or `final-2-strips.pdf` of several papers."""
    return f"exam/{exam}/{exam}{f'-{number}' if papers > 1 else ''}-strips.pdf"


def _built(
    bank: Bank,
    exam: Exam,
    documents: Sequence[tuple[Paper, Version, str]],
    formats: Sequence[str],
    notes: Sequence[Note],
    progress: Progress | None,
) -> Built:
    questions = _printed(bank, exam)
    files: dict[str, bytes] = {}
    if "pdf" in formats:
        made = _pdfs(bank, exam, documents, questions, progress)
        if made.faults:
            return made
        files |= made.export.files
    for done, (paper, version, name) in enumerate(documents, 1):
        if "html" in formats:
            from pkoquiz.exporters.papers import html as web

            files[f"{name}.html"] = web.paper(bank, exam, paper, version)
            files[f"{name}-key.html"] = web.key(bank, exam, paper, version)
        if "docx" in formats:
            from pkoquiz.exporters.papers import docx as word

            files[f"{name}.docx"] = word.paper(bank, exam, paper, version)
            files[f"{name}-key.docx"] = word.key(bank, exam, paper, version)
        if progress and formats != ("pdf",):
            progress("HTML and DOCX", done, len(documents))
    if not exam.practice:
        files[f"exam/{exam.name}/manifest.json"] = manifest(bank, exam)
    counts = Counter[str](question.type for question in questions)
    return Built(Export(files, dict(counts), (*notes, *_sounds(questions))))


def _printed(bank: Bank, exam: Exam) -> list[Question]:
    """Each question of the exam once, in the order of the bank."""
    used = {placed.id for paper in exam.papers for placed in paper.versions[0].questions}
    return [question for question in bank.questions if question.id in used]


def _sounds(questions: Sequence[Question]) -> list[Note]:
    from pkoquiz import markup

    return [
        Note("sounds cannot be printed: their description is", question.id, question.place)
        for question in questions
        if any(
            source.lower().endswith(markup.AUDIO)
            for source, _ in markup.media_references(question.stem)
        )
    ]


def _pdfs(
    bank: Bank,
    exam: Exam,
    documents: Sequence[tuple[Paper, Version, str]],
    questions: Sequence[Question],
    progress: Progress | None,
) -> Built:
    from pkoquiz.exporters.papers.key import key_source, strips_source
    from pkoquiz.exporters.papers.press import set_all
    from pkoquiz.exporters.papers.sources import faults, laid_out
    from pkoquiz.exporters.papers.typst import paper_source

    with laid_out(bank) as setting:
        found = faults(bank, exam, questions, setting)
        if found:
            return Built(Export({}), tuple(found))
        sources: list[tuple[str, Callable[[], str]]] = []
        # Strips first: theirs is the longest document, and nobody should wait for it at the end.
        if not exam.practice:
            for paper in exam.papers:
                name = strips_file(exam.name, len(exam.papers), paper.number)
                sources.append((name, partial(strips_source, bank, exam, paper, setting)))
        for paper, version, name in documents:
            for ending, source in (("", paper_source), ("-key", key_source)):
                sources.append(
                    (f"{name}{ending}.pdf", partial(source, bank, exam, paper, version, setting))
                )
        told = (lambda done, of: progress("setting pages", done, of)) if progress else None
        return Built(Export(set_all(setting.folder, setting.timestamp, sources, told)))
