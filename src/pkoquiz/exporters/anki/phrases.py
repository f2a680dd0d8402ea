"""The words that learners read on cards, decks and in `CHANGES.md`."""

from pkoquiz.language import message

TEMPLATES = {
    "withdrawn": message("Withdrawn."),
    "may_suspend": message("You can suspend this card."),
    "waiting": message(
        "This part was added after you changed the note, and is not on it yet. It arrives when the "
        "note is sent again. You can suspend the card until then."
    ),
    "hint": message("Hint"),
    "options": message("Options"),
    "which_meaning": message("What does this mean?"),
    "my_notes": message("My notes"),
    "your_choice": message("Your choice"),
    "missed": message("Missed"),
}
"""Words in the templates of the note types, by their names there: `$hint`."""

# Cards
TRUE_OR_FALSE = message("True or false, and why?")
VERDICTS = {True: message("True."), False: message("False.")}
IF_YOU_SAID = {True: message("If you said true"), False: message("If you said false")}
FIRST_STEP = message("What comes first?")
NEXT_STEP = message("What comes next?")
MAIN_POINTS = message("Name the main points of your answer.")
ALSO_ACCEPTED = message("Also accepted: {answers}")
WITHIN_TOLERANCE = message("Accepted: {low} to {high}")
CREDIT = message("({credit} %)")
ANY_OTHER_NUMBER = message("Any other number")
INSTEAD_OF = message("Instead of {answer}:")
NOT_ASKED = message("This is no longer asked. You can suspend this card.")
WHICH_TERM = message("Which term means this?")
EDITORS_MEANING = message("Explained by the editors. The transcript first uses the term here:")

# Lines that unfold something on the back of a card
OTHER_OPTIONS = message("The other options")
ALL_OPTIONS = message("All options")
TYPICAL_MISTAKES = message("Typical mistakes")
ALL_PAIRS = message("All pairs")
COMPLETE_ORDER = message("The complete order")
MODEL_ANSWER = message("A model answer")
EXAM_QUESTION = message("As an exam question")
MORE_SOURCES = message("More sources")

# After "Withdrawn."
TERM_WITHDRAWN = message("No longer in the glossary.")
QUESTION_WITHDRAWN = message("No longer in the deck.")

# Decks
GLOSSARY = message("Glossary")
UNTITLED = message("Untitled")
EDITION = message("Edition {number} of {date}")
PREVIEW = message("Preview, not an edition: it is not meant for learners")
PROVED = message("{contents}. Every answer is followed by the words that prove it.")
SOURCE = message("Source: {citation}")
HOW_TO_UPDATE_DECK = message(
    "To update, import the newer file (File &gt; Import) without changing the options. You keep "
    "your progress and get new and corrected cards. A corrected card replaces your own edits to "
    "it; cards that did not change keep your notes and tags."
)
AND = message("{questions} and {terms}")

# CHANGES.md
CHANGES_TITLE = message("What is new: {title}")
THIS_EDITION = message("{edition}: {contents}.")
FIRST_EDITION = message("This is the first edition.")
IF_YOU_HAVE = message("If you have edition {number} of {date}")
IF_YOU_ARE_NEW = message("If you are new")
NOTHING_NEW = message("No card is different.")
NEW = message("New")
CORRECTED = message("Corrected")
RETURNED = message("Asked again: if you suspended it, unsuspend it")
WITHDRAWN = message("Withdrawn")
REASON = message("Reason: {reason}")
HOW_TO_UPDATE = message("How to update")
HOW_TO_UPDATE_TEXT = message(
    "Import the newer file in Anki (File > Import) without changing the options. You keep your "
    "progress: intervals, due dates and flags. A corrected card replaces the old one, including "
    "your own edits to it; cards that did not change keep your notes and tags. A note that you "
    "edited after the edition was released stays as it is. Withdrawn cards stay where they are and "
    "say why they were withdrawn; you can suspend them."
)
