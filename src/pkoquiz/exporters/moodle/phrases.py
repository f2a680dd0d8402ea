"""The words that learners and teachers read in Moodle."""

CORRECT = "Your answer is correct."
PARTIALLY_CORRECT = "Your answer is partially correct."
INCORRECT = "Your answer is incorrect."

ANSWER_IN_UNIT = "Answer in {unit}."
NUMBER_IN_UNIT = "Answer in {unit}; type only the number."
WORDS_AT_LEAST = "At least {least} words."
WORDS_AT_MOST = "At most {most} words."
WORDS_BETWEEN = "{least} to {most} words."

PAPER = "{exam}, paper {number}"
POOL = "{exam}, pool {number}"
PAPER_TAG = "exam {exam} paper {number}"
POINT = "{points} point"
POINTS = "{points} points"
PAPER_ORDER = "The questions in the order of the paper:"
EDITION = "Edition of {release}."
POOL_PAGE = """{title}: random questions of a quiz

In the quiz, choose Questions, Add, "a random question", for each line below: choose the category
and, as the number of random questions, the number before "of". Then set the mark of each to its
points. Switch on "Shuffle" if students must not see which pool a question comes from.

{steps}
"""
