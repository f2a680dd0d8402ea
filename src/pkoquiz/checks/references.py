"""References: unique ids, and objectives, sections and enemies that exist.

An unknown name is reported once, however many questions use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pkoquiz.diagnostics import KEY, Diagnostic, Place, error, info
from pkoquiz.language import SHIPPED, language
from pkoquiz.model.bank import Bank
from pkoquiz.prose import did_you_mean, nearest, one_of, quoted

_COURSE = Place("course.yaml")

_AGREED = 2
"""This many uses of an unknown name are right if an unused name is almost the same."""

_ALMOST = 0.85
"""The similarity (0 to 1) above which two names differ by a typing error."""


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
    known = tuple(bank.sections)

    def hint(slug: str) -> str:
        return (
            did_you_mean(slug, known)
            or f"{one_of(slug, known)}, or list it under `sections` in course.yaml"
        )

    yield from _unknown("PQ211", "section", _section_uses(bank), _section_places(bank), hint)


def unknown_language(bank: Bank) -> Iterator[Diagnostic]:
    """PQ217: a language without a catalogue, for which the program has no translation."""
    tag = bank.course.language
    known = language(tag)
    if known.words == "en" and tag.split("-")[0] != "en":
        message = f"papers, cards and quizzes in `{tag}` have English words around the questions"
        hint = f"translations exist for {quoted(SHIPPED)}"
        yield info("PQ217", message, _COURSE.into("language"), hint)


def missing_sections(bank: Bank) -> set[str]:
    """Return the sections that `unknown_sections` reports, so that no other check repeats them."""
    return {use.name for use in _section_uses(bank)} - bank.sections.keys()


def _section_uses(bank: Bank) -> list[_Use]:
    course = bank.course
    # A file names its section once, at its top.
    files = {question.place.file: question.section for question in bank.questions}
    return [
        *(_Use(slug, Place(file, ("section",))) for file, slug in files.items()),
        *(_Use(slug, _COURSE.into("plan", "sections", slug, KEY)) for slug in course.plan.sections),
        *(
            _Use(objective.section, _COURSE.into("objectives", index, "section"))
            for index, objective in enumerate(course.objectives)
            if objective.section
        ),
    ]


def _section_places(bank: Bank) -> dict[str, Place]:
    """Return where each section begins, or the line of course.yaml that lists it."""
    places: dict[str, Place] = {}
    for passage in bank.passages.values():
        places.setdefault(passage.section, bank.passage_places[passage.id])
    return places | {slug: _COURSE.into("sections", slug, KEY) for slug in bank.course.sections}


def unknown_objectives(bank: Bank) -> Iterator[Diagnostic]:
    """PQ212: questions without an objective, or with one that the course does not list."""
    defined = {
        objective.id: _COURSE.into("objectives", index, "id")
        for index, objective in enumerate(bank.course.objectives)
    }
    if not defined:
        return

    def hint(name: str) -> str:
        return one_of(name, tuple(defined))

    uses = [
        _Use(question.objective, question.place.into("objective"), question.id)
        for question in bank.questions
        if question.objective
    ]
    yield from _unknown("PQ212", "objective", uses, defined, hint)
    for question in bank.questions:
        if not question.objective:
            message = "the question has no objective"
            yield error("PQ212", message, question.place, hint(""), question.id)


def unknown_enemies(bank: Bank) -> Iterator[Diagnostic]:
    """PQ213: enemies that are not in the bank, or the question itself."""
    defined = {question.id: question.place.into("id") for question in bank.questions}
    uses = []
    for question in bank.questions:
        for index, enemy in enumerate(question.enemies):
            place = question.place.into("enemies", index)
            if enemy == question.id:
                message, hint = "the question is its own enemy", "name another question"
                yield error("PQ213", message, place, hint, question.id)
            else:
                uses.append(_Use(enemy, place, question.id))
    yield from _unknown(
        "PQ213",
        "question",
        uses,
        defined,
        lambda name: did_you_mean(name, defined) or "`pkoquiz questions` lists all ids",
    )


def unknown_passages(bank: Bank) -> Iterator[Diagnostic]:
    """PQ214: passages in `course.yaml` that do not exist."""
    missing = missing_sections(bank)
    for index, name in enumerate(bank.course.skip):
        if name not in bank.passages and name.partition(".")[0] not in missing:
            hint = did_you_mean(name, bank.passages) or "`pkoquiz passages` lists all ids"
            place = _COURSE.into("skip", index)
            yield error("PQ214", f"unknown passage `{name}`", place, hint)


# --- names and their uses -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Use:
    """A place that uses a name."""

    name: str
    place: Place
    question: str = ""


def _unknown(
    code: str, kind: str, uses: list[_Use], defined: Mapping[str, Place], hint: Callable[[str], str]
) -> Iterator[Diagnostic]:
    """Yield one error for each name that is used but not defined.

    If several places use the name, and an unused definition is almost the same, the definition is
    reported as mistyped.
    """
    unknown: dict[str, list[_Use]] = {}
    for use in uses:
        if use.name not in defined:
            unknown.setdefault(use.name, []).append(use)
    unused = defined.keys() - {use.name for use in uses}
    for name, found in unknown.items():
        near = nearest(name, sorted(unused), _ALMOST) if len(found) >= _AGREED else ""
        if near:
            message = f"{len(found)} places name {kind} `{name}`, and none names `{near}`"
            place = found[0].place
            yield error(code, message, defined[near], f"rename it to `{name}`", other=place)
            continue
        more = f", used in {len(found)} places" if len(found) > 1 else ""
        message = f"unknown {kind} `{name}`{more}"
        yield error(code, message, found[0].place, hint(name), found[0].question)
