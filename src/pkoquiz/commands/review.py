"""`pkoquiz review`: decide about the questions in the inbox, with one key for each decision."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, get_args

import click

from pkoquiz import prose
from pkoquiz.commands.course import course_option, read_bank
from pkoquiz.delivery import deliver
from pkoquiz.diagnostics import Diagnostic
from pkoquiz.load import load
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import Bloom, Difficulty
from pkoquiz.review import Waiting, accepted, forbids, judged, queue, turned_away
from pkoquiz.splice import SpliceError, item_text

_KEYS = "a accept, 1-9 take a citation, r reject, s skip, u undo, q quit"
Edit = tuple[dict[str, bytes], dict[str, bytes | None]]
"""The files to write, and their contents when they were read."""

_LEVELS = {"bloom": get_args(Bloom), "difficulty": get_args(Difficulty)}


@click.command("review")
@course_option
@click.option(
    "--list", "only_list", is_flag=True, help="List the questions in the inbox, without asking."
)
@click.option("--json", "as_json", is_flag=True, help="List them as JSON, with what is wrong.")
def command(folder: Path, only_list: bool, as_json: bool) -> int:
    """Decide about the questions in the inbox: accept, reject, take a proposed citation.

    One key decides and goes on to the next question. A question without proof cannot be accepted:
    take a proposed citation by its number, or write `sources` into the file of the inbox. Accepted
    questions go into the file of their section; rejected ones stay in `inbox/rejected.yaml` with
    your reason.
    """
    bank = read_bank(folder)
    waiting, unreadable = queue(folder)
    for message in unreadable:
        click.echo(message, err=True)
    if as_json or only_list:
        _list(bank, waiting, as_json=as_json)
        return 1 if unreadable else 0
    if not waiting:
        if not unreadable:
            click.echo("the inbox is empty")
        return 1 if unreadable else 0
    _Desk(folder, bank).decide(waiting)
    return 0


def _list(bank: Bank, waiting: list[Waiting], *, as_json: bool) -> None:
    records = []
    for draft in waiting:
        _, found = judged(bank, draft.fields, draft.section)
        records.append(
            {
                "id": draft.id,
                "file": draft.file,
                "type": draft.item.get("type", ""),
                "stem": draft.item.get("stem", ""),
                "proved": not forbids(found),
                "findings": [{"code": d.code, "message": d.message} for d in found],
                "proposals": draft.proposals,
            }
        )
    if as_json:
        click.echo(json.dumps(records, ensure_ascii=False, indent=1))
        return
    for record in records:
        mark = "proved" if record["proved"] else "open"
        click.echo(f"{mark:7} {record['id']:36} {prose.shortened(str(record['stem']), 60)}")


class _Desk:
    """The dialogue with the person who decides."""

    def __init__(self, folder: Path, bank: Bank) -> None:
        self.folder, self.bank = folder, bank
        self.undo: Edit | None = None
        self.counts = {"accepted": 0, "rejected": 0}
        self.last = ""

    def decide(self, waiting: list[Waiting]) -> None:
        position = 0
        while position < len(waiting):
            click.echo(f"\n[{position + 1}/{len(waiting)}]")
            position += self._one(waiting, position)
        done = ", ".join(f"{count} {state}" for state, count in self.counts.items())
        click.echo(f"\n{done}")

    def _one(self, waiting: list[Waiting], position: int) -> int:
        """Ask about one question; return by how many to move on."""
        draft = waiting[position]
        fields: dict[str, Any] = {**draft.fields}
        self._show(draft, fields)
        while True:
            _, found = judged(self.bank, fields, draft.section)
            key = _key(forbids(found))
            if key.isdigit() and 1 <= int(key) <= len(draft.proposals):
                chosen = draft.proposals[int(key) - 1]
                source = {name: chosen[name] for name in ("passage", "quote")}
                sources = [s for s in fields.get("sources", []) if s != source]
                fields["sources"] = [*sources, source]
                click.echo(f"  took the citation of {chosen['passage']}")
                self._show_findings(fields, draft)
            elif key == "a":
                if self._accept(draft, fields):
                    return 1
            elif key == "r":
                reason = click.prompt("  reason", default="", show_default=False).strip()
                rejection = partial(turned_away, self.folder, draft, reason)
                if reason and self._write(_or_none(rejection)):
                    self._count("rejected")
                    return 1
            elif key == "u":
                if self._undo():
                    return -1 if position else 0
            elif key == "s":
                return 1
            elif key == "q":
                return len(waiting)
            else:
                click.echo(f"  {_KEYS}")

    def _accept(self, draft: Waiting, fields: dict[str, Any]) -> bool:
        for name, levels in _LEVELS.items():
            if not fields.get(name):
                fields[name] = _chosen(name, levels)
        known = [objective.id for objective in self.bank.course.objectives]
        if known and not fields.get("objective"):
            own = [o.id for o in self.bank.course.objectives if o.section == draft.section]
            fields["objective"] = _chosen("objective", tuple(own or known))
        question, found = judged(self.bank, fields, draft.section)
        if question is None or forbids(found):
            click.echo("  cannot be accepted without proof:")
            _print_findings(found)
            return False
        written = self._write(_or_none(partial(accepted, self.folder, self.bank, draft, fields)))
        if written:
            self._count("accepted")
            self._reload()
        return written

    def _write(self, edit: Edit | None) -> bool:
        if edit is None:
            return False
        files, seen = edit
        deliver(self.folder, files, seen=seen)
        self.undo = edit
        return True

    def _undo(self) -> bool:
        if self.undo is None:
            click.echo("  nothing to undo")
            return False
        files, seen = self.undo
        before = {name: content for name, content in seen.items() if content is not None}
        gone = [name for name, content in seen.items() if content is None]
        deliver(self.folder, before, gone, seen=dict(files))
        self.undo = None
        self.counts[self.last] -= 1
        self._reload()
        click.echo("  undone")
        return True

    def _count(self, state: str) -> None:
        self.counts[state] += 1
        self.last = state

    def _reload(self) -> None:
        loaded = load(self.folder)
        self.bank = loaded.bank or replace(self.bank)

    def _show(self, draft: Waiting, fields: dict[str, Any]) -> None:
        hidden = ("sources",)
        shown = {name: value for name, value in fields.items() if name not in hidden}
        click.echo(item_text(shown), nl=False)
        for source in fields.get("sources", []):
            click.echo(f"  proved by {source.get('passage')}: “{source.get('quote')}”")
        for number, proposal in enumerate(draft.proposals, 1):
            score = proposal.get("score", "")
            click.echo(f"  {number}: {proposal['passage']} ({score}) “{proposal['quote']}”")
        self._show_findings(fields, draft)

    def _show_findings(self, fields: dict[str, Any], draft: Waiting) -> None:
        stand_ins = {"bloom": "remember", "difficulty": "easy"}
        _, found = judged(self.bank, {**stand_ins, **fields}, draft.section)
        _print_findings(found)


def _or_none(edit: Callable[[], Edit]) -> Edit | None:
    """Return the result of an edit, or print its error and return None."""
    try:
        return edit()
    except SpliceError as error:
        click.echo(f"  {error}; {error.hint}" if error.hint else f"  {error}")
        return None


def _print_findings(found: list[Diagnostic]) -> None:
    for diagnostic in found:
        hint = f" ({diagnostic.hint})" if diagnostic.hint else ""
        click.echo(f"  {diagnostic.severity} {diagnostic.code}: {diagnostic.message}{hint}")


def _key(is_open: bool) -> str:
    """Return the key that was pressed; if the input is not a terminal, read a line."""
    click.echo("> " if not is_open else "(not proved) > ", nl=False)
    if sys.stdin.isatty():
        key = click.getchar(echo=True)
        click.echo()
    else:
        line = sys.stdin.readline()
        key = line.strip() if line else "q"
        click.echo(key)
    return key.lower()[:1] or "?"


def _chosen(name: str, choices: tuple[str, ...]) -> str:
    listed = ", ".join(f"{number} {choice}" for number, choice in enumerate(choices, 1))
    while True:
        text = click.prompt(f"  {name}: {listed}", default="1").strip()
        if text.isdigit() and 1 <= int(text) <= len(choices):
            return choices[int(text) - 1]
        if text in choices:
            return text
