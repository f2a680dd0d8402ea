"""A bank as large as the shipped curriculum, and a blueprint for it."""

from __future__ import annotations

import hashlib
from typing import Any

from pkoquiz.model.question import Question

from ..making import make_question

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
                make_question(
                    kind, identity, section,
                    bloom=minds[order[at]], difficulty=hard[other[at]],
                    objective=f"{section[:2]}{section[-2:]}-{number}",
                    sources=[{"passage": f"{section}.p{at // 2:03}", "quote": quote}],
                    **fields,
                )
            )  # fmt: skip
    return made
