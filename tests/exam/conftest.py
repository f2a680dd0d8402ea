"""Banks built by hand: a small one with every type, and one as large as the shipped curriculum."""

from __future__ import annotations

import datetime
import hashlib
from decimal import Decimal
from typing import Any

import pytest

from pkoquiz.diagnostics import Place
from pkoquiz.model.bank import Bank
from pkoquiz.model.course import Course
from pkoquiz.model.passage import Passage, Section, Transcript, fingerprint
from pkoquiz.model.question import TYPES, Question

BASE: dict[str, Any] = {
    "title": "UN Peacekeeping: a symposium",
    "short": "pko",
    "release": datetime.date(2026, 3, 1),
    "transcripts": [{"file": "t.txt"}],
}


def question(kind: str, identity: str, section: str = "talk", **fields: Any) -> Question:
    """A question of any type with plain content; `fields` replace what matters to a test."""
    data: dict[str, Any] = {
        "type": kind,
        "id": identity,
        "section": section,
        "stem": f"Question {identity}?",
        "bloom": "understand",
        "difficulty": "medium",
        "sources": [{"passage": f"{section}.p001", "quote": f"words that prove {identity}"}],
        "place": Place("questions/x.yaml", ("questions", 0)),
        **_body(kind, identity, fields),
        **fields,
    }
    return TYPES[kind].model_validate(data)


def _body(kind: str, identity: str, fields: dict[str, Any]) -> dict[str, Any]:
    match kind:
        case "choice":
            texts = [f"{word} {identity}" for word in ("Keyed", "Second", "Third", "Fourth")]
            return {"options": [{"text": text, "correct": not at} for at, text in enumerate(texts)]}
        case "multiple":
            texts = [
                f"{word} {identity}" for word in ("First", "Second", "Third", "Fourth", "Fifth")
            ]
            return {"options": [{"text": text, "correct": at < 2} for at, text in enumerate(texts)]}
        case "truefalse":
            return {"answer": True}
        case "matching":
            return {
                "pairs": [
                    {"premise": f"Premise {at}", "response": f"Response {at} {identity}"}
                    for at in "123"
                ],
                "extras": ["Left over"],
            }
        case "ordering":
            return {
                "sequence": [
                    f"{word} step of {identity}" for word in ("First", "Second", "Third", "Fourth")
                ]
            }
        case "shortanswer":
            return {"answers": [f"answer {identity}"]}
        case "numerical":
            return {"answer": "8.5", "tolerance": "0.2", "unit": "per cent"}
        case "cloze":
            return {
                "stem": f"In {identity} the {{{{1}}}} decides.",
                "gaps": [{"answers": [f"body {identity}"]}],
            }
        case "essay":
            points = fields.get("points", 10)
            return {
                "points": points,
                "rubric": [{"points": points, "text": "A stated view"}],
                "model_answer": "It depends.",
            }
        case _:
            return {"answer": f"back {identity}"}


def bank_of(
    questions: list[Question], passages: dict[str, str] | None = None, **course: Any
) -> Bank:
    """A bank of these questions; `passages` maps ids to texts, by default the quotes themselves."""
    texts: dict[str, list[str]] = {}
    for each in questions:
        for citation in each.sources:
            texts.setdefault(citation.passage, []).append(citation.quote)
    spoken = {name: ". ".join(quotes) + "." for name, quotes in texts.items()} | (passages or {})
    slugs = list(
        dict.fromkeys(
            [each.section for each in questions] + [name.split(".")[0] for name in spoken]
        )
    )
    errata = tuple(course.pop("errata", ()))
    transcript = Transcript(
        "t.txt",
        tuple(Section(slug, slug.replace("-", " ").title(), "Robert Gordon") for slug in slugs),
        tuple(
            Passage(
                name, name.split(".")[0], "Robert Gordon", "speech", text, (1, 1), fingerprint(text)
            )
            for name, text in spoken.items()
        ),
        errata,
    )
    media = course.pop("media", {})
    return Bank(
        Course.model_validate({**BASE, **course}), (transcript,), tuple(questions), (), media
    )


COLUMNS = (
    "choice", "multiple", "truefalse", "matching", "shortanswer", "numerical", "cloze", "ordering",
    "essay", "flashcard",
)  # fmt: skip
SECTIONS = {
    "ishino-opening": ((3, 0, 1, 0, 1, 1, 1, 0, 0, 1), (4, 3, 0, 1, 0, 0), (5, 3, 0), 1, 2),
    "gordon-keynote": ((25, 6, 7, 3, 4, 3, 7, 2, 1, 8), (19, 23, 10, 10, 3, 1), (23, 30, 13), 8, 8),
    "gordon-qa": ((8, 2, 2, 0, 2, 0, 2, 0, 1, 1), (3, 7, 3, 4, 1, 0), (6, 8, 4), 2, 4),
    "kawabata-lecture": (
        (22, 6, 6, 3, 4, 5, 5, 2, 1, 6),
        (16, 21, 7, 11, 4, 1),
        (20, 28, 12),
        8,
        9,
    ),
    "kawabata-qa": ((6, 1, 2, 1, 2, 0, 1, 0, 0, 1), (2, 5, 2, 4, 1, 0), (4, 6, 4), 2, 4),
    "kamino-panel": ((11, 3, 3, 3, 2, 0, 3, 2, 1, 6), (11, 13, 4, 4, 2, 0), (12, 16, 6), 4, 7),
    "osa-panel": ((10, 3, 3, 1, 2, 3, 1, 0, 0, 3), (6, 8, 6, 4, 2, 0), (10, 12, 4), 3, 6),
    "panel-discussion": ((12, 3, 3, 1, 2, 0, 2, 0, 1, 4), (5, 10, 4, 6, 2, 1), (9, 13, 6), 4, 6),
    "panel-qa": ((10, 2, 2, 1, 2, 1, 2, 0, 1, 3), (4, 8, 4, 5, 2, 1), (8, 11, 5), 3, 5),
    "hoshino-concluding": ((8, 3, 2, 1, 2, 0, 3, 1, 1, 3), (6, 8, 4, 4, 1, 1), (9, 11, 4), 3, 5),
    "kikuchi-closing": ((2, 0, 1, 0, 0, 0, 1, 0, 0, 2), (4, 2, 0, 0, 0, 0), (5, 1, 0), 1, 2),
    "cross-section": ((3, 1, 0, 2, 1, 1, 0, 1, 3, 0), (0, 1, 3, 3, 3, 2), (0, 4, 8), 1, 2),
}
"""Section → questions by type, Bloom level, difficulty, in a 40-item paper; objectives."""

BLUEPRINT_40: dict[str, Any] = {
    "title": "Final examination",
    "items": 40,
    "minutes": 90,
    "seed": "2026",
    "papers": 4,
    "sections": {
        **{name: row[3] for name, row in SECTIONS.items()}, "gordon-qa/kawabata-qa/panel-qa": 7,
    },
    "types": {
        "choice": 20, "multiple": 5, "truefalse": 4, "matching": 2, "shortanswer": 3,
        "numerical": 1, "cloze": 3, "ordering": 1, "essay": 1,
    },
    "bloom": {"remember": 10, "understand": 13, "apply": 7, "analyse": 7, "evaluate/create": 3},
    "difficulty": {"easy": 13, "medium": 19, "hard": 8},
    "objectives": {"different": 25, "each": 2},
}  # fmt: skip


def _order(*parts: object) -> str:
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()


def curriculum_questions(salt: str = "") -> list[Question]:
    """320 questions as in the shipped curriculum; `salt` decides which type has which level."""
    levels = ("remember", "understand", "apply", "analyse", "evaluate", "create")
    made: list[Question] = []
    for section, (types, bloom, difficulty, _, objectives) in SECTIONS.items():
        kinds = [kind for kind, count in zip(COLUMNS, types, strict=True) for _ in range(count)]
        size = len(kinds)
        minds = [level for level, count in zip(levels, bloom, strict=True) for _ in range(count)]
        hard = [
            level
            for level, count in zip(("easy", "medium", "hard"), difficulty, strict=True)
            for _ in range(count)
        ]
        minds.sort(key=lambda level: level)
        order = sorted(range(size), key=lambda at: _order(salt, section, at))
        other = sorted(range(size), key=lambda at: _order(salt, section, "d", at))
        for at, kind in enumerate(kinds):
            identity = f"{section}-{at:02}"
            fields: dict[str, Any] = {}
            if at % 6 == 5:
                fields["enemies"] = [f"{section}-{at - 1:02}"]
            number = int(_order(salt, identity)[:6], 16) % objectives + 1
            quote = f"the words of {identity} as they were spoken"
            made.append(
                question(
                    kind, identity, section,
                    bloom=minds[order[at]], difficulty=hard[other[at]],
                    objective=f"{section[:2]}{section[-2:]}-{number}",
                    sources=[{"passage": f"{section}.p{at // 2:03}", "quote": quote}],
                    **fields,
                )
            )  # fmt: skip
    return made


@pytest.fixture(scope="session")
def curriculum() -> Bank:
    return bank_of(curriculum_questions(), blueprints={"final": BLUEPRINT_40})


RICH = (
    "In Gordon's *fragile triangle*, who **implements** what the `Council` decides? "
    "5. October; 1990. The year -- and ... so on."
)


@pytest.fixture(scope="session")
def every_type() -> Bank:
    """Two questions of every type, with notes, remarks, rubrics and an erratum."""
    questions = []
    for kind in TYPES:
        for number in (1, 2):
            fields: dict[str, Any] = {
                "explain": f"Because {kind} {number} is so.",
                "points": Decimal(number),
            }
            if number == 1 and kind != "cloze":
                fields["stem"] = f"{RICH} ({kind})"
            if number == 2:
                fields["note"] = "the transcript misprints a name here"
                fields["attribution"] = "Gordon, speaking in 2012"
            questions.append(question(kind, f"{kind}-{number}", "gordon-keynote", **fields))
    return bank_of(questions)


@pytest.fixture(scope="session")
def kit() -> Any:
    """This module: how tests make questions and banks."""
    import sys

    return sys.modules[__name__]
