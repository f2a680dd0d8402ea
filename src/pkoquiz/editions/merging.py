"""Merge the ledgers of two branches that each released editions.

Stamps are moments, so nothing that either branch has sent is lost: editions and histories are
combined, and editions are renumbered. Where both branches sent different contents of an item at the
same moment, or gave a part's number to different words, the next edition sends the item again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pkoquiz.diagnostics import Diagnostic
from pkoquiz.editions.ledgerfile import (
    CONFLICT,
    Line,
    assembled,
    damaged,
    decoded,
    dump,
    read_lines,
)
from pkoquiz.editions.parts import is_same_part

NOWHERE = "…"
"""The words of a number that two parts had; no part of a question has these words."""


def merge(raw: bytes) -> tuple[str | None, list[Diagnostic]]:
    """Return the text of a ledger in which git has marked conflicts, with the conflicts resolved.

    All lines of both sides are kept, and two lines about the same thing become one.
    """
    lines, faults = read_lines("\n".join(_of_both_sides(decoded(raw))))
    if faults:
        return None, faults
    merged: dict[tuple[str, object], Line] = {}
    for number, kind, fields in lines:
        name = fields[kind] if kind not in ("format", "edition") else fields.get("moment", "")
        key = (kind, "" if kind == "format" else name)
        other = merged.get(key)
        if other and other[2].get("shape") != fields.get("shape"):
            message = f"says that `{name}` became different kinds of cards in the two branches"
            hint = f"keep one of its two lines, and give the other branch's {kind} a new id"
            return None, [damaged(message, number, hint)]
        try:
            merged[key] = (number, kind, _united(kind, other[2], fields) if other else fields)
        except (TypeError, AttributeError, ValueError, KeyError):
            return None, [damaged("is damaged: this line is not complete", number)]
    editions = sorted(
        (line for (kind, _), line in merged.items() if kind == "edition"),
        key=lambda line: str(line[2].get("moment")),
    )
    numbered = [
        (number, kind, {**fields, "edition": rank})
        for rank, (number, kind, fields) in enumerate(editions, 1)
    ]
    rest = [line for (kind, _), line in merged.items() if kind != "edition"]
    ledger, faults = assembled(rest[:1] + numbered + rest[1:])
    if ledger is None:
        return None, faults
    return dump(ledger), []


def _of_both_sides(text: str) -> Iterator[str]:
    """Yield the lines of both sides, without those of a common ancestor."""
    in_ancestor = False
    for line in text.split("\n"):
        if CONFLICT.match(line):
            in_ancestor = line.startswith("|")
            yield ""
        else:
            yield "" if in_ancestor else line


def _united(kind: str, one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return one line in place of two about the same thing."""
    if kind not in ("notetype", "question", "term"):
        return one
    # Either order of the branches gives the same result.
    earlier, later = sorted((one, other), key=lambda fields: (_sent(fields), str(fields)))
    united = dict(later)
    if _sent(earlier) == _sent(later) and earlier.get("digest") != later.get("digest"):
        united["digest"] = ""
    if kind != "notetype":
        history = earlier["history"] | later["history"]
        united["history"] = {moment: history[moment] for moment in sorted(history)}
        united |= _united_parts(earlier, later)
        if earlier.get("parts") != later.get("parts"):
            united["digest"] = ""
    return united


def _sent(fields: dict[str, Any]) -> str:
    """Return when the thing was last sent."""
    return max(fields["history"]) if "history" in fields else str(fields["moment"])


def _united_parts(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    first, second = one.get("parts", {}), other.get("parts", {})
    parts = first | second
    dropped = {*one.get("dropped", ()), *other.get("dropped", ())}
    for number in first.keys() & second.keys():
        # Of one part the later words win. Two parts under one number are two facts.
        if not is_same_part(first[number], second[number]):
            parts[number] = NOWHERE
            dropped.add(number)
    return {
        "parts": {number: parts[number] for number in sorted(parts, key=int)},
        "dropped": sorted(dropped, key=int),
    }
