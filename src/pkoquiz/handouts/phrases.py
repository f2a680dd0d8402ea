"""The words of the pages that explain what is handed out."""

EDITION = "Edition {number} of {date}"
TRAINEES_TITLE = "{title}: for trainees"
INSTRUCTORS_TITLE = "{title}: for instructors"
TRAINEES_LEAD = (
    "Everything here can be handed out to trainees. Every answer is proved by words of the lecture."
)
INSTRUCTORS_LEAD = (
    "These files are for instructors only: they contain the answers. What trainees get is in the "
    "folder “trainees”, which contains no answers to the practice paper."
)
OPEN = "Open {name}"

DECK = "Flashcards for Anki"
DECK_FOR = "To learn and to keep what you have learned, a few minutes a day."
DECK_STEPS = (
    "Install Anki: on a computer from apps.ankiweb.net, on a phone AnkiDroid or AnkiMobile.",
    "On a computer, choose File → Import and select the file. On a phone, open the file with the "
    "app. Leave the options as they are.",
    "Study the deck. Cards that were answered wrongly come back soon, the others later.",
    "To update, import the newer file in the same way; do not delete the old deck. You keep your "
    "progress. A corrected card replaces what you wrote on it.",
)
CHANGES = "What is new"
CHANGES_FOR = "What is different from each earlier edition. It is a text file."
PAPER = "Practice paper"
PAPER_FOR = "All questions, grouped by type, to print. Your instructors have the key."
PAPER_PAGE = "Practice paper as a page"
PAPER_PAGE_FOR = "The same for screen readers, small screens and large type."
KEY = "Key to the practice paper"
KEY_FOR = "The answers, with explanation and quote for each question."
KEY_PAGE = "Key as a page"
KEY_PAGE_FOR = "The same for screens."
QUIZ = "Questions for Moodle"
QUIZ_FOR = "The question bank of a Moodle course, with feedback and quotes."
QUIZ_STEPS = (
    "In the Moodle course, open More → Question bank → Import.",
    "Choose “Moodle XML format”, select the file, and leave the other settings as they are.",
    "The questions are in a category that bears the name of the course.",
    "An import never updates a question. Read “What is new” in the trainees' folder before you "
    "import a new edition beside an old one.",
)
OTHER = "Another file"
OTHER_FOR = ""
