"""Every text of a question is checked: its formulas, and whether it still has to be written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from pkoquiz.checks.texts import faulty_texts
from pkoquiz.diagnostics import Diagnostic
from pkoquiz.markup.missed import in_dollars, unmatched
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Item, Term

from ..making import make_bank, make_question

UNSUPPORTED = r"Is \(\ce{H2O}\) the value?"

# The words of the transcript, names of sections and so on cannot be changed into formulas.
FORMATTED = {
    *("stem", "explain", "note", "attribution", "hints", "text", "feedback", "premise", "sequence"),
    *("answer", "true", "false", "model_answer", "rubric", "term", "meaning", "wrong", "back"),
}


def with_text(data: object, text: str) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield the path of every string in JSON data, and the data with `text` instead of it."""
    if isinstance(data, str):
        yield (), text
    elif isinstance(data, list):
        for index, entry in enumerate(data):
            for path, changed in with_text(entry, text):
                yield (index, *path), [*data[:index], changed, *data[index + 1 :]]
    elif isinstance(data, dict):
        for name, value in data.items():
            for path, changed in with_text(value, text):
                yield (name, *path), {**data, name: changed}


def without_empty_texts(data: Any) -> Any:
    """Return JSON data without the fields that a file would omit."""
    if isinstance(data, dict):
        kept = {name: without_empty_texts(value) for name, value in data.items()}
        return {name: value for name, value in kept.items() if value not in ("", None)}
    return [without_empty_texts(entry) for entry in data] if isinstance(data, list) else data


def in_bank(bank: Bank, item: Item) -> Bank:
    """Return the bank with a single item."""
    terms, questions = ((item,), ()) if isinstance(item, Term) else ((), (item,))
    return replace(bank, terms=terms, questions=questions)


def found(stem: str) -> list[Diagnostic]:
    return list(
        faulty_texts(make_bank([make_question("flashcard", "card", stem=stem, answer="x")]))
    )


def test_an_unsupported_command_is_an_error_in_every_text(mini: Bank) -> None:
    reached = set()
    for item in (*mini.questions, *mini.terms):
        data: Any = item.model_dump(mode="json")
        if "hints" in data:
            data["hints"] = ["Look closely."]
        for path, changed in with_text(data, UNSUPPORTED):
            try:
                other = type(item).model_validate(
                    without_empty_texts(changed) | {"place": item.place}
                )
            except ValidationError:
                continue
            faults = [
                fault for fault in faulty_texts(in_bank(mini, other)) if fault.code == "PQ215"
            ]
            assert faults, path
            assert r"`\ce` cannot be used in formulas" in faults[0].message
            reached |= {step for step in path if isinstance(step, str)}
    assert reached >= FORMATTED, FORMATTED - reached


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        (r"Is \(\frac{1}{2 the value?", r"\("),
        (r"Is \frac{1}{2}\) the value?", r"\)"),
        (r"Is \[x^2 the value?", r"\["),
        (r"Is x^2\] the value?", r"\]"),
        (r"Is \(x^2\] the value?", r"\("),
        ("Is \\(x\n\ny\\) the value?", r"\("),
        (r"Is \(x^2\) or \[y^2\] the value?", ""),
        (r"\[sic] and \[a link](https://example.org)", ""),
        (r"Which files are in `C:\(x` or C:\\(y?", ""),
    ],
)
def test_formulas_begin_and_end(text: str, delimiter: str) -> None:
    assert unmatched(text) == delimiter
    findings = [finding for finding in found(text) if "`: " not in finding.message]
    assert [finding.code for finding in findings] == ["PQ215"] * bool(delimiter)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("Is $x^2$ the value?", "$x^2$"),
        (r"Is $\alpha$ the value?", r"$\alpha$"),
        ("Is $$\nx_1\n$$ the value?", "$$\nx_1\n$$"),
        ("Is it from $5 to $6, or $x_1$?", "$x_1$"),
        ("Does it cost $5 and $10, or $5_000 and US$6?", ""),
        ("Is it `$x^2$`?", ""),
        (r"Is it \$x^2\$?", ""),
        ("What do $HOME_DIR and $USER contain?", ""),
    ],
)
def test_formulas_are_not_written_between_dollars(text: str, formula: str) -> None:
    assert in_dollars(text) == formula
    assert [finding.code for finding in found(text)] == ["PQ219"] * bool(formula)
