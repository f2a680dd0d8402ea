"""The words that learners and graders read in several formats."""

from pkoquiz.language import message
from pkoquiz.model.parts import Bloom, Difficulty

NOT_CITED = message("Not from the transcript.")
ATTRIBUTION = message("Attributed to: {speaker}")
NOTE = message("[Note: {note}]")

RUBRIC = message("Rubric")
MODEL_ANSWER = message("Model answer")
OTHER_ANSWERS = message("Other answers")
WRONG = message("wrong")
ANY_OTHER_ANSWER = message("Any other answer")
SOURCES = message("Sources")
REPORT = message("Something wrong here?")

CHOOSE_ALL = message("Choose all that apply.")
CREDIT_RULE = message(
    "The right choices share the points equally; wrong choices together subtract the same total."
)
EXACT_CREDIT_RULE = message(
    "The right choices share the points equally; a single wrong choice subtracts all points."
)

WRONG_CHOICES_SUBTRACT = message("Wrong choices subtract points.")
ALL_OR_NOTHING = message("All or nothing: only exactly the right choices earn points.")
ANSWER_IN_UNIT = message("Answer in {unit}; type the number alone.")

TRUE = message("True")
FALSE = message("False")
ON_ANSWERS = message("On some answers:")
GAP = message("gap {number}")
POOL = message("Pool {number}")
QUESTIONS = message("Questions")

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
