"""A blueprint as numbers over a pool: each cell is a set of questions and how many of them a paper holds.

Sections, types, levels, combinations, objectives: all become cells, so that the search and its faults know
one thing only. Names nobody knows, sums that contradict each other and plain shortages are found here,
before anything is searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pkoquiz.diagnostics import Diagnostic, Place, Step, error
from pkoquiz.model.answers import key_is_longest
from pkoquiz.model.bank import Bank
from pkoquiz.model.blueprint import UNBOUNDED, Blueprint, Count
from pkoquiz.model.question import Question


@dataclass(frozen=True, slots=True)
class Bound:
    """A cell: at least `least` and at most `most` of `members` (indexes into the pool) are in each paper."""

    name: str
    """As a person would say it: `section gordon-keynote`, `bloom evaluate/create`."""
    path: tuple[Step, ...]
    """Where in the blueprint it is asked for."""
    members: frozenset[int]
    least: int
    most: int
    dimension: str = ""
    """`sections`, `types` … for cells that divide the paper; empty for others."""


def pool(bank: Bank, blueprint: Blueprint) -> tuple[Question, ...]:
    """What may be drawn: ready, no flashcards, not excluded; in teaching order."""
    without = set(blueprint.exclude)
    return tuple(each for each in bank.ready if each.on_paper and each.id not in without)


def bounds(blueprint: Blueprint, questions: Sequence[Question]) -> tuple[Bound, ...]:
    """Every number the blueprint asks for, over `questions`."""
    return tuple(_bounds(blueprint, questions))


_READ: dict[str, Callable[[Question], tuple[str, ...]]] = {
    "section": lambda question: (question.section,),
    "type": lambda question: (question.type,),
    "bloom": lambda question: (question.bloom,),
    "difficulty": lambda question: (question.difficulty,),
    "objective": lambda question: (question.objective,),
    "tag": lambda question: question.tags,
}
_TABLES = (
    ("sections", "section"),
    ("types", "type"),
    ("bloom", "bloom"),
    ("difficulty", "difficulty"),
    ("tags", "tag"),
)


def _members(field: str, names: str, questions: Sequence[Question]) -> frozenset[int]:
    wanted = set(names.split("/"))
    return frozenset(
        index for index, each in enumerate(questions) if not wanted.isdisjoint(_READ[field](each))
    )


def _bounds(blueprint: Blueprint, questions: Sequence[Question]) -> Iterator[Bound]:
    for table, field in _TABLES:
        counts: dict[str, Count] = getattr(blueprint, table)
        for names, count in counts.items():
            divides = "" if table == "tags" else table
            members = _members(field, names, questions)
            yield Bound(
                f"{field} {names}", (table, names), members, count.least, count.most, divides
            )
    for position, cell in enumerate(blueprint.cells):
        asked = [(field, getattr(cell, field)) for field in _READ if getattr(cell, field)]
        members = frozenset(range(len(questions)))
        for field, names in asked:
            members &= _members(field, names, questions)
        name = ", ".join(f"{field} {names}" for field, names in asked)
        yield Bound(name, ("cells", position), members, cell.items.least, cell.items.most)
    for position, objective in enumerate(blueprint.objectives.include):
        members = _members("objective", objective, questions)
        yield Bound(
            f"objective {objective}", ("objectives", "include", position), members, 1, UNBOUNDED
        )
    yield from _objectives(blueprint, questions)
    yield from _longest(blueprint, questions)
    ids = {question.id: index for index, question in enumerate(questions)}
    for position, identity in enumerate(blueprint.include):
        if identity in ids:
            only = frozenset({ids[identity]})
            yield Bound(f"question {identity}", ("include", position), only, 1, 1)


def _objectives(blueprint: Blueprint, questions: Sequence[Question]) -> Iterator[Bound]:
    """No objective more often than allowed; without a field for it there is nothing to bound."""
    most = blueprint.objectives.each
    groups: dict[str, set[int]] = {}
    for index, question in enumerate(questions):
        if question.objective:
            groups.setdefault(question.objective, set()).add(index)
    for objective, members in groups.items():
        if len(members) > most:
            yield Bound(
                f"objective {objective}", ("objectives", "each"), frozenset(members), 0, most
            )


def _longest(blueprint: Blueprint, questions: Sequence[Question]) -> Iterator[Bound]:
    """Single-choice questions whose longest option is the key: a share of those the paper surely holds."""
    if blueprint.longest_key == 100:
        return
    asked = [count for names, count in blueprint.types.items() if names == "choice"]
    share = sum(question.type == "choice" for question in questions) / max(1, len(questions))
    choices = asked[0].least if asked else int(blueprint.items * share)
    members = frozenset(index for index, each in enumerate(questions) if key_is_longest(each))
    most = blueprint.longest_key * choices // 100
    yield Bound("single choice with its longest option as key", ("longest_key",), members, 0, most)


# --- faults that need no search -------------------------------------------------------------------


def faults(
    bank: Bank, name: str, blueprint: Blueprint, questions: Sequence[Question]
) -> list[Diagnostic]:
    """Why no paper can be drawn, as far as counting tells: unknown names, contradictions, shortages."""
    place = Place("course.yaml", ("blueprints", name))
    unknown = list(_unknown(bank, blueprint, place))
    if unknown:
        return unknown
    cells = bounds(blueprint, questions)
    return [
        *_contradictions(blueprint, cells, questions, place),
        *_shortages(blueprint, cells, questions, place),
    ]


def _unknown(bank: Bank, blueprint: Blueprint, place: Place) -> Iterator[Diagnostic]:
    import difflib

    def report(what: str, name: str, known: Sequence[str], where: Place) -> Diagnostic:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known[:12])}"
        return error("PQ701", f"there is no {what} `{name}`", where, hint if known else "")

    objectives = [each.id for each in bank.course.objectives]
    objectives += sorted(
        {each.objective for each in bank.questions if each.objective} - set(objectives)
    )
    known: dict[str, list[str]] = {
        "section": list(bank.sections),
        "objective": objectives,
        "tag": sorted({tag for each in bank.questions for tag in each.tags}),
    }
    for names in blueprint.sections:
        for name in names.split("/"):
            if name not in known["section"]:
                yield report("section", name, known["section"], place.into("sections", names))
    for names in blueprint.tags:
        for name in names.split("/"):
            if name not in known["tag"]:
                yield report("tag", name, known["tag"], place.into("tags", names))
    for position, cell in enumerate(blueprint.cells):
        for field in ("section", "objective", "tag"):
            for name in filter(None, getattr(cell, field).split("/")):
                if name not in known[field]:
                    yield report(field, name, known[field], place.into("cells", position, field))
    for position, name in enumerate(blueprint.objectives.include):
        if name not in objectives:
            yield report(
                "objective", name, objectives, place.into("objectives", "include", position)
            )
    ready = {each.id: each for each in bank.ready if each.on_paper}
    every = [each.id for each in bank.questions]
    for position, name in enumerate(blueprint.include):
        where = place.into("include", position)
        if name not in every:
            yield report("question", name, every, where)
        elif name not in ready:
            hint = "drafts, retired questions and flashcards have no place on paper"
            yield error("PQ701", f"the question `{name}` cannot be printed", where, hint)
    for position, name in enumerate(blueprint.exclude):
        if name not in every:
            yield report("question", name, every, place.into("exclude", position))


def _contradictions(
    blueprint: Blueprint, cells: Sequence[Bound], questions: Sequence[Question], place: Place
) -> Iterator[Diagnostic]:
    """Do the numbers of one dimension leave room for exactly `items` questions?"""
    for table, _ in _TABLES[:-1]:
        chosen: list[Bound] = []
        for cell in sorted(
            (each for each in cells if each.dimension == table), key=lambda each: len(each.members)
        ):
            if all(cell.members.isdisjoint(other.members) for other in chosen):
                chosen.append(cell)
        if not chosen:
            continue
        least = sum(cell.least for cell in chosen)
        most = (
            len(questions)
            - sum(len(cell.members) for cell in chosen)
            + sum(cell.most for cell in chosen)
        )
        where = place.into(table)
        if least > blueprint.items:
            message = f"{table} ask for {least} questions, the paper has {blueprint.items}"
            yield error(
                "PQ702",
                message,
                where,
                f"lower them by {least - blueprint.items}, or raise `items`",
            )
        elif most < blueprint.items:
            message = f"{table} allow {most} questions, the paper has {blueprint.items}"
            yield error(
                "PQ702", message, where, f"raise them by {blueprint.items - most}, or lower `items`"
            )


def _shortages(
    blueprint: Blueprint, cells: Sequence[Bound], questions: Sequence[Question], place: Place
) -> Iterator[Diagnostic]:
    """Too few questions for a cell: named with what is wanted, what is there and what is missing."""
    everything = Bound(
        "items", ("items",), frozenset(range(len(questions))), blueprint.items, blueprint.items
    )
    for cell in (everything, *cells):
        needed, told = _needed(blueprint, cell.least)
        if needed > len(cell.members):
            missing = needed - len(cell.members)
            what = "the paper" if cell is everything else cell.name
            message = f"{what}: {told} wanted, {len(cell.members)} there, {missing} missing"
            hint = f"write {missing} more, or ask for fewer"
            if blueprint.papers > 1:
                hint += ", or let papers share questions with `overlap`"
            yield error("PQ703", message, place.into(*cell.path), hint)
    different = len({each.objective for each in questions if each.objective})
    wanted = blueprint.objectives.different
    if wanted > different:
        message = f"different objectives: {wanted} wanted, {different} there, {wanted - different} missing"
        yield error("PQ703", message, place.into("objectives", "different"))
    if blueprint.points is not None:
        ordered = sorted(each.points for each in questions)
        lowest, highest = sum(ordered[: blueprint.items]), sum(ordered[-blueprint.items :])
        if blueprint.points.least > highest or blueprint.points.most < lowest:
            message = f"points: {blueprint.points} wanted, {blueprint.items} questions give {lowest} to {highest}"
            yield error("PQ703", message, place.into("points"))


def _needed(blueprint: Blueprint, least: int) -> tuple[int, str]:
    """Distinct questions that all papers together need: a new paper may repeat `overlap.most` of each other one.

    A question in r papers is shared by r (r - 1) / 2 pairs of them; that sum is least when all stand in about as many.
    """
    papers, shared = blueprint.papers, blueprint.overlap.most
    total = sum(max(0, least - shared * before) for before in range(papers))
    total = max(total, least)
    room = shared * papers * (papers - 1) // 2
    while total:
        each, more = divmod(least * papers, total)
        if total * (each * (each - 1) // 2) + more * each <= room:
            break
        total += 1
    return total, f"{least} for each of {papers} papers" if papers > 1 else str(least)
