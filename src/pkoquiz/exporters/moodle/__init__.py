"""The Moodle export: XML files that the question bank of a course imports without any setting.

They follow what Moodle's own importer does (verified with 4.5.6). Categories are created below the
course. The id of a question becomes its idnumber, and explanation and citations become the general
feedback. A question that Moodle would score wrongly is left out.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pkoquiz.diagnostics import Place
from pkoquiz.exporters.export import Export, Note
from pkoquiz.exporters.moodle.categories import course_category, section_category, section_names
from pkoquiz.exporters.moodle.element import element
from pkoquiz.exporters.moodle.scoring import QuizTask, reason_to_leave_out
from pkoquiz.exporters.moodle.texts import Formatted
from pkoquiz.model.answers import Recall, task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question

LARGE = 8_000_000
"""Characters of embedded files from which a site with the usual small limits refuses the upload."""

UNDATED = (
    "Moodle never updates a question: importing the file again into this category duplicates every "
    "question (`--release` puts the date into the category)"
)

Exportable = tuple[Question, QuizTask]


@dataclass(frozen=True, slots=True)
class _Part:
    """Part of a file: the element of a category, or nothing, and the questions in it."""

    category: str
    questions: Sequence[Exportable] = ()
    tags: tuple[str, ...] = ()
    """Tags that all of these questions have."""


def export(
    bank: Bank, *, questions: Sequence[Question] | None = None, release: bool = False
) -> Export:
    """Return `moodle/<course>.xml` with the ready questions in teaching order.

    `questions` is a selection of the bank's questions, by default all of them. `release` puts the
    date of the edition into the name of the category, which distinguishes a second upload from
    the first. Questions that are not ready, flashcards and questions that Moodle would score
    wrongly are reported as notes. Without any question there is no file, because Moodle refuses an
    empty one.
    """
    notes: list[Note] = []
    chosen = _exportable(bank.questions if questions is None else questions, notes)
    by_section: dict[str, list[Exportable]] = {slug: [] for slug in bank.sections}
    for question, task in chosen:
        by_section.setdefault(question.section, []).append((question, task))
    used = {slug: found for slug, found in by_section.items() if found}
    names = section_names(bank, list(used))
    parts = [_Part(course_category(bank, release))]
    for slug, found in used.items():
        parts.append(_Part(section_category(bank, slug, names[slug], release), found))
    files = {f"moodle/{bank.course.short}.xml": parts} if chosen else {}
    return _export(bank, files, notes, dated=release)


def _export(bank: Bank, files: dict[str, list[_Part]], notes: list[Note], *, dated: bool) -> Export:
    """Return the files with their counts and notes."""
    contents = {path: _content(bank, parts, notes) for path, parts in files.items()}
    place = bank.questions[0].place if bank.questions else Place("course.yaml")
    if not files:
        notes.append(Note("no question is left for Moodle: no file is written", "", place))
    elif not dated:
        notes.append(Note(UNDATED, "", place))
    counts = Counter[str](
        question.type
        for parts in files.values()
        for part in parts
        for question, _ in part.questions
    )
    # A question on several papers has the same notes on each.
    return Export(contents, counts, tuple(dict.fromkeys(notes)))


def _content(bank: Bank, parts: Sequence[_Part], notes: list[Note]) -> bytes:
    formatted = Formatted(bank.media)
    together = {question.id for part in parts for question, _ in part.questions}
    # Bytes at once: the text of a large bank and its encoding would both be in memory.
    file = io.BytesIO()
    file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n')
    for part in parts:
        file.write(part.category.encode())
        for question, task in part.questions:
            file.write(element(bank, question, task, formatted, notes, part.tags).encode())
            if not together.isdisjoint(question.enemies):
                reason = "Moodle ignores `enemies`: two of them can be in one quiz"
                notes.append(Note(reason, question.id, question.place))
    file.write(b"</quiz>\n")
    content = file.getvalue()
    if sum(formatted.sizes) > LARGE:
        size = f"{len(content) / 1e6:.0f} MB"
        reason = f"the file has {size} because of pictures and sounds: sites may refuse it"
        notes.append(Note(reason, "", bank.questions[0].place))
    return content


def _exportable(questions: Sequence[Question], notes: list[Note]) -> list[Exportable]:
    chosen = []
    for question in questions:
        task = task_of(question)
        if question.status != "ready":
            reason = f"{question.status} questions are not exported"
        elif isinstance(task, Recall):
            reason = "flashcards have no place in a quiz"
        else:
            reason = reason_to_leave_out(question, task)
            if not reason:
                chosen.append((question, task))
        if reason:
            notes.append(Note(reason, question.id, question.place))
    return chosen
