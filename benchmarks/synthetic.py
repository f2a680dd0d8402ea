"""Synthetic courses: questions of all ten types that cite real passages of a made-up transcript.

    python benchmarks/synthetic.py FOLDER QUESTIONS [PASSAGES]

The same numbers always give the same files.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

WORDS = [
    "mission",
    "mandate",
    "council",
    "secretariat",
    "force",
    "consent",
    "parties",
    "civilian",
    "police",
    "budget",
    "report",
    "planning",
    "analysis",
    "field",
    "office",
    "headquarters",
    "region",
    "border",
    "village",
    "market",
    "road",
    "bridge",
    "convoy",
    "escort",
    "patrol",
    "doctor",
    "school",
    "water",
    "food",
    "shelter",
    "camp",
    "radio",
    "network",
    "election",
    "law",
    "court",
    "judge",
    "prison",
    "reform",
    "army",
    "soldier",
    "officer",
    "training",
    "language",
    "culture",
    "history",
    "memory",
    "treaty",
    "ceasefire",
    "monitor",
    "observer",
    "neutral",
    "impartial",
    "robust",
    "careful",
    "early",
    "late",
    "strong",
    "weak",
]

TYPES = (
    "choice",
    "multiple",
    "truefalse",
    "matching",
    "ordering",
    "shortanswer",
    "numerical",
    "cloze",
    "essay",
    "flashcard",
)
BLOOM = ("remember", "understand", "apply", "analyse", "evaluate", "create")
DIFFICULTY = ("easy", "medium", "hard")
PER_FILE = 200


def number(*parts: object) -> int:
    """A number that depends on the parts alone."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, parts)).encode()).digest()[:6])


def words(count: int, *seed: object) -> list[str]:
    """`count` words that depend on the seed alone."""
    return [WORDS[number(*seed, index) % len(WORDS)] for index in range(count)]


def paragraph(index: int) -> str:
    """A passage of 55 words with a mark of its own."""
    told = words(52, "passage", index)
    return " ".join(["Point", f"n{index}", "says", *told]).capitalize() + "."


def question(index: int, passages: int) -> str:
    """One question as YAML, of the type whose turn it is."""
    # No two questions share a quote: a clean bank is what a course has, and what is measured.
    home = index % passages
    spoken = paragraph(home).split()
    start = index // passages % 38
    quote = " ".join(spoken[start : start + 14])
    kind = TYPES[index % len(TYPES)]
    ask = " ".join(words(12, "stem", index))
    told = " ".join(words(18, "explain", index))

    def phrase(*seed: object) -> str:
        # No word of the stem, or the wording checks would have much to say.
        return (
            " ".join(f"un{word}" for word in words(5, *seed, index))
            + f" {number(*seed, index) % 97}x"
        )

    lines = [f"- id: q{index:06}", f"  type: {kind}"]
    stem = f"In point n{home}, what is said of *{ask}*?"
    if kind == "cloze":
        stem = f"In point n{home} it is the {{{{1}}}} that {ask}."
    lines.append(f"  stem: {stem!r}" if "'" not in stem else f'  stem: "{stem}"')
    if kind in ("choice", "multiple"):
        lines.append("  options:")
        for at in range(4):
            lines += [
                f"  - text: {phrase('option', at)}",
                f"    feedback: This is **said** of {phrase('why', at)}.",
            ]
            if at == 0 or (kind == "multiple" and at == 2):
                lines.append("    correct: true")
    elif kind == "truefalse":
        lines += ["  answer: true", f"  feedback: {{true: Right, false: 'No, {phrase('no')}.'}}"]
    elif kind == "matching":
        lines.append("  pairs:")
        lines += [
            f"  - {{premise: {phrase('premise', at)}, response: {phrase('response', at)}}}"
            for at in range(4)
        ]
    elif kind == "ordering":
        lines.append("  sequence:")
        lines += [f"  - {phrase('step', at)}" for at in range(4)]
    elif kind == "shortanswer":
        lines += [
            f"  answers: [{phrase('answer', 0)}, {phrase('answer', 1)}]",
            "  otherwise: Look again.",
        ]
    elif kind == "numerical":
        lines += [f"  answer: {number('value', index) % 1000}.5", "  tolerance: 0.1", "  unit: km"]
    elif kind == "cloze":
        lines += ["  gaps:", f"  - answers: [{words(1, 'gap', index)[0]}gap, something]"]
    elif kind == "essay":
        lines += [
            "  points: 5",
            "  rubric: [{points: 2, text: Names it}, {points: 3, text: Argues it}]",
            f"  model_answer: {told}.",
        ]
    else:
        lines.append(f"  answer: {phrase('answer')}")
    lines += [
        f"  explain: So it was told of **{told}** and *more*.",
        "  sources:",
        f"  - passage: talk-{home // 500 + 1}.p{home % 500 + 1:03}",
        f"    quote: {quote}",
        f"  bloom: {BLOOM[number('bloom', index) % 6]}",
        f"  difficulty: {DIFFICULTY[number('difficulty', index) % 3]}",
        f"  tags: [{words(1, 'tag', index)[0]}]",
        "",
    ]
    return "\n".join(lines)


def course(folder: Path, questions: int, passages: int = 2000) -> None:
    """Writes a course of that size into `folder`."""
    (folder / "seeds").mkdir(parents=True, exist_ok=True)
    (folder / "questions").mkdir(exist_ok=True)
    (folder / "course.yaml").write_text(
        "title: A synthetic course\nshort: synthetic\nrelease: 2026-01-01\ntranscripts:\n- file: seeds/talks.md\n"
    )
    parts = []
    for index in range(passages):
        if index % 500 == 0:
            parts.append(f"# Talk {index // 500 + 1}")
        parts.append(paragraph(index))
    (folder / "seeds" / "talks.md").write_text("\n\n".join(parts) + "\n")
    for first in range(0, questions, PER_FILE):
        body = "\n".join(
            question(index, passages) for index in range(first, min(first + PER_FILE, questions))
        )
        path = folder / "questions" / f"part-{first // PER_FILE:04}.yaml"
        path.write_text(f"section: talk-1\n\nquestions:\n{body}")


if __name__ == "__main__":
    course(Path(sys.argv[1]), int(sys.argv[2]), *(int(each) for each in sys.argv[3:4]))
