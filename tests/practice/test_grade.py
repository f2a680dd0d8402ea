"""grade.js gives the points that `exam grade` gives, for every type and any answer."""

from __future__ import annotations

import json
import random
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, assert_never

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pkoquiz.exam import keys
from pkoquiz.exam.keys import key_of
from pkoquiz.exam.versions import Placed
from pkoquiz.exporters.credit import shares
from pkoquiz.exporters.practice.records import task_record
from pkoquiz.grading.points import NONE, share
from pkoquiz.grading.printed import Item
from pkoquiz.grading.responses import (
    Boxes,
    Chosen,
    Judged,
    Response,
    Unreadable,
    Value,
    Words,
    read_number,
    read_response,
    same_words,
)
from pkoquiz.model.answers import (
    Blanks,
    Number,
    Options,
    Pairs,
    Recall,
    Steps,
    Task,
    Verdict,
    Written,
    replies,
    task_of,
)
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import TYPES, Multiple, Numerical, Question, ShortAnswer

from ..making import make_question
from .node import Node

Attempt = dict[str, Any]

GRADED = """(task, attempts) => attempts.map(attempt => graded(task, attempt))"""


# --- every question, with right, wrong and made-up answers ----------------------------------------


def attempts(question: Question, draw: random.Random) -> Iterator[tuple[Attempt, Response]]:
    """Yield attempts as the page has them, and as `exam grade` has them."""
    match task_of(question):
        case Options(options=options, several=several):
            chosen: set[int]
            sizes = [1] * len(options) if not several else [draw.randint(1, len(options))] * 8
            for index, size in enumerate(sizes):
                chosen = set(draw.sample(range(len(options)), size)) if several else {index}
                yield {"kind": "options", "chosen": sorted(chosen)}, Chosen(frozenset(chosen))
        case Verdict():
            for verdict in (True, False):
                yield {"kind": "verdict", "verdict": verdict}, Judged(verdict)
        case Pairs(responses=responses) as pairs:
            right: list[int | None] = [*pairs.keys]
            for boxes in (right, *(_changed(right, len(responses), draw) for _ in range(6))):
                yield {"kind": "pairs", "responses": boxes}, Boxes(tuple(boxes))
        case Steps(steps=steps):
            order = [*range(len(steps))]
            for _ in range(6):
                numbers = tuple(order.index(step) + 1 for step in range(len(steps)))
                yield {"kind": "steps", "order": [*order]}, Boxes(numbers)
                draw.shuffle(order)
        case Blanks(blanks=blanks):
            typed = _typed(question, draw)
            for texts in (
                [*zip(*typed, strict=False)] if len(blanks) > 1 else [(t,) for t in typed[0]]
            ):
                yield {"kind": "words", "texts": [*texts]}, Words(tuple(texts))
        case Number() as task:
            for text in _numbers(task, draw):
                value = read(question, text)
                if isinstance(value, Value):
                    yield {"kind": "number", "text": text}, value
        case Written() | Recall():
            return
        case _ as never:
            assert_never(never)


def read(question: Question, cell: str) -> Response | Unreadable:
    """Return what `exam grade` reads in a cell of its table."""
    key = key_of(question)
    assert key is not None
    item = Item(question.id, question.type, Fraction(question.points), "", "", "", key)
    return read_response(item, Placed(question.id, 1), cell)


def _changed(boxes: Sequence[int | None], size: int, draw: random.Random) -> list[int | None]:
    return [draw.choice((box, None, draw.randrange(size))) for box in boxes]


def _typed(question: Question, draw: random.Random) -> list[list[str]]:
    """Return texts to type in each blank: the author's, in other spellings, and other words."""
    count = max(reply.index for reply in replies(question)) + 1
    typed: list[list[str]] = [[] for _ in range(count)]
    for reply in replies(question):
        text = reply.answer or "something else"
        typed[reply.index] += [
            text,
            text.upper(),
            f"  {text.lower()} ",
            text.replace(" ", "\u00a0").replace("-", "–").replace("'", "’"),
            unicodedata.normalize("NFD", text),
            text[1:],
            f"{text}s",
            f"{text} .",
            f"{text}。",
            f"{text}..",
        ]
    for texts in typed:
        texts += ["", "   ", "-", ".", "nothing of the kind"]
        draw.shuffle(texts)
    return typed


def _numbers(task: Number, draw: random.Random) -> Iterator[str]:
    values = [*task.bounds, task.value, *(slip.value for slip in task.wrong)]
    values += [value + step for value in task.bounds for step in (Decimal("0.001"), Decimal(-1))]
    for value in values:
        text = number(value)
        yield from (text, text.replace(".", ","), f"{text} {task.unit}", text.replace("-", "−"))
        yield f"{text}{task.unit.upper()}"
    yield from ("", "x", task.unit, f"{draw.randint(-9999, 9999)} {draw.randint(0, 999):03}")


def assert_agrees(
    node: Node, question: Question, pairs: Sequence[tuple[Attempt, Response]]
) -> None:
    key, task = key_of(question), task_record(task_of(question))
    assert key is not None
    results = node(GRADED, task, [attempt for attempt, _ in pairs])
    for (attempt, response), result in zip(pairs, results, strict=True):
        exact = share(key, response)
        assert result["share"] == float(exact), (question.id, attempt)
        assert (result["grade"] == 3) == (exact == 1)
        assert (result["grade"] == 1) == (exact < Fraction(4, 5))
        assert result["unreadable"] is None
        parts = [Fraction(part["credit"]).limit_denominator(100) for part in result["parts"]]
        if isinstance(response, Boxes | Words):
            assert sum(parts, NONE) / len(parts) == exact


def by_rule(question: Question) -> bool:
    key = key_of(question)
    return key is not None and not keys.graded_by_person(key)


def test_every_shipped_question_is_graded_as_on_paper(node: Node, shipped: Bank) -> None:
    draw = random.Random(1)
    for question in shipped.ready:
        if by_rule(question):
            assert_agrees(node, question, [*attempts(question, draw)])


def test_every_type_is_graded_as_on_paper(node: Node, mini: Bank) -> None:
    draw = random.Random(2)
    graded = set()
    for question in mini.questions:
        if by_rule(question):
            assert_agrees(node, question, [*attempts(question, draw)])
            graded.add(question.type)
    assert graded == set(TYPES) - {"essay", "flashcard"}


def right_attempt(question: Question) -> Attempt:
    """Return the attempt that earns all points."""
    match task_of(question):
        case Options() as options:
            return {"kind": "options", "chosen": [*options.keys]}
        case Verdict(right=right):
            return {"kind": "verdict", "verdict": right}
        case Pairs() as pairs:
            return {"kind": "pairs", "responses": [*pairs.keys]}
        case Steps(steps=steps):
            return {"kind": "steps", "order": [*range(len(steps))]}
        case Blanks(blanks=blanks):
            best = (next(a.text for a in blank.answers if a.credit == 100) for blank in blanks)
            return {"kind": "words", "texts": [*best]}
        case Number(value=value):
            return {"kind": "number", "text": number(value)}
        case Written(rubric=rubric):
            return {"kind": "rubric", "ticked": [*range(len(rubric))]}
        case Recall():
            return {"kind": "recall", "remembered": True}
        case _ as never:
            assert_never(never)


def test_the_right_answer_to_every_question_earns_all_points(
    node: Node, shipped: Bank, mini: Bank
) -> None:
    questions = [*shipped.ready, *mini.questions]
    tasks = [task_record(task_of(question)) for question in questions]
    results = node(
        "(tasks, attempts) => tasks.map((task, index) => graded(task, attempts[index]))",
        tasks,
        [right_attempt(question) for question in questions],
    )
    typed = zip(questions, results, strict=True)
    assert {question.id for question, result in typed if result["share"] != 1} == set()
    assert {result["grade"] for result in results} == {3}
    assert {part["state"] for result in results for part in result["parts"]} <= {"right", "idle"}
    assert {question.type for question in questions} == set(TYPES)


def test_no_answer_earns_nothing(node: Node, mini: Bank) -> None:
    for question in mini.questions:
        [result] = node(GRADED, task_record(task_of(question)), [None])
        assert (result["share"], result["grade"], result["said"]) == (0, 1, [])
        states = {part["state"] for part in result["parts"]}
        assert states <= {"missed", "idle", "wrong"}


def test_an_attempt_of_another_kind_earns_nothing(node: Node, mini: Bank) -> None:
    for question in mini.questions:
        own = right_attempt(question)["kind"]
        others = [right_attempt(other) for other in mini.questions]
        others = [other for other in others if other["kind"] not in (own, "recall")]
        results = node(GRADED, task_record(task_of(question)), others)
        assert {result["share"] for result in results} == {0}


# --- generated questions --------------------------------------------------------------------------


@given(
    st.integers(3, 10).flatmap(
        lambda size: st.tuples(
            st.lists(st.booleans(), min_size=size, max_size=size), st.sets(st.integers(0, size - 1))
        )
    ),
    st.sampled_from(("partial", "exact")),
)
@settings(max_examples=200, deadline=None)
def test_options_earn_the_same_share(
    node: Node, options: tuple[list[bool], set[int]], scoring: str
) -> None:
    right, chosen = options
    assume(0 < sum(right) < len(right))
    written = [{"text": f"Option {n}", "correct": correct} for n, correct in enumerate(right)]
    question = make_question(Multiple, options=written, scoring=scoring)
    attempt = {"kind": "options", "chosen": sorted(chosen)}
    assert_agrees(node, question, [(attempt, Chosen(frozenset(chosen)))])


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cn")), max_size=12)
WORDS = st.one_of(
    TEXTS,
    st.text(
        "aAbBßẞſsSıIiİσςΣµμée\u0301\u0345ᾳΑΙ'’‘\"“«-–— \t\n\u00a0\u0085\x1c\ufeff", max_size=12
    ),
)


@given(WORDS, WORDS, st.booleans())
@settings(max_examples=500, deadline=None)
def test_words_are_the_same_in_both_languages(
    node: Node, one: str, other: str, case_sensitive: bool
) -> None:
    texts = [one, other, one.upper(), one.swapcase(), one.casefold(), f" {one}\n", one[::-1]]
    wanted = [same_words(text, case_sensitive=case_sensitive) for text in texts]
    actual = node("(texts, own) => texts.map(text => sameWords(text, own))", texts, case_sensitive)
    for at, text in enumerate(texts):
        for index in range(at):
            same = actual[at] == actual[index]
            assert same == (wanted[at] == wanted[index]), (text, texts[index])
    assert [text == "" for text in actual] == [text == "" for text in wanted]


def test_every_character_has_the_same_words_in_both_languages(node: Node) -> None:
    """Every character is as equal to any other as in Python, if both know it."""
    signs = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    signs = [sign for sign in signs if unicodedata.category(sign) != "Cn"]
    wanted = [same_words(sign) for sign in signs]
    actual = node("signs => signs.map(sign => sameWords(sign))", signs)
    assigned = node("signs => signs.map(sign => !/\\p{Cn}/u.test(sign))", signs)
    classes: dict[str, set[str]] = {}
    reverse: dict[str, set[str]] = {}
    for mine, theirs, known in zip(wanted, actual, assigned, strict=True):
        if known:
            classes.setdefault(mine, set()).add(theirs)
            reverse.setdefault(theirs, set()).add(mine)
    assert [pair for pair in classes.items() if len(pair[1]) > 1] == []
    assert [pair for pair in reverse.items() if len(pair[1]) > 1] == []


WORDINGS = st.tuples(
    st.from_regex(r"[aß]([abß é']{0,2}[bé])?", fullmatch=True), st.sampled_from((30, 50, 100))
)


@given(
    st.lists(WORDINGS, min_size=1, max_size=5),
    st.text("aAbBßsé'’ e\u0301", max_size=5),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_words_earn_the_same_credit(
    node: Node, accepted: list[tuple[str, int]], typed: str, case_sensitive: bool
) -> None:
    by_words = {text.casefold(): (text, credit) for text, credit in accepted}
    wordings = [("full", 100), *by_words.values()]
    answers = [{"text": text, "credit": credit} for text, credit in wordings]
    question = make_question(ShortAnswer, answers=answers, case_sensitive=case_sensitive)
    texts = [typed, *(text.swapcase() for text, _ in wordings)]
    pairs: list[tuple[Attempt, Response]] = [
        ({"kind": "words", "texts": [text]}, Words((text,))) for text in texts
    ]
    assert_agrees(node, question, pairs)


NUMBERS = st.one_of(
    st.text("0123456789.,-+eE −–\u00a0\u202f'’", max_size=9),
    st.decimals(-2000, 2000, places=2).map(str),
    st.from_regex(
        r"[-+−]?[0-9]{1,3}([.,' ][0-9]{3}){0,2}([.,][0-9]{0,3})?(e-?[0-9])?", fullmatch=True
    ),
    st.sampled_from(("0.30000000000000004", "1e99", "1e-99", ".", "5.e3", "9" * 60, "9" * 61)),
)


@given(NUMBERS)
@settings(max_examples=500, deadline=None)
def test_numbers_are_read_as_on_paper(node: Node, text: str) -> None:
    source = """text => {
      const number = readNumber(text);
      return "readings" in number ? number : { ...number, digits: String(number.digits) };
    }"""
    result, expected = node(source, text), read_number(text)
    if isinstance(expected, Unreadable):
        assert "readings" in result
        assert bool(result["readings"]) == ("may be" in expected.message)
        assert all(f"`{reading}`" in expected.hint for reading in result["readings"])
    else:
        assert Fraction(int(result["digits"])) / 10 ** result["places"] == expected


@given(
    st.decimals(-1000, 1000, places=2),
    st.decimals(0, 10, places=2),
    st.decimals(-11, 11, places=2),
    st.sampled_from(("", "m", "per cent", "m²", "US$", "(%)", "Straße")),
)
@settings(max_examples=300, deadline=None)
def test_numbers_earn_the_same_share(
    node: Node, value: Decimal, tolerance: Decimal, difference: Decimal, unit: str
) -> None:
    printed = {"unit": unit} if unit else {}
    question = make_question(Numerical, answer=value, tolerance=tolerance, **printed)
    pairs: list[tuple[Attempt, Response]] = []
    for answer in (value + difference, value + tolerance, value - tolerance):
        for text in (number(answer), f"{answer} {unit}", f"{answer}{unit.upper()}"):
            response = read(question, text)
            if isinstance(response, Value):
                pairs.append(({"kind": "number", "text": text}, response))
    assert_agrees(node, question, pairs)


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1,500", ".", 1500),
        ("1,500", ",", 1.5),
        ("1.500", ".", 1.5),
        ("1.500", ",", 1500),
        ("8,5", ".", 8.5),
        ("８．５", "", 8.5),
        ("٨٫٥", "", 8.5),
        ("۸٫۵", "", 8.5),
        ("１２", "", 12),
    ],
)
def test_a_decimal_sign_and_other_digits_are_understood(
    node: Node, text: str, decimal: str, number: float
) -> None:
    source = """(text, decimal) => {
      const { digits, places } = readNumber(text, decimal);
      return Number(digits) / 10 ** places;
    }"""
    assert node(source, text, decimal) == number


# --- feedback -------------------------------------------------------------------------------------


def graded(node: Node, question: Question, attempt: Attempt | None, **settings: Any) -> Any:
    source = "(task, attempt, settings) => graded(task, attempt, settings)"
    return node(source, task_record(task_of(question)), attempt, settings)


def words(*texts: str) -> Attempt:
    return {"kind": "words", "texts": list(texts)}


def test_feedback_belongs_to_the_answer(node: Node) -> None:
    question = make_question(
        ShortAnswer,
        answers=[{"text": "consent", "feedback": "Yes."}, {"text": "assent", "credit": 50}],
        wrong=[{"text": "content", "feedback": "One letter changes it."}],
        otherwise="See the first principle.",
    )
    said = {
        text: str(graded(node, question, words(text))["said"])
        for text in ("Consent", "assent", "CONTENT", "force", "")
    }
    assert "Yes." in said["Consent"]
    assert said["assent"] == said[""] == "[]"
    assert "One letter" in said["CONTENT"]
    assert "first principle" in said["force"]


def test_typical_mistakes_with_numbers_have_feedback(node: Node) -> None:
    slip = {"value": 85, "tolerance": 1, "feedback": "A shifted point."}
    question = make_question(Numerical, answer="8.5", wrong=[slip], otherwise="Count again.")
    said = {
        text: str(graded(node, question, {"kind": "number", "text": text})["said"])
        for text in ("8,5", "84", "7")
    }
    assert said["8,5"] == "[]"
    assert "shifted" in said["84"]
    assert "again" in said["7"]


@pytest.mark.parametrize(
    ("wanted", "typed", "near"),
    [
        ("peacekeeping", "peacekeping", True),
        ("peacekeeping", "paecekepeing", True),
        ("mandate", "mandat", True),
        ("mandate", "amndate", True),
        ("mandate", "mnadat", False),
        ("stability", "instability", True),  # why it is offered, and never accepted silently
        ("war", "wax", False),
        ("1988", "1989", False),
        ("Resolution 1325", "Resolution 1352", False),
        ("Resolution 1325", "Resoluton 1325", True),
    ],
)
def test_a_near_answer_is_offered_but_earns_nothing(
    node: Node, wanted: str, typed: str, near: bool
) -> None:
    question = make_question(ShortAnswer, answers=[wanted])
    result = graded(node, question, words(typed))
    assert (result["share"], result["near"]) == (0, near)
    assert [part["near"] for part in result["parts"]] == [wanted if near else ""]


def test_an_ambiguous_number_is_asked_back(node: Node) -> None:
    question = make_question(Numerical, answer=1500, unit="troops")
    result = graded(node, question, {"kind": "number", "text": "1,500 troops"})
    assert result["unreadable"] == {"readings": ["1500", "1.5"]}
    result = graded(node, question, {"kind": "number", "text": "many"})
    assert result["unreadable"] == {"readings": []}
    result = graded(node, question, {"kind": "number", "text": "1,500"}, decimal=".")
    assert (result["share"], result["unreadable"]) == (1, None)


def test_a_hint_makes_it_hard(node: Node, mini: Bank) -> None:
    for question in mini.questions:
        assert graded(node, question, right_attempt(question), hinted=True)["grade"] == 2
        assert graded(node, question, None, hinted=True)["grade"] == 1


def test_every_type_can_be_recalled(node: Node, mini: Bank) -> None:
    for question in mini.questions:
        for remembered, grade in ((True, 3), (False, 1)):
            attempt = {"kind": "recall", "remembered": remembered}
            assert graded(node, question, attempt)["grade"] == grade


def test_a_rubric_earns_the_points_ticked(node: Node, mini: Bank) -> None:
    written = [question for question in mini.questions if isinstance(task_of(question), Written)]
    assert written
    for question in written:
        task = task_of(question)
        assert isinstance(task, Written)
        for count in range(len(task.rubric) + 1):
            attempt = {"kind": "rubric", "ticked": [*range(count)]}
            earned = sum((line.points for line in task.rubric[:count]), Decimal(0))
            share = float(Fraction(earned) / Fraction(question.points))
            assert graded(node, question, attempt)["share"] == share


# --- Moodle ---------------------------------------------------------------------------------------


def test_options_earn_what_moodle_gives(node: Node, shipped: Bank) -> None:
    """Moodle adds the rounded fractions that the export writes; `exact` is noted as different."""
    for question in shipped.ready:
        task = task_of(question)
        if not isinstance(task, Options) or not task.several or task.exact:
            continue
        fractions = shares(task)
        sets = [
            [index for index in range(len(task.options)) if mask >> index & 1]
            for mask in range(1, 2 ** len(task.options))
        ]
        tried = [{"kind": "options", "chosen": chosen} for chosen in sets]
        results = node(GRADED, task_record(task), tried)
        for chosen, result in zip(sets, results, strict=True):
            earned = sum(
                Decimal(fractions.right if index in task.keys else fractions.wrong)
                for index in chosen
            )
            moodle = max(Decimal(0), earned / 100)
            assert result["share"] == pytest.approx(float(moodle), abs=1e-4)


# --- the order of answers -------------------------------------------------------------------------


def order(node: Node, function: str, task: Task, answers: int = 0, id: str = "an-id") -> list[int]:
    result: list[int] = node(f"(...data) => {function}(...data)", task_record(task), id, answers)
    return result


def test_options_are_shuffled_anew_each_time(node: Node, mini: Bank) -> None:
    task = task_of(make_question("choice"))
    orders = {tuple(order(node, "optionOrder", task, answers)) for answers in range(40)}
    assert len(orders) > 12
    assert all(sorted(positions) == [0, 1, 2, 3] for positions in orders)
    assert order(node, "optionOrder", task, 3) == order(node, "optionOrder", task, 3)


def test_pinned_options_and_numbers_keep_their_places(node: Node) -> None:
    options = [{"text": "North", "correct": True}, "South", {"text": "None", "pin": True}]
    pinned = task_of(make_question("choice", options=options))
    assert {order(node, "optionOrder", pinned, answers)[2] for answers in range(9)} == {2}
    options = [{"text": "12", "correct": True}, "7", "9"]
    numbers = task_of(make_question("choice", options=options))
    assert order(node, "optionOrder", numbers, 5) == [1, 2, 0]


def test_steps_never_begin_in_the_right_order(node: Node) -> None:
    task = task_of(make_question("ordering", sequence=["One", "Two", "Three"]))
    orders = [order(node, "stepOrder", task, answers) for answers in range(60)]
    assert [0, 1, 2] not in orders
    assert len({json.dumps(each) for each in orders}) == 5


def test_responses_are_shuffled(node: Node) -> None:
    task = task_of(make_question("matching"))
    orders = [order(node, "responseOrder", task, answers) for answers in range(20)]
    assert all(sorted(positions) == [0, 1, 2, 3] for positions in orders)
    assert len({json.dumps(each) for each in orders}) > 5
