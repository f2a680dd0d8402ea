"""The data of a course: passages, questions, settings, blueprints and the bank with all of it."""
