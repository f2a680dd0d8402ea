"""Names that lead somewhere: ids that are unique; objectives, sections and enemies that exist."""

from __future__ import annotations

from collections.abc import Iterator

from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.model.bank import Bank
from pkoquiz.prose import did_you_mean, one_of

_COURSE = Place("course.yaml")


def duplicate_ids(bank: Bank) -> Iterator[Diagnostic]:
    """S04: questions, terms or objectives with the same id."""
    items: dict[str, Place] = {}
    for item in (*bank.questions, *bank.terms):
        place = item.place.into("id")
        if item.id in items:
            message = f"duplicate id `{item.id}`: another question has it"
            hint = "choose another id, and keep it forever"
            yield error("S04", message, place, hint, item.id, items[item.id])
        items.setdefault(item.id, place)
    objectives: dict[str, Place] = {}
    for index, objective in enumerate(bank.course.objectives):
        place = _COURSE.into("objectives", index, "id")
        if objective.id in objectives:
            message, hint = f"duplicate objective `{objective.id}`", "rename or delete one of them"
            yield error("S04", message, place, hint, other=objectives[objective.id])
        objectives.setdefault(objective.id, place)


def unknown_sections(bank: Bank) -> Iterator[Diagnostic]:
    """PQ211: sections of questions, plan and objectives that do not exist."""
    course = bank.course
    named = dict.fromkeys(  # a file names its section once, at its top
        (question.section, Place(question.place.file, ("section",))) for question in bank.questions
    )
    for slug in course.plan.sections:
        named[slug, _COURSE.into("plan", "sections", slug)] = None
    for index, objective in enumerate(course.objectives):
        if objective.section:
            named[objective.section, _COURSE.into("objectives", index, "section")] = None
    known = tuple(bank.sections)
    for slug, place in named:
        if slug not in bank.sections:
            hint = did_you_mean(slug, known)
            hint = hint or f"{one_of(slug, known)} or list it under `sections` in course.yaml"
            yield error("PQ211", f"unknown section `{slug}`", place, hint)


def unknown_objectives(bank: Bank) -> Iterator[Diagnostic]:
    """PQ212: questions without an objective, or with one that the course does not list."""
    known = {objective.id: None for objective in bank.course.objectives}
    for question in bank.questions:
        name = question.objective
        if not known or name in known:
            continue
        place = question.place.into("objective") if name else question.place
        message = f"unknown objective `{name}`" if name else "the question has no objective"
        yield error("PQ212", message, place, one_of(name, tuple(known)), question.id)


def unknown_enemies(bank: Bank) -> Iterator[Diagnostic]:
    """PQ213: enemies that are no question of the bank, or the question itself."""
    ids = {question.id for question in bank.questions}
    for question in bank.questions:
        for index, enemy in enumerate(question.enemies):
            place = question.place.into("enemies", index)
            if enemy == question.id:
                message, hint = "the question is its own enemy", "name another question"
                yield error("PQ213", message, place, hint, question.id)
            elif enemy not in ids:
                hint = did_you_mean(enemy, ids) or "`pkoquiz questions` lists all ids"
                yield error("PQ213", f"unknown question `{enemy}`", place, hint, question.id)


def unknown_passages(bank: Bank) -> Iterator[Diagnostic]:
    """PQ214: passages in `course.yaml` that do not exist."""
    for index, name in enumerate(bank.course.skip):
        if name not in bank.passages:
            hint = did_you_mean(name, bank.passages) or "`pkoquiz passages` lists all ids"
            place = _COURSE.into("skip", index)
            yield error("PQ214", f"unknown passage `{name}`", place, hint)
