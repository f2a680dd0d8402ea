"""Findings about questions whose measured difficulty contradicts the declared one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pkoquiz.diagnostics import Diagnostic, Place, unreadable, warning
from pkoquiz.exam.letters import letter
from pkoquiz.exam.versions import digest
from pkoquiz.model.bank import Bank
from pkoquiz.model.blueprint import Measured
from pkoquiz.model.question import Question
from pkoquiz.prose import counted
from pkoquiz.statistics.pool import Pooled, disagreements, pool
from pkoquiz.statistics.record import Administration, read_administration

FOLDER = "statistics"


def read_all(folder: Path) -> tuple[tuple[Administration, ...], list[Diagnostic]]:
    """Return the administrations in the statistics of a course, and what is wrong with them."""
    try:
        names = sorted(path.name for path in (folder / FOLDER).iterdir() if path.suffix == ".json")
    except FileNotFoundError:
        return (), []
    except OSError as fault:
        return (), [unreadable(FOLDER, fault, Place(FOLDER))]
    records = []
    diagnostics: list[Diagnostic] = []
    for name in names:
        path = f"{FOLDER}/{name}"
        try:
            raw = (folder / path).read_bytes() if (folder / path).is_file() else None
        except OSError as fault:
            diagnostics.append(unreadable(path, fault, Place(path)))
            continue
        if raw is None:
            continue
        record, found = read_administration(raw, path)
        diagnostics += found
        if record is not None:
            records.append(record)
    return tuple(records), diagnostics


def figures(questions: Iterable[Question], records: Iterable[Administration]) -> dict[str, Pooled]:
    """Return the statistics of questions in their present wording, by id."""
    digests = {question.id: digest(question) for question in questions}
    return {
        pooled.id: pooled for pooled in pool(records) if digests.get(pooled.id) == pooled.digest
    }


def in_a_line(pooled: Pooled) -> str:
    """Return the statistics of a question as a line of text, for the desk and for `check`."""
    difficulty, discrimination = "–", "–"
    if pooled.p is not None:
        low, high = pooled.p_interval
        difficulty = f"{pooled.p:.2f} ({low:.2f} to {high:.2f})"
    if pooled.r is not None:
        low, high = pooled.r_interval
        discrimination = f"{pooled.r:+.2f} ({low:+.2f} to {high:+.2f})"
    exams = counted(pooled.administrations, "exam")
    line = (
        f"difficulty {difficulty}, discrimination {discrimination}, "
        f"{counted(pooled.n, 'candidate')} in {exams}"
    )
    remarks = [pooled.caution]
    if pooled.unchosen:
        letters = ", ".join(letter(position - 1) for position in pooled.unchosen)
        remarks.append(f"nobody chose {letters}")
    return "; ".join(filter(None, (line, *remarks)))


def unsuitable(
    questions: Iterable[Question], records: Iterable[Administration], wanted: Measured
) -> frozenset[str]:
    """Return the ids of questions that a blueprint leaves out because of what exams measured."""
    questions = tuple(questions)
    known = figures(questions, records)
    return frozenset(
        question.id for question in questions if not _is_suitable(known.get(question.id), wanted)
    )


def _is_suitable(pooled: Pooled | None, wanted: Measured) -> bool:
    if pooled is None or pooled.n < wanted.candidates:
        return not wanted.required
    pairs = ((wanted.difficulty, pooled.p), (wanted.discrimination, pooled.r))
    return all(
        band is None or (not wanted.required if figure is None else figure in band)
        for band, figure in pairs
    )


def findings(bank: Bank, folder: Path) -> Iterator[Diagnostic]:
    """Yield what is wrong with the statistics of a course, and questions that they contradict.

    These are easier or harder than declared.
    """
    records, diagnostics = read_all(folder)
    yield from diagnostics
    known = {question.id: question for question in bank.questions}
    asked = {identity for record in records for identity in record.questions}
    declared = {
        (identity, digest(known[identity])): known[identity].difficulty
        for identity in asked
        if identity in known
    }
    for question, difficulty, direction in disagreements(pool(records), declared):
        assert question.p is not None
        message = (
            f"declared {difficulty}, but {direction}: {question.p:.0%} of the points were earned "
            f"by {question.n} candidates"
        )
        hint = "correct `difficulty`, or reword the question"
        place: Place = known[question.id].place
        yield warning("PQ741", message, place.into("difficulty"), hint, question.id)
