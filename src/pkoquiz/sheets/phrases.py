"""The words that candidates and graders read on answer sheets."""

from pkoquiz.language import message

HEADING = message("Answer sheet: {exam}")
VERSION = message("Version {letter}")
PAPER_VERSION = message("Paper {paper} · Version {letter}")
PAGE = message("Page {page} of {pages}")
NAME = message("Name")
CANDIDATE = message("Candidate")
CANDIDATE_NUMBER = message("Candidate number")
NUMBER_HINT = message(
    "Write your candidate number in the boxes, with zeros before a shorter one, then fill one "
    "circle below each digit."
)
HOW_TO_FILL = message("Fill the circle with a dark pen or pencil. Squares: there may be several.")
HOW_TO_CORRECT = message(
    "To correct: rub pencil out. With a pen, cross the wrong one out with lines that leave the "
    "circle, and fill the right one."
)
HOW_TO_READ = message("{number}.2 is the second box or gap of question {number}.")
SIGNS = message("top: minus · bottom row: decimal point")
UNIT = message("Unit: {unit}")
GRADER = message("Grader only")
QUESTION = message("Question {number}")
ANY_ONE = message("{question}: fill one of the circles, which are named {first} to {last}")
ANY_SEVERAL = message("{question}: fill all squares that apply, which are named {first} to {last}")
WRITE = message("{question}: write the answer in this box")
DIGIT = message("{question}, sign {part} from the left: fill one of the circles in this column")
GRADER_ROW = message("{question}: the points that the grader gives, from {first} to {last}")
HALF_POINT = message("{question}: half a point more, which the grader gives")
CODE = message("The code of this sheet, for the reader of scans: {code}")
EXTRA_TIME = message("Extra time")
SERIAL = message("Sheet")
