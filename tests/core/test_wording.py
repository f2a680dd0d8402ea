"""The wording rules find the flaws in items labelled by hand, with few false alarms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pkoquiz.checks.wording import flawed_items
from pkoquiz.model.question import Question

from ..making import make_bank, make_question

LABELLED = Path(__file__).parent / "wording"
"""A file for each rule. `+` marks a line with the flaw and `-` one without it."""

OF_OPTIONS = {
    "none_of_the_above": "L02",
    "all_of_the_above": "L03",
    "combinations": "L05",
    "clang": "L08",
    "lengths": "L01",
}
OF_STEMS = {"blanks": "L06", "negatives": "L07", "unfocused": "L09"}
RULES = {**OF_OPTIONS, **OF_STEMS}


def labelled(name: str) -> list[tuple[bool, str]]:
    """Return whether each line has the flaw, and its text."""
    lines = (LABELLED / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [(line[0] == "+", line[2:]) for line in lines if line[0] in "+-"]


def item(name: str, number: int, text: str) -> Question:
    """Return a question with the stem or the options of the line; the rest is plain."""
    parts = text.split(" | ")
    if name in OF_STEMS:
        parts = [text, "Copper wire", "Iron ore", "Zinc oxide"]
    elif name == "lengths":
        parts = ["Which of these is meant?", *parts]
    elif len(parts) == 1:
        parts = ["Which of these is meant?", "Copper wire", "Iron ore", text]
    options = [
        {"text": option, "correct": index == 0, "feedback": "So it is."}
        for index, option in enumerate(parts[1:])
    ]
    return make_question("choice", f"item-{number}", stem=parts[0], options=options)


def found(name: str, language: str = "en") -> tuple[list[str], list[str], list[str]]:
    """Return the lines with the flaw that the rule finds and misses, and those it wrongly finds."""
    lines = labelled(name)
    questions = [item(name, number, text) for number, (_, text) in enumerate(lines)]
    findings = flawed_items(make_bank(questions, language=language))
    numbers = {finding.question for finding in findings if finding.code == RULES[name]}
    hits = [f"item-{number}" in numbers for number in range(len(lines))]
    results = [(text, flaw, hit) for (flaw, text), hit in zip(lines, hits, strict=True)]
    return (
        [text for text, flaw, hit in results if flaw and hit],
        [text for text, flaw, hit in results if flaw and not hit],
        [text for text, flaw, hit in results if hit and not flaw],
    )


def shares(
    right: Sequence[str], missed: Sequence[str], wrong: Sequence[str]
) -> tuple[float, float]:
    """Return precision and recall."""
    return len(right) / max(1, len(right) + len(wrong)), len(right) / (len(right) + len(missed))


AT_LEAST = {
    "none_of_the_above": (0.99, 0.99),
    "all_of_the_above": (0.99, 0.99),
    "combinations": (0.99, 0.95),
    "clang": (0.95, 0.9),
    "lengths": (0.95, 0.95),
    "blanks": (0.99, 0.99),
    "negatives": (0.95, 0.9),
    "unfocused": (0.95, 0.95),
}
"""The precision and recall of each rule. Some lines are known to be beyond it."""


@pytest.mark.parametrize("name", RULES)
def test_rule_agrees_with_the_labels(name: str) -> None:
    right, missed, wrong = found(name)
    precision, recall = shares(right, missed, wrong)
    wanted_precision, wanted_recall = AT_LEAST[name]
    assert precision >= wanted_precision, wrong
    assert recall >= wanted_recall, missed


@pytest.mark.parametrize("name", RULES)
def test_english_rules_run_in_english_courses_only(name: str) -> None:
    assert found(name, "en-GB") == found(name)
    right, _, wrong = found(name, "de")
    assert name == "lengths" or not right + wrong


@pytest.mark.parametrize(
    ("language", "stem", "options", "codes"),
    [
        ("de", "Welche Aussage trifft nicht zu?", [], {"L07"}),
        ("de", "Was gehört **NICHT** zum Herzen?", [], {"L07"}),
        ("de", "Alle sind Säugetiere außer", [], {"L07"}),
        ("de", "Was gilt, wenn der Käufer nicht zahlt?", [], set()),
        ("de", "Welches Organ bildet Insulin?", ["Keine der genannten Antworten"], {"L02"}),
        ("de", "Welches Organ bildet Insulin?", ["Keines davon"], {"L02"}),
        ("de", "Welches Organ bildet Insulin?", ["Alle Antworten sind richtig"], {"L03"}),
        ("de-CH", "Welches Organ bildet Insulin?", ["Alle genannten"], {"L03"}),
        ("de", "Wer wählt den Vorstand?", ["Alle Mitglieder", "Keine Partei"], set()),
        ("fr", "Lequel de ces mots n'est pas un verbe ?", [], {"L07"}),
        ("fr", "Quelle affirmation est fausse ?", [], {"L07"}),
        ("fr", "Que se passe-t-il, si le débiteur ne paie pas ?", [], set()),
        ("fr", "Qui a écrit ce livre ?", ["Aucune de ces réponses"], {"L02"}),
        ("fr", "Qui a écrit ce livre ?", ["Toutes les réponses ci-dessus"], {"L03"}),
        ("fr", "Qui élit le président ?", ["Tous les citoyens", "Aucun parti"], set()),
        ("ja", "灯台は何を示しますか。", [], set()),
        ("el", "Ποιος είναι ο φάρος;", [], set()),
        ("ar", "ما هو الفنار؟", [], set()),
        ("en", "What is a lighthouse\uff1f", [], set()),
    ],
)
def test_rules_of_other_languages(
    language: str, stem: str, options: list[str], codes: set[str]
) -> None:
    listed = [{"text": text, "feedback": "."} for text in ("aaaa", "bbbb", "cccc", *options)]
    listed[0]["correct"] = True  # type: ignore[assignment]  # a mapping of texts but for this
    question = make_question("choice", stem=stem, options=listed)
    findings = flawed_items(make_bank([question], language=language))
    assert {finding.code for finding in findings if finding.code != "L13"} == codes


@pytest.mark.parametrize("stem", ["_ " * 2_000, "… " * 2_000, "( " * 2_000, "is not " * 500])
def test_hostile_stems_take_no_time(stem: str) -> None:
    question = make_question("choice", stem=f"{stem}end?")
    list(flawed_items(make_bank([question])))
