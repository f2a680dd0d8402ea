"""The words that learners and graders read in several formats."""

NOT_CITED = "Not from the transcript."
ATTRIBUTION = "Attributed to: {speaker}"
NOTE = "[Note: {note}]"

RUBRIC = "Rubric"
POINT = "{points} point:"
POINTS = "{points} points:"
MODEL_ANSWER = "Model answer"
OTHER_ANSWERS = "Other answers"
CREDIT = "{credit} per cent"
WRONG = "wrong"
ANY_OTHER_ANSWER = "Any other answer"
SOURCES = "Sources"
REPORT = "Something wrong here?"

CHOOSE_ALL = "Choose all that apply."
CREDIT_RULE = (
    "The right choices share the points equally; wrong choices together subtract the same total."
)
EXACT_CREDIT_RULE = (
    "The right choices share the points equally; a single wrong choice subtracts all points."
)
