"""Exports of small banks, and what Moodle imports of them."""

from __future__ import annotations

from typing import Any

from pkoquiz.exporters import moodle
from pkoquiz.exporters.export import Export
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question

from ..making import make_bank
from .reader import Arrived, read

OPTIONS = [{"text": "Right", "correct": True}, "Wrong", "Also wrong"]


def bank(*questions: Question, title: str = "Made by hand", **course: Any) -> Bank:
    """Return a course with these questions."""
    return make_bank(questions, title=title, short="made", **course)


def built(*questions: Question, **more: Any) -> Export:
    """Export a bank with these questions."""
    return moodle.export(bank(*questions, **more))


def arrived(*questions: Question, **more: Any) -> tuple[Arrived, ...]:
    """Return the questions that Moodle imports."""
    return read(built(*questions, **more).files["moodle/made.xml"])


def reasons(*questions: Question, **more: Any) -> list[str]:
    """Return the reasons of the notes."""
    return [note.reason for note in built(*questions, **more).notes]
