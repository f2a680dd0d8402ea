"""What Aiken can express."""

from __future__ import annotations

from pkoquiz.exporters.fields import Column, changed, left_out, question_left_out, written
from pkoquiz.exporters.table.cells import ANKI_ONLY, NO_HINTS, NO_TAGS

_AIKEN_ONLY = question_left_out("Aiken has single choice only")
_NO_FEEDBACK = left_out("no feedback, so the proof is lost")

AIKEN: Column = {
    "choice": written("multiple choice"),
    "multiple": _AIKEN_ONLY,
    "truefalse": changed("a choice of True and False"),
    "matching": _AIKEN_ONLY,
    "ordering": _AIKEN_ONLY,
    "shortanswer": _AIKEN_ONLY,
    "shortanswer with rubric": _AIKEN_ONLY,
    "numerical": _AIKEN_ONLY,
    "cloze": _AIKEN_ONLY,
    "essay": _AIKEN_ONLY,
    "flashcard": ANKI_ONLY,
    "glossary": ANKI_ONLY,
    "id": left_out(),
    "explain": _NO_FEEDBACK,
    "sources": _NO_FEEDBACK,
    "remarks": _NO_FEEDBACK,
    "options": _NO_FEEDBACK,
    "answers": left_out(),
    "pairs": left_out(),
    "wrong": left_out(),
    "wrong values": left_out(),
    "otherwise": left_out(),
    "credit": left_out(),
    "gap credit": left_out(),
    "case": left_out(),
    "partial": left_out(),
    "exact": left_out(),
    "tolerance": left_out(),
    "unit": left_out(),
    "extras": left_out(),
    "shared": left_out(),
    "rubric": left_out(),
    "words": left_out(),
    "points": left_out("every question has the default mark"),
    "hints": NO_HINTS,
    "gap hint": left_out(),
    "tags": NO_TAGS,
    "section": left_out("choose a category when you import"),
    "card": ANKI_ONLY,
    "order": changed("in this order, but Moodle shuffles by default"),
    "pin": changed("in this order, but Moodle shuffles by default"),
    "enemies": left_out("random questions can draw both"),
    "files": question_left_out("Aiken contains no files"),
    "feedback files": left_out(),
    "formulas": changed("as written"),
    "markup": changed("plain text on one line"),
}
