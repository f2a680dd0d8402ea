"""The words of the pages that explain what is handed out."""

from pkoquiz.language import message

EDITION = message("Edition {number} of {date}")
TRAINEES_TITLE = message("{title}: for trainees")
INSTRUCTORS_TITLE = message("{title}: for instructors")
TRAINEES_LEAD = message(
    "Everything here can be handed out to trainees. Every answer is proved by words of the lecture."
)
INSTRUCTORS_LEAD = message(
    "These files are for instructors only: they contain the answers. What trainees get is in the "
    "folder “trainees”, without the key to the practice paper."
)
OPEN = message("Open {name}")

DECK = message("Flashcards for Anki")
DECK_FOR = message("To learn and to keep what you have learned, a few minutes a day.")
DECK_STEPS = (
    message(
        "Install Anki: on a computer from apps.ankiweb.net, on a phone AnkiDroid or AnkiMobile."
    ),
    message(
        "On a computer, choose File → Import and select the file. On a phone, open the file with "
        "the app. Leave the options as they are."
    ),
    message("Study the deck. Cards that were answered wrongly come back soon, the others later."),
    message(
        "To update, import the newer file in the same way; do not delete the old deck. You keep "
        "your progress. A corrected card replaces what you wrote on it."
    ),
)
CHANGES = message("What is new")
CHANGES_FOR = message("What is different from each earlier edition. It is a text file.")
PAPER = message("Practice paper")
PAPER_FOR = message("All questions, grouped by type, to print. Your instructors have the key.")
PAPER_PAGE = message("Practice paper as a page")
PAPER_PAGE_FOR = message("The same for screen readers, small screens and large type.")
KEY = message("Key to the practice paper")
KEY_FOR = message("The answers, with explanation and quote for each question.")
KEY_PAGE = message("Key as a page")
KEY_PAGE_FOR = message("The same for screens.")
QUIZ = message("Questions for Moodle")
QUIZ_FOR = message("The question bank of a Moodle course, with feedback and quotes.")
QUIZ_STEPS = (
    message("In the Moodle course, open More → Question bank → Import."),
    message(
        "Choose “Moodle XML format”, select the file, and leave the other settings as they are."
    ),
    message("The questions are in a category that bears the name of the course."),
    message(
        "An import never updates a question. Read “What is new” in the trainees' folder before you "
        "import a new edition beside an old one."
    ),
)
PRACTICE = message("Practice page")
PRACTICE_FOR = message(
    "To read the lecture, answer questions while you read, practise every day and take mock exams, "
    "without installing anything."
)
PRACTICE_STEPS = (
    message(
        "Save the file in one place and open it in a browser. It works without a network, and "
        "nothing leaves your device."
    ),
    message(
        "On an iPhone or iPad, files cannot run in a browser: ask for a web address of the page."
    ),
    message(
        "To update, replace the file with the newer one under the same name: your progress stays."
    ),
)
WEB = message("Practice page for the web")
WEB_FOR = message(
    "The same page, to be put on a web server: for iPhones, and for a place on home screens."
)
WEB_STEPS = (
    message("Upload the whole folder “web” to a web server with a secure address."),
    message("Give trainees the address of the folder. To update, replace the files."),
)
OTHER = message("Another file")
OTHER_FOR = ""
