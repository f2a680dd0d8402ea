"""A bank with contents that break files of other systems: signs, formulas, odd ids, numbers."""

from __future__ import annotations

from typing import Any

from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question

from ..making import make_bank, make_question

SIGNS = (
    "a < b & c > d; List<String> &lt;b&gt; \"q\" 'r' ~ = # { } : ] ]]> % // \\\\ -> * [x] "
    "Ünïcödé 🎉"
)
TEX = r"\(\frac{a}{b} < x_{1} \& y\)"
TEXTS = {
    "signs": f"`{SIGNS}`",
    "formula": f"By {TEX} and **bold**, `x[0] < 1 && y`",
    "script": "<script>alert(1)</script> <img src=x onerror=alert(2)> [gap1] {{ x }}",
    "lines": "First line\n\n- one\n- two\n\n    code <b>\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "codes": "ANSWER: B and `A. x`, // no comment, $CATEGORY: top, ::name::, \\n, 50%, =%50%x",
}
PICTURE = b"\x89PNG\r\n\x1a\n"
MEDIA = {"media/Große Karte.png": PICTURE, "media/b.png": PICTURE + b"b", "media/s.mp3": b"ID3"}
IDS = ("3-digits-first", "why-steel-is-wrong", "all-correct-general", "xy")


def said(what: str, text: str) -> str:
    """Return feedback that names its subject."""
    return f"Feedback on {what}: {text}"


def questions(key: str, text: str, prefix: str = "") -> list[Question]:
    """Return a question of every type with `text` in every field that takes it."""
    line = " ".join(text.split())
    plain = line.replace("`", "")

    def make(type: str, **fields: Any) -> Question:
        stem = fields.pop("stem", f"{type} {key}: {text}")
        return make_question(
            type,
            f"{prefix}{type}-{key}",
            stem=stem,
            explain=f"Because {text}",
            hints=[f"Hint {line}"],
            note=f"Note {line}",
            attribution=f"View {line}",
            tags=["one", "two"],
            **fields,
        )

    options = [
        {"text": f"right {line}", "correct": True, "feedback": said("right", text)},
        {"text": f"second {line}", "feedback": said("second", text)},
        {"text": f"third {line}", "feedback": said("third", text)},
    ]
    several = [*options, {"text": "also right", "correct": True, "feedback": said("also", text)}]
    answers = [
        {"text": f"best {plain}", "feedback": said("best", text)},
        {"text": f"other {plain}", "feedback": said("other", text)},
    ]
    wrong = [{"text": f"slip {plain}", "feedback": said("slip", text)}]
    pairs = [
        {
            "premise": f"p{n} {line}",
            "response": f"r{n} {plain}",
            "feedback": said(f"pair {n}", text),
        }
        for n in range(1, 4)
    ]
    stem = f"A {{{{1}}}} and {text}\n\nthen {{{{2}}}}."
    return [
        make("choice", options=options),
        make("multiple", options=several),
        make("truefalse", answer=False, feedback={"true": said("true", text), "false": text}),
        make("matching", pairs=pairs, extras=[f"extra {plain}"]),
        make("ordering", sequence=[f"step {n} {line}" for n in range(1, 5)]),
        make("shortanswer", answers=answers, wrong=wrong, otherwise=said("otherwise", text)),
        make(
            "numerical",
            answer="-0.25",
            tolerance="0.05",
            unit="m/s",
            working=f"Working {text}",
            wrong=[{"value": "25", "tolerance": "1", "feedback": said("25", text)}],
            otherwise=said("otherwise", text),
        ),
        make(
            "cloze",
            stem=stem,
            gaps=[{"answers": answers, "wrong": wrong, "hint": "a hint"}, {"answers": ["plain"]}],
        ),
        make("essay", model_answer=f"Model {text}", min_words=50, max_words=200),
        make(
            "shortanswer", answers=answers, rubric=[{"points": 1, "text": f"Criterion {line}"}]
        ).model_copy(update={"id": f"{prefix}written-{key}"}),
    ]


def numbers() -> list[Question]:
    """Return numerical questions at the limits."""
    values = {
        "exact": ("5", "0"),
        "zero": ("0", "0"),
        "tiny": ("0.00000000125", "0.0000000001"),
        "negative": ("-273.15", "0.005"),
        "large": ("602214076000000000000000", "1000000000000000000"),
        "decimal": ("0.3", "0.1"),
    }
    return [
        make_question("numerical", f"number-{name}", answer=value, tolerance=tolerance, unit="kg")
        for name, (value, tolerance) in values.items()
    ]


def pictures() -> list[Question]:
    """Return questions that show pictures in the stem, an option and feedback, and a sound."""
    one, two = "![Karte & <Plan>](<media/Große Karte.png>)", "![b](media/b.png)"
    return [
        make_question("choice", "picture-in-stem", stem=f"Where is {one}?"),
        make_question(
            "choice",
            "picture-in-option",
            options=[{"text": two, "correct": True, "feedback": f"See {one}"}, "none"],
        ),
        make_question("truefalse", "sound-in-stem", stem="Listen: ![s](media/s.mp3)"),
    ]


def bank(*chosen: Question, **course: Any) -> Bank:
    """Return a course with these questions, or with all of this module."""
    every = list(chosen)
    if not chosen:
        for key, text in TEXTS.items():
            every += questions(key, text)
        every += [make_question("choice", id) for id in IDS]
        every += numbers() + pictures()
    return make_bank(every, media=MEDIA, **{"short": "nasty", "title": "Nasty & <odd>", **course})
