"""Questions and banks written here, so that a test can change one thing."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from pkoquiz.diagnostics import Place
from pkoquiz.exporters import moodle
from pkoquiz.exporters.export import Export
from pkoquiz.model.bank import Bank
from pkoquiz.model.course import Course
from pkoquiz.model.passage import Passage, Section, Transcript
from pkoquiz.model.question import TYPES, Question

from .reader import Arrived, read

OPTIONS = [{"text": "Right", "correct": True}, "Wrong", "Also wrong"]


def question(type: str, **fields: Any) -> Question:
    """Return a question with unremarkable metadata."""
    base = {
        "id": "made",
        "stem": "What is asked?",
        "section": "talk",
        "bloom": "understand",
        "difficulty": "easy",
        "sources": [{"passage": "talk.p001", "quote": "These are the words."}],
        "place": Place("questions/talk.yaml", ("questions", 0)),
    }
    return TYPES[type].model_validate({**base, "type": type, **fields})


def bank(
    *questions: Question,
    title: str = "Made by hand",
    section: str = "The talk",
    media: Mapping[str, bytes] = {},
) -> Bank:
    """Return a course with these questions, one section and one passage."""
    course = Course.model_validate(
        {
            "title": title,
            "short": "made",
            "release": datetime.date(2026, 1, 1),
            "transcripts": [{"file": "seeds/talk.md"}],
        }
    )
    passage = Passage(
        "talk.p001", "talk", "Ada Speaker", "speech", "These are the words.", (1, 1), "00000000"
    )
    script = Transcript("seeds/talk.md", (Section("talk", section, "Ada Speaker"),), (passage,))
    return Bank(course, (script,), questions, media=media)


def built(*questions: Question, **more: Any) -> Export:
    """Export a bank with these questions."""
    return moodle.export(bank(*questions, **more))


def arrived(*questions: Question, **more: Any) -> tuple[Arrived, ...]:
    """Return what Moodle imports."""
    return read(built(*questions, **more).files["moodle/made.xml"])


def reasons(*questions: Question, **more: Any) -> list[str]:
    """Return the reasons of the notes."""
    return [note.reason for note in built(*questions, **more).notes]
