"""Small pieces of prose in messages: shortened texts, plurals, lists of names, suggestions."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


def shortened(text: str, length: int) -> str:
    """The text on one line, cut at a word to at most `length` characters with `…` at the end."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[length // 2 :] else cut).rstrip() + "…"


def counted(count: int, noun: str) -> str:
    """A count with its noun: `1 question`, `2 questions`."""
    return f"{count} {plural(noun, count)}"


def plural(noun: str, count: int) -> str:
    """The noun alone, in the plural unless `count` is 1."""
    return noun if count == 1 else f"{noun}s"


def quoted(names: Iterable[str]) -> str:
    """Names in backticks: `` `a`, `b` ``."""
    return ", ".join(f"`{name}`" for name in names)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint naming the known name nearest to a mistyped one, or an empty text if none is near."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean `{near[0]}`?" if near else ""


def one_of(name: str, known: Sequence[str], limit: int = 12) -> str:
    """A hint for an unknown name: the nearest known one, or else the known names themselves."""
    listed = quoted(known[:limit]) + (", …" if len(known) > limit else "")
    return did_you_mean(name, known) or (f"use one of {listed}" if known else "")
