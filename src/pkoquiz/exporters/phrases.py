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

WRONG_CHOICES_SUBTRACT = "Wrong choices subtract points."
ALL_OR_NOTHING = "All or nothing: only exactly the right choices earn points."
ANSWER_IN_UNIT = "Answer in {unit}; type the number alone."
WORDS_AT_LEAST = "At least {least} words."
WORDS_AT_MOST = "At most {most} words."
WORDS_BETWEEN = "{least} to {most} words."

TRUE = "True"
FALSE = "False"
ON_ANSWERS = "On some answers:"
QUOTED = "“{answer}”"
GAP = "gap {number}"
POOL = "Pool {number}"


def word_limits(least: int, most: int) -> str:
    """Return the limits of an essay as a sentence; empty if it has none."""
    if least and most:
        return WORDS_BETWEEN.format(least=least, most=most)
    if least:
        return WORDS_AT_LEAST.format(least=least)
    return WORDS_AT_MOST.format(most=most) if most else ""
