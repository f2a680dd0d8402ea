"""The words that learners and teachers read in Moodle."""

from pkoquiz.language import message

CORRECT = message("Your answer is correct.")
PARTIALLY_CORRECT = message("Your answer is partially correct.")
INCORRECT = message("Your answer is incorrect.")

ANSWER_IN_UNIT = message("Answer in {unit}.")
NUMBER_IN_UNIT = message("Answer in {unit}; type only the number.")

PAPER = message("{exam}, paper {number}")
POOL = message("{exam}, pool {number}")
PAPER_TAG = message("exam {exam} paper {number}")
PAPER_ORDER = message("The questions in the order of the paper:")
EDITION = message("Edition of {release}.")

POOL_TITLE = message("{title}: random questions of a quiz")
POOL_PAGE = message(
    "In the quiz, choose Questions, Add, “a random question”, for each line below: choose the "
    "category and, as the number of random questions, the first number. Then set the mark of each "
    "to its points. Switch on “Shuffle” if students must not see which pool a question comes from."
)
POOL_STEP = message("{pick} of {count}, {points} each: {pool}")
