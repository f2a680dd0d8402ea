"""schedule.js agrees with py-fsrs, merges like sets, and is fast enough for a large bank."""

from __future__ import annotations

import datetime
import json
import math
import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import fsrs
import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from hypothesis import given, settings
from hypothesis import strategies as st

from .node import Node

History = list[tuple[int, int]]
"""(study day, grade) of each answer."""

REPLAY = """(histories, weights) => histories.map(history => {
  let [state, last] = [null, 0];
  return history.map(([day, grade]) => {
    state = remembered(state, grade, day - last, weights);
    last = day;
    return [intervalOf(state.stability, weights), state.stability, state.difficulty];
  });
})"""


# --- FSRS -----------------------------------------------------------------------------------------


def replayed(
    history: History, parameters: Sequence[float] = DEFAULT_PARAMETERS
) -> list[list[float]]:
    """Return interval, stability and difficulty after each answer, by py-fsrs without steps."""
    scheduler = fsrs.Scheduler(
        tuple(parameters), learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )
    begin = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    card = fsrs.Card()
    states = []
    for second, (day, grade) in enumerate(history):
        now = begin + datetime.timedelta(days=day, seconds=second)
        card, _ = scheduler.review_card(card, fsrs.Rating(grade), now)
        assert card.stability is not None
        assert card.difficulty is not None
        states.append([(card.due - now).days, card.stability, card.difficulty])
    return states


def random_history(draw: random.Random) -> History:
    """Return answers on the same day, on time, early or late."""
    day, history = 0, []
    for _ in range(draw.randint(1, 24)):
        history.append((day, draw.choice((1, 2, 3, 3, 3, 4))))
        day += draw.choice((0, 1, draw.randint(0, 9), draw.randint(0, 90), draw.randint(0, 900)))
    return history


def assert_same(actual: Sequence[Any], expected: Sequence[Any]) -> None:
    for one, other in zip(actual, expected, strict=True):
        for (days, *state), (wanted_days, *wanted) in zip(one, other, strict=True):
            assert days == wanted_days
            # Powers may differ in their last bits from one engine to another.
            assert all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(state, wanted, strict=True))


def test_the_parameters_are_those_of_fsrs(node: Node) -> None:
    assert node("() => FSRS_WEIGHTS") == list(DEFAULT_PARAMETERS)


def test_no_interval_differs_from_fsrs(node: Node) -> None:
    draw = random.Random(6)
    histories = [random_history(draw) for _ in range(10_000)]
    assert_same(node(REPLAY, histories), [replayed(history) for history in histories])


def test_no_interval_differs_with_other_parameters(node: Node) -> None:
    draw = random.Random(7)
    for _ in range(30):
        weights = [
            min(max(weight * draw.uniform(0.6, 1.5), low), high)
            for weight, low, high in zip(
                DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True
            )
        ]
        histories = [random_history(draw) for _ in range(40)]
        expected = [replayed(history, weights) for history in histories]
        assert_same(node(REPLAY, histories, weights), expected)


@pytest.mark.parametrize(
    ("grades", "intervals"),
    [
        ("333333", [2, 11, 46, 163, 497, 1346]),
        ("444", [8, 66, 397]),
        ("13333", [1, 2, 6, 17, 44]),
        ("2333", [1, 5, 17, 50]),
        ("3331333", [2, 11, 46, 3, 8, 19, 42]),
    ],
)
def test_answers_on_the_due_day(node: Node, grades: str, intervals: list[int]) -> None:
    on_time = """grades => {
      let [state, days] = [null, 0];
      return [...grades].map(grade => {
        state = remembered(state, Number(grade), days);
        return days = intervalOf(state.stability);
      });
    }"""
    assert node(on_time, grades) == intervals


def test_fuzz_stays_in_the_range_of_fsrs(node: Node) -> None:
    intervals = [*range(1, 400), 36_000, 36_500]
    source = """intervals => intervals.map(interval =>
      [...Array(200).keys()].map(index => fuzzed(interval, `id-${index}/3`)))"""
    for interval, draws in zip(intervals, node(source, intervals), strict=True):
        ranges = ((2.5, 7, 0.15), (7, 20, 0.1), (20, math.inf, 0.05))
        delta = 1 + sum(
            factor * max(min(interval, end) - begin, 0) for begin, end, factor in ranges
        )
        low, high = max(2, round(interval - delta)), min(round(interval + delta), 36_500)
        if interval < 2.5:
            low = high = interval
        assert low <= min(draws)
        assert max(draws) <= high
        if high - low < 12:
            assert set(draws) == set(range(low, high + 1))


def test_fuzz_is_even_and_depends_on_the_key_alone(node: Node) -> None:
    source = "() => [...Array(20000).keys()].map(index => fuzzed(20, `question-${index}/1`))"
    draws = node(source)
    assert draws == node(source)
    counts = [draws.count(days) for days in range(min(draws), max(draws) + 1)]
    assert max(counts) < 1.15 * min(counts)


# --- days and stamps ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "moment", "date"),
    [
        ("UTC", "2026-03-01T03:59:59.999Z", "2026-02-28"),
        ("UTC", "2026-03-01T04:00:00.000Z", "2026-03-01"),
        ("Asia/Tokyo", "2026-03-01T18:59:00Z", "2026-03-01"),
        ("Asia/Tokyo", "2026-03-01T19:00:00Z", "2026-03-02"),
        ("America/St_Johns", "2026-03-01T07:29:00Z", "2026-02-28"),
        ("Europe/Berlin", "2026-03-29T03:30:00Z", "2026-03-29"),  # the clock was just put forward
        ("Pacific/Kiritimati", "2025-12-31T13:59:00Z", "2025-12-31"),
        ("Pacific/Kiritimati", "2025-12-31T14:00:00Z", "2026-01-01"),
    ],
)
def test_a_study_day_begins_at_four(zone: str, moment: str, date: str) -> None:
    node = Node(zone)
    day, stamped, shown = node(
        """moment => {
          const now = new Date(moment);
          const date = dateOfDay(studyDay(now));
          const shown = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
          return [studyDay(now), dayOf(stampOf(now)), shown];
        }""",
        moment,
    )
    node.close()
    wanted = datetime.date.fromisoformat(date)
    assert day == stamped == (wanted - datetime.date(1970, 1, 1)).days
    assert shown == [wanted.year, wanted.month, wanted.day]


def test_a_log_means_the_same_in_every_time_zone(node: Node) -> None:
    text = node(
        """() => {
          let progress = emptyProgress("pko");
          for (const [hour, grade] of [[9, 3], [70, 1], [71, 3], [400, 3]]) {
            const now = new Date(Date.UTC(2026, 2, 1, hour));
            progress = answered(progress, "an-id", grade, now);
          }
          return progressText(progress);
        }"""
    )
    source = """text => [...cardsOf(parsedProgress(text, "pko")).values()]"""
    elsewhere = Node("Pacific/Auckland")
    assert elsewhere(source, text) == node(source, text)
    elsewhere.close()


def test_stamps_increase_even_if_the_clock_is_turned_back(node: Node) -> None:
    stamps = node(
        """() => {
          let progress = emptyProgress("pko");
          for (const minute of [10, 10, 9, 0, 11]) {
            progress = answered(progress, "an-id", 3, new Date(Date.UTC(2026, 2, 1, 12, minute)));
          }
          return answersTo(progress, "an-id").map(answer => answer.stamp);
        }"""
    )
    assert len(stamps) == 5
    assert all(one < other for one, other in pairwise(stamps))
    assert {len(stamp) for stamp in stamps} == {7}


# --- the log --------------------------------------------------------------------------------------

DAY = """(hours, minutes = 0) => new Date(Date.UTC(2026, 2, 1, hours, minutes))"""


def run(node: Node, body: str, *data: Any) -> Any:
    """Return what a function body returns that knows `at(hours, minutes)` and `progress`."""
    return node(
        f"(...data) => {{ const at = {DAY}; let progress = emptyProgress('pko'); {body} }}", *data
    )


def test_an_answer_can_be_graded_anew(node: Node) -> None:
    grades = run(
        node,
        """
        const grades = () => answersTo(progress, "an-id").map(answer => answer.grade);
        progress = answered(progress, "an-id", GRADE.again, at(9));
        const shown = [grades()];
        progress = regraded(progress, "an-id", lastAnswer(progress, "an-id"), GRADE.good, at(9, 1));
        shown.push(grades());
        progress = regraded(progress, "an-id", lastAnswer(progress, "an-id"), GRADE.again, at(9));
        shown.push(grades());
        return shown;
        """,
    )
    assert grades == [[1], [3], [1]]


def test_an_answer_can_be_withdrawn(node: Node) -> None:
    before, after, events, empty = run(
        node,
        """
        progress = answered(progress, "an-id", GRADE.good, at(9));
        const before = cardsOf(progress).get("an-id");
        progress = answered(progress, "an-id", GRADE.again, at(50));
        progress = withoutAnswer(progress, "an-id", lastAnswer(progress, "an-id"), at(50, 1));
        const after = cardsOf(progress).get("an-id");
        const events = progress.log["an-id"].split(" ").length;
        progress = withoutAnswer(progress, "an-id", lastAnswer(progress, "an-id"), at(50, 2));
        return [before, after, events, [cardsOf(progress).size, lastAnswer(progress, "an-id")]];
        """,
    )
    assert before == after
    assert events == 3
    assert empty == [0, ""]


def test_a_correction_reaches_the_other_device(node: Node) -> None:
    assert run(
        node,
        """
        progress = answered(progress, "an-id", GRADE.again, at(9));
        const phone = answered(progress, "an-id", GRADE.good, at(40));
        const stamp = lastAnswer(progress, "an-id");
        const desk = regraded(progress, "an-id", stamp, GRADE.good, at(10));
        return answersTo(merged(phone, desk), "an-id").map(answer => answer.grade);
        """,
    ) == [3, 3]


def test_a_reset_drops_what_was_done_before_it(node: Node) -> None:
    kept, marks = run(
        node,
        """
        progress = answered(progress, "before", GRADE.good, at(9));
        progress = marked(progress, "read/one", "yes", at(9));
        const other = answered(progress, "after", GRADE.good, at(30));
        const both = merged(restarted(progress, at(10)), other);
        return [[...cardsOf(both).keys()], Object.keys(both.marks)];
        """,
    )
    assert kept == ["after"]
    assert marks == []


def test_the_latest_mark_wins(node: Node) -> None:
    assert run(
        node,
        """
        const one = marked(progress, "read/one", "half", at(9));
        const other = marked(progress, "read/one", "all", at(10));
        return [one, other, merged(one, other), merged(other, one), progress]
          .map(each => markOf(each, "read/one"));
        """,
    ) == ["half", "all", "all", "all", ""]


IDS = ("one", "two-b", "constructor", "glossary:term", "three.c")
STAMPS = st.integers(0, 40).map(lambda number: f"fz{number // 20}{number % 20:04d}")
EVENTS = st.one_of(
    st.tuples(STAMPS, st.sampled_from("1234")), st.tuples(STAMPS, STAMPS, st.sampled_from("01234"))
).map("".join)
LOGS = st.dictionaries(
    st.sampled_from(IDS), st.lists(EVENTS, min_size=1, max_size=6).map(" ".join), max_size=4
)
MARKS = st.dictionaries(
    st.sampled_from(("read/one", "exam/1", "toString")),
    st.tuples(STAMPS, st.text("ab", max_size=2)).map("".join),
    max_size=3,
)
PROGRESS = st.builds(
    lambda since, log, marks: {
        "v": 1, "course": "pko", "since": since, "log": log, "marks": marks,
    },
    st.one_of(st.just(""), STAMPS),
    LOGS,
    MARKS,
)  # fmt: skip

MERGING = """(...texts) => {
  const [a, b, c] = texts.map(text => parsedProgress(text, "pko"));
  const ab = merged(a, b);
  return {
    commutative: [ab, merged(b, a)],
    associative: [merged(ab, c), merged(a, merged(b, c))],
    idempotent: [a, merged(a, a)],
    absorbing: [ab, merged(ab, b)],
    stored: [ab, parsedProgress(progressText(ab), "pko")],
    cards: [ab, merged(b, a)].map(progress => [...cardsOf(progress)]),
  };
}"""


@given(st.tuples(PROGRESS, PROGRESS, PROGRESS))
@settings(max_examples=300, deadline=None)
def test_merging_is_a_union(node: Node, three: tuple[object, ...]) -> None:
    for law, (one, other) in node(MERGING, *map(json.dumps, three)).items():
        assert json.dumps(one) == json.dumps(other), law


@given(PROGRESS, PROGRESS)
@settings(max_examples=100, deadline=None)
def test_merging_loses_no_event(node: Node, one: Any, other: Any) -> None:
    source = """(...texts) => merged(...texts.map(text => parsedProgress(text, "pko")))"""
    both = node(source, json.dumps(one), json.dumps(other))
    since = max(one["since"], other["since"])
    events = {
        (id, event)
        for progress in (one, other)
        for id, log in progress["log"].items()
        for event in log.split(" ")
        if event[:7] > since
    }
    assert both["since"] == since
    assert {(id, event) for id, log in both["log"].items() for event in log.split(" ")} == events


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "unreadable"),
        ("[]", "unreadable"),
        ("null", "unreadable"),
        ('{"v":1}', "unreadable"),
        ('{"v":1,"course":"other"}', "other-course"),
        ('{"v":2,"course":"pko"}', "newer"),
        ('{"v":"1","course":"pko"}', "unreadable"),
        ('{"v":1,"course":"pko","log":[]}', "unreadable"),
        ('{"v":1,"course":"pko","since":"yesterday"}', "unreadable"),
        ('{"v":1,"course":"pko","log":{"__proto__":"fz000003"}}', "unreadable"),
        ('{"v":1,"course":"pko","log":{"<b>":"fz000003"}}', "unreadable"),
        ('{"v":1,"course":"pko","log":{"id":""}}', "unreadable"),
        ('{"v":1,"course":"pko","log":{"id":"fz000000"}}', "unreadable"),
        ('{"v":1,"course":"pko","log":{"id":"fz000005"}}', "unreadable"),
        ('{"v":1,"course":"pko","log":{"id":["fz000003"]}}', "unreadable"),
        ('{"v":1,"course":"pko","marks":{"read":7}}', "unreadable"),
        (" " * 20_000_001, "too-large"),
    ],
)
def test_a_damaged_file_is_refused(node: Node, text: str, fault: str) -> None:
    assert node('text => parsedProgress(text, "pko")', text) == fault


def test_unknown_ids_are_kept(node: Node) -> None:
    text = '{"v":1,"course":"pko","since":"","log":{"of-another-edition":"fz000003"},"marks":{}}'
    assert node('text => progressText(parsedProgress(text, "pko"))', text) == text


# --- sessions -------------------------------------------------------------------------------------

SESSION = """(questions, answers, today, limits) => {
  let progress = emptyProgress("pko");
  for (const [id, day, grade] of answers) {
    progress = answered(progress, id, grade, new Date(Date.UTC(1970, 0, 1 + day, 12)));
  }
  return sessionOf(questions, cardsOf(progress), today, limits);
}"""


def session(
    node: Node, ids: str, answers: Sequence[tuple[str, int, int]], today: int = 100, **more: Any
) -> Any:
    enemies = more.pop("enemies", {})
    questions = [{"id": id, "enemies": enemies.get(id, [])} for id in ids.split()]
    return node(SESSION, questions, answers, today, {"due": 20, "fresh": 10, **more})


def test_new_questions_come_in_the_order_taught(node: Node) -> None:
    plan = session(node, "c a b", [], fresh=2)
    assert plan["fresh"] == ["c", "a"]
    assert plan["freshTotal"] == 3


def test_new_questions_of_the_day_count(node: Node) -> None:
    assert session(node, "a b c d", [("a", 100, 3)], fresh=2)["fresh"] == ["b"]
    assert session(node, "a b c d", [("a", 99, 3)], fresh=2)["fresh"] == ["b", "c"]


def test_what_was_forgotten_longest_is_asked_first(node: Node) -> None:
    answers = [("a", 97, 3), ("b", 40, 3), ("c", 99, 3), ("d", 60, 1)]
    plan = session(node, "a b c d", answers, due=2)
    assert plan["due"] == ["d", "b"]
    assert plan["dueTotal"] == 3


def test_a_wrong_answer_comes_back_until_it_is_right(node: Node) -> None:
    plan = session(node, "a b", [("a", 100, 1)])
    assert plan["again"] == ["a"]
    assert plan["due"] == []
    plan = session(node, "a b", [("a", 100, 1), ("a", 100, 3)])
    assert plan["again"] == []
    plan = session(node, "a b", [("a", 100, 1)], today=101)
    assert (plan["again"], plan["due"]) == ([], ["a"])


def test_enemies_do_not_meet_in_a_session(node: Node) -> None:
    answers = [("a", 60, 3), ("b", 60, 3)]
    for enemies in ({"a": ["b", "c"]}, {"b": ["a"], "c": ["a"]}):
        plan = session(node, "a b c d", answers, enemies=enemies)
        assert plan["due"] == ["a"]
        assert plan["fresh"] == ["d"]
        assert plan["dueTotal"] == 2


def test_the_next_due_day_is_known(node: Node) -> None:
    source = """answers => {
      let progress = emptyProgress("pko");
      const at = day => new Date(Date.UTC(1970, 0, 1 + day, 12));
      for (const [id, day, grade] of answers) progress = answered(progress, id, grade, at(day));
      const cards = cardsOf(progress);
      return [nextDue([{ id: "a" }, { id: "b" }], cards, 100), nextDue([], cards, 100)];
    }"""
    assert node(source, [("a", 100, 3), ("b", 100, 4)]) == [102, None]


def test_a_learner_meets_every_question_without_a_backlog(node: Node) -> None:
    most, seen, late = node(
        """() => {
          const questions = [...Array(320).keys()].map(index => ({ id: `question-${index}` }));
          let progress = emptyProgress("pko");
          let [most, late] = [0, 0];
          for (let day = 0; day < 120; day += 1) {
            const cards = cardsOf(progress);
            const session = sessionOf(questions, cards, 20000 + day, { due: 200, fresh: 10 });
            most = Math.max(most, session.due.length + session.fresh.length);
            for (const id of [...session.due, ...session.fresh]) {
              late = Math.max(late, 20000 + day - (cards.get(id)?.due ?? 20000 + day));
              const grade = hashOf(`${id} on ${day}`) % 10 ? GRADE.good : GRADE.again;
              const now = new Date((20000 + day) * 86400000 + 43200000);
              progress = answered(progress, id, grade, now);
              if (grade === GRADE.again) progress = answered(progress, id, GRADE.good, now);
            }
          }
          return [most, cardsOf(progress).size, late];
        }"""
    )
    assert seen == 320
    assert late == 0
    assert most < 90


# --- speed ----------------------------------------------------------------------------------------


def test_a_large_bank_is_ready_at_once(node: Node) -> None:
    """Reading and replaying 10,000 questions with 20 answers each takes less than 3 s.

    Machines differ, so the time is measured in that of two million powers, which take about 0.03 s
    where the replay takes 0.2 s.
    """
    ratios = node(
        """() => {
          const log = {};
          for (let question = 0; question < 10000; question += 1) {
            const events = [];
            for (let index = 0; index < 20; index += 1) {
              const grade = 1 + (hashOf(`${question} ${index}`) % 4);
              events.push(`f${(100 + index * 40).toString(36).padStart(2, "0")}0000${grade}`);
            }
            log[`question-${question}`] = events.join(" ");
          }
          const text = JSON.stringify({ v: 1, course: "pko", since: "", log, marks: {} });
          const questions = Object.keys(log).map(id => ({ id }));
          return [0, 1, 2].map(() => {
            KNOWN_CARDS.clear();
            const begin = performance.now();
            let sum = 0;
            for (let base = 1; base < 2000000; base += 1) sum += base ** -0.1542;
            const between = performance.now();
            const cards = cardsOf(parsedProgress(text, "pko"));
            const session = sessionOf(questions, cards, 21000, { due: 20, fresh: 10 });
            const replay = performance.now() - between;
            if (sum < 0 || session.dueTotal < 1) throw new Error("nothing to compare");
            return replay / (between - begin);
          });
        }"""
    )
    assert min(ratios) < 50


def test_one_more_answer_computes_one_card(node: Node) -> None:
    same, after, fresh = run(
        node,
        """
        for (const id of ["a", "b"]) progress = answered(progress, id, GRADE.good, at(9));
        const before = cardsOf(progress);
        progress = answered(progress, "b", GRADE.again, at(50));
        const after = cardsOf(progress);
        const same = ["a", "b"].map(id => before.get(id) === after.get(id));
        KNOWN_CARDS.clear();
        return [same, [...after], [...cardsOf(progress)]];
        """,
    )
    assert same == [True, False]
    assert after == fresh
