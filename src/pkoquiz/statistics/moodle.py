"""Read question statistics from the CSV of Moodle's quiz report.

Headers are translated, so columns count by their position (Moodle 4.1 to 5.0, `statistics_table`):
number, type, name, attempts, facility index, standard deviation, random guess score, intended
weight, effective weight, discrimination index. Our export names questions `id: stem`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pkoquiz.statistics.record import ALL_OR_NONE, FEWEST, Administration, QuestionRecord
from pkoquiz.table import Table

NAME, _ATTEMPTS, _FACILITY, _DISCRIMINATION = 2, 3, 4, 9
ID_OF_NAME = re.compile(r"([a-z0-9][a-z0-9-]*): ")


def moodle_administration(
    table: Table, digests: Mapping[str, str], exam: str, date: str
) -> Administration | str:
    """Return a quiz's statistics of the questions in `digests`, or why nothing can be recorded."""
    questions: dict[str, QuestionRecord] = {}
    most = 0
    for row in table.rows:
        texts = [cell.text for cell in row]
        if len(texts) <= _FACILITY or not re.fullmatch(r"\d+(\.\d+)?", texts[0]):
            continue
        match = ID_OF_NAME.match(texts[NAME])
        if match is None or match[1] not in digests:
            if re.search("random|zuf[aä]ll|al[eé]at", texts[1], re.IGNORECASE):
                return "the quiz has random questions, whose statistics mix several questions"
            continue
        if match[1] in questions:
            return f"`{match[1]}` appears twice in the report"
        attempts = int(re.sub(r"\D", "", texts[_ATTEMPTS]) or 0)
        facility = _share(texts[_FACILITY])
        if attempts < FEWEST or facility is None:
            continue
        is_telling = attempts < ALL_OR_NONE and facility in (0.0, 1.0)
        r = _share(texts[_DISCRIMINATION]) if len(texts) > _DISCRIMINATION else None
        questions[match[1]] = QuestionRecord(
            digest=digests[match[1]],
            n=attempts,
            p=None if is_telling else round(min(1.0, max(0.0, facility)), 3),
            r=None if r is None else round(max(-1.0, min(1.0, r)), 3),
        )
        most = max(most, attempts)
    if not questions:
        return (
            f"no question of this course has {FEWEST} attempts in the report; "
            "download the table “Quiz structure analysis” as CSV"
        )
    return Administration(source="moodle", exam=exam, date=date, n=most, questions=questions)


def _share(text: str) -> float | None:
    match = re.fullmatch(r"(-?\d+(?:[.,]\d+)?)\s*%?", text.replace("\u00a0", " ").strip())
    return float(match[1].replace(",", ".")) / 100 if match else None
