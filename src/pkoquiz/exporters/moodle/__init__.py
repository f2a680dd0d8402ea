"""The Moodle export: one XML file that a course's question bank imports without a question asked.

Follows what Moodle's own importer does (verified with 4.5.6). Categories are made under the course; the
question id travels as idnumber, topics as tags, explanation and citations as general feedback.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pkoquiz.bank import Bank
from pkoquiz.exporters.export import Export, Note
from pkoquiz.exporters.moodle.tasks import element
from pkoquiz.exporters.moodle.xml import Formatted, cdata, name_of, text_element
from pkoquiz.markup import html
from pkoquiz.question import Flashcard, Question

LARGE = 5_000_000
"""Bytes of embedded files from which on uploads begin to fail on sites with small limits."""


def export(bank: Bank, *, questions: Sequence[Question] | None = None, release: bool = False) -> Export:
    """`moodle/<course>.xml` with the ready questions, or those given.

    `release` puts the edition's date into the category, so that a second upload can be told from the first.
    """
    chosen = bank.ready if questions is None else tuple(questions)
    notes: list[Note] = []
    if questions is None:
        notes += [
            Note(f"{question.status} questions are not uploaded", question.id, question.place)
            for question in bank.questions
            if question.status != "ready"
        ]
    formatted = Formatted(bank.media)
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n']
    counts: Counter[str] = Counter()
    section = None
    for question in chosen:
        if isinstance(question, Flashcard):
            notes.append(Note("flashcards have no place in a quiz", question.id, question.place))
            continue
        if question.section != section:
            section = question.section
            parts.append(_category(bank, section, release))
        parts.append(element(bank, question, formatted, notes))
        counts[question.type] += 1
    parts.append("</quiz>\n")
    content = "".join(parts).encode()
    size = sum(len(bank.media[source]) for source in formatted.used)
    if size > LARGE:
        place = chosen[0].place
        notes.append(Note(f"pictures and sounds make the file {len(content) / 1e6:.0f} MB large", "", place))
    return Export({f"moodle/{bank.course.short}.xml": content}, dict(counts), tuple(notes))


def category_path(bank: Bank, section: str, release: bool) -> str:
    """`$course$/top/<course>/<section>`; a slash inside a name is doubled."""
    title = bank.course.title + (f" ({bank.course.release})" if release else "")
    titles = Counter(each.title for each in bank.sections.values())
    own = bank.sections[section].title if section in bank.sections else section
    if titles[own] > 1:
        own = f"{own} ({section})"
    names = [name_of(name, 240).replace("/", "//") for name in (title, own)]
    return "/".join(["$course$/top", *names])


def _category(bank: Bank, section: str, release: bool) -> str:
    known = bank.sections.get(section)
    told = [html(bank.course.description)] if bank.course.description else []
    if known and known.speaker:
        role = f", {known.role}" if known.role else ""
        told.append(html(f"{known.title}. {known.speaker}{role}."))
    told.append(html(f"Edition of {bank.course.release}."))
    info = f'<info format="html">{text_element("".join(told))}</info>'
    path = f"<category><text>{cdata(category_path(bank, section, release))}</text></category>"
    return f'<question type="category">\n{path}\n{info}\n</question>\n'
