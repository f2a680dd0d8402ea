"""What QTI 2.1 can express."""

from __future__ import annotations

from pkoquiz.exporters.fields import Column, changed, left_out, written
from pkoquiz.exporters.table.cells import ANKI_ONLY, ESSAY, IN_GENERAL, MATHJAX, NO_HINTS, STEM_UNIT

_MODAL = written("modal feedback")

QTI: Column = {
    "choice": written("choice interaction"),
    "multiple": written("choice interaction with partial credit"),
    "truefalse": written("choice interaction with True and False"),
    "matching": written("match interaction"),
    "ordering": written("order interaction; each step at its place earns a share"),
    "shortanswer": written("text entry"),
    "shortanswer with rubric": ESSAY,
    "numerical": written("text entry of a number"),
    "cloze": written("text entries in the stem"),
    "essay": written("extended text"),
    "flashcard": ANKI_ONLY,
    "glossary": ANKI_ONLY,
    "id": written("identifier and title"),
    "explain": _MODAL,
    "sources": _MODAL,
    "remarks": _MODAL,
    "options": written("modal feedback on the option"),
    "answers": written("modal feedback on the answer"),
    "pairs": IN_GENERAL,
    "wrong": written("modal feedback on these answers"),
    "wrong values": written("modal feedback on these numbers"),
    "otherwise": written("modal feedback on any other answer"),
    "credit": written(),
    "gap credit": written(),
    "case": written(),
    "partial": written("right options share the points, wrong ones subtract as much in all"),
    "exact": written("all or nothing"),
    "tolerance": written(),
    "unit": STEM_UNIT,
    "extras": written(),
    "shared": written(),
    "rubric": left_out("not every system would hide it from learners"),
    "words": changed("shown below the question, not counted"),
    "points": written("MAXSCORE"),
    "hints": NO_HINTS,
    "gap hint": changed("after the gap"),
    "tags": written("keywords in the manifest"),
    "section": written("section of the test"),
    "card": ANKI_ONLY,
    "order": written("not shuffled"),
    "pin": written("fixed"),
    "enemies": left_out("a selection can draw both"),
    "files": written("in the package"),
    "feedback files": written("in the package"),
    "formulas": MATHJAX,
    "markup": written("XHTML"),
}
