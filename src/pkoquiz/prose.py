"""Small pieces of prose for messages: shortened texts, plurals, lists of names, suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def shortened(text: str, length: int) -> str:
    """Return the text on one line; if longer than `length`, cut at a word and with `…`."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[length // 2 :] else cut).rstrip() + "…"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: `1 question`, `2 questions`, `3 entries`."""
    return f"{count} {plural(noun, count)}"


def plural(noun: str, count: int) -> str:
    """Return the noun alone, in the plural unless `count` is 1."""
    if count == 1:
        return noun
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def quoted(names: Iterable[str]) -> str:
    """Return names in backticks, separated by commas: `` `a`, `b` ``."""
    return ", ".join(f"`{name}`" for name in names)


def nearest(name: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """Return the known name most like a mistyped one, or an empty text if none is like it.

    `likeness` is the smallest share (0 to 1) of letters that they must have in common.
    """
    import difflib  # only mistakes need it

    matches = difflib.get_close_matches(name[:200], list(known), n=1, cutoff=likeness)
    return next(iter(matches), "")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint with the known name most like a mistyped one, or an empty text."""
    near = nearest(name, known)
    return f"did you mean `{near}`?" if near else ""


def one_of(name: str, known: Sequence[str], limit: int = 12) -> str:
    """Return a hint for an unknown name: the most similar known name, or else all known names."""
    listed = quoted(known[:limit]) + (", …" if len(known) > limit else "")
    choice = f"use one of {listed}" if len(known) > 1 else f"use {listed}"
    return did_you_mean(name, known) or (choice if known else "")
