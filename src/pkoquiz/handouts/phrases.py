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
PAPER_FOR = message("The questions, grouped by type, to print. Your instructors have the key.")
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
CANVAS = message("Questions for Canvas")
CANVAS_FOR = message(
    "A question bank for each section, for Classic Quizzes and New Quizzes, with feedback and "
    "quotes."
)
CANVAS_STEPS = (
    message("In the Canvas course, open Settings → Import Course Content."),
    message("As content type, choose “QTI .zip file”, and select the file."),
    message("For New Quizzes, tick “Import existing quizzes as New Quizzes”."),
    message(
        "For a newer edition, tick “Overwrite assessment content with matching IDs”, so that the "
        "questions are replaced."
    ),
)
BRIGHTSPACE = message("Questions for Brightspace")
BRIGHTSPACE_FOR = message("A table for the Question Library, with feedback and quotes.")
BRIGHTSPACE_STEPS = (
    message(
        "If there is a folder “images” beside the file, upload it first, to the top folder of "
        "Course Admin → Manage Files."
    ),
    message(
        "Open Quizzes → Question Library, choose Import → Upload a File, and select the file. Do "
        "not open it in a spreadsheet first."
    ),
)
QTI = message("Questions for OpenOlat, OPAL, TAO and Inspera")
QTI_FOR = message(
    "A package in QTI 2.1, a test with feedback and quotes, for systems that read it."
)
QTI_STEPS = (
    message("In OpenOlat, choose Authoring → Import, and select the file."),
    message("In other systems, import the file as a QTI 2.1 package."),
)
GIFT = message("Questions in GIFT format")
GIFT_FOR = message(
    "A text file that many systems read, with feedback and quotes. In Moodle, more arrives of the "
    "questions for Moodle."
)
GIFT_STEPS = (message("Where your system imports questions, choose “GIFT format” and the file."),)
AIKEN = message("Questions in Aiken format")
AIKEN_FOR = message("The single-choice questions as text, without feedback and quotes.")
AIKEN_STEPS = (message("Where your system imports questions, choose “Aiken format” and the file."),)
BLACKBOARD = message("Questions for Blackboard")
BLACKBOARD_FOR = message("A pool of questions, with feedback and quotes.")
BLACKBOARD_STEPS = (
    message(
        "In the Ultra view of a course, open Details & Actions → Manage banks, choose + → Import, "
        "and select the file."
    ),
    message(
        "In the Original view, open Course Tools → Tests, Surveys, and Pools → Pools, and choose "
        "“Import Pool”."
    ),
)
BLACKBOARD_TEXT = message("Questions for Blackboard as text")
BLACKBOARD_TEXT_FOR = message(
    "A spare, if your Blackboard does not take the pool. It has no feedback and no quotes."
)
BLACKBOARD_TEXT_STEPS = (
    message("In a test, choose “Upload questions from a file”, and select the file."),
)
OPENEDX = message("Questions for Open edX")
OPENEDX_FOR = message("A course that contains only the questions, with feedback and quotes.")
OPENEDX_STEPS = (
    message("In Studio, create an empty course: an import replaces the whole course."),
    message("Choose Tools → Import, and select the file."),
    message("Copy the problems from there into your own course or into a library."),
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
