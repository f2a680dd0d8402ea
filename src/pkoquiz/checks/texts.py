"""What can be wrong with any text: somebody still has to write it, or its formulas are broken."""

from __future__ import annotations

from collections.abc import Iterator

from pkoquiz import markup
from pkoquiz.diagnostics import Diagnostic, Place, error, warning
from pkoquiz.markup.formulas import FormulaError, mathml
from pkoquiz.markup.missed import in_dollars, unmatched
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Item
from pkoquiz.prose import shortened
from pkoquiz.records import texts

TO_DO = "TODO"
"""How texts that are still to be written begin."""

_SIGNS = (TO_DO, "\\\\(", "\\\\[", "\\\\)", "\\\\]", "$")
"""What such texts contain in JSON, where a backslash is doubled."""

_COUNTERPARTS = {"\\(": "\\)", "\\[": "\\]", "\\)": "\\(", "\\]": "\\["}


def faulty_texts(bank: Bank) -> Iterator[Diagnostic]:
    """PQ215: a formula that some format cannot show. PQ218: a text to be written in a ready item.
    PQ219: a formula between dollars.

    Few items have any of them, and JSON is the quickest way to see it.
    """
    for item in (*bank.questions, *bank.terms):
        json = item.model_dump_json()
        if not any(sign in json for sign in _SIGNS):
            continue
        for place, text in texts(item, item.place):
            yield from _broken_formulas(item, place, text)
            if place.path[-1] != "quote":  # the words of a transcript are not Markdown
                yield from _missed_formulas(item, place, text)
            if item.status == "ready" and text.startswith(TO_DO):
                message = f"a text of a ready question begins with {TO_DO}"
                hint = "write the text, or add `status: draft`"
                yield error("PQ218", message, place, hint, item.id)


def _broken_formulas(item: Item, place: Place, text: str) -> Iterator[Diagnostic]:
    for tex, display in markup.formulas_in(text):
        try:
            mathml(tex, display)
        except FormulaError as fault:
            message = f"the formula `{shortened(tex, 40)}` cannot be shown: {fault}"
            yield error("PQ215", message, place, fault.hint, item.id)


def _missed_formulas(item: Item, place: Place, text: str) -> Iterator[Diagnostic]:
    if delimiter := unmatched(text):
        counterpart = _COUNTERPARTS[delimiter]
        if delimiter in ("\\(", "\\["):
            message = f"the formula that begins with `{delimiter}` does not end"
            hint = f"write `{counterpart}` after the formula"
        else:
            message = f"the formula that ends with `{delimiter}` does not begin"
            hint = f"write `{counterpart}` before the formula"
        yield error("PQ215", message, place, hint, item.id)
    if formula := in_dollars(text):
        tex = " ".join(formula.strip("$").split())
        hint = f"write `\\[{tex}\\]`" if formula.startswith("$$") else f"write `\\({tex}\\)`"
        message = f"`{shortened(formula, 40)}` is not a formula: formulas are written `\\(…\\)`"
        yield warning("PQ219", message, place, hint, item.id)
