"""`pkoquiz new`: a skeleton of a question that is already proved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pkoquiz import prose
from pkoquiz.checks.texts import TO_DO
from pkoquiz.commands.course import course_option, read_bank
from pkoquiz.delivery import deliver
from pkoquiz.importers.inbox import slug
from pkoquiz.load import contents
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import TYPES
from pkoquiz.quotes.find import find, slips_under
from pkoquiz.quotes.lost import find_all
from pkoquiz.quotes.propose import hit, index_of
from pkoquiz.review import judged
from pkoquiz.splice import SpliceError, appended, item_text, new_file


@click.command("new")
@course_option
@click.option("--quote", default="", help="Words of the transcript that prove the answer.")
@click.option("--passage", default="", metavar="ID", help="The passage that contains them.")
@click.option(
    "--type", "kind", type=click.Choice(list(TYPES)), default="choice", show_default=True,
    help="The type of the question.",
)  # fmt: skip
@click.option("--id", "identity", default="", help="The id (default: from the section and quote).")
@click.option("--append", is_flag=True, help="Add it to the file of its section.")
def command(folder: Path, quote: str, passage: str, kind: str, identity: str, append: bool) -> int:
    """Print the skeleton of a question that is already proved by a quote.

    Give the quote, and the passage if several contain it. With a passage alone, its most important
    sentence becomes the quote. The question is a draft: replace each text that begins with TODO,
    then delete the line `status: draft`.
    """
    bank = read_bank(folder)
    name, words = _proved(bank, passage.partition("~")[0], quote)
    item = skeleton(bank, name, words, kind, identity)
    section = bank.passages[name].section
    question, found = judged(bank, item, section)
    # The texts that are still to be written are what a skeleton is for.
    errors = [
        diagnostic
        for diagnostic in found
        if diagnostic.severity == "error" and diagnostic.code != "PQ218"
    ]
    if question is None or errors:
        first = errors[0]
        raise click.ClickException(
            f"{first.message}; {first.hint}" if first.hint else first.message
        )
    if not append:
        click.echo(item_text(item), nl=False)
        return 0
    files = [question.place.file for question in bank.questions if question.section == section]
    target = files[-1] if files else f"questions/{section}.yaml"
    raw = contents(folder, target)
    try:
        new = appended(raw if raw is not None else new_file(section), item)
    except SpliceError as error:
        hint = f"; {error.hint}" if error.hint else ""
        raise click.ClickException(f"{target}: {error}{hint}") from error
    deliver(folder, {target: new}, seen={target: raw})
    click.echo(f"{target}: added {item['id']}")
    return 0


def _proved(bank: Bank, passage: str, quote: str) -> tuple[str, str]:
    """Return the passage and the quote, or raise a usage error that says what to type."""
    if not quote and not passage:
        raise click.UsageError("give --quote, --passage, or both")
    if passage and passage not in bank.passages:
        hint = prose.did_you_mean(passage, bank.passages) or "`pkoquiz passages` lists all"
        raise click.UsageError(f"there is no passage `{passage}`; {hint}")
    if not quote:
        text = bank.passages[passage].text
        start, end = hit(index_of([bank.passages[passage]]), text, text)
        return passage, text[start:end]
    finding = find_all([(passage, quote)], bank.passages)[0]
    match finding.status:
        case "exact" | "elided":
            return passage, quote
        case "moved" if not passage and len(finding.passages) == 1:
            return finding.passages[0], quote
        case "moved":
            listed = prose.quoted(finding.passages[:8])
            raise click.UsageError(f"the quote is in {listed}; name one with --passage")
        case "across":
            first, last = finding.passages
            raise click.UsageError(f"the quote runs from {first} into {last}; quote one of them")
        case "changed":
            raise click.UsageError(
                f"the quote differs from {finding.passages[0]}, which reads: “{finding.reads}”"
            )
    raise click.UsageError("the transcript does not contain the quote; try `pkoquiz cite`")


def skeleton(bank: Bank, passage: str, quote: str, kind: str, identity: str = "") -> dict[str, Any]:
    """Return the fields of a draft that the quote proves, with TODO where text is to be written."""
    spoken = bank.passages[passage]
    finding = find(quote, spoken.text)
    slips = list(
        slips_under(finding.spans if finding else (), spoken, bank.errata.get(passage, ()))
    )
    source: dict[str, Any] = {"passage": passage, "quote": quote}
    if blocking := [slip for slip in slips if slip.blocks]:
        source["note"] = f"{TO_DO}: the transcript says “{blocking[0].words}”; {blocking[0].right}"
    objectives = [
        objective.id for objective in bank.course.objectives if objective.section == spoken.section
    ]
    objectives += [objective.id for objective in bank.course.objectives]
    fields = {
        "id": identity or _free_id(bank, spoken.section, quote),
        "type": kind,
        "stem": _STEMS.get(kind, f"{TO_DO}: what is asked?"),
        **_BODIES[kind],
        "sources": [source],
        "objective": objectives[0] if objectives else None,
        "bloom": "understand",
        "difficulty": "medium",
        "points": 2 if kind == "essay" else None,
        "status": "draft",
    }
    return {name: value for name, value in fields.items() if value is not None}


def _free_id(bank: Bank, section: str, quote: str) -> str:
    """Return an id: the prefix of the section's other ids and the first long words of the quote."""
    start = bank.prefix_of(section) or "-".join(part[:1] for part in section.split("-"))
    long_words = [word for word in slug(quote, 400).split("-") if len(word) > 3][:3]
    wanted = "-".join([slug(start) or "q", *long_words]) if long_words else f"{start or 'q'}-new"
    taken = {item.id for item in (*bank.questions, *bank.terms)}
    identity, number = wanted, 2
    while identity in taken:
        identity, number = f"{wanted}-{number}", number + 1
    return identity


_STEMS = {
    "truefalse": f"{TO_DO}: a statement to judge.",
    "cloze": f"{TO_DO}: a sentence with a gap for {{{{1}}}}.",
    "ordering": f"{TO_DO}: what is to be put in order?",
    "matching": f"{TO_DO}: match each … with its …",
}
_BODIES: dict[str, dict[str, Any]] = {
    "choice": {
        "options": [
            {"text": f"{TO_DO}: the right answer", "correct": True},
            {"text": f"{TO_DO}: a wrong answer", "feedback": f"{TO_DO}: why it is wrong"},
            {"text": f"{TO_DO}: another wrong answer", "feedback": f"{TO_DO}: why it is wrong"},
        ]
    },
    "multiple": {
        "options": [
            {"text": f"{TO_DO}: a right answer", "correct": True},
            {"text": f"{TO_DO}: another right answer", "correct": True},
            {"text": f"{TO_DO}: a wrong answer", "feedback": f"{TO_DO}: why it is wrong"},
        ]
    },
    "truefalse": {"answer": True, "feedback": {"true": f"{TO_DO}: why", "false": f"{TO_DO}: why"}},
    "matching": {
        "pairs": [
            {"premise": f"{TO_DO}: first premise", "response": f"{TO_DO}: its response"},
            {"premise": f"{TO_DO}: second premise", "response": f"{TO_DO}: its own response"},
        ],
        "extras": [f"{TO_DO}: a response without a premise"],
    },
    "ordering": {"sequence": [f"{TO_DO}: {step} step" for step in ("first", "second", "third")]},
    "cloze": {"gaps": [{"answers": [f"{TO_DO}: the missing words"]}]},
    "numerical": {"answer": 0, "tolerance": 0},
    "shortanswer": {"answers": [f"{TO_DO}: the best wording"]},
    "essay": {
        "rubric": [{"points": 2, "text": f"{TO_DO}: what earns the points"}],
        "model_answer": f"{TO_DO}: an answer that earns all points",
    },
    "flashcard": {"answer": f"{TO_DO}: one fact, short"},
}
