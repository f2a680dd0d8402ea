"""Cells that several columns share."""

from __future__ import annotations

from pkoquiz.exporters.fields import changed, left_out, question_left_out, written

ANKI_ONLY = left_out("for Anki")
STEM_UNIT = changed("shown below the question; learners type the number alone")
HTML = written("HTML")
MATHJAX = written("`\\(…\\)`, for MathJax")
MISTAKES = changed("listed in the general feedback")
GENERAL = written("general feedback")
IN_GENERAL = changed("part of the general feedback")
ESSAY = changed("an essay that a person grades")
NO_CASE = question_left_out("upper and lower case are never distinguished")
NO_HINTS = left_out("no hints")
NO_TAGS = left_out("no tags")
