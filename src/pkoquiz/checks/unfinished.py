"""Texts that are still to be written."""

from __future__ import annotations

from collections.abc import Iterator

from pkoquiz.diagnostics import Diagnostic, error
from pkoquiz.model.bank import Bank
from pkoquiz.records import texts

TO_DO = "TODO"
"""How texts that are still to be written begin."""


def unwritten_texts(bank: Bank) -> Iterator[Diagnostic]:
    """PQ218: a ready question or term with a text that begins with TODO."""
    for item in (*bank.questions, *bank.terms):
        if item.status == "ready" and TO_DO in item.model_dump_json():
            for place, text in texts(item, item.place):
                if not text.startswith(TO_DO):
                    continue
                message = f"a text of a ready question begins with {TO_DO}"
                hint = "write the text, or add `status: draft`"
                yield error("PQ218", message, place, hint, item.id)
