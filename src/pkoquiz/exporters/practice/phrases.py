"""The words that learners read on the practice page."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from pkoquiz.language import date, message, message_count, plural_forms, say, say_count, wording

ERRATA = {
    "F": message("Factual error"),
    "C": message("Contradiction"),
    "D": message("Dated"),
    "O": message("Opinion"),
    "T": message("Slip in the transcript"),
}
"""The names of errata by their kind."""

KINDS = {"slide": message("Slide"), "footnote": message("Footnote")}
"""The names of the kinds of passages that were not spoken."""

SKIP = message("Skip to the content")
VIEWS = message("Views")
CONTENTS = message("Contents")
NEXT = message("Next:")
NO_SCRIPT = message(
    "You can read the text here, but questions need JavaScript. On an iPhone or iPad, files opened "
    "from Mail or Files cannot run it: ask for the web address of this course."
)
TOO_OLD = message("This browser is too old to show the questions. You can still read the text.")
PRIVATE = message(
    "Your answers stay in this browser. Nothing is sent anywhere. Keep this file in one place "
    "under one name, and replace it when you get a newer one: your progress stays."
)


def minutes(count: int) -> str:
    """Return a phrase with the reading time of a section."""
    return say("{count} min", count=count)


def terms(count: int) -> str:
    """Return a phrase with the number of terms in the glossary."""
    return say_count("{count} term", "{count} terms", count)


def edition(moment: datetime.datetime | None) -> str:
    """Return a phrase with the edition of the page."""
    if moment is None:
        return say("Preview of the first edition.")
    return say("Edition of {release}.", release=date(moment.date()))


def words() -> dict[str, str | dict[str, str]]:
    """Return the words of the scripts in the current language.

    Their `{names}` are still in place. Plural forms are named as in `Intl.PluralRules`.
    """
    return {
        name: wording(text) if isinstance(text, str) else plural_forms(*text)
        for name, text in PAGE.items()
    }


PAGE: Mapping[str, str | tuple[str, str]] = {
    # Views
    "read": message("Read"),
    "practise": message("Practise"),
    "exam": message("Mock exam"),
    "exam_short": message("Exam"),
    "progress": message("Progress"),
    "glossary": message("Glossary"),
    "keys": message("Keyboard shortcuts"),
    "keys_list": message("Show this list"),
    "keys_use": message("Use these shortcuts"),
    "key_choose": message("Choose an option"),
    "key_enter": message("Check, show the answer, or continue"),
    "enter": message("Enter"),
    "close": message("Close"),
    "cancel": message("Cancel"),
    "today": message("Today"),
    # Reading
    "begin_reading": message("Begin reading"),
    "continue_reading": message("Continue reading"),
    "have_a_file": message("Do you have a progress file?"),
    "read_done": message("✓ read"),
    "answered_of": message_count("{count} of {total} answered", "{count} of {total} answered"),
    "due_now": message_count("Practise {count} due", "Practise {count} due"),
    "area": message("What do you remember?"),
    "area_done": message("{part} of {total} right."),
    "comes_back": message_count(
        "What you missed comes back when you practise.",
        "What you missed comes back when you practise.",
    ),
    "ask_again": message("Ask me again"),
    "more_on_this": message_count("One more on this part", "{count} more on this part"),
    "read_on": message("Read on"),
    "back_to_question": message("Back to the question"),
    "read_in_place": message("Read it in the talk"),
    "recording": message("Recording"),
    # Answering
    "check": message("Check"),
    "i_dont_know": message("I don’t know"),
    "continue": message("Continue"),
    "hint": message("Hint"),
    "choose": message("choose …"),
    "choose_all": message("Choose all that apply."),
    "true_or_false": message("True or false? Say why before you look."),
    "true": message("True"),
    "false": message("False"),
    "or": message(" or "),
    "move_up": message("Move up"),
    "move_down": message("Move down"),
    "moved": message("Now {place} of {count}"),
    "right_order": message("The right order:"),
    "gap": message("Gap {number} of {count}"),
    "words": message_count("{count} word", "{count} words"),
    "words_between": message("(between {least} and {most})"),
    "words_least": message("(at least {least})"),
    "words_most": message("(at most {most})"),
    "model_answer": message("A model answer"),
    "rubric": message("What earns points"),
    "compare": message("Compare your answer with the model, and tick what it contains."),
    "compare_answer": message("Compare with the model"),
    "save_points": message("Save my points"),
    "show_answer": message("Show the answer"),
    "forgot": message("Forgot"),
    "remembered": message("Remembered"),
    "nothing_entered": message("Answer first, or choose “I don’t know”."),
    "which_number": message("Which number do you mean?"),
    "not_a_number": message("This is not a number. Type digits only, e.g. 8.5"),
    # After the answer
    "verdict_right": message("Right"),
    "verdict_partly": message("Partly right: {percent} %"),
    "verdict_wrong": message("Not right"),
    "verdict_unknown": message("Here is the answer"),
    "part_right": message("right"),
    "part_partly": message("partly right"),
    "part_wrong": message("wrong"),
    "part_missed": message("missed"),
    "part_key": message("right answer"),
    "near": message("Close. Accepted: {accepted}"),
    "count_as_right": message("Count as right"),
    "counted_as_right": message("Counted as right"),
    "i_guessed": message("I guessed"),
    "counted_as_guessed": message("It will come back"),
    "too_easy": message("Too easy"),
    "counted_as_easy": message("It will come back later"),
    "view_of": message("View of {speaker}."),
    "more_quotes": message_count("One more quote", "{count} more quotes"),
    # Practising
    "start": message("Start"),
    "due": message_count("{count} due", "{count} due"),
    "due_part": message("{part} of {total} due"),
    "new": message_count("{count} new", "{count} new"),
    "session_time": message_count("About {count} minute", "About {count} minutes"),
    "all_done": message("Done for today"),
    "nothing_left": message("Nothing is due."),
    "next_due": message("The next question is due {when}."),
    "more_new": message_count("{count} more", "{count} more new ones"),
    "choose_what": message("Choose what to practise"),
    "choose_kind": message("Questions"),
    "choose_section": message("Section"),
    "choose_tag": message("Topic"),
    "choose_fresh": message("New ones a day"),
    "all_sections": message("all sections"),
    "all_tags": message("all topics"),
    "kind_daily": message("due and new"),
    "kind_wrong": message("only what I got wrong"),
    "kind_written": message("essays"),
    "kind_glossary": message("glossary"),
    "undo": message("Undo"),
    "left": message_count("{count} left", "{count} left"),
    "end_session": message("End"),
    "once_more": message("Once more"),
    "new_question": message("New"),
    "session_done": message("Done"),
    "session_result": message("{part} of {total} right at the first try"),
    "go_on": message("Go on"),
    "back_to_reading": message("Back to reading"),
    # The mock exam
    "exam_about": message(
        "Each paper is drawn like the real one. There is no feedback until you hand it in, and you "
        "can answer in any order. What you have answered is kept if you close the page."
    ),
    "paper": message("Paper {number}"),
    "begin": message("Begin"),
    "begin_paper": message("Begin paper {number}"),
    "questions": message_count("{count} question", "{count} questions"),
    "points": message_count("{count} point", "{count} points"),
    "minutes": message_count("{count} minute", "{count} minutes"),
    "last_result": message("Last result: {percent} %"),
    "last_result_again": message("Show the last result again"),
    "unfinished": message("Paper {number} is not finished."),
    "resume": message("Resume"),
    "discard_exam": message("The paper that you began would be discarded."),
    "discard": message("Discard it"),
    "question_number": message("Question {number}"),
    "question_of": message("Question {number} of {total}"),
    "answered": message("answered"),
    "unanswered": message("not answered"),
    "flagged": message("flagged"),
    "flag": message("Flag"),
    "answer_sheet": message("Answer sheet"),
    "previous": message("Previous"),
    "next": message("Next"),
    "minutes_left": message_count("{count} minute left", "{count} minutes left"),
    "time_is_up": message("Time is up. Hand in when you are ready."),
    "hide_time": message("Hide the time"),
    "show_time": message("Show the time"),
    "exam_not_stored": message(
        "This browser stores nothing: if you close the page, your answers are lost."
    ),
    "hand_in": message("Hand in"),
    "hand_in_blank": message_count(
        "{count} question is not answered.", "{count} questions are not answered."
    ),
    "hand_in_complete": message("You have answered every question."),
    "result_of": message("Your result: paper {number}"),
    "points_of": message_count("{points} of {total} point", "{points} of {total} points"),
    "points_to_grade": message_count("{count} to grade", "{count} to grade"),
    "taken": message_count("{count} minute", "{count} minutes"),
    "practise_these": message_count("Practise this one", "Practise these {count}"),
    "print": message("Print"),
    "other_papers": message("Other papers"),
    "to_grade": message_count("Grade your essay", "Grade your essays"),
    "to_look_at": message_count(
        "One question to look at again", "{count} questions to look at again"
    ),
    "right_ones": message_count("One right answer", "{count} right answers"),
    "left_blank": message("left blank"),
    "by_section": message("By section"),
    "by_level": message("By level"),
    "by_objective": message("By objective"),
    "of": message("{part} of {total}"),
    "bloom_remember": message("Remember"),
    "bloom_understand": message("Understand"),
    "bloom_apply": message("Apply"),
    "bloom_analyse": message("Analyse"),
    "bloom_evaluate": message("Evaluate"),
    "bloom_create": message("Create"),
    # Progress
    "section": message("Section"),
    "level_known": message("known"),
    "level_learning": message("learning"),
    "level_new": message("new"),
    "levels_about": message(
        "A question is known once you are likely to remember it three weeks after the last time."
    ),
    "no_answers": message("You have not answered a question yet."),
    "forecast": message("Due in the next seven days"),
    "exam_results": message("Mock exams"),
    "your_file": message("Your progress file"),
    "file_about": message(
        "Save your progress to a file once a week, and when you change to another browser or "
        "device. Adding a file loses nothing: what both know is merged."
    ),
    "save_file": message("Save to a file"),
    "add_file": message("Add from a file"),
    "copy_text": message("Copy as text"),
    "copy_about": message("Copy this text and keep it, or paste it on another device."),
    "paste": message("Add from copied text"),
    "add_text": message("Add this text"),
    "progress_text": message("Progress as text"),
    "file_added": message_count(
        "Added. {count} question is new to this browser.",
        "Added. {count} questions are new to this browser.",
    ),
    "file_unreadable": message(
        "This is not a progress file, or it is damaged. Nothing was changed."
    ),
    "file_other-course": message("This file belongs to another course. Nothing was changed."),
    "file_newer": message(
        "This file was written by a newer edition. Get that edition, and add it there."
    ),
    "file_too-large": message("This file is larger than 20 MB. Nothing was changed."),
    "start_over": message("Start over"),
    "start_over_about": message("Forget all answers in this browser. Save a file first."),
    "start_over_sure": message("Forget all answers in this browser?"),
    "storage_unavailable": message(
        "This browser stores nothing here (a private window, or its settings). You can study, but "
        "your progress is lost when you close the page. Save it to a file before."
    ),
    "storage_full": message(
        "The browser’s storage is full: your last answers are only in memory. Save your progress "
        "to a file before you close the page."
    ),
    "storage_damaged": message(
        "Your stored progress could not be read and was put aside. If you have a progress file, "
        "add it under Progress."
    ),
    "storage_newer": message(
        "Your progress was stored by a newer edition of this page, and is left alone. Open the "
        "newer file; what you answer here is not kept."
    ),
}
"""Messages of the scripts, by the names that they use; of two forms, `{count}` chooses one."""
