"""Answer lists without likely variants, and hints that suggest a refused answer."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pkoquiz.checks.answers import typed_answers
from pkoquiz.model.question import Question

from ..making import make_bank, make_question


def short(*answers: str, wrong: Sequence[str] = (), hint: str = "") -> Question:
    return make_question(
        "shortanswer",
        answers=list(answers),
        wrong=[{"text": text, "feedback": "No."} for text in wrong],
        hints=[hint] if hint else [],
    )


def cloze(stem: str, *answers: str, wrong: Sequence[str] = (), hint: str = "") -> Question:
    slips = [{"text": text, "feedback": "No."} for text in wrong]
    gap = {"answers": list(answers), "wrong": slips, "hint": hint}
    return make_question("cloze", stem=stem, gaps=[{k: v for k, v in gap.items() if v}])


def codes(question: Question, language: str = "en") -> list[str]:
    bank = make_bank([question], language=language)
    return [finding.code for finding in typed_answers(bank)]


def missing(question: Question, language: str = "en") -> str:
    bank = make_bank([question], language=language)
    return " ".join(finding.message for finding in typed_answers(bank))


@pytest.mark.parametrize(
    ("answers", "variant"),
    [
        (["the speed of light"], "`speed of light`"),
        (["an enzyme"], "`enzyme`"),
        (["Fifth Committee"], "`the Fifth Committee`"),
        (["self-interest"], "`self interest`"),
        (["peace-keeping", "peace"], "`peace keeping`"),
        (["organisation"], "`organization`"),
        (["color"], "`colour`"),
        (["centre of mass"], "`center of mass`"),
        (["programme"], "`program`"),
        (["anaemia"], "`anemia`"),
        (["haemoglobin"], "`hemoglobin`"),
        (["pediatrics"], "`paediatrics`"),
        (["labelled"], "`labeled`"),
        (["defence"], "`defense`"),
        (["judgment"], "`judgement`"),
        (["fulfilment"], "`fulfillment`"),
        (["networks"], "`network`"),
        (["agency"], "`agencies`"),
        (["private companies"], "`private company`"),
    ],
)
def test_a_missing_variant_is_named(answers: list[str], variant: str) -> None:
    assert variant in missing(short(*answers))


@pytest.mark.parametrize(
    "answers",
    [
        ["the speed of light", "speed of light"],
        ["Fifth Committee", "the Fifth Committee"],
        ["self-interest", "Self interest"],
        ["self-interest", "selfinterest"],
        ["organisation", "Organization"],
        ["networks", "network"],
        ["an operational-level staff", "operational-level staff", "operational level staff"],
        ["Security"],
        ["vagueness"],
        ["required"],
        ["Paris"],
        ["compromise"],
        ["exercise"],
        ["doctor's advice"],
        ["motor"],
        ["honorary"],
        ["meter"],
        ["laboratory"],
        ["headquarters"],
        ["mathematics"],
        ["United Kingdom"],
        ["Marie Curie"],
        ["size"],
        ["prize"],
        ["17-18"],
    ],
)
def test_lists_without_a_gap_are_silent(answers: list[str]) -> None:
    assert missing(short(*answers)) == ""


def test_a_variant_that_the_author_calls_wrong_is_known() -> None:
    assert missing(short("networks", wrong=["network"])) == ""


def test_grammar_fixes_article_and_number_of_a_gap() -> None:
    assert "`the Fifth Committee`" in missing(cloze("{{1}} decided.", "Fifth Committee"))
    assert missing(cloze("The {{1}} decided.", "Fifth Committee")) == ""
    assert missing(cloze("There are three {{1}}.", "networks")) == ""
    assert missing(cloze("Its {{1}} are slow.", "networks")) == ""


def test_a_rubric_needs_no_variants() -> None:
    question = make_question(
        "shortanswer", answers=["the tide"], rubric=[{"points": 1, "text": "Names the tide"}]
    )
    assert codes(question) == []


def test_other_languages_have_hyphens_only() -> None:
    assert "`E Mail`" in missing(short("E-Mail"), "de")
    assert missing(short("a color", "networks"), "de") == ""


@pytest.mark.parametrize(
    ("hint", "refused"), [("what remains vague", "vague"), ("the clarity it lacks", "clarity")]
)
def test_a_hint_with_a_refused_word(hint: str, refused: str) -> None:
    question = cloze("The {{1}} is meant.", "vagueness", wrong=["clarity"], hint=hint)
    assert codes(question) == ["S07"]
    assert f"“{refused}”" in missing(question)
    assert codes(short("vagueness", wrong=["clarity"], hint=hint)) == ["S07"]


@pytest.mark.parametrize("hint", ["a noun", "neither clarity nor brevity", "a long vagueness"])
def test_hints_that_suggest_nothing_wrong(hint: str) -> None:
    question = cloze("The {{1}} is meant.", "vagueness", wrong=["clarity", "brevity"], hint=hint)
    assert codes(question) == []
