"""Every number of the report, compared with examples calculated by hand."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from lxml import html

from pkoquiz.exam.exam import Exam, Paper
from pkoquiz.exam.keys import ChoiceKey
from pkoquiz.exam.manifest import manifest
from pkoquiz.exam.versions import arrange
from pkoquiz.grading.analysis import Analysis, Flag, analyse
from pkoquiz.grading.printed import Keys, read_keys
from pkoquiz.grading.report import caution, percent, report, signed
from pkoquiz.grading.responses import Blank, Chosen, Given, Judged, Response, Value, Words
from pkoquiz.grading.results import Graded, grade
from pkoquiz.grading.scripts import Script
from pkoquiz.grading.statistics import alpha, chance, correlation, spread

from ..making import make_bank, make_question


def keys_of(questions: Sequence[Any], *letters: str) -> Keys:
    bank = make_bank(list(questions))
    versions = tuple(arrange(questions, "seed", letter) for letter in letters or ("A", "B"))
    keys, faults = read_keys(
        manifest(bank, Exam("quiz", "Quiz", "seed", (Paper(1, versions),))), "m.json"
    )
    assert keys is not None, faults
    return keys


def graded(keys: Keys, *answers: dict[str, Response], versions: str = "") -> tuple[Graded, ...]:
    """Grade candidates c1, c2 … with answers by question id; versions are A by default."""
    sheets = {sheet.version: sheet for sheet in keys.sheets}
    letters = versions or "A" * len(answers)
    pairs = enumerate(zip(answers, letters, strict=True), 1)
    return grade(keys, [Script(f"c{at}", sheets[letter], each) for at, (each, letter) in pairs])


RIGHT, WRONG, LAST = Chosen(frozenset({0})), Chosen(frozenset({1})), Chosen(frozenset({3}))


@pytest.fixture
def ladder() -> Keys:
    """Return the keys of three questions of one point; the second has another objective."""
    return keys_of(
        [
            make_question("choice", "one", objective="O-1"),
            make_question("choice", "two", objective="O-2"),
            make_question("choice", "three", objective="O-1"),
        ]
    )


@pytest.fixture
def four(ladder: Keys) -> Analysis:
    """Four candidates: the first has all answers right, the last none.

    Points   one two three  total
    c1 (A)    1   1    1      3
    c2 (A)    1   1    0      2
    c3 (B)    1   0    0      1
    c4 (B)    0   0    0      0
    """
    answers: list[dict[str, Response]] = [
        {"one": RIGHT, "two": RIGHT, "three": RIGHT},
        {"one": RIGHT, "two": RIGHT, "three": WRONG},
        {"one": RIGHT, "two": WRONG, "three": WRONG},
        {"one": LAST, "two": WRONG},
    ]
    return analyse(ladder, graded(ladder, *answers, versions="AABB"))


def test_spread_of_all(four: Analysis) -> None:
    """Percentages 100, 66.7, 33.3, 0: squares 2500, 277.8, 277.8, 2500; √(5555.6 / 3) = 43.03."""
    found = four.spread
    assert (found.candidates, found.mean, found.lowest, found.median, found.highest) == (
        4,
        50,
        0,
        50,
        100,
    )
    assert found.deviation == pytest.approx(43.0331, abs=1e-4)
    assert four.bands == (1, 0, 0, 1, 0, 0, 1, 0, 0, 1)


def test_alpha_and_error_of_measurement(four: Analysis) -> None:
    """Σs²ᵢ = 1/4 + 1/3 + 1/4, s² = 5/3: 3/2 · (1 − 1/2) = 3/4. Error: √(5/3 · 1/4) = 0.6455."""
    (paper,) = four.papers
    assert (paper.mean, paper.maximum, paper.alpha, paper.binary) == (
        Fraction(3, 2),
        3,
        Fraction(3, 4),
        True,
    )
    assert paper.error == pytest.approx(0.6455, abs=1e-4)


def test_alpha_equals_kr20_for_questions_scored_0_or_1() -> None:
    """Σpq = 3/16 + 4/16 + 3/16 = 5/8, variance of totals by n: 5/4; 3/2 · (1 − 1/2), as above."""
    rows = [[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0]]
    shares = [Fraction(sum(row), 4) for row in rows]
    kr20 = Fraction(3, 2) * (1 - sum(p * (1 - p) for p in shares) / Fraction(5, 4))
    assert alpha([[Fraction(value) for value in row] for row in rows]) == kr20 == Fraction(3, 4)


def test_alpha_of_points() -> None:
    """Points 0 2 4 and 1 1 4: s² 4 and 3; totals 1 3 8, s² 13; 2 · (1 − 7/13) = 12/13."""
    assert alpha([[Fraction(x) for x in (0, 2, 4)], [Fraction(x) for x in (1, 1, 4)]]) == Fraction(
        12, 13
    )


@pytest.mark.parametrize("rows", [[[0, 1, 2]], [[1], [2]], [[0, 1], [1, 0]], [[1, 1], [2, 2]]])
def test_alpha_is_not_always_defined(rows: list[list[int]]) -> None:
    assert alpha([[Fraction(x) for x in row] for row in rows]) is None


def test_difficulty_and_discrimination(four: Analysis) -> None:
    """Rest of one 2 1 0 0, r = 3/√(3·11); two 2 1 1 0, 4/√(4·8); three 2 2 1 0, 3/√(3·11)."""
    lines = {line.item.id: line for line in four.papers[0].items}
    assert {name: line.difficulty for name, line in lines.items()} == {
        "one": Fraction(3, 4), "two": Fraction(1, 2), "three": Fraction(1, 4),
    }  # fmt: skip
    assert lines["one"].discrimination == pytest.approx(3 / 33**0.5)
    assert lines["two"].discrimination == pytest.approx(1 / 2**0.5)
    assert lines["three"].discrimination == pytest.approx(0.5222, abs=1e-4)
    assert {name: line.blank for name, line in lines.items()} == {"one": 0, "two": 0, "three": 1}


def test_correlation() -> None:
    """Deviations −1 0 1 and −1 1 0: 1 / √(2 · 2)."""
    assert correlation([1, 2, 3], [4, 6, 5]) == pytest.approx(0.5)
    assert correlation([1, 2, 3], [3, 2, 1]) == -1
    assert correlation([1, 1, 1], [3, 2, 1]) is None
    assert correlation([1, 2], [1, 2]) is None
    assert correlation([Fraction(1, 10)] * 3, [3, 2, 1]) is None


def test_a_correlation_of_zero_is_not_negative() -> None:
    """In floating-point numbers it is −8e-18, which would be flagged."""
    points = [Fraction(1, 2), Fraction(0), Fraction(3, 2), Fraction(1), Fraction(0)]
    rest = [Fraction(3), Fraction(0), Fraction(1, 3), Fraction(0), Fraction(0)]
    assert correlation(points, rest) == 0


def test_options(four: Analysis, ladder: Keys) -> None:
    """Two: c1 and c2 chose the key, with 2 and 1 points on the rest; c3 and c4 another: 1 and 0."""
    line = next(line for line in four.papers[0].items if line.item.id == "two")
    by_text = {option.text: option for option in line.options}
    key, second = by_text["Keyed two"], by_text["Second two"]
    assert (key.key, key.chosen, key.rest) == (True, 2, 75)
    assert (second.key, second.chosen, second.rest) == (False, 2, 25)
    assert key.correlation == pytest.approx(1 / 2**0.5)
    assert second.correlation == pytest.approx(-1 / 2**0.5)
    assert (
        by_text["Third two"].chosen,
        by_text["Third two"].rest,
        by_text["Third two"].correlation,
    ) == (0, None, None)
    placed = next(each for each in ladder.sheets[0].placed.values() if each.id == "two")
    assert [option.letter for option in line.options] == ["A", "B", "C", "D"]
    assert [option.text.split()[0] for option in line.options] == [
        ("Keyed", "Second", "Third", "Fourth")[at] for at in placed.order
    ]


def test_versions(four: Analysis) -> None:
    """A: 100, 66.7, mean 83.3; B: 33.3, 0, mean 16.7; s² 555.6; error √(2 · 555.6/2) = 23.57."""
    a, b = four.papers[0].versions
    assert (a.spread.mean, b.spread.mean) == (Fraction(250, 3), Fraction(50, 3))
    assert (a.difference, b.difference) == (Fraction(200, 3), Fraction(-200, 3))
    assert a.error == pytest.approx(23.5702, abs=1e-4)


def test_objectives_and_sections(four: Analysis) -> None:
    """O-1: one and three, 3 + 1 of 8 points; O-2: 2 of 4; all in one section: 6 of 12."""
    lines = [(each.name, each.questions, each.points, each.share) for each in four.objectives]
    assert lines == [("O-1", 2, 8, Fraction(1, 2)), ("O-2", 1, 4, Fraction(1, 2))]
    assert [(each.name, each.questions, each.share) for each in four.sections] == [
        ("talk", 3, Fraction(1, 2))
    ]


def test_median_of_an_odd_number() -> None:
    """10 20 90: mean 40, deviations −30 −20 50, √(3800 / 2)."""
    found = spread([Fraction(90), Fraction(10), Fraction(20)])
    assert (found.mean, found.median) == (40, 20)
    assert found.deviation == pytest.approx(1900**0.5)
    assert spread([Fraction(10)]).deviation is None


def test_chance() -> None:
    """tanh(1.96 / √9) = 0.574, tanh(1.96 / √97) = 0.196."""
    assert chance(12) == pytest.approx(0.574, abs=1e-3)
    assert chance(100) == pytest.approx(0.196, abs=1e-3)
    assert chance(3) is None


# --- flags ----------------------------------------------------------------------------------------


def flags(keys: Keys, *answers: dict[str, Response]) -> dict[str, tuple[Flag, ...]]:
    (paper,) = analyse(keys, graded(keys, *answers)).papers
    return {line.item.id: line.flags for line in paper.items}


def flag_texts(keys: Keys, *answers: dict[str, Response]) -> dict[str, list[str]]:
    return {name: [flag.text for flag in each] for name, each in flags(keys, *answers).items()}


def test_a_key_that_may_be_wrong(ladder: Keys) -> None:
    """Six who know one and two choose the second option of three, six who know neither its key."""
    strong: dict[str, Response] = {"one": RIGHT, "two": RIGHT, "three": WRONG}
    weak: dict[str, Response] = {"one": LAST, "two": WRONG, "three": RIGHT}
    found = flags(ladder, *[strong] * 6, *[weak] * 6)["three"]
    key = next(item for item in ladder.items.values() if item.id == "three").key
    assert isinstance(key, ChoiceKey)
    placed = next(each for each in ladder.sheets[0].placed.values() if each.id == "three")
    letter = "ABCD"[placed.order.index(1)]
    assert Flag(f"look at the key: those who did well chose {letter}", "key") in found
    idle = sorted("ABCD"[placed.order.index(at)] for at in (2, 3))
    assert Flag(f"nobody chose {', '.join(idle)}") in found


def test_no_flags_with_few_candidates(ladder: Keys) -> None:
    strong: dict[str, Response] = {"one": RIGHT, "two": RIGHT, "three": WRONG}
    weak: dict[str, Response] = {"three": RIGHT}
    assert set(flags(ladder, *[strong] * 5, *[weak] * 4).values()) == {()}


def test_too_easy_and_too_hard(ladder: Keys) -> None:
    """11 of 12 and 2 of 12; nobody chose the key of the third."""
    answers: list[dict[str, Response]] = [
        {"one": RIGHT if at else WRONG, "two": RIGHT if at > 9 else WRONG, "three": WRONG}
        for at in range(12)
    ]
    found = flag_texts(ladder, *answers)
    assert "too easy: 92 % of the points were earned" in found["one"]
    assert "very hard: 17 % of the points were earned" in found["two"]
    assert any(
        re.fullmatch("key may be wrong: nobody chose [A-D], the key", flag)
        for flag in found["three"]
    )


def test_a_question_that_discriminates_poorly(ladder: Keys) -> None:
    """Question three is independent of the rest: correlation 0."""
    answers: list[dict[str, Response]] = [
        {
            "one": RIGHT if at % 2 else WRONG,
            "two": RIGHT if at % 2 else WRONG,
            "three": RIGHT if at % 4 > 1 else WRONG,
        }
        for at in range(12)
    ]
    assert "discriminates poorly" in flag_texts(ladder, *answers)["three"]


def test_wordings_that_were_not_accepted() -> None:
    gaps = [{"answers": ["load"]}, {"answers": ["compression"]}]
    keys = keys_of(
        [
            make_question("cloze", "gapped", stem="{{1}} into {{2}}", gaps=gaps),
            make_question("shortanswer", "short", answers=["peace"]),
            make_question("numerical", "number"),
            make_question("truefalse", "verdict"),
        ]
    )
    common: dict[str, Response] = {
        "gapped": Words(("Load", "stress")),
        "short": Words(("Peace",)),
        "number": Value(Fraction(17, 2)),
        "verdict": Judged(True),
    }
    answers = [common] * 8 + [
        common | {"short": Words(("calm",)), "number": Value(Fraction(9)), "verdict": Judged(False)}
    ] * 4
    (paper,) = analyse(keys, graded(keys, *answers)).papers
    lines = {line.item.id: line for line in paper.items}
    gapped = lines["gapped"].wordings
    assert [(each.gap, each.text, each.count, each.credit) for each in gapped] == [
        (1, "Load", 12, 1),
        (2, "stress", 12, 0),
    ]
    assert [(each.text, each.count, each.credit) for each in lines["short"].wordings] == [
        ("Peace", 8, 1),
        ("calm", 4, 0),
    ]
    assert [(each.text, each.count, each.credit) for each in lines["number"].wordings] == [
        ("8.5", 8, 1),
        ("9", 4, 0),
    ]
    assert [(each.letter, each.key, each.chosen) for each in lines["verdict"].options] == [
        ("True", True, 8),
        ("False", False, 4),
    ]
    assert (
        Flag("12 candidates wrote “stress” in gap 2, which is not accepted", "wording")
        in lines["gapped"].flags
    )
    assert (
        Flag("4 candidates wrote “calm”, which is not accepted", "wording") in lines["short"].flags
    )


# --- the page -------------------------------------------------------------------------------------


def page(keys: Keys, found: Analysis) -> str:
    tree = html.fromstring(report(keys, found))
    for style in tree.iter("style"):
        style.text = ""
    return " ".join(" ".join(tree.itertext()).split())


def test_the_report_shows_the_numbers(four: Analysis, ladder: Keys) -> None:
    text = page(ladder, four)
    for expected in (
        "all candidates 4 50.0 % 43.0 0.0 % 50.0 % 100.0 %",
        "4 candidates, mean 1.50 of 3 points. KR-20 (Cronbach's alpha of questions scored 0 or 1) "
        "is 0.75 (95 % confidence: −0.65 to 0.98); the standard error of measurement is 0.65 "
        "points.",
        "2 83.3 % 23.6 +66.7 23.6 too few candidates to compare",
        "two Question two? A 1, B 2 Single choice 1 0.50 0.15 to 0.85 +0.71 0",
        "three Question three? A 3, B 1 Single choice 1 0.25 0.05 to 0.70 +0.52 1",
        "O-1 2 50.0 %",
        "talk 3 50.0 %",
        "(key) Keyed two 2 50 % 75 % +0.71",
        "Second two 2 50 % 25 % −0.71",
        "With 4 candidates",
    ):
        assert expected in text, expected


def test_a_single_candidate_and_a_single_question() -> None:
    keys = keys_of([make_question("essay", "view")], "A")
    found = analyse(keys, graded(keys, {"view": Given(Fraction(7))}))
    text = page(keys, found)
    assert "1 candidate, mean 7.00 of 10 points. Cronbach's alpha is not defined" in text
    assert "all candidates 1 70.0 % – 70.0 %" in text
    assert "view Question view? 1 Essays 10 0.70 0.10 to 0.98 – 0" in text


def test_all_blank(ladder: Keys) -> None:
    found = analyse(ladder, graded(ladder, {}, {"one": Blank()}))
    assert "all candidates 2 0.0 % 0.0 0.0 %" in page(ladder, found)


def test_texts_are_escaped() -> None:
    attack = "<script>alert(1)</script>"
    keys = keys_of(
        [make_question("shortanswer", "short", stem=f"{attack}?"), make_question("choice", "one")]
    )
    content = report(keys, analyse(keys, graded(keys, {"short": Words((attack,))}))).decode()
    assert "<script" not in content
    assert attack in html.fromstring(content).text_content()


def test_the_page_has_no_script_and_only_its_own_style(ladder: Keys, four: Analysis) -> None:
    tree = html.fromstring(report(ladder, four))
    policy = tree.find(".//meta[@http-equiv='Content-Security-Policy']").get("content")
    digest = base64.b64encode(hashlib.sha256(tree.findtext(".//style").encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert not tree.xpath("//script | //*[@style]")


def test_every_link_leads_somewhere_and_every_column_is_named() -> None:
    keys = keys_of([make_question("choice", "one"), make_question("essay", "view")])
    answers: list[dict[str, Response]] = [{"one": RIGHT, "view": Given(Fraction(3))}] * 12
    tree = html.fromstring(report(keys, analyse(keys, graded(keys, *answers))))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in tree.xpath("//a/@href")} <= set(ids)
    assert all(cell.text_content().strip() for cell in tree.iter("th"))
    levels = [int(heading.tag[1]) for heading in tree.xpath("//h1 | //h2 | //h3 | //h4")]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_versions_that_differ_by_more_than_chance(ladder: Keys) -> None:
    good: dict[str, Response] = {"one": RIGHT, "two": RIGHT, "three": RIGHT}
    poor: dict[str, Response] = {"one": RIGHT}
    answers = [good] * 9 + [poor] + [poor] * 9 + [good]
    text = page(ladder, analyse(ladder, graded(ladder, *answers, versions="A" * 10 + "B" * 10)))
    assert "easier than the others, by more than chance explains" in text
    assert "harder than the others, by more than chance explains" in text


def test_words_for_numbers() -> None:
    assert [signed(value) for value in (0.314, -0.2, 0, -0.001, None)] == [
        "+0.31",
        "−0.20",
        "0.00",
        "0.00",
        "–",
    ]
    assert percent(Fraction(200, 3)) == "66.7 %"
    assert caution(30) == ""
    assert "±0.57" in caution(12)
    assert "None is flagged below 10 candidates" in caution(9)
