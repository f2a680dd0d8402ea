"""The words of the feedback for candidates."""

from pkoquiz.language import message

TITLE = message("Feedback: {exam}")
CANDIDATE = message("Candidate {name}")
SHEET = message("Sheet {serial}")
TOTAL = message("{points} of {maximum} points ({percent} %)")
GRADE = message("Grade: {grade}")
WORTH = message("{points} of {maximum} points")
OBJECTIVES = message("To repeat")
MISSED = message("Questions to look at again")
RIGHT = message("Correct answers")
QUESTIONS = message("Points by question")
QUESTION = message("Question {number}")
YOUR_ANSWER = message("Your answer:")
CORRECT_ANSWER = message("Correct answer:")
CHOSEN_CORRECT = message("your answer, correct")
CHOSEN_WRONG = message("your answer, wrong")
NOT_CHOSEN = message("correct answer")
CORRECT = message("correct")
WRONG = message("wrong")
NO_ANSWER = message("none")
SPOILED = message("cannot be read as an answer")
GRADED = message("graded by a person")
TRUE = message("True")
FALSE = message("False")
EMPTY = message("–")
ROW = message("Your row on the answer sheet")
ON_YOUR_ANSWER = message("On your answer {answer}:")
APPEAL = message(
    "If you think that an answer was read or graded wrongly, ask for your sheet by its number."
)
