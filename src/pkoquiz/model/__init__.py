"""The data of a course: passages, questions, settings, blueprints, and the bank that holds them."""
