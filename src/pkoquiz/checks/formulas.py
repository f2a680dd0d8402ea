"""Formulas that cannot be rendered everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, error
from pkoquiz.markup.formulas import FormulaError, mathml
from pkoquiz.model.bank import Bank
from pkoquiz.prose import shortened
from pkoquiz.records import texts


def broken_formulas(bank: Bank) -> Iterator[Diagnostic]:
    """PQ215: a formula that some format cannot show."""
    for item in (*bank.questions, *bank.terms):
        # Few items have formulas, and JSON is the quickest way to see it: there, `\\` is doubled.
        json = item.model_dump_json()
        if "\\\\(" not in json and "\\\\[" not in json:
            continue
        for place, text in texts(item, item.place):
            for tex, display in markup.formulas_in(text):
                try:
                    mathml(tex, display)
                except FormulaError as fault:
                    shown = shortened(tex, 40)
                    message = f"the formula `{shown}` cannot be shown: {fault}"
                    yield error("PQ215", message, place, fault.hint, item.id)
