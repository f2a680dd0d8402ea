"""The Moodle export: one XML file that a course's question bank imports without a question asked.

Follows what Moodle's own importer does (verified with 4.5.6). Categories are made under the course; the
question id travels as idnumber, topics as tags, explanation and citations as general feedback.
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
from pkoquiz.exporters.moodle.types import Asked
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Flashcard, Question

LARGE = 8_000_000
"""Characters of embedded files from which on sites with the usual small limits refuse the upload."""

UNDATED = "Moodle never updates: a second upload into this category doubles each question (`--release` dates the category)"


def export(
    bank: Bank, *, questions: Sequence[Question] | None = None, release: bool = False
) -> Export:
    """`moodle/<course.short>.xml` with the ready questions of the bank, or of those given, in teaching order.

    `release` puts the edition's date into the category's name, so that a second upload can be told from the first.
    Questions that are not ready, and flashcards, are counted in the notes. Without any question there is no file:
    Moodle refuses an empty one.
    """
    notes: list[Note] = []
    chosen = _askable(bank.questions if questions is None else questions, notes)
    order = {slug: index for index, slug in enumerate(bank.sections)}
    chosen.sort(key=lambda question: order.get(question.section, len(order)))
    if not chosen:
        return Export(
            {},
            {},
            (*notes, Note("no question is left for Moodle: no file is written", "", _home(bank))),
        )

    names = section_names(bank, list(dict.fromkeys(question.section for question in chosen)))
    formatted = Formatted(bank.media)
    file = io.BytesIO()  # bytes at once: of a large bank, text and its encoding would both be held
    file.write(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{course_category(bank, release)}'.encode()
    )
    section = ""
    for question in chosen:
        if question.section != section:
            section = question.section
            file.write(section_category(bank, section, names[section], release).encode())
        file.write(element(bank, question, formatted, notes).encode())
    file.write(b"</quiz>\n")
    content = file.getvalue()
    if not release:
        notes.append(Note(UNDATED, "", _home(bank)))
    if sum(formatted.sizes) > LARGE:
        size = f"{len(content) / 1e6:.0f} MB"
        notes.append(
            Note(
                f"pictures and sounds make the file {size} large: sites may refuse it",
                "",
                _home(bank),
            )
        )
    counts: Counter[str] = Counter(question.type for question in chosen)
    return Export({f"moodle/{bank.course.short}.xml": content}, dict(counts), tuple(notes))


def _askable(questions: Sequence[Question], notes: list[Note]) -> list[Asked]:
    found: list[Asked] = []
    for question in questions:
        if question.status != "ready":
            notes.append(
                Note(f"{question.status} questions are not uploaded", question.id, question.place)
            )
        elif isinstance(question, Flashcard):
            notes.append(Note("flashcards have no place in a quiz", question.id, question.place))
        else:
            found.append(question)
    return found


def _home(bank: Bank) -> Place:
    return bank.questions[0].place if bank.questions else Place("course.yaml")
