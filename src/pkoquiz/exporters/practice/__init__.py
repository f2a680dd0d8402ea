"""The practice page: read the transcript, be asked while you read, and remember it.

It is one HTML file, `practice/<short>.html`, and the same as a folder for the web,
`practice/<short>/`. Everything that is compared or computed while a learner works is in its
scripts: `schedule.js` (when to ask again) and `grade.js` (what an answer earns), which know no
page; `store.js` (what the browser keeps); `text.js`, `controls.js` and `question.js` (a question
from asking to feedback); `study.js` (what the views share); and the views.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from pkoquiz.diagnostics import Place
from pkoquiz.exporters.export import Export, Note
from pkoquiz.exporters.practice.mock import mock_exam
from pkoquiz.exporters.practice.page import pages
from pkoquiz.model.bank import Bank


def export(bank: Bank, progress: Callable[[str], None] | None = None) -> Export:
    """Return the page and the folder, with all ready questions and the glossary."""
    if progress:
        progress("practice: drawing mock papers")
    exam = mock_exam(bank)
    notes = [
        Note(f"{question.status} questions are not asked", question.id, question.place)
        for question in bank.questions
        if question.status != "ready"
    ]
    if exam.reason:
        place = Place("course.yaml", ("blueprints",))
        notes.append(Note(f"there are no mock papers: {exam.reason}", "", place))
    counts = Counter[str](question.type for question in bank.ready)
    terms = sum(term.status == "ready" for term in bank.terms)
    short = bank.course.short
    page, folder = pages(bank, exam)
    files = {f"practice/{short}.html": page}
    files |= {f"practice/{short}/{name}": content for name, content in folder.items()}
    return Export(files, {**counts, "term": terms} if terms else dict(counts), tuple(notes))
