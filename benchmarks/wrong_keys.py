"""Measure how often the rule for wrong keys raises false alarms, and how many wrong keys it finds.

python benchmarks/wrong_keys.py [EXAMS] [SEED]

Candidates answer 40 questions of a 2-parameter model with guessing. In every second exam one key is
replaced by the best distractor.
"""

from __future__ import annotations

import math
import random
import sys
from fractions import Fraction

from pkoquiz.grading.analysis import may_be_wrong
from pkoquiz.grading.statistics import correlation

QUESTIONS, OPTIONS = 40, 4


def exam(candidates: int, source: random.Random, wrong: bool) -> tuple[int, bool]:
    """Return how many healthy questions are flagged, and whether the wrong key is."""
    skills = [source.gauss(0, 1) for _ in range(candidates)]
    answers: list[list[int]] = []
    for _ in range(QUESTIONS):
        slope, difficulty = source.uniform(0.6, 1.4), source.gauss(-0.3, 0.9)
        row = []
        for skill in skills:
            knows = source.random() < 1 / (1 + math.exp(-1.7 * slope * (skill - difficulty)))
            row.append(0 if knows else source.randrange(OPTIONS))
        answers.append(row)
    keys = [1 if wrong and number == 0 else 0 for number in range(QUESTIONS)]
    points = [[Fraction(answer == keys[number]) for answer in answers[number]]
              for number in range(QUESTIONS)]  # fmt: skip
    totals = [sum(own, Fraction(0)) for own in zip(*points, strict=True)]
    flagged = [False] * QUESTIONS
    for number in range(QUESTIONS):
        rest = [total - own for total, own in zip(totals, points[number], strict=True)]
        key = correlation(points[number], rest)
        distractors = [
            correlation([Fraction(answer == option) for answer in answers[number]], rest) or 0.0
            for option in range(OPTIONS)
            if option != keys[number]
        ]
        flagged[number] = key is not None and may_be_wrong(key, max(distractors), candidates)
    return sum(flagged[int(wrong) :]), wrong and flagged[0]


def main() -> None:
    exams, seed = (int(word) for word in (*sys.argv[1:3], "100", "1")[:2])
    print("candidates  false alarms per 40 questions  wrong keys found")
    for candidates in (10, 20, 30, 50, 100, 200):
        source = random.Random(f"{seed}/{candidates}")
        healthy = [exam(candidates, source, False) for _ in range(exams)]
        faulty = [exam(candidates, source, True) for _ in range(exams)]
        alarms = sum(count for count, _ in healthy) / exams
        found = sum(hit for _, hit in faulty) / exams
        print(f"{candidates:10}  {alarms:29.2f}  {found:15.0%}")


if __name__ == "__main__":
    main()
