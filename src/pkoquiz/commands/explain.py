"""`pkoquiz explain CODE`: what a finding means and what to do."""

from __future__ import annotations

import click


def explanations() -> dict[str, str]:
    """Code → explanation, of all modules that report findings."""
    from pkoquiz import load, records, transcript, yamlfile
    from pkoquiz.checks import EXPLANATIONS, balance, cards, citations, references, wording
    from pkoquiz.exam import EXPLANATIONS as EXAM
    from pkoquiz.exporters.anki import EXPLANATIONS as ANKI
    from pkoquiz.grading import EXPLANATIONS as GRADING

    rooms = (yamlfile, records, load, transcript, citations, references, wording, cards, balance)
    return {
        code: text
        for table in (*(room.EXPLANATIONS for room in rooms), EXPLANATIONS, EXAM, GRADING, ANKI)
        for code, text in sorted(table.items())
    }


@click.command("explain")
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Explain the code of a finding; without CODE, list all."""
    known = explanations()
    if code is None:
        for name in sorted(known):
            click.echo(f"{name}  {known[name].strip().splitlines()[0][:90]}")
        return
    found = {name.upper(): text for name, text in known.items()}.get(code.upper())
    if found is None:
        raise click.UsageError(f"there is no code '{code}'; `pkoquiz explain` lists all")
    click.echo(f"{code.upper()}\n\n{click.wrap_text(found.strip(), 88, preserve_paragraphs=True)}")
