"""Synthetic courses: questions of all ten types that cite passages of a synthetic transcript.

    python benchmarks/synthetic.py FOLDER QUESTIONS [PASSAGES]

The same numbers always give the same files.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

WORDS = [
    "mission", "mandate", "council", "secretariat", "force", "consent", "parties", "civilian",
    "police", "budget", "report", "planning", "analysis", "field", "office", "headquarters",
    "region", "border", "village", "market", "road", "bridge", "convoy", "escort", "patrol",
    "doctor", "school", "water", "food", "shelter", "camp", "radio", "network", "election", "law",
    "court", "judge", "prison", "reform", "army", "soldier", "officer", "training", "language",
    "culture", "history", "memory", "treaty", "ceasefire", "monitor", "observer", "neutral",
    "impartial", "robust", "careful", "early", "late", "strong", "weak",
]  # fmt: skip

TYPES = (
    "choice", "multiple", "truefalse", "matching", "ordering", "shortanswer", "numerical", "cloze",
    "essay", "flashcard",
)  # fmt: skip
BLOOM = ("remember", "understand", "apply", "analyse", "evaluate", "create")
DIFFICULTY = ("easy", "medium", "hard")
PER_FILE = 200
"""Questions in one bank file."""

COURSE = """\
title: A synthetic course
short: synthetic
transcripts:
- file: seeds/talks.md
"""


def number(*parts: object) -> int:
    """Return a number that depends only on the parts."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, parts)).encode()).digest()[:6])


def words(count: int, *parts: object) -> str:
    """Return `count` words that depend only on the parts."""
    return " ".join(WORDS[number(*parts, index) % len(WORDS)] for index in range(count))


def paragraph(index: int) -> str:
    """Return a passage of 55 words, different from all others."""
    return f"Point n{index} says {words(52, 'passage', index)}.".capitalize()


def question(index: int, passages: int) -> str:
    """Return a question as YAML, of a type that depends on the index."""
    passage = index % passages
    # No two questions share a quote: that would be a finding, and courses have few of those.
    start = index // passages % 38
    quote = " ".join(paragraph(passage).split()[start : start + 14])
    type = TYPES[index % len(TYPES)]
    asked = words(12, "stem", index)
    explanation = words(18, "explain", index)
    stem = f"In point n{passage}, what is said of *{asked}*?"
    if type == "cloze":
        stem = f"In point n{passage} it is the {{{{1}}}} that {asked}."
    talk, position = divmod(passage, 500)
    lines = [
        f"- id: q{index:06}",
        f"  type: {type}",
        f"  stem: {stem!r}",
        *answers(type, index, explanation),
        f"  explain: The speaker spoke of **{explanation}** and *more*.",
        "  sources:",
        f"  - passage: talk-{talk + 1}.p{position + 1:03}",
        f"    quote: {quote}",
        f"  bloom: {BLOOM[number('bloom', index) % 6]}",
        f"  difficulty: {DIFFICULTY[number('difficulty', index) % 3]}",
        f"  tags: [{words(1, 'tag', index)}]",
    ]
    return "\n".join(lines) + "\n"


def answers(type: str, index: int, explanation: str) -> list[str]:
    """Return the lines of YAML that only questions of this type have."""

    def phrase(*parts: object) -> str:
        """Return words that are not in the stem, so that checks of the wording find little."""
        text = " ".join(f"un{word}" for word in words(5, *parts, index).split())
        return f"{text} {number(*parts, index) % 97}x"

    match type:
        case "choice" | "multiple":
            lines = ["  options:"]
            for option in range(4):
                lines += [
                    f"  - text: {phrase('option', option)}",
                    f"    feedback: This is **said** of {phrase('why', option)}.",
                ]
                if option == 0 or (type == "multiple" and option == 2):
                    lines.append("    correct: true")
            return lines
        case "truefalse":
            return ["  answer: true", f"  feedback: {{true: Right, false: 'No, {phrase('no')}.'}}"]
        case "matching":
            pairs = [
                f"  - {{premise: {phrase('premise', pair)}, response: {phrase('response', pair)}}}"
                for pair in range(4)
            ]
            return ["  pairs:", *pairs]
        case "ordering":
            return ["  sequence:", *(f"  - {phrase('step', step)}" for step in range(4))]
        case "shortanswer":
            accepted = f"  answers: [{phrase('answer', 0)}, {phrase('answer', 1)}]"
            return [accepted, "  otherwise: Look again."]
        case "numerical":
            value = number("value", index) % 1000
            return [f"  answer: {value}.5", "  tolerance: 0.1", "  unit: km"]
        case "cloze":
            return ["  gaps:", f"  - answers: [{words(1, 'gap', index)}gap, something]"]
        case "essay":
            return [
                "  points: 5",
                "  rubric: [{points: 2, text: Names it}, {points: 3, text: Argues it}]",
                f"  model_answer: {explanation}.",
            ]
        case _:
            return [f"  answer: {phrase('answer')}"]


def course(folder: Path, questions: int, passages: int = 2000) -> None:
    """Write a course with this number of questions and passages into `folder`."""
    (folder / "seeds").mkdir(parents=True, exist_ok=True)
    (folder / "questions").mkdir(exist_ok=True)
    (folder / "course.yaml").write_text(COURSE)
    parts = []
    for index in range(passages):
        if index % 500 == 0:
            parts.append(f"# Talk {index // 500 + 1}")
        parts.append(paragraph(index))
    (folder / "seeds" / "talks.md").write_text("\n\n".join(parts) + "\n")
    for first in range(0, questions, PER_FILE):
        last = min(first + PER_FILE, questions)
        body = "\n".join(question(index, passages) for index in range(first, last))
        path = folder / "questions" / f"part-{first // PER_FILE:04}.yaml"
        path.write_text(f"section: talk-1\n\nquestions:\n{body}")


if __name__ == "__main__":
    course(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
