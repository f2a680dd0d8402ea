"""A blueprint as quotas: sets of questions, each with the number that a paper may contain.

Sections, types, levels, combinations and objectives all become quotas, so that the search and its
messages deal with one kind of constraint. Unknown names, contradictory numbers and shortages are
found here by counting, before the search.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pkoquiz.diagnostics import Diagnostic, Place, Step, error
from pkoquiz.model.answers import key_is_longest
from pkoquiz.model.bank import Bank
from pkoquiz.model.blueprint import UNBOUNDED, Blueprint, Count
from pkoquiz.model.question import Question
from pkoquiz.prose import one_of

DIMENSIONS = {"sections": "section", "types": "type", "bloom": "bloom", "difficulty": "difficulty"}
"""Tables of a blueprint that divide a paper, and the field of a question that each one counts."""

_FIELDS = (*DIMENSIONS.values(), "objective", "tag")


@dataclass(frozen=True, slots=True)
class Quota:
    """The smallest and largest number of `members` (indexes into the pool) in each paper."""

    name: str
    """The name in messages: `section gordon-keynote`, `bloom evaluate/create`."""
    path: tuple[Step, ...]
    """Where in the blueprint it is requested."""
    members: frozenset[int]
    least: int
    most: int

    @property
    def limits(self) -> tuple[int, int]:
        """The smallest and the largest number."""
        return self.least, self.most


def pool(bank: Bank, blueprint: Blueprint) -> tuple[Question, ...]:
    """Return the questions that may be drawn: ready, printable, not excluded; in teaching order."""
    excluded = set(blueprint.exclude)
    return tuple(
        question for question in bank.ready if question.on_paper and question.id not in excluded
    )


def quotas(blueprint: Blueprint, questions: Sequence[Question]) -> Iterator[Quota]:
    """Yield every quota of the blueprint, that of the whole paper first."""
    everything = frozenset(range(len(questions)))
    yield Quota("questions", ("items",), everything, blueprint.items, blueprint.items)
    for table, field in (*DIMENSIONS.items(), ("tags", "tag")):
        counts: dict[str, Count] = getattr(blueprint, table)
        for names, count in counts.items():
            members = _members(field, names, questions)
            yield Quota(f"{field} {names}", (table, names), members, count.least, count.most)
    for position, cell in enumerate(blueprint.cells):
        wanted = {field: getattr(cell, field) for field in _FIELDS if getattr(cell, field)}
        name = ", ".join(f"{field} {names}" for field, names in wanted.items())
        members = everything.intersection(
            *(_members(field, names, questions) for field, names in wanted.items())
        )
        yield Quota(name, ("cells", position), members, cell.items.least, cell.items.most)
    for position, objective in enumerate(blueprint.objectives.include):
        path = ("objectives", "include", position)
        members = _members("objective", objective, questions)
        yield Quota(f"objective {objective}", path, members, 1, UNBOUNDED)
    most = blueprint.objectives.each
    by_objective: dict[str, set[int]] = {}
    for index, question in enumerate(questions):
        by_objective.setdefault(question.objective, set()).add(index)
    for objective, indexes in by_objective.items():
        if objective and len(indexes) > most:
            members = frozenset(indexes)
            yield Quota(f"objective {objective}", ("objectives", "each"), members, 0, most)
    if blueprint.longest_key < 100:
        yield _longest_keys(blueprint, questions)
    for position, identity in enumerate(blueprint.include):
        members = frozenset(i for i, question in enumerate(questions) if question.id == identity)
        if members:
            yield Quota(f"question {identity}", ("include", position), members, 1, 1)


def _members(field: str, names: str, questions: Sequence[Question]) -> frozenset[int]:
    wanted = set(names.split("/"))
    return frozenset(
        index
        for index, question in enumerate(questions)
        if not wanted.isdisjoint(question.tags if field == "tag" else (getattr(question, field),))
    )


def _longest_keys(blueprint: Blueprint, questions: Sequence[Question]) -> Quota:
    """Yield the limit on keys that are the longest option, a share of single-choice questions.

    The number of these in a paper is estimated from the blueprint, or else from the bank.
    """
    requested = blueprint.types.get("choice")
    share = sum(question.type == "choice" for question in questions) / max(1, len(questions))
    choices = requested.least if requested else int(blueprint.items * share)
    members = frozenset(i for i, question in enumerate(questions) if key_is_longest(question))
    name = "single choice with the longest option as key"
    return Quota(name, ("longest_key",), members, 0, blueprint.longest_key * choices // 100)


# --- errors found by counting ---------------------------------------------------------------------


def impossibilities(
    bank: Bank, name: str, blueprint: Blueprint, questions: Sequence[Question]
) -> list[Diagnostic]:
    """Return why no paper is possible: unknown names, otherwise contradictions and shortages."""
    place = Place("course.yaml", ("blueprints", name))
    unknown = list(_unknown_names(bank, blueprint, place))
    if unknown:
        return unknown
    requested = list(quotas(blueprint, questions))
    return [
        *_contradictions(blueprint, requested, questions, place),
        *_shortages(blueprint, requested, questions, place),
    ]


def _unknown_names(bank: Bank, blueprint: Blueprint, place: Place) -> Iterator[Diagnostic]:
    objectives = [objective.id for objective in bank.course.objectives]
    used = {question.objective for question in bank.questions if question.objective}
    known = {
        "section": list(bank.sections),
        "objective": [*objectives, *sorted(used.difference(objectives))],
        "tag": sorted({tag for question in bank.questions for tag in question.tags}),
        "question": [question.id for question in bank.questions],
    }
    for kind, name, where in _names(blueprint, place):
        if name not in known[kind]:
            yield error("PQ701", f"unknown {kind} `{name}`", where, one_of(name, known[kind]))
    printable = {question.id for question in bank.ready if question.on_paper}
    for position, name in enumerate(blueprint.include):
        if name in known["question"] and name not in printable:
            message = f"the question `{name}` cannot be printed"
            hint = "include a question that is ready and not a flashcard"
            yield error("PQ701", message, place.into("include", position), hint)


def _names(blueprint: Blueprint, place: Place) -> Iterator[tuple[str, str, Place]]:
    """Yield (kind, name, place) for every name in the blueprint that must exist in the bank."""
    for kind, table in (("section", "sections"), ("tag", "tags")):
        for names in getattr(blueprint, table):
            for name in names.split("/"):
                yield kind, name, place.into(table, names)
    for position, cell in enumerate(blueprint.cells):
        for field in ("section", "objective", "tag"):
            for name in filter(None, getattr(cell, field).split("/")):
                yield field, name, place.into("cells", position, field)
    for position, name in enumerate(blueprint.objectives.include):
        yield "objective", name, place.into("objectives", "include", position)
    for table, ids in (("include", blueprint.include), ("exclude", blueprint.exclude)):
        for position, name in enumerate(ids):
            yield "question", name, place.into(table, position)


def _contradictions(
    blueprint: Blueprint, requested: Sequence[Quota], questions: Sequence[Question], place: Place
) -> Iterator[Diagnostic]:
    """Yield the dimensions whose numbers do not leave room for exactly `items` questions."""
    for table in DIMENSIONS:
        disjoint: list[Quota] = []
        own = [quota for quota in requested if quota.path[0] == table]
        for quota in sorted(own, key=lambda quota: len(quota.members)):
            if all(quota.members.isdisjoint(other.members) for other in disjoint):
                disjoint.append(quota)
        if not disjoint:
            continue
        others = len(questions) - sum(len(quota.members) for quota in disjoint)
        least = sum(quota.least for quota in disjoint)
        most = sum(quota.most for quota in disjoint) + others
        if least > blueprint.items:
            message = f"`{table}` asks for {least} questions, but the paper has {blueprint.items}"
            hint = f"lower the numbers by {least - blueprint.items}, or raise `items`"
            yield error("PQ702", message, place.into(table), hint)
        elif most < blueprint.items:
            message = f"`{table}` allows {most} questions, but the paper has {blueprint.items}"
            hint = f"raise the numbers by {blueprint.items - most}, or lower `items`"
            yield error("PQ702", message, place.into(table), hint)


def _shortages(
    blueprint: Blueprint, requested: Sequence[Quota], questions: Sequence[Question], place: Place
) -> Iterator[Diagnostic]:
    """Yield the quotas for which the bank has too few questions: needed, available and missing."""
    papers = blueprint.papers
    for quota in requested:
        needed, available = _needed(blueprint, quota.least), len(quota.members)
        if needed > available:
            missing = needed - available
            count = f"{quota.least} for each of {papers} papers" if papers > 1 else str(needed)
            message = f"{quota.name}: {count} needed, {available} available, {missing} missing"
            hint = f"write {missing} more, or ask for fewer"
            if papers > 1:
                hint += ", or let papers share questions with `overlap`"
            yield error("PQ703", message, place.into(*quota.path), hint)
    available = len({question.objective for question in questions if question.objective})
    different = blueprint.objectives.different
    if different > available:
        missing = different - available
        message = (
            f"different objectives: {different} needed, {available} available, {missing} missing"
        )
        yield error("PQ703", message, place.into("objectives", "different"))
    if blueprint.points is not None:
        points = sorted(question.points for question in questions)
        lowest, highest = sum(points[: blueprint.items]), sum(points[-blueprint.items :])
        if blueprint.points.least > highest or blueprint.points.most < lowest:
            message = (
                f"points: {blueprint.points} needed, "
                f"{blueprint.items} questions give {lowest} to {highest}"
            )
            yield error("PQ703", message, place.into("points"))


def _needed(blueprint: Blueprint, least: int) -> int:
    """Return how many distinct questions all papers need together if each contains `least`.

    A new paper may repeat `overlap.most` questions of each earlier one. A question in r papers is
    shared by r (r - 1) / 2 pairs of papers; the sum of these is smallest when all questions are
    in about as many papers.
    """
    papers, shared = blueprint.papers, blueprint.overlap.most
    total = max(least, sum(max(0, least - shared * earlier) for earlier in range(papers)))
    allowed = shared * papers * (papers - 1) // 2
    while total:
        uses, more = divmod(least * papers, total)
        if total * (uses * (uses - 1) // 2) + more * uses <= allowed:
            break
        total += 1
    return total
