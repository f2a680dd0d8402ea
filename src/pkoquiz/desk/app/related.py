"""Questions related to one that is being written: neighbours, leaks, enemies."""

from __future__ import annotations

from typing import Any

from pkoquiz import markup
from pkoquiz.exam.draw.conflicts import conflicts
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question
from pkoquiz.prose import shortened
from pkoquiz.words import words

_MOST = 8
_ALIKE = 0.3
"""The share of words in common from which another stem is a neighbour."""


def related(bank: Bank, question: Question, instead_of: str = "") -> list[dict[str, Any]]:
    """Return related questions with the reasons, the most serious reasons first.

    A reason is `enemies`, `same quote`, `leak` (one gives away the answer of the other), `same
    passage` or `alike`.
    """
    others = [
        other
        for other in bank.questions
        if other.id not in (question.id, instead_of) and other.status != "retired"
    ]
    known = {other.id: other for other in others}
    reasons: dict[str, tuple[str, str]] = {}
    pool = [*others, question]
    for conflict in conflicts(bank.with_questions(tuple(pool)), pool):
        if question.id in (conflict.first, conflict.second):
            name = conflict.second if conflict.first == question.id else conflict.first
            if conflict.reason == "cueing":
                text = shortened(conflict.text, 60)
                reasons[name] = "leak", f"one gives away “{text}” in the other"
            elif conflict.reason == "enemies":
                reasons[name] = "enemies", "never on the same paper"
            else:
                reasons[name] = "same quote", "cites the same words"
    passages = {citation.passage_id for citation in question.sources}
    own = _words(question)
    for other in others:
        if any(citation.passage_id in passages for citation in other.sources):
            reasons.setdefault(other.id, ("same passage", "asks about the same passage"))
        elif own and _share(own, _words(other)) >= _ALIKE:
            reasons.setdefault(other.id, ("alike", "asks in similar words"))
    order = ("leak", "same quote", "enemies", "same passage", "alike")
    ranked = sorted(reasons.items(), key=lambda entry: order.index(entry[1][0]))
    return [
        {
            "id": name,
            "reason": reason,
            "about": about,
            "stem": shortened(markup.excerpt(known[name].stem), 160),
            "enemy": name in question.enemies or question.id in known[name].enemies,
        }
        for name, (reason, about) in ranked[:_MOST]
        if name in known
    ]


def _words(question: Question) -> frozenset[str]:
    return frozenset(word for word in words(question.stem) if len(word) > 3)


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
