"""Question banks proved by a transcript, exported to Anki decks, printable exams and Moodle quizzes."""

__version__ = "1.0.0"
