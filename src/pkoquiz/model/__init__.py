"""What a course is: passages, questions, settings, blueprints and the bank that holds them. Data only."""
