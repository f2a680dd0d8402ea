"""Anki decks, exams and Moodle quizzes from one question bank, proved by a transcript."""

__version__ = "1.0.0"
