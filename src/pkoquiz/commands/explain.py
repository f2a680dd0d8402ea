"""`pkoquiz explain CODE`: what a finding means, why it matters, and an example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from pkoquiz.prose import did_you_mean, one_of

if TYPE_CHECKING:
    from pkoquiz.explanations import Explanation, Group

WIDTH = 88
"""Columns of the text."""


@click.command("explain")
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Explain the code of a finding, with an example. Without CODE, list all codes."""
    from pkoquiz.explanations import explanations, groups

    if code is None:
        click.echo("\n\n".join(_listed(group) for group in groups()))
        return
    known = explanations()
    if code.upper() not in known:
        hint = _similar(code.upper(), tuple(known)) or "`pkoquiz explain` lists all codes"
        raise click.UsageError(f"unknown code `{code}`; {hint}")
    click.echo("\n\n".join(_explained(known[code.upper()])))


def _similar(code: str, known: Sequence[str]) -> str:
    """Return a hint with the codes that differ only in the last character, or with the nearest."""
    siblings = [name for name in known if len(code) > 1 and name.startswith(code[:-1])]
    return one_of(code, siblings) if siblings else did_you_mean(code, known)


def _listed(group: Group) -> str:
    lines = (f"  {explanation.code:7}{explanation.title}" for explanation in group.explanations)
    return "\n".join((group.title, *lines))


def _explained(explanation: Explanation) -> Iterator[str]:
    """Return the parts of an explanation, to be separated by blank lines."""
    yield f"{explanation.code}: {explanation.title}"
    for paragraph in explanation.paragraphs:
        yield click.wrap_text(paragraph, WIDTH)
    for example in explanation.examples:
        yield f"{example.label}:"
        yield "\n".join(f"    {line}".rstrip() for line in example.text.splitlines())
