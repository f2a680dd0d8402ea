"""The words that learners read on the practice page."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

ERRATA = {
    "F": "Factual error",
    "C": "Contradiction",
    "D": "Dated",
    "O": "Opinion",
    "T": "Slip in the transcript",
}
"""What an erratum is, by its kind."""

KINDS = {"slide": "Slide", "footnote": "Footnote"}
"""What a passage is, if it was not spoken."""

SKIP = "Skip to the content"
VIEWS = "Views"
CONTENTS = "Contents"
NEXT = "Next:"
NO_SCRIPT = (
    "You can read the text here, but questions need JavaScript. On an iPhone or iPad, files opened "
    "from Mail or Files cannot run it: ask for the web address of this course."
)
TOO_OLD = "This browser is too old to show the questions. You can still read the text."
PRIVATE = (
    "Your answers stay in this browser. Nothing is sent anywhere. Keep this file in one place "
    "under one name, and replace it when you get a newer one: your progress stays."
)


def minutes(count: int) -> str:
    """Return how long it takes to read a section."""
    return f"{count} min"


def terms(count: int) -> str:
    """Return how many terms the glossary has."""
    return f"{count} term" if count == 1 else f"{count} terms"


def edition(moment: datetime.datetime | None) -> str:
    """Return which edition the page is."""
    return f"Edition of {moment:%Y-%m-%d}." if moment else "Preview of the first edition."


PAGE: Mapping[str, str | Mapping[str, str]] = {
    # Views
    "read": "Read",
    "practise": "Practise",
    "exam": "Mock exam",
    "exam_short": "Exam",
    "progress": "Progress",
    "glossary": "Glossary",
    "keys": "Keyboard shortcuts",
    "keys_list": "Show this list",
    "keys_use": "Use these shortcuts",
    "key_choose": "Choose an option",
    "key_enter": "Check, show the answer, or continue",
    "enter": "Enter",
    "close": "Close",
    "cancel": "Cancel",
    "today": "Today",
    # Reading
    "begin_reading": "Begin reading",
    "continue_reading": "Continue reading",
    "have_a_file": "Do you have a progress file?",
    "read_done": "✓ read",
    "answered_of": {"one": "{count} of {total} answered", "other": "{count} of {total} answered"},
    "due_now": {"one": "Practise {count} due", "other": "Practise {count} due"},
    "area": "What do you remember?",
    "area_done": "{part} of {total} right.",
    "comes_back": {
        "one": "What you missed comes back when you practise.",
        "other": "What you missed comes back when you practise.",
    },
    "ask_again": "Ask me again",
    "more_on_this": {"one": "One more on this part", "other": "{count} more on this part"},
    "read_on": "Read on",
    "back_to_question": "Back to the question",
    "read_in_place": "Read it in the talk",
    "recording": "Recording",
    # Answering
    "check": "Check",
    "i_dont_know": "I don’t know",
    "continue": "Continue",
    "hint": "Hint",
    "choose": "choose …",
    "choose_all": "Choose all that apply.",
    "true_or_false": "True or false? Say why before you look.",
    "true": "True",
    "false": "False",
    "or": " or ",
    "move_up": "Move up",
    "move_down": "Move down",
    "moved": "Now {place} of {count}",
    "right_order": "The right order:",
    "gap": "Gap {number} of {count}",
    "words": {"one": "{count} word", "other": "{count} words"},
    "words_between": "(between {least} and {most})",
    "words_least": "(at least {least})",
    "words_most": "(at most {most})",
    "model_answer": "A model answer",
    "rubric": "What earns points",
    "compare": "Compare your answer with the model, and tick what it contains.",
    "compare_answer": "Compare with the model",
    "save_points": "Save my points",
    "show_answer": "Show the answer",
    "forgot": "Forgot",
    "remembered": "Remembered",
    "nothing_entered": "Answer first, or choose “I don’t know”.",
    "which_number": "Which number do you mean?",
    "not_a_number": "This is not a number. Type digits only, e.g. 8.5",
    # After the answer
    "verdict_right": "Right",
    "verdict_partly": "Partly right: {percent} %",
    "verdict_wrong": "Not right",
    "verdict_unknown": "Here is the answer",
    "part_right": "right",
    "part_partly": "partly right",
    "part_wrong": "wrong",
    "part_missed": "missed",
    "part_key": "right answer",
    "near": "Close. Accepted: {accepted}",
    "count_as_right": "Count as right",
    "counted_as_right": "Counted as right",
    "i_guessed": "I guessed",
    "counted_as_guessed": "It will come back",
    "too_easy": "Too easy",
    "counted_as_easy": "It will come back later",
    "view_of": "View of {speaker}.",
    "more_quotes": {"one": "One more quote", "other": "{count} more quotes"},
    # Practising
    "start": "Start",
    "due": {"one": "{count} due", "other": "{count} due"},
    "due_part": "{part} of {total} due",
    "new": {"one": "{count} new", "other": "{count} new"},
    "session_time": {"one": "About {count} minute", "other": "About {count} minutes"},
    "all_done": "Done for today",
    "nothing_left": "Nothing is due.",
    "next_due": "The next question is due {when}.",
    "more_new": {"one": "{count} more", "other": "{count} more new ones"},
    "choose_what": "Choose what to practise",
    "choose_kind": "Questions",
    "choose_section": "Section",
    "choose_tag": "Topic",
    "choose_fresh": "New ones a day",
    "all_sections": "all sections",
    "all_tags": "all topics",
    "kind_daily": "due and new",
    "kind_wrong": "only what I got wrong",
    "kind_written": "essays",
    "kind_glossary": "glossary",
    "undo": "Undo",
    "left": {"one": "{count} left", "other": "{count} left"},
    "end_session": "End",
    "once_more": "Once more",
    "new_question": "New",
    "session_done": "Done",
    "session_result": "{part} of {total} right at the first try",
    "go_on": "Go on",
    "back_to_reading": "Back to reading",
    # The mock exam
    "exam_about": (
        "Each paper is drawn like the real one. There is no feedback until you hand it in, and you "
        "can answer in any order. What you have answered is kept if you close the page."
    ),
    "paper": "Paper {number}",
    "begin": "Begin",
    "begin_paper": "Begin paper {number}",
    "questions": {"one": "{count} question", "other": "{count} questions"},
    "points": {"one": "{count} point", "other": "{count} points"},
    "minutes": {"one": "{count} minute", "other": "{count} minutes"},
    "last_result": "Last result: {percent} %",
    "last_result_again": "Show the last result again",
    "unfinished": "Paper {number} is not finished.",
    "resume": "Resume",
    "discard_exam": "The paper that you began would be discarded.",
    "discard": "Discard it",
    "question_number": "Question {number}",
    "question_of": "Question {number} of {total}",
    "answered": "answered",
    "unanswered": "not answered",
    "flagged": "flagged",
    "flag": "Flag",
    "answer_sheet": "Answer sheet",
    "previous": "Previous",
    "next": "Next",
    "minutes_left": {"one": "{count} minute left", "other": "{count} minutes left"},
    "time_is_up": "Time is up. Hand in when you are ready.",
    "hide_time": "Hide the time",
    "show_time": "Show the time",
    "exam_not_stored": "This browser stores nothing: if you close the page, your answers are lost.",
    "hand_in": "Hand in",
    "hand_in_blank": {
        "one": "{count} question is not answered.",
        "other": "{count} questions are not answered.",
    },
    "hand_in_complete": "You have answered every question.",
    "result_of": "Your result: paper {number}",
    "points_of": {"one": "{points} of {total} point", "other": "{points} of {total} points"},
    "points_to_grade": {"one": "{count} to grade", "other": "{count} to grade"},
    "taken": {"one": "{count} minute", "other": "{count} minutes"},
    "practise_these": {"one": "Practise this one", "other": "Practise these {count}"},
    "print": "Print",
    "other_papers": "Other papers",
    "to_grade": {"one": "Grade your essay", "other": "Grade your essays"},
    "to_look_at": {
        "one": "One question to look at again",
        "other": "{count} questions to look at again",
    },
    "right_ones": {"one": "One right answer", "other": "{count} right answers"},
    "left_blank": "left blank",
    "by_section": "By section",
    "by_level": "By level",
    "by_objective": "By objective",
    "of": "{part} of {total}",
    "bloom_remember": "Remember",
    "bloom_understand": "Understand",
    "bloom_apply": "Apply",
    "bloom_analyse": "Analyse",
    "bloom_evaluate": "Evaluate",
    "bloom_create": "Create",
    # Progress
    "section": "Section",
    "level_known": "known",
    "level_learning": "learning",
    "level_new": "new",
    "levels_about": (
        "A question is known once you are likely to remember it three weeks after the last time."
    ),
    "no_answers": "You have not answered a question yet.",
    "forecast": "Due in the next seven days",
    "exam_results": "Mock exams",
    "your_file": "Your progress file",
    "file_about": (
        "Save your progress to a file once a week, and when you change to another browser or "
        "device. Adding a file loses nothing: what both know is merged."
    ),
    "save_file": "Save to a file",
    "add_file": "Add from a file",
    "copy_text": "Copy as text",
    "copy_about": "Copy this text and keep it, or paste it on another device.",
    "paste": "Add from copied text",
    "add_text": "Add this text",
    "progress_text": "Progress as text",
    "file_added": {
        "one": "Added. {count} question is new to this browser.",
        "other": "Added. {count} questions are new to this browser.",
    },
    "file_unreadable": "This is not a progress file, or it is damaged. Nothing was changed.",
    "file_other-course": "This file belongs to another course. Nothing was changed.",
    "file_newer": "This file was written by a newer edition. Get that edition, and add it there.",
    "file_too-large": "This file is larger than 20 MB. Nothing was changed.",
    "start_over": "Start over",
    "start_over_about": "Forget all answers in this browser. Save a file first.",
    "start_over_sure": "Forget all answers in this browser?",
    "storage_unavailable": (
        "This browser stores nothing here (a private window, or its settings). You can study, but "
        "your progress is lost when you close the page. Save it to a file before."
    ),
    "storage_full": (
        "The browser’s storage is full: your last answers are only in memory. Save your progress "
        "to a file before you close the page."
    ),
    "storage_damaged": (
        "Your stored progress could not be read and was put aside. If you have a progress file, "
        "add it under Progress."
    ),
    "storage_newer": (
        "Your progress was stored by a newer edition of this page, and is left alone. Open the "
        "newer file; what you answer here is not kept."
    ),
}
"""Phrases of the scripts, by the names that they use. `{count}` chooses the plural form, named as
in `Intl.PluralRules`."""
