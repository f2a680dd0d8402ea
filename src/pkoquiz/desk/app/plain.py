"""Translate messages of checks and descriptions of fields into the words of a form.

Messages and hints are written for people who edit files: "mark the right option with
`correct: true`". On the desk the same field is a control with a label.
"""

from __future__ import annotations

import re

_LABELS = {
    "id": "Name",
    "stem": "Question",
    "explain": "Explanation",
    "sources": "Proof",
    "objective": "Objective",
    "bloom": "Level",
    "difficulty": "Difficulty",
    "note": "Editor’s note",
    "attribution": "Attribution",
    "card": "Card of its own",
    "waive": "Accepted findings",
    "deck": "Makes cards",
    "reason": "Reason for retiring it",
    "correct": "Right",
    "pin": "Keeps its place",
    "shuffle": "Options may be shuffled",
    "scoring": "Scoring",
    "case_sensitive": "Upper and lower case count",
    "min_words": "Fewest words",
    "max_words": "Most words",
    "model_answer": "Model answer",
    "sequence": "Steps, in the right order",
    "wrong": "Typical wrong answers",
    "otherwise": "Feedback on any other answer",
    "gaps": "Gaps",
    "extras": "Responses that belong to none",
    "enemies": "Never together with",
    "passage": "Passage",
    "quote": "Quote",
    "true": "Feedback on “true”",
    "false": "Feedback on “false”",
    "credit": "Percent of the points",
    "one of options": "option",
    "one of answers": "answer",
    "one of pairs": "pair",
    "one of sequence": "step",
    "one of gaps": "gap",
    "one of rubric": "criterion",
    "one of wrong": "wrong answer",
    "one of extras": "response",
    "one of hints": "hint",
}
_LABELS_OF = {
    ("TrueFalse", "stem"): "Statement",
    ("Cloze", "stem"): "Text with gaps",
    ("Flashcard", "stem"): "Front",
    ("Flashcard", "answer"): "Back",
    ("TrueFalse", "answer"): "The statement is",
    ("Numerical", "answer"): "Right number",
    ("ShortAnswer", "answers"): "Accepted answers, the best one first",
    ("Gap", "answers"): "Accepted answers, the best one first",
    ("Criterion", "text"): "Criterion",
    ("Option", "text"): "Option",
    ("Accepted", "text"): "Answer",
    ("Mistake", "text"): "Wrong answer",
    ("WrongValue", "value"): "Wrong number",
    ("WrongValue", "tolerance"): "Give or take",
    ("Numerical", "tolerance"): "Give or take",
}


def label_of(name: str, owner: str = "") -> str:
    """Return the label of a field; `owner` is the record that it belongs to."""
    label = _LABELS_OF.get((owner, name)) or _LABELS.get(name)
    return label or name.replace("_", " ").capitalize()


_PHRASES = (
    (r"; `pkoquiz [^`]*` (?:corrects the id|prints the passage|lists all ids)", ""),
    (r"`pkoquiz questions` lists all ids", "search for the question and copy its name"),
    (r"`pkoquiz passages` lists all ids", "select the words in the transcript"),
    (r"copy the id from `pkoquiz passages`.*", "select the words in the transcript"),
    (r"exactly one is `correct: true`", "exactly one is right"),
    (r"at least one is `correct: true`", "at least one is right"),
    (r"mark the right options? with `correct: true`", "tick “Right” beside the right option"),
    (
        r"use `type: multiple`(?:, and mark every right option)?",
        "choose the type “multiple response”",
    ),
    (r"(?:or )?use `type: cloze`", "choose the type “cloze”"),
    (r"set `status: retired`, or delete it", "choose the status “retired”, or delete the reason"),
    (r"write `enemies: \[([^\]`]*)\]`", r"add `\1` to “Never together with”"),
    (r"write `passage: [^`]*`", "keep the quote if it still proves the answer"),
    (r"set `points: ([^`]*)`", r"set the points to \1"),
    (r"`shuffle: false`", "a fixed order"),
    (r"`false` keeps all as written", "otherwise they stay as written"),
    (r"delete them: `quote:` needs none", "leave them out"),
    (r"write `type:` and one of .*", "choose a type"),
    (r",? (?:or list it under `sections` in |from |in )`?course\.yaml`?", ""),
    (r" Given once per file\.", ""),
    (r"(?:The passage's id|; `~ea2d`)[^.]*\.?", "The passage."),
    (r"expected a question \(.*\)", "this is not a question"),
    (r"expected fields \(`name: value`\)", "expected fields"),
    (r"YAML takes the rest for a comment", "the rest is taken for a comment"),
    (r"but the stem has", "but the text has"),
    (r"the statement in the stem is", "the statement is"),
)
_FIELD = re.compile(r"(?:\b(?:the|an?|unknown) )?(?:field )?`(?P<field>[a-z_]+)`(?: field)?")
_LEFT = re.compile(r"`[^`\s]*:[^`]*`|\bYAML\b|\.ya?ml\b|\bpkoquiz\b", re.IGNORECASE)
_NAMES = frozenset(_LABELS) | {
    *("answer", "answers", "options", "pairs", "rubric", "points", "tags", "status", "hints"),
    *("feedback", "tolerance", "unit", "working", "type", "text", "value", "front", "back"),
    *("premise", "response", "hint", "section"),
}


def plain(text: str) -> str:
    """Return a message, hint or description in the words of a form; empty if that is impossible."""
    for pattern, said in _PHRASES:
        text = re.sub(pattern, said, text)
    if _LEFT.search(text):
        return ""

    def labelled(match: re.Match[str]) -> str:
        name = match["field"]
        return f"“{label_of(name)}”" if name in _NAMES else match[0]

    text = _FIELD.sub(labelled, text)
    text = re.sub(r"`([^`]*)`", r"“\1”", text)
    return text[:1].upper() + text[1:] if text else ""


_MISSING = re.compile(r"the field `(\w+)` is missing")


def missing_field(message: str) -> str:
    """Return the name of the field that a message reports as missing, or an empty text."""
    match = _MISSING.fullmatch(message)
    return match[1] if match else ""
