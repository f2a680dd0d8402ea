"""The words that candidates and graders read on answer sheets."""

from pkoquiz.language import message

TITLE = message("Answer sheet")
HEADING = message("Answer sheet: {exam}")
VERSION = message("Version {letter}")
PAPER_VERSION = message("Paper {paper} · Version {letter}")
PAGE = message("Page {page} of {pages}")
NAME = message("Name")
CANDIDATE = message("Candidate")
CANDIDATE_NUMBER = message("Candidate number")
NUMBER_HINT = message("Write your number in the boxes, then fill one circle below each digit.")
HOW_TO_FILL = message("Fill the circle with a dark pen or pencil. Squares: there may be several.")
HOW_TO_CORRECT = message(
    "To correct: rub pencil out. With a pen, cross the wrong one out with lines that leave the "
    "circle, and fill the right one."
)
HOW_TO_READ = message("7.2 is the second box of question 7, from the top.")
GRADER = message("Grader only")
POINTS = message("points")
QUESTION = message("Question {number}")
ANY_ONE = message("{question}: fill one of {labels}")
ANY_SEVERAL = message("{question}: fill all of {labels} that apply")
WRITE = message("{question}: write the answer here")
DIGIT = message("{question}, sign {part}: fill one of {labels}")
GRADER_ROW = message("{question}, for the grader only: points {labels}")
CODE = message("Code of this sheet: {code}")
EXTRA_TIME = message("Extra time")
SERIAL = message("Sheet")
TRUE = message("T")
FALSE = message("F")
