"""Names that lead somewhere: ids that are unique, objectives, sections and enemies that exist."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator

from pkoquiz.diagnostics import Diagnostic, Place, error
from pkoquiz.model.bank import Bank


def doubled_ids(bank: Bank) -> Iterator[Diagnostic]:
    """S04: two questions or terms with one id."""
    first: dict[str, Place] = {}
    for item in (*bank.questions, *bank.terms):
        if item.id in first:
            message = f"the id `{item.id}` is taken by another question"
            hint, other = "choose another; ids are for ever", first[item.id].into("id")
            yield error("S04", message, item.place.into("id"), hint, item.id, other)
        else:
            first[item.id] = item.place
    seen: dict[str, Place] = {}
    for index, objective in enumerate(bank.course.objectives):
        place = Place("course.yaml", ("objectives", index, "id"))
        if objective.id in seen:
            message = f"the objective `{objective.id}` stands twice"
            yield error("S04", message, place, other=seen[objective.id])
        seen.setdefault(objective.id, place)


def unknown_names(bank: Bank) -> Iterator[Diagnostic]:
    """PQ211–PQ214: sections, objectives, enemies and passages that do not exist."""
    sections = bank.sections
    objectives = {objective.id for objective in bank.course.objectives}
    ids = {question.id for question in bank.questions}
    wrong_sections: set[tuple[str, str]] = set()
    for question in bank.questions:
        if (
            question.section not in sections
            and (question.place.file, question.section) not in wrong_sections
        ):
            # Said once for a file: the slug stands at its top.
            wrong_sections.add((question.place.file, question.section))
            place = Place(question.place.file, ("section",))
            message = f"there is no section `{question.section}`"
            yield error(
                "PQ211",
                message,
                place,
                _near(question.section, sections) or "list it under `sections` in course.yaml",
            )
        if objectives and question.objective not in objectives:
            place = question.place.into("objective")
            if question.objective:
                message = f"there is no objective `{question.objective}` in course.yaml"
                yield error(
                    "PQ212", message, place, _near(question.objective, objectives), question.id
                )
            else:
                hint = "name one of those listed in course.yaml"
                yield error(
                    "PQ212", "the question names no objective", question.place, hint, question.id
                )
        for index, enemy in enumerate(question.enemies):
            if enemy not in ids or enemy == question.id:
                what = (
                    "the question is its own enemy"
                    if enemy == question.id
                    else f"there is no question `{enemy}`"
                )
                yield error(
                    "PQ213",
                    what,
                    question.place.into("enemies", index),
                    _near(enemy, ids),
                    question.id,
                )
    for index, name in enumerate(bank.course.skip):
        if name not in bank.passages:
            place = Place("course.yaml", ("skip", index))
            yield error("PQ214", f"there is no passage `{name}`", place, _near(name, bank.passages))
    for name in bank.course.plan.sections:
        if name not in sections:
            place = Place("course.yaml", ("plan", "sections", name))
            yield error("PQ211", f"there is no section `{name}`", place, _near(name, sections))
    for index, objective in enumerate(bank.course.objectives):
        if objective.section and objective.section not in sections:
            place = Place("course.yaml", ("objectives", index, "section"))
            yield error(
                "PQ211",
                f"there is no section `{objective.section}`",
                place,
                _near(objective.section, sections),
            )


def _near(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean `{near[0]}`?" if near else ""


EXPLANATIONS = {
    "S04": "Two questions have one id, or two objectives. Cards, grades and papers hang on ids, so each may stand "
    "once; or two stems are nearly the same, so that a learner would be asked one thing twice.",
    "PQ211": "The section is neither one of the transcripts' nor listed under `sections` in course.yaml.",
    "PQ212": "Once course.yaml lists objectives, each question names the one it tests.",
    "PQ213": "An enemy is the id of another question that must not stand in one paper with this one.",
    "PQ214": "`no_matter` lists ids of passages with nothing to ask; this one does not exist.",
}
