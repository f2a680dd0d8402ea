"""The Moodle export: XML files for the question bank of a course.

They are imported with the default settings and follow Moodle's own importer (verified with 4.5.6).
Categories are created below the course. The id of a question becomes its idnumber, and explanation
and citations become the general feedback. A question that Moodle would score wrongly is left out.

There are three kinds of files: the bank or a selection of it, the papers of an exam, and single
questions that replace a question in Moodle.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pkoquiz.diagnostics import Place
from pkoquiz.exam.rules import points
from pkoquiz.exam.versions import questions_of
from pkoquiz.exporters.export import Export, Note
from pkoquiz.exporters.lms import QuizTask
from pkoquiz.exporters.moodle import phrases
from pkoquiz.exporters.moodle.categories import (
    course_category,
    paper_category,
    pool_category,
    section_category,
    section_names,
)
from pkoquiz.exporters.moodle.element import element
from pkoquiz.exporters.moodle.texts import Formatted
from pkoquiz.exporters.scoring import reason_to_leave_out
from pkoquiz.language import say
from pkoquiz.model.answers import Recall, task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question
from pkoquiz.prose import counted, shortened

if TYPE_CHECKING:  # drawing papers takes 20 ms to import
    from pkoquiz.exam.exam import Exam, Paper
    from pkoquiz.exam.pools import Pool

LARGE = 8_000_000
"""With more characters of embedded files, sites with the usual small limits refuse the upload."""

UNDATED = (
    "importing this file into Moodle again duplicates every question; `pkoquiz build moodle "
    "--release` adds the date of the edition to the category"
)

Exportable = tuple[Question, QuizTask]


@dataclass(frozen=True, slots=True)
class _Part:
    """Part of a file: the questions, and before them the element of their category, if any."""

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


def papers(
    bank: Bank,
    exam: Exam,
    *,
    numbers: Collection[int] = (),
    changed: Collection[str] = (),
    release: bool = False,
) -> Export:
    """Return `moodle/<course>-<exam>-<n>.xml` for each paper, with its questions in printed order.

    `numbers` selects papers; without any, all are exported. Questions that are `changed` since the
    exam was printed are reported, because Moodle gets their new wording. Each paper has a category
    and a tag of its own, which name the exam and the paper.
    """
    notes: list[Note] = []
    files: dict[str, list[_Part]] = {}
    counts = []
    for paper in exam.papers:
        if numbers and paper.number not in numbers:
            continue
        questions = questions_of(bank, paper.versions[0])
        for question in questions:
            if question.id in changed:
                reason = "changed since the exam was printed: Moodle gets the new wording"
                notes.append(Note(reason, question.id, question.place))
        if chosen := _exportable(questions, notes):
            category = paper_category(bank, exam, paper.number, [q for q, _ in chosen], release)
            counts.append(f"paper {paper.number}: {counted(len(chosen), 'question')}")
            files[_paper_file(bank, exam, paper)] = [
                _Part(course_category(bank, release)),
                _Part(category, chosen, (_paper_tag(exam, paper),)),
            ]
    export = _export(bank, files, notes, dated=release)
    return replace(export, report=", ".join(counts))


def _paper_file(bank: Bank, exam: Exam, paper: Paper) -> str:
    return f"moodle/{bank.course.short}-{exam.name}-{paper.number}.xml"


def _paper_tag(exam: Exam, paper: Paper) -> str:
    return say(phrases.PAPER_TAG, exam=shortened(exam.name, 30), number=paper.number)


def pools(bank: Bank, name: str, title: str, pools: Sequence[Pool], *, release: bool) -> Export:
    """Return `moodle/<course>-<name>-pools.xml`, with a category for each pool, and a page.

    The page lists the random questions that a quiz needs to give every student a different paper.
    """
    notes: list[Note] = []
    parts = [_Part(course_category(bank, release))]
    steps = []
    for pool in pools:
        category, names = pool_category(bank, title, pool, release)
        parts.append(_Part(category, _exportable(pool.questions, notes)))
        steps.append(
            say(
                phrases.POOL_STEP,
                pick=pool.pick,
                count=len(pool.questions),
                points=points(pool.points),
                pool=names[-1],
            )
        )
    stem = f"moodle/{bank.course.short}-{name}-pools"
    export = _export(bank, {f"{stem}.xml": parts}, notes, dated=release)
    page = "\n".join(
        [say(phrases.POOL_TITLE, title=title), "", say(phrases.POOL_PAGE), "", *steps, ""]
    )
    return replace(export, files={**export.files, f"{stem}.txt": page.encode()})


def new_versions(bank: Bank, ids: Collection[str]) -> Export:
    """Return `moodle/versions/<id>.xml` for each question in `ids` that can be exported.

    Each file contains one question and no category, as the plugin *Import question as new version*
    (qbank_importasversion) requires for replacing a question that is already in Moodle.
    """
    notes: list[Note] = []
    chosen = _exportable([question for question in bank.questions if question.id in ids], notes)
    files = {f"moodle/versions/{one[0].id}.xml": [_Part("", [one])] for one in chosen}
    export = _export(bank, files, notes, dated=True)
    return replace(export, report=counted(len(files), "question"))


def _export(bank: Bank, files: dict[str, list[_Part]], notes: list[Note], *, dated: bool) -> Export:
    """Return the files with their counts and notes."""
    contents = {path: _content(bank, parts, notes) for path, parts in files.items()}
    place = bank.questions[0].place if bank.questions else Place("course.yaml")
    if not files:
        notes.append(Note("no question can be exported to Moodle: no file is written", "", place))
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
