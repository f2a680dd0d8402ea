"""Questions that Moodle scores differently from what their author expects."""

from __future__ import annotations

import itertools

from pkoquiz.model.question import Question

from ..making import make_question

MISREAD_UNITS = (
    *("10^6 USD", "×10^3 km", "x10^3 km", "*10^2 m", "x 10**3 t", "1000 t", "1 000 t", "3rd", "0"),
    *(".5 m", ".m", "e5", "E5", "e-5", "E+3 J", "e 5", ",5 m", "U.S. dollars", "m.p.h.", "a, b"),
)
"""After a number, Moodle reads part of these units as part of the number."""
READABLE_UNITS = (
    *("%", "per cent", "km", "km/h", "°C", "m²", "e", "E", "eV", "e/m", "x", "xylophones", "× 2"),
    *("·10^3 km", "(×10^3) km", "USD", "$", "€", "-", "+", "/s", "months' pay", "人", "t CO2", "M"),
    *("e−5", "x10 m", "X10^3"),
)
NUMBERS = (
    *(("5", "0"), ("2.5", "0.25"), ("-3.14", "0.01"), ("1000000", "0"), ("0", "0"), ("0", "0.5")),
    *(("0.1", "0.2"), ("1234567890123456", "0"), ("6.02E+23", "1E+21"), ("0.000001", "0")),
    *(("99.5", "0"), ("1E+30", "0"), ("3.14159265358979", "0.001"), ("0.3", "0.1")),
)
"""Answers and tolerances that Moodle can score."""
LOST_NUMBERS = (
    *(("123456789012345.6", "0.05"), ("1.00000000000004", "0"), ("1234567890.123456", "0.000001")),
    *(("6.62607015E-30", "0"), ("1E-15", "0")),
)
"""Answers and tolerances that Moodle would score wrongly."""

TEXTS = (
    *("keystone", "a*b", "**", "*", "a\\*b", "end\\", "end&", "R&D", "a}b{c", "#1", "x#y", "a~b"),
    *("~", "=load", "%50%load", "100%", "a b", "a  b", "10\u00a0km", "don’t", "“so”", "1–2"),
    *(
        "e\u0301tude",
        "İstanbul",
        "Straße",
        "&amp;",
        "&lt;b&gt;",
        "<b>",
        "a < b",
        "0",
        "^$.|?(",
        "/",
    ),
    *("{1:SA:=x}", "{#1}", "日本", "\\(x^{2}\\)", "\\}", "\\#", "'quoted'", ":-)", "back\\slash"),
)
"""Answers that are typed."""


def numbers() -> list[Question]:
    """Return a question for each unit and each number."""
    units = [
        make_question(
            "numerical",
            f"unit-{index}",
            answer="5",
            unit=unit,
            wrong=[{"value": "50", "feedback": "No."}, {"value": "-5", "feedback": "No."}],
        )
        for index, unit in enumerate((*MISREAD_UNITS, *READABLE_UNITS))
    ]
    values = [
        make_question("numerical", f"number-{index}", answer=answer, tolerance=tolerance, unit="m")
        for index, (answer, tolerance) in enumerate((*NUMBERS, *LOST_NUMBERS))
    ]
    return units + values


def words() -> list[Question]:
    """Return a short answer and a cloze for each text, with partial credit and wrong answers."""
    questions = []
    for index, text in enumerate(TEXTS):
        answers = [
            {"text": text, "feedback": f"Yes, {text}."},
            {"text": f"half {text}", "credit": 97},
            {"text": f"hint of {text}", "credit": 1},
        ]
        wrong = [{"text": f"not {text}", "feedback": f"Not ~ {text}: `{text}`"}]
        wrong.append({"text": "no", "feedback": "No."})
        for case_sensitive in (False, True):
            questions.append(
                make_question(
                    "shortanswer",
                    f"short-{index}-{case_sensitive:d}",
                    answers=answers,
                    wrong=wrong,
                    otherwise="Something else.",
                    case_sensitive=case_sensitive,
                )
            )
        gaps = [{"answers": answers, "wrong": wrong, "hint": text}, {"answers": [f"z{text}"]}]
        stem = f"Before {{{{1}}}} and {{{{2}}}} after. {text}"
        questions.append(make_question("cloze", f"cloze-{index}", stem=stem, gaps=gaps))
    return questions


def choices() -> list[Question]:
    """Return multiple-response questions with all numbers of right and wrong options."""
    questions = []
    for right, wrong in itertools.product(range(1, 10), range(1, 10)):
        if not 3 <= right + wrong <= 10:
            continue
        options = [{"text": f"Right {n}", "correct": True} for n in range(right)]
        options += [{"text": f"Wrong {n}", "correct": False} for n in range(wrong)]
        for scoring in ("partial", "exact"):
            identity = f"of-{right}-{wrong}-{scoring}"
            questions.append(make_question("multiple", identity, options=options, scoring=scoring))
    return questions


def parts() -> list[Question]:
    """Return matching and ordering questions with texts that Moodle changes."""
    texts = [
        "<b>",
        "&lt;",
        "a < b",
        "1",
        "x" * 300,
        "y" * 300,
        "\\(x\\)",
        "1,0",
        "tab\tbed",
        "AT&T",
    ]
    pairs = [{"premise": f"Premise {text}", "response": text} for text in texts]
    return [
        make_question("matching", "responses", pairs=pairs, extras=["0", "2"]),
        make_question("matching", "shared", pairs=[*pairs[:3], {**pairs[0], "premise": "Last"}]),
        make_question("ordering", "steps", sequence=["*a* **b** c", "`a` b", "a < b", "\\(a\\)"]),
    ]
