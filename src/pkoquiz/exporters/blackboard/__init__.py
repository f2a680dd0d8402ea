"""The Blackboard export: a pool, and a text file without feedback as a fallback.

Blackboard itself was not available. The pool has the form of pools that Blackboard exports, which
Moodle's importer reads; the text follows the vendor's page “Upload questions”.
"""

from __future__ import annotations

from collections.abc import Sequence

from pkoquiz.archive import zip_bytes
from pkoquiz.diagnostics import Place
from pkoquiz.exporters import lms
from pkoquiz.exporters.blackboard.pool import item_of, package
from pkoquiz.exporters.blackboard.text import row_of
from pkoquiz.exporters.export import Export, Note
from pkoquiz.exporters.table import BLACKBOARD
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question

ROWS = 250
"""The most questions in a text file for Blackboard Ultra; the original course view accepts 500."""
_GAPS = 10


def export(bank: Bank, *, questions: Sequence[Question] | None = None) -> Export:
    """Return `blackboard/<course.short>.zip`, a pool, and `<course.short>.txt`."""
    notes: list[Note] = []
    exported: lms.Chosen = []
    items, rows = [], []
    for question, task in lms.chosen(
        bank, bank.questions if questions is None else questions, BLACKBOARD, notes
    ):
        if question.type == "cloze" and len(question.gaps) > _GAPS:
            lms.reporter(question, notes)(f"question left out: Blackboard has at most {_GAPS} gaps")
            continue
        exported.append((question, task))
        items.append(item_of(bank, question, task))
        rows.append(row_of(bank, question, task))
    if not exported:
        return Export(notes=lms.nothing(bank, notes, "Blackboard"))
    short = bank.course.short
    files = {f"blackboard/{short}.txt": "".join(rows).encode()}
    if any(items):
        pool = package(bank, list(filter(None, items)))
        files[f"blackboard/{short}.zip"] = zip_bytes(pool)
    if len(rows) > ROWS:
        reason = f"the text file has more than {ROWS} questions: upload it by section (`--section`)"
        notes.append(Note(reason, "", Place("course.yaml")))
    return Export(files, lms.counts(exported), tuple(notes))
