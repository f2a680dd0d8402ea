"""The Moodle export: one XML file that the question bank of a course imports without any setting.

It follows what Moodle's own importer does (verified with 4.5.6). Categories are made below the
course. The id of a question becomes its idnumber, topics become tags, and explanation and citations
become the general feedback.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence

from pkoquiz.diagnostics import Place
from pkoquiz.exporters.export import Export, Note
from pkoquiz.exporters.moodle.categories import course_category, section_category, section_names
from pkoquiz.exporters.moodle.element import element
from pkoquiz.exporters.moodle.texts import Formatted
from pkoquiz.exporters.moodle.types import QuizTask
from pkoquiz.model.answers import Recall, task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question

LARGE = 8_000_000
"""Characters of embedded files from which a site with the usual small limits refuses the upload."""

UNDATED = (
    "Moodle never updates a question: importing the file again into this category duplicates every "
    "question (`--release` puts the date into the category)"
)


def export(
    bank: Bank, *, questions: Sequence[Question] | None = None, release: bool = False
) -> Export:
    """Return `moodle/<course.short>.xml` with the ready questions in teaching order.

    `questions` is a selection of the bank's questions, by default all of them. `release` puts the
    date of the edition into the name of the category, which distinguishes a second upload from
    the first. Questions that are not ready and flashcards are reported as notes. Without any
    question there is no file, because Moodle refuses an empty one.
    """
    notes: list[Note] = []

    def note(reason: str) -> None:
        place = bank.questions[0].place if bank.questions else Place("course.yaml")
        notes.append(Note(reason, "", place))

    chosen = _exportable(bank.questions if questions is None else questions, notes)
    order = {slug: index for index, slug in enumerate(bank.sections)}
    chosen.sort(key=lambda pair: order.get(pair[0].section, len(order)))
    if not chosen:
        note("no question is left for Moodle: no file is written")
        return Export(notes=tuple(notes))

    names = section_names(bank, list(dict.fromkeys(question.section for question, _ in chosen)))
    formatted = Formatted(bank.media)
    # Bytes at once: the text of a large bank and its encoding would both be in memory.
    file = io.BytesIO()
    file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n')
    file.write(course_category(bank, release).encode())
    section = ""
    for question, task in chosen:
        if question.section != section:
            section = question.section
            file.write(section_category(bank, section, names[section], release).encode())
        file.write(element(bank, question, task, formatted, notes).encode())
    file.write(b"</quiz>\n")
    content = file.getvalue()
    if not release:
        note(UNDATED)
    if sum(formatted.sizes) > LARGE:
        size = f"{len(content) / 1e6:.0f} MB"
        note(f"the file has {size} because of pictures and sounds: sites may refuse it")
    counts = Counter[str](question.type for question, _ in chosen)
    return Export({f"moodle/{bank.course.short}.xml": content}, counts, tuple(notes))


def _exportable(
    questions: Sequence[Question], notes: list[Note]
) -> list[tuple[Question, QuizTask]]:
    chosen = []
    for question in questions:
        task = task_of(question)
        if question.status != "ready":
            reason = f"{question.status} questions are not exported"
            notes.append(Note(reason, question.id, question.place))
        elif isinstance(task, Recall):
            reason = "flashcards have no place in a quiz"
            notes.append(Note(reason, question.id, question.place))
        else:
            chosen.append((question, task))
    return chosen
