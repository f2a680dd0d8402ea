"""Papers meet every number of their blueprint, or a diagnostic says which one cannot be met."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pkoquiz.exam.draw.assemble import draw
from pkoquiz.exam.draw.quotas import Quota, pool, quotas
from pkoquiz.exam.draw.report import composition, mean_difficulty, overlaps
from pkoquiz.exam.draw.search import solve
from pkoquiz.exam.draw.state import Problem, Violation
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question

from ..making import make_bank, make_question
from .curriculum import BLUEPRINT_40, curriculum_questions

Make = Callable[..., Question]


def drawn(bank: Bank, name: str = "final") -> list[list[Question]]:
    result = draw(bank, name)
    assert not result.diagnostics, [diagnostic.message for diagnostic in result.diagnostics]
    known = {question.id: question for question in bank.questions}
    return [[known[identity] for identity in paper] for paper in result.papers]


def message(bank: Bank, name: str = "final") -> str:
    result = draw(bank, name)
    assert not result.papers
    return "\n".join(
        f"{each.code} {each.message} @{'.'.join(map(str, each.place.path))}"
        for each in result.diagnostics
    )


# --- the shipped curriculum -----------------------------------------------------------------------


def test_four_disjoint_papers_meet_every_margin(curriculum: Bank) -> None:
    papers = drawn(curriculum)
    wanted = BLUEPRINT_40
    assert len(papers) == 4
    assert len({question.id for paper in papers for question in paper}) == 160
    for paper in papers:
        assert len(paper) == 40
        for field, table in (
            ("section", "sections"),
            ("type", "types"),
            ("bloom", "bloom"),
            ("difficulty", "difficulty"),
        ):
            for names, count in wanted[table].items():
                members = set(names.split("/"))
                assert sum(getattr(question, field) in members for question in paper) == count, (
                    names
                )
        tested = Counter(question.objective for question in paper)
        assert len(tested) >= 25
        assert max(tested.values()) <= 2
        assert not any(question.type == "flashcard" for question in paper)


def test_enemies_are_never_in_the_same_paper(curriculum: Bank) -> None:
    for paper in drawn(curriculum):
        ids = {question.id for question in paper}
        assert not any(ids.intersection(question.enemies) for question in paper)


def test_the_papers_are_equally_hard(curriculum: Bank) -> None:
    assert len({mean_difficulty(paper) for paper in drawn(curriculum)}) == 1


def test_six_papers_use_almost_the_whole_bank() -> None:
    """If the smallest sections share a number, the bank is just large enough for six papers."""
    blueprint = copy.deepcopy(BLUEPRINT_40) | {"papers": 6}
    for name in ("kikuchi-closing", "ishino-opening", "cross-section"):
        del blueprint["sections"][name]
    blueprint["sections"]["kikuchi-closing/ishino-opening/cross-section"] = 3
    bank = make_bank(curriculum_questions("e"), blueprints={"final": blueprint})
    assert len({question.id for paper in drawn(bank) for question in paper}) == 240


def test_the_seed_decides_which_questions_are_drawn(curriculum: Bank) -> None:
    again = make_bank(curriculum_questions(), blueprints={"final": BLUEPRINT_40})
    other = make_bank(
        curriculum_questions(), blueprints={"final": {**BLUEPRINT_40, "seed": "2027"}}
    )
    assert draw(curriculum, "final") == draw(again, "final")
    assert draw(curriculum, "final") != draw(other, "final")


def test_papers_do_not_depend_on_the_order_of_sets() -> None:
    program = (
        "from pkoquiz.exam.draw.assemble import draw\n"
        "from tests.exam.curriculum import BLUEPRINT_40, curriculum_questions\n"
        "from tests.making import make_bank\n"
        "bank = make_bank(curriculum_questions(), blueprints={'final': BLUEPRINT_40})\n"
        "print(draw(bank, 'final').papers)"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(outputs) == 1


# --- small banks ----------------------------------------------------------------------------------


@pytest.fixture
def small() -> Callable[..., Bank]:
    """Twenty choice questions in two sections; arguments are the blueprint's fields."""

    def make(*more: Question, **fields: Any) -> Bank:
        questions = [
            make_question(
                "choice", f"q-{number:02}", "talk" if number < 10 else "panel",
                difficulty=("easy", "medium", "hard")[number % 3], objective=f"o-{number % 6}",
                sources=[{"passage": f"talk.p{number:03}", "quote": f"proof of number {number}"}],
            )
            for number in range(20)
        ]  # fmt: skip
        blueprint = {"title": "Quiz", "items": 6, **fields}
        return make_bank([*questions, *more], blueprints={"final": blueprint})

    return make


def test_a_shortage_says_what_is_needed_available_and_missing(small: Callable[..., Bank]) -> None:
    assert message(small(sections={"talk": 12}, items=14)) == (
        "PQ703 section talk: 12 needed, 10 available, 2 missing @blueprints.final.sections.talk"
    )


def test_several_papers_need_several_times_as_many(small: Callable[..., Bank]) -> None:
    assert "difficulty hard: 3 for each of 3 papers needed, 6 available, 3 missing" in message(
        small(papers=3, difficulty={"hard": 3})
    )


def test_a_shortage_in_a_combination(small: Callable[..., Bank]) -> None:
    text = message(small(cells=[{"section": "talk", "difficulty": "hard", "items": 4}]))
    assert (
        "section talk, difficulty hard: 4 needed, 3 available, 1 missing @blueprints.final.cells.0"
        in text
    )


def test_contradictory_numbers_are_found_before_the_search(small: Callable[..., Bank]) -> None:
    assert "`sections` asks for 8 questions, but the paper has 6" in message(
        small(sections={"talk": 4, "panel": 4})
    )
    assert "`sections` allows 5 questions, but the paper has 6" in message(
        small(sections={"talk": 2, "panel": "1-3"})
    )


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"sections": {"tolk": 1}}, "unknown section `tolk`"),
        ({"objectives": {"include": ["o-9"]}}, "unknown objective `o-9`"),
        ({"tags": {"mandate": 1}}, "unknown tag `mandate`"),
        ({"include": ["q-99"]}, "unknown question `q-99`"),
        ({"exclude": ["q-99"]}, "unknown question `q-99`"),
    ],
)
def test_unknown_names(small: Callable[..., Bank], fields: dict[str, Any], text: str) -> None:
    assert text in message(small(**fields))


def test_conflicting_constraints_are_named(small: Callable[..., Bank]) -> None:
    """There are enough hard questions and enough of the talk, but only three are both."""
    text = message(small(items=6, sections={"talk": 6}, difficulty={"hard": 4, "medium": 2}))
    assert text.startswith("PQ704 no paper meets the whole blueprint; the best attempt misses")
    assert (
        "difficulty hard: 4 needed, 3 reached" in text
        or "section talk: 6 needed, 5 reached" in text
    )


def test_ranges(small: Callable[..., Bank]) -> None:
    (paper,) = drawn(small(difficulty={"hard": "1-2", "easy": "3+"}))
    count = Counter(question.difficulty for question in paper)
    assert 1 <= count["hard"] <= 2
    assert count["easy"] >= 3


def test_included_objectives(small: Callable[..., Bank]) -> None:
    (paper,) = drawn(small(objectives={"include": ["o-3", "o-5"], "each": 1}))
    assert {"o-3", "o-5"} <= {question.objective for question in paper}
    assert len({question.objective for question in paper}) == 6


def test_included_and_excluded_questions(small: Callable[..., Bank]) -> None:
    (paper,) = drawn(small(include=["q-07", "q-13"], exclude=["q-01", "q-02", "q-03"]))
    ids = {question.id for question in paper}
    assert {"q-07", "q-13"} <= ids
    assert not ids & {"q-01", "q-02", "q-03"}


def test_points_of_the_whole_paper(small: Callable[..., Bank]) -> None:
    heavy = [make_question("essay", f"essay-{number}", "panel", points=10) for number in range(3)]
    (paper,) = drawn(small(*heavy, points="14-16"))
    assert 14 <= sum(question.points for question in paper) <= 16


@pytest.mark.parametrize(("overlap", "low", "high"), [("0", 0, 0), ("2", 2, 2), ("1-3", 1, 3)])
def test_papers_share_as_many_questions_as_requested(
    small: Callable[..., Bank], overlap: str, low: int, high: int
) -> None:
    papers = drawn(small(papers=3, overlap=overlap))
    assert [len(paper) for paper in papers] == [6] * 3
    shared = overlaps([[question.id for question in paper] for paper in papers])
    assert len(shared) == 3
    assert all(low <= count <= high for _, _, count in shared)


@pytest.mark.parametrize(
    ("pool", "items", "papers", "overlap"),
    [
        (15, 10, 3, "0-5"),
        (16, 10, 3, "0-5"),
        (12, 8, 3, "5"),
        (19, 10, 4, "0-4"),
        (24, 10, 4, "2-3"),
    ],
)
def test_papers_are_complete_even_if_they_must_share_many_questions(
    pool: int, items: int, papers: int, overlap: str
) -> None:
    """A greedy search alone ends with questions that would be shared too often."""
    questions = [make_question("truefalse", f"q-{number:02}") for number in range(pool)]
    for seed in ("1", "2"):
        blueprint = {
            "title": "Quiz",
            "items": items,
            "papers": papers,
            "overlap": overlap,
            "seed": seed,
        }
        bank = make_bank(questions, blueprints={"final": blueprint})
        ids = [[question.id for question in paper] for paper in drawn(bank)]
        assert [len(set(paper)) for paper in ids] == [items] * papers
        limits = bank.course.blueprints["final"].overlap
        assert all(limits.least <= count <= limits.most for _, _, count in overlaps(ids))


def test_papers_that_would_have_to_share_more_are_impossible() -> None:
    """Forty places for 18 questions: four are in three papers, 14 in two. 26 > 24 shared pairs."""
    questions = [make_question("truefalse", f"q-{number:02}") for number in range(18)]
    blueprint = {"title": "Quiz", "items": 10, "papers": 4, "overlap": "0-4"}
    assert message(make_bank(questions, blueprints={"final": blueprint})) == (
        "PQ703 questions: 10 for each of 4 papers needed, 18 available, 1 missing "
        "@blueprints.final.items"
    )


def test_the_search_reports_a_pool_that_is_too_small() -> None:
    whole = Quota("questions", ("items",), frozenset({0, 1}), 3, 3)
    problem = Problem(
        seed="1", ids=("a", "b"), items=3, papers=1, overlap=(0, 0), quotas=(whole,),
        enemies=(frozenset(), frozenset()), objectives=("", ""), different=0, points=(100, 100),
        total=None, difficulty=("easy", "easy"),
    )  # fmt: skip
    solution = solve(problem)
    assert solution.papers == (frozenset({0, 1}),)
    assert solution.violations == (Violation(paper=0, kind="quota", which=0, amount=1),)


def test_papers_are_equally_hard_without_a_request(small: Callable[..., Bank]) -> None:
    papers = drawn(small(papers=3))
    means = [mean_difficulty(paper) for paper in papers]
    assert max(means) - min(means) <= 0.05


def test_a_limit_on_keys_that_are_the_longest_option(small: Callable[..., Bank]) -> None:
    long = [
        make_question(
            "choice",
            f"long-{number}",
            "talk",
            options=[{"text": "x" * 60, "correct": True}, "a", "b"],
        )
        for number in range(20)
    ]
    (paper,) = drawn(small(*long, items=10, types={"choice": 10}, longest_key=30))
    assert sum(question.id.startswith("long") for question in paper) <= 3


@pytest.mark.parametrize(
    ("types", "share", "most"),
    [({"choice": 10}, 30, 3), ({"choice": 5, "multiple": 5}, 30, 1), ({}, 30, 2)],
)
def test_the_limit_is_a_share_of_single_choice_questions(
    small: Callable[..., Bank], types: dict[str, int], share: int, most: int
) -> None:
    """Without a number for `choice`, a paper has the same share of single choice as the bank."""
    bank = small(
        *(make_question("multiple", f"m-{number}") for number in range(5)),
        items=10, types=types, longest_key=share,
    )  # fmt: skip
    blueprint = bank.course.blueprints["final"]
    (limit,) = [
        quota
        for quota in quotas(blueprint, pool(bank, blueprint))
        if quota.path == ("longest_key",)
    ]
    assert limit.most == most


@pytest.mark.parametrize(("share", "most"), [(25, 0), (50, 1)])
def test_longest_keys_are_counted_again_in_the_drawn_paper(share: int, most: int) -> None:
    """The bank is mostly single choice, the paper is not: both its keys could be the longest."""
    options = [{"text": "x" * 60, "correct": True}, "a", "b"]
    questions = [make_question("choice", f"long-{at}", options=options) for at in range(38)]
    questions += [make_question("choice", f"short-{at}") for at in range(2)]
    questions += [make_question("truefalse", f"verdict-{at}") for at in range(10)]
    for seed in ("1", "2", "3"):
        blueprint = {
            "title": "Quiz",
            "items": 10,
            "types": {"truefalse": 8},
            "longest_key": share,
            "seed": seed,
        }
        (paper,) = drawn(make_bank(questions, blueprints={"final": blueprint}))
        assert sum(question.id.startswith("long") for question in paper) <= most


def test_too_many_longest_keys_are_reported() -> None:
    options = [{"text": "x" * 60, "correct": True}, "a", "b"]
    questions = [make_question("choice", f"long-{at}", options=options) for at in range(5)]
    blueprint = {"title": "Quiz", "items": 3, "longest_key": 60}
    assert "longest option as key: at most 1 needed, 3 reached" in message(
        make_bank(questions, blueprints={"final": blueprint})
    )


def test_half_points_count(small: Callable[..., Bank]) -> None:
    """Four questions of one and a half points are six points; rounded down they would be four."""
    questions = [make_question("truefalse", f"half-{number}", points="1.5") for number in range(8)]
    bank = make_bank(questions, blueprints={"final": {"title": "Quiz", "items": 4, "points": 6}})
    assert sum(question.points for question in drawn(bank)[0]) == 6


def test_drafts_retired_questions_and_flashcards_are_never_drawn(
    small: Callable[..., Bank],
) -> None:
    unfit = [
        make_question("choice", "draft-one", status="draft"),
        make_question("choice", "old-one", status="retired", reason="superseded"),
        make_question("flashcard", "card-one"),
    ]
    (paper,) = drawn(small(*unfit, items=20))
    assert len(paper) == 20
    assert "asks for" not in message(small(*unfit, items=21))
    assert "questions: 21 needed, 20 available, 1 missing" in message(small(*unfit, items=21))


def test_the_report(curriculum: Bank) -> None:
    papers = draw(curriculum, "final").papers
    rows = {
        (row.dimension, row.name): row
        for row in composition(curriculum, curriculum.course.blueprints["final"], papers)
    }
    assert rows["section", "gordon-keynote"].counts == ("8", "8", "8", "8")
    assert rows["section", "gordon-qa/kawabata-qa/panel-qa"].requested == "7"
    assert rows["bloom", "evaluate/create"].counts == ("3",) * 4
    assert len(set(rows["difficulty", "mean (0 easy, 1 hard)"].counts)) == 1
    assert {count for _, _, count in overlaps(papers)} == {0}
    assert all(Decimal(total) > 0 for total in rows["points", "total"].counts)
