"""Formulas that cannot be rendered everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.markup.formulas import FormulaError, mathml
from pkoquiz.model.bank import Bank
from pkoquiz.prose import shortened
from pkoquiz.records import Record


def broken_formulas(bank: Bank) -> Iterator[Diagnostic]:
    """PQ215: a formula that some format cannot show."""
    for item in (*bank.questions, *bank.terms):
        for place, text in _texts(item, item.place):
            for tex, display in markup.formulas_in(text):
                try:
                    mathml(tex, display)
                except FormulaError as fault:
                    shown = shortened(tex, 40)
                    message = f"the formula `{shown}` cannot be shown: {fault}"
                    yield error("PQ215", message, place, fault.hint, item.id)


def _texts(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    """Every text of a record that may contain a formula, with its place."""
    if isinstance(value, str):
        if "\\(" in value or "\\[" in value:
            yield place, value
    elif isinstance(value, Record):
        for name, inner in value:
            yield from _texts(inner, place.into(name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _texts(inner, place.into(index))
