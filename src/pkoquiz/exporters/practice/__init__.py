"""The practice page: read the transcript, answer questions while reading, and practise them.

It is one HTML file, `practice/<short>.html`, and the same page as a folder for the web,
`practice/<short>/`. Its scripts do all the work while a learner uses it: `schedule.js` (when to ask
again) and `grade.js` (what an answer earns), which do not depend on the page; `store.js` (storage
in the browser); `text.js`, `controls.js` and `question.js` (a question from prompt to feedback);
`study.js` (shared parts of the views); and the views.
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
        progress("practice: drawing mock exams")
    exam = mock_exam(bank)
    notes = [
        Note(f"{question.status} questions are not asked", question.id, question.place)
        for question in bank.questions
        if question.status != "ready"
    ]
    if exam.reason:
        place = Place("course.yaml", ("blueprints",))
        notes.append(Note(f"there are no mock papers ({exam.reason})", "", place))
    counts = Counter[str](question.type for question in bank.ready)
    terms = sum(term.status == "ready" for term in bank.terms)
    short = bank.course.short
    page, folder = pages(bank, exam)
    files = {f"practice/{short}.html": page}
    files |= {f"practice/{short}/{name}": content for name, content in folder.items()}
    return Export(files, {**counts, "term": terms} if terms else dict(counts), tuple(notes))
