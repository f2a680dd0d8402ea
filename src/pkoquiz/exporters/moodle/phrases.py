"""The words that learners and teachers read in Moodle."""

from pkoquiz.language import message
from pkoquiz.model.parts import Bloom, Difficulty

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

OBJECTIVE_TAG = message("objective {objective}")
SECTION_TAG = message("section {section}")
BLOOM_TAGS: dict[Bloom, str] = {
    "remember": message("bloom remember"),
    "understand": message("bloom understand"),
    "apply": message("bloom apply"),
    "analyse": message("bloom analyse"),
    "evaluate": message("bloom evaluate"),
    "create": message("bloom create"),
}
DIFFICULTY_TAGS: dict[Difficulty, str] = {
    "easy": message("difficulty easy"),
    "medium": message("difficulty medium"),
    "hard": message("difficulty hard"),
}
POOL_PAGE = message(
    "{title}: random questions of a quiz\n\n"
    'In the quiz, choose Questions, Add, "a random question", for each line below: choose the '
    'category\nand, as the number of random questions, the number before "of". Then set the mark '
    'of each to its\npoints. Switch on "Shuffle" if students must not see which pool a question '
    "comes from.\n\n{steps}\n"
)
