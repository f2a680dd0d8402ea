"""Read Brightspace's question CSV: a row for each field; `NewQuestion` begins a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pkoquiz.importers.decoding import rows
from pkoquiz.importers.foreign import (
    Answer,
    Fields,
    LeftOutError,
    Read,
    choice,
    decimal,
    drafted,
    essay,
    matching,
    points,
    short_answer,
    true_false,
    wordings,
)
from pkoquiz.importers.texts import Texts

Rows = list[tuple[str, list[str]]]
"""(lower-case name, further cells) of each row."""


def read(content: bytes, name: str, files: Mapping[str, bytes]) -> Iterator[Read]:
    """Yield the questions of a Brightspace CSV file."""
    current: Rows = []
    start = 0
    for line, cells in rows(content, ","):
        if not any(cell.strip() for cell in cells) or cells[0].lstrip("\ufeff ").startswith("//"):
            continue
        key = cells[0].strip().lstrip("\ufeff").lower()
        if key == "newquestion":
            if current:
                yield _question(start, current, files)
            current, start = [], line
        if start:
            current.append((key, [*cells[1:], "", "", "", ""]))
    if current:
        yield _question(start, current, files)


def _question(line: int, entries: Rows, files: Mapping[str, bytes]) -> Read:
    def first(name: str) -> str:
        return next((cells[0].strip() for key, cells in entries if key == name), "")

    texts = Texts(files)
    title = first("title") or first("questiontext")
    return drafted(
        title, line, first("id"), texts, lambda: _fields(entries, first("newquestion"), texts)
    )


def _form(cells: Sequence[str], column: int) -> str:
    return "html" if cells[column].strip().upper() == "HTML" else "plain"


def _fields(entries: Rows, kind: str, texts: Texts) -> Fields:
    def block(name: str) -> str:
        return next((texts.block(c[0], _form(c, 1)) for key, c in entries if key == name), "")

    def all_of(name: str) -> list[list[str]]:
        return [cells for key, cells in entries if key == name]

    stem = block("questiontext")
    for cells in all_of("image"):
        if picture := texts.block(f'<img src="{cells[0].strip()}" alt="">'):
            stem += f"\n\n{picture}"
    common: Fields = {"stem": stem, "explain": block("feedback")}
    fields = _of_kind(all_of, block, kind.strip().upper(), texts, common)
    if any(cells[0].strip() for cells in all_of("difficulty")):
        texts.changes.append("its difficulty from 1 to 10 was dropped: choose one of three levels")
    worth = next((cells[0] for cells in all_of("points")), "")
    hints = [hint for cells in all_of("hint") if (hint := texts.line(cells[0], _form(cells, 1)))]
    return {**fields, "points": points(worth), "hints": hints}


def _of_kind(all_of: object, block: object, kind: str, texts: Texts, common: Fields) -> Fields:
    assert callable(all_of)
    assert callable(block)
    match kind:
        case "MC" | "MS":
            answers = [
                Answer(
                    texts.line(cells[1], _form(cells, 2)),
                    decimal(cells[0] or "0") * (100 if kind == "MS" else 1),
                    texts.block(cells[3], _form(cells, 4)),
                )
                for cells in all_of("option")
            ]
            return choice(texts, answers, single=kind == "MC", **common)
        case "TF":
            true = next(iter(all_of("true")), ["0", "", "", ""])
            false = next(iter(all_of("false")), ["0", "", "", ""])
            earned = decimal(true[0] or "0"), decimal(false[0] or "0")
            if (earned[0] > 0) == (earned[1] > 0):
                raise LeftOutError("true and false are not marked as one right and one wrong")
            said = [texts.block(cells[1], _form(cells, 2)) for cells in (true, false)]
            return true_false(earned[0] > 0, *said, **common)
        case "SA":
            answers = []
            for cells in all_of("answer"):
                is_pattern = cells[2].strip().lower() == "regexp"
                accepted = wordings(cells[1]) if is_pattern else [cells[1].strip()]
                answers += [Answer(text, decimal(cells[0] or "0")) for text in accepted]
            return short_answer(texts, answers, **common)
        case "M":
            premises = {cells[0].strip(): cells[1] for cells in all_of("choice")}
            found = {cells[0].strip(): cells[1].strip() for cells in all_of("match")}
            missing = [name for name in premises if name not in found]
            if missing:
                raise LeftOutError(f"choice {missing[0]} has no match")
            pairs = [(texts.line(text, "plain"), found[name]) for name, text in premises.items()]
            extras = [text for name, text in found.items() if name not in premises]
            return matching(texts, pairs, extras, **common)
        case "O":
            items = all_of("item")
            if any(cells[2].strip() for cells in items):
                texts.changes.append("feedback on single steps was dropped")
            return {
                "type": "ordering",
                **common,
                "sequence": [texts.line(cells[0], _form(cells, 1)) for cells in items],
            }
        case "WR":
            return essay(texts, block("answerkey"), **common)
    raise LeftOutError(f"unknown question type `{kind[:20]}`")
