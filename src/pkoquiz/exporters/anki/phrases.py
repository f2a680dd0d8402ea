"""The words that learners read on cards, decks and in `CHANGES.md`."""

TEMPLATES = {
    "withdrawn": "Withdrawn.",
    "may_suspend": "You can suspend this card.",
    "hint": "Hint",
    "options": "Options",
    "which_meaning": "What does this mean?",
    "which_term": "Which term means this?",
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
NOT_ASKED = "No longer part of this question."

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
PART_WITHDRAWN = "This part is no longer asked."
TERM_WITHDRAWN = "No longer in the glossary."

# Decks
GLOSSARY = "Glossary"
WITHDRAWN_DECK = "Withdrawn"
UNTITLED = "Untitled"
EDITION = "Edition of {release}: {contents}. Every answer is followed by the words that prove it."
SOURCE = "Source: {citation}"
HOW_TO_UPDATE_DECK = (
    "To update, import the newer file (File &gt; Import) without changing the options. You keep "
    "your progress and get new and corrected cards. A corrected card replaces your own edits to "
    "it; cards that did not change keep your notes and tags."
)
WITHDRAWN_CARDS = (
    "Cards that were withdrawn from the course, with the reasons. "
    "If you never learned them, you can delete this deck."
)
QUESTION = "question"
TERM = "term"
AND = "{questions} and {terms}"

# CHANGES.md
CHANGES_TITLE = "What is new: {title}"
CHANGES_EDITION = "Edition of {release}."
FIRST_EDITION = "This is the first edition: {contents}."
CHANGES_SUMMARY = "{new} new, {changed} changed, {withdrawn} withdrawn, {unchanged} unchanged."
NEW = "New"
CHANGED = "Changed"
WITHDRAWN = "Withdrawn"
REASON = "Reason: {reason}"
NO_REASON = "no longer asked"
EARLIER_EDITIONS = "Earlier editions"
EARLIER_COLUMNS = ("edition", "new")
HOW_TO_UPDATE = "How to update"
HOW_TO_UPDATE_TEXT = """\
Import the newer file in Anki (File > Import) without changing the options. You keep your progress:
intervals, due dates and flags. A corrected card replaces the old one, including your own edits to
it; cards that did not change keep your notes and tags. Withdrawn cards stay where they are and say
why they were withdrawn; you can suspend them.
"""
