"""The words that learners read on cards, decks and in `CHANGES.md`."""

TEMPLATES = {
    "withdrawn": "Withdrawn.",
    "may_suspend": "You can suspend this card.",
    "waiting": (
        "This part was added after you changed the note, and is not on it yet. It arrives when the "
        "note is sent again. You can suspend the card until then."
    ),
    "hint": "Hint",
    "options": "Options",
    "which_meaning": "What does this mean?",
    "my_notes": "My notes",
    "your_choice": "Your choice",
    "missed": "Missed",
}
"""Words in the templates of the note types, by their names there: `$hint`."""

# Cards
TRUE_OR_FALSE = "True or false, and why?"
VERDICTS = {True: "True.", False: "False."}
IF_YOU_SAID = {True: "If you said true", False: "If you said false"}
FIRST_STEP = "What comes first?"
NEXT_STEP = "What comes next?"
MAIN_POINTS = "Name the main points of your answer."
ALSO_ACCEPTED = "Also accepted: {answers}"
WITHIN_TOLERANCE = "Accepted: {low} to {high}"
CREDIT = "({credit} %)"
ANY_OTHER_NUMBER = "Any other number"
INSTEAD_OF = "Instead of {answer}:"
NOT_ASKED = "This is no longer asked. You can suspend this card."
WHICH_TERM = "Which term means this?"
EDITORS_MEANING = "Explained by the editors. The transcript first uses the term here:"

# Lines that unfold something on the back of a card
OTHER_OPTIONS = "The other options"
ALL_OPTIONS = "All options"
TYPICAL_MISTAKES = "Typical mistakes"
ALL_PAIRS = "All pairs"
COMPLETE_ORDER = "The complete order"
MODEL_ANSWER = "A model answer"
EXAM_QUESTION = "As an exam question"
MORE_SOURCES = "More sources"

# After "Withdrawn."
TERM_WITHDRAWN = "No longer in the glossary."
QUESTION_WITHDRAWN = "No longer in the deck."

# Decks
GLOSSARY = "Glossary"
UNTITLED = "Untitled"
EDITION = "Edition {number} of {date}"
PREVIEW = "Preview, not an edition: it is not meant for learners"
PROVED = "{contents}. Every answer is followed by the words that prove it."
SOURCE = "Source: {citation}"
HOW_TO_UPDATE_DECK = (
    "To update, import the newer file (File &gt; Import) without changing the options. You keep "
    "your progress and get new and corrected cards. A corrected card replaces your own edits to "
    "it; cards that did not change keep your notes and tags."
)
QUESTION = "question"
TERM = "term"
AND = "{questions} and {terms}"

# CHANGES.md
CHANGES_TITLE = "What is new: {title}"
THIS_EDITION = "{edition}: {contents}."
FIRST_EDITION = "This is the first edition."
IF_YOU_HAVE = "If you have edition {number} of {date}"
IF_YOU_ARE_NEW = "If you are new"
NOTHING_NEW = "No card is different."
NEW = "New"
CORRECTED = "Corrected"
RETURNED = "Asked again: if you suspended it, unsuspend it"
WITHDRAWN = "Withdrawn"
REASON = "Reason: {reason}"
HOW_TO_UPDATE = "How to update"
HOW_TO_UPDATE_TEXT = """\
Import the newer file in Anki (File > Import) without changing the options. You keep your progress:
intervals, due dates and flags. A corrected card replaces the old one, including your own edits to
it; cards that did not change keep your notes and tags. A note that you edited after the edition was
released stays as it is. Withdrawn cards stay where they are and say why they were withdrawn; you
can suspend them.
"""
