"""Texts that somebody still has to write."""

from __future__ import annotations

from collections.abc import Iterator

from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.model.bank import Bank
from pkoquiz.records import Record

TO_DO = "TODO"
"""How texts that are still to be written begin."""


def unwritten_texts(bank: Bank) -> Iterator[Diagnostic]:
    """PQ218: a ready question or term with a text that begins with TODO."""
    for item in (*bank.questions, *bank.terms):
        if item.status == "ready" and TO_DO in item.model_dump_json():
            for place in _to_do(item, item.place):
                message = f"a text of a ready question begins with {TO_DO}"
                hint = "write it, or write `status: draft`"
                yield error("PQ218", message, place, hint, item.id)


def _to_do(value: object, place: Place) -> Iterator[Place]:
    if isinstance(value, str):
        if value.startswith(TO_DO):
            yield place
    elif isinstance(value, Record):
        for name, inner in value:
            yield from _to_do(inner, place.into(name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _to_do(inner, place.into(index))
