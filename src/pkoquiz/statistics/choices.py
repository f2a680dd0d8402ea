"""Choices of candidates in a Moodle quiz, counted from the CSV of its report “Responses”.

Headers are translated. Those about a question end with its number in the quiz: the text and the
right answer, if they were selected for the report, and always the response. Rows belong to people
and are only counted. Unfinished attempts have no grade; the grade is the only column with `/` in
its header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pkoquiz import markup
from pkoquiz.model.answers import Options, task_of
from pkoquiz.model.question import Question
from pkoquiz.statistics.collect import is_revealed, rounded
from pkoquiz.statistics.moodle import ID_OF_NAME, NAME
from pkoquiz.statistics.record import (
    ALL_OR_NONE,
    FEWEST,
    Administration,
    OptionRecord,
    QuestionRecord,
)
from pkoquiz.table import Table

_NUMBER = re.compile(r"\D(\d{1,4})\s*$")
_GRADED = re.compile(r"\d+(?:[.,]\d+)?")
_NOT_ANSWERED = ("", "-")


def slots(statistics: Table, questions: Iterable[str]) -> dict[str, int]:
    """Return the number of each question in the quiz, from the table of its statistics."""
    known = set(questions)
    numbers = {}
    for row in statistics.rows:
        match = ID_OF_NAME.match(row[NAME].text) if len(row) > NAME else None
        if match is not None and match[1] in known and row[0].text.isdecimal():
            numbers[match[1]] = int(row[0].text)
    return numbers


def with_choices(
    administration: Administration,
    responses: Table,
    numbers: Mapping[str, int],
    questions: Iterable[Question],
) -> Administration | str:
    """Return the administration with counts of options, or why the report does not match.

    A question gets counts if every response consists of options in their present wording.
    """
    header, *rows = [[cell.text for cell in row] for row in responses.rows] or [[]]
    grade = next((index for index, text in enumerate(header) if "/" in text), None)
    columns: dict[int, list[int]] = {}
    for index, text in enumerate(header):
        if (match := _NUMBER.search(text)) and "/" not in text:
            columns.setdefault(int(match[1]), []).append(index)
    if grade is None or not columns:
        return "the second file is not Moodle's report “Responses”; download it as CSV"
    finished = [row for row in rows if len(row) > grade and _GRADED.fullmatch(row[grade])]
    # A row of averages has no responses; those of an attempt without answers are `-`.
    own = [index for group in columns.values() for index in group]
    finished = [row for row in finished if any(row[index] for index in own if index < len(row))]
    if len(finished) != administration.n:
        return (
            f"the statistics cover {administration.n} attempts, the responses {len(finished)}; "
            "download both for the same attempts, e.g. only the first of each user"
        )
    records = dict(administration.questions)
    for question in questions:
        places = columns.get(numbers.get(question.id, 0), [])
        if question.id not in records or not 1 <= len(places) <= 3:
            continue
        cells = _responses(question, [[row[i] if i < len(row) else "" for i in places]
                                      for row in finished])  # fmt: skip
        if (record := _counted(question, records[question.id], cells)) is not None:
            records[question.id] = record
    return administration.model_copy(update={"questions": records})


def _responses(question: Question, cells: Sequence[Sequence[str]]) -> list[str]:
    """Return the responses among the columns about a question."""
    stem = _plain(question.stem)
    has_question = len(cells[0]) == 3 or (
        len(cells[0]) == 2 and all(_letters(row[0]).startswith(stem) for row in cells)
    )
    return [row[1 if has_question else 0] for row in cells]


def _counted(
    question: Question, record: QuestionRecord, responses: Sequence[str]
) -> QuestionRecord | None:
    """Return the record with counts, or None if a response is not one of the options."""
    task = task_of(question)
    if not isinstance(task, Options) or len(responses) < FEWEST:
        return None
    places = {_plain(option.text): place for place, option in enumerate(task.options)}
    if len(places) < len(task.options) or "" in places:
        return None  # their letters and digits are the same
    counts, blank = [0] * len(task.options), 0
    for response in responses:
        if response in _NOT_ANSWERED:
            blank += 1
            continue
        chosen = [response] if _letters(response) in places else response.split("; ")
        if len(chosen) > 1 and not task.several:
            return None
        for text in chosen:
            place = places.get(_letters(text))
            if place is None:
                return None
            counts[place] += 1
    # The same rule as for shares: it would reveal what each candidate answered.
    if len(responses) < ALL_OR_NONE and (record.p is None or len(responses) in counts):
        return None
    wrong = [count for place, count in enumerate(counts) if place not in task.keys]
    if not task.several and is_revealed([*wrong, blank]):
        return None
    options = tuple(OptionRecord(chosen=rounded(count)) for count in counts)
    return record.model_copy(update={"options": options, "blank": rounded(blank)})


def _plain(text: str) -> str:
    return _letters(markup.plain(text))


def _letters(text: str) -> str:
    """Return the letters of a text, since Moodle's reports write emphasis with other signs."""
    return "".join(re.findall(r"[^\W_]|[-+−.,%]", text.casefold()))
